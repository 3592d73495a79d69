package crosswalk

import (
	"context"
	"fmt"
	"strings"

	"concord/taxonomy"
)

// A Route is the legs that join two frameworks, and the sets that join them directly.
type Route struct {
	Legs   []Leg
	Direct []Part
}

// ReadSets reads every mapping set of a store with its rows, by ID.
func ReadSets(ctx context.Context, r taxonomy.Reader) ([]*taxonomy.Crosswalk, error) {
	sets, err := r.MappingSets(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]*taxonomy.Crosswalk, len(sets))
	for i, s := range sets {
		out[i] = &taxonomy.Crosswalk{MappingSet: s}
		for m, err := range r.MappingsOf(ctx, s.ID) {
			if err != nil {
				return nil, err
			}
			out[i].Mappings = append(out[i].Mappings, m)
		}
	}
	return out, nil
}

// RouteThrough finds the sets that join frameworks one after the other, in
// either orientation. Between two, every set counts that joins them. With two
// frameworks alone, any third may lie between. The error is an ErrNotFound where
// no set joins a pair.
func RouteThrough(ctx context.Context, sets []*taxonomy.Crosswalk, frameworks []*Framework) (Route, error) {
	if len(frameworks) < 2 {
		return Route{}, fmt.Errorf("%w: a chain needs a framework to start from and one to end in", taxonomy.ErrInvalid)
	}
	first, last := frameworks[0], frameworks[len(frameworks)-1]
	direct, err := joining(ctx, sets, first, last)
	if err != nil {
		return Route{}, err
	}
	route := Route{Direct: direct}
	if len(frameworks) == 2 {
		isDirect := map[taxonomy.URI]bool{}
		for _, p := range direct {
			isDirect[p.ID] = true
		}
		var others []*taxonomy.Crosswalk
		for _, s := range sets {
			if !isDirect[s.ID] {
				others = append(others, s)
			}
		}
		out, err := joining(ctx, others, first, nil)
		if err != nil {
			return Route{}, err
		}
		in, err := joining(ctx, others, nil, last)
		if err != nil {
			return Route{}, err
		}
		for _, l := range []struct {
			leg Leg
			of  *Framework
		}{{out, first}, {in, last}} {
			if len(l.leg) == 0 {
				return Route{}, fmt.Errorf("%w: no mapping set joins %s to a framework between %s and %s; import one first", taxonomy.ErrNotFound, l.of.Name, first.Name, last.Name)
			}
		}
		route.Legs = []Leg{out, in}
		return route, nil
	}
	for i, from := range frameworks[:len(frameworks)-1] {
		leg, err := joining(ctx, sets, from, frameworks[i+1])
		if err != nil {
			return Route{}, err
		}
		if len(leg) == 0 {
			return Route{}, fmt.Errorf("%w: no mapping set joins %s and %s; import one first, or see concord crosswalk list", taxonomy.ErrNotFound, from.Name, frameworks[i+1].Name)
		}
		route.Legs = append(route.Legs, leg)
	}
	return route, nil
}

// Ends returns what keeps the mappings of a route to the releases that were named
// for its ends: predicates for InferOptions, nil where any release will do.
func (r Route) Ends(ctx context.Context, first, last *Framework) (from, to func(taxonomy.URI) bool, err error) {
	starts, ends := map[taxonomy.URI]bool{}, map[taxonomy.URI]bool{}
	for _, p := range r.Legs[0] {
		for _, m := range p.Mappings {
			starts[StepOf(m, p.Turned).Subject] = true
		}
	}
	for _, p := range r.Legs[len(r.Legs)-1] {
		for _, m := range p.Mappings {
			ends[StepOf(m, p.Turned).Object] = true
		}
	}
	for _, end := range []struct {
		of   *Framework
		uris map[taxonomy.URI]bool
		keep *func(taxonomy.URI) bool
	}{{first, starts, &from}, {last, ends, &to}} {
		if end.of.ref.Version == "" {
			continue
		}
		has := map[taxonomy.URI]bool{}
		for uri := range end.uris {
			if has[uri], err = end.of.Has(ctx, uri, ""); err != nil {
				return nil, nil, err
			}
		}
		*end.keep = func(uri taxonomy.URI) bool { return has[uri] }
	}
	return from, to, nil
}

// joining returns the sets that join two frameworks, turned to run from the
// first to the second; nil is any framework.
func joining(ctx context.Context, sets []*taxonomy.Crosswalk, from, to *Framework) ([]Part, error) {
	is := func(f *Framework, c *taxonomy.Crosswalk, objects bool) (bool, error) {
		if f == nil {
			return true, nil
		}
		return f.side(ctx, c, objects)
	}
	var parts []Part
	for _, c := range sets {
		for _, turned := range []bool{false, true} {
			start, err := is(from, c, turned)
			if err != nil {
				return nil, err
			}
			end, err := is(to, c, !turned)
			if err != nil {
				return nil, err
			}
			if start && end {
				parts = append(parts, Part{c, turned})
				break
			}
		}
	}
	return parts, nil
}

// RouteOf makes a leg of each set, in order, each turned so that it meets its
// neighbours in as many concepts as can be; as published where that is the
// same. all is every set there is: those that join both ends are Direct. The
// error is an ErrInvalid where two neighbours have no concept in common.
func RouteOf(chain, all []*taxonomy.Crosswalk) (Route, error) {
	if len(chain) < 2 || len(chain) > maxLegs {
		return Route{}, fmt.Errorf("%w: a chain is of 2 to %d mapping sets; %d are given", taxonomy.ErrInvalid, maxLegs, len(chain))
	}
	type ends struct{ start, end map[taxonomy.URI]bool }
	sides := make([]ends, len(chain))
	for i, c := range chain {
		sides[i] = ends{map[taxonomy.URI]bool{}, map[taxonomy.URI]bool{}}
		for _, m := range rowsOf(Part{Crosswalk: c}) {
			if _, ok := Usable(m); ok {
				sides[i].start[m.Subject], sides[i].end[m.Object] = true, true
			}
		}
	}
	turnedEnds := func(i, way int) ends {
		if way>>i&1 == 1 {
			return ends{sides[i].end, sides[i].start}
		}
		return sides[i]
	}
	// Bit i of a way says that set i is turned. The first of the best is the
	// one with the fewest at the front turned.
	best, most := 0, -1
	for way := range 1 << len(chain) {
		meets := 0
		for i := range len(chain) - 1 {
			n := common(turnedEnds(i, way).end, turnedEnds(i+1, way).start)
			if n == 0 {
				meets = -1
				break
			}
			meets += n
		}
		if meets > most {
			best, most = way, meets
		}
	}
	if most < 0 {
		var names []string
		for _, c := range chain {
			names = append(names, string(c.ID))
		}
		return Route{}, fmt.Errorf("%w: %s do not meet in one framework after the other: no accepted mapping of one leads to a concept that the next starts from", taxonomy.ErrInvalid, strings.Join(names, ", "))
	}
	var route Route
	inChain := map[taxonomy.URI]bool{}
	for i, c := range chain {
		route.Legs = append(route.Legs, Leg{{c, best>>i&1 == 1}})
		inChain[c.ID] = true
	}
	starts, stops := turnedEnds(0, best).start, turnedEnds(len(chain)-1, best).end
	for _, c := range all {
		if inChain[c.ID] {
			continue
		}
		for _, turned := range []bool{false, true} {
			if joins(Part{c, turned}, starts, stops) {
				route.Direct = append(route.Direct, Part{c, turned})
				break
			}
		}
	}
	return route, nil
}

// maxLegs bounds a chain of sets: what follows over more steps says little.
const maxLegs = 6

func common(a, b map[taxonomy.URI]bool) int {
	n := 0
	for uri := range a {
		if b[uri] {
			n++
		}
	}
	return n
}

// joins reports whether a row of the set leads from one of starts to one of stops.
func joins(p Part, starts, stops map[taxonomy.URI]bool) bool {
	for _, m := range p.Mappings {
		from, to := m.Subject, m.Object
		if p.Turned {
			from, to = to, from
		}
		if starts[from] && stops[to] {
			return true
		}
	}
	return false
}
