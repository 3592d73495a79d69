package writeback

import (
	"strings"

	"concord/alignment/jsonpatch"
	"concord/importers/source"
)

// escoSkills is what ELM requires a relatedESCOSkill to be in.
const escoSkills = "http://data.europa.eu/esco/concept-scheme/skills"

// learningOutcomes returns the LearningOutcomes of a European Learning Model
// credential or qualification, the specifications that have none, and the
// achievements without a specification.
func learningOutcomes(root *source.Value) []*source.Value {
	var out []*source.Value
	ours := false
	var walk func(v *source.Value)
	walk = func(v *source.Value) {
		switch {
		case v.HasType("LearningOutcome"):
			out = append(out, v)
		case v.HasType("LearningAchievementSpecification", "Qualification") && v.First("learningOutcome") == nil:
			out = append(out, v)
		case v.HasType("LearningAchievement") && v.First("specifiedBy") == nil:
			out = append(out, v)
		}
		ours = ours || v.HasType("EuropeanDigitalCredential", "EuropassEdcCredential", "LearningAchievementSpecification", "Qualification") || v.Get("relatedESCOSkill") != nil
		for _, m := range v.Members {
			walk(m.Value)
		}
		for _, x := range v.Items {
			walk(x)
		}
	}
	walk(root)
	if !ours {
		return nil
	}
	return out
}

// elmStated returns the skills that a learning outcome is related to.
func elmStated(_ *writer, at *source.Value) []string {
	var out []string
	for _, key := range []string{"relatedESCOSkill", "relatedSkill"} {
		for _, s := range at.Get(key).List() {
			out = append(out, s.String())
		}
	}
	return out
}

// putELM adds Concepts: those of ESCO to relatedESCOSkill, which takes nothing
// else, the others to relatedSkill. A specification without learning outcomes
// gets one that holds them, an achievement without a specification both; they
// are called as what they specify.
func putELM(w *writer, at *source.Value, list []Accepted) error {
	var esco, other []any
	listed := listedLabels(w.root)
	for _, a := range list {
		isESCO := strings.HasPrefix(conceptKey(string(a.URI)), "data.europa.eu/esco/skill/")
		scheme := string(a.Framework.URI)
		if isESCO {
			scheme = escoSkills
		}
		var label any = langMap(a.lang(), a.Label)
		if listed {
			label = object{{a.lang(), []string{a.Label}}}
		}
		c := object{{"id", string(a.URI)}, {"type", "Concept"}}
		if absolute(a.Framework.URI) != "" || isESCO {
			c = c.with("inScheme", object{{"id", scheme}, {"type", "ConceptScheme"}})
		}
		c = append(c, member{"prefLabel", label}).with("notation", a.Code)
		if a.Description != "" {
			c = append(c, member{"definition", definition(a, listed)})
		}
		key := "relatedSkill"
		if isESCO {
			key = "relatedESCOSkill"
			esco = append(esco, c)
		} else {
			other = append(other, c)
		}
		if at.HasType("LearningOutcome") {
			w.spots[a.URI] = at.Pointer() + "/" + key
		}
	}
	if at.HasType("LearningOutcome") {
		for _, p := range []struct {
			key   string
			items []any
		}{{"relatedESCOSkill", esco}, {"relatedSkill", other}} {
			if len(p.items) > 0 {
				if err := w.append(at, p.key, p.items...); err != nil {
					return err
				}
			}
		}
		return nil
	}
	title := at.Get("title")
	if firstText(title).Text == "" {
		return w.fail(at, "has no title to call a learning outcome by; add one, or a learningOutcome")
	}
	id := func(kind string) string {
		return "urn:uuid:" + source.UUID5(kind, at.Get("id").String(), firstText(title).Text)
	}
	outcome := object{{"id", id("learning-outcome")}, {"type", "LearningOutcome"}, {"title", w.raw(title)}}
	if len(esco) > 0 {
		outcome = append(outcome, member{"relatedESCOSkill", esco})
	}
	if len(other) > 0 {
		outcome = append(outcome, member{"relatedSkill", other})
	}
	if at.HasType("LearningAchievement") {
		w.pointer = at.Pointer() + "/specifiedBy"
		return w.op(jsonpatch.Add, w.pointer, object{{"id", id("learning-specification")}, {"type", "LearningAchievementSpecification"},
			{"title", w.raw(title)}, {"learningOutcome", []any{outcome}}})
	}
	return w.append(at, "learningOutcome", outcome)
}

func definition(a Accepted, listed bool) object {
	if listed {
		return object{{a.lang(), []string{a.Description}}}
	}
	return langMap(a.lang(), a.Description)
}

// listedLabels reports whether the document writes labels as {"en": ["x"]}
// rather than {"en": "x"}: the first one tells.
func listedLabels(root *source.Value) bool {
	listed, found := false, false
	var walk func(v *source.Value)
	walk = func(v *source.Value) {
		for _, m := range v.Members {
			if (m.Key == "prefLabel" || m.Key == "title") && m.Value.Kind == source.Object && len(m.Value.Members) > 0 && !found {
				found, listed = true, m.Value.Members[0].Value.Kind == source.Array
			}
			walk(m.Value)
		}
		for _, x := range v.Items {
			walk(x)
		}
	}
	walk(root)
	return listed
}

// firstText returns the first text of a string or language map.
func firstText(v *source.Value) source.LangText {
	if t := v.LangTexts(""); len(t) > 0 {
		return t[0]
	}
	return source.LangText{}
}
