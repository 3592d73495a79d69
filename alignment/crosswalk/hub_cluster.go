package crosswalk

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"concord/taxonomy"
)

// A Member is a concept that exact mappings name: where it lives.
type Member struct {
	// Releases that have it ("esco@1.2.0"), sorted; of a concept that is not
	// loaded, the framework that mapping sets name as its source, after a colon.
	Homes []string
}

// ReadExact reads what hubs are made of: the accepted exact mappings of every
// set and the accepted rows that say what is not the same, by set and in order,
// and where the concepts live. A set whose direction is inverted counts: exact
// has no direction.
func ReadExact(ctx context.Context, r taxonomy.Reader) ([]taxonomy.Mapping, map[taxonomy.URI]Member, error) {
	sets, err := r.MappingSets(ctx)
	if err != nil {
		return nil, nil, err
	}
	var rows []taxonomy.Mapping
	members := map[taxonomy.URI]Member{}
	for _, s := range sets {
		for m, err := range r.MappingsOf(ctx, s.ID) {
			if err != nil {
				return nil, nil, err
			}
			if !joinsHubs(m) && !partsHubs(m) {
				continue
			}
			rows = append(rows, m)
			for _, side := range []struct {
				uri    taxonomy.URI
				source string
			}{{m.Subject, cmp.Or(m.SubjectSource, s.SubjectSource)}, {m.Object, cmp.Or(m.ObjectSource, s.ObjectSource)}} {
				member, seen := members[side.uri]
				if !seen {
					found, err := r.Find(ctx, string(side.uri))
					if err != nil {
						return nil, nil, err
					}
					for _, c := range found {
						if c.URI == side.uri {
							member.Homes = append(member.Homes, c.Release.String())
						}
					}
				}
				// What is loaded is known; else every source that is named counts.
				loaded := len(member.Homes) > 0 && member.Homes[0][0] != ':'
				if source := ":" + side.source; !loaded && side.source != "" && !slices.Contains(member.Homes, source) {
					member.Homes = append(member.Homes, source)
				}
				slices.Sort(member.Homes)
				members[side.uri] = member
			}
		}
	}
	return rows, members, nil
}

// joinsHubs reports whether a mapping says that its sides are one concept.
func joinsHubs(m taxonomy.Mapping) bool {
	_, ok := Usable(m)
	return ok && m.Predicate == taxonomy.ExactMatch && m.Modifier == ""
}

// partsHubs reports whether a mapping says that its sides are not one concept.
// What is not close is not exact either.
func partsHubs(m taxonomy.Mapping) bool {
	_, ok := Usable(m)
	return ok && m.Modifier == Not && (m.Predicate == taxonomy.ExactMatch || m.Predicate == taxonomy.CloseMatch)
}

// A link is what all exact mappings between two concepts say together.
type link struct {
	a, b          taxonomy.URI // a < b
	subject, side taxonomy.URI // as the first row has them
	sets          []taxonomy.URI
	strength      float64 // 1 - Π(1 - confidence) over sets, the surest row of each
	cut           *taxonomy.HubConflict
}

// Clusters gathers concepts that exact mappings join, two or more each, sorted,
// by their first member; and the mappings that joined nothing. A cluster never
// holds two concepts of one release:
//
//  1. Of several exact mappings that lead from one concept to one release, only
//     the strongest joins. Where two are the strongest, none does.
//  2. Then the strongest mappings join first, and one that would bring two concepts
//     of a release together, or two that an accepted mapping says are not the same,
//     is cut. Equally strong ones come in the order of their concepts' URIs.
//
// A mapping is as strong as its confidence, and stronger if several sets say it.
// The order of rows makes no difference.
func Clusters(rows []taxonomy.Mapping, members map[taxonomy.URI]Member) ([][]taxonomy.URI, []taxonomy.HubConflict) {
	links, apart := linksOf(rows)
	cutRivals(links, members)
	slices.SortFunc(links, func(x, y *link) int {
		return cmp.Or(cmp.Compare(y.strength, x.strength), len(y.sets)-len(x.sets), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	g := groups{of: map[taxonomy.URI]*group{}, members: members, apart: apart}
	for _, l := range links {
		if l.cut == nil {
			l.cut = g.join(l)
		}
	}
	var conflicts []taxonomy.HubConflict
	for _, l := range links {
		if l.cut != nil {
			l.cut.Subject, l.cut.Object, l.cut.Sets = l.subject, l.side, l.sets
			conflicts = append(conflicts, *l.cut)
		}
	}
	slices.SortFunc(conflicts, func(x, y taxonomy.HubConflict) int {
		return cmp.Or(cmp.Compare(x.Subject, y.Subject), cmp.Compare(x.Object, y.Object))
	})
	var clusters [][]taxonomy.URI
	for uri, g := range g.of {
		if len(g.uris) > 1 && uri == slices.Min(g.uris) {
			clusters = append(clusters, slices.Sorted(slices.Values(g.uris)))
		}
	}
	slices.SortFunc(clusters, func(x, y []taxonomy.URI) int { return cmp.Compare(x[0], y[0]) })
	return clusters, conflicts
}

// linksOf returns what rows say of each pair, by pair, and the pairs that are
// not the same.
func linksOf(rows []taxonomy.Mapping) ([]*link, map[taxonomy.URI][]taxonomy.URI) {
	surest := map[pair]map[taxonomy.URI]float64{} // by set
	first := map[pair]pair{}                      // as a row has it
	apart := map[taxonomy.URI][]taxonomy.URI{}
	for _, m := range rows {
		at, as := pair{min(m.Subject, m.Object), max(m.Subject, m.Object)}, pair{m.Subject, m.Object}
		if partsHubs(m) && !slices.Contains(apart[at.from], at.to) {
			apart[at.from], apart[at.to] = append(apart[at.from], at.to), append(apart[at.to], at.from)
		}
		if !joinsHubs(m) {
			continue
		}
		if surest[at] == nil {
			surest[at], first[at] = map[taxonomy.URI]float64{}, as
		}
		if as.from < first[at].from {
			first[at] = as
		}
		surest[at][m.Set] = max(surest[at][m.Set], StepOf(m, false).Confidence)
	}
	var links []*link
	for at, bySet := range surest {
		l := &link{a: at.from, b: at.to, subject: first[at].from, side: first[at].to, sets: slices.Sorted(maps.Keys(bySet))}
		wrong := 1.0
		for _, set := range l.sets {
			wrong *= 1 - bySet[set]
		}
		l.strength = 1 - wrong
		links = append(links, l)
	}
	for _, others := range apart {
		slices.Sort(others)
	}
	return links, apart
}

// cutRivals cuts the links that lead from one concept to several of one release,
// but for one that is stronger than all others.
func cutRivals(links []*link, members map[taxonomy.URI]Member) {
	type way struct {
		from taxonomy.URI
		to   string
	}
	ways := map[way][]*link{}
	for _, l := range links {
		for _, home := range members[l.b].Homes {
			ways[way{l.a, home}] = append(ways[way{l.a, home}], l)
		}
		for _, home := range members[l.a].Homes {
			ways[way{l.b, home}] = append(ways[way{l.b, home}], l)
		}
	}
	for _, w := range slices.SortedFunc(maps.Keys(ways), func(a, b way) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) }) {
		other := func(l *link) taxonomy.URI {
			if l.a == w.from {
				return l.b
			}
			return l.a
		}
		// By URI, so that the rival that is named is always the same.
		slices.SortFunc(ways[w], func(x, y *link) int { return cmp.Compare(other(x), other(y)) })
		for _, l := range ways[w] {
			for _, rival := range ways[w] {
				if rival != l && rival.strength >= l.strength && l.cut == nil {
					l.cut = &taxonomy.HubConflict{Kind: taxonomy.HubRivals, Release: w.to, Between: [2]taxonomy.URI{min(other(l), other(rival)), max(other(l), other(rival))}}
				}
			}
		}
	}
}

// groups are the clusters as they grow.
type groups struct {
	of      map[taxonomy.URI]*group
	members map[taxonomy.URI]Member
	apart   map[taxonomy.URI][]taxonomy.URI
}

type group struct {
	uris []taxonomy.URI
	home map[string]taxonomy.URI
}

func (g *groups) at(uri taxonomy.URI) *group {
	if g.of[uri] == nil {
		one := &group{uris: []taxonomy.URI{uri}, home: map[string]taxonomy.URI{}}
		for _, home := range g.members[uri].Homes {
			one.home[home] = uri
		}
		g.of[uri] = one
	}
	return g.of[uri]
}

// join makes one group of the two that a link joins, or says why not.
func (g *groups) join(l *link) *taxonomy.HubConflict {
	x, y := g.at(l.a), g.at(l.b)
	if x == y {
		return nil
	}
	if len(x.uris) < len(y.uris) {
		x, y = y, x
	}
	for _, home := range slices.Sorted(maps.Keys(y.home)) {
		if there, ok := x.home[home]; ok {
			here := y.home[home]
			return &taxonomy.HubConflict{Kind: taxonomy.HubTwoOf, Release: home, Between: [2]taxonomy.URI{min(here, there), max(here, there)}}
		}
	}
	for _, uri := range slices.Sorted(slices.Values(y.uris)) {
		for _, other := range g.apart[uri] {
			if g.of[other] == x {
				return &taxonomy.HubConflict{Kind: taxonomy.HubSaidNot, Between: [2]taxonomy.URI{min(uri, other), max(uri, other)}}
			}
		}
	}
	x.uris = append(x.uris, y.uris...)
	maps.Copy(x.home, y.home)
	for _, uri := range y.uris {
		g.of[uri] = x
	}
	return nil
}
