// The tree of a framework: branches open in place, by mouse or by the keys of
// the ARIA tree pattern. Without this file every branch is a link to its page.
const tree = document.querySelector(".tree");
if (tree) start(tree);

export function start(tree) {
  tree.setAttribute("role", "tree");
  const items = () => [...tree.querySelectorAll("[role=treeitem]")].filter(li => li.offsetParent !== null);
  const prepare = (li, level) => {
    li.setAttribute("role", "treeitem");
    li.setAttribute("aria-level", level);
    if (li.dataset.group) li.setAttribute("aria-expanded", "false");
    li.tabIndex = -1;
    li.querySelector("a").tabIndex = -1;
  };
  [...tree.children].forEach(li => { if (li.dataset.uri) prepare(li, 1); });
  const first = tree.querySelector("[role=treeitem]");
  if (first) first.tabIndex = 0;

  function focus(li) {
    items().forEach(x => { x.tabIndex = -1; });
    li.tabIndex = 0;
    li.focus();
  }

  async function open(li) {
    if (!li.dataset.group) return;
    let list = li.querySelector("ul");
    if (!list) {
      const lang = tree.dataset.lang ? `&lang=${encodeURIComponent(tree.dataset.lang)}` : "";
      const answer = await fetch(`/schemes/${encodeURIComponent(tree.dataset.scheme)}.json?all=1&at=${encodeURIComponent(li.dataset.uri)}${lang}`);
      if (!answer.ok) return;
      const { narrower } = await answer.json();
      list = document.createElement("ul");
      list.setAttribute("role", "group");
      for (const c of narrower) {
        const item = document.createElement("li");
        item.dataset.uri = c.uri;
        if (c.group) item.dataset.group = "1";
        const a = document.createElement("a");
        a.href = `/concept?uri=${encodeURIComponent(c.uri)}&scheme=${encodeURIComponent(tree.dataset.scheme)}`;
        if (c.code) {
          const code = document.createElement("span");
          code.className = "soft num";
          code.textContent = c.code + " ";
          a.append(code);
        }
        a.append(c.label);
        if (c.below) {
          const below = document.createElement("span");
          below.className = "soft num small";
          below.textContent = c.below.toLocaleString(document.documentElement.lang);
          a.append(" ", below);
        }
        item.append(a);
        prepare(item, Number(li.getAttribute("aria-level")) + 1);
        list.append(item);
      }
      if (!narrower.length) { li.removeAttribute("aria-expanded"); delete li.dataset.group; return; }
      li.append(list);
    }
    list.hidden = false;
    li.setAttribute("aria-expanded", "true");
  }

  function close(li) {
    const list = li.querySelector("ul");
    if (list) list.hidden = true;
    if (li.dataset.group) li.setAttribute("aria-expanded", "false");
  }

  // The name is text of the link itself; code and count are in elements.
  const name = li => [...li.querySelector("a").childNodes].filter(n => n.nodeType === Node.TEXT_NODE).map(n => n.textContent).join("").trim().toLowerCase();
  const expanded = li => li.getAttribute("aria-expanded") === "true";
  tree.addEventListener("click", e => {
    const li = e.target.closest("[role=treeitem]");
    if (!li || !li.dataset.group || e.ctrlKey || e.metaKey || e.shiftKey) return;
    e.preventDefault();
    expanded(li) ? close(li) : open(li);
    focus(li);
  });
  tree.addEventListener("keydown", async e => {
    const li = e.target.closest("[role=treeitem]");
    if (!li) return;
    const all = items(), i = all.indexOf(li);
    switch (e.key) {
      case "ArrowDown": if (all[i + 1]) focus(all[i + 1]); break;
      case "ArrowUp": if (all[i - 1]) focus(all[i - 1]); break;
      case "Home": focus(all[0]); break;
      case "End": focus(all[all.length - 1]); break;
      case "ArrowRight":
        if (li.dataset.group && !expanded(li)) await open(li);
        else if (expanded(li)) focus(li.querySelector("ul > li"));
        break;
      case "ArrowLeft": {
        const up = li.parentElement.closest("[role=treeitem]");
        if (expanded(li)) close(li);
        else if (up) focus(up);
        break;
      }
      case "Enter": location.href = `/concept?uri=${encodeURIComponent(li.dataset.uri)}&scheme=${encodeURIComponent(tree.dataset.scheme)}`; break;
      default: {
        if (e.key.length !== 1 || e.ctrlKey || e.metaKey || e.altKey) return;
        const key = e.key.toLowerCase();
        const next = [...all.slice(i + 1), ...all.slice(0, i + 1)].find(x => name(x).startsWith(key));
        if (next) focus(next);
      }
    }
    e.preventDefault();
  });
}
