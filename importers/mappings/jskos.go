package mappings

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"concord/importers"
	"concord/importers/source"
	"concord/taxonomy"
)

// JSKOS mappings (https://gbv.github.io/jskos/, 0.7): one, an array, one a line
// (NDJSON), or a concordance with its mappings. Each concordance is a set.
//
// A mapping joins two bundles of concepts. One concept on either side is one
// row. A bundle of none is taxonomy.NoTerm. Alternatives (memberChoice) are a
// row for each pair. Concepts that match together (memberSet and memberList of
// several) are a row for each pair too, but that the pair alone matches is not
// said: such a row is skos:mappingRelation, and its slot bundle_predicate is
// what holds of all together. Rows of one mapping share their slot bundle;
// subject_bundle and object_bundle are memberSet, memberList or memberChoice.
//
// Slots that SSSOM does not have: what JSKOS has fields for (modified,
// contributor_label, subject_notation, …), and texts in a language "de:…".
var jskosFormat = format{name: "jskos", doc: "JSKOS mappings and concordances, JSON or NDJSON; written as NDJSON, the concordance first", ext: ".jskos.ndjson",
	claims: claimsJSKOS, read: readJSKOS, write: writeJSKOS}

// jskosName is how JSKOS files are called.
var jskosName = regexp.MustCompile(`(?i)\.(mapping|concordance|concept|scheme|item|resource|occurrence|registry|service|distribution)(\.schema)?\.(json|ndjson)$`)

func claimsJSKOS(f *source.File, head []byte) bool {
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if !bytes.HasPrefix(trimmed, []byte("{")) && !bytes.HasPrefix(trimmed, []byte("[")) {
		return false
	}
	for _, sign := range []string{`"memberSet"`, `"memberList"`, `"memberChoice"`, "gbv.github.io/jskos", `"fromScheme"`, `"toScheme"`} {
		if bytes.Contains(head, []byte(sign)) {
			return true
		}
	}
	return jskosName.MatchString(f.Name) // what is no mapping is refused with the reason
}

const maxJSON = 512 << 20

// maxPairs bounds the rows of one mapping.
const maxPairs = 10_000

// jskosDoc is a JSON document of a file.
type jskosDoc struct {
	v    *source.Value
	line int // of its first byte
	data []byte
	seen int // bytes up to which lines are counted in line
}

// at is the line that v begins on; it is asked for in document order.
func (d *jskosDoc) at(v *source.Value) int {
	if v.Start > d.seen {
		d.line += bytes.Count(d.data[d.seen:v.Start], []byte("\n"))
		d.seen = v.Start
	}
	return d.line
}

type jskosRead struct {
	file    string
	sets    map[string]*Result
	order   []*Result
	first   *breach        // why nothing could be read
	line    int            // of it
	unread  map[string]int // fields without a place
	where   map[string]int // the line of the first of each
	bundles map[string]int
	langs   map[*taxonomy.Crosswalk][2][]string // of the labels of each side
	kept    map[*Result]*source.Value           // rows that are kept apart
	rows    int
}

func readJSKOS(f *source.File, _ Options) ([]*Result, error) {
	docs, slips, err := jskosDocs(f)
	if err != nil {
		return nil, err
	}
	s := &jskosRead{file: f.Path, sets: map[string]*Result{}, unread: map[string]int{}, where: map[string]int{}, bundles: map[string]int{}, langs: map[*taxonomy.Crosswalk][2][]string{}, kept: map[*Result]*source.Value{}}
	for _, d := range docs {
		for _, x := range d.v.List() {
			if x.Get("from") == nil && x.Get("to") == nil && (x.Get("mappings") != nil || x.Get("fromScheme") != nil || x.Get("toScheme") != nil) {
				s.concordance(d, x)
			}
		}
	}
	for _, d := range docs {
		d.line, d.seen = d.line-bytes.Count(d.data[:d.seen], []byte("\n")), 0
		for _, x := range d.v.List() {
			s.value(d, x)
		}
	}
	if s.rows == 0 {
		e := &source.Error{File: f.Path, Text: "holds no JSKOS mapping (an object with from and to)"}
		if s.first != nil {
			e.Line, e.Pointer, e.Text = s.line, s.first.at.Pointer(), "is not valid JSKOS: "+s.first.text
		}
		return nil, e
	}
	s.finish(slips)
	return s.order, nil
}

// jskosDocs parses a file as one JSON document, else as one on each line.
func jskosDocs(f *source.File) ([]*jskosDoc, []source.Slip, error) {
	data, err := f.Bytes(maxJSON)
	if err != nil {
		return nil, nil, err
	}
	v, slips, whole := source.ParseJSON(f.Path, data)
	if whole == nil {
		return []*jskosDoc{{v: v, line: 1, data: data}}, slips, nil
	}
	var docs []*jskosDoc
	for i, line := range bytes.Split(data, []byte("\n")) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		v, more, err := source.ParseJSON(f.Path, line)
		if err != nil {
			if len(docs) == 0 {
				return nil, nil, whole
			}
			return nil, nil, &source.Error{File: f.Path, Line: i + 1, Text: strings.TrimPrefix(err.Error(), f.Path+":1: ")}
		}
		docs, slips = append(docs, &jskosDoc{v: v, line: i + 1, data: line}), append(slips, more...)
	}
	return docs, slips, nil
}

// set returns the set of a concordance's URI; "" is that of mappings of none.
func (s *jskosRead) set(uri string) *Result {
	r := s.sets[uri]
	if r == nil {
		r = &Result{File: s.file, Crosswalk: &taxonomy.Crosswalk{MappingSet: taxonomy.MappingSet{ID: taxonomy.URI(uri)}}}
		s.sets[uri] = r
		s.order = append(s.order, r)
	}
	return r
}

func (s *jskosRead) broken(line int, b *breach) {
	if s.first == nil {
		s.first, s.line = b, line
	}
}

// value reads what stands at the top of a document: a mapping, or a
// concordance whose mappings are in it.
func (s *jskosRead) value(d *jskosDoc, v *source.Value) {
	line := d.at(v)
	switch {
	case v.Kind == source.Null:
		return
	case v.Kind != source.Object:
		s.broken(line, &breach{v, "a mapping is an object"})
		return
	case v.Get("from") != nil || v.Get("to") != nil:
		s.mapping(d, v, s.set(partOf(v)))
		return
	case v.Get("mappings") != nil:
		r := s.set(v.Get("uri").String())
		for _, x := range v.Get("mappings").List() {
			s.mapping(d, x, r)
		}
	}
	if b := jskosBreach(v, 0); b != nil {
		s.broken(line, b)
	} else if unknown := jskosUnknown(v); len(unknown) > 0 {
		s.broken(line, &breach{unknown[0], fmt.Sprintf("%q is no field of JSKOS; fields of your own begin with _", unknown[0].Key())})
	} else if v.Get("mappings") == nil && v.Get("fromScheme") == nil && v.Get("toScheme") == nil {
		s.broken(line, &breach{v, "a mapping has from and to; this is another kind of JSKOS object"})
	}
}

func partOf(v *source.Value) string {
	for _, x := range v.Get("partOf").List() {
		if uri := x.Get("uri").String(); uri != "" {
			return uri
		}
	}
	return ""
}

// mapping reads a mapping as one row or several.
func (s *jskosRead) mapping(d *jskosDoc, v *source.Value, r *Result) {
	line := d.at(v)
	if v.Kind == source.Null {
		r.problemOf(line, v, "open-set", "null says that there are more mappings, which are not in the file")
		return
	}
	s.rows++
	r.Rows++
	b := jskosBreach(v, 0)
	for _, name := range []string{"from", "to"} {
		if b == nil && v.Get(name) == nil {
			b = &breach{v, "a mapping needs " + name}
		}
	}
	if b != nil {
		s.broken(line, b)
		s.rows--
		r.Skipped++
		r.problemOf(line, b.at, "invalid-jskos", b.text)
		return
	}
	for _, x := range jskosUnknown(v) {
		r.problemOf(line, x, "unknown-field", fmt.Sprintf("%q is no field of JSKOS; it is left out", x.Key()))
	}
	m := taxonomy.Mapping{Line: line}
	predicate := s.describe(&m, v)
	from := s.side(r, line, v.Get("from"), v.Get("fromScheme"))
	to := s.side(r, line, v.Get("to"), v.Get("toScheme"))
	why := ""
	switch {
	case from.bad != "" || to.bad != "":
		why = from.bad + to.bad
	case len(from.members) == 0 && len(to.members) == 0:
		why = "neither side has a concept"
	case len(from.members)*len(to.members) > maxPairs:
		why = fmt.Sprintf("it joins %d concepts with %d, more than %d pairs", len(from.members), len(to.members), maxPairs)
	}
	if why != "" {
		r.Skipped++
		r.problemOf(line, v, "unread-mapping", why)
		return
	}
	m.Predicate = taxonomy.Match(predicate)
	bundled := from.bundled() || to.bundled()
	if bundled {
		s.bundle(&m, v, from, to)
	} else if uri := v.Get("uri").String(); uri != "" {
		setSlot(&m, "record_id", uri)
	}
	if from.together() || to.together() {
		m.Predicate = "skos:mappingRelation"
		if predicate != string(m.Predicate) {
			setSlot(&m, "bundle_predicate", predicate)
		}
		r.problemOf(line, v, "composite", fmt.Sprintf("%d concepts match %d together; each pair is a row of its own, as skos:mappingRelation", max(1, len(from.members)), max(1, len(to.members))))
	}
	r.Rows--
	for _, a := range from.orNone() {
		for _, z := range to.orNone() {
			row := m
			row.Slots = maps.Clone(m.Slots)
			row.Subject, row.SubjectLabel, row.SubjectSource = a.uri, a.label, from.source
			row.Object, row.ObjectLabel, row.ObjectSource = z.uri, z.label, to.source
			a.slots(&row, "subject")
			z.slots(&row, "object")
			r.Rows++
			r.add(row)
			langs := s.langs[r.Crosswalk]
			langs[0], langs[1] = append(langs[0], a.lang), append(langs[1], z.lang)
			s.langs[r.Crosswalk] = langs
		}
	}
}

// bundle marks the rows of a mapping that has several.
func (s *jskosRead) bundle(m *taxonomy.Mapping, v *source.Value, from, to jskosSide) {
	id := v.Get("uri").String()
	if id == "" {
		parts := []string{"jskos"}
		for _, side := range []jskosSide{from, to} {
			parts = append(parts, side.kind)
			for _, c := range side.members {
				parts = append(parts, string(c.uri), c.label)
			}
		}
		key := strings.Join(parts, "\n")
		s.bundles[key]++
		id = "urn:uuid:" + source.UUID5(append(parts, fmt.Sprint(s.bundles[key]))...)
	}
	setSlot(m, "bundle", id)
	setSlot(m, "subject_bundle", from.kind)
	setSlot(m, "object_bundle", to.kind)
}

// finish gives each set what its rows have in common, and says what was left out.
func (s *jskosRead) finish(slips []source.Slip) {
	for _, r := range s.order {
		c := r.Crosswalk
		for i := range c.Mappings {
			m := &c.Mappings[i]
			if m.SubjectSource == c.SubjectSource {
				m.SubjectSource = ""
			}
			if m.ObjectSource == c.ObjectSource {
				m.ObjectSource = ""
			}
		}
		if c.SubjectSource == "" && c.ObjectSource == "" {
			liftSources(c)
		}
		langs := s.langs[c]
		for i, side := range []struct {
			lang *taxonomy.Lang
			slot string
		}{{&c.SubjectLang, "subject_label_lang"}, {&c.ObjectLang, "object_label_lang"}} {
			if *side.lang == "" {
				*side.lang = commonLang(langs[i])
			}
			for j, tag := range langs[i] {
				if l := taxonomy.ParseLang(tag); tag != "" && l != "und" && l != *side.lang || *side.lang != "" && l == "und" {
					setSlot(&c.Mappings[j], side.slot, tag)
				}
			}
		}
	}
	for _, r := range s.order {
		insertUnasserted(r, s.kept[r])
	}
	s.order = slices.DeleteFunc(s.order, func(r *Result) bool { return r.Rows == 0 })
	r := s.order[0]
	for _, slip := range slips {
		r.Problems = append(r.Problems, importers.Problem{File: s.file, Pointer: slip.Pointer, Code: slip.Code, Text: slip.Text})
	}
	for _, name := range slices.Sorted(maps.Keys(s.unread)) {
		r.problem(s.where[name], "unread-field", "%s has no place in a mapping; it is left out, %d times", name, s.unread[name])
	}
}
