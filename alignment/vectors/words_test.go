package vectors

import (
	"math"
	"testing"
)

// TestWords: words compared side by side are as near as their vectors, and a
// word that the table does not know is near nothing.
func TestWords(t *testing.T) {
	data, err := Train(t.Context(), bakery(), nil, small, nil)
	if err != nil {
		t.Fatal(err)
	}
	table, err := Load(data)
	if err != nil {
		t.Fatal(err)
	}
	words := []string{"flour", "zzyzx", "guest", "dough"}
	var w Words
	w.Read(table, []string{"a longer text", "before this", "one", "and", "more"})
	w.Read(table, words)
	row, ok := table.Row("dough")
	if !ok {
		t.Fatal("the table does not know dough")
	}
	got := make([]float64, len(words))
	w.Compare(row, got)
	a, b := make([]float32, table.Dim()), make([]float32, table.Dim())
	table.EmbedText("en", "dough", a)
	for i, word := range words {
		want := 0.0
		if table.EmbedText("en", word, b) {
			want = cosine(a, b)
		}
		if math.Abs(got[i]-want) > 1e-3 {
			t.Errorf("%s: %f, not %f", word, got[i], want)
		}
	}
	if got[1] != 0 || got[3] < 0.999 {
		t.Errorf("an unknown word and the word itself: %v", got)
	}
	if _, ok := table.Row("zzyzx"); ok {
		t.Error("the table has a row for zzyzx")
	}
}
