package rdf

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/piprate/json-gold/ld"

	"concord/importers/source"
)

// readJSONLD expands a document with json-gold and reads the triples off the
// expanded form. Contexts on the network are not fetched: the terms of
// context.go stand in for them, and for whatever else the document's own
// context leaves undefined. A Slip says so, and which names mean nothing.
func readJSONLD(g *Graph, name string, data []byte) error {
	tree, slips, err := source.ParseJSON(name, data)
	if err != nil {
		return err
	}
	for _, s := range slips {
		g.slip(0, s.Code, "%s", strings.TrimSpace(s.Pointer+" "+s.Text))
	}
	d := &document{g: g, tree: tree, data: data, lines: map[string]int{}, defined: map[string]bool{}, ours: map[string]int{}, unread: map[string]int{}, strange: map[string]int{}}
	d.look(tree)
	opts := ld.NewJsonLdOptions(relativeBase)
	opts.DocumentLoader = offline{}
	opts.ProcessingMode = ld.JsonLd_1_1
	opts.ExpandContext = context(d.idName)
	expanded, err := expand(d.value(tree), opts)
	if err != nil {
		first := err
		d.repair = true
		if expanded, err = expand(d.value(tree), opts); err != nil {
			return &source.Error{File: name, Text: "not valid JSON-LD: " + first.Error()}
		}
		g.slip(0, "bad-context", "not valid JSON-LD: %v; it is read without the terms that look like prefixed names", first)
	}
	d.count(tree)
	d.report()
	for _, x := range expanded {
		d.node(x)
	}
	return nil
}

// relativeBase stands for the place of the document, which nobody knows; what
// was resolved against it is made relative again.
const relativeBase = "http://relative.invalid/"

// offline is a document loader that never loads: every address has the terms
// of context.go behind it.
type offline struct{}

func (offline) LoadDocument(url string) (*ld.RemoteDocument, error) {
	return &ld.RemoteDocument{DocumentURL: url, Document: map[string]any{"@context": context("")}}, nil
}

// expand calls json-gold, whose context processing panics on some malformed
// contexts (a map where it asserts a string).
func expand(input any, opts *ld.JsonLdOptions) (out []any, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("it cannot be expanded; check its @context")
		}
	}()
	out, err = ld.NewJsonLdProcessor().Expand(input, opts)
	var bad *ld.JsonLdError
	if errors.As(err, &bad) { // its details name whichever term a map gave first
		return nil, fmt.Errorf("%s; check its @context", bad.Code)
	}
	return out, err
}

// document is a JSON-LD document on its way to triples.
type document struct {
	g       *Graph
	tree    *source.Value
	data    []byte
	remote  []string        // addresses of contexts
	inline  bool            // the document has a context of its own
	vocab   bool            // which gives every name a meaning
	defined map[string]bool // names it defines
	repair  bool            // leave out the terms that look like prefixed names
	idName  string          // "uri" where nodes have no other name for @id
	lines   map[string]int  // @id as written → line
	line    int             // of offset
	offset  int
	ours    map[string]int // names that context.go gives their meaning → times
	unread  map[string]int // names without a meaning → times
	strange map[string]int // prefixes that nothing declares → times
	blanks  int
}

// look finds the contexts and the lines of nodes.
func (d *document) look(v *source.Value) {
	for _, x := range v.Items {
		d.look(x)
	}
	for _, m := range v.Members {
		if m.Key == "@context" {
			for _, c := range m.Value.List() {
				d.lookContext(c)
			}
			continue
		}
		d.name(m.Key)
		if m.Key == "@type" || m.Key == "type" {
			for _, t := range m.Value.List() {
				d.name(t.Text)
			}
		}
		if m.Value.Kind == source.String && (m.Key == "@id" || m.Key == "id" || m.Key == "uri") {
			d.at(m.Value)
			d.name(m.Value.Text)
			if m.Key != "uri" {
				d.idName = "id"
			} else if d.idName == "" {
				d.idName = "uri"
			}
		}
		d.look(m.Value)
	}
}

func (d *document) lookContext(c *source.Value) {
	if c.Kind == source.String {
		if !slices.Contains(d.remote, c.Text) {
			d.remote = append(d.remote, c.Text)
		}
		return
	}
	d.inline = true
	for _, m := range c.Members {
		d.defined[m.Key] = true
		d.vocab = d.vocab || m.Key == "@vocab"
	}
}

// name notes the prefix of a name that has one.
func (d *document) name(s string) {
	if prefix, local, ok := strings.Cut(s, ":"); ok && !strings.HasPrefix(local, "//") && prefix != "_" {
		d.strange[prefix]++
	}
}

// at records the line of a node's identifier; the first place counts.
func (d *document) at(id *source.Value) {
	d.line += strings.Count(string(d.data[d.offset:id.Start]), "\n")
	d.offset = id.Start
	if _, seen := d.lines[id.Text]; !seen {
		d.lines[id.Text] = d.line + 1
	}
}

// lineOf returns the line of the node with this IRI, 0 if not known.
func (d *document) lineOf(iri string) int {
	if line, ok := d.lines[iri]; ok {
		return line
	}
	for _, p := range Prefixes {
		if local, ok := strings.CutPrefix(iri, p.IRI); ok {
			if line, ok := d.lines[p.Name+":"+local]; ok {
				return line
			}
		}
	}
	return 0
}

// count counts the names that the document's own context does not define.
func (d *document) count(v *source.Value) {
	for _, x := range v.Items {
		d.count(x)
	}
	if isLanguageMap(v) {
		return
	}
	for _, m := range v.Members {
		if m.Key == "@context" {
			continue
		}
		if !d.vocab && !d.defined[m.Key] && !strings.ContainsAny(m.Key, ":@") && m.Key != "id" && m.Key != "type" && m.Key != d.idName {
			if _, known := terms[m.Key]; known {
				d.ours[m.Key]++
			} else {
				d.unread[m.Key]++
			}
		}
		d.count(m.Value)
	}
}

// report says in a Slip what was read without the document's own words for it.
func (d *document) report() {
	code, why := "undefined-terms", "its @context does not define every name it uses"
	switch {
	case len(d.remote) > 0:
		code, why = "context-not-read", "contexts are not fetched from the network: "+strings.Join(d.remote, ", ")
	case !d.inline && len(d.ours) > 0:
		code, why = "no-context", "the document has no @context"
	}
	for prefix := range d.strange {
		if _, known := prefixIRI(prefix); known || d.defined[prefix] || slices.Contains(uriSchemes, strings.ToLower(prefix)) {
			delete(d.strange, prefix)
		}
	}
	if len(d.strange) > 0 {
		d.g.slip(0, "unknown-prefix", "nothing here says what these prefixes mean: %s; the names that use them are kept as they are written (declare the prefixes in the document's @context)", most(d.strange))
	}
	if len(d.ours)+len(d.unread)+len(d.remote) == 0 {
		return
	}
	text := why
	if names := most(d.ours); names != "" {
		text += "; read as the terms of SKOS and Dublin Core: " + names
	}
	if names := most(d.unread); names != "" {
		text += "; left out: " + names + " (to have them read, define them in the document's @context)"
	}
	d.g.slip(0, code, "%s", text)
}

// uriSchemes are not prefixes.
var uriSchemes = []string{"http", "https", "urn", "tag", "doi", "info", "ark", "did", "mailto", "tel", "data", "file", "ftp", "hdl"}

// most lists the names that occur most, the first twelve of them.
func most(times map[string]int) string {
	names := slices.SortedFunc(maps.Keys(times), func(a, b string) int {
		if c := times[b] - times[a]; c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	if len(names) > 12 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:12], ", "), len(names)-12)
	}
	return strings.Join(names, ", ")
}

var languageTag = regexp.MustCompile(`^(?:[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*|@none)$`)

// isLanguageMap tells {"en": "…", "fr": ["…"]} from a node.
func isLanguageMap(v *source.Value) bool {
	for _, m := range v.Members {
		if !languageTag.MatchString(m.Key) || m.Key == "uri" || m.Key == "id" && strings.Contains(m.Value.Text, ":") {
			return false
		}
		for _, x := range m.Value.List() {
			if x.Kind != source.String {
				return false
			}
		}
	}
	return len(v.Members) > 0
}

// value turns a tree into what json-gold takes. Language maps become value
// objects, which every term takes, whether or not a context says that it holds
// language maps.
func (d *document) value(v *source.Value) any {
	switch v.Kind {
	case source.Object:
		if isLanguageMap(v) {
			list := []any{}
			for _, t := range v.LangTexts("") {
				x := map[string]any{"@value": t.Text}
				if t.Lang != "" {
					x["@language"] = string(t.Lang)
				}
				list = append(list, x)
			}
			return list
		}
		m := make(map[string]any, len(v.Members))
		for _, x := range v.Members {
			if x.Key == "@context" {
				m[x.Key] = d.plain(x.Value)
			} else {
				m[x.Key] = d.value(x.Value)
			}
		}
		return m
	case source.Array:
		list := make([]any, len(v.Items))
		for i, x := range v.Items {
			list[i] = d.value(x)
		}
		return list
	}
	return d.plain(v)
}

// plain turns a tree into maps, slices, strings, numbers and booleans.
func (d *document) plain(v *source.Value) any {
	switch v.Kind {
	case source.Object:
		m := make(map[string]any, len(v.Members))
		for _, x := range v.Members {
			if !d.repair || !strings.Contains(x.Key, ":") {
				m[x.Key] = d.plain(x.Value)
			}
		}
		return m
	case source.Array:
		list := make([]any, len(v.Items))
		for i, x := range v.Items {
			list[i] = d.plain(x)
		}
		return list
	case source.Bool:
		return v.Text == "true"
	case source.Number:
		if f, err := strconv.ParseFloat(v.Text, 64); err == nil && strings.Trim(v.Text, "-0123456789.eE+") == "" {
			return f
		}
		return v.Text
	case source.Null:
		return nil
	}
	return v.Text
}
