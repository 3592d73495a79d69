// The keys of a list of things to decide: j and k move, what other keys do is
// the caller's. Keys typed into a field, or with Ctrl, Alt or Meta, are not ours.
document.documentElement.classList.add("js");

// keys makes items a list and returns how to move in it. on maps a key to what
// it does with the current item; it may return the item to go to. moved is
// told of each item that becomes the current one.
export function keys(items, { on, moved = () => {} }) {
  let at = -1;

  function mark(i) {
    at = i;
    items.forEach((x, k) => x.classList.toggle("now", k === at));
    moved(items[at]);
  }

  function go(i) {
    if (!items.length) return;
    mark(Math.max(0, Math.min(items.length - 1, i)));
    items[at].focus({ preventScroll: true });
    items[at].scrollIntoView({ block: "nearest" });
  }

  items.forEach((x, i) => x.addEventListener("focusin", () => { if (i !== at) mark(i); }));
  addEventListener("keydown", e => {
    if (e.ctrlKey || e.metaKey || e.altKey || document.querySelector("dialog[open]")) return;
    if (e.target.matches("textarea, select, input:not([type=radio], [type=checkbox])")) return;
    const move = { j: 1, k: -1 }[e.key];
    if (move) go(at + move);
    else if (on[e.key]) on[e.key](items[at], e);
    else return;
    e.preventDefault();
  });
  return { go, next: () => go(at + 1), current: () => items[at], index: () => at };
}

// predicates are the keys that choose the predicate of an item, in the order of
// its select.
export const predicates = ["1", "2", "3", "4", "5"];
