package web

import (
	"context"
	"math"
	"net/http"
	"strings"

	"concord/alignment"
	"concord/alignment/crosswalk"
	"concord/alignment/crosswalk/picture"
	"concord/docs"
)

// A qualityView is what templates/quality.html shows: the reports that come
// with the program, as they were written by the commands they name.
type qualityView struct {
	Reports    []report            `json:"reports"`
	Held       []alignment.Held    `json:"held"`       // of the ranker that this server uses, ascending
	Thresholds []threshold         `json:"thresholds"` // of the same
	Pictures   []*crosswalk.Figure `json:"-"`          // of both
}

// A threshold is what would be shown if only what is at least so likely were.
type threshold struct {
	From      float64 `json:"from"`
	Shown     int     `json:"shown"`
	Precision float64 `json:"precision"` // share of what is shown that is right
	Kept      float64 `json:"kept"`      // share of the right ones that are shown still
}

// A report is a Markdown file in the parts a page needs.
type report struct {
	Title string  `json:"title"`
	Parts []block `json:"parts"`
}

// A block is a heading, a paragraph, a table, a list or code.
type block struct {
	Kind  string     `json:"kind"` // "h2", "h3", "p", "table", "list", "code"
	Text  string     `json:"text,omitempty"`
	Rows  [][]string `json:"rows,omitempty"` // of a table: the first is its head
	Items []string   `json:"items,omitempty"`
}

func (s *Server) qualityPages() {
	reports := []report{readReport(docs.Quality), readReport(docs.Performance)}
	s.register(page{path: "/quality", name: "quality", nav: "quality", title: "quality.title", build: func(_ context.Context, _ *http.Request, v *viewer) (any, error) {
		out := qualityView{Reports: reports, Held: []alignment.Held{}, Thresholds: []threshold{}}
		opened, done, err := s.live.use()
		if err != nil {
			return out, nil // the reports can be read while nothing is loaded
		}
		defer done()
		out.Held = append(out.Held, opened.Engine.Reliability()...)
		out.Thresholds = append(out.Thresholds, thresholdsOf(out.Held)...)
		if len(out.Held) > 0 {
			out.Pictures, err = figures(reliabilityPicture(v, out.Held), thresholdPicture(v, out.Thresholds))
		}
		return out, err
	}})
}

// thresholdsOf adds up what is held from each probability on.
func thresholdsOf(held []alignment.Held) []threshold {
	out := make([]threshold, len(held))
	shown, right := 0, 0
	for i := len(held) - 1; i >= 0; i-- {
		shown, right = shown+held[i].Shown, right+held[i].Right
		out[i] = threshold{From: held[i].Mean, Shown: shown, Kept: float64(right)}
		if shown > 0 {
			out[i].Precision = float64(right) / float64(shown)
		}
	}
	for i := range out {
		out[i].Kept /= float64(max(right, 1))
	}
	return out
}

// figures makes figures of curves, each with its table.
func figures(curves ...*picture.Curve) ([]*crosswalk.Figure, error) {
	var out []*crosswalk.Figure
	for _, c := range curves {
		table, err := c.Table()
		if err != nil {
			return nil, err
		}
		out = append(out, &crosswalk.Figure{Title: c.Title, SVG: c.SVG().HTML(), Table: table})
	}
	return out, nil
}

// reliabilityPicture draws how often what is shown with a probability is right.
func reliabilityPicture(v *viewer, held []alignment.Held) *picture.Curve {
	c := &picture.Curve{X: v.words.text("quality.shown"), Series: []picture.Series{{Name: v.words.text("quality.cametrue")}, {Name: v.words.text("quality.ideal")}}}
	worst, all := 0.0, 0
	for _, h := range held {
		share := float64(h.Right) / float64(max(h.Shown, 1))
		c.Series[0].Points = append(c.Series[0].Points, [2]float64{h.Mean, share})
		c.Series[1].Points = append(c.Series[1].Points, [2]float64{h.Mean, h.Mean})
		worst, all = max(worst, math.Abs(share-h.Mean)), all+h.Shown
	}
	c.About = picture.About{ID: "reliability", Title: v.words.text("quality.reliability"), Desc: v.words.text("quality.reliabilitydesc", v.number(all), percent(worst))}
	return c
}

// thresholdPicture draws precision and what is kept against the threshold.
func thresholdPicture(v *viewer, list []threshold) *picture.Curve {
	c := &picture.Curve{X: v.words.text("quality.threshold"), Series: []picture.Series{{Name: v.words.text("quality.precision")}, {Name: v.words.text("quality.kept")}}}
	for _, t := range list {
		c.Series[0].Points = append(c.Series[0].Points, [2]float64{t.From, t.Precision})
		c.Series[1].Points = append(c.Series[1].Points, [2]float64{t.From, t.Kept})
	}
	first, last := list[0], list[len(list)-1]
	c.About = picture.About{ID: "threshold", Title: v.words.text("quality.thresholds"),
		Desc: v.words.text("quality.thresholddesc", percent(first.Precision), percent(first.From), percent(last.Precision), percent(last.Kept), percent(last.From))}
	return c
}

// readReport reads the little of Markdown that the reports are written in.
func readReport(text string) report {
	var r report
	var para []string
	flush := func() {
		if len(para) > 0 {
			r.Parts = append(r.Parts, block{Kind: "p", Text: plainMarkdown(strings.Join(para, " "))})
			para = nil
		}
	}
	last := func(kind string) *block {
		if n := len(r.Parts); n > 0 && r.Parts[n-1].Kind == kind && len(para) == 0 {
			return &r.Parts[n-1]
		}
		flush()
		r.Parts = append(r.Parts, block{Kind: kind})
		return &r.Parts[len(r.Parts)-1]
	}
	code := false
	for _, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(trimmed, "```"):
			if code = !code; code {
				flush()
				r.Parts = append(r.Parts, block{Kind: "code"})
			}
		case code:
			b := &r.Parts[len(r.Parts)-1]
			b.Text += line + "\n"
		case trimmed == "", strings.HasPrefix(trimmed, "<!--"), strings.HasPrefix(trimmed, "!["):
			flush()
			if n := len(r.Parts); n > 0 && trimmed == "" && (r.Parts[n-1].Kind == "table" || r.Parts[n-1].Kind == "list") {
				r.Parts = append(r.Parts, block{Kind: "end"})
			}
		case strings.HasPrefix(trimmed, "# "):
			r.Title = plainMarkdown(trimmed[2:])
		case strings.HasPrefix(trimmed, "## "):
			flush()
			r.Parts = append(r.Parts, block{Kind: "h2", Text: plainMarkdown(trimmed[3:])})
		case strings.HasPrefix(trimmed, "### "):
			flush()
			r.Parts = append(r.Parts, block{Kind: "h3", Text: plainMarkdown(trimmed[4:])})
		case strings.HasPrefix(trimmed, "|"):
			if strings.Trim(trimmed, "|-: ") == "" {
				continue
			}
			b := last("table")
			var cells []string
			for _, c := range strings.Split(strings.Trim(trimmed, "|"), "|") {
				cells = append(cells, plainMarkdown(strings.TrimSpace(c)))
			}
			b.Rows = append(b.Rows, cells)
		case strings.HasPrefix(trimmed, "- "):
			b := last("list")
			b.Items = append(b.Items, plainMarkdown(trimmed[2:]))
		default:
			if n := len(r.Parts); n > 0 && r.Parts[n-1].Kind == "list" && strings.HasPrefix(line, "  ") && len(para) == 0 {
				items := r.Parts[n-1].Items
				items[len(items)-1] += " " + plainMarkdown(trimmed)
				continue
			}
			para = append(para, trimmed)
		}
	}
	flush()
	return r
}

// plainMarkdown takes emphasis, code signs and the targets of links out.
func plainMarkdown(s string) string {
	for {
		open := strings.Index(s, "](")
		if open < 0 {
			break
		}
		start, end := strings.LastIndex(s[:open], "["), strings.Index(s[open:], ")")
		if start < 0 || end < 0 {
			break
		}
		s = s[:start] + s[start+1:open] + s[open+end+1:]
	}
	return strings.NewReplacer("**", "", "`", "").Replace(s)
}
