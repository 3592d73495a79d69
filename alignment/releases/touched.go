package releases

import (
	"cmp"
	"slices"
)

// Touched says what of one source, a mapping set or a document, rests on the
// old release, and what becomes of it in the new one.
type Touched struct {
	Set    string          `json:"set,omitempty"`      // id of the mapping set
	Digest string          `json:"document,omitempty"` // of the document
	Name   string          `json:"name"`
	Counts map[Verdict]int `json:"counts"`
	Steps  []Step          `json:"steps"` // those that do not go on by themselves, changes of meaning first
}

// whyFirst is the order of steps in a Touched.
var whyFirst = []Why{WhyMeaning, WhySplit, WhyRetyped, WhyMoved, WhySameName, WhyRetired, WhyUnknown}

// Touch plans the items of one source. It is nil where none rests on the
// planner's framework.
func (p *Planner) Touch(name string, items []Item) *Touched {
	t := &Touched{Name: name, Counts: map[Verdict]int{}, Steps: []Step{}}
	for _, it := range items {
		s, ok := p.Plan(it)
		if !ok {
			continue
		}
		t.Counts[s.Verdict]++
		if s.Verdict != Automatic {
			t.Steps = append(t.Steps, s)
		}
	}
	if len(t.Counts) == 0 {
		return nil
	}
	slices.SortStableFunc(t.Steps, func(a, b Step) int { return ByWhy(&a, &b) })
	return t
}

// ByWhy orders steps that do not go on by themselves: changes of meaning first.
func ByWhy(a, b *Step) int {
	return cmp.Compare(slices.Index(whyFirst, a.Why), slices.Index(whyFirst, b.Why))
}
