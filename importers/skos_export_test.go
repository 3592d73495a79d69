package importers

import (
	"bytes"
	"context"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/importers/source"
	"concord/taxonomy"
)

// recorded reads what a recorder holds, in the orders a Reader promises.
type recorded struct {
	taxonomy.Reader // what the export does not call
	w               *recorder
	ref             taxonomy.Ref
}

func (r recorded) Release(context.Context, taxonomy.Ref) (*taxonomy.Release, error) {
	release := r.w.release
	release.Ref = r.ref
	return &release, nil
}

func (r recorded) Concepts(context.Context, taxonomy.Filter) iter.Seq2[*taxonomy.Concept, error] {
	concepts := slices.SortedFunc(slices.Values(r.w.concepts), func(a, b *taxonomy.Concept) int { return strings.Compare(string(a.URI), string(b.URI)) })
	return func(yield func(*taxonomy.Concept, error) bool) {
		for _, c := range concepts {
			if !yield(c, nil) {
				return
			}
		}
	}
}

func (r recorded) Relations(context.Context, taxonomy.RelationFilter) iter.Seq2[taxonomy.Relation, error] {
	key := func(x taxonomy.Relation) string {
		return string(x.Subject) + "\x00" + string(x.Predicate) + "\x00" + string(x.Object)
	}
	relations := slices.SortedFunc(slices.Values(r.w.relations), func(a, b taxonomy.Relation) int { return strings.Compare(key(a), key(b)) })
	return func(yield func(taxonomy.Relation, error) bool) {
		for _, x := range relations {
			if !yield(x, nil) {
				return
			}
		}
	}
}

func (r recorded) Mappings(_ context.Context, u taxonomy.URI) ([]taxonomy.Mapping, error) {
	var out []taxonomy.Mapping
	for _, m := range r.w.mappings {
		if m.Subject == u || m.Object == u {
			out = append(out, m)
		}
	}
	return out, nil
}

// exported writes w as SKOS.
func exported(t testing.TB, w *recorder, ref taxonomy.Ref) (string, []Loss) {
	t.Helper()
	var b bytes.Buffer
	losses, err := exportSKOS(context.Background(), &b, recorded{w: w, ref: ref}, ref)
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), losses
}

// imported reads SKOS text into a recorder.
func imported(t testing.TB, name, text string) (*Plan, *recorder, *Report) {
	t.Helper()
	plans, _, err := Detect(&source.Set{Files: []*source.File{source.NewFile(name, []byte(text))}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := newRecorder()
	report, err := plans[0].Read(context.Background(), w, nil)
	if err != nil {
		t.Fatal(err)
	}
	return plans[0], w, report
}

func TestExportSKOS(t *testing.T) {
	w := newRecorder()
	half, ref := 0.5, taxonomy.Ref{Scheme: "mine", Version: "1.0"}
	w.release = taxonomy.Release{Title: "My \"own\" list", Publisher: "Me", License: "https://licence.example/by/4.0"}
	for _, c := range []*taxonomy.Concept{
		{URI: "C 1", Kind: taxonomy.Skill, Code: "C1", Labels: []taxonomy.Label{{Kind: taxonomy.PrefLabel, Lang: "de", Text: "Schweißen"}, {Kind: taxonomy.PrefLabel, Text: "weld\\ \"it\""}, {Kind: taxonomy.AltLabel, Lang: "en_x!", Text: "weld"}},
			Notes:      []taxonomy.Note{{Kind: taxonomy.Definition, Lang: "en", Text: "One line\nand another."}},
			Properties: []taxonomy.Property{{Name: "reuseLevel", Value: "cross-sector"}, {Name: taxonomy.PropCollection, Value: "digital"}, {Name: "dct:source", Value: "https://a.example/b"}, {Name: "rdf:type", Value: "x y"}}},
		{URI: "https://a.example/2", Kind: taxonomy.Occupation, Labels: []taxonomy.Label{{Kind: taxonomy.PrefLabel, Lang: "en", Text: "welder"}}, Deprecated: true, ReplacedBy: []taxonomy.URI{"C 1"}},
		{URI: "https://a.example/3", Kind: taxonomy.Skill, Labels: []taxonomy.Label{{Kind: taxonomy.PrefLabel, Lang: "en", Text: "metal work"}}, Properties: []taxonomy.Property{{Name: taxonomy.PropCollection, Value: "digital"}}},
	} {
		if err := w.PutConcept(c); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range []taxonomy.Relation{
		{Subject: "C 1", Predicate: taxonomy.EssentialFor, Object: "https://a.example/2"},
		{Subject: "C 1", Predicate: taxonomy.Broader, Object: "https://a.example/3"},
		{Subject: "C 1", Predicate: taxonomy.RatedFor, Object: "https://a.example/2", Importance: &half, Qualifier: "core"},
	} {
		if _, err := w.PutRelation(r); err != nil {
			t.Fatal(err)
		}
	}
	w.sets = []taxonomy.MappingSet{{ID: "s"}}
	w.mappings = []taxonomy.Mapping{
		{Set: "s", Subject: "C 1", Predicate: taxonomy.ExactMatch, Object: "https://b.example/1", Justification: taxonomy.ManualCuration, Confidence: &half, Author: "me"},
		{Set: "s", Subject: "C 1", Predicate: "sssom:NoTermFound", Object: "https://b.example/2", Justification: taxonomy.Unspecified},
		{Set: "s", Subject: "C 1", Predicate: taxonomy.CloseMatch, Object: "no uri", Justification: taxonomy.Unspecified},
		{Set: "s", Subject: "https://b.example/3", Predicate: taxonomy.CloseMatch, Object: "C 1", Justification: taxonomy.Unspecified},
	}
	const want = `@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix esco: <http://data.europa.eu/esco/model#> .

<urn:concord:scheme:mine:1.0> a skos:ConceptScheme ;
    <urn:concord:release> "mine@1.0" ;
    dct:title "My \"own\" list" ;
    owl:versionInfo "1.0" ;
    dct:publisher "Me" ;
    dct:license <https://licence.example/by/4.0> .

<urn:concord:concept:mine:1.0:C%201> a skos:Concept ;
    skos:prefLabel "Schweißen"@de ;
    skos:prefLabel "weld\\ \"it\"" ;
    skos:altLabel "weld" ;
    skos:notation "C1" ;
    skos:definition "One line\nand another."@en ;
    skos:inScheme <urn:concord:scheme:mine:1.0> ;
    esco:isEssentialSkillFor <https://a.example/2> ;
    <urn:concord:relation:onet%3AisRatedFor> <https://a.example/2> ;
    skos:broader <https://a.example/3> ;
    <urn:concord:property:reuseLevel> "cross-sector" ;
    <http://purl.org/dc/terms/source> "https://a.example/b" ;
    <urn:concord:property:rdf%3Atype> "x y" ;
    skos:exactMatch <https://b.example/1> .

<https://a.example/2> a skos:Concept ;
    <urn:concord:kind> "occupation" ;
    skos:prefLabel "welder"@en ;
    skos:inScheme <urn:concord:scheme:mine:1.0> ;
    skos:topConceptOf <urn:concord:scheme:mine:1.0> ;
    owl:deprecated true ;
    dct:isReplacedBy <urn:concord:concept:mine:1.0:C%201> .

<https://a.example/3> a skos:Concept ;
    skos:prefLabel "metal work"@en ;
    skos:inScheme <urn:concord:scheme:mine:1.0> ;
    skos:topConceptOf <urn:concord:scheme:mine:1.0> .

<urn:concord:collection:digital> a skos:Collection ;
    skos:prefLabel "digital" ;
    skos:member <urn:concord:concept:mine:1.0:C%201> ;
    skos:member <https://a.example/3> .
`
	got, losses := exported(t, w, ref)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if again, _ := exported(t, w, ref); again != got {
		t.Error("a second export has other bytes")
	}
	wantLost := []Loss{{"author, date and comment of a mapping", 1}, {"confidence of a mapping", 1}, {"importance and level of a relation", 1}, {"justification of a mapping", 1},
		{"language tag that is none", 1}, {"mapping to what has no URI", 1}, {"mapping whose predicate is not one of SKOS", 1}, {"qualifier of a relation", 1}}
	if diff := cmp.Diff(wantLost, losses); diff != "" {
		t.Errorf("losses (-want +got)\n%s", diff)
	}
	plan, back, report := imported(t, "export.ttl", got)
	if plan.Release.Ref != ref || back.release.Title != w.release.Title || back.release.URI != "" || len(report.Problems) > 0 {
		t.Errorf("read back as %s, %+v, problems %v", plan.Release.Ref, back.release, report.Problems)
	}
	w.concepts[0].Labels[2].Lang = "" // what was lost
	if diff := cmp.Diff(inOrder(w), inOrder(back)); diff != "" {
		t.Errorf("read back (-want +got)\n%s", diff)
	}
}

// TestExportSKOSRoundTrip exports what the fixtures and the real files hold,
// and reads the same back.
func TestExportSKOSRoundTrip(t *testing.T) {
	for _, path := range []string{"oeh/kldb.ttl", "oeh/digCompEdu.ttl", "oeh/discipline.ttl", "oeh/hochschulfaechersystematik.ttl", "oeh/languageLevel.ttl", "desm/spec/fixtures/files/ASN_D2695955.nt", "desm/samples/testControlledVocabs/testSchema1.json"} {
		plans, ws, reports, err := importSet(t, openReal(t, "skos", path), Options{Format: "skos"})
		if err != nil {
			t.Fatal(err)
		}
		text, losses := exported(t, ws[0], plans[0].Release.Ref)
		plan, back, report := imported(t, "export.ttl", text)
		if len(losses) > 0 || plan.Release.Ref != plans[0].Release.Ref {
			t.Errorf("%s: losses %v, read back as %s, was %s", path, losses, plan.Release.Ref, plans[0].Release.Ref)
		}
		if diff := cmp.Diff(inOrder(ws[0]), inOrder(back)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", path, diff)
		}
		if report.Mappings != reports[0].Mappings {
			t.Errorf("%s: %d mappings, were %d", path, report.Mappings, reports[0].Mappings)
		}
	}
}

// FuzzSKOS checks that reading does not panic, that every concept put is
// valid, and that what is exported is read back the same.
func FuzzSKOS(f *testing.F) {
	const p = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix : <https://v.example/> .\n"
	f.Add("a.ttl", p+":a a skos:Concept ; skos:prefLabel \"x\"@en, \"y\"@en ; skos:broader :b ; skos:notation \"1\" ; skos:exactMatch <https://o.example/1> .\n:b skos:narrower :a ; skos:altLabel \"z\" ; a skos:Concept ; <https://x.example/p> 1 .")
	f.Add("a.ttl", p+":a a skos:Concept ; skos:broaderTransitive :b, :c ; skos:related :a . :b a skos:Concept ; skos:broaderTransitive :c . :c skos:prefLabel \"c\" . [] skos:member :a ; skos:memberList (:b :c) .")
	f.Add("a.rdf", `<rdf:RDF xmlns:rdf="`+nsRDF+`" xmlns:skos="`+nsSKOS+`"><skos:Concept rdf:about="https://v.example/a"><skos:prefLabel xml:lang="en">x</skos:prefLabel></skos:Concept></rdf:RDF>`)
	f.Add("a.json", `[{"id": "a", "type": "Concept", "prefLabel": {"en": "x"}, "narrower": [{"id": "b", "prefLabel": {"de": "y"}}]}]`)
	f.Fuzz(func(t *testing.T, name, text string) {
		plans, _, err := Detect(&source.Set{Files: []*source.File{source.NewFile(name, []byte(text))}}, Options{Format: "skos"})
		if err != nil {
			return
		}
		w := newRecorder()
		if _, err := plans[0].Read(context.Background(), w, nil); err != nil {
			return
		}
		for _, c := range w.concepts {
			if err := c.Validate(); err != nil {
				t.Fatal(err)
			}
			for _, l := range c.Labels {
				if l.Text != strings.TrimSpace(l.Text) || strings.ContainsAny(l.Text, "\n\r") {
					t.Fatalf("label %q", l.Text)
				}
			}
		}
		out, losses := exported(t, w, plans[0].Release.Ref)
		_, back, _ := imported(t, "export.ttl", out)
		if len(losses) == 0 && !slices.Equal(inOrder(w), inOrder(back)) {
			t.Fatalf("read\n%s\nexported\n%s\nread back\n%s\n%s", w.dump(), out, back.dump(), cmp.Diff(inOrder(w), inOrder(back)))
		}
	})
}
