package rdf

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	knakk "github.com/knakk/rdf"
)

// decoded returns what knakk/rdf reads, nil and an error if it refuses.
func decoded(data []byte, f knakk.Format) (*Graph, error) {
	ts, err := knakk.NewTripleDecoder(strings.NewReader(string(data)), f).DecodeAll()
	if err != nil {
		return nil, err
	}
	g := &Graph{}
	for _, t := range ts {
		g.add(Triple{Subject: serial(t.Subj), Predicate: t.Pred.String(), Object: term(t.Obj)})
	}
	return g, nil
}

// facts are the triples of g without blank nodes' names, sorted.
func facts(g *Graph) []string {
	unnamed := func(s string) string {
		if strings.HasPrefix(s, "_:") {
			return "_:"
		}
		return s
	}
	var out []string
	for _, t := range g.Triples {
		o := t.Object
		if o.Kind == Blank {
			o.Value = "_:"
		}
		out = append(out, ntriples(&Graph{Triples: []Triple{{unnamed(t.Subject), t.Predicate, o, 0}}}))
	}
	slices.Sort(out)
	return out
}

// TestWhyNotKnakk holds the reasons why Turtle and RDF/XML are not given to
// knakk/rdf: valid documents that it refuses or reads wrongly. When one of
// them fails, knakk/rdf has learned to read it.
func TestWhyNotKnakk(t *testing.T) {
	const p = "@prefix e: <http://skills.example/> .\n"
	root := `<rdf:RDF xmlns:rdf="` + rdfNS + `" xmlns:e="http://skills.example/">`
	for _, c := range []struct {
		name   string
		format knakk.Format
		in     string
	}{
		{"semicolon before a bracket is refused", knakk.Turtle, p + "e:a e:p [ e:q 1 ; ] ."},
		{"an empty list as subject is refused", knakk.Turtle, p + "( ) e:p 1 ."},
		{"a number before a line break is refused", knakk.Turtle, p + "e:a e:p 1\n; e:q 2 ."},
		{"a quote at the start of a long text is refused", knakk.Turtle, p + `e:a e:p """"Hello" she said""" .`},
		{"a line that starts with # is lost in a long text", knakk.Turtle, p + "e:a e:p \"\"\"one\n# two\nthree\"\"\" ."},
		{"an escape after a quote stays in a long text", knakk.Turtle, p + `e:a e:p """a "\t" b""" .`},
		{"relative IRIs are appended to the base", knakk.Turtle, "@base <http://skills.example/v> .\n<a> <p> </b>, <../c> ."},
		{"blank nodes of that name are mixed up", knakk.Turtle, p + "_:b1 e:p e:x . e:y e:p [ e:q 1 ] . [] e:r _:b1 ."},
		{"the language of rdf:RDF is lost", knakk.RDFXML, strings.Replace(root, ">", ` xml:lang="de">`, 1) + `<e:T rdf:about="http://skills.example/a"><e:p>x</e:p></e:T></rdf:RDF>`},
		{"a text ends at a comment", knakk.RDFXML, root + `<rdf:Description rdf:about="http://skills.example/a"><e:p>x<!-- c -->y</e:p></rdf:Description></rdf:RDF>`},
		{"declarations of namespaces become triples", knakk.RDFXML, strings.Replace(strings.TrimSuffix(root, ">"), "<rdf:RDF", "<e:T", 1) + ` rdf:about="http://skills.example/a"><e:p>x</e:p></e:T>`},
		{"typed nodes in collections are refused", knakk.RDFXML, root + `<e:T rdf:about="http://skills.example/a"><e:p rdf:parseType="Collection"><e:T rdf:about="http://skills.example/b"/></e:p></e:T></rdf:RDF>`},
		{"entities are refused", knakk.RDFXML, `<!DOCTYPE rdf:RDF [<!ENTITY x "http://skills.example/">]>` + root + `<rdf:Description rdf:about="&x;a"><e:p>x</e:p></rdf:Description></rdf:RDF>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			syntax := Turtle
			if c.format == knakk.RDFXML {
				syntax = RDFXML
			}
			ours, err := Read("x", []byte(c.in), syntax)
			if err != nil {
				t.Fatal(err)
			}
			theirs, err := decoded([]byte(c.in), c.format)
			if err != nil {
				return
			}
			// Names of blank nodes count here: mixing them up is the defect.
			same := slices.Equal(facts(ours), facts(theirs))
			if strings.HasPrefix(c.name, "blank nodes") {
				same = countBlanks(ours) == countBlanks(theirs)
			}
			if same {
				t.Errorf("knakk/rdf reads this as we do:\n%s", ntriples(theirs))
			}
		})
	}
}

func countBlanks(g *Graph) int {
	names := map[string]bool{}
	for _, t := range g.Triples {
		for _, s := range []string{t.Subject, t.Object.Value} {
			if strings.HasPrefix(s, "_:") {
				names[s] = true
			}
		}
	}
	return len(names)
}

// TestLines checks N-Triples and N-Quads, with knakk/rdf and, where it
// refuses, without.
func TestLines(t *testing.T) {
	const triple = "<http://skills.example/a> <http://skills.example/p> "
	for _, c := range []struct {
		name   string
		syntax Syntax
		in     string
		want   string
		lines  []int
	}{
		{"N-Triples", NTriples, "# first\n\n" + triple + "\"a\\\"b\\u00e9\\\\\"@en . # c\r\n\t" + triple + "_:x.\n" + triple + "\"1\"^^<" + xsdNS + "integer>.", "<a> <p> \"a\\\"bé\\\\\"@en\n<a> <p> _:x\n<a> <p> \"1\"^^<xsd#integer>\n", []int{3, 4, 5}},
		{"N-Quads", NQuads, triple + "\"x\" <http://skills.example/g> .\n" + triple + "\"y\" .\n", "<a> <p> \"x\"\n<a> <p> \"y\"\n", []int{1, 2}},
		{"N-Quads that knakk/rdf is not given", NQuads, triple + "\"it is \\U00000078\" <http://skills.example/g> .\n", "<a> <p> \"it is x\"\n", []int{1}},
		{"Turtle under the name of N-Triples", NTriples, "@prefix e: <http://skills.example/> .\ne:a e:p e:b, e:c .", "<a> <p> <b>\n<a> <p> <c>\n", []int{2, 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, err := Read("x", []byte(c.in), c.syntax)
			if err != nil {
				t.Fatal(err)
			}
			if got := shortened.Replace(ntriples(g)); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
			var lines []int
			for _, tr := range g.Triples {
				lines = append(lines, tr.Line)
			}
			if !slices.Equal(lines, c.lines) {
				t.Errorf("lines %v, want %v", lines, c.lines)
			}
		})
	}
	for in, want := range map[string]string{
		triple + "\"x\" .\n" + triple + ".\n": "x.nt:2: column 53: not valid N-Triples: an object was expected, not “.”",
		// On these knakk/rdf's lexer panics.
		triple + "\"\"\"\"x\" .\n": "x.nt:1: column 53: not valid N-Triples: the string that starts here has no closing quote",
		triple + "<http":           "x.nt:1: column 53: not valid N-Triples: the IRI that starts here has no “>”",
	} {
		if _, err := Read("x.nt", []byte(in), NTriples); err == nil || err.Error() != want {
			t.Errorf("%q:\n got %v\nwant %s", in, err, want)
		}
	}
}

// TestAgreesOnRealFiles reads real Turtle files with both readers.
func TestAgreesOnRealFiles(t *testing.T) {
	data := filepath.Join("..", "..", "..", "shared", "data")
	if _, err := os.Stat(data); err != nil {
		t.Skip("real files are not here: ../shared/data is missing beside the repository")
	}
	files, triples := 0, 0
	err := filepath.WalkDir(filepath.Join(data, "skos"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".ttl" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		g, err := Read(path, text, Turtle)
		if err != nil {
			t.Error(err)
			return nil
		}
		theirs, err := decoded(text, knakk.Turtle)
		if err != nil {
			t.Logf("knakk/rdf refuses %s: %v", path, err)
			return nil
		}
		if !slices.Equal(facts(g), facts(theirs)) {
			t.Errorf("%s: the two readers differ", path)
		}
		files++
		triples += len(g.Triples)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 30 || triples < 15_000 {
		t.Errorf("compared %d files, %d triples; there are more", files, triples)
	}
}
