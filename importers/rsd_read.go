package importers

import (
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// readRSD reads the files of one release: all descriptors first, since a
// collection may name what another file describes.
func readRSD(r *reader) error {
	x := &rsdReader{reader: r, lang: r.opt.Lang, uris: map[string]taxonomy.URI{}, statements: map[string]taxonomy.URI{}, first: map[taxonomy.URI]*rsd{}, mint: minter{}}
	if x.lang == "" {
		x.lang = rsdLang
	}
	for _, in := range r.in {
		var err error
		if in.looksJSON() {
			err = x.json(in)
		} else {
			err = x.table(in)
		}
		if err != nil {
			return err
		}
	}
	return x.read()
}

// An rsdReader reads the files of one release.
type rsdReader struct {
	*reader
	lang       taxonomy.Lang
	found      []*rsd
	release    taxonomy.Release
	held       int                     // skills of the collection that gave the release its title
	uris       map[string]taxonomy.URI // URL, UUID → URI of the concept
	statements map[string]taxonomy.URI // folded statement → first concept that has it
	first      map[taxonomy.URI]*rsd
	mint       minter
	stated     stated
}

func (x *rsdReader) json(in *input) error {
	root, slips, err := in.JSON()
	if err != nil {
		return err
	}
	x.slips(in.Path, slips)
	nodes := rsdNodes(in.Path, root)
	if len(nodes) == 0 {
		return &source.Error{File: in.Path, Text: "holds no rich skill descriptor; expected objects with skillName and skillStatement, or a RichSkillCollection"}
	}
	for _, n := range nodes {
		x.rows(in.Path, 1)
		if !n.isCollection() {
			d := n.descriptor(x.lang)
			x.found = append(x.found, &d)
			continue
		}
		skills := n.at.First("skills", "competencies").List()
		if x.release.Title == "" || len(skills) > x.held {
			x.held = len(skills)
			x.release = taxonomy.Release{URI: taxonomy.URI(n.at.First("id", "@id").String()), Title: n.title(), Issued: n.term("publishDate", "updateDate", "dateModified", "dateCreated").String()}
			if texts := n.term("author", "publisherName").LangTexts(""); len(texts) > 0 {
				x.release.Publisher = texts[0].Text
			}
		}
		for _, s := range skills {
			if s.Kind != source.Object || s.Get("skillStatement") == nil && s.First("skillName", "name", "ceterms:name") == nil {
				url := s.String()
				if url == "" {
					url = s.Get("uuid").String()
				}
				x.found = append(x.found, &rsd{at: Problem{File: in.Path, Pointer: s.Pointer()}, url: url, bare: true})
			}
		}
	}
	return nil
}

func (x *rsdReader) table(in *input) error {
	t, err := openRSDTable(in)
	if err != nil {
		return err
	}
	defer t.close()
	if len(x.in) == 1 {
		x.release.Title, x.release.Issued = exportTitle(in.stem())
	}
	for {
		row, err := t.next()
		if err != nil {
			return err
		}
		if row == nil {
			return nil
		}
		if err := x.alive(); err != nil {
			return err
		}
		x.rows(in.Path, 1)
		x.breaks(t, row)
		d := t.descriptor(row, x.lang)
		x.found = append(x.found, &d)
	}
}

// breaks makes blanks of line breaks in cells, except in the statement, which
// may have paragraphs.
func (x *rsdReader) breaks(t *rsdTable, row *rsdRow) {
	for i := range row.cells {
		cell := row.at(i)
		if statement, ok := t.columns["statement"]; ok && i == statement || !strings.ContainsAny(cell, "\r\n") {
			continue
		}
		header := ""
		if i < len(t.header) {
			header = t.header[i]
		}
		row.cells[i] = strings.Join(strings.Fields(cell), " ")
		x.problem(t.file, row.line, "line-break-in-cell", "%s holds a line break, which is read as a blank: %q", header, shorten(row.cells[i]))
	}
}

// read puts every descriptor, then what joins them.
func (x *rsdReader) read() error {
	if err := x.w.SetRelease(x.describe()); err != nil {
		return err
	}
	uris := make([]taxonomy.URI, len(x.found))
	for i, d := range x.found {
		if !d.bare {
			uris[i] = x.uri(d)
		}
	}
	for i, d := range x.found {
		if d.bare {
			if _, ok := x.find(d.url); !ok {
				d.at.Code, d.at.Text = "unresolved-skill", "the collection names "+d.url+", which none of the files describes"
				x.add(d.at)
			}
			continue
		}
		if err := x.put(d, uris[i]); err != nil {
			return err
		}
	}
	for i, d := range x.found {
		if d.bare || !x.seen[uris[i]] {
			continue
		}
		for _, part := range d.partOf {
			if whole, ok := x.find(part); ok {
				if err := x.relation(taxonomy.Relation{Subject: uris[i], Predicate: taxonomy.Broader, Object: whole}, d.at); err != nil {
					return err
				}
			}
		}
		for _, part := range d.parts {
			narrow, ok := x.find(part)
			if !ok {
				narrow = taxonomy.URI(part)
			}
			if err := x.relation(taxonomy.Relation{Subject: narrow, Predicate: taxonomy.Broader, Object: uris[i]}, d.at); err != nil {
				return err
			}
		}
	}
	return x.stated.put(x.reader, x.release.Title, "")
}

// describe is the release: its collection, which one of the files holds or
// all descriptors name, else what the file is called; published by the author
// that all descriptors share.
func (x *rsdReader) describe() taxonomy.Release {
	rel := &x.release
	if rel.Publisher == "" {
		rel.Publisher = x.shared("author")
	}
	if collection := x.shared(taxonomy.PropCollection); rel.URI == "" && collection != "" {
		rel.Title = collection
	}
	if rel.Title == "" {
		rel.Title = x.ref.Scheme
	}
	return *rel
}

// shared is the one value that every descriptor has for a fact, or "".
func (x *rsdReader) shared(name string) string {
	value, known := "", false
	for _, d := range x.found {
		if d.bare || d.parts != nil {
			continue
		}
		own := ""
		for _, f := range d.facts {
			if f.Name == name && own != "" {
				return ""
			} else if f.Name == name {
				own = f.Value
			}
		}
		if known && own != value {
			return ""
		}
		value, known = own, true
	}
	return value
}

// uri is the canonical URL as it is; a bare UUID becomes a URN, and what has
// neither gets a UUID made of its name and statement.
func (x *rsdReader) uri(d *rsd) taxonomy.URI {
	var uri taxonomy.URI
	switch uuid := uuidPattern.FindString(d.url); {
	case isAbsolute(d.url):
		uri = taxonomy.URI(d.url)
	case uuid != "":
		uri = taxonomy.URI("urn:uuid:" + strings.ToLower(uuid))
	default:
		if d.url != "" {
			x.defect(d, "not-a-url", "the canonical URL %q is no URL; the skill is known by its name and statement", d.url)
		}
		uri = x.mint.mint("rsd", d.name, d.statement)
	}
	for _, key := range append(rsdKeys(d.url), string(uri)) {
		if _, taken := x.uris[key]; !taken {
			x.uris[key] = uri
		}
	}
	return uri
}

// rsdKeys are the ways a skill is referred to: its URL and the UUID in it.
func rsdKeys(url string) []string {
	var keys []string
	if url != "" {
		keys = append(keys, url)
	}
	if uuid := uuidPattern.FindString(url); uuid != "" {
		keys = append(keys, strings.ToLower(uuid))
	}
	return keys
}

func (x *rsdReader) find(url string) (taxonomy.URI, bool) {
	for _, key := range rsdKeys(url) {
		if uri, ok := x.uris[key]; ok {
			return uri, true
		}
	}
	return "", false
}

func (x *rsdReader) defect(d *rsd, code, format string, args ...any) {
	if d.at.Line > 0 {
		x.problem(d.at.File, d.at.Line, code, format, args...)
		return
	}
	at := len(x.report.Problems)
	x.problem(d.at.File, 0, code, format, args...)
	x.report.Problems[at].Pointer = d.at.Pointer
}

// put puts one descriptor and keeps its alignments for later.
func (x *rsdReader) put(d *rsd, uri taxonomy.URI) error {
	c := &taxonomy.Concept{URI: uri, Kind: taxonomy.Skill, Deprecated: d.archived, Properties: d.facts}
	state(c, plainLang(d.lang, d.name), plainLang(d.lang, d.statement))
	if len(c.Labels) == 0 {
		x.defect(d, "no-text", "%s has neither a name nor a statement", uri)
		return nil
	}
	for _, part := range d.partOf {
		if _, ok := x.find(part); !ok {
			c.Properties = append(c.Properties, taxonomy.Property{Name: "isPartOf", Value: part})
		}
	}
	x.repeats(d, uri)
	var mappings []taxonomy.Mapping
	for _, a := range d.alignments {
		if m, ok := x.alignment(d, c, a); ok {
			mappings = append(mappings, m)
		}
	}
	ok, err := x.concept(c, d.at)
	if ok {
		for _, m := range mappings {
			x.stated.add(m)
		}
	}
	return err
}

// repeats reports a descriptor that was there before, in other words, and one
// whose statement another has; both are kept.
func (x *rsdReader) repeats(d *rsd, uri taxonomy.URI) {
	if old := x.first[uri]; old == nil {
		x.first[uri] = d
	} else if old.name != d.name || d.statement != "" && old.statement != "" && old.statement != d.statement {
		x.defect(d, "duplicate-id", "%s occurs again with another name or statement; both are joined", uri)
	}
	key := strings.ToLower(strings.Join(strings.Fields(d.statement), " "))
	if key == "" {
		return
	}
	if other, ok := x.statements[key]; !ok {
		x.statements[key] = uri
	} else if other != uri {
		x.defect(d, "duplicate-statement", "%s has the same statement as %s; both are kept", uri, other)
	}
}

// alignment reads one alignment as a mapping. One without a URL is kept as a
// property of c.
func (x *rsdReader) alignment(d *rsd, c *taxonomy.Concept, a rsdAlignment) (taxonomy.Mapping, bool) {
	if isWeb(a.framework) {
		if isWeb(a.url) || a.url == "" && a.name == "" {
			x.defect(d, "url-in-framework", "the framework of the alignment %q is a URL, %s", a.name, a.framework)
		} else {
			x.defect(d, "url-in-framework", "the framework of the alignment %q is a URL, %s; it is taken for the URL of the alignment", a.name, a.framework)
			a.url, a.framework = a.framework, ""
		}
	}
	if a.url == "" && isWeb(a.name) {
		x.defect(d, "url-in-name", "the name of an alignment is a URL, %s; it is taken for the URL of the alignment", a.name)
		a.url, a.name = a.name, ""
	}
	if !isAbsolute(a.url) {
		if a.url != "" {
			x.defect(d, "not-a-url", "the alignment %q has %q in place of a URL; its name is kept", a.name, a.url)
		}
		if text := strings.TrimSpace(a.name); text != "" {
			c.Properties = append(c.Properties, taxonomy.Property{Name: "alignment", Value: text})
		}
		return taxonomy.Mapping{}, false
	}
	m := taxonomy.Mapping{Subject: c.URI, SubjectLabel: c.Labels[0].Text, Predicate: rsdMatch, Object: taxonomy.URI(lightcastURI(a.url)), ObjectLabel: a.name, ObjectSource: a.framework}
	return m, true
}
