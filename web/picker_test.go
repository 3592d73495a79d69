package web_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"concord/web"
)

// pickerTab starts Chromium and returns a context for a tab of it.
func pickerTab(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil && path == "" {
			path = p
		}
	}
	if path == "" {
		t.Skip("no Chromium here; on Debian: apt-get install chromium")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.WindowSize(900, 900))
	ctx, stop := chromedp.NewExecAllocator(t.Context(), opts...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	ctx, stop = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(stop)
	return ctx
}

// js is what an expression comes to in the page.
func js[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// until waits for an expression to be true.
func until(t *testing.T, ctx context.Context, expression string) {
	t.Helper()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(20*time.Second))); err != nil {
		t.Fatalf("%s never became true: %v; the picker says %q", expression, err, js[string](t, ctx, in+`.querySelector("[role=status]").textContent`))
	}
}

func press(t *testing.T, ctx context.Context, keys string) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.KeyEvent(keys)); err != nil {
		t.Fatal(err)
	}
}

const in = `document.querySelector("concord-picker").shadowRoot`

func TestPicker(t *testing.T) {
	ctx := pickerTab(t)
	s := newSite(t, nil)
	if err := chromedp.Do(ctx, chromedp.Navigate(s.url+"/static/picker.html")); err != nil {
		t.Fatal(err)
	}
	until(t, ctx, in+` !== null && !!`+in+`.querySelector("input")`)
	js[bool](t, ctx, `window.told = []; document.querySelector("concord-picker").addEventListener("change", e => told.push(e.detail.alignment)); document.querySelector("concord-picker").setAttribute("schemes", "starter-esco"); document.querySelector("concord-picker").focus(); true`)

	// Typed by keyboard, chosen by keyboard.
	press(t, ctx, "query rel")
	until(t, ctx, in+`.querySelectorAll("[role=option]").length > 0 && !`+in+`.querySelector("[role=listbox]").hidden`)
	combo := in + `.querySelector("[role=combobox]")`
	if js[string](t, ctx, combo+`.getAttribute("aria-expanded")`) != "true" || js[string](t, ctx, combo+`.getAttribute("aria-controls")`) != js[string](t, ctx, in+`.querySelector("[role=listbox]").id`) {
		t.Error("the list is open and the field does not say so")
	}
	if js[bool](t, ctx, combo+`.hasAttribute("aria-activedescendant")`) {
		t.Error("an option is active before an arrow was pressed")
	}
	press(t, ctx, kb.ArrowDown)
	active := in + `.getElementById(` + combo + `.getAttribute("aria-activedescendant"))`
	if got := js[string](t, ctx, active+`.querySelector(".name").textContent`); got != "query relational data" {
		t.Errorf("the first option is %q", got)
	}
	n := js[int](t, ctx, in+`.querySelectorAll("[role=option]").length`)
	press(t, ctx, kb.End)
	if got := js[int](t, ctx, `Number(`+active+`.dataset.index)`); got != n-1 {
		t.Errorf("End leads to option %d of %d", got, n)
	}
	press(t, ctx, kb.ArrowDown) // round
	press(t, ctx, kb.ArrowUp)
	press(t, ctx, kb.Home)
	if got := js[int](t, ctx, `Number(`+active+`.dataset.index)`); got != 0 {
		t.Errorf("Home leads to option %d", got)
	}
	press(t, ctx, kb.Enter)
	var told [][]map[string]any
	raw := js[string](t, ctx, `JSON.stringify(told)`)
	if err := json.Unmarshal([]byte(raw), &told); err != nil || len(told) != 1 || len(told[0]) != 1 {
		t.Fatalf("told %s", raw)
	}
	a := told[0][0]
	if a["targetUrl"] != sql || a["targetName"] != "query relational data" || a["targetFramework"] != "starter-esco 1" || a["type"].([]any)[0] != "Alignment" {
		t.Errorf("chosen: %v", a)
	}
	if got := js[string](t, ctx, `new FormData(document.querySelector("form")).get("alignment")`); got != strings.TrimSuffix(strings.TrimPrefix(raw, "["), "]") {
		t.Errorf("the form holds %s, want %s", got, raw)
	}
	if js[string](t, ctx, combo+`.getAttribute("aria-expanded")`) != "false" || js[string](t, ctx, combo+`.value`) != "" {
		t.Error("the list is open after a choice")
	}

	// Escape closes, Enter on half a word sends nothing.
	press(t, ctx, "data")
	until(t, ctx, `!`+in+`.querySelector("[role=listbox]").hidden`)
	press(t, ctx, kb.Escape)
	if !js[bool](t, ctx, in+`.querySelector("[role=listbox]").hidden`) {
		t.Error("Escape leaves the list open")
	}
	press(t, ctx, kb.Enter)
	if got := js[string](t, ctx, `location.search`); got != "" {
		t.Errorf("the form was sent: %s", got)
	}
	press(t, ctx, kb.Escape)

	// What the form says is suggested, with the words that say so; a second click takes it back.
	js[bool](t, ctx, `document.querySelector("#about").value = `+string(must(json.Marshal(course)))+`; `+in+`.querySelector("button.suggest").click(); true`)
	until(t, ctx, in+`.querySelectorAll("[role=option]").length > 1 && !`+in+`.querySelector("[role=listbox]").hidden`)
	if got := js[string](t, ctx, in+`.querySelector("[role=listbox]").textContent`); !strings.Contains(got, "% likely") || !strings.Contains(got, "“") {
		t.Errorf("suggested: %s", got)
	}
	js[bool](t, ctx, in+`.querySelector("[role=option][aria-selected=false]").click(); true`)
	if got := js[int](t, ctx, `JSON.parse(document.querySelector("concord-picker").value).length`); got != 2 {
		t.Errorf("%d are chosen, want 2", got)
	}
	press(t, ctx, kb.Escape)
	js[bool](t, ctx, in+`.querySelector(".chips button").click(); true`)
	if got := js[int](t, ctx, `told.at(-1).length`); got != 1 {
		t.Errorf("%d are chosen after one was removed", got)
	}
	if got := js[string](t, ctx, in+`.querySelector(".chips button").getAttribute("aria-label")`); !strings.HasPrefix(got, "Remove ") {
		t.Errorf("the button says %q", got)
	}

	// A value that was kept is read back; a form that is reset is empty; words can be replaced.
	js[bool](t, ctx, `const p = document.querySelector("concord-picker"); p.value = `+"`"+strings.TrimSuffix(strings.TrimPrefix(raw, "["), "]")+"`"+`; p.strings = {fromForm: "Go"}; p.setAttribute("required", ""); true`)
	if got := js[string](t, ctx, `document.querySelector("concord-picker").value`); got != strings.TrimSuffix(strings.TrimPrefix(raw, "["), "]") {
		t.Errorf("read back: %s", got)
	}
	if js[string](t, ctx, in+`.querySelector("button.suggest").textContent`) != "Go" {
		t.Error("words cannot be replaced")
	}
	js[bool](t, ctx, `document.querySelector("form").reset(); true`)
	if js[string](t, ctx, `document.querySelector("concord-picker").value`) != "" || js[bool](t, ctx, `document.querySelector("form").checkValidity()`) {
		t.Error("a form that was reset is not empty, or is valid without what it requires")
	}

	if dir := os.Getenv("CONCORD_PICTURES"); dir != "" { // to look at
		pictures(t, ctx, dir)
	}
}

// TestPickerElsewhere puts the picker on a page of another site that may ask.
func TestPickerElsewhere(t *testing.T) {
	ctx := pickerTab(t)
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
	until(t, ctx, in+` !== null`)
	js[bool](t, ctx, in+`.querySelector("button.suggest").click(); true`)
	until(t, ctx, in+`.querySelectorAll("[role=option]").length > 1`)
	if got := js[string](t, ctx, in+`.querySelector("label").textContent`); got != "Kompetenzen" {
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
func pictures(t *testing.T, ctx context.Context, dir string) {
	for _, shot := range []struct {
		name, scheme string
		width        int64
	}{{"light", "light", 900}, {"dark", "dark", 900}, {"phone", "light", 375}, {"phone-dark", "dark", 375}} {
		features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: shot.scheme}}
		emulate := func(ctx context.Context, tab *chromedp.Target) (chromedp.Void, error) {
			_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
			return chromedp.Void{}, err
		}
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(shot.width, 900), emulate); err != nil {
			t.Fatal(err)
		}
		js[bool](t, ctx, `document.querySelector("#about").value = `+string(must(json.Marshal(course)))+`; `+in+`.querySelector("button.suggest").click(); true`)
		until(t, ctx, in+`.querySelectorAll("[role=option]").length > 1 && !`+in+`.querySelector("[role=listbox]").hidden`)
		js[bool](t, ctx, in+`.querySelector("[role=option][aria-selected=false]")?.click(); true`)
		press(t, ctx, kb.ArrowDown)
		png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, shot.name+".png"), png, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
