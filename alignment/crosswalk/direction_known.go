package crosswalk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"concord/taxonomy"
)

// known is what loaded releases say about the concepts of a crosswalk.
type known struct {
	concepts map[taxonomy.URI]standing
	codes    map[taxonomy.URI]string
	loaded   map[string]bool // namespaces some of whose concepts are loaded
	parents  map[taxonomy.URI][]taxonomy.URI
	exact    [2]map[taxonomy.URI][]taxonomy.URI // per side, to the other

	ancestors map[taxonomy.URI]map[taxonomy.URI]bool // found out as they are asked for
}

// A standing is what became of a concept.
type standing struct {
	kind    taxonomy.Kind
	retired string // the release that has it no more, or says so; "" if it is in use
}

// known looks the concepts of c up. Without a Reader nothing is known.
func (d *Doctor) known(ctx context.Context, c *taxonomy.Crosswalk) (*known, error) {
	k := &known{concepts: map[taxonomy.URI]standing{}, codes: map[taxonomy.URI]string{}, loaded: map[string]bool{}, parents: map[taxonomy.URI][]taxonomy.URI{}, ancestors: map[taxonomy.URI]map[taxonomy.URI]bool{}}
	if d.Reader == nil {
		return k, nil
	}
	schemes, err := d.Reader.Schemes(ctx)
	if err != nil {
		return nil, err
	}
	current := map[string]string{}
	for _, s := range schemes {
		current[s.Name] = s.Current
	}
	if len(current) == 0 {
		return k, nil
	}
	var releases []taxonomy.Ref
	looked, misses := map[taxonomy.URI]bool{}, map[string]int{}
	for i := range c.Mappings {
		for _, s := range []side{subjectSide, objectSide} {
			uri := s.of(&c.Mappings[i]).uri
			if uri == "" || uri == taxonomy.NoTerm || looked[uri] {
				continue
			}
			looked[uri] = true
			if ns := namespace(uri); !k.loaded[ns] && misses[ns] >= enoughMisses {
				continue
			}
			found, err := d.Reader.Find(ctx, string(uri))
			if err != nil {
				return nil, err
			}
			refs := k.add(uri, found, current)
			if len(refs) == 0 {
				misses[namespace(uri)]++
				continue
			}
			releases = append(releases, refs...)
			slices.SortFunc(releases, func(a, b taxonomy.Ref) int { return strings.Compare(a.String(), b.String()) })
			releases = slices.Compact(releases)
		}
	}
	for _, ref := range releases {
		for r, err := range d.Reader.Relations(ctx, taxonomy.RelationFilter{Release: ref, Predicates: []taxonomy.Predicate{taxonomy.Broader}}) {
			if err != nil {
				return nil, err
			}
			if !slices.Contains(k.parents[r.Subject], r.Object) {
				k.parents[r.Subject] = append(k.parents[r.Subject], r.Object)
			}
		}
	}
	k.exact = exactPairs(c)
	return k, nil
}

// enoughMisses is how many identifiers that begin alike are looked up before
// their framework is taken not to be loaded.
const enoughMisses = 100

// add keeps what was found of a concept, and returns the releases it is in.
func (k *known) add(uri taxonomy.URI, found []*taxonomy.Concept, current map[string]string) []taxonomy.Ref {
	found = slices.DeleteFunc(found, func(f *taxonomy.Concept) bool { return f.URI != uri }) // Find knows codes as well
	if len(found) == 0 {
		return nil
	}
	first := found[0] // of a current release, if one has it
	at := standing{kind: first.Kind}
	switch version := current[first.Release.Scheme]; {
	case first.Release.Version != version:
		at.retired = fmt.Sprintf("%s@%s no longer has it; the last loaded release with it is %s", first.Release.Scheme, version, first.Release)
	case first.Deprecated:
		at.retired = fmt.Sprintf("%s marks it deprecated", first.Release)
	}
	if at.retired != "" && len(first.ReplacedBy) > 0 {
		at.retired += fmt.Sprintf("; it is replaced by %s", first.ReplacedBy[0])
	}
	k.concepts[uri], k.codes[uri] = at, first.Code
	k.loaded[namespace(uri)] = true
	var refs []taxonomy.Ref
	for _, f := range found {
		refs = append(refs, f.Release)
	}
	return refs
}

// namespace is a URI up to what names the concept.
func namespace(uri taxonomy.URI) string {
	return string(uri[:strings.LastIndexAny(string(uri), "/:#")+1])
}

func exactPairs(c *taxonomy.Crosswalk) (pairs [2]map[taxonomy.URI][]taxonomy.URI) {
	pairs[0], pairs[1] = map[taxonomy.URI][]taxonomy.URI{}, map[taxonomy.URI][]taxonomy.URI{}
	for i := range c.Mappings {
		if m := &c.Mappings[i]; twoSided(m) && m.Predicate == taxonomy.ExactMatch && m.Modifier == "" {
			pairs[0][m.Subject] = append(pairs[0][m.Subject], m.Object)
			pairs[1][m.Object] = append(pairs[1][m.Object], m.Subject)
		}
	}
	return pairs
}

// maxAncestors bounds how far up a hierarchy is followed; real ones have ten levels.
const maxAncestors = 16

// above reports whether a hierarchy has high above low.
func (k *known) above(high, low taxonomy.URI) bool {
	all, ok := k.ancestors[low]
	if !ok {
		all = map[taxonomy.URI]bool{}
		level := []taxonomy.URI{low}
		for range maxAncestors {
			var next []taxonomy.URI
			for _, u := range level {
				for _, p := range k.parents[u] {
					if !all[p] {
						all[p] = true
						next = append(next, p)
					}
				}
			}
			level = next
		}
		k.ancestors[low] = all
	}
	return all[high]
}

// broader tells a row by a hierarchy: one concept is above the other, or above
// or below one that the set says is exactly the other.
func (k *known) broader(m *taxonomy.Mapping) (up side, how string, ok bool) {
	if len(k.parents) == 0 {
		return 0, "", false
	}
	names := [2]string{nameFor(subjectSide.of(m)), nameFor(objectSide.of(m))}
	for s, pair := range [2][2]taxonomy.URI{{m.Subject, m.Object}, {m.Object, m.Subject}} {
		this, that, other := side(s), side(1-s), pair[1]
		if k.above(pair[0], other) {
			return this, fmt.Sprintf("the hierarchy has %s above %s", names[this], names[that]), true
		}
		for _, twin := range k.exact[that][other] { // on this side, and the same as the other
			if twin == pair[0] {
				continue
			}
			if k.above(pair[0], twin) {
				return this, fmt.Sprintf("the hierarchy has %s above %s, which the set says is exactly %s", names[this], twin, names[that]), true
			}
			if k.above(twin, pair[0]) {
				return that, fmt.Sprintf("the hierarchy has %s, which the set says is exactly %s, above %s", twin, names[that], names[this]), true
			}
		}
	}
	return 0, "", false
}
