package crosswalk

import (
	"cmp"
	"slices"
	"strings"

	"concord/taxonomy"
)

// Path returns what is above the concept on a side (0 subject, 1 object) of a
// row in the loaded release, from the top down, by the first broader concept
// at each step; where the side is not loaded, the concept's group by its code.
func (c *Coverage) Path(m *taxonomy.Mapping, side int) []string {
	var labels []string
	for _, p := range c.sides[side].above(keyOf(m, side)) {
		labels = append(labels, p.label)
	}
	return labels
}

// above returns the members above key, from the top down.
func (s *sideIndex) above(key string) []*member {
	var path []*member
	if at := s.members[key]; at != nil && len(at.parents) == 0 && s.homes[key].label != "" && s.homes[key].id != key {
		h := s.homes[key]
		return []*member{{key: h.id, code: h.code, label: h.label}}
	}
	for at := s.members[key]; at != nil && len(at.parents) > 0; {
		at = s.members[at.parents[0]]
		if at == nil || at.key == key || slices.Contains(path, at) {
			break
		}
		path = append(path, at)
	}
	slices.Reverse(path)
	return path
}

// ByTree returns the rows of set, by their index, in the order of the
// subjects' hierarchy, then the objects': rows below one concept stand
// together. Rows of subjects that nothing is known of come last, then those
// without a subject.
func (c *Coverage) ByTree(set *taxonomy.Crosswalk) []int {
	keys := make([][2]string, len(set.Mappings))
	order := make([]int, len(set.Mappings))
	for i := range set.Mappings {
		order[i] = i
		for side := range 2 {
			keys[i][side] = c.place(&set.Mappings[i], side)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(keys[a][0], keys[b][0]), cmp.Compare(keys[a][1], keys[b][1]))
	})
	return order
}

// place sorts as a concept stands in its side's hierarchy.
func (c *Coverage) place(m *taxonomy.Mapping, side int) string {
	key := keyOf(m, side)
	if key == "" {
		return "\xff"
	}
	var b strings.Builder
	for _, p := range c.sides[side].above(key) {
		b.WriteString(p.code + "\x01" + p.label + "\x00")
	}
	_, label := c.Concept(m, side)
	if b.Len() == 0 && label == "" {
		return "\xfe" + key // nothing is known of it
	}
	return b.String() + label + "\x00" + key
}
