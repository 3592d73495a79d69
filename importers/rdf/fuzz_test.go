package rdf

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	knakk "github.com/knakk/rdf"

	"concord/taxonomy"
)

// checked reads data and checks what every graph must hold.
func checked(t *testing.T, data []byte, syntax Syntax) *Graph {
	g, err := Read("x", data, syntax)
	if err != nil {
		if !errors.Is(err, taxonomy.ErrInvalid) {
			t.Fatalf("not an ErrInvalid: %v", err)
		}
		return nil
	}
	for _, tr := range g.Triples {
		if tr.Predicate == "" && syntax != Turtle && syntax != NTriples && syntax != NQuads {
			t.Fatalf("no predicate in %+v", tr)
		}
		if o := tr.Object; o.Kind != Literal && (o.Lang != "" || o.Datatype != "") || o.Lang != "" && o.Datatype != "" || (o.Kind == Blank) != strings.HasPrefix(o.Value, "_:") && o.Kind != Literal {
			t.Fatalf("no such term: %+v", o)
		}
	}
	return g
}

// FuzzTurtle checks that reading does not panic, and that N-Triples written
// from what was read give the same triples, also through knakk/rdf.
func FuzzTurtle(f *testing.F) {
	for _, s := range []string{
		"@prefix : <http://skills.example/> .\n:a a :T ; :p \"x\"@en, 'y'^^:d, \"\"\"z\n# \"\"\" ; :q [ :r ( 1 2.5 true ) ; ] .",
		"PREFIX e: <http://skills.example/>\nBASE <http://skills.example/v/>\n<x> e:p <../y>, _:b . _:b e:q [] .",
		"( ) <p> \"\\u00e9\\\"\" . [ <p> 1e3 ] .", "e:a e:p e: . # c", `<http://skills.example/\u0041> <p> """"x""" .`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		g := checked(t, data, Turtle)
		if g == nil || !utf8.Valid(data) {
			return
		}
		lines := written(g)
		if lines == "" {
			return
		}
		again, err := Read("y", []byte(lines), Turtle)
		if err != nil {
			t.Fatalf("written as N-Triples it cannot be read: %v\n%s", err, lines)
		}
		if !slices.Equal(facts(g), facts(again)) {
			t.Fatalf("read\n%s\nwritten and read again\n%s", ntriples(g), ntriples(again))
		}
		if theirs, err := decoded([]byte(lines), knakk.NTriples); err == nil && !slices.Equal(facts(g), facts(theirs)) {
			t.Fatalf("read\n%s\nknakk/rdf reads\n%s", ntriples(g), ntriples(theirs))
		}
	})
}

// written writes g as N-Triples with every character outside ASCII escaped;
// it is blank where an IRI could not stand in them.
func written(g *Graph) string {
	var b strings.Builder
	node := func(s string) bool {
		if label, ok := strings.CutPrefix(s, "_:"); ok {
			b.WriteString("_:x" + strings.Map(func(r rune) rune {
				if r < utf8.RuneSelf && isAlphanumeric(byte(r)) {
					return r
				}
				return 'z'
			}, label) + " ")
			return true
		}
		if !hasScheme(s) || strings.HasSuffix(s, ":") || strings.ContainsFunc(s, func(r rune) bool { return r >= 0x7F || badInIRI(byte(r)) }) {
			return false
		}
		b.WriteString("<" + s + "> ")
		return true
	}
	for _, t := range g.Triples {
		if !node(t.Subject) || !node(t.Predicate) {
			return ""
		}
		o := t.Object
		if o.Kind != Literal {
			if !node(o.Value) {
				return ""
			}
			b.WriteString(".\n")
			continue
		}
		b.WriteByte('"')
		for _, r := range o.Value {
			if r < ' ' || r == '"' || r == '\\' || r >= 0x7F {
				const hex = "0123456789ABCDEF"
				b.WriteString(`\U`)
				for shift := 28; shift >= 0; shift -= 4 {
					b.WriteByte(hex[r>>shift&15])
				}
				continue
			}
			b.WriteRune(r)
		}
		b.WriteString(`" `)
		if o.Lang != "" {
			if strings.HasSuffix(o.Lang, "-") || strings.Contains(o.Lang, "--") || strings.IndexAny(o.Lang, "0123456789") == 0 {
				return ""
			}
			b.WriteString("@" + o.Lang + " ")
		}
		if o.Datatype != "" {
			b.WriteString("^^")
			if !node(o.Datatype) {
				return ""
			}
		}
		b.WriteString(".\n")
	}
	return b.String()
}

func FuzzLines(f *testing.F) {
	f.Add([]byte("<http://skills.example/a> <http://skills.example/p> \"x\\\"\"@en . # c\n_:a <http://skills.example/p> \"1\"^^<http://skills.example/d> <http://skills.example/g> .\n"))
	f.Add([]byte("<a:b> <a:b> \"\"\"\"x\" .\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		checked(t, data, NTriples)
		checked(t, data, NQuads)
	})
}

func FuzzRDFXML(f *testing.F) {
	f.Add([]byte(wrapped(`<T rdf:about="http://skills.example/a" xml:lang="en"><p>x</p><p rdf:resource="#b"/><q rdf:parseType="Resource"><p/></q><q rdf:parseType="Collection"><T rdf:ID="c"/></q><q rdf:parseType="Literal"><b/>x</q><rdf:li rdf:nodeID="n"/></T>`)))
	f.Add([]byte("<!DOCTYPE rdf:RDF [<!ENTITY x 'http://skills.example/'>]>" + wrapped(`<rdf:Description rdf:about="&x;a"><p><T/></p></rdf:Description>`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		checked(t, data, RDFXML)
	})
}

func FuzzJSONLD(f *testing.F) {
	f.Add([]byte(`{"@context": {"e": "http://skills.example/", "p": {"@id": "e:p", "@container": "@list"}}, "@id": "e:a", "p": [1, "x", {"@id": "e:b"}], "prefLabel": {"en": "x"}}`))
	f.Add([]byte(`[{"id": "a", "type": "Concept", "narrower": [{"id": "b"}]}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		checked(t, data, JSONLD)
	})
}
