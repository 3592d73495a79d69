package writeback

import (
	"strings"

	"concord/importers/source"
)

// schemaPrefixes are how schema.org properties are written.
var schemaPrefixes = []string{"", "schema:", "https://schema.org/", "http://schema.org/"}

// schemaProperty is the property that leads from a thing to its skills:
// teaches of what helps to learn, competencyRequired of a credential, nothing
// of a program (the vocabulary has no property for it).
func schemaProperty(v *source.Value) string {
	switch {
	case v.HasType("EducationalOccupationalCredential"):
		return "competencyRequired"
	case v.HasType("EducationalOccupationalProgram", "WorkBasedProgram"):
		return ""
	case v.HasType("Course", "LearningResource", "Syllabus", "Quiz", "CourseInstance", "EducationEvent"):
		return "teaches"
	}
	for _, name := range []string{"teaches", "assesses", "educationalAlignment", "learningResourceType", "coursePrerequisites"} {
		if x, _ := get(v, name, schemaPrefixes...); x != nil {
			return "teaches" // some other creative work
		}
	}
	return ""
}

// schemaWorks returns the courses, learning resources and credentials of a
// document: at its top, in its @graph, or as what a page is about.
func schemaWorks(root *source.Value) []*source.Value {
	var out []*source.Value
	ours := false
	for _, v := range root.List() {
		for _, c := range v.Get("@context").List() {
			ours = ours || strings.Contains(c.String()+c.Get("@vocab").String()+c.Get("schema").String(), "schema.org")
		}
	}
	var walk func(v *source.Value, depth int)
	walk = func(v *source.Value, depth int) {
		if v.Kind != source.Object {
			return
		}
		if schemaProperty(v) != "" && (ours || hasSchemaType(v)) && !isCTDL(v) {
			out = append(out, v)
			return
		}
		if depth == 0 {
			return
		}
		for _, key := range []string{"mainEntity", "mainEntityOfPage", "about", "hasCourse", "itemListElement", "item", "hasOfferCatalog"} {
			list, _ := get(v, key, schemaPrefixes...)
			for _, x := range list.List() {
				walk(x, depth-1)
			}
		}
	}
	for _, v := range root.Nodes() {
		walk(v, 3)
	}
	return out
}

func hasSchemaType(v *source.Value) bool {
	for _, t := range v.First("@type", "type").Strings() {
		if strings.HasPrefix(t, "schema:") || strings.Contains(t, "schema.org/") {
			return true
		}
	}
	return false
}

// prefixOf is how the properties of a thing are written, by most of them.
func prefixOf(v *source.Value) string {
	for _, p := range schemaPrefixes[1:] {
		for _, m := range v.Members {
			if strings.HasPrefix(m.Key, p) {
				return p
			}
		}
	}
	return ""
}

// keywordOf is "@type" or "@id" as a thing writes it: schema.org's context has
// the aliases type and id.
func keywordOf(v *source.Value, word string) string {
	if v.Get("@type") == nil && v.Get("type") != nil {
		return word[1:]
	}
	return word
}

// schemaStated returns the addresses of the defined terms of a thing. Its
// educationalAlignment counts too: teaches says the same.
func schemaStated(w *writer, at *source.Value) []string {
	var out []string
	for _, name := range []string{"teaches", "assesses", "competencyRequired", "skills"} {
		list, _ := get(at, name, schemaPrefixes...)
		for _, t := range list.List() {
			if t.Kind == source.String {
				out = append(out, t.String())
			}
			for _, key := range []string{"@id", "id", "url", "sameAs", "targetUrl"} {
				x, _ := get(t, key, schemaPrefixes...)
				out = append(out, x.Strings()...)
			}
		}
	}
	return append(out, alignmentObjectStated(w, at)...)
}

// alignmentObjectStated returns the targets of educationalAlignment.
func alignmentObjectStated(_ *writer, at *source.Value) []string {
	var out []string
	list, _ := get(at, "educationalAlignment", schemaPrefixes...)
	for _, a := range list.List() {
		url, _ := get(a, "targetUrl", schemaPrefixes...)
		out = append(out, url.Strings()...)
	}
	return out
}

// putSchema adds DefinedTerms. A work whose publisher uses educationalAlignment
// gets an AlignmentObject for each too; the vocabulary advises against it
// where teaches says all, so no other work does.
func putSchema(w *writer, at *source.Value, list []Accepted) error {
	p := prefixOf(at)
	var terms []any
	for _, a := range list {
		set := object{{keywordOf(at, "@type"), p + "DefinedTermSet"}}.with(keywordOf(at, "@id"), absolute(a.Framework.URI)).with(p+"name", a.framework())
		terms = append(terms, object{{keywordOf(at, "@type"), p + "DefinedTerm"}}.with(keywordOf(at, "@id"), string(a.URI)).with(p+"name", a.Label).
			with(p+"description", a.Description).with(p+"termCode", a.Code).with(p+"inDefinedTermSet", set))
	}
	if own, _ := get(at, "educationalAlignment", schemaPrefixes...); own != nil && schemaProperty(at) == "teaches" {
		if err := putAlignmentObject(w, at, list); err != nil {
			return err
		}
	}
	return w.append(at, schemaKey(at, schemaProperty(at)), terms...)
}

// schemaKey is a property as a thing has it, or in its own way of writing.
func schemaKey(at *source.Value, name string) string {
	if old, key := get(at, name, schemaPrefixes...); old != nil {
		return key
	}
	return prefixOf(at) + name
}

// putAlignmentObject adds AlignmentObjects to educationalAlignment.
func putAlignmentObject(w *writer, at *source.Value, list []Accepted) error {
	if schemaProperty(at) == "competencyRequired" {
		return w.fail(at, "is a credential, which schema.org gives no educationalAlignment; say --profile schema.org for competencyRequired")
	}
	p := prefixOf(at)
	var items []any
	for _, a := range list {
		items = append(items, object{{keywordOf(at, "@type"), p + "AlignmentObject"}, {p + "alignmentType", "teaches"}}.with(p+"educationalFramework", a.framework()).
			with(p+"targetName", a.Label).with(p+"targetDescription", a.Description).with(p+"targetUrl", string(a.URI)))
	}
	return w.append(at, schemaKey(at, "educationalAlignment"), items...)
}
