package mappings

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"concord/taxonomy"
)

// An sssomFile is a crosswalk in slots, ready to be written: identifiers are
// CURIEs, and every value is one that the model allows.
type sssomFile struct {
	version  string      // sssom_version; empty where 1.0 will do
	prefixes [][2]string // prefix and namespace, by prefix
	set      map[string][]string
	setNames []string // of set, in the order of the model, then extensions by name
	rows     []map[string][]string
	columns  []string    // of rows, likewise
	defs     []extension // of every extension slot used, by name
	lost     losses
}

// A slotter turns a crosswalk into an sssomFile.
type slotter struct {
	*sssomFile
	curies *curies
	ext    *extensions
}

// slotted returns a crosswalk in slots.
func slotted(c *taxonomy.Crosswalk) *sssomFile {
	x := &slotter{sssomFile: &sssomFile{lost: losses{}, set: map[string][]string{}}, curies: newCuries(c.Prefixes),
		ext: &extensions{defs: definitions(c.Slots), byProperty: map[string]string{}}}
	x.head(c)
	for i := range c.Mappings {
		x.rows = append(x.rows, x.row(c, &c.Mappings[i]))
	}
	x.spread(c)
	x.condense()
	x.order()
	return x.sssomFile
}

// head writes the set's own slots.
func (x *slotter) head(c *taxonomy.Crosswalk) {
	for i := range setSlots {
		s := &setSlots[i]
		values := c.Slots[s.name]
		if field := setField(&c.MappingSet, s.name); field != nil {
			values = only(*field)
		} else if s.name == "creator_label" {
			values = c.Creators
		}
		if s.name == "license" && len(values) == 0 {
			values = []string{unspecified}
		}
		x.put(x.set, s, values)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Slots)) {
		if slotNamed(setSlots, name) == nil && name != "extension_definitions" {
			x.extra(x.set, name, c.Slots[name])
		}
	}
	if c.Status != "" && c.Status != taxonomy.Accepted {
		x.set[x.ext.ours(extStatus)] = only(string(c.Status))
	}
	if c.Direction != "" && c.Direction != taxonomy.AsPublished {
		x.set[x.ext.ours(extDirection)] = only(string(c.Direction))
	}
	if c.SubjectLang != "" {
		x.set[x.ext.ours(extSubjectLang)] = only(string(c.SubjectLang))
	}
	if c.ObjectLang != "" {
		x.set[x.ext.ours(extObjectLang)] = only(string(c.ObjectLang))
	}
}

func only(v string) []string {
	if v == "" {
		return nil
	}
	return []string{v}
}

// reference is the CURIE of an identifier. A mere name, like that of a
// framework, becomes one in a namespace of names.
func (x *slotter) reference(v string) string {
	if v != "" && !strings.Contains(v, ":") {
		v = concordName + url.PathEscape(v)
	}
	return x.curies.contract(v)
}

// put writes the values of a slot, where the model does not allow them to an
// extension slot in its place.
func (x *slotter) put(to map[string][]string, s *sssomSlot, values []string) {
	if !slices.ContainsFunc(values, func(v string) bool { return v != "" }) {
		return
	}
	bad := len(values) > 1 && (!s.multi || slices.Contains(values, ""))
	out := make([]string, 0, len(values))
	for _, v := range values {
		if s.kind == entityKind {
			out = append(out, x.reference(v))
			continue
		}
		clean, want := s.clean(v)
		bad = bad || want != ""
		out = append(out, clean)
	}
	if bad {
		x.extra(to, s.name, values)
		return
	}
	to[s.name] = out
}

// extra writes a slot that is none of SSSOM's.
func (x *slotter) extra(to map[string][]string, name string, values []string) {
	if !slices.ContainsFunc(values, func(v string) bool { return v != "" }) {
		return
	}
	as := x.ext.slot(name, len(values) > 1)
	to[as] = values // joined by order, once it is known which slots are lists
}

// row writes a mapping.
func (x *slotter) row(c *taxonomy.Crosswalk, m *taxonomy.Mapping) map[string][]string {
	row := make(map[string][]string, 12)
	for i := range rowSlots {
		s := &rowSlots[i]
		switch s.name {
		case "subject_id", "object_id":
			if id := *rowField(m, s.name); id == string(taxonomy.NoTerm) {
				row[s.name] = only(id)
			} else if id != "" {
				row[s.name] = only(x.reference(id))
			}
			continue
		case "predicate_id":
			row[s.name] = only(x.predicate(string(m.Predicate)))
			continue
		case "confidence":
			if m.Confidence != nil {
				row[s.name] = only(strconv.FormatFloat(*m.Confidence, 'f', -1, 64))
			}
			continue
		}
		values := m.Slots[s.name]
		if s.name == "author_label" && m.Author != "" {
			values = append([]string{m.Author}, values...)
		} else if field := rowField(m, s.name); field != nil {
			values = only(*field)
		}
		x.put(row, s, values)
	}
	x.required(m, row)
	for _, name := range slices.Sorted(maps.Keys(m.Slots)) {
		if slotNamed(rowSlots, name) == nil {
			x.extra(row, name, m.Slots[name])
		}
	}
	general := c.Status
	if general == "" {
		general = taxonomy.Accepted
	}
	if m.Status != "" && m.Status != general {
		row[x.ext.ours(extStatus)] = only(string(m.Status))
	}
	if m.Before != "" {
		row[x.ext.ours(extBefore)] = only(string(m.Before))
	}
	return row
}

// required writes what SSSOM requires of a mapping and this one does not say.
func (x *slotter) required(m *taxonomy.Mapping, row map[string][]string) {
	if row["mapping_justification"] == nil {
		row["mapping_justification"] = only(string(taxonomy.Unspecified))
		if m.Justification == "" {
			x.lost.add("that a mapping does not say how it was found: written as "+string(taxonomy.Unspecified), 1)
		}
	}
	if m.Subject == "" {
		row["subject_type"] = only(rdfsLiteral)
	}
	if m.Object == "" {
		row["object_type"] = only(rdfsLiteral)
	}
}

// predicate is the CURIE of a predicate.
func (x *slotter) predicate(p string) string {
	uri, known := x.curies.expand(p)
	if !known {
		return p
	}
	if uri != p {
		x.curies.contract(uri) // says that a prefix for it is in use
		return string(x.curies.predicate(uri))
	}
	return x.term(p)
}

// spread writes the source of every mapping where one of them has another than
// the set: a reader may take the set's only where no mapping has its own.
func (x *slotter) spread(c *taxonomy.Crosswalk) {
	for i := range setSlots {
		s := &setSlots[i]
		if !sourceSlot(s.name) || x.set[s.name] == nil {
			continue
		}
		if slices.ContainsFunc(x.rows, func(row map[string][]string) bool { return row[s.name] != nil }) {
			for _, row := range x.rows {
				if row[s.name] == nil {
					row[s.name] = x.set[s.name]
				}
			}
		}
	}
}

// condense moves to the set what it may say for all mappings alike.
func (x *slotter) condense() {
	for i := range rowSlots {
		s := &rowSlots[i]
		if !s.down || sourceSlot(s.name) || len(x.rows) == 0 || x.set[s.name] != nil {
			continue
		}
		same := x.rows[0][s.name]
		if same == nil || slices.ContainsFunc(x.rows, func(row map[string][]string) bool { return !slices.Equal(row[s.name], same) }) {
			continue
		}
		x.set[s.name] = same
		for _, row := range x.rows {
			delete(row, s.name)
		}
	}
}

// order lists what is used, joins lists in extension slots, and tells the
// version of SSSOM that is needed.
func (x *slotter) order() {
	used := map[string]bool{"subject_id": true, "predicate_id": true, "object_id": true, "mapping_justification": true}
	for _, record := range append([]map[string][]string{x.set}, x.rows...) {
		for name, values := range record {
			if def := x.ext.defs[name]; def.Hint == concordList && def.Property != "" && x.ext.byProperty[def.Property] == name {
				record[name] = only(joined(values))
			}
		}
	}
	for _, row := range x.rows {
		for name := range row {
			used[name] = true
		}
	}
	x.columns = x.named(rowSlots, used)
	inSet := map[string]bool{}
	for name := range x.set {
		inSet[name], used[name] = true, true
	}
	x.setNames = x.named(setSlots, inSet)
	for _, name := range slices.Sorted(maps.Keys(x.ext.defs)) {
		def := x.ext.defs[name]
		if _, ours := x.ext.byProperty[def.Property]; ours && !used[name] {
			continue
		}
		def.Property, def.Hint = x.term(def.Property), x.term(def.Hint)
		x.defs = append(x.defs, def)
	}
	for prefix := range x.curies.used {
		if builtin[prefix] != "" {
			x.prefixes = append(x.prefixes, [2]string{prefix, builtin[prefix]})
		}
	}
	for _, prefix := range []string{"semapv", "skos"} { // in every file, and not every reader knows them
		if !x.curies.used[prefix] {
			x.prefixes = append(x.prefixes, [2]string{prefix, builtin[prefix]})
		}
	}
	for prefix, ns := range x.curies.prefixes {
		x.prefixes = append(x.prefixes, [2]string{prefix, ns})
	}
	slices.SortFunc(x.prefixes, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
}

// term is the CURIE of a term, if the set has a prefix for it.
func (x *slotter) term(uri string) string {
	if curie, ok := x.curies.short(uri); ok {
		return curie
	}
	return uri
}

// named returns the names that are used, those of slots in their order and
// then the others by name.
func (x *slotter) named(slots []sssomSlot, used map[string]bool) (out []string) {
	for i := range slots {
		if used[slots[i].name] {
			out = append(out, slots[i].name)
			if slots[i].late {
				x.version = "1.1"
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(used)) {
		if slotNamed(slots, name) == nil {
			out = append(out, name)
		}
	}
	return out
}
