package index

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/query"

	"concord/taxonomy"
)

// A Query is what a person looks for. Every character of Text is text: there
// is no query syntax.
type Query struct {
	Text    string          // words in any order, a code, a URI or the last part of one; empty: every concept
	Langs   []taxonomy.Lang // of labels, the preferred first; none: all, and hits are shown in English if they can be
	Schemes []taxonomy.Ref  // none: all open releases; without a version: every open one of the scheme
	Kinds   []taxonomy.Kind // none: all
	Groups  []taxonomy.URI  // below one of these concepts; none: all
	Size    int             // hits wanted; 0: 10
	From    int             // hits to leave out, for further pages
	Facets  bool            // count hits by kind, scheme and group
}

// A Result holds the best hits, best first.
type Result struct {
	Hits   []Hit
	Total  int                // concepts found, of which Hits holds Size from From on
	Facets map[string][]Facet // "kind", "scheme", "group": most frequent first, then by value; nil unless asked for
}

// A Facet counts the concepts found that share a value.
type Facet struct {
	Value string // a kind, a release, or the URI of a broader concept
	Count int
}

// A Hit is a concept that was found, and why.
type Hit struct {
	URI       taxonomy.URI
	Release   taxonomy.Ref
	Kind      taxonomy.Kind
	Code      string
	Pref      taxonomy.Label // to be shown, in the first of the query's languages that has one
	Matched   taxonomy.Label // the label that matched; zero if it was something else
	MatchedIn string         // "label", "keyword", "definition", "code" or "uri"; "" when nothing was asked for
	Why       string         // for people: found by alternative label “…” (en), 1 typo
	Score     float64        // the sum of Parts
	Parts     Parts
}

const (
	defaultSize = 10
	goodGuess   = 0.6 // mean quality of the words from which a lenient answer is not widened further
	recallSize  = 300 // documents of a shard that are ranked
	mostGroups  = 100 // groups that are counted
)

// Search returns the concepts that match q, best first: by score, then release
// and URI, which is a total order. A word of the query matches by its stem;
// where no label holds all words so, typos, prefixes and parts of compounds
// count, and at last labels that hold some of the words. The best 300 concepts
// of each release that bleve finds are ranked; a page beyond them ranks more.
func (x *Index) Search(ctx context.Context, q Query) (*Result, error) {
	shards, err := x.selected(q.Schemes)
	if err != nil {
		return nil, err
	}
	if q.Size <= 0 {
		q.Size = defaultSize
	}
	q.From = max(q.From, 0)
	if strings.TrimSpace(q.Text) == "" {
		return browse(ctx, shards, q)
	}
	// Widening is decided over all shards, so that a release without the words
	// does not answer a query that another one answers well.
	b := strict
	if parse(q.Text, []taxonomy.Lang{""}).long() {
		b = loose
	}
	for ; ; b++ {
		result, best, err := searchShards(ctx, shards, q, b)
		if err != nil {
			return nil, err
		}
		if b == loose || b == strict && best >= sameStem || b == lenient && best >= goodGuess {
			return result, nil
		}
	}
}

// searchShards answers q at one breadth. best is the greatest share of the
// query's words that a label of a hit holds.
func searchShards(ctx context.Context, shards []openShard, q Query, b breadth) (result *Result, best float64, err error) {
	type answer struct {
		*found
		hits []Hit
		best float64
	}
	ranked, err := eachShard(ctx, shards, func(ctx context.Context, s *openShard) (answer, error) {
		p := parse(q.Text, s.languagesFor(q.Langs))
		var a answer
		var err error
		if p.counts, err = s.frequencies(p); err != nil {
			return a, err
		}
		p.weigh()
		size := max(recallSize, 2*(q.From+q.Size))
		if a.found, err = s.find(ctx, filtered(p.recall(b), q.Kinds, q.Groups), size, q.Facets, bestFirst); err != nil {
			return a, err
		}
		for _, c := range a.candidates {
			hit, answered := p.rank(&c, q.Langs, b)
			a.hits = append(a.hits, hit)
			a.best = max(a.best, answered)
		}
		return a, nil
	})
	if err != nil {
		return nil, 0, err
	}
	result = new(Result)
	var answers []*found
	for _, a := range ranked {
		answers = append(answers, a.found)
		result.Hits = append(result.Hits, a.hits...)
		best = max(best, a.best)
	}
	slices.SortFunc(result.Hits, compareHits)
	finish(result, answers, shards, q)
	return result, best, nil
}

// browse lists what the filters leave, by release and URI.
func browse(ctx context.Context, shards []openShard, q Query) (*Result, error) {
	kinds := q.Kinds
	if len(kinds) == 0 {
		kinds = taxonomy.Kinds
	}
	answers, err := eachShard(ctx, shards, func(ctx context.Context, s *openShard) (*found, error) {
		var clauses []query.Query
		for _, k := range kinds {
			clauses = append(clauses, term(fieldKind, string(k), 1))
		}
		return s.find(ctx, filtered(bleve.NewDisjunctionQuery(clauses...), nil, q.Groups), q.From+q.Size, q.Facets, byURI)
	})
	if err != nil {
		return nil, err
	}
	result := new(Result)
	for _, a := range answers {
		for _, c := range a.candidates {
			result.Hits = append(result.Hits, c.hit(q.Langs))
		}
	}
	slices.SortFunc(result.Hits, compareHits)
	finish(result, answers, shards, q)
	return result, nil
}

// finish cuts the page out of the hits and adds totals and facets.
func finish(result *Result, answers []*found, shards []openShard, q Query) {
	for _, a := range answers {
		result.Total += a.total
	}
	from := min(q.From, len(result.Hits))
	result.Hits = result.Hits[from:min(from+q.Size, len(result.Hits))]
	if !q.Facets {
		return
	}
	counts := map[string]map[string]int{"kind": {}, "scheme": {}, "group": {}}
	for i, a := range answers {
		if a.total > 0 {
			counts["scheme"][shards[i].ref.String()] = a.total
		}
		for _, field := range []string{fieldKind, fieldGroup} {
			facet := a.facets[field]
			if facet == nil || facet.Terms == nil {
				continue
			}
			for _, t := range facet.Terms.Terms() {
				counts[field][t.Term] += t.Count
			}
		}
	}
	result.Facets = make(map[string][]Facet, len(counts))
	for name, byValue := range counts {
		facets := make([]Facet, 0, len(byValue))
		for value, n := range byValue {
			facets = append(facets, Facet{value, n})
		}
		slices.SortFunc(facets, func(a, b Facet) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
		})
		result.Facets[name] = facets
	}
}

// compareHits orders hits: the best first, equal ones by release and URI.
func compareHits(a, b Hit) int {
	return cmp.Or(cmp.Compare(b.Score, a.Score), compareRefs(a.Release, b.Release), strings.Compare(string(a.URI), string(b.URI)))
}

// hit returns c as a hit that nothing is known of yet.
func (c *candidate) hit(langs []taxonomy.Lang) Hit {
	return Hit{
		URI: c.uri, Release: c.shard.ref, Kind: c.record.Kind, Code: c.record.Code,
		Pref: c.record.concept(c.uri).Pref(langs...),
	}
}
