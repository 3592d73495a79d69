package sqlite_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

// An invented release of about ESCO's size and shape: random-looking URIs in
// an order of their own, seven labels and a description per concept, and
// relations from skills all over to one occupation after the other.
const (
	benchConcepts  = 17_000
	benchSkills    = 14_000
	benchLabels    = 7
	benchRelations = 160_000
)

func benchURI(i int) taxonomy.URI {
	return taxonomy.URI(fmt.Sprintf("https://skills.example/concept/%08x-7c1d-4b2e-9f00-%012x", uint32(i)*2654435761, i))
}

// putBench writes the invented release, with its labels in the language lang.
func putBench(w taxonomy.Writer, lang taxonomy.Lang) error {
	for i := range benchConcepts {
		kind := taxonomy.Skill
		if i >= benchSkills {
			kind = taxonomy.Occupation
		}
		c := &taxonomy.Concept{
			URI: benchURI(i), Kind: kind, Code: fmt.Sprintf("S%d.%d", i%97, i),
			Labels: make([]taxonomy.Label, benchLabels),
			Notes: []taxonomy.Note{{Kind: taxonomy.Definition, Lang: lang,
				Text: fmt.Sprintf("Plan, carry out and review piece of work number %d so that people who rely on it know what was done, how it was checked and what is left to do.", i)}},
			Properties: []taxonomy.Property{{Name: taxonomy.PropReuseLevel, Value: "cross-sector"}},
		}
		for j := range c.Labels {
			c.Labels[j] = taxonomy.Label{Kind: taxonomy.AltLabel, Lang: lang, Text: fmt.Sprintf("carry out piece of work %d in manner %d", i, j)}
		}
		c.Labels[0].Kind = taxonomy.PrefLabel
		if err := w.PutConcept(c); err != nil {
			return err
		}
	}
	for i := range benchRelations {
		occupation := benchSkills + i*(benchConcepts-benchSkills)/benchRelations
		skill := i * 7919 % benchSkills
		if _, err := w.PutRelation(taxonomy.Relation{Subject: benchURI(skill), Predicate: taxonomy.EssentialFor, Object: benchURI(occupation)}); err != nil {
			return err
		}
	}
	return nil
}

func benchStore(b *testing.B) *sqlite.Store {
	s, err := sqlite.Open(filepath.Join(b.TempDir(), "bench.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	return s
}

func importBench(b *testing.B, s *sqlite.Store, lang taxonomy.Lang, opt sqlite.ImportOptions) {
	rel := taxonomy.Release{Ref: taxonomy.Ref{Scheme: "bench", Version: "1"}}
	if err := s.Import(b.Context(), rel, opt, func(w taxonomy.Writer) error { return putBench(w, lang) }); err != nil {
		b.Fatal(err)
	}
}

// checkBench fails unless the release has what putBench wrote in langs languages.
func checkBench(b *testing.B, s *sqlite.Store, langs int) {
	rel, err := s.Release(b.Context(), taxonomy.Ref{Scheme: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	if rel.Labels != benchConcepts*benchLabels*langs || rel.Relations != benchRelations || rel.Concepts[taxonomy.Skill] != benchSkills {
		b.Fatalf("release has %d labels, %d relations, %d skills", rel.Labels, rel.Relations, rel.Concepts[taxonomy.Skill])
	}
}

func BenchmarkImportNew(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		s := benchStore(b)
		b.StartTimer()
		importBench(b, s, "en", sqlite.ImportOptions{})
		b.StopTimer()
		checkBench(b, s, 1)
		b.StartTimer()
	}
}

func BenchmarkImportReplace(b *testing.B) {
	s := benchStore(b)
	importBench(b, s, "en", sqlite.ImportOptions{})
	for b.Loop() {
		importBench(b, s, "en", sqlite.ImportOptions{})
	}
	checkBench(b, s, 1)
}

// BenchmarkImportMerge adds a second language to a release.
func BenchmarkImportMerge(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		s := benchStore(b)
		importBench(b, s, "en", sqlite.ImportOptions{})
		b.StartTimer()
		importBench(b, s, "fr", sqlite.ImportOptions{Merge: true})
		b.StopTimer()
		checkBench(b, s, 2)
		b.StartTimer()
	}
}

func BenchmarkRemove(b *testing.B) {
	s := benchStore(b)
	for b.Loop() {
		b.StopTimer()
		importBench(b, s, "en", sqlite.ImportOptions{})
		b.StartTimer()
		if err := s.Remove(b.Context(), taxonomy.Ref{Scheme: "bench", Version: "1"}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkConcepts(b *testing.B) {
	s := benchStore(b)
	importBench(b, s, "en", sqlite.ImportOptions{})
	for b.Loop() {
		var concepts, labels int
		for c, err := range s.Concepts(b.Context(), taxonomy.Filter{Release: taxonomy.Ref{Scheme: "bench"}}) {
			if err != nil {
				b.Fatal(err)
			}
			concepts++
			labels += len(c.Labels)
		}
		if concepts != benchConcepts || labels != benchConcepts*benchLabels {
			b.Fatalf("read %d concepts with %d labels", concepts, labels)
		}
	}
}

func BenchmarkRelations(b *testing.B) {
	s := benchStore(b)
	importBench(b, s, "en", sqlite.ImportOptions{})
	for b.Loop() {
		relations := 0
		for _, err := range s.Relations(b.Context(), taxonomy.RelationFilter{Release: taxonomy.Ref{Scheme: "bench"}}) {
			if err != nil {
				b.Fatal(err)
			}
			relations++
		}
		if relations != benchRelations {
			b.Fatalf("read %d relations", relations)
		}
	}
}
