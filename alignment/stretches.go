package alignment

import (
	"slices"

	"concord/alignment/vectors"
)

// Stretches of words that are compared with a concept, beside the whole.
var stretches = []int{2, 3, 4, 6, 8} // words that are no stop words

// looked is how many concepts are compared with stretches of the text.
const looked = 120

// nearestParts finds, for each of the best matches, the stretch of the text
// nearest to the concept, and sorts by the score with it.
func (s *Snapshot) nearestParts(q query, found []match, w weighting, top int, sc *scratch) []match {
	if w.part == 0 || len(found) == 0 {
		return topMatches(found, top)
	}
	var content []int
	for i, t := range q.tokens {
		if !t.Stop {
			content = append(content, i)
		}
	}
	dim := len(q.vector)
	parts, scales := sc.parts[:0], sc.scales[:0]
	v := make([]float32, dim)
	sc.words.Read(q.table, q.tokens)
	for _, n := range stretches {
		for i := 0; i+n <= len(content) && n < len(content) && len(scales) < maxParts; i++ {
			if !sc.words.Embed(content[i], content[i+n-1]+1, v) {
				continue
			}
			parts = slices.Grow(parts, dim)[:len(parts)+dim]
			scales = append(scales, vectors.Quantise(v, parts[len(parts)-dim:]))
		}
	}
	near := slices.Grow(sc.dots[:0], len(scales))[:len(scales)]
	sc.parts, sc.scales, sc.dots = parts, scales, near
	for i := range found {
		m := &found[i]
		vectors.DotRows(s.vector[int(m.concept)*dim:int(m.concept+1)*dim], parts, near)
		scale, part := s.scale[m.concept], m.part
		for k, x := range near {
			if p := float64(x) * float64(scales[k]*scale); p > part {
				part = p
			}
		}
		m.part = part
		m.score += w.part * (m.part - m.cosine)
	}
	return topMatches(found, top)
}

// maxParts bounds the stretches of a very long sentence.
const maxParts = 400
