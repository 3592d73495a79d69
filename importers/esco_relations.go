package importers

import (
	"io"
	"strings"

	"concord/importers/source"
	"concord/taxonomy"
)

// endOf turns the end of a table into success.
func endOf(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

// broader reads broaderRelations*: the concept is narrower than broaderUri.
func (e *esco) broader(f escoFile) error {
	return e.pairs(f, "conceptUri", "broaderUri", "")
}

// forOccupation reads occupationSkillRelations: the skill is essential or
// optional for the occupation.
func (e *esco) forOccupation(f escoFile) error {
	return e.pairs(f, "skillUri", "occupationUri", "relationType")
}

// forSkill reads skillSkillRelations: the related skill is essential or
// optional for the original one. So say the rows themselves ("techniques of
// blood-sampling" is related to the original "take blood samples" as
// optional) and ESCO's model, where the original has the related one.
func (e *esco) forSkill(f escoFile) error {
	return e.pairs(f, "relatedSkillUri", "originalSkillUri", "relationType")
}

// pairs reads a table of relations from one column to another. kind is the
// column that says whether the subject is essential or optional; empty means
// that the object is broader.
func (e *esco) pairs(f escoFile, subject, object, kind string) error {
	from, to, of := -1, -1, -1
	return e.each(f, true, func(t *source.Table, row source.Row) error {
		if from < 0 {
			from, to, of = t.Column(subject), t.Column(object), t.Column(kind)
		}
		rel := taxonomy.Relation{Subject: taxonomy.URI(row.Cell(from)), Predicate: taxonomy.Broader, Object: taxonomy.URI(row.Cell(to))}
		if rel.Subject == "" || rel.Object == "" {
			e.problem(f.in.Path, row.Line, "no-uri", "the relation has no %s or no %s", subject, object)
			return nil
		}
		if kind != "" {
			switch what := row.Cell(of); strings.ToLower(what) {
			case "essential":
				rel.Predicate = taxonomy.EssentialFor
			case "optional":
				rel.Predicate = taxonomy.OptionalFor
			default:
				e.problem(f.in.Path, row.Line, "unknown-relation", "%q is neither essential nor optional: %s and %s are not joined", what, rel.Subject, rel.Object)
				return nil
			}
		}
		return e.relation(rel, Problem{File: f.in.Path, Line: row.Line})
	})
}

// escoISCO is the pattern of ISCO-08 group URIs: C and the code.
const escoISCO = "http://data.europa.eu/esco/isco/C"

// occupationTree puts the hierarchy of occupations where no relation file was
// given. It is in the codes: 2654.1.7 stands under occupation 2654.1, that
// under ISCO group 2654, that under 265. Where an occupation has no code (1.0.3)
// there is iscoGroup. What is told so is part of what the relation files say,
// so that importing them later adds to it and contradicts nothing.
func (e *esco) occupationTree() error {
	for _, o := range e.occupations {
		if err := e.alive(); err != nil {
			return err
		}
		code := o.iscoGroup
		if at := strings.LastIndexByte(o.code, '.'); at > 0 {
			code = o.code[:at]
		} else if o.kind == taxonomy.OccupationGroup && len(o.code) > 1 {
			code = o.code[:len(o.code)-1]
		}
		if code == "" {
			continue
		}
		broad, ok := e.byCode[code]
		if !ok {
			broad = taxonomy.URI(escoISCO + code)
		}
		if !e.w.Has(broad) || broad == o.uri {
			continue // not loaded; the code and iscoGroup say as much
		}
		if err := e.relation(taxonomy.Relation{Subject: o.uri, Predicate: taxonomy.Broader, Object: broad}, Problem{File: o.file.in.Path, Line: o.line}); err != nil {
			return err
		}
	}
	return nil
}
