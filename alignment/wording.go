package alignment

import (
	"math"
	"strings"
	"sync"

	"concord/alignment/vectors"
	"concord/index"
)

// A wording is the words of one text, those that are no stop words, for
// comparing the labels of concepts with them word by word. Sums and vectors
// take a text as a whole; this tells "plan scaffolding" from "build
// scaffolding", and "train planning" from a training plan.
type wording struct {
	counts []float32     // term → what the text has of it: 1; less if a word is only written like it; else 0
	place  []int32       // term → where its first word stands, from 1; 0: nowhere
	tokens []index.Token // of the words
	terms  []string      // of the words
	term   []uint32      // of the words, or noTerm

	rows    vectors.Words // of the words; read only where the text has a vector
	vectors bool          // rows are read
	cosine  []float64     // word → cosine with one word of a label
	nearest []float64     // word → the greatest such cosine for any word of a label
	label   []index.Token // of a label
}

var wordings = sync.Pool{New: func() any { return new(wording) }}

// read takes q's words in; forget must follow before the next.
func (w *wording) read(s *Snapshot, q query) {
	if len(w.counts) < s.term.len() {
		w.counts, w.place = make([]float32, s.term.len()), make([]int32, s.term.len())
	}
	w.tokens, w.terms, w.term = w.tokens[:0], w.terms[:0], w.term[:0]
	for i, t := range q.tokens {
		if t.Stop {
			continue
		}
		w.tokens, w.terms, w.term = append(w.tokens, t), append(w.terms, t.Term), append(w.term, q.term[i])
		if id := q.term[i]; id != noTerm && w.place[id] == 0 {
			w.counts[id], w.place[id] = 1, int32(len(w.tokens))
		}
	}
	for _, n := range q.near {
		w.counts[n.term] = max(w.counts[n.term], n.weight)
	}
	w.vectors = q.vector != nil && len(s.row) > 0
	if w.vectors {
		w.rows.Read(q.table, w.terms)
	}
	for len(w.cosine) < len(w.tokens) {
		w.cosine, w.nearest = append(w.cosine, 0), append(w.nearest, 0)
	}
}

func (w *wording) forget(q query) {
	for _, id := range w.term {
		if id != noTerm {
			w.counts[id], w.place[id] = 0, 0
		}
	}
	for _, n := range q.near {
		w.counts[n.term] = 0
	}
}

// describeWords measures, word by word, the labels of the candidates found for q.
func (s *Snapshot) describeWords(q query, found []match, out []features) {
	w := wordings.Get().(*wording)
	defer wordings.Put(w)
	w.read(s, q)
	defer w.forget(q)
	alike := map[uint64]crowd{}
	signs := make([]uint64, len(found))
	for i, m := range found {
		f := &out[i]
		s.describeName(w, s.nameOf(m), f)
		s.describeLabels(w, m, f)
		if m.found == 0 {
			continue
		}
		signs[i] = s.describeMatch(w, q, m.label, f)
		c := alike[signs[i]]
		if c.size == 0 || m.score < c.score {
			c.place, c.score = c.size, m.score
		}
		c.size++
		alike[signs[i]] = c
		f[featAlikePlace] = math.Log1p(float64(c.place))
	}
	for i, m := range found {
		if m.found > 0 {
			out[i][featAlike] = math.Log(float64(alike[signs[i]].size))
		}
	}
}

// A crowd is the candidates so far of whose labels the text has the same
// words. Those with one score share a place: two concepts of one name are
// equally likely.
type crowd struct {
	size  int
	place int     // of the last
	score float64 // of the last
}

// nameOf is the preferred label of m's concept in the language of its best label.
func (s *Snapshot) nameOf(m match) uint32 {
	for l := s.first[m.concept]; l < s.first[m.concept+1] && s.form[l] == formPref; l++ {
		if s.lang[l] == s.lang[m.label] {
			return l
		}
	}
	return m.label
}

// describeName compares every word of a concept's name with every word of the text.
func (s *Snapshot) describeName(w *wording, name uint32, f *features) {
	pillar := pillarOfKind[s.labelKind[name]]
	idf := func(t uint32) float64 {
		if t == noTerm {
			return rarest
		}
		return float64(s.idf[int(t)*pillars+pillar])
	}
	n := len(w.tokens)
	nearest, cosine := w.nearest[:n], w.cosine[:n]
	clear(nearest)
	mass, near, missing, most := 0.0, 0.0, 0.0, 0.0
	for _, t := range s.labelTerms(name) {
		has := float64(w.counts[t])
		best := has
		if w.vectors && s.row[t] > 0 {
			w.rows.Compare(s.row[t]-1, cosine)
			for i, c := range cosine {
				nearest[i] = max(nearest[i], c)
				best = max(best, c)
			}
		}
		if at := w.place[t]; at > 0 {
			best = 1
			for i := int(at) - 1; i < n; i++ {
				if w.term[i] == t {
					nearest[i] = 1
				}
			}
		}
		x := idf(t)
		mass += x
		near += x * best
		if has == 0 {
			missing += x
			most = max(most, x)
		}
	}
	text, explained := 0.0, 0.0
	for i, t := range w.term {
		x := idf(t)
		text += x
		explained += x * nearest[i]
	}
	f[featNear], f[featExplained] = share(near, mass), share(explained, text)
	f[featMissing], f[featMissingMost] = missing, most
}

func share(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return part / whole
}

// describeLabels tells how much of all labels of a concept the text has, in
// the language of the best one: one label may be found by chance.
func (s *Snapshot) describeLabels(w *wording, m match, f *features) {
	labels, any, sum := 0.0, 0.0, 0.0
	for l := s.first[m.concept]; l < s.first[m.concept+1]; l++ {
		if s.lang[l] != s.lang[m.label] || s.mass[l] == 0 {
			continue
		}
		has := 0.0
		pillar := pillarOfKind[s.labelKind[l]]
		for _, t := range s.labelTerms(l) {
			has += float64(w.counts[t] * s.idf[int(t)*pillars+pillar])
		}
		labels++
		sum += has / float64(s.mass[l])
		if has > 0 {
			any++
		}
	}
	f[featNames], f[featNamesAny] = share(sum, labels), share(any, labels)
}

// describeMatch tells how the words of label l stand in the text, and returns
// a sign that is the same for labels of which the text has the same words.
func (s *Snapshot) describeMatch(w *wording, q query, l uint32, f *features) (sign uint64) {
	words, first, last := 0, int32(math.MaxInt32), int32(0)
	for _, t := range s.labelTerms(l) {
		if w.counts[t] > 0 {
			sign += mixed(t) // a sum knows no order
		}
		if at := w.place[t]; at > 0 {
			words++
			first, last = min(first, at), max(last, at)
		}
	}
	if words > 0 {
		f[featTogether] = float64(words) / float64(last-first+1)
	}
	text := s.label.at(l)
	w.label = index.AppendTokens(w.label[:0], s.Stamp.Analysed[s.lang[l]], text)
	same, of := 0.0, 0.0
	for _, t := range w.label {
		if t.Stop {
			continue
		}
		has, as := false, false
		for _, x := range w.tokens {
			if x.Term == t.Term {
				has = true
				as = as || sameForm(text[t.Start:t.End], q.text[x.Start:x.End])
			}
		}
		if has {
			of++
			if as {
				same++
			}
		}
	}
	f[featForm] = share(same, of)
	return sign
}

// mixed spreads a term over all bits (splitmix64, Steele et al. 2014).
func mixed(t uint32) uint64 {
	h := (uint64(t) + 1) * 0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// sameForm reports whether two words with one stem are written alike, capitals
// and the plural aside.
func sameForm(a, b string) bool {
	if strings.EqualFold(a, b) {
		return true
	}
	a, b = strings.ToLower(a), strings.ToLower(b)
	return plural(a, b) || plural(b, a)
}

// findRows looks every term up in the vector table, for a snapshot that is built with one.
func (b *builder) findRows() {
	if b.table == nil {
		return
	}
	s := &b.s
	s.row = make([]uint32, s.term.len())
	for i := range s.row {
		_, term, _ := strings.Cut(s.term.at(uint32(i)), "\x00")
		if r, ok := b.table.Row(term); ok {
			s.row[i] = r + 1
		}
	}
}
