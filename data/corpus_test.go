package data

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// A corpusRow is a line of corpus/*/*.tsv.
type corpusRow struct {
	at                string // file:line
	lang, voice, text string
	concepts          []string // URI=words
}

var (
	corpusParts  = []string{"train", "held", "nothing"}
	corpusVoices = []string{"badge", "course", "work", "resume", "job", "transcript", "activity"}
	corpusLangs  = []string{"de", "en", "es", "fr"}
)

// corpus reads every row of the written corpus, by part.
func corpus(t *testing.T) map[string][]corpusRow {
	t.Helper()
	out := map[string][]corpusRow{}
	for _, part := range corpusParts {
		for _, lang := range corpusLangs {
			path := filepath.Join("corpus", part, lang+".tsv")
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
			if lines[0] != "lang\tvoice\ttext\tconcept=words" {
				t.Fatalf("%s: the first line is %q", path, lines[0])
			}
			for i, l := range lines[1:] {
				cells := strings.Split(l, "\t")
				at := fmt.Sprintf("%s:%d", path, i+2)
				if len(cells) < 3 || cells[0] != lang {
					t.Fatalf("%s: %q is no row in %s", at, l, lang)
				}
				out[part] = append(out[part], corpusRow{at, cells[0], cells[1], cells[2], cells[3:]})
			}
		}
	}
	return out
}

// TestCorpus checks what holds of every row, and that the corpus is as broad
// as README.md says.
func TestCorpus(t *testing.T) {
	parts := corpus(t)
	texts, nears := map[string]string{}, map[string]string{}
	concepts := map[string]bool{}
	rows := map[string]int{} // language → rows with a concept
	voices := map[string]int{}
	for _, part := range corpusParts {
		for _, r := range parts[part] {
			if !slices.Contains(corpusVoices, r.voice) {
				t.Errorf("%s: voice %q", r.at, r.voice)
			}
			if words := len(strings.Fields(r.text)); words < 1 || words > 60 || !utf8.ValidString(r.text) || r.text != strings.TrimSpace(r.text) {
				t.Errorf("%s: %q has %d words, blanks around it or broken letters", r.at, r.text, words)
			}
			folded := strings.ToLower(strings.Join(wordsOf(r.text), " "))
			if other := texts[folded]; other != "" {
				t.Errorf("%s: repeats %s", r.at, other)
			}
			texts[folded] = r.at
			near := nearKey(folded)
			if other := nears[near]; other != "" && len(near) > 40 {
				t.Errorf("%s: is nearly %s", r.at, other)
			}
			nears[near] = r.at
			if (len(r.concepts) == 0) != (part == "nothing") {
				t.Errorf("%s: %d concepts in %s", r.at, len(r.concepts), part)
			}
			seen := map[string]bool{}
			for _, c := range r.concepts {
				uri, words, _ := strings.Cut(c, "=")
				if !strings.HasPrefix(uri, "http://data.europa.eu/esco/skill/") || words == "" || !strings.Contains(r.text, words) || seen[uri] {
					t.Errorf("%s: concept %q", r.at, c)
				}
				seen[uri] = true
				concepts[uri] = true
			}
			if len(r.concepts) > 0 {
				rows[r.lang]++
				voices[r.voice]++
			}
		}
	}
	t.Logf("%d distinct concepts; rows with a concept by language %v, by voice %v; without %d", len(concepts), rows, voices, len(parts["nothing"]))
	if len(concepts) < 5000 || rows["en"] < 6000 || rows["de"] < 500 || rows["fr"] < 500 || rows["es"] < 500 || len(parts["nothing"]) < 1500 {
		t.Errorf("the corpus is smaller than README.md says: %d concepts, rows %v, %d without", len(concepts), rows, len(parts["nothing"]))
	}
	total := rows["en"] + rows["de"] + rows["fr"] + rows["es"]
	for _, v := range corpusVoices {
		if share := float64(voices[v]) / float64(total); share < 0.03 || share > 0.4 {
			t.Errorf("voice %s has a share of %.2f", v, share)
		}
	}
}

// nearKey is the same for texts that differ in order and in short words only.
func nearKey(folded string) string {
	words := slices.DeleteFunc(strings.Fields(folded), func(w string) bool { return len(w) < 4 })
	slices.Sort(words)
	return strings.Join(words, " ")
}

// wordsOf returns the runs of letters and digits of s; every byte beyond ASCII
// is taken for a letter.
func wordsOf(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool {
		return r < utf8.RuneSelf && !('0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z')
	})
}

// sharedData returns ../shared/data, or skips.
func sharedData(t *testing.T) string {
	t.Helper()
	dir := filepath.Join("..", "..", "shared", "data")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("../shared/data is not here; this test reads real files from it")
	}
	return dir
}

var skillURI = regexp.MustCompile(`http://data\.europa\.eu/esco/skill/[0-9A-Za-z-]+`)

// TestCorpusConcepts: every concept of a row is in ESCO 1.1.0, 1.1.1 and 1.2.0,
// every one of a document in 1.1.0, whose concepts the documents are labelled with.
func TestCorpusConcepts(t *testing.T) {
	dir := sharedData(t)
	var releases [3]map[string]bool
	for i, name := range []string{"esco-1.1.0-en.zip", "esco-1.1.1-en.zip", "esco-1.2.0-en.zip"} {
		archive, err := zip.OpenReader(filepath.Join(dir, "esco", name))
		if err != nil {
			t.Fatal(err)
		}
		defer archive.Close()
		f, err := archive.Open("skills_en.csv")
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		releases[i] = map[string]bool{}
		for _, uri := range skillURI.FindAllString(string(b), -1) {
			releases[i][uri] = true
		}
	}
	known := map[string]bool{}
	check := func(at, uri string, in ...map[string]bool) {
		if known[uri] {
			return
		}
		known[uri] = true
		for _, release := range in {
			if !release[uri] {
				t.Errorf("%s: %s is not in every release", at, uri)
			}
		}
	}
	for _, part := range corpus(t) {
		for _, r := range part {
			for _, c := range r.concepts {
				uri, _, _ := strings.Cut(c, "=")
				check(r.at, uri, releases[:]...)
			}
		}
	}
	for _, s := range corpusDocuments(t) {
		for _, c := range s.concepts {
			_, uri, _ := strings.Cut(c, "=")
			check(s.at, uri, releases[0])
		}
	}
}

const run = 8 // words

// TestCorpusIsOurs: no sentence shares a run of eight words with anything
// under ../shared/data, archives included.
func TestCorpusIsOurs(t *testing.T) {
	if testing.Short() {
		t.Skip("reads every real file")
	}
	dir := sharedData(t)
	ours := map[uint64]string{}
	for _, part := range corpus(t) {
		for _, r := range part {
			runs([]byte(r.text), func(h uint64) { ours[h] = r.at + ": " + r.text })
		}
	}
	for _, s := range corpusDocuments(t) {
		runs([]byte(s.text), func(h uint64) { ours[h] = s.at + ": " + s.text })
	}
	shared := map[string]string{}
	look := func(name string, b []byte) {
		runs(b, func(h uint64) {
			if at, ok := ours[h]; ok {
				shared[at] = name
			}
		})
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !strings.HasSuffix(path, ".zip") {
			look(path, b)
			return nil
		}
		archive, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return err
		}
		for _, f := range archive.File {
			rc, err := f.Open()
			if err != nil {
				return err
			}
			text, err := io.ReadAll(rc)
			rc.Close()
			if err != nil {
				return err
			}
			look(path+"/"+f.Name, text)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for at, name := range shared {
		t.Errorf("shares a run of %d words with %s: %s", run, name, at)
	}
}

// runs yields a hash of every run of words in text, whatever stands between
// them and however they are capitalised.
func runs(text []byte, yield func(uint64)) {
	var last [run]uint64
	n := 0
	word := uint64(0)
	end := func() {
		if word == 0 {
			return
		}
		last[n%run] = word
		word = 0
		if n++; n < run {
			return
		}
		h := uint64(14695981039346656037)
		for k := range run {
			h = (h ^ last[(n+k)%run]) * 1099511628211
		}
		yield(h)
	}
	for _, c := range text {
		switch {
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c >= utf8.RuneSelf:
		default:
			end()
			continue
		}
		word = (word+uint64(c))*0x9E3779B97F4A7C15 ^ word>>29
	}
	end()
}
