package rdf

import (
	"strings"
	"unicode/utf8"
)

// turtle reads Turtle 1.1 (https://www.w3.org/TR/turtle/) by recursive
// descent. It forgives a blank before the colon of a prefix declaration, a
// well-known prefix that is not declared and characters that may not stand in
// an IRI, the last two with a Slip.
type turtle struct {
	g        *Graph
	name     string
	data     []byte // the document, for places in errors
	s        string // the document
	pos      int
	line     int // of pos
	base     string
	prefixes map[string]string
	names    map[string]string // prefixed name or IRI as written → IRI
	assumed  map[string]bool   // prefixes that were not declared
	blanks   int
	depth    int
	syntax   Syntax // in NQuads a fourth term, the graph, may stand before the dot
}

// maxDepth bounds nesting of [ ] and ( ), which no vocabulary comes near.
const maxDepth = 512

func readTurtle(g *Graph, name string, data []byte, syntax Syntax) error {
	t := &turtle{g: g, name: name, data: data, s: string(data), line: 1, syntax: syntax,
		prefixes: map[string]string{}, names: map[string]string{}, assumed: map[string]bool{}}
	for {
		t.space()
		if t.pos >= len(t.s) {
			return nil
		}
		if err := t.statement(); err != nil {
			return err
		}
	}
}

func (t *turtle) fail(format string, args ...any) error {
	return broken(t.name, t.data, t.pos, t.syntax, format, args...)
}

func (t *turtle) peek() byte { return t.at(0) }

// at returns the byte i after pos, 0 at the end.
func (t *turtle) at(i int) byte {
	if t.pos+i < len(t.s) {
		return t.s[t.pos+i]
	}
	return 0
}

// shown is what stands at pos, for messages.
func (t *turtle) shown() string {
	if t.pos >= len(t.s) {
		return "the end of the file"
	}
	rest := t.s[t.pos:min(len(t.s), t.pos+16)]
	rest, _, _ = strings.Cut(rest, "\n")
	return "“" + strings.ToValidUTF8(strings.TrimSpace(rest), "") + "”"
}

// space skips white space and comments.
func (t *turtle) space() {
	for t.pos < len(t.s) {
		switch t.s[t.pos] {
		case '\n':
			t.line++
			t.pos++
		case ' ', '\t', '\r':
			t.pos++
		case '#':
			end := strings.IndexByte(t.s[t.pos:], '\n')
			if end < 0 {
				t.pos = len(t.s)
				return
			}
			t.pos += end
		default:
			return
		}
	}
}

func (t *turtle) expect(c byte, after string) error {
	t.space()
	if t.peek() != c {
		return t.fail("“%c” was expected after %s, not %s", c, after, t.shown())
	}
	t.pos++
	return nil
}

// word takes a keyword, in any case if it is SPARQL's form of a directive.
func (t *turtle) word(w string, anyCase bool) bool {
	end := t.pos + len(w)
	if end > len(t.s) || t.s[t.pos:end] != w && !(anyCase && strings.EqualFold(t.s[t.pos:end], w)) {
		return false
	}
	if end < len(t.s) && strings.IndexByte(" \t\r\n<", t.s[end]) < 0 {
		return false
	}
	t.pos = end
	return true
}

// statement reads a directive or the triples about one subject.
func (t *turtle) statement() error {
	switch {
	case t.word("@prefix", false):
		return t.prefix(true)
	case t.word("PREFIX", true):
		return t.prefix(false)
	case t.word("@base", false):
		return t.setBase(true)
	case t.word("BASE", true):
		return t.setBase(false)
	case t.peek() == '@':
		return t.fail("@prefix or @base was expected, not %s", t.shown())
	}
	var subject string
	var err error
	listed := false
	switch t.peek() {
	case '[':
		subject = t.blank()
		from := len(t.g.Triples)
		err = t.properties(subject)
		listed = len(t.g.Triples) > from
	case '(':
		subject, err = t.list()
	default:
		subject, err = t.node("a subject")
	}
	if err != nil {
		return err
	}
	t.space()
	if !(listed && t.peek() == '.') {
		if err := t.predicates(subject, '.'); err != nil {
			return err
		}
	}
	if t.syntax == NQuads && t.peek() != '.' {
		if _, err := t.node("a graph"); err != nil {
			return err
		}
	}
	return t.expect('.', "a statement")
}

func (t *turtle) prefix(dot bool) error {
	t.space()
	start := t.pos
	t.skipName(false)
	label := t.s[start:t.pos]
	if err := t.expect(':', "the prefix"); err != nil {
		return err
	}
	t.space()
	iri, err := t.iriRef()
	if err != nil {
		return err
	}
	t.prefixes[label] = iri
	clear(t.names)
	if dot {
		return t.expect('.', "@prefix")
	}
	return nil
}

func (t *turtle) setBase(dot bool) error {
	t.space()
	iri, err := t.iriRef()
	if err != nil {
		return err
	}
	t.base = iri
	clear(t.names)
	if dot {
		return t.expect('.', "@base")
	}
	return nil
}

// predicates reads a predicate-object list up to, and without, the closing
// '.' or ']'.
func (t *turtle) predicates(subject string, closing byte) error {
	for {
		predicate, err := t.verb()
		if err != nil {
			return err
		}
		for {
			t.space()
			if err := t.object(subject, predicate); err != nil {
				return err
			}
			t.space()
			if t.peek() != ',' {
				break
			}
			t.pos++
		}
		if t.peek() != ';' {
			return nil
		}
		for t.peek() == ';' { // any number of them, also before the end
			t.pos++
			t.space()
		}
		if t.peek() == closing {
			return nil
		}
	}
}

func (t *turtle) verb() (string, error) {
	if t.peek() == 'a' {
		if next, _ := utf8.DecodeRuneInString(t.s[min(t.pos+1, len(t.s)):]); next != ':' && next != '.' && !nameRune(next) {
			t.pos++
			return rdfNS + "type", nil
		}
	}
	if t.peek() == '_' {
		return "", t.fail("a predicate was expected, not the blank node %s", t.shown())
	}
	return t.node("a predicate")
}

// object reads an object and adds the triple, before the triples of what is
// nested in it.
func (t *turtle) object(subject, predicate string) error {
	line := t.line
	add := func(o Term) { t.g.add(Triple{subject, predicate, o, line}) }
	c := t.peek()
	switch {
	case c == '[':
		b := t.blank()
		add(resource(b))
		return t.properties(b)
	case c == '(':
		at := len(t.g.Triples)
		add(Term{})
		head, err := t.list()
		t.g.Triples[at].Object = resource(head)
		return err
	case c == '"' || c == '\'':
		o, err := t.literal()
		add(o)
		return err
	case c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.' && t.at(1) >= '0' && t.at(1) <= '9':
		o, err := t.number()
		add(o)
		return err
	case t.boolean("true"), t.boolean("false"):
		text := map[byte]string{'t': "true", 'f': "false"}[c]
		add(Term{Kind: Literal, Value: text, Datatype: xsdNS + "boolean"})
		return nil
	}
	o, err := t.node("an object")
	add(resource(o))
	return err
}

func (t *turtle) boolean(w string) bool {
	if !strings.HasPrefix(t.s[t.pos:], w) {
		return false
	}
	if next, _ := utf8.DecodeRuneInString(t.s[t.pos+len(w):]); next == ':' || nameRune(next) {
		return false
	}
	t.pos += len(w)
	return true
}

// blank makes a blank node that no label in a document can name.
func (t *turtle) blank() string {
	t.blanks++
	return anonymous(t.blanks)
}

// properties reads "[ … ]" about subject.
func (t *turtle) properties(subject string) error {
	if t.depth++; t.depth > maxDepth {
		return t.fail("nested more than %d levels deep", maxDepth)
	}
	t.pos++
	t.space()
	if t.peek() != ']' {
		if err := t.predicates(subject, ']'); err != nil {
			return err
		}
	}
	t.depth--
	return t.expect(']', "the properties of a blank node")
}

// list reads "( … )" and returns its first node.
func (t *turtle) list() (head string, err error) {
	if t.depth++; t.depth > maxDepth {
		return "", t.fail("nested more than %d levels deep", maxDepth)
	}
	t.pos++
	node := ""
	for {
		t.space()
		if t.peek() == ')' {
			t.pos++
			break
		}
		next := t.blank()
		if node == "" {
			head = next
		} else {
			t.g.add(Triple{node, rdfNS + "rest", resource(next), t.line})
		}
		node = next
		if err := t.object(node, rdfNS+"first"); err != nil {
			return "", err
		}
	}
	t.depth--
	if node == "" {
		return nilIRI, nil
	}
	t.g.add(Triple{node, rdfNS + "rest", Term{Value: nilIRI}, t.line})
	return head, nil
}
