package credential

import (
	"slices"
	"strings"

	"concord/alignment"
	"concord/importers/source"
	"concord/taxonomy"
)

// elmClasses are the classes of the European Learning Model that say what is
// learned; the rest of the model is about people, organisations and rights.
var elmClasses = []string{
	"LearningAchievement", "LearningAchievementSpecification", "Qualification", "LearningOpportunity", "LearningOutcome",
	"LearningActivity", "LearningActivitySpecification", "LearningAssessment", "LearningAssessmentSpecification",
	"LearningEntitlement", "LearningEntitlementSpecification",
}

// claimsELM takes what is a European Digital Credential, or in the model's context.
func claimsELM(root *source.Value) bool {
	return anyNode(credentialOf(root), func(v *source.Value) bool {
		return hasType(v, "EuropeanDigitalCredential", "LearningAchievement", "LearningAchievementSpecification", "LearningOutcome") || inContext(v, "data.europa.eu/snb")
	})
}

// readELM reads European Digital Credentials (ELM 3, credential profile of the
// Europass Digital Credentials Infrastructure), bare or in the {credential,
// deliveryDetails} wrapper of its uploads, and bare things of the model.
func readELM(r *reader) {
	e := &elmReader{r, map[*source.Value]bool{}}
	for _, v := range topNodes(credentialOf(r.root)) {
		switch {
		case v.Get("credentialSubject") != nil, hasType(v, "VerifiableCredential", "EuropeanDigitalCredential"):
			e.credential(v)
		case hasType(v, elmClasses...):
			if r.doc.Type == "ELM/3" {
				r.doc.Type += "/" + types(v)[0]
			}
			r.required(v, "title")
			e.learning(v, false)
		}
	}
	if len(e.done) == 0 && r.doc.Warnings == nil {
		r.refused = "is in the European Learning Model but says nothing about what is learned: it has " + seen(r.root) + "; give a credential, achievement or qualification"
	}
}

type elmReader struct {
	*reader
	done map[*source.Value]bool
}

func (e *elmReader) credential(v *source.Value) {
	e.required(v, "id", "type", "issuer", "validFrom|issuanceDate", "credentialSubject", "displayParameter", "credentialSchema")
	e.typed(v, "EuropeanDigitalCredential")
	e.validity(v, "validFrom|issuanceDate|issued", "validUntil|expirationDate")
	e.proof(v)
	display := v.Get("displayParameter")
	e.name(display.Get("title"))
	for _, subject := range v.Get("credentialSubject").List() {
		for _, claim := range subject.Get("hasClaim").List() {
			e.learning(claim, true)
			e.name(claim.Get("title"))
		}
	}
	if len(e.doc.Texts) == 0 {
		e.warn("no-achievement", v, "has no achievement: only its own title and description can be read")
	}
	said := map[string]bool{}
	for _, t := range e.doc.Texts {
		said[strings.TrimSpace(t.Content)] = true
	}
	for _, t := range display.Get("title").LangTexts("") {
		if !said[t.Text] {
			e.lang = t.Lang
			e.text(t.At, alignment.RoleTitle)
			e.lang = ""
		}
	}
	e.text(display.Get("description"), alignment.RoleDescription)
}

// elmParts are the properties that lead from one learning thing to another.
var elmParts = []string{"specifiedBy", "hasPart", "influencedBy", "provenBy", "entitlesTo", "learningAchievementSpecification", "learningActivitySpecification", "assessedBy"}

// learning reads an achievement, activity, assessment, entitlement or what
// specifies one. Every achievement has a name of its own, as in a transcript
// of records; the names of how it was learned and proven are descriptions.
func (e *elmReader) learning(v *source.Value, claimed bool) {
	if v.Kind != source.Object || e.done[v] {
		return
	}
	e.done[v] = true
	title, about := alignment.RoleTitle, alignment.RoleDescription
	switch {
	case hasType(v, "LearningActivity", "LearningActivitySpecification"):
		title = alignment.RoleDescription
	case hasType(v, "LearningAssessment", "LearningAssessmentSpecification"):
		title, about = alignment.RoleCriterion, alignment.RoleCriterion
	case hasType(v, "LearningEntitlement", "LearningEntitlementSpecification"):
		title = alignment.RoleDescription
	case hasType(v, "LearningOutcome"):
		e.outcome(v)
		return
	case claimed && !hasType(v, elmClasses...):
		e.warn("unexpected-type", v, "is not of a class of the European Learning Model that says what is learned")
	}
	e.text(v.Get("title"), title)
	e.text(v.Get("description"), about)
	e.text(v.Get("definition"), about)
	e.notes(v.Get("additionalNote"), about)
	e.notes(v.Get("learningOutcomeSummary"), alignment.RoleOutcome)
	e.notes(v.Get("entryRequirement"), alignment.RolePrerequisite)
	for _, o := range v.Get("learningOutcome").List() {
		e.outcome(o)
	}
	for _, area := range v.Get("thematicArea").List() {
		e.text(area.Get("prefLabel"), alignment.RoleKeyword)
	}
	for _, key := range elmParts {
		for _, part := range v.Get(key).List() {
			e.learning(part, false)
		}
	}
}

// notes reads Notes, which hold plain text or HTML.
func (e *elmReader) notes(list *source.Value, role alignment.Role) {
	for _, n := range list.List() {
		if literal := n.Get("noteLiteral"); literal != nil {
			e.text(literal, role)
		} else {
			e.text(n, role)
		}
	}
}

// outcome reads a LearningOutcome and the skills it is related to. Their labels
// are the taxonomy's words, so they are no text of the credential.
func (e *elmReader) outcome(v *source.Value) {
	e.done[v] = true
	if v.Kind != source.Object {
		e.text(v, alignment.RoleOutcome)
		return
	}
	e.required(v, "title")
	e.text(v.Get("title"), alignment.RoleOutcome)
	e.notes(v.Get("additionalNote"), alignment.RoleOutcome)
	for _, s := range slices.Concat(v.Get("relatedESCOSkill").List(), v.Get("relatedSkill").List()) {
		framework := firstText(s.Get("inScheme").Get("title"))
		if framework == "" {
			framework = s.Get("inScheme").String()
		}
		e.stated(s, alignment.Stated{URI: taxonomy.URI(s.String()), Name: firstText(s.Get("prefLabel")), Framework: framework})
	}
}
