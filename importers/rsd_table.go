package importers

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/xuri/excelize/v2"

	"concord/importers/source"
	"concord/taxonomy"
)

// rsdColumns are the columns of OSMT tables by what they hold, under the
// headers of the v3 export, the v2 export, the batch import and the old batch
// import; all compared without case.
var rsdColumns = []struct {
	role    string
	headers []string
}{
	{"url", []string{"canonical url"}},
	{"name", []string{"rsd name", "skill name"}},
	{"statement", []string{"skill statement", "contextualized skill statement"}},
	{"author", []string{"authors", "author"}},
	{taxonomy.PropCategory, []string{"categories", "category", "skill categories", "skill category"}},
	{taxonomy.PropKeyword, []string{"keywords"}},
	{"standard", []string{"standards", "professional standards"}},
	{"certification", []string{"certifications"}},
	{"major", []string{"occupation major groups", "bls major group", "bls major groups"}},
	{"minor", []string{"occupation minor groups", "bls minor group", "bls minor groups"}},
	{"broad", []string{"broad occupations", "bls broad occupation", "bls broad occupations"}},
	{"detailed", []string{"detailed occupations", "bls detailed occupation", "bls detailed occupations"}},
	{"onet", []string{"o*net job codes", "o*net job role", "o*net job roles"}},
	{"employer", []string{"employers", "employer"}},
	{"collections", []string{"collections", "collection"}},
	{"status", []string{"publish status", "status"}},
}

// An rsdTable is an OSMT table from CSV or XLSX.
type rsdTable struct {
	file       string
	header     []string
	columns    map[string]int // role → column
	alignments []alignColumns
	others     []int // columns that are not known; they become properties
	next       func() (*rsdRow, error)
	close      func() error
}

// alignColumns are the columns of one alignment; -1 where there is none.
type alignColumns struct{ name, url, framework int }

// An rsdRow is one record, cells as they are.
type rsdRow struct {
	line  int
	cells []string
}

func (t *rsdTable) has(role string) bool { _, ok := t.columns[role]; return ok }

func (t *rsdTable) cell(row *rsdRow, role string) string {
	i, ok := t.columns[role]
	if !ok {
		return ""
	}
	return row.at(i)
}

func (r *rsdRow) at(i int) string {
	if i < 0 || i >= len(r.cells) {
		return ""
	}
	return strings.TrimSpace(r.cells[i])
}

// alignHeader is "Alignment Name", "Alignment 2 URL", "Alignment Title", and
// the old "Alignment", which holds the URL.
var alignHeader = regexp.MustCompile(`^alignment(?:\s+\d+)?(?:\s+(name|title|url|framework))?$`)

// setHeader tells the columns. An alignment's columns follow each other, so a
// column that the current one has already starts the next.
func (t *rsdTable) setHeader(header []string) {
	t.header, t.columns = header, map[string]int{}
	next := alignColumns{-1, -1, -1}
	for i, h := range header {
		h = strings.Join(strings.Fields(strings.ToLower(h)), " ")
		if m := alignHeader.FindStringSubmatch(h); m != nil {
			slot := &next.url
			switch m[1] {
			case "name", "title":
				slot = &next.name
			case "framework":
				slot = &next.framework
			}
			if *slot >= 0 {
				t.alignments = append(t.alignments, next)
				next = alignColumns{-1, -1, -1}
				switch m[1] {
				case "name", "title":
					slot = &next.name
				case "framework":
					slot = &next.framework
				default:
					slot = &next.url
				}
			}
			*slot = i
			continue
		}
		if role := rsdRole(h); role == "" {
			if h != "" {
				t.others = append(t.others, i)
			}
		} else if _, dup := t.columns[role]; !dup {
			t.columns[role] = i
		}
	}
	if next != (alignColumns{-1, -1, -1}) {
		t.alignments = append(t.alignments, next)
	}
}

func rsdRole(header string) string {
	for _, c := range rsdColumns {
		for _, h := range c.headers {
			if h == header {
				return c.role
			}
		}
	}
	return ""
}

// isRSDHeader tells the header of an OSMT table.
func isRSDHeader(header []string) bool {
	roles := map[string]bool{}
	for _, h := range header {
		roles[rsdRole(strings.Join(strings.Fields(strings.ToLower(h)), " "))] = true
	}
	return roles["name"] && roles["statement"]
}

// headerOf is the first record of a table, nil if in is none.
func headerOf(in *input) []string {
	if in.looksJSON() || in.ext() == ".xlsx" {
		return nil
	}
	t, err := source.NewTable(source.NewFile(in.Path, in.head), source.Dialect{})
	if err != nil {
		return nil
	}
	defer t.Close()
	return t.Header
}

// openRSDTable opens a table whose header has a name and a statement. The
// caller closes it.
func openRSDTable(in *input) (*rsdTable, error) {
	if in.ext() == ".xlsx" {
		t, err := openXLSX(in)
		if err == nil && t == nil {
			err = &source.Error{File: in.Path, Text: "has no sheet with the columns RSD Name and Skill Statement in its first row"}
		}
		return t, err
	}
	tab, err := source.NewTable(in.File, source.Dialect{})
	if err != nil {
		return nil, err
	}
	t := &rsdTable{file: in.Path, close: tab.Close}
	t.setHeader(tab.Header)
	if !t.has("name") || !t.has("statement") {
		tab.Close()
		return nil, &source.Error{File: in.Path, Line: 1, Text: fmt.Sprintf("has no columns RSD Name and Skill Statement (or Skill Name and Contextualized Skill Statement); its header is: %s", strings.Join(tab.Header, ", "))}
	}
	t.next = func() (*rsdRow, error) {
		row, err := tab.Next()
		if err == io.EOF {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		r := &rsdRow{line: row.Line, cells: make([]string, row.Len())}
		for i := range r.cells {
			r.cells[i] = row.Cell(i)
		}
		return r, nil
	}
	return t, nil
}

// maxXLSX bounds a workbook, packed and unpacked.
const maxXLSX, maxSheet = 64 << 20, 512 << 20

// openXLSX opens the first sheet of a workbook whose first row is an OSMT
// header; nil if there is none. Line numbers are those of the sheet's rows.
func openXLSX(in *input) (*rsdTable, error) {
	data, err := in.Bytes(maxXLSX)
	if err != nil {
		return nil, err
	}
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxSheet, UnzipXMLSizeLimit: maxXLSX})
	if err != nil {
		return nil, &source.Error{File: in.Path, Text: "is no Excel workbook that can be read (" + err.Error() + "); save it again as .xlsx or as CSV UTF-8"}
	}
	for _, sheet := range book.GetSheetList() {
		rows, err := book.Rows(sheet)
		if err != nil {
			continue
		}
		if rows.Next() {
			if header, err := rows.Columns(); err == nil && isRSDHeader(header) {
				return xlsxTable(in, book, rows, header), nil
			}
		}
		if err := rows.Close(); err != nil {
			break
		}
	}
	return nil, book.Close()
}

func xlsxTable(in *input, book *excelize.File, rows *excelize.Rows, header []string) *rsdTable {
	t := &rsdTable{file: in.Path, close: func() error { return errors.Join(rows.Close(), book.Close()) }}
	t.setHeader(header)
	line := 1
	t.next = func() (*rsdRow, error) {
		for rows.Next() {
			line++
			cells, err := rows.Columns()
			if err != nil {
				return nil, &source.Error{File: in.Path, Line: line, Text: "the sheet cannot be read: " + err.Error()}
			}
			if strings.TrimSpace(strings.Join(cells, "")) != "" {
				return &rsdRow{line: line, cells: cells}, nil
			}
		}
		if err := rows.Error(); err != nil {
			return nil, &source.Error{File: in.Path, Line: line, Text: "the sheet cannot be read: " + err.Error()}
		}
		return nil, nil
	}
	return t
}

// descriptor reads a row.
func (t *rsdTable) descriptor(row *rsdRow, lang taxonomy.Lang) rsd {
	d := rsd{at: Problem{File: t.file, Line: row.line}, lang: lang, url: t.cell(row, "url"), name: t.cell(row, "name"), statement: t.cell(row, "statement")}
	list := func(property, role string) {
		for _, x := range splitList(t.cell(row, role)) {
			d.fact(property, x)
		}
	}
	for _, p := range []string{"author", taxonomy.PropCategory, taxonomy.PropKeyword, "standard", "certification", "employer"} {
		list(p, p)
	}
	list(taxonomy.PropCollection, "collections")
	for _, level := range []string{"major", "minor", "broad", "detailed", "onet"} {
		list("occupation", level)
	}
	d.fact("status", t.cell(row, "status"))
	for _, i := range t.others {
		d.fact(strings.TrimSpace(t.header[i]), row.at(i))
	}
	d.archived = strings.EqualFold(t.cell(row, "status"), "archived")
	for _, a := range t.alignments {
		if x := (rsdAlignment{row.at(a.name), row.at(a.url), row.at(a.framework)}); x != (rsdAlignment{}) {
			d.alignments = append(d.alignments, x)
		}
	}
	return d
}
