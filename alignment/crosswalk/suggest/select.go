package suggest

import (
	"cmp"
	"slices"

	"concord/taxonomy"
)

// DefaultLeast is the confidence from which a mapping is picked where nobody
// says another.
const DefaultLeast = 0.4

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
//   - a target goes to one source, besides those that it is broader than;
//   - a source has one exact match at most, and goes to one broader target or
//     to others, not both;
//   - what is close beside a match that is as close or closer must be likelier
//     than not.
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
		class := slices.Index(classes[:], x.c.Predicate)
		if !x.c.allowed(class, s, t) {
			continue
		}
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

func (t *taken) any() int { return t[classExact] + t[classClose] + t[classBroad] + t[classNarrow] }

// besideOthers is the confidence from which a close match is picked for a
// source that has one already.
const besideOthers = 0.5

// allowed reports whether the candidate may stand beside what its ends have.
func (c *Candidate) allowed(class int, s, t taken) bool {
	free := t.any() == t[classBroad] && s[classBroad] == 0
	switch class {
	case classBroad:
		return s.any() == 0
	case classExact:
		return free && s[classExact] == 0
	case classClose:
		return free && (s[classExact]+s[classClose] == 0 || c.Confidence >= besideOthers)
	}
	return free
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
