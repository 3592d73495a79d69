package writeback

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"concord/importers/source"
)

// checkShape checks what was written (everything that leads to a target of
// ours) against the shape its standard gives it; the vocabularies of CTDL,
// schema.org and ELM are asked where they are at hand.
func checkShape(t *testing.T, profile, name string, data []byte) {
	t.Helper()
	root, _, err := source.ParseJSON(name, data)
	if err != nil {
		t.Fatal(err)
	}
	var walk func(v *source.Value)
	walk = func(v *source.Value) {
		for _, m := range v.Members {
			for _, item := range m.Value.List() {
				if item.Kind == source.Object && ours(item) {
					shapeOf(t, profile, v, m.Key, item)
				}
			}
			walk(m.Value)
		}
		for _, x := range v.Items {
			walk(x)
		}
	}
	walk(root)
}

var ourTargets = regexp.MustCompile(`^http://data\.europa\.eu/esco/skill/(28cb374e|fd9c8437)|^https://skills\.concord\.example/skills/`)

// ours tells an object by what its address is.
func ours(v *source.Value) bool {
	for _, key := range []string{"targetUrl", "url", "ceterms:targetNode", "@id", "schema:targetUrl", "id", "uri"} {
		if x := v.Get(key); x != nil && x.Kind == source.String && ourTargets.MatchString(x.Text) {
			return true
		}
	}
	return false
}

func shapeOf(t *testing.T, profile string, in *source.Value, key string, v *source.Value) {
	t.Helper()
	only := func(names ...string) {
		t.Helper()
		for _, m := range v.Members {
			if !slices.Contains(names, m.Key) {
				t.Errorf("%s: %s has no property %s", profile, key, m.Key)
			}
		}
	}
	text := func(names ...string) {
		t.Helper()
		for _, n := range names {
			if x := v.Get(n); x == nil || x.Kind != source.String || x.Text == "" {
				t.Errorf("%s: %s needs a text %s", profile, key, n)
			}
		}
	}
	langs := func(x *source.Value) {
		t.Helper()
		if x == nil || x.Kind != source.Object || len(x.LangTexts("")) != len(x.Members) || len(x.Members) == 0 {
			t.Errorf("%s: %s needs a language map, not %+v", profile, key, x)
		}
	}
	switch profile {
	case "ob2": // Open Badges 2.0, AlignmentObject; 1.x, AlignmentObject
		if v.Get("url") != nil {
			only("name", "url", "description")
			text("name", "url")
			return
		}
		only("type", "targetName", "targetUrl", "targetDescription", "targetFramework", "targetCode")
		text("targetName", "targetUrl")
	case "schema.org", "schema.org-alignment":
		inVocabulary(t, "schemaorg/schemaorg-30.0-current-https.jsonld", "schema:", in, key)
		for _, m := range v.Members {
			inVocabulary(t, "schemaorg/schemaorg-30.0-current-https.jsonld", "schema:", v, m.Key)
		}
	case "ctdl-credential":
		inVocabulary(t, "ctdl/vocabulary/ctdl/schema.json", "", in, key)
		for _, m := range v.Members {
			inVocabulary(t, "ctdl/vocabulary/ctdl/schema.json", "", v, m.Key)
		}
	case "elm": // ELM 3 application profile EDC, LearningOutcome and Concept shapes
		only("id", "type", "inScheme", "prefLabel", "notation", "definition")
		langs(v.Get("prefLabel"))
		scheme := v.Get("inScheme").String()
		if v.Get("type").String() != "Concept" || (scheme == escoSkills) != (key == "relatedESCOSkill") || !in.HasType("LearningOutcome") || in.Get("title") == nil {
			t.Errorf("elm: %s of %v holds a %v in scheme %q", key, in.Types(), v.Types(), scheme)
		}
	case "xapi": // xAPI 2.0, 4.2.7 context activities and 4.2.8 extensions
		if key == xapiExtension {
			text("uri", "label")
			return
		}
		if !slices.Contains([]string{"parent", "grouping", "category", "other"}, key) {
			t.Errorf("xapi: %s is no kind of context activity", key)
		}
		if d := v.Get("definition"); d != nil {
			only("objectType", "id", "definition")
			langs(d.Get("name"))
			if v.Get("objectType").Text != "Activity" || !strings.Contains(d.Get("type").String(), "://") {
				t.Errorf("xapi: no activity: %v", v)
			}
		}
	case "rsd":
		text("id", "skillName")
	}
}

// A vocabulary knows which classes have which properties.
type vocabulary struct {
	domain map[string][]string // property → classes
	super  map[string][]string // class → superclasses
}

var vocabularies sync.Map

func vocabularyAt(t *testing.T, path string) *vocabulary {
	t.Helper()
	if v, ok := vocabularies.Load(path); ok {
		return v.(*vocabulary)
	}
	file := sharedData(t, path)
	if file == "" {
		return nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	root, _, err := source.ParseJSON(path, data)
	if err != nil {
		t.Fatal(err)
	}
	out := &vocabulary{map[string][]string{}, map[string][]string{}}
	for _, n := range root.Get("@graph").List() {
		id := n.Get("@id").String()
		out.domain[id] = n.Get("schema:domainIncludes").Strings()
		out.super[id] = n.Get("rdfs:subClassOf").Strings()
	}
	vocabularies.Store(path, out)
	return out
}

// inVocabulary checks that the vocabulary gives the class of v a property.
func inVocabulary(t *testing.T, path, prefix string, v *source.Value, property string) {
	t.Helper()
	voc := vocabularyAt(t, path)
	if voc == nil || strings.HasPrefix(property, "@") || property == "id" || property == "type" {
		return
	}
	if prefix != "" {
		property = prefix + strings.TrimPrefix(property, prefix)
	}
	classes := voc.domain[property]
	for queue := v.First("@type", "type").Strings(); len(queue) > 0; queue = queue[1:] {
		class := queue[0]
		if prefix != "" {
			class = prefix + strings.TrimPrefix(class, prefix)
		}
		if property == "schema:name" || property == "schema:description" || slices.Contains(classes, class) {
			return
		}
		queue = append(queue, voc.super[class]...)
	}
	raw, _ := json.Marshal(v.Types())
	t.Errorf("%s is no property of %s", property, raw)
}

// TestELMContext checks that the JSON-LD context of ELM knows what the profile
// writes.
func TestELMContext(t *testing.T) {
	file := sharedData(t, "elm/ELM/rdf/ap/edc/edc-ap-context.jsonld")
	if file == "" {
		t.Skip("../shared/data is not here; the context of ELM is in it")
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	root, _, err := source.ParseJSON("context", data)
	if err != nil {
		t.Fatal(err)
	}
	for _, term := range []string{"learningOutcome", "relatedESCOSkill", "relatedSkill", "prefLabel", "inScheme", "notation", "definition", "title", "Concept", "ConceptScheme", "LearningOutcome"} {
		if root.Get("@context").Get(term) == nil {
			t.Errorf("the context of ELM has no %s", term)
		}
	}
}
