package main

import (
	"bytes"
	"errors"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"

	"concord/alignment"
	"concord/importers/source"
	"concord/taxonomy"
)

// maxCrosswalk bounds a crosswalk file that is read.
const maxCrosswalk = 100 << 20

// readCrosswalks reads the CSV files in which EURES countries publish their
// crosswalks to ESCO, one by one or in a folder. sets are the names of the
// files, and the sets of their rows.
func readCrosswalks(paths []string) (rows []alignment.CrosswalkRow, sets []string, err error) {
	files, err := source.Open(paths)
	if err != nil {
		return nil, nil, err
	}
	defer files.Close()
	for _, f := range files.Files {
		more, err := readCrosswalk(f)
		if err != nil {
			return nil, nil, err
		}
		rows = append(rows, more...)
		sets = append(sets, path.Base(f.Path))
	}
	return rows, sets, nil
}

// readCrosswalk reads one file as it stands: which way it runs is not decided
// here. It takes what those files do: lines of "key,value" before the header,
// which is the first record that names two classifications and a relation;
// column names that vary; ESCO skills as bare UUIDs; records that are too
// short; lines that end in ";" and hold the whole record in one quoted cell.
// Records without a SKOS relation or a title say nothing and are left out.
func readCrosswalk(f *source.File) ([]alignment.CrosswalkRow, error) {
	text, err := f.Bytes(maxCrosswalk)
	if err != nil {
		return nil, err
	}
	head, _, _ := bytes.Cut(text, []byte("\n"))
	if bytes.HasSuffix(bytes.TrimRight(head, "\r"), []byte(";")) {
		text = lineEnd.ReplaceAll(text, []byte("\n")) // ";" behind a closing quote would open the record to the next lines
	}
	t, err := source.NewTable(source.NewFile(f.Path, text), source.Dialect{Comma: ',', Header: []string{"1"}})
	if err != nil {
		return nil, err
	}
	defer t.Close()
	var rows []alignment.CrosswalkRow
	concept, title, relation := -1, -1, -1
	var lang taxonomy.Lang
	for {
		row, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		cells := unpacked(row)
		if relation < 0 {
			if strings.EqualFold(cells[0], "Classification 2 Language") && len(cells) > 1 {
				first, _, _ := strings.Cut(cells[1], "/") // "fr/nl": titles in both, the first is read
				lang = taxonomy.ParseLang(first)
			}
			if cellNamed(cells, "classification 2 pref") >= 0 {
				concept, title, relation = cellNamed(cells, "classification 1 uri", "classification 1 id"), cellNamed(cells, "classification 2 pref"), cellNamed(cells, "mapping relation", "relation")
			}
			continue
		}
		at := func(i int) string {
			if i < 0 || i >= len(cells) {
				return ""
			}
			return cells[i]
		}
		r := alignment.CrosswalkRow{Set: path.Base(f.Path), Lang: lang, Title: strings.Join(strings.Fields(at(title)), " "), Concept: escoURI(at(concept)), Predicate: taxonomy.Match(at(relation))}
		if !strings.HasPrefix(string(r.Predicate), "skos:") || r.Title == "" || r.Concept == "" {
			continue
		}
		rows = append(rows, r)
	}
	if relation < 0 || lang == "" {
		return nil, &source.Error{File: f.Path, Text: "is not a EURES crosswalk: it has no line “Classification 2 Language” or no header with “Classification 2 PrefLabel” and “Mapping relation”"}
	}
	return rows, nil
}

var lineEnd = regexp.MustCompile(`;\r?\n`)

// unpacked returns the cells of a record. One that is a single quoted cell is
// parted again.
func unpacked(row source.Row) []string {
	cells := make([]string, row.Len())
	for i := range cells {
		cells[i] = row.Cell(i)
	}
	if len(cells) > 1 || !strings.Contains(cells[0], ",") {
		return cells
	}
	t, err := source.NewTable(source.NewFile("a record", []byte(cells[0])), source.Dialect{Comma: ',', Header: []string{"1"}})
	if err != nil {
		return cells
	}
	defer t.Close()
	inner, err := t.Next()
	if err != nil || inner.Len() < 2 {
		return cells
	}
	return unpacked(inner)
}

// cellNamed returns the first cell that begins with one of names, in any case, or -1.
func cellNamed(cells []string, names ...string) int {
	for _, name := range names {
		if i := slices.IndexFunc(cells, func(c string) bool { return strings.HasPrefix(strings.ToLower(c), name) }); i >= 0 {
			return i
		}
	}
	return -1
}

// escoURI completes an identifier that is only the UUID of a skill.
func escoURI(id string) taxonomy.URI {
	if id != "" && !strings.Contains(id, ":") {
		return taxonomy.URI("http://data.europa.eu/esco/skill/" + id)
	}
	return taxonomy.URI(id)
}
