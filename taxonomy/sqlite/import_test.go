package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

func TestImportAndRead(t *testing.T) {
	s := newStore(t)
	rel := taxonomy.Release{
		Ref: ref(t, "bakery@1.0"), Format: "test", Digest: "sha256:d", Imported: imported.In(time.FixedZone("X", 3600)),
		Parts: []taxonomy.Part{{Name: "b.csv", Digest: "sha256:b"}, {Name: "a.csv", Digest: "sha256:a"}},
	}
	err := s.Import(t.Context(), rel, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		if err := w.SetRelease(taxonomy.Release{URI: "https://bakery.example/", Title: "Bakery", Issued: "May"}); err != nil {
			return err
		}
		if err := putBakery(w); err != nil {
			return err
		}
		return w.SetRelease(taxonomy.Release{Title: "Bakery skills", Publisher: "Guild", License: "CC0"})
	})
	if err != nil {
		t.Fatal(err)
	}
	want := &taxonomy.Release{
		Ref: rel.Ref, URI: "https://bakery.example/", Title: "Bakery skills", Publisher: "Guild", License: "CC0", Issued: "May",
		Format: "test", Digest: "sha256:d", Imported: imported,
		Parts:     []taxonomy.Part{{Name: "a.csv", Digest: "sha256:a"}, {Name: "b.csv", Digest: "sha256:b"}},
		Languages: []taxonomy.Lang{"", "en", "fr"},
		Concepts:  map[taxonomy.Kind]int{taxonomy.Skill: 2, taxonomy.Knowledge: 1, taxonomy.Occupation: 1},
		Relations: 4, Labels: 7, Current: true,
	}
	got, err := s.Release(t.Context(), ref(t, "bakery"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Release (-want +got):\n%s", diff)
	}

	concepts, relations := bakery()
	for _, c := range concepts {
		c.Release = rel.Ref
		got, err := s.Concept(t.Context(), rel.Ref, c.URI)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c, got); diff != "" {
			t.Errorf("Concept(%s) (-want +got):\n%s", c.URI, diff)
		}
	}
	slices.SortFunc(concepts, func(a, b *taxonomy.Concept) int { return strings.Compare(string(a.URI), string(b.URI)) })
	if diff := cmp.Diff(concepts, readConcepts(t, s, taxonomy.Filter{Release: rel.Ref})); diff != "" {
		t.Errorf("Concepts (-want +got):\n%s", diff)
	}
	wantRelations := []taxonomy.Relation{relations[1], relations[2], relations[3], relations[0]}
	if diff := cmp.Diff(wantRelations, readRelations(t, s, taxonomy.RelationFilter{Release: rel.Ref})); diff != "" {
		t.Errorf("Relations (-want +got):\n%s", diff)
	}
}

func readConcepts(t testing.TB, s *sqlite.Store, f taxonomy.Filter) []*taxonomy.Concept {
	t.Helper()
	var all []*taxonomy.Concept
	for c, err := range s.Concepts(t.Context(), f) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}

func readRelations(t testing.TB, s *sqlite.Store, f taxonomy.RelationFilter) []taxonomy.Relation {
	t.Helper()
	var all []taxonomy.Relation
	for r, err := range s.Relations(t.Context(), f) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

func TestReplace(t *testing.T) {
	s := newStore(t)
	load(t, s, "bakery@1", sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		if err := w.SetRelease(taxonomy.Release{Title: "old title"}); err != nil {
			return err
		}
		if err := putBakery(w); err != nil {
			return err
		}
		return putCrosswalk(w, "urn:set:old", ref(t, "bakery@1"), bread)
	})
	load(t, s, "bakery@2", sqlite.ImportOptions{}, putBakery)
	before := revision(t, s)
	load(t, s, "bakery@1", sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		if w.Has(bread) {
			t.Error("the replaced concept is still there")
		}
		return put(yeast)(w)
	})
	if before == revision(t, s) {
		t.Error("the revision stayed")
	}
	rel, err := s.Release(t.Context(), ref(t, "bakery@1"))
	if err != nil {
		t.Fatal(err)
	}
	want := &taxonomy.Release{
		Ref: ref(t, "bakery@1"), Format: "test", Digest: "sha256:bakery@1", Imported: imported,
		Languages: []taxonomy.Lang{"en"}, Concepts: map[taxonomy.Kind]int{taxonomy.Skill: 1}, Labels: 1,
	}
	if diff := cmp.Diff(want, rel); diff != "" {
		t.Errorf("Release (-want +got):\n%s", diff)
	}
	if got := readConcepts(t, s, taxonomy.Filter{Release: rel.Ref}); len(got) != 1 || len(got[0].ReplacedBy) != 0 || got[0].Deprecated {
		t.Errorf("after replacing: %+v", got)
	}
	if got := readConcepts(t, s, taxonomy.Filter{Release: ref(t, "bakery@2")}); len(got) != 4 {
		t.Errorf("the other release has %d concepts, want 4", len(got))
	}
	if sets, err := s.MappingSets(t.Context()); err != nil || len(sets) != 0 {
		t.Errorf("mapping sets of the replaced release: %v, %v", sets, err)
	}
	if findings, err := s.Check(t.Context()); err != nil || len(findings) != 0 {
		t.Errorf("Check() = %v, %v", findings, err)
	}
}

func TestMerge(t *testing.T) {
	s := newStore(t)
	load(t, s, "bakery@1", sqlite.ImportOptions{Merge: true}, func(w taxonomy.Writer) error {
		if err := w.SetRelease(taxonomy.Release{Title: "Bakery", License: "CC0"}); err != nil {
			return err
		}
		return putBakery(w)
	})
	rel := taxonomy.Release{
		Ref: ref(t, "bakery@1"), Digest: "sha256:both", Imported: imported.Add(time.Hour),
		Parts: []taxonomy.Part{{Name: "en.csv"}, {Name: "fr.csv"}},
	}
	err := s.Import(t.Context(), rel, sqlite.ImportOptions{Merge: true}, func(w taxonomy.Writer) error {
		if !w.Has(dough) || w.Has(missing) {
			t.Error("Has does not know what an earlier import brought")
		}
		if err := w.SetRelease(taxonomy.Release{Title: "Boulangerie"}); err != nil {
			return err
		}
		if err := put(missing)(w); err != nil {
			return err
		}
		added, err := w.PutRelation(taxonomy.Relation{Subject: dough, Predicate: taxonomy.Broader, Object: bread, Qualifier: "again"})
		if err != nil || added {
			t.Errorf("the same relation again: added %t, %v", added, err)
		}
		added, err = w.PutRelation(taxonomy.Relation{Subject: missing, Predicate: taxonomy.Broader, Object: bread})
		if err != nil || !added {
			t.Errorf("a relation from a new concept to an old: added %t, %v", added, err)
		}
		return w.PutConcept(&taxonomy.Concept{
			URI: yeast, Kind: taxonomy.Skill, Code: "K1",
			Labels: []taxonomy.Label{
				{Kind: taxonomy.AltLabel, Lang: "fr", Text: "levain"},
				{Kind: taxonomy.PrefLabel, Text: "yeast"},
				{Kind: taxonomy.AltLabel, Text: "yeast"},
				{Kind: taxonomy.AltLabel, Lang: "fr", Text: "levain"},
				{Kind: taxonomy.PrefLabel, Lang: "fr", Text: "levure"},
			},
			Notes:      []taxonomy.Note{{Kind: taxonomy.Definition, Lang: "fr", Text: "Champignon."}},
			Properties: []taxonomy.Property{{Name: "x", Value: "1"}, {Name: "x", Value: "1"}, {Name: "x", Value: "2"}},
			ReplacedBy: []taxonomy.URI{dough, bread},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	want := &taxonomy.Concept{
		URI: yeast, Release: rel.Ref, Kind: taxonomy.Knowledge, Code: "K1", Deprecated: true,
		Labels: []taxonomy.Label{
			{Kind: taxonomy.PrefLabel, Text: "yeast"},
			{Kind: taxonomy.PrefLabel, Lang: "fr", Text: "levure"},
			{Kind: taxonomy.AltLabel, Text: "yeast"},
			{Kind: taxonomy.AltLabel, Lang: "fr", Text: "levain"},
		},
		Notes:      []taxonomy.Note{{Kind: taxonomy.Definition, Lang: "fr", Text: "Champignon."}},
		Properties: []taxonomy.Property{{Name: "x", Value: "1"}, {Name: "x", Value: "2"}},
		ReplacedBy: []taxonomy.URI{dough, "https://elsewhere.example/rising", bread},
	}
	got, err := s.Concept(t.Context(), rel.Ref, yeast)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("merged concept (-want +got):\n%s", diff)
	}
	merged, err := s.Release(t.Context(), rel.Ref)
	if err != nil {
		t.Fatal(err)
	}
	wantRelease := &taxonomy.Release{
		Ref: rel.Ref, Title: "Boulangerie", License: "CC0", Format: "test", Digest: "sha256:both", Imported: rel.Imported, Parts: rel.Parts,
		Languages: []taxonomy.Lang{"", "en", "fr"}, Concepts: map[taxonomy.Kind]int{taxonomy.Skill: 3, taxonomy.Knowledge: 1, taxonomy.Occupation: 1},
		Relations: 5, Labels: 11, Current: true,
	}
	if diff := cmp.Diff(wantRelease, merged); diff != "" {
		t.Errorf("merged release (-want +got):\n%s", diff)
	}
	if findings, err := s.Check(t.Context()); err != nil || len(findings) != 0 {
		t.Errorf("Check() = %v, %v", findings, err)
	}
}

// TestMergeCode: a code that is there stays.
func TestMergeCode(t *testing.T) {
	s := newStore(t)
	load(t, s, "bakery@1", sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		if err := putBakery(w); err != nil {
			return err
		}
		return w.PutConcept(&taxonomy.Concept{URI: bread, Kind: taxonomy.Task, Code: "other", Deprecated: true,
			Labels: []taxonomy.Label{{Kind: taxonomy.PrefLabel, Lang: "en", Text: "bake bread"}}})
	})
	got, err := s.Concept(t.Context(), ref(t, "bakery"), bread)
	if err != nil {
		t.Fatal(err)
	}
	if got.Code != "B1" || got.Kind != taxonomy.Skill || !got.Deprecated || len(got.Labels) != 1 {
		t.Errorf("merged: %+v", got)
	}
}

func TestWriterRefuses(t *testing.T) {
	tests := []struct {
		name string
		put  func(taxonomy.Writer) error
		want error
		text string
	}{
		{"no label", func(w taxonomy.Writer) error {
			return w.PutConcept(&taxonomy.Concept{URI: missing, Kind: taxonomy.Skill})
		}, taxonomy.ErrInvalid, "no label"},
		{"merge of no label", func(w taxonomy.Writer) error {
			return w.PutConcept(&taxonomy.Concept{URI: bread, Kind: taxonomy.Skill, Code: "Z"})
		}, taxonomy.ErrInvalid, "no label"},
		{"unknown subject", relate(taxonomy.Relation{Subject: missing, Predicate: taxonomy.Broader, Object: bread}), taxonomy.ErrNotFound, string(missing)},
		{"unknown object", relate(taxonomy.Relation{Subject: bread, Predicate: taxonomy.Broader, Object: missing}), taxonomy.ErrNotFound, string(missing)},
		{"itself", relate(taxonomy.Relation{Subject: bread, Predicate: taxonomy.Broader, Object: bread}), taxonomy.ErrInvalid, "of itself"},
		{"no predicate", relate(taxonomy.Relation{Subject: bread, Object: dough}), taxonomy.ErrInvalid, "no predicate"},
		{"importance", relate(taxonomy.Relation{Subject: bread, Predicate: taxonomy.Related, Object: dough, Importance: num(1.5)}), taxonomy.ErrInvalid, "outside 0 to 1"},
		{"level", relate(taxonomy.Relation{Subject: bread, Predicate: taxonomy.Related, Object: dough, Level: num(math.NaN())}), taxonomy.ErrInvalid, "outside 0 to 1"},
		{"unknown set", func(w taxonomy.Writer) error {
			_, err := w.PutMapping(&taxonomy.Mapping{Set: "urn:none", Subject: bread, Predicate: taxonomy.ExactMatch, Object: "x:1"})
			return err
		}, taxonomy.ErrNotFound, "urn:none"},
		{"half a mapping", func(w taxonomy.Writer) error {
			_, err := w.PutMapping(&taxonomy.Mapping{Set: "urn:none", Subject: bread})
			return err
		}, taxonomy.ErrInvalid, "lacks a part"},
		{"set without ID", func(w taxonomy.Writer) error { return w.PutMappingSet(&taxonomy.MappingSet{Title: "x"}) }, taxonomy.ErrInvalid, "no ID"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, plain := newStore(t), newStore(t)
			load(t, plain, "bakery@1", sqlite.ImportOptions{}, putBakery)
			load(t, s, "bakery@1", sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
				if err := putBakery(w); err != nil {
					return err
				}
				if err := test.put(w); !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.text) {
					t.Errorf("error %v, want %v with %q", err, test.want, test.text)
				}
				return nil
			})
			if diff := cmp.Diff(dump(t, plain), dump(t, s)); diff != "" {
				t.Errorf("something was written (-want +got):\n%s", diff)
			}
		})
	}
}

func relate(r taxonomy.Relation) func(taxonomy.Writer) error {
	return func(w taxonomy.Writer) error {
		_, err := w.PutRelation(r)
		return err
	}
}

// TestImportKeepsNothing: whatever ends an import early, the store stays.
func TestImportKeepsNothing(t *testing.T) {
	stop := errors.New("stop")
	tests := []struct {
		name string
		opt  sqlite.ImportOptions
		end  func(cancel context.CancelCauseFunc, w taxonomy.Writer) error
		want error
	}{
		{"dry run", sqlite.ImportOptions{DryRun: true}, func(context.CancelCauseFunc, taxonomy.Writer) error { return nil }, nil},
		{"dry merge", sqlite.ImportOptions{DryRun: true, Merge: true}, func(context.CancelCauseFunc, taxonomy.Writer) error { return nil }, nil},
		{"error", sqlite.ImportOptions{}, func(context.CancelCauseFunc, taxonomy.Writer) error { return stop }, stop},
		{"cancelled", sqlite.ImportOptions{}, func(cancel context.CancelCauseFunc, w taxonomy.Writer) error { cancel(nil); return nil }, context.Canceled},
		{"cancelled merge", sqlite.ImportOptions{Merge: true}, func(cancel context.CancelCauseFunc, w taxonomy.Writer) error { cancel(nil); return nil }, context.Canceled},
		{"cancelled while writing", sqlite.ImportOptions{}, func(cancel context.CancelCauseFunc, w taxonomy.Writer) error {
			cancel(stop)
			for i := 0; ; i++ {
				if err := put(taxonomy.URI(fmt.Sprint("urn:x:", i)))(w); err != nil {
					return err
				}
			}
		}, stop},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newStore(t)
			load(t, s, "bakery@1", sqlite.ImportOptions{}, putBakery)
			before, revisionBefore := dump(t, s), revision(t, s)
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			err := s.Import(ctx, taxonomy.Release{Ref: ref(t, "bakery@1")}, test.opt, func(w taxonomy.Writer) error {
				if err := put(missing)(w); err != nil {
					return err
				}
				return test.end(cancel, w)
			})
			if !errors.Is(err, test.want) {
				t.Errorf("Import: %v, want %v", err, test.want)
			}
			if diff := cmp.Diff(before, dump(t, s)); diff != "" || revision(t, s) != revisionBefore {
				t.Errorf("the store changed (-want +got):\n%s", diff)
			}
			load(t, s, "bakery@1", sqlite.ImportOptions{}, put(bread))
		})
	}
}

func TestImportNeedsRelease(t *testing.T) {
	s := newStore(t)
	for _, bad := range []taxonomy.Ref{{Scheme: "bakery"}, {Version: "1"}, {Scheme: "a b", Version: "1"}} {
		err := s.Import(t.Context(), taxonomy.Release{Ref: bad}, sqlite.ImportOptions{}, putBakery)
		if !errors.Is(err, taxonomy.ErrInvalid) {
			t.Errorf("Import of %+v: %v, want ErrInvalid", bad, err)
		}
	}
}
