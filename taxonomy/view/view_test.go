package view_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"concord/taxonomy"
	"concord/taxonomy/sqlite"
	"concord/taxonomy/view"
)

var yard = taxonomy.Ref{Scheme: "yard", Version: "1"}

// openYard opens a store with the work of an invented boat yard: two tops, a
// concept with two parents, and a ring.
func openYard(t *testing.T) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(filepath.Join(t.TempDir(), "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	err = s.Import(t.Context(), taxonomy.Release{Ref: yard}, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		for _, id := range strings.Fields("hull wood caulk rig sew ring1 ring2 alone") {
			if err := w.PutConcept(&taxonomy.Concept{URI: taxonomy.URI("urn:" + id), Kind: taxonomy.Skill, Labels: []taxonomy.Label{{Kind: taxonomy.PrefLabel, Lang: "en", Text: id}}}); err != nil {
				return err
			}
		}
		for _, r := range []string{"wood hull", "caulk wood", "sew rig", "sew hull", "ring1 ring2", "ring2 ring1"} {
			low, high, _ := strings.Cut(r, " ")
			if _, err := w.PutRelation(taxonomy.Relation{Subject: taxonomy.URI("urn:" + low), Predicate: taxonomy.Broader, Object: taxonomy.URI("urn:" + high)}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPaths(t *testing.T) {
	s := openYard(t)
	want := map[taxonomy.URI]string{"urn:caulk": "hull wood", "urn:hull": "", "urn:sew": "hull", "urn:ring1": "ring2", "urn:alone": ""}
	var uris []taxonomy.URI
	for uri := range want {
		uris = append(uris, uri)
	}
	got, err := view.Paths(t.Context(), s, yard, uris, "en")
	if err != nil {
		t.Fatal(err)
	}
	for uri, w := range want {
		var labels []string
		for _, l := range got[uri] {
			labels = append(labels, l.Label)
		}
		if g := strings.Join(labels, " "); g != w || got[uri] == nil {
			t.Errorf("above %s: %q, want %q", uri, g, w)
		}
		c, err := s.Concept(t.Context(), yard, uri)
		if err != nil {
			t.Fatal(err)
		}
		if one, err := view.Path(t.Context(), s, c, "en"); err != nil || len(one) != len(labels) {
			t.Errorf("above %s by itself: %v, %v", uri, one, err)
		}
	}
}

func TestBelow(t *testing.T) {
	below, err := view.Below(t.Context(), openYard(t), yard)
	if err != nil {
		t.Fatal(err)
	}
	for uri, n := range map[taxonomy.URI]int{"urn:hull": 3, "urn:wood": 1, "urn:rig": 1, "urn:ring1": 1, "urn:caulk": 0} {
		if below[uri] != n {
			t.Errorf("below %s: %d, want %d", uri, below[uri], n)
		}
	}
}

func TestLinks(t *testing.T) {
	s := openYard(t)
	links, err := view.Links(t.Context(), s, yard, []taxonomy.URI{"urn:sew", "urn:hull", "urn:sew"})
	if err != nil || len(links) != 3 || links[0].Label != "sew" || links[1].Label != "hull" || links[2] != links[0] {
		t.Errorf("%v, %v", links, err)
	}
	if _, err := view.Links(t.Context(), s, yard, []taxonomy.URI{"urn:hull", "urn:none"}); !errors.Is(err, taxonomy.ErrNotFound) || !strings.Contains(err.Error(), "urn:none") {
		t.Errorf("one that is not there: %v", err)
	}
	if none, err := view.Concepts(t.Context(), s, yard, nil); err != nil || len(none) != 0 {
		t.Errorf("of none there are %d, %v", len(none), err)
	}
}
