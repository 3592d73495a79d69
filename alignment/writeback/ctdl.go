package writeback

import (
	"slices"
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// ctdlProperty returns the property that leads from an object to its skills,
// by its class: teaches for what is learned from, assesses for assessments,
// requires (a ConditionProfile) for credentials; "" for anything else. rank
// orders what a document is about, credentials first.
func ctdlProperty(v *source.Value) (property string, rank int) {
	for _, t := range v.Types() {
		switch t {
		case "LearningProgram":
			return "teaches", 2
		case "LearningOpportunityProfile", "LearningOpportunity":
			return "teaches", 3
		case "Course":
			return "teaches", 4
		case "AssessmentProfile", "Assessment":
			return "assesses", 5
		case "Credential", "Badge", "DigitalBadge", "OpenBadge", "License", "MicroCredential", "QualityAssuranceCredential", "GeneralEducationDevelopment":
			return "requires", 1
		}
		for _, end := range []string{"Certificate", "Certification", "Degree", "Doctorate", "Diploma"} {
			if strings.HasSuffix(t, end) {
				return "requires", 1
			}
		}
	}
	return "", 0
}

// ctdlNodes returns the credentials, programs, courses and assessments of a
// CTDL document, what leads it first.
func ctdlNodes(root *source.Value) []*source.Value {
	var out []*source.Value
	for _, v := range graphOf(root) {
		if _, rank := ctdlProperty(v); rank > 0 && isCTDL(v) {
			out = append(out, v)
		}
	}
	slices.SortStableFunc(out, func(a, b *source.Value) int {
		_, x := ctdlProperty(a)
		_, y := ctdlProperty(b)
		return x - y
	})
	return out
}

// graphOf returns the nodes of a Registry document, unwrapped.
func graphOf(root *source.Value) []*source.Value {
	if inner := root.Get("decoded_resource"); inner != nil {
		return inner.Nodes()
	}
	return root.Nodes()
}

// isCTDL tells a CTDL object from one of schema.org or Open Badges, which have
// classes of the same names.
func isCTDL(v *source.Value) bool {
	return slices.ContainsFunc(v.First("@type", "type").Strings(), func(t string) bool {
		return strings.HasPrefix(t, "ceterms:") || strings.HasPrefix(t, "https://purl.org/ctdl")
	})
}

const ceterms, ceasn = "ceterms:", "ceasn:"

// ctdlStated returns what an object teaches, assesses or requires.
func ctdlStated(w *writer, at *source.Value) []string {
	var out []string
	for _, name := range []string{"teaches", "assesses"} {
		list, _ := get(at, name, ceterms)
		out = append(out, targets(list)...)
	}
	requires, _ := get(at, "requires", ceterms)
	for _, p := range requires.List() {
		list, _ := get(w.resolved(p), "targetCompetency", ceterms)
		out = append(out, targets(list)...)
	}
	return out
}

// targets returns the URIs of CredentialAlignmentObjects, references and
// addresses.
func targets(list *source.Value) []string {
	var out []string
	for _, t := range list.List() {
		node, _ := get(t, "targetNode", ceterms)
		out = append(out, node.String(), t.String())
	}
	return out
}

// resolved returns the node of the document that a reference leads to, or v.
func (w *writer) resolved(v *source.Value) *source.Value {
	if v.Kind == source.Object && (len(v.Members) != 1 || v.Get("@id") == nil) {
		return v
	}
	for _, n := range graphOf(w.root) {
		if id := n.Get("@id").String(); id != "" && id == v.String() {
			return n
		}
	}
	return v
}

// putCTDL adds CredentialAlignmentObjects. Those of a credential go into the
// ConditionProfile that has competencies already, else into one of their own:
// what else a credential requires may be about admission.
func putCTDL(w *writer, at *source.Value, list []Accepted) error {
	property, _ := ctdlProperty(at)
	var items []any
	name, _ := get(at, "name", ceterms)
	text := langText
	if name != nil && name.Kind == source.String { // as older documents have it
		text = func(_, text string) any { return text }
	}
	for _, a := range list {
		items = append(items, alignmentObject(w, a, text))
	}
	_, key := get(at, property, ceterms)
	if at.Get(key) == nil {
		key = ceterms + property
	}
	if property != "requires" {
		return w.append(at, key, items...)
	}
	for _, p := range at.Get(key).List() {
		p = w.resolved(p)
		if competencies, name := get(p, "targetCompetency", ceterms); competencies != nil {
			return w.append(p, name, items...)
		}
	}
	return w.append(at, key, object{{"@type", "ceterms:ConditionProfile"},
		{"ceterms:description", text("en", "The skills that the holder of the credential has shown.")}, {"ceterms:targetCompetency", items}})
}

// langText is a text as a language map.
func langText(lang, text string) any { return langMap(lang, text) }

// alignmentObject is a ceterms:CredentialAlignmentObject, its texts written by
// text. Its alignmentType is
// redundant by the CTDL usage note where the property says all; it says more
// where a person gave a predicate.
func alignmentObject(w *writer, a Accepted, text func(lang, text string) any) object {
	o := object{{"@type", "ceterms:CredentialAlignmentObject"}}.
		with("ceterms:framework", absolute(a.Framework.URI)).
		with("ceterms:frameworkName", text("en", a.framework())).
		with("ceterms:targetNode", string(a.URI)).
		with("ceterms:targetNodeName", text(a.lang(), a.Label)).
		with("ceterms:targetNodeDescription", text(a.lang(), a.Description)).
		with("ceterms:codedNotation", a.Code).
		with("ceterms:alignmentType", ctdlMatch[a.Predicate])
	if !w.req.At.IsZero() {
		o = o.with("ceterms:alignmentDate", w.req.At.UTC().Format("2006-01-02"))
	}
	return o
}

// ctdlMatch are the terms of the ceterms:Alignment concept scheme.
var ctdlMatch = map[taxonomy.Match]string{
	taxonomy.ExactMatch: "alignment:ExactMatch", taxonomy.CloseMatch: "alignment:CloseMatch", taxonomy.BroadMatch: "alignment:BroadMatch",
	taxonomy.NarrowMatch: "alignment:NarrowMatch", taxonomy.RelatedMatch: "alignment:RelatedMatch",
}

// absolute returns a URI that may stand where xsd:anyURI is asked for, or "".
func absolute(uri taxonomy.URI) string {
	if strings.Contains(string(uri), ":") {
		return string(uri)
	}
	return ""
}
