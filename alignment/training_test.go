package alignment

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

// TestTrainingSet: what releases, links, mappings and written sentences say is
// drawn as pairs; a concept that two releases share is one target, and its
// labels in another language more pairs.
func TestTrainingSet(t *testing.T) {
	store, err := sqlite.Open(filepath.Join(t.TempDir(), "concord.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	put := func(scheme string, fill func(w taxonomy.Writer) error) taxonomy.Ref {
		t.Helper()
		ref := taxonomy.Ref{Scheme: scheme, Version: "1"}
		if err := store.Import(t.Context(), taxonomy.Release{Ref: ref, Format: "test", Digest: "sha256:" + scheme, Imported: time.Unix(1700000000, 0)}, sqlite.ImportOptions{}, fill); err != nil {
			t.Fatal(err)
		}
		return ref
	}
	concept := func(uri taxonomy.URI, kind taxonomy.Kind, lang taxonomy.Lang, labels ...string) *taxonomy.Concept {
		c := &taxonomy.Concept{URI: uri, Kind: kind}
		for i, l := range labels {
			of := taxonomy.AltLabel
			if i == 0 {
				of = taxonomy.PrefLabel
			}
			c.Labels = append(c.Labels, taxonomy.Label{Kind: of, Lang: lang, Text: l})
		}
		return c
	}
	kitchen := put("kitchen", func(w taxonomy.Writer) error {
		for _, c := range []*taxonomy.Concept{
			concept("k:baker", taxonomy.Occupation, "en", "baker"),
			concept("k:dough", taxonomy.Skill, "en", "prepare dough", "make dough"),
			concept("k:oven", taxonomy.Skill, "en", "operate ovens"),
		} {
			if err := w.PutConcept(c); err != nil {
				return err
			}
		}
		if _, err := w.PutRelation(taxonomy.Relation{Subject: "k:dough", Predicate: taxonomy.EssentialFor, Object: "k:baker"}); err != nil {
			return err
		}
		if err := w.PutMappingSet(&taxonomy.MappingSet{ID: "set:1"}); err != nil {
			return err
		}
		for _, m := range []taxonomy.Mapping{
			{Set: "set:1", Subject: "k:oven", Predicate: taxonomy.CloseMatch, Object: "x:1", ObjectLabel: "runs deck ovens"},
			{Set: "set:1", Subject: "k:oven", Predicate: taxonomy.BroadMatch, Object: "x:2", ObjectLabel: "works in kitchens"},
		} {
			if _, err := w.PutMapping(&m); err != nil {
				return err
			}
		}
		return nil
	})
	cuisine := put("cuisine", func(w taxonomy.Writer) error {
		return w.PutConcept(concept("k:dough", taxonomy.Skill, "fr", "préparer la pâte"))
	})
	sentences := []Sentence{{Lang: "en", Text: "Kneads and bakes.", Concepts: []string{"k:dough", "operate ovens", "k:none"}, Words: []string{"Kneads", "bakes", "x"}}}
	set, unknown, err := TrainingSet(t.Context(), store, []taxonomy.Ref{kitchen, cuisine}, sentences, TrainingOptions{Langs: []taxonomy.Lang{"en", "fr"}, Repeat: 6, RepeatWords: 2, Mappings: true, Links: true})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range set.Pairs {
		names := ""
		for _, target := range p.Targets {
			names += " " + set.Targets[target].Text + ","
		}
		got = append(got, fmt.Sprintf("%s %q →%s ×%d", p.Lang, p.Text, names, p.Repeat))
	}
	slices.Sort(got)
	want := []string{
		`en "Kneads and bakes." → prepare dough, operate ovens, ×6`,
		`en "Kneads" → prepare dough, ×2`,
		`en "baker" → prepare dough, ×1`,
		`en "bakes" → operate ovens, ×2`,
		`en "make dough" → prepare dough, ×1`,
		`en "runs deck ovens" → operate ovens, ×1`,
		`fr "préparer la pâte" → prepare dough, ×1`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pairs (-want +got)\n%s", diff)
	}
	if unknown != 1 || len(set.Targets) != 3 {
		t.Errorf("%d unknown, %d targets; want 1 and 3", unknown, len(set.Targets))
	}
}
