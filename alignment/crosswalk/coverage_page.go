package crosswalk

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"concord/alignment/crosswalk/picture"
)

//go:embed coverage.html
var coveragePage string

// Style is the style sheet of pages about crosswalks: light and dark, screen,
// phone and paper.
//
//go:embed style.css
var Style string

// A Figure is a picture and its table twin, for a page.
type Figure struct {
	Title, Desc string
	SVG, Table  template.HTML
}

// Figures are the pictures of a coverage, in the order of a page.
func (c *Coverage) Figures(link CoverageLink) ([]Figure, error) {
	bars := [2]*picture.Bars{c.Bars(0, link), c.Bars(1, link)}
	heat, flow := c.HeatMap(link), c.Flow(nil)
	var out []Figure
	for _, p := range []struct {
		about picture.About
		svg   *picture.SVG
		table func() (template.HTML, error)
	}{
		{bars[0].About, bars[0].SVG(), bars[0].Table}, {bars[1].About, bars[1].SVG(), bars[1].Table},
		{heat.About, heat.SVG(), heat.Table}, {flow.About, flow.SVG(), flow.Table},
	} {
		table, err := p.table()
		if err != nil {
			return nil, err
		}
		out = append(out, Figure{p.about.Title, p.about.Desc, p.svg.HTML(), table})
	}
	return out, nil
}

var pageTemplate = template.Must(template.New("coverage").Funcs(template.FuncMap{
	"number": picture.Number, "percent": picture.Percent, "predicate": PredicateName, "predicates": Predicates,
	"weight": func(w float64) string { return fmt.Sprintf("%.4g", w) },
	"style":  func() template.CSS { return template.CSS(Style) },
	"first": func(n int, list []Unmapped) []Unmapped {
		return list[:min(n, len(list))]
	},
}).Parse(coveragePage))

// WriteHTML writes the coverage as one self-contained page.
func (c *Coverage) WriteHTML(w io.Writer) error {
	figures, err := c.Figures(nil)
	if err != nil {
		return err
	}
	if err := pageTemplate.Execute(w, struct {
		*Coverage
		Figures []Figure
	}{c, figures}); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}
