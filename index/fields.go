package index

import (
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/mapping"

	"concord/taxonomy"
)

// Fields of the bleve document of a concept. Its id is the URI. Text is
// analysed here by the language of each label and given to bleve as terms
// between blanks, so that one notion of a word holds everywhere.
const (
	fieldPref    = "pref"    // terms of preferred labels
	fieldAlt     = "alt"     // terms of alternative labels
	fieldHidden  = "hidden"  // terms of hidden labels
	fieldDef     = "def"     // terms of definitions and scope notes
	fieldKeyword = "keyword" // terms of keywords
	fieldExact   = "exact"   // whole labels: their terms joined by keySeparator
	fieldWord    = "word"    // folded unstemmed words of labels, for typos and prefixes, see inLang
	fieldTail    = "tail"    // terms of long words spelled backwards, in languages that write compounds closed, see inLang
	fieldGram    = "gram"    // character trigrams of words in unstemmed languages
	fieldEdge    = "edge"    // type-ahead, see edges
	fieldHead    = "head"    // the first one to edgeLength runes of each word of a label that is shown, see inLang
	fieldID      = "id"      // code, URI and last part of the URI, lower case
	fieldKind    = "kind"
	fieldGroup   = "group"  // URIs of all broader concepts
	fieldRecord  = "record" // stored: what ranking needs to know of the concept
)

// keySeparator stands for blanks inside a term of bleve.
const keySeparator = "\x1f"

const analyzerTerms = "terms"

func newMapping() mapping.IndexMapping {
	m := bleve.NewIndexMapping()
	// The tokenizer comes with bleve, so this cannot fail.
	if err := m.AddCustomAnalyzer(analyzerTerms, map[string]any{"type": custom.Name, "tokenizer": whitespace.Name}); err != nil {
		panic("index: " + err.Error())
	}
	doc := bleve.NewDocumentStaticMapping()
	field := func(name, analyzer string) *mapping.FieldMapping {
		f := bleve.NewTextFieldMapping()
		f.Analyzer = analyzer
		f.Store, f.IncludeInAll, f.IncludeTermVectors, f.DocValues = false, false, false, false
		doc.AddFieldMappingsAt(name, f)
		return f
	}
	// No field skips frequencies: bleve scores those that do as NaN.
	for _, name := range []string{fieldPref, fieldAlt, fieldHidden, fieldDef, fieldKeyword, fieldExact, fieldWord, fieldTail, fieldGram, fieldEdge, fieldHead, fieldID} {
		field(name, analyzerTerms)
	}
	for _, name := range []string{fieldKind, fieldGroup} {
		field(name, keyword.Name).DocValues = true
	}
	f := field(fieldRecord, keyword.Name)
	f.Index, f.Store = false, true
	// Nothing is searched in all fields at once.
	doc.AddSubDocumentMapping("_all", bleve.NewDocumentDisabledMapping())
	m.DefaultMapping = doc
	m.DefaultAnalyzer = analyzerTerms
	m.StoreDynamic, m.IndexDynamic, m.DocValuesDynamic = false, false, false
	return m
}

// A fieldSet gathers the terms of one concept after the other by field.
type fieldSet struct {
	lists map[string]*termList
}

type termList struct {
	text []byte // terms between blanks
	seen map[string]struct{}
}

func newFieldSet() *fieldSet { return &fieldSet{lists: make(map[string]*termList)} }

// reset empties the set for the next concept.
func (f *fieldSet) reset() {
	for _, l := range f.lists {
		l.text = l.text[:0]
		clear(l.seen)
	}
}

// add adds a term to a field, once.
func (f *fieldSet) add(field, term string) {
	l := f.lists[field]
	if l == nil {
		l = &termList{seen: make(map[string]struct{})}
		f.lists[field] = l
	}
	if _, ok := l.seen[term]; ok {
		return
	}
	l.seen[term] = struct{}{}
	if len(l.text) > 0 {
		l.text = append(l.text, ' ')
	}
	l.text = append(l.text, term...)
}

// document returns the document of c, which has groups above it.
func (f *fieldSet) document(c *taxonomy.Concept, groups []string) map[string]any {
	f.reset()
	rec := record{Kind: c.Kind, Code: c.Code}
	var tokens []Token
	for _, label := range c.Labels {
		tokens = AppendTokens(tokens[:0], label.Lang, label.Text)
		words := foldWords(label.Text, tokens)
		f.label(label, tokens, words)
		rec.Labels = append(rec.Labels, recordLabel{Label: label, Folded: strings.Join(words, " ")})
	}
	for _, n := range c.Notes {
		if n.Kind == taxonomy.Definition || n.Kind == taxonomy.ScopeNote {
			tokens = f.terms(fieldDef, n.Lang, n.Text, tokens)
			rec.Notes = append(rec.Notes, n)
		}
	}
	lang := c.Pref().Lang
	for _, text := range c.Property(taxonomy.PropKeyword) {
		tokens = f.terms(fieldKeyword, lang, text, tokens)
		rec.Keywords = append(rec.Keywords, text)
	}
	for _, id := range identifiers(c) {
		f.add(fieldID, id)
	}
	doc := map[string]any{fieldKind: string(c.Kind), fieldRecord: string(rec.encode())}
	if len(groups) > 0 {
		doc[fieldGroup] = groups
	}
	for name, l := range f.lists {
		if len(l.text) > 0 {
			doc[name] = string(l.text)
		}
	}
	return doc
}

func (f *fieldSet) terms(field string, lang taxonomy.Lang, text string, buf []Token) []Token {
	buf = AppendTokens(buf[:0], lang, text)
	for _, t := range buf {
		if !t.Stop {
			f.add(field, t.Term)
		}
	}
	return buf
}

func (f *fieldSet) label(label taxonomy.Label, tokens []Token, words []string) {
	field := fieldPref
	switch label.Kind {
	case taxonomy.AltLabel:
		field = fieldAlt
	case taxonomy.HiddenLabel:
		field = fieldHidden
	}
	l := languageOf(label.Lang)
	for _, t := range content(tokens) {
		f.add(field, t.Term)
		if l.compounds && utf8.RuneCountInString(t.Term) >= shortestCompound {
			f.add(fieldTail, inLang(label.Lang, reverse(t.Term)))
		}
	}
	for _, w := range words {
		f.add(fieldWord, inLang(label.Lang, w))
		if l.stem == nil {
			for _, g := range trigrams(w) {
				f.add(fieldGram, g)
			}
		}
	}
	if key := wholeKey(tokens); key != "" {
		f.add(fieldExact, key)
	}
	if label.Kind != taxonomy.HiddenLabel {
		for _, e := range edges(label, words) {
			f.add(fieldEdge, e)
		}
		for _, w := range words {
			for n := 1; n <= edgeLength; n++ {
				f.add(fieldHead, inLang(label.Lang, head(w, n)))
			}
		}
	}
}

// shortestCompound is the length in runes of terms worth looking into for parts.
const shortestCompound = 8

// inLang is a term that holds for one language: its primary subtag goes first.
func inLang(lang taxonomy.Lang, term string) string {
	return string(lang.Base()) + keySeparator + term
}

// content returns the tokens that are no stop words, or all if that leaves none.
func content(tokens []Token) []Token {
	var kept []Token
	for _, t := range tokens {
		if !t.Stop {
			kept = append(kept, t)
		}
	}
	if len(kept) == 0 {
		return tokens
	}
	return kept
}

// wholeKey joins the terms of a whole label or query; labels that differ only
// in stop words and inflection share it.
func wholeKey(tokens []Token) string {
	terms := make([]string, 0, len(tokens))
	for _, t := range content(tokens) {
		terms = append(terms, t.Term)
	}
	return strings.Join(terms, keySeparator)
}

// foldWords returns the folded unstemmed form of each token of text.
func foldWords(text string, tokens []Token) []string {
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = strings.ReplaceAll(foldWord(text[t.Start:t.End]), " ", "")
	}
	return words
}

// identifiers returns what a person may type to name c itself.
func identifiers(c *taxonomy.Concept) []string {
	uri := identifier(string(c.URI))
	ids := []string{uri}
	if tail := uri[strings.LastIndexAny(uri, "/#:")+1:]; tail != "" {
		ids = append(ids, tail)
	}
	if c.Code != "" {
		ids = append(ids, identifier(c.Code))
	}
	return ids
}

// identifier folds a code or URI to a term. The tokenizer would stop at a
// byte that is not UTF-8, which lower-casing makes U+FFFD.
func identifier(s string) string {
	s = strings.ReplaceAll(strings.ToLower(s), "\uFFFD", "")
	return strings.Join(strings.Fields(s), keySeparator)
}

// edgeLength is the length in runes up to which prefixes are terms of their own.
const edgeLength = 3

// edges returns the type-ahead terms of a label: its language, a rank, and the
// first one to edgeLength runes. The rank is 1 to 3 for a preferred label of
// one, two or more words, and 4 for another.
func edges(label taxonomy.Label, words []string) []string {
	if len(words) == 0 {
		return nil
	}
	rank := 4
	if label.Kind == taxonomy.PrefLabel {
		rank = min(len(words), 3)
	}
	terms := make([]string, 0, edgeLength)
	for n := 1; n <= edgeLength; n++ {
		terms = append(terms, edge(label.Lang, rank, head(words[0], n)))
	}
	return terms
}

func edge(lang taxonomy.Lang, rank int, prefix string) string {
	return inLang(lang, string(rune('0'+rank))+prefix)
}

// trigrams returns the character trigrams of a word, its ends marked.
func trigrams(word string) []string {
	rs := []rune("^" + word + "$")
	var grams []string
	for i := 0; i+3 <= len(rs); i++ {
		grams = append(grams, string(rs[i:i+3]))
	}
	return grams
}

func reverse(s string) string {
	rs := []rune(s)
	for i, j := 0, len(rs)-1; i < j; i, j = i+1, j-1 {
		rs[i], rs[j] = rs[j], rs[i]
	}
	return string(rs)
}
