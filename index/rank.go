package index

import (
	"slices"
	"strings"
	"unicode/utf8"

	"concord/taxonomy"
)

// Parts are what the score of a hit is the sum of. Their ranges are chosen so
// that the earlier ones outweigh the later ones.
type Parts struct {
	Identity float64 // 200 for a concept named by its code or URI
	Words    float64 // 0..60: mean over the query's words of how well each is matched; rare words weigh more
	Whole    float64 // 0..30: the label has no other words than the query, scaled like Words
	Exact    float64 // 10 if label and query are the same but for case and diacritics
	Kind     float64 // what matched: 8 preferred, 5 alternative, 3 hidden label, 1 keyword, 0 definition
	Short    float64 // 0..6: share of the label's words that the query names
	Order    float64 // 4 if the words stand next to each other as in the query
	Lang     float64 // 0..2: 2 for the query's first language, less for later ones
}

// Sum returns the score.
func (p Parts) Sum() float64 {
	return p.Identity + p.Words + p.Whole + p.Exact + p.Kind + p.Short + p.Order + p.Lang
}

// Weights of Parts.
const (
	weightIdentity = 200
	weightWords    = 60
	weightWhole    = 30
	weightExact    = 10
	weightShort    = 6
	weightOrder    = 4
	weightLang     = 2
)

// Qualities of a word's match. Another form of the same word ranks between
// sameStem and sameForm, by how alike the two are.
const (
	sameForm     = 1.0
	sameStem     = 0.9
	samePrefix   = 0.8 // the label's word goes on
	oneTypo      = 0.7
	partOf       = 0.6 // the label's word is a compound with it
	twoTypos     = 0.5
	alike        = 0.4 // two thirds of the character trigrams, unstemmed languages
	inKeyword    = 0.4
	inDefinition = 0.3
	misheard     = 0.3 // one typo in a word that the release knows as it is
)

func kindWeight(k taxonomy.LabelKind) float64 {
	switch k {
	case taxonomy.PrefLabel:
		return 8
	case taxonomy.AltLabel:
		return 5
	}
	return 3
}

// A match is how one label answers a query.
type match struct {
	parts   Parts
	typos   int
	prefix  bool
	part    bool
	missing []readWord
}

// rank makes the hit of c. answered says how well one of its labels holds all
// words of the query: their mean quality, 0 if a word is missing, 1 for a
// concept named by code or URI.
func (p *parsed) rank(c *candidate, langs []taxonomy.Lang, b breadth) (hit Hit, answered float64) {
	hit = c.hit(langs)
	var best match
	var bestLabel *recordLabel
	for i := range c.record.Labels {
		l := &c.record.Labels[i]
		at, asked := langRank(l.Lang, langs)
		if !asked {
			continue
		}
		r := p.reading(l.Lang)
		if !r.mayMatch(l, p.long(), b) {
			continue
		}
		m := r.match(l, p.forgiving(b), &p.scratch)
		if m.parts.Words == 0 {
			continue
		}
		m.parts.Kind = kindWeight(l.Kind)
		m.parts.Lang = weightLang / float64(1+at)
		if bestLabel == nil || m.parts.Sum() > best.parts.Sum() {
			best, bestLabel = m, l
		}
	}
	if bestLabel != nil {
		if len(best.missing) == 0 {
			answered = best.parts.Words / weightWords
		}
		hit.Matched, hit.MatchedIn = bestLabel.Label, "label"
		hit.Parts = best.parts
		p.elsewhere(c.record, best.missing, &hit, p.reading(bestLabel.Lang).weight())
		hit.Why = whyLabel(&best, &hit, len(p.reading(bestLabel.Lang).words))
	} else {
		lang := c.record.concept(c.uri).Pref(langs...).Lang
		r := p.reading(lang)
		p.elsewhere(c.record, r.words, &hit, r.weight())
		hit.Why = "found in the " + hit.MatchedIn
	}
	answered = p.identify(c, &hit, answered)
	hit.Score = hit.Parts.Sum()
	return hit, answered
}

// identify recognises a concept that the query names by code or URI, and
// returns 1 for it, otherwise answered.
func (p *parsed) identify(c *candidate, hit *Hit, answered float64) float64 {
	switch {
	case c.record.Code != "" && identifier(c.record.Code) == p.id:
		hit.MatchedIn, hit.Why = "code", "code "+c.record.Code
	case identifier(string(c.uri)) == p.id, answered < sameStem && slices.Contains(identifiers(&taxonomy.Concept{URI: c.uri}), p.id):
		// The last part of a URI may be a word, which a label then answers better.
		hit.MatchedIn, hit.Why = "uri", "URI "+string(c.uri)
	default:
		return answered
	}
	hit.Matched = taxonomy.Label{}
	hit.Parts = Parts{Identity: weightIdentity}
	return 1
}

// langRank returns the place of lang among those asked for; without any, all
// are asked for and English comes first.
func langRank(lang taxonomy.Lang, asked []taxonomy.Lang) (at int, ok bool) {
	if len(asked) == 0 {
		if lang.Base() == "en" {
			return 0, true
		}
		return 1, true
	}
	for i, a := range asked {
		if lang == a || lang.Base() == a.Base() {
			return i, true
		}
	}
	// A label in an unknown language may be in any.
	return len(asked), lang == ""
}

// reading returns the query read as lang, which need not be one it was parsed for.
func (p *parsed) reading(lang taxonomy.Lang) *reading {
	r := p.byLang[lang]
	if r == nil {
		other := parse(p.text, []taxonomy.Lang{lang})
		other.counts = p.counts
		other.weigh()
		r = other.byLang[lang]
		p.byLang[lang] = r
	}
	return r
}

// mayMatch tells labels that cannot match before they are analysed. Stems and
// words begin alike, so some word of the query must share its start with the
// label, unless typos count.
func (r *reading) mayMatch(l *recordLabel, long bool, b breadth) bool {
	if !long {
		switch l.Lang.Base() {
		case "en", "ar", "ga":
			// Irregular stems, prefixed articles and mutated initials begin otherwise.
			return true
		}
		if b > strict {
			return true
		}
	}
	for i := range r.words {
		if w := &r.words[i]; strings.Contains(l.Folded, w.head) || strings.Contains(l.Folded, w.stemHead) {
			return true
		}
	}
	return false
}

// scratch is memory that ranking uses for one label after the other.
type scratch struct {
	tokens []Token
	folded []string
	used   []bool // by token
	places []int
}

// match compares the query with a label in the same language. If forgiving,
// typos and starts of words count.
func (r *reading) match(l *recordLabel, forgiving bool, s *scratch) match {
	var m match
	if len(r.words) == 0 {
		return m
	}
	s.tokens, s.folded = AppendTokens(s.tokens[:0], l.Lang, l.Text), s.folded[:0]
	for word := range strings.SplitSeq(l.Folded, " ") {
		s.folded = append(s.folded, word)
	}
	if len(s.folded) != len(s.tokens) {
		s.folded = foldWords(l.Text, s.tokens)
	}
	s.used = slices.Grow(s.used[:0], len(s.tokens))[:len(s.tokens)]
	clear(s.used)
	lang, tokens, folded, used, places := languageOf(l.Lang), s.tokens, s.folded, s.used, s.places[:0]
	sum, weight := 0.0, 0.0
	for wi := range r.words {
		w := &r.words[wi]
		weight += w.weight
		q, typos, place := 0.0, 0, -1
		for i, t := range tokens {
			if used[i] {
				continue
			}
			if quality, n := w.quality(t.Term, folded[i], lang, forgiving); quality > q {
				q, typos, place = quality, n, i
			}
		}
		if place < 0 {
			m.missing = append(m.missing, *w)
			continue
		}
		used[place] = true
		places = append(places, place)
		sum += w.weight * q
		m.typos += typos
		m.prefix = m.prefix || q == samePrefix
		m.part = m.part || q == partOf || q == alike
	}
	s.places = places
	if len(places) == 0 {
		return m
	}
	mean := sum / weight
	m.parts.Words = weightWords * mean
	meant, named := 0, 0
	stops := slices.ContainsFunc(tokens, func(t Token) bool { return !t.Stop })
	for i, t := range tokens {
		if t.Stop && stops {
			continue
		}
		meant++
		if used[i] {
			named++
		}
	}
	if meant > 0 {
		m.parts.Short = weightShort * float64(named) / float64(meant)
	}
	if named == meant && len(places) == len(r.words) && !m.prefix && !m.part {
		m.parts.Whole = weightWhole * mean
		if l.Folded == r.folded {
			m.parts.Exact = weightExact
		}
	}
	if len(places) == len(r.words) && adjacent(places, tokens) {
		m.parts.Order = weightOrder
	}
	return m
}

// adjacent reports whether places go up by one, stop words aside.
func adjacent(places []int, tokens []Token) bool {
	for i := 1; i < len(places); i++ {
		if places[i] < places[i-1] {
			return false
		}
		for j := places[i-1] + 1; j < places[i]; j++ {
			if !tokens[j].Stop {
				return false
			}
		}
	}
	return true
}

// quality says how well the query's word is matched by a word of a label, and
// how many typos that forgives.
func (w *readWord) quality(term, folded string, lang *language, forgiving bool) (quality float64, typos int) {
	switch {
	case w.folded == folded:
		return sameForm, 0
	case w.term == term:
		return sameStem + (sameForm-sameStem)*0.9*likeness(w.folded, folded), 0
	}
	n := utf8.RuneCountInString(w.folded)
	if n >= shortestPart {
		if (forgiving || lang.stem == nil || lang.compounds) && strings.HasPrefix(folded, w.folded) {
			return samePrefix, 0
		}
		if lang.compounds && utf8.RuneCountInString(w.term) >= shortestPart && strings.HasSuffix(term, w.term) {
			return partOf, 0
		}
	}
	if !forgiving {
		return 0, 0
	}
	if most := typosIn(n); most > 0 {
		switch d := distance(w.folded, folded, most); {
		case d == 1 && w.known:
			return misheard, 1
		case d == 1:
			return oneTypo, 1
		case d == 2 && most == 2 && !w.known:
			return twoTypos, 2
		}
	}
	if lang.stem == nil && similar(w.folded, folded) {
		return alike, 0
	}
	return 0, 0
}

// likeness returns how alike two forms of a word are, 0..1: the share of the
// longer one that both begin with or, if that is more, that is free of typos.
func likeness(a, b string) float64 {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	longer := max(len(a), len(b))
	if d := distance(a, b, 2); d <= 2 {
		n = max(n, longer-d)
	}
	return float64(n) / float64(longer)
}

// similar reports whether b has two thirds of a's character trigrams.
func similar(a, b string) bool {
	grams := trigrams(a)
	if len(grams) < 3 {
		return false
	}
	others := trigrams(b)
	n := 0
	for _, g := range grams {
		if slices.Contains(others, g) {
			n++
		}
	}
	return 3*n >= 2*len(grams)
}

// elsewhere credits words that no label holds to keywords and definitions, of
// a query whose words weigh so much. It sets MatchedIn unless a label matched.
func (p *parsed) elsewhere(rec *record, missing []readWord, hit *Hit, weight float64) {
	if len(missing) == 0 {
		return
	}
	inKeywords := make([]bool, len(missing))
	if len(rec.Keywords) > 0 {
		lang := rec.concept("").Pref().Lang
		for _, text := range rec.Keywords {
			p.scratch.find(inKeywords, missing, lang, text)
		}
	}
	inNotes := slices.Clone(inKeywords)
	for _, note := range rec.Notes {
		if !slices.Contains(inNotes, false) {
			break
		}
		p.scratch.find(inNotes, missing, note.Lang, note.Text)
	}
	sum, keywords := 0.0, 0
	for i, w := range missing {
		switch {
		case inKeywords[i]:
			sum += w.weight * inKeyword
			keywords++
		case inNotes[i]:
			sum += w.weight * inDefinition
		}
	}
	hit.Parts.Words += weightWords * sum / weight
	if hit.MatchedIn != "" {
		return
	}
	hit.MatchedIn = "definition"
	if keywords*2 >= len(missing) && keywords > 0 {
		hit.MatchedIn = "keyword"
		hit.Parts.Kind = 1
	}
}

// find marks which of the words stand in text, by their terms.
func (s *scratch) find(found []bool, words []readWord, lang taxonomy.Lang, text string) {
	s.tokens = AppendTokens(s.tokens[:0], lang, text)
	for i := range words {
		found[i] = found[i] || slices.ContainsFunc(s.tokens, func(t Token) bool { return t.Term == words[i].term })
	}
}
