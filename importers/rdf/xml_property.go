package rdf

import (
	"bytes"
	"encoding/xml"
	"strings"
)

// property reads one property element, in any of its forms.
func (x *xmlReader) property(start xml.StartElement, subject, predicate string, s scope) error {
	if err := x.deeper(); err != nil {
		return err
	}
	defer func() { x.depth-- }()
	s = x.enter(s, start)
	line := x.line()
	own := map[string]string{}
	stated := false // by attributes: the object is a resource
	for _, a := range start.Attr {
		if name, ok := ownAttribute(a); ok {
			own[name] = a.Value
			stated = stated || name == "resource" || name == "nodeID" || name == "type"
		}
		stated = stated || isProperty(a)
	}
	add := func(o Term) {
		x.g.add(Triple{subject, predicate, o, line})
		if id, ok := own["ID"]; ok {
			x.reify(resolve(s.base, "#"+id), subject, predicate, o, line)
		}
	}
	switch parse := own["parseType"]; parse {
	case "":
	case "Resource":
		b := x.blank()
		add(resource(b))
		return x.properties(b, s)
	case "Collection":
		return x.collection(s, line, add)
	default: // Literal, and what is not known is read like it
		text, err := x.markup()
		add(Term{Kind: Literal, Value: text, Datatype: rdfNS + "XMLLiteral"})
		return err
	}
	text, child, err := x.content(start, s, stated, add)
	if err != nil || child {
		return err
	}
	if !stated || strings.TrimSpace(text) != "" {
		if stated {
			x.g.slip(line, "attributes-on-text", "an element with text has attributes that are not for one; they are left out")
		}
		if datatype, typed := own["datatype"]; typed {
			add(literal(text, "", resolve(s.base, datatype)))
		} else {
			add(literal(text, s.lang, ""))
		}
		return nil
	}
	object, named := own["resource"]
	object = resolve(s.base, object)
	if id, ok := own["nodeID"]; ok {
		object, named = "_:"+id, true
	}
	if !named {
		object = x.blank()
	}
	add(resource(object))
	return x.attributes(start, object, s, line)
}

// content reads the text of a property element, or adds the node elements in
// it as objects (child). RDF/XML has room for one; more are read all the same.
func (x *xmlReader) content(start xml.StartElement, s scope, stated bool, add func(Term)) (text string, child bool, err error) {
	var b strings.Builder
	for n := 0; ; {
		tok, err := x.dec.Token()
		if err != nil {
			return "", child, x.broken(err)
		}
		switch tok := tok.(type) {
		case xml.CharData:
			b.Write(tok)
		case xml.EndElement:
			if child && strings.TrimSpace(b.String()) != "" {
				x.g.slip(x.line(), "stray-text", "the text %q stands beside an element, where RDF/XML has no place for it", shorten(strings.TrimSpace(b.String())))
			}
			return b.String(), child, nil
		case xml.StartElement:
			if n++; n > 1 || stated {
				x.g.slip(x.line(), "several-objects", "<%s> holds more than one object; each is read", start.Name.Local)
			}
			child = true
			// The triple comes before those of the nested node, so that the
			// order is that of the document.
			at := len(x.g.Triples)
			add(Term{})
			added := len(x.g.Triples)
			object, err := x.node(tok, s)
			if err != nil {
				return "", true, err
			}
			for i := at; i < added; i++ {
				if t := &x.g.Triples[i].Object; *t == (Term{}) {
					*t = resource(object)
				}
			}
		}
	}
}

// collection reads the node elements of parseType="Collection" as a list.
func (x *xmlReader) collection(s scope, line int, add func(Term)) error {
	node := ""
	for {
		start, end, err := x.element()
		if err != nil {
			return err
		}
		if end {
			break
		}
		next := x.blank()
		if node == "" {
			add(resource(next))
		} else {
			x.g.add(Triple{node, rdfNS + "rest", resource(next), x.line()})
		}
		node = next
		at := len(x.g.Triples)
		x.g.add(Triple{node, rdfNS + "first", Term{}, x.line()})
		object, err := x.node(start, s)
		if err != nil {
			return err
		}
		x.g.Triples[at].Object = resource(object)
	}
	if node == "" {
		add(Term{Value: nilIRI})
		return nil
	}
	x.g.add(Triple{node, rdfNS + "rest", Term{Value: nilIRI}, line})
	return nil
}

// reify adds the statement about a statement that rdf:ID on a property asks for.
func (x *xmlReader) reify(id, subject, predicate string, o Term, line int) {
	x.g.add(Triple{id, rdfNS + "type", Term{Value: rdfNS + "Statement"}, line})
	x.g.add(Triple{id, rdfNS + "subject", resource(subject), line})
	x.g.add(Triple{id, rdfNS + "predicate", Term{Value: predicate}, line})
	x.g.add(Triple{id, rdfNS + "object", o, line})
}

// markup returns what stands in the current element as it is written.
func (x *xmlReader) markup() (string, error) {
	from := x.dec.InputOffset()
	for depth := 0; ; {
		to := x.dec.InputOffset()
		tok, err := x.dec.Token()
		if err != nil {
			return "", x.broken(err)
		}
		switch tok.(type) {
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return "", x.fail("nested more than %d levels deep", maxDepth)
			}
		case xml.EndElement:
			if depth == 0 {
				if bytes.HasSuffix(x.data[:x.dec.InputOffset()], []byte("/>")) {
					return "", nil // <x/> is a start and an end in one
				}
				return string(x.data[from:to]), nil
			}
			depth--
		}
	}
}
