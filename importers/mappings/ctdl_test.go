package mappings

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/importers/source"
	"concord/taxonomy"
)

const bakerCTDL = `{"@context": "https://credreg.net/ctdl/schema/context/json", "@graph": [
 {"@id": "https://m.example/map", "@type": "ceterms:AlignmentMap", "ceterms:name": {"en-us": "Bakers"}, "ceterms:compares": ["https://a.example/", {"@id": "https://b.example/"}],
  "ceterms:hasPart": [
   {"@type": "ceterms:AlignmentObject", "ceterms:sourceNode": "https://a.example/1", "ceterms:sourceNodeName": {"en-US": "knead"}, "ceterms:targetNode": {"@id": "https://b.example/1"}, "ceterms:alignmentType": "alignment:BroadMatch", "ceterms:weight": 0.5, "ceterms:alignmentDate": "2024-03-04"},
   {"@type": "ceterms:AlignmentObject", "ceterms:sourceNode": "https://a.example/2", "ceterms:targetNode": "https://b.example/2", "ceterms:alignmentType": "skos:exactMatch", "ceterms:weight": 7},
   {"@type": "ceterms:AlignmentObject", "ceterms:sourceNode": "https://a.example/3", "ceterms:alignmentType": {"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": "align:NoMatch"}},
   {"@type": "ceterms:AlignmentObject", "ceterms:sourceNode": "https://a.example/4", "ceterms:alignmentType": "alignment:CloseMatch"},
   {"@type": "ceterms:AlignmentObject", "ceterms:sourceNode": "https://a.example/5", "ceterms:targetNode": "https://b.example/5", "ceterms:alignmentType": "alignment:Odd"},
   "_:p1", "_:p2"]},
 {"@id": "_:p1", "@type": "ceterms:AlignmentObject", "ceterms:targetNode": "https://b.example/6", "ceterms:targetNodeName": "dough", "ceterms:alignmentType": "https://purl.org/ctdl/vocabs/alignment/NoMatch"}]}`

const bakerASN = `[{"@context": "https://credreg.net/ctdlasn/schema/context/json", "@id": "https://a.example/f", "@type": "ceasn:CompetencyFramework", "ceasn:name": {"en": "A"}, "ceasn:alignTo": "https://b.example/f"},
 {"@id": "https://a.example/1", "@type": "ceasn:Competency", "ceasn:competencyText": {"en": "Knead"}, "ceasn:isPartOf": "https://a.example/f",
  "ceasn:broadAlignment": ["https://b.example/1", "https://a.example/2"], "ceasn:majorAlignment": {"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": "https://b.example/2", "ceterms:targetNodeName": {"sv": "knåda"}, "ceterms:frameworkName": {"en": "B"}},
  "ceasn:alignFrom": "https://b.example/3", "ceasn:exactAlignment": "_:gone"},
 {"@id": "https://a.example/2", "@type": "ceasn:Competency", "ceasn:competencyText": {"en": "Bake"}, "ceasn:isPartOf": "https://a.example/f"}]`

func TestCTDLRead(t *testing.T) {
	r := read(t, "map.json", bakerCTDL)
	want := []string{
		"https://a.example/1|knead|skos:broadMatch|https://b.example/1",
		"https://a.example/2|skos:exactMatch|https://b.example/2",
		"https://a.example/3|skos:exactMatch|sssom:NoTermFound",
		"sssom:NoTermFound|skos:exactMatch|https://b.example/6|dough",
	}
	if d := cmp.Diff(want, rowsOf(r.Crosswalk)); d != "" {
		t.Errorf("rows (-want +got)\n%s", d)
	}
	at := "/@graph/0/ceterms:hasPart/"
	if d := cmp.Diff(strings.Join([]string{at + "1 bad-confidence", at + "3 incomplete-mapping", at + "4 unknown-alignment", at + "6 missing-part"}, "\n"), codes(r)); d != "" {
		t.Errorf("problems (-want +got)\n%s", d)
	}
	c := r.Crosswalk
	if c.ID != "https://m.example/map" || c.Title != "Bakers" || c.SubjectSource != "https://a.example/" || c.ObjectSource != "https://b.example/" || c.SubjectLang != "en-us" && c.SubjectLang != "en-US" || r.Rows != 7 || r.NoTerm != 2 ||
		*c.Mappings[0].Confidence != 0.5 || c.Mappings[0].Date != "2024-03-04" {
		t.Errorf("%+v, %d rows, %d NoTerm", c.MappingSet, r.Rows, r.NoTerm)
	}
	r = read(t, "framework.json", bakerASN)
	want = []string{
		"https://a.example/1|Knead|skos:broadMatch|https://b.example/1",
		"https://a.example/1|Knead|ceasn:majorAlignment|https://b.example/2|knåda",
		"https://a.example/1|Knead|ceasn:alignFrom|https://b.example/3",
	}
	if d := cmp.Diff(want, rowsOf(r.Crosswalk)); d != "" {
		t.Errorf("rows (-want +got)\n%s", d)
	}
	if d := cmp.Diff("/0/ceasn:alignTo framework-alignment\n/1/ceasn:exactAlignment no-uri", codes(r)); d != "" {
		t.Errorf("problems (-want +got)\n%s", d)
	}
	if c := r.Crosswalk; c.SubjectSource != "https://a.example/f" || c.Mappings[1].ObjectSource != "B" || c.SubjectLang != "en" {
		t.Errorf("%+v", c.MappingSet)
	}
	refused(t, "x.json", `{"@type": "ceasn:Competency", "@id": "https://a.example/1"}`, "no ceterms:AlignmentMap")
}

// TestCTDLRoundTrip: what CTDL carries comes back, and the rest is reported.
func TestCTDLRoundTrip(t *testing.T) {
	text, lost := write(t, "ctdl", sample())
	r := read(t, "map.json", text)
	want := []string{
		"https://a.example/1|knead dough|skos:exactMatch|https://b.example/10|knåda deg",
		"https://a.example/2|bake bread|skos:broadMatch|https://b.example/11|baka",
		"https://a.example/2|bake bread|skos:narrowMatch|https://b.example/12",
		"https://a.example/3|taste|skos:exactMatch|sssom:NoTermFound",
		"free text|skos:closeMatch|https://b.example/16|fri",
		"https://a.example/1|knead dough|skos:exactMatch|https://b.example/10|knåda deg",
		"urn:x-concord:a:6.1|sell|ceasn:majorAlignment|https://b.example/15",
	}
	if d := cmp.Diff(want, rowsOf(r.Crosswalk)); d != "" {
		t.Errorf("rows (-want +got)\n%s", d)
	}
	m := r.Crosswalk.Mappings[0]
	if *m.Confidence != 0.9 || m.Date != "2025-02-03" || m.Comment != "same\tthing" || r.Crosswalk.ObjectLang != "sv" || r.Crosswalk.Title != sample().Title || r.Crosswalk.Version != "2.1" || len(r.Problems) > 0 {
		t.Errorf("%+v %v", m, r.Problems)
	}
	wantLost := []string{
		"authors: 1", "creator", "frameworks of single rows: 1", "justifications: 4", "kinds of subjects: 1", "labels of objects of ceasn:majorAlignment: 1",
		"negated rows, left out: 1", "rejected rows, left out: 1", "rows that are not accepted yet, left out: 1",
		"slot author_id: 1", "slot license of the set: 1", "slot match_string: 1", "slot record_id: 1", "slot object_source of the set: 1",
	}
	for _, l := range wantLost {
		if !strings.Contains(lossText(lost), l) {
			t.Errorf("the losses do not say %q:\n%s", l, lossText(lost))
		}
	}
	// Written again from what was read, nothing more is lost.
	again, _ := write(t, "ctdl", r.Crosswalk)
	same(t, r.Crosswalk, read(t, "map.json", again).Crosswalk)
}

// TestCTDLVocabulary: each property that is written is one of its class, and
// each alignment type a concept of ceterms:Alignment.
func TestCTDLVocabulary(t *testing.T) {
	domain, concepts := map[string][]string{}, []string{}
	for _, name := range []string{"ctdl", "ctdlasn"} {
		data, err := os.ReadFile(realData(t, "ctdl", "vocabulary", name, "schema.json"))
		if err != nil {
			t.Fatal(err)
		}
		root, _, err := source.ParseJSON(name, data)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range root.Get("@graph").List() {
			domain[n.Get("@id").String()] = append(domain[n.Get("@id").String()], n.Get("schema:domainIncludes").Strings()...)
			if slices.Contains(n.Get("skos:inScheme").Strings(), "ceterms:Alignment") {
				concepts = append(concepts, n.Get("@id").String())
			}
		}
	}
	c := sample()
	c.ObjectSource = "https://b.example/scheme"
	for _, p := range append(slices.Clone(taxonomy.Matches), ctdlProperties...) {
		c.Mappings = append(c.Mappings, taxonomy.Mapping{Subject: "https://a.example/9", SubjectLabel: "nine", Predicate: p, Object: "https://b.example/9"})
	}
	text, _ := write(t, "ctdl", c)
	root, _, err := source.ParseJSON("written", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	var check func(v *source.Value)
	check = func(v *source.Value) {
		class := v.Get("@type").String()
		for _, m := range v.Members {
			if !strings.HasPrefix(m.Key, "@") && !slices.Contains(domain[m.Key], class) {
				t.Errorf("%s is no property of %s", m.Key, class)
			}
			if m.Key == "ceterms:alignmentType" && !slices.Contains(concepts, m.Value.String()) {
				t.Errorf("%s is no alignment type", m.Value.String())
			}
			if m.Key == "ceterms:hasPart" {
				for _, x := range m.Value.List() {
					n++
					check(x)
				}
			}
		}
	}
	for _, v := range root.Get("@graph").List() {
		check(v)
	}
	if n != 11 {
		t.Errorf("%d alignment objects, want 11", n)
	}
}

func FuzzCTDL(f *testing.F) {
	f.Add([]byte(bakerCTDL))
	f.Add([]byte(bakerASN))
	f.Fuzz(func(t *testing.T, data []byte) {
		results, err := readCTDL(source.NewFile("x.json", data), Options{})
		if err != nil {
			return
		}
		for _, r := range results {
			checkCounts(t, r)
		}
	})
}

func FuzzCASE(f *testing.F) {
	f.Add([]byte(bakerCASE))
	f.Fuzz(func(t *testing.T, data []byte) {
		results, err := readCASE(source.NewFile("x.json", data), Options{})
		if err != nil {
			return
		}
		for _, r := range results {
			checkCounts(t, r)
		}
	})
}
