package alignment

import (
	"math"

	"concord/taxonomy"
)

// A brief is what the score of a label takes, side by side.
type brief struct {
	owner      uint32
	mass, norm float32
	form       uint8
}

// layBriefs puts what search asks of labels side by side.
func (s *Snapshot) layBriefs() {
	s.brief, s.labelKind = make([]brief, len(s.owner)), make([]uint8, len(s.owner))
	for l, c := range s.owner {
		s.brief[l] = brief{owner: c, mass: s.mass[l], norm: s.norm[l], form: s.form[l]}
		s.labelKind[l] = s.kind[c]
	}
}

// measures are the summands of a score, in the order of weighting's fields.
// Those of a label come first; usage, semantic and part are the concept's.
type measures [8]float64

// measure returns the summands that label l earns by itself.
func (s *Snapshot) measure(w weighting, l uint32, found, dot, norm float64) (m measures) {
	m[0], m[1], m[2], m[3], m[4] = s.brief[l].measure(w, found, dot, norm)
	return m
}

// score is the sum of what measure returns.
func (b *brief) score(w weighting, found, dot, norm float64) float64 {
	coverage, evidence, cosine, preferred, keyword := b.measure(w, found, dot, norm)
	return coverage + evidence + cosine + preferred + keyword
}

func (b *brief) measure(w weighting, found, dot, norm float64) (coverage, evidence, cosine, preferred, keyword float64) {
	m := float64(b.mass)
	switch b.form {
	case formPref:
		preferred = w.preferred
	case formKeyword:
		keyword = w.keyword
	}
	coverage = w.coverage * found / m
	if m < fullMass {
		coverage *= math.Sqrt(m / fullMass)
	}
	evidence = w.evidence * found / (found + fullMass)
	cosine = w.cosine * dot / (float64(b.norm) * norm)
	return coverage, evidence, cosine, preferred, keyword
}

// ofConcept adds the summands that the concept earns whatever the label.
func (s *Snapshot) ofConcept(w weighting, x measures, m match) measures {
	x[5], x[6], x[7] = w.usage*float64(s.prior[m.concept]), w.semantic*m.cosine, w.part*m.part
	return x
}

func total(m measures) float64 {
	return m[0] + m[1] + m[2] + m[3] + m[4] + m[5] + m[6] + m[7]
}

// pillarOfKind is pillarOf by index in taxonomy.Kinds.
var pillarOfKind = func() (p [16]int) {
	for i, k := range taxonomy.Kinds {
		p[i] = pillarOf(k)
	}
	return p
}()
