package crosswalk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"concord/taxonomy"
)

// A Graph follows the usable mappings of a store from concept to concept, in
// either orientation, through every set but those whose direction is inverted.
// It remembers what it read, and is for one goroutine.
type Graph struct {
	store  taxonomy.Reader
	sets   map[taxonomy.URI]taxonomy.MappingSet // nil until they were read
	steps  map[taxonomy.URI][]Step
	noTerm map[taxonomy.URI][]Step
	labels map[taxonomy.URI]string // found in the store, "" where there is none
}

// NewGraph returns the graph of a store's mappings.
func NewGraph(store taxonomy.Reader) *Graph {
	return &Graph{store: store, steps: map[taxonomy.URI][]Step{}, noTerm: map[taxonomy.URI][]Step{}, labels: map[taxonomy.URI]string{}}
}

// LeftOut returns the sets that are not followed because their direction is
// inverted, by ID.
func (g *Graph) LeftOut(ctx context.Context) ([]taxonomy.URI, error) {
	if err := g.readSets(ctx); err != nil {
		return nil, err
	}
	var left []taxonomy.URI
	for id, s := range g.sets {
		if s.Direction == taxonomy.Inverted {
			left = append(left, id)
		}
	}
	slices.Sort(left)
	return left, nil
}

func (g *Graph) readSets(ctx context.Context) error {
	if g.sets != nil {
		return nil
	}
	sets, err := g.store.MappingSets(ctx)
	if err != nil {
		return err
	}
	g.sets = map[taxonomy.URI]taxonomy.MappingSet{}
	for _, s := range sets {
		g.sets[s.ID] = s
	}
	return nil
}

// Steps returns the usable mappings of a concept as steps away from it, by set,
// subject, predicate and object of the row.
func (g *Graph) Steps(ctx context.Context, uri taxonomy.URI) ([]Step, error) {
	err := g.read(ctx, uri)
	return g.steps[uri], err
}

// NoTerm returns the accepted rows that say that some framework has no concept
// for this one.
func (g *Graph) NoTerm(ctx context.Context, uri taxonomy.URI) ([]Step, error) {
	err := g.read(ctx, uri)
	return g.noTerm[uri], err
}

func (g *Graph) read(ctx context.Context, uri taxonomy.URI) error {
	if _, ok := g.steps[uri]; ok {
		return nil
	}
	if err := g.readSets(ctx); err != nil {
		return err
	}
	mappings, err := g.store.Mappings(ctx, uri)
	if err != nil {
		return err
	}
	steps := []Step{}
	for _, m := range mappings {
		set := g.sets[m.Set]
		if set.Direction == taxonomy.Inverted {
			continue
		}
		s := StepOf(m, m.Subject != uri)
		if s.ObjectSource == "" {
			s.ObjectSource = set.ObjectSource
			if s.Turned {
				s.ObjectSource = set.SubjectSource
			}
		}
		if _, ok := Usable(m); ok {
			steps = append(steps, s)
		} else if s.Object == taxonomy.NoTerm && m.Status == taxonomy.Accepted {
			g.noTerm[uri] = append(g.noTerm[uri], s)
		}
	}
	g.steps[uri] = steps
	return nil
}

// Label fills in labels that rows do not have and the store does, in place.
func (g *Graph) Label(ctx context.Context, steps []Step, lang taxonomy.Lang) error {
	for i := range steps {
		for _, side := range []struct {
			uri   taxonomy.URI
			label *string
		}{{steps[i].Subject, &steps[i].SubjectLabel}, {steps[i].Object, &steps[i].ObjectLabel}} {
			if *side.label != "" {
				continue
			}
			label, seen := g.labels[side.uri]
			if !seen {
				found, err := g.store.Find(ctx, string(side.uri))
				if err != nil {
					return err
				}
				if j := slices.IndexFunc(found, func(c *taxonomy.Concept) bool { return c.URI == side.uri }); j >= 0 {
					label = found[j].Pref(lang).Text
				}
				g.labels[side.uri] = label
			}
			*side.label = label
		}
	}
	return nil
}

// A Walk bounds how far a Graph is followed.
type Walk struct {
	Steps    int // mappings in a chain
	Concepts int // whose mappings are read; 0: 500
	Proofs   int // chains kept for a concept and a claim; 0: 5

	// Skip leaves out steps. Nil: none.
	Skip func(context.Context, Step) (bool, error)
}

// Reach returns what chains lead to, by concept and then by claim, the one that
// says most first, with the surest chains of each. Chains go on from start,
// which may have steps already (the bound counts mappings, not steps up a
// hierarchy); a chain passes no concept twice.
func (g *Graph) Reach(ctx context.Context, from taxonomy.URI, start []Chain, w Walk) ([]Reached, error) {
	most, concepts := cmp.Or(w.Proofs, keptProofs), cmp.Or(w.Concepts, 500)
	found := map[pair]map[Claim]*bundle{}
	read := map[taxonomy.URI]bool{}
	for frontier := start; len(frontier) > 0; {
		var next []Chain
		for _, c := range frontier {
			at := from
			if len(c.Steps) > 0 {
				at = c.end()
			}
			if c.mappings() >= w.Steps || !read[at] && len(read) >= concepts {
				continue
			}
			read[at] = true
			steps, err := g.Steps(ctx, at)
			if err != nil {
				return nil, err
			}
			for _, s := range steps {
				longer, ok := c.Extend(s)
				if !ok || s.Object == from || c.visits(s.Object) {
					continue
				}
				if w.Skip != nil {
					skip, err := w.Skip(ctx, s)
					if err != nil {
						return nil, err
					}
					if skip {
						continue
					}
				}
				if keep(found, pair{from, s.Object}, longer, most) {
					next = append(next, longer)
				}
			}
		}
		frontier = next
	}
	return reachedOf(found), nil
}

// A Reached is what chains say of a concept.
type Reached struct {
	URI    taxonomy.URI
	Claims []Said // the one that says most first
}

// A Said is a claim with the chains that make it.
type Said struct {
	Claim
	Chains []Chain // the surest first
	More   int     // chains that were left out
}

// keep puts a chain to the others of its pair and claim, and reports whether it
// is among the ones that are kept.
func keep(found map[pair]map[Claim]*bundle, p pair, c Chain, most int) bool {
	if found[p] == nil {
		found[p] = map[Claim]*bundle{}
	}
	b := found[p][c.Claim]
	if b == nil {
		b = &bundle{}
		found[p][c.Claim] = b
	}
	b.add(c, 1, most)
	return len(b.chains) < most || compareChains(c, b.chains[most-1]) <= 0
}

func reachedOf(found map[pair]map[Claim]*bundle) []Reached {
	var out []Reached
	for p, claims := range found {
		r := Reached{URI: p.to}
		for claim, b := range claims {
			r.Claims = append(r.Claims, Said{claim, b.chains, b.all - len(b.chains)})
		}
		slices.SortFunc(r.Claims, func(a, b Said) int { return a.strength() - b.strength() })
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b Reached) int { return cmp.Compare(a.URI, b.URI) })
	return out
}

// mappings is the number of steps that are mappings.
func (c Chain) mappings() int {
	n := 0
	for _, s := range c.Steps {
		if s.Set != "" {
			n++
		}
	}
	return n
}

// Broader returns the concepts right above one in its release, by URI, as steps
// up. A release or a concept that is not loaded has none.
func (g *Graph) Broader(ctx context.Context, ref taxonomy.Ref, uri taxonomy.URI) ([]Step, error) {
	var up []Step
	for rel, err := range g.store.Relations(ctx, taxonomy.RelationFilter{Release: ref, Subject: uri, Predicates: []taxonomy.Predicate{taxonomy.Broader}}) {
		if errors.Is(err, taxonomy.ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading what is broader than %s: %w", uri, err)
		}
		up = append(up, Step{Hierarchy: ref.String(), Subject: uri, Claim: Claim{Predicate: taxonomy.BroadMatch}, Object: rel.Object, Confidence: 1})
	}
	return up, nil
}
