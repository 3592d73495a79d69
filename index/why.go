package index

import (
	"fmt"
	"strings"

	"concord/taxonomy"
)

// whyLabel says in words why a label of hit answers a query of n words.
func whyLabel(m *match, hit *Hit, n int) string {
	var b strings.Builder
	if m.parts.Exact > 0 {
		b.WriteString("exactly the ")
	} else {
		b.WriteString("found by ")
	}
	b.WriteString(labelName(hit.Matched.Kind))
	if hit.Matched != hit.Pref {
		fmt.Fprintf(&b, " “%s”", hit.Matched.Text)
	}
	if hit.Matched.Lang != "" {
		fmt.Fprintf(&b, " (%s)", hit.Matched.Lang)
	}
	switch {
	case m.typos == 1:
		b.WriteString(", 1 typo")
	case m.typos > 1:
		fmt.Fprintf(&b, ", %d typos", m.typos)
	}
	if m.prefix {
		b.WriteString(", start of a word")
	}
	if m.part {
		b.WriteString(", part of a word")
	}
	if k := n - len(m.missing); k < n {
		fmt.Fprintf(&b, ", %d of %d words", k, n)
	}
	return b.String()
}

func labelName(k taxonomy.LabelKind) string {
	switch k {
	case taxonomy.PrefLabel:
		return "preferred label"
	case taxonomy.AltLabel:
		return "alternative label"
	}
	return "hidden label"
}

// distance returns how many letters must be put in, left out, replaced or
// swapped with their neighbour to make b of a, or most+1 if more than most.
func distance(a, b string, most int) int {
	if d := len(a) - len(b); d > 4*most || -d > 4*most {
		return most + 1
	}
	var bufA, bufB [64]rune
	x, y := appendRunes(bufA[:0], a), appendRunes(bufB[:0], b)
	if d := len(x) - len(y); d > most || -d > most {
		return most + 1
	}
	var rows [3][66]int
	if len(y) > 64 {
		return most + 1
	}
	before, prev, row := rows[0][:len(y)+1], rows[1][:len(y)+1], rows[2][:len(y)+1]
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			d := min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d = min(d, before[j-2]+1)
			}
			row[j] = d
			least = min(least, d)
		}
		if least > most {
			return most + 1
		}
		before, prev, row = prev, row, before
	}
	return prev[len(y)]
}

func appendRunes(dst []rune, s string) []rune {
	for _, r := range s {
		dst = append(dst, r)
	}
	return dst
}
