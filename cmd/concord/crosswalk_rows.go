package main

import (
	"path"
	"strings"

	"concord/alignment"
	"concord/importers/mappings"
	"concord/importers/source"
	"concord/taxonomy"
)

// readCrosswalks reads EURES crosswalks as rows that a predicate is trained
// on, one by one or in a folder. sets are the names of the files, and the sets
// of their rows.
func readCrosswalks(paths []string) (rows []alignment.CrosswalkRow, sets []string, err error) {
	files, err := source.Open(paths)
	if err != nil {
		return nil, nil, err
	}
	defer files.Close()
	for _, f := range files.Files {
		results, err := mappings.Read(f, mappings.Options{Format: "eures"})
		if err != nil {
			return nil, nil, err
		}
		for _, r := range results {
			more, err := trainingRows(r)
			if err != nil {
				return nil, nil, err
			}
			rows = append(rows, more...)
		}
		sets = append(sets, path.Base(f.Path))
	}
	return rows, sets, nil
}

// trainingRows are the rows of a crosswalk that relate a concept of ESCO to a
// text: the label of the other side. The predicate is as published; which way
// it runs is not decided here.
func trainingRows(r *mappings.Result) ([]alignment.CrosswalkRow, error) {
	var rows []alignment.CrosswalkRow
	for _, m := range r.Crosswalk.Mappings {
		concept, title, lang := m.Subject, m.ObjectLabel, r.Crosswalk.ObjectLang
		if !isESCO(m.Subject) && isESCO(m.Object) {
			concept, title, lang = m.Object, m.SubjectLabel, r.Crosswalk.SubjectLang
		}
		if m.Subject == taxonomy.NoTerm || m.Object == taxonomy.NoTerm || m.Modifier != "" || concept == "" || title == "" {
			continue
		}
		if lang == "" {
			return nil, &source.Error{File: r.File, Text: "does not say in which language its labels are; add a line “Classification 2 Language”"}
		}
		rows = append(rows, alignment.CrosswalkRow{Set: path.Base(r.File), Lang: lang, Title: title, Concept: concept, Predicate: m.Predicate})
	}
	return rows, nil
}

func isESCO(uri taxonomy.URI) bool {
	return strings.HasPrefix(string(uri), "http://data.europa.eu/esco/")
}
