package picture

import (
	"fmt"
	"html/template"
	"strings"
)

// Parts are what a coverage bar is made of, in order: the closest predicate of
// the concepts that are mapped, those that a person looked for and found none,
// and the rest. Their colours are in the themes.
var Parts = []string{"exact", "close", "narrower", "broader", "related", "another predicate", "looked for, none found", "not mapped"}

// Mapped is how many of Parts, from the first, are mapped.
const Mapped = 6

// A Bar is the coverage of one group.
type Bar struct {
	Label
	Parts [8]int // as Parts
}

// All is the number of concepts of the group.
func (b Bar) All() (n int) {
	for _, v := range b.Parts {
		n += v
	}
	return n
}

// Mapped is the number of concepts of the group that are mapped.
func (b Bar) Mapped() (n int) {
	for _, v := range b.Parts[:Mapped] {
		n += v
	}
	return n
}

// Bars are the coverage of groups, one under the other.
type Bars struct {
	About
	List []Bar
	Open bool // how many concepts there are is not known: the bars are of those that were looked at
}

const (
	barLabel  = 260
	barWidth  = 420
	barRow    = 26
	barFigure = 170
)

// used are the parts that any bar has. Colours without a bar need no legend.
func (b *Bars) used() []int {
	var out []int
	for i := range Parts {
		for _, bar := range b.List {
			if bar.Parts[i] > 0 {
				out = append(out, i)
				break
			}
		}
	}
	return out
}

// SVG draws the bars.
func (b *Bars) SVG() *SVG {
	p := &SVG{about: b.About, Width: barLabel + barWidth + barFigure}
	var s strings.Builder
	x, y := 8, 6
	for _, i := range b.used() {
		w := 22 + Width(Parts[i], 11) + 12
		if x+w > p.Width {
			x, y = 8, y+20
		}
		fmt.Fprintf(&s, `<rect class="p%d" x="%d" y="%d" width="14" height="12"/>`, i, x, y)
		s.WriteString(text(x+20, y+10, w, 11, "s", "start", Parts[i], ""))
		x += w
	}
	y += 26
	for _, bar := range b.List {
		all := bar.All()
		inner := text(8, y+16, barLabel-20, 12, "t", "start", bar.Text, bar.tip())
		s.WriteString(p.link(bar.Href, inner))
		left := 0
		for i, v := range bar.Parts {
			if v == 0 {
				continue
			}
			left += v
			from, to := (left-v)*barWidth/all, left*barWidth/all
			fmt.Fprintf(&s, `<g><title>%s</title><rect class="e p%d" x="%d" y="%d" width="%d" height="16"/></g>`,
				esc(fmt.Sprintf("%s, %s: %s of %s", bar.tip(), Parts[i], Number(v), Number(all))), i, barLabel+from, y+4, max(1, to-from))
		}
		figure := fmt.Sprintf("%s · %s of %s", Percent(bar.Mapped(), all), Number(bar.Mapped()), Number(all))
		if b.Open {
			figure = Number(bar.Mapped()) + " mapped"
		}
		s.WriteString(text(barLabel+barWidth+10, y+16, barFigure-14, 12, "t", "start", figure, ""))
		y += barRow
	}
	p.Height = y + 8
	p.body = s.String()
	return p
}

// Table is the bars as a table of HTML.
func (b *Bars) Table() (template.HTML, error) { return table(barTable, b) }

var barTable = template.Must(template.New("bars").Funcs(tableFuncs).Parse(`<table class="figures">
<caption>{{.Title}}</caption>
{{$bars := .}}{{$parts := visible .}}<thead><tr><th scope="col">group</th><th scope="col">concepts</th><th scope="col">mapped</th>{{range $parts}}<th scope="col">{{part .}}</th>{{end}}</tr></thead>
<tbody>
{{range $b := .List}}<tr><th scope="row">{{template "label" .Label}}</th><td>{{number .All}}</td><td>{{if $bars.Open}}{{number .Mapped}}{{else}}{{percent .Mapped .All}}{{end}}</td>{{range $parts}}<td>{{number (index $b.Parts .)}}</td>{{end}}</tr>
{{end}}</tbody>
</table>` + labelTemplate))
