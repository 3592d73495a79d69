package mappings

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/importers"
	"concord/importers/source"
	"concord/taxonomy"
)

// shown is a mapping in one line, with what it says besides the usual.
func shown(m taxonomy.Mapping) string {
	side := func(id taxonomy.URI, label, kind string) string {
		return strings.Replace(string(id), escoBase, "esco:", 1) + " “" + label + "” " + kind
	}
	s := fmt.Sprintf("%d: %s | %s%s | %s", m.Line, side(m.Subject, m.SubjectLabel, m.SubjectKind), m.Modifier, m.Predicate, side(m.Object, m.ObjectLabel, m.ObjectKind))
	if m.Comment != "" {
		s += " | " + m.Comment
	}
	if len(m.Slots) > 0 {
		s += " | " + fmt.Sprint(map[string][]string(m.Slots))
	}
	return s
}

func shownProblems(r *Result) []string {
	var out []string
	for _, p := range r.Problems {
		out = append(out, fmt.Sprintf("%d %s", p.Line, p.Code))
	}
	return out
}

const (
	bakersHead = "Mapping project name,ESCO - Bakers\nMapping project author,Guild of bakers\nMapping project version,V2\nMapping project version date,2024-05-06\n" +
		"Classification 1 Name,ESCO yrken\nClassification 1 Concept type,Occupation\nClassification 1 Version,1.1\nClassification 1 Language,sv\nClassification 1 Landing page,https://esco.example/\n" +
		"Classification 2 Name,Bakers' trades\nClassification 2 Concept type,unknown\nClassification 2 Version,3\nClassification 2 Language,fr/nl\nClassification 2 Landing page,\n,\n,\n"
	occupation = "http://data.europa.eu/esco/occupation/"
	bun        = "11111111-2222-3333-4444-555555555555"
)

func TestEURES(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		rows       int
		want       []string
		problems   []string
	}{
		{"URIs, an ISCO group, no relation, notes, pages", bakersHead +
			"Classification 1 URI,Classification 1 PrefLabel,Classification 1 URL,Classification 2 ID,Classification 2 PrefLabel,Classification 2 URL,Mapping relation,Editorial note\n" +
			occupation + "1,bagare," + occupation + "1,B 1,\"Boulanger,  pâtissier\",,skos:narrowMatch,see 7\n" +
			"http://data.europa.eu/esco/isco/C9998,bagare m.fl.,,B2,Boulangers,https://bakers.example/B2,exactMatch,\n" +
			occupation + "2,kock,,,,,no relation,\n" +
			occupation + "3,servitör,,B9,Garçon,,no relation,\n", 4,
			[]string{
				"18: esco:occupation/1 “bagare” occupation | skos:narrowMatch | urn:x-concord:bakers-trades:B%201 “Boulanger, pâtissier”  | see 7",
				"19: esco:isco/C9998 “bagare m.fl.” occupation-group | skos:exactMatch | urn:x-concord:bakers-trades:B2 “Boulangers”  | map[see_also:[https://bakers.example/B2]]",
				"20: esco:occupation/2 “kock” occupation | skos:exactMatch | sssom:NoTermFound “” ",
				"21: esco:occupation/3 “servitör” occupation | Notskos:mappingRelation | urn:x-concord:bakers-trades:B9 “Garçon” ",
			}, nil},
		{"other names of columns, a byte order mark, a blank line first", "\ufeff\n" + bakersHead + "classification 1 ID,classification 1 prefered label,classification 2 ID,classification 2 prefered label,mapping relation\n" +
			occupation + "1,bagare,51234,Boulangerie,skos:broadMatch\n", 1,
			[]string{"19: esco:occupation/1 “bagare” occupation | skos:broadMatch | urn:x-concord:bakers-trades:51234 “Boulangerie” "}, nil},
		{"two labels, bare UUIDs, codes beside URIs", strings.Replace(bakersHead, "type,Occupation", "type,Competence", 1) +
			"Classification 1 URI,Classification 1 ID,Classification 1 PrefLabel,Classification 1 URL,Classification 2 URI,Classification 2 ID,Classification 2 PrefLabel FR,Classification 2 PrefLabel NL,Mapping Relation,Editorial Note\n" +
			bun + ",S1,baka bullar,," + bun + ",KN-1,Pétrissage,Kneden,skos:closeMatch,\n" +
			bun + ",,baka bullar," + occupation + bun + ",KN-2,,Cuisson,,skos:closeMatch,\n", 2,
			[]string{
				"18: esco:skill/" + bun + " “baka bullar” skill | skos:closeMatch | urn:x-concord:bakers-trades:" + bun + " “Pétrissage”  | map[object_code:[KN-1] object_label_nl:[Kneden] subject_code:[S1]]",
				"19: esco:occupation/" + bun + " “baka bullar” occupation | skos:closeMatch | urn:x-concord:bakers-trades:KN-2 “Cuisson” ",
			}, nil},
		{"ISCO codes, codes of ESCO and UUIDs of nobody knows what", strings.Replace(bakersHead, "type,Occupation", "type,unknown", 1) +
			"Classification 1 ID,Classification 1 PrefLabel,Classification 2 ID,Classification 2 PrefLabel,Relation\nC9998,a,B1,x,exact\n9998,a,B2,x,exact\n9998.1,a,B3,x,exact\n" + bun + ",a,B4,x,exact\n", 4,
			[]string{
				"18: esco:isco/C9998 “a” occupation-group | skos:exactMatch | urn:x-concord:bakers-trades:B1 “x” ",
				"19: esco:isco/C9998 “a” occupation-group | skos:exactMatch | urn:x-concord:bakers-trades:B2 “x” ",
				"20: urn:x-concord:esco-yrken:9998.1 “a”  | skos:exactMatch | urn:x-concord:bakers-trades:B3 “x” ",
				"21: urn:x-concord:esco-yrken:" + bun + " “a”  | skos:exactMatch | urn:x-concord:bakers-trades:B4 “x” ",
			}, []string{"20 bare-id", "21 bare-id"}},
		{"ESCO and O*NET", "Mapping project name,Crosswalk,,\nClassification 1 Name,O*NET,,\nClassification 1 Concept type,Occupation,,\nClassification 1 Language,English,,\nClassification 2 Name,ESCO,,\n,,\n" +
			"O*NET Id,O*NET Title,O*NET Description,ESCO or ISCO URI,ESCO or ISCO Title,ESCO or ISCO Description,Type of Match\n" +
			"99-9998.00,Bakers,\"Mix,\nbake.\"," + occupation + "1,baker,Bakes.,broadMatch\n99-9998.01,Bun bakers,Bake.,http://data.europa.eu/esco/isco/C9998,Bakers,Bake.,exactISCO\n", 2,
			[]string{
				"8: https://www.onetonline.org/link/summary/99-9998.00 “Bakers” occupation | skos:broadMatch | esco:occupation/1 “baker” occupation",
				"10: https://www.onetonline.org/link/summary/99-9998.01 “Bun bakers” occupation | skos:exactMatch | esco:isco/C9998 “Bakers” occupation-group | relation in the source: exactISCO",
			}, []string{"7 column-left-out", "7 column-left-out"}},
		{"lines that a spreadsheet parted at ;", "Mapping project name,x;\nClassification 1 Name,ESCO;\nClassification 1 Concept type,Skills;\nClassification 2 Name,Kitchen;\n,;\n" +
			"Classification 1 URI,Classification 1 PrefLabel,Classification 1 URL,Classification 2 URI,Classification 2 PrefLabel,Classification 2 URL,Mapping relation,Editorial note;\n" +
			"urn:s:1,baka,,urn:k:1,Bakning,,skos:closeMatch,;\n" +
			"\"urn:s:2,grädda,,urn:k:2,\"\"Gräddning, stenugn\"\",,skos:broadMatch,\";\n" +
			"urn:s:3,jäsa,;\"urn:k:3,\"\"Jäsning, kall\"\",,skos:exactMatch,,\"\n" +
			"\"urn:s:4,kavla,,urn:k:4,\"\"\"\"\"\"Kavling\"\",\"\" kall\"\"\"\"\"\",,skos:broadMatch\";\n" +
			"\"urn:s:5,steka,,urn:k:5,\"\"Stekning, \"\"\"\",skos:broadMatch,\";\nurn:s:6,koka,,,,,no relation;\n", 6,
			[]string{
				"7: urn:s:1 “baka” skill | skos:closeMatch | urn:k:1 “Bakning” ",
				"8: urn:s:2 “grädda” skill | skos:broadMatch | urn:k:2 “Gräddning, stenugn” ",
				"9: urn:s:3 “jäsa” skill | skos:exactMatch | urn:k:3 “Jäsning, kall” ",
				"10: urn:s:4 “kavla” skill | skos:broadMatch | urn:k:4 “Kavling, kall” ",
				"12: urn:s:6 “koka” skill | skos:exactMatch | sssom:NoTermFound “” ",
			}, []string{"6 encoded-twice", "9 slipped-row", "10 slipped-row", "11 broken-row"}},
		{"a record in one cell, and a relation behind a comma", bakersHead +
			"Classification 1 URI,Classification 1 PrefLabel,Classification 2 ID,Classification 2 PrefLabel,Classification 2 URL,Mapping relation\n" +
			"\"" + occupation + "1,bagare,B1,\"\"Pains, fins\"\",,skos:exactMatch\",,,,,\n" + occupation + "2,kock,B2,Cuisine,\",skos:closeMatch\",\n", 2,
			[]string{
				"18: esco:occupation/1 “bagare” occupation | skos:exactMatch | urn:x-concord:bakers-trades:B1 “Pains, fins” ",
				"19: esco:occupation/2 “kock” occupation | skos:closeMatch | urn:x-concord:bakers-trades:B2 “Cuisine” ",
			}, []string{"18 encoded-twice", "19 slipped-row"}},
		{"rows that say nothing", bakersHead + "Classification 1 URI,Classification 1 PrefLabel,Classification 2 ID,Classification 2 PrefLabel,Mapping relation\n" +
			",,,,\nurn:o:1,a,B1,x,\nurn:o:2,b,,,\nurn:o:3,c,,,skos:exactMatch\nurn:o:4,d,,y,skos:exactMatch\nurn:o:5,e,B5,z,likes\nurn:o:6,f\nurn:o:7,g,B7,q,skos:exactMatch,\nurn:o:7,g,B7,q,skos:exactMatch\nurn:o:8,h,B8,q,skos:exactMatch,more\n,x,,y,exact\n", 11,
			[]string{
				"20: urn:o:2 “b” occupation | skos:exactMatch | sssom:NoTermFound “” ",
				"22: urn:o:4 “d” occupation | skos:exactMatch |  “y”  | map[object_type:[rdfs literal]]",
				"24: urn:o:6 “f” occupation | skos:exactMatch | sssom:NoTermFound “” ",
				"25: urn:o:7 “g” occupation | skos:exactMatch | urn:x-concord:bakers-trades:B7 “q” ",
				"27: urn:o:8 “h” occupation | skos:exactMatch | urn:x-concord:bakers-trades:B8 “q” ",
			}, []string{"18 blank-row", "19 blank-relation", "20 blank-relation", "21 no-identifier", "22 literal", "23 unknown-relation", "24 blank-relation", "26 duplicate-row", "27 extra-cell", "28 no-identifier"}},
		{"semicolons", strings.ReplaceAll(bakersHead, ",", ";") + "Classification 1 URI;Classification 1 PrefLabel;Classification 2 ID;Classification 2 PrefLabel;Mapping relation\nurn:o:1;a, b;B1;x;skos:exactMatch\n", 1,
			[]string{"18: urn:o:1 “a, b” occupation | skos:exactMatch | urn:x-concord:bakers-trades:B1 “x” "}, nil},
		{"codes that became decimals", bakersHead + "Classification 1 URI,Classification 1 PrefLabel,Classification 2 ID,Classification 2 PrefLabel,Mapping relation\nurn:o:1,a,2133.0,x,exact\nurn:o:2,a,51,y,exact\n", 2,
			[]string{"18: urn:o:1 “a” occupation | skos:exactMatch | urn:x-concord:bakers-trades:2133 “x” ", "19: urn:o:2 “a” occupation | skos:exactMatch | urn:x-concord:bakers-trades:51 “y” "}, []string{"0 decimal-code"}},
		{"codes with a dot of their own", bakersHead + "Classification 1 URI,Classification 1 PrefLabel,Classification 2 ID,Classification 2 PrefLabel,Mapping relation\nurn:o:1,a,2133.0,x,exact\nurn:o:2,a,2133,x,exact\nurn:o:3,a,2133.1,y,exact\n", 3,
			[]string{"18: urn:o:1 “a” occupation | skos:exactMatch | urn:x-concord:bakers-trades:2133.0 “x” ", "19: urn:o:2 “a” occupation | skos:exactMatch | urn:x-concord:bakers-trades:2133 “x” ", "20: urn:o:3 “a” occupation | skos:exactMatch | urn:x-concord:bakers-trades:2133.1 “y” "},
			[]string{"18 decimal-code"}},
	} {
		f := source.NewFile("x.csv", []byte(tt.text))
		if name, err := Recognise(f); name != "eures" {
			t.Errorf("%s: taken for %q, %v", tt.name, name, err)
		}
		results, err := Read(f, Options{})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		r := results[0]
		var got []string
		for _, m := range r.Crosswalk.Mappings {
			got = append(got, shown(m))
			if m.Justification != taxonomy.ManualCuration {
				t.Errorf("%s: %d is justified by %s", tt.name, m.Line, m.Justification)
			}
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s: (-want +got)\n%s", tt.name, d)
		}
		if d := cmp.Diff(tt.problems, shownProblems(r)); d != "" {
			t.Errorf("%s: problems (-want +got)\n%s", tt.name, d)
		}
		if r.Rows != tt.rows || r.Rows != len(got)+r.Skipped {
			t.Errorf("%s: %d rows, %d mappings, %d skipped; want %d rows", tt.name, r.Rows, len(got), r.Skipped, tt.rows)
		}
	}
}

func TestEURESSet(t *testing.T) {
	const header = "Classification 1 URI,Classification 1 PrefLabel,Classification 2 ID,Classification 2 PrefLabel,Mapping relation\nurn:o:1,a,B1,x,exact\n"
	results, err := Read(source.NewFile("x.csv", []byte(bakersHead+header)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := results[0].Crosswalk.MappingSet
	got.Digest = ""
	want := taxonomy.MappingSet{ID: "urn:concord:crosswalk:esco-bakers", Title: "ESCO - Bakers", Version: "V2", Creators: []string{"Guild of bakers"}, Published: "2024-05-06",
		SubjectSource: "ESCO yrken", SubjectVersion: "1.1", SubjectLang: "sv", ObjectSource: "Bakers' trades", ObjectVersion: "3", ObjectLang: "fr",
		Status: taxonomy.Accepted, Direction: taxonomy.AsPublished, Slots: taxonomy.Slots{"see_also": {"https://esco.example/"}}, Format: "eures"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	for _, tt := range []struct{ preamble, published, problems string }{
		{"Mapping project version date,45658\n", "2025-01-01", "[1 date-repaired]"},
		{"Mapping project version date,13/07/2022\n", "2022-07-13", "[]"},
		{"Mapping project version date,03.07.2022\n", "2022-07-03", "[1 date-repaired]"},
		{"Mapping project version date,Sep-22\n", "2022-09", "[1 date-repaired]"},
		{"Mapping project version date,csv_generator$today@17\n", "", "[1 date]"},
		{"Mapping project version date,31/02/2022\n", "", "[1 date]"},
		{"Mapping project author,default-author\nMapping project version,N/A\n", "", "[1 placeholder]"},
		{"Column1,Column2\nMapping project mood,good\nClassification 1 Landing page,none\n", "", "[1 placeholder-header 2 unknown-preamble 0 unknown-preamble]"},
	} {
		results, err := Read(source.NewFile("x.csv", []byte(tt.preamble+header)), Options{})
		if err != nil {
			t.Errorf("%s: %v", tt.preamble, err)
			continue
		}
		r := results[0]
		if got := fmt.Sprint(shownProblems(r)); r.Crosswalk.Published != tt.published || got != tt.problems || r.Crosswalk.Version != "" || r.Crosswalk.Creators != nil {
			t.Errorf("%s: published %q, problems %s, %q %q", tt.preamble, r.Crosswalk.Published, got, r.Crosswalk.Version, r.Crosswalk.Creators)
		}
	}
	for name, text := range map[string]string{
		"empty": "", "no header": bakersHead, "no relation": bakersHead + "Classification 1 URI,Classification 2 ID\nurn:o:1,B1\n", "one side": bakersHead + "Classification 1 URI,Mapping relation\n",
		"a quote that never ends": bakersHead + header + "\"x\n", "a page": "<html>",
	} {
		if _, err := Read(source.NewFile("x.csv", []byte(text)), Options{Format: "eures"}); !errors.Is(err, taxonomy.ErrInvalid) {
			t.Errorf("%s: err = %v, want ErrInvalid", name, err)
		}
	}
}

// TestEURESWorkbook: a workbook holds numbers and dates as a spreadsheet does.
func TestEURESWorkbook(t *testing.T) {
	var out bytes.Buffer
	if _, err := importers.WriteWorkbook(&out, []importers.Sheet{{Name: "Sheet1", Rows: [][]string{
		{"Mapping project name", "Bakers"}, {"Mapping project version date", "45658"}, {"Classification 2 Name", "Trades"}, {},
		{"Classification 1 URI", "Classification 1 PrefLabel", "Classification 2 ID", "Classification 2 PrefLabel", "Mapping relation"},
		{occupation + "1", "baker", "51", "Bakers, all", "skos:broadMatch"}, {}, {occupation + "2", "cook", "", "", "no relation"},
	}}}); err != nil {
		t.Fatal(err)
	}
	f := source.NewFile("x.xlsx", out.Bytes())
	if name, err := Recognise(f); name != "eures" {
		t.Fatalf("taken for %q, %v", name, err)
	}
	results, err := Read(f, Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := results[0]
	if r.Rows != 2 || r.NoTerm != 1 || r.Crosswalk.Published != "2025-01-01" || shown(r.Crosswalk.Mappings[0]) != "6: esco:occupation/1 “baker” occupation | skos:broadMatch | urn:x-concord:trades:51 “Bakers, all” " {
		t.Errorf("%d rows, %d of no term, %s, %s", r.Rows, r.NoTerm, r.Crosswalk.Published, shown(r.Crosswalk.Mappings[0]))
	}
}

// FuzzEURES: whatever the bytes, every row is a mapping with its parts, or has a problem.
func FuzzEURES(f *testing.F) {
	const header = "Classification 1 URI,Classification 1 PrefLabel,Classification 2 ID,Classification 2 PrefLabel,Mapping relation"
	f.Add([]byte(bakersHead + header + "\nurn:o:1,a,B1,x,exact\nurn:o:2,b,,,no relation\n,,,,\n"))
	f.Add([]byte("Classification 2 Name,x;\n" + header + ";\n\"urn:o:1,a,B1,\"\"x, y\"\",exact\";\nurn:o:1,a,;B1,x,exact\n"))
	f.Add([]byte("O*NET Id\tO*NET Title\tESCO URI\tESCO Title\tType of Match\n99-9998.00\tBakers\turn:e\tbaker\texactISCO\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file := source.NewFile("x.csv", data)
		if _, err := Recognise(file); err != nil {
			t.Fatal(err)
		}
		results, err := Read(file, Options{Format: "eures"})
		if err != nil {
			if !errors.Is(err, taxonomy.ErrInvalid) {
				t.Fatal(err)
			}
			return
		}
		checkCounts(t, results[0])
	})
}

// checkCounts fails a result in which a row is neither a mapping nor a problem.
func checkCounts(t *testing.T, r *Result) {
	t.Helper()
	none := 0
	for _, m := range r.Crosswalk.Mappings {
		if m.Predicate == "" || m.Subject == "" && m.SubjectLabel == "" || m.Object == "" && m.ObjectLabel == "" {
			t.Fatalf("%+v lacks a part", m)
		}
		if m.Subject == taxonomy.NoTerm || m.Object == taxonomy.NoTerm {
			none++
		}
	}
	if r.Rows != len(r.Crosswalk.Mappings)+r.Skipped || r.NoTerm != none || r.Skipped > len(r.Problems) {
		t.Fatalf("%d rows, %d mappings, %d of no term (%d said), %d skipped, %d problems", r.Rows, len(r.Crosswalk.Mappings), none, r.NoTerm, r.Skipped, len(r.Problems))
	}
}
