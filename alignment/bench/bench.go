// Package bench measures alignment: it reads gold sets (queries, the right
// concepts, sentences that have none), ranks or reads a run, scores it as the
// field's reference scorers do, and says how sure the figures are. It holds
// the plain baselines to compare with, and writes the quality report. It never
// writes to a store, never imports and never changes what it measures; its
// results go to the command line, to docs/quality.md and to the gate in CI.
package bench

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"concord/alignment"
	"concord/taxonomy"
)

// A Form is a family of gold sets with its own metrics and run files.
type Form string

const (
	Extraction Form = "extraction" // sentence → concepts, scored as the skill-extraction papers do: RP@k, MRR
	MELO       Form = "melo"       // title → labels, scored as the MELO paper does with trec_eval: A@k, MRR
	Crosswalk  Form = "crosswalk"  // concept → concepts with a predicate: A@k, MRR, precision, recall, F1
)

// Forms is every Form.
var Forms = []Form{Extraction, MELO, Crosswalk}

// headlines are the metrics of a form that a person is shown first.
func (f Form) headlines() []string {
	switch f {
	case MELO:
		return []string{"MRR", "A@1", "A@5", "A@10", "MAP", "R@10"}
	case Crosswalk:
		return []string{"MRR", "A@1", "A@5", "A@10", "recall@10"}
	}
	return []string{"RP@1", "RP@5", "RP@10", "MRR", "nDCG@10", "recall@50", "recall@200"}
}

// A Query is a text with an id.
type Query struct {
	ID    string
	Title string // the first column of text
	Text  string // all columns of text, as one
}

// A Gold says what is right for each query.
type Gold struct {
	IDs      []string                   // queries in the order of the file
	Relevant map[string]map[string]bool // query → concepts; never empty for one of IDs
}

func (g *Gold) add(query, concept string) {
	if g.Relevant == nil {
		g.Relevant = map[string]map[string]bool{}
	}
	if g.Relevant[query] == nil {
		g.Relevant[query] = map[string]bool{}
		g.IDs = append(g.IDs, query)
	}
	g.Relevant[query][concept] = true
}

// A Prediction is one concept of a ranking.
type Prediction struct {
	ID          string  // of the concept
	Score       float64 // orders a ranking; 0 where a run file gives none
	Label       string
	Probability float64 // that it is right; 0 where the system gives none
}

// A Run is what a system says of each query: best first, each concept once.
type Run map[string][]Prediction

// A Ranker ranks concepts for a text, best first, each once. It is safe for
// concurrent use.
type Ranker func(text string) ([]Prediction, error)

// Options say what a ranker ranks.
type Options struct {
	Lang      taxonomy.Lang   // of the texts
	Kinds     []taxonomy.Kind // none: all
	Preferred bool            // look at preferred labels only
	Top       int             // at most this many; 0: DefaultTop
}

// DefaultTop is the depth of a ranking where nothing is said: enough for recall@200.
const DefaultTop = 200

// A Scheme is a release to rank, and the two ways to it.
type Scheme struct {
	Ref    taxonomy.Ref
	Engine *alignment.Engine // opened for this one release
	Reader taxonomy.Reader
}

// Systems returns the names that Open takes: "align" for the answers a person
// gets, the engine's rankings, whole or in part, then the baselines.
func Systems() []string {
	names := append([]string{alignSystem}, alignment.Systems()...)
	for _, b := range Baselines() {
		names = append(names, b.Name)
	}
	return names
}

// A Tokenizer gives the terms of a text in text order: stemmed as the language
// needs and without stop words; with no language, the words as they stand.
type Tokenizer func(lang taxonomy.Lang, text string) []string

// Open returns the system called name over s. words is how the baselines see
// a text; the engine has its own analysis.
func Open(ctx context.Context, name string, s *Scheme, opt Options, words Tokenizer) (Ranker, error) {
	if opt.Top <= 0 {
		opt.Top = DefaultTop
	}
	for _, b := range Baselines() {
		if b.Name != name {
			continue
		}
		concepts, err := ReadConcepts(ctx, s, opt)
		if err != nil {
			return nil, err
		}
		lang := opt.Lang
		if b.Plain {
			lang = ""
		}
		return b.New(concepts, opt.Top, func(text string) []string { return words(lang, text) }), nil
	}
	if name == alignSystem {
		return alignRanker(ctx, s.Engine, opt), nil
	}
	if slices.Contains(alignment.Systems(), name) {
		return engineRanker(s.Engine, name, opt), nil
	}
	return nil, fmt.Errorf("%w: there is no system %q; the systems are %s", taxonomy.ErrInvalid, name, strings.Join(Systems(), ", "))
}

// ReadConcepts reads what the baselines rank: a concept's labels in opt.Lang's
// language, or in all languages where it has none in that.
func ReadConcepts(ctx context.Context, s *Scheme, opt Options) ([]Concept, error) {
	var out []Concept
	for c, err := range s.Reader.Concepts(ctx, taxonomy.Filter{Release: s.Ref, Kinds: opt.Kinds}) {
		if err != nil {
			return nil, fmt.Errorf("reading the concepts of %s: %w", s.Ref, err)
		}
		one := Concept{ID: string(c.URI), Preferred: c.Pref(opt.Lang).Text}
		own := slices.ContainsFunc(c.Labels, func(l taxonomy.Label) bool { return l.Lang.Base() == opt.Lang.Base() })
		for _, l := range c.Labels {
			if l.Kind != taxonomy.HiddenLabel && l.Text != one.Preferred && (!own || l.Lang.Base() == opt.Lang.Base()) {
				one.Alternatives = append(one.Alternatives, l.Text)
			}
		}
		if opt.Preferred {
			one.Alternatives = nil
		}
		out = append(out, one)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: %s has no concept of these kinds", taxonomy.ErrNotFound, s.Ref)
	}
	return out, nil
}
