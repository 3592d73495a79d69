package portfolio

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"concord/alignment"
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
	known map[node]map[taxonomy.URI]Link
}

type node struct {
	ref taxonomy.Ref
	uri taxonomy.URI
}

func newLinks(store taxonomy.Reader) *links {
	return &links{store: store, known: map[node]map[taxonomy.URI]Link{}}
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

// maxCluster bounds the concepts that exact mappings join to one.
const maxCluster = 200

// from returns everything that a is joined to: its cluster of exact mappings
// over any number of steps, what one mapping joins to a concept of the
// cluster, and the broader skills of its own release.
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
	cluster := []taxonomy.URI{a.uri}
	for i := 0; i < len(cluster) && i < maxCluster; i++ {
		mappings, err := l.store.Mappings(ctx, cluster[i])
		if err != nil {
			return nil, err
		}
		for _, m := range mappings {
			other, relation := m.Object, m.Predicate
			if other == cluster[i] {
				other, relation = m.Subject, m.Predicate.Inverse()
			}
			if add(other, Link{relation, through(found[cluster[i]].Via, string(m.Set))}) && relation == taxonomy.ExactMatch {
				cluster = append(cluster, other)
			}
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
	var out []taxonomy.URI
	for rel, err := range l.store.Relations(ctx, taxonomy.RelationFilter{Release: a.ref, Subject: a.uri, Predicates: []taxonomy.Predicate{taxonomy.Broader}}) {
		if errors.Is(err, taxonomy.ErrNotFound) {
			return nil, nil // its release is not loaded
		}
		if err != nil {
			return nil, err
		}
		out = append(out, rel.Object)
	}
	skills := out[:0]
	for _, uri := range out {
		c, err := l.store.Concept(ctx, a.ref, uri)
		if err != nil {
			return nil, err
		}
		if slices.Contains(alignment.SkillKinds, c.Kind) {
			skills = append(skills, uri)
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
