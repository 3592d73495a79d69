package credential

import (
	"slices"
	"strings"

	"concord/alignment"
	"concord/importers/source"
	"concord/taxonomy"
)

func claimsCLR(root *source.Value) bool {
	return anyNode(credentialOf(root), func(v *source.Value) bool {
		return hasType(v, "ClrCredential", "ClrSubject") || inContext(v, "/spec/clr/v2p0/") && v.Get("credentialSubject") != nil
	})
}

func claimsVC(root *source.Value) bool {
	return anyNode(credentialOf(root), func(v *source.Value) bool {
		if hasType(v, "OpenBadgeCredential", "AchievementCredential", "EndorsementCredential", "Achievement", "AchievementSubject") {
			return true
		}
		ours := inContext(v, "/spec/ob/v3p0/") || inContext(v, "openbadges-specification/context")
		subject := v.Get("credentialSubject")
		for _, s := range subject.List() {
			if s.First("achievement", "result") != nil || hasType(s, "AchievementSubject", "EndorsementSubject") {
				return true
			}
		}
		return ours && (subject != nil || v.First("criteria", "achievementType", "name") != nil)
	})
}

// credentialOf unwraps what a JWT of VC Data Model 1.1 or an API answer wraps
// around a credential.
func credentialOf(root *source.Value) *source.Value {
	if root.Get("credentialSubject") == nil {
		if vc := root.First("vc", "credential"); vc != nil {
			return vc
		}
	}
	return root
}

// readVC reads Open Badges 3.0 and CLR 2.0 credentials, and bare Achievements.
func readVC(r *reader) {
	for _, v := range topNodes(credentialOf(r.root)) {
		switch {
		case v.Get("credentialSubject") != nil, hasType(v, "VerifiableCredential"):
			r.credential(v, r.doc.Type == "CLR/2.0")
		case hasType(v, "Profile"):
			r.refused = "is an Open Badges Profile: it describes an issuer or person, not what is learned; give a badge or credential"
		default:
			r.language(v.First("@language", "inLanguage"))
			r.achievement(v)
		}
	}
}

// credential reads a verifiable credential and those nested in it.
func (r *reader) credential(v *source.Value, record bool) {
	if v.Kind == source.String {
		r.nested(v, func(part *reader, inner *source.Value) { part.credential(inner, false) })
		return
	}
	r.required(v, "@context", "id", "type", "issuer", "validFrom|issuanceDate", "credentialSubject")
	r.typed(v, "VerifiableCredential")
	if !hasType(v, "OpenBadgeCredential", "AchievementCredential", "EndorsementCredential", "ClrCredential") {
		r.warn("unexpected-type", v, "is of type %s; an OpenBadgeCredential, EndorsementCredential or ClrCredential was expected", strings.Join(types(v), ", "))
	}
	if !inContext(v, "/spec/ob/v3p0/") && !inContext(v, "/spec/clr/v2p0/") {
		r.warn("unexpected-context", v, "has no Open Badges 3.0 context")
	}
	if issuer := v.Get("issuer"); issuer != nil && issuer.Kind == source.Object {
		r.required(issuer, "id")
		r.profile3(issuer)
	}
	r.validity(v, "validFrom|issuanceDate", "validUntil|expirationDate")
	r.proof(v)
	for _, key := range []string{"credentialSchema", "credentialStatus", "refreshService"} {
		for _, x := range v.Get(key).List() {
			if x.Kind == source.Object {
				r.required(x, "type")
			} else {
				r.warn("wrong-type", x, "is no object with a type, which the standard requires")
			}
		}
	}
	r.language(v.First("@language", "inLanguage"))
	r.language(contextLanguage(v))
	if record {
		r.name(v.Get("name"))
	}
	first := len(r.doc.Texts)
	found := 0
	for _, s := range v.Get("credentialSubject").List() {
		found += r.subject(s)
	}
	if found == 0 && !record {
		r.warn("no-achievement", v, "has no achievement: only its own name and description can be read")
	}
	r.name(v.Get("name"))
	said := map[string]bool{}
	for _, t := range r.doc.Texts[first:] {
		said[strings.TrimSpace(t.Content)] = true
	}
	for _, p := range []struct {
		name string
		role alignment.Role
	}{{"name", alignment.RoleTitle}, {"description", alignment.RoleDescription}} {
		// A record of several achievements is often called after its holder.
		if text := v.Get(p.name); !record && (text == nil || !said[text.String()]) {
			r.text(text, p.role)
		}
	}
	for _, e := range v.Get("evidence").List() {
		r.evidence(e, true)
	}
	r.endorsements(v)
}

// profile3 warns of what is wrong with an issuer or learner of Open Badges 3.0.
func (r *reader) profile3(v *source.Value) {
	r.typed(v, "Profile")
	if parent := v.Get("parentOrg"); parent != nil {
		r.profile3(parent)
	}
	for _, id := range v.Get("otherIdentifier").List() {
		r.typed(id, "IdentifierEntry")
	}
}

// subject reads what is claimed of a learner and returns how many
// achievements or endorsements it found.
func (r *reader) subject(s *source.Value) int {
	if s.Kind != source.Object {
		return 0
	}
	found := 0
	for _, a := range s.Get("achievement").List() {
		r.achievement(a)
		found++
	}
	for _, c := range s.Get("verifiableCredential").List() {
		r.credential(c, false)
		found++
	}
	if comment := s.Get("endorsementComment"); comment != nil {
		r.text(comment, alignment.RoleNarrative)
		return found + 1
	}
	if found > 0 && s.Get("verifiableCredential") == nil {
		r.typed(s, "AchievementSubject")
	}
	for _, id := range s.Get("identifier").List() {
		r.typed(id, "IdentityObject")
	}
	if source := s.Get("source"); source != nil {
		r.profile3(source)
	}
	r.text(s.Get("narrative"), alignment.RoleNarrative)
	for _, res := range s.Get("result").List() {
		r.typed(res, "Result")
		r.alignments(res, "Alignment")
	}
	return found
}

// achievement reads an Achievement.
func (r *reader) achievement(a *source.Value) {
	if a.Kind != source.Object {
		r.warn("achievement-not-embedded", a, "is only the address of an achievement: what it stands for cannot be read")
		return
	}
	r.typed(a, "Achievement")
	r.required(a, "id", "name", "description", "criteria")
	outer := r.lang
	if own := parseLang(a.First("@language", "inLanguage").String()); own != r.doc.Lang {
		r.lang = own // that of a record's achievement may differ from the record's
	}
	r.name(a.Get("name"))
	r.text(a.Get("name"), alignment.RoleTitle)
	r.text(a.Get("description"), alignment.RoleDescription)
	r.text(a.Get("criteria").Get("narrative"), alignment.RoleCriterion)
	for _, key := range []string{"tag", "fieldOfStudy", "specialization"} {
		r.text(a.Get(key), alignment.RoleTag)
	}
	r.alignments(a, "Alignment")
	for _, d := range a.Get("resultDescription").List() {
		r.typed(d, "ResultDescription")
		r.text(d.Get("name"), alignment.RoleLevel)
		r.alignments(d, "Alignment")
		for _, l := range d.Get("rubricCriterionLevel").List() {
			r.text(l.Get("name"), alignment.RoleLevel)
			r.text(l.Get("description"), alignment.RoleLevel)
			r.alignments(l, "Alignment")
		}
	}
	r.endorsements(a)
	r.lang = outer
}

// alignments reads the Alignment objects of v; 1.x and some issuers call them
// "alignments", and 1.x names their properties differently.
func (r *reader) alignments(v *source.Value, kind string) {
	for _, key := range []string{"alignment", "alignments"} {
		for _, a := range v.Get(key).List() {
			if a.Kind == source.String {
				r.stated(a, alignment.Stated{URI: taxonomy.URI(a.String())})
				continue
			}
			if kind != "" {
				r.typed(a, kind)
			}
			s := alignment.Stated{
				URI:       taxonomy.URI(a.First("targetUrl", "targetURL", "url").String()),
				Code:      a.Get("targetCode").String(),
				Name:      firstText(a.First("targetName", "name")),
				Framework: firstText(a.Get("targetFramework")),
			}
			if s.URI == "" {
				r.warn("missing-property", a, "lacks targetUrl, which the standard requires")
			}
			r.stated(a, s)
		}
	}
}

// firstText returns the first text of a string or language map.
func firstText(v *source.Value) string {
	if t := v.LangTexts(""); len(t) > 0 {
		return t[0].Text
	}
	return ""
}

// evidence reads an Evidence object; an address of one is not followed.
func (r *reader) evidence(e *source.Value, typed bool) {
	if e.Kind != source.Object {
		return
	}
	if typed {
		r.typed(e, "Evidence")
	}
	for _, key := range []string{"name", "description", "narrative"} {
		r.text(e.Get(key), alignment.RoleEvidence)
	}
}

// endorsements reads the comments of embedded endorsements, of 3.0
// (credentialSubject) and of 2.0 (claim).
func (r *reader) endorsements(v *source.Value) {
	for _, e := range v.Get("endorsement").List() {
		for _, s := range slices.Concat(e.Get("credentialSubject").List(), e.Get("claim").List()) {
			r.text(s.Get("endorsementComment"), alignment.RoleNarrative)
		}
	}
}
