package data

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCorpusErrata: every row of corpus/errata.tsv is about a mention that is in
// the corpus, and does not repeat itself or name the same concept as the better one.
func TestCorpusErrata(t *testing.T) {
	mentions := map[string]bool{} // start of the text's digest + " " + URI
	parts := corpus(t)
	for _, part := range []string{"train", "held"} {
		for _, r := range parts[part] {
			sum := sha256.Sum256([]byte(r.text))
			for _, c := range r.concepts {
				uri, _, _ := strings.Cut(c, "=")
				mentions[hex.EncodeToString(sum[:8])+" "+uri] = true
			}
		}
	}
	path := filepath.Join("corpus", "errata.tsv")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
	if lines[0] != "text\tconcept\tverdict\tbetter\tremark" || len(lines) < 2 {
		t.Fatalf("%s: %d lines, the first is %q", path, len(lines), lines[0])
	}
	seen := map[string]bool{}
	for i, l := range lines[1:] {
		cells := strings.Split(l, "\t")
		if len(cells) != 5 {
			t.Fatalf("%s:%d: %d cells", path, i+2, len(cells))
		}
		text, uri, verdict, better, remark := cells[0], cells[1], cells[2], cells[3], cells[4]
		key := text + " " + uri
		if !mentions[key] || seen[key] {
			t.Errorf("%s:%d: %s is no mention of the corpus, or stands twice", path, i+2, key)
		}
		seen[key] = true
		if verdict != "near" && verdict != "wrong" || remark == "" || better == uri || better != "" && !skillURI.MatchString(better) {
			t.Errorf("%s:%d: %q", path, i+2, l)
		}
	}
}
