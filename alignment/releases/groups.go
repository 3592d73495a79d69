package releases

import (
	"slices"

	"concord/taxonomy"
)

// groups finds the top groups that concepts are below.
type groups struct {
	l   *loaded
	few map[bool]bool // occupations or not → whether their roots are few pillars, so that what is below those counts
}

const pillars = 5 // roots of which a framework has so few that they part nothing

func newGroups(l *loaded) *groups {
	g := &groups{l: l, few: map[bool]bool{}}
	roots := map[bool]int{}
	for i, c := range l.concepts {
		if len(l.broader[i]) == 0 && isGroup(c.Kind) {
			roots[ofWork(c.Kind)]++
		}
	}
	for _, work := range []bool{false, true} {
		g.few[work] = roots[work] <= pillars
	}
	return g
}

func isGroup(k taxonomy.Kind) bool { return k == taxonomy.SkillGroup || k == taxonomy.OccupationGroup }

func ofWork(k taxonomy.Kind) bool { return k == taxonomy.Occupation || k == taxonomy.OccupationGroup }

// of returns the top groups that a concept is below, in order: the roots of its
// hierarchy, or where those are few, what is right below them.
func (g *groups) of(i int32) []int32 {
	roots, second := map[int32]bool{}, map[int32]bool{}
	seen := map[int32]bool{}
	var climb func(at int32, below int32)
	climb = func(at, below int32) {
		up := g.l.broader[at]
		if len(up) == 0 {
			roots[at] = true
			if below >= 0 {
				second[below] = true
			}
			return
		}
		for _, o := range up {
			if !seen[o] || len(g.l.broader[o]) == 0 {
				seen[o] = true
				climb(o, at)
			}
		}
	}
	if len(g.l.broader[i]) == 0 {
		return nil
	}
	climb(i, -1)
	groups := func(set map[int32]bool) (out []int32) {
		for o := range set {
			if o != i && isGroup(g.l.concepts[o].Kind) {
				out = append(out, o)
			}
		}
		return out
	}
	out := groups(roots)
	if g.few[ofWork(g.l.concepts[i].Kind)] {
		if below := groups(second); len(below) > 0 {
			out = below
		}
	}
	slices.Sort(out)
	return out
}
