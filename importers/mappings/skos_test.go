package mappings

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/importers/source"
	"concord/taxonomy"
)

const bakerSKOS = `@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix a: <https://a.example/> .
@prefix b: <https://b.example/> .

a:1 a skos:Concept ; skos:prefLabel "pétrir"@fr, "knead"@en ; skos:inScheme <https://a.example/> ;
  skos:broadMatch b:10, b:11 .
a:2 skos:inScheme <https://a.example/> ; skos:prefLabel "bake"@en ; skos:exactMatch "https://b.example/12", "no IRI" .
a:2 skos:mappingRelation b:13 .
a:2 skos:closeMatch [ skos:prefLabel "nobody" ] .
a:1 skos:broadMatch b:10 .
b:10 skos:prefLabel "knåda"@sv .
`

func TestSKOSRead(t *testing.T) {
	r := read(t, "bakers.ttl", bakerSKOS)
	want := []string{
		"https://a.example/1|knead|skos:broadMatch|https://b.example/10|knåda",
		"https://a.example/1|knead|skos:broadMatch|https://b.example/11",
		"https://a.example/2|bake|skos:exactMatch|https://b.example/12",
		"https://a.example/2|bake|skos:mappingRelation|https://b.example/13",
	}
	if d := cmp.Diff(want, rowsOf(r.Crosswalk)); d != "" {
		t.Errorf("rows (-want +got)\n%s", d)
	}
	if d := cmp.Diff("7 text-for-iri\n7 not-a-reference\n9 no-uri\n10 duplicate-row", codes(r)); d != "" {
		t.Errorf("problems (-want +got)\n%s", d)
	}
	if c := r.Crosswalk; r.Rows != 7 || c.SubjectSource != "https://a.example/" || c.SubjectLang != "en" || c.ObjectLang != "sv" || c.Mappings[0].Line != 6 || c.Mappings[0].Justification != taxonomy.Unspecified {
		t.Errorf("%d rows, %+v, %+v", r.Rows, c.MappingSet, c.Mappings[0])
	}
	refused(t, "x.ttl", "@prefix a: <https://a.example/> .\na:1 a a:2 .", "holds no SKOS mapping relation")
	refused(t, "x.ttl", "@prefix a: <https://a.example/> .\na:1 a:p", "x.ttl:2", "not valid Turtle")
}

// TestSKOSForms: the same triple in every syntax, and as SSSOM's tools write it.
func TestSKOSForms(t *testing.T) {
	const core = "http://www.w3.org/2004/02/skos/core#"
	for name, text := range map[string]string{
		"x.nt":   "<https://a.example/1> <" + core + "narrowMatch> <https://b.example/1> .\n",
		"x.rdf":  `<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="` + core + `"><skos:Concept rdf:about="https://a.example/1"><skos:narrowMatch rdf:resource="https://b.example/1"/></skos:Concept></rdf:RDF>`,
		"x.json": `{"@context": {"skos": "` + core + `"}, "@id": "https://a.example/1", "skos:narrowMatch": {"@id": "https://b.example/1"}}`,
		"x.ttl": `@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix sssom: <https://w3id.org/sssom/> . @prefix skos: <` + core + `> . @prefix dct: <http://purl.org/dc/terms/> .
[] a sssom:MappingSet ; dct:license <https://l.example/> ; sssom:mappings [ a owl:Axiom ; owl:annotatedSource <https://a.example/1> ; owl:annotatedProperty skos:narrowMatch ;
 owl:annotatedTarget <https://b.example/1> ; sssom:mapping_justification <https://w3id.org/semapv/vocab/LexicalMatching> ; sssom:confidence 0.5 ] .`,
	} {
		r := read(t, name, text)
		if d := cmp.Diff([]string{"https://a.example/1|skos:narrowMatch|https://b.example/1"}, rowsOf(r.Crosswalk)); d != "" || len(r.Problems) > 0 {
			t.Errorf("%s (-want +got)\n%s%v", name, d, r.Problems)
		}
		if m := r.Crosswalk.Mappings[0]; name == "x.ttl" && (m.Justification != taxonomy.LexicalMatching || m.Confidence == nil || *m.Confidence != 0.5 || r.Crosswalk.License != "https://l.example/") {
			t.Errorf("%+v %+v", m, r.Crosswalk.MappingSet)
		}
	}
}

// TestSKOSPlain: a reader who knows plain SKOS finds what holds and no more.
func TestSKOSPlain(t *testing.T) {
	plain := func(c *taxonomy.Crosswalk) (out []string) {
		text, _ := write(t, "skos", c)
		for _, line := range strings.Split(text, "\n") {
			if strings.Contains(line, "Match <") && strings.HasPrefix(line, "<") {
				out = append(out, line)
			}
		}
		return out
	}
	want := []string{
		"<https://a.example/1> skos:exactMatch <https://b.example/10> .",
		"<https://a.example/2> skos:broadMatch <https://b.example/11> .",
		"<https://a.example/2> skos:narrowMatch <https://b.example/12> .",
		"<https://a.example/1> skos:exactMatch <https://b.example/10> .",
	}
	if d := cmp.Diff(want, plain(sample())); d != "" {
		t.Errorf("accepted rows (-want +got)\n%s", d)
	}
	c := sample()
	c.Status = taxonomy.Proposed // nothing is accepted: the proposals are all there is
	if got := len(plain(c)); got != 5 {
		t.Errorf("%d plain triples of a set of proposals, want 5", got)
	}
	_, lost := write(t, "skos", c)
	if !strings.Contains(lossText(lost), "mappings written although nobody has accepted them: 5") || !strings.Contains(lossText(lost), "rejected rows (only in owl:Axiom annotations): 1") {
		t.Errorf("losses:\n%s", lossText(lost))
	}
}

// TestSKOSReal reads the vocabularies that state mappings; the rows are the
// triples that a search finds in them.
func TestSKOSReal(t *testing.T) {
	dir := realData(t, "skos")
	for name, rows := range map[string]int{"oeh/medienkompetenzrahmenNRW.ttl": 30, "oeh/digCompEdu.ttl": 28, "oeh/educationalContext.ttl": 35, "oeh/discipline.ttl": 2, "oeh/hochschulfaechersystematik.ttl": 341, "oeh/learningResourceType.ttl": 23, "digcomp3/oeh_digCompEdu.ttl": 28} {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		r := read(t, filepath.Base(name), string(data))
		if r.Rows != rows {
			t.Errorf("%s: %d rows, want %d", name, r.Rows, rows)
		}
		for _, format := range []string{"skos", "skos-jsonld", "jskos"} {
			text, _ := write(t, format, r.Crosswalk)
			back := read(t, "back."+map[string]string{"skos": "ttl", "skos-jsonld": "jsonld", "jskos": "json"}[format], text).Crosswalk
			same(t, r.Crosswalk, back)
		}
	}
}

func FuzzSKOS(f *testing.F) {
	f.Add([]byte(bakerSKOS))
	f.Fuzz(func(t *testing.T, data []byte) {
		results, err := readSKOS(source.NewFile("x.ttl", data), Options{})
		if err != nil {
			return
		}
		for _, r := range results {
			checkCounts(t, r)
		}
	})
}
