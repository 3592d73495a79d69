// Package picture draws the pictures of crosswalks as SVG, without a browser:
// a heat map of groups against groups, a flow diagram between groups, and
// coverage bars. It takes plain numbers and words and knows nothing of mapping
// sets. Every picture has a title and a description, follows the reader's
// choice of light or dark, holds no script and loads nothing; a table twin of
// it is beside it ([HeatMap.Table] and so on). The same input gives the same bytes.
//
// Text never runs out of its place: its width is estimated on the wide side,
// it is shortened to fit, and the whole of it is in a tooltip.
package picture

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strings"
	"unicode/utf8"
)

// A Label names a row, a column or a node.
type Label struct {
	Text string
	Tip  string // the whole of it, where Text is not; may be empty
	Href string // may be empty
}

func (l Label) tip() string {
	if l.Tip != "" {
		return l.Tip
	}
	return l.Text
}

// About is what a picture says of itself.
type About struct {
	ID    string // prefix of the ids in it: unique on its page, letters and hyphens
	Title string
	Desc  string // what there is to see, for those who do not see it
}

// An SVG is a finished picture.
type SVG struct {
	Width, Height int
	about         About
	links         bool
	body          string
}

// Bytes is the picture as a file of its own.
func (p *SVG) Bytes() []byte {
	return []byte(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + p.element(true, "") + "\n")
}

// HTML is the picture for a page. It is as wide as it was drawn: put it into
// something that scrolls sideways.
func (p *SVG) HTML() template.HTML { return template.HTML(p.element(false, "")) }

func (p *SVG) element(alone bool, place string) string {
	role := "img"
	if p.links {
		role = "group" // an image hides the links in it from those who listen
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" class="cx" role="%s" aria-labelledby="%s-t %s-d" width="%d" height="%d" viewBox="0 0 %d %d"%s>`,
		role, esc(p.about.ID), esc(p.about.ID), p.Width, p.Height, p.Width, p.Height, place)
	fmt.Fprintf(&b, `<title id="%s-t">%s</title><desc id="%s-d">%s</desc>`, esc(p.about.ID), esc(p.about.Title), esc(p.about.ID), esc(p.about.Desc))
	b.WriteString("<style>" + Style + "</style>")
	if alone {
		fmt.Fprintf(&b, `<rect class="bg" width="%d" height="%d"/>`, p.Width, p.Height)
	}
	b.WriteString(p.body + "</svg>")
	return b.String()
}

// Stack puts pictures under one another in one file, each under its title.
func Stack(about About, pictures ...*SVG) *SVG {
	const head, gap = 40, 28
	out := &SVG{about: about, Height: gap}
	var b strings.Builder
	for _, p := range pictures {
		out.Width = max(out.Width, p.Width)
	}
	for _, p := range pictures {
		b.WriteString(text(16, out.Height+6, out.Width-32, 16, "h", "start", p.about.Title, ""))
		out.Height += head - 16
		b.WriteString(p.element(false, fmt.Sprintf(` y="%d"`, out.Height)))
		out.Height += p.Height + gap
	}
	out.body = b.String()
	return out
}

// esc makes s safe in text and attributes of XML, without what XML does not hold.
func esc(s string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			return ' '
		case r < 0x20, r >= 0x7f && r < 0xa0, r == 0xfffe, r == 0xffff, r == utf8.RuneError:
			return -1
		}
		return r
	}, s))
}

// Width estimates how wide s is in a sans-serif face of the size, in pixels:
// on the wide side, because nobody knows which face a reader has.
func Width(s string, size int) int {
	w := 0.0
	for _, r := range s {
		switch {
		case strings.ContainsRune("ijltfrI.,:;'|!()[]/-· ", r):
			w += .38
		case strings.ContainsRune("mwMW@%—…", r):
			w += 1
		case r >= 'A' && r <= 'Z':
			w += .74
		case r < 0x80:
			w += .6
		case r >= 0x1100:
			w += 1.05
		default:
			w += .72
		}
	}
	return int(math.Ceil(w * float64(size)))
}

// Clip shortens s to at most px pixels.
func Clip(s string, px, size int) string {
	s = strings.Join(strings.Fields(s), " ")
	if Width(s, size) <= px {
		return s
	}
	r := []rune(s)
	for len(r) > 0 && Width(string(r)+"…", size) > px {
		r = r[:len(r)-1]
	}
	return strings.TrimRight(string(r), " ") + "…"
}

// text is a line of text that starts, ends or is centred at x and fits in px.
func text(x, y, px, size int, class, anchor, s, tip string) string {
	short := Clip(s, px, size)
	if tip == "" && short != s {
		tip = s
	}
	title := ""
	if tip != "" {
		title = "<title>" + esc(tip) + "</title>"
	}
	return fmt.Sprintf(`<text class="%s" x="%d" y="%d" font-size="%d" text-anchor="%s">%s%s</text>`, class, x, y, size, anchor, title, esc(short))
}

// link wraps what is drawn in a link, if there is one.
func (p *SVG) link(href, inner string) string {
	if href == "" {
		return inner
	}
	p.links = true
	return `<a href="` + esc(href) + `">` + inner + `</a>`
}

// Number writes n with commas between the thousands.
func Number(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Percent is part of whole as people say it: "under 1 %" rather than 0.
func Percent(part, whole int) string {
	switch {
	case whole == 0:
		return "–"
	case part > 0 && part*100 < whole:
		return "< 1 %"
	case part < whole && part*200 >= whole*199:
		return "> 99 %"
	}
	return fmt.Sprintf("%.0f %%", 100*float64(part)/float64(whole))
}
