package releases

import (
	"encoding/json"
	"fmt"
	"strings"

	"concord/taxonomy"
)

// Sides of a mapping.
const (
	SubjectSide = "subject"
	ObjectSide  = "object"
)

// SideOf tells which side of a mapping set is of the planner's scheme: the one
// that has more concepts of either release. It is an ErrInvalid where neither has.
func (p *Planner) SideOf(set *taxonomy.Crosswalk) (string, error) {
	subjects, objects := 0, 0
	for _, m := range set.Mappings {
		if p.Has(m.Subject) {
			subjects++
		}
		if p.Has(m.Object) {
			objects++
		}
	}
	switch {
	case subjects == 0 && objects == 0:
		return "", fmt.Errorf("%w: no mapping of %s has a concept of %s or %s on either side", taxonomy.ErrInvalid, set.ID, p.c.a.rel.Ref, p.c.b.rel.Ref)
	case subjects > objects:
		return SubjectSide, nil
	}
	return ObjectSide, nil
}

// Items are the mappings of a set by the side that is of the old release. Rows
// where that side is taxonomy.NoTerm, or a literal, rest on no concept.
func Items(set *taxonomy.Crosswalk, side string) []Item {
	var out []Item
	for i := range set.Mappings {
		m := set.Mappings[i]
		it := Item{Row: i + 1, Side: side, Predicate: m.Predicate, Confidence: m.Confidence, Mapping: &m}
		it.Stated.URI, it.Label = m.Object, m.ObjectLabel
		if side == SubjectSide {
			it.Stated.URI, it.Label = m.Subject, m.SubjectLabel
		}
		if it.Stated.URI != "" && it.Stated.URI != taxonomy.NoTerm {
			out = append(out, it)
		}
	}
	return out
}

// MigratedID is the identifier of what a plan makes of a set.
func MigratedID(set taxonomy.URI, to Release) taxonomy.URI {
	sep := "/"
	if strings.HasPrefix(string(set), "urn:") {
		sep = ":"
	}
	return taxonomy.URI(strings.TrimRight(string(set), "/#") + sep + to.Scheme + "-" + to.Release)
}

// slotReason is the extension slot that says why a row wants a person.
const slotReason = "concord_migration"

// slotSource is the SSSOM slot for the set that a set was derived from.
const slotSource = "mapping_set_source"

// Migrate makes the set that a plan leads to. The old set stays as it is: the
// new one is made of it and the plan alone, so that the same plan gives the
// same set, and taking it back is removing it. A row whose step is automatic or
// accepted gets its new concept; one that waits for a person goes along as it
// was, unsure, with the reason; a dead one is left out. Rows that the plan does
// not speak of are copied. A set that is not the one the plan was made of is an
// ErrConflict.
func Migrate(set *taxonomy.Crosswalk, head *Head, steps []Step) (*taxonomy.Crosswalk, *Applied, error) {
	if err := matches(set, head, steps); err != nil {
		return nil, nil, err
	}
	byRow := map[int]*Step{}
	for i := range steps {
		byRow[steps[i].Row] = &steps[i]
	}
	out := &taxonomy.Crosswalk{MappingSet: set.MappingSet}
	out.ID = MigratedID(set.ID, head.To)
	out.Origin = taxonomy.Ref{}
	out.Slots = taxonomy.Slots{}
	for k, v := range set.Slots {
		out.Slots[k] = v
	}
	out.Slots[slotSource] = []string{string(set.ID)}
	if head.Side == SubjectSide {
		out.SubjectVersion = head.To.Release
	} else {
		out.ObjectVersion = head.To.Release
	}
	done := &Applied{Set: out.ID, From: set.ID}
	there := map[string]bool{}
	for i, m := range set.Mappings {
		// What reviewers gave a row is its own in the new set, which has no decisions.
		m.Set, m.Before, m.Line = out.ID, "", 0
		s := byRow[i+1]
		switch {
		case s == nil:
			done.Copied++
		case s.Doable():
			done.Done++
			if s.After.URI != s.Before.URI {
				done.Changed++
			}
			move(&m, s)
		case s.Verdict == Dead:
			done.Dropped++
			continue
		default:
			done.Waiting++
			m.Status = taxonomy.Unsure
			m.Slots = withSlot(m.Slots, slotReason, s.Reason)
		}
		text, err := json.Marshal(m)
		if err != nil {
			return nil, nil, fmt.Errorf("row %d of %s: %w", i+1, set.ID, err)
		}
		if there[string(text)] {
			done.Merged++ // two concepts became one
			continue
		}
		there[string(text)] = true
		out.Mappings = append(out.Mappings, m)
	}
	return out, done, nil
}

// An Applied counts what applying a plan to a set did.
type Applied struct {
	Set     taxonomy.URI `json:"set"`     // that was written
	From    taxonomy.URI `json:"from"`    // that it was made of, and that stays
	Done    int          `json:"done"`    // automatic and accepted rows
	Changed int          `json:"changed"` // of these, rows with another URI now
	Waiting int          `json:"waiting"` // rows that a person has to look at
	Dropped int          `json:"dropped"` // dead rows
	Merged  int          `json:"merged"`  // rows that became the same as one before
	Copied  int          `json:"copied"`  // rows that the plan does not speak of
}

// move gives a row its new concept.
func move(m *taxonomy.Mapping, s *Step) {
	if s.Side == SubjectSide {
		m.Subject = s.After.URI
		if s.After.Label != "" {
			m.SubjectLabel = s.After.Label
		}
	} else {
		m.Object = s.After.URI
		if s.After.Label != "" {
			m.ObjectLabel = s.After.Label
		}
	}
	if s.After.Predicate != "" {
		m.Predicate = s.After.Predicate
	}
	if s.After.Confidence != nil {
		c := *s.After.Confidence
		m.Confidence = &c
	}
}

func withSlot(s taxonomy.Slots, name, value string) taxonomy.Slots {
	out := taxonomy.Slots{}
	for k, v := range s {
		out[k] = v
	}
	out[name] = []string{value}
	return out
}

// matches reports whether a set is the one that a plan was made of.
func matches(set *taxonomy.Crosswalk, head *Head, steps []Step) error {
	stale := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s is not as it was when the plan was made (%s); plan again", taxonomy.ErrConflict, set.ID, fmt.Sprintf(format, args...))
	}
	if head.Kind != OfSet {
		return fmt.Errorf("%w: the plan is of %s, not of a mapping set", taxonomy.ErrInvalid, head.Kind)
	}
	if len(set.Mappings) != head.Rows {
		return stale("it had %d rows and has %d", head.Rows, len(set.Mappings))
	}
	for i := range steps {
		s := &steps[i]
		if s.Row < 1 || s.Row > len(set.Mappings) || s.Mapping == nil {
			return fmt.Errorf("%w: step %d of the plan names no row of %s", taxonomy.ErrInvalid, s.N, set.ID)
		}
		if !sameRow(set.Mappings[s.Row-1], *s.Mapping) {
			return stale("row %d, of %s", s.Row, s.Before.URI)
		}
	}
	return nil
}

// sameRow compares rows in all that is written of them.
func sameRow(a, b taxonomy.Mapping) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// SameSet reports whether two sets have the same rows in the same order, in all
// but their lines: whether a set is still what a plan made of it.
func SameSet(a, b *taxonomy.Crosswalk) bool {
	if a.ID != b.ID || len(a.Mappings) != len(b.Mappings) {
		return false
	}
	for i := range a.Mappings {
		x, y := a.Mappings[i], b.Mappings[i]
		x.Line, y.Line = 0, 0
		if x.Status == "" {
			x.Status = a.Status
		}
		if y.Status == "" {
			y.Status = b.Status
		}
		if !sameRow(x, y) {
			return false
		}
	}
	return true
}

// DerivedFrom reports whether a set says that it was made of another.
func DerivedFrom(set *taxonomy.MappingSet, of taxonomy.URI) bool {
	from := set.Slots[slotSource]
	return len(from) == 1 && from[0] == string(of)
}
