package alignment

import (
	"math"

	"concord/taxonomy"
)

// A brief is what search asks of a label, side by side.
type brief struct {
	owner      uint32
	mass, norm float32
	kind, form uint8 // kind is the owner's
}

// layBriefs puts the briefs of the labels side by side.
func (s *Snapshot) layBriefs() {
	s.brief = make([]brief, len(s.owner))
	for l, c := range s.owner {
		s.brief[l] = brief{owner: c, mass: s.mass[l], norm: s.norm[l], kind: s.kind[c], form: s.form[l]}
	}
}

// measures are the summands of a score, in the order of weighting's fields.
// Those of a label come first; usage, semantic and part are the concept's.
type measures [8]float64

// measure returns the summands that label l earns by itself.
func (s *Snapshot) measure(w weighting, l uint32, found, dot, norm float64) measures {
	return s.brief[l].measure(w, found, dot, norm)
}

func (b *brief) measure(w weighting, found, dot, norm float64) measures {
	m := float64(b.mass)
	preferred, keyword := 0.0, 0.0
	switch b.form {
	case formPref:
		preferred = 1
	case formKeyword:
		keyword = 1
	}
	return measures{
		w.coverage * found / m * math.Sqrt(min(1, m/fullMass)),
		w.evidence * found / (found + fullMass),
		w.cosine * dot / (float64(b.norm) * norm),
		w.preferred * preferred,
		w.keyword * keyword,
	}
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
