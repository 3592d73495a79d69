package alignment

import (
	"cmp"
	"slices"

	"concord/alignment/vectors"
	"concord/taxonomy"
)

// What a document says as a whole is evidence for what a sentence of it is
// about: "Enter grain bins safely" in a course on farm work. The first two
// numbers were fitted on the development half of the gold documents, doubt on
// these and those of the corpus, folds by document (docs/experiments.md).
const (
	contextWeight = 5.5  // log-odds × cosine of concept and surroundings
	contextUsual  = 0.3  // the cosine at which it says nothing
	titleShare    = 2    // what a title counts among the surroundings
	fewSegments   = 3    // other segments with which they count half
	doubt         = 0.25 // share of the log-odds that the best sentence of many owes to chance
)

// A surrounding is the vector of what a document says beside one segment; the
// zero value says nothing.
type surrounding struct {
	vector []int8
	scale  float32
	share  float64 // what it counts: one other sentence is hardly a context
}

// trust is what the log-odds of every concept in the segment are multiplied by.
// A document's answer is the best of what its sentences give, and the best of
// many is better by chance.
func (s surrounding) trust() float64 { return 1 - doubt*s.share }

// surroundings returns the surrounding of each segment: the sum of the vectors
// of the others that are matched.
func (a *aligner) surroundings(segs []segment) []surrounding {
	out := make([]surrounding, len(segs))
	table := a.e.table
	if table == nil {
		return out
	}
	sum := make([]float32, table.Dim())
	own := make([][]float32, len(segs))
	others := 0
	for i, seg := range segs {
		lang := a.languageOf(seg)
		v := make([]float32, table.Dim())
		if seg.reason != "" || !table.Knows(lang) || !table.EmbedText(lang, seg.matched, v) {
			continue
		}
		if seg.role == RoleTitle {
			for k := range v {
				v[k] *= titleShare
			}
		}
		own[i] = v
		others++
		for k, x := range v {
			sum[k] += x
		}
	}
	rest := make([]float32, len(sum))
	for i := range segs {
		copy(rest, sum)
		n := others
		if own[i] != nil {
			n--
			for k, x := range own[i] {
				rest[k] -= x
			}
		}
		if n > 0 && vectors.Normalise(rest) {
			out[i].vector = make([]int8, len(rest))
			out[i].scale = vectors.Quantise(rest, out[i].vector)
			out[i].share = float64(n) / float64(n+fewSegments)
		}
	}
	return out
}

// languageOf is the language a segment is read in.
func (a *aligner) languageOf(seg segment) taxonomy.Lang {
	if seg.text.Lang == "" || a.opt.Lang != "" {
		return a.lang
	}
	return seg.text.Lang
}

// inContext adds to verdicts what the surroundings say of their concepts, and
// sorts them again.
func (s *Snapshot) inContext(found []verdict, around surrounding) {
	if around.vector == nil || s.Stamp.Dim != len(around.vector) {
		return
	}
	dim := len(around.vector)
	var dot [1]int32
	for i := range found {
		v := &found[i]
		scale := s.scale[v.concept]
		if scale == 0 {
			continue
		}
		vectors.DotRows(around.vector, s.vector[int(v.concept)*dim:(int(v.concept)+1)*dim], dot[:])
		v.context = around.share * contextWeight * (float64(dot[0])*float64(scale*around.scale) - contextUsual)
		v.logOdds += v.context
	}
	slices.SortFunc(found, func(a, b verdict) int {
		return cmp.Or(cmp.Compare(b.logOdds, a.logOdds), cmp.Compare(a.concept, b.concept))
	})
}
