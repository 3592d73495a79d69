package index

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2"
	bsearch "github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"

	"concord/taxonomy"
)

// mostWords bounds the words of a query that count. The first ones do.
const mostWords = 16

// longestQuery is where a query is cut, in bytes.
const longestQuery = 2048

// A queryWord is one word of a query.
type queryWord struct {
	folded string
	terms  []string // its stems in the languages searched, each once
	stop   bool     // a stop word in one of the languages
}

// A parsed query, ready for one set of languages.
type parsed struct {
	text   string
	id     string // the text as a code or URI; "" if it is blank
	words  []queryWord
	keys   []string        // the text as a whole label, in each language, each once
	langs  []taxonomy.Lang // primary subtags, each once
	grams  bool            // an unstemmed language is searched
	byLang map[taxonomy.Lang]*reading
	counts frequencies

	scratch scratch
}

// A reading is the query as text of one language.
type reading struct {
	words  []readWord
	folded string // all folded words, stop words too, between blanks
}

type readWord struct {
	term, folded string
	head         string  // first letters of folded
	stemHead     string  // first letters of term
	known        bool    // the release has it or another form of it
	weight       float64 // 1 and up, more for rarer words
}

func (r *reading) weight() float64 {
	sum := 0.0
	for i := range r.words {
		sum += r.words[i].weight
	}
	return sum
}

func parse(text string, langs []taxonomy.Lang) *parsed {
	text = strings.TrimSpace(text)
	if len(text) > longestQuery {
		cut := longestQuery
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut]
	}
	p := &parsed{text: text, id: identifier(text), byLang: make(map[taxonomy.Lang]*reading)}
	byEnd := make(map[int]int) // word by where it ends: elision moves starts only
	for _, lang := range langs {
		l := languageOf(lang)
		if !slices.Contains(p.langs, lang.Base()) {
			p.langs = append(p.langs, lang.Base())
		}
		p.grams = p.grams || l.stem == nil
		if p.byLang[lang] != nil {
			continue
		}
		tokens := Analyze(lang, text)
		if len(tokens) > mostWords {
			tokens = tokens[:mostWords]
		}
		folded := foldWords(text, tokens)
		r := &reading{folded: strings.Join(folded, " ")}
		stopped := len(content(tokens)) < len(tokens)
		for i, t := range tokens {
			if !t.Stop || !stopped {
				r.words = append(r.words, readWord{
					term: t.Term, folded: folded[i], weight: 1,
					head: head(folded[i], 3), stemHead: head(t.Term, 3),
				})
			}
			at, ok := byEnd[t.End]
			if !ok {
				at = len(p.words)
				byEnd[t.End] = at
				p.words = append(p.words, queryWord{folded: folded[i]})
			}
			w := &p.words[at]
			w.stop = w.stop || t.Stop
			if !slices.Contains(w.terms, t.Term) {
				w.terms = append(w.terms, t.Term)
			}
		}
		if key := wholeKey(tokens); key != "" && !slices.Contains(p.keys, key) {
			p.keys = append(p.keys, key)
		}
		p.byLang[lang] = r
	}
	return p
}

// A breadth says how far a query is widened to find something.
type breadth int

const (
	strict  breadth = iota // every word, by its stem
	lenient                // every word, with typos, as a prefix or as a part of a compound
	loose                  // some of the words
)

// recall is the bleve query that finds what ranking then looks at.
func (p *parsed) recall(b breadth) query.Query {
	var must, should []query.Query
	for i := range p.words {
		w := &p.words[i]
		if clause := p.wordClause(w, b); w.stop {
			should = append(should, clause)
		} else {
			must = append(must, clause)
		}
	}
	if len(must) == 0 {
		must, should = should, nil
	}
	for _, key := range p.keys {
		should = append(should, term(fieldExact, key, 50))
	}
	var found query.Query
	switch {
	case len(must) == 0:
		found = bleve.NewMatchNoneQuery()
	case b == loose:
		some := bleve.NewDisjunctionQuery(must...)
		some.SetMin(float64(min(1+len(must)/4, 3)))
		found = some
	default:
		found = bleve.NewConjunctionQuery(must...)
	}
	if len(should) > 0 {
		both := bleve.NewBooleanQuery()
		both.AddMust(found)
		both.AddShould(should...)
		found = both
	}
	return bleve.NewDisjunctionQuery(found, term(fieldID, p.id, 1000))
}

// long reports whether the query is a text rather than some words: what is
// pasted is not forgiven typos, which would take long and find anything.
func (p *parsed) long() bool { return len(p.words) > 8 }

// forgiving reports whether typos, prefixes and parts count at this breadth.
func (p *parsed) forgiving(b breadth) bool { return b > strict && !p.long() }

func (p *parsed) wordClause(w *queryWord, b breadth) query.Query {
	var clauses []query.Query
	for _, t := range w.terms {
		clauses = append(clauses, term(fieldPref, t, 4), term(fieldAlt, t, 3), term(fieldHidden, t, 2), term(fieldKeyword, t, 1), term(fieldDef, t, 0.3))
	}
	n := utf8.RuneCountInString(w.folded)
	for _, lang := range p.langs {
		l := languageOf(lang)
		word := inLang(lang, w.folded)
		clauses = append(clauses, term(fieldWord, word, 6))
		if l.compounds && !p.long() {
			for _, t := range w.terms {
				if utf8.RuneCountInString(t) >= shortestPart {
					clauses = append(clauses, prefix(fieldTail, inLang(lang, reverse(t)), 1))
				}
			}
		}
		if n >= shortestPart && (p.forgiving(b) || !p.long() && (l.compounds || l.stem == nil)) {
			clauses = append(clauses, prefix(fieldWord, word, 1))
		}
		if typos := typosIn(n); typos > 0 && p.forgiving(b) {
			f := bleve.NewFuzzyQuery(word)
			f.SetField(fieldWord)
			f.SetFuzziness(typos)
			f.SetPrefix(utf8.RuneCountInString(word) - n)
			clauses = append(clauses, f)
		}
	}
	if grams := trigrams(w.folded); p.grams && p.forgiving(b) && len(grams) >= 3 {
		var qs []query.Query
		for _, g := range grams {
			qs = append(qs, term(fieldGram, g, 0.1))
		}
		most := bleve.NewDisjunctionQuery(qs...)
		most.SetMin(float64((2*len(grams) + 2) / 3))
		clauses = append(clauses, most)
	}
	return bleve.NewDisjunctionQuery(clauses...)
}

// shortestPart is the length in runes from which a word is looked for inside others.
const shortestPart = 4

// typosIn returns how many typos are forgiven in a word of n runes.
func typosIn(n int) int {
	switch {
	case n < 4:
		return 0
	case n < 8:
		return 1
	}
	return 2
}

func term(field, value string, boost float64) query.Query {
	q := bleve.NewTermQuery(value)
	q.SetField(field)
	q.SetBoost(boost)
	return q
}

func prefix(field, value string, boost float64) query.Query {
	q := bleve.NewPrefixQuery(value)
	q.SetField(field)
	q.SetBoost(boost)
	return q
}

// filtered narrows q to concepts of one of the kinds below one of the groups.
func filtered(q query.Query, kinds []taxonomy.Kind, groups []taxonomy.URI) query.Query {
	all := []query.Query{q}
	oneOf := func(field string, values []string) {
		var clauses []query.Query
		for _, v := range values {
			clauses = append(clauses, term(field, v, 0))
		}
		if len(clauses) > 0 {
			all = append(all, bleve.NewDisjunctionQuery(clauses...))
		}
	}
	var ks, gs []string
	for _, k := range kinds {
		ks = append(ks, string(k))
	}
	for _, g := range groups {
		gs = append(gs, string(g))
	}
	oneOf(fieldKind, ks)
	oneOf(fieldGroup, gs)
	if len(all) == 1 {
		return q
	}
	return bleve.NewConjunctionQuery(all...)
}

// A candidate is a concept that bleve found.
type candidate struct {
	uri    taxonomy.URI
	shard  *openShard
	record *record
}

// A found set is what bleve answers for one shard.
type found struct {
	candidates []candidate
	total      int
	facets     bsearch.FacetResults
}

// bestFirst and byURI are orders of documents. bleve alone orders equal scores
// otherwise in each build.
const (
	bestFirst = "-_score"
	byURI     = "_id"
)

// find runs q on the shard and loads the records of the first size documents.
func (s *openShard) find(ctx context.Context, q query.Query, size int, facets bool, order string) (*found, error) {
	req := bleve.NewSearchRequestOptions(q, size, 0, false)
	req.Fields = []string{fieldRecord}
	if order == byURI {
		req.SortBy([]string{byURI})
	} else {
		req.SortBy([]string{order, byURI})
	}
	if facets {
		req.AddFacet(fieldKind, bleve.NewFacetRequest(fieldKind, len(taxonomy.Kinds)))
		req.AddFacet(fieldGroup, bleve.NewFacetRequest(fieldGroup, mostGroups))
	}
	res, err := s.all.SearchInContext(ctx, req)
	if err != nil {
		return nil, err
	}
	// An alias reports a part's failure without failing.
	if res.Status != nil {
		for _, err := range res.Status.Errors {
			return nil, err
		}
	}
	f := &found{total: int(res.Total), facets: res.Facets}
	for _, hit := range res.Hits {
		stored, ok := hit.Fields[fieldRecord].(string)
		if !ok {
			return nil, errors.New("a document without a record; rebuild with `concord index`")
		}
		rec, err := decodeRecord(stored)
		if err != nil {
			return nil, err
		}
		f.candidates = append(f.candidates, candidate{taxonomy.URI(hit.ID), s, rec})
	}
	return f, nil
}
