package main

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/alignment"
	"concord/importers/source"
	"concord/taxonomy"
)

const preamble = "Mapping project name,ESCO - Bakers\nClassification 1 Language,sv\nClassification 2 Language,sv\n"

func TestReadCrosswalk(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []alignment.CrosswalkRow
	}{
		{"preamble, blank lines, rows without a relation", preamble + ",\n,\n" +
			"Classification 1 URI,Classification 1 PrefLabel,Classification 2 URI,Classification 2 PrefLabel,Mapping relation\n" +
			"urn:o:1,bagare,urn:n:1,\"Bagare,  konditor\",skos:narrowMatch\nurn:o:2,kock,,,no relation\nurn:o:3,kock\nurn:o:4,servitör,urn:n:4,Servitör,skos:exactMatch\n",
			[]alignment.CrosswalkRow{
				{Set: "x.csv", Lang: "sv", Title: "Bagare, konditor", Concept: "urn:o:1", Predicate: taxonomy.NarrowMatch},
				{Set: "x.csv", Lang: "sv", Title: "Servitör", Concept: "urn:o:4", Predicate: taxonomy.ExactMatch},
			}},
		{"lines that end in ; and records in one cell", "Mapping project name,x;\nClassification 2 Language,sv;\n,;\n" +
			"Classification 1 URI,Classification 1 PrefLabel,Classification 2 PrefLabel,Mapping relation,Editorial note;\n" +
			"urn:s:1,baka,Bakning,skos:closeMatch,;\n\"urn:s:2,grädda,\"\"Gräddning, stenugn\"\",skos:broadMatch,\";\nurn:s:3,jäsa,Jäsning,skos:exactMatch,;\n",
			[]alignment.CrosswalkRow{
				{Set: "x.csv", Lang: "sv", Title: "Bakning", Concept: "urn:s:1", Predicate: taxonomy.CloseMatch},
				{Set: "x.csv", Lang: "sv", Title: "Gräddning, stenugn", Concept: "urn:s:2", Predicate: taxonomy.BroadMatch},
				{Set: "x.csv", Lang: "sv", Title: "Jäsning", Concept: "urn:s:3", Predicate: taxonomy.ExactMatch},
			}},
		{"bare identifiers, other names of columns, two languages", "\nClassification 2 Language,fr/nl\nclassification 1 ID,classification 1 prefered label,classification 2 prefered label,mapping relation\n" +
			"11111111-2222-3333-4444-555555555555,pétrir,Pétrissage,skos:closeMatch\n",
			[]alignment.CrosswalkRow{{Set: "x.csv", Lang: "fr", Title: "Pétrissage", Concept: "http://data.europa.eu/esco/skill/11111111-2222-3333-4444-555555555555", Predicate: taxonomy.CloseMatch}}},
	} {
		got, err := readCrosswalk(source.NewFile("x.csv", []byte(tt.text)))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s: (-want +got)\n%s", tt.name, d)
		}
	}
	for name, text := range map[string]string{
		"empty":                  "",
		"no header":              preamble + "urn:o:1,bagare\n",
		"no language":            "Classification 1 URI,Classification 2 PrefLabel,Mapping relation\n",
		"a header, no relations": preamble + "Classification 1 URI,Classification 2 PrefLabel\n",
	} {
		if _, err := readCrosswalk(source.NewFile("x.csv", []byte(text))); !errors.Is(err, taxonomy.ErrInvalid) {
			t.Errorf("%s: err = %v, want ErrInvalid", name, err)
		}
	}
}

// FuzzReadCrosswalk: whatever the bytes, what is read is a row with all its parts.
func FuzzReadCrosswalk(f *testing.F) {
	f.Add([]byte(preamble + "Classification 1 URI,Classification 2 PrefLabel,Mapping relation\nurn:o:1,Bagare,skos:exactMatch\n"))
	f.Add([]byte("Classification 2 Language,sv;\nClassification 1 URI,Classification 2 PrefLabel,Mapping relation;\n\"urn:o:1,\"\"a, b\"\",skos:exactMatch\";\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := readCrosswalk(source.NewFile("x.csv", data))
		if err != nil {
			return
		}
		for _, r := range rows {
			if r.Title == "" || r.Concept == "" || r.Lang == "" || r.Set == "" {
				t.Fatalf("%+v", r)
			}
		}
	})
}
