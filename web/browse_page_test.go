package web_test

import (
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

var link = regexp.MustCompile(`(?:href|action)="(/[^"]*)"`)

// TestLinks follows every link inside from the front page: each answers 200,
// and every page's twin is JSON.
func TestLinks(t *testing.T) {
	s := newSite(t, nil)
	queue, seen, pages := []string{"/"}, map[string]bool{"/": true}, 0
	for len(queue) > 0 && pages < 400 {
		at := queue[0]
		queue = queue[1:]
		got := s.ask("GET", at, "", "Accept: text/html")
		if got.status != 200 {
			t.Errorf("%s: %d", at, got.status)
			continue
		}
		if !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
			if strings.Contains(got.header.Get("Content-Type"), "json") && !json.Valid([]byte(got.body)) {
				t.Errorf("%s is no JSON", at)
			}
			continue
		}
		pages++
		if n := strings.Count(got.body, "<h1"); n != 1 {
			t.Errorf("%s has %d h1", at, n)
		}
		if strings.Contains(got.body, " style=") || strings.Contains(got.body, "onclick=") {
			t.Errorf("%s holds what the content security policy forbids", at)
		}
		for _, m := range link.FindAllStringSubmatch(got.body, -1) {
			to := html.UnescapeString(m[1])
			to, _, _ = strings.Cut(to, "#")
			if u, err := url.Parse(to); err != nil || u.Path == "/align/download" || u.Path == "/ui" || strings.HasPrefix(u.Path, "/v1/") {
				continue // forms and the API have tests of their own
			}
			if !seen[to] {
				seen[to] = true
				queue = append(queue, to)
			}
		}
	}
	if pages < 50 {
		t.Errorf("only %d pages were reached", pages)
	}
}

func TestBrowsePages(t *testing.T) {
	s := newSite(t, nil)
	for path, want := range map[string]string{
		"/search?q=query+relational":    "query relational data",
		"/search?q=zzzzqqqq":            "Nothing has these words",
		"/schemes/starter-esco@1":       `class="tree"`,
		"/concept?uri=" + sql:           "query relational data",
		"/concept?uri=" + sql + "&ui=x": "Open Badges 3.0",
	} {
		if got := s.ask("GET", path, "", "Accept: text/html"); got.status != 200 || !strings.Contains(got.body, want) {
			t.Errorf("%s: %d, without %q", path, got.status, want)
		}
	}
	for path, status := range map[string]int{"/concept": 422, "/concept?uri=none": 404, "/schemes/none": 404, "/schemes/starter-esco?at=x": 404, "/schemes/..%2f..%2fetc": 422} {
		if got := s.ask("GET", path, "", "Accept: text/html"); got.status != status || !strings.Contains(got.body, "<h1>") {
			t.Errorf("%s: %d, want %d", path, got.status, status)
		}
	}
	if got := s.ask("GET", "/v1/concept?uri="+sql, "", "Accept: text/html"); got.status != 303 || !strings.HasPrefix(got.header.Get("Location"), "/concept?uri=") {
		t.Errorf("a browser at the API: %d %v", got.status, got.header)
	}
	if got := s.ask("GET", "/concept.json?uri="+sql, ""); got.status != 200 || !json.Valid([]byte(got.body)) {
		t.Errorf("a twin: %d", got.status)
	}
}
