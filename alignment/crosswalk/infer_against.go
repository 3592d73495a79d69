package crosswalk

import (
	"fmt"
	"slices"
	"strings"

	"concord/taxonomy"
)

// against is what sets say that may speak against an inferred mapping.
type against struct {
	direct map[pair][]directRow
	noTerm map[int]map[taxonomy.URI]Step // by place: of a concept, the row that found nothing for it
}

type directRow struct {
	Step
	status taxonomy.Status
}

// Places where somebody looked for a concept: of leg i from 1, i forwards and
// -i backwards, and of the whole way.
const (
	wholeForth = 0
	wholeBack  = -1 << 30
)

func newAgainst(legs []Leg, direct []Part) *against {
	a := &against{direct: map[pair][]directRow{}, noTerm: map[int]map[taxonomy.URI]Step{}}
	for _, p := range direct {
		for _, m := range rowsOf(p) {
			if a.found(m, p.Turned, wholeForth, wholeBack) || m.Subject == "" || m.Object == "" {
				continue
			}
			s := StepOf(m, p.Turned)
			at := pair{s.Subject, s.Object}
			a.direct[at] = append(a.direct[at], directRow{s, m.Status})
		}
	}
	for i, leg := range legs {
		for _, p := range leg {
			for _, m := range rowsOf(p) {
				a.found(m, p.Turned, i+1, -(i + 1))
			}
		}
	}
	return a
}

// found keeps an accepted row that says that there is no such concept, and
// reports whether m is one that says so.
func (a *against) found(m taxonomy.Mapping, turned bool, forth, back int) bool {
	if m.Subject != taxonomy.NoTerm && m.Object != taxonomy.NoTerm {
		return false
	}
	if m.Status != taxonomy.Accepted {
		return true
	}
	s := StepOf(m, turned)
	at, uri := forth, s.Subject
	if s.Subject == taxonomy.NoTerm {
		at, uri = back, s.Object
	}
	if a.noTerm[at] == nil {
		a.noTerm[at] = map[taxonomy.URI]Step{}
	}
	if _, had := a.noTerm[at][uri]; !had {
		a.noTerm[at][uri] = s
	}
	return true
}

// look adds to m what the sets say of it.
func (a *against) look(m *Inferred) {
	add := func(kind ContradictionKind, row Step, format string, args ...any) {
		m.Contradictions = append(m.Contradictions, Contradiction{kind, fmt.Sprintf(format, args...), nil, &row})
	}
	for _, row := range a.direct[pair{m.Subject, m.Object}] {
		same := row.Claim == m.Claim
		switch {
		case row.status == taxonomy.Rejected && (same || row.Modifier == "" && Contradict(m.Claim, Claim{row.Predicate, Not})):
			add(ByRejected, row.Step, "%s was rejected in %s", row.Claim, row.Set)
		case row.status == taxonomy.Unsure && same:
			add(ByUnsure, row.Step, "a reviewer of %s was not sure of it", row.Set)
		case row.status == taxonomy.Accepted && same:
			m.Direct = append(m.Direct, row.Step)
		case row.status == taxonomy.Accepted:
			add(ByDirect, row.Step, "%s says %s", row.Set, row.Claim)
		}
	}
	if m.Modifier == Not {
		return // that nothing was found agrees
	}
	look := func(place int, uri taxonomy.URI, where string) {
		if row, ok := a.noTerm[place][uri]; ok && !slices.ContainsFunc(m.Contradictions, func(c Contradiction) bool { return c.Row != nil && *c.Row == row }) {
			add(ByNoTerm, row, "%s found no such concept for %s%s", row.Set, uri, where)
		}
	}
	look(wholeForth, m.Subject, "")
	look(wholeBack, m.Object, "")
	for _, proof := range m.Proofs {
		for i, s := range proof.Steps {
			where := fmt.Sprintf(", on step %d", i+1)
			look(i+1, s.Subject, where)
			look(-(i + 1), s.Object, where)
		}
	}
}

// Crosswalk is the inference as a mapping set of proposals. Each row says in
// its slots by which chains it follows, and in its comment what speaks against it.
func (inf *Inference) Crosswalk(set taxonomy.MappingSet) *taxonomy.Crosswalk {
	set.Status, set.Direction, set.Format = taxonomy.Proposed, taxonomy.AsPublished, FormatInferred
	set.Slots = taxonomy.Slots{}
	for _, u := range inf.Sets {
		if !slices.Contains(set.Slots["mapping_set_source"], string(u.Set)) {
			set.Slots["mapping_set_source"] = append(set.Slots["mapping_set_source"], string(u.Set))
		}
	}
	c := &taxonomy.Crosswalk{MappingSet: set, Mappings: make([]taxonomy.Mapping, len(inf.Mappings))}
	for i, m := range inf.Mappings {
		row := taxonomy.Mapping{Set: set.ID, Subject: m.Subject, SubjectLabel: m.SubjectLabel, Predicate: m.Predicate, Modifier: m.Modifier, Object: m.Object, ObjectLabel: m.ObjectLabel,
			Justification: taxonomy.MappingChaining, Confidence: &m.Confidence, Slots: taxonomy.Slots{}}
		for _, proof := range m.Proofs {
			row.Slots[SlotDerivedFrom] = append(row.Slots[SlotDerivedFrom], proof.String())
		}
		var doubts []string
		for _, d := range m.Contradictions {
			doubts = append(doubts, d.Text)
		}
		if len(doubts) > 0 {
			row.Comment = "Contradicted: " + strings.Join(doubts, "; ") + "."
		}
		c.Mappings[i] = row
	}
	return c
}

// FormatInferred is the format of a set that Infer made.
const FormatInferred = "inferred"

// SlotDerivedFrom is the extension slot of SSSOM that holds the chains of an
// inferred mapping, one a value: "A skos:exactMatch B (0.9, set line 3) then …".
const SlotDerivedFrom = "derived_from"
