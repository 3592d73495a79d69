package alignment

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"concord/index"
	"concord/taxonomy"
)

// weights are the summands of a score. Each names a measure of a label against
// a text; the score is the sum of measure × weight, so that an explanation
// adds up. They were chosen on the plateau of the two validation sets of
// job-ad sentences and SkillSkape dev (docs/experiments.md).
var weights = struct {
	coverage  float64 // share of the label's idf mass found in the text, damped for labels that carry little: x/m · √min(1, m/fullMass)
	evidence  float64 // the mass found, x/(x+fullMass): a long match says more than a short one
	cosine    float64 // tf-idf cosine of label and text
	preferred float64 // the label is the preferred one: 0 or 1
	keyword   float64 // the label is only a keyword: 0 or 1
	usage     float64 // how widely the concept is used, 0..1
}{coverage: 1, evidence: 0.5, cosine: 0.8, preferred: 0.15, keyword: -0.4, usage: 0.1}

// fullMass is the idf mass from which a label counts in full: about one rare
// word, or two ordinary ones.
const fullMass = 8

// A query is a text analysed once for one snapshot in one language.
type query struct {
	text   string
	tokens []index.Token
	term   []uint32 // token → term of the snapshot, or noTerm
	terms  []uint32 // distinct terms that are no stop words, ascending
}

const noTerm = math.MaxUint32

// A scratch holds the sums of one search; it is reused.
type scratch struct {
	found   []float32 // label → idf mass of its terms found in the text
	dot     []float32 // label → the same of squared idf
	touched []uint32  // labels with found > 0
	best    []float64 // concept → best score
	label   []uint32  // concept → label that earned it
	reached []uint32  // concepts with a score
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// analyse looks the text's terms up among the snapshot's terms of lang.
func (s *Snapshot) analyse(lang taxonomy.Lang, text string) query {
	q := query{text: text, tokens: index.Analyze(lang, text)}
	q.term = make([]uint32, len(q.tokens))
	for i, t := range q.tokens {
		q.term[i] = noTerm
		if id, ok := s.term.find(termKey(lang, t.Term)); ok {
			q.term[i] = id
			if !t.Stop {
				q.terms = append(q.terms, id)
			}
		}
	}
	slices.Sort(q.terms)
	q.terms = slices.Compact(q.terms)
	return q
}

// norm is the length of the text's tf-idf vector in pillar p.
func (q query) norm(s *Snapshot, p int) float64 {
	var sum float64
	for _, t := range q.terms {
		w := float64(s.idf[int(t)*pillars+p])
		sum += w * w
	}
	return math.Sqrt(sum)
}

// A match is a concept found for a text, by one of its labels.
type match struct {
	concept, label uint32
	score          float64
}

// kindSet is a set of kinds by their index in taxonomy.Kinds.
type kindSet uint32

func kindsOf(kinds []taxonomy.Kind) kindSet {
	if len(kinds) == 0 {
		return math.MaxUint32
	}
	var set kindSet
	for _, k := range kinds {
		set |= 1 << slices.Index(taxonomy.Kinds, k)
	}
	return set
}

func (k kindSet) has(kind uint8) bool { return k&(1<<kind) != 0 }

// search scores every concept of the kinds that shares a term with q, each by
// its best label, and returns the top ones: by score, then by URI.
func (s *Snapshot) search(q query, kinds kindSet, preferredOnly bool, top int) []match {
	sc := scratches.Get().(*scratch)
	defer scratches.Put(sc)
	sc.fit(len(s.owner), len(s.kind))
	for _, t := range q.terms {
		row := s.idf[int(t)*pillars : int(t)*pillars+pillars]
		for _, l := range s.post[s.postFrom[t]:s.postFrom[t+1]] {
			kind := s.kind[s.owner[l]]
			if !kinds.has(kind) || preferredOnly && s.form[l] != formPref {
				continue
			}
			if sc.found[l] == 0 {
				sc.touched = append(sc.touched, l)
			}
			w := row[pillarOfKind[kind]]
			sc.found[l] += w
			sc.dot[l] += w * w
		}
	}
	var norm [pillars]float64
	for p := range norm {
		norm[p] = q.norm(s, p)
	}
	for _, l := range sc.touched {
		c := s.owner[l]
		score := total(s.measure(l, float64(sc.found[l]), float64(sc.dot[l]), norm[pillarOfKind[s.kind[c]]]))
		sc.found[l], sc.dot[l] = 0, 0
		if sc.best[c] == 0 {
			sc.reached = append(sc.reached, c)
			sc.best[c] = math.Inf(-1)
		}
		if score > sc.best[c] {
			sc.best[c], sc.label[c] = score, l
		}
	}
	out := make([]match, 0, len(sc.reached))
	for _, c := range sc.reached {
		out = append(out, match{concept: c, label: sc.label[c], score: sc.best[c]})
		sc.best[c] = 0
	}
	return topMatches(out, top)
}

// measures are the summands of a score, in the order of measureNames.
type measures [6]float64

var measureNames = [len(measures{})]string{"coverage", "evidence", "cosine", "preferred", "keyword", "usage"}

func (s *Snapshot) measure(l uint32, found, dot, norm float64) measures {
	m := float64(s.mass[l])
	preferred, keyword := 0.0, 0.0
	switch s.form[l] {
	case formPref:
		preferred = 1
	case formKeyword:
		keyword = 1
	}
	return measures{
		weights.coverage * found / m * math.Sqrt(min(1, m/fullMass)),
		weights.evidence * found / (found + fullMass),
		weights.cosine * dot / (float64(s.norm[l]) * norm),
		weights.preferred * preferred,
		weights.keyword * keyword,
		weights.usage * float64(s.prior[s.owner[l]]),
	}
}

func total(m measures) float64 {
	var sum float64
	for _, v := range m {
		sum += v
	}
	return sum
}

// pillarOfKind is pillarOf by index in taxonomy.Kinds.
var pillarOfKind = func() (p [16]int) {
	for i, k := range taxonomy.Kinds {
		p[i] = pillarOf(k)
	}
	return p
}()

func (sc *scratch) fit(labels, concepts int) {
	if len(sc.found) < labels {
		sc.found, sc.dot = make([]float32, labels), make([]float32, labels)
	}
	if len(sc.best) < concepts {
		sc.best, sc.label = make([]float64, concepts), make([]uint32, concepts)
	}
	sc.touched, sc.reached = sc.touched[:0], sc.reached[:0]
}

// topMatches sorts by score, best first, then by concept, and cuts.
func topMatches(m []match, top int) []match {
	slices.SortFunc(m, func(a, b match) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.concept, b.concept))
	})
	return m[:min(top, len(m))]
}
