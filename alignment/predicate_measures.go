package alignment

import (
	"math"
	"slices"
	"strings"

	"concord/alignment/vectors"
	"concord/index"
	"concord/taxonomy"
)

// standing is what is measured of a concept against a text. Masses are idf,
// so that a rare word counts more; words match in part where they are written
// alike, which carries languages without a stemmer.
type standing [14]float64

var standingNames = [len(standing{})]string{
	"preferredInText",  // share of the preferred label's mass that the text has
	"textInPreferred",  // share of the text's mass that the preferred label has
	"bestInText",       // the same of the label that shares most with the text
	"textInBest",       //
	"samePreferred",    // the words of the preferred label are those of the text
	"head",             // text and preferred label have the same head word
	"linked",           // stop words in the text: "and", "of", names of several things
	"described",        // share of the best label's mass in what stands beside the text
	"sharers",          // log of the number of concepts with a label that has all words of the text
	"specialised",      // log of the number of concepts with a label that has all words of the preferred label
	"meaning",          // cosine of the vectors of text and preferred label
	"place",            // log of the concept's place among the candidates for the text
	"crowd",            // log of the number of candidates whose vectors lie near the text's: how much is meant by it
	"narrowerConcepts", // log of the number of concepts below
}

// A word is a term of a text or a label with what it weighs.
type word struct {
	term   string
	id     uint32 // of the snapshot, or noTerm
	weight float64
}

// A subject is a text that names something, with what stands beside it.
type subject struct {
	lang    taxonomy.Lang
	words   []word
	terms   []uint32 // of words
	head    string
	linked  int
	vector  []float32 // nil if the table does not know the language
	context []word
	sharers int
}

// subject analyses title for comparison with concepts of a kind. Context is
// what stands beside it (a description, a sentence), or "".
func (s *Snapshot) subject(table *vectors.Table, lang taxonomy.Lang, title, context string, kind uint8) subject {
	p := pillarOfKind[kind]
	tokens := index.Analyze(lang, title)
	sub := subject{lang: lang.Base(), words: s.wordsOf(lang, tokens, p), head: HeadWord(title, tokens), context: s.wordsOf(lang, index.Analyze(lang, context), p)}
	for _, w := range sub.words {
		sub.terms = append(sub.terms, w.id)
	}
	for _, t := range tokens {
		if t.Stop {
			sub.linked++
		}
	}
	sub.sharers = s.sharers(sub.terms, kind)
	if table != nil && table.Knows(lang) {
		v := make([]float32, table.Dim())
		if table.Embed(tokens, v) {
			sub.vector = v
		}
	}
	return sub
}

// wordsOf returns the distinct words of tokens that are no stop words, or all
// if there are only such. A word that no label has weighs as much as a rare one.
func (s *Snapshot) wordsOf(lang taxonomy.Lang, tokens []index.Token, pillar int) []word {
	var out []word
	for _, stops := range []bool{false, true} {
		for _, t := range tokens {
			if t.Stop != stops || slices.ContainsFunc(out, func(w word) bool { return w.term == t.Term }) {
				continue
			}
			w := word{t.Term, noTerm, rarest}
			if id, ok := s.term.find(termKey(lang, t.Term)); ok {
				w.id, w.weight = id, float64(s.idf[int(id)*pillars+pillar])
			}
			out = append(out, w)
		}
		if len(out) > 0 {
			break
		}
	}
	return out
}

// labelWords returns the words of label l.
func (s *Snapshot) labelWords(l uint32) []word {
	p := pillarOfKind[s.kind[s.owner[l]]]
	var out []word
	for _, id := range s.labelTerms(l) {
		_, term, _ := strings.Cut(s.term.at(id), "\x00")
		out = append(out, word{term, id, float64(s.idf[int(id)*pillars+p])})
	}
	return out
}

// HeadWord is the last word before the first stop word or sign: what a title
// in English or German is of ("director of studies"), and in Romance
// languages mostly so.
func HeadWord(text string, tokens []index.Token) string {
	head := ""
	for i, t := range tokens {
		if head != "" && (t.Stop || strings.ContainsAny(text[tokens[i-1].End:t.Start], ",;:()/{-")) {
			break
		}
		if !t.Stop {
			head = t.Term
		}
	}
	return head
}

// shared returns the share of the mass of words that others have. A word that
// is only written like one of the others counts in part.
func shared(words, others []word) float64 {
	var all, found float64
	for _, w := range words {
		var most float32
		for _, o := range others {
			if o.term == w.term {
				most = 1
				break
			}
			if len(w.term) >= minPart && len(o.term) >= minPart {
				most = max(most, alike(w.term, o.term, commonPrefix(w.term, o.term)), alike(w.term, o.term, commonSuffix(w.term, o.term)))
			}
		}
		all += w.weight
		found += w.weight * float64(most)
	}
	return found / max(all, 1e-9)
}

// stated returns the share of the mass of words that a longer text has: there
// only the word itself counts, for much is written like something.
func stated(words, text []word) float64 {
	var all, found float64
	for _, w := range words {
		all += w.weight
		if slices.ContainsFunc(text, func(o word) bool { return o.term == w.term }) {
			found += w.weight
		}
	}
	return found / max(all, 1e-9)
}

// sharers counts the concepts of kind's pillar that have a label with all of
// terms: how much else a name could mean.
func (s *Snapshot) sharers(terms []uint32, kind uint8) int {
	var labels []uint32
	for i, t := range terms {
		if t == noTerm {
			return 0
		}
		post := s.post[s.postFrom[t]:s.postFrom[t+1]]
		if i == 0 {
			labels = slices.Clone(post)
			continue
		}
		labels = slices.DeleteFunc(labels, func(l uint32) bool {
			_, has := slices.BinarySearch(post, l)
			return !has
		})
	}
	n, last := 0, uint32(noTerm)
	for _, l := range labels { // ascending, so the labels of a concept stand together
		if c := s.owner[l]; c != last && pillarOfKind[s.kind[c]] == pillarOfKind[kind] {
			n, last = n+1, c
		}
	}
	return n
}

// stands measures concept c against sub. named reports that the words of the
// text are those of a preferred or alternative label. A concept without a
// label in the text's language cannot be compared.
func (s *Snapshot) stands(table *vectors.Table, sub subject, c uint32, at position) (f standing, named, ok bool) {
	var pref, best uint32 = noTerm, noTerm
	var inBest, ofBest float64
	most := -1.0
	for l := s.first[c]; l < s.first[c+1]; l++ {
		if s.Stamp.Analysed[s.lang[l]].Base() != sub.lang {
			continue
		}
		same := len(sub.terms) > 0 && slices.Equal(sub.terms, s.labelTerms(l))
		named = named || same && s.form[l] != formKeyword
		words := s.labelWords(l)
		in, of := shared(words, sub.words), shared(sub.words, words)
		if pref == noTerm { // preferred labels come first
			pref = l
			f[0], f[1], f[4] = in, of, truth(same)
		}
		if mean := 2 * in * of / max(in+of, 1e-9); mean > most {
			most, best, inBest, ofBest = mean, l, in, of
		}
	}
	if pref == noTerm {
		return f, false, false
	}
	f[2], f[3] = inBest, ofBest
	tokens := index.Analyze(sub.lang, s.label.at(pref))
	f[5] = truth(sub.head != "" && sub.head == HeadWord(s.label.at(pref), tokens))
	f[6] = float64(min(sub.linked, maxLinked))
	f[7] = stated(s.labelWords(best), sub.context)
	f[8] = math.Log1p(float64(sub.sharers))
	f[9] = math.Log1p(float64(s.sharers(s.labelTerms(pref), s.kind[c])))
	if v := make([]float32, len(sub.vector)); sub.vector != nil && table.Embed(tokens, v) {
		for i := range v {
			f[10] += float64(v[i]) * float64(sub.vector[i])
		}
	}
	f[11] = math.Log1p(float64(at.place))
	f[12] = math.Log1p(float64(at.crowd))
	f[13] = math.Log1p(float64(s.narrower[c]))
	return f, named, true
}

// maxLinked bounds what a long text can say by its stop words.
const maxLinked = 6

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// A position is where a concept stands among the candidates for a text.
type position struct {
	place int // 0 is the best
	crowd int // candidates whose cosine is at least crowdCosine
}

// crowdCosine is the cosine from which a candidate is near the text.
const crowdCosine = 0.6

// positionOf finds concept c among candidates in the order of search. One that
// is not there comes last.
func positionOf(c uint32, found []match) position {
	at := position{place: judged}
	for i, m := range found {
		if m.concept == c {
			at.place = i
		}
		if m.cosine >= crowdCosine {
			at.crowd++
		}
	}
	return at
}
