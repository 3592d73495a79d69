// Deciding rows by keys, in place. Without this file each row is a form.
import { keys, predicates } from "./keys.js";

const table = document.querySelector("table[data-keys]");
if (table) start(table);

function start(table) {
  const rows = [...table.querySelectorAll("tr[data-row]")];
  const undone = []; // { row, id }
  const form = row => row.querySelector("form.decide");

  function say(row, text, failed) {
    const out = row.querySelector("output");
    out.textContent = text;
    row.classList.toggle("said", !failed);
  }

  async function send(action, data) {
    const answer = await fetch(action, { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(data) });
    if (!answer.ok) throw new Error(answer.statusText);
    return (await answer.json()).ids[0];
  }

  async function decide(row, verdict) {
    if (!row) return;
    const data = new FormData(form(row));
    const name = form(row).elements.reviewer;
    if (name && !name.value.trim()) { setTimeout(() => name.focus()); return; } // behind the key
    data.set("verdict", verdict);
    list.next();
    try {
      const id = await send("/decide", data);
      undone.push({ row, id, name: data.get("reviewer") });
      if (name) document.querySelectorAll("[name=reviewer]").forEach(x => { x.value = name.value; });
      const changed = verdict === "accept" && data.get("to") !== data.get("predicate");
      say(row, table.dataset[changed ? "change" : verdict]);
    } catch { say(row, table.dataset.failed, true); }
  }

  async function undo() {
    const u = undone.pop();
    if (!u) return;
    try {
      await send("/review/undo", { first: u.id, last: u.id, reviewer: u.name ?? "" });
      say(u.row, table.dataset.back, true);
    } catch { say(u.row, table.dataset.failed, true); undone.push(u); }
    list.go(rows.indexOf(u.row));
  }

  const on = {
    a: row => decide(row, "accept"), x: row => decide(row, "reject"), u: row => decide(row, "unsure"), z: undo,
  };
  for (const p of predicates) on[p] = row => { if (row) form(row).elements.to.selectedIndex = p - 1; };
  const list = keys(rows, { on });
}
