package portfolio_test

import (
	"path/filepath"
	"testing"
	"time"

	"concord/alignment"
	"concord/alignment/portfolio"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

var (
	trade  = taxonomy.Ref{Scheme: "trade", Version: "2"}  // English and German, with occupations
	older  = taxonomy.Ref{Scheme: "trade", Version: "1"}  // the release before
	school = taxonomy.Ref{Scheme: "school", Version: "1"} // another framework
)

// A concept as the tests write it: its labels are English, then German.
type concept struct {
	uri    taxonomy.URI
	kind   taxonomy.Kind
	code   string
	labels []string
}

// openStore holds two frameworks that a crosswalk joins by way of a hub list
// which is not loaded.
func openStore(t *testing.T) *sqlite.Store {
	t.Helper()
	store, err := sqlite.Open(filepath.Join(t.TempDir(), "concord.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	half, most := 0.5, 0.9
	releases := []struct {
		ref       taxonomy.Ref
		concepts  []concept
		relations []taxonomy.Relation
		mappings  []taxonomy.Mapping
	}{
		{older, []concept{{"urn:t:fax", taxonomy.Skill, "", []string{"send faxes"}}, {"urn:t:bread", taxonomy.Skill, "", []string{"bake bread", "Brot backen"}}}, nil, nil},
		{trade, []concept{
			{"urn:t:bread", taxonomy.Skill, "", []string{"bake bread", "Brot backen"}},
			{"urn:t:bake", taxonomy.Skill, "", []string{"bake", "backen"}},
			{"urn:t:hygiene", taxonomy.Knowledge, "", []string{"food hygiene", "Lebensmittelhygiene"}},
			{"urn:t:oven", taxonomy.Tool, "", []string{"deck oven"}},
			{"urn:t:group", taxonomy.SkillGroup, "", []string{"food skills"}},
			{"urn:t:baker", taxonomy.Occupation, "7512", []string{"baker", "Bäcker"}},
			{"urn:t:cook", taxonomy.Occupation, "5120", []string{"cook"}},
			{"urn:t:chef", taxonomy.Occupation, "5120", []string{"chef"}},
		}, []taxonomy.Relation{
			{Subject: "urn:t:bread", Predicate: taxonomy.Broader, Object: "urn:t:bake"},
			{Subject: "urn:t:bake", Predicate: taxonomy.Broader, Object: "urn:t:group"},
			{Subject: "urn:t:hygiene", Predicate: taxonomy.Broader, Object: "urn:t:group"},
			{Subject: "urn:t:bake", Predicate: taxonomy.EssentialFor, Object: "urn:t:baker"},
			{Subject: "urn:t:bread", Predicate: taxonomy.EssentialFor, Object: "urn:t:baker"},
			{Subject: "urn:t:hygiene", Predicate: taxonomy.RatedFor, Object: "urn:t:baker", Importance: &most},
			{Subject: "urn:t:oven", Predicate: taxonomy.RatedFor, Object: "urn:t:baker", Importance: &half},
			{Subject: "urn:t:oven", Predicate: taxonomy.OptionalFor, Object: "urn:t:baker"},
		}, []taxonomy.Mapping{{Set: "urn:set:trade", Subject: "urn:t:bread", Predicate: taxonomy.ExactMatch, Object: "urn:hub:bread", Justification: taxonomy.ManualCuration}}},
		{school, []concept{
			{"urn:s:loaf", taxonomy.Skill, "", []string{"making loaves"}},
			{"urn:s:clean", taxonomy.Skill, "", []string{"clean kitchens"}},
			{"urn:s:song", taxonomy.Skill, "", []string{"sing in a choir"}},
		}, nil, []taxonomy.Mapping{
			{Set: "urn:set:school", Subject: "urn:s:loaf", Predicate: taxonomy.ExactMatch, Object: "urn:hub:bread", Justification: taxonomy.ManualCuration},
			{Set: "urn:set:school", Subject: "urn:t:hygiene", Predicate: taxonomy.BroadMatch, Object: "urn:s:clean", Justification: taxonomy.ManualCuration},
		}},
	}
	for _, r := range releases {
		rel := taxonomy.Release{Ref: r.ref, Title: "The " + r.ref.Scheme + " list", Format: "test", Digest: "sha256:" + r.ref.String(), Imported: time.Unix(1700000000, 0)}
		err := store.Import(t.Context(), rel, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
			for _, c := range r.concepts {
				out := &taxonomy.Concept{URI: c.uri, Kind: c.kind, Code: c.code}
				for i, text := range c.labels {
					out.Labels = append(out.Labels, taxonomy.Label{Kind: taxonomy.PrefLabel, Lang: []taxonomy.Lang{"en", "de"}[i], Text: text})
				}
				if err := w.PutConcept(out); err != nil {
					return err
				}
			}
			for _, rel := range r.relations {
				if _, err := w.PutRelation(rel); err != nil {
					return err
				}
			}
			for i, m := range r.mappings {
				if i == 0 {
					if err := w.PutMappingSet(&taxonomy.MappingSet{ID: m.Set, Origin: r.ref}); err != nil {
						return err
					}
				}
				if _, err := w.PutMapping(&m); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return store
}

// claim is a proposal, or a statement where likely is 0.
func claim(ref taxonomy.Ref, uri taxonomy.URI, label string, likely float64) portfolio.Claim {
	c := portfolio.Claim{URI: uri, Label: label, Kind: taxonomy.Skill, Scheme: ref.Scheme, Release: ref.Version, Probability: likely, Pointer: "/name"}
	if likely == 0 {
		c.Stated = alignment.StateConfirmed
	}
	return c
}

func record(file string, claims ...portfolio.Claim) portfolio.Record {
	return portfolio.Record{Head: portfolio.Head{File: file, Name: "Record " + file, Type: "OpenBadge/3.0", Digest: "sha256:" + file}, Claims: claims}
}
