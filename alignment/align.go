package alignment

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"concord/taxonomy"
)

// Options say what Align proposes.
type Options struct {
	Lang           taxonomy.Lang   // of the document; "": stated by it, else told from its text
	Kinds          []taxonomy.Kind // none: SkillKinds
	Max            int             // alignments at most; 0: DefaultMax
	MinProbability float64         // of what is proposed; 0: DefaultMinProbability
}

// What an answer holds where nothing is said.
const (
	DefaultMax            = 20
	DefaultMinProbability = 0.25
)

// SkillKinds are the kinds a document is aligned with where nothing is said:
// what a person can do, know or use, but no occupations, task statements or groups.
var SkillKinds = []taxonomy.Kind{taxonomy.Skill, taxonomy.Knowledge, taxonomy.Ability, taxonomy.WorkStyle, taxonomy.Activity, taxonomy.Technology, taxonomy.Tool}

// Bounds of an answer.
const (
	supportWeight = 0.3 // log-odds × log2 of the number of sentences that support a concept
	maxEvidence   = 5   // pieces of evidence shown for an alignment
	maxRivals     = 3
	rivalShare    = 0.2 // of MinProbability, from which a concept that is only near is worth naming as a rival
)

// Align proposes concepts for d, best first, with the words that earned each,
// and says for every other sentence why it gave none. The order is total:
// score, then scheme, then URI.
func (e *Engine) Align(ctx context.Context, d *Document, opt Options) (*Answer, error) {
	if opt.Kinds == nil {
		opt.Kinds = SkillKinds
	}
	if opt.Max <= 0 {
		opt.Max = DefaultMax
	}
	if opt.MinProbability <= 0 {
		opt.MinProbability = DefaultMinProbability
	}
	a := &aligner{e: e, opt: opt, kinds: kindsOf(opt.Kinds), proposals: map[proposalKey]*proposal{}}
	a.answer = &Answer{Document: d, Engine: e.Identity(), Alignments: []Alignment{}, Abstained: []Abstention{}, Stated: []StatedAnswer{}, Warnings: slices.Clone(d.Warnings)}
	if a.answer.Warnings == nil {
		a.answer.Warnings = []Warning{}
	}
	a.lang = a.language(d)
	segs := segments(d)
	around := a.surroundings(segs)
	for i, seg := range segs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		a.segment(seg, around[i])
	}
	a.finish()
	for _, st := range d.Stated {
		a.answer.Stated = append(a.answer.Stated, e.recognise(st, a.lang))
	}
	return a.answer, nil
}

type proposalKey struct{ snap, concept int }

// A proposal is a concept that at least one sentence supports.
type proposal struct {
	snap     *Snapshot
	best     candidate
	parts    contributions // of best
	of       segment       // of best
	lang     taxonomy.Lang
	naming   naming
	evidence []Evidence
	strength []float64 // log-odds of each piece of evidence
	segments int
	rivals   []Rival
}

type aligner struct {
	e         *Engine
	opt       Options
	kinds     kindSet
	lang      taxonomy.Lang
	warned    map[taxonomy.Lang]bool
	proposals map[proposalKey]*proposal
	answer    *Answer

	description *string // of the document, once it is asked for
}

// language is the document's: as the person says, as it states, or as its text tells.
func (a *aligner) language(d *Document) taxonomy.Lang {
	if a.opt.Lang != "" {
		return a.opt.Lang
	}
	if d.Lang != "" {
		return d.Lang
	}
	var all strings.Builder
	for _, t := range d.Texts {
		if t.Lang == "" {
			for _, b := range t.Blocks {
				all.WriteString(t.Masked[b.Start:b.End] + ". ")
			}
		}
	}
	if lang := detect(all.String()); lang != "" {
		return lang
	}
	return "en"
}

// segment matches one sentence with every release and records what holds, or
// the abstention.
func (a *aligner) segment(seg segment, around surrounding) {
	if seg.reason != "" {
		a.abstain(seg, seg.reason, nil)
		return
	}
	lang := a.languageOf(seg)
	seg.states = a.e.states(seg, lang)
	seg.told, seg.trust = told(seg.states, around.share), around.trust()
	held, single, known := false, false, false
	var near []Nearest // of the release that comes nearest
	general := false
	for i, s := range a.e.snaps {
		langs, own := s.matchIn(lang)
		known = known || own || a.e.table != nil && a.e.table.Knows(lang)
		for _, l := range langs {
			here, q := seg, s.analyse(a.e.table, l, lang, seg.matched)
			if here.told < 0 && s.names(q, a.kinds) {
				here.told, here.states = 0, max(seg.states, tellingUsual) // it is a skill's name, however short
			}
			least := logit(rivalShare*a.opt.MinProbability)/here.trust - here.told
			look := func(q query, named bool) ([]verdict, []candidate) {
				pool := s.search(q, a.kinds, false, fusion, judged)
				verdicts := s.judge(a.e.ranker, q, pool, named)
				s.inContext(verdicts, around)
				return verdicts, s.locateAll(q, pool, verdicts, seg.role, least)
			}
			verdicts, found := look(q, false)
			for _, item := range items(seg.matched) {
				if q := s.analyse(a.e.table, l, lang, item); s.names(q, a.kinds) {
					_, more := look(q, true)
					found = append(found, slices.DeleteFunc(more, func(c candidate) bool { return !c.phrase })...)
				}
			}
			holds, one := a.hold(i, s, likeliest(found), here, lang)
			held, single = held || holds, single || one
			if holds {
				continue
			}
			if some := s.nearest(verdicts, here, lang); len(some) > 0 && (near == nil || some[0].Probability > near[0].Probability) {
				near, general = some, int(s.narrower[verdicts[0].concept]) >= manyNarrower
			}
		}
	}
	if held {
		return
	}
	switch {
	case !known && len(a.e.snaps) > 0:
		a.warn(lang)
		a.abstain(seg, ReasonLanguage, near)
	case single:
		a.abstain(seg, ReasonSingleWord, near)
	case ambiguous(near, a.opt.MinProbability):
		a.abstain(seg, ReasonAmbiguous, near)
	case around.share > 0 && seg.states > 0 && seg.states < leastStating: // a text on its own is a query, however short
		a.abstain(seg, ReasonNoSkill, near)
	case general && near[0].Probability >= a.opt.MinProbability/2:
		a.abstain(seg, ReasonTooGeneral, near)
	default:
		a.abstain(seg, ReasonNoConcept, near)
	}
}

// passing is by how much likelier a concept must be that a single word brings near.
const passing = 1.5

// What an abstention says of the concepts it is near.
const (
	maxNearest    = 3
	aboutAsLikely = 0.6 // share of the nearest's probability
	manyNarrower  = 10  // concepts below one that make it general
)

// nearest names the likeliest concepts of verdicts for seg, best first.
func (s *Snapshot) nearest(verdicts []verdict, seg segment, lang taxonomy.Lang) []Nearest {
	var out []Nearest
	for _, v := range verdicts[:min(maxNearest, len(verdicts))] {
		out = append(out, Nearest{URI: taxonomy.URI(strings.Clone(s.uri.at(v.concept))), Label: strings.Clone(s.pref(v.concept, lang).Text), Probability: round(sigmoid(seg.logOdds(v)))})
	}
	return out
}

// ambiguous reports whether concepts that are about as likely as the nearest
// would together be likely enough.
func ambiguous(near []Nearest, enough float64) bool {
	sum, n := 0.0, 0
	for _, c := range near {
		if c.Probability >= aboutAsLikely*near[0].Probability {
			sum += c.Probability
			n++
		}
	}
	return n > 1 && sum >= enough
}

// warn says once that no loaded release has labels in lang.
func (a *aligner) warn(lang taxonomy.Lang) {
	if a.warned[lang] {
		return
	}
	if a.warned == nil {
		a.warned = map[taxonomy.Lang]bool{}
	}
	a.warned[lang] = true
	a.answer.Warnings = append(a.answer.Warnings, Warning{Code: string(ReasonLanguage), Text: fmt.Sprintf("the text is in %q, but nothing loaded has labels in that language; import them for good matches", lang)})
}

// abstain records why seg gave nothing; near is what came nearest, best first.
func (a *aligner) abstain(seg segment, reason Reason, near []Nearest) {
	ab := Abstention{Pointer: seg.text.Pointer, Quote: seg.quote(), Reason: reason, States: round(seg.states)}
	if len(near) > 0 {
		ab.Nearest = &near[0]
	}
	if reason == ReasonAmbiguous {
		ab.Between = near
	}
	ab.Bytes, ab.UTF16 = offsets(seg.text.Content, seg.start, seg.end)
	a.answer.Abstained = append(a.answer.Abstained, ab)
}

// likeliest keeps of the candidates of a sentence and of the items it lists
// the likeliest for each concept, and sorts them.
func likeliest(found []candidate) []candidate {
	slices.SortStableFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.logOdds, a.logOdds), cmp.Compare(a.concept, b.concept))
	})
	seen := map[uint32]bool{}
	return slices.DeleteFunc(found, func(c candidate) bool {
		again := seen[c.concept]
		seen[c.concept] = true
		return again
	})
}

// hold goes through the candidates of a sentence, likeliest first. One that is
// likely enough becomes a proposal, whoever else claims its words: its
// probability is its own. One that is not, but shares the words of a better
// one, becomes its rival; so does a label that stands wholly inside a better
// one's ("kitchen knives" in "sharpen kitchen knives"). single is that one would
// have been likely enough if more than one word brought it near.
func (a *aligner) hold(snap int, s *Snapshot, found []candidate, seg segment, lang taxonomy.Lang) (held, single bool) {
	claimed := map[int]claim{} // by where a word begins
	for _, c := range found {
		likely := sigmoid(seg.logOdds(c.verdict))
		starts := c.starts()
		var winner *proposal
		inside := c.phrase
		for _, i := range starts {
			by := claimed[i]
			if winner == nil {
				winner = by.by
			}
			inside = inside && by.phrase
		}
		enough := a.opt.MinProbability
		if !c.phrase && len(c.tokens) == 1 && !names(seg.role) {
			enough = min(enough*passing, 0.9) // one word said in passing brings much near and means little
		}
		if inside || likely < enough {
			single = single || !inside && likely >= a.opt.MinProbability
			if winner != nil {
				winner.addRival(s, c, likely, lang)
			}
			continue
		}
		p := a.propose(snap, s, c, seg, lang)
		for _, i := range starts {
			if claimed[i].by == nil {
				claimed[i] = claim{p, c.phrase}
			}
		}
		held = true
	}
	return held, single
}

// A claim is the proposal that a token earned first, and whether by a label
// that stands in the sentence.
type claim struct {
	by     *proposal
	phrase bool
}

func (a *aligner) propose(snap int, s *Snapshot, c candidate, seg segment, lang taxonomy.Lang) *proposal {
	key := proposalKey{snap, int(c.concept)}
	strength := seg.logOdds(c.verdict)
	p := a.proposals[key]
	if p == nil {
		p = &proposal{snap: s}
		a.proposals[key] = p
	}
	if p.segments == 0 || strength > p.of.logOdds(p.best.verdict) {
		p.best, p.parts, p.of, p.lang, p.naming = c, a.e.ranker.forest(*c.q).explain(&c.f), seg, lang, a.namingOf(seg, c)
	}
	p.segments++
	label := s.labelAt(c.label)
	ev := Evidence{Pointer: seg.text.Pointer, Role: seg.role, States: round(seg.states), Matched: Matched{Label: strings.Clone(label.Text), Lang: label.Lang, Kind: label.Kind}}
	if !c.phrase {
		ev.Matched.By = ByMeaning
	}
	from, to := seg.start+c.from, seg.start+c.to
	ev.Bytes, ev.UTF16 = offsets(seg.text.Content, from, to)
	ev.Quote = seg.text.Content[from:to]
	p.evidence = append(p.evidence, ev)
	p.strength = append(p.strength, strength)
	return p
}

func (p *proposal) addRival(s *Snapshot, c candidate, likely float64, lang taxonomy.Lang) {
	uri := taxonomy.URI(s.uri.at(c.concept))
	if len(p.rivals) >= maxRivals || s == p.snap && c.concept == p.best.concept || slices.ContainsFunc(p.rivals, func(r Rival) bool { return r.URI == uri }) {
		return
	}
	why := fmt.Sprintf("shares the words, by its label “%s”", s.label.at(c.label))
	if !c.phrase {
		why = "shares the words, by their meaning"
	}
	p.rivals = append(p.rivals, Rival{URI: taxonomy.URI(strings.Clone(string(uri))), Label: strings.Clone(s.pref(c.concept, lang).Text), Probability: round(likely), Why: why})
}

// finish turns proposals into alignments, best first.
func (a *aligner) finish() {
	for _, p := range a.proposals {
		al := p.alignment(a.e.ranker)
		al.Predicate = a.predicate(p)
		a.answer.Alignments = append(a.answer.Alignments, al)
	}
	slices.SortFunc(a.answer.Alignments, func(x, y Alignment) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.Scheme, y.Scheme), cmp.Compare(x.Release, y.Release), cmp.Compare(x.URI, y.URI))
	})
	if len(a.answer.Alignments) > a.opt.Max {
		a.answer.Alignments = a.answer.Alignments[:a.opt.Max]
	}
}

func (p *proposal) alignment(r *Ranker) Alignment {
	s, c := p.snap, p.best.concept
	pref := s.pref(c, p.lang)
	out := Alignment{URI: taxonomy.URI(strings.Clone(s.uri.at(c))), Label: strings.Clone(pref.Text), Lang: pref.Lang, Kind: taxonomy.Kinds[s.kind[c]],
		Code: strings.Clone(s.code.at(c)), Scheme: s.Stamp.Scheme, Release: s.Stamp.Version, Rivals: p.rivals, Contributions: map[string]float64{}}
	add := func(name string, v float64) {
		if v = round(p.of.trust * v); v != 0 {
			out.Contributions[name] = v
			out.Score += v
		}
	}
	parts := p.parts
	for i, name := range featureNames {
		add(name, parts[i])
	}
	add("bias", parts[len(featureNames)])
	add("context", p.best.context)
	add("states", p.of.told)
	add("support", supportWeight*math.Log2(float64(p.segments)))
	out.Score = round(out.Score)
	out.Probability = round(sigmoid(out.Score))
	out.Interval = r.interval(out.Probability)
	order := make([]int, len(p.evidence))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(p.strength[y], p.strength[x]) })
	for _, i := range order[:min(maxEvidence, len(order))] {
		out.Evidence = append(out.Evidence, p.evidence[i])
	}
	return out
}

// round keeps six decimals, so that the same sum prints the same everywhere.
func round(v float64) float64 { return math.Round(v*1e6) / 1e6 }
