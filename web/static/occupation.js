// Occupations to choose from while one types. Without this file the name is
// looked up when the form is sent.
const list = document.getElementById("occupations");
const field = document.querySelector("[list=occupations]");
let timer, asked;

field?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    asked?.abort();
    const prefix = field.value.trim();
    if (prefix.length < 2) { list.replaceChildren(); return; }
    asked = new AbortController();
    try {
      const answer = await fetch(`/v1/suggest?kinds=occupation&size=8&prefix=${encodeURIComponent(prefix)}`, { signal: asked.signal });
      if (!answer.ok) return;
      const { hits } = await answer.json();
      list.replaceChildren(...hits.map(h => {
        const o = document.createElement("option");
        o.value = h.label;
        o.label = `${h.scheme} ${h.release}${h.code ? ` · ${h.code}` : ""}`;
        return o;
      }));
    } catch { /* the field can still be filled in */ }
  }, 120);
});
