package web_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"concord/alignment/credential"
)

// downloaded is what the page's form answers to the button of a document.
func (b *tab) downloaded(t *testing.T) string {
	t.Helper()
	script[bool](t, b, `(async () => {
		const form = document.getElementById("align"), data = new FormData(form);
		data.set("what", "document");
		window.got = await (await fetch("/align/download", { method: "POST", body: data })).text();
	})(), true`)
	b.until(t, `typeof window.got === "string"`)
	return script[string](t, b, `window.got`)
}

// threeStated checks the file that a person would have now.
func threeStated(t *testing.T, text string) {
	t.Helper()
	if !json.Valid([]byte(text)) {
		t.Fatalf("no JSON: %.300s", text)
	}
	doc, err := credential.Read("badge.json", []byte(text), credential.Options{})
	if err != nil || len(doc.Stated) != 3 || strings.Contains(text, "not taught") {
		t.Errorf("%v, %d stated", err, len(doc.Stated))
	}
}

// give puts the badge into the form of the front page and sends it.
func give(t *testing.T, b *tab, s *site) {
	t.Helper()
	b.do(t, chromedp.Navigate(s.url+"/"))
	raw, err := json.Marshal(badge)
	if err != nil {
		t.Fatal(err)
	}
	script[bool](t, b, `document.getElementById("text").value = `+string(raw)+`, document.querySelector("form.start [name=target]").value = "starter-esco@1", true`)
	script[bool](t, b, `document.querySelector("form.start button").click(), true`)
	b.until(t, `document.querySelectorAll(".proposal").length >= 4 && document.getElementById("status").textContent !== ""`)
}

func TestAlignByMouse(t *testing.T) {
	s := newSite(t, nil)
	b := browser(t, s.url)
	give(t, b, s)
	for _, n := range []string{"1", "2", "3"} {
		script[bool](t, b, `document.querySelector("input[name='d.`+n+`'][value=accept]").click(), true`)
	}
	script[bool](t, b, `document.querySelector("input[name='d.4'][value=reject]").click(), document.querySelector("input[name='r.4']").value = "not taught", true`)
	b.until(t, `document.getElementById("status").textContent.startsWith("3 accepted, 1 rejected")`)
	script[bool](t, b, `document.querySelector("#s1").dispatchEvent(new MouseEvent("mouseenter")), true`)
	b.until(t, `document.querySelectorAll("mark.lit").length > 0`)
	threeStated(t, b.downloaded(t))
}

func TestAlignByKeys(t *testing.T) {
	s := newSite(t, nil)
	b := browser(t, s.url)
	give(t, b, s)
	keys := func(text string) { t.Helper(); b.press(t, text) }
	keys("j")
	b.until(t, `document.querySelector(".proposal.now")?.dataset.n === document.querySelector(".proposal").dataset.n`)
	keys("a")
	keys("2")
	keys("a")
	keys("u")
	keys("z") // takes the last back
	b.until(t, `document.getElementById("status").textContent.startsWith("2 accepted, 0 rejected")`)
	keys("a")
	keys("x")
	b.until(t, `document.activeElement.closest(".reason") !== null`)
	keys("not taught\r")
	b.until(t, `document.getElementById("status").textContent.startsWith("3 accepted, 1 rejected")`)
	keys("?")
	b.until(t, `document.getElementById("keys").open`)
	keys("\x1b")
	b.until(t, `!document.getElementById("keys").open`)
	keys("/")
	b.until(t, `document.activeElement.id === "lookup"`)
	keys("web page")
	b.until(t, `!document.getElementById("lookup-list").hidden`)
	keys("\x1b")
	threeStated(t, b.downloaded(t))
}
