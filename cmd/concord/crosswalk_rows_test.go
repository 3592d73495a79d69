package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/alignment"
	"concord/taxonomy"
)

// TestReadCrosswalks: a row that is trained on has an ESCO concept and the
// title of the other side, whichever side ESCO is.
func TestReadCrosswalks(t *testing.T) {
	const esco = "http://data.europa.eu/esco/occupation/"
	dir := t.TempDir()
	write := func(name, text string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	first := write("a.csv", "Classification 1 Name,ESCO\nClassification 2 Name,Bakers\nClassification 1 Language,sv\nClassification 2 Language,fr/nl\n"+
		"Classification 1 URI,Classification 1 PrefLabel,Classification 2 ID,Classification 2 PrefLabel FR,Classification 2 PrefLabel NL,Mapping relation\n"+
		esco+"1,bagare,B1,\"Boulanger,  pâtissier\",Bakker,skos:narrowMatch\n"+esco+"2,kock,,,,no relation\n"+esco+"3,kock,B3,,,skos:exactMatch\n")
	second := write("b.csv", "Classification 1 Name,Bakers\nClassification 2 Name,ESCO\nClassification 1 Language,en\n"+
		"Classification 1 ID,Classification 1 PrefLabel,Classification 2 URI,Classification 2 PrefLabel,Relation\nB1,Bread maker,"+esco+"1,bagare,broadMatch\n")
	rows, sets, err := readCrosswalks([]string{first, second})
	if err != nil {
		t.Fatal(err)
	}
	want := []alignment.CrosswalkRow{
		{Set: "a.csv", Lang: "fr", Title: "Boulanger, pâtissier", Concept: esco + "1", Predicate: taxonomy.NarrowMatch},
		{Set: "b.csv", Lang: "en", Title: "Bread maker", Concept: esco + "1", Predicate: taxonomy.BroadMatch},
	}
	if d := cmp.Diff(want, rows); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if d := cmp.Diff([]string{"a.csv", "b.csv"}, sets); d != "" {
		t.Errorf("sets (-want +got)\n%s", d)
	}
	const header = "Classification 1 URI,Classification 1 PrefLabel,Classification 2 ID,Classification 2 PrefLabel,Mapping relation\n"
	for name, text := range map[string]string{
		"no header":   "Classification 1 Language,sv\n" + esco + "1,bagare\n",
		"no language": header + esco + "1,bagare,B1,Baker,skos:exactMatch\n",
	} {
		if _, _, err := readCrosswalks([]string{write("x.csv", text)}); !errors.Is(err, taxonomy.ErrInvalid) {
			t.Errorf("%s: err = %v, want ErrInvalid", name, err)
		}
	}
}
