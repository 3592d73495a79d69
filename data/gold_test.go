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

// A segmentRow is a line of a file of labelled segments of documents.
type segmentRow struct {
	at, document, text string
	concepts           []string // PREDICATE=URI
}

var matchPredicates = []string{"skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch"}

// segments reads a file of labelled segments of the documents in dir, and
// checks that every segment quotes its document at its offsets and every label
// is a predicate and a skill.
func segments(t *testing.T, path, dir string) []segmentRow {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	contents := map[string]map[string]string{} // document → pointer → text
	var out []segmentRow
	for i, l := range strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")[1:] {
		at := path + ":" + strconv.Itoa(i+2)
		cells := strings.Split(l, "\t")
		if len(cells) < 7 {
			t.Fatalf("%s: %d cells", at, len(cells))
		}
		doc, pointer := cells[0], cells[2]
		if contents[doc] == nil {
			data, err := os.ReadFile(filepath.Join(dir, doc))
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
			t.Errorf("%s: %q does not stand in %s at %s, bytes %s to %s", at, cells[6], doc, pointer, cells[4], cells[5])
		}
		seen := map[string]bool{}
		for _, c := range cells[7:] {
			p, uri, _ := strings.Cut(c, "=")
			if !slices.Contains(matchPredicates, p) || !skillURI.MatchString(uri) || seen[uri] {
				t.Errorf("%s: %q", at, c)
			}
			seen[uri] = true
		}
		out = append(out, segmentRow{at, doc, cells[6], cells[7:]})
	}
	return out
}

// TestGold: a document is in one half only, the halves are as large as
// gold/README.md says, and no document is among those of the corpus.
func TestGold(t *testing.T) {
	half := map[string]string{}
	count, with := map[string]int{}, map[string]int{}
	for _, name := range []string{"dev", "test"} {
		for _, s := range segments(t, filepath.Join("gold", name+".tsv"), filepath.Join("gold", "documents")) {
			if other := half[s.document]; other != "" && other != name {
				t.Errorf("%s is in %s and in %s", s.document, other, name)
			}
			half[s.document] = name
			count[name]++
			if len(s.concepts) > 0 {
				with[name]++
			}
		}
	}
	if count["dev"] != 530 || count["test"] != 783 || with["dev"] != 287 || with["test"] != 439 || len(half) != 81 {
		t.Errorf("%d documents, segments %v, with a concept %v", len(half), count, with)
	}
}

// TestGoldPool: what both passes over the pool grant is a label, what was a
// label before is still one, and there is no label without one of these reasons.
func TestGoldPool(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("gold", "pool.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	key := func(document, pointer, from, to, uri string) string {
		return strings.Join([]string{document, pointer, from, to, uri}, " ")
	}
	reason := map[string]bool{}
	added := 0
	for i, l := range strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")[1:] {
		cells := strings.Split(l, "\t")
		if len(cells) != 7 {
			t.Fatalf("pool.tsv:%d: %d cells", i+2, len(cells))
		}
		granted := map[string]int{} // URI → passes that grant it
		for n, cell := range cells[4:] {
			for _, c := range strings.Fields(cell) {
				p, uri, _ := strings.Cut(c, "=")
				if !slices.Contains(matchPredicates, p) || !skillURI.MatchString(uri) {
					t.Errorf("pool.tsv:%d: %q", i+2, c)
				}
				switch {
				case n == 0:
					reason[key(cells[0], cells[1], cells[2], cells[3], uri)] = true
				case p != "skos:relatedMatch" && p != "skos:narrowMatch":
					granted[uri]++
				}
			}
		}
		for uri, passes := range granted {
			k := key(cells[0], cells[1], cells[2], cells[3], uri)
			if passes == 2 && !reason[k] {
				reason[k] = true
				added++
			}
		}
	}
	labels := 0
	for _, name := range []string{"dev", "test"} {
		b, err := os.ReadFile(filepath.Join("gold", name+".tsv"))
		if err != nil {
			t.Fatal(err)
		}
		for i, l := range strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")[1:] {
			cells := strings.Split(l, "\t")
			for _, c := range cells[7:] {
				_, uri, _ := strings.Cut(c, "=")
				labels++
				if !reason[key(cells[0], cells[2], cells[4], cells[5], uri)] {
					t.Errorf("%s.tsv:%d: nothing in pool.tsv says why %s is a label", name, i+2, uri)
				}
			}
		}
	}
	if labels != len(reason) || added != 300 {
		t.Errorf("%d labels, %d reasons for one, %d from the pool", labels, len(reason), added)
	}
}

// TestCorpusDocuments: the documents of the corpus are as many as
// corpus/README.md says, every one is labelled, and none shares a sentence of
// five words or more with the gold.
func TestCorpusDocuments(t *testing.T) {
	gold := map[string]string{}
	for _, name := range []string{"dev", "test"} {
		for _, s := range segments(t, filepath.Join("gold", name+".tsv"), filepath.Join("gold", "documents")) {
			gold[strings.ToLower(s.text)] = s.at
		}
	}
	labelled := map[string]bool{}
	count, with, labels := 0, 0, 0
	for _, s := range corpusDocuments(t) {
		labelled[s.document] = true
		count++
		labels += len(s.concepts)
		if len(s.concepts) > 0 {
			with++
		}
		if at := gold[strings.ToLower(s.text)]; at != "" && len(strings.Fields(s.text)) >= 5 {
			t.Errorf("%s: is %s", s.at, at)
		}
	}
	files, err := os.ReadDir(filepath.Join("corpus", "documents"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !labelled[f.Name()] {
			t.Errorf("%s has no labelled segment", f.Name())
		}
	}
	if len(files) != 68 || count != 1044 || with != 544 || labels != 1005 {
		t.Errorf("%d documents, %d segments, %d with a concept, %d labels", len(files), count, with, labels)
	}
}

func corpusDocuments(t *testing.T) []segmentRow {
	t.Helper()
	return segments(t, filepath.Join("corpus", "documents.tsv"), filepath.Join("corpus", "documents"))
}
