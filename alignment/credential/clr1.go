package credential

import (
	"slices"

	"concord/alignment"
	"concord/importers/source"
	"concord/taxonomy"
)

// claimsCLR1 takes Comprehensive Learner Records of version 1.0, alone or as a
// ClrSet.
func claimsCLR1(root *source.Value) bool {
	return anyNode(root, func(v *source.Value) bool {
		return hasType(v, "Clr", "CLR", "ClrSet") || v.First("assertions", "signedAssertions") != nil && v.First("learner", "publisher") != nil || v.First("clrs", "signedClrs") != nil
	})
}

// readCLR1 reads Comprehensive Learner Records of version 1.0 (1EdTech CLR
// Standard 1.0, section 6).
func readCLR1(r *reader) {
	for _, v := range topNodes(r.root) {
		r.name(v.Get("name"))
		records := []*source.Value{v}
		if v.First("clrs", "signedClrs") != nil {
			records = slices.Concat(v.Get("clrs").List(), v.Get("signedClrs").List())
		}
		for _, record := range records {
			r.record1(record)
		}
	}
}

func (r *reader) record1(v *source.Value) {
	if v.Kind == source.String {
		r.nested(v, func(part *reader, inner *source.Value) { part.record1(inner) })
		return
	}
	r.required(v, "id", "issuedOn", "learner", "publisher")
	r.validity(v, "issuedOn", "")
	if v.First("verification", "signature", "proof") != nil {
		r.doc.Signed = r.doc.Signed || hasType(v.Get("verification"), "Signed", "signed") || v.First("signature", "proof") != nil
	}
	r.name(v.Get("name"))
	for _, a := range v.Get("assertions").List() {
		r.assertion1(a)
	}
	for _, a := range v.Get("signedAssertions").List() {
		if a.Kind == source.String {
			r.nested(a, func(part *reader, inner *source.Value) { part.assertion1(inner) })
		}
	}
	for _, a := range v.Get("achievements").List() { // achievements no assertion is made of
		r.achievement1(a)
	}
}

func (r *reader) assertion1(v *source.Value) {
	if v.Kind != source.Object {
		return
	}
	r.required(v, "id", "achievement")
	r.validity(v, "issuedOn", "expires")
	r.achievement1(v.Get("achievement"))
	r.text(v.Get("narrative"), alignment.RoleNarrative)
	for _, e := range v.Get("evidence").List() {
		r.evidence(e, false)
	}
	for _, res := range v.Get("results").List() {
		r.alignments(res, "")
	}
	r.endorsements(v)
}

func (r *reader) achievement1(v *source.Value) {
	if v == nil {
		return
	}
	if v.Kind != source.Object {
		r.warn("achievement-not-embedded", v, "is only the address of an achievement: what it stands for cannot be read")
		return
	}
	r.required(v, "id", "name", "issuer", "achievementType")
	r.text(v.Get("name"), alignment.RoleTitle)
	r.text(v.Get("description"), alignment.RoleDescription)
	for _, req := range v.First("requirement", "criteria").List() {
		if req.Kind == source.Object {
			r.text(req.Get("narrative"), alignment.RoleCriterion)
		} else {
			r.text(req, alignment.RoleCriterion)
		}
	}
	r.text(v.Get("tags"), alignment.RoleTag)
	for _, key := range []string{"fieldOfStudy", "specialization"} {
		r.text(v.Get(key), alignment.RoleTag)
	}
	r.alignments(v, "")
	for _, d := range v.Get("resultDescriptions").List() {
		r.text(d.Get("name"), alignment.RoleLevel)
		r.alignments(d, "")
		for _, l := range d.Get("rubricCriterionLevels").List() {
			r.text(l.Get("name"), alignment.RoleLevel)
			r.text(l.Get("description"), alignment.RoleLevel)
			r.alignments(l, "")
		}
	}
	for _, a := range v.Get("associations").List() {
		if a.Get("associationType").String() == "exactMatchOf" {
			r.stated(a, alignment.Stated{URI: taxonomy.URI(a.Get("targetId").String()), Name: firstText(a.Get("title"))})
		}
	}
	r.endorsements(v)
}
