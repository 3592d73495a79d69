package alignment

import (
	"math"
	"slices"

	"concord/taxonomy"
)

// judged is how many of the concepts that a fixed sum puts first for a text
// the ranker judges.
const judged = 60

// features describe a concept as a candidate for a text, among the other
// candidates.
type features [34]float64

// The indexes of features. Those of the label are of the concept's best one;
// its name is its preferred label. From featForm on they are of single words (wording.go).
const (
	featSum           = iota // the fixed sum
	featCoverage             // share of the label's idf mass in the text, damped for light labels
	featEvidence             // idf mass found, x/(x+fullMass)
	featCosine               // tf-idf cosine of label and text
	featPreferred            // the label is the preferred one
	featKeyword              // the label is only a keyword
	featUsage                // how widely the concept is used
	featSemantic             // cosine of the vectors
	featPart                 // the same of the nearest stretch of words
	featAgreement            // coverage × semantic
	featBehind               // how far semantic is behind the best candidate's, ≤ 0
	featPartBehind           // the same of part
	featWordsBehind          // the same of what the words earn
	featOverFifth            // how far semantic is before the fifth best candidate's
	featTenth                // semantic of the tenth best: how crowded the neighbourhood is
	featPartTenth            // the same of part
	featPlace                // log of the place by the fixed sum
	featSemanticPlace        // log of the place by semantic
	featWhole                // every word of the label is in the text
	featMass                 // log of the label's idf mass
	featLabels               // log of the number of the concept's labels
	featKnowledge            // the concept is knowledge rather than a skill
	featLength               // log of the number of words of the text that are no stop words
	featStating              // log-odds that a text like this states any skill, by its vector
	featForm                 // share of the label's words found that are written as in the label, the plural aside
	featTogether             // share of the words from the first of them to the last that they are
	featAlike                // log of the number of candidates of whose label the text has the same words
	featAlikePlace           // log of the place among them
	featNames                // mean share of the labels' idf masses in the text
	featNamesAny             // share of the labels of which the text has any word
	featNear                 // share of the name's idf mass in the text, a word that is not there counting by its nearest
	featExplained            // the other way round: share of the text's idf mass in the name
	featMissing              // idf mass of the name that is not in the text
	featMissingMost          // the greatest idf of one word of it
)

var featureNames = [len(features{})]string{
	"sum", "coverage", "evidence", "cosine", "preferred", "keyword", "usage", "semantic", "part", "agreement",
	"behind", "partBehind", "wordsBehind", "overFifth", "tenth", "partTenth", "place", "semanticPlace",
	"whole", "mass", "labels", "knowledge", "length", "stating",
	"form", "together", "alike", "alikePlace", "names", "namesAny", "near", "explained", "missing", "missingMost",
}

// describe measures the candidates found for q, best first by the fixed sum.
func (s *Snapshot) describe(q query, found []match, stating float64) []features {
	out := make([]features, len(found))
	semantic, part := make([]float64, len(found)), make([]float64, len(found))
	var norm [pillars]float64
	for p := range norm {
		norm[p] = max(q.norm(s, p), 1e-9)
	}
	length := contentLength(q.tokens)
	bestWords := 0.0
	place := 0 // those with one score share it, as two concepts of one name do
	for i, m := range found {
		if i > 0 && m.score < found[i-1].score {
			place = i
		}
		f := &out[i]
		semantic[i], part[i] = m.cosine, m.part
		x := s.measure(plain, m.label, float64(m.found), float64(m.dot), norm[pillarOfKind[s.kind[m.concept]]])
		copy(f[featCoverage:], x[:5])
		f[featSum], f[featUsage], f[featSemantic], f[featPart] = m.score, float64(s.prior[m.concept]), m.cosine, m.part
		f[featAgreement] = f[featCoverage] * m.cosine
		f[featWordsBehind] = f[featCoverage] + f[featEvidence]/2 + f[featCosine]
		bestWords = max(bestWords, f[featWordsBehind])
		if m.found > 0 && float64(m.found) >= 0.999*float64(s.mass[m.label]) {
			f[featWhole] = 1
		}
		if taxonomy.Kinds[s.kind[m.concept]] == taxonomy.Knowledge {
			f[featKnowledge] = 1
		}
		f[featMass] = math.Log(max(float64(s.mass[m.label]), 1))
		f[featLabels] = math.Log(float64(s.first[m.concept+1] - s.first[m.concept]))
		f[featPlace] = math.Log1p(float64(place))
		f[featLength] = length
		f[featStating] = stating
	}
	s.describeWords(q, found, out)
	slices.Sort(semantic)
	slices.Sort(part)
	for i, m := range found {
		f := &out[i]
		f[featBehind] = m.cosine - fromTop(semantic, 0)
		f[featPartBehind] = m.part - fromTop(part, 0)
		f[featWordsBehind] -= bestWords
		f[featOverFifth] = m.cosine - fromTop(semantic, 5)
		f[featTenth], f[featPartTenth] = fromTop(semantic, 10), fromTop(part, 10)
		at, _ := slices.BinarySearch(semantic, m.cosine)
		f[featSemanticPlace] = math.Log1p(float64(len(semantic) - 1 - at))
	}
	return out
}

// plain weighs what is measured of a label with one.
var plain = weighting{coverage: 1, evidence: 1, cosine: 1, preferred: 1, keyword: 1}

// fromTop is the k-th from the end of ascending values, or the first.
func fromTop(ascending []float64, k int) float64 {
	return ascending[max(0, len(ascending)-1-k)]
}
