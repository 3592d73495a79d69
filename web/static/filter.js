// Filtering a framework while typing: the page's own answer takes the place of
// its listing. Without this file the form asks for the page.
import { start } from "./tree.js";

const form = document.querySelector("form[data-filter]");
if (form) {
  const field = form.elements.filter;
  let timer, asked;

  async function show() {
    asked?.abort();
    asked = new AbortController();
    const data = new URLSearchParams(new FormData(form));
    for (const [k, v] of [...data]) if (!v) data.delete(k);
    const url = location.pathname + (data.size ? `?${data}` : "");
    try {
      const answer = await fetch(url, { signal: asked.signal, headers: { Accept: "text/html" } });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.getElementById("listing").replaceChildren(...page.getElementById("listing").childNodes);
      history.replaceState(null, "", url);
      const tree = document.querySelector(".tree");
      if (tree) start(tree);
    } catch (e) { if (e.name !== "AbortError") form.submit(); }
  }

  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, 150); });
  form.addEventListener("submit", e => { e.preventDefault(); clearTimeout(timer); show(); });
}
