package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// schemeTwin is what the twin of a framework's page says.
type schemeTwin struct {
	Narrower []struct {
		URI   string
		Below int
	}
	Kinds []struct {
		Value string
		Count int
		On    bool
	}
	Found *struct {
		Total int
		Hits  []struct{ URI, Label, Kind string }
	}
}

func (s *site) scheme(t *testing.T, query string) schemeTwin {
	t.Helper()
	var v schemeTwin
	s.ask("GET", "/schemes/starter-esco@1.json?"+query, "").into(t, &v)
	return v
}

// TestSchemeFilter: counts of the tree add up, words and kinds narrow what is
// below a place.
func TestSchemeFilter(t *testing.T) {
	s := newSite(t, nil)
	top := s.scheme(t, "")
	if top.Found != nil || len(top.Narrower) == 0 || top.Narrower[0].Below == 0 {
		t.Fatalf("the top: %+v", top)
	}
	of := map[string]int{}
	for _, k := range top.Kinds {
		of[k.Value] = k.Count
	}
	if of["skill"] == 0 || of["occupation"] == 0 {
		t.Fatalf("kinds: %v", of)
	}
	if v := s.scheme(t, "kind=occupation"); v.Found == nil || v.Found.Total != of["occupation"] {
		t.Errorf("occupations: %+v, not %d", v.Found, of["occupation"])
	}
	all, below := s.scheme(t, "filter=data"), 0
	if all.Found == nil || all.Found.Total == 0 {
		t.Fatalf("data: %+v", all.Found)
	}
	for _, n := range top.Narrower {
		part := s.scheme(t, "filter=data&at="+url.QueryEscape(n.URI))
		below = max(below, part.Found.Total)
		if part.Found.Total > all.Found.Total {
			t.Errorf("%d below a part, %d in all", part.Found.Total, all.Found.Total)
		}
	}
	if below == 0 {
		t.Error("nothing of it is below any part")
	}
	for _, h := range s.scheme(t, "filter=data&kind=skill").Found.Hits {
		if h.Kind != "skill" {
			t.Errorf("%s is a %s", h.Label, h.Kind)
		}
	}
	if got := s.ask("GET", "/schemes/starter-esco@1?kind=none", ""); got.status != 422 {
		t.Errorf("a kind that is none: %d", got.status)
	}
	if page := s.ask("GET", "/schemes/starter-esco@1?filter=%3Cb%3E", ""); page.status != 200 || strings.Contains(page.body, "<b>") && strings.Contains(page.body, `value="<b>`) {
		t.Error("words are not escaped")
	}
}

// TestEveryPageTree: an opened branch has the counts of the page's own tree.
func TestEveryPageTree(t *testing.T) {
	s := newSite(t, nil)
	b := browser(t, s.url)
	b.do(t, chromedp.Navigate(s.url+"/schemes/starter-esco@1"))
	b.until(t, `document.querySelector(".tree[role=tree]") !== null`)
	script[bool](t, b, `document.querySelector("[role=treeitem][data-group]").focus(), true`)
	b.press(t, kb.ArrowRight)
	b.until(t, `document.querySelectorAll("[role=treeitem] [role=treeitem]").length > 0`)
	if n := script[int](t, b, `document.querySelectorAll("[role=treeitem] [role=treeitem][data-group] > a > .small").length`); n == 0 {
		t.Error("the groups of an opened branch have no counts")
	}
}

// TestEveryPageFilter filters while typing, and comes back to the tree.
func TestEveryPageFilter(t *testing.T) {
	s := newSite(t, nil)
	b := browser(t, s.url)
	b.do(t, chromedp.Navigate(s.url+"/schemes/starter-esco@1"))
	b.until(t, `document.querySelector(".tree[role=tree]") !== null`)
	script[bool](t, b, `document.querySelector("[name=filter]").focus(), true`)
	b.press(t, "data")
	b.until(t, `document.querySelectorAll("#listing .hit").length > 0 && location.search.includes("filter=data")`)
	if f := script[string](t, b, `document.activeElement.name`); f != "filter" {
		t.Errorf("the focus went to %q", f)
	}
	for range 4 {
		b.press(t, "\b")
	}
	b.until(t, `document.querySelector("#listing .tree[role=tree]") !== null && !location.search.includes("filter")`)
}
