package mappings

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"concord/importers/source"
	"concord/taxonomy"
)

const bakerJSKOS = `[
 {"uri": "https://m.example/1", "type": ["http://www.w3.org/2004/02/skos/core#broadMatch"],
  "fromScheme": {"uri": "https://a.example/"}, "toScheme": {"notation": ["B"]},
  "from": {"memberSet": [{"uri": "https://a.example/1", "prefLabel": {"fr": "pétrir", "en": "knead"}}]},
  "to": {"memberSet": [{"notation": ["10 a"], "prefLabel": {"sv": "knåda"}}]},
  "mappingRelevance": 0.25, "justification": "https://w3id.org/semapv/vocab/ManualMappingCuration",
  "created": "2024-05", "modified": "2024-06-01", "creator": [{"prefLabel": {"en": "Ada"}, "uri": "https://p.example/ada"}],
  "note": {"en": ["one"], "de": ["zwei"]}, "_mine": 1},
 {"from": {"memberSet": [{"uri": "https://a.example/2"}]}, "to": {"memberSet": []},
  "fromScheme": {"uri": "https://a.example/"}, "toScheme": {"notation": ["B"]}},
 {"type": ["http://www.w3.org/2004/02/skos/core#exactMatch"], "fromScheme": {"uri": "https://a.example/"}, "toScheme": {"notation": ["B"]},
  "from": {"memberSet": [{"uri": "https://a.example/3"}]}, "to": {"memberList": [{"uri": "https://b.example/1"}, {"uri": "https://b.example/2"}]}},
 {"type": ["http://www.w3.org/2004/02/skos/core#closeMatch"], "fromScheme": {"uri": "https://a.example/"}, "toScheme": {"notation": ["B"]},
  "from": {"memberSet": [{"uri": "https://a.example/4"}]}, "to": {"memberChoice": [{"uri": "https://b.example/3"}, {"uri": "https://b.example/4"}]}},
 {"from": {"memberSet": [{"uri": "https://a.example/5"}]}, "to": {"memberSet": [{"uri": 5}]}},
 {"from": {"memberSet": [{"uri": "https://a.example/5"}], "memberList": []}, "to": {"memberSet": []}},
 {"from": {}, "to": {"memberSet": []}},
 {"from": {"memberSet": []}, "to": {"memberSet": []}},
 {"from": {"memberSet": [{"uri": "https://a.example/6"}]}, "to": {"memberSet": [{"uri": "https://b.example/6"}]}, "fromScheme": {"uri": "https://a.example/"}, "toScheme": {"notation": ["B"]}, "sort": 1},
 null
]`

func TestJSKOSRead(t *testing.T) {
	r := read(t, "bakers.json", bakerJSKOS)
	want := []string{
		"https://a.example/1|knead|skos:broadMatch|urn:x-concord:b:10%20a|knåda",
		"https://a.example/2|skos:mappingRelation|sssom:NoTermFound",
		"https://a.example/3|skos:mappingRelation|https://b.example/1",
		"https://a.example/3|skos:mappingRelation|https://b.example/2",
		"https://a.example/4|skos:closeMatch|https://b.example/3",
		"https://a.example/4|skos:closeMatch|https://b.example/4",
		"https://a.example/6|skos:mappingRelation|https://b.example/6",
	}
	if d := cmp.Diff(want, rowsOf(r.Crosswalk)); d != "" {
		t.Errorf("rows (-want +got)\n%s", d)
	}
	wantCodes := strings.Join([]string{"/2 composite", "/4/to/memberSet/0/uri invalid-jskos", "/5/from invalid-jskos", "/6/from invalid-jskos", "/7 unread-mapping", "/8/sort unknown-field"}, "\n")
	if d := cmp.Diff(wantCodes, codes(r)); d != "" {
		t.Errorf("problems (-want +got)\n%s", d)
	}
	c := r.Crosswalk
	if c.SubjectSource != "https://a.example/" || c.ObjectSource != "B" || c.SubjectLang != "en" || c.ObjectLang != "sv" || r.NoTerm != 1 || r.Rows != 11 {
		t.Errorf("set %+v, %d rows, %d NoTerm", c.MappingSet, r.Rows, r.NoTerm)
	}
	m := c.Mappings[0]
	wantSlots := taxonomy.Slots{"record_id": {"https://m.example/1"}, "modified": {"2024-06-01"}, "author_id": {"https://p.example/ada"}, "comment_lang": {"en"}, "note": {"de:zwei"},
		"object_notation": {"10 a"}, "subject_labels": {"fr:pétrir"}}
	if d := cmp.Diff(wantSlots, m.Slots); d != "" {
		t.Errorf("slots (-want +got)\n%s", d)
	}
	if *m.Confidence != 0.25 || m.Justification != taxonomy.ManualCuration || m.Author != "Ada" || m.Date != "2024-05" || m.Comment != "one" || m.Line != 2 {
		t.Errorf("row %+v", m)
	}
	bundle := c.Mappings[2].Slots
	if d := cmp.Diff(taxonomy.Slots{"bundle": bundle["bundle"], "bundle_predicate": {"skos:exactMatch"}, "subject_bundle": {"memberSet"}, "object_bundle": {"memberList"}}, bundle); d != "" || bundle["bundle"][0] == c.Mappings[4].Slots["bundle"][0] {
		t.Errorf("bundle (-want +got)\n%s", d)
	}
	broken := *c // a bundle of which a reviewer rejected a row is written row by row
	broken.Mappings = append([]taxonomy.Mapping{}, c.Mappings...)
	broken.Mappings[4].Status = taxonomy.Rejected
	parted, lost := write(t, "jskos", &broken)
	if !strings.Contains(lossText(lost), "rows of a bundle that are not whole, as mappings of their own: 1") {
		t.Errorf("losses:\n%s", lossText(lost))
	}
	same(t, &broken, read(t, "bakers.json", parted).Crosswalk)
	c.ID = "" // the same bundles whatever the set
	text, _ := write(t, "jskos", c)
	if n := strings.Count(text, "\n"); n != 6 {
		t.Errorf("%d lines, want a concordance and 5 mappings\n%s", n, text)
	}
	back := read(t, "bakers.json", text)
	same(t, back.Crosswalk, c2(c, back.Crosswalk.ID))
}

// c2 is c under another ID.
func c2(c *taxonomy.Crosswalk, id taxonomy.URI) *taxonomy.Crosswalk {
	out := *c
	out.ID = id
	return &out
}

func TestJSKOSForms(t *testing.T) {
	row := func(n, more string) string {
		return `{"from":{"memberSet":[{"uri":"https://a.example/` + n + `"}]},"to":{"memberSet":[{"uri":"https://b.example/` + n + `"}]}` + more + `}`
	}
	concordance := `{"uri":"https://c.example/1","prefLabel":{"en":"One"},"fromScheme":{"uri":"https://a.example/"},"toScheme":{"uri":"https://b.example/"}`
	for name, text := range map[string]string{
		"one":         row("1", ``),
		"array":       "[" + row("1", "") + "]",
		"lines":       row("1", "") + "\r\n\n" + row("2", "") + "\n",
		"concordance": concordance + `,"mappings":[` + row("1", "") + "]}",
		"partOf":      row("1", `,"partOf":[{"uri":"https://c.example/1"}]`) + "\n" + concordance + "}",
		"bom":         "\ufeff" + row("1", ""),
	} {
		r := read(t, name+".json", text)
		if r.Crosswalk.Mappings[0].Subject != "https://a.example/1" {
			t.Errorf("%s: %v", name, rowsOf(r.Crosswalk))
		}
		if strings.Contains(text, "c.example") && (r.Crosswalk.ID != "https://c.example/1" || r.Crosswalk.Title != "One" || r.Crosswalk.ObjectSource != "https://b.example/") {
			t.Errorf("%s: set %+v", name, r.Crosswalk.MappingSet)
		}
	}
	two := readAll(t, "two.ndjson", row("1", `,"partOf":[{"uri":"https://c.example/1"}]`)+"\n"+row("2", `,"partOf":[{"uri":"https://c.example/2"}]`)+"\n")
	if len(two) != 2 || two[1].Crosswalk.ID != "https://c.example/2" || two[1].Crosswalk.Mappings[0].Line != 2 {
		t.Errorf("%d sets", len(two))
	}
	refused(t, "bad.ndjson", row("1", "")+"\n{\"from\":\n", "bad.ndjson:2")
	refused(t, "none.mapping.json", `[]`, "holds no JSKOS mapping")
	refused(t, "range.mapping.json", row("1", `,"mappingRelevance":1.5`), "/mappingRelevance", "number from 0 to 1")
	refused(t, "half.mapping.json", `{"from":{"memberSet":[]}}`, "needs to")
	refused(t, "lang.mapping.json", `{"from":{"memberSet":[{"prefLabel":{"EN":"x"}}]},"to":{"memberSet":[]}}`, "/from/memberSet/0/prefLabel/EN", "language tag")
	refused(t, "type.mapping.json", row("1", `,"type":"x"`), "/type", "array")
}

func TestJSKOSExamples(t *testing.T) {
	dir := realData(t, "jskos", "spec", "examples")
	for name, want := range map[string]int{"ddc-gnd-1.mapping.json": 1, "ddc-gnd-2.mapping.json": 7, "mapping-ddc-gnd.json": 9} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		r := read(t, name, string(data))
		if len(r.Crosswalk.Mappings) != want || r.Skipped > 0 {
			t.Errorf("%s: %d rows, want %d; %v", name, len(r.Crosswalk.Mappings), want, r.Problems)
		}
		if name == "mapping-ddc-gnd.json" && r.Crosswalk.SubjectSource != "DDC" {
			t.Errorf("%s: from %q", name, r.Crosswalk.SubjectSource)
		}
		text, _ := write(t, "jskos", r.Crosswalk)
		validJSKOS(t, text)
		same(t, r.Crosswalk, read(t, name, text).Crosswalk)
	}
	for name, want := range map[string][]string{
		"fields.occurrence.json":                {"only one of memberSet, memberList"},
		"label.service.json":                    {"/prefLabel", "must be an object with a language"},
		"labels.concept.json":                   {"/inScheme/0/altLabel/en/0", "must hold texts only"},
		"unknown-field.concordance.schema.json": {"/xxx", "no field of JSKOS"},
		"unknown-field.scheme.schema.json":      {"/xxx", "no field of JSKOS"},
		"uri.item.json":                         {"/uri", "must be a URI"},
	} {
		data, err := os.ReadFile(filepath.Join(dir, "invalid", name))
		if err != nil {
			t.Fatal(err)
		}
		refused(t, name, string(data), want...)
		if format, err := Recognise(source.NewFile(name, data)); err != nil || format != "jskos" {
			t.Errorf("%s is recognised as %q: %v", name, format, err)
		}
	}
	if entries, err := os.ReadDir(filepath.Join(dir, "invalid")); err != nil || len(entries) != 6 {
		t.Errorf("%d invalid examples, 6 are checked: %v", len(entries), err)
	}
	// Valid objects of other kinds are refused for what they are, not as invalid;
	// but for an annotation, which is not JSKOS, and a scheme with an object where a list belongs.
	var strange []string
	others, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range others {
		name := filepath.Base(path)
		if strings.Contains(name, "mapping") {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Read(source.NewFile(name, data), Options{Format: "jskos"})
		if err == nil || !strings.Contains(err.Error(), "another kind of JSKOS object") {
			strange = append(strange, name)
		}
	}
	if d := cmp.Diff([]string{"example1.annotation.json", "scheme-with-concepts.json"}, strange); d != "" {
		t.Errorf("refused as invalid (-want +got)\n%s", d)
	}
}

// validJSKOS checks a written concordance and its mappings against JSKOS's schemas.
func validJSKOS(t *testing.T, text string) {
	t.Helper()
	dir := realData(t, "jskos", "spec", "schemas")
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiler.AddResource("https://gbv.github.io/jskos/"+e.Name(), doc); err != nil {
			t.Fatal(err)
		}
	}
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		name := "mapping"
		if i == 0 {
			name = "concordance"
		}
		schema, err := compiler.Compile("https://gbv.github.io/jskos/" + name + ".schema.json")
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%v\n%s", err, line)
		}
	}
}

func TestJSKOSSchema(t *testing.T) {
	text, lost := write(t, "jskos", sample())
	validJSKOS(t, text)
	want := `justifications (only in the field _sssom)`
	if got := lossText(lost); strings.Contains(got, want) {
		t.Errorf("JSKOS has a place for it: %s", got)
	}
	for _, l := range []string{"negated rows (only in the field _sssom): 1", "rejected rows (only in the field _sssom): 1", "rows that are not accepted yet (only in the field _sssom): 1", "slot match_string (only in the field _sssom): 1"} {
		if !strings.Contains(lossText(lost), l) {
			t.Errorf("the losses do not say %q:\n%s", l, lossText(lost))
		}
	}
	if strings.Contains(strings.SplitN(text, "\n", 2)[1], "b.example/13") {
		t.Error("a rejected row is written as a mapping")
	}
}

func FuzzJSKOS(f *testing.F) {
	f.Add([]byte(bakerJSKOS))
	f.Add([]byte(`{"from":{"memberSet":[{"uri":"a:b"}]},"to":{"memberSet":[]}}` + "\n" + `{"uri":"c:d","mappings":[null],"_sssom":{"mappings":[{"row":9,"subject_id":"x"}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		results, err := readJSKOS(source.NewFile("x.json", data), Options{})
		if err != nil {
			return
		}
		for _, r := range results {
			checkCounts(t, r)
			var b bytes.Buffer
			if _, err := writeJSKOS(&b, r.Crosswalk); err != nil {
				t.Fatal(err)
			}
			if len(r.Crosswalk.Mappings) == 0 {
				continue
			}
			again, err := readJSKOS(source.NewFile("x.json", b.Bytes()), Options{})
			if err != nil {
				t.Fatalf("what was written is not read: %v\n%s", err, b.String())
			}
			n := 0
			for _, a := range again {
				n += len(a.Crosswalk.Mappings)
			}
			if n != len(r.Crosswalk.Mappings) {
				t.Fatalf("%d rows became %d\n%s", len(r.Crosswalk.Mappings), n, b.String())
			}
		}
	})
}
