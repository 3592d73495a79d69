// What stands in the form is shown below it.
document.querySelector("concord-picker").addEventListener("change", (e) => {
  document.querySelector("#value").textContent = JSON.stringify(e.detail.alignment, null, 2);
});
const here = new URL("picker.js", import.meta.url);
document.querySelector("#tag").textContent = `<script type="module" src="${here}"></script>\n<concord-picker name="alignment"></concord-picker>`;
