package mappings

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"concord/importers"
	"concord/importers/source"
	"concord/taxonomy"
)

// A slot is a value of a mapping or a mapping set by its SSSOM name. Formats
// other than SSSOM that have a place for extensions carry in it, as slots, what
// they have no term for, so that what Concord writes it reads back whole. Names
// that SSSOM does not have: status, predicate_before, subject_lang,
// object_lang, direction, set_status.
type slot struct {
	name   string
	values []string
}

type field struct {
	name  string
	value *string
}

// rowFields and setFields are the slots that rowField and setField know, in the
// order of SSSOM.
var (
	rowFields = []string{"subject_id", "subject_label", "subject_category", "predicate_id", "predicate_modifier", "object_id", "object_label",
		"object_category", "mapping_justification", "subject_source", "object_source", "mapping_date", "comment"}
	setFields = []string{"mapping_set_id", "mapping_set_title", "mapping_set_description", "mapping_set_version", "license", "publication_date",
		"subject_source", "subject_source_version", "object_source", "object_source_version"}
)

// fieldsOf is the fields of a mapping that hold a text.
func fieldsOf(m *taxonomy.Mapping) []field {
	var out []field
	for _, name := range rowFields {
		out = append(out, field{name, rowField(m, name)})
	}
	return append(out, field{"author_label", &m.Author}, field{"status", (*string)(&m.Status)}, field{"predicate_before", (*string)(&m.Before)})
}

// setFieldsOf is the fields of a mapping set that hold a text.
func setFieldsOf(s *taxonomy.MappingSet) []field {
	var out []field
	for _, name := range setFields {
		out = append(out, field{name, setField(s, name)})
	}
	return append(out, field{"subject_lang", (*string)(&s.SubjectLang)}, field{"object_lang", (*string)(&s.ObjectLang)},
		field{"set_status", (*string)(&s.Status)}, field{"direction", (*string)(&s.Direction)})
}

// slotsOf is everything that m says besides what is in without: its fields,
// then its Slots by name.
func slotsOf(m *taxonomy.Mapping, without ...string) []slot {
	out := filled(fieldsOf(m), without)
	if m.Confidence != nil && !slices.Contains(without, "confidence") {
		out = append(out, slot{"confidence", []string{strconv.FormatFloat(*m.Confidence, 'g', -1, 64)}})
	}
	return append(out, others(m.Slots, without)...)
}

// setSlotsOf is everything that s says besides what is in without.
func setSlotsOf(s *taxonomy.MappingSet, without ...string) []slot {
	out := filled(setFieldsOf(s), without)
	if len(s.Creators) > 0 && !slices.Contains(without, "creator_label") {
		out = append(out, slot{"creator_label", s.Creators})
	}
	if len(s.Prefixes) > 0 && !slices.Contains(without, "curie_map") {
		var prefixes []string
		for _, name := range slices.Sorted(maps.Keys(s.Prefixes)) {
			prefixes = append(prefixes, name+": "+s.Prefixes[name])
		}
		out = append(out, slot{"curie_map", prefixes})
	}
	return append(out, others(s.Slots, without)...)
}

func filled(fields []field, without []string) []slot {
	var out []slot
	for _, f := range fields {
		if *f.value != "" && !slices.Contains(without, f.name) {
			out = append(out, slot{f.name, []string{*f.value}})
		}
	}
	return out
}

func others(slots taxonomy.Slots, without []string) []slot {
	var out []slot
	for _, name := range slices.Sorted(maps.Keys(slots)) {
		if !slices.Contains(without, name) && len(slots[name]) > 0 {
			out = append(out, slot{name, slots[name]})
		}
	}
	return out
}

// setSlot gives m what a slot says, and reports whether it could: a confidence
// must be a number from 0 to 1.
func setSlot(m *taxonomy.Mapping, name string, values ...string) bool {
	if len(values) == 0 {
		return true
	}
	if len(values) == 1 {
		for _, f := range fieldsOf(m) {
			if f.name == name {
				*f.value = values[0]
				return true
			}
		}
		if name == "confidence" {
			n, ok := probability(values[0])
			if ok {
				m.Confidence = &n
			}
			return ok
		}
	}
	if m.Slots == nil {
		m.Slots = taxonomy.Slots{}
	}
	m.Slots[name] = append(m.Slots[name], values...)
	return true
}

// setSetSlot gives s what a slot says.
func setSetSlot(s *taxonomy.MappingSet, name string, values ...string) {
	if len(values) == 0 {
		return
	}
	for _, f := range setFieldsOf(s) {
		if f.name == name && len(values) == 1 {
			*f.value = values[0]
			return
		}
	}
	switch name {
	case "creator_label":
		s.Creators = append(s.Creators, values...)
		return
	case "curie_map":
		s.Prefixes = map[string]string{}
		for _, v := range values {
			if prefix, iri, ok := strings.Cut(v, ": "); ok {
				s.Prefixes[prefix] = iri
			}
		}
		return
	}
	if s.Slots == nil {
		s.Slots = taxonomy.Slots{}
	}
	s.Slots[name] = append(s.Slots[name], values...)
}

// probability reads a number from 0 to 1.
func probability(s string) (float64, bool) {
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil && n >= 0 && n <= 1
}

// asserted tells what a format may state to readers who know no more than a
// concept, a relation and a concept; why says what it is else. all is onlyProposals.
func asserted(c *taxonomy.Crosswalk, m *taxonomy.Mapping, all bool) (ok bool, why string) {
	switch {
	case m.Subject == taxonomy.NoTerm || m.Object == taxonomy.NoTerm:
		return false, "rows where no term was found"
	case m.Subject == "" || m.Object == "":
		return false, "rows of which a side is a text, not a concept"
	}
	return standing(c, m, all)
}

// standing tells what holds of a row: it is not negated and was not turned
// down, nor is it only proposed where other rows were accepted. all says that
// none was, so that proposals are all there is.
func standing(c *taxonomy.Crosswalk, m *taxonomy.Mapping, all bool) (ok bool, why string) {
	status := m.Status
	if status == "" {
		status = c.Status
	}
	switch {
	case m.Modifier != "":
		return false, "negated rows"
	case status == taxonomy.Rejected:
		return false, "rejected rows"
	case !all && (status == taxonomy.Proposed || status == taxonomy.Unsure):
		return false, "rows that are not accepted yet"
	}
	return true, ""
}

// onlyProposals reports whether no row of c was accepted.
func onlyProposals(c *taxonomy.Crosswalk) bool {
	return !slices.ContainsFunc(c.Mappings, func(m taxonomy.Mapping) bool {
		status := m.Status
		if status == "" {
			status = c.Status
		}
		return status == "" || status == taxonomy.Accepted
	})
}

// lossNames is how a loss report names slots.
var lossNames = map[string]string{
	"mapping_justification": "justifications", "author_label": "authors", "mapping_date": "dates", "comment": "comments", "confidence": "confidences",
	"subject_category": "kinds of subjects", "object_category": "kinds of objects", "subject_source": "frameworks of single rows", "object_source": "frameworks of single rows",
	"status": "review statuses", "predicate_before": "predicates before review", "subject_label": "labels that differ from row to row", "object_label": "labels that differ from row to row",
}

// slotsLost counts what slots say as lost; how follows their names.
func (l losses) slotsLost(slots []slot, how string) {
	for _, s := range slots {
		name := lossNames[s.name]
		if name == "" {
			name = "slot " + s.name
		}
		l.add(name+how, 1)
	}
}

// slotObject is slots as a JSON object, in their order.
func slotObject(slots []slot) object {
	var o object
	for _, s := range slots {
		if len(s.values) == 1 {
			o.set(s.name, s.values[0])
		} else {
			o.set(s.name, s.values)
		}
	}
	return o
}

// readSlots calls set for every member of a slotObject.
func readSlots(v *source.Value, set func(name string, values ...string)) {
	if v == nil {
		return
	}
	for _, m := range v.Members {
		var values []string
		for _, x := range m.Value.List() {
			if x.Kind == source.String {
				values = append(values, x.Text) // as it is: String trims
			}
		}
		set(m.Key, values...)
	}
}

// unasserted is the rows that a JSON format keeps apart, because a reader who
// knows only the format would take them for mappings, each with its place.
func unasserted(rows []int, c *taxonomy.Crosswalk) []object {
	var out []object
	for _, i := range rows {
		var o object
		o.set("row", i)
		out = append(out, append(o, slotObject(slotsOf(&c.Mappings[i]))...))
	}
	return out
}

// insertUnasserted puts the rows of unasserted back to their places; one
// without a place comes last.
func insertUnasserted(r *Result, v *source.Value) {
	rest := r.Crosswalk.Mappings
	r.Crosswalk.Mappings = nil
	type kept struct {
		at  int
		row taxonomy.Mapping
	}
	var apart []kept
	for _, x := range v.List() {
		var m taxonomy.Mapping
		readSlots(x, func(name string, values ...string) { setSlot(&m, name, values...) })
		r.Rows++
		if m.Subject == "" && m.SubjectLabel == "" || m.Object == "" && m.ObjectLabel == "" || m.Predicate == "" {
			r.Skipped++
			r.problemAt(x, "incomplete-mapping", "a row that is kept apart needs a subject, a predicate and an object")
			continue
		}
		at, err := strconv.Atoi(x.Get("row").String())
		if err != nil || at < 0 {
			at = math.MaxInt
		}
		apart = append(apart, kept{at, m})
	}
	slices.SortStableFunc(apart, func(a, b kept) int { return cmp.Compare(a.at, b.at) })
	for len(rest) > 0 || len(apart) > 0 {
		if len(apart) > 0 && (len(rest) == 0 || apart[0].at <= len(r.Crosswalk.Mappings)) {
			r.add(apart[0].row)
			apart = apart[1:]
			continue
		}
		r.Crosswalk.Mappings = append(r.Crosswalk.Mappings, rest[0])
		rest = rest[1:]
	}
}

// problemOf is a problem at a place in a JSON document with lines.
func (r *Result) problemOf(line int, at *source.Value, code, text string) {
	r.Problems = append(r.Problems, importers.Problem{File: r.File, Line: line, Pointer: at.Pointer(), Code: code, Text: text})
}
