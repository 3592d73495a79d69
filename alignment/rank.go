package alignment

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"concord/alignment/vectors"
	"concord/taxonomy"
)

// RankOptions say what Rank ranks.
type RankOptions struct {
	Lang      taxonomy.Lang   // of the texts; "": English if the release has it, else its first language
	Kinds     []taxonomy.Kind // none: all
	Preferred bool            // look at preferred labels only
	Top       int             // at most this many
	System    string          // a name of Systems; "": "full"
}

// Systems returns the names of what Rank can rank by.
func Systems() []string {
	names := make([]string, 0, len(systems))
	for n := range systems {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// A Ranked is one line of a ranking.
type Ranked struct {
	URI   taxonomy.URI
	Score float64 // strictly falling within a ranking, by at least rankStep
	Label string  // preferred label
}

// rankStep keeps scores of neighbours apart when they are printed, so that
// whoever sorts by score gets this order back. It is far below any difference
// that means something.
const rankStep = 1e-8

// Rank ranks the concepts of the engine's one release for text: the raw order,
// without abstention, best first; ties go by URI.
func (e *Engine) Rank(text string, opt RankOptions) ([]Ranked, error) {
	if len(e.snaps) != 1 {
		return nil, fmt.Errorf("%w: a ranking is over one release, not %d", taxonomy.ErrInvalid, len(e.snaps))
	}
	s := e.snaps[0]
	lang := opt.Lang
	if bases := s.bases(); lang == "" && len(bases) > 0 {
		lang = bases[0]
		if slices.Contains(bases, "en") {
			lang = "en"
		}
	}
	w, ok := systems[cmp.Or(opt.System, "full")]
	if !ok {
		return nil, fmt.Errorf("%w: no system %q; the systems are %s", taxonomy.ErrInvalid, opt.System, strings.Join(Systems(), ", "))
	}
	langs, _ := s.matchIn(lang)
	found := s.searchAll(e.table, langs, text, kindsOf(opt.Kinds), opt.Preferred, w, opt.Top)
	out := make([]Ranked, len(found))
	for i, m := range found {
		score := m.score
		if i > 0 {
			score = min(score, out[i-1].Score-rankStep)
		}
		out[i] = Ranked{URI: taxonomy.URI(strings.Clone(s.uri.at(m.concept))), Score: score, Label: strings.Clone(s.pref(m.concept, lang).Text)}
	}
	return out, nil
}

// searchAll searches in each of langs and keeps the best match of a concept.
func (s *Snapshot) searchAll(table *vectors.Table, langs []taxonomy.Lang, text string, kinds kindSet, preferredOnly bool, w weighting, top int) []match {
	var all []match
	for _, lang := range langs {
		all = append(all, s.search(s.analyse(table, lang, text), kinds, preferredOnly, w, top)...)
	}
	if len(langs) == 1 {
		return all
	}
	slices.SortFunc(all, func(a, b match) int {
		return cmp.Or(cmp.Compare(a.concept, b.concept), cmp.Compare(b.score, a.score), cmp.Compare(a.label, b.label))
	})
	all = slices.CompactFunc(all, func(a, b match) bool { return a.concept == b.concept })
	return topMatches(all, top)
}
