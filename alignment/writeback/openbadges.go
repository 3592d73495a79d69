package writeback

import (
	"concord/importers/source"
)

// obCarries is what an Alignment of Open Badges 2.0 and 3.0 has a place for;
// the release is part of targetFramework.
var obCarries = []string{factRelease, factCode, factDescription}

// badgeClasses returns the BadgeClasses of Open Badges 1.x and 2.x: by
// themselves, or embedded in an assertion.
func badgeClasses(root *source.Value) []*source.Value {
	var out []*source.Value
	for _, v := range root.Nodes() {
		badge := v.Get("badge")
		if badge == nil && (v.HasType("BadgeClass") || v.Get("criteria") != nil && v.Get("credentialSubject") == nil && !v.HasType("Achievement")) {
			out = append(out, v)
		}
		for _, b := range badge.List() {
			if b.Kind == source.Object {
				out = append(out, b)
			}
		}
	}
	return out
}

// obStated returns the targets of the alignments of a BadgeClass or
// Achievement; 1.x and some issuers name their properties otherwise.
func obStated(_ *writer, at *source.Value) []string {
	var out []string
	for _, key := range []string{"alignment", "alignments"} {
		for _, a := range at.Get(key).List() {
			if a.Kind == source.String {
				out = append(out, a.String())
			}
			out = append(out, a.First("targetUrl", "targetURL", "url").String())
		}
	}
	return out
}

// putOB2 adds AlignmentObjects (OB 2.0 section 4.4), or for 1.x the objects of
// name, url and description that it has.
func putOB2(w *writer, at *source.Value, list []Accepted) error {
	var items []any
	old := w.req.Document != nil && w.req.Document.Type == "OpenBadge/1.x"
	for _, a := range list {
		o := object{}.with("targetName", a.Label).with("targetUrl", string(a.URI)).with("targetDescription", a.Description).
			with("targetFramework", a.framework()).with("targetCode", a.Code)
		if old {
			o = object{}.with("name", a.Label).with("url", string(a.URI)).with("description", a.Description)
		}
		items = append(items, o)
	}
	if old {
		w.note("Open Badges 1.x has no place for framework and code")
	}
	return w.append(at, "alignment", items...)
}

// credentialOf unwraps what a JWT of VC Data Model 1.1, an API answer or an
// ELM delivery wraps around a credential.
func credentialOf(v *source.Value) *source.Value {
	if v.Get("credentialSubject") == nil {
		if inner := v.First("vc", "credential"); inner != nil && inner.Kind == source.Object {
			return inner
		}
	}
	return v
}

// achievements returns the Achievements of Open Badges 3.0 and CLR 2.0: of
// every credential, of those in a record, and one by itself.
func achievements(root *source.Value) []*source.Value {
	var out []*source.Value
	walkSubjects(root, func(s *source.Value) {
		for _, a := range s.Get("achievement").List() {
			if a.Kind == source.Object {
				out = append(out, a)
			}
		}
	})
	for _, v := range root.Nodes() {
		if v.HasType("Achievement") {
			out = append(out, v)
		}
	}
	return out
}

// subjects returns the AchievementSubjects that have an Achievement.
func subjects(root *source.Value) []*source.Value {
	var out []*source.Value
	walkSubjects(root, func(s *source.Value) {
		if a := s.Get("achievement"); a != nil && a.Kind == source.Object && s.Get("verifiableCredential") == nil {
			out = append(out, s)
		}
	})
	return out
}

// walkSubjects goes through the credential subjects of a document, in order.
func walkSubjects(root *source.Value, do func(*source.Value)) {
	var credential func(v *source.Value, depth int)
	credential = func(v *source.Value, depth int) {
		for _, s := range v.Get("credentialSubject").List() {
			if s.Kind != source.Object {
				continue
			}
			do(s)
			for _, c := range s.Get("verifiableCredential").List() {
				if depth < 8 {
					credential(c, depth+1)
				}
			}
		}
	}
	for _, v := range root.Nodes() {
		credential(credentialOf(v), 0)
	}
}

// putOB3 adds Alignments (OB 3.0 section B.1.3).
func putOB3(w *writer, at *source.Value, list []Accepted) error {
	var items []any
	for _, a := range list {
		items = append(items, obAlignment(a))
	}
	return w.append(at, "alignment", items...)
}

func obAlignment(a Accepted) object {
	return object{{"type", []string{"Alignment"}}}.with("targetName", a.Label).with("targetUrl", string(a.URI)).with("targetDescription", a.Description).
		with("targetFramework", a.framework()).with("targetCode", a.Code).with("targetType", targetType(a))
}

// targetType is a term of the AlignmentTargetType vocabulary; frameworks that
// it does not know get an extension of it, and a list of one's own nothing.
func targetType(a Accepted) string {
	switch a.Framework.Format {
	case "ctdl":
		return "ceasn:Competency"
	case "case":
		return "CFItem"
	case "esco":
		return "ext:ESCO"
	case "onet":
		return "ext:ONET"
	case "rsd":
		return "ext:RichSkillDescriptor"
	case "skos":
		return "ext:skos.Concept"
	}
	return ""
}
