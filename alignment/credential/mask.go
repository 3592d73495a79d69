package credential

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"concord/alignment"
)

// A mask is a text while its markup is blanked out of a copy and its pieces
// are found.
type mask struct {
	content  string
	out      []byte
	entities [][2]int // spans of decoded entities, in order
	pieces   []piece
}

// A piece is a paragraph, list item, heading or cell before it has a role.
type piece struct {
	start, end int
	level      int            // 1..6: a heading; labelLevel: a label of what follows it; 0: neither
	role       alignment.Role // if it is certain
	title      bool           // an HTML title element
	item       bool           // of a list
	colon      bool           // a pseudo heading that ends in a colon: a list below it is all it governs
}

// labelLevel ranks a label (dt, th) below every heading, so that the next
// label or heading ends what it governs.
const labelLevel = 7

// pseudoLevel ranks a line that is a heading by its looks only.
const pseudoLevel = 6

func newMask(content string) *mask {
	return &mask{content: content, out: []byte(content)}
}

// blank puts spaces over [start, end); line ends stay, so that lines can still
// be told apart.
func (m *mask) blank(start, end int) {
	for i := start; i < end; i++ {
		if m.out[i] != '\n' {
			m.out[i] = ' '
		}
	}
}

// breakAt makes a line end of the blanked byte at i.
func (m *mask) breakAt(i int) {
	if i < len(m.out) && m.out[i] == ' ' {
		m.out[i] = '\n'
	}
}

// show undoes blank.
func (m *mask) show(start, end int) { copy(m.out[start:end], m.content[start:end]) }

// decode writes the characters that the markup at [start, end) stands for at
// its start, and fills up what is left. It reports whether they fit.
func (m *mask) decode(start, end int, text string) bool {
	if len(text) > end-start {
		return false
	}
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) || r == utf8.RuneError {
			return ' '
		}
		return r
	}, text)
	m.blank(start, end)
	copy(m.out[start:end], text)
	last, _ := utf8.DecodeLastRuneInString(text)
	if unicode.IsLetter(last) || unicode.IsMark(last) || unicode.IsDigit(last) || last == '\u00ad' {
		fill(m.out[start+len(text) : end])
	}
	m.entities = append(m.entities, [2]int{start, end})
	return true
}

// fill covers b with characters that do not end a word; one byte alone cannot
// hold any and stays blank.
func fill(b []byte) {
	for len(b) > 1 {
		filler := "\u00ad"
		if len(b) == 3 {
			filler = "\u2060"
		}
		b = b[copy(b, filler):]
	}
}

// entityAt decodes the HTML entity at i, if one is there, and returns where it
// ends; otherwise i.
func (m *mask) entityAt(i, limit int) int {
	end := entityEnd(m.content[:limit], i)
	if end == i {
		return i
	}
	text := html.UnescapeString(m.content[i:end])
	if text == m.content[i:end] || strings.HasSuffix(text, ";") && len(text) > 1 || !m.decode(i, end, text) {
		// Nothing, or less than all of it: "&#170A;" is a number and letters.
		return i
	}
	return end
}

// entityEnd returns where the entity that starts at i ends, with its
// semicolon, or i if none starts there.
func entityEnd(s string, i int) int {
	j := i + 1
	if j < len(s) && s[j] == '#' {
		j++
	}
	from := j
	for j < len(s) && j-i < 32 && (s[j] >= '0' && s[j] <= '9' || s[j]|0x20 >= 'a' && s[j]|0x20 <= 'z') {
		j++
	}
	if j == from || j >= len(s) || s[j] != ';' {
		return i
	}
	return j + 1
}

// urls blanks web addresses in [start, end): nobody says a skill in one.
func (m *mask) urls(start, end int) {
	for i := start; i < end; {
		n := urlLen(m.content[i:end], i == start || !wordBefore(m.content[:i]))
		if n == 0 {
			i++
			continue
		}
		m.blank(i, i+n)
		i += n
	}
}

func wordBefore(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// urlLen returns the length of the web address s starts with, or 0.
func urlLen(s string, wordStart bool) int {
	if !wordStart || len(s) < 5 || s[0]|0x20 != 'h' && s[0]|0x20 != 'w' {
		return 0
	}
	head := strings.ToLower(s[:min(len(s), 8)])
	if !strings.HasPrefix(head, "http://") && !strings.HasPrefix(head, "https://") && !strings.HasPrefix(head, "www.") {
		return 0
	}
	n := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("<>\"'`|)]}»”", r) })
	if n < 0 {
		n = len(s)
	}
	return len(strings.TrimRight(s[:n], ".,;:!?"))
}

// add records the piece [start, end) after trimming white space; blank ones
// are dropped.
func (m *mask) add(p piece) {
	for p.start < p.end {
		r, size := utf8.DecodeRune(m.out[p.start:p.end])
		if visible(r) {
			break
		}
		p.start += size
	}
	for p.start < p.end {
		r, size := utf8.DecodeLastRune(m.out[p.start:p.end])
		if visible(r) {
			break
		}
		p.end -= size
	}
	if p.start >= p.end {
		return
	}
	for i := len(m.entities) - 1; i >= 0 && m.entities[i][1] > p.start; i-- {
		if e := m.entities[i]; e[0] < p.end && e[1] > p.end {
			p.end = e[1]
		}
	}
	m.pieces = append(m.pieces, p)
}

func visible(r rune) bool {
	return !unicode.IsSpace(r) && r != '\u00ad' && r != '\u2060' && r != '\u200b' && r != '\ufeff'
}

// line returns what is visible of [start, end) on one line.
func (m *mask) line(start, end int) string {
	s := strings.Map(func(r rune) rune {
		if r == '\u00ad' || r == '\u2060' {
			return -1
		}
		return r
	}, string(m.out[start:end]))
	return strings.Join(strings.Fields(s), " ")
}
