package sqlite_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

// FuzzRoundTrip writes a concept twice, as a new one and as a merge, and reads
// it again by each of its names.
func FuzzRoundTrip(f *testing.F) {
	f.Add("https://x.example/skill/1", "K1", "en", "knit", "a 'quoted' \"text\"")
	f.Add("K%_?", "k1", "", "\x00 nul", "\xff\xfe not UTF-8")
	f.Add("#", " ", "pt-br", "e\u0301", "")
	s := newStore(f)
	r := taxonomy.Ref{Scheme: "fuzz", Version: "1"}
	f.Fuzz(func(t *testing.T, uri, code, lang, label, text string) {
		c := &taxonomy.Concept{
			URI: taxonomy.URI(uri), Release: r, Kind: taxonomy.Skill, Code: code,
			Labels:     []taxonomy.Label{{Kind: taxonomy.PrefLabel, Lang: taxonomy.Lang(lang), Text: label}},
			Notes:      []taxonomy.Note{{Kind: taxonomy.Definition, Lang: taxonomy.Lang(lang), Text: text}},
			Properties: []taxonomy.Property{{Name: text, Value: label}},
			ReplacedBy: []taxonomy.URI{taxonomy.URI(label)},
		}
		if c.Validate() != nil {
			t.Skip("the concept is not valid")
		}
		err := s.Import(t.Context(), taxonomy.Release{Ref: r}, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
			if err := w.PutConcept(c); err != nil {
				return err
			}
			return w.PutConcept(c)
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Concept(t.Context(), r, c.URI)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		for _, key := range []string{uri, code, uri[strings.LastIndexAny(uri, "/#")+1:]} {
			found, err := s.Find(t.Context(), key)
			if err != nil {
				t.Fatal(err)
			}
			if key != "" && !slices.ContainsFunc(found, func(c *taxonomy.Concept) bool { return string(c.URI) == uri }) {
				t.Errorf("Find(%q) does not find %q", key, uri)
			}
		}
	})
}
