package batch

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"concord/alignment"
	"concord/index"
	"concord/taxonomy"
)

// Gaps groups the sentences for which no concept is proposed: what a framework
// may lack, or what is said in words that it does not know.
type Gaps struct {
	Sentences int          `json:"sentences"`
	Reasons   []ReasonGap  `json:"reasons"`  // most sentences first
	Concepts  []ConceptGap `json:"concepts"` // nearest concepts of what is below the threshold, most Expected first
	Words     []WordGap    `json:"words"`    // words and pairs of words that recur in these sentences, the telling ones first
}

// A Group counts the sentences that have something in common.
type Group struct {
	Sentences int     `json:"sentences"`
	Documents int     `json:"documents"`
	Examples  []Quote `json:"examples"` // the first three

	last int // number of the document that was counted last
}

// A Quote is a sentence and where it is.
type Quote struct {
	File    string `json:"file"`
	Name    string `json:"name,omitempty"` // of the document
	Pointer string `json:"pointer"`
	Quote   string `json:"quote"`
}

// A ReasonGap is why sentences gave nothing.
type ReasonGap struct {
	Reason alignment.Reason `json:"reason"`
	Why    string           `json:"why"`
	Group
}

// A ConceptGap is the concept that sentences came nearest to.
type ConceptGap struct {
	URI      taxonomy.URI `json:"uri"`
	Label    string       `json:"label"`
	Best     float64      `json:"best"`     // the highest probability of a sentence
	Expected float64      `json:"expected"` // sum of the probabilities: in so many of the sentences a person would keep it
	Group
}

// A WordGap is a word, or two that stand side by side, in at least two sentences.
type WordGap struct {
	Words string `json:"words"` // as first written, in lower case
	Group
}

// Bounds of a gap report.
const (
	maxExamples = 3
	maxGroups   = 1000    // concepts, and words, that are reported
	maxWords    = 200_000 // words that are counted before those that occurred once are forgotten
)

type gapTally struct {
	document  int
	sentences int
	reasons   map[alignment.Reason]*ReasonGap
	concepts  map[taxonomy.URI]*ConceptGap
	words     map[string]*WordGap
}

func newGapTally() gapTally {
	return gapTally{reasons: map[alignment.Reason]*ReasonGap{}, concepts: map[taxonomy.URI]*ConceptGap{}, words: map[string]*WordGap{}}
}

func (g *Group) count(document int, q Quote) {
	g.Sentences++
	if g.last != document {
		g.Documents++
		g.last = document
	}
	if len(g.Examples) < maxExamples {
		g.Examples = append(g.Examples, q)
	}
}

// add counts the abstentions of an answer whose document is in lang.
func (g *gapTally) add(r Result, lang taxonomy.Lang) {
	g.document++
	for _, ab := range r.Answer.Abstained {
		g.sentences++
		q := Quote{r.File, r.Answer.Document.Name, ab.Pointer, strings.Join(strings.Fields(ab.Quote), " ")}
		reason := g.reasons[ab.Reason]
		if reason == nil {
			reason = &ReasonGap{Reason: ab.Reason, Why: reasonWords(ab.Reason)}
			g.reasons[ab.Reason] = reason
		}
		reason.count(g.document, q)
		unfit := ab.Reason == alignment.ReasonNoConcept || ab.Reason == alignment.ReasonSingleWord
		if !unfit && ab.Reason != alignment.ReasonLanguage {
			continue // a price or a prerequisite is not missed
		}
		if n := ab.Nearest; n != nil && unfit {
			c := g.concepts[n.URI]
			if c == nil {
				c = &ConceptGap{URI: n.URI, Label: n.Label}
				g.concepts[n.URI] = c
			}
			c.Best = max(c.Best, n.Probability)
			c.Expected += n.Probability
			c.count(g.document, q)
		}
		g.addWords(ab.Quote, lang, q)
	}
	if len(g.words) > maxWords {
		for key, w := range g.words {
			if w.Sentences == 1 {
				delete(g.words, key)
			}
		}
	}
}

// addWords counts the words of a sentence, and the pairs that stand side by
// side, once each.
func (g *gapTally) addWords(sentence string, lang taxonomy.Lang, q Quote) {
	seen := map[string]bool{}
	add := func(key, written string) {
		if seen[key] {
			return
		}
		seen[key] = true
		w := g.words[key]
		if w == nil {
			w = &WordGap{Words: strings.ToLower(strings.Join(strings.Fields(written), " "))}
			g.words[key] = w
		}
		w.count(g.document, q)
	}
	before := -1 // index of the token before that tells something, if it is a neighbour
	tokens := index.Analyze(lang, sentence)
	for i, t := range tokens {
		if t.Stop || !strings.ContainsFunc(t.Term, unicode.IsLetter) || len([]rune(t.Term)) < 3 {
			before = -1
			continue
		}
		add(t.Term, sentence[t.Start:t.End])
		if before >= 0 && !strings.ContainsAny(sentence[tokens[before].End:t.Start], ".,;:!?()\n") {
			add(tokens[before].Term+" "+t.Term, sentence[tokens[before].Start:t.End])
		}
		before = i
	}
}

// report orders the groups. A word that never occurs without the other of a
// pair is left to the pair.
func (g *gapTally) report() *Gaps {
	out := &Gaps{Sentences: g.sentences, Reasons: []ReasonGap{}, Concepts: []ConceptGap{}, Words: []WordGap{}}
	for _, r := range g.reasons {
		out.Reasons = append(out.Reasons, *r)
	}
	slices.SortFunc(out.Reasons, func(x, y ReasonGap) int { return cmp.Or(y.Sentences-x.Sentences, cmp.Compare(x.Reason, y.Reason)) })
	for _, c := range g.concepts {
		out.Concepts = append(out.Concepts, *c)
		last := &out.Concepts[len(out.Concepts)-1]
		last.Expected = math.Round(last.Expected*1e3) / 1e3
	}
	slices.SortFunc(out.Concepts, func(x, y ConceptGap) int {
		return cmp.Or(cmp.Compare(y.Expected, x.Expected), x.Group.compare(y.Group), cmp.Compare(x.URI, y.URI))
	})
	inPair := map[string]bool{}
	for key, w := range g.words {
		if first, second, pair := strings.Cut(key, " "); pair && w.Sentences > 1 {
			for _, part := range []string{first, second} {
				single := g.words[part]
				inPair[part] = inPair[part] || single != nil && single.Sentences == w.Sentences
			}
		}
	}
	for key, w := range g.words {
		if w.Sentences > 1 && !inPair[key] {
			out.Words = append(out.Words, *w)
		}
	}
	slices.SortFunc(out.Words, func(x, y WordGap) int {
		return cmp.Or(g.common(x)-g.common(y), y.weight()-x.weight(), x.Group.compare(y.Group), cmp.Compare(x.Words, y.Words))
	})
	out.Concepts = out.Concepts[:min(maxGroups, len(out.Concepts))]
	out.Words = out.Words[:min(maxGroups, len(out.Words))]
	return out
}

// commonFrom is the number of documents from which a word that a tenth of them
// uses is taken for the publisher's own phrase ("this course") and put last.
const commonFrom = 50

func (g *gapTally) common(w WordGap) int {
	if g.document >= commonFrom && w.Documents*10 > g.document {
		return 1
	}
	return 0
}

// pairWeight is how many documents with a word say as much as one with a pair:
// "solutions architects" names something, "practical" hardly does.
const pairWeight = 4

// weight orders words.
func (w WordGap) weight() int {
	if strings.Contains(w.Words, " ") {
		return pairWeight * w.Documents
	}
	return w.Documents
}

func (g Group) compare(o Group) int { return cmp.Or(o.Documents-g.Documents, o.Sentences-g.Sentences) }

// WriteCSV writes a row for each group: what it is grouped by, its key, a name
// for people, the counts, the highest probability where there is one, and the
// first example.
func (g *Gaps) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	row := func(by, key, label string, n Group, best string) {
		q := n.Examples[0]
		out.Write([]string{by, key, label, strconv.Itoa(n.Sentences), strconv.Itoa(n.Documents), best, q.Quote, q.File, q.Pointer})
	}
	out.Write([]string{"by", "key", "label", "sentences", "documents", "best", "example", "file", "pointer"})
	for _, r := range g.Reasons {
		row("reason", string(r.Reason), r.Why, r.Group, "")
	}
	for _, c := range g.Concepts {
		row("nearest", string(c.URI), c.Label, c.Group, strconv.FormatFloat(c.Best, 'f', -1, 64))
	}
	for _, v := range g.Words {
		row("words", v.Words, v.Words, v.Group, "")
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("writing the gaps: %w", err)
	}
	return nil
}
