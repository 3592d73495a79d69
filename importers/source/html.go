package source

import (
	"strings"

	"golang.org/x/net/html"
)

// PlainText returns s without HTML markup: tags gone, blocks and <br> as line
// breaks, entities decoded, white space around lines trimmed. Text without
// '<' and '&' is returned as it is, and a '<' that starts no tag stays.
func PlainText(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return s
	}
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	skip := "" // element whose text is not for reading
	for {
		switch z.Next() {
		case html.ErrorToken:
			return tidyLines(b.String())
		case html.TextToken:
			if skip == "" {
				b.Write(z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			t := z.Token()
			switch {
			case t.Data == skip && t.Type == html.EndTagToken:
				skip = ""
			case skip == "" && t.Type == html.StartTagToken && (t.Data == "script" || t.Data == "style"):
				skip = t.Data
			case IsBlock(t.Data):
				b.WriteByte('\n')
			}
		}
	}
}

// IsBlock reports whether an HTML element begins a line of its own.
func IsBlock(tag string) bool {
	switch tag {
	case "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "fieldset", "figcaption", "figure",
		"footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "option", "p",
		"pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul":
		return true
	}
	return false
}

// tidyLines trims every line and drops the blank ones.
func tidyLines(s string) string {
	lines := strings.Split(s, "\n")
	kept := lines[:0]
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" {
			kept = append(kept, l)
		}
	}
	return strings.Join(kept, "\n")
}
