package portfolio_test

import (
	"fmt"
	"testing"

	"concord/alignment/crosswalk"
	"concord/alignment/portfolio"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

// TestLinksOfAccepted: a mapping joins documents once somebody accepted it, not
// where something accepted says that it does not hold, and not from a set whose
// direction is inverted.
func TestLinksOfAccepted(t *testing.T) {
	yes := taxonomy.Mapping{Subject: "urn:t:oven", Predicate: taxonomy.ExactMatch, Object: "urn:s:song"}
	with := func(change func(*taxonomy.Mapping)) taxonomy.Mapping {
		m := yes
		change(&m)
		return m
	}
	status := func(s taxonomy.Status) taxonomy.Mapping {
		return with(func(m *taxonomy.Mapping) { m.Status = s })
	}
	not := func(p taxonomy.Match) taxonomy.Mapping {
		return with(func(m *taxonomy.Mapping) { m.Modifier, m.Predicate = crosswalk.Not, p })
	}
	closer := with(func(m *taxonomy.Mapping) { m.Predicate = taxonomy.CloseMatch })
	tests := []struct {
		name string
		set  taxonomy.MappingSet
		rows []taxonomy.Mapping
		want string
	}{
		{"accepted", taxonomy.MappingSet{}, []taxonomy.Mapping{yes}, "shared skos:exactMatch urn:set:more"},
		{"accepted in a set of proposals", taxonomy.MappingSet{Status: taxonomy.Proposed}, []taxonomy.Mapping{status(taxonomy.Accepted)}, "shared skos:exactMatch urn:set:more"},
		{"proposed", taxonomy.MappingSet{Status: taxonomy.Proposed}, []taxonomy.Mapping{yes}, ""},
		{"rejected", taxonomy.MappingSet{}, []taxonomy.Mapping{status(taxonomy.Rejected)}, ""},
		{"unsure", taxonomy.MappingSet{}, []taxonomy.Mapping{status(taxonomy.Unsure)}, ""},
		{"not", taxonomy.MappingSet{}, []taxonomy.Mapping{not(taxonomy.ExactMatch)}, ""},
		{"exact, and not exact", taxonomy.MappingSet{}, []taxonomy.Mapping{yes, not(taxonomy.ExactMatch)}, ""},
		{"exact, and not close", taxonomy.MappingSet{}, []taxonomy.Mapping{yes, not(taxonomy.CloseMatch)}, ""},
		{"close, and not exact", taxonomy.MappingSet{}, []taxonomy.Mapping{closer, not(taxonomy.ExactMatch)}, "near skos:closeMatch urn:set:more"},
		{"inverted", taxonomy.MappingSet{Direction: taxonomy.Inverted}, []taxonomy.Mapping{yes}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			store := openStore(t)
			err := store.Import(t.Context(), taxonomy.Release{}, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
				tt.set.ID = "urn:set:more"
				if err := w.PutMappingSet(&tt.set); err != nil {
					return err
				}
				for _, m := range tt.rows {
					m.Set = tt.set.ID
					if _, err := w.PutMapping(&m); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			c, err := portfolio.Compare(t.Context(), store, record("a", claim(trade, "urn:t:oven", "deck oven", 0.9)), record("b", claim(school, "urn:s:song", "sing in a choir", 0.9)))
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, p := range c.Shared {
				got += fmt.Sprintf("shared %s %s", p.Relation, p.Via)
			}
			for _, p := range c.Near {
				got += fmt.Sprintf("near %s %s", p.Relation, p.Via)
			}
			if got != tt.want {
				t.Errorf("joined %q, want %q", got, tt.want)
			}
		})
	}
}
