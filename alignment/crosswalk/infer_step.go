package crosswalk

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"concord/taxonomy"
)

// A Step is a mapping as a chain goes along it, or a step up the hierarchy.
type Step struct {
	Set          taxonomy.URI `json:"set,omitempty"`       // empty for a step up the hierarchy
	Hierarchy    string       `json:"hierarchy,omitempty"` // the release whose skos:broader it follows
	Subject      taxonomy.URI `json:"subject"`             // where the chain comes from
	SubjectLabel string       `json:"subjectLabel,omitempty"`
	Claim
	Object      taxonomy.URI `json:"object"` // where it goes
	ObjectLabel string       `json:"objectLabel,omitempty"`
	Confidence  float64      `json:"confidence"`       // as it is counted: stated by the row, else Unstated
	Turned      bool         `json:"turned,omitempty"` // the row has Subject as its object, and the inverse predicate
	Line        int          `json:"line,omitempty"`   // of the source, 0 where not known

	ObjectSource string `json:"-"` // framework of Object as the row names it, where it is not the set's
}

// Unstated is the confidence counted for an accepted row that states none.
const Unstated = 0.9

// Decay is what each step after the first takes off the confidence of a chain,
// as a factor: even right mappings drift apart, as each was made for its own use.
const Decay = 0.9

// StepOf is the row as it reads from its subject to its object, or, turned,
// from object to subject.
func StepOf(m taxonomy.Mapping, turned bool) Step {
	s := Step{Set: m.Set, Subject: m.Subject, SubjectLabel: m.SubjectLabel, Claim: Claim{m.Predicate, m.Modifier},
		Object: m.Object, ObjectLabel: m.ObjectLabel, Confidence: Unstated, Line: m.Line, ObjectSource: m.ObjectSource}
	if m.Confidence != nil {
		s.Confidence = *m.Confidence
	}
	if turned {
		s.Subject, s.Object, s.SubjectLabel, s.ObjectLabel = s.Object, s.Subject, s.ObjectLabel, s.SubjectLabel
		s.Claim, s.Turned, s.ObjectSource = s.Claim.Inverse(), true, m.SubjectSource
	}
	return s
}

// row tells the mapping of the step from others, whichever way it is read.
func (s Step) row() string {
	from, to, claim := s.Subject, s.Object, s.Claim
	if s.Turned {
		from, to, claim = to, from, claim.Inverse()
	}
	return fmt.Sprintf("%s\x00%s\x00%s\x00%s\x00%d", s.Set, from, claim, to, s.Line)
}

// String is "urn:a skos:exactMatch urn:b (0.95, urn:set line 3)".
func (s Step) String() string {
	by := string(s.Set)
	if s.Set == "" {
		by = "hierarchy of " + s.Hierarchy
	}
	if s.Line > 0 {
		by += fmt.Sprintf(" line %d", s.Line)
	}
	if s.Turned {
		by += ", read backwards"
	}
	return fmt.Sprintf("%s %s %s (%.3g, %s)", s.Subject, s.Claim, s.Object, s.Confidence, by)
}

// Usable reports whether a chain may go along a mapping, and if not, why, in a
// word: somebody accepted it, and both sides are concepts.
func Usable(m taxonomy.Mapping) (why string, ok bool) {
	switch {
	case m.Subject == taxonomy.NoTerm || m.Object == taxonomy.NoTerm:
		return "no term found", false
	case m.Subject == "" || m.Object == "":
		return "a literal", false
	case m.Status != taxonomy.Accepted && m.Status != "":
		return string(m.Status), false
	case !slices.Contains(taxonomy.Matches, m.Predicate):
		return "predicate " + string(m.Predicate), false
	case m.Subject == m.Object:
		return "a concept to itself", false
	}
	return "", true
}

// A Chain is what steps say together, each from the object of the one before.
type Chain struct {
	Claim
	Confidence float64 `json:"confidence"` // product of the steps', times Decay for each after the first
	Steps      []Step  `json:"steps"`
}

// end is the concept that the chain leads to.
func (c Chain) end() taxonomy.URI { return c.Steps[len(c.Steps)-1].Object }

// visits reports whether the chain passes a concept.
func (c Chain) visits(uri taxonomy.URI) bool {
	return len(c.Steps) > 0 && c.Steps[0].Subject == uri || slices.ContainsFunc(c.Steps, func(s Step) bool { return s.Object == uri })
}

// Extend returns the chain with one more step; false where the two say nothing
// together. A chain without steps takes the step as it is. c is not changed. Where
// only one of the two rows that meet has a label for their concept, both get it.
func (c Chain) Extend(s Step) (Chain, bool) {
	out := Chain{s.Claim, s.Confidence, append(slices.Clip(c.Steps), s)}
	if len(c.Steps) == 0 {
		return out, true
	}
	claim, ok := Compose(c.Claim, s.Claim)
	out.Claim, out.Confidence = claim, rounded(c.Confidence*s.Confidence*Decay)
	last, next := &out.Steps[len(c.Steps)-1], &out.Steps[len(c.Steps)]
	last.ObjectLabel, next.SubjectLabel = cmp.Or(last.ObjectLabel, next.SubjectLabel), cmp.Or(next.SubjectLabel, last.ObjectLabel)
	return out, ok
}

// rounded drops what only the order of multiplications makes of a number.
func rounded(x float64) float64 { return math.Round(x*1e9) / 1e9 }

// String is its steps, parted by " then ".
func (c Chain) String() string {
	parts := make([]string, len(c.Steps))
	for i, s := range c.Steps {
		parts[i] = s.String()
	}
	return strings.Join(parts, " then ")
}

// compareChains orders chains: the surest first, then the shortest, then by
// what they say and by their steps, so that any two differ in order.
func compareChains(a, b Chain) int {
	if c := cmp.Or(cmp.Compare(b.Confidence, a.Confidence), len(a.Steps)-len(b.Steps), a.strength()-b.strength()); c != 0 {
		return c
	}
	return cmp.Compare(a.String(), b.String())
}

// MaxConfidence bounds what chains that support each other come to: what
// follows is never as sure as what somebody looked at.
const MaxConfidence = 0.95

// combine is the confidence that any of chains is right: 1 - Π(1 - c) over
// those that share no mapping with a surer one, because what rests on the same
// row counts once; at most MaxConfidence, or what a single mapping states. chains are in the order of compareChains.
func combine(chains []Chain) float64 {
	used := map[string]bool{}
	wrong := 1.0
	for _, c := range chains {
		if slices.ContainsFunc(c.Steps, func(s Step) bool { return used[s.row()] }) {
			continue
		}
		for _, s := range c.Steps {
			used[s.row()] = true
		}
		wrong *= 1 - c.Confidence
	}
	most := MaxConfidence
	if len(chains[0].Steps) == 1 {
		most = max(most, chains[0].Confidence) // somebody looked at that one
	}
	return min(rounded(1-wrong), most)
}
