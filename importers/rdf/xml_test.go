package rdf

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// wrapped puts RDF/XML into rdf:RDF; the root may have more attributes.
func wrapped(body string, attrs ...string) string {
	return `<rdf:RDF xmlns:rdf="` + rdfNS + `" xmlns="http://skills.example/" ` + strings.Join(attrs, " ") + ">\n" + body + "\n</rdf:RDF>"
}

func TestRDFXML(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty", wrapped(""), ""},
		{"description", wrapped(`<rdf:Description rdf:about="http://skills.example/a"><p>x</p><q rdf:resource="http://skills.example/b"/></rdf:Description>`), "<a> <p> \"x\"\n<a> <q> <b>\n"},
		{"no about", wrapped(`<rdf:Description><p>x</p></rdf:Description>`), "_:.1 <p> \"x\"\n"},
		{"typed node", wrapped(`<T rdf:about="http://skills.example/a"/>`), "<a> <rdf#type> <T>\n"},
		{"a typed node as the whole document", `<T xmlns="http://skills.example/" xmlns:r="` + rdfNS + `" r:about="http://skills.example/a"><p>x</p></T>`, "<a> <rdf#type> <T>\n<a> <p> \"x\"\n"},
		{"property attributes", wrapped(`<T rdf:about="http://skills.example/a" e:p="skos:x" rdf:type="http://skills.example/U"/>`, `xmlns:e="http://skills.example/"`), "<a> <rdf#type> <T>\n<a> <p> \"skos:x\"\n<a> <rdf#type> <U>\n"},
		{"property attributes on a property", wrapped(`<rdf:Description rdf:about="http://skills.example/a"><p e:q="x"/><r rdf:resource="http://skills.example/b" e:q="y"/></rdf:Description>`, `xmlns:e="http://skills.example/"`), "<a> <p> _:.1\n_:.1 <q> \"x\"\n<a> <r> <b>\n<b> <q> \"y\"\n"},
		{"nested nodes", wrapped(`<T rdf:about="http://skills.example/a"><p><U rdf:about="http://skills.example/b"><q>x</q></U></p><r>y</r></T>`), "<a> <rdf#type> <T>\n<a> <p> <b>\n<b> <rdf#type> <U>\n<b> <q> \"x\"\n<a> <r> \"y\"\n"},
		{"ID and nodeID", wrapped(`<T rdf:ID="i"><p rdf:nodeID="n"/></T><rdf:Description rdf:nodeID="n"><q>x</q></rdf:Description>`, `xml:base="http://skills.example/doc#frag"`), "<doc#i> <rdf#type> <T>\n<doc#i> <p> _:n\n_:n <q> \"x\"\n"},
		{"about nothing is the document", wrapped(`<T rdf:about=""/>`, `xml:base="http://skills.example/doc"`), "<doc> <rdf#type> <T>\n"},
		{"languages are inherited", wrapped(`<T rdf:about="http://skills.example/a"><p>x</p><p xml:lang="fr">y</p><p xml:lang="">z</p></T>`, `xml:lang="de"`), "<a> <rdf#type> <T>\n<a> <p> \"x\"@de\n<a> <p> \"y\"@fr\n<a> <p> \"z\"\n"},
		{"bases are inherited", wrapped(`<T rdf:about="a" xml:base="v/"><p rdf:resource="b"/><p rdf:resource="../c" xml:base="w/x"/></T>`, `xml:base="http://skills.example/"`), "<v/a> <rdf#type> <T>\n<v/a> <p> <v/b>\n<v/a> <p> <v/c>\n"},
		{"datatype", wrapped(`<T rdf:about="http://skills.example/a"><p rdf:datatype="http://www.w3.org/2001/XMLSchema#date">2026-01-31</p></T>`, `xml:lang="de"`), "<a> <rdf#type> <T>\n<a> <p> \"2026-01-31\"^^<xsd#date>\n"},
		{"parseType Resource", wrapped(`<T rdf:about="http://skills.example/a"><p rdf:parseType="Resource"><q>x</q></p></T>`), "<a> <rdf#type> <T>\n<a> <p> _:.1\n_:.1 <q> \"x\"\n"},
		{"parseType Collection", wrapped(`<T rdf:about="http://skills.example/a"><p rdf:parseType="Collection"><T rdf:about="http://skills.example/b"/><rdf:Description rdf:about="http://skills.example/c"/></p><q rdf:parseType="Collection"/></T>`), "<a> <rdf#type> <T>\n<a> <p> _:.1\n_:.1 <rdf#first> <b>\n<b> <rdf#type> <T>\n_:.1 <rdf#rest> _:.2\n_:.2 <rdf#first> <c>\n_:.2 <rdf#rest> <rdf#nil>\n<a> <q> <rdf#nil>\n"},
		{"parseType Literal", wrapped(`<T rdf:about="http://skills.example/a"><p rdf:parseType="Literal"><b>x</b> &amp; y</p><q rdf:parseType="Literal"/></T>`), "<a> <rdf#type> <T>\n<a> <p> \"<b>x</b> &amp; y\"^^<rdf#XMLLiteral>\n<a> <q> \"\"^^<rdf#XMLLiteral>\n"},
		{"comments and CDATA in a text", wrapped(`<T rdf:about="http://skills.example/a"><p>x<!-- c -->y &lt;z<![CDATA[ & ]]></p><q></q><r/></T>`), "<a> <rdf#type> <T>\n<a> <p> \"xy <z & \"\n<a> <q> \"\"\n<a> <r> \"\"\n"},
		{"containers", wrapped(`<rdf:Seq rdf:about="http://skills.example/a"><rdf:li>x</rdf:li><rdf:li rdf:resource="http://skills.example/b"/></rdf:Seq>`), "<a> <rdf#type> <rdf#Seq>\n<a> <rdf#_1> \"x\"\n<a> <rdf#_2> <b>\n"},
		{"reification", wrapped(`<T rdf:about="http://skills.example/a"><p rdf:ID="s">x</p></T>`, `xml:base="http://skills.example/d"`), "<a> <rdf#type> <T>\n<a> <p> \"x\"\n<d#s> <rdf#type> <rdf#Statement>\n<d#s> <rdf#subject> <a>\n<d#s> <rdf#predicate> <p>\n<d#s> <rdf#object> \"x\"\n"},
		{"entities", "<?xml version=\"1.0\"?>\n<!DOCTYPE rdf:RDF [\n<!ENTITY ex \"http://skills.example/\">\n<!-- <!ENTITY no \"x\"> -->\n<!ENTITY v '&ex;v/'> ]>\n" + wrapped(`<T rdf:about="&v;a"><p>&ex;</p></T>`), "<v/a> <rdf#type> <T>\n<v/a> <p> \"http://skills.example/\"\n"},
		{"attributes of the first recommendation", wrapped(`<rdf:Description about="http://skills.example/a"><p resource="http://skills.example/b"/></rdf:Description>`), "<a> <p> <b>\n"},
		{"Latin-1", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" + wrapped("<T rdf:about=\"http://skills.example/a\"><p>caf\xe9</p></T>"), "<a> <rdf#type> <T>\n<a> <p> \"café\"\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, err := Read("x.rdf", []byte(c.in), RDFXML)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, shortened.Replace(ntriples(g))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if len(g.Slips) > 0 {
				t.Errorf("slips: %v", g.Slips)
			}
		})
	}
}

func TestRDFXMLErrorsAndSlips(t *testing.T) {
	laughs := "<!DOCTYPE rdf:RDF [<!ENTITY a \"" + strings.Repeat("ha", 500) + "\">"
	for _, e := range []string{"ab", "bc", "cd", "de"} {
		laughs += "<!ENTITY " + e[1:] + " \"" + strings.Repeat("&"+e[:1]+";", 100) + "\">"
	}
	laughs += "]>" + wrapped(`<T rdf:about="http://skills.example/a"><p>&e;</p></T>`)
	for _, c := range []struct{ in, want string }{
		{"<rdf:RDF xmlns:rdf=\"" + rdfNS + "\">\n<rdf:Description>", "x.rdf:2: not valid RDF/XML: the file is cut short"},
		{wrapped("<T>\n</U>"), "x.rdf:3: column 5: not valid RDF/XML: element <T> closed by </U>"},
		{"<table/>", "x.rdf:1: column 9: not valid RDF/XML: the outermost element is <table>, not rdf:RDF; this is another kind of XML"},
		{wrapped("<e:T/>"), "x.rdf:2: column 7: not valid RDF/XML: the prefix “e:” is not declared; add xmlns:e=\"…\" to rdf:RDF"},
		{wrapped("<T><p>&x;</p></T>"), "x.rdf:2: column 10: not valid RDF/XML: invalid character entity &x;"},
		{"<?xml version=\"1.0\"?>\n<!-- -->", "x.rdf:2: column 9: not valid RDF/XML: an element rdf:RDF was expected, but there is none"},
		{wrapped("<T>\xff</T>"), "x.rdf:2: column 4: not valid RDF/XML: byte 0xFF is not UTF-8; save the file as UTF-8"},
		{laughs, "x.rdf: the entity “c” would expand the file by more than 64 MiB; no vocabulary does, so it is refused"},
		{wrapped(strings.Repeat("<T><p>", 400)), "x.rdf:2: column 1540: not valid RDF/XML: nested more than 512 levels deep"},
	} {
		_, err := Read("x.rdf", []byte(c.in), RDFXML)
		if err == nil {
			t.Errorf("%.80q is read", c.in)
		} else if err.Error() != c.want {
			t.Errorf("%.80q:\n got %s\nwant %s", c.in, err, c.want)
		}
	}
	g, err := Read("x.rdf", []byte(wrapped(`<skos:Concept rdf:about="http://skills.example/a" lang="de" rdf:bagID="b">stray<skos:prefLabel e:x="1">x</skos:prefLabel></skos:Concept>`, `xmlns:e="http://skills.example/"`)), RDFXML)
	if err != nil {
		t.Fatal(err)
	}
	want := []Slip{
		{2, "withdrawn-attribute", "rdf:bagID is no longer part of RDF/XML and is left out"},
		{2, "undeclared-prefix", "the prefix skos: is not declared; it is taken to mean <http://www.w3.org/2004/02/skos/core#>"},
		{2, "unqualified-attribute", `the attribute lang="de" has no namespace and is left out`},
		{2, "stray-text", `the text "stray" stands between elements, where RDF/XML has no place for it`},
		{2, "attributes-on-text", "an element with text has attributes that are not for one; they are left out"},
	}
	if diff := cmp.Diff(want, g.Slips); diff != "" {
		t.Errorf("slips (-want +got)\n%s", diff)
	}
}
