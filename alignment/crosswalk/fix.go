package crosswalk

import (
	"fmt"
	"slices"

	"concord/taxonomy"
)

// SlotNormalised is the slot of a mapping set that names the kinds of row
// whose broad and narrow were turned, so that they are not turned twice.
const SlotNormalised = "direction_normalised"

// A Turned says what Normalise did to one kind of row.
type Turned struct {
	Kind string `json:"kind"`
	Rows int    `json:"rows"` // of which broad became narrow, or narrow broad
}

// Recorded is the direction that a set keeps of its judgement, and that other
// programs read before they use its broad and narrow: a mixed set counts as
// inverted, and an undecided one as not judged.
func (j *Judgement) Recorded() taxonomy.Direction {
	switch j.Direction {
	case Conforms:
		return taxonomy.Conforms
	case Inverted, Mixed:
		return taxonomy.Inverted
	}
	return taxonomy.AsPublished
}

// Record writes the judgement into c without turning anything. A set that was
// normalised, and conforms, stays recorded as normalised.
func Record(c *taxonomy.Crosswalk, j *Judgement) {
	r := j.Recorded()
	if c.Direction == taxonomy.Normalised && r != taxonomy.Inverted {
		return
	}
	c.Direction = r
}

// Normalise turns broad and narrow in the rows of the kinds that j calls
// inverted, and records which kinds those were: in Direction and in the slot
// SlotNormalised. Kinds that are undecided, or whose two predicates disagree,
// stay as they are; a set that still has one of the latter is recorded as
// inverted. A kind that was turned is not turned again, so doing it twice is
// doing it once. j must be a judgement of c as it is.
//
// A row whose predicate a reviewer changed keeps what the reviewer said: only
// the predicate of its source is turned.
func Normalise(c *taxonomy.Crosswalk, j *Judgement) []Turned {
	done := c.Slots[SlotNormalised]
	inverted := map[string]bool{}
	disagrees := false
	for _, k := range j.Kinds {
		inverted[k.Kind] = k.Direction == Inverted && !slices.Contains(done, k.Kind)
		disagrees = disagrees || k.Direction == Mixed
	}
	k := newKinds(c)
	var out []Turned
	for _, judged := range j.Kinds { // in their order
		if !inverted[judged.Kind] {
			continue
		}
		t := Turned{Kind: judged.Kind}
		for i := range c.Mappings {
			m := &c.Mappings[i]
			if m.Subject == taxonomy.NoTerm || m.Object == taxonomy.NoTerm || k.of(m) != judged.Kind {
				continue // a rejected row is turned as well: its rejection holds for the turned one
			}
			if turn(m) {
				t.Rows++
			}
		}
		out = append(out, t)
	}
	if len(out) > 0 {
		slots := taxonomy.Slots{}
		for name, values := range c.Slots {
			slots[name] = values
		}
		kinds := slices.Clone(done)
		for _, t := range out {
			kinds = append(kinds, t.Kind)
		}
		slices.Sort(kinds)
		slots[SlotNormalised] = kinds
		c.Slots = slots
	}
	switch {
	case disagrees:
		c.Direction = taxonomy.Inverted
	case len(c.Slots[SlotNormalised]) > 0:
		c.Direction = taxonomy.Normalised
	default:
		c.Direction = j.Recorded()
	}
	return out
}

func turn(m *taxonomy.Mapping) bool {
	if m.Before != "" {
		turned := m.Before.Inverse()
		was := m.Before
		m.Before = turned
		return turned != was
	}
	was := m.Predicate
	m.Predicate = was.Inverse()
	return m.Predicate != was
}

// TurnedDecisions is the decisions that reviewers made about the rows of a set
// by the predicates they had before Normalise, made anew about the predicates
// they have now. standing are the standing decisions about the set, c the set
// after it was turned. Nothing of what was decided changes but the predicate it
// is about; tool says what did it.
func TurnedDecisions(c *taxonomy.Crosswalk, turned []Turned, standing []taxonomy.Decision, tool string) []taxonomy.Decision {
	kinds := map[string]bool{}
	for _, t := range turned {
		kinds[t.Kind] = true
	}
	type row struct {
		subject   taxonomy.URI
		predicate taxonomy.Match
		object    taxonomy.URI
	}
	was := map[row]bool{} // rows as they were before
	k := newKinds(c)
	for i := range c.Mappings {
		m := &c.Mappings[i]
		predicate := m.Predicate
		if m.Before != "" {
			predicate = m.Before
		}
		if kinds[k.of(m)] && predicate.Inverse() != predicate {
			was[row{m.Subject, predicate.Inverse(), m.Object}] = true
		}
	}
	var out []taxonomy.Decision
	for _, d := range standing {
		if !was[row{d.Subject, d.Predicate, d.Object}] {
			continue
		}
		d.ID, d.Supersedes, d.Predicate, d.Tool = 0, 0, d.Predicate.Inverse(), tool
		out = append(out, d)
	}
	return out
}

// Sentence says what was done.
func (t Turned) Sentence() string {
	return fmt.Sprintf("%s: broad and narrow turned in %d rows", t.Kind, t.Rows)
}
