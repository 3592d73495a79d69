package mappings

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/importers/source"
	"concord/taxonomy"
)

// sssomTable returns a table of the baker's trade: the head, with # before
// every line, and rows whose cells are parted by " | ".
func sssomTable(head string, rows ...string) *source.File {
	var b strings.Builder
	for _, line := range strings.Split(strings.TrimSpace(head), "\n") {
		b.WriteString("#" + line + "\n")
	}
	for _, row := range rows {
		b.WriteString(strings.ReplaceAll(row, " ¦ ", "\t") + "\n")
	}
	return source.NewFile("bakery.sssom.tsv", []byte(b.String()))
}

const bakeryHead = `mapping_set_id: https://bakery.example/sets/trades
license: https://bakery.example/licence
curie_map:
  b: https://bakery.example/skill/
  t: https://trades.example/`

func sssomFloat(f float64) *float64 { return &f }

// TestSSSOMRead holds a set to what its file says, slot by slot.
func TestSSSOMRead(t *testing.T) {
	f := sssomTable(bakeryHead+`
mapping_set_title: Baking and trades
mapping_set_description: >-
  From bakers
  to tradespeople.
mapping_set_version: 1.0
creator_label: [Ada, "Bo | Co"]
creator_id: b:ada|b:bo
subject_source: b:all
object_source: t:all
object_source_version: 2026-01
mapping_date: 2026-01-15
mapping_tool: Oven
mapping_set_confidence: 0.80
publication_date: 2026-02-01
extension_definitions:
  - slot_name: ext_heat
    property: b:heat
    type_hint: xsd:integer`,
		"subject_id ¦ subject_label ¦ subject_category ¦ predicate_id ¦ predicate_modifier ¦ object_id ¦ object_label ¦ mapping_justification ¦ object_source ¦ confidence ¦ author_label ¦ comment ¦ see_also ¦ ext_heat",
		`b:1 ¦ mix dough ¦ skill ¦ skos:broadMatch ¦  ¦ t:10 ¦ mix ¦ semapv:ManualMappingCuration ¦ t:all ¦ 0.90 ¦ Ada|Bo\|Co ¦ "Says ""dough""`+"\n"+`on two lines." ¦ https://a.example/1|https://a.example/2 ¦ 220`,
		"https://bakery.example/skill/2 ¦  ¦  ¦ http://www.w3.org/2004/02/skos/core#exactMatch ¦ not ¦ sssom:NoTermFound ¦  ¦ https://w3id.org/semapv/vocab/LexicalMatching ¦ t:other ¦  ¦  ¦  ¦  ¦ ",
		"b:3 ¦  ¦  ¦ t:sells ¦  ¦ t:12 ¦  ¦ semapv:MappingReview",
	)
	want := &taxonomy.Crosswalk{
		MappingSet: taxonomy.MappingSet{
			ID: "https://bakery.example/sets/trades", Title: "Baking and trades", Description: "From bakers to tradespeople.", Version: "1.0",
			License: "https://bakery.example/licence", Creators: []string{"Ada", "Bo | Co"}, Published: "2026-02-01",
			SubjectSource: "https://bakery.example/skill/all", ObjectSource: "https://trades.example/all", ObjectVersion: "2026-01", Direction: taxonomy.AsPublished,
			Prefixes: map[string]string{"b": "https://bakery.example/skill/", "t": "https://trades.example/"},
			Slots: taxonomy.Slots{"creator_id": {"https://bakery.example/skill/ada", "https://bakery.example/skill/bo"}, "mapping_set_confidence": {"0.8"},
				"extension_definitions": {`{"slot_name":"ext_heat","property":"https://bakery.example/skill/heat","type_hint":"http://www.w3.org/2001/XMLSchema#integer"}`}},
		},
		Mappings: []taxonomy.Mapping{
			{Set: "https://bakery.example/sets/trades", Subject: "https://bakery.example/skill/1", SubjectLabel: "mix dough", SubjectKind: "skill", Predicate: taxonomy.BroadMatch,
				Object: "https://trades.example/10", ObjectLabel: "mix", Justification: taxonomy.ManualCuration, Confidence: sssomFloat(0.9), Author: "Ada", Date: "2026-01-15",
				Comment: "Says \"dough\"\non two lines.", Line: 25, Slots: taxonomy.Slots{"author_label": {"Bo|Co"}, "see_also": {"https://a.example/1", "https://a.example/2"}, "ext_heat": {"220"}, "mapping_tool": {"Oven"}}},
			{Set: "https://bakery.example/sets/trades", Subject: "https://bakery.example/skill/2", Predicate: taxonomy.ExactMatch, Modifier: "Not", Object: taxonomy.NoTerm,
				ObjectSource: "https://trades.example/other", Justification: taxonomy.LexicalMatching, Date: "2026-01-15", Line: 27, Slots: taxonomy.Slots{"mapping_tool": {"Oven"}}},
			{Set: "https://bakery.example/sets/trades", Subject: "https://bakery.example/skill/3", Predicate: "t:sells", Object: "https://trades.example/12",
				Justification: taxonomy.MappingReview, Date: "2026-01-15", Line: 28, Slots: taxonomy.Slots{"mapping_tool": {"Oven"}}},
		},
	}
	r := sssomOne(t, f, Options{})
	got := *r.Crosswalk
	got.Format, got.Digest = "", ""
	if diff := cmp.Diff(want, &got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if r.Rows != 3 || r.NoTerm != 1 || r.Skipped != 0 || len(r.Problems) != 0 {
		t.Errorf("%d rows, %d without a term, %d skipped, %v", r.Rows, r.NoTerm, r.Skipped, r.Problems)
	}
	for _, format := range []string{"sssom", "sssom-json"} {
		back, _ := sssomAgain(t, format, r.Crosswalk)
		if diff := cmp.Diff(r.Crosswalk, back, notOfTheSet); diff != "" {
			t.Errorf("by %s (-want +got):\n%s", format, diff)
		}
	}
}

// TestSSSOMProblems: what is wrong is told with its line, and costs no more than it must.
func TestSSSOMProblems(t *testing.T) {
	columns := "subject_id ¦ predicate_id ¦ object_id ¦ mapping_justification"
	row := "b:1 ¦ skos:exactMatch ¦ t:1 ¦ semapv:LexicalMatching"
	tests := []struct {
		name, head string
		rows       []string
		want       string // problems: line and code
		kept       int
	}{
		{"sound", bakeryHead, []string{columns, row}, "", 1},
		{"no rows", bakeryHead, []string{columns}, "", 0},
		{"no set id, no license", "comment: x", []string{columns, "https://a.example/1 ¦ skos:exactMatch ¦ https://b.example/1 ¦ semapv:LexicalMatching"}, "0 no-set-id, 0 no-license", 1},
		{"unspecified license", "mapping_set_id: urn:x:1\nlicense: https://w3id.org/sssom/license/unspecified", []string{columns}, "", 0},
		{"relative id", strings.Replace(bakeryHead, "https://bakery.example/sets/trades", "trades.tsv", 1), []string{columns, row}, "1 relative-set-id", 1},
		{"unknown prefix, once", bakeryHead, []string{columns, "x:1 ¦ skos:exactMatch ¦ t:1 ¦ semapv:LexicalMatching", "x:2 ¦ y:is ¦ t:1 ¦ semapv:LexicalMatching"}, "7 unknown-prefix, 8 unknown-prefix", 2},
		{"not an identifier", bakeryHead, []string{columns, "bread ¦ skos:exactMatch ¦ t:1 ¦ semapv:LexicalMatching"}, "7 not-an-identifier", 1},
		{"built-in prefix", bakeryHead + "\n  skos: https://else.example/", []string{columns, row}, "3 redefined-prefix", 1},
		{"no predicate, no justification", bakeryHead, []string{columns, "b:1 ¦  ¦ t:1 ¦ semapv:LexicalMatching", "b:1 ¦ skos:exactMatch ¦ t:1", row}, "7 no-predicate-id, 8 no-mapping-justification", 1},
		{"sides missing", bakeryHead, []string{columns, " ¦ skos:exactMatch ¦ t:1 ¦ semapv:LexicalMatching", "b:1 ¦ skos:exactMatch ¦  ¦ semapv:LexicalMatching", row}, "7 no-subject-id, 8 no-object-id", 1},
		{"bad values that count", bakeryHead, []string{columns + " ¦ confidence ¦ predicate_modifier ¦ subject_type", row + " ¦ 1.01", row + " ¦ half", row + " ¦ NaN", row + " ¦  ¦ Maybe", row + " ¦  ¦  ¦ thing", row},
			"7 bad-confidence, 8 bad-confidence, 9 bad-confidence, 10 bad-predicate-modifier, 11 bad-subject-type", 1},
		{"bad justification", bakeryHead, []string{columns, "b:1 ¦ skos:exactMatch ¦ t:1 ¦ HumanCurated", row}, "7 bad-mapping-justification", 1},
		{"bad values that do not", bakeryHead, []string{columns + " ¦ mapping_cardinality ¦ similarity_score ¦ mapping_date ¦ reviewer_agreement", row + " ¦ 1-1 ¦ 7 ¦ May 2026 ¦ -1"},
			"7 bad-value, 7 bad-date, 7 bad-value", 1},
		{"bad values of the set", bakeryHead + "\nmapping_set_confidence: 3\nsubject_type: thing\nsssom_version: 2.0", []string{columns, row}, "8 unknown-version, 6 bad-value, 7 bad-value", 1},
		{"undeclared", bakeryHead + "\nmood: good", []string{columns + " ¦ match_type", row + " ¦ Lexical", row + " ¦ Lexical"}, "6 undeclared-slot, 8 undeclared-slot", 2},
		{"bad extension", bakeryHead + "\nextension_definitions:\n  - slot_name: subject_id\n  - property: b:x", []string{columns, row}, "6 bad-extension, 6 bad-extension", 1},
		{"cell without a column", bakeryHead, []string{columns, row + " ¦ more"}, "7 cell-without-column", 1},
		{"record ids", bakeryHead, []string{"record_id ¦ " + columns, "b:r1 ¦ " + row, "b:r1 ¦ " + row}, "8 duplicate-record-id", 2},
		{"literals", bakeryHead + "\nsubject_type: rdfs literal", []string{"subject_label ¦ " + columns, "bread ¦  ¦ skos:exactMatch ¦ t:1 ¦ semapv:LexicalMatching", " ¦  ¦ skos:exactMatch ¦ t:1 ¦ semapv:LexicalMatching", "bun ¦ " + row},
			"9 no-subject-label, 10 literal-with-id", 2},
		{"types by their terms", bakeryHead, []string{columns + " ¦ subject_type ¦ object_type", row + " ¦ skos:Concept ¦ SKOS concept"}, "", 1},
		{"old no term", bakeryHead, []string{columns, "b:1 ¦ skos:exactMatch ¦ sssom:NoMapping ¦ semapv:LexicalMatching"}, "7 old-no-term", 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := sssomOne(t, sssomTable(test.head, test.rows...), Options{})
			var got []string
			for _, p := range r.Problems {
				got = append(got, fmt.Sprint(p.Line, " ", p.Code))
			}
			if s := strings.Join(got, ", "); s != test.want {
				t.Errorf("problems %q, want %q\n%v", s, test.want, r.Problems)
			}
			if n := len(r.Crosswalk.Mappings); n != test.kept || r.Rows != n+r.Skipped {
				t.Errorf("%d mappings of %d rows, %d skipped; want %d", n, r.Rows, r.Skipped, test.kept)
			}
		})
	}
}

// TestSSSOMRefused: a file that is no set at all says where and what to do.
func TestSSSOMRefused(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"no table", "#mapping_set_id: urn:x:1\n", "has no table"},
		{"no predicate column", "#mapping_set_id: urn:x:1\nsubject_id\tobject_id\tmapping_justification\n", ":2: has no column predicate_id"},
		{"bad YAML", "#mapping_set_id: urn:x:1\n#license: [a\nsubject_id\tpredicate_id\tobject_id\tmapping_justification\n", "not valid YAML"},
		{"no slots", "#just text\nsubject_id\tpredicate_id\tobject_id\tmapping_justification\n", ":1: the metadata are no"},
		{"bad prefixes", "#curie_map: x\nsubject_id\tpredicate_id\tobject_id\tmapping_justification\n", ":1: curie_map is no list"},
		{"nothing of use", "#mapping_set_id: urn:x:1\nsubject_id\tpredicate_id\tobject_id\tmapping_justification\na\t\tb\tc\n", ":3: none of the 1 mappings can be used; the first: the mapping has no predicate_id"},
		{"cell without an end", "subject_id\tpredicate_id\tobject_id\tmapping_justification\n\"a\tb\tc\td\n", ":2: a quoted cell that starts in this record never ends"},
		{"not JSON", `{"mapping_set_id": "x", `, "not valid JSON"},
		{"no list", `{"mapping_set_id": "urn:x:1", "mappings": {}}`, "at /mappings: the mappings are no list"},
		{"nothing of use in JSON", `{"mapping_set_id": "urn:x:1", "mappings": [{"subject_id": "urn:a:1"}]}`, "at /mappings/0: none of the 1 mappings can be used"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			name := "x.sssom.tsv"
			if strings.HasPrefix(test.text, "{") {
				name = "x.json"
			}
			_, err := Read(source.NewFile(name, []byte(test.text)), Options{})
			var at *source.Error
			if !errors.As(err, &at) || !strings.Contains(err.Error(), test.want) || !errors.Is(err, taxonomy.ErrInvalid) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

// TestSSSOMLossless: what SSSOM has no slot for comes back all the same, and
// the JSON passes the official schema.
func TestSSSOMLossless(t *testing.T) {
	c := &taxonomy.Crosswalk{
		MappingSet: taxonomy.MappingSet{ID: "urn:x:set", Title: "Tab\tand “quotes” \"\\ #", Description: "Two\nlines: yes\u2028\u0085.", License: "CC0", Creators: []string{"A|B", `C\`},
			SubjectLang: "fr", ObjectLang: "en", Status: taxonomy.Proposed, Direction: taxonomy.Normalised, Published: "in spring", SubjectSource: "Bakers’ & co/op", ObjectVersion: "1.2.0",
			Prefixes: map[string]string{"b": "https://bakery.example/"},
			Slots:    taxonomy.Slots{"status": {"of the source"}, "has space": {"1", "2|3"}, "see_also": {"https://a.example"}, "other": {"a=b|c"}, "mapping_set_confidence": {"high"}}},
		Mappings: []taxonomy.Mapping{
			{Subject: "https://bakery.example/1", Predicate: taxonomy.CloseMatch, Before: taxonomy.ExactMatch, Object: "http://data.europa.eu/esco/skill/x y", Justification: taxonomy.ManualCuration,
				Confidence: sssomFloat(1e-7), Status: taxonomy.Accepted, Date: "May 2026", Author: `A\|B`, Slots: taxonomy.Slots{"author_label": {"|"}, "ext_status": {"mine"}, "has space": {"4"}}},
			{Subject: "https://bakery.example/2", Predicate: "https://bakery.example/p", Object: taxonomy.NoTerm, Justification: "oven:Guess", Comment: "a\nb", Date: "2026-01-01",
				ObjectSource: "Trades", Slots: taxonomy.Slots{"mapping_cardinality": {"many"}, "has space": {"5", "6"}, "subject_source_version": {"7"}, "other": {"x"}}},
			{SubjectLabel: "bread", Predicate: "x:unknown", Object: "x:bread", Justification: taxonomy.Unspecified, Status: taxonomy.Rejected, Modifier: "Not", Slots: taxonomy.Slots{"subject_type": {"rdfs literal"}}},
			{Subject: "urn:isbn:1", Predicate: taxonomy.ExactMatch, Object: "https://", Justification: taxonomy.Unspecified},
		},
	}
	want := *c
	want.Mappings = append([]taxonomy.Mapping(nil), c.Mappings...)
	for i := range want.Mappings {
		want.Mappings[i].Set = c.ID
	}
	want.Mappings[1].Predicate = "b:p" // a CURIE where the set has a prefix
	for _, format := range []string{"sssom", "sssom-json"} {
		got, text := sssomAgain(t, format, c)
		got.Prefixes = map[string]string{"b": got.Prefixes["b"]} // and those made up
		if diff := cmp.Diff(&want, got, notOfTheSet); diff != "" {
			t.Errorf("by %s (-want +got):\n%s\n%s", format, diff, text)
		}
		var second bytes.Buffer
		if _, err := Write(&second, format, c); err != nil || !bytes.Equal(text, second.Bytes()) {
			t.Errorf("%s is not the same twice, %v", format, err)
		}
	}
	t.Run("schema", func(t *testing.T) {
		schema := sssomSchema(t)
		got, text := sssomAgain(t, "sssom-json", c)
		validSSSOM(t, schema, text)
		_, tsv := sssomAgain(t, "sssom", got)
		r := sssomOne(t, source.NewFile("x.sssom.tsv", tsv), Options{})
		_, text = sssomAgain(t, "sssom-json", r.Crosswalk)
		validSSSOM(t, schema, text)
	})
	var b bytes.Buffer
	losses, err := Write(&b, "sssom", &taxonomy.Crosswalk{MappingSet: taxonomy.MappingSet{ID: "urn:x:y"}, Mappings: []taxonomy.Mapping{{Subject: "urn:a:1", Predicate: taxonomy.ExactMatch, Object: "urn:b:1"}}})
	if err != nil || len(losses) != 1 || losses[0].Count != 1 {
		t.Errorf("a mapping without a justification: %v, %v", losses, err)
	}
}

// TestSSSOMSources: a mapping names a source only where it is not the set's, and
// a table names all of them as soon as one differs.
func TestSSSOMSources(t *testing.T) {
	r := sssomOne(t, sssomTable(bakeryHead, "subject_id ¦ predicate_id ¦ object_id ¦ mapping_justification ¦ object_source ¦ object_source_version",
		"b:1 ¦ skos:exactMatch ¦ t:1 ¦ semapv:LexicalMatching ¦ t:all ¦ 1", "b:2 ¦ skos:exactMatch ¦ t:1 ¦ semapv:LexicalMatching ¦ t:all ¦ 2"), Options{})
	c := r.Crosswalk
	if c.ObjectSource != "https://trades.example/all" || c.Mappings[0].ObjectSource != "" || c.ObjectVersion != "" || c.Mappings[1].Slots["object_source_version"][0] != "2" {
		t.Errorf("%+v", c)
	}
	c.Mappings[1].ObjectSource = "https://trades.example/else"
	var b bytes.Buffer
	if _, err := Write(&b, "sssom", c); err != nil || !strings.Contains(b.String(), "semapv:LexicalMatching\tt:all\t1\n") || !strings.Contains(b.String(), "semapv:LexicalMatching\tt:else\t2\n") {
		t.Errorf("%v\n%s", err, b.String())
	}
	back, _ := sssomAgain(t, "sssom", c)
	if diff := cmp.Diff(c, back, notOfTheSet); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestSSSOMBeside: metadata come from a file beside the table, on disk or
// given with it, where the table has none.
func TestSSSOMBeside(t *testing.T) {
	table := []byte("subject_id\tpredicate_id\tobject_id\tmapping_justification\nb:1\tskos:exactMatch\tb:2\tsemapv:LexicalMatching\n")
	meta := []byte("mapping_set_id: urn:x:beside\nlicense: urn:x:l\ncurie_map:\n  b: https://bakery.example/\n")
	dir := t.TempDir()
	for name, text := range map[string][]byte{"pairs.tsv": table, "pairs.sssom.yaml": meta, "alone.tsv": table} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	onDisk := func(name string) *source.File { return source.OnDisk(filepath.Join(dir, name), int64(len(table))) }
	given := source.NewFile("elsewhere/alone.sssom.yml", meta)
	for _, test := range []struct {
		file *source.File
		with []*source.File
		id   taxonomy.URI
	}{
		{onDisk("pairs.tsv"), nil, "urn:x:beside"},
		{onDisk("alone.tsv"), nil, "urn:concord:crosswalk:alone"},
		{onDisk("alone.tsv"), []*source.File{given}, "urn:x:beside"},
		{source.NewFile("a.zip/pairs.sssom.tsv", table), []*source.File{source.NewFile("b.zip/pairs.sssom.yml", nil), source.NewFile("a.zip/pairs.sssom.yml", meta)}, "urn:x:beside"},
	} {
		r := sssomOne(t, test.file, Options{With: test.with})
		digest, err := test.file.Digest()
		if r.Crosswalk.ID != test.id || err != nil || (digest == r.Crosswalk.Digest) != (test.id != "urn:x:beside") {
			t.Errorf("%s: %s %s, %v", test.file.Path, r.Crosswalk.ID, r.Crosswalk.Digest, err)
		}
	}
	if !Companion(given) || Companion(source.NewFile("x.yml", nil)) || Companion(source.NewFile("x.sssom.tsv", nil)) {
		t.Error("Companion")
	}
}

// TestSSSOMJSONSlips: what real JSON files do.
func TestSSSOMJSONSlips(t *testing.T) {
	r := sssomOne(t, source.NewFile("x.json", []byte(`{
 "@context": {"b": "https://bakery.example/", "mappings": {"@id": "https://w3id.org/sssom/mappings", "@type": "@id"}, "t": {"@id": "https://trades.example/"}},
 "mapping_set_id": "urn:x:1", "license": "urn:x:l", "creator_label": "Ada", "oven": {"hot": true}, "comment": null,
 "curie_map": {"c": {"prefix_name": "c", "prefix_url": "https://c.example/"}},
 "extension_definitions": [{"slot_name": "ext_a", "property": "b:a"}], "other": "ext_a=1\\|2|ext_b=3",
 "mappings": [
  {"subject_id": "b:1", "predicate_id": "skos:exactMatch", "object_id": "t:1", "mapping_justification": "semapv:LexicalMatching", "confidence": 0.50, "ext_a": 7},
  "b:2",
  {"subject_id": ["b:3", "b:4"], "predicate_id": "skos:exactMatch", "object_id": "c:1", "mapping_justification": "semapv:LexicalMatching", "confidence": 2}
 ]}`)), Options{})
	var codes []string
	for _, p := range r.Problems {
		codes = append(codes, p.Pointer+" "+p.Code)
	}
	if diff := cmp.Diff([]string{"/oven not-a-value", "/mappings/1 not-a-mapping", "/mappings/2 several-values", "/mappings/2 bad-confidence"}, codes); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	c := r.Crosswalk
	if len(c.Mappings) != 1 || r.Rows != 3 || r.Skipped != 2 || c.Creators[0] != "Ada" || c.Slots["ext_a"][0] != "1|2" || c.Slots["other"][0] != "ext_b=3" {
		t.Fatalf("%+v", c)
	}
	m := c.Mappings[0]
	if m.Subject != "https://bakery.example/1" || m.Object != "https://trades.example/1" || *m.Confidence != 0.5 || m.Slots["ext_a"][0] != "7" || m.Line != 7 {
		t.Errorf("%+v", m)
	}
}

// FuzzSSSOM: no table makes the reader stumble, and what it reads comes back
// the same from either form.
func FuzzSSSOM(f *testing.F) {
	for _, head := range []string{bakeryHead, "curie_map:\n  b: urn:\n  urn: https://x.example/\nsubject_type: rdfs literal\nother: a=b|c\next: x\nextension_definitions:\n- slot_name: ext\n  property: urn:concord:slot:comment"} {
		file := sssomTable(head, "record_id ¦ subject_id ¦ subject_label ¦ predicate_id ¦ object_id ¦ mapping_justification ¦ confidence ¦ author_label ¦ ext ¦ object_source",
			`b:r ¦ b:1 ¦ "a "" b" ¦ skos:exactMatch ¦ sssom:NoTermFound ¦ semapv:LexicalMatching ¦ 1e-3 ¦ a\|b|c\ ¦ y ¦ t:all`, `b:s ¦ x:1 ¦ l ¦ t:p ¦ urn:y:z ¦ semapv:LexicalMatching`)
		data, err := file.Bytes(1 << 20)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		results, err := Read(source.NewFile("fuzz.sssom.tsv", data), Options{Format: "sssom"})
		if err != nil {
			if !errors.Is(err, taxonomy.ErrInvalid) {
				t.Fatal(err)
			}
			return
		}
		r := results[0]
		if r.Rows != len(r.Crosswalk.Mappings)+r.Skipped {
			t.Errorf("%d rows, %d mappings, %d skipped", r.Rows, len(r.Crosswalk.Mappings), r.Skipped)
		}
		for _, m := range r.Crosswalk.Mappings {
			if m.Predicate == "" || m.Subject == "" && m.SubjectLabel == "" || m.Object == "" && m.ObjectLabel == "" || m.Confidence != nil && !(*m.Confidence >= 0 && *m.Confidence <= 1) || m.Confidence != nil && math.IsNaN(*m.Confidence) {
				t.Errorf("the store would refuse %+v", m)
			}
		}
		var first []byte
		for _, format := range []string{"sssom", "sssom-json", "sssom"} {
			var b bytes.Buffer
			if _, err := Write(&b, "sssom", r.Crosswalk); err != nil {
				t.Fatal(err)
			}
			if first != nil && !bytes.Equal(first, b.Bytes()) {
				t.Fatalf("after %s:\n%s\nbefore:\n%s", format, b.Bytes(), first)
			}
			first = bytes.Clone(b.Bytes())
			b.Reset()
			if _, err := Write(&b, format, r.Crosswalk); err != nil {
				t.Fatal(err)
			}
			results, err := Read(source.NewFile("again."+format, b.Bytes()), Options{Format: format})
			if err != nil {
				t.Fatalf("%s: %v\n%s", format, err, b.Bytes())
			}
			if n := len(results[0].Crosswalk.Mappings); n != len(r.Crosswalk.Mappings) {
				t.Fatalf("%s: %d mappings, want %d: %v\n%s", format, n, len(r.Crosswalk.Mappings), results[0].Problems, b.Bytes())
			}
			r = results[0]
		}
	})
}
