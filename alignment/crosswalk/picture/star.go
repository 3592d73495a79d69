package picture

import (
	"fmt"
	"strings"
)

// A Star is one thing with what is right around it: what is above it, below it
// and at either side.
type Star struct {
	About
	Centre                    string
	Above, Left, Right, Below Arm
}

// An Arm is what is on one side.
type Arm struct {
	Title string // "occupations"
	Nodes []Label
	More  string // said of those that are left out, as "and 12 more"; may be empty
}

// Sizes of a star, in pixels.
const (
	starColumn = 214 // of the nodes at a side, and of the centre
	starGap    = 34
	starRow    = 30
	starBox    = 24
)

// SVG draws the star. Columns and rows are fixed, so nothing overlaps.
func (s *Star) SVG() *SVG {
	p := &SVG{about: s.About, Width: 3*starColumn + 2*starGap}
	var lines, nodes strings.Builder
	columns := [3]int{0, starColumn + starGap, 2 * (starColumn + starGap)}
	// column draws an arm and returns where it ends; join is told the middle of each node.
	column := func(arm Arm, x, y int, join func(x1, x2, y int)) int {
		if len(arm.Nodes) == 0 {
			return y
		}
		nodes.WriteString(text(x+starColumn/2, y+14, starColumn, 12, "s", "middle", arm.Title, ""))
		y += 20
		for _, n := range arm.Nodes {
			join(x, x+starColumn, y+starBox/2)
			box := fmt.Sprintf(`<rect class="q1" x="%d" y="%d" width="%d" height="%d" rx="6"/>`, x, y, starColumn, starBox)
			nodes.WriteString(p.link(n.Href, box+text(x+starColumn/2, y+16, starColumn-14, 12, "t", "middle", n.Text, n.Tip)))
			y += starRow
		}
		if arm.More != "" {
			nodes.WriteString(text(x+starColumn/2, y+14, starColumn, 12, "s", "middle", arm.More, ""))
			y += 20
		}
		return y
	}
	height := func(a Arm) int {
		h := len(a.Nodes) * starRow
		if len(a.Nodes) > 0 {
			h += 20
		}
		if a.More != "" {
			h += 20
		}
		return h
	}
	trunk := columns[1] + starColumn/2
	line := func(x1, y1, x2, y2 int) {
		fmt.Fprintf(&lines, `<path class="l" d="M%d %dL%d %d"/>`, x1, y1, x2, y2)
	}
	y := column(s.Above, columns[1], 0, func(_, _, _ int) {})
	middle := max(height(s.Left), height(s.Right), starBox+2*starRow)
	centre := y + middle/2
	if len(s.Above.Nodes) > 0 {
		foot := y - starRow + starBox
		if s.Above.More != "" {
			foot = y
		}
		line(trunk, foot, trunk, centre-starBox/2)
	}
	column(s.Left, columns[0], y+(middle-height(s.Left))/2, func(_, x2, at int) { line(x2, at, columns[1], centre) })
	column(s.Right, columns[2], y+(middle-height(s.Right))/2, func(x1, _, at int) { line(x1, at, columns[1]+starColumn, centre) })
	fmt.Fprintf(&nodes, `<rect class="q6" x="%d" y="%d" width="%d" height="%d" rx="6"/>`, columns[1], centre-starBox/2-3, starColumn, starBox+6)
	nodes.WriteString(text(trunk, centre+5, starColumn-14, 13, "q6 h", "middle", s.Centre, ""))
	y += middle
	if len(s.Below.Nodes) > 0 {
		line(trunk, centre+starBox/2+3, trunk, y+20)
	}
	y = column(s.Below, columns[1], y, func(_, _, _ int) {})
	p.Height = y + 4
	p.body = lines.String() + nodes.String()
	return p
}
