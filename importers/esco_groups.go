package importers

import (
	"fmt"
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// membership notes who is in the collection f, before any concept is put.
func (e *esco) membership(f escoFile) error {
	t, err := escoTable(f.in)
	if err != nil {
		return err
	}
	defer t.Close()
	uri, name := t.Column("conceptUri"), escoCollectionName(f.stem)
	for {
		row, err := t.Next()
		if err != nil {
			return endOf(err)
		}
		u := taxonomy.URI(row.Cell(uri))
		if names := e.members[u]; u != "" && (len(names) == 0 || names[len(names)-1] != name) {
			e.members[u] = append(names, name)
		}
	}
}

// escoCollectionName makes "digital" of "digitalskillscollection". The "ict"
// collection of 1.1.0 became "digital" later and keeps its own name.
func escoCollectionName(stem string) string {
	name := strings.TrimSuffix(stem, "collection")
	name = strings.TrimSuffix(strings.TrimSuffix(name, "skills"), "occupations")
	if name == "" {
		return "unnamed"
	}
	return name
}

// collection reads what membership has not brought: the members of f that no
// concept file of this import holds.
func (e *esco) collection(f escoFile) error {
	var shape *escoShape
	return e.each(f, true, func(t *source.Table, row source.Row) error {
		if shape == nil {
			s := escoShapeOf(t)
			shape = &s
		}
		if uri := row.Cell(shape.uri); uri != "" && e.seen[taxonomy.URI(uri)] {
			return nil
		}
		c := e.conceptOf(f, shape, row)
		switch {
		case c == nil:
			return nil
		case len(c.Labels) == 0:
			e.unlabelledRow(escoRow{c.URI, f, row.Line}, c)
			return nil
		case c.Kind == "":
			c.Kind = taxonomy.Skill
			if strings.Contains(f.stem, "occupations") {
				c.Kind = taxonomy.Occupation
			}
		}
		if !e.w.Has(c.URI) {
			e.problem(f.in.Path, row.Line, "concept-only-in-collection", "%s (%s) is in no concept file; what the collection says of it is kept", c.URI, c.Labels[0].Text)
		}
		_, err := e.concept(c, Problem{File: f.in.Path, Line: row.Line})
		return err
	})
}

// escoLevels returns where URI, label and code of the levels of a hierarchy
// file stand.
func escoLevels(t *source.Table) [][3]int {
	var levels [][3]int
	for i := 0; ; i++ {
		uri := t.Column(fmt.Sprintf("Level %d URI", i))
		if uri < 0 {
			return levels
		}
		levels = append(levels, [3]int{uri, t.Column(fmt.Sprintf("Level %d preferred term", i)), t.Column(fmt.Sprintf("Level %d code", i))})
	}
}

// groups puts the skill groups that only the hierarchy file f names: 1.1.1
// leaves 7 out of skillGroups that its relations need. A row is a path from
// the top; its notes are those of its last group. Rows are ragged in every
// release, at their end, where codes stand.
func (e *esco) groups(f escoFile) error {
	var levels [][3]int
	var description, scope int
	return e.each(f, false, func(t *source.Table, row source.Row) error {
		if levels == nil {
			levels, description, scope = escoLevels(t), t.Column("Description"), t.Column("Scope note")
		}
		for i, at := range levels {
			uri := taxonomy.URI(row.Cell(at[0]))
			if uri == "" || e.seen[uri] {
				continue
			}
			c := &taxonomy.Concept{URI: uri, Kind: taxonomy.SkillGroup, Code: row.Cell(at[2]), Labels: escoLabels(f, row.Cell(at[1]), "", "")}
			if i == len(levels)-1 || row.Cell(levels[i+1][0]) == "" {
				c.Notes = escoNotes(f.lang, row.Cell(description), "", row.Cell(scope))
			}
			if len(c.Labels) == 0 {
				e.unlabelledRow(escoRow{uri, f, row.Line}, c)
				continue
			}
			if !e.w.Has(uri) {
				e.problem(f.in.Path, row.Line, "group-only-in-hierarchy", "%s (%s %s) is missing from skillGroups; what the hierarchy says of it is kept", uri, c.Code, c.Labels[0].Text)
			}
			if _, err := e.concept(c, Problem{File: f.in.Path, Line: row.Line}); err != nil {
				return err
			}
		}
		return nil
	})
}

// tree puts the relations of the hierarchy file f; broaderRelations may hold
// them too.
func (e *esco) tree(f escoFile) error {
	t, err := escoTable(f.in)
	if err != nil {
		return err
	}
	defer t.Close()
	levels := escoLevels(t)
	joined := map[[2]taxonomy.URI]bool{}
	for {
		row, err := t.Next()
		if err != nil {
			return endOf(err)
		}
		for i := 1; i < len(levels); i++ {
			narrow, broad := taxonomy.URI(row.Cell(levels[i][0])), taxonomy.URI(row.Cell(levels[i-1][0]))
			if narrow == "" || broad == "" || joined[[2]taxonomy.URI{narrow, broad}] {
				continue
			}
			joined[[2]taxonomy.URI{narrow, broad}] = true
			if err := e.relation(taxonomy.Relation{Subject: narrow, Predicate: taxonomy.Broader, Object: broad}, Problem{File: f.in.Path, Line: row.Line}); err != nil {
				return err
			}
		}
	}
}
