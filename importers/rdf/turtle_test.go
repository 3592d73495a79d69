package rdf

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ntriples shows a graph, one triple a line.
func ntriples(g *Graph) string {
	var b strings.Builder
	name := func(s string) string {
		if strings.HasPrefix(s, "_:") {
			return s
		}
		return "<" + s + ">"
	}
	for _, t := range g.Triples {
		fmt.Fprintf(&b, "%s %s ", name(t.Subject), name(t.Predicate))
		if o := t.Object; o.Kind != Literal {
			b.WriteString(name(o.Value))
		} else {
			fmt.Fprintf(&b, "%q", o.Value)
			if o.Lang != "" {
				b.WriteString("@" + o.Lang)
			}
			if o.Datatype != "" {
				b.WriteString("^^<" + o.Datatype + ">")
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// shortened writes IRIs of ex: and rdf: short, so that tables stay readable.
var shortened = strings.NewReplacer("<http://skills.example/", "<", "<"+rdfNS, "<rdf#", "<"+xsdNS, "<xsd#")

func TestTurtle(t *testing.T) {
	const p = "@prefix : <http://skills.example/> .\n"
	for _, c := range []struct{ name, in, want string }{
		{"empty", "  # nothing\n", ""},
		{"one triple", "<http://a.example/x> <http://a.example/p> <http://a.example/y>.", "<http://a.example/x> <http://a.example/p> <http://a.example/y>\n"},
		{"lists of predicates and objects", p + `:a :p :b , :c ; :q "x" .`, "<a> <p> <b>\n<a> <p> <c>\n<a> <q> \"x\"\n"},
		{"semicolons at the end", p + `:a :p :b ;; :q :c ; . :b :p :c;.`, "<a> <p> <b>\n<a> <q> <c>\n<b> <p> <c>\n"},
		{"semicolon before a bracket", p + `:a :p [ :q 1 ; ] ; .`, "<a> <p> _:.1\n_:.1 <q> \"1\"^^<xsd#integer>\n"},
		{"semicolon after a blank node property list", p + `:a :p [ :q :b ] ; :r :c .`, "<a> <p> _:.1\n_:.1 <q> <b>\n<a> <r> <c>\n"},
		{"property list as subject", p + "[ :p :a ; ] :q :b .\n[ :r :c ] .\n[] :s :d .", "_:.1 <p> <a>\n_:.1 <q> <b>\n_:.2 <r> <c>\n_:.3 <s> <d>\n"},
		{"anonymous over lines", p + ":a :p [\n] .", "<a> <p> _:.1\n"},
		{"labels are not the names of anonymous nodes", p + `_:b1 :p [ :q _:b1 ] .`, "_:b1 <p> _:.1\n_:.1 <q> _:b1\n"},
		{"a label with dots", p + `_:a.b :p _:c.`, "_:a.b <p> _:c\n"},
		{"collection", p + `:a :p ( 1 "b" ( ) ) .`, "<a> <p> _:.1\n_:.1 <rdf#first> \"1\"^^<xsd#integer>\n_:.1 <rdf#rest> _:.2\n_:.2 <rdf#first> \"b\"\n_:.2 <rdf#rest> _:.3\n_:.3 <rdf#first> <rdf#nil>\n_:.3 <rdf#rest> <rdf#nil>\n"},
		{"collection as subject", p + `( :x ) :p :b . ( ) :p :c .`, "_:.1 <rdf#first> <x>\n_:.1 <rdf#rest> <rdf#nil>\n_:.1 <p> <b>\n<rdf#nil> <p> <c>\n"},
		{"a and names that start with it", p + `@prefix a: <http://skills.example/a-> . :x a :T ; a:a :b . a:b a <http://skills.example/U> .`, "<x> <rdf#type> <T>\n<x> <a-a> <b>\n<a-b> <rdf#type> <U>\n"},
		{"a before a bracket", p + `:x a[].`, "<x> <rdf#type> _:.1\n"},
		{"SPARQL directives", "PREFIX e: <http://skills.example/>\nbase <http://skills.example/v/>\n<x> e:p <../y> .", "<v/x> <p> <y>\n"},
		{"prefixes that look like keywords", "@prefix prefix: <http://skills.example/p-> . @prefix base: <http://skills.example/b-> . @prefix true: <http://skills.example/t-> .\nprefix:a base:b true:c .", "<p-a> <b-b> <t-c>\n"},
		{"a blank before the colon", "@prefix e : <http://skills.example/> . e:a e:p e: .", "<a> <p> <>\n"},
		{"a prefix declared again", "@prefix e: <http://skills.example/1/> . e:a e:p e:b . @prefix e: <http://skills.example/2/> . e:a e:p e:b .", "<1/a> <1/p> <1/b>\n<2/a> <2/p> <2/b>\n"},
		{"local names", p + `:a.b :p :c%20d , :e\,f , :4x , :x:y , :ä-ö .`, "<a.b> <p> <c%20d>\n<a.b> <p> <e,f>\n<a.b> <p> <4x>\n<a.b> <p> <x:y>\n<a.b> <p> <ä-ö>\n"},
		{"language and datatype", p + `:a :p "x"@en-US , "y" @de , "2"^^:d , "z" ^^ <http://www.w3.org/2001/XMLSchema#string> .`, "<a> <p> \"x\"@en-US\n<a> <p> \"y\"@de\n<a> <p> \"2\"^^<d>\n<a> <p> \"z\"\n"},
		{"numbers and booleans", p + `:a :p 1, -2.5, +.5, 1e3, 1.E-3, true, false.`, "<a> <p> \"1\"^^<xsd#integer>\n<a> <p> \"-2.5\"^^<xsd#decimal>\n<a> <p> \"+.5\"^^<xsd#decimal>\n<a> <p> \"1e3\"^^<xsd#double>\n<a> <p> \"1.E-3\"^^<xsd#double>\n<a> <p> \"true\"^^<xsd#boolean>\n<a> <p> \"false\"^^<xsd#boolean>\n"},
		{"a number ends a statement", p + ":a :p 1.\n:b :p 2\n.", "<a> <p> \"1\"^^<xsd#integer>\n<b> <p> \"2\"^^<xsd#integer>\n"},
		{"quotes", p + `:a :p 'x "y"' , "it's" , "\"" , "" , '' .`, "<a> <p> \"x \\\"y\\\"\"\n<a> <p> \"it's\"\n<a> <p> \"\\\"\"\n<a> <p> \"\"\n<a> <p> \"\"\n"},
		{"escapes", p + `:a :p "t\tn\n\\ \u00e9\U0001F600" .`, "<a> <p> \"t\\tn\\n\\\\ é😀\"\n"},
		{"escapes in IRIs", `<http://skills.example/\u00e9> <http://skills.example/p> <http://skills.example/x> .`, "<é> <p> <x>\n"},
		{"long texts keep their # lines", p + ":a :p \"\"\"one\n# two\nthree\"\"\" , '''x''' , \"\"\"\"\"\" .", "<a> <p> \"one\\n# two\\nthree\"\n<a> <p> \"x\"\n<a> <p> \"\"\n"},
		{"quotes at the edges of long texts", p + `:a :p """"Yes" she said""" , """she said "yes"""" , """a "\t" b""" .`, "<a> <p> \"\\\"Yes\\\" she said\"\n<a> <p> \"she said \\\"yes\\\"\"\n<a> <p> \"a \\\"\\t\\\" b\"\n"},
		{"base", "@base <http://skills.example/v/1?x=1> .\n<> <#p> <a>, <./b>, <../c>, </d>, <?q>, <//other.example/e> .", "<v/1?x=1> <v/1?x=1#p> <v/a>\n<v/1?x=1> <v/1?x=1#p> <v/b>\n<v/1?x=1> <v/1?x=1#p> <c>\n<v/1?x=1> <v/1?x=1#p> <d>\n<v/1?x=1> <v/1?x=1#p> <v/1?q>\n<v/1?x=1> <v/1?x=1#p> <http://other.example/e>\n"},
		{"a relative base", "@base <http://skills.example/v/> . @base <w/> . @prefix e: <e#> . <x> e:p <y> .", "<v/w/x> <v/w/e#p> <v/w/y>\n"},
		{"no base keeps IRIs relative", "<x> <#p> <> .", "<x> <#p> <>\n"},
		{"comments and CRLF", p + ":a # subject\r\n  :p # predicate\r\n  :b . # end", "<a> <p> <b>\n"},
		{"a well-known prefix is not declared", "<http://skills.example/a> skos:broader <http://skills.example/b> .", "<a> <http://www.w3.org/2004/02/skos/core#broader> <b>\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, err := Read("x.ttl", []byte(c.in), Turtle)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, shortened.Replace(ntriples(g))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestTurtleErrors(t *testing.T) {
	const p = "@prefix : <http://skills.example/> .\n"
	for _, c := range []struct{ in, want string }{
		{p + ":a :p :b", "x.ttl:2: column 9: not valid Turtle: “.” was expected after a statement, not the end of the file"},
		{p + ":a :p .", "x.ttl:2: column 7: not valid Turtle: an object was expected, not “.”"},
		{p + ":a :p \"x\n\" .", "x.ttl:2: column 7: not valid Turtle: the string that starts here has no closing quote on its line; a text over several lines takes three quotes"},
		{p + ":a :p \"\"\"x\n\" .", "x.ttl:2: column 7: not valid Turtle: the string that starts here has no closing quote"},
		{p + "\n\n:a e:p :b .", "x.ttl:4: column 4: not valid Turtle: the prefix “e:” is not declared; add a line @prefix e: <…> ."},
		{p + ":a :p <http://skills.example/b .\n:b :p :c .", "x.ttl:2: column 7: not valid Turtle: the IRI that starts here has no “>”"},
		{p + `:a :p "\x" .`, `x.ttl:2: column 8: not valid Turtle: no such escape sequence: “\x" .”; a backslash is written \\`},
		{p + `:a "p" :b .`, `x.ttl:2: column 4: not valid Turtle: a predicate was expected, not “"p" :b .”`},
		{p + `:a :p ( 1 .`, "x.ttl:2: column 11: not valid Turtle: an object was expected, not “.”"},
		{p + `:a :p [ :q 1 .`, "x.ttl:2: column 14: not valid Turtle: “]” was expected after the properties of a blank node, not “.”"},
		{p + `:a _:b :c .`, "x.ttl:2: column 4: not valid Turtle: a predicate was expected, not the blank node “_:b :c .”"},
		{p + `[] .`, "x.ttl:2: column 4: not valid Turtle: a predicate was expected, not “.”"},
		{"@prefix : http://skills.example/ .", "x.ttl:1: column 11: not valid Turtle: an IRI in <…> was expected, not “http://skills.ex”"},
		{p + ":a :p " + strings.Repeat("[ :p ", 600), "x.ttl:2: column 2567: not valid Turtle: nested more than 512 levels deep"},
	} {
		_, err := Read("x.ttl", []byte(c.in), Turtle)
		if err == nil {
			t.Errorf("%q is read", c.in)
		} else if err.Error() != c.want {
			t.Errorf("%.60q:\n got %s\nwant %s", c.in, err, c.want)
		}
	}
}

func TestTurtleLinesAndSlips(t *testing.T) {
	const in = "@prefix e: <http://skills.example/> .\n\ne:a e:p \"\"\"x\ny\"\"\" ;\n  e:q e:b ,\n      e:c .\ne:d e:p <http://skills.example/a b> ; skos:x 1 ; skos:y 2 .\n"
	g, err := Read("x.ttl", []byte(in), Turtle)
	if err != nil {
		t.Fatal(err)
	}
	var lines []int
	for _, tr := range g.Triples {
		lines = append(lines, tr.Line)
	}
	if diff := cmp.Diff([]int{3, 5, 6, 7, 7, 7}, lines); diff != "" {
		t.Errorf("lines (-want +got)\n%s", diff)
	}
	want := []Slip{
		{7, "bad-iri", `' ' may not stand in an IRI; <http://skills.example/a b> is kept as it is written`},
		{7, "undeclared-prefix", "the prefix skos: is not declared; it is taken to mean <http://www.w3.org/2004/02/skos/core#>"},
	}
	if diff := cmp.Diff(want, g.Slips); diff != "" {
		t.Errorf("slips (-want +got)\n%s", diff)
	}
}

func TestResolve(t *testing.T) {
	// The examples of RFC 3986 section 5.4.
	const base = "http://a/b/c/d;p?q"
	for ref, want := range map[string]string{
		"g:h": "g:h", "g": "http://a/b/c/g", "./g": "http://a/b/c/g", "g/": "http://a/b/c/g/", "/g": "http://a/g", "//g": "http://g",
		"?y": "http://a/b/c/d;p?y", "g?y": "http://a/b/c/g?y", "#s": "http://a/b/c/d;p?q#s", "g#s": "http://a/b/c/g#s", "g?y#s": "http://a/b/c/g?y#s",
		";x": "http://a/b/c/;x", "g;x": "http://a/b/c/g;x", "": "http://a/b/c/d;p?q", ".": "http://a/b/c/", "./": "http://a/b/c/",
		"..": "http://a/b/", "../": "http://a/b/", "../g": "http://a/b/g", "../..": "http://a/", "../../": "http://a/", "../../g": "http://a/g",
		"../../../g": "http://a/g", "/./g": "http://a/g", "/../g": "http://a/g", "g.": "http://a/b/c/g.", ".g": "http://a/b/c/.g", "..g": "http://a/b/c/..g",
		"./../g": "http://a/b/g", "./g/.": "http://a/b/c/g/", "g/./h": "http://a/b/c/g/h", "g/../h": "http://a/b/c/h", "g?y/../x": "http://a/b/c/g?y/../x", "g#s/../x": "http://a/b/c/g#s/../x",
	} {
		if got := resolve(base, ref); got != want {
			t.Errorf("resolve(%q) = %q, want %q", ref, got, want)
		}
	}
	for _, c := range [][3]string{{"", "x", "x"}, {"rel/", "x", "x"}, {"http://a", "x", "http://a/x"}, {"urn:a:b", "#c", "urn:a:b#c"}} {
		if got := resolve(c[0], c[1]); got != c[2] {
			t.Errorf("resolve(%q, %q) = %q, want %q", c[0], c[1], got, c[2])
		}
	}
}
