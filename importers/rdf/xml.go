package rdf

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"concord/importers/source"
)

const xmlNS = "http://www.w3.org/XML/1998/namespace"

// xmlReader reads RDF/XML (https://www.w3.org/TR/rdf-syntax-grammar/). It
// forgives rdf's own attributes without a prefix, which the first
// recommendation allowed, and what readers of XML forgive anyway; rdf:bagID
// and aboutEach, which the current one has withdrawn, are left out with a Slip.
type xmlReader struct {
	g       *Graph
	name    string
	data    []byte
	dec     *xml.Decoder
	assumed map[string]bool // prefixes that were not declared
	blanks  int
	depth   int
}

// scope is what an element inherits.
type scope struct {
	base, lang string
}

func readXML(g *Graph, name string, data []byte) error {
	data, err := xmlText(name, data)
	if err != nil {
		return err
	}
	entities, err := entitiesOf(name, data)
	if err != nil {
		return err
	}
	x := &xmlReader{g: g, name: name, data: data, dec: xml.NewDecoder(bytes.NewReader(data)), assumed: map[string]bool{}}
	x.dec.Entity = entities
	x.dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // xmlText has converted it
	for root := false; ; {
		tok, err := x.dec.Token()
		switch {
		case err == io.EOF && !root:
			return x.fail("an element rdf:RDF was expected, but there is none")
		case err == io.EOF:
			return nil
		case err != nil:
			return x.broken(err)
		}
		start, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		root = true
		in := x.enter(scope{}, start)
		if start.Name.Space == rdfNS && start.Name.Local == "RDF" {
			err = x.nodes(in)
		} else if !usesRDF(start) {
			return x.fail("the outermost element is <%s>, not rdf:RDF; this is another kind of XML", start.Name.Local)
		} else {
			_, err = x.node(start, scope{})
		}
		if err != nil {
			return err
		}
	}
}

// usesRDF tells a document that is one node element from other XML.
func usesRDF(start xml.StartElement) bool {
	for _, a := range start.Attr {
		if a.Name.Space == rdfNS || a.Value == rdfNS {
			return true
		}
	}
	return false
}

func (x *xmlReader) fail(format string, args ...any) error {
	return broken(x.name, x.data, int(x.dec.InputOffset()), RDFXML, format, args...)
}

// broken is the Error for what encoding/xml refuses.
func (x *xmlReader) broken(err error) error {
	text := err.Error()
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		text = syntax.Msg
	}
	if err == io.EOF || strings.Contains(text, "unexpected EOF") {
		return &source.Error{File: x.name, Line: x.line(), Text: "not valid RDF/XML: the file is cut short"}
	}
	return x.fail("%s", text)
}

func (x *xmlReader) line() int {
	line, _ := x.dec.InputPos()
	return line
}

func (x *xmlReader) blank() string {
	x.blanks++
	return anonymous(x.blanks)
}

func (x *xmlReader) deeper() error {
	if x.depth++; x.depth > maxDepth {
		return x.fail("nested more than %d levels deep", maxDepth)
	}
	return nil
}

// enter returns the scope inside an element.
func (x *xmlReader) enter(s scope, start xml.StartElement) scope {
	for _, a := range start.Attr {
		if a.Name.Space == xmlNS && a.Name.Local == "lang" {
			s.lang = a.Value
		}
		if a.Name.Space == xmlNS && a.Name.Local == "base" {
			s.base = resolve(s.base, a.Value)
		}
	}
	return s
}

// nodes reads node elements up to the end of the element they are in.
func (x *xmlReader) nodes(s scope) error {
	for {
		start, end, err := x.element()
		if err != nil || end {
			return err
		}
		if _, err := x.node(start, s); err != nil {
			return err
		}
	}
}

// element returns the next start element, or end if the enclosing one ends first.
func (x *xmlReader) element() (start xml.StartElement, end bool, err error) {
	for {
		tok, err := x.dec.Token()
		if err != nil {
			return start, false, x.broken(err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			return tok, false, nil
		case xml.EndElement:
			return start, true, nil
		case xml.CharData:
			if len(bytes.TrimSpace(tok)) > 0 {
				x.g.slip(x.line(), "stray-text", "the text %q stands between elements, where RDF/XML has no place for it", shorten(string(bytes.TrimSpace(tok))))
			}
		}
	}
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// An attribute of rdf's own; the old form has no prefix.
func ownAttribute(a xml.Attr) (string, bool) {
	switch a.Name.Local {
	case "about", "ID", "nodeID", "resource", "datatype", "parseType", "bagID", "aboutEach", "aboutEachPrefix", "type":
		if a.Name.Space == rdfNS || a.Name.Space == "" && a.Name.Local != "type" {
			return a.Name.Local, true
		}
	}
	return "", false
}

// node reads a node element and returns its subject.
func (x *xmlReader) node(start xml.StartElement, s scope) (string, error) {
	if err := x.deeper(); err != nil {
		return "", err
	}
	s = x.enter(s, start)
	line := x.line()
	subject := ""
	for _, a := range start.Attr {
		switch own, _ := ownAttribute(a); own {
		case "about":
			subject = resolve(s.base, a.Value)
		case "ID":
			subject = resolve(s.base, "#"+a.Value)
		case "nodeID":
			subject = "_:" + a.Value
		case "bagID", "aboutEach", "aboutEachPrefix":
			x.g.slip(line, "withdrawn-attribute", "rdf:%s is no longer part of RDF/XML and is left out", own)
		}
	}
	if subject == "" && !hasAbout(start) {
		subject = x.blank()
	}
	if name := start.Name; name.Space != rdfNS || name.Local != "Description" {
		iri, err := x.iriOf(name)
		if err != nil {
			return "", err
		}
		x.g.add(Triple{subject, rdfNS + "type", Term{Value: iri}, line})
	}
	if err := x.attributes(start, subject, s, line); err != nil {
		return "", err
	}
	err := x.properties(subject, s)
	x.depth--
	return subject, err
}

// hasAbout tells rdf:about="" (the document itself) from no rdf:about.
func hasAbout(start xml.StartElement) bool {
	for _, a := range start.Attr {
		if own, _ := ownAttribute(a); own == "about" {
			return true
		}
	}
	return false
}

// attributes adds the property attributes of an element as triples.
func (x *xmlReader) attributes(start xml.StartElement, subject string, s scope, line int) error {
	for _, a := range start.Attr {
		if !isProperty(a) {
			if own, ok := ownAttribute(a); ok && own == "type" {
				x.g.add(Triple{subject, rdfNS + "type", Term{Value: resolve(s.base, a.Value)}, line})
			}
			if a.Name.Space == "" && a.Name.Local != "xmlns" {
				if _, own := ownAttribute(a); !own {
					x.g.slip(line, "unqualified-attribute", "the attribute %s=%q has no namespace and is left out", a.Name.Local, shorten(a.Value))
				}
			}
			continue
		}
		iri, err := x.iriOf(a.Name)
		if err != nil {
			return err
		}
		x.g.add(Triple{subject, iri, literal(a.Value, s.lang, ""), line})
	}
	return nil
}

// isProperty reports whether an attribute states a property of its element.
func isProperty(a xml.Attr) bool {
	_, own := ownAttribute(a)
	return !own && a.Name.Space != xmlNS && a.Name.Space != "xmlns" && a.Name.Space != ""
}

// iriOf joins an element's or attribute's namespace and name. encoding/xml
// leaves a prefix that is not declared as it is.
func (x *xmlReader) iriOf(n xml.Name) (string, error) {
	if n.Space == "" {
		return "", x.fail("the element <%s> has no namespace", n.Local)
	}
	if !strings.Contains(n.Space, ":") {
		iri, ok := prefixIRI(n.Space)
		if !ok {
			return "", x.fail("the prefix “%s:” is not declared; add xmlns:%s=\"…\" to rdf:RDF", n.Space, n.Space)
		}
		if !x.assumed[n.Space] {
			x.assumed[n.Space] = true
			x.g.slip(x.line(), "undeclared-prefix", "the prefix %s: is not declared; it is taken to mean <%s>", n.Space, iri)
		}
		n.Space = iri
	}
	return n.Space + n.Local, nil
}

// properties reads property elements about subject up to the end of the element they are in.
func (x *xmlReader) properties(subject string, s scope) error {
	item := 0
	for {
		start, end, err := x.element()
		if err != nil || end {
			return err
		}
		predicate, err := x.iriOf(start.Name)
		if err != nil {
			return err
		}
		if predicate == rdfNS+"li" {
			item++
			predicate = fmt.Sprintf("%s_%d", rdfNS, item)
		}
		if err := x.property(start, subject, predicate, s); err != nil {
			return err
		}
	}
}
