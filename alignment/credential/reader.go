package credential

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"concord/alignment"
	"concord/importers/source"
	"concord/taxonomy"
)

// A format is a kind of JSON record. The first whose claims says yes reads it.
type format struct {
	name   string // start of Document.Type
	claims func(*source.Value) bool
	read   func(*reader)
}

// formats is every JSON record that is read, the telling ones first.
var formats = []format{
	{"CLR/2.0", claimsCLR, readVC},
	{"ELM/3", claimsELM, readELM},
	{"OpenBadge/3.0", claimsVC, readVC},
	{"CLR/1.0", claimsCLR1, readCLR1},
	{"xAPI", claimsXAPI, readXAPI},
	{"OpenBadge/2.0", claimsBadge, readBadge},
	{"CASE", claimsCASE, readCASE},
	{"RSD", claimsRSD, readRSD},
	{"CTDL-ASN", claimsCTDLASN, readCTDLASN},
	{"CTDL", claimsCTDL, readCTDL},
	{"schema.org", claimsSchema, readSchema},
}

func typeNames() []string {
	names := []string{"text/plain", "text/markdown", "text/html", "PDF", "DOCX"}
	for _, f := range formats {
		names = append(names, f.name)
	}
	for _, f := range xmlFormats {
		names = append(names, f.name)
	}
	return names
}

func knownType(t string) bool {
	return t == "" || slices.ContainsFunc(typeNames(), func(name string) bool { return sameType(t, name) })
}

// sameType reports whether a type a person gave names a format.
func sameType(given, format string) bool {
	family, _, _ := strings.Cut(format, "/")
	return given == format || given == family && family != "text" || strings.HasPrefix(given, format+"/") ||
		format == "OpenBadge/2.0" && (given == "OpenBadge/1.x" || given == "OpenBadge/2.1")
}

// readJSON reads a record into doc.
func readJSON(doc *alignment.Document, name, text string, opt Options, note string) error {
	kind := opt.Type
	if tooMany([]byte(text)) {
		return &source.Error{File: name, Text: fmt.Sprintf("may hold more than %d million values; a document is smaller: give the badges or courses in it one by one", maxValues/1_000_000)}
	}
	root, slips, err := source.ParseJSON(name, []byte(text))
	if err != nil {
		return err
	}
	for _, s := range slips {
		if s.Code != "byte-order-mark" {
			doc.Warnings = append(doc.Warnings, alignment.Warning{Code: s.Code, Pointer: s.Pointer, Text: s.Text})
		}
	}
	if why := notARecord(root); why != "" {
		return &source.Error{File: name, Text: why}
	}
	for _, f := range formats {
		if kind == "" && !f.claims(root) || kind != "" && !sameType(kind, f.name) {
			continue
		}
		if kind != "" && !f.claims(root) && slices.ContainsFunc(formats, func(g format) bool { return sameType(kind, g.name) && g.claims(root) }) {
			continue // a family name such as OpenBadge
		}
		r := newReader(doc, root)
		r.now = opt.Now
		if slices.ContainsFunc(slips, func(s source.Slip) bool { return s.Code == "duplicate-key" }) {
			r.hidden = map[*source.Value]bool{}
			r.hide(root, false)
		}
		doc.Type = f.name
		f.read(r)
		r.finish()
		if r.refused != "" {
			return &source.Error{File: name, Text: r.refused}
		}
		return nil
	}
	if kind != "" {
		return &source.Error{File: name, Text: fmt.Sprintf("is JSON%s, which cannot be read as %s", note, kind)}
	}
	return &source.Error{File: name, Text: "is JSON of no known kind: it has " + seen(root) + note + "; what is read: " + readable}
}

// maxValues bounds a record: a tree of so many values takes some 400 MB.
const maxValues = 2_000_000

// tooMany reports whether JSON may hold more values than are read, by the signs
// that part them.
func tooMany(data []byte) bool {
	n := 0
	for _, sign := range []string{",", "[", "{"} {
		n += bytes.Count(data, []byte(sign))
	}
	return n > maxValues
}

// notARecord says why JSON that stands beside records is none itself, or "".
func notARecord(root *source.Value) string {
	context := root.Get("@context")
	switch {
	case root.First("$schema", "$id") != nil && root.First("$ref", "$defs", "definitions", "properties", "anyOf") != nil:
		return "is a JSON Schema, not a badge, credential or course"
	case root.First("swagger", "openapi") != nil && root.Get("paths") != nil:
		return "is a description of an API, not a badge, credential or course"
	case context != nil && (len(root.Members) == 1 || context.Kind == source.Object && len(root.Members) == 2 && root.Get("obi:validation") != nil):
		return "is a JSON-LD context, not a badge, credential or course"
	case anyNode(root, func(v *source.Value) bool { return hasType(v, "Class") }) && anyNode(root, func(v *source.Value) bool { return hasType(v, "Property") }):
		return "is a vocabulary, not a badge, credential or course"
	}
	return ""
}

// seen describes a JSON document that nobody claims.
func seen(root *source.Value) string {
	var parts []string
	node := root
	switch root.Kind {
	case source.Array:
		if len(root.Items) == 0 {
			return "an empty list"
		}
		node = root.Items[0]
		parts = append(parts, fmt.Sprintf("a list of %d, the first with", len(root.Items)))
	case source.Object:
	default:
		return "a bare value"
	}
	if t := typesIn(root); len(t) > 0 {
		parts = append(parts, "type "+strings.Join(t, ", ")+" and")
	}
	var keys []string
	for _, m := range node.Members {
		if len(keys) == 8 {
			keys = append(keys, "…")
			break
		}
		keys = append(keys, m.Key)
	}
	if len(keys) == 0 {
		return strings.Join(append(parts, "no names"), " ")
	}
	return strings.Join(append(parts, "the names "+strings.Join(keys, ", ")), " ")
}

// A reader collects the texts and statements of one record.
type reader struct {
	doc     *alignment.Document
	root    *source.Value
	lang    taxonomy.Lang // stated below the document's own, for the part being read
	at      map[string]*source.Value
	places  map[string]int         // pointer of a statement or warning to its offset
	had     map[any]bool           // statements and warnings
	now     time.Time              // of Options
	hidden  map[*source.Value]bool // strings that a later value of the same name replaces
	depth   int                    // of a signed credential within others
	refused string                 // why the record is none to align
}

func newReader(doc *alignment.Document, root *source.Value) *reader {
	return &reader{doc: doc, root: root, at: map[string]*source.Value{}, places: map[string]int{}, had: map[any]bool{}}
}

// text adds the strings of v in the role: a string, a language map, a value
// object, or a list of these. Web addresses are no texts.
func (r *reader) text(v *source.Value, role alignment.Role) {
	for _, t := range v.LangTexts(r.lang) {
		pointer := t.At.Pointer()
		if isAddress(t.Text) || r.at[pointer] != nil || r.hidden[t.At] {
			continue
		}
		text := newText(pointer, t.At.Text, role)
		text.Lang = t.Lang
		if len(text.Blocks) == 0 {
			continue
		}
		if role == alignment.RoleTag || role == alignment.RoleKeyword {
			splitKeywords(&text)
		}
		if len(text.Blocks) == 0 {
			continue
		}
		r.at[pointer] = t.At
		r.doc.Texts = append(r.doc.Texts, text)
	}
}

func isAddress(s string) bool {
	return (strings.Contains(s, "://") || strings.HasPrefix(s, "urn:") || strings.HasPrefix(s, "did:") || strings.HasPrefix(s, "data:") || strings.HasPrefix(s, "_:")) &&
		!strings.ContainsAny(s, " \t\n")
}

// hide notes the strings below v that do not count, because their name, or one
// above it, occurs again.
func (r *reader) hide(v *source.Value, hidden bool) {
	if hidden && v.Kind == source.String {
		r.hidden[v] = true
	}
	for _, x := range v.Items {
		r.hide(x, hidden)
	}
	last := map[string]int{}
	for i, m := range v.Members {
		last[m.Key] = i
	}
	for i, m := range v.Members {
		r.hide(m.Value, hidden || last[m.Key] != i)
	}
}

// name offers a title for people; the first one counts.
func (r *reader) name(v *source.Value) {
	if r.doc.Name == "" {
		if t := v.LangTexts(""); len(t) > 0 {
			r.doc.Name = t[0].Text
		}
	}
}

// language takes the document's language from what it states: a tag, or a list
// of one.
func (r *reader) language(v *source.Value) {
	tags := v.Strings()
	if r.doc.Lang != "" || len(tags) != 1 {
		return
	}
	if r.doc.Lang = parseLang(tags[0]); r.doc.Lang == "" {
		r.warn("unknown-language", v, "%q is no language tag; write en, fr or pt-BR", tags[0])
	}
}

var langTag = regexp.MustCompile(`^[a-z]{2,3}(-[a-z0-9]{1,8})*$`)

// parseLang returns a language tag as a Lang, or "" if it is none.
func parseLang(tag string) taxonomy.Lang {
	if lang := taxonomy.ParseLang(tag); langTag.MatchString(string(lang)) {
		return lang
	}
	return ""
}

// stated adds an alignment that the record claims, if it names its target.
func (r *reader) stated(at *source.Value, s alignment.Stated) {
	if s.URI == "" && s.Code == "" {
		return
	}
	s.Pointer = at.Pointer()
	if !r.had[s] {
		r.doc.Stated = append(r.doc.Stated, s)
		r.mark(s, s.Pointer, at)
	}
}

func (r *reader) warn(code string, at *source.Value, text string, args ...any) {
	w := alignment.Warning{Code: code, Pointer: at.Pointer(), Text: fmt.Sprintf(text, args...)}
	if !r.had[w] {
		r.doc.Warnings = append(r.doc.Warnings, w)
		r.mark(w, w.Pointer, at)
	}
}

func (r *reader) mark(what any, pointer string, at *source.Value) {
	r.had[what] = true
	r.places[pointer] = at.Start
}

// finish puts everything in document order.
func (r *reader) finish() {
	slices.SortStableFunc(r.doc.Texts, func(a, b alignment.Text) int { return r.at[a.Pointer].Start - r.at[b.Pointer].Start })
	slices.SortStableFunc(r.doc.Stated, func(a, b alignment.Stated) int { return r.places[a.Pointer] - r.places[b.Pointer] })
	slices.SortStableFunc(r.doc.Warnings, func(a, b alignment.Warning) int { return r.places[a.Pointer] - r.places[b.Pointer] })
}

// required warns of names that an object lacks; "a|b" means one of them.
func (r *reader) required(v *source.Value, names ...string) {
	for _, n := range names {
		if v.First(strings.Split(n, "|")...) == nil {
			r.warn("missing-property", v, "lacks %s, which the standard requires", strings.ReplaceAll(n, "|", " or "))
		}
	}
}

// typed warns if an object is not of the type its place asks for.
func (r *reader) typed(v *source.Value, name string) {
	if v.Kind == source.Object && !slices.Contains(types(v), name) {
		r.warn("unexpected-type", v, "is not of type %s, which the standard requires here", name)
	}
}

// typesIn returns the types of a document's top objects, the first six of them.
func typesIn(root *source.Value) []string {
	var out []string
	for _, v := range topNodes(root) {
		for _, t := range types(v) {
			if len(out) < 6 && !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
	}
	return out
}

// types returns the local names of an object's types: "Course" for
// "ceterms:Course", "schema:Course" and "https://schema.org/Course".
func types(v *source.Value) []string {
	var out []string
	for _, t := range v.First("@type", "type", "Type").Strings() {
		out = append(out, localName(t))
	}
	return out
}

func localName(s string) string {
	return s[strings.LastIndexAny(s, "#/:")+1:]
}

// hasType reports whether v is an object of one of the types.
func hasType(v *source.Value, names ...string) bool {
	return v != nil && v.Kind == source.Object && slices.ContainsFunc(types(v), func(t string) bool { return slices.Contains(names, t) })
}

// inContext reports whether an @context names, or an inline one maps to, an
// address that holds part.
func inContext(v *source.Value, part string) bool {
	for _, c := range v.Get("@context").List() {
		if c.Kind == source.String && strings.Contains(c.Text, part) {
			return true
		}
		for _, m := range c.Members {
			if strings.Contains(m.Value.String(), part) {
				return true
			}
		}
	}
	return false
}

// contextLanguage returns the @language of an @context, or nil.
func contextLanguage(v *source.Value) *source.Value {
	for _, c := range v.Get("@context").List() {
		if lang := c.Get("@language"); lang != nil {
			return lang
		}
	}
	return nil
}

// anyNode reports whether the document is, or as a list or @graph holds at its top
// level, an object that ok accepts.
func anyNode(root *source.Value, ok func(*source.Value) bool) bool {
	return slices.ContainsFunc(topNodes(root), ok)
}

// topNodes returns the objects of a document: itself, its @graph, or its items.
func topNodes(root *source.Value) []*source.Value {
	var out []*source.Value
	for _, v := range root.List() {
		if v.Kind != source.Object {
			continue
		}
		if graph := v.Get("@graph"); graph != nil {
			for _, n := range graph.List() {
				if n.Kind == source.Object {
					out = append(out, n)
				}
			}
			continue
		}
		out = append(out, v)
	}
	return out
}
