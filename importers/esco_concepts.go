package importers

import (
	"slices"
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// escoProperties are the columns that are kept as properties under their own name.
var escoProperties = []string{taxonomy.PropReuseLevel, "status", "modifiedDate", "regulatedProfessionNote", "iscoGroup", "naceCode", "greenShare"}

// An escoOccupation is what the occupation's place in the hierarchy is told from.
type escoOccupation struct {
	escoRow
	code, iscoGroup string
	kind            taxonomy.Kind
}

// An escoShape is where the columns of a concept file stand.
type escoShape struct {
	uri, conceptType, skillType, code, pref, alt, hidden, description, definition, scope, isco int
	properties                                                                                 []int
}

func escoShapeOf(t *source.Table) escoShape {
	s := escoShape{uri: t.Column("conceptUri"), conceptType: t.Column("conceptType"), skillType: t.Column("skillType"), code: t.Column("code"),
		pref: t.Column("preferredLabel"), alt: t.Column("altLabels"), hidden: t.Column("hiddenLabels"), description: t.Column("description"),
		definition: t.Column("definition"), scope: t.Column("scopeNote"), isco: t.Column("iscoGroup")}
	for _, p := range escoProperties {
		s.properties = append(s.properties, t.Column(p))
	}
	return s
}

// concepts reads a file of skills, occupations or groups.
func (e *esco) concepts(f escoFile) error {
	var shape *escoShape
	inFile := map[taxonomy.URI]bool{}
	return e.each(f, true, func(t *source.Table, row source.Row) error {
		if shape == nil {
			s := escoShapeOf(t)
			shape = &s
		}
		c := e.conceptOf(f, shape, row)
		if c == nil {
			return nil
		}
		if inFile[c.URI] {
			e.problem(f.in.Path, row.Line, "repeated-concept", "%s has a row in this file already; the two are joined", c.URI)
		}
		inFile[c.URI] = true
		if len(c.Labels) == 0 {
			e.unlabelledRow(escoRow{c.URI, f, row.Line}, c)
			return nil
		}
		if c.Labels[0].Kind != taxonomy.PrefLabel {
			e.problem(f.in.Path, row.Line, "no-preferred-label", "%s has no preferred label in %s", c.URI, f.lang)
		}
		if c.Kind == "" {
			if !e.w.Has(c.URI) {
				e.problem(f.in.Path, row.Line, "unknown-concept", "%s (%s) is not in the release, and the file does not tell its type; import the release first", c.URI, c.Labels[0].Text)
				return nil
			}
			c.Kind = taxonomy.Skill // the kind that is there already stays
		}
		if !e.seen[c.URI] {
			e.place(f, shape, row, c)
		} else {
			c.Properties = nil // the same in every language
		}
		_, err := e.concept(c, Problem{File: f.in.Path, Line: row.Line})
		return err
	})
}

// conceptOf makes the concept of a row, or nil where nothing can be made of
// it. Kind is blank where neither the row nor the file's name tells it.
func (e *esco) conceptOf(f escoFile, s *escoShape, row source.Row) *taxonomy.Concept {
	c := &taxonomy.Concept{URI: taxonomy.URI(row.Cell(s.uri)), Code: row.Cell(s.code)}
	if c.URI == "" {
		e.problem(f.in.Path, row.Line, "no-uri", "the row %q has no conceptUri", row.Cell(s.pref))
		return nil
	}
	switch what := row.Cell(s.conceptType); strings.ToLower(what) {
	case "knowledgeskillcompetence":
		c.Kind = e.skillKind(f, s, row, c.URI)
	case "occupation":
		c.Kind = taxonomy.Occupation
	case "iscogroup":
		c.Kind = taxonomy.OccupationGroup
	case "skillgroup":
		c.Kind = taxonomy.SkillGroup
	default:
		if what != "" {
			e.problem(f.in.Path, row.Line, "unknown-concept-type", "%s has the unknown type %q; the file's name tells its kind", c.URI, what)
		}
		switch {
		case f.stem == "occupations", f.stem == "greenshareocc":
			c.Kind = taxonomy.Occupation
		case f.stem == "iscogroups":
			c.Kind = taxonomy.OccupationGroup
		case f.stem == "skillgroups":
			c.Kind = taxonomy.SkillGroup
		case s.skillType >= 0:
			c.Kind = e.skillKind(f, s, row, c.URI)
		}
	}
	c.Labels = escoLabels(f, row.Cell(s.pref), row.Cell(s.alt), row.Cell(s.hidden))
	c.Notes = escoNotes(f.lang, row.Cell(s.description), row.Cell(s.definition), row.Cell(s.scope))
	for i, at := range s.properties {
		if value := row.Cell(at); value != "" && !(escoProperties[i] == "status" && value == "released") {
			c.Properties = append(c.Properties, taxonomy.Property{Name: escoProperties[i], Value: value})
		}
	}
	for _, name := range e.members[c.URI] {
		c.Properties = append(c.Properties, taxonomy.Property{Name: taxonomy.PropCollection, Value: name})
	}
	return c
}

// skillKind reads skillType. A blank one means a skill; so does the one
// concept of 1.0.3 that is both, because a skill may need knowledge but
// knowledge is never a skill.
func (e *esco) skillKind(f escoFile, s *escoShape, row source.Row, uri taxonomy.URI) taxonomy.Kind {
	const ns = "skill-type/" // 1.0 also writes http://data.europa.eu/esco/skill-type/knowledge
	what := row.Cell(s.skillType)
	if at := strings.LastIndex(what, ns); at >= 0 {
		what = what[at+len(ns):]
	}
	switch what = strings.ToLower(what); what {
	case "knowledge":
		return taxonomy.Knowledge
	case "", "skill", "skill/competence":
	default:
		if !e.seen[uri] {
			code := "unknown-skill-type"
			if strings.Contains(what, "skill") && strings.Contains(what, "knowledge") {
				code = "double-skill-type"
			}
			e.problem(f.in.Path, row.Line, code, "%s has the type %q; it is taken for a skill", uri, row.Cell(s.skillType))
		}
	}
	return taxonomy.Skill
}

// escoLabels makes the labels of a row. Alternative and hidden ones stand one
// a line, or in collections between " | ". Most skills repeat their preferred
// label among the alternatives; that and other repetitions are dropped.
func escoLabels(f escoFile, pref, alt, hidden string) []taxonomy.Label {
	var labels []taxonomy.Label
	add := func(kind taxonomy.LabelKind, text string) {
		if text = trimLabel(text); text == "" {
			return
		}
		if !slices.ContainsFunc(labels, func(l taxonomy.Label) bool { return l.Text == text }) {
			labels = append(labels, taxonomy.Label{Kind: kind, Lang: f.lang, Text: text})
		}
	}
	add(taxonomy.PrefLabel, pref)
	for _, many := range []struct {
		kind taxonomy.LabelKind
		text string
	}{{taxonomy.AltLabel, alt}, {taxonomy.HiddenLabel, hidden}} {
		for line := range strings.SplitSeq(many.text, "\n") {
			if f.role != escoCollection {
				add(many.kind, line)
				continue
			}
			for part := range strings.SplitSeq(line, " | ") {
				add(many.kind, part)
			}
		}
	}
	return labels
}

// trimLabel trims white space, no-break and zero-width spaces.
func trimLabel(s string) string { return strings.Trim(s, " \t\r\n\u00a0\u200b\ufeff") }

func escoNotes(lang taxonomy.Lang, description, definition, scope string) []taxonomy.Note {
	var notes []taxonomy.Note
	add := func(kind taxonomy.NoteKind, text string) {
		n := taxonomy.Note{Kind: kind, Lang: lang, Text: strings.TrimSpace(source.PlainText(text))}
		if n.Text != "" && !slices.Contains(notes, n) {
			notes = append(notes, n)
		}
	}
	add(taxonomy.Definition, description)
	add(taxonomy.Definition, definition)
	add(taxonomy.ScopeNote, scope)
	return notes
}

// place keeps what the hierarchy of occupations is told from if no file has it.
func (e *esco) place(f escoFile, s *escoShape, row source.Row, c *taxonomy.Concept) {
	if c.Kind != taxonomy.Occupation && c.Kind != taxonomy.OccupationGroup {
		return
	}
	if _, taken := e.byCode[c.Code]; c.Code != "" && !taken {
		e.byCode[c.Code] = c.URI
	}
	e.occupations = append(e.occupations, escoOccupation{escoRow{c.URI, f, row.Line}, c.Code, row.Cell(s.isco), c.Kind})
}

// unlabelledRow handles a row without a label. That is usual in a language the
// concept is not translated into; only its notes are lost for want of a label.
func (e *esco) unlabelledRow(at escoRow, c *taxonomy.Concept) {
	if len(c.Notes) > 0 {
		e.problem(at.file.in.Path, at.line, "no-label", "%s has no label in %s, so its description is left out", c.URI, at.file.lang)
		return
	}
	e.unlabelled = append(e.unlabelled, at)
}

// reportUnlabelled reports the rows without a label, when all concepts are
// known: one by one where the concept is nowhere else, else one for each file.
func (e *esco) reportUnlabelled() {
	untranslated := map[string]int{}
	for _, at := range e.unlabelled {
		if e.w.Has(at.uri) {
			untranslated[at.file.in.Path]++
			continue
		}
		e.problem(at.file.in.Path, at.line, "no-label", "%s has no label, so it is left out", at.uri)
	}
	for _, at := range e.unlabelled {
		if n := untranslated[at.file.in.Path]; n > 0 {
			e.problem(at.file.in.Path, at.line, "untranslated", "concepts without a label in %s: %d; this is the first", at.file.lang, n)
			delete(untranslated, at.file.in.Path)
		}
	}
}
