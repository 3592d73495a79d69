package releases

import (
	"fmt"
	"slices"
	"strings"

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

// notes say what could not be compared because only one release has it.
func (c *comparison) notes() []string {
	var out []string
	only := func(what string, k taxonomy.Kind, a, b bool) {
		if a == b {
			return
		}
		has, lacks := c.a.rel.Ref, c.b.rel.Ref
		if b {
			has, lacks = lacks, has
		}
		out = append(out, fmt.Sprintf("%s of %s are in %s alone, and not in %s; they are not compared", what, k, has, lacks))
	}
	kinds := func(l *loaded) map[taxonomy.Kind]bool {
		m := map[taxonomy.Kind]bool{}
		for _, x := range l.concepts {
			m[x.Kind] = true
		}
		return m
	}
	ka, kb := kinds(c.a), kinds(c.b)
	for _, k := range taxonomy.Kinds {
		if !ka[k] || !kb[k] || !c.wanted(k) {
			continue
		}
		only("definitions", k, c.a.defined[k], c.b.defined[k])
		only("broader concepts", k, c.a.places[k], c.b.places[k])
		only("alternative labels", k, len(c.a.others[k]) > 0, len(c.b.others[k]) > 0)
		for _, p := range []taxonomy.Predicate{taxonomy.EssentialFor, taxonomy.OptionalFor, taxonomy.RatedFor, taxonomy.TaskOf, taxonomy.UsedBy} {
			only("relations "+strings.TrimPrefix(string(p), "esco:"), k, c.a.has[linkKind{p, k}], c.b.has[linkKind{p, k}])
		}
	}
	return out
}
