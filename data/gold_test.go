package data

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"concord/alignment/credential"
)

// TestGold: every segment quotes its document at its offsets, a document is in
// one half only, and the halves are as large as gold/README.md says.
func TestGold(t *testing.T) {
	predicates := []string{"skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch"}
	contents := map[string]map[string]string{} // document → pointer → text
	half := map[string]string{}
	segments, with := map[string]int{}, map[string]int{}
	for _, name := range []string{"dev", "test"} {
		b, err := os.ReadFile(filepath.Join("gold", name+".tsv"))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
		for i, l := range lines[1:] {
			cells := strings.Split(l, "\t")
			if len(cells) < 7 {
				t.Fatalf("%s:%d: %d cells", name, i+2, len(cells))
			}
			doc, pointer := cells[0], cells[2]
			if other := half[doc]; other != "" && other != name {
				t.Errorf("%s is in %s and in %s", doc, other, name)
			}
			half[doc] = name
			if contents[doc] == nil {
				data, err := os.ReadFile(filepath.Join("gold", "documents", doc))
				if err != nil {
					t.Fatal(err)
				}
				read, err := credential.Read(doc, data, credential.Options{})
				if err != nil {
					t.Fatal(err)
				}
				contents[doc] = map[string]string{}
				for _, text := range read.Texts {
					contents[doc][text.Pointer] = text.Content
				}
			}
			from, err1 := strconv.Atoi(cells[4])
			to, err2 := strconv.Atoi(cells[5])
			text := contents[doc][pointer]
			if err1 != nil || err2 != nil || from < 0 || from >= to || to > len(text) || strings.Join(strings.Fields(text[from:to]), " ") != cells[6] {
				t.Errorf("%s:%d: %q does not stand in %s at %s, bytes %s to %s", name, i+2, cells[6], doc, pointer, cells[4], cells[5])
			}
			segments[name]++
			if len(cells) > 7 {
				with[name]++
			}
			for _, c := range cells[7:] {
				p, uri, _ := strings.Cut(c, "=")
				if !slices.Contains(predicates, p) || !skillURI.MatchString(uri) {
					t.Errorf("%s:%d: %q", name, i+2, c)
				}
			}
		}
	}
	if segments["dev"] != 530 || segments["test"] != 783 || with["dev"] != 282 || with["test"] != 429 || len(half) != 81 {
		t.Errorf("%d documents, segments %v, with a concept %v", len(half), segments, with)
	}
}
