package suggest

import (
	"slices"
	"strings"

	"concord/taxonomy"
)

// linkWeight is what the label of a neighbour counts in what a concept does.
func linkWeight(r taxonomy.Relation) float32 {
	switch r.Predicate {
	case taxonomy.TaskOf, taxonomy.EssentialFor:
		return 1
	case taxonomy.OptionalFor:
		return 0.4
	case taxonomy.UsedBy:
		return 0.2
	case taxonomy.RatedFor:
		if r.Importance != nil && *r.Importance >= 0.6 {
			return float32(*r.Importance-0.5) / 2
		}
	}
	return 0
}

func (l *loading) relations(s *side, names map[taxonomy.URI]*taxonomy.Concept) error {
	parents := map[taxonomy.URI][]taxonomy.URI{}
	children := map[taxonomy.URI][]taxonomy.URI{}
	for r, err := range l.r.Relations(l.ctx, taxonomy.RelationFilter{Release: s.ref}) {
		if err != nil {
			return err
		}
		switch r.Predicate {
		case taxonomy.Broader:
			parents[r.Subject] = append(parents[r.Subject], r.Object)
			children[r.Object] = append(children[r.Object], r.Subject)
		default:
			w := linkWeight(r)
			if w == 0 {
				continue
			}
			if i, ok := s.at[r.Object]; ok {
				l.does(&s.concepts[i], names[r.Subject], w)
			}
			if i, ok := s.at[r.Subject]; ok {
				l.does(&s.concepts[i], names[r.Object], w)
			}
		}
	}
	s.hierarchy(l, names, parents, children)
	return nil
}

// maxDoing bounds the neighbours that say what a concept does.
const maxDoing = 120

func (l *loading) does(c *concept, neighbour *taxonomy.Concept, w float32) {
	if neighbour == nil || len(c.embeddable.doing) >= maxDoing {
		return
	}
	for _, x := range neighbour.Labels {
		if x.Kind == taxonomy.PrefLabel && l.has(x.Lang) {
			c.doing = c.doing.add(l.words.text(x.Lang, x.Text), w)
			c.embeddable.doing = append(c.embeddable.doing, piece{x.Lang, x.Text, w})
		}
	}
}

// hierarchy fills in groups and what is below. A concept's group is the
// nearest concept above it of another kind, else its parent, else those whose
// codes begin like its own.
func (s *side) hierarchy(l *loading, names map[taxonomy.URI]*taxonomy.Concept, parents, children map[taxonomy.URI][]taxonomy.URI) {
	at := map[string]int32{}
	s.groupOf = make([]int32, len(s.concepts))
	for i := range s.concepts {
		c := &s.concepts[i]
		c.narrower = descendants(c.uri, children)
		above := groupAbove(c, names, parents)
		key := string(above)
		if above == "" {
			if key = codeStem(c.code); key == "" {
				s.groupOf[i] = -1
				continue
			}
		}
		g, ok := at[key]
		if !ok {
			g = int32(len(s.groups))
			at[key] = g
			var text bag
			if names[above] != nil {
				text = l.groupText(names[above])
			}
			s.groups = append(s.groups, text)
		}
		s.groupOf[i] = g
	}
}

func groupAbove(c *concept, names map[taxonomy.URI]*taxonomy.Concept, parents map[taxonomy.URI][]taxonomy.URI) taxonomy.URI {
	seen := map[taxonomy.URI]bool{c.uri: true}
	for next := slices.Clone(parents[c.uri]); len(next) > 0; {
		slices.Sort(next)
		var above []taxonomy.URI
		for _, p := range next {
			if names[p] != nil && names[p].Kind != c.kind {
				return p
			}
			if !seen[p] {
				seen[p] = true
				above = append(above, parents[p]...)
			}
		}
		if len(above) == 0 {
			return next[0]
		}
		next = above
	}
	return ""
}

// descendants counts the concepts below one, at any depth.
func descendants(top taxonomy.URI, children map[taxonomy.URI][]taxonomy.URI) int {
	seen := map[taxonomy.URI]bool{top: true}
	for next := []taxonomy.URI{top}; len(next) > 0; next = next[1:] {
		for _, c := range children[next[0]] {
			if !seen[c] {
				seen[c] = true
				next = append(next, c)
			}
		}
	}
	return len(seen) - 1
}

// codeStem is a code without its last part, where a code is of parts: concepts
// whose codes differ at their end alone are siblings ("98-7654.01" and
// "98-7654.02"; "98-7651" and "98-7652").
func codeStem(code string) string {
	code = strings.TrimRight(strings.TrimSuffix(code, ".00"), ".")
	if i := strings.LastIndexAny(code, "."); i > 0 {
		return code[:i]
	}
	if len(code) > 3 {
		return code[:len(code)-1]
	}
	return ""
}

func (l *loading) groupText(c *taxonomy.Concept) bag {
	var out bag
	for _, x := range c.Labels {
		if x.Kind == taxonomy.PrefLabel && l.has(x.Lang) {
			out = out.add(l.words.text(x.Lang, x.Text), 2)
		}
	}
	for _, n := range c.Notes {
		if l.has(n.Lang) {
			out = out.add(l.words.text(n.Lang, n.Text), 1)
		}
	}
	return out
}
