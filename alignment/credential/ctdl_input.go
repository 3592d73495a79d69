package credential

import "concord/importers/source"

// inputClasses are the classes of the Registry Assistant's API by the name a
// request wraps them in; "GraphInput" holds a CTDL graph.
var inputClasses = map[string]string{
	"Credential": "Credential", "LearningOpportunity": "LearningOpportunityProfile", "LearningProgram": "LearningProgram",
	"Course": "Course", "Assessment": "AssessmentProfile", "Pathway": "Pathway", "GraphInput": "",
}

// inputOf returns what a request to the Registry Assistant wants published, or
// nil if v is none. Older samples are the bare class.
func inputOf(v *source.Value) *source.Value {
	if v == nil || v.Kind != source.Object || v.Get("@context") != nil {
		return nil
	}
	for _, m := range v.Members {
		if _, ok := inputClasses[m.Key]; ok && m.Value.Kind == source.Object && v.First("PublishForOrganizationIdentifier", "PublishByOrganizationIdentifier", "DefaultLanguage", "OwningOrganizationIdentifier") != nil ||
			ok && len(v.Members) == 1 && m.Value.First("CTID", "Ctid", "@graph") != nil {
			return m.Value
		}
	}
	if v.First("Ctid", "CTID") != nil && v.Get("Name") != nil {
		return v
	}
	return nil
}

// ctdlTypes returns the local names of a node's classes, also where a request
// to the Registry Assistant gives them otherwise or only by its properties.
func ctdlTypes(v *source.Value) []string {
	out := types(v)
	for _, t := range v.First("CredentialType", "ceterms:credentialType").Strings() {
		out = append([]string{localName(t)}, out...)
	}
	if len(out) > 0 || v.First("Ctid", "CTID", "Name") == nil {
		return out
	}
	switch {
	case v.First("AssessesCompetency", "AssessmentMethodType", "Assesses", "AssessmentExampleDescription") != nil:
		return []string{"AssessmentProfile"}
	case v.First("TeachesCompetency", "LearningMethodType", "Teaches", "LearningMethodDescription") != nil:
		return []string{"LearningOpportunityProfile"}
	}
	if key := v.Key(); inputClasses[key] != "" {
		return []string{inputClasses[key]}
	}
	return out
}

// ctdlClass is the class that names a document.
func ctdlClass(v *source.Value) string { return ctdlTypes(v)[0] }
