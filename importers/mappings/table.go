package mappings

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"concord/importers"
	"concord/importers/source"
	"concord/taxonomy"
)

// tableFormat and workbookFormat are tables of mappings, one a row: CSV, TSV
// and other separators, or a sheet of an Excel workbook. A column holds an
// SSSOM slot: the header is its name (subject_id), or Options.Columns says
// which header means it, as slot=Header or as a list of slots for the columns
// from the left, where - leaves one out. subject_id, object_id and predicate_id
// must be there. Any other column is kept as a slot of its name.
//
//   - Identifiers without a colon are completed: UUIDs and ISCO codes of ESCO
//     and O*NET-SOC codes to their URIs, other codes to URNs of the framework
//     that subject_source, Options.Set or else the table's name says.
//   - Relations are words or signs (relation.go), as in EURES tables; a term
//     with another prefix is kept.
//   - Cells of slots that may have several values part at |, as in SSSOM TSV,
//     with \| for a stroke of its own.
//
// Writing gives the columns that hold something. Cells are written as they
// are, also where they begin with “=” or “-”: import a CSV of people you do not
// trust into a spreadsheet as text. A CSV has no place for what is said of the
// set; a workbook holds it in its second sheet, as slot and value.
var (
	tableFormat = format{
		name: "csv", doc: "a table of your own, with --columns, or with SSSOM's slots as its header", ext: ".csv",
		claims: claimsTable, read: readTable, write: writeCSV,
	}
	workbookFormat = format{
		name: "xlsx", doc: "the same as an Excel workbook, with what is said of the set", ext: ".xlsx",
		claims: claimsWorkbook, read: readTable, write: writeXLSX,
	}
)

// Names of the sheets of a workbook.
const mappingSheet, setSheet = "mappings", "mapping set"

// slotStatus and slotBefore are columns that SSSOM does not have: the state of
// review, and the predicate before a reviewer changed it.
const slotStatus, slotBefore = "status", "predicate_before"

// needed are the slots that a table must have.
var needed = []string{"subject_id", "predicate_id", "object_id"}

// tableSlots is the slots that are fields of a mapping and hold one text, in
// the order they are written.
var tableSlots = []string{
	"subject_id", "subject_label", "subject_category", "subject_source", "predicate_id", "predicate_modifier",
	"object_id", "object_label", "object_category", "object_source", "mapping_justification", "mapping_date", "comment", slotStatus, slotBefore,
}

// tableField is the field of m for a slot, or nil.
func tableField(m *taxonomy.Mapping, slot string) *string {
	switch slot {
	case slotStatus:
		return (*string)(&m.Status)
	case slotBefore:
		return (*string)(&m.Before)
	}
	return rowField(m, slot)
}

// A sheet is a table that was opened: its header and what follows it.
type sheet struct {
	header []string
	line   int // of the header
	next   func() (gridRow, error)
	close  func() error
	set    [][]string // rows of the second sheet, if it is what writeXLSX writes
}

// openSheet opens a table: the sheet “mappings” of a workbook or its first.
func openSheet(f *source.File, maxRows int) (*sheet, error) {
	if !isWorkbook(f) {
		t, err := source.NewTable(f, source.Dialect{})
		if err != nil {
			return nil, err
		}
		return &sheet{header: t.Header, line: 1, close: t.Close, next: func() (gridRow, error) {
			row, err := t.Next()
			if err != nil {
				return gridRow{}, err
			}
			cells := make([]string, row.Len())
			for i := range cells {
				cells[i] = row.Cell(i)
			}
			return gridRow{line: row.Line, cells: cells}, nil
		}}, nil
	}
	sheets, err := importers.ReadWorkbook(f, maxRows)
	if err != nil {
		return nil, err
	}
	named := func(name string) *importers.Sheet {
		if i := slices.IndexFunc(sheets, func(s importers.Sheet) bool { return strings.EqualFold(strings.TrimSpace(s.Name), name) }); i >= 0 {
			return &sheets[i]
		}
		return nil
	}
	s := &sheet{close: func() error { return nil }}
	rows := named(mappingSheet)
	if rows == nil && len(sheets) > 0 {
		rows = &sheets[0]
	}
	if set := named(setSheet); set != nil && set != rows {
		s.set = set.Rows
	}
	if rows == nil {
		rows = &importers.Sheet{}
	}
	s.next = sheetRows(rows.Rows)
	first, err := s.next()
	if err != nil {
		return nil, &source.Error{File: f.Path, Text: "is an empty workbook; a table with a header row was expected"}
	}
	s.header, s.line = first.cells, first.line
	return s, nil
}

// sheetRows gives the rows of a sheet that are not blank.
func sheetRows(rows [][]string) func() (gridRow, error) {
	n := 0
	return func() (gridRow, error) {
		for n < len(rows) {
			row := rows[n]
			n++
			if len(row) == 0 {
				continue
			}
			cells := make([]string, len(row))
			for i, c := range row {
				cells[i] = strings.TrimSpace(c)
			}
			return gridRow{line: n, cells: cells}, nil
		}
		return gridRow{}, io.EOF
	}
}

func isWorkbook(f *source.File) bool { return strings.EqualFold(filepath.Ext(f.Name), ".xlsx") }

// slotsOfHeader reports whether a header names what a mapping needs.
func slotsOfHeader(header []string) bool {
	for _, slot := range needed {
		if !slices.ContainsFunc(header, func(h string) bool { return slotName(h) == slot }) {
			return false
		}
	}
	return true
}

// claimsTable takes a table whose header names the slots, unless it is SSSOM:
// that begins with a block of #, is called so, parts at tabs and gives a
// justification, or has its metadata in a file beside it.
func claimsTable(f *source.File, head []byte) bool {
	head = bytes.TrimPrefix(head, []byte("\ufeff"))
	if isWorkbook(f) || bytes.HasPrefix(head, []byte("#")) || !bytes.Contains(bytes.ToLower(head), []byte("predicate")) {
		return false
	}
	if stem := strings.ToLower(strings.TrimSuffix(f.Name, filepath.Ext(f.Name))); strings.HasSuffix(stem, ".sssom") || beside(f, nil) != nil {
		return false
	}
	if len(head) >= headSize-3 {
		head = head[:bytes.LastIndexByte(head, '\n')+1]
	}
	s, err := openSheet(source.NewFile(f.Path, head), 0)
	if err != nil {
		return false
	}
	defer s.close()
	first, _, _ := bytes.Cut(head, []byte("\n"))
	justified := slices.ContainsFunc(s.header, func(h string) bool { return slotName(h) == "mapping_justification" })
	return slotsOfHeader(s.header) && !(justified && bytes.ContainsRune(first, '\t'))
}

func claimsWorkbook(f *source.File, head []byte) bool {
	if !isWorkbook(f) || !bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return false
	}
	s, err := openSheet(f, 2)
	return err == nil && slotsOfHeader(s.header)
}

// slotName is the slot that a header is called like: “Subject ID” is
// subject_id. A name that is a slot's already stays as it is.
func slotName(header string) string {
	header = strings.TrimSpace(header)
	folded := strings.ReplaceAll(taxonomy.Slug(header), "-", "_")
	if slices.Contains(tableSlots, folded) || !plainName.MatchString(header) {
		return folded
	}
	return header
}

// tablePlan decides which slot each column holds; "" is none.
func tablePlan(f *source.File, s *sheet, columns []string) ([]string, error) {
	fail := func(format string, args ...any) ([]string, error) {
		return nil, &source.Error{File: f.Path, Line: s.line, Text: fmt.Sprintf(format, args...) + "; write --columns as slot=Header (subject_id=Code,predicate_id=Relation,object_id=URI), or as a slot for each column from the left (- leaves one out)"}
	}
	plan := make([]string, max(len(s.header), len(columns)))
	said := make([]bool, len(plan))
	named := slices.ContainsFunc(columns, func(c string) bool { return strings.Contains(c, "=") })
	for i, c := range columns {
		slot, name, ok := strings.Cut(strings.TrimSpace(c), "=")
		slot = strings.TrimSpace(slot)
		switch {
		case named && !ok:
			return fail("cannot be read: --columns holds %q beside entries with a =", c)
		case named:
			if i = slices.IndexFunc(s.header, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), strings.TrimSpace(name)) }); i < 0 {
				return fail("has no column %q; its header is: %s", name, strings.Join(s.header, ", "))
			}
		case slot == "" || slot == "-":
			said[i] = true
			continue
		}
		if !plainName.MatchString(slot) {
			return fail("cannot be read: --columns holds %q, which is no name of a slot", slot)
		}
		if said[i] {
			return fail("cannot be read: --columns names the column %q twice", name)
		}
		plan[i], said[i] = slot, true
	}
	for i, h := range s.header {
		if slot := slotName(h); !said[i] && slot != "" && !slices.Contains(plan, slot) {
			plan[i] = slot
		}
	}
	for _, slot := range needed {
		if !slices.Contains(plan, slot) {
			return fail("has no column that is known to hold %s; its header is: %s", slot, strings.Join(s.header, ", "))
		}
	}
	return plan, nil
}
