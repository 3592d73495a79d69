package importers

import (
	"io"
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// readCSV reads a person's own list: a record for each concept, or several
// with the same id, for instance one a language.
//
// Ids are kept verbatim, URIs or not. Without an id the code is one; without
// either it is "urn:uuid:" and a UUID made of the scheme's name and the label,
// so that the same label is the same concept in every release. Cells with
// several labels, keywords, properties, broader or replacing concepts split at
// line breaks if they hold any, else at "|". Broader concepts are given by id,
// or by a code or label that is in the list.
func readCSV(r *reader) error {
	for _, in := range r.in {
		c := &csvReader{reader: r, path: in.Path, named: map[string]taxonomy.URI{}, langs: map[taxonomy.URI]map[taxonomy.Lang]string{}}
		if err := c.read(in); err != nil {
			return err
		}
	}
	return nil
}

// A csvReader reads one list.
type csvReader struct {
	*reader
	path    string
	columns []csvColumn
	hasID   bool
	named   map[string]taxonomy.URI                   // code or folded label → first concept that has it
	langs   map[taxonomy.URI]map[taxonomy.Lang]string // preferred labels by now
	broader []csvLink
}

// A csvLink is a broader concept as the list gives it.
type csvLink struct {
	from taxonomy.URI
	to   string
	line int
}

func (c *csvReader) read(in *input) error {
	d := source.Dialect{}
	if in.opt.NoHeader {
		d.Header = make([]string, len(in.opt.Columns))
		copy(d.Header, in.opt.Columns)
	}
	t, err := source.NewTable(in.File, d)
	if err != nil {
		return err
	}
	defer t.Close()
	if c.columns, err = csvPlan(in, t.Header); err != nil {
		return err
	}
	for _, col := range c.columns {
		c.hasID = c.hasID || col.role == "id"
	}
	title, date := exportTitle(in.stem())
	if len(c.in) > 1 {
		title, date = c.ref.Scheme, ""
	}
	if err := c.w.SetRelease(taxonomy.Release{Title: title, Issued: date}); err != nil {
		return err
	}
	for {
		row, err := t.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		c.rows(c.path, 1)
		if len(t.Header) > 0 && row.Len() > len(t.Header) {
			c.problem(c.path, row.Line, "extra-cell", "has %d cells, %d were expected; the rest is not read", row.Len(), len(t.Header))
		}
		if err := c.row(row); err != nil {
			return err
		}
	}
	for _, l := range c.broader {
		to := taxonomy.URI(l.to)
		if !c.w.Has(to) {
			if uri, ok := c.named[l.to]; ok {
				to = uri
			} else if uri, ok := c.named[foldText(l.to)]; ok {
				to = uri
			}
		}
		if err := c.relation(taxonomy.Relation{Subject: l.from, Predicate: taxonomy.Broader, Object: to}, Problem{File: c.path, Line: l.line}); err != nil {
			return err
		}
	}
	return nil
}

func foldText(s string) string { return "\x00" + strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// splitCell splits a cell with several values.
func splitCell(s string) []string {
	sep := "|"
	if strings.Contains(s, "\n") {
		sep = "\n"
	}
	var out []string
	for _, part := range strings.Split(s, sep) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// row puts what one record says.
func (c *csvReader) row(row source.Row) error {
	concept := &taxonomy.Concept{Kind: taxonomy.Skill}
	lang := c.opt.Lang
	cells := make(map[string]string, len(c.columns))
	for _, col := range c.columns {
		if col.role != "" {
			cells[col.role] = row.Cell(col.index)
		}
	}
	if own := taxonomy.ParseLang(cells["lang"]); own != "" {
		lang = own
	}
	label := cells["label"]
	concept.Code = cells["code"]
	concept.URI = c.uri(cells, row.Line)
	if concept.URI == "" {
		c.problem(c.path, row.Line, "blank-label", "has neither an id nor a label; it is left out")
		return nil
	}
	if label != "" {
		concept.Labels = append(concept.Labels, taxonomy.Label{Kind: c.pref(concept.URI, lang, label, row.Line), Lang: lang, Text: label})
	}
	for _, col := range c.columns {
		c.cell(concept, col, row, lang)
	}
	if label == "" && (len(concept.Labels) == 0 || !c.seen[concept.URI]) {
		c.problem(c.path, row.Line, "blank-label", "%s has no label", concept.URI)
		if len(concept.Labels) == 0 {
			return nil
		}
	}
	ok, err := c.concept(concept, Problem{File: c.path, Line: row.Line})
	if err != nil || !ok {
		return err
	}
	for _, key := range []string{concept.Code, foldText(label)} {
		if _, taken := c.named[key]; !taken && key != "" && key != "\x00" {
			c.named[key] = concept.URI
		}
	}
	for _, to := range splitCell(cells["broader"]) {
		c.broader = append(c.broader, csvLink{concept.URI, to, row.Line})
	}
	return nil
}

// uri is the id verbatim, else the code, else one made of the label.
func (c *csvReader) uri(cells map[string]string, line int) taxonomy.URI {
	if id := cells["id"]; id != "" {
		return taxonomy.URI(id)
	}
	var uri taxonomy.URI
	switch {
	case cells["code"] != "":
		uri = taxonomy.URI(cells["code"])
	case cells["label"] != "":
		uri = taxonomy.URI("urn:uuid:" + source.UUID5("csv", c.ref.Scheme, cells["label"]))
	default:
		return ""
	}
	if c.hasID {
		c.problem(c.path, line, "blank-id", "has no id; it is known as %s", uri)
	}
	return uri
}

// pref is PrefLabel for the first label of a concept in a language. Another
// one is a duplicate id: it is kept as an alternative label.
func (c *csvReader) pref(uri taxonomy.URI, lang taxonomy.Lang, label string, line int) taxonomy.LabelKind {
	held := c.langs[uri]
	if held == nil {
		held = map[taxonomy.Lang]string{}
		c.langs[uri] = held
	}
	switch old, ok := held[lang]; {
	case !ok:
		held[lang] = label
	case old == label:
		c.problem(c.path, line, "duplicate-id", "%s %q occurs again; both records are joined", uri, label)
	default:
		c.problem(c.path, line, "duplicate-id", "%s is %q already; %q is kept as an alternative label", uri, old, label)
		return taxonomy.AltLabel
	}
	return taxonomy.PrefLabel
}

// cell adds one cell to the concept; id, label, lang, code and broader are
// read by row.
func (c *csvReader) cell(concept *taxonomy.Concept, col csvColumn, row source.Row, lang taxonomy.Lang) {
	text := row.Cell(col.index)
	if text == "" {
		return
	}
	labels := func(kind taxonomy.LabelKind) {
		for _, x := range splitCell(text) {
			concept.Labels = append(concept.Labels, taxonomy.Label{Kind: kind, Lang: lang, Text: x})
		}
	}
	note := func(kind taxonomy.NoteKind) {
		concept.Notes = append(concept.Notes, taxonomy.Note{Kind: kind, Lang: lang, Text: text})
	}
	properties := func(name string) {
		for _, x := range splitCell(text) {
			concept.Properties = append(concept.Properties, taxonomy.Property{Name: name, Value: x})
		}
	}
	switch col.role {
	case "":
		properties(col.name)
	case "alt":
		labels(taxonomy.AltLabel)
	case "hidden":
		labels(taxonomy.HiddenLabel)
	case "definition", "scopeNote", "example", "note", "changeNote":
		note(taxonomy.NoteKind(col.role))
	case "keyword":
		properties(taxonomy.PropKeyword)
	case "category":
		properties(taxonomy.PropCategory)
	case "kind":
		kind, err := taxonomy.ParseKind(strings.ReplaceAll(strings.ToLower(text), " ", "-"))
		if err != nil {
			c.problem(c.path, row.Line, "unknown-kind", "the kind %q is none that is known; it is taken for a skill", text)
			kind = taxonomy.Skill
		}
		concept.Kind = kind
	case "deprecated":
		switch strings.ToLower(text) {
		case "true", "yes", "1", "y":
			concept.Deprecated = true
		case "false", "no", "0", "n":
		default:
			c.problem(c.path, row.Line, "unknown-value", "deprecated is %q, not true or false", text)
		}
	case "replacedBy":
		for _, x := range splitCell(text) {
			concept.ReplacedBy = append(concept.ReplacedBy, taxonomy.URI(x))
		}
	}
}
