package alignment

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
)

func TestReadSentences(t *testing.T) {
	for _, tt := range []struct {
		name, data string
		want       []Sentence
	}{
		{"tabs", "Bake bread at dawn.\turn:k:dough\n\nKeep knives sharp\tsharpen knives\turn:x\n", []Sentence{
			{"en", "Bake bread at dawn.", []string{"urn:k:dough"}}, {"en", "Keep knives sharp", []string{"sharpen knives", "urn:x"}}}},
		{"csv with lists", ",sentence,skills\n0,\"Bake, then cool.\",\"['bake bread', \"\"baker's rules\"\"]\"\n1,Nothing here,[]\n", []Sentence{
			{"en", "Bake, then cool.", []string{"bake bread", "baker's rules"}}, {"en", "Nothing here", nil}}},
	} {
		got, err := ReadSentences("x", strings.NewReader(tt.data), "")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tt.name, diff)
		}
	}
	if _, err := ReadSentences("x.tsv", strings.NewReader("a\tb\nno tab\n"), ""); !errors.Is(err, taxonomy.ErrInvalid) || !strings.Contains(err.Error(), "x.tsv:2") {
		t.Errorf("err = %v", err)
	}
}

func FuzzReadSentences(f *testing.F) {
	f.Add("a\tb\n")
	f.Add("sentence,skills\nx,\"['a\\'b']\"\n")
	f.Fuzz(func(t *testing.T, data string) {
		if _, err := ReadSentences("x", strings.NewReader(data), ""); err != nil && !errors.Is(err, taxonomy.ErrInvalid) && !strings.Contains(err.Error(), "too long") {
			t.Errorf("err = %v", err)
		}
	})
}
