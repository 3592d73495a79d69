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
			{Lang: "en", Text: "Bake bread at dawn.", Concepts: []string{"urn:k:dough"}}, {Lang: "en", Text: "Keep knives sharp", Concepts: []string{"sharpen knives", "urn:x"}}}},
		{"csv with lists", ",sentence,skills\n0,\"Bake, then cool.\",\"['bake bread', \"\"baker's rules\"\"]\"\n1,Nothing here,[]\n", []Sentence{
			{Lang: "en", Text: "Bake, then cool.", Concepts: []string{"bake bread", "baker's rules"}}, {Lang: "en", Text: "Nothing here"}}},
		{"corpus", corpusHeader + "\nde\tcourse\tTeig kneten, Öfen heizen.\turn:k:dough=Teig kneten\turn:k:oven=Öfen heizen\nde\tjob\tSie passen zu uns.\n", []Sentence{
			{Lang: "de", Voice: "course", Text: "Teig kneten, Öfen heizen.", Concepts: []string{"urn:k:dough", "urn:k:oven"}, Words: []string{"Teig kneten", "Öfen heizen"}},
			{Lang: "de", Voice: "job", Text: "Sie passen zu uns."}}},
		{"gold", goldHeader + "\nb.json\tfr\t/name\ttitle\t0\t10\tPain levain\tskos:closeMatch=urn:k:dough\nb.json\tfr\t/x\tdescription\t0\t5\tBravo\n", []Sentence{
			{Lang: "fr", Role: RoleTitle, Text: "Pain levain", Concepts: []string{"urn:k:dough"}}, {Lang: "fr", Role: RoleDescription, Text: "Bravo"}}},
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
	if _, err := ReadSentences("x.tsv", strings.NewReader(corpusHeader+"\nen\tjob\tBake.\turn:x=boil\n"), ""); !errors.Is(err, taxonomy.ErrInvalid) || !strings.Contains(err.Error(), "x.tsv:2") {
		t.Errorf("words that are not in the text: err = %v", err)
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
