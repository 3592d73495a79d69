package web_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"concord/web"
)

func TestPages(t *testing.T) {
	s := newSite(t, nil)
	got := s.ask("GET", "/", "", "Accept: text/html", "Accept-Language: de-CH, en;q=0.5")
	if got.status != 200 || !strings.Contains(got.body, `<html lang="de">`) || !strings.Contains(got.body, "starter-esco") {
		t.Errorf("the front page in German: %d %s", got.status, got.body)
	}
	if got := s.ask("GET", "/index.json", ""); got.status != 200 || !json.Valid([]byte(got.body)) {
		t.Errorf("its twin: %d %s", got.status, got.body)
	}
	if got := s.ask("GET", "/ui?ui=de&back=//evil.example/", ""); got.status != 303 || got.header.Get("Location") != "/" || !strings.Contains(got.header.Get("Set-Cookie"), "concord_ui=de") {
		t.Errorf("changing the language: %d %v", got.status, got.header)
	}
	if got := s.ask("GET", "/static/site.css", ""); got.status != 200 || !strings.HasPrefix(got.header.Get("Content-Type"), "text/css") {
		t.Errorf("the style: %d %v", got.status, got.header)
	}
}

// TestWords: every language has the same keys with the same verbs, and every
// key that a template names is there.
func TestWords(t *testing.T) {
	all := web.Languages()
	verbs := regexp.MustCompile(`%[a-z%]`)
	for code, texts := range all {
		for key, text := range all["en"] {
			other, ok := texts[key]
			if !ok {
				t.Errorf("%s lacks %s", code, key)
			}
			if a, b := verbs.FindAllString(text, -1), verbs.FindAllString(other, -1); len(a) != len(b) {
				t.Errorf("%s: %s has other verbs: %q and %q", code, key, text, other)
			}
		}
		if len(texts) != len(all["en"]) {
			t.Errorf("%s has %d texts, English %d", code, len(texts), len(all["en"]))
		}
	}
	named := regexp.MustCompile(`\bt "([a-z0-9.\-]+[a-z0-9])"`)
	for name, text := range web.Templates() {
		for _, m := range named.FindAllStringSubmatch(text, -1) {
			if _, ok := all["en"][m[1]]; !ok {
				t.Errorf("%s names %q, which has no text", name, m[1])
			}
		}
	}
}
