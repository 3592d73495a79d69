// A button to copy what stands in a block.
document.querySelectorAll("pre.copy").forEach(pre => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "small-button";
  button.textContent = "⧉";
  button.setAttribute("aria-label", pre.closest("details").querySelector("summary").textContent);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(pre.textContent);
    button.textContent = "✓";
    setTimeout(() => { button.textContent = "⧉"; }, 1500);
  });
  pre.before(button);
});
