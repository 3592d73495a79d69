package suggest

import (
	"math"
	"slices"
)

// measures are what is measured of a pair by itself. Cosines of labels are of
// idf vectors, of texts of tf-idf vectors; a measure that cannot be taken (no
// vector, no definition, no group) is NaN until Weights.fill stands in for it.
type measures [nMeasures]float64

const (
	prefPref      = iota // cosine of the preferred labels
	prefAny              // of the source's preferred label and the nearest label of the target
	same                 // log of the labels of the same words, each divided by the sources that have it
	headAny              // share of the source's labels that have the head word of the target's preferred one
	vecConcept           // cosine of the concepts' vectors
	vecPrefAny           // as prefAny, of vectors
	vecCoverTo           // mean over the target's labels of the nearest of the source's, of vectors
	vecDefinition        // cosine of the definitions' vectors
	vecDoing             // of what they do: tasks, essential skills, or the occupations they are for
	vecTold              // mean of definition against doing and doing against definition
	textAll              // cosine of everything that is said of them
	textGroup            // of everything said of one and what is said of the group of the other
	inScore              // what is above makes the score; what follows helps to tell the predicate

	prefIn    = iota - 1 // share of the mass of the target's preferred label that the source's has
	prefOf               // share of the mass of the source's preferred label that the target's has
	coverTo              // as vecCoverTo, of words
	coverFrom            // mean over the source's labels of the nearest of the target's
	headPref             // the preferred labels have the same head word
	linked               // stop words and commas in the source's preferred label, less those in the target's: names of several things
	below                // log of the number of concepts below the target, less that of the source
	labelled             // log of the number of labels of the target, less that of the source
	nMeasures
)

var measureNames = [nMeasures]string{"prefPref", "prefAny", "same", "headAny", "vecConcept", "vecPrefAny", "vecCoverTo", "vecDefinition", "vecDoing", "vecTold",
	"textAll", "textGroup", "prefIn", "prefOf", "coverTo", "coverFrom", "headPref", "linked", "below", "labelled"}

// A measurer measures pairs. It is safe for concurrent use.
type measurer struct {
	from, to         *side
	normFrom, normTo []float32
	having           map[string]int // key of a label → sources that have it
}

func newMeasurer(from, to *side) *measurer {
	m := &measurer{from: from, to: to, normFrom: norms(from.labels), normTo: norms(to.labels), having: map[string]int{}}
	for i := range from.concepts { // labels of a concept have different keys
		for _, l := range from.labelsOf(int32(i)) {
			m.having[l.key]++
		}
	}
	return m
}

func (m *measurer) measure(i, j int32, sc *scratch) (f measures) {
	a, b := &m.from.concepts[i], &m.to.concepts[j]
	m.labels(&f, a, b)
	m.vectors(&f, i, j, sc)
	f[textAll] = a.all.dot(b.all)
	f[textGroup] = math.NaN()
	if g := m.to.groupText(j); g != nil {
		f[textGroup] = a.all.dot(g)
	} else if g := m.from.groupText(i); g != nil {
		f[textGroup] = b.all.dot(g)
	}
	f[linked] = float64(a.linked - b.linked)
	f[below] = math.Log1p(float64(b.narrower)) - math.Log1p(float64(a.narrower))
	f[labelled] = math.Log1p(float64(b.last-b.first)) - math.Log1p(float64(a.last-a.first))
	return f
}

func (m *measurer) labels(f *measures, a, b *concept) {
	to := m.to.labels[b.first:b.last]
	if len(to) == 0 || a.first == a.last {
		return
	}
	nearest := make([]float64, len(to))
	head := to[0].head // the preferred label comes first
	nFrom := float64(a.last - a.first)
	for k := a.first; k < a.last; k++ {
		x := &m.from.labels[k]
		most := 0.0
		for l := range to {
			y := &to[l]
			cos := x.words.dot(y.words) / float64(m.normFrom[k]*m.normTo[int(b.first)+l])
			most, nearest[l] = max(most, cos), max(nearest[l], cos)
			if x.preferred {
				f[prefAny] = max(f[prefAny], cos)
			}
			if x.preferred && y.preferred && cos >= f[prefPref] {
				f[prefPref], f[prefIn], f[prefOf] = cos, y.words.shareIn(x.words), x.words.shareIn(y.words)
				f[headPref] = truth(x.head == y.head)
			}
			if x.key == y.key {
				f[same] += 1 / float64(m.having[x.key])
			}
		}
		f[coverFrom] += most / nFrom
		f[headAny] += truth(x.head == head) / nFrom
	}
	f[same] = math.Log1p(f[same])
	for _, cos := range nearest {
		f[coverTo] += cos / float64(len(to))
	}
}

func (m *measurer) vectors(f *measures, i, j int32, sc *scratch) {
	a, b := &m.from.concepts[i], &m.to.concepts[j]
	lv, tv := &m.from.labelVec, &m.to.labelVec
	for _, k := range []int{vecConcept, vecPrefAny, vecCoverTo, vecDefinition, vecDoing, vecTold} {
		f[k] = math.NaN()
	}
	cos := func(x, y int) float64 { return m.from.views[x].cos(int(i), &m.to.views[y], int(j)) }
	f[vecConcept] = cos(viewConcept, viewConcept)
	f[vecDefinition] = cos(viewDefinition, viewDefinition)
	f[vecDoing] = cos(viewDoing, viewDoing)
	f[vecTold] = (cos(viewDefinition, viewDoing) + cos(viewDoing, viewDefinition)) / 2
	if math.IsNaN(f[vecConcept]) {
		return
	}
	firstFrom, lastFrom := int(a.first), min(int(a.last), int(a.first)+maxLabels)
	firstTo, lastTo := int(b.first), min(int(b.last), int(b.first)+maxLabels)
	cover := 0.0
	for l := firstTo; l < lastTo; l++ {
		cover += tv.best(l, lv, firstFrom, lastFrom, sc.buf) / float64(lastTo-firstTo)
	}
	f[vecCoverTo] = cover
	f[vecPrefAny] = 0
	for k := firstFrom; k < lastFrom; k++ {
		if m.from.labels[k].preferred {
			f[vecPrefAny] = max(f[vecPrefAny], lv.best(k, tv, firstTo, lastTo, sc.buf))
		}
	}
}

// norms are the lengths of labels' idf vectors.
func norms(labels []label) []float32 {
	out := make([]float32, len(labels))
	for i, l := range labels {
		out[i] = float32(math.Sqrt(l.words.dot(l.words)))
	}
	return out
}

// shareCodes reports whether most sources' codes are codes of the target too,
// so that equal codes mean something.
func shareCodes(from, to *side) bool {
	var codes []string
	for _, c := range to.concepts {
		if c.code != "" {
			codes = append(codes, c.code)
		}
	}
	slices.Sort(codes)
	n := 0
	for _, c := range from.concepts {
		if _, has := slices.BinarySearch(codes, c.code); has {
			n++
		}
	}
	return n > 0 && 2*n >= len(from.concepts)
}
