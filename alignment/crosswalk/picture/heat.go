package picture

import (
	"fmt"
	"html/template"
	"strings"
)

// A HeatMap is a table of counts, rows against columns.
type HeatMap struct {
	About
	RowsAre, ColsAre string // what rows and columns are: "ESCO", "O*NET"
	Rows, Cols       []Label
	Values           [][]int                   // by row and column
	Href             func(row, col int) string // of a cell that is not 0; may be nil
	Tip              func(row, col int) string // what a cell says on top of its value; may be nil
}

// Sizes of a heat map, in pixels.
const (
	heatLabel   = 240 // of the words of a row
	heatRow     = 26
	heatHead    = 150 // of the words of a column, which stand upright
	heatTotals  = 56
	heatMinCell = 38
	heatMaxCell = 84
	heatWidth   = 880 // aimed at
)

// SVG draws the map.
func (h *HeatMap) SVG() *SVG {
	cell := max(heatMinCell, min(heatMaxCell, (heatWidth-heatLabel-heatTotals)/max(1, len(h.Cols))))
	most := 0
	sums, cols, all := make([]int, len(h.Rows)), make([]int, len(h.Cols)), 0
	for r := range h.Rows {
		for c := range h.Cols {
			v := h.Values[r][c]
			most = max(most, v)
			sums[r] += v
			cols[c] += v
			all += v
		}
	}
	top := heatHead + 28
	p := &SVG{about: h.About, Width: max(heatLabel+cell*len(h.Cols)+heatTotals+16, 480), Height: top + heatRow*(len(h.Rows)+1) + 52}
	var b strings.Builder
	b.WriteString(text(heatLabel+8, 14, p.Width-heatLabel-16, 12, "s", "start", h.ColsAre+" →", ""))
	b.WriteString(text(8, top-8, heatLabel-16, 12, "s", "start", h.RowsAre+" ↓", ""))
	for c, l := range h.Cols {
		x := heatLabel + c*cell + cell/2 + 4
		inner := fmt.Sprintf(`<g transform="translate(%d %d) rotate(-90)">%s</g>`, x, top-6, text(0, 0, heatHead, 12, "t", "start", l.Text, l.tip()))
		b.WriteString(p.link(l.Href, inner))
	}
	for r, l := range h.Rows {
		y := top + r*heatRow
		b.WriteString(p.link(l.Href, text(8, y+17, heatLabel-16, 12, "t", "start", l.Text, l.tip())))
		for c := range h.Cols {
			v, q := h.Values[r][c], step(h.Values[r][c], most)
			tip := fmt.Sprintf("%s → %s: %s", l.Text, h.Cols[c].Text, Number(v))
			href := ""
			if v > 0 && h.Tip != nil {
				if more := h.Tip(r, c); more != "" {
					tip += " (" + more + ")"
				}
			}
			if v > 0 && h.Href != nil {
				href = h.Href(r, c)
			}
			x := heatLabel + c*cell
			inner := fmt.Sprintf(`<g><title>%s</title><rect class="e q%d" x="%d" y="%d" width="%d" height="%d"/>`, esc(tip), q, x, y, cell, heatRow)
			if v > 0 {
				inner += text(x+cell/2, y+17, cell-2, 11, fmt.Sprintf("q%d", q), "middle", Number(v), "")
			}
			b.WriteString(p.link(href, inner+"</g>"))
		}
		b.WriteString(text(heatLabel+cell*len(h.Cols)+heatTotals-4, y+17, heatTotals-8, 11, "s", "end", Number(sums[r]), ""))
	}
	y := top + len(h.Rows)*heatRow
	b.WriteString(text(8, y+18, heatLabel-16, 12, "s", "start", "all", ""))
	for c, n := range cols {
		b.WriteString(text(heatLabel+c*cell+cell/2, y+18, cell-2, 11, "s", "middle", Number(n), ""))
	}
	b.WriteString(text(heatLabel+cell*len(h.Cols)+heatTotals-4, y+18, heatTotals-8, 11, "h", "end", Number(all), ""))
	b.WriteString(h.legend(y+heatRow+10, most))
	p.body = b.String()
	return p
}

func (h *HeatMap) legend(y, most int) string {
	var b strings.Builder
	n := len(light.ramp)
	b.WriteString(text(8, y+14, heatLabel-16, 11, "s", "start", "mappings, on a logarithmic scale", ""))
	for i := range n {
		fmt.Fprintf(&b, `<rect class="e q%d" x="%d" y="%d" width="22" height="16"/>`, i, heatLabel+i*22, y+2)
	}
	b.WriteString(text(heatLabel+n*22+8, y+14, 160, 11, "s", "start", "0 to "+Number(most), ""))
	return b.String()
}

// Table is the map as a table of HTML.
func (h *HeatMap) Table() (template.HTML, error) {
	return table(heatTable, h)
}

var heatTable = template.Must(template.New("heat").Funcs(tableFuncs).Parse(`<table class="figures">
<caption>{{.Title}}. Rows: {{.RowsAre}}; columns: {{.ColsAre}}.</caption>
<thead><tr><td></td>{{range .Cols}}<th scope="col">{{template "label" .}}</th>{{end}}</tr></thead>
<tbody>
{{$h := .}}{{range $r, $row := .Rows}}<tr><th scope="row">{{template "label" .}}</th>{{range $c, $v := index $h.Values $r}}<td>{{if $v}}{{with href $h $r $c}}<a href="{{.}}">{{number $v}}</a>{{else}}{{number $v}}{{end}}{{else}}0{{end}}</td>{{end}}</tr>
{{end}}</tbody>
</table>` + labelTemplate))

const labelTemplate = `{{define "label"}}{{if .Href}}<a href="{{.Href}}">{{.Text}}</a>{{else}}{{.Text}}{{end}}{{end}}`

var tableFuncs = template.FuncMap{
	"number":  Number,
	"percent": Percent,
	"href": func(h *HeatMap, r, c int) string {
		if h.Href == nil {
			return ""
		}
		return h.Href(r, c)
	},
	"part":    func(i int) string { return Parts[i] },
	"visible": func(b *Bars) []int { return b.used() },
	"node":    func(list []Label, i int) Label { return list[i] },
}

func table(t *template.Template, data any) (template.HTML, error) {
	var b strings.Builder
	if err := t.Execute(&b, data); err != nil {
		return "", fmt.Errorf("writing the table of a picture: %w", err)
	}
	return template.HTML(b.String()), nil
}
