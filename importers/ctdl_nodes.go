package importers

import (
	"encoding/base64"
	"slices"
	"strings"

	"concord/importers/source"
)

// A ctdlNode is one node of a CTDL graph. Properties are found by local name,
// because the same ones occur as ceasn:, ceterms:, skos:, asn:, unprefixed and
// as whole URIs.
type ctdlNode struct {
	id    string // as written; empty or "_:…" if it has none of its own
	types []string
	props *source.Value // the object that holds the properties
	at    *source.Value // the object in the document, for problems
}

// localName is what follows the prefix or name space of a term.
func localName(term string) string {
	return term[strings.LastIndexAny(term, ":/#")+1:]
}

// get returns the value of the first of the properties that is there.
func (n *ctdlNode) get(names ...string) *source.Value {
	for _, name := range names {
		for _, m := range n.props.Members {
			if localName(m.Key) == name && m.Value.Kind != source.Null {
				return m.Value
			}
		}
	}
	return nil
}

func (n *ctdlNode) is(types ...string) bool {
	return slices.ContainsFunc(n.types, func(t string) bool { return slices.Contains(types, t) })
}

// The classes, by local name: ceasn: and ASN (Statement, StandardDocument,
// ProgressionModel, ProgressionLevel), and SKOS as CTDL uses it.
func (n *ctdlNode) isFramework() bool {
	return n.is("CompetencyFramework", "Container", "StandardDocument")
}
func (n *ctdlNode) isScheme() bool     { return n.is("ConceptScheme", "ProgressionModel") }
func (n *ctdlNode) isCompetency() bool { return n.is("Competency", "Statement") }
func (n *ctdlNode) isConcept() bool    { return n.is("Concept", "ProgressionLevel") }
func (n *ctdlNode) isMember() bool     { return n.isCompetency() || n.isConcept() }

// isDocument tells what is aligned to a framework: credentials, courses and
// programmes, and the like.
func (n *ctdlNode) isDocument() bool {
	return slices.ContainsFunc(n.types, func(t string) bool {
		for _, end := range []string{"Certificate", "Degree", "Badge", "License", "Diploma", "Certification", "Credential", "Doctorate",
			"Course", "LearningOpportunityProfile", "LearningProgram", "AssessmentProfile", "Organization", "Pathway"} {
			if strings.HasSuffix(t, end) {
				return true
			}
		}
		return false
	})
}

// A ctdlFile is the nodes of one file, whatever container they came in.
type ctdlFile struct {
	nodes     []*ctdlNode
	frame     *ctdlNode // what the file is about: its first framework, else its first concept scheme; nil if there is none
	frames    int       // frameworks and schemes in it
	members   int       // competencies and concepts
	documents []*ctdlNode
	marked    bool // something in it says CTDL, not just SKOS
	rsd       bool // its context is the one of rich skill descriptors
}

// ctdlNodes reads the containers: {@context, @graph}, a bare node, an array of
// nodes, a Registry envelope or an array of them, an entry of an OCF node
// directory {framework, competencies}, and RDF/JSON as the Achievement
// Standards Network publishes it.
func ctdlNodes(name string, root *source.Value) *ctdlFile {
	f := &ctdlFile{}
	f.walk(name, root, 0)
	for _, n := range f.nodes {
		switch {
		case n.isFramework() && (f.frame == nil || f.frame.isScheme()):
			f.frame = n
		case n.isScheme() && f.frame == nil:
			f.frame = n
		}
		switch {
		case n.isFramework(), n.isScheme():
			f.frames++
		case n.isMember():
			f.members++
		case n.isDocument():
			f.documents = append(f.documents, n)
		}
	}
	return f
}

// maxEmbedded bounds envelopes within envelopes and competencies within competencies.
const maxEmbedded = 64

func (f *ctdlFile) walk(name string, v *source.Value, depth int) {
	if v == nil || depth > maxEmbedded {
		return
	}
	if v.Kind == source.Array {
		for _, x := range v.Items {
			f.walk(name, x, depth+1)
		}
		return
	}
	if v.Kind != source.Object {
		return
	}
	f.context(v.Get("@context"))
	switch {
	case v.Get("decoded_resource") != nil:
		f.walk(name, v.Get("decoded_resource"), depth+1)
	case v.Get("envelope_ceterms_ctid") != nil || v.Get("envelope_type") != nil || v.Get("resource_encoding") != nil:
		f.walk(name, envelopeResource(name, v.Get("resource")), depth+1)
	case v.Get("@graph") != nil:
		f.walk(name, v.Get("@graph"), depth+1)
	case v.Get("competencies") != nil && v.First("framework", "container") != nil:
		f.directory(v)
	case isRDFJSON(v):
		f.rdfJSON(v)
	default:
		f.node(v, depth)
	}
}

// context looks for the name spaces that tell CTDL from plain SKOS.
func (f *ctdlFile) context(v *source.Value) {
	for _, c := range v.List() {
		s := c.String()
		f.marked = f.marked || strings.Contains(s, "credreg.net") || strings.Contains(s, "purl.org/ctdl")
		f.rsd = f.rsd || strings.Contains(s, "rsd.openskillsnetwork.org")
		f.marked = f.marked || c.Get("ceterms") != nil || c.Get("ceasn") != nil
	}
}

// node keeps an object that has a type, and the members embedded in it.
func (f *ctdlFile) node(v *source.Value, depth int) {
	n := &ctdlNode{id: v.First("@id", "id").String(), props: v, at: v}
	for _, t := range v.First("@type", "type").Strings() {
		n.types = append(n.types, localName(t))
	}
	if n.types == nil {
		return
	}
	f.nodes = append(f.nodes, n)
	for _, m := range v.Members {
		f.marked = f.marked || strings.HasPrefix(m.Key, "ceterms:") || strings.HasPrefix(m.Key, "ceasn:") || strings.HasPrefix(m.Key, "https://purl.org/ctdl")
	}
	if !n.isFramework() && !n.isScheme() && !n.isMember() {
		return
	}
	for _, name := range []string{"hasTopChild", "hasChild", "hasTopConcept", "hasConcept", "narrower", "isPartOf", "inScheme"} {
		for _, x := range n.get(name).List() {
			if x.Kind == source.Object && x.First("@type", "type") != nil {
				f.walk(name, x, depth+1)
			}
		}
	}
}

// directory reads an entry of an OCF node directory: its competencies have a
// text and seldom more.
func (f *ctdlFile) directory(v *source.Value) {
	frame := v.First("framework", "container")
	f.nodes = append(f.nodes, &ctdlNode{id: frame.First("@id", "id").String(), types: []string{"CompetencyFramework"}, props: frame, at: frame})
	f.marked = true
	for _, c := range v.Get("competencies").List() {
		if c.Kind == source.Object {
			f.nodes = append(f.nodes, &ctdlNode{id: c.First("@id", "id").String(), types: []string{"Competency"}, props: c, at: c})
		}
	}
}

// envelopeResource decodes the payload of an envelope that has no decoded
// form: a JWT (its signature is not looked at), Base64, or JSON in a string.
func envelopeResource(name string, v *source.Value) *source.Value {
	if v == nil || v.Kind == source.Object || v.Kind == source.Array {
		return v
	}
	text := v.String()
	if parts := strings.Split(text, "."); len(parts) == 3 {
		text = parts[1]
	}
	data := []byte(text)
	if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		fold := strings.NewReplacer("-", "+", "_", "/", "=", "", "\n", "", "\r", "")
		decoded, err := base64.RawStdEncoding.DecodeString(fold.Replace(text))
		if err != nil {
			return nil
		}
		data = decoded
	}
	tree, _, err := source.ParseJSON(name, data)
	if err != nil {
		return nil
	}
	return tree
}

// isRDFJSON tells RDF 1.1 JSON: {subject: {predicate: [{value, type, …}]}}.
func isRDFJSON(v *source.Value) bool {
	if len(v.Members) == 0 {
		return false
	}
	m := v.Members[0]
	if !isAbsolute(m.Key) || m.Value.Kind != source.Object || len(m.Value.Members) == 0 {
		return false
	}
	first := m.Value.Members[0]
	return isWeb(first.Key) && first.Value.Kind == source.Array && len(first.Value.Items) > 0 && first.Value.Items[0].Get("value") != nil
}

// asnTerms are the properties of ASN statements and documents, as CTDL-ASN
// calls them.
var asnTerms = map[string]string{
	"http://purl.org/ASN/schema/core/statementNotation": "codedNotation",
	"http://purl.org/ASN/schema/core/statementLabel":    "competencyCategory",
	"http://purl.org/dc/elements/1.1/title":             "name",
	"http://purl.org/dc/terms/title":                    "name",
	"http://purl.org/dc/elements/1.1/publisher":         "publisherName",
	"http://purl.org/dc/terms/rights":                   "license",
	"http://purl.org/dc/terms/modified":                 "dateModified",
	"http://purl.org/dc/terms/created":                  "dateCreated",
	"http://purl.org/dc/terms/language":                 "inLanguage",
}

// rdfJSON reads RDF/JSON into nodes of the JSON-LD form. The record about a
// document (foaf:primaryTopic) lends the document its dates and licence.
func (f *ctdlFile) rdfJSON(v *source.Value) {
	byID := map[string]*ctdlNode{}
	var lent []*ctdlNode
	for _, subject := range v.Members {
		props := &source.Value{Kind: source.Object}
		n := &ctdlNode{id: subject.Key, props: props, at: subject.Value}
		for _, p := range subject.Value.Members {
			list := &source.Value{Kind: source.Array}
			for _, x := range p.Value.List() {
				if localName(p.Key) == "type" {
					n.types = append(n.types, localName(x.Get("value").String()))
				}
				list.Items = append(list.Items, rdfTerm(x))
			}
			key := p.Key
			if t := asnTerms[key]; t != "" {
				key = t
			}
			if key == "http://purl.org/dc/terms/description" && n.is("Statement") {
				key = "competencyText"
			}
			props.Members = append(props.Members, source.Member{Key: key, Value: list})
		}
		f.marked = f.marked || n.is("Statement", "StandardDocument", "Competency", "CompetencyFramework")
		byID[n.id] = n
		if len(n.types) > 0 {
			f.nodes = append(f.nodes, n)
		} else if n.get("primaryTopic") != nil {
			lent = append(lent, n)
		}
	}
	for _, record := range lent {
		topic := byID[record.get("primaryTopic").String()]
		if topic == nil {
			continue
		}
		for _, name := range []string{"dateModified", "dateCreated", "license"} {
			if x := record.get(name); x != nil && topic.get(name) == nil {
				topic.props.Members = append(topic.props.Members, source.Member{Key: name, Value: x})
			}
		}
	}
}

// rdfTerm is the JSON-LD form of an RDF/JSON object.
func rdfTerm(x *source.Value) *source.Value {
	value := x.Get("value")
	if value == nil {
		value = &source.Value{Kind: source.String}
	}
	if t := x.Get("type").String(); t == "uri" || t == "bnode" {
		return value
	}
	o := &source.Value{Kind: source.Object, Members: []source.Member{{Key: "@value", Value: value}}}
	if lang := x.First("lang", "xml:lang"); lang != nil {
		o.Members = append(o.Members, source.Member{Key: "@language", Value: lang})
	}
	return o
}
