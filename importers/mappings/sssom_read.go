package mappings

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// An sssomRecord is a mapping or the head of a set as a file gives it: values
// by slot, none of them empty, and where it stands.
type sssomRecord struct {
	values map[string][]string
	line   int
	at     *source.Value  // JSON
	lines  map[string]int // of the slots, where each has its own
}

func (rec *sssomRecord) one(name string) string {
	if v := rec.values[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// An sssomReader makes a crosswalk of records, whatever they were written in.
type sssomReader struct {
	*Result
	said   taxonomy.MappingSet // by the person
	curies *curies
	defs   map[string]extension // by slot name
	told   map[string]bool      // of unknown prefixes and slots, each once
	own    map[string]bool      // propagatable slots that a mapping has itself
	ids    map[string]int       // record_id → line
	first  *source.Error        // why the first mapping was skipped
}

func newSSSOMReader(file string, opt Options) *sssomReader {
	return &sssomReader{said: opt.Set, Result: &Result{File: file, Crosswalk: &taxonomy.Crosswalk{}}, told: map[string]bool{}, own: map[string]bool{}, ids: map[string]int{}}
}

// report is problem for a slot of a record.
func (r *sssomReader) report(rec *sssomRecord, slot, code, format string, args ...any) {
	line := rec.line
	if n := rec.lines[slot]; n > 0 {
		line = n
	}
	if rec.at != nil {
		r.problemAt(rec.at, code, format, args...)
		return
	}
	r.problem(line, code, format, args...)
}

// once is report for what a file may do in every row.
func (r *sssomReader) once(key string, rec *sssomRecord, slot, code, format string, args ...any) {
	if !r.told[key] {
		r.told[key] = true
		r.report(rec, slot, code, format, args...)
	}
}

// drop skips a mapping.
func (r *sssomReader) drop(rec *sssomRecord, code, format string, args ...any) {
	r.Skipped++
	r.report(rec, "", code, format, args...)
	if r.first == nil {
		r.first = &source.Error{File: r.File, Line: rec.line, Text: fmt.Sprintf(format, args...)}
		if rec.at != nil {
			r.first.Line, r.first.Pointer = 0, rec.at.Pointer()
		}
	}
}

// head takes what a file says of its set. Prefixes and definitions come first:
// everything else is read by them.
func (r *sssomReader) head(rec *sssomRecord, prefixes map[string]string, defs []extension) {
	r.curies = newCuries(prefixes)
	for _, p := range slices.Sorted(maps.Keys(prefixes)) {
		if ns := builtin[p]; ns != "" && ns != prefixes[p] {
			r.report(rec, "curie_map", "redefined-prefix", "the prefix %s is built in as %s; that it were %s is not heeded", p, ns, prefixes[p])
		}
	}
	set := &r.Crosswalk.MappingSet
	set.Slots = taxonomy.Slots{}
	for prefix, ns := range r.curies.prefixes {
		if ns != concordName {
			if set.Prefixes == nil {
				set.Prefixes = map[string]string{}
			}
			set.Prefixes[prefix] = ns
		}
	}
	r.defs = map[string]extension{}
	for _, e := range defs {
		e.Property, _ = r.curies.expand(e.Property)
		e.Hint, _ = r.curies.expand(e.Hint)
		if e.Name == "" || reserved(e.Name) {
			r.report(rec, "extension_definitions", "bad-extension", "an extension slot cannot be called %q", e.Name)
			continue
		}
		r.defs[e.Name] = e
	}
	if k := kept(r.defs); k != nil {
		set.Slots["extension_definitions"] = k
	}
	if v := rec.one("sssom_version"); v != "" && v != "1.0" && v != "1.1" {
		r.report(rec, "sssom_version", "unknown-version", "SSSOM %s is not known here; it is read as 1.1", v)
	}
	for _, name := range slices.Sorted(maps.Keys(rec.values)) {
		values := rec.values[name]
		if name == "sssom_version" {
			continue
		}
		s := slotNamed(setSlots, name)
		if s == nil {
			r.setExtension(rec, name, values)
			continue
		}
		if values, ok := r.cleaned(rec, s, values); ok {
			keepInSet(set, name, values)
		}
	}
	switch {
	case r.said.ID != "":
	case set.ID == "":
		r.report(rec, "", "no-set-id", "the set has no mapping_set_id; it is named after its title or the file, unless --set says how")
	case !absolute(string(set.ID)):
		r.report(rec, "mapping_set_id", "relative-set-id", "the mapping_set_id %q is no URI; give it one that nobody else uses", set.ID)
	}
	switch {
	case set.License == unspecified:
		set.License = "" // as files say it that must say something
	case set.License == "" && r.said.License == "":
		r.report(rec, "", "no-license", "the set has no license, which SSSOM requires; say it in the file or with --license")
	}
}

// unspecified is the licence that SSSOM tools write where nobody has chosen one.
const unspecified = "https://w3id.org/sssom/license/unspecified"

// extension returns the definition of a slot that SSSOM does not have.
func (r *sssomReader) extension(rec *sssomRecord, name string) extension {
	def, defined := r.defs[name]
	if !defined {
		r.once("slot "+name, rec, name, "undeclared-slot", "%q is no slot of SSSOM here, and extension_definitions does not define it; it is kept as it is", name)
		def.Name = name
	}
	return def
}

func (r *sssomReader) setExtension(rec *sssomRecord, name string, values []string) {
	set, def := &r.Crosswalk.MappingSet, r.extension(rec, name)
	values = def.values(values)
	switch v := values[0]; def.Property {
	case extStatus:
		set.Status = r.status(rec, name, v)
	case extDirection:
		if d := taxonomy.Direction(v); slices.Contains(directions, d) {
			set.Direction = d
		} else {
			r.report(rec, name, "bad-value", "the direction %q should be one of %v; it is left out", v, directions)
		}
	case extSubjectLang:
		set.SubjectLang = taxonomy.ParseLang(v)
	case extObjectLang:
		set.ObjectLang = taxonomy.ParseLang(v)
	default:
		keepInSet(set, def.home(), values)
	}
}

var directions = []taxonomy.Direction{taxonomy.AsPublished, taxonomy.Conforms, taxonomy.Normalised, taxonomy.Inverted}

func (r *sssomReader) status(rec *sssomRecord, name, v string) taxonomy.Status {
	status, err := taxonomy.ParseStatus(v)
	if err != nil {
		r.report(rec, name, "bad-value", "the status %q should be one of %v; it is left out", v, taxonomy.Statuses)
	}
	return status
}

// cleaned checks the values of a slot; ok is false where they are left out.
func (r *sssomReader) cleaned(rec *sssomRecord, s *sssomSlot, values []string) ([]string, bool) {
	if len(values) > 1 && !s.multi {
		r.report(rec, s.name, "several-values", "%s has %d values and may have one; the first is kept", s.name, len(values))
		values = values[:1]
	}
	out := make([]string, 0, len(values))
	for _, v := range values {
		if s.kind == entityKind {
			uri, known := r.curies.expand(v)
			if escaped, ok := strings.CutPrefix(uri, concordName); ok {
				if name, err := url.PathUnescape(escaped); err == nil && name != "" {
					uri = name
				}
			}
			if !known {
				prefix, _, curie := strings.Cut(v, ":")
				if curie {
					r.once("prefix "+prefix, rec, s.name, "unknown-prefix", "the prefix %s of %s %q is not in curie_map, so nobody can tell what it is; it is kept as it is", prefix, s.name, v)
				} else {
					r.once("bare "+s.name, rec, s.name, "not-an-identifier", "the %s %q is neither a URI nor a CURIE; it is kept as it is", s.name, v)
				}
			}
			out = append(out, uri)
			continue
		}
		c, want := s.clean(v)
		switch {
		case want == "":
		case s.kind == dateKind:
			r.report(rec, s.name, "bad-date", "the %s %q should be %s; it is kept as it is", s.name, v, want)
		default:
			r.report(rec, s.name, "bad-value", "the %s %q should be %s; it is left out", s.name, v, want)
			return nil, false
		}
		out = append(out, c)
	}
	return out, true
}

// row takes a mapping.
func (r *sssomReader) row(rec *sssomRecord) {
	r.Rows++
	for _, need := range []string{"predicate_id", "mapping_justification"} {
		if rec.one(need) == "" {
			r.drop(rec, "no-"+strings.ReplaceAll(need, "_", "-"), "the mapping has no %s, which SSSOM requires; add it", need)
			return
		}
	}
	m := taxonomy.Mapping{Line: rec.line}
	for i := range rowSlots {
		s := &rowSlots[i]
		values := rec.values[s.name]
		if len(values) == 0 {
			continue
		}
		if s.lethal {
			if _, want := s.clean(values[0]); want != "" {
				r.drop(rec, "bad-"+strings.ReplaceAll(s.name, "_", "-"), "the %s %q should be %s; correct it", s.name, values[0], want)
				return
			}
		}
		if values, ok := r.cleaned(rec, s, values); ok {
			r.rowSlot(&m, s.name, values)
		}
	}
	for _, side := range []struct {
		name  string
		id    *taxonomy.URI
		label string
	}{{"subject", &m.Subject, m.SubjectLabel}, {"object", &m.Object, m.ObjectLabel}} {
		if !r.side(rec, side.name, side.id, side.label) {
			return
		}
	}
	if id := m.Slots["record_id"]; id != nil {
		if line, twice := r.ids[id[0]]; twice {
			r.report(rec, "record_id", "duplicate-record-id", "the record_id %s is that of line %d as well", id[0], line)
		} else {
			r.ids[id[0]] = rec.line
		}
	}
	for name := range rec.values {
		if s := slotNamed(rowSlots, name); s != nil && s.down {
			r.own[name] = true
		}
	}
	r.rowExtensions(&m, rec)
	r.add(m)
}

// side checks one side of a mapping by what its type is; false if it is skipped.
func (r *sssomReader) side(rec *sssomRecord, name string, id *taxonomy.URI, label string) bool {
	kind := rec.one(name + "_type")
	if kind == "" {
		kind = strings.Join(r.Crosswalk.Slots[name+"_type"], "")
	}
	if kind, _ = slotNamed(rowSlots, name+"_type").clean(kind); kind == rdfsLiteral {
		if label == "" {
			r.drop(rec, "no-"+name+"-label", "the %s is a literal, but there is no %s_label that says which", name, name)
			return false
		}
		if *id != "" {
			r.report(rec, name+"_id", "literal-with-id", "the %s is a literal, so its %s_id %s is left out", name, name, *id)
			*id = ""
		}
		return true
	}
	switch string(*id) {
	case "":
		r.drop(rec, "no-"+name+"-id", "the mapping has no %s_id; add it, or say the %s_type “%s” if the label is all there is", name, name, rdfsLiteral)
		return false
	case builtin["sssom"] + "NoMapping": // as drafts of SSSOM called it
		r.once("no mapping", rec, name+"_id", "old-no-term", "sssom:NoMapping is read as %s", taxonomy.NoTerm)
		*id = taxonomy.NoTerm
	case builtin["sssom"] + "NoTermFound":
		*id = taxonomy.NoTerm
	}
	return true
}

// rowSlot puts values where a mapping keeps the slot.
func (r *sssomReader) rowSlot(m *taxonomy.Mapping, name string, values []string) {
	if len(values) == 0 {
		return
	}
	switch name {
	case "predicate_id":
		m.Predicate = r.curies.predicate(values[0])
		return
	case "confidence":
		if f, err := strconv.ParseFloat(values[0], 64); err == nil {
			m.Confidence = &f
		}
		return
	case "author_label":
		m.Author, values = values[0], values[1:]
	}
	if field := rowField(m, name); field != nil {
		*field = values[0]
	} else if len(values) > 0 {
		if m.Slots == nil {
			m.Slots = taxonomy.Slots{}
		}
		m.Slots[name] = values
	}
}

// rowExtensions takes the slots of a mapping that SSSOM does not have.
func (r *sssomReader) rowExtensions(m *taxonomy.Mapping, rec *sssomRecord) {
	var names []string
	for name := range rec.values {
		if slotNamed(rowSlots, name) == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		def := r.extension(rec, name)
		values := def.values(rec.values[name])
		switch def.Property {
		case extStatus:
			m.Status = r.status(rec, name, values[0])
		case extBefore:
			m.Before = taxonomy.Match(values[0])
		default:
			r.rowSlot(m, def.home(), values)
		}
	}
}
