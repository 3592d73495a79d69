package alignment

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"concord/index"
)

// A window is where in a sentence a label was found: the closest stretch of
// tokens that holds all of the label's terms that the sentence has.
type window struct {
	tokens   []int   // of the stretch, those that match a term of the label, ascending
	found    float64 // idf mass of the label's terms found
	dot      float64 // the same of squared idf
	share    float64 // of the label's mass that is found, words that only share a stem counting half
	from, to int     // bytes in the sentence
}

// What a match needs to be proposed.
const (
	wholeFound = 5.5  // idf mass of a label that is found whole: one ordinary word is not enough
	partShare  = 0.75 // share of a label that is found in part,
	partFound  = 10   // and its mass
	oneFound   = 7    // idf mass of a label of one word
	stemOnly   = 0.5  // what a word counts that shares only its stem with the label's ("findings", "find")
	maxBetween = 2    // words, stop words apart, that may stand between the label's
)

var fusion = systems["fusion"]

// A candidate is a concept that a sentence may be about, with where in the
// sentence it is earned.
type candidate struct {
	verdict
	window
	q      *query   // what it was found for: the sentence, or an item that it lists
	at     position // among the candidates
	phrase bool     // the label stands in the sentence, at window; else window is what brings it near
}

// locateAll finds where in the sentence the concepts are earned that the
// ranker, judging pool, gives at least log-odds least; likeliest first.
func (s *Snapshot) locateAll(q query, pool []match, found []verdict, role Role, least float64) []candidate {
	var out []candidate
	for _, v := range found {
		if v.logOdds < least {
			break
		}
		c := candidate{verdict: v, q: &q, at: positionOf(v.concept, pool)}
		located, w, ok := s.locate(q, v.match, role)
		if ok {
			c.match, c.window, c.phrase = located, w, true
		} else {
			w, _ := s.window(q, v.label, role)
			c.window = s.nearness(q, v.match, w)
		}
		if len(c.tokens) == 0 { // no word by itself: the sentence is what brings it near
			c.from, c.to = trimmed(q.text)
		}
		out = append(out, c)
	}
	return out
}

// trimmed returns the bounds of s without the blanks around it.
func trimmed(s string) (from, to int) {
	to = len(strings.TrimRight(s, " \t\r\n"))
	return len(s) - len(strings.TrimLeft(s, " \t\r\n")), to
}

// starts returns where in the sentence the words begin that c is earned by.
func (c *candidate) starts() []int {
	out := make([]int, len(c.tokens))
	for i, t := range c.tokens {
		out[i] = c.q.tokens[t].Start
	}
	return out
}

// What nearness takes into a stretch of words.
const (
	supportShare = 0.3 // of the strongest word's support, from which a word counts
	supportGap   = 2   // words that do not count, between two that do
)

// nearness returns the stretch of the sentence that brings its vector near the
// concept's: the word that adds most, and its neighbours that add too. What is
// measured of the label stays as in w.
func (s *Snapshot) nearness(q query, m match, w window) window {
	w.tokens, w.from, w.to = nil, 0, 0
	if q.vector == nil {
		return w
	}
	dim := len(q.vector)
	support := make([]float32, len(q.tokens))
	q.table.Support(q.tokens, s.vector[int(m.concept)*dim:(int(m.concept)+1)*dim], support)
	top := 0
	for i, v := range support {
		if v > support[top] {
			top = i
		}
	}
	if len(support) == 0 || support[top] <= 0 {
		return w
	}
	enough := func(i int) bool { return support[i] >= supportShare*support[top] && !q.tokens[i].Stop || i == top }
	first, last := top, top
	for i := top - 1; i >= 0 && first-i <= supportGap+1; i-- {
		if enough(i) {
			first = i
		}
	}
	for i := top + 1; i < len(support) && i-last <= supportGap+1; i++ {
		if enough(i) {
			last = i
		}
	}
	for i := first; i <= last; i++ {
		if enough(i) {
			w.tokens = append(w.tokens, i)
		}
	}
	w.from, w.to = q.tokens[first].Start, q.tokens[last].End
	return w
}

// locate finds where the sentence names the concept of m: by the label that
// scored best, or else by the best other label that stands well enough to be
// proposed from a text in role.
func (s *Snapshot) locate(q query, m match, role Role) (match, window, bool) {
	if w, ok := s.window(q, m.label, role); ok {
		return m, w, true
	}
	var best match
	var where window
	lang := s.Stamp.Analysed[s.lang[m.label]].Base()
	for l := s.first[m.concept]; l < s.first[m.concept+1]; l++ {
		if l == m.label || s.Stamp.Analysed[s.lang[l]].Base() != lang || !s.holdsMost(q, l) {
			continue
		}
		w, ok := s.window(q, l, role)
		if !ok {
			continue
		}
		x := s.measure(fusion, l, w.found, w.dot, q.norm(s, pillarOfKind[s.kind[m.concept]]))
		if score := total(s.ofConcept(fusion, x, m)); score > best.score {
			best, where = match{concept: m.concept, label: l, score: score, cosine: m.cosine, part: m.part}, w
		}
	}
	return best, where, best.score > 0
}

// holdsMost reports whether at least half of label l's terms are in q: a quick
// look before a close one.
func (s *Snapshot) holdsMost(q query, l uint32) bool {
	terms := s.labelTerms(l)
	n := 0
	for _, t := range terms {
		if _, ok := slices.BinarySearch(q.terms, t); ok {
			n++
		}
	}
	return 2*n >= len(terms)
}

// window locates label l in q, and reports whether it is found well enough to
// be proposed from a text in role.
func (s *Snapshot) window(q query, l uint32, role Role) (window, bool) {
	var w window
	terms := s.labelTerms(l)
	first, last := q.closest(terms)
	if first < 0 {
		return w, false
	}
	p := pillarOfKind[s.kind[s.owner[l]]]
	written := index.Analyze(s.Stamp.Analysed[s.lang[l]], s.label.at(l))
	labelText, sentence := s.label.at(l), q.text
	agreed, between := 0.0, 0
	rarest := slices.MaxFunc(terms, func(x, y uint32) int { return cmp.Compare(s.idf[int(x)*pillars+p], s.idf[int(y)*pillars+p]) })
	hasRarest := false
	var order []int // of the label's terms, as the sentence has them
	counted := make([]bool, len(terms))
	for i := first; i <= last; i++ {
		at := slices.Index(terms, q.term[i])
		if q.tokens[i].Stop {
			continue
		}
		if at < 0 {
			between++
			continue
		}
		w.tokens = append(w.tokens, i)
		if counted[at] {
			continue
		}
		counted[at] = true
		order = append(order, at)
		hasRarest = hasRarest || terms[at] == rarest
		idf := float64(s.idf[int(terms[at])*pillars+p])
		w.found += idf
		w.dot += idf * idf
		word := sentence[q.tokens[i].Start:q.tokens[i].End]
		if slices.ContainsFunc(written, func(t index.Token) bool {
			return t.Term == q.tokens[i].Term && inflection(word, labelText[t.Start:t.End])
		}) {
			agreed += idf
		} else {
			agreed += stemOnly * idf
		}
	}
	if len(w.tokens) == 0 {
		return w, false
	}
	w.share = agreed / float64(s.mass[l])
	w.from, w.to = q.tokens[first].Start, q.tokens[last].End
	if between > maxBetween || !slices.IsSorted(order) && strings.ContainsAny(sentence[w.from:w.to], ",;:()/") {
		return w, false
	}
	switch {
	case len(terms) == 1:
		return w, w.found >= oneFound && s.standsAlone(q, l, first, role)
	case w.share > 0.999:
		return w, w.found >= wholeFound
	}
	return w, w.share >= partShare && agreed >= partFound && len(w.tokens) > 1 && hasRarest
}

// closest returns the shortest stretch of tokens, first and last included,
// that holds every one of terms that q has, or -1 if there is none.
func (q query) closest(terms []uint32) (first, last int) {
	want := 0
	for _, t := range terms {
		if _, ok := slices.BinarySearch(q.terms, t); ok {
			want++
		}
	}
	if want == 0 {
		return -1, -1
	}
	seen := make(map[uint32]int, want) // term → last token
	first, last = -1, math.MaxInt/2
	for i, t := range q.term {
		if t == noTerm || q.tokens[i].Stop || !slices.Contains(terms, t) {
			continue
		}
		seen[t] = i
		if len(seen) < want {
			continue
		}
		start := i
		for _, at := range seen {
			start = min(start, at)
		}
		if first < 0 || i-start < last-first {
			first, last = start, i
		}
	}
	return first, last
}

// standsAlone reports whether a label of one word may be taken from the word
// at token i. One word is easily said in passing ("the right to", "a box of"),
// so beside agreeing in number at most it must be a name (written with a
// capital inside the sentence and in the label), or the preferred label, or
// stand where subjects are named: a title, a tag, a line of its own.
func (s *Snapshot) standsAlone(q query, l uint32, i int, role Role) bool {
	word, label := q.text[q.tokens[i].Start:q.tokens[i].End], s.label.at(l)
	if !plural(strings.ToLower(word), strings.ToLower(firstWord(label))) && !plural(strings.ToLower(firstWord(label)), strings.ToLower(word)) {
		return false
	}
	if names(role) || len(q.terms) <= 2 {
		return true
	}
	if capital(label) || s.form[l] != formPref {
		return capital(label) && capital(word) && (i > 0 || strings.ToLower(word[1:]) != word[1:])
	}
	return true
}

// names reports whether texts in a role name subjects rather than tell of them.
func names(role Role) bool { return role == RoleTitle || role == RoleTag || role == RoleKeyword }

func firstWord(label string) string {
	if fields := strings.Fields(label); len(fields) > 0 {
		return fields[0]
	}
	return label
}

// capital reports whether a word has a capital letter or a digit or sign that
// ordinary words lack (C++, node.js).
func capital(word string) bool {
	return strings.ContainsFunc(word, func(r rune) bool { return unicode.IsUpper(r) || unicode.IsDigit(r) || strings.ContainsRune("+#.", r) })
}

// plural reports whether b is a or its plural, in the ways of English and the
// Romance and Germanic languages that only add letters.
func plural(a, b string) bool {
	return a == b || b == a+"s" || b == a+"es" || b == a+"n" || b == a+"en" || b == a+"e" ||
		strings.HasSuffix(a, "y") && b == strings.TrimSuffix(a, "y")+"ies"
}

// inflection reports whether two spellings with one stem are forms of one word
// rather than words of one family: they differ behind what they share by at
// most three letters on either side, none of which makes a new noun.
func inflection(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for n > 0 && (n < len(a) && !utf8.RuneStart(a[n]) || n < len(b) && !utf8.RuneStart(b[n])) {
		n--
	}
	return ending(a[n:]) && ending(b[n:])
}

// ending reports whether what is left of a word behind its stem only inflects it.
func ending(rest string) bool {
	switch rest {
	case "ings", "or", "er", "ors", "ers", "ion", "al", "ive", "ity", "ment", "ist":
		return false
	}
	return utf8.RuneCountInString(rest) <= 4
}
