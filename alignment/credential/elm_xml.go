package credential

import (
	"slices"
	"strings"

	"concord/alignment"
	"concord/taxonomy"
)

// claimsELMXML takes what a Europass credential or a catalogue of learning
// opportunities and qualifications (ELM 2 and 3) has at its root.
func claimsELMXML(root *element) bool {
	switch root.name {
	case "europassCredential", "verifiablePresentation", "Courses", "Qualifications", "LearningOpportunities":
		return strings.Contains(root.space, "europa.eu")
	}
	return false
}

// elmTitles are the elements of the model that say what is learned, with the
// roles of their titles and descriptions; text in any other is about people,
// organisations and rights.
var elmTitles = map[string][2]alignment.Role{
	"learningAchievement":              {alignment.RoleTitle, alignment.RoleDescription},
	"learningAchievementSpecification": {alignment.RoleTitle, alignment.RoleDescription},
	"learningSpecification":            {alignment.RoleTitle, alignment.RoleDescription},
	"qualification":                    {alignment.RoleTitle, alignment.RoleDescription},
	"learningOpportunity":              {alignment.RoleTitle, alignment.RoleDescription},
	"learningOutcome":                  {alignment.RoleOutcome, alignment.RoleOutcome},
	"learningActivity":                 {alignment.RoleDescription, alignment.RoleDescription},
	"learningActivitySpecification":    {alignment.RoleDescription, alignment.RoleDescription},
	"wasInfluencedBy":                  {alignment.RoleDescription, alignment.RoleDescription},
	"assessmentSpecification":          {alignment.RoleCriterion, alignment.RoleCriterion},
	"learningAssessment":               {alignment.RoleCriterion, alignment.RoleCriterion},
	"learningAssessmentSpecification":  {alignment.RoleCriterion, alignment.RoleCriterion},
	"wasDerivedFrom":                   {alignment.RoleCriterion, alignment.RoleCriterion},
	"entitlement":                      {alignment.RoleDescription, alignment.RoleDescription},
	"entitlesTo":                       {alignment.RoleDescription, alignment.RoleDescription},
	"learningEntitlementSpecification": {alignment.RoleDescription, alignment.RoleDescription},
}

// elmFrames are the elements that only hold learning elements.
var elmFrames = []string{"europassCredential", "credentialSubject", "achievements", "activities", "assessments", "entitlements"}

// readELMXML reads the XML of Europass credentials and catalogues.
func readELMXML(r *xmlReader) {
	credential := r.root
	if c := r.root.first("europassCredential"); c != nil {
		credential = c
	}
	r.doc.Signed = r.root.first("proof") != nil || credential.first("proof") != nil
	for _, t := range elmTexts(credential.first("title")) {
		r.name(t)
	}
	r.elm(r.root, [2]alignment.Role{})
	if len(r.doc.Texts) > 0 && r.doc.Name == "" {
		for _, t := range r.doc.Texts {
			if t.Blocks[0].Role == alignment.RoleTitle {
				r.doc.Name = strings.TrimSpace(t.Content)
				break
			}
		}
	}
}

// elm walks the elements; roles are those of the learning element around e.
func (r *xmlReader) elm(e *element, roles [2]alignment.Role) {
	for _, c := range e.children {
		own, learning := elmTitles[c.name]
		switch {
		case learning:
			r.elm(c, own)
		case c.name == "hasPart" && roles[0] != "":
			r.elm(c, roles)
		case strings.HasSuffix(c.name, "References"), slices.Contains(elmFrames, c.name):
			r.elm(c, [2]alignment.Role{})
		case roles[0] == "":
		case c.name == "title", c.name == "altLabel":
			r.elmText(c, roles[0])
		case c.name == "description", c.name == "definition", c.name == "summary":
			r.elmText(c, roles[1])
		case c.name == "learningOutcomeDescription", c.name == "learningOutcomeSummary":
			r.elmText(c, alignment.RoleOutcome)
		case c.name == "entryRequirements", c.name == "entryRequirementsNote", c.name == "entryRequirement":
			r.elmText(c, alignment.RolePrerequisite)
		case c.name == "additionalNote":
			r.elmText(c, roles[1])
		case c.name == "relatedESCOSkill", c.name == "relatedSkill":
			name := ""
			for _, label := range elmTexts(c.first("targetName", "prefLabel")) {
				name = strings.TrimSpace(label.text)
				break
			}
			r.stated(c, alignment.Stated{URI: taxonomy.URI(c.attr("uri")), Name: name, Framework: c.attr("targetFrameworkUrl")})
		case c.name == "hasISCED-FCode", c.name == "thematicArea", c.name == "ISCEDFCode":
			for _, label := range elmTexts(c.first("targetName", "prefLabel")) {
				r.text(label, alignment.RoleKeyword)
			}
		}
	}
}

func (r *xmlReader) elmText(e *element, role alignment.Role) {
	for _, t := range elmTexts(e) {
		r.text(t, role)
	}
}

// elmTexts returns where the words of an element are: in text or noteLiteral
// elements, one for each language, else in itself.
func elmTexts(e *element) []*element {
	if e == nil {
		return nil
	}
	if inner := e.all("text", "noteLiteral"); len(inner) > 0 {
		return inner
	}
	return []*element{e}
}
