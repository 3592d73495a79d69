package crosswalk

import (
	"slices"
	"strings"

	"concord/taxonomy"
)

// cycle finds concepts that are broader than themselves over rows of the set,
// as they were judged to be meant, and the hierarchies that are loaded. A pair
// that is exact one to one is one concept.
func cycle(x *examination) (f found) {
	g := newUpward(x)
	for _, members := range g.circles() {
		in := map[taxonomy.URI]bool{}
		for _, u := range members {
			in[u] = true
		}
		var around []*taxonomy.Mapping
		for _, m := range g.rows {
			if in[g.node(m.Subject)] && in[g.node(m.Object)] {
				around = append(around, m)
			}
		}
		if len(around) == 0 {
			continue // a hierarchy's own circle is not of this set
		}
		f.count++
		f.rows = append(f.rows, around...)
		f.examples = append(f.examples, exampleOf(around[0], g.words(members)))
	}
	return f
}

// upward is a graph from concepts to what is broader.
type upward struct {
	up    map[taxonomy.URI][]taxonomy.URI
	twin  map[taxonomy.URI]taxonomy.URI // of exact pairs: the node of the object
	label map[taxonomy.URI]string
	rows  []*taxonomy.Mapping // broad and narrow ones
}

func newUpward(x *examination) *upward {
	g := &upward{up: map[taxonomy.URI][]taxonomy.URI{}, twin: map[taxonomy.URI]taxonomy.URI{}, label: map[taxonomy.URI]string{}}
	pairs := exactPairs(x.c)
	for m := range x.rows {
		if m.Subject == "" || m.Object == "" || m.Subject == m.Object || m.Modifier != "" {
			continue
		}
		g.label[m.Subject], g.label[m.Object] = nameFor(subjectSide.of(m)), nameFor(objectSide.of(m))
		if m.Predicate == taxonomy.ExactMatch && len(pairs[0][m.Subject]) == 1 && len(pairs[1][m.Object]) == 1 {
			g.twin[m.Object] = m.Subject
		}
	}
	for m := range x.rows {
		if !directed(m) || m.Subject == "" || m.Object == "" {
			continue
		}
		g.rows = append(g.rows, m)
		if x.meant(m) == taxonomy.BroadMatch {
			g.edge(m.Subject, m.Object)
		} else {
			g.edge(m.Object, m.Subject)
		}
	}
	children := make([]taxonomy.URI, 0, len(x.known.parents))
	for child := range x.known.parents {
		children = append(children, child)
	}
	slices.Sort(children)
	for _, child := range children {
		for _, parent := range x.known.parents[child] {
			g.edge(child, parent)
		}
	}
	return g
}

// node is what stands for a concept.
func (g *upward) node(u taxonomy.URI) taxonomy.URI {
	if t, ok := g.twin[u]; ok {
		return t
	}
	return u
}

func (g *upward) edge(low, high taxonomy.URI) {
	low, high = g.node(low), g.node(high)
	if low != high && !slices.Contains(g.up[low], high) {
		g.up[low] = append(g.up[low], high)
	}
}

// circles returns the strongly connected components of more than one node
// (Tarjan), each in order of URI, by their first. It keeps a stack of its own:
// a file may be one long chain.
func (g *upward) circles() [][]taxonomy.URI {
	nodes := make([]taxonomy.URI, 0, len(g.up))
	for u := range g.up {
		nodes = append(nodes, u)
	}
	slices.Sort(nodes)
	index, low := map[taxonomy.URI]int{}, map[taxonomy.URI]int{}
	on := map[taxonomy.URI]bool{}
	var stack []taxonomy.URI
	var out [][]taxonomy.URI
	type frame struct {
		node taxonomy.URI
		next int
	}
	for _, root := range nodes {
		if _, seen := index[root]; seen {
			continue
		}
		visit := func(u taxonomy.URI) frame {
			index[u] = len(index)
			low[u] = index[u]
			stack, on[u] = append(stack, u), true
			return frame{node: u}
		}
		calls := []frame{visit(root)}
		for len(calls) > 0 {
			at := &calls[len(calls)-1]
			u := at.node
			if at.next < len(g.up[u]) {
				v := g.up[u][at.next]
				at.next++
				if _, seen := index[v]; !seen {
					calls = append(calls, visit(v))
				} else if on[v] {
					low[u] = min(low[u], index[v])
				}
				continue
			}
			calls = calls[:len(calls)-1]
			if len(calls) > 0 {
				p := calls[len(calls)-1].node
				low[p] = min(low[p], low[u])
			}
			if low[u] != index[u] {
				continue
			}
			i := len(stack) - 1
			for stack[i] != u {
				i--
			}
			members := slices.Clone(stack[i:])
			stack = stack[:i]
			for _, m := range members {
				on[m] = false
			}
			if len(members) > 1 {
				slices.Sort(members)
				out = append(out, members)
			}
		}
	}
	slices.SortFunc(out, func(a, b []taxonomy.URI) int { return strings.Compare(string(a[0]), string(b[0])) })
	return out
}

// words tells a way around a circle that begins at its first member.
func (g *upward) words(members []taxonomy.URI) string {
	in := map[taxonomy.URI]bool{}
	for _, u := range members {
		in[u] = true
	}
	start := members[0]
	before := map[taxonomy.URI]taxonomy.URI{}
	queue := []taxonomy.URI{start}
	for len(queue) > 0 {
		u := queue[0]
		queue = queue[1:]
		for _, v := range g.up[u] {
			if v == start {
				way := []string{g.name(start)}
				for ; u != start; u = before[u] {
					way = append(way, g.name(u))
				}
				way = append(way, g.name(start))
				slices.Reverse(way)
				return strings.Join(way, " is below ")
			}
			if _, seen := before[v]; !seen && in[v] {
				before[v] = u
				queue = append(queue, v)
			}
		}
	}
	return ""
}

func (g *upward) name(u taxonomy.URI) string {
	if l := g.label[u]; l != "" {
		return l
	}
	return string(u)
}
