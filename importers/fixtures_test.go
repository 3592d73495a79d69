package importers

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"concord/importers/source"
)

// openFixture opens the input of testdata/<name>.txtar with its options.
func openFixture(t testing.TB, name string) (*source.Set, Options) {
	t.Helper()
	a, err := txtar.ParseFile(filepath.Join("testdata", filepath.FromSlash(name)+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	var opt Options
	if at := strings.Index(string(a.Comment), "{"); at >= 0 {
		if err := json.Unmarshal(a.Comment[at:], &opt); err != nil {
			t.Fatal(err)
		}
	}
	files := map[string]string{}
	var given []string
	for _, f := range a.Files {
		if f.Name == "want" || f.Name == "problems" || f.Name == "error" {
			continue
		}
		files[f.Name] = fixtureText(f.Data)
		root, _, inFolder := strings.Cut(f.Name, "/")
		if root == "in" || !inFolder {
			root = f.Name
		}
		if !slices.Contains(given, root) {
			given = append(given, root)
		}
	}
	dir := writeFiles(t, files)
	for i, g := range given {
		given[i] = filepath.Join(dir, filepath.FromSlash(g))
	}
	set, err := source.Open(given)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { set.Close() })
	return set, opt
}

// fixtureText puts back the characters that archives cannot show.
func fixtureText(data []byte) string {
	return strings.NewReplacer("␍", "\r", "␣", "\u00a0", "␀", "\ufeff").Replace(string(data))
}

// seedFixtures adds the input files of testdata/<format> to a fuzz corpus.
func seedFixtures(f *testing.F, format string) {
	f.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", format, "*.txtar"))
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range a.Files {
			if file.Name != "want" && file.Name != "problems" && file.Name != "error" {
				f.Add([]byte(fixtureText(file.Data)))
			}
		}
	}
}

// fuzzReader feeds data to the reader of a format under a file name: it must
// not panic, and everything it puts must be valid.
func fuzzReader(t *testing.T, name, format string, data []byte, opt Options) {
	opt.Format = format
	opt.As.Scheme, opt.As.Version = "fuzz", "1"
	set := &source.Set{Files: []*source.File{source.NewFile(name, data)}}
	_, ws, reports, err := importSet(t, set, opt)
	if err != nil {
		return
	}
	for i, w := range ws {
		for _, c := range w.concepts {
			if err := c.Validate(); err != nil {
				t.Errorf("put %v", err)
			}
		}
		if len(w.concepts) != reports[i].Concepts {
			t.Errorf("reports %d concepts, put %d", reports[i].Concepts, len(w.concepts))
		}
	}
}

func FuzzCTDL(f *testing.F) {
	seedFixtures(f, "ctdl")
	f.Fuzz(func(t *testing.T, data []byte) { fuzzReader(t, "f.json", "ctdl", data, Options{}) })
}

func FuzzCASE(f *testing.F) {
	seedFixtures(f, "case")
	f.Fuzz(func(t *testing.T, data []byte) { fuzzReader(t, "f.json", "case", data, Options{}) })
}

func FuzzRSD(f *testing.F) {
	seedFixtures(f, "rsd")
	f.Fuzz(func(t *testing.T, data []byte) { fuzzReader(t, "f.csv", "rsd", data, Options{}) })
}

func FuzzCSV(f *testing.F) {
	seedFixtures(f, "csv")
	f.Fuzz(func(t *testing.T, data []byte) {
		fuzzReader(t, "f.csv", "csv", data, Options{})
		fuzzReader(t, "f.csv", "csv", data, Options{Columns: []string{"id", "label", "alt", "broader", "lang"}, NoHeader: true})
	})
}
