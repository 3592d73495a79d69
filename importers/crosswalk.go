package importers

import (
	"strings"

	"concord/importers/rdf"
	"concord/importers/source"
	"concord/taxonomy"
)

// What package mappings needs of the formats that frameworks and crosswalks
// share. The rest of a crosswalk is read and written there.

// RDFSyntax tells the RDF syntax of a file by its name and first bytes; "" for
// what is no RDF. Any JSON counts as JSON-LD.
func RDFSyntax(f *source.File, head []byte) rdf.Syntax {
	return syntaxOf(&input{File: f, head: head[:min(len(head), headSize)]})
}

// ReadRDF reads the triples of a file in Turtle, N-Triples, RDF/XML or JSON-LD.
func ReadRDF(f *source.File) (*rdf.Graph, error) {
	in := &input{File: f}
	var err error
	if in.head, err = f.Head(headSize); err != nil {
		return nil, err
	}
	return readRDF(in)
}

// CURIE shortens an IRI whose prefix is well known, and returns any other as it is.
func CURIE(iri string) string { return curie(iri) }

// ExpandCURIE is the IRI of a name with a well-known prefix; ok is false for any other.
func ExpandCURIE(name string) (iri string, ok bool) {
	prefix, local, found := strings.Cut(name, ":")
	for _, p := range rdf.Prefixes {
		if found && p.Name == prefix {
			return p.IRI + local, true
		}
	}
	return "", false
}

// QuotedTurtle writes a Turtle literal on one line; lang may be empty.
func QuotedTurtle(text string, lang taxonomy.Lang) string {
	if !turtleLang.MatchString(string(lang)) {
		lang = ""
	}
	return quoted(text, lang)
}

// CASEPackage returns the object that holds the CFDocument, CFItems and
// CFAssociations of a CASE document, or nil.
func CASEPackage(root *source.Value) *source.Value {
	if p := casePackageOf(root); p != nil {
		return p.root
	}
	if root.Get("CFAssociations") != nil {
		return root
	}
	return nil
}

// CASEType is the type of a CFAssociation as CASE 1.1 spells it.
func CASEType(a *source.Value) string { return caseType(a) }

// CASEKeys are what an item or a node is referred to by, folded.
func CASEKeys(v *source.Value) []string { return caseKeys(v) }

// CASEName is the URI of a node, else its identifier; CASETitle is its title,
// if it has one of its own.
func CASEName(v *source.Value) string  { return caseName(v) }
func CASETitle(v *source.Value) string { return caseTitle(v) }

// A CTDLNode is a node of a CTDL graph. Its properties are found by local name.
type CTDLNode struct {
	ID    string        // as written; empty or "_:…" if it has none of its own
	Types []string      // local names
	At    *source.Value // the object in the document
	node  *ctdlNode
}

// Get returns the value of the first of the properties that is there.
func (n CTDLNode) Get(names ...string) *source.Value { return n.node.get(names...) }

// IsMember tells a competency or concept, IsFramework what it belongs to.
func (n CTDLNode) IsMember() bool    { return n.node.isMember() }
func (n CTDLNode) IsFramework() bool { return n.node.isFramework() || n.node.isScheme() }

// Label is what a competency or concept is called.
func (n CTDLNode) Label() (string, taxonomy.Lang) {
	if texts := n.Get("competencyLabel", "prefLabel", "competencyText", "name").LangTexts(""); len(texts) > 0 {
		return shorten(source.PlainText(texts[0].Text)), texts[0].Lang
	}
	return "", ""
}

// Title is the name of a framework, in English where there is a choice.
func (n CTDLNode) Title() string { return n.node.title() }

// CTDLNodes returns the nodes of a CTDL document in any of its containers.
func CTDLNodes(name string, root *source.Value) []CTDLNode {
	var out []CTDLNode
	for _, n := range ctdlNodes(name, root).nodes {
		out = append(out, CTDLNode{n.id, n.types, n.at, n})
	}
	return out
}

// CTDLObject is an object that stands where a node is expected, as a node.
func CTDLObject(v *source.Value) CTDLNode {
	return CTDLNode{ID: v.First("@id", "id").String(), Types: v.Types(), At: v, node: &ctdlNode{props: v, at: v}}
}

// A CTDLAlignment is a property that aligns competencies or concepts, and the
// relation it states from the node that has it to the one it names.
type CTDLAlignment struct {
	Property string
	Match    taxonomy.Match
}

// CTDLAlignments are the properties that align competencies and concepts.
func CTDLAlignments() []CTDLAlignment {
	var out []CTDLAlignment
	for _, a := range ctdlMatches {
		out = append(out, CTDLAlignment{a.property, a.match})
	}
	return out
}

// CTDLKeys are what a node may be referred to by.
func CTDLKeys(ids ...string) []string { return ctdlKeys(ids...) }
