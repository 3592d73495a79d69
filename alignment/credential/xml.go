package credential

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"concord/importers/source"
)

// An element is a node of an XML document.
type element struct {
	name     string // local name
	space    string // namespace
	path     string // like /courseStructure/au[2]/title: XPath by local names, counted from 1 where there are several
	attrs    []xml.Attr
	text     string // character data of it and of what is in it, as it stands: the string-value of XPath
	children []*element
	start    int // byte offset, for the order
}

// Bounds of an XML document. No record comes near them.
const (
	maxXMLDepth    = 256
	maxXMLElements = 500_000
)

// parseXML reads a document into a tree. Entities of the document's own are not
// expanded, and nothing outside is read. What is not well-formed is a
// *source.Error with its line.
func parseXML(name, text string) (*element, error) {
	d := xml.NewDecoder(strings.NewReader(text))
	d.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		return in, nil // the text is UTF-8 by now, whatever it said it was
	}
	fail := func(format string, args ...any) error {
		line, _ := d.InputPos()
		return &source.Error{File: name, Line: line, Text: "is not well-formed XML: " + fmt.Sprintf(format, args...)}
	}
	var root *element
	var open []*element
	var data []*strings.Builder
	total := 0
	for {
		at := int(d.InputOffset())
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			if syntax, ok := err.(*xml.SyntaxError); ok {
				return nil, fail("%s", syntax.Msg)
			}
			return nil, fail("%v", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if total++; total > maxXMLElements || len(open) >= maxXMLDepth {
				return nil, fail("more than %d elements, or more than %d levels deep", maxXMLElements, maxXMLDepth)
			}
			e := &element{name: t.Name.Local, space: t.Name.Space, attrs: t.Attr, start: at}
			switch {
			case len(open) > 0:
				parent := open[len(open)-1]
				parent.children = append(parent.children, e)
			case root != nil:
				return nil, fail("a second document follows the first")
			default:
				root = e
			}
			open, data = append(open, e), append(data, &strings.Builder{})
		case xml.CharData:
			if len(open) > 0 {
				data[len(data)-1].Write(t)
			}
		case xml.EndElement:
			last := len(open) - 1
			open[last].text = data[last].String()
			if last > 0 && len(open[last].text) > 0 && inline[open[last].name] {
				data[last-1].WriteString(open[last].text) // markup in a text, as in ELM notes
			}
			open, data = open[:last], data[:last]
		}
	}
	if root == nil {
		return nil, fail("it has no element")
	}
	root.path = "/" + root.name
	root.number()
	return root, nil
}

// inline are elements of XHTML whose text belongs to the element around them.
var inline = map[string]bool{"p": true, "b": true, "i": true, "em": true, "strong": true, "span": true, "br": true, "ul": true, "ol": true, "li": true, "div": true, "a": true}

// number gives every element below e its path.
func (e *element) number() {
	count := map[string]int{}
	for _, c := range e.children {
		count[c.name]++
	}
	seen := map[string]int{}
	for _, c := range e.children {
		seen[c.name]++
		c.path = e.path + "/" + c.name
		if count[c.name] > 1 {
			c.path += fmt.Sprintf("[%d]", seen[c.name])
		}
		c.number()
	}
}

// all returns the children of e called one of names, in document order. It may
// be called on nil.
func (e *element) all(names ...string) []*element {
	var out []*element
	if e == nil {
		return nil
	}
	for _, c := range e.children {
		for _, n := range names {
			if c.name == n {
				out = append(out, c)
			}
		}
	}
	return out
}

// first returns the first of all, or nil.
func (e *element) first(names ...string) *element {
	if found := e.all(names...); len(found) > 0 {
		return found[0]
	}
	return nil
}

// attr returns the value of an attribute by its local name, or "".
func (e *element) attr(name string) string {
	if e == nil {
		return ""
	}
	for _, a := range e.attrs {
		if a.Name.Local == name {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}
