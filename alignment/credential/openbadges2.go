package credential

import (
	"strings"

	"concord/alignment"
	"concord/importers/source"
)

func claimsBadge(root *source.Value) bool {
	return anyNode(root, func(v *source.Value) bool {
		return hasType(v, "Assertion", "BadgeClass") || inContext(v, "w3id.org/openbadges") || inContext(v, "/spec/ob/v2p") ||
			v.Get("badge") != nil && v.First("recipient", "verify", "verification") != nil ||
			v.Get("name") != nil && v.Get("criteria") != nil && v.Get("issuer") != nil
	})
}

// badgeVersion tells 1.x, 2.0 and 2.1 by context.
func badgeVersion(v *source.Value) string {
	switch {
	case inContext(v, "v2p1"):
		return "OpenBadge/2.1"
	case inContext(v, "openbadges/v1"), v.Get("@context") == nil && (v.First("uid", "verify") != nil || v.Get("badge").Get("issuer").Get("origin") != nil):
		return "OpenBadge/1.x"
	}
	return "OpenBadge/2.0"
}

// readBadge reads Open Badges 1.x and 2.x: assertions, badge classes and
// endorsements, alone or in a list, and parts of them.
func readBadge(r *reader) {
	for i, v := range topNodes(r.root) {
		if i == 0 {
			r.doc.Type = badgeVersion(v)
		}
		r.language(v.Get("@language"))
		r.language(contextLanguage(v))
		switch {
		case hasType(v, "Issuer", "Profile", "CryptographicKey", "RevocationList", "Extension"):
			if i == 0 {
				r.refused = "is an Open Badges " + strings.Join(types(v), ", ") + ", which says nothing about what is learned; give a badge class or an assertion with its badge"
			}
		case v.Get("claim") != nil:
			r.text(v.Get("claim").Get("endorsementComment"), alignment.RoleNarrative)
		case v.Get("badge") != nil || hasType(v, "Assertion"):
			r.inOpenBadges(v, "Assertion")
			r.assertion(v)
		default:
			if v.First("name", "criteria") != nil {
				r.inOpenBadges(v, "BadgeClass")
			}
			r.badgeClass(v)
			r.text(v.Get("narrative"), alignment.RoleNarrative)
			for _, e := range v.Get("evidence").List() {
				r.evidence(e, false)
			}
		}
	}
}

// inOpenBadges warns of what stands in another context or class than its
// standard has; 1.0 has neither.
func (r *reader) inOpenBadges(v *source.Value, class string) {
	if v.Get("@context") == nil {
		return
	}
	known := inContext(v, "w3id.org/openbadges/v") || inContext(v, "/spec/ob/") || inContext(v, "openbadges.org") || inContext(v, "openbadgespec.org")
	for _, c := range v.Get("@context").List() {
		known = known || c.Kind == source.Object // says for itself what its names mean
	}
	if !known {
		r.warn("unexpected-context", v.Get("@context"), "is no context of Open Badges 1.1 to 2.1")
	}
	if v.First("type", "@type") != nil {
		r.typed(v, class)
	}
}

func (r *reader) assertion(v *source.Value) {
	r.required(v, "id|uid", "recipient", "verification|verify", "issuedOn|issued_on", "badge")
	kind := v.First("verification", "verify")
	if hasType(kind, "signed", "SignedBadge") {
		r.doc.Signed = true
	}
	if kind != nil && kind.Get("type") == nil && kind.Kind == source.Object {
		r.warn("malformed-proof", kind, "is a verification without a type; the standard knows hosted and signed")
	}
	r.validity(v, "issuedOn|issued_on", "expires")
	badge := v.Get("badge")
	for _, b := range badge.List() {
		if b.Kind == source.Object {
			r.language(b.Get("@language"))
			r.badgeClass(b)
			continue
		}
		r.warn("badge-not-embedded", b, "the badge is only named by its address %s, which is not followed; give the badge class itself", b.String())
	}
	r.text(v.Get("narrative"), alignment.RoleNarrative)
	for _, e := range v.Get("evidence").List() {
		r.evidence(e, false)
	}
	r.text(v.Get("extensions:Endorsement").Get("description"), alignment.RoleNarrative)
	r.endorsements(v)
}

func (r *reader) badgeClass(v *source.Value) {
	if hasType(v, "BadgeClass") || v.Get("criteria") != nil {
		r.required(v, "name", "description", "criteria", "issuer")
	}
	r.name(v.Get("name"))
	r.text(v.Get("name"), alignment.RoleTitle)
	r.text(v.Get("description"), alignment.RoleDescription)
	for _, c := range v.Get("criteria").List() {
		if c.Kind == source.Object {
			r.text(c.Get("narrative"), alignment.RoleCriterion)
		} else {
			r.text(c, alignment.RoleCriterion)
		}
	}
	r.text(v.First("tags", "tag"), alignment.RoleTag)
	r.alignments(v, "")
	r.endorsements(v)
}
