package suggest

import (
	"cmp"
	"slices"

	"concord/taxonomy"
)

// DefaultLeast is the confidence from which a mapping is picked where nobody
// says another.
const DefaultLeast = 0.3

// reciprocal is what a pair gains in the order of selection, in log-odds,
// where each end is the other's likeliest.
const reciprocal = 1.0

// A choice is a candidate in the order of selection.
type choice struct {
	c     Candidate
	order float64
}

// Select picks the mappings to propose from the candidates of at least
// confidence least, and returns them in the order of sources, likeliest first.
// It goes from the likeliest pair to the least likely and prefers one to one:
//
//   - exact and close join concepts that nothing of the kind joins yet;
//   - a target that is narrower goes to one source, which may have many;
//   - a target that is broader may have many sources, each of which goes to it alone.
//
// A pair that may not be what it is likeliest to be is taken for the likeliest
// it may be, if that is likely enough, else left out.
func (r *Result) Select(least float64) {
	r.Selected = nil
	var all []choice
	bestOf := map[taxonomy.URI]float64{} // target → the highest score of its candidates
	for _, s := range r.Sources {
		for _, c := range s.Candidates {
			bestOf[c.Object] = max(c.Score, bestOf[c.Object])
		}
	}
	for _, s := range r.Sources {
		for at, c := range s.Candidates {
			if c.Confidence < least {
				break
			}
			x := choice{c: c, order: c.Score}
			if at == 0 && c.Score >= bestOf[c.Object] {
				x.order += reciprocal
			}
			all = append(all, x)
		}
	}
	slices.SortStableFunc(all, func(a, b choice) int {
		return cmp.Or(cmp.Compare(b.order, a.order), cmp.Compare(a.c.Subject, b.c.Subject), cmp.Compare(a.c.Object, b.c.Object))
	})
	from, to := map[taxonomy.URI]taken{}, map[taxonomy.URI]taken{}
	for _, x := range all {
		s, t := from[x.c.Subject], to[x.c.Object]
		class, ok := x.c.allowed(s, t)
		if !ok {
			continue
		}
		x.c.Predicate = classes[class]
		s.add(class)
		t.add(class)
		from[x.c.Subject], to[x.c.Object] = s, t
		r.Selected = append(r.Selected, x.c)
	}
	place := map[taxonomy.URI]int{}
	for i, s := range r.Sources {
		place[s.URI] = i
	}
	slices.SortStableFunc(r.Selected, func(a, b Candidate) int { return cmp.Compare(place[a.Subject], place[b.Subject]) })
}

// taken is how many selected mappings of each class a concept has.
type taken [len(classes)]int

func (t *taken) add(class int) { t[class]++ }

func (t *taken) same() int { return t[classExact] + t[classClose] }

func (t *taken) any() int { return t.same() + t[classBroad] + t[classNarrow] }

// likelyEnough is the probability that a predicate must have which is not the
// likeliest, among predicates.
const likelyEnough = 0.2

// allowed returns the likeliest class that the candidate may have beside what
// its ends have already.
func (c *Candidate) allowed(s, t taken) (class int, ok bool) {
	p := &c.run.pairs[c.pair]
	best := -1
	for k, x := range p.classes {
		may := false
		switch k {
		case classExact, classClose:
			may = s.same() == 0 && t.any() == 0 && s[classBroad] == 0
		case classNarrow:
			may = t.any() == 0 && s[classBroad] == 0
		case classBroad:
			may = s.any() == 0 && t[classNarrow] == 0
		}
		if k == classExact && p.class != classExact {
			may = false // another pair is the exact one
		}
		if may && (k == p.class || x >= likelyEnough) && (best < 0 || k == p.class || best != p.class && x > p.classes[best]) {
			best = k
		}
	}
	return best, best >= 0
}

// Unmatched returns the sources that no selected mapping joins to anything.
func (r *Result) Unmatched() []Source {
	joined := map[taxonomy.URI]bool{}
	for _, c := range r.Selected {
		joined[c.Subject] = true
	}
	var out []Source
	for _, s := range r.Sources {
		if !joined[s.URI] {
			out = append(out, s)
		}
	}
	return out
}
