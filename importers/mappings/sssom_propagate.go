package mappings

import (
	"fmt"
	"slices"
	"strings"

	"concord/taxonomy"
)

// finish completes the set once all mappings are read. What a set says of
// every mapping goes to them (SSSOM, "Propagation of mapping set slots"),
// unless a mapping has a value of its own in that slot. The sources of the two
// sides stay with the set: a mapping names one only where it is another.
func (r *sssomReader) finish() ([]*Result, error) {
	set, rows := &r.Crosswalk.MappingSet, r.Crosswalk.Mappings
	if len(rows) == 0 && r.first != nil {
		r.first.Text = fmt.Sprintf("none of the %d mappings can be used; the first: %s", r.Rows, r.first.Text)
		return nil, r.first
	}
	for i := range rowSlots {
		s := &rowSlots[i]
		switch {
		case !s.down || len(rows) == 0:
		case sourceSlot(s.name):
			r.gather(s.name)
		case len(set.Slots[s.name]) > 0 && !r.own[s.name]:
			for j := range rows {
				r.rowSlot(&rows[j], s.name, slices.Clone(set.Slots[s.name]))
			}
			delete(set.Slots, s.name)
		}
	}
	if len(set.Slots) == 0 {
		set.Slots = nil
	}
	return []*Result{r.Result}, nil
}

// sourceSlot tells the slots that a set has fields for.
func sourceSlot(name string) bool {
	switch name {
	case "subject_source", "subject_source_version", "object_source", "object_source_version":
		return true
	}
	return false
}

// gather moves what all mappings say alike of a source to the set, and takes
// from them what only repeats it.
func (r *sssomReader) gather(name string) {
	of, rows := setField(&r.Crosswalk.MappingSet, name), r.Crosswalk.Mappings
	if *of == "" {
		v := sourceOf(&rows[0], name)
		if v == "" || slices.ContainsFunc(rows, func(m taxonomy.Mapping) bool { return sourceOf(&m, name) != v }) {
			return
		}
		*of = v
	}
	for i := range rows {
		m := &rows[i]
		if sourceOf(m, name) != *of {
			continue
		}
		if field := rowField(m, name); field != nil {
			*field = ""
		} else if delete(m.Slots, name); len(m.Slots) == 0 {
			m.Slots = nil
		}
	}
}

// sourceOf is what a mapping says itself in one of the sourceSlots.
func sourceOf(m *taxonomy.Mapping, name string) string {
	if field := rowField(m, name); field != nil {
		return *field
	}
	return strings.Join(m.Slots[name], "")
}
