package web_test

import (
	"net/http"
	"strings"
	"testing"

	"concord/alignment/releases"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
	"concord/web"
)

func TestTranslate(t *testing.T) {
	s := newSite(t, nil)
	set := taxonomy.MappingSet{ID: "urn:x:set", Title: "Ours"}
	if err := s.store.Import(t.Context(), taxonomy.Release{}, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		if err := w.PutMappingSet(&set); err != nil {
			return err
		}
		_, err := w.PutMapping(&taxonomy.Mapping{Set: set.ID, Subject: "urn:guild:7", SubjectLabel: "asking databases", Predicate: taxonomy.ExactMatch, Object: sql})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	var a web.TranslateAnswer
	got := s.ask("POST", "/v1/translate", `{"concepts":["urn:guild:7"],"to":"starter-esco"}`, "Content-Type: application/json")
	got.into(t, &a)
	if got.status != 200 || len(a.Concepts) != 1 || len(a.Concepts[0].Translations) == 0 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if x := a.Concepts[0].Translations[0]; x.URI != sql || x.Predicate != taxonomy.ExactMatch || len(x.Path) != 1 || a.Concepts[0].Label != "asking databases" {
		t.Errorf("translated as %+v", x)
	}
	got = s.ask("POST", "/v1/translate", `{"document":{"text":"`+course+`"},"to":"starter-esco"}`, "Content-Type: application/json")
	if got.status != 200 || !strings.Contains(got.body, sql) {
		t.Errorf("a document: %d %s", got.status, got.body)
	}
	for body, status := range map[string]int{
		`{"concepts":["urn:nothing"],"to":"starter-esco"}`: 404, `{"concepts":["urn:guild:7"],"to":"none"}`: 404, `{"to":"starter-esco"}`: 422, `{"concepts":["a"]}`: 422,
	} {
		if got := s.ask("POST", "/v1/translate", body, "Content-Type: application/json"); got.status != status {
			t.Errorf("%s: %d %s", body, got.status, got.body)
		}
	}
}

func TestDiffRoute(t *testing.T) {
	s := newSite(t, nil)
	s.load("starter/esco-layout", "starter-esco@2")
	var d releases.Diff
	got := s.ask("GET", "/v1/diff?from=starter-esco@1&to=starter-esco@2", "")
	got.into(t, &d)
	if got.status != http.StatusOK || len(d.Changes) != 0 {
		t.Errorf("the same files differ: %d %s", got.status, got.body)
	}
	for path, status := range map[string]int{
		"/v1/diff?from=starter-esco@1&to=starter-onet@1": 422, "/v1/diff?from=starter-esco@1&to=starter-esco@9": 404, "/v1/diff?from=starter-esco@1": 422,
	} {
		if got := s.ask("GET", path, ""); got.status != status {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
}
