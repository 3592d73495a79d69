package sqlite_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

func putCrosswalk(w taxonomy.Writer, id taxonomy.URI, origin taxonomy.Ref, subjects ...taxonomy.URI) error {
	if err := w.PutMappingSet(&taxonomy.MappingSet{ID: id, Title: "Crosswalk " + string(id), Creators: []string{"Ada", "Bo"}, Origin: origin}); err != nil {
		return err
	}
	for _, subject := range subjects {
		if _, err := w.PutMapping(&taxonomy.Mapping{Set: id, Subject: subject, Predicate: taxonomy.CloseMatch, Object: "x:pain"}); err != nil {
			return err
		}
	}
	return nil
}

func readMappings(t *testing.T, s *sqlite.Store, uri taxonomy.URI) []taxonomy.Mapping {
	t.Helper()
	mappings, err := s.Mappings(t.Context(), uri)
	if err != nil {
		t.Fatal(err)
	}
	return mappings
}

func TestMappings(t *testing.T) {
	s := newStore(t)
	full := taxonomy.Mapping{
		Set: "urn:a", Subject: "x:pain", SubjectLabel: "pain", Predicate: taxonomy.ExactMatch, Object: bread, ObjectLabel: "bread",
		ObjectSource: "Bakery", Justification: taxonomy.ManualCuration, Confidence: num(0.5), Author: "Ada", Date: "May 2026", Comment: "fresh", Status: taxonomy.Accepted,
		Slots: taxonomy.Slots{"see_also": {"urn:x", "urn:y"}},
	}
	origin := ref(t, "bakery@1")
	// A crosswalk of its own needs no release.
	own := func(f func(taxonomy.Writer) error) {
		t.Helper()
		if err := s.Import(t.Context(), taxonomy.Release{}, sqlite.ImportOptions{}, f); err != nil {
			t.Fatal(err)
		}
	}
	own(func(w taxonomy.Writer) error {
		if err := w.PutConcept(&taxonomy.Concept{URI: bread, Kind: taxonomy.Skill, Labels: []taxonomy.Label{{Kind: taxonomy.PrefLabel, Text: "x"}}}); !errors.Is(err, taxonomy.ErrInvalid) {
			t.Errorf("a concept without a release: %v", err)
		}
		if err := w.SetRelease(taxonomy.Release{}); !errors.Is(err, taxonomy.ErrInvalid) {
			t.Errorf("SetRelease without a release: %v", err)
		}
		return putCrosswalk(w, "urn:b", taxonomy.Ref{}, bread, dough)
	})
	load(t, s, "bakery@1", sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		if err := putCrosswalk(w, "urn:a", origin, bread); err != nil {
			return err
		}
		again := full
		again.Line = 7
		for i, m := range []*taxonomy.Mapping{&full, &again} {
			if added, err := w.PutMapping(m); err != nil || added != (i == 0) {
				t.Errorf("row %d: added %t, %v", i, added, err)
			}
		}
		// A set put again in one import keeps its rows.
		return w.PutMappingSet(&taxonomy.MappingSet{ID: "urn:a", Title: "A", Version: "2", License: "CC0", Origin: origin})
	})
	wantSets := []taxonomy.MappingSet{
		{ID: "urn:a", Title: "A", Version: "2", License: "CC0", Origin: origin, Status: taxonomy.Accepted},
		{ID: "urn:b", Title: "Crosswalk urn:b", Creators: []string{"Ada", "Bo"}, Status: taxonomy.Accepted},
	}
	sets, err := s.MappingSets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wantSets, sets); diff != "" {
		t.Errorf("MappingSets (-want +got):\n%s", diff)
	}
	want := []taxonomy.Mapping{
		{Set: "urn:a", Subject: bread, Predicate: taxonomy.CloseMatch, Object: "x:pain", Status: taxonomy.Accepted},
		full,
		{Set: "urn:b", Subject: bread, Predicate: taxonomy.CloseMatch, Object: "x:pain", Status: taxonomy.Accepted},
	}
	if diff := cmp.Diff(want, readMappings(t, s, bread)); diff != "" {
		t.Errorf("Mappings (-want +got):\n%s", diff)
	}
	if got := readMappings(t, s, "x:none"); len(got) != 0 {
		t.Errorf("Mappings of an unknown concept: %v", got)
	}

	// A merge into the release adds to its sets; an import of the set alone replaces it.
	load(t, s, "bakery@1", sqlite.ImportOptions{Merge: true}, func(w taxonomy.Writer) error {
		return putCrosswalk(w, "urn:a", origin, yeast)
	})
	if got := len(readMappings(t, s, "x:pain")); got != 5 {
		t.Errorf("%d mappings after merging, want 5", got)
	}
	own(func(w taxonomy.Writer) error { return putCrosswalk(w, "urn:b", taxonomy.Ref{}, yeast) })
	if got := len(readMappings(t, s, "x:pain")); got != 4 {
		t.Errorf("%d mappings after replacing urn:b, want 4", got)
	}
	// A row may be added to a set that an earlier import put.
	own(func(w taxonomy.Writer) error {
		_, err := w.PutMapping(&taxonomy.Mapping{Set: "urn:b", Subject: baker, Predicate: taxonomy.BroadMatch, Object: "x:pain"})
		return err
	})
	if got := len(readMappings(t, s, "x:pain")); got != 5 {
		t.Errorf("%d mappings after adding one, want 5", got)
	}
	if err := s.Remove(t.Context(), origin); err != nil {
		t.Fatal(err)
	}
	sets, err = s.MappingSets(t.Context())
	if err != nil || len(sets) != 1 || sets[0].ID != "urn:b" {
		t.Errorf("after removing the release: %v, %v", sets, err)
	}
	if got := len(readMappings(t, s, "x:pain")); got != 2 {
		t.Errorf("%d mappings after removing the release, want 2", got)
	}
}
