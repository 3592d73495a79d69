package credential

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"concord/importers/source"
)

// TestCatalogue reads the files of testdata/catalogue: the columns stand in the
// comment of an archive, the catalogue is its first file.
func TestCatalogue(t *testing.T) {
	paths, err := filepath.Glob("testdata/catalogue/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, p := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(p), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(p)
			if err != nil {
				t.Fatal(err)
			}
			columns, err := ParseColumns(strings.TrimSpace(string(archive.Comment)))
			if err != nil {
				t.Fatal(err)
			}
			in := archive.Files[0]
			var got strings.Builder
			for doc, err := range ReadAll(source.NewFile(in.Name, in.Data), Options{Columns: columns}) {
				if err != nil {
					fmt.Fprintf(&got, "error %v\n", err)
					break
				}
				got.WriteString(show(doc))
				for _, text := range doc.Texts {
					checkText(t, text.Pointer, text)
				}
			}
			if *update {
				archive.Files[1].Data = []byte(got.String())
				if err := os.WriteFile(p, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(archive.Files[1].Data), got.String()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestParseColumns(t *testing.T) {
	for _, c := range []struct{ spec, want string }{
		{"name=Course Title, text=Abstract,text=Syllabus", "[{name Course Title} {text Abstract} {text Syllabus}]"},
		{"title=a,description=b", "[{name a} {text b}]"},
		{"", "[]"},
		{"name", `invalid: "name" does not say what a column holds`},
		{"colour=a", "a column can hold id, name, text"},
	} {
		columns, err := ParseColumns(c.spec)
		if got := fmt.Sprint(columns, err); !strings.Contains(got, c.want) {
			t.Errorf("%q gives %s, want %s", c.spec, got, c.want)
		}
	}
}

// TestCatalogueStops shows that a catalogue is read as far as it is asked for.
func TestCatalogueStops(t *testing.T) {
	table := "title,description\nA,B\n" + strings.Repeat("C,\"unfinished\n", 10)
	for doc, err := range ReadAll(source.NewFile("a.csv", []byte(table)), Options{}) {
		if err != nil || doc.Name != "A" {
			t.Fatal(doc, err)
		}
		break
	}
}

func FuzzCatalogue(f *testing.F) {
	f.Add("a.csv", "title,description,Keywords\nWelding,\"Weld, cut\",a;b\n", "")
	f.Add("a.tsv", "A\tB\nx\ty\n", "name=A,skill=B")
	f.Add("a.ndjson", `{"title": "x", "description": {"en": ["y"]}}`+"\n\n"+smallBadge, "")
	f.Add("-", `[{"a": {"b": "c"}}]`, "text=a.b")
	f.Fuzz(func(t *testing.T, name, data, spec string) {
		columns, err := ParseColumns(spec)
		if err != nil {
			return
		}
		for doc, err := range ReadAll(source.NewFile(name, []byte(data)), Options{Columns: columns}) {
			if err != nil {
				return
			}
			if doc.Type == "" || doc.Digest == "" || !utf8.ValidString(doc.Name) {
				t.Errorf("%+v", doc)
			}
			for _, text := range doc.Texts {
				checkText(t, text.Pointer, text)
			}
		}
	})
}

// TestBadLines goes on behind a line that cannot be read, and gives up on a
// file that has too many of them.
func TestBadLines(t *testing.T) {
	read := func(text string) (docs, bad int, last error) {
		for doc, err := range ReadAll(source.NewFile("a.ndjson", []byte(text)), Options{}) {
			if err != nil {
				bad++
				last = err
			} else if doc != nil {
				docs++
			}
		}
		return docs, bad, last
	}
	good := `{"title": "Bread", "description": "Bake bread."}` + "\n"
	if docs, bad, err := read(good + "x\n" + good); docs != 2 || bad != 1 || !strings.Contains(err.Error(), "a.ndjson:2") {
		t.Errorf("%d documents, %d bad lines, %v; want 2, 1, line 2", docs, bad, err)
	}
	docs, bad, err := read(good + strings.Repeat("x\n", 2*maxBadLines) + good)
	if docs != 1 || bad != maxBadLines+1 || !strings.Contains(err.Error(), "the lines after it are left out") {
		t.Errorf("%d documents, %d errors, %v; want 1, %d, a last one that says what is left out", docs, bad, err, maxBadLines+1)
	}
}
