package index

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"concord/taxonomy"
)

// AnalyserVersion changes whenever Analyze may give other terms for the same
// text. Everything derived from terms carries it in its stamp.
const AnalyserVersion = "1"

// A Token is one word of a text.
type Token struct {
	Term       string // what two spellings of the same word have in common; never empty
	Start, End int    // byte offsets of the word in the text: text[Start:End] is how it was written
	Stop       bool   // a stop word of the language: an article, a preposition, an auxiliary
}

// Analyze returns the words of text in text order, as AppendTokens does.
func Analyze(lang taxonomy.Lang, text string) []Token {
	return AppendTokens(make([]Token, 0, len(text)/6+1), lang, text)
}

// AppendTokens appends the words of text to dst in text order and returns it.
// It is the one notion of "the same word" that search and alignment share.
//
// A word is a run of letters, digits and combining marks. Names of
// technologies keep their signs (c++, c#, .net, node.js), initials lose their
// dots (U.S. is us), r&d is one word, version numbers keep their dots.
// Hyphens and slashes part words, except behind the prefixes that are also
// written closed (e-mail, pre-school). An English possessive 's is part of
// the word but not of the term; a French, Italian, Irish, Catalan or Maltese
// elided article is left out. Han and kana characters are words of their own.
//
// A term is NFKC, lower case, stemmed as the language needs (see Stemmed) and
// without diacritics in Latin and Greek script: the stemmer sees them, the
// term does not, so that "resume" meets "résumé" and "ecole" meets "école".
// British spellings get their American term. lang is taken by its primary
// subtag; an unknown or empty one gives plain folded words.
//
// AppendTokens is safe for concurrent use.
func AppendTokens(dst []Token, lang taxonomy.Lang, text string) []Token {
	s := scanner{text: text, lang: languageOf(lang), dst: dst}
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case classes[c] == letter || classes[c] == digit:
			i = s.word(i)
		case c == '.' && s.dotNet(i):
			s.emit(i, i+len(".net"))
			i += len(".net")
		case c < utf8.RuneSelf:
			i++
		default:
			r, size := utf8.DecodeRuneInString(text[i:])
			switch {
			case ideograph(r):
				s.emit(i, i+size)
				i += size
			case unicode.IsLetter(r) || unicode.IsDigit(r):
				i = s.word(i)
			default:
				i += size
			}
		}
	}
	return s.dst
}

type class uint8

const (
	other class = iota
	letter
	digit
)

// classes tells ASCII letters and digits from the rest; bytes of longer runes are other.
var classes = func() (t [256]class) {
	for c := '0'; c <= '9'; c++ {
		t[c] = digit
	}
	for c := 'a'; c <= 'z'; c++ {
		t[c], t[c-'a'+'A'] = letter, letter
	}
	return t
}()

func ideograph(r rune) bool {
	return r >= 0x2E80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

type scanner struct {
	text string
	lang *language
	dst  []Token
}

func (s *scanner) emit(start, end int) {
	w := memo.word(s.lang, s.text[start:end])
	if w.term == "" {
		return
	}
	if w.cut == 0 {
		s.dst = append(s.dst, Token{Term: w.term, Start: start, End: end, Stop: w.stop})
		return
	}
	s.dst = append(s.dst,
		Token{Term: w.term, Start: start, End: start + w.cut},
		Token{Term: w.second, Start: start + w.cut, End: end})
}

// runEnd returns where the run of letters, digits, marks and invisible joiners
// that starts at i ends.
func (s *scanner) runEnd(i int) int {
	for i < len(s.text) {
		c := s.text[i]
		if classes[c] != other {
			i++
			continue
		}
		if c < utf8.RuneSelf {
			return i
		}
		r, size := utf8.DecodeRuneInString(s.text[i:])
		if ideograph(r) || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !invisible(r) {
			return i
		}
		i += size
	}
	return i
}

// invisible reports characters that stand inside words without being seen:
// soft hyphen, zero-width space and joiners.
func invisible(r rune) bool {
	return r == 0xAD || r >= 0x200B && r <= 0x200D || r == 0x2060 || r == 0xFEFF
}

// wordAt reports whether a word character starts at i.
func (s *scanner) wordAt(i int) bool {
	if i >= len(s.text) {
		return false
	}
	if c := s.text[i]; c < utf8.RuneSelf {
		return classes[c] != other
	}
	r, _ := utf8.DecodeRuneInString(s.text[i:])
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// word emits the word whose run starts at i, with the signs that belong to it,
// and returns where to go on.
func (s *scanner) word(i int) int {
	end := s.runEnd(i)
	if end == len(s.text) {
		s.emit(i, end)
		return end
	}
	switch c := s.text[end]; c {
	case '+', '#':
		j := end + 1
		for j < len(s.text) && s.text[j] == '+' && c == '+' {
			j++
		}
		if !s.wordAt(j) && s.hasLetter(i, end) {
			end = j
		}
	case '.':
		end = s.dotted(i, end)
	case '&':
		if next := s.runEnd(end + 1); initials(end-i, next-end-1) {
			end = next
		}
	case ' ':
		// "R & D" is "R&D".
		if end == i+1 && strings.HasPrefix(s.text[end:], " & ") && s.runEnd(end+3) == end+4 {
			end += 4
		}
	case '*':
		if end == i+1 && s.text[i]|0x20 == 'o' && s.runEnd(end+1) == end+4 && strings.EqualFold(s.text[end+1:end+4], "net") {
			end += 4
		}
	case '-':
		if next := s.runEnd(end + 1); s.joined(i, end, next) {
			end = next
		}
	default:
		if width := apostrophe(s.text[end:]); width > 0 && s.wordAt(end+width) {
			return s.apostrophe(i, end, end+width)
		}
	}
	s.emit(i, end)
	return end
}

func (s *scanner) hasLetter(i, end int) bool {
	for ; i < end; i++ {
		if classes[s.text[i]] != digit {
			return true
		}
	}
	return false
}

// initials reports whether parts of these lengths around an ampersand are one
// abbreviation: r&d, gd&t, pm&r.
func initials(left, right int) bool {
	return left >= 1 && right >= 1 && min(left, right) == 1 && max(left, right) <= 2
}

// dotNet reports whether ".net" stands at i as a name of its own.
func (s *scanner) dotNet(i int) bool {
	j := i + len(".net")
	return j <= len(s.text) && strings.EqualFold(s.text[i:j], ".net") && !s.wordAt(j)
}

// dotted returns the end of the word that goes on over the dot at end: version
// numbers, initials and names in .js or .net. Any other dot ends the word.
func (s *scanner) dotted(i, end int) int {
	next := s.runEnd(end + 1)
	if next == end+1 {
		return end
	}
	tail := s.text[end+1 : next]
	switch {
	case strings.EqualFold(tail, "js") || strings.EqualFold(tail, "net"):
		return next
	case classes[s.text[end-1]] == digit && classes[tail[0]] == digit && !s.hasLetter(i, end):
		for next < len(s.text)-1 && s.text[next] == '.' && classes[s.text[next+1]] == digit {
			next = s.runEnd(next + 1)
		}
		return next
	case end == i+1 && len(tail) == 1 && classes[s.text[i]] == letter && classes[tail[0]] == letter:
		for next+1 < len(s.text) && s.text[next] == '.' && s.runEnd(next+1) == next+2 {
			next += 2
		}
		return next
	}
	return end
}

// joined reports whether the hyphen at end, between text[i:end] and the run up
// to next, is one that is also left out in writing: e-mail, co-ordinate, 3-D.
func (s *scanner) joined(i, end, next int) bool {
	left, right := s.text[i:end], s.text[min(end+1, next):next]
	if len(right) == 1 {
		return len(left) == 1 && classes[left[0]] == digit && right[0]|0x20 == 'd'
	}
	if len(right) < 3 {
		return false
	}
	if len(left) == 1 {
		return left[0]|0x20 == 'e'
	}
	if s.lang.tag != "en" || len(left) > len("electro") {
		return false
	}
	switch strings.ToLower(left) {
	case "co", "re", "pre", "post", "micro", "electro", "bio", "neuro", "nano", "psycho", "physio", "multi", "opto":
		return true
	case "on", "off":
		return strings.EqualFold(right, "line")
	}
	return false
}

// apostrophe returns the width of the apostrophe s starts with, or 0.
func apostrophe(s string) int {
	if s[0] == '\'' {
		return 1
	}
	for _, a := range []string{"’", "‘", "′", "´"} {
		if strings.HasPrefix(s, a) {
			return len(a)
		}
	}
	return 0
}

// apostrophe emits the word text[i:end] that an apostrophe joins to what
// starts at next, and returns where to go on.
func (s *scanner) apostrophe(i, end, next int) int {
	after := s.runEnd(next)
	possessive := after == next+1 && s.text[next]|0x20 == 's'
	switch {
	case s.lang.elides && s.lang.elided(s.text[i:end]):
		return next
	case s.lang.tag == "" && !possessive:
		s.emit(i, end)
		return next
	}
	s.emit(i, after)
	return after
}
