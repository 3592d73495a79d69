package credential

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// reach bounds how far the end of a link, tag or code span is looked for, so
// that a hostile text costs no more than its length.
const reach = 1024

// inlines blanks the markup inside [start, end).
func (l *lineMask) inlines(start, end int) {
	l.urls(start, end)
	var emphasis [][2]int // runs that may open emphasis
	for i := start; i < end; {
		next := i
		switch c := l.content[i]; {
		case c == '&' && l.inline:
			next = l.entityAt(i, end)
		case c == '<' && l.inline:
			next = l.tagAt(i, end)
		case !l.markdown:
		case c == '\\' && i+1 < end && strings.IndexByte("\\`*_{}[]()#+-.!|<>~&", l.content[i+1]) >= 0:
			l.blank(i, i+1)
			next = i + 2
		case c == '`':
			next = l.codeAt(i, end)
		case c == '[' || c == '!' && i+1 < end && l.content[i+1] == '[':
			next = l.linkAt(i, end)
		case c == '*' || c == '_' || c == '~':
			next, emphasis = l.emphasisAt(i, start, end, emphasis)
		}
		i = max(next, i+1)
	}
}

// codeAt blanks the ticks of a code span and returns where it ends: what is
// set in code is often the name of a tool.
func (l *lineMask) codeAt(i, end int) int {
	ticks := run(l.content[i:end])
	from := i + ticks
	for at := from; at < min(end, from+reach); at++ {
		if l.content[at] != '`' {
			continue
		}
		n := run(l.content[at:end])
		if n == ticks {
			l.blank(i, from)
			l.blank(at, at+n)
			return at + n
		}
		at += n - 1
	}
	return from
}

// linkAt blanks all of an image, and the signs and address of a link, whose
// text is then read on.
func (l *lineMask) linkAt(i, end int) int {
	open := i
	if l.content[i] == '!' {
		open++
	}
	closing := matching(l.content[open:min(end, open+reach)])
	if closing < 0 {
		return i
	}
	closing += open
	tail := closing + 1
	footnote := open+1 < end && l.content[open+1] == '^'
	switch {
	case footnote:
		if tail < end && l.content[tail] == ':' {
			tail++
		}
	case tail < end && (l.content[tail] == '(' || l.content[tail] == '['):
		n := matching(l.content[tail:min(end, tail+reach)])
		if n < 0 {
			return i
		}
		tail += n + 1
	default:
		return i
	}
	if footnote || open > i {
		l.blank(i, tail)
		return tail
	}
	l.blank(open, open+1)
	l.blank(closing, tail)
	return open + 1
}

// maxBrackets bounds how deep brackets are matched, as CommonMark does.
const maxBrackets = 32

// matching returns where the bracket s starts with is closed, or -1.
func matching(s string) int {
	open := s[0]
	shut := byte(']')
	if open == '(' {
		shut = ')'
	}
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case open:
			if depth++; depth > maxBrackets {
				return -1
			}
		case shut:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// emphasisAt pairs the run at i with one that opened before, or keeps it as an
// opener. Runs inside words (O*NET, snake_case) and lone ones are no markup.
func (l *lineMask) emphasisAt(i, start, end int, open [][2]int) (int, [][2]int) {
	n := run(l.content[i:end])
	next := i + n
	if l.content[i] == '~' && n != 2 {
		return next, open
	}
	before, _ := utf8.DecodeLastRuneInString(l.content[start:i])
	after, _ := utf8.DecodeRuneInString(l.content[next:end])
	if i == start {
		before = ' '
	}
	if next == end {
		after = ' '
	}
	inWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	opens := !unicode.IsSpace(after) && !inWord(before)
	closes := !unicode.IsSpace(before) && !inWord(after)
	if closes {
		for k := len(open) - 1; k >= 0 && k >= len(open)-8; k-- {
			if o := open[k]; l.content[o[0]] == l.content[i] {
				l.blank(o[0], o[1])
				l.blank(i, next)
				return next, open[:k]
			}
		}
	}
	if opens {
		open = append(open, [2]int{i, next})
	}
	return next, open
}

// run counts how often s repeats its first byte at its start.
func run(s string) int {
	n := 1
	for n < len(s) && s[n] == s[0] {
		n++
	}
	return n
}

// tagAt blanks the HTML tag, comment or <address> at i and returns where it
// ends, or i: "List<String>" and "a < b" are text.
func (l *lineMask) tagAt(i, end int) int {
	s := l.content[i:min(end, i+reach)]
	if strings.HasPrefix(s, "<!--") {
		n := strings.Index(s, "-->")
		if n < 0 {
			return i
		}
		l.blank(i, i+n+3)
		return i + n + 3
	}
	n := strings.IndexByte(s, '>')
	if n < 0 {
		return i
	}
	body := s[1:n]
	name := strings.ToLower(strings.TrimPrefix(body, "/"))
	if j := strings.IndexAny(name, " \t\r\n/"); j >= 0 {
		name = name[:j]
	}
	address := !strings.ContainsAny(body, " \t\n<") && (strings.Contains(body, "://") || strings.HasPrefix(body, "mailto:") || strings.Contains(body, "@"))
	if !address && !isElement(name) || strings.Contains(body, "<") {
		return i
	}
	l.blank(i, i+n+1)
	return i + n + 1
}

// isElement reports whether name is an HTML element that occurs in texts.
func isElement(name string) bool {
	switch name {
	case "a", "abbr", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "body", "br", "caption", "center", "cite", "code", "col", "colgroup",
		"dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
		"head", "header", "hr", "html", "i", "iframe", "img", "input", "ins", "kbd", "label", "li", "link", "main", "mark", "meta", "nav", "ol", "p",
		"pre", "q", "s", "samp", "script", "section", "small", "span", "strike", "strong", "style", "sub", "summary", "sup", "svg", "table", "tbody",
		"td", "tfoot", "th", "thead", "title", "tr", "tt", "u", "ul", "var", "video", "wbr":
		return true
	}
	return false
}
