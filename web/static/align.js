// Keys, links between words and proposals, and looking concepts up, on the
// front page and the align page. Without this file the forms work as they are.
import { keys, predicates } from "./keys.js";

const drop = document.getElementById("drop");
if (drop) {
  const file = document.getElementById("file");
  const over = on => drop.classList.toggle("over", on);
  addEventListener("dragover", e => { e.preventDefault(); over(true); });
  addEventListener("dragleave", e => { if (!e.relatedTarget) over(false); });
  addEventListener("drop", e => {
    e.preventDefault();
    over(false);
    if (e.dataTransfer.files.length) {
      file.files = e.dataTransfer.files;
      file.form.requestSubmit();
    }
  });
}

const form = document.getElementById("align");
if (form) start(form);

function start(form) {
  const proposals = [...form.querySelectorAll(".proposal")];
  const marks = [...form.querySelectorAll("mark")];
  const status = document.getElementById("status");
  const undone = [];

  const verdict = p => p.querySelector("input[type=radio]:checked")?.value ?? "";
  const light = n => marks.forEach(m => m.classList.toggle("lit", n !== "" && m.dataset.on.split(" ").includes(n)));

  function show(p) {
    p.classList.remove("accept", "reject", "unsure");
    const v = verdict(p);
    if (v) p.classList.add(v);
  }

  function count() {
    const all = proposals.map(verdict);
    const of = v => all.filter(x => x === v).length;
    const also = form.querySelectorAll("#added li, .carried input:checked").length; // besides the proposals
    const numbers = [of("accept") + also, of("reject") + form.querySelectorAll("input[type=hidden][value=reject]").length, of("") + of("unsure")];
    let i = 0;
    status.textContent = status.dataset.text.replace(/%s/g, () => numbers[i++]);
  }

  function remember(p) {
    undone.push({ p, v: verdict(p), m: p.querySelector("select").value, r: p.querySelector(".reason input").value });
  }

  function set(p, v) {
    p.querySelectorAll("input[type=radio]").forEach(r => { r.checked = r.value === v; });
    show(p);
    count();
  }

  proposals.forEach((p, i) => {
    p.addEventListener("mouseenter", () => light(p.dataset.n));
    p.addEventListener("mouseleave", () => light(list.current()?.dataset.n ?? ""));
    p.addEventListener("change", e => { if (e.target.type === "radio") { show(p); count(); } });
    p.querySelector(".reason input").addEventListener("keydown", e => {
      if (e.key === "Enter") { e.preventDefault(); list.go(i + 1); }
      if (e.key === "Escape") { undo(); list.go(i); }
    });
    show(p);
  });
  marks.forEach(m => m.addEventListener("click", () => list.go(proposals.findIndex(p => p.dataset.n === m.dataset.on.trim().split(" ")[0]))));

  function undo() {
    const u = undone.pop();
    if (!u) return;
    if (u.added) { u.added.remove(); count(); return; }
    u.p.querySelector("select").value = u.m;
    u.p.querySelector(".reason input").value = u.r;
    set(u.p, u.v);
    list.go(proposals.indexOf(u.p));
  }

  const decide = (p, v) => { if (p) { remember(p); set(p, v); list.next(); } };
  const on = {
    a: p => decide(p, "accept"),
    u: p => decide(p, "unsure"),
    x: p => { if (p) { remember(p); set(p, "reject"); p.querySelector(".reason input").focus(); } },
    z: undo,
    "/": () => { lookup.focus(); lookup.scrollIntoView({ block: "center" }); },
    "?": () => document.getElementById("keys").showModal(),
  };
  for (const n of predicates) on[n] = p => { if (p) { remember(p); p.querySelector("select").selectedIndex = n - 1; } };
  const list = keys(proposals, { on, moved: p => light(p.dataset.n) });

  // Looking a concept up: a combobox with a list (ARIA 1.2).
  const lookup = document.getElementById("lookup");
  const options = document.getElementById("lookup-list");
  const added = document.getElementById("added");
  let hits = [], chosen = -1, pending;
  lookup.removeAttribute("name"); // what is added goes with the form, not what is being typed
  lookup.setAttribute("role", "combobox");
  lookup.setAttribute("aria-controls", "lookup-list");
  lookup.setAttribute("aria-expanded", "false");
  lookup.setAttribute("aria-autocomplete", "list");

  function choose(i) {
    chosen = i;
    [...options.children].forEach((li, k) => li.setAttribute("aria-selected", String(k === i)));
    if (i >= 0) { lookup.setAttribute("aria-activedescendant", options.children[i].id); options.children[i].scrollIntoView({ block: "nearest" }); }
    else lookup.removeAttribute("aria-activedescendant");
  }

  function close() {
    options.hidden = true;
    lookup.setAttribute("aria-expanded", "false");
    choose(-1);
  }

  function add(hit) {
    const li = document.createElement("li");
    li.className = "row apart";
    const name = document.createElement("span");
    name.textContent = `${hit.label} · ${hit.scheme} ${hit.release}`;
    const field = document.createElement("input");
    field.type = "hidden"; field.name = "add"; field.value = hit.uri;
    const out = document.createElement("button");
    out.type = "button"; out.className = "small-button"; out.textContent = "×";
    out.setAttribute("aria-label", `${added.dataset.remove}: ${hit.label}`);
    out.addEventListener("click", () => { li.remove(); count(); lookup.focus(); });
    li.append(name, field, out);
    added.append(li);
    undone.push({ added: li });
    lookup.value = "";
    close();
    count();
  }

  async function search() {
    pending?.abort();
    const prefix = lookup.value.trim();
    if (prefix.length < 2 || prefix.includes("://")) { close(); return; }
    pending = new AbortController();
    const target = document.getElementById("target").value;
    const url = `/v1/suggest?prefix=${encodeURIComponent(prefix)}&size=8` + (target ? `&schemes=${encodeURIComponent(target)}` : "");
    try {
      const answer = await fetch(url, { signal: pending.signal });
      if (!answer.ok) return;
      hits = (await answer.json()).hits;
    } catch { return; }
    options.replaceChildren(...hits.map((h, i) => {
      const li = document.createElement("li");
      li.id = `hit${i}`; li.setAttribute("role", "option"); li.setAttribute("aria-selected", "false");
      li.textContent = `${h.label} · ${h.kind} · ${h.scheme}`;
      li.addEventListener("mousedown", e => { e.preventDefault(); add(h); });
      return li;
    }));
    options.hidden = hits.length === 0;
    lookup.setAttribute("aria-expanded", String(hits.length > 0));
    choose(hits.length ? 0 : -1);
  }

  let timer;
  lookup.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(search, 120); });
  lookup.addEventListener("blur", close);
  lookup.addEventListener("keydown", e => {
    if (e.key === "ArrowDown" && hits.length) { choose((chosen + 1) % hits.length); e.preventDefault(); }
    else if (e.key === "ArrowUp" && hits.length) { choose((chosen + hits.length - 1) % hits.length); e.preventDefault(); }
    else if (e.key === "Enter") { e.preventDefault(); if (chosen >= 0) add(hits[chosen]); }
    else if (e.key === "Escape") { if (options.hidden) { lookup.blur(); list.go(list.index()); } close(); }
  });
  form.querySelectorAll(".carried input").forEach(x => x.addEventListener("change", count));
  count();
}
