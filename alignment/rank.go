package alignment

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

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

// Full is the system that ships: the fixed sum, and the ranker over what it
// puts first.
const Full = "full"

// Systems returns the names of what Rank can rank by.
func Systems() []string {
	names := append(make([]string, 0, len(systems)+1), Full)
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
	system := cmp.Or(opt.System, Full)
	w, ok := systems[system]
	if system == Full {
		if e.ranker == nil {
			return nil, fmt.Errorf("%w: the engine was opened without a ranker, which the system %q needs", taxonomy.ErrInvalid, Full)
		}
		w, ok = fusion, true
	}
	if !ok {
		return nil, fmt.Errorf("%w: no system %q; the systems are %s", taxonomy.ErrInvalid, opt.System, strings.Join(Systems(), ", "))
	}
	langs, _ := s.matchIn(lang)
	var found []match
	for _, l := range langs {
		q := s.analyse(e.table, l, lang, titleFrames.blank(text))
		weights, rerank := w, system == Full
		if w == fusion && q.isTitle(l, lang) {
			weights, rerank = ofTitles, false // the ranker was trained on sentences, and on few that are not English
		}
		matches := s.search(q, kindsOf(opt.Kinds), opt.Preferred, weights, max(opt.Top, judged))
		if rerank {
			matches = s.rerank(e.ranker, q, matches)
		}
		found = append(found, matches...)
	}
	found = bestOfEach(found, len(langs), opt.Top)
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

// rerank puts the best matches in the order of the ranker, with its log-odds
// as their score; what it does not judge follows in the order it came in.
func (s *Snapshot) rerank(r *Ranker, q query, found []match) []match {
	n := min(judged, len(found))
	out := make([]match, 0, len(found))
	for _, v := range s.judge(r, q, found[:n], false) {
		v.score = v.logOdds
		out = append(out, v.match)
	}
	for i, m := range found[n:] {
		m.score = out[n-1].score - 1 - found[n-1].score + found[n+i].score
		out = append(out, m)
	}
	return out
}

// bestOfEach keeps the best match of a concept among those found in several
// languages, and the top of them.
func bestOfEach(found []match, langs, top int) []match {
	if langs > 1 {
		slices.SortFunc(found, func(a, b match) int {
			return cmp.Or(cmp.Compare(a.concept, b.concept), cmp.Compare(b.score, a.score), cmp.Compare(a.label, b.label))
		})
		found = slices.CompactFunc(found, func(a, b match) bool { return a.concept == b.concept })
	}
	return topMatches(found, top)
}
