package bench

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"
)

// A Concept is what the baselines rank.
type Concept struct {
	ID           string
	Preferred    string
	Alternatives []string // none: match preferred labels only
}

// labels returns every label, the preferred one first.
func (c *Concept) labels() []string { return append([]string{c.Preferred}, c.Alternatives...) }

// A Baseline is a plain method to compare the engine with.
type Baseline struct {
	Name, Doc string
	Plain     bool // sees the words as they stand
	New       func(concepts []Concept, top int, words func(text string) []string) Ranker
}

// Baselines returns every baseline.
func Baselines() []Baseline {
	return []Baseline{
		{"bm25", "BM25 over preferred labels", false, func(cs []Concept, top int, words func(string) []string) Ranker {
			return newLexicon(cs, words, func(c *Concept) []string { return []string{c.Preferred} }).ranker(top, bm25)
		}},
		{"bm25-all", "BM25 over one field of all labels of a concept", false, func(cs []Concept, top int, words func(string) []string) Ranker {
			return newLexicon(cs, words, func(c *Concept) []string { return []string{strings.Join(c.labels(), "\n")} }).ranker(top, bm25)
		}},
		{"tfidf", "TF-IDF cosine, best label of a concept", false, func(cs []Concept, top int, words func(string) []string) Ranker {
			return newLexicon(cs, words, (*Concept).labels).ranker(top, cosine)
		}},
		{"exact", "dictionary of labels: the longest label that stands in the text, word for word", true, newDictionary},
	}
}

// BM25 parameters as Lucene has them.
const (
	bm25K = 1.2
	bm25B = 0.75
)

// A posting is a unit that holds a term, and how often.
type posting struct {
	unit  int32
	count float64
}

// A lexicon holds the terms of units: labels, or concepts with their labels in
// one. It is not changed once made.
type lexicon struct {
	concepts []Concept
	words    func(string) []string
	owner    []int32 // unit → concept
	length   []float64
	norm     []float64 // length of the unit's tf-idf vector
	average  float64   // length of a unit
	post     map[string][]posting
	scratch  sync.Pool
}

func newLexicon(concepts []Concept, words func(string) []string, units func(*Concept) []string) *lexicon {
	x := &lexicon{concepts: concepts, words: words, post: map[string][]posting{}}
	for i := range concepts {
		for _, text := range units(&concepts[i]) {
			terms := words(text)
			if len(terms) == 0 {
				continue
			}
			unit := int32(len(x.owner))
			x.owner = append(x.owner, int32(i))
			x.length = append(x.length, float64(len(terms)))
			x.average += float64(len(terms))
			for _, t := range counted(terms) {
				x.post[t.term] = append(x.post[t.term], posting{unit, t.count})
			}
		}
	}
	x.average /= max(1, float64(len(x.owner)))
	x.norm = make([]float64, len(x.owner))
	for _, list := range x.post {
		w := x.idf(list)
		for _, p := range list {
			x.norm[p.unit] += p.count * p.count * w * w
		}
	}
	for i, v := range x.norm {
		x.norm[i] = math.Sqrt(v)
	}
	x.scratch.New = func() any { return &sums{of: make([]float64, len(x.owner))} }
	return x
}

// idf is Lucene's, which is never negative.
func (x *lexicon) idf(list []posting) float64 {
	n := float64(len(list))
	return math.Log(1 + (float64(len(x.owner))-n+.5)/(n+.5))
}

type termCount struct {
	term  string
	count float64
}

// counted returns the distinct terms, sorted, with how often each occurs.
func counted(terms []string) []termCount {
	terms = slices.Sorted(slices.Values(terms))
	var out []termCount
	for _, t := range terms {
		if n := len(out); n > 0 && out[n-1].term == t {
			out[n-1].count++
		} else {
			out = append(out, termCount{t, 1})
		}
	}
	return out
}

// sums are the scores of units under way, zero where not touched.
type sums struct {
	of      []float64
	touched []int32
}

// A weighting gives what a term adds to a unit's score, given its count in the
// query and in the unit; finish turns the sum into the score, given the length
// of the query's tf-idf vector.
type weighting struct {
	term   func(x *lexicon, idf, inQuery float64, p posting) float64
	finish func(x *lexicon, unit int32, sum, query float64) float64
}

var (
	bm25 = weighting{
		func(x *lexicon, idf, inQuery float64, p posting) float64 {
			return inQuery * idf * p.count * (bm25K + 1) / (p.count + bm25K*(1-bm25B+bm25B*x.length[p.unit]/x.average))
		},
		func(_ *lexicon, _ int32, sum, _ float64) float64 { return sum },
	}
	cosine = weighting{
		func(_ *lexicon, idf, inQuery float64, p posting) float64 { return inQuery * p.count * idf * idf },
		func(x *lexicon, unit int32, sum, query float64) float64 { return sum / (x.norm[unit] * query) },
	}
)

func (x *lexicon) ranker(top int, w weighting) Ranker {
	return func(text string) ([]Prediction, error) {
		s := x.scratch.Get().(*sums)
		defer x.scratch.Put(s)
		var query float64
		for _, t := range counted(x.words(text)) {
			list := x.post[t.term]
			idf := x.idf(list)
			query += t.count * t.count * idf * idf
			for _, p := range list {
				if s.of[p.unit] == 0 {
					s.touched = append(s.touched, p.unit)
				}
				s.of[p.unit] += w.term(x, idf, t.count, p)
			}
		}
		query = math.Sqrt(query)
		best := map[int32]float64{}
		for _, u := range s.touched {
			score := w.finish(x, u, s.of[u], query)
			s.of[u] = 0
			best[x.owner[u]] = max(best[x.owner[u]], score)
		}
		s.touched = s.touched[:0]
		return ranking(x.concepts, best, top), nil
	}
}

// ranking orders concepts by score, then by id, and cuts.
func ranking(concepts []Concept, score map[int32]float64, top int) []Prediction {
	out := make([]Prediction, 0, len(score))
	for c, v := range score {
		out = append(out, Prediction{ID: concepts[c].ID, Score: v, Label: concepts[c].Preferred})
	}
	slices.SortFunc(out, func(a, b Prediction) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	return out[:min(top, len(out))]
}

// newDictionary finds labels word for word. From each word of the text the
// longest label that starts there is taken and the search goes on behind it.
// More words score higher, then preferred labels, then the earlier place.
func newDictionary(concepts []Concept, top int, words func(string) []string) Ranker {
	type entry struct {
		concept   int32
		preferred bool
	}
	labels := map[string][]entry{}
	longest := 0
	for i := range concepts {
		seen := map[string]bool{}
		for j, label := range concepts[i].labels() {
			terms := words(label)
			key := strings.Join(terms, " ")
			if key == "" || seen[key] {
				continue
			}
			seen[key] = true
			labels[key] = append(labels[key], entry{int32(i), j == 0})
			longest = max(longest, len(terms))
		}
	}
	return func(text string) ([]Prediction, error) {
		terms := words(text)
		best := map[int32]float64{}
		for i := 0; i < len(terms); {
			n := min(longest, len(terms)-i)
			for ; n > 0; n-- {
				if found := labels[strings.Join(terms[i:i+n], " ")]; found != nil {
					for _, e := range found {
						score := float64(n) + .5*truth(e.preferred) + .25*(1-float64(i)/float64(len(terms)))
						best[e.concept] = max(best[e.concept], score)
					}
					break
				}
			}
			i += max(1, n)
		}
		return ranking(concepts, best, top), nil
	}
}
