package web

import (
	"slices"
	"strings"

	"concord/alignment"
)

// A textView is a string of a document, parted where evidence begins and ends.
type textView struct {
	Pointer string
	Field   string // the last name of the pointer
	Role    alignment.Role
	Runs    []run
}

// A run is a stretch of a text that the same proposals rest on.
type run struct {
	Text  string
	On    []int // proposals, by number; none: no evidence
	Band  int   // how likely the likeliest of them is
	First bool  // the first run of some proposal's evidence: where links to it lead
}

// textViews part the texts of a document at the evidence of an answer.
func textViews(doc *alignment.Document, a *alignment.Answer) []textView {
	type mark struct{ from, to, n, band int }
	marks := map[string][]mark{}
	for i, al := range a.Alignments {
		for _, ev := range al.Evidence {
			marks[ev.Pointer] = append(marks[ev.Pointer], mark{ev.Bytes[0], ev.Bytes[1], i + 1, band(al.Probability)})
		}
	}
	begun := map[int]bool{}
	var out []textView
	for _, t := range doc.Texts {
		v := textView{Pointer: t.Pointer, Field: fieldName(t.Pointer)}
		if len(t.Blocks) > 0 {
			v.Role = t.Blocks[0].Role
		}
		cuts := []int{0, len(t.Content)}
		for _, m := range marks[t.Pointer] {
			cuts = append(cuts, m.from, m.to)
		}
		slices.Sort(cuts)
		cuts = slices.Compact(cuts)
		for i := 0; i+1 < len(cuts); i++ {
			r := run{Text: t.Content[cuts[i]:cuts[i+1]]}
			for _, m := range marks[t.Pointer] {
				if m.from <= cuts[i] && cuts[i+1] <= m.to {
					if !slices.Contains(r.On, m.n) {
						r.On = append(r.On, m.n)
					}
					r.Band = max(r.Band, m.band)
					if !begun[m.n] {
						begun[m.n], r.First = true, true
					}
				}
			}
			slices.Sort(r.On)
			v.Runs = append(v.Runs, r)
		}
		out = append(out, v)
	}
	return out
}

// fieldName is the last name of a pointer, for people.
func fieldName(pointer string) string {
	parts := strings.FieldsFunc(pointer, func(r rune) bool { return r == '/' || r == '!' })
	for i := len(parts) - 1; i >= 0; i-- {
		if strings.Trim(parts[i], "0123456789") != "" {
			return parts[i]
		}
	}
	return ""
}
