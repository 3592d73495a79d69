// <concord-picker> picks skill concepts in a form of any site:
//
//   <script type="module" src="https://skills.example.org/static/picker.js"></script>
//   <form> … <concord-picker name="alignment" schemes="esco" lang="en"></concord-picker> </form>
//
// Attributes: server (default: where this file is from), schemes (NAME or
// NAME@RELEASE, with commas between), lang (of labels), max (concepts at most,
// default 20), name (of the form field), label, disabled, required.
// It emits "change" with event.detail.alignment, an Open Badges 3.0 alignment[],
// which is also its value in the form, as JSON. Words can be replaced by the
// property strings; looks by CSS properties --concord-* and by ::part().
// It asks the server for /v1/suggest while somebody types, and for /v1/align
// when they press the button, with the text of the form. It asks nobody else.

const words = {
  en: {
    label: "Skills", placeholder: "Type a skill", fromForm: "Suggest from this form", remove: "Remove %s", results: "%d suggestions", result: "1 suggestion",
    none: "Nothing found", noText: "There is no text in this form yet", noProposal: "The text names no skill clearly enough", working: "Reading the form…",
    failed: "The server did not answer: %s", full: "No more than %d can be chosen", added: "%s added", removed: "%s removed", required: "Choose at least one skill", likely: "%d % likely", list: "Suggestions",
  },
  de: {
    label: "Kompetenzen", placeholder: "Kompetenz eingeben", fromForm: "Aus diesem Formular vorschlagen", remove: "%s entfernen", results: "%d Vorschläge", result: "1 Vorschlag",
    none: "Nichts gefunden", noText: "In diesem Formular steht noch kein Text", noProposal: "Der Text nennt keine Kompetenz deutlich genug", working: "Das Formular wird gelesen…",
    failed: "Der Server antwortet nicht: %s", full: "Mehr als %d können nicht gewählt werden", added: "%s hinzugefügt", removed: "%s entfernt", required: "Wählen Sie mindestens eine Kompetenz", likely: "zu %d % passend", list: "Vorschläge",
  },
};

const style = new CSSStyleSheet();
style.replaceSync(`
:host { display: block; position: relative; font: inherit; color-scheme: light dark; --ink: var(--concord-ink, #1d252e); --soft: var(--concord-soft, #57606b); --ground: var(--concord-ground, #fff);
  --edge: var(--concord-edge, #8f8a7f); --accent: var(--concord-accent, #14566b); --chip: var(--concord-chip, #e0eef1); --bad: var(--concord-bad, #a02c2c); --radius: var(--concord-radius, .5rem); color: var(--ink); }
@media (prefers-color-scheme: dark) { :host { --ink: var(--concord-ink, #e8e6e1); --soft: var(--concord-soft, #a8b0b9); --ground: var(--concord-ground, #1a2027); --edge: var(--concord-edge, #78828d);
  --accent: var(--concord-accent, #7fc6da); --chip: var(--concord-chip, #17323b); --bad: var(--concord-bad, #f0968f); } }
:host([hidden]), [hidden] { display: none !important; }
* { box-sizing: border-box; }
label { display: block; font-weight: 600; margin-bottom: .3rem; }
.chips { list-style: none; display: flex; flex-wrap: wrap; gap: .4rem; margin: 0 0 .5rem; padding: 0; }
.chips:empty { display: none; }
.chips li { display: inline-flex; align-items: stretch; max-width: 100%; background: var(--chip); border-radius: 99px; }
.chips span { padding: .35rem .1rem .35rem .8rem; overflow-wrap: anywhere; }
.chips button { border: 0; background: none; min-width: 2.2rem; border-radius: 99px; font-size: 1.1em; }
.row { display: flex; flex-wrap: wrap; gap: .5rem; }
.field { position: relative; flex: 1 1 14rem; min-width: 0; }
input { width: 100%; font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--edge); border-radius: var(--radius); padding: .55rem .75rem; min-height: 2.75rem; }
button { font: inherit; color: var(--accent); cursor: pointer; }
.suggest { border: 1px solid var(--accent); border-radius: var(--radius); background: var(--ground); padding: .5rem .9rem; min-height: 2.75rem; flex: 0 1 auto; }
button:disabled, input:disabled { opacity: .55; cursor: default; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
[role=listbox] { position: absolute; z-index: 30; left: 0; right: 0; top: calc(100% + .25rem); max-height: min(20rem, 55vh); overflow-y: auto; margin: 0; padding: .25rem; list-style: none;
  background: var(--ground); border: 1px solid var(--edge); border-radius: var(--radius); box-shadow: 0 6px 20px rgb(0 0 0 / .18); }
[role=option] { padding: .5rem .6rem; border-radius: calc(var(--radius) - .1rem); cursor: pointer; border-left: 3px solid transparent; }
[role=option].active { background: var(--chip); border-left-color: var(--accent); }
[role=option][aria-selected=true] .name::after { content: " ✓"; color: var(--accent); }
.name { font-weight: 600; } .why { color: var(--soft); font-size: .875em; overflow-wrap: anywhere; }
.say { min-height: 1.5em; margin-top: .3rem; color: var(--soft); font-size: .875em; } .say.bad { color: var(--bad); }
@media (prefers-reduced-motion: no-preference) { [role=option], button { transition: background-color .12s; } }
@media (forced-colors: active) { [role=option].active { outline: 2px solid Highlight; } }
`);

const typingPause = 150; // ms

// What kind of node a concept is (targetType) is left to who writes the badge.
const alignmentOf = (c) => {
  const a = { type: ["Alignment"], targetName: c.label, targetUrl: c.uri, targetFramework: `${c.scheme} ${c.release}` };
  if (c.code) a.targetCode = c.code;
  return a;
};

class ConcordPicker extends HTMLElement {
  static formAssociated = true;
  static observedAttributes = ["label", "disabled", "required", "lang", "schemes"];
  #internals = this.attachInternals();
  #chosen = []; // concepts, in the order chosen
  #options = []; // concepts in the list
  #active = -1; // index in #options
  #asking = null; // AbortController of the request under way
  #timer = 0;
  #own = {}; // strings of the page
  #parts = {};

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    root.adoptedStyleSheets = [style];
    root.innerHTML = `<label part="label" for="input"></label><ul class="chips" part="chips"></ul>
<div class="row"><div class="field"><input id="input" part="input" type="text" role="combobox" aria-autocomplete="list" aria-expanded="false" aria-controls="list" aria-describedby="say" autocomplete="off" autocapitalize="none" spellcheck="false">
<ul id="list" part="list" role="listbox" hidden></ul></div><button class="suggest" part="button" type="button"></button></div><div id="say" class="say" part="status" role="status"></div>`;
    for (const [name, at] of Object.entries({ label: "label", chips: ".chips", input: "input", list: "#list", button: ".suggest", say: "#say" })) this.#parts[name] = root.querySelector(at);
    const { input, list, button } = this.#parts;
    input.addEventListener("input", () => this.#typed());
    input.addEventListener("keydown", (e) => this.#key(e));
    input.addEventListener("blur", () => this.#close());
    list.addEventListener("mousedown", (e) => e.preventDefault()); // the field keeps the focus
    list.addEventListener("click", (e) => {
      const option = e.target.closest("[role=option]");
      if (option) this.#choose(Number(option.dataset.index));
    });
    button.addEventListener("click", () => this.#fromForm());
    input.addEventListener("change", (e) => e.stopPropagation()); // the field's own is not ours
  }

  connectedCallback() {
    this.#write();
    this.#changed(false);
  }
  disconnectedCallback() { this.#stop(); }
  attributeChangedCallback() { this.#write(); this.#validate(); }
  formResetCallback() { this.#chosen = []; this.#parts.input.value = ""; this.#close(); this.#say(""); this.#changed(false); }
  formDisabledCallback() { this.#write(); }
  formStateRestoreCallback(state) { this.value = state; }

  // alignment is what was chosen, as Open Badges 3.0 has it.
  get alignment() { return this.#chosen.map(alignmentOf); }
  get value() { return this.#chosen.length ? JSON.stringify(this.alignment) : ""; }
  set value(v) {
    let list = [];
    try { list = typeof v === "string" ? JSON.parse(v || "[]") : v || []; } catch { /* no JSON: nothing was chosen */ }
    this.#chosen = (Array.isArray(list) ? list : []).filter((a) => a && a.targetUrl).map((a) => {
      const framework = String(a.targetFramework || "");
      const cut = framework.lastIndexOf(" ");
      return { uri: a.targetUrl, label: a.targetName || a.targetUrl, code: a.targetCode, scheme: cut < 0 ? framework : framework.slice(0, cut), release: cut < 0 ? "" : framework.slice(cut + 1) };
    });
    this.#changed(false);
  }
  get name() { return this.getAttribute("name"); }
  get form() { return this.#internals.form; }
  get strings() { return { ...words.en, ...words[this.#lang().split("-")[0]], ...this.#own }; }
  set strings(own) { this.#own = { ...own }; this.#write(); this.#show(); }
  checkValidity() { return this.#internals.checkValidity(); }
  reportValidity() { return this.#internals.reportValidity(); }

  #lang() { return this.getAttribute("lang") || this.closest("[lang]")?.lang || "en"; }
  #max() { return Math.max(1, Number(this.getAttribute("max")) || 20); }
  #schemes() { return (this.getAttribute("schemes") || "").split(",").map((s) => s.trim()).filter(Boolean); }
  #server(path) { return new URL(path, this.getAttribute("server") || new URL(import.meta.url).origin); }
  #text(key, value) { return this.strings[key].replace(/%[sd]/, () => value); }

  #write() {
    const { label, input, button, list } = this.#parts;
    label.textContent = this.getAttribute("label") || this.strings.label;
    input.placeholder = this.strings.placeholder;
    button.textContent = this.strings.fromForm;
    list.setAttribute("aria-label", this.strings.list);
    input.disabled = button.disabled = this.matches(":disabled");
  }

  #say(text, bad = false) {
    this.#parts.say.textContent = text;
    this.#parts.say.classList.toggle("bad", bad);
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#asking = null;
  }

  // ask sends one request and gives up the one before. It returns nothing where it was given up itself.
  async #ask(url, options = {}) {
    this.#stop();
    const asking = (this.#asking = new AbortController());
    try {
      const answer = await fetch(url, { ...options, signal: asking.signal, headers: { Accept: "application/json", ...options.headers } });
      const body = await answer.json();
      if (!answer.ok) throw new Error(body.detail || body.title || answer.statusText);
      return asking === this.#asking ? body : undefined;
    } catch (e) {
      if (asking === this.#asking && e.name !== "AbortError") {
        this.#close();
        this.#say(this.#text("failed", e.message), true);
      }
    }
  }

  #typed() {
    this.#stop();
    const prefix = this.#parts.input.value.trim();
    if (!prefix) { this.#close(); this.#say(""); return; }
    this.#timer = setTimeout(async () => {
      const url = this.#server("/v1/suggest");
      url.searchParams.set("prefix", prefix.slice(0, 200));
      if (this.#schemes().length) url.searchParams.set("schemes", this.#schemes().join(","));
      url.searchParams.set("langs", [...new Set([this.#lang(), "en"])].join(","));
      const body = await this.#ask(url);
      if (body) this.#open(body.hits.map((h) => ({ ...h, note: [h.matched && h.matched.text !== h.label ? h.matched.text : "", h.scheme, h.code].filter(Boolean).join(" · ") })), this.strings.none);
    }, typingPause);
  }

  // fromForm proposes what the words in the form around are about.
  async #fromForm() {
    const around = this.form || this.closest("form") || document.body;
    const texts = [...around.querySelectorAll("textarea, input:not([type]), input[type=text], input[type=search], [contenteditable=true]")]
      .filter((f) => !f.matches(":disabled, [data-concord=skip]") && !/^(cc-|name|given|family|email|tel|street|postal|username|one-time)/.test(f.autocomplete || ""))
      .map((f) => (f.value ?? f.textContent).trim()).filter(Boolean);
    if (!texts.length) { this.#say(this.strings.noText); return; }
    this.#parts.input.focus();
    this.#say(this.strings.working);
    const body = await this.#ask(this.#server("/v1/align"), {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ text: texts.join("\n\n"), targets: this.#schemes(), max: Math.min(10, this.#max()) }),
    });
    if (body) this.#open(body.alignments.map((a) => ({ ...a, note: [this.#text("likely", Math.round(100 * a.probability)), a.evidence[0] ? `“${a.evidence[0].quote}”` : "", a.scheme].filter(Boolean).join(" · ") })), this.strings.noProposal);
  }

  #open(options, none) {
    this.#options = options;
    this.#active = -1;
    this.#show();
    const found = options.length > 0;
    this.#parts.list.hidden = !found;
    this.#parts.input.setAttribute("aria-expanded", String(found));
    this.#say(!found ? none : options.length === 1 ? this.strings.result : this.#text("results", options.length));
  }

  #close() {
    this.#stop();
    this.#parts.list.hidden = true;
    this.#active = -1;
    this.#parts.input.setAttribute("aria-expanded", "false");
    this.#parts.input.removeAttribute("aria-activedescendant");
  }

  #isChosen(c) { return this.#chosen.some((x) => x.uri === c.uri); }

  #show() {
    const { list, chips } = this.#parts;
    const make = (tag, text, props = {}) => Object.assign(document.createElement(tag), { textContent: text, ...props });
    list.replaceChildren(...this.#options.map((c, i) => {
      const option = make("li", "", { id: `option-${i}`, lang: c.lang || "" });
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", String(this.#isChosen(c)));
      option.dataset.index = i;
      option.append(make("div", c.label, { className: "name" }), make("div", c.note, { className: "why" }));
      return option;
    }));
    chips.replaceChildren(...this.#chosen.map((c, i) => {
      const chip = make("li", "", { title: c.uri });
      const remove = make("button", "×", { type: "button", disabled: this.matches(":disabled") });
      remove.setAttribute("aria-label", this.#text("remove", c.label));
      remove.addEventListener("click", () => this.#remove(i));
      chip.append(make("span", c.label), remove);
      return chip;
    }));
    this.#mark();
  }

  #mark() {
    const options = [...this.#parts.list.children];
    options.forEach((o, i) => o.classList.toggle("active", i === this.#active));
    const active = options[this.#active];
    if (!active) { this.#parts.input.removeAttribute("aria-activedescendant"); return; }
    this.#parts.input.setAttribute("aria-activedescendant", active.id);
    active.scrollIntoView({ block: "nearest" });
  }

  // key follows the combobox pattern of ARIA 1.2 with a listbox.
  #key(e) {
    if (e.isComposing || e.ctrlKey || e.metaKey) return;
    const open = !this.#parts.list.hidden;
    const last = this.#options.length - 1;
    const to = (i) => { this.#active = i; this.#mark(); e.preventDefault(); };
    switch (e.key) {
      case "ArrowDown":
        if (open) return e.altKey ? undefined : to(this.#active >= last ? 0 : this.#active + 1);
        e.preventDefault();
        return this.#typed();
      case "ArrowUp":
        if (open && e.altKey) { e.preventDefault(); return this.#close(); }
        return open ? to(this.#active <= 0 ? last : this.#active - 1) : undefined;
      case "Home": return open && this.#active >= 0 ? to(0) : undefined;
      case "End": return open && this.#active >= 0 ? to(last) : undefined;
      case "Enter":
        if (open && this.#active >= 0) { e.preventDefault(); return this.#choose(this.#active); }
        if (open || this.#parts.input.value) e.preventDefault(); // half a word does not send the form
        return;
      case "Escape":
        if (open) { e.preventDefault(); e.stopPropagation(); return this.#close(); }
        this.#parts.input.value = "";
        return this.#say("");
      case "Backspace":
        if (!this.#parts.input.value && this.#chosen.length) this.#remove(this.#chosen.length - 1);
    }
  }

  #choose(i) {
    const c = this.#options[i];
    if (!c) return;
    const at = this.#chosen.findIndex((x) => x.uri === c.uri);
    if (at >= 0) { this.#remove(at); return; }
    if (this.#chosen.length >= this.#max()) { this.#say(this.#text("full", this.#max()), true); return; }
    this.#chosen.push(c);
    if (this.#parts.input.value) { this.#parts.input.value = ""; this.#close(); } // what is proposed for a form stays open
    this.#say(this.#text("added", c.label));
    this.#changed(true);
  }

  #remove(i) {
    const [c] = this.#chosen.splice(i, 1);
    this.#say(this.#text("removed", c.label));
    this.#changed(true);
    this.#parts.input.focus();
  }

  #validate() {
    const missing = this.hasAttribute("required") && !this.#chosen.length;
    this.#internals.setValidity(missing ? { valueMissing: true } : {}, missing ? this.strings.required : "", this.#parts.input);
  }

  #changed(tell) {
    this.#show();
    this.#internals.setFormValue(this.value || null);
    this.#validate();
    if (tell) this.dispatchEvent(new CustomEvent("change", { bubbles: true, composed: true, detail: { alignment: this.alignment } }));
  }
}

customElements.define("concord-picker", ConcordPicker);
