package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"concord/index"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
	"concord/taxonomy/view"
	"concord/web"
)

func TestFrameworks(t *testing.T) {
	s := newSite(t, nil)
	var list struct {
		Concepts []web.ConceptSummary
		Next     string
	}
	seen, cursor := map[taxonomy.URI]bool{}, ""
	for {
		list.Concepts, list.Next = nil, ""
		s.ask("GET", "/v1/concepts?scheme=starter-esco&kinds=skill&limit=7&cursor="+url.QueryEscape(cursor), "").into(t, &list)
		for _, c := range list.Concepts {
			if seen[c.URI] || c.Kind != taxonomy.Skill || c.Release != "1" {
				t.Errorf("%+v twice, or not asked for", c)
			}
			seen[c.URI] = true
		}
		if cursor = list.Next; cursor == "" {
			break
		}
	}
	rel, err := s.store.Release(t.Context(), taxonomy.Ref{Scheme: "starter-esco"})
	if err != nil || len(seen) != rel.Concepts[taxonomy.Skill] || len(seen) == 0 {
		t.Errorf("%d skills over all pages, want %d (%v)", len(seen), rel.Concepts[taxonomy.Skill], err)
	}

	var found struct{ Hits []index.Shown }
	s.ask("GET", "/v1/search?q=query+relational+data&schemes=starter-esco", "").into(t, &found)
	if len(found.Hits) == 0 || found.Hits[0].Label != "query relational data" {
		t.Fatalf("search: %s", s.ask("GET", "/v1/search?q=query+relational+data&schemes=starter-esco", "").body)
	}
	uri := url.QueryEscape(string(found.Hits[0].URI))
	s.ask("GET", "/v1/suggest?prefix=query+rel", "").into(t, &found)
	if len(found.Hits) == 0 || found.Hits[0].Label != "query relational data" {
		t.Errorf("suggest: %+v", found.Hits)
	}

	var c view.Concept
	got := s.ask("GET", "/v1/concept?uri="+uri, "")
	got.into(t, &c)
	if c.Scheme != "starter-esco" || len(c.Path) == 0 || len(c.Relations) == 0 {
		t.Errorf("concept: %s", got.body)
	}
	tag := got.header.Get("ETag")
	if again := s.ask("GET", "/v1/concept?uri="+uri, "", "If-None-Match: "+tag); tag == "" || again.status != http.StatusNotModified || again.body != "" {
		t.Errorf("with %s: %d %q", tag, again.status, again.body)
	}
	turtle := s.ask("GET", "/v1/concept?uri="+uri, "", "Accept: text/turtle, application/json;q=0.5")
	if turtle.header.Get("Content-Type") != "text/turtle" || !strings.Contains(turtle.body, "a skos:Concept") || strings.Count(turtle.body, "a skos:Concept ") != 1 {
		t.Errorf("Turtle: %s", turtle.body)
	}
	if turtle.header.Get("ETag") == tag {
		t.Error("two representations share an ETag")
	}
	if ld := s.ask("GET", "/v1/concept?uri="+uri, "", "Accept: application/ld+json"); !strings.Contains(ld.body, `"prefLabel":{"en":["query relational data"]`) {
		t.Errorf("JSON-LD: %s", ld.body)
	}
	if no := s.ask("GET", "/v1/concept?uri="+uri, "", "Accept: image/png"); no.status != http.StatusNotAcceptable {
		t.Errorf("a picture of a concept: %d", no.status)
	}

	var h struct {
		Concept  *view.Link
		Path     []view.Link
		Narrower []view.Link
	}
	s.ask("GET", "/v1/hierarchy?scheme=starter-esco", "").into(t, &h)
	if h.Concept != nil || len(h.Narrower) == 0 {
		t.Fatalf("the top: %+v", h)
	}
	s.ask("GET", "/v1/hierarchy?scheme=starter-esco&uri="+url.QueryEscape(string(c.Path[len(c.Path)-1].URI)), "").into(t, &h)
	below := false
	for _, n := range h.Narrower {
		below = below || n.URI == c.URI
	}
	if !below || len(h.Path) != len(c.Path)-1 {
		t.Errorf("%s is not below its broader concept: %+v", c.URI, h)
	}
	for path, status := range map[string]int{
		"/v1/concept?uri=nothing": 404, "/v1/concepts?scheme=none": 404, "/v1/concepts?scheme=a/b@c@d": 422, "/v1/hierarchy?scheme=starter-esco&uri=x": 404,
		"/v1/search?q=a&kinds=nonsense": 422, "/v1/search?q=a&size=0": 422, "/v1/search?q=a&nonsense=1": 422, "/v1/schemes/none/releases": 404, "/v1/schemes/starter-esco/releases": 200,
	} {
		if got := s.ask("GET", path, ""); got.status != status {
			t.Errorf("%s: %d, want %d: %s", path, got.status, status, got.body)
		}
	}
}

func TestMappings(t *testing.T) {
	s := newSite(t, nil)
	set := taxonomy.MappingSet{ID: "https://example.org/sets/a b", Title: "Ours"}
	if err := s.store.Import(t.Context(), taxonomy.Release{}, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		if err := w.PutMappingSet(&set); err != nil {
			return err
		}
		for _, o := range []taxonomy.URI{"x:1", "x:2", "x:3"} {
			if _, err := w.PutMapping(&taxonomy.Mapping{Set: set.ID, Subject: "y:1", Predicate: taxonomy.ExactMatch, Object: o}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	var one struct {
		Title  string
		Counts map[string]int
	}
	s.ask("GET", "/v1/mapping-sets/"+url.PathEscape(string(set.ID)), "").into(t, &one)
	if one.Title != "Ours" || one.Counts["skos:exactMatch"] != 3 {
		t.Errorf("the set: %+v", one)
	}
	var page struct {
		Mappings []taxonomy.Mapping
		Next     string
	}
	for _, q := range []string{"uri=x:2", "set=" + url.QueryEscape(string(set.ID)) + "&limit=1"} {
		page.Mappings, page.Next = nil, ""
		s.ask("GET", "/v1/mappings?"+q, "").into(t, &page)
		if len(page.Mappings) != 1 {
			t.Errorf("%s: %+v", q, page)
		}
	}
	if page.Next != "1" {
		t.Errorf("next page %q", page.Next)
	}
	page.Next = ""
	s.ask("GET", "/v1/mappings?set="+url.QueryEscape(string(set.ID))+"&limit=1&cursor=2", "").into(t, &page)
	if page.Mappings[0].Object != "x:3" || page.Next != "" {
		t.Errorf("the last page: %+v", page)
	}
	if got := s.ask("GET", "/v1/mapping-sets/none", ""); got.status != 404 {
		t.Errorf("no set: %d", got.status)
	}
}
