package mappings

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"concord/importers"
	"concord/importers/source"
	"concord/taxonomy"
)

func TestTable(t *testing.T) {
	for _, tt := range []struct {
		name, file, text string
		opt              Options
		want             []string
		problems         []string
	}{
		{"names of slots", "bakers.csv", "Subject ID,subject_label,predicate_id,Object-Id,note of ours,see_also,confidence\n" +
			"B 1,Baker,=,9998," + "see 7,https://a.example|https://b.example/\\|,0.5\nhttps://b.example/2,Cook,skos:broadMatch,https://k.example/9,,,\n99-9998.00,Bakers,ex:like,urn:k:1,,,\n",
			Options{},
			[]string{
				"2: urn:x-concord:bakers:B%201 “Baker”  | skos:exactMatch | urn:x-concord:bakers:9998 “”  | map[note_of_ours:[see 7] see_also:[https://a.example https://b.example/|]]",
				"3: https://b.example/2 “Cook”  | skos:broadMatch | https://k.example/9 “” ",
				"4: https://www.onetonline.org/link/summary/99-9998.00 “Bakers”  | ex:like | urn:k:1 “” ",
			}, nil},
		{"a column map, and frameworks that are said", "x.tsv", "Nr.\tTitel\tWie\tESCO\tArt\n1\tBäcker\t<\t9998\t\n2\tKoch\tNarrower\t" + bun + "\toccupation\n3\tWirt\tno relation\t\t\n4\tKellner\t≈\t" + bun + "\t\n",
			Options{Columns: []string{"subject_id=Nr.", "subject_label=titel", "predicate_id=Wie", "object_id=ESCO", "object_category=Art"}, Set: taxonomy.MappingSet{SubjectSource: "Bäckerliste", ObjectSource: "ESCO"}},
			[]string{
				"2: urn:x-concord:baeckerliste:1 “Bäcker”  | skos:broadMatch | esco:isco/C9998 “” ",
				"3: urn:x-concord:baeckerliste:2 “Koch”  | skos:narrowMatch | esco:occupation/" + bun + " “” occupation",
				"4: urn:x-concord:baeckerliste:3 “Wirt”  | skos:exactMatch | sssom:NoTermFound “” ",
				"5: urn:x-concord:baeckerliste:4 “Kellner”  | skos:closeMatch | urn:x-concord:esco:" + bun + " “” ",
			}, []string{"5 bare-id"}},
		{"columns from the left", "x.csv", "a;b;c;d\nurn:1;keep out;~;urn:2\n", Options{Columns: []string{"subject_id", "-", "predicate_id", "object_id"}},
			[]string{"2: urn:1 “”  | skos:relatedMatch | urn:2 “” "}, []string{"1 column-left-out"}},
		{"what cannot be kept as it is", "x.csv", "subject_id,predicate_id,object_id,confidence,status,predicate_modifier,object_label\n" +
			"urn:1,exact,urn:2,2,new,never,\n,,,,,,\nurn:1,exact,urn:2,,accepted,NOT,\nurn:1,exact,urn:2,,accepted,NOT,\nurn:1,likes,urn:2,,,,\nurn:1,exact,,,,,Baker\nurn:1,,urn:2,,,,\nurn:3,,,,,,\nurn:1,exact,urn:4,,,,,more\n",
			Options{},
			[]string{
				"2: urn:1 “”  | skos:exactMatch | urn:2 “”  | map[confidence_source:[2] predicate_modifier_source:[never] status_source:[new]]",
				"4: urn:1 “”  | Notskos:exactMatch | urn:2 “” ",
				"7: urn:1 “”  | skos:exactMatch |  “Baker”  | map[object_type:[rdfs literal]]",
				"9: urn:3 “”  | skos:exactMatch | sssom:NoTermFound “” ",
				"10: urn:1 “”  | skos:exactMatch | urn:4 “” ",
			}, []string{"2 bad-confidence", "2 unknown-status", "2 unknown-modifier", "3 blank-row", "5 duplicate-row", "6 unknown-relation", "7 literal", "8 blank-relation", "9 blank-relation", "10 extra-cell"}},
	} {
		f := source.NewFile(tt.file, []byte(tt.text))
		results, err := Read(f, tt.opt)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		r := results[0]
		var got []string
		for _, m := range r.Crosswalk.Mappings {
			got = append(got, shown(m))
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s: (-want +got)\n%s", tt.name, d)
		}
		if d := cmp.Diff(tt.problems, shownProblems(r)); d != "" {
			t.Errorf("%s: problems (-want +got)\n%s", tt.name, d)
		}
		checkCounts(t, r)
	}
}

func TestTableErrors(t *testing.T) {
	const text = "Code,Relation,URI\n1,exact,urn:2\n"
	for _, tt := range []struct {
		columns []string
		want    string
	}{
		{[]string{"subject_id=Code", "predicate_id=Relation"}, "x.csv:1: has no column that is known to hold object_id; its header is: Code, Relation, URI; write --columns"},
		{[]string{"subject_id=Codes"}, `x.csv:1: has no column "Codes"; its header is: Code, Relation, URI`},
		{[]string{"subject_id=Code", "URI"}, `--columns holds "URI" beside entries with a =`},
		{[]string{"subject id=Code"}, `holds "subject id", which is no name of a slot`},
		{[]string{"subject_id=Code", "object_id=Code"}, `names the column "Code" twice`},
	} {
		_, err := Read(source.NewFile("x.csv", []byte(text)), Options{Columns: tt.columns})
		if err == nil || !errors.Is(err, taxonomy.ErrInvalid) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v: err = %v, want %q", tt.columns, err, tt.want)
		}
	}
	if _, err := Read(source.NewFile("x.xlsx", []byte("PK\x03\x04")), Options{Format: "xlsx"}); !errors.Is(err, taxonomy.ErrInvalid) || !strings.Contains(err.Error(), "no Excel workbook") {
		t.Errorf("a broken workbook: %v", err)
	}
}

func TestTableClaims(t *testing.T) {
	for text, want := range map[string]string{
		"subject_id,predicate_id,object_id\n":                             "csv",
		"\ufeffSubject ID;Predicate ID;Object ID;mapping_justification\n": "csv",
		"subject_id\tpredicate_id\tobject_id\n":                           "csv",
		"Code,Relation,URI\n":                                             "",
		"subject_id,predicate_id\n":                                       "",
		"id,label\n":                                                      "",
		"{\"predicate_id\":1}":                                            "sssom-json",
		"O*NET Id,O*NET Title,ESCO or ISCO URI,ESCO or ISCO Title,Type of Match\n,,": "eures",
	} {
		if got, err := Recognise(source.NewFile("x.csv", []byte(text))); got != want || err != nil {
			t.Errorf("%q is taken for %q, %v, want %q", text, got, err, want)
		}
	}
	if got, _ := Recognise(source.NewFile("x.sssom.csv", []byte("subject_id,predicate_id,object_id\n"))); got != "sssom" {
		t.Errorf("x.sssom.csv is taken for %q", got)
	}
	for _, text := range []string{"#curie_map:\nsubject_id\tpredicate_id\tobject_id\n", "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"} {
		if got, err := Recognise(source.NewFile("x.csv", []byte(text))); got != "sssom" || err != nil {
			t.Errorf("%q is taken for %q, %v", text, got, err)
		}
	}
}

// everything is a crosswalk in which each field and slot is used.
func everything() *taxonomy.Crosswalk {
	half := 0.25
	return &taxonomy.Crosswalk{
		MappingSet: taxonomy.MappingSet{ID: "urn:set:1", Title: "Bakers", Description: "Every baker", Version: "2", License: "https://l.example/", Creators: []string{"A, B", "C"}, Published: "2024-05",
			SubjectSource: "urn:bakers", SubjectVersion: "1", ObjectSource: "ESCO", ObjectVersion: "1.1", SubjectLang: "de", ObjectLang: "en",
			Status: taxonomy.Proposed, Direction: taxonomy.Inverted, Prefixes: map[string]string{"b": "https://b.example/"}, Slots: taxonomy.Slots{"see_also": {"https://1.example", "https://2.example"}, "other": {"x"}}},
		Mappings: []taxonomy.Mapping{
			{Subject: "urn:b:1", SubjectLabel: "=Bäcker", SubjectSource: "urn:x", SubjectKind: "occupation", Predicate: taxonomy.BroadMatch, Modifier: "Not", Object: "urn:e:1", ObjectLabel: "baker, \"bread\"", ObjectSource: "urn:y", ObjectKind: "skill",
				Justification: taxonomy.ManualCuration, Confidence: &half, Author: "A|B", Date: "2024-05-06", Comment: "two\nlines", Status: taxonomy.Rejected, Before: taxonomy.ExactMatch,
				Slots: taxonomy.Slots{"author_label": {"C"}, "see_also": {"https://a.example", `b\c|d`}, "x-Own": {"0012"}}},
			{Subject: "urn:b:2", Predicate: taxonomy.ExactMatch, Object: taxonomy.NoTerm, Justification: taxonomy.ManualCuration},
			{Subject: "urn:b:3", Predicate: "ex:like", Object: "urn:e:3"},
			{SubjectLabel: "Konditor", Predicate: taxonomy.CloseMatch, Object: "urn:e:4", Slots: taxonomy.Slots{"subject_type": {"rdfs literal"}}},
			{Subject: "urn:b:5", Predicate: mappingRelation, Modifier: "Not", Object: "urn:e:5", ObjectLabel: "2133.0"},
		},
	}
}

func TestTableRoundTrip(t *testing.T) {
	c := everything()
	for _, name := range []string{"csv", "xlsx"} {
		var out, again bytes.Buffer
		losses, err := Write(&out, name, c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Write(&again, name, c); err != nil || !bytes.Equal(out.Bytes(), again.Bytes()) {
			t.Errorf("%s: written twice, the bytes differ (%v)", name, err)
		}
		f := source.NewFile("bakers."+name, out.Bytes())
		if got, err := Recognise(f); got != name || err != nil {
			t.Errorf("%s is taken for %q, %v", name, got, err)
		}
		results, err := Read(f, Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		r := results[0]
		if len(r.Problems) > 0 {
			t.Errorf("%s: %v", name, r.Problems)
		}
		unplaced := cmpopts.IgnoreFields(taxonomy.Mapping{}, "Set", "Line")
		if d := cmp.Diff(c.Mappings, r.Crosswalk.Mappings, unplaced); d != "" {
			t.Errorf("%s: (-want +got)\n%s", name, d)
		}
		if name == "xlsx" {
			if d := cmp.Diff(c.MappingSet, r.Crosswalk.MappingSet, cmpopts.IgnoreFields(taxonomy.MappingSet{}, "Format", "Digest")); d != "" {
				t.Errorf("set (-want +got)\n%s", d)
			}
			if losses != nil {
				t.Errorf("xlsx loses %v", losses)
			}
			continue
		}
		want := []importers.Loss{}
		for _, what := range []string{"creator_label", "curie_map", "direction", "license", "mapping_set_description", "mapping_set_id", "mapping_set_title", "mapping_set_version", "object_lang", "object_source", "object_source_version",
			"other", "publication_date", "see_also", "set_status", "subject_lang", "subject_source", "subject_source_version"} {
			n := 1
			if what == "creator_label" || what == "see_also" {
				n = 2
			}
			want = append(want, importers.Loss{What: "set: " + what, Count: n})
		}
		if d := cmp.Diff(want, losses); d != "" {
			t.Errorf("losses (-want +got)\n%s", d)
		}
	}
}

// TestWorkbookByHand: the first sheet will do, and a cell that is too long is said.
func TestWorkbookByHand(t *testing.T) {
	var out bytes.Buffer
	long := strings.Repeat("ä", 40000)
	cut, err := importers.WriteWorkbook(&out, []importers.Sheet{{Name: "Tabelle1", Rows: [][]string{{}, {"Von", "Wie", "Nach", "comment"}, {"urn:1", "exact", "urn:2", long}, {}, {"urn:1", "broader", "urn:3"}}}})
	if err != nil || cut != 1 {
		t.Fatalf("%d cut, %v", cut, err)
	}
	results, err := Read(source.NewFile("x.xlsx", out.Bytes()), Options{Columns: []string{"subject_id=Von", "predicate_id=Wie", "object_id=Nach"}})
	if err != nil {
		t.Fatal(err)
	}
	got := results[0].Crosswalk.Mappings
	if len(got) != 2 || got[0].Line != 3 || got[1].Line != 5 || len([]rune(got[0].Comment)) != 32767 || got[1].Predicate != taxonomy.BroadMatch {
		t.Errorf("%d mappings, %+v", len(got), got)
	}
}

// FuzzTableCSV: what is read has its parts, and what is written is read back the same.
func FuzzTableCSV(f *testing.F) {
	f.Add([]byte("subject_id,predicate_id,object_id,confidence,see_also,x\nurn:1,exact,urn:2,0.5,a|b,y\nB1,no relation,,,,\n"))
	f.Add([]byte("subject_id;subject_label;predicate_id;object_id;object_label;status\n;Baker;<;9998;x;accepted\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		results, err := Read(source.NewFile("x.csv", data), Options{Format: "csv"})
		if err != nil {
			if !errors.Is(err, taxonomy.ErrInvalid) {
				t.Fatal(err)
			}
			return
		}
		checkCounts(t, results[0])
		c := results[0].Crosswalk
		var out bytes.Buffer
		if _, err := writeCSV(&out, c); err != nil {
			t.Fatal(err)
		}
		again, err := Read(source.NewFile("x.csv", out.Bytes()), Options{Format: "csv"})
		if err != nil {
			t.Fatalf("%v in\n%s", err, out.Bytes())
		}
		if d := cmp.Diff(c.Mappings, again[0].Crosswalk.Mappings, cmpopts.IgnoreFields(taxonomy.Mapping{}, "Set", "Line"), cmpopts.EquateEmpty()); d != "" && again[0].Skipped == 0 {
			t.Fatalf("(-read +written and read)\n%s\n%s", d, out.Bytes())
		}
	})
}
