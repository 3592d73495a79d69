package mappings

import (
	"strings"

	"concord/taxonomy"
)

// rows reads what follows the header.
func (r *euresReader) rows(rows []gridRow, g *grid) {
	if g.wrapped {
		r.problem(r.header, "encoded-twice", "a spreadsheet parted the file at “;”: its lines end in one, and records with quotes lie in one cell each; the records are read from the cells")
	}
	if g.twice > 0 {
		r.problem(g.first, "encoded-twice", "this and %d more rows lie in one quoted cell each; they are parted again", g.twice-1)
	}
	cut := r.codes(rows)
	seen := map[string]int{} // row → first line
	for _, row := range rows {
		r.Rows++
		cells, how := r.layout.slipped(row.cells)
		if row.repair != "" || how != "" {
			r.problem(row.line, "slipped-row", "the row has slipped: %s", strings.TrimPrefix(row.repair+"; "+how, "; "))
		}
		key := strings.TrimRight(strings.Join(cells, "\x00"), "\x00")
		if key == "" {
			r.skip(row.line, "blank-row", "the row is blank")
			continue
		}
		if packed(cells) {
			r.skip(row.line, "broken-row", "the record lies in one cell and cannot be parted: a quote in it is not closed")
			continue
		}
		if first, dup := seen[key]; dup {
			r.skip(row.line, "duplicate-row", "the row is the same as that of line %d", first)
			continue
		}
		seen[key] = row.line
		for _, c := range cells[min(len(cells), r.layout.width):] {
			if c != "" {
				r.problem(row.line, "extra-cell", "has %d cells, %d were expected; %q is not read", len(cells), r.layout.width, clip(c))
			}
		}
		r.row(row.line, cells, cut)
	}
}

// codes tells of which sides the codes lose a “.0”.
func (r *euresReader) codes(rows []gridRow) (cut [2]bool) {
	for i := range r.sides {
		codes, first := map[string]bool{}, map[string]int{}
		for _, row := range rows {
			cells, _ := r.layout.slipped(row.cells)
			if id, _ := r.identifier(i, cells); id != "" && !codes[id] {
				codes[id], first[id] = true, row.line
			}
		}
		var both []string
		cut[i], both = decimals(codes)
		switch {
		case cut[i]:
			r.problem(0, "decimal-code", "a spreadsheet wrote the codes of %s as decimals (2133.0); the “.0” is taken off", r.sides[i].name)
		case both != nil:
			r.problem(first[both[0]+".0"], "decimal-code", "%d codes of %s occur with “.0” and without (%s); others end in .1 to .9 or begin with 0, so that the dot is their own and they stay apart", len(both), r.sides[i].name, clip(strings.Join(both, ", ")))
		}
	}
	return cut
}

// identifier is the URI of a side, else its ID; code is an ID beside a URI.
func (r *euresReader) identifier(side int, cells []string) (id, code string) {
	p := r.layout.sides[side]
	id, code = cellAt(cells, p.uri), cellAt(cells, p.id)
	if id == "" {
		return code, ""
	}
	if code == id {
		code = ""
	}
	return id, code
}

func cellAt(cells []string, i int) string {
	if i < 0 || i >= len(cells) {
		return ""
	}
	return cells[i]
}

// A euresEnd is one side of a row.
type euresEnd struct {
	uri               taxonomy.URI
	label, kind, code string
	also              string // address of a page about it
	others            []labelIn
}

type labelIn struct {
	lang  taxonomy.Lang
	label string
}

func (r *euresReader) end(side, line int, cells []string, cut bool) (e euresEnd) {
	s, p := r.sides[side], r.layout.sides[side]
	var id string
	id, e.code = r.identifier(side, cells)
	if cut {
		id = strings.TrimSuffix(id, ".0")
	}
	page := cellAt(cells, p.url)
	switch {
	case id == "" || strings.Contains(id, ":"):
		e.uri = conceptURI(s.name, id)
	case s.esco && strings.HasPrefix(page, escoBase) && strings.HasSuffix(strings.ToLower(page), "/"+strings.ToLower(id)):
		e.uri = taxonomy.URI(page)
	case s.esco:
		var ok bool
		if e.uri, ok = escoURI(id, s.kind); !ok {
			e.uri = conceptURI(s.name, id)
			r.problem(line, "bare-id", "%q names no concept of ESCO by its URI; it is kept as %s", clip(id), e.uri)
		}
	default:
		e.uri = conceptURI(s.name, id)
	}
	if e.kind = kindOfESCO(e.uri); e.kind == "" && e.uri != "" {
		e.kind = s.kind
	}
	if page != string(e.uri) {
		e.also = page
	}
	for i, c := range p.labels {
		label := strings.Join(strings.Fields(cellAt(cells, c.at)), " ")
		switch {
		case label == "":
		case e.label == "" && i == 0:
			e.label = label
		default:
			lang := c.lang
			if lang == "" && i < len(s.langs) {
				lang = s.langs[i]
			}
			e.others = append(e.others, labelIn{lang, label})
		}
	}
	return e
}

// row reads a row that is not blank.
func (r *euresReader) row(line int, cells []string, cut [2]bool) {
	subject, object := r.end(0, line, cells, cut[0]), r.end(1, line, cells, cut[1])
	word := cellAt(cells, r.layout.relation)
	m := taxonomy.Mapping{
		Subject: subject.uri, SubjectLabel: subject.label, SubjectKind: subject.kind,
		Object: object.uri, ObjectLabel: object.label, ObjectKind: object.kind,
		Justification: taxonomy.ManualCuration, Comment: cellAt(cells, r.layout.note), Line: line,
	}
	if foldRelation(word) == "exactisco" {
		m.Comment = strings.TrimPrefix(m.Comment+"; relation in the source: "+word, "; ")
	}
	slots := taxonomy.Slots{}
	for i, e := range []euresEnd{subject, object} {
		name := []string{"subject", "object"}[i]
		if e.code != "" {
			slots[name+"_code"] = []string{e.code}
		}
		if e.also != "" {
			slots["see_also"] = append(slots["see_also"], e.also)
		}
		for _, l := range e.others {
			slot := strings.TrimSuffix(name+"_label_"+string(l.lang), "_")
			slots[slot] = append(slots[slot], l.label)
		}
	}
	if len(slots) > 0 {
		m.Slots = slots
	}
	r.relate(m, word)
}
