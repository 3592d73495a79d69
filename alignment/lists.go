package alignment

import (
	"slices"
	"strings"
)

// A sentence may list skills ("Python, SQL and Tableau"); each is then also
// looked up by itself, since a vector of the whole is of none of them.

const (
	maxItems     = 12 // of a list
	maxItemWords = 4
)

// seams returns what parts the items of a list: commas, semicolons and slashes
// with the conjunction behind them, and conjunctions between blanks.
func seams(s string) [][2]int {
	var out [][2]int
	for i := 0; i < len(s); i++ {
		blanks := i
		for i < len(s) && blankByte(s[i]) {
			i++
		}
		if i == len(s) {
			break
		}
		switch c := s[i]; {
		case c == ',' || c == ';' || c == '/':
			for i++; i < len(s) && blankByte(s[i]); i++ {
			}
			if n := conjunction(s[i:]); n > 0 && s[i] != '&' && i+n < len(s) && s[i+n] == ' ' {
				i += n + 1
			}
		case i > blanks:
			n := conjunction(s[i:])
			if n == 0 || s[i:i+n] == "o" || i+n == len(s) || !blankByte(s[i+n]) {
				continue
			}
			for i += n; i < len(s) && blankByte(s[i]); i++ {
			}
		default:
			continue
		}
		out = append(out, [2]int{blanks, i})
		i-- // the next may begin here
	}
	return out
}

func blankByte(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r' }

// conjunction returns the length of the conjunction that s begins with as a
// word of its own, or 0.
func conjunction(s string) int {
	n := 0
	for n < len(s) && !blankByte(s[n]) {
		n++
	}
	switch s[:n] {
	case "and", "or", "und", "oder", "et", "ou", "y", "o", "&":
		return n
	}
	return 0
}

// items returns, for each item that s lists, s with everything else blanked,
// so that offsets stay; none where s lists nothing. Where two items share a
// word, each is read with it: "data collection and analysis" lists "data
// analysis", "plan and manage budgets" lists "plan budgets".
func items(s string) []string {
	seams := seams(s)
	if len(seams) == 0 || len(seams) >= maxItems {
		return nil
	}
	var spans [][2]int
	from := 0
	for _, seam := range seams {
		spans = append(spans, [2]int{from, seam[0]})
		from = seam[1]
	}
	spans = append(spans, [2]int{from, len(s)})
	var out []string
	for i, span := range spans {
		words := wordSpans(s, span)
		first, last := i == 0, i == len(spans)-1
		switch {
		case len(words) == 0:
		case first && len(spans) > 2 && len(words) > 1 && len(wordSpans(s, spans[1])) == 1:
			// a list of single words begins behind a verb: "You will use Python, SQL"
			out = append(out, keep(s, [2]int{words[len(words)-1][0], span[1]}))
		case len(words) <= maxItemWords:
			if len(words) > 1 || len(spans) > 2 {
				out = append(out, keep(s, span))
			}
			if len(words) != 1 {
				break
			}
			if !first {
				if before := wordSpans(s, spans[i-1]); len(before) > 1 && len(spans) == 2 { // data collection and analysis
					at := max(0, len(before)-maxItemWords)
					out = append(out, keep(s, [2]int{before[at][0], before[len(before)-2][1]}, span))
				}
			}
			if !last {
				if after := wordSpans(s, spans[i+1]); len(after) > 1 { // plan and manage budgets
					to := min(len(after), maxItemWords)
					out = append(out, keep(s, span, [2]int{after[1][0], after[to-1][1]}))
				}
			}
		case first: // the list begins behind a verb and its kind: "You will use Python, …"
			out = append(out, keep(s, [2]int{words[len(words)-1][0], span[1]}))
		case last: // and ends before what is said of it
			out = append(out, keep(s, [2]int{span[0], words[0][1]}))
		}
	}
	return out
}

// names reports whether some label of the kinds consists of the words of q,
// stop words apart, and no others: an item of a list is too short to go by
// meaning.
func (s *Snapshot) names(q query, kinds kindSet) bool {
	if len(q.terms) == 0 {
		return false
	}
	rarest := q.terms[0]
	for _, t := range q.terms {
		if s.postFrom[t+1]-s.postFrom[t] < s.postFrom[rarest+1]-s.postFrom[rarest] {
			rarest = t
		}
	}
	for _, l := range s.post[s.postFrom[rarest]:s.postFrom[rarest+1]] {
		terms := s.labelTerms(l)
		if len(terms) == len(q.terms) && kinds.has(s.kind[s.owner[l]]) && !slices.ContainsFunc(terms, func(t uint32) bool { return !slices.Contains(q.terms, t) }) {
			return true
		}
	}
	return false
}

// wordSpans returns the bounds of the words within span, parted by blanks.
func wordSpans(s string, span [2]int) (words [][2]int) {
	for at := span[0]; at < span[1]; {
		rest := s[at:span[1]]
		trimmed := strings.TrimLeft(rest, " \t\n\r\u00a0")
		at += len(rest) - len(trimmed)
		if trimmed == "" {
			break
		}
		n := strings.IndexAny(trimmed, " \t\n\r")
		if n < 0 {
			n = len(trimmed)
		}
		words = append(words, [2]int{at, at + n})
		at += n
	}
	return words
}

// keep returns s with all but the spans blanked, byte for byte.
func keep(s string, spans ...[2]int) string {
	b := []byte(strings.Repeat(" ", len(s)))
	for _, span := range spans {
		copy(b[span[0]:span[1]], s[span[0]:span[1]])
	}
	return string(b)
}
