package alignment

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestItems(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"You will use Python, SQL and Tableau.", []string{"Python", "SQL", "Tableau."}},
		{"Gather, clean and store data", []string{"Gather", "clean", "clean data", "store data"}},
		{"data collection and analysis", []string{"data collection", "data analysis"}},
		{"plan and manage budgets", []string{"plan budgets", "manage budgets"}},
		{"Bake bread at dawn.", nil},
		{"Kneten, Formen und Backen", []string{"Kneten", "Formen", "Backen"}},
	} {
		var got []string
		for _, item := range items(tt.text) {
			if len(item) != len(tt.text) {
				t.Errorf("%q: %q is not as long", tt.text, item)
			}
			got = append(got, strings.Join(strings.Fields(item), " "))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q (-want +got)\n%s", tt.text, diff)
		}
	}
}

func FuzzItems(f *testing.F) {
	f.Add("You will use Python, SQL and Tableau.")
	f.Add("é , ü; /ß und x")
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip("texts are valid UTF-8")
		}
		for _, item := range items(text) {
			if len(item) != len(text) || !utf8.ValidString(item) {
				t.Fatalf("%q becomes %q", text, item)
			}
		}
	})
}
