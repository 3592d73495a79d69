package suggest

import (
	"math"
	"slices"
)

// weigh turns counts into weights: of labels idf, of texts (1 + ln count)·idf
// at length 1. How rare a word is told by both sides, each counting the same,
// so that a large framework does not decide alone.
func weigh(words int, sides [2]*side) {
	inLabels, inTexts := make([][2]float64, words), make([][2]float64, words)
	for k, s := range sides {
		for i := range s.concepts {
			c := &s.concepts[i]
			var own []uint32
			for _, l := range s.labels[c.first:c.last] {
				c.all = c.all.add(l.words, 1)
				for _, e := range l.words {
					own = append(own, e.word)
				}
			}
			c.all = c.all.add(c.definition, 1).add(c.doing, 1)
			slices.Sort(own)
			for _, w := range slices.Compact(own) {
				inLabels[w][k]++
			}
			for _, e := range c.all {
				inTexts[e.word][k]++
			}
		}
	}
	idf := func(count [2]float64) float32 {
		var share float64
		for k, s := range sides {
			share += (count[k] + 0.5) / float64(len(s.concepts)+1) / 2
		}
		return float32(max(0, -math.Log(min(share, 1))))
	}
	labelIDF, textIDF := make([]float32, words), make([]float32, words)
	for w := range words {
		labelIDF[w], textIDF[w] = idf(inLabels[w]), idf(inTexts[w])
	}
	text := func(b bag) {
		for i, e := range b {
			b[i].weight = (1 + max(0, float32(math.Log(float64(e.weight))))) * min(e.weight, 1) * textIDF[e.word]
		}
		b.unit()
	}
	for _, s := range sides {
		for i := range s.labels {
			for k, e := range s.labels[i].words {
				s.labels[i].words[k].weight = max(labelIDF[e.word], leastWeight)
			}
		}
		for i := range s.concepts {
			c := &s.concepts[i]
			text(c.definition)
			text(c.doing)
			text(c.all)
		}
		for i := range s.groups {
			text(s.groups[i])
		}
	}
}

// leastWeight keeps a label of common words from weighing nothing.
const leastWeight = 0.3
