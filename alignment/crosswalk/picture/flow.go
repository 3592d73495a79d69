package picture

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"
)

// A Flow is a diagram of how much runs from groups on the left to groups on
// the right (a Sankey diagram of two columns).
type Flow struct {
	About
	LeftIs, RightIs string
	Left, Right     []Label
	Links           []Link
}

// A Link runs from a node on the left to one on the right.
type Link struct {
	From, To int // in Left, in Right
	Value    int
	Tip      string
	Href     string
}

const (
	flowLabel  = 230
	flowNode   = 12
	flowWidth  = 900
	flowHeight = 440 // of everything that flows
	flowSlot   = 20  // the least place for a node with its words
	flowGap    = 6
)

// A node is where one group is drawn.
type node struct{ y, height, total, filled int }

// SVG draws the diagram. The right side is put in the order that crosses least.
func (f *Flow) SVG() *SVG {
	left, right, all := make([]node, len(f.Left)), make([]node, len(f.Right)), 0
	for _, l := range f.Links {
		left[l.From].total += l.Value
		right[l.To].total += l.Value
		all += l.Value
	}
	place := func(nodes []node, order []int) int {
		y := 30
		for _, i := range order {
			n := &nodes[i]
			n.height = max(2, n.total*flowHeight/max(1, all))
			slot := max(flowSlot, n.height)
			n.y = y + (slot-n.height)/2
			y += slot + flowGap
		}
		return y
	}
	order := make([]int, len(f.Left))
	for i := range order {
		order[i] = i
	}
	bottom := place(left, order)
	across := f.crossing(left, right)
	bottom = max(bottom, place(right, across))
	p := &SVG{about: f.About, Width: flowWidth, Height: bottom + 4}
	var b strings.Builder
	b.WriteString(text(flowLabel+flowNode, 16, flowWidth/2-flowLabel-flowNode-10, 12, "s", "start", f.LeftIs, ""))
	b.WriteString(text(flowWidth-flowLabel-flowNode, 16, flowWidth/2-flowLabel-flowNode-10, 12, "s", "end", f.RightIs, ""))
	links := slices.Clone(f.Links)
	at := make([]int, len(f.Right))
	for i, r := range across {
		at[r] = i
	}
	slices.SortStableFunc(links, func(a, b Link) int { return cmp.Or(a.From-b.From, at[a.To]-at[b.To]) })
	for _, l := range links {
		from, to := &left[l.From], &right[l.To]
		y1, y2 := span(from, l.Value), span(to, l.Value)
		x1, x2 := flowLabel+flowNode, flowWidth-flowLabel-flowNode
		mid := (x1 + x2) / 2
		tip := fmt.Sprintf("%s → %s: %s", f.Left[l.From].tip(), f.Right[l.To].tip(), Number(l.Value))
		if l.Tip != "" {
			tip += " (" + l.Tip + ")"
		}
		b.WriteString(p.link(l.Href, fmt.Sprintf(`<g><title>%s</title><path class="k n%d" d="M%d %.1fC%d %.1f %d %.1f %d %.1fL%d %.1fC%d %.1f %d %.1f %d %.1fZ"/></g>`,
			esc(tip), l.From%len(light.nodes), x1, y1[0], mid, y1[0], mid, y2[0], x2, y2[0], x2, y2[1], mid, y2[1], mid, y1[1], x1, y1[1])))
	}
	for i, n := range left {
		fmt.Fprintf(&b, `<rect class="n%d" x="%d" y="%d" width="%d" height="%d"/>`, i%len(light.nodes), flowLabel, n.y, flowNode, n.height)
		b.WriteString(p.link(f.Left[i].Href, text(flowLabel-8, n.y+n.height/2+4, flowLabel-12, 12, "t", "end", nodeWords(f.Left[i].Text, n.total, flowLabel-12), f.Left[i].tip()+": "+Number(n.total))))
	}
	for i, n := range right {
		fmt.Fprintf(&b, `<rect class="p5" x="%d" y="%d" width="%d" height="%d"/>`, flowWidth-flowLabel-flowNode, n.y, flowNode, n.height)
		b.WriteString(p.link(f.Right[i].Href, text(flowWidth-flowLabel+8, n.y+n.height/2+4, flowLabel-12, 12, "t", "start", nodeWords(f.Right[i].Text, n.total, flowLabel-12), f.Right[i].tip()+": "+Number(n.total))))
	}
	p.body = b.String()
	return p
}

// nodeWords are the name of a node and its figure; the name is what gives way.
func nodeWords(name string, total, px int) string {
	figure := " · " + Number(total)
	return Clip(name, px-Width(figure, 12), 12) + figure
}

// span is the part of a node's height that a link takes: the next that is free.
func span(n *node, value int) [2]float64 {
	scale := float64(n.height) / float64(max(1, n.total))
	from := float64(n.y) + float64(n.filled)*scale
	n.filled += value
	return [2]float64{from, from + max(.6, float64(value)*scale)}
}

// crossing orders the right side by where its links come from on average.
func (f *Flow) crossing(left, right []node) []int {
	weight := make([]float64, len(right))
	for _, l := range f.Links {
		n := left[l.From]
		weight[l.To] += float64(l.Value) * (float64(n.y) + float64(n.height)/2)
	}
	order := make([]int, len(right))
	for i := range order {
		order[i] = i
		weight[i] /= float64(max(1, right[i].total))
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(weight[a], weight[b]) })
	return order
}

// Table is the diagram as a table of HTML.
func (f *Flow) Table() (template.HTML, error) { return table(flowTable, f) }

var flowTable = template.Must(template.New("flow").Funcs(tableFuncs).Parse(`<table class="figures words">
<caption>{{.Title}}</caption>
<thead><tr><th scope="col">{{.LeftIs}}</th><th scope="col">{{.RightIs}}</th><th scope="col">mappings</th></tr></thead>
<tbody>
{{$f := .}}{{range .Links}}<tr><th scope="row">{{template "label" node $f.Left .From}}</th><td>{{template "label" node $f.Right .To}}</td><td>{{if .Href}}<a href="{{.Href}}">{{number .Value}}</a>{{else}}{{number .Value}}{{end}}</td></tr>
{{end}}</tbody>
</table>` + labelTemplate))
