package suggest

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"concord/alignment/vectors"
	"concord/data"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

// A job is an occupation as the tests write it.
type job struct {
	uri, code string
	labels    string // preferred; alternatives
	about     string
	group     string // URI of its group
	does      string // labels of its tasks or skills; those of one name are one concept
}

// The two frameworks of the tests: one speaks of bakers in the plural, the
// other is finer.
var (
	trades = []job{
		{"urn:t:baker", "10-1", "Bakers; bread baker; pastry baker", "Mix and bake dough into bread, rolls and pastry.", "", "mix dough; bake bread"},
		{"urn:t:welder", "20-1", "Welders and Cutters; arc welder; welder", "Join metal parts with welding torches.", "", "weld metal parts; cut metal"},
		{"urn:t:nurse", "30-1", "Registered Nurses; staff nurse; RN", "Care for patients in hospitals and plan nursing care.", "", "care for patients; give medicines"},
		{"urn:t:teacher", "40-1", "Primary School Teachers; elementary teacher", "Teach young children to read, write and count.", "", "teach children; plan lessons"},
		{"urn:t:driver", "50-1", "Bus Drivers; coach driver", "Drive buses along routes and help passengers.", "", "drive buses; help passengers"},
	}
	jobs = []job{
		{"urn:j:baker", "F1.1", "baker; bread maker; craft baker", "They make bread and rolls of dough.", "urn:j:g:food", "bake bread; knead dough"},
		{"urn:j:pastry", "F1.2", "pastry maker; confectioner", "They make cakes and cookies.", "urn:j:g:food", "make pastry"},
		{"urn:j:welder", "M1.1", "welder; arc welder; metal welder", "They fuse pieces of metal.", "urn:j:g:metal", "weld metal"},
		{"urn:j:nurse", "C1.1", "ward nurse; staff nurse; registered nurse", "They look after sick people.", "urn:j:g:care", "care for patients"},
		{"urn:j:midwife", "C2.1", "midwife", "They help women who give birth.", "urn:j:g:care", "deliver babies"},
		{"urn:j:teacher", "S1.1", "primary school teacher; elementary school teacher", "They teach pupils of a primary school to read and to write.", "urn:j:g:school", "teach pupils"},
		{"urn:j:driver", "D1.1", "bus driver; coach driver", "They drive buses and coaches and look after passengers.", "urn:j:g:drive", "drive vehicles"},
	}
	groups = map[string]string{"urn:j:g:food": "Food makers", "urn:j:g:metal": "Metal workers", "urn:j:g:care": "Nursing and midwifery", "urn:j:g:school": "School teachers", "urn:j:g:drive": "Drivers"}
)

func newStore(t testing.TB) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(filepath.Join(t.TempDir(), "concord.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	put(t, s, "trades", trades, taxonomy.Task, taxonomy.TaskOf)
	put(t, s, "jobs", jobs, taxonomy.Skill, taxonomy.EssentialFor)
	return s
}

func put(t testing.TB, s *sqlite.Store, scheme string, all []job, does taxonomy.Kind, link taxonomy.Predicate) {
	t.Helper()
	rel := taxonomy.Release{Ref: taxonomy.Ref{Scheme: scheme, Version: "1"}, Format: "test", Digest: "sha256:" + scheme, Imported: time.Unix(1700000000, 0)}
	en := func(kind taxonomy.LabelKind, text string) taxonomy.Label {
		return taxonomy.Label{Kind: kind, Lang: "en", Text: text}
	}
	err := s.Import(t.Context(), rel, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		for _, j := range all {
			c := &taxonomy.Concept{URI: taxonomy.URI(j.uri), Code: j.code, Kind: taxonomy.Occupation, Notes: []taxonomy.Note{{Kind: taxonomy.Definition, Lang: "en", Text: j.about}}}
			for i, text := range strings.Split(j.labels, "; ") {
				kind := taxonomy.AltLabel
				if i == 0 {
					kind = taxonomy.PrefLabel
				}
				c.Labels = append(c.Labels, en(kind, text))
			}
			if err := w.PutConcept(c); err != nil {
				return err
			}
			if j.group != "" {
				g := &taxonomy.Concept{URI: taxonomy.URI(j.group), Kind: taxonomy.OccupationGroup, Labels: []taxonomy.Label{en(taxonomy.PrefLabel, groups[j.group])}}
				if err := w.PutConcept(g); err != nil {
					return err
				}
				if _, err := w.PutRelation(taxonomy.Relation{Subject: c.URI, Predicate: taxonomy.Broader, Object: g.URI}); err != nil {
					return err
				}
			}
			for _, text := range strings.Split(j.does, "; ") {
				d := &taxonomy.Concept{URI: taxonomy.URI("urn:" + scheme + ":does:" + strings.ReplaceAll(text, " ", "-")), Kind: does, Labels: []taxonomy.Label{en(taxonomy.PrefLabel, text)}}
				if err := w.PutConcept(d); err != nil {
					return err
				}
				if _, err := w.PutRelation(taxonomy.Relation{Subject: d.URI, Predicate: link, Object: c.URI}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func shipped(t testing.TB) (*vectors.Table, *Weights) {
	t.Helper()
	table, err := vectors.Load(data.Vectors)
	if err != nil {
		t.Fatal(err)
	}
	w, err := LoadWeights(data.Crosswalk)
	if err != nil {
		t.Fatal(err)
	}
	return table, w
}

// options compares the occupations of trades and jobs.
func options(t testing.TB, s *sqlite.Store) Options {
	t.Helper()
	opt := Options{Kinds: []taxonomy.Kind{taxonomy.Occupation}, Top: 5}
	for name, rel := range map[string]**taxonomy.Release{"trades": &opt.From, "jobs": &opt.To} {
		r, err := s.Release(t.Context(), taxonomy.Ref{Scheme: name})
		if err != nil {
			t.Fatal(err)
		}
		*rel = r
	}
	return opt
}
