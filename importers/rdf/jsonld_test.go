package rdf

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// skosShort writes SKOS and Dublin Core IRIs short too.
var skosShort = strings.NewReplacer("<http://www.w3.org/2004/02/skos/core#", "<skos#", "<http://purl.org/dc/terms/", "<dct#")

func TestJSONLD(t *testing.T) {
	for _, c := range []struct{ name, in, want, slips string }{
		{"own context", `{"@context": {"@base": "http://skills.example/", "skos": "http://www.w3.org/2004/02/skos/core#", "name": {"@id": "skos:prefLabel", "@language": "de"}},
			"@id": "a", "@type": "skos:Concept", "name": "x", "skos:broader": {"@id": "b"}}`,
			"<a> <rdf#type> <skos#Concept>\n<a> <skos#broader> <b>\n<a> <skos#prefLabel> \"x\"@de\n", ""},
		{"graph, list, reverse, numbers", `{"@context": {"e": "http://skills.example/", "parts": {"@id": "e:parts", "@container": "@list"}, "up": {"@reverse": "e:down"}},
			"@graph": [{"@id": "e:a", "parts": [1, 2.5, true], "up": {"@id": "e:b"}}]}`,
			"<b> <down> <a>\n<a> <parts> _:.1\n_:.1 <rdf#first> \"1\"^^<xsd#integer>\n_:.1 <rdf#rest> _:.2\n_:.2 <rdf#first> \"2.5\"^^<xsd#double>\n_:.2 <rdf#rest> _:.3\n_:.3 <rdf#first> \"true\"^^<xsd#boolean>\n_:.3 <rdf#rest> <rdf#nil>\n", ""},
		{"a context on the network", `{"@context": "https://vocab.example/context.json", "id": "http://skills.example/a", "type": "Concept", "prefLabel": {"en": "x", "de": ["y", "z"]}, "broader": "http://skills.example/b", "colour": "red"}`,
			"<a> <rdf#type> <skos#Concept>\n<a> <skos#broader> <b>\n<a> <skos#prefLabel> \"x\"@en\n<a> <skos#prefLabel> \"y\"@de\n<a> <skos#prefLabel> \"z\"@de\n",
			"context-not-read contexts are not fetched from the network: https://vocab.example/context.json; read as the terms of SKOS and Dublin Core: broader, prefLabel; left out: colour (to have them read, define them in the document's @context)"},
		{"no context, as SkoHub's and JSKOS's files", `[{"uri": "http://skills.example/a", "type": ["http://www.w3.org/2004/02/skos/core#Concept"], "prefLabel": {"en": "x"}, "narrower": [{"uri": "http://skills.example/b", "prefLabel": {"en": "y"}}]}]`,
			"<a> <rdf#type> <skos#Concept>\n<a> <skos#narrower> <b>\n<b> <skos#prefLabel> \"y\"@en\n<a> <skos#prefLabel> \"x\"@en\n",
			"no-context the document has no @context; read as the terms of SKOS and Dublin Core: prefLabel, narrower"},
		{"expanded, which needs no context", `[{"@id": "http://skills.example/a", "http://skills.example/p": [{"@value": "x", "@language": "en"}, {"@value": "2", "@type": "http://www.w3.org/2001/XMLSchema#date"}]}]`,
			"<a> <p> \"x\"@en\n<a> <p> \"2\"^^<xsd#date>\n", ""},
		{"terms the context forgets", `{"@context": {"id": "@id", "type": "@type", "Concept": "http://www.w3.org/2004/02/skos/core#Concept"}, "id": "http://skills.example/a", "type": "Concept", "definition": {"en-US": "x"}}`,
			"<a> <rdf#type> <skos#Concept>\n<a> <skos#definition> \"x\"@en-us\n",
			"undefined-terms its @context does not define every name it uses; read as the terms of SKOS and Dublin Core: definition"},
		{"a context that is wrong", `{"@context": {"skos": "http://www.w3.org/2004/02/skos/core#", "skos:prefLabel": {"@id": "skos:skos:prefLabel"}}, "@id": "http://skills.example/a", "skos:prefLabel": "x"}`,
			"<a> <skos#prefLabel> \"x\"\n",
			"bad-context not valid JSON-LD: invalid IRI mapping; check its @context; it is read without the terms that look like prefixed names"},
		{"prefixes that only the network knows", `{"@context": ["https://vocab.example/context.json"], "@id": "lvl:1", "@type": "skos:Concept", "x:colour": "red"}`,
			"<lvl:1> <rdf#type> <skos#Concept>\n<lvl:1> <x:colour> \"red\"\n",
			"unknown-prefix nothing here says what these prefixes mean: lvl, x; the names that use them are kept as they are written (declare the prefixes in the document's @context)\ncontext-not-read contexts are not fetched from the network: https://vocab.example/context.json"},
		{"relative without a base", `{"@id": "a/1", "@type": "skos:Concept", "skos:prefLabel": "x"}`, "<a/1> <rdf#type> <skos#Concept>\n<a/1> <skos#prefLabel> \"x\"\n", ""},
		{"slips of the JSON", "\ufeff" + `{"@id": "http://skills.example/a", "http://skills.example/p": 1, "http://skills.example/p": NaN}`,
			"<a> <p> \"NaN\"\n", "byte-order-mark starts with a byte order mark, which JSON does not allow\nnot-a-number /http:~1~1skills.example~1p NaN is not JSON\nduplicate-key /http:~1~1skills.example~1p"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, err := Read("x.jsonld", []byte(c.in), JSONLD)
			if err != nil {
				t.Fatal(err)
			}
			got := skosShort.Replace(shortened.Replace(ntriples(g)))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			var slips []string
			for _, s := range g.Slips {
				slips = append(slips, s.Code+" "+s.Text)
			}
			if all := strings.Join(slips, "\n"); !strings.HasPrefix(all, c.slips) || c.slips == "" && all != "" {
				t.Errorf("slips\n%s\nwant\n%s", all, c.slips)
			}
		})
	}
}

func TestJSONLDLinesAndErrors(t *testing.T) {
	g, err := Read("x.jsonld", []byte("{\"@graph\": [\n  {\"@id\": \"http://skills.example/a\", \"@type\": \"skos:Concept\"},\n  {\"@id\": \"esco:b\",\n   \"@type\": \"skos:Concept\"}]}"), JSONLD)
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Triples) != 2 || g.Triples[0].Line != 2 || g.Triples[1].Line != 3 {
		t.Errorf("got %+v", g.Triples)
	}
	for in, want := range map[string]string{
		`{"@id": }`: "x.jsonld:1: column 9: not valid JSON: a value was expected, not \"}\"",
		`{"@context": {"a": {"@id": 1}}, "a": 1}`: "x.jsonld: not valid JSON-LD: invalid IRI mapping; check its @context",
	} {
		if _, err := Read("x.jsonld", []byte(in), JSONLD); err == nil || err.Error() != want {
			t.Errorf("%s:\n got %v\nwant %s", in, err, want)
		}
	}
}
