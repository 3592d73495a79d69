package suggest

import (
	"cmp"
	"math"
	"slices"

	"concord/alignment/vectors"
)

// How many candidates each way of looking gives for a source.
const (
	byLabels  = 40
	byVectors = 40
	byTexts   = 20
	textWords = 24 // of the source's text, the ones with the largest weights
)

// A posting list is label or concept numbers by word.
type postings struct {
	from []uint32
	list []posting
}

type posting struct {
	at     uint32
	weight float32
}

func newPostings(words, n int, bagOf func(int) bag) postings {
	p := postings{from: make([]uint32, words+1)}
	for i := range n {
		for _, e := range bagOf(i) {
			p.from[e.word+1]++
		}
	}
	for w := range words {
		p.from[w+1] += p.from[w]
	}
	p.list = make([]posting, p.from[words])
	next := slices.Clone(p.from[:words])
	for i := range n {
		for _, e := range bagOf(i) {
			p.list[next[e.word]] = posting{uint32(i), e.weight}
			next[e.word]++
		}
	}
	return p
}

func (p *postings) of(word uint32) []posting { return p.list[p.from[word]:p.from[word+1]] }

// A finder proposes targets for sources.
type finder struct {
	from, to *side
	labels   postings // over labels of to
	texts    postings // over concepts of to
	norm     []float32
	normFrom []float32
}

func newFinder(words int, from, to *side) *finder {
	return &finder{from: from, to: to,
		labels: newPostings(words, len(to.labels), func(i int) bag { return to.labels[i].words }),
		texts:  newPostings(words, len(to.concepts), func(i int) bag { return to.concepts[i].all }),
		norm:   norms(to.labels), normFrom: norms(from.labels)}
}

// A scratch is one worker's memory.
type scratch struct {
	dot     []float32 // label → shared squared mass
	touched []uint32
	best    []float32 // concept → best so far
	reached []int32
	near    []int32
	scored  []scored
	buf     []int32 // dot products with the labels of a concept
	pairs   []pair
}

type scored struct {
	at    int32
	score float32
}

func (f *finder) scratch() *scratch {
	return &scratch{dot: make([]float32, max(len(f.to.labels), len(f.to.concepts))), best: make([]float32, len(f.to.concepts)),
		near: make([]int32, len(f.to.concepts)), buf: make([]int32, maxLabels)}
}

// maxLabels bounds the labels of a concept that are compared by their vectors.
const maxLabels = 4096

// common is the share of concepts from which a word leads nowhere by itself.
const common = 0.05

// find returns the candidates for source i, ascending; with ids the target of
// the same identifier is one of them.
func (f *finder) find(i int32, ids bool, sc *scratch) []int32 {
	var out []int32
	c := &f.from.concepts[i]
	// By labels: the best cosine of any pair of labels, a little more for preferred ones.
	for l := c.first; l < c.last; l++ {
		src := &f.from.labels[l]
		for _, e := range src.words {
			if float64(e.weight) < -math.Log(common) && len(src.words) > 1 {
				continue
			}
			for _, p := range f.labels.of(e.word) {
				if sc.dot[p.at] == 0 {
					sc.touched = append(sc.touched, p.at)
				}
				sc.dot[p.at] += e.weight * p.weight
			}
		}
		for _, t := range sc.touched {
			cos := sc.dot[t] / (f.norm[t] * f.normFrom[l])
			sc.dot[t] = 0
			if src.preferred {
				cos *= 1.1
			}
			if f.to.labels[t].preferred {
				cos *= 1.1
			}
			o := f.to.labels[t].owner
			if sc.best[o] == 0 {
				sc.reached = append(sc.reached, o)
			}
			sc.best[o] = max(sc.best[o], cos)
		}
		sc.touched = sc.touched[:0]
	}
	out = sc.take(out, byLabels)
	// By text: the words that tell most.
	words := slices.Clone(c.all)
	slices.SortFunc(words, func(a, b entry) int { return cmp.Or(cmp.Compare(b.weight, a.weight), byWord(a, b)) })
	for _, e := range words[:min(len(words), textWords)] {
		for _, p := range f.texts.of(e.word) {
			if sc.best[p.at] == 0 {
				sc.reached = append(sc.reached, int32(p.at))
			}
			sc.best[p.at] += e.weight * p.weight
		}
	}
	out = sc.take(out, byTexts)
	if m := &f.from.views[viewConcept]; m.dim > 0 && m.scale[i] != 0 {
		vectors.DotRows(m.row(int(i)), f.to.views[viewConcept].rows, sc.near)
		for j, x := range sc.near {
			sc.scored = append(sc.scored, scored{int32(j), float32(x) * f.to.views[viewConcept].scale[j]})
		}
		out = sc.cut(out, byVectors)
	}
	if j, ok := f.to.at[c.uri]; ok && ids {
		out = append(out, j)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// take appends the best n of what was reached, and forgets it.
func (sc *scratch) take(out []int32, n int) []int32 {
	for _, j := range sc.reached {
		sc.scored = append(sc.scored, scored{j, sc.best[j]})
		sc.best[j] = 0
	}
	sc.reached = sc.reached[:0]
	return sc.cut(out, n)
}

// cut appends the best n of what was scored, and forgets it.
func (sc *scratch) cut(out []int32, n int) []int32 {
	best(sc.scored, n)
	for _, x := range sc.scored[:min(n, len(sc.scored))] {
		out = append(out, x.at)
	}
	sc.scored = sc.scored[:0]
	return out
}

func byScore(a, b scored) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.at, b.at)) }

// best puts the first n in the order byScore first (a heap of n).
func best(all []scored, n int) {
	if n >= len(all) || n == 0 {
		return
	}
	heap := all[:n]
	down := func(i int) {
		for {
			k := 2*i + 1
			if k >= n {
				return
			}
			if k+1 < n && byScore(heap[k+1], heap[k]) > 0 {
				k++
			}
			if byScore(heap[k], heap[i]) <= 0 {
				return
			}
			heap[i], heap[k] = heap[k], heap[i]
			i = k
		}
	}
	for i := n/2 - 1; i >= 0; i-- {
		down(i)
	}
	for k := n; k < len(all); k++ {
		if byScore(all[k], heap[0]) < 0 {
			heap[0], all[k] = all[k], heap[0]
			down(0)
		}
	}
}
