package credential

import (
	"slices"
	"strings"

	"concord/alignment"
	"concord/importers/source"
	"concord/taxonomy"
)

// claimsCTDLASN takes competencies and their frameworks that no credential or
// course stands beside, in the containers of CTDL, as an entry of an OCF node
// directory, and as the RDF/JSON of the Achievement Standards Network.
func claimsCTDLASN(root *source.Value) bool {
	if isDirectory(root) || len(asnStatements(root)) > 0 {
		return true
	}
	ours := slicesContext(root, "/ctdl") || root.Get("decoded_resource") != nil
	found := false
	for _, v := range ctdlNodes(root) {
		if ctdlRank(v) > 0 {
			return false
		}
		found = found || (ours || isCTDL(v)) && hasType(v, "Competency", "CompetencyFramework", "Container", "Collection")
	}
	return found
}

// isDirectory tells an entry of a node directory of the Open Competency
// Framework Collaborative.
func isDirectory(v *source.Value) bool {
	return v.Get("competencies") != nil && v.First("framework", "container") != nil
}

// readCTDLASN reads competency frameworks and competencies as something to
// align to another framework.
func readCTDLASN(r *reader) {
	if statements := asnStatements(r.root); len(statements) > 0 {
		r.asn(statements)
		return
	}
	nodes := ctdlNodes(r.root)
	c := newCTDLReader(r, nodes)
	if isDirectory(r.root) {
		nodes = append([]*source.Value{r.root.First("framework", "container")}, r.root.Get("competencies").List()...)
		c.framework(nodes[0])
		r.doc.Type = "CTDL-ASN/CompetencyFramework"
	}
	for _, v := range nodes {
		if hasType(v, "CompetencyFramework", "Container", "Collection") {
			if r.doc.Type == "CTDL-ASN" {
				r.doc.Type += "/" + types(v)[0]
			}
			c.framework(v)
		}
	}
	for _, v := range nodes {
		if hasType(v, "Competency") || c.get(v, "competencyText") != nil {
			if r.doc.Type == "CTDL-ASN" {
				r.doc.Type += "/Competency"
			}
			c.language(c.get(v, "inLanguage"))
			c.required(v, "ceasn:competencyText|ceterms:competencyText|competencyText")
			c.competency(v, alignment.RoleOutcome)
			for _, key := range []string{"competencyLabel", "name", "competencyText"} {
				c.name(c.get(v, key))
			}
		}
	}
}

func (c *ctdlReader) framework(v *source.Value) {
	c.done[v] = true
	c.required(v, "ceasn:name|ceterms:name|name")
	c.language(c.get(v, "inLanguage"))
	c.name(c.get(v, "name"))
	c.text(c.get(v, "name"), alignment.RoleTitle)
	c.text(c.get(v, "description"), alignment.RoleDescription)
	for _, key := range []string{"conceptKeyword", "keyword", "keywords"} {
		c.text(c.get(v, key), alignment.RoleKeyword)
	}
	for _, key := range []string{"competencies", "hasMember", "hasTopChild"} {
		for _, m := range c.get(v, key).List() {
			if m.Kind == source.Object && c.resolved(m) == m {
				c.competency(m, alignment.RoleOutcome)
			}
		}
	}
}

// competencyAlignments are the properties by which a competency refers to those
// of other frameworks.
var competencyAlignments = []string{"exactAlignment", "broadAlignment", "narrowAlignment", "majorAlignment", "minorAlignment", "alignTo", "derivedFrom", "skillEmbodied", "knowledgeEmbodied", "abilityEmbodied"}

// competency reads a ceasn:Competency, alone or as part of a document.
func (c *ctdlReader) competency(v *source.Value, role alignment.Role) {
	if c.done[v] {
		return
	}
	c.done[v] = true
	c.text(c.get(v, "competencyLabel"), role)
	c.text(c.get(v, "competencyText"), role)
	if c.get(v, "competencyLabel") == nil {
		c.text(c.get(v, "name"), role)
	}
	if c.get(v, "competencyText") == nil {
		c.text(c.get(v, "description"), role)
	}
	c.text(c.get(v, "comment"), alignment.RoleDescription)
	for _, key := range []string{"conceptKeyword", "keywords"} {
		c.text(c.get(v, key), alignment.RoleKeyword)
	}
	for _, key := range competencyAlignments {
		for _, t := range c.get(v, key).List() {
			if id := t.String(); id != "" && c.nodes[id] == nil {
				c.stated(t, alignment.Stated{URI: taxonomy.URI(id), Name: firstText(c.get(t, "targetNodeName"))})
			}
		}
	}
	for _, child := range c.get(v, "hasChild").List() {
		if child.Kind == source.Object && c.resolved(child) == child {
			c.competency(child, role)
		}
	}
}

const (
	rdfType   = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
	dcTerms   = "http://purl.org/dc/terms/"
	dcElement = "http://purl.org/dc/elements/1.1/"
)

// asnStatements returns the subjects of RDF/JSON (W3C note of 2013) that are
// statements or documents of the Achievement Standards Network, or nothing.
func asnStatements(root *source.Value) []source.Member {
	if root.Kind != source.Object || len(root.Members) == 0 || !isAddress(root.Members[0].Key) {
		return nil
	}
	var out []source.Member
	for _, m := range root.Members {
		if slices.ContainsFunc(m.Value.Get(rdfType).List(), func(t *source.Value) bool {
			return strings.HasPrefix(t.Get("value").String(), "http://purl.org/ASN/schema/core/Sta")
		}) {
			out = append(out, m)
		}
	}
	return out
}

func (r *reader) asn(statements []source.Member) {
	r.doc.Type = "CTDL-ASN/RDF"
	for _, m := range statements {
		document := strings.HasSuffix(m.Value.Get(rdfType).List()[0].Get("value").String(), "StandardDocument")
		for _, t := range m.Value.First(dcTerms+"title", dcElement+"title").List() {
			r.name(t.Get("value"))
			r.text(t.Get("value"), alignment.RoleTitle)
		}
		role := alignment.RoleOutcome
		if document {
			role = alignment.RoleDescription
		}
		for _, d := range m.Value.Get(dcTerms + "description").List() {
			outer := r.lang
			if lang := parseLang(d.Get("lang").String()); lang != "" {
				r.lang = lang
			}
			r.text(d.Get("value"), role)
			r.lang = outer
		}
	}
}
