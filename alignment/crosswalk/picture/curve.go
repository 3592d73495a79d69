package picture

import (
	"fmt"
	"html/template"
	"strings"
)

// A Curve draws shares against a share, as lines.
type Curve struct {
	About
	X      string // what the horizontal axis is
	Series []Series
}

// A Series is one line. Points are (x, y), both from 0 to 1, by x.
type Series struct {
	Name   string
	Points [][2]float64
}

// Sizes of a curve, in pixels.
const (
	curveLeft, curveTop     = 56, 14
	curveWide, curveHigh    = 480, 240
	curveBelow, curveLegend = 44, 22
)

// SVG draws the curve.
func (c *Curve) SVG() *SVG {
	p := &SVG{about: c.About, Width: curveLeft + curveWide + 24, Height: curveTop + curveHigh + curveBelow + len(c.Series)*curveLegend}
	x := func(v float64) float64 { return curveLeft + v*curveWide }
	y := func(v float64) float64 { return curveTop + (1-v)*curveHigh }
	var b strings.Builder
	for k := range 6 {
		v := float64(k) / 5
		fmt.Fprintf(&b, `<path class="l" d="M%.1f %.1fH%.1f"/><path class="l" d="M%.1f %.1fV%.1f"/>`, x(0), y(v), x(1), x(v), y(0), y(1))
		words := fmt.Sprintf("%d %%", 20*k)
		b.WriteString(text(curveLeft-8, int(y(v))+4, curveLeft-10, 12, "s", "end", words, ""))
		b.WriteString(text(int(x(v)), curveTop+curveHigh+16, 60, 12, "s", "middle", words, ""))
	}
	b.WriteString(text(curveLeft+curveWide/2, curveTop+curveHigh+34, curveWide, 12, "s", "middle", c.X, ""))
	for i, s := range c.Series {
		class := fmt.Sprintf("c%d", i%len(light.nodes))
		var path strings.Builder
		for k, at := range s.Points {
			move := "L"
			if k == 0 {
				move = "M"
			}
			fmt.Fprintf(&path, "%s%.1f %.1f", move, x(at[0]), y(at[1]))
		}
		dash := ""
		if i%2 == 1 { // told apart without colours too
			dash = ` stroke-dasharray="7 4"`
		}
		fmt.Fprintf(&b, `<g><title>%s</title><path class="%s" d="%s"%s/></g>`, esc(s.Name), class, path.String(), dash)
		at := curveTop + curveHigh + curveBelow + i*curveLegend
		fmt.Fprintf(&b, `<path class="%s" d="M%d %dh30"%s/>`, class, curveLeft, at+8, dash)
		b.WriteString(text(curveLeft+38, at+12, curveWide-40, 12, "t", "start", s.Name, ""))
	}
	p.body = b.String()
	return p
}

// Table is the curve as a table of HTML: a row for each x of the first series.
func (c *Curve) Table() (template.HTML, error) { return table(curveTable, c) }

var curveTable = template.Must(template.New("curve").Funcs(template.FuncMap{
	"pct": func(v float64) string { return fmt.Sprintf("%.0f %%", 100*v) },
	"at": func(s Series, i int) string {
		if i < len(s.Points) {
			return fmt.Sprintf("%.0f %%", 100*s.Points[i][1])
		}
		return "–"
	},
}).Parse(`<table><caption>{{.Title}}</caption><thead><tr><th scope="col">{{.X}}</th>{{range .Series}}<th scope="col" class="num">{{.Name}}</th>{{end}}</tr></thead><tbody>
{{$c := .}}{{range $i, $p := (index .Series 0).Points}}<tr><th scope="row" class="num">{{pct (index $p 0)}}</th>{{range $c.Series}}<td class="num">{{at . $i}}</td>{{end}}</tr>
{{end}}</tbody></table>`))
