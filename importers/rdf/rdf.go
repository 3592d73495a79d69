// Package rdf reads RDF in Turtle, N-Triples, N-Quads, RDF/XML and JSON-LD
// into triples with the lines they stand on. It knows no vocabulary, mends
// only what it says it mends (Slip), never goes to the network and writes
// nothing; what it reads goes to the SKOS importer.
//
// N-Triples is decoded by knakk/rdf and JSON-LD expanded by json-gold. Turtle
// and RDF/XML have readers of our own: knakk/rdf refuses valid files in both
// and, worse, misreads some without saying so (conformance_test.go lists the
// constructs), and it tells no line numbers.
package rdf

import (
	"bytes"
	"fmt"
	"strings"

	"concord/importers/source"
)

// A Syntax is a way of writing RDF down.
type Syntax string

const (
	Turtle   Syntax = "Turtle"
	NTriples Syntax = "N-Triples"
	NQuads   Syntax = "N-Quads" // read as triples: the graph names are left out
	RDFXML   Syntax = "RDF/XML"
	JSONLD   Syntax = "JSON-LD"
)

// A TermKind tells the three kinds of objects.
type TermKind byte

const (
	IRI TermKind = iota
	Blank
	Literal
)

// A Term is the object of a triple.
type Term struct {
	Kind     TermKind
	Value    string // IRI; "_:" and a label; or the text of a literal
	Lang     string // of a literal, as written: "en-US"
	Datatype string // of a literal, an IRI; empty for plain strings, xsd:string and language-tagged ones
}

// A Triple is one RDF statement.
type Triple struct {
	Subject   string // IRI, or "_:" and a label
	Predicate string // IRI
	Object    Term
	Line      int // of the file, 1-based; 0 in JSON-LD
}

// A Slip is a defect that does not keep the file from being read.
type Slip struct {
	Line int // 0 if not known
	Code string
	Text string
}

// A Graph is what a file says. IRIs are absolute where the file names a base;
// without one, relative IRIs are kept as they are written, and blank nodes
// without a label are called "_:.1", "_:.2" and so on.
type Graph struct {
	Triples []Triple // in document order
	Slips   []Slip
}

// Read reads a whole document. data is UTF-8 without a byte order mark, or for
// RDF/XML in any encoding that its XML declaration names. The result is all or
// nothing: input that is truly broken is a source.Error with name, line and
// column. The graph refers to data's bytes; the caller leaves them unchanged.
func Read(name string, data []byte, syntax Syntax) (*Graph, error) {
	g := &Graph{}
	var err error
	switch syntax {
	case NTriples, NQuads:
		err = readLines(g, name, data, syntax)
	case RDFXML:
		err = readXML(g, name, data)
	case JSONLD:
		err = readJSONLD(g, name, data)
	default:
		err = readTurtle(g, name, data, Turtle)
	}
	if err != nil {
		return nil, err
	}
	return g, nil
}

const (
	rdfNS  = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	xsdNS  = "http://www.w3.org/2001/XMLSchema#"
	nilIRI = rdfNS + "nil"
)

// Prefixes are the prefixes that documents use, some of them undeclared.
var Prefixes = []struct{ Name, IRI string }{
	{"skos", "http://www.w3.org/2004/02/skos/core#"},
	{"skosxl", "http://www.w3.org/2008/05/skos-xl#"},
	{"rdf", rdfNS},
	{"rdfs", "http://www.w3.org/2000/01/rdf-schema#"},
	{"owl", "http://www.w3.org/2002/07/owl#"},
	{"xsd", xsdNS},
	{"dct", "http://purl.org/dc/terms/"},
	{"dcterms", "http://purl.org/dc/terms/"},
	{"dc", "http://purl.org/dc/elements/1.1/"},
	{"foaf", "http://xmlns.com/foaf/0.1/"},
	{"schema", "https://schema.org/"},
	{"sdo", "https://schema.org/"},
	{"vann", "http://purl.org/vocab/vann/"},
	{"isothes", "http://purl.org/iso25964/skos-thes#"},
	{"esco", "http://data.europa.eu/esco/model#"},
	{"asn", "http://purl.org/ASN/schema/core/"},
	{"gemq", "http://purl.org/gem/qualifiers/"},
	{"ceasn", "https://purl.org/ctdlasn/terms/"},
	{"ceterms", "https://purl.org/ctdl/terms/"},
}

// prefixIRI returns the IRI of a prefix in Prefixes.
func prefixIRI(name string) (string, bool) {
	for _, p := range Prefixes {
		if p.Name == name {
			return p.IRI, true
		}
	}
	return "", false
}

func (g *Graph) add(t Triple) { g.Triples = append(g.Triples, t) }

func (g *Graph) slip(line int, code, format string, args ...any) {
	g.Slips = append(g.Slips, Slip{line, code, fmt.Sprintf(format, args...)})
}

// literal makes a Term of a text, leaving out the datatypes that say nothing.
func literal(text, lang, datatype string) Term {
	if lang != "" || datatype == xsdNS+"string" {
		datatype = ""
	}
	return Term{Kind: Literal, Value: text, Lang: lang, Datatype: datatype}
}

// resource makes a Term of an IRI or a blank node's label.
func resource(s string) Term {
	if strings.HasPrefix(s, "_:") {
		return Term{Kind: Blank, Value: s}
	}
	return Term{Value: s}
}

// broken is an Error for the byte at pos.
func broken(name string, data []byte, pos int, syntax Syntax, format string, args ...any) error {
	before := data[:min(pos, len(data))]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := len(before) - bytes.LastIndexByte(before, '\n')
	return &source.Error{File: name, Line: line, Text: fmt.Sprintf("column %d: not valid %s: ", column, syntax) + fmt.Sprintf(format, args...)}
}
