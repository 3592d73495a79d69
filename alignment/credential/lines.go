package credential

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"concord/alignment"
)

// A lineMask reads plain text and Markdown line by line.
type lineMask struct {
	*mask
	markdown bool     // Markdown signs are markup
	inline   bool     // HTML tags and entities are markup
	para     [][2]int // lines of the paragraph being collected, without line ends
	item     bool     // that paragraph is a list item
	fence    string   // what closes the code block we are in, or ""
	listed   bool     // the last piece was a list item, so indented lines belong to it
	front    string   // title of the front matter
	lastRow  int      // where the pieces of a table row on the line above start, or -1
}

// maskLines finds the pieces of plain text or Markdown. inline says that HTML
// tags and entities in it are markup too.
func maskLines(content string, markdown, inline bool) *lineMask {
	l := &lineMask{mask: newMask(content), markdown: markdown, inline: inline, lastRow: -1}
	pos := 0
	if markdown {
		pos = l.frontMatter()
	}
	for pos <= len(content) {
		end := len(content)
		if i := strings.IndexByte(content[pos:], '\n'); i >= 0 {
			end = pos + i
		}
		stop := end
		if stop > pos && content[stop-1] == '\r' {
			stop--
		}
		l.readLine(pos, stop)
		pos = end + 1
	}
	l.flush()
	return l
}

// frontMatter blanks a YAML header and returns where the text starts.
func (l *lineMask) frontMatter() int {
	first, rest, ok := strings.Cut(l.content, "\n")
	if !ok || strings.TrimRight(first, "\r ") != "---" {
		return 0
	}
	at := len(first) + 1
	for n := 0; n < 100 && rest != ""; n++ {
		row, after, _ := strings.Cut(rest, "\n")
		at, rest = at+len(row)+1, after
		key, value, pair := strings.Cut(row, ":")
		switch row = strings.TrimSpace(row); {
		case row == "---" || row == "...":
			at = min(at, len(l.content))
			l.blank(0, at)
			return at
		case pair && key == "title":
			l.front = strings.Trim(strings.TrimSpace(value), `"'`)
		case row != "" && !pair && !strings.HasPrefix(row, "-") && !strings.HasPrefix(row, "#"):
			return 0
		}
	}
	l.front = ""
	return 0
}

var (
	setext    = regexp.MustCompile(`^ {0,3}(=+|-{2,})[ \t]*$`)
	rule      = regexp.MustCompile(`^ {0,3}([-*_=~][ \t]*){3,}$`)
	atx       = regexp.MustCompile(`^ {0,3}(#{1,6})([ \t]+|$)`)
	atxEnd    = regexp.MustCompile(`[ \t]+#+[ \t]*$`)
	codeFence = regexp.MustCompile("^ {0,3}(`{3,}|~{3,})")
	bullet    = regexp.MustCompile(`^[ \t]*([-*+•‣◦▪●○·–—]|\(?[0-9]{1,3}[.)]|[a-z]\))[ \t\x{a0}]+(\[[ xX]\][ \t]+)?`)
	quote     = regexp.MustCompile(`^ {0,3}(>[ \t]?)+`)
	reference = regexp.MustCompile(`^ {0,3}\[[^\]^]+\]:[ \t]*\S+`)
	tableRule = regexp.MustCompile(`^ {0,3}\|?[ \t]*:?-+:?[ \t]*(\|[ \t]*:?-*:?[ \t]*)+$`)
)

// readLine reads one line.
func (l *lineMask) readLine(start, end int) {
	s := l.content[start:end]
	above := l.lastRow
	l.lastRow = -1
	if l.fence != "" {
		if strings.HasPrefix(strings.TrimSpace(s), l.fence) {
			l.fence = ""
		}
		l.blank(start, end)
		return
	}
	if l.markdown {
		if m := quote.FindString(s); m != "" {
			l.blank(start, start+len(m))
			start += len(m)
			s = s[len(m):]
		}
	}
	switch {
	case strings.TrimSpace(s) == "":
		l.flush()
		return
	case len(l.para) == 1 && !l.item && setext.MatchString(s) && l.heading(start, end, s):
		return
	case rule.MatchString(s):
		l.flush()
		l.blank(start, end)
		return
	}
	if l.markdown && l.block(start, end, s, above) {
		return
	}
	if m := bullet.FindString(s); m != "" {
		l.flush()
		l.blank(start, start+len(m))
		l.item = true
		start += len(m)
	}
	l.para = append(l.para, [2]int{start, end})
}

// heading takes the collected line for a heading underlined by s.
func (l *lineMask) heading(start, end int, s string) bool {
	level := 2
	if strings.Contains(s, "=") {
		level = 1
	}
	at := l.para[0]
	l.para = nil
	l.inlines(at[0], at[1])
	l.blank(start, end)
	l.add(piece{start: at[0], end: at[1], level: level})
	l.listed = false
	return true
}

// block reads a line that is a Markdown block of its own. above is lastRow of
// the line above.
func (l *lineMask) block(start, end int, s string, above int) bool {
	if m := codeFence.FindStringSubmatch(s); m != nil {
		l.flush()
		l.fence = m[1]
		l.blank(start, end)
		return true
	}
	if m := atx.FindStringSubmatch(s); m != nil {
		l.flush()
		l.listed = false
		from, to := start+len(m[0]), end
		if tail := atxEnd.FindStringIndex(l.content[from:to]); tail != nil {
			to = from + tail[0]
		}
		l.blank(start, from)
		l.blank(to, end)
		l.inlines(from, to)
		l.add(piece{start: from, end: to, level: len(m[1])})
		return true
	}
	switch {
	case tableRule.MatchString(s) && strings.Contains(s, "|"):
		// The line above was the table's header.
		if n := len(l.para); n > 0 {
			head := l.para[n-1]
			l.para = l.para[:n-1]
			l.flush()
			above = len(l.pieces)
			l.row(head[0], head[1])
		}
		for i := max(above, 0); above >= 0 && i < len(l.pieces); i++ {
			l.pieces[i].level, l.pieces[i].role = 0, alignment.RoleBoilerplate // names of columns
		}
		l.blank(start, end)
		return true
	case strings.HasPrefix(strings.TrimSpace(s), "|"):
		l.flush()
		l.lastRow = len(l.pieces)
		l.row(start, end)
		return true
	case reference.MatchString(s):
		l.flush()
		l.blank(start, end)
		return true
	case len(l.para) == 0 && !l.listed && (strings.HasPrefix(s, "    ") || strings.HasPrefix(s, "\t")) && !bullet.MatchString(s):
		l.blank(start, end)
		return true
	}
	return false
}

// row reads the cells of a table row. The first of two cells is a label.
func (l *lineMask) row(start, end int) {
	var cells []piece
	from := start
	for i := start; i <= end; i++ {
		if i < end && (l.content[i] != '|' || i > start && l.content[i-1] == '\\') {
			continue
		}
		if strings.TrimSpace(l.content[from:i]) != "" {
			cells = append(cells, piece{start: from, end: i})
		}
		if i < end {
			l.blank(i, i+1)
			l.breakAt(i)
		}
		from = i + 1
	}
	if len(cells) == 2 {
		cells[0].level = labelLevel
	}
	for _, c := range cells {
		l.inlines(c.start, c.end)
		l.add(c)
	}
	l.listed = false
}

// flush ends the paragraph being collected.
func (l *lineMask) flush() {
	lines, item := l.para, l.item
	l.para, l.item = nil, false
	if len(lines) == 0 {
		return
	}
	l.inlines(lines[0][0], lines[len(lines)-1][1])
	width := 0
	for _, at := range lines {
		width = max(width, utf8.RuneCountInString(l.content[at[0]:at[1]]))
	}
	from := 0
	for i := range lines {
		if i+1 < len(lines) && !l.breaks(lines[i], lines[i+1], width, item) {
			continue
		}
		p := piece{start: lines[from][0], end: lines[i][1], item: item && from == 0}
		if from == i && !p.item {
			p.level = l.looksLikeHeading(p)
			p.colon = p.level > 0 && strings.HasSuffix(l.line(p.start, p.end), ":")
		}
		l.add(p)
		from = i + 1
	}
	l.listed = item
}

// breaks reports whether the line end between two lines was meant: in Markdown
// by two blanks or a backslash; in plain text if the next line's first word
// would have fitted in the width that the paragraph keeps to, or if that is
// narrower than anybody wraps.
func (l *lineMask) breaks(line, next [2]int, width int, item bool) bool {
	s, after := l.content[line[0]:line[1]], l.content[next[0]:next[1]]
	if l.markdown {
		return strings.HasSuffix(s, "  ") || strings.HasSuffix(s, `\`)
	}
	trimmed := strings.TrimLeft(after, " \t")
	if item && len(trimmed) < len(after) {
		return false
	}
	word, _, _ := strings.Cut(trimmed, " ")
	return width < 50 || utf8.RuneCountInString(strings.TrimRight(s, " \t"))+1+utf8.RuneCountInString(word) <= width
}

var numbered = regexp.MustCompile(`(?i)^(module|unit|week|lesson|chapter|section|part|modul|woche|lektion|semaine|séance|unidad|semana|modulo|settimana|módulo)\s+[0-9]+\b`)

// looksLikeHeading returns pseudoLevel for a line that is set as a heading
// without being marked as one: all bold, all capitals, numbered as a module,
// or naming a section.
func (l *lineMask) looksLikeHeading(p piece) int {
	raw := strings.TrimSpace(l.content[p.start:p.end])
	line := l.line(p.start, p.end)
	if line == "" || utf8.RuneCountInString(line) > 80 {
		return 0
	}
	bare := strings.TrimSuffix(raw, ":")
	if l.markdown && len(bare) > 4 && (strings.HasPrefix(bare, "**") && strings.HasSuffix(strings.TrimSuffix(bare, ":"), "**") || strings.HasPrefix(bare, "__") && strings.HasSuffix(bare, "__")) && strings.Count(bare, bare[:2]) == 2 {
		return pseudoLevel
	}
	if strings.ContainsAny(line[len(line)-1:], ".!;,") {
		return 0
	}
	if numbered.MatchString(line) || capitals(line) {
		return pseudoLevel
	}
	if _, named := sectionRole(line); named && (!strings.Contains(strings.TrimSuffix(line, ":"), ":")) {
		return pseudoLevel
	}
	return 0
}

// capitals reports whether s is a heading in capitals: several letters in at
// least two words, or one word that is longer than an abbreviation.
func capitals(s string) bool {
	letters := 0
	for _, r := range s {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			letters++
		}
	}
	return letters > 6
}
