package importers

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"concord/importers/source"
)

// maxWorkbook bounds a workbook as it is and unpacked: it is held in memory.
const (
	maxWorkbook         = 64 << 20
	maxWorkbookUnpacked = 512 << 20
)

// An onetTable is a table in either edition. Columns go by their names; the
// Excel edition has some more of them than the text edition.
type onetTable struct {
	in      *input
	header  []string
	columns map[string]int
	next    func() (onetRow, error) // io.EOF at the end
	close   func()
	n       int // rows read
}

// An onetRow is a record. Its text form is used if cells is nil.
type onetRow struct {
	line  int
	cells []string
	text  source.Row
}

// get returns the cell in a column; n/a (text) and blank (Excel) are both "".
func (r onetRow) get(column int) string {
	value := ""
	switch {
	case r.cells == nil:
		value = r.text.Cell(column)
	case column >= 0 && column < len(r.cells):
		value = strings.TrimSpace(r.cells[column])
	}
	if value == "n/a" {
		return ""
	}
	return value
}

// code returns the cell in a column of numeric codes, which a spreadsheet may
// have written as 4.3232202E7 or 8823.0.
func (r onetRow) code(column int) string {
	value := r.get(column)
	if r.cells == nil || !strings.ContainsAny(value, ".E") {
		return value
	}
	if f, err := strconv.ParseFloat(value, 64); err == nil && f == float64(int64(f)) {
		return strconv.FormatInt(int64(f), 10)
	}
	return value
}

// openONET opens the table in.
func openONET(in *input) (*onetTable, error) {
	if in.ext() == ".xlsx" {
		return openWorkbook(in)
	}
	text, err := source.NewTable(in.File, source.Dialect{Unquoted: true, Comma: '\t'})
	if err != nil {
		return nil, err
	}
	t := &onetTable{in: in, close: func() { text.Close() }}
	t.setHeader(text.Header)
	t.next = func() (onetRow, error) {
		row, err := text.Next()
		return onetRow{line: row.Line, text: row}, err
	}
	return t, nil
}

// openWorkbook opens the first sheet of a workbook.
func openWorkbook(in *input) (*onetTable, error) {
	data, err := in.Bytes(maxWorkbook)
	if err != nil {
		return nil, err
	}
	broken := func(err error) error {
		return &source.Error{File: in.Path, Text: "cannot be read as an Excel workbook (" + err.Error() + "); download it again or take the text edition"}
	}
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true, UnzipSizeLimit: maxWorkbookUnpacked, UnzipXMLSizeLimit: maxWorkbookUnpacked})
	if err != nil {
		return nil, broken(err)
	}
	rows, err := book.Rows(book.GetSheetName(0))
	if err != nil {
		book.Close()
		return nil, broken(err)
	}
	t := &onetTable{in: in, close: func() { rows.Close(); book.Close() }}
	line := 0
	t.next = func() (onetRow, error) {
		for rows.Next() {
			line++
			cells, err := rows.Columns()
			if err != nil {
				return onetRow{}, broken(err)
			}
			if strings.TrimSpace(strings.Join(cells, "")) != "" {
				return onetRow{line: line, cells: cells}, nil
			}
		}
		if err := rows.Error(); err != nil {
			return onetRow{}, broken(err)
		}
		return onetRow{}, io.EOF
	}
	first, err := t.next()
	if err == io.EOF {
		err = &source.Error{File: in.Path, Text: "is an empty workbook; a table with a header row was expected"}
	}
	if err != nil {
		t.close()
		return nil, err
	}
	t.setHeader(first.cells)
	return t, nil
}

func (t *onetTable) setHeader(names []string) {
	t.header, t.columns = names, make(map[string]int, len(names))
	for i, name := range names {
		key := strings.ToLower(strings.TrimSpace(name))
		if _, dup := t.columns[key]; !dup {
			t.columns[key] = i
		}
	}
}

// column returns the index of the first of names that is a column, or -1.
func (t *onetTable) column(names ...string) int {
	for _, name := range names {
		if i, ok := t.columns[strings.ToLower(name)]; ok {
			return i
		}
	}
	return -1
}

// require returns an Error if one of the columns is missing.
func (t *onetTable) require(columns []string) error {
	for _, name := range columns {
		if t.column(name) < 0 {
			return &source.Error{File: t.in.Path, Line: 1, Text: fmt.Sprintf("has no column %q; its header is: %s", name, strings.Join(t.header, ", "))}
		}
	}
	return nil
}

// each calls do for every row.
func (t *onetTable) each(do func(onetRow) error) error {
	for {
		row, err := t.next()
		if err != nil {
			return endOf(err)
		}
		t.n++
		if err := do(row); err != nil {
			return err
		}
	}
}

// at is the place of a row, for a Problem.
func (t *onetTable) at(row onetRow) Problem { return Problem{File: t.in.Path, Line: row.line} }

// workbookHolds reports whether one of words stands at the beginning of a
// workbook's text, where headings are, without opening it as a workbook.
func workbookHolds(in *input, words []string) bool {
	if !bytes.HasPrefix(in.head, []byte("PK\x03\x04")) {
		return false
	}
	quiet := *in.File
	quiet.OnRead = nil
	data, err := quiet.Bytes(maxWorkbook)
	if err != nil {
		return false
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return false
	}
	for _, part := range z.File {
		if part.Name != "xl/sharedStrings.xml" && path.Dir(part.Name) != "xl/worksheets" {
			continue
		}
		rc, err := part.Open()
		if err != nil {
			continue
		}
		head, err := io.ReadAll(io.LimitReader(rc, headSize))
		rc.Close()
		if err != nil {
			continue
		}
		for _, w := range words {
			if bytes.Contains(head, []byte(">"+w+"<")) {
				return true
			}
		}
	}
	return false
}
