package mappings

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"concord/taxonomy"
)

const bakerCASE = `{"CFDocument": {"identifier": "11111111-1111-4111-8111-111111111111", "uri": "https://case.example/doc", "title": "Bakers", "creator": "Guild", "version": "3", "lastChangeDateTime": "2024-01-01T00:00:00Z"},
 "CFItems": [
  {"identifier": "22222222-2222-4222-8222-222222222222", "uri": "https://case.example/1", "fullStatement": "Knead <b>dough</b>."},
  {"identifier": "33333333-3333-4333-8333-333333333333", "fullStatement": "Bake bread.", "abbreviatedStatement": "Bake"}],
 "CFAssociations": [
  {"associationType": "isChildOf", "originNodeURI": {"uri": "https://case.example/1"}, "destinationNodeURI": {"uri": "https://case.example/doc"}},
  {"associationType": "isRelatedTo", "originNodeURI": {"uri": "https://case.example/1"}, "destinationNodeURI": {"identifier": "33333333-3333-4333-8333-333333333333"}},
  {"identifier": "44444444-4444-4444-8444-444444444444", "associationType": "Exact Match Of", "originNodeURI": {"uri": "https://case.example/1", "title": "Origin"}, "destinationNodeURI": {"uri": "https://other.example/9", "title": "Pétrir"}, "lastChangeDateTime": "2024-02-02T00:00:00Z", "notes": "same"},
  {"associationType": "replacedBy", "originNodeURI": "33333333-3333-4333-8333-333333333333", "destinationNodeURI": "https://other.example/8"},
  {"associationType": "isPartOf", "originNodeURI": {"uri": "https://third.example/1"}, "destinationNodeURI": {"uri": "https://other.example/7"}},
  {"associationType": "ext:nearly", "originNodeURI": {"uri": "https://case.example/1"}, "destinationNodeURI": {"uri": "https://other.example/6"}},
  {"associationType": "exactMatchOf", "originNodeURI": {"uri": "https://case.example/1"}},
  {"associationType": "exemplar", "originNodeURI": {"uri": "https://case.example/1"}, "destinationNodeURI": {"uri": "https://pictures.example/"}}]}`

func TestCASERead(t *testing.T) {
	r := read(t, "bakers.json", bakerCASE)
	want := []string{
		"https://case.example/1|Knead dough.|skos:exactMatch|https://other.example/9|Pétrir",
		"urn:uuid:33333333-3333-4333-8333-333333333333|Bake|case:replacedBy|https://other.example/8",
		"https://third.example/1|case:isPartOf|https://other.example/7",
		"https://case.example/1|Knead dough.|ext:nearly|https://other.example/6",
	}
	if d := cmp.Diff(want, rowsOf(r.Crosswalk)); d != "" {
		t.Errorf("rows (-want +got)\n%s", d)
	}
	if got := codes(r); got != "/CFAssociations/6 incomplete-association" || r.Rows != 5 {
		t.Errorf("%d rows, problems %s", r.Rows, got)
	}
	if c := r.Crosswalk; c.Title != "Associations of Bakers" || c.SubjectSource != "https://case.example/doc" || c.ID != "urn:concord:crosswalk:associations-of-bakers" ||
		c.Mappings[0].Comment != "same" || c.Mappings[0].Date != "2024-02-02T00:00:00Z" {
		t.Errorf("%+v %+v", c.MappingSet, c.Mappings[0])
	}
	text, _ := write(t, "case", r.Crosswalk)
	same(t, r.Crosswalk, read(t, "bakers.json", text).Crosswalk)
	refused(t, "tree.json", strings.Split(bakerCASE, `  {"identifier": "4444`)[0]+"]}", "not valid JSON")
	refused(t, "tree.json", strings.TrimSuffix(strings.TrimSpace(strings.Split(bakerCASE, `  {"identifier": "4444`)[0]), ",")+"]}", "no association with another framework", "all 2")
	refused(t, "x.json", `{"CFPackage": {}}`, "no CASE package")
}

func TestCASESchema(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	schema, err := compiler.Compile(realData(t, "case", "schemas-v1p1", "case_v1p1_cfpackage-jsonschema1.json"))
	if err != nil {
		t.Fatal(err)
	}
	text, lost := write(t, "case", sample())
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(doc); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
	for _, l := range []string{"skos:broadMatch, written as isRelatedTo: 1", "ceasn:majorAlignment, written as isRelatedTo: 1", "rows where no term was found (only in extensions): 1", "confidences (only in extensions): 2"} {
		if !strings.Contains(lossText(lost), l) {
			t.Errorf("the losses do not say %q:\n%s", l, lossText(lost))
		}
	}
}

// TestCASEReal: real packages are trees and are refused for that, but for one
// with 16 exactMatchOf, 2 isRelatedTo and 1 precedes to other documents.
func TestCASEReal(t *testing.T) {
	var paths []string
	for _, pattern := range []string{"frameworks/*.json", "opensalt/core/tests/_data/*Framework.json", "opensalt/core/docs/sample files/*.json"} {
		found, err := filepath.Glob(filepath.Join(realData(t, "case"), pattern))
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	if len(paths) < 5 {
		t.Fatalf("%d packages", len(paths))
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(path, "20c5134f") {
			r := read(t, "real.json", string(data))
			count := map[taxonomy.Match]int{}
			for _, m := range r.Crosswalk.Mappings {
				count[m.Predicate]++
			}
			if d := cmp.Diff(map[taxonomy.Match]int{taxonomy.ExactMatch: 16, taxonomy.RelatedMatch: 2, "case:precedes": 1}, count); d != "" || r.Skipped > 0 {
				t.Errorf("relations (-want +got)\n%s", d)
			}
			text, _ := write(t, "case", r.Crosswalk)
			same(t, r.Crosswalk, read(t, "real.json", text).Crosswalk)
			continue
		}
		refused(t, filepath.Base(path), string(data), "no association with another framework")
	}
}
