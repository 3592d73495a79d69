package crosswalk

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"concord/taxonomy"
)

// A Translated is what a concept is in another framework.
type Translated struct {
	URI          taxonomy.URI  `json:"uri"`
	Label        string        `json:"label,omitempty"`
	To           string        `json:"to"`
	Translations []Translation `json:"translations"`      // best first: by what they say, then the surest
	NoTerm       []Step        `json:"noTerm,omitempty"`  // rows that say that the framework has no such concept
	LeftOut      []string      `json:"leftOut,omitempty"` // sets that were not followed: their direction is inverted
}

// A Translation is a concept of the other framework, and the way there.
type Translation struct {
	URI   taxonomy.URI  `json:"uri"`
	Label string        `json:"label,omitempty"`
	Kind  taxonomy.Kind `json:"kind,omitempty"`
	Code  string        `json:"code,omitempty"`
	Claim
	Confidence     float64         `json:"confidence"`
	Hierarchy      bool            `json:"hierarchy,omitempty"` // the way goes up a hierarchy, because no mapping leads there
	Path           []Step          `json:"path"`                // of the surest chain; none for a concept that is of the framework itself
	Others         []Chain         `json:"others,omitempty"`    // more that say the same
	Contradictions []Contradiction `json:"contradictions,omitempty"`
}

// Bounds of a translation: beyond three mappings, or two steps up a hierarchy,
// what is left in common says little.
const (
	translateSteps = 3
	translateUp    = 2
)

// Translate returns what the concept uri is in a framework, over accepted
// mappings. Where none leads there, it goes up the hierarchies of the concept
// and of what it is mapped to, up to two steps, and says so. ref is the release
// of the concept, the zero Ref where it is not loaded. lang is for labels.
func (g *Graph) Translate(ctx context.Context, uri taxonomy.URI, ref taxonomy.Ref, to *Framework, lang taxonomy.Lang) (*Translated, error) {
	out := &Translated{URI: uri, To: to.Name, Translations: []Translation{}}
	left, err := g.LeftOut(ctx)
	if err != nil {
		return nil, err
	}
	for _, set := range left {
		out.LeftOut = append(out.LeftOut, string(set))
	}
	if has, err := to.Has(ctx, uri, ""); err != nil {
		return nil, err
	} else if has {
		t := Translation{URI: uri, Claim: Claim{Predicate: taxonomy.ExactMatch}, Confidence: 1, Path: []Step{}}
		if err := g.describe(ctx, &t, to, lang); err != nil {
			return nil, err
		}
		out.Translations = append(out.Translations, t)
		return out, nil
	}
	if err := g.lookedFor(ctx, out, to); err != nil {
		return nil, err
	}
	skip, err := notHome(ctx, g.store, ref, to)
	if err != nil {
		return nil, err
	}
	chains := []Chain{{}}
	for up := 0; up <= translateUp; up++ {
		reached, err := g.Reach(ctx, uri, chains, Walk{Steps: translateSteps, Skip: skip})
		if err != nil {
			return nil, err
		}
		// A chain that went up may be there already.
		found := map[pair]map[Claim]*bundle{}
		for _, c := range chains {
			if len(c.Steps) > 0 {
				keep(found, pair{uri, c.end()}, c, keptProofs)
			}
		}
		reached = append(reached, reachedOf(found)...)
		if err := g.translations(ctx, out, reached, to, up > 0, lang); err != nil {
			return nil, err
		}
		if len(out.Translations) > 0 {
			break
		}
		if chains, err = g.up(ctx, uri, ref, chains, reached, lang); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(out.Translations, func(a, b Translation) int {
		return cmp.Or(a.strength()-b.strength(), cmp.Compare(b.Confidence, a.Confidence), len(a.Path)-len(b.Path), cmp.Compare(a.URI, b.URI))
	})
	return out, nil
}

// notHome skips steps back into the scheme that a concept comes from, unless it
// is where they shall lead: a way through two concepts of one scheme makes them
// one, which its makers say they are not.
func notHome(ctx context.Context, store taxonomy.Reader, ref taxonomy.Ref, to *Framework) (func(context.Context, Step) (bool, error), error) {
	if ref.Scheme == "" {
		return nil, nil
	}
	home, err := FindFramework(ctx, store, ref.Scheme)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, s Step) (bool, error) {
		back, err := home.Has(ctx, s.Object, s.ObjectSource)
		if err != nil || !back {
			return false, err
		}
		wanted, err := to.Has(ctx, s.Object, s.ObjectSource)
		return !wanted, err
	}, nil
}

// lookedFor adds the rows that say that the framework has no such concept.
func (g *Graph) lookedFor(ctx context.Context, out *Translated, to *Framework) error {
	rows, err := g.NoTerm(ctx, out.URI)
	if err != nil || len(rows) == 0 {
		return err
	}
	for _, row := range rows {
		leads, err := g.leadsTo(ctx, row, to)
		if err != nil {
			return err
		}
		if leads {
			out.NoTerm = append(out.NoTerm, row)
		}
	}
	return nil
}

// leadsTo reports whether the set of a row maps to the framework, on the side
// where the row found nothing.
func (g *Graph) leadsTo(ctx context.Context, row Step, to *Framework) (bool, error) {
	c := &taxonomy.Crosswalk{MappingSet: g.sets[row.Set]}
	if to.named(row.ObjectSource) {
		return true, nil
	}
	for m, err := range g.store.MappingsOf(ctx, row.Set) {
		if err != nil {
			return false, err
		}
		if c.Mappings = append(c.Mappings, m); len(c.Mappings) == 4*sampled {
			break
		}
	}
	return to.side(ctx, c, !row.Turned)
}

// translations adds what was reached and is of the framework.
func (g *Graph) translations(ctx context.Context, out *Translated, reached []Reached, to *Framework, up bool, lang taxonomy.Lang) error {
	for _, r := range reached {
		best := r.Claims[0]
		if best.Modifier == Not || slices.ContainsFunc(out.Translations, func(t Translation) bool { return t.URI == r.URI }) {
			continue
		}
		steps := slices.Clone(best.Chains[0].Steps)
		has, err := to.Has(ctx, r.URI, steps[len(steps)-1].ObjectSource)
		if err != nil {
			return err
		}
		if !has {
			continue
		}
		t := Translation{URI: r.URI, Claim: best.Claim, Confidence: combine(best.Chains), Hierarchy: up, Path: steps, Others: best.Chains[1:], Label: steps[len(steps)-1].ObjectLabel}
		for _, other := range r.Claims[1:] {
			if Contradict(best.Claim, other.Claim) {
				c := other.Chains[0]
				t.Contradictions = append(t.Contradictions, Contradiction{ByChain, fmt.Sprintf("another chain says %s (%.2f)", other.Claim, combine(other.Chains)), &c, nil})
			}
		}
		if err := g.Label(ctx, t.Path, lang); err != nil {
			return err
		}
		if err := g.describe(ctx, &t, to, lang); err != nil {
			return err
		}
		out.Translations = append(out.Translations, t)
	}
	return nil
}

// describe fills in what the store knows of a concept.
func (g *Graph) describe(ctx context.Context, t *Translation, to *Framework, lang taxonomy.Lang) error {
	concepts, err := to.concepts(ctx, t.URI)
	if err != nil || len(concepts) == 0 {
		return err
	}
	c := concepts[0]
	t.Kind, t.Code = c.Kind, c.Code
	if label := c.Pref(lang).Text; label != "" {
		t.Label = label
	}
	return nil
}

// up extends chains, and what they reached by what is not weaker than broad, by
// one step up the hierarchy where they end.
func (g *Graph) up(ctx context.Context, uri taxonomy.URI, ref taxonomy.Ref, chains []Chain, reached []Reached, lang taxonomy.Lang) ([]Chain, error) {
	all := slices.Clone(chains)
	for _, r := range reached {
		for _, said := range r.Claims {
			all = append(all, said.Chains[0])
		}
	}
	var out []Chain
	for _, c := range all {
		at, in := uri, ref
		if len(c.Steps) > 0 {
			at = c.end()
			found, err := g.store.Find(ctx, string(at))
			if err != nil {
				return nil, err
			}
			found = slices.DeleteFunc(found, func(c *taxonomy.Concept) bool { return c.URI != at })
			if len(found) == 0 {
				continue
			}
			in = found[0].Release
		}
		if in.Scheme == "" {
			continue
		}
		steps, err := g.Broader(ctx, in, at)
		if err != nil {
			return nil, err
		}
		for _, s := range steps {
			broader, err := g.store.Concept(ctx, in, s.Object)
			if err != nil {
				return nil, err
			}
			s.ObjectLabel = broader.Pref(lang).Text
			if longer, ok := c.Extend(s); ok && s.Object != uri && !c.visits(s.Object) {
				out = append(out, longer)
			}
		}
	}
	slices.SortFunc(out, compareChains)
	return slices.CompactFunc(out, func(a, b Chain) bool { return compareChains(a, b) == 0 }), nil
}
