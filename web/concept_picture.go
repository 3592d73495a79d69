package web

import (
	"html/template"

	"concord/alignment/crosswalk/picture"
	"concord/taxonomy"
	"concord/taxonomy/view"
)

// What the picture of a concept's neighbours shows at most.
const (
	mostAbove  = 3
	mostBeside = 6
	mostBelow  = 5
)

// picture draws what is right around the concept: broader concepts above,
// narrower ones below, what is linked to it at the left, its counterparts in
// other frameworks at the right. It is empty where there is nothing.
func (c *conceptView) picture(v *viewer) template.HTML {
	var counts [4]int
	arm := func(side, most int, title string, groups ...relatedGroup) picture.Arm {
		a := picture.Arm{Title: title}
		for _, g := range groups {
			counts[side] += len(g.Items) + g.More
		}
		for i := range most { // in turn of each group, the first of each first
			for _, g := range groups {
				if i < len(g.Items) && len(a.Nodes) < most {
					a.Nodes = append(a.Nodes, c.node(&g.Items[i]))
				}
			}
		}
		if left := counts[side] - len(a.Nodes); left > 0 {
			a.More = v.words.text("around.more", v.number(left))
		}
		return a
	}
	const up, down = "relation." + string(taxonomy.Broader) + ".0", "relation." + string(taxonomy.Broader) + ".1"
	var above, below, beside []relatedGroup
	for _, g := range c.Groups {
		switch g.Key {
		case up:
			above = append(above, g)
		case down:
			below = append(below, g)
		default:
			beside = append(beside, g)
		}
	}
	linked := v.words.text("around.linked")
	if len(beside) == 1 {
		linked = v.words.text(beside[0].Key)
	}
	star := picture.Star{Centre: c.Label,
		Above: arm(0, mostAbove, v.words.text(up), above...), Below: arm(1, mostBelow, v.words.text(down), below...), Left: arm(2, mostBeside, linked, beside...)}
	star.Right.Title = v.words.text("around.elsewhere")
	seen := map[taxonomy.URI]bool{}
	for _, m := range c.Known {
		if m.Status == taxonomy.Rejected || m.Other == taxonomy.NoTerm || seen[m.Other] {
			continue
		}
		seen[m.Other] = true
		if counts[3]++; len(star.Right.Nodes) < mostBeside {
			star.Right.Nodes = append(star.Right.Nodes, picture.Label{Text: m.OtherName, Tip: v.match(m.Says) + ": " + m.OtherName, Href: conceptPath(m.Other, "", "")})
		}
	}
	if left := counts[3] - len(star.Right.Nodes); left > 0 {
		star.Right.More = v.words.text("around.more", v.number(left))
	}
	if counts == [4]int{} {
		return ""
	}
	star.About = picture.About{ID: "around", Title: v.words.text("around.title", c.Label),
		Desc: v.words.text("around.desc", c.Label, v.number(counts[0]), v.number(counts[1]), v.number(counts[2]), v.number(counts[3]))}
	return star.SVG().HTML()
}

func (c *conceptView) node(rel *view.Relation) picture.Label {
	return picture.Label{Text: rel.Concept.Label, Href: conceptPath(rel.Concept.URI, c.Scheme, c.Release)}
}
