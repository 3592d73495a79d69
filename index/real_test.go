package index

import (
	"archive/zip"
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"concord/taxonomy"
)

// sharedESCO returns the folder with ESCO's archives, or skips.
func sharedESCO(t testing.TB) string {
	t.Helper()
	root, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		if root == filepath.Dir(root) {
			t.Fatal("no go.mod above the test's folder")
		}
		root = filepath.Dir(root)
	}
	dir := filepath.Join(root, "..", "shared", "data", "esco")
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s is not here; the tests over real data need it", filepath.Join("shared", "data", "esco"))
	}
	return dir
}

// readESCO reads the concepts of the CSV files of an ESCO archive whose base
// name starts with prefix. Every file is named for the language of its labels.
func readESCO(t testing.TB, archive, prefix string, kind taxonomy.Kind) []*taxonomy.Concept {
	t.Helper()
	z, err := zip.OpenReader(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	byURI := make(map[string]*taxonomy.Concept)
	var concepts []*taxonomy.Concept
	for _, f := range z.File {
		base := strings.TrimSuffix(path.Base(f.Name), ".csv")
		if !strings.HasPrefix(base, prefix+"_") {
			continue
		}
		lang := taxonomy.ParseLang(strings.TrimPrefix(base, prefix+"_"))
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		rows := csv.NewReader(r)
		rows.LazyQuotes = true
		head, err := rows.Read()
		if err != nil {
			t.Fatal(err)
		}
		column := make(map[string]int)
		for i, h := range head {
			column[strings.TrimPrefix(h, "\ufeff")] = i
		}
		for {
			row, err := rows.Read()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
			cell := func(name string) string {
				if i, ok := column[name]; ok && i < len(row) {
					return row[i]
				}
				return ""
			}
			uri := cell("conceptUri")
			c := byURI[uri]
			if c == nil {
				c = &taxonomy.Concept{URI: taxonomy.URI(uri), Kind: kind, Code: cell("code")}
				byURI[uri] = c
				concepts = append(concepts, c)
			}
			for _, field := range []struct {
				name string
				kind taxonomy.LabelKind
			}{{"preferredLabel", taxonomy.PrefLabel}, {"altLabels", taxonomy.AltLabel}, {"hiddenLabels", taxonomy.HiddenLabel}} {
				for text := range strings.SplitSeq(cell(field.name), "\n") {
					if text = strings.TrimSpace(text); text != "" {
						c.Labels = append(c.Labels, taxonomy.Label{Kind: field.kind, Lang: lang, Text: text})
					}
				}
			}
			if text := cell("description"); text != "" {
				c.Notes = append(c.Notes, taxonomy.Note{Kind: taxonomy.Definition, Lang: lang, Text: text})
			}
		}
		r.Close()
	}
	return concepts
}

func readEnglishESCO(t testing.TB) *memory {
	archive := filepath.Join(sharedESCO(t), "esco-1.1.1-en.zip")
	concepts := readESCO(t, archive, "skills", taxonomy.Skill)
	concepts = append(concepts, readESCO(t, archive, "occupations", taxonomy.Occupation)...)
	m := new(memory)
	m.add(taxonomy.Ref{Scheme: "esco", Version: "1.1.1"}, concepts)
	return m
}

// TestRealESCO looks for things in ESCO 1.1.1 as people would.
func TestRealESCO(t *testing.T) {
	x, _ := buildAll(t, readEnglishESCO(t))
	for _, tt := range []struct{ query, want, why string }{
		{"machne lerning", "machine learning", "found by preferred label (en), 2 typos"},
		{"machine learning", "machine learning", "exactly the preferred label (en)"},
		{"project managment", "project management", "found by preferred label (en)"},
		{"software developper", "software developer", "found by preferred label (en), 1 typo"},
		{"python", "Python (computer programming)", "exactly the alternative label “Python” (en)"},
		{"python programming skills", "Python (computer programming)", "found by preferred label (en), 2 of 3 words"},
		{"c++", "C++", "exactly the preferred label (en)"},
		{"2654.1.7", "technical director", "code 2654.1.7"},
		{"customer service", "customer service", "exactly the preferred label (en)"},
		{"working in teams", "work in teams", "exactly the alternative label “working in teams” (en)"},
		{"first aid", "first aid", "exactly the preferred label (en)"},
	} {
		res, err := x.Search(t.Context(), Query{Text: tt.query, Langs: []taxonomy.Lang{"en"}})
		if err != nil {
			t.Fatal(err)
		}
		if len(res.Hits) == 0 {
			t.Errorf("%q: nothing found", tt.query)
		} else if h := res.Hits[0]; h.Pref.Text != tt.want || h.Why != tt.why {
			t.Errorf("%q: got %q, %s; want %q, %s", tt.query, h.Pref.Text, h.Why, tt.want, tt.why)
		}
	}
	for _, tt := range []struct{ prefix, want string }{
		{"mach", "machine"}, {"machine l", "machine learning"}, {"proj", "project"}, {"teach", "teach"}, {"c+", "C++"}, {"javas", "JavaScript"}, {"w", "W"},
	} {
		hits, err := x.Suggest(t.Context(), SuggestQuery{Prefix: tt.prefix, Langs: []taxonomy.Lang{"en"}})
		if err != nil {
			t.Fatal(err)
		}
		if len(hits) < 2 && tt.prefix != "c+" || !strings.HasPrefix(hits[0].Pref.Text, tt.want) {
			t.Errorf("%q: want %q first", tt.prefix, tt.want)
			for _, h := range hits {
				t.Logf("%.2f %s: %s", h.Score, h.Pref.Text, h.Why)
			}
		}
	}
}

// TestRealLanguages finds occupations by their own preferred labels in every
// language, with one letter left out.
func TestRealLanguages(t *testing.T) {
	if testing.Short() {
		t.Skip("building an index of 26 languages takes long")
	}
	archive := filepath.Join(sharedESCO(t), "esco-1.0.8-occupations-26-languages.zip")
	m := new(memory)
	m.add(taxonomy.Ref{Scheme: "esco", Version: "1.0.8"}, readESCO(t, archive, "occupations", taxonomy.Occupation))
	x, _ := buildAll(t, m)
	found, asked := make(map[taxonomy.Lang]int), 0
	for i, c := range m.releases[0].concepts {
		if i%150 != 0 {
			continue
		}
		asked++
		for _, l := range c.Labels {
			if l.Kind != taxonomy.PrefLabel {
				continue
			}
			text := []rune(l.Text)
			text = append(text[:1:1], text[2:]...)
			res, err := x.Search(t.Context(), Query{Text: string(text), Langs: []taxonomy.Lang{l.Lang}, Size: 3})
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range res.Hits {
				if h.URI == c.URI {
					found[l.Lang]++
				}
			}
		}
	}
	for _, lang := range m.releases[0].concepts[0].Labels {
		if lang.Kind == taxonomy.PrefLabel && found[lang.Lang]*100 < asked*75 {
			t.Errorf("%s: %d of %d occupations are among the first three", lang.Lang, found[lang.Lang], asked)
		}
	}
	t.Logf("of %d: %v", asked, found)
}
