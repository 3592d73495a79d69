package credential

import (
	"strings"

	"concord/alignment"
	"concord/importers/source"
	"concord/taxonomy"
)

// components reads the steps of a ceterms:Pathway: what stands on the way to
// its destination. A competency on the way is an outcome, anything else a part.
func (c *ctdlReader) components(v *source.Value) {
	if !hasType(v, "Pathway") {
		return
	}
	for _, key := range []string{"hasPart", "hasDestinationComponent", "hasChild"} {
		for _, p := range c.get(v, key).List() {
			c.component(c.resolved(p))
		}
	}
}

// component reads a ceterms:PathwayComponent and what it is reached by.
func (c *ctdlReader) component(v *source.Value) {
	if v.Kind != source.Object || c.done[v] || !isComponent(v) {
		return
	}
	c.done[v] = true
	role := alignment.RoleDescription
	if hasType(v, "CompetencyComponent") {
		role = alignment.RoleOutcome
		if of := c.get(v, "proxyFor"); of != nil {
			c.stated(of, alignment.Stated{URI: taxonomy.URI(of.String()), Name: firstText(c.get(v, "name"))})
		}
	}
	c.text(c.get(v, "name"), role)
	c.text(c.get(v, "description"), role)
	for _, key := range []string{"hasChild", "precedes", "preceeds", "prerequisite", "hasPart"} {
		for _, next := range c.get(v, key).List() {
			c.component(c.resolved(next))
		}
	}
	for _, condition := range c.get(v, "hasCondition").List() {
		condition = c.resolved(condition)
		c.text(c.get(condition, "name"), alignment.RoleDescription)
		c.text(c.get(condition, "description"), alignment.RoleDescription)
		for _, t := range c.get(condition, "targetComponent").List() {
			c.component(c.resolved(t))
		}
	}
}

// isComponent tells ceterms:CourseComponent, CredentialComponent, JobComponent
// and the other classes of steps.
func isComponent(v *source.Value) bool {
	for _, t := range types(v) {
		if strings.HasSuffix(t, "Component") {
			return true
		}
	}
	return false
}
