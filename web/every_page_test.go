package web_test

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"concord/importers/mappings"
	"concord/importers/source"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

// starterSet is the crosswalk of newFullSite.
const starterSet = "https://concord.example/starter/crosswalks/onet-esco-occupations.sssom.tsv"

// newFullSite is newSite with something on every page: two releases of a
// framework, a crosswalk that waits for reviewers, and what two of these said.
func newFullSite(t *testing.T) *site {
	t.Helper()
	s := newSite(t, nil)
	s.load("starter/esco-layout", "starter-esco@0.9")
	// load has put the starter files there.
	path := filepath.Join(s.home, "files", "starter/crosswalks/onet-esco-occupations.sssom.tsv")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	read, err := mappings.Read(source.OnDisk(path, info.Size()), mappings.Options{Set: taxonomy.MappingSet{Status: taxonomy.Proposed}})
	if err != nil {
		t.Fatal(err)
	}
	c := read[0].Crosswalk
	c.Status = taxonomy.Proposed
	if err := s.store.Import(t.Context(), taxonomy.Release{}, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		if err := w.PutMappingSet(&c.MappingSet); err != nil {
			return err
		}
		for i := range c.Mappings {
			c.Mappings[i].Status = taxonomy.Proposed
			if _, err := w.PutMapping(&c.Mappings[i]); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	var said []taxonomy.Decision
	for i, m := range c.Mappings[:4] {
		for _, by := range []string{"Ada", "Grace"} {
			d := taxonomy.Decision{Set: c.ID, Subject: m.Subject, Predicate: m.Predicate, Object: m.Object, Verdict: taxonomy.Accept, Reviewer: by, Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
			if i == 3 && by == "Grace" {
				d.Verdict, d.Reason = taxonomy.Reject, "another trade"
			}
			said = append(said, d)
		}
	}
	if _, err := s.store.AddDecisions(t.Context(), said); err != nil {
		t.Fatal(err)
	}
	return s
}

// everyPage is an address of every page, by name, on a newFullSite.
func everyPage() map[string]string {
	set := url.QueryEscape(starterSet)
	return map[string]string{
		"home": "/", "align-form": "/align", "align": "/align?sample=data-explorer.ob3.json", "search": "/search?q=data", "nothing-found": "/search?q=zzzzqqqq",
		"schemes": "/schemes", "scheme": "/schemes/starter-esco@1", "filtered": "/schemes/starter-esco@1?filter=data&kind=skill", "concept": "/concept?uri=" + sql, "occupation": "/concept?uri=" + url.QueryEscape("https://concord.example/starter/esco-layout/occupation/data-analyst"),
		"crosswalks": "/crosswalks", "crosswalk": "/crosswalk?set=" + set + "&check=1", "conflicts": "/crosswalk?conflict=any&set=" + set, "export": "/crosswalk/export?format=ctdl&set=" + set,
		"review": "/review?a=Ada&b=Grace", "bulk": "/review/bulk?least=0.5&alone=1", "releases": "/releases", "diff": "/releases/diff?from=starter-esco@0.9&to=starter-esco@1", "touched": "/releases/touched?from=starter-esco@0.9&to=starter-esco@1", "quality": "/quality", "profile": "/profile",
		"docs": "/docs", "missing": "/concept?uri=none", "picker": "/static/picker.html",
	}
}

// pageNames are those of everyPage in order.
func pageNames() []string {
	var names []string
	for name := range everyPage() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// open opens a page and waits until nothing of it is on its way.
func (b *tab) open(t *testing.T, s *site, at string) {
	t.Helper()
	b.do(t, chromedp.Navigate(s.url+at))
	b.until(t, `document.readyState === "complete" && !document.querySelector("meta[http-equiv=refresh]")`)
}

// TestEveryPage: no page has an error, asks elsewhere, moves under the reader,
// is wider than a phone, has a control without a name or too small for a
// finger, or skips a heading; Tab goes through it and the focus is seen.
func TestEveryPage(t *testing.T) {
	s := newFullSite(t)
	b := browser(t, s.url)
	for _, name := range pageNames() {
		at := everyPage()[name]
		b.look(t, 390, "light")
		b.open(t, s, at)
		if w := script[int](t, b, `document.documentElement.scrollWidth`); w > 390 {
			t.Errorf("%s is %d wide on a phone", at, w)
		}
		b.look(t, 1280, "dark")
		b.open(t, s, at)
		shift := b.shift(t)
		if shift > 0.1 {
			t.Errorf("%s shifts by %.2f", at, shift)
		}
		if unnamed := script[int](t, b, `[...document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a")].filter(e => e.offsetParent && !(e.labels?.length || e.getAttribute("aria-label") || e.textContent.trim() || e.title)).length`); unnamed > 0 {
			t.Errorf("%s has %d controls without a name", at, unnamed)
		}
		if jumps := script[bool](t, b, `(() => { let at = 0; for (const h of document.querySelectorAll("h1, h2, h3, h4")) { const n = +h.tagName[1]; if (n > at + 1) return true; at = n; } return false; })()`); jumps {
			t.Errorf("%s skips a level of headings", at)
		}
		if name == "picker" {
			continue // a demonstration of the component, with a test of its own
		}
		var before string
		for n := range 12 {
			b.press(t, "\t")
			now := script[string](t, b, `(() => { const e = document.activeElement, s = getComputedStyle(e); if (e === document.body) return ""; const c = e.closest("summary, a, button, input, select, textarea, [tabindex]"); return [...document.querySelectorAll("*")].indexOf(e) + (s.outlineStyle === "none" && e.tagName !== "CONCORD-PICKER" ? " unseen " + e.outerHTML.slice(0, 80) : ""); })()`)
			if strings.Contains(now, "unseen") {
				t.Errorf("%s: the focus is not seen: %s", at, now)
			}
			if now == before && now != "" {
				t.Errorf("%s: Tab does not leave the control %d", at, n)
			}
			if before = now; now == "" {
				break
			}
		}
	}
}

// axePath is where make axe puts the checker.
const axePath = "../.tools/axe.min.js"

// TestAxe checks every page with axe-core against WCAG 2.2 A and AA, in light
// and dark, wide and narrow. What it calls minor or moderate is logged.
func TestAxe(t *testing.T) {
	checker, err := os.ReadFile(axePath)
	if err != nil {
		t.Skip("axe-core is not here: make axe fetches it (needs npm)")
	}
	s := newFullSite(t)
	b := browser(t, s.url)
	said := map[string]bool{}
	for _, name := range pageNames() {
		at := everyPage()[name]
		for _, look := range []struct {
			width  int64
			scheme string
		}{{1280, "light"}, {1280, "dark"}, {390, "light"}, {390, "dark"}} {
			b.look(t, look.width, look.scheme)
			b.open(t, s, at)
			script[bool](t, b, string(checker)+`; window.axed = ""; axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(r => { window.axed = JSON.stringify(r.violations.map(v => ({id: v.id, impact: v.impact, help: v.help, nodes: v.nodes.slice(0, 3).map(n => n.html.slice(0, 200) + " — " + n.failureSummary.replace(/\s+/g, " "))}))); }); true`)
			b.until(t, `window.axed !== ""`)
			var found []struct {
				ID, Impact, Help string
				Nodes            []string
			}
			if err := json.Unmarshal([]byte(script[string](t, b, `window.axed`)), &found); err != nil {
				t.Fatal(err)
			}
			for _, f := range found {
				if f.Impact == "serious" || f.Impact == "critical" {
					t.Errorf("%s, %d %s: %s (%s): %s", at, look.width, look.scheme, f.ID, f.Impact, strings.Join(f.Nodes, "\n\t"))
				} else if !said[name+f.ID] {
					said[name+f.ID] = true
					t.Logf("%s: %s (%s): %s", at, f.ID, f.Impact, f.Help)
				}
			}
		}
	}
}
