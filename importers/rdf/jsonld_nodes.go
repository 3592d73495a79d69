package rdf

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// node adds the triples of an expanded node object and returns its subject.
// Named graphs are read as part of the document. Properties come by name,
// because an expanded node has lost their order.
func (d *document) node(x any) string {
	m, ok := x.(map[string]any)
	if !ok {
		return ""
	}
	subject := d.iri(m["@id"])
	if subject == "" {
		d.blanks++
		subject = anonymous(d.blanks)
	}
	line := d.lineOf(subject)
	for _, key := range slices.Sorted(maps.Keys(m)) {
		switch {
		case key == "@type":
			for _, t := range list(m[key]) {
				d.g.add(Triple{subject, rdfNS + "type", resource(d.iri(t)), line})
			}
		case key == "@graph", key == "@included":
			for _, y := range list(m[key]) {
				d.node(y)
			}
		case key == "@reverse":
			reverse, _ := m[key].(map[string]any)
			for _, predicate := range slices.Sorted(maps.Keys(reverse)) {
				for _, y := range list(reverse[predicate]) {
					s := d.node(y)
					d.g.add(Triple{s, predicate, resource(subject), d.lineOf(s)})
				}
			}
		case strings.HasPrefix(key, "@"):
		default:
			predicate := relative(key)
			for _, y := range list(m[key]) {
				d.object(subject, predicate, y, line)
			}
		}
	}
	return subject
}

// object adds the triple for one value of a property, and what is nested in it.
func (d *document) object(subject, predicate string, x any, line int) {
	m, ok := x.(map[string]any)
	if !ok {
		return
	}
	if v, ok := m["@value"]; ok {
		d.g.add(Triple{subject, predicate, value(v, m), line})
		return
	}
	items, ok := m["@list"]
	if !ok {
		at := len(d.g.Triples)
		d.g.add(Triple{subject, predicate, Term{}, line})
		d.g.Triples[at].Object = resource(d.node(m))
		return
	}
	for _, y := range list(items) {
		d.blanks++
		cell := anonymous(d.blanks)
		d.g.add(Triple{subject, predicate, resource(cell), line})
		d.object(cell, rdfNS+"first", y, line)
		subject, predicate = cell, rdfNS+"rest"
	}
	d.g.add(Triple{subject, predicate, Term{Value: nilIRI}, line})
}

// value makes a literal of a value object.
func value(v any, m map[string]any) Term {
	lang, _ := m["@language"].(string)
	datatype, _ := m["@type"].(string)
	text, kind := "", "string"
	switch v := v.(type) {
	case string:
		text = v
	case bool:
		text, kind = strconv.FormatBool(v), "boolean"
	case float64:
		text, kind = strconv.FormatFloat(v, 'f', -1, 64), "integer"
		if strings.Contains(text, ".") {
			kind = "double"
		}
	}
	if datatype == "" {
		datatype = xsdNS + kind
	}
	return literal(text, lang, datatype)
}

func list(x any) []any {
	if l, ok := x.([]any); ok {
		return l
	}
	if x == nil {
		return nil
	}
	return []any{x}
}

// iri returns an identifier, relative again where only relativeBase made it absolute.
func (d *document) iri(x any) string {
	s, _ := x.(string)
	return relative(s)
}

func relative(iri string) string { return strings.TrimPrefix(iri, relativeBase) }
