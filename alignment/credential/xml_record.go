package credential

import (
	"cmp"
	"fmt"
	"strings"

	"concord/alignment"
	"concord/importers/source"
)

// An xmlFormat is a kind of XML record.
type xmlFormat struct {
	name   string
	claims func(root *element) bool
	read   func(*xmlReader)
}

// xmlFormats is every XML record that is read.
var xmlFormats = []xmlFormat{
	{"cmi5", claimsCmi5, readCmi5},
	{"ELM/XML", claimsELMXML, readELMXML},
}

// readXML reads an XML record into doc.
func readXML(doc *alignment.Document, name, text, kind string) error {
	root, err := parseXML(name, text)
	if err != nil {
		return err
	}
	for _, f := range xmlFormats {
		if kind == "" && !f.claims(root) || kind != "" && !sameType(kind, f.name) {
			continue
		}
		doc.Type = f.name
		r := &xmlReader{doc: doc, root: root, had: map[string]bool{}}
		f.read(r)
		return nil
	}
	what := "is XML of no known kind: its root is " + root.name
	if root.name == "RDF" {
		what = "is RDF: import vocabularies and frameworks, or give the credential as JSON-LD"
	}
	return &source.Error{File: name, Text: what + "; what is read: " + readable}
}

// An xmlReader collects the texts and statements of one XML record, in
// document order as it walks.
type xmlReader struct {
	doc  *alignment.Document
	root *element
	had  map[string]bool // paths of texts
}

// text adds the text of e in the role; lang is what it states, or "".
func (r *xmlReader) text(e *element, role alignment.Role) {
	if e == nil || r.had[e.path] || strings.TrimSpace(e.text) == "" || isAddress(strings.TrimSpace(e.text)) {
		return
	}
	t := newText(e.path, e.text, role)
	if len(t.Blocks) == 0 {
		return
	}
	t.Lang = parseLang(cmp.Or(e.attr("lang"), e.attr("language")))
	r.had[e.path] = true
	r.doc.Texts = append(r.doc.Texts, t)
}

// name offers a title for people; the first one counts.
func (r *xmlReader) name(e *element) {
	if e != nil && r.doc.Name == "" {
		r.doc.Name = strings.TrimSpace(e.text)
	}
}

func (r *xmlReader) stated(at *element, s alignment.Stated) {
	if s.URI == "" && s.Code == "" {
		return
	}
	s.Pointer = at.path
	r.doc.Stated = append(r.doc.Stated, s)
}

func (r *xmlReader) warn(code string, at *element, text string, args ...any) {
	r.doc.Warnings = append(r.doc.Warnings, alignment.Warning{Code: code, Pointer: at.path, Text: fmt.Sprintf(text, args...)})
}

// required warns of a child that e lacks.
func (r *xmlReader) required(e *element, names ...string) {
	for _, n := range names {
		if e.first(n) == nil {
			r.warn("missing-property", e, "lacks %s, which the standard requires", n)
		}
	}
}
