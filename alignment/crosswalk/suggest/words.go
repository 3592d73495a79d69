package suggest

import (
	"math"
	"slices"
	"strings"

	"concord/index"
	"concord/taxonomy"
)

// A vocabulary numbers the words of both sides.
type vocabulary struct {
	ids   map[string]uint32
	apart bool // languages keep apart what merely looks alike
}

func (v *vocabulary) id(lang taxonomy.Lang, term string) uint32 {
	if v.apart {
		term = string(lang.Base()) + "\x00" + term
	}
	id, ok := v.ids[term]
	if !ok {
		id = uint32(len(v.ids))
		v.ids[term] = id
	}
	return id
}

// A bag is words with weights, by word.
type bag []entry

type entry struct {
	word   uint32
	weight float32
}

// label is the distinct words that are no stop words, or all if there are only such.
func (v *vocabulary) label(lang taxonomy.Lang, tokens []index.Token) bag {
	var out bag
	for _, stops := range []bool{false, true} {
		for _, t := range tokens {
			if t.Stop == stops {
				out = append(out, entry{v.id(lang, t.Term), 1})
			}
		}
		if len(out) > 0 {
			break
		}
	}
	slices.SortFunc(out, byWord)
	return slices.CompactFunc(out, func(a, b entry) bool { return a.word == b.word })
}

// text is the words of a longer text with how often they occur.
func (v *vocabulary) text(lang taxonomy.Lang, text string) bag {
	var out bag
	for _, t := range index.Analyze(lang, text) {
		if !t.Stop {
			out = append(out, entry{v.id(lang, t.Term), 1})
		}
	}
	return out.sum()
}

func byWord(a, b entry) int { return int(a.word) - int(b.word) }

// sum sorts and joins equal words.
func (b bag) sum() bag {
	slices.SortStableFunc(b, byWord)
	out := b[:0]
	for _, e := range b {
		if n := len(out); n > 0 && out[n-1].word == e.word {
			out[n-1].weight += e.weight
		} else {
			out = append(out, e)
		}
	}
	return out
}

// add returns b with weight times o.
func (b bag) add(o bag, weight float32) bag {
	out := make(bag, 0, len(b)+len(o))
	for i, j := 0, 0; i < len(b) || j < len(o); {
		switch {
		case j == len(o) || i < len(b) && b[i].word < o[j].word:
			out = append(out, b[i])
			i++
		case i == len(b) || o[j].word < b[i].word:
			out = append(out, entry{o[j].word, weight * o[j].weight})
			j++
		default:
			out = append(out, entry{b[i].word, b[i].weight + weight*o[j].weight})
			i, j = i+1, j+1
		}
	}
	return out
}

// unit scales b to length 1.
func (b bag) unit() {
	var sum float64
	for _, e := range b {
		sum += float64(e.weight) * float64(e.weight)
	}
	if sum == 0 {
		return
	}
	f := float32(1 / math.Sqrt(sum))
	for i := range b {
		b[i].weight *= f
	}
}

// dot is the sum over shared words of the product of their weights.
func (b bag) dot(o bag) float64 {
	var sum float32
	for i, j := 0, 0; i < len(b) && j < len(o); {
		switch x, y := b[i].word, o[j].word; {
		case x < y:
			i++
		case y < x:
			j++
		default:
			sum += b[i].weight * o[j].weight
			i, j = i+1, j+1
		}
	}
	return float64(sum)
}

// cosine is that of two bags, 0 where one is empty.
func (b bag) cosine(o bag) float64 {
	return b.dot(o) / math.Sqrt(max(b.dot(b)*o.dot(o), 1e-12))
}

// shareIn is the share of the mass of b's words that o has.
func (b bag) shareIn(o bag) float64 {
	var all, found float32
	j := 0
	for _, e := range b {
		for j < len(o) && o[j].word < e.word {
			j++
		}
		all += e.weight
		if j < len(o) && o[j].word == e.word {
			found += e.weight
		}
	}
	return float64(found / max(all, 1e-9))
}

// keyOf is equal for bags of the same words.
func keyOf(b bag) string {
	var s strings.Builder
	for _, e := range b {
		s.WriteByte(byte(e.word))
		s.WriteByte(byte(e.word >> 8))
		s.WriteByte(byte(e.word >> 16))
		s.WriteByte(byte(e.word >> 24))
	}
	return s.String()
}
