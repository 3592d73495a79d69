package alignment

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"concord/alignment/vectors"
	"concord/index"
	"concord/taxonomy"
)

// fullMass is the idf mass from which a label counts in full: about one rare
// word, or two ordinary ones.
const fullMass = 8

// A query is a text analysed once for one snapshot in one language.
type query struct {
	text   string
	tokens []index.Token
	term   []uint32   // token → term of the snapshot, or noTerm
	terms  []uint32   // distinct terms that are no stop words, ascending
	near   []nearTerm // terms written like words of the text, by term
	vector []int8     // of the text; nil if there is none
	table  *vectors.Table
	scale  float32 // of vector
}

const noTerm = math.MaxUint32

// A scratch holds the sums of one search; it is reused.
type scratch struct {
	sums    []sums    // label → what the text has of it
	touched []uint32  // labels with found > 0
	near    []int32   // concept → dot product of the vectors
	best    []float64 // concept → best score of its labels
	label   []uint32  // concept → label that earned it
	mass    []float32 // concept → found of that label
	square  []float32 // concept → dot of that label
	reached []uint32  // concepts with a score
	matches []match   // what search chooses from

	words  vectors.Stretches // of the text
	parts  []int8            // vectors of its stretches
	scales []float32         // of each stretch
	dots   []int32           // of a concept with each
}

// sums are what the terms of a label found in the text add up to.
type sums struct{ found, dot float32 } // idf mass, and the same of squared idf

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// analyse looks the terms of a text in lang up among the snapshot's terms of
// lookup, which is lang where the snapshot has labels in it, and embeds the
// text if there is a table. A text in a language that neither knows is read as
// one in lookup: names are the same everywhere.
func (s *Snapshot) analyse(table *vectors.Table, lookup, lang taxonomy.Lang, text string) query {
	if table == nil || !table.Knows(lang) {
		lang = lookup
	}
	q := query{text: text, tokens: index.Analyze(lang, text)}
	q.term = make([]uint32, len(q.tokens))
	for i, t := range q.tokens {
		q.term[i] = noTerm
		if id, ok := s.term.find(termKey(lookup, t.Term)); ok {
			q.term[i] = id
			if !t.Stop {
				q.terms = append(q.terms, id)
			}
		}
	}
	slices.Sort(q.terms)
	q.terms = slices.Compact(q.terms)
	known := table != nil && table.Knows(lang)
	if !known || lang.Base() != "en" {
		q.near = s.nearTerms(lookup, q)
	}
	if known {
		v := make([]float32, table.Dim())
		if table.Embed(q.tokens, v) {
			q.table, q.vector = table, make([]int8, len(v))
			q.scale = vectors.Quantise(v, q.vector)
		}
	}
	return q
}

// nearTerms returns the terms written like words of q that q has not itself:
// compounds and forms that stemming does not join. English has few of them,
// and vectors for its words.
func (s *Snapshot) nearTerms(lang taxonomy.Lang, q query) []nearTerm {
	var out []nearTerm
	for i, t := range q.tokens {
		if t.Stop {
			continue
		}
		known := q.term[i] != noTerm
		for _, n := range s.similar(lang, t.Term) {
			if _, has := slices.BinarySearch(q.terms, n.term); has {
				continue
			}
			if known {
				n.weight *= nearKnown
			}
			out = append(out, n)
		}
	}
	slices.SortFunc(out, func(a, b nearTerm) int {
		return cmp.Or(cmp.Compare(a.term, b.term), cmp.Compare(b.weight, a.weight))
	})
	return slices.CompactFunc(out, func(a, b nearTerm) bool { return a.term == b.term })
}

// nearKnown is what a near term counts where the word itself is known.
const nearKnown = 0.8

// norm is the length of the text's tf-idf vector in pillar p.
func (q query) norm(s *Snapshot, p int) float64 {
	var sum float64
	for _, t := range q.terms {
		w := float64(s.idf[int(t)*pillars+p])
		sum += w * w
	}
	for _, n := range q.near {
		w := float64(n.weight * s.idf[int(n.term)*pillars+p])
		sum += w * w
	}
	return math.Sqrt(sum)
}

// A match is a concept found for a text, by one of its labels.
type match struct {
	concept, label uint32
	found, dot     float32 // idf mass of the label's terms in the text, and the same of squared idf
	score          float64
	cosine         float64 // of the vectors; 0 without them
	part           float64 // of the nearest stretch of the text; at least cosine
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

// minCosine is the cosine from which a concept is a candidate by its vector alone.
const minCosine = 0.2

// search scores every concept of the kinds that shares a term with q, each by
// its best label, or lies near it, and returns the top ones: by score, then by
// URI.
func (s *Snapshot) search(q query, kinds kindSet, preferredOnly bool, w weighting, top int) []match {
	if q.vector == nil && w.semantic != 0 && w.coverage != 0 {
		w = wordsOnly
	}
	sc := scratches.Get().(*scratch)
	defer scratches.Put(sc)
	sc.fit(len(s.owner), len(s.kind))
	if w.coverage != 0 {
		s.searchLabels(q, kinds, preferredOnly, w, sc)
	}
	out := sc.matches[:0]
	defer func() { sc.matches = out[:0] }()
	keep := max(top, looked)
	enough := math.Inf(-1) // what the keep best so far score at least
	if q.vector != nil && w.semantic != 0 {
		vectors.DotRows(q.vector, s.vector, sc.near[:len(s.kind)])
		for c, near := range sc.near[:len(s.kind)] {
			cosine := float64(near) * float64(q.scale*s.scale[c])
			lexical := sc.best[c]
			if lexical == 0 && (cosine < minCosine || !kinds.has(s.kind[c])) {
				continue
			}
			sc.best[c] = 0
			m := match{concept: uint32(c), label: s.first[c], cosine: cosine, part: cosine}
			m.score = lexical + w.usage*float64(s.prior[c]) + (w.semantic+w.part)*cosine
			if m.score < enough {
				continue
			}
			if lexical != 0 {
				m.label, m.found, m.dot = sc.label[c], sc.mass[c], sc.square[c]
			}
			if out = append(out, m); len(out) == 4*keep {
				partition(out, keep)
				out = out[:keep]
				enough = slices.MaxFunc(out, byScore).score
			}
		}
		return s.nearestParts(q, slices.Clone(topMatches(out, keep)), w, top, sc)
	}
	for _, c := range sc.reached {
		out = append(out, match{concept: c, label: sc.label[c], found: sc.mass[c], dot: sc.square[c], score: sc.best[c] + w.usage*float64(s.prior[c])})
		sc.best[c] = 0
	}
	return slices.Clone(topMatches(out, top))
}

// searchLabels leaves, in sc, for every concept that shares a term with q its
// best label and what that scores.
func (s *Snapshot) searchLabels(q query, kinds kindSet, preferredOnly bool, w weighting, sc *scratch) {
	add := func(t uint32, weight float32) {
		row := (*[pillars]float32)(s.idf[int(t)*pillars:])
		for _, l := range s.post[s.postFrom[t]:s.postFrom[t+1]] {
			kind := s.labelKind[l]
			if !kinds.has(kind) || preferredOnly && s.form[l] != formPref {
				continue
			}
			sum := &sc.sums[l]
			if sum.found == 0 {
				sc.touched = append(sc.touched, l)
			}
			idf := row[pillarOfKind[kind]]
			sum.found += weight * idf
			sum.dot += weight * idf * idf
		}
	}
	for _, t := range q.terms {
		add(t, 1)
	}
	for _, n := range q.near {
		add(n.term, n.weight)
	}
	var norm [pillars]float64
	for p := range norm {
		norm[p] = q.norm(s, p)
	}
	for _, l := range sc.touched {
		at, sum := &s.brief[l], sc.sums[l]
		sc.sums[l] = sums{}
		c := at.owner
		score := at.score(w, float64(sum.found), float64(sum.dot), norm[pillarOfKind[s.labelKind[l]]])
		if sc.best[c] == 0 {
			sc.reached = append(sc.reached, c)
			sc.best[c] = math.Inf(-1)
		}
		if score > sc.best[c] {
			sc.best[c], sc.label[c], sc.mass[c], sc.square[c] = score, l, sum.found, sum.dot
		}
	}
}

func (sc *scratch) fit(labels, concepts int) {
	if len(sc.sums) < labels {
		sc.sums = make([]sums, labels)
	}
	if len(sc.best) < concepts {
		sc.best, sc.label, sc.near = make([]float64, concepts), make([]uint32, concepts), make([]int32, concepts)
		sc.mass, sc.square = make([]float32, concepts), make([]float32, concepts)
	}
	sc.touched, sc.reached = sc.touched[:0], sc.reached[:0]
}

// topMatches sorts by score, best first, then by concept, and cuts.
func topMatches(m []match, top int) []match {
	if top < len(m) {
		partition(m, top)
		m = m[:top]
	}
	slices.SortFunc(m, byScore)
	return m
}

func byScore(a, b match) int {
	switch {
	case a.before(&b):
		return -1
	case b.before(&a):
		return 1
	}
	return 0
}

// before reports whether m comes first: by score, then by concept. Scores are numbers.
func (m *match) before(b *match) bool {
	return m.score > b.score || m.score == b.score && m.concept < b.concept
}

// partition puts the first n in the order byScore before the others
// (quickselect), which is much less work than sorting thousands for two
// hundred.
func partition(m []match, n int) {
	for lo, hi := 0, len(m); hi-lo > 1; {
		pivot := m[lo+(hi-lo)/2]
		i, j := lo, hi-1
		for i <= j {
			for m[i].before(&pivot) {
				i++
			}
			for pivot.before(&m[j]) {
				j--
			}
			if i <= j {
				m[i], m[j] = m[j], m[i]
				i, j = i+1, j-1
			}
		}
		switch { // [lo,j] come before the pivot, [i,hi) behind it
		case n <= j+1:
			hi = j + 1
		case n >= i:
			lo = i
		default:
			return
		}
	}
}
