package crosswalk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"concord/taxonomy"
)

// A Part is a mapping set as a chain goes through it.
type Part struct {
	*taxonomy.Crosswalk
	Turned bool // from its objects to its subjects
}

// A Leg is every set that joins the same two frameworks, each turned to run
// from the first to the second.
type Leg []Part

// InferOptions says what Infer looks at beside the legs.
type InferOptions struct {
	Direct []Part // sets that join the first framework and the last: what they say is set beside what follows
	Proofs int    // chains kept for a mapping; 0: 5

	Min float64 // mappings with less confidence are left out, and counted

	// From and To keep only mappings whose ends are wanted. Nil: all.
	From, To func(taxonomy.URI) bool

	// Doctor judges the direction of a set that nobody has judged yet. Nil: it
	// is taken as published.
	Doctor *Doctor
}

// An Inferred is a mapping that follows from others, with all that leads to it
// and all that speaks against it.
type Inferred struct {
	Subject      taxonomy.URI `json:"subject"`
	SubjectLabel string       `json:"subjectLabel,omitempty"`
	Claim                     // what says most of what chains say
	Object       taxonomy.URI `json:"object"`
	ObjectLabel  string       `json:"objectLabel,omitempty"`
	Confidence   float64      `json:"confidence"` // of the chains that say so, together: at most MaxConfidence

	Proofs         []Chain         `json:"proofs"`                   // that say so, the surest first
	More           int             `json:"more,omitempty"`           // chains that say so and were left out
	Others         []Chain         `json:"others,omitempty"`         // that say something else which can be true as well
	Direct         []Step          `json:"direct,omitempty"`         // accepted rows that say the same of the pair
	Contradictions []Contradiction `json:"contradictions,omitempty"` // nothing is decided between them
}

// A Contradiction is something that speaks against an Inferred.
type Contradiction struct {
	Kind  ContradictionKind `json:"kind"`
	Text  string            `json:"text"`            // for people
	Chain *Chain            `json:"chain,omitempty"` // the surest that says otherwise
	Row   *Step             `json:"row,omitempty"`   // the mapping that says otherwise
}

// A ContradictionKind says what contradicts.
type ContradictionKind string

const (
	ByChain    ContradictionKind = "chain"    // another chain says what cannot be true as well
	ByDirect   ContradictionKind = "direct"   // a set that joins the two frameworks says another predicate
	ByRejected ContradictionKind = "rejected" // somebody looked at this very mapping and said no
	ByUnsure   ContradictionKind = "unsure"   // somebody looked and could not say
	ByNoTerm   ContradictionKind = "no-term"  // somebody looked and found no such concept in the other framework
)

// Used says what an inference took from a set.
type Used struct {
	Set    taxonomy.URI   `json:"set"`
	Leg    int            `json:"leg"` // from 1
	Turned bool           `json:"turned,omitempty"`
	Rows   int            `json:"rows"`
	Usable int            `json:"usable"`
	Not    map[string]int `json:"not,omitempty"` // rows that no chain goes along, by reason
}

// An Inference is what follows from some mapping sets.
type Inference struct {
	Mappings []Inferred     `json:"mappings"` // by subject and object
	Sets     []Used         `json:"sets"`     // by leg
	Below    int            `json:"below"`    // mappings left out for their confidence
	LeftOut  []taxonomy.URI `json:"leftOut"`  // direct sets that were not looked at: their direction is inverted
	Nothing  map[string]int `json:"nothing"`  // joins of two mappings that say nothing together, by "predicate then predicate"
}

// keptProofs is how many chains an Inferred keeps unless it is said.
const keptProofs = 5

// A pair is the two ends of chains.
type pair struct{ from, to taxonomy.URI }

// A bundle is the chains between one pair that say the same.
type bundle struct {
	chains []Chain // the surest first, as many as are kept
	all    int     // how many there are
}

func (b *bundle) add(c Chain, n, most int) {
	b.all += n
	at, _ := slices.BinarySearchFunc(b.chains, c, compareChains)
	if b.chains = slices.Insert(b.chains, at, c); len(b.chains) > most {
		b.chains = b.chains[:most]
	}
}

// Infer composes the mappings of two legs or more, one of each leg after the
// other. It goes along rows that somebody accepted, and through no set whose
// direction is inverted: that is an ErrConflict which says how to mend it.
func Infer(ctx context.Context, legs []Leg, opt InferOptions) (*Inference, error) {
	if len(legs) < 2 {
		return nil, fmt.Errorf("%w: a chain needs two mapping sets or more, one after the other", taxonomy.ErrInvalid)
	}
	for _, leg := range legs {
		for _, p := range leg {
			if err := checkDirection(ctx, p.Crosswalk, opt.Doctor); err != nil {
				return nil, err
			}
		}
	}
	most := opt.Proofs
	if most <= 0 {
		most = keptProofs
	}
	out := &Inference{Mappings: []Inferred{}, LeftOut: []taxonomy.URI{}, Nothing: map[string]int{}}
	var direct []Part
	for _, p := range opt.Direct {
		switch err := checkDirection(ctx, p.Crosswalk, opt.Doctor); {
		case errors.Is(err, taxonomy.ErrConflict):
			out.LeftOut = append(out.LeftOut, p.ID)
			continue
		case err != nil:
			return nil, err
		}
		direct = append(direct, p)
	}
	reached := map[pair]map[Claim]*bundle{}
	for i, leg := range legs {
		steps, used := stepsOf(leg, i+1)
		out.Sets = append(out.Sets, used...)
		next := map[pair]map[Claim]*bundle{}
		grow := func(from taxonomy.URI, c Chain, n int, s Step) {
			if s.Object == from {
				return
			}
			longer, ok := c.Extend(s)
			if !ok {
				out.Nothing[c.Claim.String()+" then "+s.Claim.String()] += n
				return
			}
			p := pair{from, s.Object}
			if next[p] == nil {
				next[p] = map[Claim]*bundle{}
			}
			if next[p][longer.Claim] == nil {
				next[p][longer.Claim] = &bundle{}
			}
			next[p][longer.Claim].add(longer, n, most)
		}
		if i == 0 {
			for from, ss := range steps {
				if opt.From != nil && !opt.From(from) {
					continue
				}
				for _, s := range ss {
					grow(from, Chain{}, 1, s)
				}
			}
		}
		for p, claims := range reached {
			for _, b := range claims {
				for _, s := range steps[p.to] {
					for j, c := range b.chains {
						n := 1
						if j == 0 {
							n += b.all - len(b.chains) // the ones left out go the same way
						}
						grow(p.from, c, n, s)
					}
				}
			}
		}
		reached = next
	}
	against := newAgainst(legs, direct)
	for _, p := range slices.SortedFunc(maps.Keys(reached), func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	}) {
		if opt.To != nil && !opt.To(p.to) {
			continue
		}
		m := inferred(p, reached[p])
		if m.Confidence < opt.Min {
			out.Below++
			continue
		}
		against.look(&m)
		out.Mappings = append(out.Mappings, m)
	}
	return out, nil
}

// checkDirection refuses a set whose broad and narrow, or some of them, are the
// wrong way round.
func checkDirection(ctx context.Context, c *taxonomy.Crosswalk, doctor *Doctor) error {
	direction := c.Direction
	if doctor != nil && (direction == "" || direction == taxonomy.AsPublished) {
		judged, err := doctor.Judge(ctx, c)
		if err != nil {
			return err
		}
		direction = judged.Recorded()
	}
	if direction == taxonomy.Inverted {
		return fmt.Errorf("%w: broadMatch and narrowMatch of %s are the wrong way round, so nothing is inferred through it; turn them with concord crosswalk check %s --fix, then try again", taxonomy.ErrConflict, c.ID, c.ID)
	}
	return nil
}

// stepsOf returns the usable rows of a leg by where they start.
func stepsOf(leg Leg, number int) (map[taxonomy.URI][]Step, []Used) {
	steps := map[taxonomy.URI][]Step{}
	var used []Used
	for _, p := range leg {
		u := Used{Set: p.ID, Leg: number, Turned: p.Turned, Rows: len(p.Mappings)}
		for _, m := range rowsOf(p) {
			why, ok := Usable(m)
			if !ok {
				if u.Not == nil {
					u.Not = map[string]int{}
				}
				u.Not[why]++
				continue
			}
			u.Usable++
			s := StepOf(m, p.Turned)
			steps[s.Subject] = append(steps[s.Subject], s)
		}
		used = append(used, u)
	}
	return steps, used
}

// rowsOf is the rows of a set, each with the set and with a status.
func rowsOf(p Part) []taxonomy.Mapping {
	rows := slices.Clone(p.Mappings)
	for i := range rows {
		rows[i].Set = cmp.Or(rows[i].Set, p.ID)
		rows[i].Status = cmp.Or(rows[i].Status, p.Status, taxonomy.Accepted)
	}
	return rows
}

// inferred puts together what chains say of a pair.
func inferred(p pair, claims map[Claim]*bundle) Inferred {
	order := slices.SortedFunc(maps.Keys(claims), func(a, b Claim) int { return cmp.Compare(a.strength(), b.strength()) })
	best := claims[order[0]]
	first := best.chains[0]
	m := Inferred{Subject: p.from, SubjectLabel: first.Steps[0].SubjectLabel, Claim: order[0], Object: p.to, ObjectLabel: first.Steps[len(first.Steps)-1].ObjectLabel,
		Confidence: combine(best.chains), Proofs: best.chains, More: best.all - len(best.chains)}
	for _, claim := range order[1:] {
		c := claims[claim].chains[0]
		if !Contradict(m.Claim, claim) {
			m.Others = append(m.Others, c)
			continue
		}
		m.Contradictions = append(m.Contradictions, Contradiction{ByChain, fmt.Sprintf("another chain says %s (%.2f)", claim, combine(claims[claim].chains)), &c, nil})
	}
	return m
}
