package importers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"concord/importers/rdf"
	"concord/importers/source"
	"concord/taxonomy"
)

func TestSyntaxOf(t *testing.T) {
	const triple = "<https://a.example/x> <https://a.example/p> \"y\" .\n"
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune("@prefix e: <https://a.example/> .\n")) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	for _, c := range []struct {
		name, data string
		want       rdf.Syntax
	}{
		{"a.ttl", "# only a comment", rdf.Turtle},
		{"a.ttl", "[] a <https://a.example/T> .", rdf.Turtle},
		{"a.rdf", "\ufeff<?xml version='1.0'?>\n<rdf:RDF xmlns:rdf='" + nsRDF + "'/>", rdf.RDFXML},
		{"a.ttl", "<rdf:RDF xmlns:rdf='" + nsRDF + "'/>", rdf.RDFXML},
		{"a.xml", "<?xml version='1.0'?><catalogue/>", ""},
		{"a.rdf", "<!DOCTYPE html><html></html>", ""},
		{"a.rdf", "@prefix e: <https://a.example/> .", rdf.Turtle},
		{"a.txt", "# vocabulary\nPREFIX e: <https://a.example/>", rdf.Turtle},
		{"a.txt", triple, rdf.Turtle},
		{"a.nt", triple, rdf.NTriples},
		{"a.nq", triple, rdf.NQuads},
		{"a.json", `{"@id": "x"}`, rdf.JSONLD},
		{"a.csv", "id,label\n1,x\n", ""},
		{"a.txt", "A badge for welding.", ""},
		{"a.txt", string(wide), rdf.Turtle},
	} {
		in := &input{File: source.NewFile(c.name, []byte(c.data)), head: []byte(c.data)}
		if got := syntaxOf(in); got != c.want {
			t.Errorf("%s %.40q is %q, want %q", c.name, c.data, got, c.want)
		}
	}
}

func TestClaimsSKOS(t *testing.T) {
	for data, want := range map[string]bool{
		`{"@graph": [{"@type": "skos:ConceptScheme"}]}`:                                   true,
		`[{"@type": ["http://www.w3.org/2004/02/skos/core#Concept"]}]`:                    true,
		`{"type": "ConceptScheme", "id": "x"}`:                                            true,
		`{"prefLabel": {"en": "x"}, "inScheme": [{"uri": "y"}]}`:                          true,
		`{"@context": {"Concept": "skos:Concept", "type": "ConceptScheme"}, "name": "x"}`: false,
		`{"type": ["VerifiableCredential"], "name": "x"}`:                                 false,
		`{"type": "Concept", "name": "x"}`:                                                false,
		`{"@type": "skos:Concept"`:                                                        false,
	} {
		in := &input{File: source.NewFile("a.json", []byte(data)), head: []byte(data)}
		if got := claimsSKOS(in); got != want {
			t.Errorf("%s: %v, want %v", data, got, want)
		}
	}
}

func TestMinted(t *testing.T) {
	for _, id := range []string{"A 1", "a:b/c%d+e#f", "Schweißen", "\xff", "1"} {
		iri := minted("concept", "mine", "1.0", id)
		if !strings.HasPrefix(iri, "urn:concord:concept:mine:1.0:") || strings.ContainsAny(iri, " +#/<>") {
			t.Errorf("minted %q: %s", id, iri)
		}
		if got := conceptURI(iri); string(got) != id {
			t.Errorf("%s reads back as %q, want %q", iri, got, id)
		}
	}
	if got := conceptURI("https://a.example/x"); got != "https://a.example/x" {
		t.Errorf("an IRI became %q", got)
	}
}

func TestVersionOf(t *testing.T) {
	for in, want := range map[string]string{"Version 2.1": "2.1", "v1.0": "1.0", "2026-02-03T10:00:00Z": "2026-02-03", "1.2": "1.2", "vocabulary": "vocabulary", "": ""} {
		if got := versionOf(in); got != want {
			t.Errorf("versionOf(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestLongBroaderChain checks that depth costs neither stack nor time.
func TestLongBroaderChain(t *testing.T) {
	var b strings.Builder
	b.WriteString("@prefix s: <http://www.w3.org/2004/02/skos/core#> .\n")
	const n = 20_000
	for i := range n {
		fmt.Fprintf(&b, "<https://v.example/%d> a s:Concept ; s:prefLabel \"c%d\"@en ; s:broader <https://v.example/%d> .\n", i, i, (i+1)%n)
	}
	set := &source.Set{Files: []*source.File{source.NewFile("chain.ttl", []byte(b.String()))}}
	_, ws, reports, err := importSet(t, set, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(ws[0].relations) != n || reports[0].Counts["broader-cycle"] != 1 {
		t.Errorf("%d relations, problems %v", len(ws[0].relations), reports[0].Counts)
	}
}

// TestRealSKOS reads every SKOS file there is.
func TestRealSKOS(t *testing.T) {
	type count struct{ Concepts, Labels, Relations, Mappings int }
	for _, c := range []struct {
		path     string
		ref      string
		count    count
		problems map[string]int
	}{
		{"oeh/digCompEdu.ttl", "european-framework-for-the-digital-competence-of-educators@unversioned", count{28, 56, 22, 28}, nil},
		{"oeh/digitalCompetencies.ttl", "kompetenzen-in-der-digitalen-welt-kmk@unversioned", count{89, 89, 83, 0}, nil},
		{"oeh/discipline.ttl", "discipline@2020-11-01", count{70, 178, 4, 2}, map[string]int{"dangling-relation": 79}},
		{"oeh/dqrCompetenceLevels.ttl", "competence-levels-according-to-dqr@unversioned", count{8, 8, 0, 0}, nil},
		{"oeh/educationalContext.ttl", "educational-context@2020-04-08", count{12, 33, 0, 35}, nil},
		{"oeh/eqfCompetenceLevels.ttl", "competence-levels-according-to-eqf@unversioned", count{8, 8, 0, 0}, nil},
		{"oeh/hochschulfaechersystematik.ttl", "", count{344, 1025, 335, 341}, nil},
		{"oeh/kldb.ttl", "", count{894, 1407, 884, 0}, map[string]int{"dangling-relation": 10, "kind-from-title": 2}},
		{"oeh/languageLevel.ttl", "common-european-framework-of-reference-for-languages-cefr@2020-08-04", count{15, 54, 12, 0}, nil},
		{"oeh/learningResourceType.ttl", "learning-resource-type@2020-04-08", count{38, 78, 0, 23}, nil},
		{"oeh/medienkompetenzrahmenNRW.ttl", "medienkompetenzrahmen-nrw@unversioned", count{30, 30, 24, 30}, nil},
		{"digcomp/digcomp.ttl", "digcomp-kompetenzen@unversioned", count{26, 26, 21, 0}, map[string]int{"blank-text": 1}},
		{"digcomp3/digcomp_dini.ttl", "digcomp-kompetenzen@unversioned", count{26, 26, 21, 0}, map[string]int{"blank-text": 1}},
		{"digcomp3/oeh_digCompEdu.ttl", "", count{28, 56, 22, 28}, nil},
		{"desm/docs/concepts/mappingPredicates.ttl", "", count{9, 9, 0, 0}, nil},
		{"desm/samples/mappingPredicates/testMappingPredicates.json", "", count{6, 6, 0, 0}, map[string]int{"bad-context": 1}},
		{"desm/samples/testControlledVocabs/ctdl-AudienceLevel.ttl", "", count{15, 15, 4, 0}, nil},
		// Its context is on the network, and with it what its prefixes mean.
		{"desm/samples/testControlledVocabs/ctdl-AudienceLevel.json", "", count{15, 15, 4, 0}, map[string]int{"context-not-read": 1, "unknown-prefix": 1}},
		{"desm/samples/testControlledVocabs/testSchema1.ttl", "", count{6, 6, 0, 0}, nil},
		{"desm/spec/fixtures/files/ASN_D2695955.ttl", "competency-index-for-linked-data@unversioned", count{206, 206, 200, 0}, nil},
	} {
		set := openReal(t, "skos", c.path)
		plans, _, reports, err := importSet(t, set, Options{Format: "skos"})
		if err != nil {
			t.Errorf("%s: %v", c.path, err)
			continue
		}
		r := reports[0]
		if got := (count{r.Concepts, r.Labels, r.Relations, r.Mappings}); got != c.count || c.ref != "" && plans[0].Release.Ref.String() != c.ref {
			t.Errorf("%s: %s %+v, want %s %+v", c.path, plans[0].Release.Ref, got, c.ref, c.count)
		}
		want := c.problems
		if want == nil {
			want = map[string]int{}
		}
		if diff := cmp.Diff(want, r.Counts); diff != "" {
			t.Errorf("%s: problems (-want +got)\n%s", c.path, diff)
		}
	}
	for path, want := range map[string]string{
		"desm/spec/fixtures/files/dwcterms.rdf":                     "holds 2251 triples but no skos:Concept",
		"desm/docs/ns/desmTerms.ttl":                                "holds 295 triples but no skos:Concept",
		"desm/docs/ns/desmTerms.rdf":                                "holds 281 triples but no skos:Concept",
		"desm/docs/ns/desmTerms.jsonld":                             "holds 295 triples but no skos:Concept",
		"digcomp3/DigComp_3.0_Data_Supplement_24_Nov_2025.jsonld":   "not valid JSON-LD",
		"digcomp3/DigComp_3.0_Data_Supplement_nl_unofficial.jsonld": "not valid JSON-LD",
		"desm/samples/mappingOutput/Mapping_Example.ttl":            "no skos:Concept",
	} {
		if _, _, _, err := importSet(t, openReal(t, "skos", path), Options{Format: "skos"}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
}

func openReal(t *testing.T, elem ...string) *source.Set {
	t.Helper()
	set, err := source.Open([]string{realData(t, elem...)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { set.Close() })
	return set
}

// TestRealSKOSInSeveralSyntaxes checks that the same data gives the same
// concepts, whichever syntax it is in.
func TestRealSKOSInSeveralSyntaxes(t *testing.T) {
	for _, same := range [][]string{
		{"spec/fixtures/files/ASN_D2695955.ttl", "spec/fixtures/files/ASN_D2695955.nt", "spec/fixtures/files/ASN_D2695955.rdf"},
		{"samples/testControlledVocabs/lrmi-educationalUse.ttl", "samples/testControlledVocabs/lrmi-educationalUse-df.json", "samples/testControlledVocabs/lrmi-educationalUse-raw.json"},
	} {
		var first []string
		for i, path := range same {
			_, ws, _, err := importSet(t, openReal(t, "skos", "desm", path), Options{Format: "skos"})
			if err != nil {
				t.Errorf("%s: %v", path, err)
				continue
			}
			lines := inOrder(ws[0])
			if i == 0 {
				first = lines
			} else if diff := cmp.Diff(first, lines); diff != "" {
				t.Errorf("%s and %s differ (-first +second)\n%s", same[0], path, diff)
			}
		}
	}
}

// inOrder shows concepts and relations in an order of their own, with
// white space folded, which pretty-printed XML has more of.
func inOrder(w *recorder) []string {
	var out []string
	for _, c := range w.concepts {
		var facts []string
		for _, l := range c.Labels {
			facts = append(facts, fmt.Sprintf("%s %s@%s", l.Kind, strings.Join(strings.Fields(l.Text), " "), l.Lang))
		}
		for _, n := range c.Notes {
			facts = append(facts, fmt.Sprintf("%s %s@%s", n.Kind, strings.Join(strings.Fields(n.Text), " "), n.Lang))
		}
		for _, p := range c.Properties {
			facts = append(facts, fmt.Sprintf(".%s %s", p.Name, strings.Join(strings.Fields(p.Value), " ")))
		}
		slices.Sort(facts)
		out = append(out, fmt.Sprintf("%s %s %q %v", c.URI, c.Kind, c.Code, facts))
	}
	for _, r := range w.relations {
		if r.Predicate == taxonomy.Related && r.Subject > r.Object {
			r.Subject, r.Object = r.Object, r.Subject
		}
		out = append(out, fmt.Sprint(r.Subject, r.Predicate, r.Object))
	}
	slices.Sort(out)
	return out
}

// TestRealESCOSlices reads the German slices of ESCO, one of them in SkoHub's
// JSON, and prints how long that took.
func TestRealESCOSlices(t *testing.T) {
	start := time.Now()
	set := openReal(t, "esco", "esco-skos-slices.zip")
	plans, _, err := Detect(set, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][3]int{
		"oeh_escoKnowledge_de.ttl":      {3375, 3991, 3375},
		"oeh_escoLanguageSkills_de.ttl": {365, 364, 365},
		"oeh_escoTransversal_de.ttl":    {3023, 3569, 3023},
		"oeh_escoSkills_index.json":     {10741, 14527, 10741},
	}
	got := map[string][3]int{}
	for _, p := range plans {
		w := newRecorder()
		r, err := p.Read(context.Background(), w, nil)
		if err != nil {
			t.Fatal(err)
		}
		got[p.in[0].Name] = [3]int{r.Concepts, r.Relations, r.Mappings}
		if other := len(r.Problems) - r.Counts["untyped-concept"] - r.Counts["no-context"] - r.Counts["context-not-read"]; other > 0 {
			t.Errorf("%s: problems %v", p.in[0].Name, r.Counts)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	t.Logf("%d slices in %v", len(plans), time.Since(start).Round(time.Millisecond))
}
