package index

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/query"

	"concord/taxonomy"
)

// A SuggestQuery is what a person has typed so far.
type SuggestQuery struct {
	Prefix  string          // whole words, and the start of one
	Langs   []taxonomy.Lang // as in Query
	Schemes []taxonomy.Ref  // as in Query
	Kinds   []taxonomy.Kind // none: all
	Size    int             // hits wanted; 0: 10
}

// suggestRecall is how many concepts of a shard are ranked for a completion.
const suggestRecall = 60

// Suggest completes q: the concepts that have a preferred or alternative label
// with all the words of the prefix, the last of which may be unfinished. Labels
// that start with it come first, preferred ones before alternative ones and
// shorter ones before longer ones; then by release and URI. An empty prefix
// has no completions.
func (x *Index) Suggest(ctx context.Context, q SuggestQuery) ([]Hit, error) {
	shards, err := x.selected(q.Schemes)
	if err != nil {
		return nil, err
	}
	if q.Size <= 0 {
		q.Size = defaultSize
	}
	// Few letters start many words: the first words of labels come first, and
	// the others only where there is none.
	for _, starts := range []bool{true, false} {
		hits, err := suggest(ctx, shards, q, starts)
		if err != nil {
			return nil, err
		}
		if len(hits) > 0 {
			slices.SortFunc(hits, compareHits)
			return hits[:min(q.Size, len(hits))], nil
		}
	}
	return nil, nil
}

func suggest(ctx context.Context, shards []openShard, q SuggestQuery, starts bool) ([]Hit, error) {
	answers, err := eachShard(ctx, shards, func(ctx context.Context, s *openShard) (hits []Hit, err error) {
		bq := completions(q.Prefix, s.languagesFor(q.Langs), starts)
		if bq == nil {
			return nil, nil
		}
		f, err := s.find(ctx, filtered(bq, q.Kinds, nil), max(suggestRecall, 2*q.Size), false, bestFirst)
		if err != nil {
			return nil, err
		}
		for _, c := range f.candidates {
			if hit, ok := c.complete(q); ok {
				hits = append(hits, hit)
			}
		}
		return hits, nil
	})
	if err != nil {
		return nil, err
	}
	return slices.Concat(answers...), nil
}

// typed splits what was typed into folded words; unfinished reports whether
// the last one may go on.
func typed(prefix string) (words []string, unfinished bool) {
	if len(prefix) > longestQuery {
		return nil, false
	}
	// The empty language keeps every word as it is.
	tokens := Analyze("", prefix)
	if len(tokens) == 0 {
		return nil, false
	}
	last, _ := utf8.DecodeLastRuneInString(prefix)
	words = foldWords(prefix, tokens)
	return words[:min(len(words), mostWords)], !unicode.IsSpace(last)
}

// completions is the bleve query for labels with the words typed, or nil.
// With starts, it is for a single word too short to look up among all words.
func completions(text string, langs []taxonomy.Lang, starts bool) query.Query {
	words, unfinished := typed(text)
	if len(words) == 0 {
		return nil
	}
	// Labels that start as typed come first, the shorter preferred ones before the others.
	first := head(words[0], edgeLength)
	var begin []query.Query
	for _, lang := range langs {
		for i, boost := range [...]float64{1e4, 1e3, 1e2, 10} {
			begin = append(begin, term(fieldEdge, edge(lang, i+1, first), boost))
		}
	}
	if starts {
		if len(words) > 1 || !unfinished || utf8.RuneCountInString(words[0]) >= edgeLength {
			return nil
		}
		return bleve.NewDisjunctionQuery(begin...)
	}
	last := len(words) - 1
	var must []query.Query
	for i, w := range words {
		var clauses []query.Query
		for _, lang := range langs {
			switch {
			case i < last || !unfinished:
				clauses = append(clauses, term(fieldWord, inLang(lang, w), 0))
			case utf8.RuneCountInString(w) <= edgeLength: // thousands of words may begin so
				clauses = append(clauses, term(fieldHead, inLang(lang, w), 0))
			default:
				clauses = append(clauses, prefix(fieldWord, inLang(lang, w), 0))
			}
		}
		must = append(must, bleve.NewDisjunctionQuery(clauses...))
	}
	both := bleve.NewBooleanQuery()
	both.AddMust(must...)
	both.AddShould(begin...)
	return both
}

// head returns the first n runes of s.
func head(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// complete makes the hit of c by its best label, if one has the words typed.
func (c *candidate) complete(q SuggestQuery) (Hit, bool) {
	words, unfinished := typed(q.Prefix)
	whole := strings.Join(words, " ")
	var best Parts
	var bestLabel *recordLabel
	for i := range c.record.Labels {
		l := &c.record.Labels[i]
		at, asked := langRank(l.Lang, q.Langs)
		if l.Kind == taxonomy.HiddenLabel || !asked || !completes(words, unfinished, l.Folded) {
			continue
		}
		p := Parts{Words: weightWords, Kind: kindWeight(l.Kind), Lang: weightLang / float64(1+at)}
		// Shorter first within everything else: 6 for the prefix itself, 3 for twice its length.
		p.Short = weightShort * float64(len(whole)) / float64(max(len(l.Folded), len(whole)))
		if strings.HasPrefix(l.Folded, whole) {
			p.Whole = weightWhole
		}
		if l.Folded == whole {
			p.Exact = weightExact
		}
		if strings.Contains(l.Folded, whole) {
			p.Order = weightOrder
		}
		if bestLabel == nil || p.Sum() > best.Sum() {
			best, bestLabel = p, l
		}
	}
	if bestLabel == nil {
		return Hit{}, false
	}
	hit := c.hit(q.Langs)
	hit.Matched, hit.MatchedIn, hit.Parts, hit.Score = bestLabel.Label, "label", best, best.Sum()
	hit.Why = whyLabel(&match{parts: best}, &hit, len(words))
	return hit, true
}

// completes reports whether the folded label has the words, the last as the
// start of one if it is unfinished.
func completes(words []string, unfinished bool, folded string) bool {
	for i, w := range words {
		if !hasWord(folded, w, unfinished && i == len(words)-1) {
			return false
		}
	}
	return true
}

func hasWord(folded, w string, start bool) bool {
	for from := 0; ; {
		i := strings.Index(folded[from:], w)
		if i < 0 {
			return false
		}
		i += from
		end := i + len(w)
		if (i == 0 || folded[i-1] == ' ') && (start || end == len(folded) || folded[end] == ' ') {
			return true
		}
		from = i + 1
	}
}
