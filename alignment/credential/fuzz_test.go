package credential

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/txtar"

	"concord/alignment"
	"concord/taxonomy"
)

func seeds(f *testing.F) [][]byte {
	var out [][]byte
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, p := range paths {
		data, err := os.ReadFile(p)
		if err != nil {
			f.Fatal(err)
		}
		out = append(out, txtar.Parse(data).Files[0].Data)
	}
	return out
}

func FuzzRead(f *testing.F) {
	for _, s := range seeds(f) {
		for _, name := range []string{"-", "a.md", "a.html", "a.txt"} {
			f.Add(name, s)
		}
	}
	f.Add("a.png", []byte(pngMagic+chunk("iTXt", "openbadges\x00\x01\x00\x00\x00x")))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		doc, err := Read(name, data, Options{})
		if err != nil {
			if !errors.Is(err, taxonomy.ErrInvalid) {
				t.Fatalf("not an ErrInvalid: %v", err)
			}
			return
		}
		if doc.Warnings != nil && doc.Warnings[0].Code == "recoded" {
			for _, text := range doc.Texts {
				checkText(t, name, text)
			}
			return
		}
		checkDocument(t, name, data, doc)
	})
}

// FuzzText masks strings as they stand in records.
func FuzzText(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(string(s))
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		text := newText("/x", s, alignment.RoleDescription)
		if len(text.Blocks) > 0 {
			checkText(t, "string", text)
		}
		// Letters and blanks alone are no markup.
		bare := strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' && r != 'h' && r != 'w' || r == ' ' || r > 0xBF && visible(r) {
				return r
			}
			return -1
		}, s)
		if got := newText("/x", bare, alignment.RoleDescription); got.Masked != bare && !strings.ContainsAny(bare, "•‣◦▪●○–—") {
			t.Errorf("%q became %q", bare, got.Masked)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	for _, name := range []string{"openbadge3", "page", "markdown", "plain"} {
		b.Run(name, func(b *testing.B) {
			data, err := os.ReadFile(filepath.Join("testdata", name+".txtar"))
			if err != nil {
				b.Fatal(err)
			}
			in := txtar.Parse(data).Files[0]
			b.SetBytes(int64(len(in.Data)))
			for b.Loop() {
				doc, err := Read(in.Name, in.Data, Options{})
				if err != nil || len(doc.Texts) == 0 {
					b.Fatal(err)
				}
			}
		})
	}
}
