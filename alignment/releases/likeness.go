package releases

import (
	"math"
	"slices"

	"concord/alignment/vectors"
	"concord/index"
	"concord/taxonomy"
)

// words measures how alike texts of a release are: by terms, where a rare one
// counts more, and by the vector table.
type words struct {
	lang  taxonomy.Lang
	table *vectors.Table // nil: by terms alone
	df    map[string]int // preferred labels of the release that have the term
	n     int
}

func newWords(lang taxonomy.Lang, table *vectors.Table, releases ...*loaded) *words {
	w := &words{lang: lang, table: table, df: map[string]int{}}
	if table != nil && !table.Knows(lang) {
		w.table = nil
	}
	var tokens []index.Token
	for _, l := range releases {
		for _, c := range l.concepts {
			if c.Kind == taxonomy.Task {
				continue // whole sentences would make every verb common
			}
			w.n++
			tokens = index.AppendTokens(tokens[:0], lang, pref(c, lang))
			for i, t := range tokens {
				if !slices.ContainsFunc(tokens[:i], func(o index.Token) bool { return o.Term == t.Term }) {
					w.df[t.Term]++
				}
			}
		}
	}
	return w
}

// weight is what a term says: the rarer it is among labels, the more.
func (w *words) weight(term string) float64 {
	return math.Log(1 + float64(w.n+1)/float64(w.df[term]+1))
}

// terms returns the content words of a text, each once, in order.
func (w *words) terms(text string) []string {
	var out []string
	for _, t := range index.Analyze(w.lang, text) {
		if !t.Stop && !slices.Contains(out, t.Term) {
			out = append(out, t.Term)
		}
	}
	return out
}

// An overlap is what two sets of terms have in common, by weight.
type overlap struct{ common, a, b float64 }

// dice is 1 for the same terms and 0 for none in common.
func (o overlap) dice() float64 {
	if o.a+o.b == 0 {
		return 1
	}
	return min(1, 2*o.common/(o.a+o.b))
}

// within is how much of the smaller side the other has.
func (o overlap) within() float64 {
	if least := min(o.a, o.b); least > 0 {
		return min(1, o.common/least)
	}
	return 0
}

// overlap compares terms. A term meets its equal, else one that is written
// closed or a slip of the pen away.
func (w *words) overlap(a, b []string) overlap {
	var o overlap
	met := make([]bool, len(b))
	for _, x := range a {
		o.a += w.weight(x)
	}
	for _, y := range b {
		o.b += w.weight(y)
	}
	var left []string
	for _, x := range a {
		if j := slices.Index(b, x); j >= 0 {
			met[j] = true
			o.common += w.weight(x)
		} else {
			left = append(left, x)
		}
	}
	left = w.joined(&o, left, a, b, met)
	for _, x := range left {
		for j, y := range b {
			if !met[j] && slip(x, y) {
				met[j] = true
				o.common += (w.weight(x) + w.weight(y)) / 2
				break
			}
		}
	}
	return o
}

// joined meets two neighbouring terms of one side with the term of the other
// that is both written closed ("hand piece", "handpiece"), and returns what is
// left of a.
func (w *words) joined(o *overlap, left, a, b []string, met []bool) []string {
	drop := map[string]bool{}
	for i := 1; i < len(a); i++ {
		if j := slices.Index(b, a[i-1]+a[i]); j >= 0 && !met[j] && slices.Contains(left, a[i-1]) && slices.Contains(left, a[i]) {
			met[j], drop[a[i-1]], drop[a[i]] = true, true, true
			o.common += (w.weight(a[i-1]) + w.weight(a[i]) + w.weight(b[j])) / 2
		}
	}
	for j := 1; j < len(b); j++ {
		if x := b[j-1] + b[j]; !met[j-1] && !met[j] && slices.Contains(left, x) && !drop[x] {
			met[j-1], met[j], drop[x] = true, true, true
			o.common += (w.weight(b[j-1]) + w.weight(b[j]) + w.weight(x)) / 2
		}
	}
	return slices.DeleteFunc(left, func(x string) bool { return drop[x] })
}

// slip reports whether one of two words of some length is a misspelling of the
// other, or its derivation: one edit apart, or two in a long word, behind the
// same first letters.
func slip(a, b string) bool {
	short, long := min(len(a), len(b)), max(len(a), len(b))
	if short < 5 || a[:3] != b[:3] {
		return false
	}
	allowed := 1
	if short >= 9 {
		allowed = 2
	}
	return long-short <= allowed && edits(a, b) <= allowed
}

// edits is the Levenshtein distance in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

// vector returns the unit vector of a text, or nil where the table has none.
func (w *words) vector(text string) []float32 {
	if w.table == nil {
		return nil
	}
	v := make([]float32, w.table.Dim())
	if !w.table.EmbedText(w.lang, text, v) {
		return nil
	}
	return v
}

// cosine of two vectors, 0 where one is missing.
func cosine(a, b []float32) float64 {
	if a == nil || b == nil {
		return 0
	}
	var sum float32
	for i, x := range a {
		sum += x * b[i]
	}
	return float64(sum)
}
