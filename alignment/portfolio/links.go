package portfolio

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"concord/alignment"
	"concord/alignment/crosswalk"
	"concord/taxonomy"
)

// A Link says how one concept stands to another, and by what.
type Link struct {
	Relation taxonomy.Match `json:"relation"` // from the first to the second: skos:broadMatch says that the second is broader
	Via      string         `json:"via"`      // ViaConcept, ViaHierarchy, or the ids of the mapping sets, parted by blanks
}

// What joins two concepts where no mapping set does.
const (
	ViaConcept   = "same concept"
	ViaHierarchy = "hierarchy"
)

// strength orders links, the closest first.
func (l Link) strength() int {
	return slices.Index([]taxonomy.Match{taxonomy.ExactMatch, taxonomy.CloseMatch, taxonomy.NarrowMatch, taxonomy.BroadMatch}, l.Relation)
}

// inverse is the link from the second to the first.
func (l Link) inverse() Link {
	if l.Via != ViaConcept && l.Via != ViaHierarchy {
		sets := strings.Fields(l.Via)
		slices.Reverse(sets)
		l.Via = strings.Join(sets, " ")
	}
	return Link{l.Relation.Inverse(), l.Via}
}

// links finds what concepts are joined to, and remembers it.
type links struct {
	store taxonomy.Reader
	graph *crosswalk.Graph
	known map[node]map[taxonomy.URI]Link
}

type node struct {
	ref taxonomy.Ref
	uri taxonomy.URI
}

func newLinks(store taxonomy.Reader) *links {
	return &links{store: store, graph: crosswalk.NewGraph(store), known: map[node]map[taxonomy.URI]Link{}}
}

// between returns the closest link from a to b, or false.
func (l *links) between(ctx context.Context, a, b node) (Link, bool, error) {
	there, err := l.from(ctx, a)
	if err != nil {
		return Link{}, false, err
	}
	back, err := l.from(ctx, b)
	if err != nil {
		return Link{}, false, err
	}
	link, ok := there[b.uri]
	if other, too := back[a.uri]; too {
		other = other.inverse()
		if !ok || other.strength() < link.strength() {
			link, ok = other, true
		}
	}
	return link, ok, nil
}

// maxSteps bounds the steps up a hierarchy: what is broader by more says little.
const maxSteps = 2

// mapped bounds how far mappings are followed: what they say together is looked
// at over four of them, and one chain will do.
var mapped = crosswalk.Walk{Steps: 4, Concepts: 200, Proofs: 1}

// from returns everything that a is joined to: by accepted mappings, as far as
// they say something together (crosswalk.Compose), and by the broader skills of
// its own release. What mappings also say not to hold joins nothing.
func (l *links) from(ctx context.Context, a node) (map[taxonomy.URI]Link, error) {
	if found := l.known[a]; found != nil {
		return found, nil
	}
	found := map[taxonomy.URI]Link{a.uri: {taxonomy.ExactMatch, ViaConcept}}
	add := func(uri taxonomy.URI, link Link) bool {
		old, had := found[uri]
		if link.strength() < 0 || had && old.strength() <= link.strength() {
			return false
		}
		found[uri] = link
		return true
	}
	reached, err := l.graph.Reach(ctx, a.uri, []crosswalk.Chain{{}}, mapped)
	if err != nil {
		return nil, err
	}
	for _, r := range reached {
		for _, said := range r.Claims {
			denied := slices.ContainsFunc(r.Claims, func(other crosswalk.Said) bool {
				return other.Modifier == crosswalk.Not && crosswalk.Contradict(said.Claim, other.Claim)
			})
			if said.Modifier == crosswalk.Not || denied {
				continue
			}
			via := ViaConcept
			for _, s := range said.Chains[0].Steps {
				via = through(via, string(s.Set))
			}
			add(r.URI, Link{said.Predicate, via})
		}
	}
	level := []taxonomy.URI{a.uri}
	for range maxSteps {
		var up []taxonomy.URI
		for _, uri := range level {
			broader, err := l.broader(ctx, node{a.ref, uri})
			if err != nil {
				return nil, err
			}
			for _, b := range broader {
				if add(b, Link{taxonomy.BroadMatch, ViaHierarchy}) {
					up = append(up, b)
				}
			}
		}
		level = up
	}
	l.known[a] = found
	return found, nil
}

// through adds a mapping set to the ones that a link goes through.
func through(via, set string) string {
	switch {
	case via == ViaConcept:
		return set
	case slices.Contains(strings.Fields(via), set):
		return via
	}
	return via + " " + set
}

// broader returns the broader concepts of a that are skills themselves: a
// group says nothing of what a person can do.
func (l *links) broader(ctx context.Context, a node) ([]taxonomy.URI, error) {
	up, err := l.graph.Broader(ctx, a.ref, a.uri)
	if err != nil {
		return nil, err
	}
	var skills []taxonomy.URI
	for _, s := range up {
		c, err := l.store.Concept(ctx, a.ref, s.Object)
		if err != nil {
			return nil, err
		}
		if slices.Contains(alignment.SkillKinds, c.Kind) {
			skills = append(skills, c.URI)
		}
	}
	return skills, nil
}

// closest returns the claim that stands closest to b, as a link from the claim
// to b, or nil.
func (l *links) closest(ctx context.Context, claims []Claim, b node) (*Claim, Link, error) {
	var best *Claim
	var link Link
	for i := range claims {
		c := &claims[i]
		found, ok, err := l.between(ctx, node{c.ref(), c.URI}, b)
		if err != nil {
			return nil, Link{}, err
		}
		if ok && (best == nil || cmp.Or(found.strength()-link.strength(), cmp.Compare(best.Probability, c.Probability)) < 0) {
			best, link = c, found
		}
	}
	return best, link, nil
}
