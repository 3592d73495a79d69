package writeback

import (
	"concord/alignment/jsonpatch"
	"concord/importers/source"
)

// Identifiers in xAPI, which has no alignment of its own.
const (
	// xapiExtension is the extension whose value is a list of alignments with
	// what an activity in the context cannot say.
	xapiExtension = "https://w3id.org/concord/xapi/extensions/alignments"
	// xapiObjective is ADL's activity type for what competency is shown by.
	xapiObjective = "http://adlnet.gov/expapi/activities/objective"
)

// xapiParts returns the statements of a document, or the activities in one
// without statements.
func xapiParts(root *source.Value) []*source.Value {
	var statements, activities []*source.Value
	for _, v := range root.List() {
		for _, s := range append([]*source.Value{v}, v.Get("statements").List()...) {
			switch {
			case s.Kind != source.Object:
			case s.Get("actor") != nil && s.Get("verb") != nil && s.Get("object") != nil:
				statements = append(statements, s)
			case isActivity(s):
				activities = append(activities, s)
			}
		}
	}
	if len(statements) > 0 {
		return statements
	}
	return activities
}

// isActivity tells an activity by itself: its definition has what only xAPI
// names so.
func isActivity(v *source.Value) bool {
	d := v.Get("definition")
	return v.Get("id") != nil && d != nil && d.Kind == source.Object && (v.Get("objectType").String() == "Activity" || d.First("type", "interactionType", "moreInfo") != nil) && v.Get("@context") == nil
}

// xapiStated returns the activities in the context of a statement and what the
// extension lists.
func xapiStated(_ *writer, at *source.Value) []string {
	var out []string
	for _, kind := range []string{"parent", "grouping", "category", "other"} {
		for _, a := range at.Get("context").Get("contextActivities").Get(kind).List() {
			out = append(out, a.Get("id").String())
		}
	}
	for _, holder := range []string{"context", "definition"} {
		for _, a := range at.Get(holder).Get("extensions").Get(xapiExtension).List() {
			out = append(out, a.Get("uri").String())
		}
	}
	return out
}

// putXAPI adds each skill to contextActivities.other of a statement (what its
// activity relates to in another way, xAPI 4.1.6.2) and to the extension; an
// activity by itself gets the extension in its definition.
func putXAPI(w *writer, at *source.Value, list []Accepted) error {
	var activities, records []any
	for _, a := range list {
		activities = append(activities, object{{"objectType", "Activity"}, {"id", string(a.URI)},
			{"definition", object{{"type", xapiObjective}, {"name", langMap(a.lang(), a.Label)}}}})
		records = append(records, xapiRecord(w.req, a))
	}
	if at.Get("actor") == nil {
		return w.appendDeep(at, []string{"definition", "extensions", xapiExtension}, records)
	}
	if at.Get("stored") != nil {
		w.note("the statement has been stored by an LRS, which keeps it as it is: send the changed one as a new statement")
	}
	if at.Get("context") == nil {
		w.pointer = at.Pointer() + "/context"
		return w.op(jsonpatch.Add, w.pointer, object{{"contextActivities", object{{"other", activities}}}, {"extensions", object{{xapiExtension, records}}}})
	}
	if err := w.appendDeep(at, []string{"context", "extensions", xapiExtension}, records); err != nil {
		return err
	}
	return w.appendDeep(at, []string{"context", "contextActivities", "other"}, activities)
}

// xapiRecord is an alignment with all that is known of it.
func xapiRecord(req Request, a Accepted) object {
	o := object{{"uri", string(a.URI)}}.with("label", a.Label).with("code", a.Code).with("scheme", a.Scheme).with("release", a.Release).with("predicate", string(a.Predicate))
	if a.Probability > 0 {
		o = append(o, member{"probability", a.Probability})
	}
	if len(a.Evidence) > 0 {
		o = append(o, member{"evidence", a.Evidence})
	}
	return o.with("reviewer", req.Reviewer).with("reviewed", req.reviewed())
}

// appendDeep adds items to the list at path, and the objects above it where they
// are missing.
func (w *writer) appendDeep(at *source.Value, path []string, items []any) error {
	for i, key := range path[:len(path)-1] {
		inner := at.Get(key)
		if inner == nil {
			var value any = items
			for j := len(path) - 1; j > i; j-- {
				value = object{{path[j], value}}
			}
			w.pointer = at.Pointer() + "/" + source.PointerToken(key)
			return w.op(jsonpatch.Add, w.pointer, value)
		}
		at = inner
	}
	return w.append(at, path[len(path)-1], items...)
}
