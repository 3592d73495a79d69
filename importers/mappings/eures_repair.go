package mappings

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"concord/importers"
	"concord/importers/source"
)

// A grid is a table without a header: rows of cells, trimmed.
type grid struct {
	next    func() (gridRow, error) // io.EOF at the end
	close   func() error
	wrapped bool
	twice   int // rows that were encoded twice
	first   int // line of the first of them
}

type gridRow struct {
	line   int
	cells  []string // at least one
	repair string   // what was done to it, "" if nothing
}

// openGrid opens a CSV whose separator is told from the line that names a
// relation or a project. A spreadsheet that split such a file at “;” wrote
// whole records into the cells of a table: its lines end in “;”, a record with
// a quote in it is a quoted cell, and one that held a “;” is two cells. The
// outer table is read first, then the records in it.
//
// Of a workbook the first sheet is taken as it is.
func openGrid(f *source.File, maxRows int) (*grid, error) {
	if isWorkbook(f) {
		sheets, err := importers.ReadWorkbook(f, maxRows)
		if err != nil {
			return nil, err
		}
		if len(sheets) == 0 {
			return nil, &source.Error{File: f.Path, Text: "is a workbook without sheets"}
		}
		return &grid{next: sheetRows(sheets[0].Rows), close: func() error { return nil }}, nil
	}
	head, err := f.Head(headSize)
	if err != nil {
		return nil, err
	}
	inner, wrapped := separators(head)
	d := source.Dialect{Comma: rune(inner), Header: []string{"1"}}
	if wrapped {
		d.Comma = ';'
	}
	t, err := source.NewTable(f, d)
	if err != nil {
		return nil, err
	}
	g := &grid{close: t.Close, wrapped: wrapped}
	g.next = func() (gridRow, error) {
		row, err := t.Next()
		if err != nil {
			return gridRow{}, err
		}
		out := gridRow{line: row.Line, cells: make([]string, row.Len())}
		for i := range out.cells {
			out.cells[i] = row.Cell(i)
		}
		for i := 0; i < maxNested; i++ {
			if wrapped && i == 0 {
				full := slices.DeleteFunc(slices.Clone(out.cells), func(c string) bool { return c == "" })
				if len(full) > 1 {
					out.repair = "a “;” parts it"
				}
				out.cells = []string{strings.Join(full, ",")}
			}
			if !packed(out.cells) {
				break
			}
			cells, err := splitRecord(f.Path, out.cells[0], inner)
			if err != nil || len(cells) < 2 {
				break
			}
			out.cells = cells
			if !wrapped || i > 0 {
				g.twiceAt(row.Line)
			}
		}
		return out, nil
	}
	return g, nil
}

const maxNested = 4

func (g *grid) twiceAt(line int) {
	if g.twice++; g.twice == 1 {
		g.first = line
	}
}

// packed tells a record that lies in one cell.
func packed(cells []string) bool {
	for _, c := range cells[1:] {
		if c != "" {
			return false
		}
	}
	return strings.ContainsAny(cells[0], ",;\t")
}

// splitRecord parts the record in a cell: strictly, which is fast, or as a
// Table forgives.
func splitRecord(file, text string, comma byte) ([]string, error) {
	strict := csv.NewReader(strings.NewReader(text))
	strict.Comma = rune(comma)
	if cells, err := strict.Read(); err == nil {
		if _, err := strict.Read(); err == io.EOF {
			for i, c := range cells {
				cells[i] = strings.TrimSpace(c)
			}
			return cells, nil
		}
	}
	t, err := source.NewTable(source.NewFile(file, []byte(text)), source.Dialect{Comma: rune(comma), Header: []string{"1"}})
	if err != nil {
		return nil, err
	}
	defer t.Close()
	row, err := t.Next()
	if err != nil {
		return nil, err
	}
	cells := make([]string, row.Len())
	for i := range cells {
		cells[i] = row.Cell(i)
	}
	if _, err := t.Next(); err != io.EOF {
		return nil, fmt.Errorf("%s: the cell is no record", file)
	}
	return cells, nil
}

// separators tells what parts the cells of a file, and whether its lines are
// wrapped into cells of a table with “;”.
func separators(head []byte) (comma byte, wrapped bool) {
	comma = ','
	for line := range bytes.Lines(head) {
		lower := bytes.ToLower(line)
		if !bytes.Contains(lower, []byte("classification 1 ")) && !bytes.Contains(lower, []byte("type of match")) {
			continue
		}
		for _, c := range []byte{';', '\t'} {
			if bytes.Count(line, []byte{c}) > bytes.Count(line, []byte{comma}) {
				comma = c
			}
		}
		if bytes.Contains(lower, []byte("relation")) || bytes.Contains(lower, []byte("type of match")) {
			break // the header says it best
		}
	}
	if comma != ',' {
		return comma, false
	}
	lines, ends := 0, 0
	for line := range bytes.Lines(head) {
		if line = bytes.TrimSpace(line); len(line) > 0 && lines < 20 {
			lines++
			if bytes.HasSuffix(line, []byte(";")) {
				ends++
			}
		}
	}
	return ',', ends*2 > lines
}

// slipped mends a row whose relation is not in its column: a spreadsheet that
// parts a label at its comma moves what follows one cell on ("a | b" were one
// quoted label), and a label that swallowed a comma leaves it before the
// relation (",skos:broadMatch"). It returns what it did, "" if nothing.
func (l *euresLayout) slipped(cells []string) ([]string, string) {
	if l.relation < len(cells) && cells[l.relation] != "" {
		return cells, ""
	}
	for _, s := range l.sides {
		for _, c := range s.labels {
			i := c.at
			if i+1 < len(cells) && strings.HasPrefix(cells[i], `"`) && strings.HasSuffix(cells[i+1], `"`) && len(cells) > l.relation+1 {
				if _, ok := relationOf(cells[l.relation+1]); ok {
					whole := strings.Trim(cells[i]+", "+cells[i+1], `"`)
					return slices.Concat(cells[:i], []string{whole}, cells[i+2:]), fmt.Sprintf("its label is parted at a comma; it is read as %q", whole)
				}
			}
		}
	}
	for i, c := range cells {
		bare := strings.TrimLeft(c, ", ")
		if i >= l.relation || bare == c {
			continue
		}
		if _, ok := relationOf(bare); ok {
			cells = slices.Clone(cells)
			for len(cells) <= l.relation {
				cells = append(cells, "")
			}
			cells[i], cells[l.relation] = "", bare
			return cells, fmt.Sprintf("its relation stands %d columns before its own", l.relation-i)
		}
	}
	return cells, ""
}

// decimals tells how the codes of a column that a program took for numbers
// are to be read. Codes all of whose fractions are ".0", and none of which
// begins with a zero, were whole numbers: cut is true. Where others have
// fractions too the dot is the code's own; both then counts the codes that
// occur as X and as X.0, which are different codes and stay so.
func decimals(codes map[string]bool) (cut bool, both []string) {
	cut = true
	any := false
	for c := range codes {
		whole, fraction, dotted := strings.Cut(c, ".")
		if !digits(whole) || dotted && !digits(fraction) {
			if strings.Contains(c, ":") {
				continue // a URI
			}
			return false, nil
		}
		switch {
		case dotted && fraction == "0":
			any = true
			if codes[whole] {
				both = append(both, whole)
			}
		case dotted:
			cut = false
		}
		if len(whole) > 1 && whole[0] == '0' {
			cut = false
		}
	}
	slices.Sort(both)
	return cut && any, both
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// Excel counts days from here; 60 is a day that never was, long before any crosswalk.
var excelEpoch = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)

var numeric = regexp.MustCompile(`^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$`)

// isoDate reads a date as YYYY-MM-DD, or YYYY-MM where there is no day. how is
// not empty if it had to be read some way.
func isoDate(s string) (date, how string, ok bool) {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return t.Format(time.DateOnly), "", true
	}
	if n, err := strconv.Atoi(s); err == nil && len(s) == 5 && n >= 30000 && n < 80000 {
		return excelEpoch.AddDate(0, 0, n).Format(time.DateOnly), "a spreadsheet wrote it as a number of days", true
	}
	if m := numeric.FindStringSubmatch(s); m != nil {
		if t, err := time.Parse("2/1/2006", m[1]+"/"+m[2]+"/"+m[3]); err == nil {
			if month, _ := strconv.Atoi(m[1]); month <= 12 {
				return t.Format(time.DateOnly), "the day is taken to come first", true
			}
			return t.Format(time.DateOnly), "", true
		}
	}
	if t, err := time.Parse("Jan-06", s); err == nil {
		return t.Format("2006-01"), "a spreadsheet wrote it as month and year", true
	}
	return "", "", false
}

// clip shortens text of a file for a message.
func clip(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:79]) + "…"
	}
	return s
}
