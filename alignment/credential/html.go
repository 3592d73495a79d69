package credential

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"

	"concord/alignment"
	"concord/importers/source"
)

// A script is a JSON-LD block of a page: the bytes between its tags.
type script struct{ start, end int }

// maskHTML blanks the markup of a page and records its pieces, JSON-LD blocks
// and language. Navigation, footers, forms' choices, scripts and what is hidden are
// blanked too, unless nothing else is there.
func maskHTML(content string) *htmlWalk {
	w := &htmlWalk{mask: newMask(content), chrome: true}
	w.walk()
	if len(w.pieces) == 0 {
		w = &htmlWalk{mask: newMask(content)}
		w.walk()
	}
	return w
}

type htmlWalk struct {
	*mask
	chrome  bool // blank navigation and footers
	scripts []script
	open    piece  // the piece being collected
	begun   bool   // open has text
	skip    string // element whose text is left out, or ""
	depth   int    // open elements of that name
	aside   int    // open aside elements
	lang    string // of the html element
	jsonld  bool   // in a JSON-LD script
}

func (w *htmlWalk) walk() {
	z := html.NewTokenizer(strings.NewReader(w.content))
	pos := 0
	for {
		kind := z.Next()
		start := pos
		raw := z.Raw()
		pos += len(raw)
		switch kind {
		case html.ErrorToken:
			// A tag that is cut off by the end of the text.
			w.blank(start, len(w.content))
			w.close(start)
			return
		case html.TextToken:
			w.text(start, pos)
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			w.blank(start, pos)
			name, _ := z.TagName()
			w.tag(kind, string(name), attributes(z), start, pos)
		default:
			w.blank(start, pos)
		}
	}
}

func attributes(z *html.Tokenizer) map[string]string {
	var attrs map[string]string
	for {
		key, value, more := z.TagAttr()
		if len(key) > 0 {
			if attrs == nil {
				attrs = map[string]string{}
			}
			attrs[string(key)] = strings.ToLower(strings.TrimSpace(string(value)))
		}
		if !more {
			return attrs
		}
	}
}

func (w *htmlWalk) text(start, end int) {
	if w.skip != "" {
		if w.jsonld {
			w.scripts = append(w.scripts, script{start, end})
		}
		w.blank(start, end)
		return
	}
	w.urls(start, end)
	for i := start; i < end; {
		next := i
		if w.out[i] == '&' {
			next = w.entityAt(i, end)
		}
		i = max(next, i+1)
	}
	if !w.begun && len(bytes.TrimSpace(w.out[start:end])) > 0 {
		w.begun = true
		w.open.start = start
	}
}

func (w *htmlWalk) tag(kind html.TokenType, name string, attrs map[string]string, start, end int) {
	if w.skip != "" {
		if name == w.skip {
			switch kind {
			case html.StartTagToken:
				w.depth++
			case html.EndTagToken:
				w.depth--
			}
		}
		if w.depth == 0 {
			w.skip, w.jsonld = "", false
		}
		return
	}
	if kind == html.StartTagToken && w.skipped(name, attrs) {
		if source.IsBlock(name) {
			w.close(start)
		}
		w.skip, w.depth = name, 1
		w.jsonld = name == "script" && attrs["type"] == "application/ld+json"
		return
	}
	if name == "html" && w.lang == "" {
		w.lang = attrs["lang"]
	}
	if !source.IsBlock(name) && name != "button" && name != "summary" && name != "caption" {
		return
	}
	w.close(start)
	w.breakAt(end - 1)
	switch {
	case name == "aside" && kind == html.StartTagToken:
		w.aside++
	case name == "aside" && kind == html.EndTagToken && w.aside > 0:
		w.aside--
	}
	if kind == html.StartTagToken {
		w.open.level = htmlLevel(name)
		w.open.title = name == "title"
		w.open.item = name == "li"
	}
	if w.aside > 0 {
		w.open.role = alignment.RoleBoilerplate
	}
}

// close ends the piece being collected at end.
func (w *htmlWalk) close(end int) {
	if w.begun {
		w.open.end = end
		w.add(w.open)
	}
	w.open, w.begun = piece{}, false
	if w.aside > 0 {
		w.open.role = alignment.RoleBoilerplate
	}
}

// htmlLevel returns the level of a heading or label element, or 0.
func htmlLevel(name string) int {
	switch name {
	case "h1", "h2", "h3", "h4", "h5", "h6":
		return int(name[1] - '0')
	case "dt", "th":
		return labelLevel
	}
	return 0
}

// skipped reports whether the element's text is not for reading.
func (w *htmlWalk) skipped(name string, attrs map[string]string) bool {
	switch name {
	case "script", "style", "template", "noscript", "svg", "textarea", "select", "iframe", "object", "math":
		return true
	case "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "html", "body":
		return false // void elements have no end; the page itself is never left out
	}
	if !w.chrome {
		return false
	}
	_, hidden := attrs["hidden"]
	role := attrs["role"]
	return name == "nav" || name == "footer" || name == "button" || role == "navigation" || role == "contentinfo" || hidden || attrs["aria-hidden"] == "true"
}
