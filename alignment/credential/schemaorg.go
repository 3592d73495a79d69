package credential

import (
	"slices"
	"strings"

	"concord/alignment"
	"concord/importers/source"
	"concord/taxonomy"
)

// courseTypes are the schema.org types that say what is learned.
var courseTypes = []string{"Course", "LearningResource", "EducationalOccupationalCredential", "EducationalOccupationalProgram", "WorkBasedProgram", "Syllabus", "Quiz"}

// courseProperties make a course of any other creative work.
var courseProperties = []string{"teaches", "assesses", "competencyRequired", "educationalAlignment", "learningResourceType", "coursePrerequisites", "syllabusSections"}

func claimsSchema(root *source.Value) bool { return len(courses(root)) > 0 }

// schemaGet returns a property under the prefixes it occurs with.
func schemaGet(v *source.Value, name string) *source.Value {
	return v.First(name, "schema:"+name, "https://schema.org/"+name, "http://schema.org/"+name)
}

// courses returns the courses, resources, programs and credentials of a
// document: at its top, in its @graph, or as what a page is about.
func courses(root *source.Value) []*source.Value {
	var out []*source.Value
	context := slicesContext(root, "schema.org")
	var walk func(v *source.Value, depth int)
	walk = func(v *source.Value, depth int) {
		if isCourse(v, context) {
			out = append(out, v)
			return
		}
		if depth == 0 || v.Kind != source.Object {
			return
		}
		for _, key := range []string{"mainEntity", "mainEntityOfPage", "about", "hasCourse", "hasCredential", "itemListElement", "item", "hasOfferCatalog"} {
			for _, x := range schemaGet(v, key).List() {
				walk(x, depth-1)
			}
		}
	}
	for _, v := range topNodes(root) {
		walk(v, 3)
	}
	return out
}

func isCourse(v *source.Value, context bool) bool {
	if v.Kind != source.Object {
		return false
	}
	ours := context
	for _, t := range v.First("@type", "type").Strings() {
		ours = ours || strings.HasPrefix(t, "schema:") || strings.Contains(t, "schema.org/")
	}
	return ours && (hasType(v, courseTypes...) || slices.ContainsFunc(courseProperties, func(p string) bool { return schemaGet(v, p) != nil }))
}

// readSchema reads schema.org courses and what is like them.
func readSchema(r *reader) {
	all := courses(r.root)
	if len(all) == 0 {
		r.refused = "holds no schema.org course, learning resource, program or credential: it has " + seen(r.root)
		return
	}
	if r.doc.Type = "schema.org"; len(types(all[0])) > 0 {
		r.doc.Type += "/" + types(all[0])[0]
	}
	for _, v := range all {
		r.language(schemaGet(v, "inLanguage"))
	}
	r.language(contextLanguage(r.root))
	for _, v := range all {
		r.name(schemaGet(v, "name"))
		r.course(v, alignment.RoleTitle)
	}
}

// course reads one course; title is the role of its name.
func (r *reader) course(v *source.Value, title alignment.Role) {
	r.text(schemaGet(v, "name"), title)
	if schemaGet(v, "name") == nil {
		r.text(schemaGet(v, "headline"), title)
	}
	for _, key := range []string{"description", "abstract"} {
		r.text(schemaGet(v, key), alignment.RoleDescription)
	}
	for _, key := range []string{"teaches", "assesses", "competencyRequired", "skills"} {
		r.terms(schemaGet(v, key), alignment.RoleOutcome)
	}
	for _, key := range []string{"about", "keywords"} {
		r.terms(schemaGet(v, key), alignment.RoleKeyword)
	}
	for _, key := range []string{"coursePrerequisites", "programPrerequisites"} {
		r.terms(schemaGet(v, key), alignment.RolePrerequisite)
	}
	if !hasType(v, "EducationalOccupationalCredential") {
		r.terms(schemaGet(v, "educationalCredentialAwarded"), alignment.RoleDescription)
	}
	for _, a := range schemaGet(v, "educationalAlignment").List() {
		r.alignmentObject(a, alignment.RoleOutcome)
	}
	for _, key := range []string{"syllabusSections", "hasPart", "hasCourse"} {
		for _, part := range schemaGet(v, key).List() {
			if part.Kind == source.Object {
				r.course(part, alignment.RoleDescription)
			} else {
				r.text(part, alignment.RoleDescription)
			}
		}
	}
}

// terms reads a property whose values are texts, defined terms, things with a
// name, alignment objects or addresses.
func (r *reader) terms(list *source.Value, role alignment.Role) {
	for _, v := range list.List() {
		switch {
		case v.Kind == source.String && isAddress(v.String()):
			r.stated(v, alignment.Stated{URI: taxonomy.URI(v.String())})
		case v.Kind != source.Object || v.Get("@value") != nil:
			r.text(v, role)
		case schemaGet(v, "targetName") != nil || schemaGet(v, "targetUrl") != nil:
			r.alignmentObject(v, role)
		default:
			r.text(schemaGet(v, "name"), role)
			if role != alignment.RoleKeyword {
				r.text(schemaGet(v, "description"), role)
			}
			set := schemaGet(v, "inDefinedTermSet")
			framework := firstText(schemaGet(set, "name"))
			if framework == "" {
				framework = set.String()
			}
			r.stated(v, alignment.Stated{
				URI:       taxonomy.URI(v.First("@id", "id", "url", "schema:url", "sameAs").String()),
				Code:      schemaGet(v, "termCode").String(),
				Name:      firstText(schemaGet(v, "name")),
				Framework: framework,
			})
		}
	}
}

// alignmentObject reads a schema:AlignmentObject.
func (r *reader) alignmentObject(v *source.Value, role alignment.Role) {
	if v.Kind != source.Object {
		r.terms(v, role)
		return
	}
	switch kind := schemaGet(v, "alignmentType").String(); kind {
	case "requires", "prerequisite":
		role = alignment.RolePrerequisite
	case "educationalSubject", "educationalLevel", "readingLevel", "textComplexity":
		role = alignment.RoleKeyword
	}
	r.text(schemaGet(v, "targetName"), role)
	r.text(schemaGet(v, "targetDescription"), role)
	r.stated(v, alignment.Stated{
		URI:       taxonomy.URI(schemaGet(v, "targetUrl").String()),
		Name:      firstText(schemaGet(v, "targetName")),
		Framework: strings.TrimSpace(firstText(schemaGet(v, "educationalFramework"))),
	})
}
