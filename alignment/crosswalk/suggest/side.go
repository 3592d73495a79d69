package suggest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"concord/alignment"
	"concord/index"
	"concord/taxonomy"
)

// A side is one of the two releases, as suggest compares it.
type side struct {
	ref      taxonomy.Ref
	concepts []concept              // of the kinds compared, by URI
	at       map[taxonomy.URI]int32 // URI → its place in concepts
	labels   []label                // of all concepts, those of one side by side, preferred ones first
	labelVec matrix                 // label → vector
	views    [nViews]matrix         // concept → vector of a part of what is known of it
	groups   []bag                  // what is said of each group
	groupOf  []int32                // concept → place in groups, or -1
}

// A concept is what is compared of a taxonomy.Concept.
type concept struct {
	uri         taxonomy.URI
	code        string
	kind        taxonomy.Kind
	pref        string
	meaning     string
	first, last int32 // labels
	name        bag   // words of the preferred label
	linked      int   // stop words and commas in the preferred label
	narrower    int   // concepts below it, at any depth
	definition  bag
	doing       bag // labels of its tasks and skills, or of the occupations it is for
	all         bag // labels, definition, doing
	embeddable  struct{ definition, doing []piece }
}

// A piece is a text that awaits its vector.
type piece struct {
	lang   taxonomy.Lang
	text   string
	weight float32
}

// A label is one name of a concept.
type label struct {
	owner     int32
	preferred bool
	lang      taxonomy.Lang
	text      string
	words     bag    // weights are idf
	head      uint32 // its head word
	key       string // equal for labels of the same words
}

// Views are vectors of parts of a concept.
const (
	viewConcept    = iota // as snapshots make it: preferred label, half of the mean of the others, a quarter of the definition
	viewDefinition        //
	viewDoing             // mean over its tasks, or skills
	nViews
)

// loading is what the reader of a side needs.
type loading struct {
	ctx   context.Context
	r     taxonomy.Reader
	words *vocabulary
	kinds []taxonomy.Kind
	langs []taxonomy.Lang // base languages that both sides have; none: all are read
}

func (l *loading) has(lang taxonomy.Lang) bool {
	return len(l.langs) == 0 || slices.Contains(l.langs, lang.Base()) || lang == ""
}

// load reads a side. Vectors come later (embed), weights after both sides.
func (l *loading) load(rel *taxonomy.Release) (*side, error) {
	s := &side{ref: rel.Ref, at: map[taxonomy.URI]int32{}}
	names := map[taxonomy.URI]*taxonomy.Concept{} // whatever may be a neighbour
	for c, err := range l.r.Concepts(l.ctx, taxonomy.Filter{Release: rel.Ref}) {
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", rel.Ref, err)
		}
		names[c.URI] = c
		if slices.Contains(l.kinds, c.Kind) && !c.Deprecated {
			s.at[c.URI] = int32(len(s.concepts))
			s.concepts = append(s.concepts, l.concept(s, c))
		}
	}
	if err := l.relations(s, names); err != nil {
		return nil, fmt.Errorf("reading the relations of %s: %w", rel.Ref, err)
	}
	return s, nil
}

func (l *loading) concept(s *side, c *taxonomy.Concept) concept {
	out := concept{uri: c.URI, code: c.Code, kind: c.Kind, pref: c.Pref(l.langs...).Text, meaning: c.Meaning(), first: int32(len(s.labels))}
	labels := slices.Clone(c.Labels)
	slices.SortStableFunc(labels, func(a, b taxonomy.Label) int {
		return cmp.Or(cmp.Compare(a.Lang.Base(), b.Lang.Base()), cmp.Compare(rankOf(a.Kind), rankOf(b.Kind)))
	})
	seen := map[string]bool{}
	preferred := map[taxonomy.Lang]bool{}
	for _, x := range labels {
		if !l.has(x.Lang) {
			continue
		}
		tokens := index.Analyze(x.Lang, x.Text)
		words := l.words.label(x.Lang, tokens)
		if len(words) == 0 {
			continue
		}
		made := label{owner: int32(len(s.concepts)), preferred: x.Kind == taxonomy.PrefLabel && !preferred[x.Lang.Base()], lang: x.Lang, text: x.Text, words: words, key: keyOf(words)}
		if seen[made.key] {
			continue
		}
		seen[made.key] = true
		preferred[x.Lang.Base()] = true
		made.head = l.words.id(x.Lang, alignment.HeadWord(x.Text, tokens))
		if int(out.first) == len(s.labels) {
			out.name = words
			out.linked = linksIn(x.Text, tokens)
		}
		s.labels = append(s.labels, made)
	}
	out.last = int32(len(s.labels))
	for _, n := range c.Notes {
		if (n.Kind == taxonomy.Definition || n.Kind == taxonomy.ScopeNote) && l.has(n.Lang) {
			out.definition = out.definition.add(l.words.text(n.Lang, n.Text), 1)
			if n.Kind == taxonomy.Definition {
				out.embeddable.definition = append(out.embeddable.definition, piece{n.Lang, n.Text, 1})
			}
		}
	}
	return out
}

// linksIn counts what joins several names into one: "and", "of", commas.
func linksIn(text string, tokens []index.Token) int {
	n := strings.Count(text, ",")
	for _, t := range tokens {
		n += int(truth(t.Stop))
	}
	return min(n, maxLinked)
}

const maxLinked = 6

func rankOf(k taxonomy.LabelKind) int {
	return slices.Index([]taxonomy.LabelKind{taxonomy.PrefLabel, taxonomy.AltLabel, taxonomy.HiddenLabel}, k)
}

func (s *side) labelsOf(i int32) []label {
	return s.labels[s.concepts[i].first:s.concepts[i].last]
}

// groupText is what is said of the group of concept i, nil if nothing is.
func (s *side) groupText(i int32) bag {
	if g := s.groupOf[i]; g >= 0 && len(s.groups[g]) > 0 {
		return s.groups[g]
	}
	return nil
}
