package alignment

import (
	"testing"

	"concord/taxonomy"
)

// TestSimilar: a word finds the terms that share an end with it, whether they
// are another form, a typo behind the first letters, or a part of a compound.
func TestSimilar(t *testing.T) {
	e := openKitchen(t, []skill{
		{"urn:de:entwickler", taxonomy.Occupation, "de", []string{"Entwickler", "Programmierer"}},
		{"urn:de:software", taxonomy.Knowledge, "de", []string{"Software"}},
		{"urn:de:baecker", taxonomy.Occupation, "de", []string{"Bäckermeister"}},
		{"urn:fr:patissier", taxonomy.Occupation, "fr", []string{"pâtissier"}},
		{"urn:en:soft", taxonomy.Skill, "en", []string{"software"}},
	})
	for text, want := range map[string][]taxonomy.URI{
		"Softwareentwickler": {"urn:de:entwickler", "urn:de:software"},
		"Bäcker":             {"urn:de:baecker"},
		"Programierung":      {"urn:de:entwickler"},
		"Zahnarzt":           nil,
	} {
		ranked, err := e.Rank(text, RankOptions{Lang: "de", Top: 5, System: "lexical"})
		if err != nil {
			t.Fatal(err)
		}
		got := map[taxonomy.URI]bool{}
		for _, r := range ranked {
			got[r.URI] = true
		}
		if len(got) != len(want) {
			t.Errorf("%q finds %v, want %v", text, got, want)
		}
		for _, u := range want {
			if !got[u] {
				t.Errorf("%q does not find %s, but %v", text, u, got)
			}
		}
	}
}

func TestAlike(t *testing.T) {
	for _, tt := range []struct {
		word, term string
		near       bool
	}{
		{"entwicklung", "entwickler", true},
		{"softwareentwickl", "entwickl", true},
		{"rat", "rathaus", false},
		{"lehrer", "fahrer", false},
	} {
		w := max(alike(tt.word, tt.term, commonPrefix(tt.word, tt.term)), alike(tt.word, tt.term, commonSuffix(tt.word, tt.term)))
		if (w > 0) != tt.near || w > 1 {
			t.Errorf("alike(%q, %q) = %.2f", tt.word, tt.term, w)
		}
	}
}
