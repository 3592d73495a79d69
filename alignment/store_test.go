package alignment

import (
	"path/filepath"
	"testing"
	"time"

	"concord/alignment/vectors"
	"concord/data"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

// A skill is a concept as the tests write it: preferred label, then alternatives.
type skill struct {
	uri    taxonomy.URI
	kind   taxonomy.Kind
	lang   taxonomy.Lang
	labels []string
}

var kitchen = []skill{
	{"urn:k:dough", taxonomy.Skill, "en", []string{"prepare bread dough", "make dough for bread", "mix bread doughs"}},
	{"urn:k:hygiene", taxonomy.Knowledge, "en", []string{"food hygiene rules", "rules of food hygiene", "kitchen hygiene"}},
	{"urn:k:oven", taxonomy.Skill, "en", []string{"operate deck ovens", "run a deck oven"}},
	{"urn:k:knife", taxonomy.Skill, "en", []string{"sharpen kitchen knives"}},
	{"urn:k:stock", taxonomy.Skill, "en", []string{"manage stock levels", "control stock levels"}},
	{"urn:k:cost", taxonomy.Skill, "en", []string{"calculate recipe costs", "work out what a recipe costs"}},
	{"urn:k:baker", taxonomy.Occupation, "en", []string{"baker", "bread baker"}},
	{"urn:k:levain", taxonomy.Knowledge, "fr", []string{"entretien du levain", "rafraîchir un levain"}},
	{"urn:k:sql", taxonomy.Technology, "en", []string{"PostgreSQL"}},
}

// openKitchen puts skills into a new store in the order given and returns an
// engine over them.
func openKitchen(t testing.TB, skills []skill) *Engine {
	t.Helper()
	dir := t.TempDir()
	store, err := sqlite.Open(filepath.Join(dir, "concord.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	ref := taxonomy.Ref{Scheme: "kitchen", Version: "1"}
	rel := taxonomy.Release{Ref: ref, Format: "test", Digest: "sha256:kitchen", Imported: time.Unix(1700000000, 0)}
	err = store.Import(t.Context(), rel, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		for _, s := range skills {
			c := &taxonomy.Concept{URI: s.uri, Kind: s.kind}
			for i, text := range s.labels {
				kind := taxonomy.AltLabel
				if i == 0 {
					kind = taxonomy.PrefLabel
				}
				c.Labels = append(c.Labels, taxonomy.Label{Kind: kind, Lang: s.lang, Text: text})
			}
			if err := w.PutConcept(c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	table, ranker := shipped(t)
	if err := Build(t.Context(), dir, store, ref, table, nil); err != nil {
		t.Fatal(err)
	}
	stored, err := store.Release(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	e, err := Open(dir, "test", table, ranker, []*taxonomy.Release{stored})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

// shipped returns the table and the ranker that come with the program.
func shipped(t testing.TB) (*vectors.Table, *Ranker) {
	t.Helper()
	table, err := vectors.Load(data.Vectors)
	if err != nil {
		t.Fatal(err)
	}
	ranker, err := LoadRanker(data.Ranker)
	if err != nil {
		t.Fatal(err)
	}
	return table, ranker
}

// course is a document of one text with one block for each line.
func course(lang taxonomy.Lang, role Role, content string) *Document {
	return &Document{Type: "text/plain", Name: "course", Texts: []Text{{Lang: lang, Content: content, Masked: content, Blocks: []Block{{0, len(content), role}}}}}
}
