// Package suggest proposes a crosswalk between two releases: for every concept
// of one the concepts of the other that it may be mapped to, with predicate,
// confidence and the evidence for each, and a selection of them that prefers
// one to one. It reads a store and writes nothing: a person accepts or rejects
// what it proposes.
//
// The way of a pair: a side is what is compared of a release (side.go);
// labels, vectors and texts propose some dozens of targets for each source
// (candidates.go); what is measured of a pair (measures.go) and how it stands
// among its rivals (places.go) make its log-odds, and a regression tells the
// predicate (weights.go); bridges and reviewers' decisions come from the store
// (bridges.go); select.go picks. The same releases, sets and decisions give
// the same answer.
package suggest

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"concord/alignment/vectors"
	"concord/taxonomy"
)

// Options say what is compared.
type Options struct {
	From, To  *taxonomy.Release
	Kinds     []taxonomy.Kind // none: all that both have, kind with like kind
	Top       int             // candidates of a source that are kept, at least 1
	NoBridges bool            // leave existing mapping sets out of it
	NoIDs     bool            // equal identifiers and codes say nothing: for measuring on releases of one scheme
	Ignore    []taxonomy.URI  // mapping sets that are left out
	Limit     int             // look at the first so many sources only; 0: all
	Progress  func(done, total int)
}

// A Result is what is proposed.
type Result struct {
	From, To taxonomy.Ref
	Sources  []Source    // of which something was looked for, by kind and URI
	Selected []Candidate // by kind, the likeliest first; set by Select
	Rejected int         // pairs that reviewers rejected
	Compared int         // pairs that were measured
	Bridged  int         // pairs that mapping sets speak for
}

// A Source is a concept with its candidates, the likeliest first.
type Source struct {
	URI        taxonomy.URI
	Code       string
	Key        string // its code, or its URI where it has none of its own
	Kind       taxonomy.Kind
	Label      string
	Candidates []Candidate
}

// A Candidate is a pair that may be mapped.
type Candidate struct {
	Subject      taxonomy.URI   `json:"subject"`
	SubjectCode  string         `json:"subjectCode,omitempty"`
	SubjectKind  taxonomy.Kind  `json:"subjectKind"`
	SubjectLabel string         `json:"subjectLabel"`
	Predicate    taxonomy.Match `json:"predicate"`
	Object       taxonomy.URI   `json:"object"`
	ObjectCode   string         `json:"objectCode,omitempty"`
	ObjectKind   taxonomy.Kind  `json:"objectKind"`
	ObjectLabel  string         `json:"objectLabel"`
	Confidence   float64        `json:"confidence"` // probability that any mapping holds
	Score        float64        `json:"score"`      // its log-odds: the sum of Evidence

	run  *run
	pair int32
}

// A family is kinds that are compared with each other.
type family []taxonomy.Kind

// families parts kinds: skills and knowledge belong together, for frameworks
// draw the line between them in different places.
func families(kinds []taxonomy.Kind) []family {
	var out []family
	for _, k := range taxonomy.Kinds {
		switch {
		case !slices.Contains(kinds, k):
		case k == taxonomy.Knowledge && len(out) > 0 && out[0][0] == taxonomy.Skill:
			out[0] = append(out[0], k)
		default:
			out = append(out, family{k})
		}
	}
	return out
}

// compared returns the families that both releases have concepts of.
func (o *Options) compared() ([]family, error) {
	for _, k := range o.Kinds {
		if o.From.Concepts[k] == 0 && o.To.Concepts[k] == 0 {
			return nil, fmt.Errorf("%w: neither %s nor %s has concepts of kind %s", taxonomy.ErrNotFound, o.From.Ref, o.To.Ref, k)
		}
	}
	kinds := o.Kinds
	if len(kinds) == 0 {
		kinds = taxonomy.Kinds
	}
	var out []family
	for _, f := range families(kinds) {
		in := func(r *taxonomy.Release) bool {
			return slices.ContainsFunc(f, func(k taxonomy.Kind) bool { return r.Concepts[k] > 0 })
		}
		if in(o.From) && in(o.To) {
			out = append(out, f)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: %s and %s share no kind of concept; see concord schemes", taxonomy.ErrNotFound, o.From.Ref, o.To.Ref)
	}
	return out, nil
}

// Run looks for candidates. table may be nil: meanings are then compared by
// words alone.
func Run(ctx context.Context, r taxonomy.Reader, table *vectors.Table, w *Weights, opt Options) (*Result, error) {
	fams, err := opt.compared()
	if err != nil {
		return nil, err
	}
	known, err := gather(ctx, r, &opt)
	if err != nil {
		return nil, err
	}
	res := &Result{From: opt.From.Ref, To: opt.To.Ref}
	steps := progress{report: opt.Progress, runs: len(fams)}
	for _, f := range fams {
		run, err := compare(ctx, r, table, w, f, known, &opt, &steps)
		if err != nil {
			return nil, err
		}
		run.judge()
		run.collect(res, max(1, opt.Top))
		steps.at++
	}
	return res, nil
}

// A progress tells of sources done, over all families as if they were alike.
type progress struct {
	report   func(done, total int)
	at, runs int
}

func (p *progress) tell(done, total int) {
	if p.report != nil && total > 0 {
		const fine = 1000
		p.report(p.at*fine+done*fine/total, p.runs*fine)
	}
}

// A run is the comparison of one family.
type run struct {
	w        *Weights
	from, to *side
	limit    int     // sources that are looked at
	pairs    []pair  // by source, then target
	first    []int32 // source → its first pair; one more entry than sources
	known    *known
	rejected int
	bridged  int
}

// A pair is a source and a target with what is known of them. There are half a
// million of them where large frameworks meet, hence the small numbers.
type pair struct {
	from, to  int32
	x         [nMeasures]float32
	y         [nPlaces]float32
	z         [nStandings]float32
	estimated uint32                // bits of x that other measures stand in for
	said      *prior                // nil: nothing
	alone     float64               // log-odds by what is measured of the pair alone
	odds      float64               // with its place among its rivals
	class     int8                  // of classes
	classes   [len(classes)]float32 // their probabilities
}

// kept is how many pairs of a source stay in the race.
const kept = 40

// compare measures the pairs of a family.
func compare(ctx context.Context, r taxonomy.Reader, table *vectors.Table, w *Weights, kinds family, known *known, opt *Options, steps *progress) (*run, error) {
	l := loading{ctx: ctx, r: r, kinds: kinds, words: &vocabulary{ids: map[string]uint32{}}}
	if l.langs = shared(opt.From.Languages, opt.To.Languages); len(l.langs) > 0 {
		l.words.apart = true
	}
	var sides [2]*side
	for k, rel := range []*taxonomy.Release{opt.From, opt.To} {
		var err error
		if sides[k], err = l.load(rel); err != nil {
			return nil, err
		}
	}
	weigh(len(l.words.ids), sides)
	for _, s := range sides {
		s.embed(table)
	}
	u := &run{w: w, from: sides[0], to: sides[1], known: known, limit: len(sides[0].concepts)}
	if opt.Limit > 0 {
		u.limit = min(u.limit, opt.Limit)
	}
	sameCodes := !opt.NoIDs && shareCodes(u.from, u.to)
	find, measure := newFinder(len(l.words.ids), u.from, u.to), newMeasurer(u.from, u.to)
	// Every source has room for kept pairs; the rooms are closed up at the end.
	u.pairs = make([]pair, u.limit*kept)
	type count struct{ pairs, rejected, bridged int }
	counts := make([]count, u.limit)
	const chunk = 16
	g, live := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	scratches := make(chan *scratch, runtime.GOMAXPROCS(0))
	for range cap(scratches) {
		scratches <- find.scratch()
	}
	for at := 0; at < u.limit; at += chunk {
		steps.tell(at, u.limit)
		g.Go(func() error {
			if err := live.Err(); err != nil {
				return err
			}
			sc := <-scratches
			defer func() { scratches <- sc }()
			for i := int32(at); i < int32(min(at+chunk, u.limit)); i++ {
				n := &counts[i]
				sc.pairs = sc.pairs[:0]
				for _, j := range known.beside(u.from.concepts[i].uri, u.to, find.find(i, !opt.NoIDs, sc)) {
					p := pair{from: i, to: j}
					a, b := &u.from.concepts[i], &u.to.concepts[j]
					if known.rejects(a, b) {
						n.rejected++
						continue
					}
					x := measure.measure(i, j, sc)
					p.estimated = w.fill(&x)
					for k, v := range x {
						p.x[k] = float32(v)
					}
					if said := known.prior(a, b, !opt.NoIDs, sameCodes); said != (prior{}) {
						p.said = &said
						n.bridged += int(truth(said.bridge > 0))
					}
					p.alone = w.Alone.logOdds(p.measured()) + p.said.sum()
					sc.pairs = append(sc.pairs, p)
				}
				slices.SortFunc(sc.pairs, func(a, b pair) int {
					return cmp.Or(cmp.Compare(b.alone, a.alone), cmp.Compare(a.to, b.to))
				})
				n.pairs = copy(u.pairs[int(i)*kept:(int(i)+1)*kept], sc.pairs)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	u.first = append(u.first, 0)
	closed := u.pairs[:0]
	for i, n := range counts {
		closed = append(closed, u.pairs[i*kept:i*kept+n.pairs]...)
		u.first = append(u.first, int32(len(closed)))
		u.rejected += n.rejected
		u.bridged += n.bridged
	}
	u.pairs = closed
	return u, nil
}

// shared returns the base languages that are in both lists, in order of a.
func shared(a, b []taxonomy.Lang) []taxonomy.Lang {
	var out []taxonomy.Lang
	for _, l := range a {
		has := func(x taxonomy.Lang) bool { return x.Base() == l.Base() }
		if slices.ContainsFunc(b, has) && !slices.ContainsFunc(out, has) {
			out = append(out, l.Base())
		}
	}
	return out
}

// judge gives every pair its log-odds and its predicate.
func (u *run) judge() {
	u.places()
	for k := range u.pairs {
		p := &u.pairs[k]
		p.odds = u.w.Score.logOdds(p.scored()) + p.said.sum()
	}
	u.standings()
	for k := range u.pairs {
		u.w.predicate(&u.pairs[k])
	}
	u.oneExact()
}

// collect adds the sources and their best candidates to res.
func (u *run) collect(res *Result, top int) {
	having := map[string]int{"": 2}
	for i := range u.from.concepts {
		having[u.from.concepts[i].code]++
	}
	for i := range u.limit {
		c := &u.from.concepts[i]
		s := Source{URI: c.uri, Code: c.code, Key: c.code, Kind: c.kind, Label: c.pref}
		if having[c.code] > 1 {
			s.Key = string(c.uri)
		}
		order := u.ranked(int32(i))
		for _, k := range order[:min(top, len(order))] {
			s.Candidates = append(s.Candidates, u.candidate(k))
		}
		res.Sources = append(res.Sources, s)
	}
	res.Rejected += u.rejected
	res.Bridged += u.bridged
	res.Compared += len(u.pairs)
}

// ranked returns the pairs of source i, the likeliest first; ties go by target.
func (u *run) ranked(i int32) []int32 {
	var order []int32
	for k := u.first[i]; k < u.first[i+1]; k++ {
		order = append(order, k)
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(u.pairs[b].odds, u.pairs[a].odds), cmp.Compare(u.pairs[a].to, u.pairs[b].to))
	})
	return order
}

func (u *run) candidate(k int32) Candidate {
	p := &u.pairs[k]
	a, b := &u.from.concepts[p.from], &u.to.concepts[p.to]
	return Candidate{Subject: a.uri, SubjectCode: a.code, SubjectKind: a.kind, SubjectLabel: a.pref, Predicate: classes[p.class],
		Object: b.uri, ObjectCode: b.code, ObjectKind: b.kind, ObjectLabel: b.pref,
		Confidence: round(sigmoid(p.odds)), Score: round(p.odds), run: u, pair: k}
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func round(v float64) float64 { return math.Round(v*1e6) / 1e6 }

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
