package alignment

import "concord/taxonomy"

// A weighting is the weights of a score's summands. Each names a measure of a
// concept against a text; the score is the sum of measure × weight, so that an
// explanation adds up.
type weighting struct {
	coverage  float64 // share of the label's idf mass found in the text, damped for labels that carry little: x/m · √min(1, m/fullMass)
	evidence  float64 // the mass found, x/(x+fullMass): a long match says more than a short one
	cosine    float64 // tf-idf cosine of label and text
	preferred float64 // the label is the preferred one: 0 or 1
	keyword   float64 // the label is only a keyword: 0 or 1
	usage     float64 // how widely the concept is used, 0..1
	semantic  float64 // cosine of the vectors of text and concept, -1..1
	part      float64 // the same of the nearest stretch of a few words, at least semantic's: long sentences name several skills
}

// systems are the weightings that can be asked for by name: what ships, and
// what it is compared with. They were chosen on the plateau of the two
// validation sets of job-ad sentences and SkillSkape dev (docs/experiments.md).
var systems = map[string]weighting{
	"fusion":   {coverage: 1, evidence: 0.5, cosine: 1, preferred: 0.15, keyword: -0.4, usage: 0.1, semantic: 3, part: 3},
	"lexical":  {coverage: 1, evidence: 0.5, cosine: 0.8, preferred: 0.15, keyword: -0.4, usage: 0.1},
	"coverage": {coverage: 1},
	"vectors":  {semantic: 3, part: 3},

	// fusion without one signal; a semantic of 0 would leave the vectors out altogether
	"fusion-coverage": {evidence: 0.5, cosine: 1, preferred: 0.15, keyword: -0.4, usage: 0.1, semantic: 3, part: 3},
	"fusion-evidence": {coverage: 1, cosine: 1, preferred: 0.15, keyword: -0.4, usage: 0.1, semantic: 3, part: 3},
	"fusion-cosine":   {coverage: 1, evidence: 0.5, preferred: 0.15, keyword: -0.4, usage: 0.1, semantic: 3, part: 3},
	"fusion-usage":    {coverage: 1, evidence: 0.5, cosine: 1, preferred: 0.15, keyword: -0.4, semantic: 3, part: 3},
	"fusion-semantic": {coverage: 1, evidence: 0.5, cosine: 1, preferred: 0.15, keyword: -0.4, usage: 0.1, semantic: 1e-9, part: 3},
	"fusion-part":     {coverage: 1, evidence: 0.5, cosine: 1, preferred: 0.15, keyword: -0.4, usage: 0.1, semantic: 3},
}

// wordsOnly takes the place of a weighting with vectors for a text that has
// none: one in a language the table does not know. The mass found counts more
// there, for titles and short texts (chosen on MELO fra and deu).
var wordsOnly = weighting{coverage: 0.5, evidence: 1.5, cosine: 1, preferred: 0.15, keyword: -0.4, usage: 0.1}

// ofTitles takes its place for a title in a language other than English that
// the release has labels in: compounds and forms make its words tell more than
// vectors trained on few of them (chosen on MELO fra and deu).
var ofTitles = weighting{coverage: 0.5, evidence: 1.5, cosine: 1, preferred: 0.15, keyword: -0.4, usage: 0.1, semantic: 1.5}

// titleWords is how many words beside stop words a title has at most.
const titleWords = 8

// isTitle reports whether ofTitles is for q, a text in lang looked up in lookup.
func (q query) isTitle(lookup, lang taxonomy.Lang) bool {
	n := 0
	for _, t := range q.tokens {
		if !t.Stop {
			n++
		}
	}
	return lang.Base() != "en" && lookup.Base() == lang.Base() && n <= titleWords
}
