package releases

import (
	"fmt"
	"maps"
	"slices"

	"concord/taxonomy"
)

// counts sums up changes by kind.
func (c *comparison) counts(changes []Change) []KindCounts {
	by := map[taxonomy.Kind]*KindCounts{}
	of := func(k taxonomy.Kind) *KindCounts {
		if by[k] == nil {
			by[k] = &KindCounts{Kind: k, Changes: map[What]int{}, Meaning: map[Severity]int{}, Property: map[string]int{}}
		}
		return by[k]
	}
	for _, x := range c.a.concepts {
		k := of(x.Kind)
		k.Before++
		if _, ok := c.b.at[x.URI]; !ok {
			k.GoneURIs++
		}
	}
	for _, y := range c.b.concepts {
		k := of(y.Kind)
		k.After++
		if _, ok := c.a.at[y.URI]; !ok {
			k.NewURIs++
		}
	}
	for i := range changes {
		ch := &changes[i]
		k := of(ch.Kind)
		for _, w := range ch.What {
			k.Changes[w]++
		}
		if ch.Meaning != nil {
			k.Meaning[ch.Meaning.Severity]++
		}
		for _, p := range ch.Properties {
			k.Property[p.Name]++
		}
	}
	var out []KindCounts
	for _, k := range taxonomy.Kinds {
		if by[k] != nil && c.wanted(k) {
			out = append(out, *by[k])
		}
	}
	return out
}

// Sum adds up the counts of some kinds.
func (d *Diff) Sum(kinds ...taxonomy.Kind) KindCounts {
	sum := KindCounts{Changes: map[What]int{}, Meaning: map[Severity]int{}, Property: map[string]int{}}
	for _, k := range d.Counts {
		if !slices.Contains(kinds, k.Kind) {
			continue
		}
		sum.Before += k.Before
		sum.After += k.After
		sum.GoneURIs += k.GoneURIs
		sum.NewURIs += k.NewURIs
		for w, n := range k.Changes {
			sum.Changes[w] += n
		}
		for s, n := range k.Meaning {
			sum.Meaning[s] += n
		}
		for p, n := range k.Property {
			sum.Property[p] += n
		}
	}
	return sum
}

// notes say what could not be compared because only one release has it, of the
// kinds and languages that are asked for.
func (c *comparison) notes() []string {
	keys := map[string]bool{}
	for _, l := range []*loaded{c.a, c.b} {
		for _, x := range l.concepts {
			if !c.wanted(x.Kind) {
				continue
			}
			keys[keyDefinition(x.Kind)] = true
			for _, lang := range c.langs {
				keys[keyAlternatives(x.Kind, lang)] = true
			}
			for _, p := range x.Properties {
				if !slices.Contains(bookkeeping, p.Name) {
					keys[keyProperty(x.Kind, p.Name)] = true
				}
			}
		}
	}
	for _, child := range taxonomy.Kinds {
		if !c.wanted(child) {
			continue
		}
		for _, parent := range taxonomy.Kinds {
			keys[keyBroader(child, parent)] = true
		}
		for _, p := range []taxonomy.Predicate{taxonomy.EssentialFor, taxonomy.OptionalFor, taxonomy.RatedFor, taxonomy.TaskOf, taxonomy.UsedBy} {
			keys[keyRelation(p, child)] = true
		}
	}
	var out []string
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		if !c.comparable(k) {
			out = append(out, fmt.Sprintf("%s: %d in %s, %d in %s; not compared, because what one of them was read from lacks it", k, c.a.has[k], c.a.rel.Ref, c.b.has[k], c.b.rel.Ref))
		}
	}
	return out
}
