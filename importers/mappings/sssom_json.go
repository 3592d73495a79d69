package mappings

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"concord/importers"
	"concord/importers/source"
	"concord/taxonomy"
)

// readSSSOMJSON reads a mapping set as the JSON schema of SSSOM has it. It
// takes slips of real files: one value where a list belongs, prefixes in a
// JSON-LD context instead of curie_map, and slots beside those of the schema.
func readSSSOMJSON(f *source.File, opt Options) ([]*Result, error) {
	data, err := f.Bytes(maxSSSOM)
	if err != nil {
		return nil, err
	}
	root, slips, err := source.ParseJSON(f.Path, data)
	if err != nil {
		return nil, err
	}
	if root.Kind != source.Object {
		return nil, &source.Error{File: f.Path, Text: "is no SSSOM mapping set: an object with mapping_set_id and mappings was expected"}
	}
	r := newSSSOMReader(f.Path, opt)
	for _, s := range slips {
		r.Problems = append(r.Problems, importers.Problem{File: f.Path, Pointer: s.Pointer, Code: s.Code, Text: s.Text})
	}
	var defs []extension
	for _, d := range root.Get("extension_definitions").List() {
		defs = append(defs, extension{Name: d.Get("slot_name").String(), Property: d.Get("property").String(), Hint: d.Get("type_hint").String()})
	}
	head := r.jsonRecord(root, setSlots, defs)
	head.line = 1
	r.head(head, jsonPrefixes(root), defs)
	list := root.Get("mappings")
	if list != nil && list.Kind != source.Array && list.Kind != source.Null {
		return nil, &source.Error{File: f.Path, Pointer: list.Pointer(), Text: "the mappings are no list"}
	}
	line, at := 1, 0
	for _, v := range list.List() {
		line += bytes.Count(data[at:v.Start], []byte("\n"))
		at = v.Start
		if v.Kind != source.Object {
			r.Rows++
			r.drop(&sssomRecord{at: v}, "not-a-mapping", "an object was expected, with the slots of a mapping")
			continue
		}
		rec := r.jsonRecord(v, rowSlots, defs)
		rec.line = line
		r.row(rec)
	}
	return r.finish()
}

// jsonPrefixes returns the prefixes of a set: name to URI, or name to a Prefix.
func jsonPrefixes(root *source.Value) map[string]string {
	out := map[string]string{}
	for _, from := range []*source.Value{root.Get("@context"), root.Get("curie_map")} {
		if from == nil {
			continue
		}
		for _, m := range from.Members {
			ns := m.Value.Text
			switch {
			case m.Value.Kind == source.Object:
				ns = m.Value.First("prefix_url", "@id").String()
				if m.Value.Get("@type") != nil {
					ns = "" // a term, not a prefix
				}
			case m.Value.Kind != source.String:
				ns = ""
			}
			if ns != "" && !strings.HasPrefix(m.Key, "@") && (absolute(ns) || from == root.Get("curie_map")) {
				out[m.Key] = ns
			}
		}
	}
	return out
}

// jsonRecord returns the slots of a set or mapping.
func (r *sssomReader) jsonRecord(v *source.Value, slots []sssomSlot, defs []extension) *sssomRecord {
	rec := &sssomRecord{values: map[string][]string{}, at: v}
	for _, m := range v.Members {
		switch {
		case m.Key == "curie_map" || m.Key == "mappings" || m.Key == "extension_definitions" || strings.HasPrefix(m.Key, "@"):
			continue
		case m.Value.Kind == source.Object:
			r.problemAt(m.Value, "not-a-value", "%s is an object; text was expected, so it is left out", m.Key)
			continue
		}
		if values := m.Value.Strings(); len(values) > 0 {
			rec.values[m.Key] = values
		}
	}
	if s := slotNamed(slots, "other"); s != nil {
		unpackOther(rec.values, defs)
	}
	return rec
}

// The JSON schema allows no slots of others, so they stand in the slot other,
// which is for "key value pairs for properties not part of the SSSOM spec",
// parted by |, before what is there already.

// packOther moves the extension slots of a record to its slot other.
func packOther(record map[string][]string, names []string) {
	var pairs []string
	for _, name := range names {
		if values := record[name]; values != nil && !reserved(name) {
			pairs = append(pairs, name+"="+values[0])
			delete(record, name)
		}
	}
	if pairs == nil {
		return
	}
	all := joined(pairs)
	if other := strings.Join(record["other"], ""); other != "" {
		all += "|" + other
	}
	record["other"] = only(all)
}

// unpackOther is packOther backwards: it takes the pairs that are defined.
func unpackOther(record map[string][]string, defs []extension) {
	rest := strings.Join(record["other"], "")
	for rest != "" {
		pair, left := rest, ""
		if i := pipe(rest); i >= 0 {
			pair, left = rest[:i], rest[i+1:]
		}
		name, value, ok := strings.Cut(parted(pair)[0], "=")
		if !ok || value == "" || record[name] != nil || !slices.ContainsFunc(defs, func(e extension) bool { return e.Name == name && !reserved(name) }) {
			break
		}
		record[name] = only(value)
		rest = left
	}
	if rest == "" {
		delete(record, "other")
	} else {
		record["other"] = only(rest)
	}
}

// pipe is the index of the first | that stands for itself, or -1.
func pipe(s string) int {
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '|' || s[i+1] == '\\'):
			i++
		case s[i] == '|':
			return i
		}
	}
	return -1
}

// writeSSSOMJSON writes a mapping set that the JSON schema of SSSOM accepts, a
// mapping on each line.
func writeSSSOMJSON(w io.Writer, c *taxonomy.Crosswalk) ([]importers.Loss, error) {
	f := slotted(c)
	packOther(f.set, f.setNames)
	b := &jsonObject{indent: "\n  "}
	if f.version != "" {
		b.add("sssom_version", f.version)
	}
	curies := &jsonObject{indent: "\n    "}
	for _, p := range f.prefixes {
		curies.add(p[0], p[1])
	}
	b.raw("curie_map", curies.end("\n  "))
	for i := range setSlots {
		b.slot(&setSlots[i], f.set)
	}
	if len(f.defs) > 0 {
		b.add("extension_definitions", f.defs)
	}
	var rows bytes.Buffer
	rows.WriteByte('[')
	for i, row := range f.rows {
		packOther(row, f.columns)
		o := &jsonObject{}
		for j := range rowSlots {
			o.slot(&rowSlots[j], row)
		}
		if i > 0 {
			rows.WriteByte(',')
		}
		rows.WriteString("\n    ")
		rows.Write(o.end(""))
	}
	rows.WriteString("\n  ]")
	b.raw("mappings", rows.Bytes())
	if _, err := w.Write(append(b.end("\n"), '\n')); err != nil {
		return nil, fmt.Errorf("writing the mapping set: %w", err)
	}
	return f.lost.list(), nil
}

// A jsonObject is an object whose members keep the order in which they are added.
type jsonObject struct {
	buf    bytes.Buffer
	indent string // before each member
}

func (o *jsonObject) raw(key string, value []byte) {
	if o.buf.Len() > 0 {
		o.buf.WriteByte(',')
		if o.indent == "" {
			o.buf.WriteByte(' ')
		}
	}
	o.buf.WriteString(o.indent)
	o.buf.Write(plainJSON(key))
	o.buf.WriteString(": ")
	o.buf.Write(value)
}

func (o *jsonObject) add(key string, value any) { o.raw(key, plainJSON(value)) }

// slot adds a slot, if the record has it.
func (o *jsonObject) slot(s *sssomSlot, record map[string][]string) {
	values := record[s.name]
	switch {
	case values == nil:
	case s.multi:
		o.add(s.name, values)
	case s.kind == numberKind:
		o.raw(s.name, []byte(values[0]))
	default:
		o.add(s.name, values[0])
	}
}

func (o *jsonObject) end(indent string) []byte {
	return append(append([]byte("{"), o.buf.Bytes()...), indent+"}"...)
}

// plainJSON is JSON without the escapes that are for web pages.
func plainJSON(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.Encode(v) // of text and lists of text it cannot fail
	return bytes.TrimRight(b.Bytes(), "\n")
}
