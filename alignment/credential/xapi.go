package credential

import (
	"strings"

	"concord/alignment"
	"concord/importers/source"
	"concord/taxonomy"
)

// claimsXAPI takes statements (alone, in a list, or as a learning record store
// answers), activities, and profiles.
func claimsXAPI(root *source.Value) bool {
	if root.Get("statements") != nil {
		root = root.Get("statements")
	}
	return anyNode(root, func(v *source.Value) bool {
		return isStatement(v) || isActivity(v) || isProfile(v)
	})
}

// isStatement tells a statement or sub-statement, also one that lacks a part.
func isStatement(v *source.Value) bool {
	parts := 0
	for _, key := range []string{"actor", "verb", "object"} {
		if v.Get(key) != nil {
			parts++
		}
	}
	return parts >= 2 || v.Get("objectType").String() == "SubStatement"
}

// isActivity tells an Activity, with or without its definition.
func isActivity(v *source.Value) bool {
	return v.Get("objectType").String() == "Activity" || v.Get("id") != nil && v.Get("definition").First("name", "description", "type", "interactionType") != nil
}

func isProfile(v *source.Value) bool {
	return hasType(v, "Profile") && (strings.Contains(v.Get("conformsTo").String(), "w3id.org/xapi/profiles") || inContext(v, "w3id.org/xapi/profiles"))
}

// readXAPI reads what xAPI statements are about (IEEE 9274.1.1, section 4.2.2),
// activities by themselves, and profiles.
func readXAPI(r *reader) {
	root := r.root
	if list := root.Get("statements"); list != nil {
		root = list
	}
	for i, v := range topNodes(root) {
		switch {
		case isProfile(v):
			r.doc.Type = "xAPI/Profile"
			r.profile(v)
		case isStatement(v):
			if i == 0 {
				r.doc.Type = "xAPI/Statement"
			}
			r.statement(v)
		default:
			if i == 0 {
				r.doc.Type = "xAPI/Activity"
			}
			r.activity(v, alignment.RoleTitle, alignment.RoleDescription)
		}
	}
}

func (r *reader) statement(v *source.Value) {
	r.required(v, "actor", "verb", "object")
	if verb := v.Get("verb"); verb != nil {
		r.required(verb, "id")
	}
	object := v.Get("object")
	switch kind := object.Get("objectType").String(); {
	case kind == "SubStatement":
		r.statement(object)
	case kind == "", kind == "Activity":
		r.activity(object, alignment.RoleTitle, alignment.RoleDescription)
	default: // an agent, a group, or the number of another statement
		r.warn("no-activity", object, "is of type %s: what was learned is not in this statement", kind)
	}
	activities := v.Get("context").Get("contextActivities")
	for _, key := range []string{"parent", "grouping"} {
		for _, a := range activities.Get(key).List() {
			r.activity(a, alignment.RoleDescription, alignment.RoleDescription)
		}
	}
	// What a statement is about besides its course is a category or other
	// activity: the only place xAPI has for a skill.
	for _, key := range []string{"category", "other"} {
		for _, a := range activities.Get(key).List() {
			r.activity(a, alignment.RoleKeyword, alignment.RoleDescription)
			r.stated(a, alignment.Stated{URI: taxonomy.URI(a.Get("id").String()), Name: firstText(a.Get("definition").Get("name"))})
		}
	}
	r.text(v.Get("result").Get("response"), alignment.RoleEvidence)
	for _, a := range v.Get("attachments").List() {
		r.text(a.Get("display"), alignment.RoleEvidence)
		r.text(a.Get("description"), alignment.RoleEvidence)
	}
}

// activity reads an Activity; what a learner may choose from in an interaction
// is about the question, not about the learner.
func (r *reader) activity(v *source.Value, title, about alignment.Role) {
	if v == nil {
		return
	}
	r.required(v, "id")
	d := v.Get("definition")
	if d == nil {
		return
	}
	r.langMap(d.Get("name"))
	r.langMap(d.Get("description"))
	if title == alignment.RoleTitle {
		r.name(d.Get("name"))
	}
	r.text(d.Get("name"), title)
	r.text(d.Get("description"), about)
}

// langMap warns of what is no language map where xAPI requires one.
func (r *reader) langMap(v *source.Value) {
	switch {
	case v == nil:
		return
	case v.Kind != source.Object:
		r.warn("wrong-type", v, "is no language map such as {\"en\": \"…\"}, which the standard requires here")
		return
	}
	for _, m := range v.Members {
		if parseLang(m.Key) == "" {
			r.warn("unknown-language", m.Value, "%q is no language tag; write en, fr or pt-BR", m.Key)
		}
	}
}

// profile reads an xAPI profile: its activities say what is learned, its verbs,
// types and extensions are how that is told.
func (r *reader) profile(v *source.Value) {
	r.required(v, "id", "prefLabel", "definition", "versions", "author")
	r.name(v.Get("prefLabel"))
	r.text(v.Get("prefLabel"), alignment.RoleTitle)
	r.text(v.Get("definition"), alignment.RoleDescription)
	for _, c := range v.Get("concepts").List() {
		d := c.Get("activityDefinition")
		r.text(d.Get("name"), alignment.RoleOutcome)
		r.text(d.Get("description"), alignment.RoleOutcome)
		r.text(c.Get("prefLabel"), alignment.RoleBoilerplate)
		r.text(c.Get("definition"), alignment.RoleBoilerplate)
	}
	for _, key := range []string{"templates", "patterns"} {
		for _, t := range v.Get(key).List() {
			r.text(t.Get("prefLabel"), alignment.RoleBoilerplate)
			r.text(t.Get("definition"), alignment.RoleBoilerplate)
		}
	}
}
