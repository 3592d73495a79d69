package importers

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"

	"concord/importers/rdf"
	"concord/importers/source"
	"concord/taxonomy"
)

// A skosFact is a triple without its subject, and where it stands.
type skosFact struct {
	predicate string
	object    rdf.Term
	line      int
}

// A skosNode is everything that is said about one subject.
type skosNode struct {
	iri   string
	in    *input // where it is mentioned first
	line  int
	facts []skosFact
}

// skosGraph is the triples of one or more files by subject.
type skosGraph struct {
	nodes   map[string]*skosNode
	order   []*skosNode // as first mentioned
	objects map[string]bool
	triples int
}

// maxRDF bounds an RDF file, which is held in memory.
const maxRDF = 1 << 30

// readRDF reads the triples of in.
func readRDF(in *input) (*rdf.Graph, error) {
	syntax := syntaxOf(in)
	if syntax == "" {
		return nil, &source.Error{File: in.Path, Text: "is not RDF; expected Turtle, N-Triples, RDF/XML or JSON-LD"}
	}
	var data []byte
	var err error
	if utf16 := bytes.HasPrefix(in.head, []byte("\xff\xfe")) || bytes.HasPrefix(in.head, []byte("\xfe\xff")); syntax == rdf.RDFXML && !utf16 {
		data, err = in.Bytes(maxRDF) // its XML declaration names the encoding
	} else {
		data, err = textOf(in)
	}
	if err != nil {
		return nil, err
	}
	return rdf.Read(in.Path, data, syntax)
}

func textOf(in *input) ([]byte, error) {
	text, err := in.Text()
	if err != nil {
		return nil, err
	}
	defer text.Close()
	data, err := io.ReadAll(io.LimitReader(text, maxRDF+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxRDF {
		return nil, &source.Error{File: in.Path, Text: fmt.Sprintf("is larger than %d MiB; split it", maxRDF>>20)}
	}
	return data, nil
}

var (
	turtleHead  = regexp.MustCompile(`(?im)^\s*(?:@prefix|@base|prefix|base)\s+\S*\s*<`)
	triplesHead = regexp.MustCompile(`(?m)^\s*(?:<[^<>\s]*>|_:\S+)\s+<[^<>\s]+>\s+(?:<|_:|")`)
)

// syntaxOf tells the RDF syntax of a file by its contents first, because
// vocabularies are published under all sorts of names. It is blank for
// anything else.
func syntaxOf(in *input) rdf.Syntax {
	head := strings.TrimSpace(strings.TrimPrefix(decodedHead(in), "\ufeff"))
	switch {
	case source.LooksLikeHTML([]byte(head)):
		return ""
	case strings.HasPrefix(head, "<?xml"), strings.HasPrefix(head, "<!"), strings.HasPrefix(head, "<rdf:"), strings.HasPrefix(head, "<RDF"):
		if strings.Contains(head, nsRDF) || strings.Contains(head, "<rdf:RDF") {
			return rdf.RDFXML
		}
		return ""
	}
	switch in.ext() {
	case ".nt":
		return rdf.NTriples
	case ".nq":
		return rdf.NQuads
	case ".ttl", ".turtle", ".n3":
		return rdf.Turtle
	}
	switch {
	case in.looksJSON():
		return rdf.JSONLD
	case turtleHead.MatchString(head), triplesHead.MatchString(head):
		return rdf.Turtle
	}
	return ""
}

// decodedHead is the file's first bytes with the zero bytes of UTF-16 left
// out, which is enough to tell ASCII keywords.
func decodedHead(in *input) string {
	if bytes.HasPrefix(in.head, []byte("\xff\xfe")) || bytes.HasPrefix(in.head, []byte("\xfe\xff")) {
		return string(bytes.ReplaceAll(in.head[2:], []byte{0}, nil))
	}
	return string(in.head)
}

func newSKOSGraph() *skosGraph {
	return &skosGraph{nodes: map[string]*skosNode{}, objects: map[string]bool{}}
}

// add adds the triples of one file. Blank nodes of different files differ;
// n is the file's number.
func (g *skosGraph) add(in *input, n int, triples []rdf.Triple) {
	own := func(s string) string {
		if n > 0 && strings.HasPrefix(s, "_:") {
			return fmt.Sprintf("%s#%d", s, n)
		}
		return s
	}
	var node *skosNode
	for i := range triples {
		t := &triples[i]
		subject := own(t.Subject)
		if node == nil || node.iri != subject {
			node = g.nodes[subject]
		}
		if node == nil {
			node = &skosNode{iri: subject, in: in, line: t.Line}
			g.nodes[subject] = node
			g.order = append(g.order, node)
		}
		object := t.Object
		if object.Kind == rdf.Blank {
			object.Value = own(object.Value)
		}
		if object.Kind != rdf.Literal {
			g.objects[object.Value] = true
		}
		node.facts = append(node.facts, skosFact{t.Predicate, object, t.Line})
	}
	g.triples += len(triples)
}

// has reports whether n has a fact with one of the predicates.
func (n *skosNode) has(predicates ...string) bool {
	if n == nil {
		return false
	}
	for _, f := range n.facts {
		for _, p := range predicates {
			if f.predicate == p {
				return true
			}
		}
	}
	return false
}

// is reports whether n has one of the rdf:types.
func (n *skosNode) is(types ...string) bool {
	if n == nil {
		return false
	}
	for _, f := range n.facts {
		if f.predicate == nsRDF+"type" {
			for _, t := range types {
				if f.object.Value == t {
					return true
				}
			}
		}
	}
	return false
}

// text returns a literal of the first of the predicates that n has: in the
// first of langs there is, else the first one.
func (g *skosGraph) text(n *skosNode, langs []taxonomy.Lang, predicates ...string) string {
	if n == nil {
		return ""
	}
	for _, p := range predicates {
		first, best, rank := "", "", len(langs)
		for _, f := range n.facts {
			if f.predicate != p {
				continue
			}
			t, ok := g.literal(f.object)
			text := strings.Join(strings.Fields(t.Value), " ")
			if !ok || text == "" {
				continue
			}
			if first == "" {
				first = text
			}
			for i, l := range langs[:rank] {
				if taxonomy.ParseLang(t.Lang).Base() == l.Base() {
					best, rank = text, i
					break
				}
			}
		}
		if best != "" {
			return best
		}
		if first != "" {
			return first
		}
	}
	return ""
}

// valueOf is what a node that stands for a text holds the text in: SKOS-XL
// labels, structured notes (rdf:value) and ESCO's node literals.
var valueOf = []string{nsSKOSXL + "literalForm", nsRDF + "value", nsESCO + "nodeLiteral"}

// literal returns o if it is a literal, or the literal that its node holds.
func (g *skosGraph) literal(o rdf.Term) (rdf.Term, bool) {
	if o.Kind == rdf.Literal {
		return o, true
	}
	if n := g.nodes[o.Value]; n != nil {
		for _, p := range valueOf {
			for _, f := range n.facts {
				if f.predicate == p && f.object.Kind == rdf.Literal {
					return f.object, true
				}
			}
		}
	}
	return rdf.Term{}, false
}

// list returns the members of an rdf:List.
func (g *skosGraph) list(head string) []string {
	var out []string
	seen := map[string]bool{}
	for head != nsRDF+"nil" && !seen[head] {
		seen[head] = true
		n, next := g.nodes[head], nsRDF+"nil"
		if n == nil {
			break
		}
		for _, f := range n.facts {
			switch f.predicate {
			case nsRDF + "first":
				out = append(out, f.object.Value)
			case nsRDF + "rest":
				next = f.object.Value
			}
		}
		head = next
	}
	return out
}
