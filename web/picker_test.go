package web_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"concord/web"
)

const in = `document.querySelector("concord-picker").shadowRoot`

func TestPicker(t *testing.T) {
	s := newSite(t, nil)
	ctx := browser(t, s.url)
	if err := chromedp.Do(ctx, chromedp.Navigate(s.url+"/static/picker.html")); err != nil {
		t.Fatal(err)
	}
	ctx.until(t, in+` !== null && !!`+in+`.querySelector("input")`)
	script[bool](t, ctx, `window.told = []; document.querySelector("concord-picker").addEventListener("change", e => told.push(e.detail.alignment)); document.querySelector("concord-picker").setAttribute("schemes", "starter-esco"); document.querySelector("concord-picker").focus(); true`)

	// Typed by keyboard, chosen by keyboard.
	ctx.press(t, "query rel")
	ctx.until(t, in+`.querySelectorAll("[role=option]").length > 0 && !`+in+`.querySelector("[role=listbox]").hidden`)
	combo := in + `.querySelector("[role=combobox]")`
	if script[string](t, ctx, combo+`.getAttribute("aria-expanded")`) != "true" || script[string](t, ctx, combo+`.getAttribute("aria-controls")`) != script[string](t, ctx, in+`.querySelector("[role=listbox]").id`) {
		t.Error("the list is open and the field does not say so")
	}
	if script[bool](t, ctx, combo+`.hasAttribute("aria-activedescendant")`) {
		t.Error("an option is active before an arrow was pressed")
	}
	ctx.press(t, kb.ArrowDown)
	active := in + `.getElementById(` + combo + `.getAttribute("aria-activedescendant"))`
	if got := script[string](t, ctx, active+`.querySelector(".name").textContent`); got != "query relational data" {
		t.Errorf("the first option is %q", got)
	}
	n := script[int](t, ctx, in+`.querySelectorAll("[role=option]").length`)
	ctx.press(t, kb.End)
	if got := script[int](t, ctx, `Number(`+active+`.dataset.index)`); got != n-1 {
		t.Errorf("End leads to option %d of %d", got, n)
	}
	ctx.press(t, kb.ArrowDown) // round
	ctx.press(t, kb.ArrowUp)
	ctx.press(t, kb.Home)
	if got := script[int](t, ctx, `Number(`+active+`.dataset.index)`); got != 0 {
		t.Errorf("Home leads to option %d", got)
	}
	ctx.press(t, kb.Enter)
	var told [][]map[string]any
	raw := script[string](t, ctx, `JSON.stringify(told)`)
	if err := json.Unmarshal([]byte(raw), &told); err != nil || len(told) != 1 || len(told[0]) != 1 {
		t.Fatalf("told %s", raw)
	}
	a := told[0][0]
	if a["targetUrl"] != sql || a["targetName"] != "query relational data" || a["targetFramework"] != "starter-esco 1" || a["type"].([]any)[0] != "Alignment" {
		t.Errorf("chosen: %v", a)
	}
	if got := script[string](t, ctx, `new FormData(document.querySelector("form")).get("alignment")`); got != strings.TrimSuffix(strings.TrimPrefix(raw, "["), "]") {
		t.Errorf("the form holds %s, want %s", got, raw)
	}
	if script[string](t, ctx, combo+`.getAttribute("aria-expanded")`) != "false" || script[string](t, ctx, combo+`.value`) != "" {
		t.Error("the list is open after a choice")
	}

	// Escape closes, Enter on half a word sends nothing.
	ctx.press(t, "data")
	ctx.until(t, `!`+in+`.querySelector("[role=listbox]").hidden`)
	ctx.press(t, kb.Escape)
	if !script[bool](t, ctx, in+`.querySelector("[role=listbox]").hidden`) {
		t.Error("Escape leaves the list open")
	}
	ctx.press(t, kb.Enter)
	if got := script[string](t, ctx, `location.search`); got != "" {
		t.Errorf("the form was sent: %s", got)
	}
	ctx.press(t, kb.Escape)

	// What the form says is suggested, with the words that say so; a second click takes it back.
	script[bool](t, ctx, `document.querySelector("#about").value = `+string(must(json.Marshal(course)))+`; `+in+`.querySelector("button.suggest").click(); true`)
	ctx.until(t, in+`.querySelectorAll("[role=option]").length > 1 && !`+in+`.querySelector("[role=listbox]").hidden`)
	if got := script[string](t, ctx, in+`.querySelector("[role=listbox]").textContent`); !strings.Contains(got, "% likely") || !strings.Contains(got, "“") {
		t.Errorf("suggested: %s", got)
	}
	script[bool](t, ctx, in+`.querySelector("[role=option][aria-selected=false]").click(); true`)
	if got := script[int](t, ctx, `JSON.parse(document.querySelector("concord-picker").value).length`); got != 2 {
		t.Errorf("%d are chosen, want 2", got)
	}
	ctx.press(t, kb.Escape)
	script[bool](t, ctx, in+`.querySelector(".chips button").click(); true`)
	if got := script[int](t, ctx, `told.at(-1).length`); got != 1 {
		t.Errorf("%d are chosen after one was removed", got)
	}
	if got := script[string](t, ctx, in+`.querySelector(".chips button").getAttribute("aria-label")`); !strings.HasPrefix(got, "Remove ") {
		t.Errorf("the button says %q", got)
	}

	// A value that was kept is read back; a form that is reset is empty; words can be replaced.
	script[bool](t, ctx, `const p = document.querySelector("concord-picker"); p.value = `+"`"+strings.TrimSuffix(strings.TrimPrefix(raw, "["), "]")+"`"+`; p.strings = {fromForm: "Go"}; p.setAttribute("required", ""); true`)
	if got := script[string](t, ctx, `document.querySelector("concord-picker").value`); got != strings.TrimSuffix(strings.TrimPrefix(raw, "["), "]") {
		t.Errorf("read back: %s", got)
	}
	if script[string](t, ctx, in+`.querySelector("button.suggest").textContent`) != "Go" {
		t.Error("words cannot be replaced")
	}
	script[bool](t, ctx, `document.querySelector("form").reset(); true`)
	if script[string](t, ctx, `document.querySelector("concord-picker").value`) != "" || script[bool](t, ctx, `document.querySelector("form").checkValidity()`) {
		t.Error("a form that was reset is not empty, or is valid without what it requires")
	}

	if dir := os.Getenv("CONCORD_PICTURES"); dir != "" { // to look at
		pictures(t, ctx, dir)
	}
}

// TestPickerElsewhere puts the picker on a page of another site that may ask.
func TestPickerElsewhere(t *testing.T) {
	ctx := browser(t, "http://127.0.0.1:") // two sites: two ports
	page := ""
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		io.WriteString(w, page)
	}))
	t.Cleanup(other.Close)
	s := newSite(t, func(c *web.Config) { c.Access.Origins = []string{other.URL} })
	page = `<!doctype html><html lang="de"><form><textarea>` + course + `</textarea><concord-picker name="a" server="` + s.url + `"></concord-picker></form><script type="module" src="` + s.url + `/static/picker.js"></script>`
	if err := chromedp.Do(ctx, chromedp.Navigate(other.URL)); err != nil {
		t.Fatal(err)
	}
	ctx.until(t, in+` !== null`)
	script[bool](t, ctx, in+`.querySelector("button.suggest").click(); true`)
	ctx.until(t, in+`.querySelectorAll("[role=option]").length > 1`)
	if got := script[string](t, ctx, in+`.querySelector("label").textContent`); got != "Kompetenzen" {
		t.Errorf("in a German page: %q", got)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// pictures takes the picker with its list open, light and dark, wide and narrow.
func pictures(t *testing.T, ctx *tab, dir string) {
	for _, shot := range []struct {
		name, scheme string
		width        int64
	}{{"light", "light", 900}, {"dark", "dark", 900}, {"phone", "light", 375}, {"phone-dark", "dark", 375}} {
		ctx.look(t, shot.width, shot.scheme)
		script[bool](t, ctx, `document.querySelector("#about").value = `+string(must(json.Marshal(course)))+`; `+in+`.querySelector("button.suggest").click(); true`)
		ctx.until(t, in+`.querySelectorAll("[role=option]").length > 1 && !`+in+`.querySelector("[role=listbox]").hidden`)
		script[bool](t, ctx, in+`.querySelector("[role=option][aria-selected=false]")?.click(); true`)
		ctx.press(t, kb.ArrowDown)
		png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, shot.name+".png"), png, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
