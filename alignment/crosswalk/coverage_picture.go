package crosswalk

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"concord/alignment/crosswalk/picture"
	"concord/taxonomy"
)

// How many groups a picture shows; smaller ones are drawn as one.
const (
	heatGroups = 30
	flowGroups = 14
	barGroups  = 60
)

// rest is the ID of the groups that are drawn as one.
const rest = "\x00rest"

// A CoverageLink gives the address of the mappings of a subject group and an
// object group, either of them empty for all; nil or an empty address is no link.
type CoverageLink func(subject, object string) string

// PredicateName is a predicate in a word: "exact".
func PredicateName(m taxonomy.Match) string {
	return strings.TrimSuffix(strings.TrimPrefix(string(m), "skos:"), "Match")
}

// SideName is what people call a side of the set.
func (s *Side) SideName() string {
	if s.Loaded {
		return s.Release
	}
	return cmp.Or(strings.TrimSpace(s.Source+" "+s.Version), "unnamed framework")
}

// shown are the groups of a picture: all that have mappings, or the largest n
// less one and the rest, in the order they were given.
func shown(groups []Group, n int) (list []picture.Label, ids []string, at map[string]int) {
	var with []Group
	for _, g := range groups {
		if g.Mappings > 0 {
			with = append(with, g)
		}
	}
	keep := slices.Clone(with)
	slices.SortStableFunc(keep, func(a, b Group) int { return b.Mappings - a.Mappings })
	more := 0
	if len(keep) > n {
		more = len(keep) - (n - 1)
		keep = keep[:n-1]
	}
	at = map[string]int{}
	for _, g := range with {
		if slices.ContainsFunc(keep, func(k Group) bool { return k.ID == g.ID }) {
			at[g.ID] = len(list)
			ids = append(ids, g.ID)
			list = append(list, groupLabel(&g))
		}
	}
	if more > 0 {
		for _, g := range with {
			if _, ok := at[g.ID]; !ok {
				at[g.ID] = len(list)
			}
		}
		ids = append(ids, rest)
		list = append(list, picture.Label{Text: fmt.Sprintf("%d smaller groups", more)})
	}
	return list, ids, at
}

// groupLabel names a group by its code, where it has one, and its label.
func groupLabel(g *Group) picture.Label {
	if g.Code != "" && len(g.Code) <= 8 && !strings.HasPrefix(g.Label, g.Code) {
		return picture.Label{Text: g.Code + " " + g.Label}
	}
	return picture.Label{Text: g.Label}
}

func predicateCounts(by map[taxonomy.Match]int) string {
	var out []string
	for _, p := range Predicates(by) {
		out = append(out, PredicateName(p)+" "+picture.Number(by[p]))
	}
	return strings.Join(out, ", ")
}

// Predicates are the keys of by: the closest first, then by name.
func Predicates(by map[taxonomy.Match]int) []taxonomy.Match {
	out := make([]taxonomy.Match, 0, len(by))
	for p := range by {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b taxonomy.Match) int {
		switch {
		case a == b:
			return 0
		case closest(a, b) == a:
			return -1
		}
		return 1
	})
	return out
}

// HeatMap is the groups of the subject against those of the object.
func (c *Coverage) HeatMap(link CoverageLink) *picture.HeatMap {
	h := &picture.HeatMap{About: picture.About{ID: "heat", Title: "Mappings between groups"}, RowsAre: c.Sides[0].SideName(), ColsAre: c.Sides[1].SideName()}
	rows, rowIDs, rowAt := shown(c.Sides[0].Groups, heatGroups)
	cols, colIDs, colAt := shown(c.Sides[1].Groups, heatGroups)
	h.Rows, h.Cols = rows, cols
	h.Values = make([][]int, len(rows))
	by := make([][]map[taxonomy.Match]int, len(rows))
	for i := range rows {
		h.Values[i] = make([]int, len(cols))
		by[i] = make([]map[taxonomy.Match]int, len(cols))
	}
	most, strongest := 0, ""
	for _, cell := range c.Matrix {
		r, k := rowAt[cell.Subject], colAt[cell.Object]
		h.Values[r][k] += cell.Mappings
		if by[r][k] == nil {
			by[r][k] = map[taxonomy.Match]int{}
		}
		for p, n := range cell.ByPredicate {
			by[r][k][p] += n
		}
		if h.Values[r][k] > most {
			most, strongest = h.Values[r][k], fmt.Sprintf(" The strongest cell is %s → %s with %s.", rows[r].Text, cols[k].Text, picture.Number(h.Values[r][k]))
		}
	}
	h.Desc = fmt.Sprintf("A table of %d groups of %s against %d groups of %s, %s mappings in all.%s", len(rows), h.RowsAre, len(cols), h.ColsAre, picture.Number(c.Mappings), strongest)
	h.Tip = func(r, k int) string { return predicateCounts(by[r][k]) }
	if link != nil {
		at := func(ids []string, i int) (string, bool) { return ids[i], ids[i] != rest }
		h.Href = func(r, k int) string {
			s, one := at(rowIDs, r)
			o, other := at(colIDs, k)
			if !one || !other {
				return ""
			}
			return link(s, o)
		}
		for i, id := range rowIDs {
			if id != rest {
				h.Rows[i].Href = link(id, "")
			}
		}
	}
	return h
}

// Flow is how mappings run between the top groups.
func (c *Coverage) Flow(link CoverageLink) *picture.Flow {
	f := &picture.Flow{About: picture.About{ID: "flow", Title: "Flows between major groups"}, LeftIs: c.Sides[0].SideName(), RightIs: c.Sides[1].SideName()}
	left, _, leftAt := shown(c.Sides[0].Majors, flowGroups)
	right, _, rightAt := shown(c.Sides[1].Majors, flowGroups)
	f.Left, f.Right = left, right
	type pair struct{ from, to int }
	at := map[pair]int{}
	var by []map[taxonomy.Match]int
	for _, cell := range c.Flows {
		p := pair{leftAt[cell.Subject], rightAt[cell.Object]}
		i, ok := at[p]
		if !ok {
			i = len(f.Links)
			at[p] = i
			f.Links = append(f.Links, picture.Link{From: p.from, To: p.to})
			by = append(by, map[taxonomy.Match]int{})
		}
		f.Links[i].Value += cell.Mappings
		for m, n := range cell.ByPredicate {
			by[i][m] += n
		}
	}
	for i := range f.Links {
		f.Links[i].Tip = predicateCounts(by[i])
	}
	slices.SortStableFunc(f.Links, func(a, b picture.Link) int { return b.Value - a.Value })
	f.Desc = fmt.Sprintf("%d groups of %s on the left, %d of %s on the right, joined by %d flows.", len(left), f.LeftIs, len(right), f.RightIs, len(f.Links))
	if len(f.Links) > 0 {
		l := f.Links[0]
		f.Desc += fmt.Sprintf(" The strongest runs from %s to %s with %s mappings.", left[l.From].Text, right[l.To].Text, picture.Number(l.Value))
	}
	return f
}

// Bars is the coverage of every group of a side.
func (c *Coverage) Bars(side int, link CoverageLink) *picture.Bars {
	s := &c.Sides[side]
	b := &picture.Bars{About: picture.About{ID: [2]string{"subjects", "objects"}[side], Title: "Coverage of " + s.SideName()}, Open: !s.Loaded}
	for i := range s.Groups {
		g := &s.Groups[i]
		if g.Concepts == 0 {
			continue
		}
		bar := picture.Bar{Label: groupLabel(g), Parts: g.parts()}
		if link != nil && side == 0 && g.Mapped > 0 {
			bar.Href = link(g.ID, "")
		}
		b.List = append(b.List, bar)
	}
	if len(b.List) > barGroups { // the largest, in the order of the groups
		sizes := make([]int, len(b.List))
		for i, bar := range b.List {
			sizes[i] = bar.All()
		}
		slices.SortFunc(sizes, func(a, b int) int { return b - a })
		least, more := sizes[barGroups-2], picture.Bar{}
		var list []picture.Bar
		smaller := 0
		for _, bar := range b.List {
			if bar.All() >= least && len(list) < barGroups-1 {
				list = append(list, bar)
				continue
			}
			smaller++
			for i, n := range bar.Parts {
				more.Parts[i] += n
			}
		}
		more.Text = fmt.Sprintf("%d smaller groups", smaller)
		b.List = append(list, more)
	}
	if b.Open {
		b.Desc = fmt.Sprintf("%s concepts are mapped, in %d groups. How many there are is not known, because the framework is not loaded.", picture.Number(s.Mapped), len(b.List))
		return b
	}
	b.Desc = fmt.Sprintf("%s of %s concepts are mapped (%s), in %d groups.", picture.Number(s.Mapped), picture.Number(s.Concepts), picture.Percent(s.Mapped, s.Concepts), len(b.List))
	return b
}

// parts are the concepts of a group as picture.Parts.
func (g *Group) parts() (parts [8]int) {
	for p, n := range g.ByPredicate {
		i := slices.Index(taxonomy.Matches, p)
		if i < 0 {
			i = picture.Mapped - 1
		}
		parts[i] += n
	}
	parts[picture.Mapped], parts[picture.Mapped+1] = g.NoTerm, g.Unmapped()
	return parts
}

// SVG is all pictures of the coverage in one file.
func (c *Coverage) SVG() []byte {
	return picture.Stack(picture.About{ID: "coverage", Title: "Coverage of " + cmp.Or(c.Title, string(c.Set)), Desc: "Coverage bars of both sides, a heat map of groups against groups, and flows between major groups."},
		c.Bars(0, nil).SVG(), c.Bars(1, nil).SVG(), c.HeatMap(nil).SVG(), c.Flow(nil).SVG()).Bytes()
}
