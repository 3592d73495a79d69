package alignment

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A segment is a sentence, list item or heading of a text: what is aligned at
// one time.
type segment struct {
	text       *Text
	start, end int // bytes in text.Content
	role       Role
	matched    string  // text.Masked[start:end] with frames blanked: same length
	reason     Reason  // why it is not matched at all, or ""
	states     float64 // probability that it states any skill; 0: not asked
	told       float64 // what the log-odds of every concept gain by that
	trust      float64 // what they are multiplied by
}

// logOdds are those of a concept in the segment as it stands in its document.
func (s segment) logOdds(v verdict) float64 { return s.trust * (v.logOdds + s.told) }

func (s segment) quote() string { return s.text.Content[s.start:s.end] }

// segments splits the blocks of a document into sentences, in document order.
func segments(d *Document) []segment {
	var out []segment
	for i := range d.Texts {
		t := &d.Texts[i]
		for _, b := range t.Blocks {
			for _, span := range sentences(t.Masked[b.Start:b.End]) {
				s := segment{text: t, start: b.Start + span[0], end: b.Start + span[1], role: b.Role}
				s.matched = t.Masked[s.start:s.end]
				switch {
				case b.Role == RolePrerequisite:
					s.reason = ReasonPrerequisite
				case b.Role == RoleBoilerplate:
					s.reason = ReasonBoilerplate
				case negated.in(s.matched):
					s.reason = ReasonNegated
				case presupposed.in(s.matched):
					s.reason = ReasonPrerequisite
				default:
					s.matched = titleFrames.blank(frames.blank(s.matched))
				}
				out = append(out, s)
			}
		}
	}
	return out
}

// sentences returns the bounds of the sentences of s, trimmed, none blank.
// Lines end sentences; so do . ! ? … and ; before white space, unless the word
// before is an abbreviation or an initial.
func sentences(s string) [][2]int {
	var out [][2]int
	from := 0
	cut := func(end int) {
		chunk := s[from:end]
		left := len(chunk) - len(strings.TrimLeftFunc(chunk, notWord))
		right := len(strings.TrimRightFunc(chunk, unicode.IsSpace))
		if left < right {
			out = append(out, [2]int{from + left, from + right})
		}
		from = end
	}
	for i, r := range s {
		switch r {
		case '\n', '\r', '\u2028', '\u2029':
			cut(i)
		case '.', '!', '?', '…', ';':
			next := i + utf8.RuneLen(r)
			if after, _ := utf8.DecodeRuneInString(s[next:]); next < len(s) && !unicode.IsSpace(after) {
				continue
			}
			if r == '.' && abbreviated(s[from:i]) {
				continue
			}
			cut(next)
		}
	}
	cut(len(s))
	return out
}

// notWord reports what may stand before a sentence and is no part of it:
// blanks, bullets, quotes and brackets that open nothing there.
func notWord(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune("•‣◦▪–—*·-", r)
}

var abbreviations = map[string]bool{"e.g": true, "i.e": true, "eg": true, "ie": true, "etc": true, "incl": true, "vs": true, "no": true, "approx": true, "dr": true, "mr": true, "ms": true, "mrs": true, "st": true,
	"z.b": true, "bzw": true, "ca": true, "p.ex": true, "ex": true, "cf": true}

// abbreviated reports whether the last word of s is an abbreviation or an initial.
func abbreviated(s string) bool {
	word := s[strings.LastIndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '(' })+1:]
	return utf8.RuneCountInString(word) == 1 && unicode.IsUpper([]rune(word)[0]) || abbreviations[strings.ToLower(word)]
}
