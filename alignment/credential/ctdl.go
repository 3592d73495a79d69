package credential

import (
	"slices"
	"strings"

	"concord/alignment"
	"concord/importers/source"
	"concord/taxonomy"
)

func claimsCTDL(root *source.Value) bool {
	if root.Get("decoded_resource") != nil || len(ctdlNodes(root)) > 0 && inputOf(root) != nil {
		return true
	}
	return anyNode(root, isCTDL) || slicesContext(root, "/ctdl")
}

func isCTDL(v *source.Value) bool {
	return slices.ContainsFunc(v.First("@type", "type").Strings(), func(t string) bool {
		return strings.HasPrefix(t, "ceterms:") || strings.HasPrefix(t, "ceasn:") || strings.HasPrefix(t, "https://purl.org/ctdl")
	})
}

// ctdlNodes returns the nodes of a document in any of the containers CTDL
// comes in: a node, a list, a @graph, Registry envelopes around any of them,
// and what is sent to the Registry Assistant to be published.
func ctdlNodes(root *source.Value) []*source.Value {
	var out []*source.Value
	for _, v := range root.List() {
		if inner := v.Get("decoded_resource"); inner != nil {
			v = inner // a Registry envelope
		} else if inner := inputOf(v); inner != nil {
			v = inner
		}
		out = append(out, topNodes(v)...)
	}
	return out
}

// slicesContext reports whether the document or the first of a list has a
// context that holds part: a @graph's context stands beside it.
func slicesContext(root *source.Value, part string) bool {
	for _, v := range root.List() {
		return inContext(v, part)
	}
	return false
}

// A ctdlReader reads a Registry document: nodes refer to one another by @id.
type ctdlReader struct {
	*reader
	nodes map[string]*source.Value // of the document, by @id
	done  map[*source.Value]bool
}

func newCTDLReader(r *reader, nodes []*source.Value) *ctdlReader {
	c := &ctdlReader{r, map[string]*source.Value{}, map[*source.Value]bool{}}
	for _, v := range nodes {
		if id := v.Get("@id").String(); id != "" && c.nodes[id] == nil {
			c.nodes[id] = v
		}
	}
	return c
}

// readCTDL reads credentials, courses, learning opportunities, programs,
// assessments and pathways. What leads among them names the document; competencies beside
// them are outcomes.
func readCTDL(r *reader) {
	nodes := ctdlNodes(r.root)
	c := newCTDLReader(r, nodes)
	var lead *source.Value
	for _, v := range nodes {
		if rank := ctdlRank(v); rank > 0 && (lead == nil || rank < ctdlRank(lead)) {
			lead = v
		}
	}
	if lead == nil {
		r.refused = "is CTDL without a credential, course, program, assessment, pathway or competency: it has " + seen(r.root)
		return
	}
	r.doc.Type = "CTDL/" + ctdlClass(lead)
	r.language(c.get(lead, "inLanguage"))
	r.name(c.get(lead, "name"))
	r.required(lead, "@id|ceterms:ctid|CTID|Ctid", "ceterms:name|schema:name|name|Name|Name_Map", "ceterms:description|schema:description|description|Description|Description_Map")
	c.node(lead, true)
	for _, v := range nodes {
		if ctdlRank(v) > 0 {
			c.node(v, false)
		} else if hasType(v, "Competency") {
			c.competency(v, alignment.RoleOutcome)
		}
	}
}

// ctdlRank orders what can lead a document: 1 credentials, 2 programs, 3
// opportunities, 4 courses, 5 assessments, 6 pathways; 0 is anything else.
func ctdlRank(v *source.Value) int {
	for _, t := range ctdlTypes(v) {
		switch t {
		case "Pathway":
			return 6
		case "LearningProgram":
			return 2
		case "LearningOpportunityProfile", "LearningOpportunity":
			return 3
		case "Course":
			return 4
		case "AssessmentProfile", "Assessment":
			return 5
		case "Credential", "Badge", "DigitalBadge", "OpenBadge", "Certificate", "Certification", "License", "Diploma", "MicroCredential", "QualityAssuranceCredential":
			return 1
		}
		// ApprenticeshipCertificate, BachelorDegree, SecondarySchoolDiploma, …
		for _, end := range []string{"Certificate", "Certification", "Degree", "Doctorate", "Diploma", "Education", "Development"} {
			if strings.HasSuffix(t, end) && len(t) > len(end) {
				return 1
			}
		}
	}
	return 0
}

// get returns a property under the prefixes it occurs with, or as the Registry
// Assistant spells it.
func (c *ctdlReader) get(v *source.Value, name string) *source.Value {
	input := strings.ToUpper(name[:1]) + name[1:]
	return v.First("ceterms:"+name, "ceasn:"+name, name, "schema:"+name, input, input+"_Map")
}

// entered are properties that say what a person must bring.
var entered = []string{"entryCondition", "prerequisite", "corequisite", "coPrerequisite", "preparationFrom", "advancedStandingFrom"}

// node reads a credential, course, program, opportunity or assessment.
func (c *ctdlReader) node(v *source.Value, lead bool) {
	if c.done[v] {
		return
	}
	c.done[v] = true
	role := alignment.RoleTitle
	if !lead {
		role = alignment.RoleDescription // the name of a part
	}
	c.text(c.get(v, "name"), role)
	c.text(c.get(v, "description"), alignment.RoleDescription)
	c.text(c.get(v, "objective"), alignment.RoleOutcome)
	c.text(c.get(v, "keyword"), alignment.RoleKeyword)
	for _, s := range c.get(v, "subject").List() {
		c.target(s, alignment.RoleKeyword)
	}
	for _, key := range []string{"teaches", "assesses", "targetCompetency", "teachesCompetency", "assessesCompetency"} {
		for _, t := range c.get(v, key).List() {
			c.target(t, alignment.RoleOutcome)
		}
	}
	for _, key := range []string{"occupationType", "industryType", "instructionalProgramType"} {
		for _, t := range c.get(v, key).List() {
			if t.Kind == source.Object {
				c.state(t)
			}
		}
	}
	for _, key := range entered {
		c.conditions(c.get(v, key), alignment.RolePrerequisite)
	}
	required := alignment.RolePrerequisite
	if ctdlRank(v) == 1 || ctdlRank(v) == 5 {
		required = alignment.RoleCriterion // what earns it
	}
	c.conditions(c.get(v, "requires"), required)
	c.conditions(c.get(v, "recommends"), required)
	for _, p := range c.get(v, "hasPart").List() {
		if part := c.resolved(p); ctdlRank(part) > 0 {
			c.node(part, false)
		}
	}
	c.components(v)
}

// resolved returns the node that a reference leads to in this document, or v.
func (c *ctdlReader) resolved(v *source.Value) *source.Value {
	ref := v
	if v.Kind == source.Object && len(v.Members) == 1 {
		ref = v.Get("@id")
	}
	if ref != nil && ref.Kind == source.String {
		if n := c.nodes[ref.String()]; n != nil {
			return n
		}
	}
	return v
}

// conditions reads ConditionProfiles. One whose name speaks of admission is
// about what a person must bring, whatever property it stands in.
func (c *ctdlReader) conditions(list *source.Value, role alignment.Role) {
	for _, p := range list.List() {
		p = c.resolved(p)
		if p.Kind != source.Object || c.done[p] {
			continue
		}
		c.done[p] = true
		own := role
		if named, _ := sectionRole(firstText(c.get(p, "name"))); named == alignment.RolePrerequisite {
			own = named
		}
		for _, key := range []string{"name", "description", "condition", "experience"} {
			c.text(c.get(p, key), own)
		}
		outcome := alignment.RoleOutcome
		if own == alignment.RolePrerequisite {
			outcome = own
		}
		for _, key := range []string{"targetCompetency", "requiresCompetency"} {
			for _, t := range c.get(p, key).List() {
				c.target(t, outcome)
			}
		}
		for _, key := range []string{"targetLearningOpportunity", "targetAssessment", "targetCredential"} {
			for _, t := range c.get(p, key).List() {
				if t = c.resolved(t); own != alignment.RolePrerequisite && ctdlRank(t) > 0 {
					c.node(t, false)
				}
			}
		}
		c.conditions(c.get(p, "alternativeCondition"), own)
		c.conditions(c.get(p, "additionalCondition"), own)
	}
}

// target reads what teaches, assesses, subject and targetCompetency lead to: a
// CredentialAlignmentObject, a competency node, or an address of one.
func (c *ctdlReader) target(v *source.Value, role alignment.Role) {
	if v.Kind == source.String && !isAddress(v.String()) {
		c.text(v, role)
		return
	}
	if n := c.resolved(v); hasType(n, "Competency") {
		c.competency(n, role)
		if v.Kind == source.String {
			c.stated(v, alignment.Stated{URI: taxonomy.URI(v.String()), Name: firstText(c.get(n, "competencyText"))})
		} else if id := n.Get("@id").String(); id != "" && !strings.HasPrefix(id, "_:") {
			c.stated(v, alignment.Stated{URI: taxonomy.URI(id), Name: firstText(c.get(n, "competencyText"))})
		}
		return
	}
	if v.Kind == source.String {
		if !strings.HasPrefix(v.String(), "_:") {
			c.stated(v, alignment.Stated{URI: taxonomy.URI(v.String())})
		}
		return
	}
	if v.Kind != source.Object {
		return
	}
	if c.get(v, "targetNodeName") == nil && c.get(v, "targetNodeDescription") == nil && c.get(v, "targetNode") == nil {
		c.text(v, role) // a language map
		return
	}
	c.text(c.get(v, "targetNodeName"), role)
	if role != alignment.RoleKeyword {
		c.text(c.get(v, "targetNodeDescription"), role)
	}
	if n := c.get(v, "targetNode"); n != nil {
		if n = c.resolved(n); hasType(n, "Competency") {
			c.competency(n, role)
		}
	}
	c.state(v)
}

// state records a CredentialAlignmentObject as an alignment of the publisher's.
func (c *ctdlReader) state(v *source.Value) {
	uri := c.get(v, "targetNode").String()
	if strings.HasPrefix(uri, "_:") {
		uri = ""
	}
	framework := firstText(c.get(v, "frameworkName"))
	if framework == "" {
		framework = c.get(v, "framework").String()
	}
	c.stated(v, alignment.Stated{URI: taxonomy.URI(uri), Code: c.get(v, "codedNotation").String(), Name: firstText(c.get(v, "targetNodeName")), Framework: framework})
}
