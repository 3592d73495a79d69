package importers

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"concord/importers/source"
)

// A Sheet is one sheet of a workbook, cells as text. Row i is line i+1; blank
// rows are empty.
type Sheet struct {
	Name string
	Rows [][]string
}

// ReadWorkbook reads the sheets of an Excel workbook, at most maxRows rows of
// each (0: all of them). Numbers are as they are stored, not as they are
// shown. What is no workbook is a source.Error.
func ReadWorkbook(f *source.File, maxRows int) ([]Sheet, error) {
	data, err := f.Bytes(maxWorkbook)
	if err != nil {
		return nil, err
	}
	broken := func(err error) error {
		return &source.Error{File: f.Path, Text: "is no Excel workbook that can be read (" + err.Error() + "); save it again as .xlsx or as CSV UTF-8"}
	}
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true, UnzipSizeLimit: maxWorkbookUnpacked, UnzipXMLSizeLimit: maxWorkbook})
	if err != nil {
		return nil, broken(err)
	}
	defer book.Close()
	var sheets []Sheet
	for _, name := range book.GetSheetList() {
		rows, err := readSheet(book, name, maxRows)
		if err != nil {
			return nil, broken(err)
		}
		sheets = append(sheets, Sheet{name, rows})
	}
	return sheets, nil
}

func readSheet(book *excelize.File, name string, maxRows int) (out [][]string, err error) {
	rows, err := book.Rows(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for (maxRows == 0 || len(out) < maxRows) && rows.Next() {
		cells, err := rows.Columns()
		if err != nil {
			return nil, err
		}
		if strings.TrimSpace(strings.Join(cells, "")) == "" {
			cells = nil
		}
		out = append(out, cells)
	}
	return out, rows.Error()
}

// WriteWorkbook writes sheets as an Excel workbook. Every cell is text, so
// that no code becomes a number and nothing is run as a formula. cut is how
// many cells were longer than Excel allows (32,767 units of UTF-16) and were
// shortened. The same sheets give the same bytes.
func WriteWorkbook(w io.Writer, sheets []Sheet) (cut int, err error) {
	book := excelize.NewFile()
	defer book.Close()
	for i, s := range sheets {
		if i == 0 {
			err = book.SetSheetName(book.GetSheetName(0), s.Name)
		} else {
			_, err = book.NewSheet(s.Name)
		}
		if err != nil {
			return cut, fmt.Errorf("writing the sheet %q: %w", s.Name, err)
		}
		stream, err := book.NewStreamWriter(s.Name)
		if err != nil {
			return cut, fmt.Errorf("writing the sheet %q: %w", s.Name, err)
		}
		for n, row := range s.Rows {
			cells := make([]any, len(row))
			for c, text := range row {
				if longCell(text) {
					cut++
				}
				if text != "" {
					cells[c] = text
				}
			}
			at, err := excelize.CoordinatesToCellName(1, n+1)
			if err != nil {
				return cut, fmt.Errorf("writing the sheet %q: a sheet has at most %d rows: %w", s.Name, excelize.TotalRows, err)
			}
			if err := stream.SetRow(at, cells); err != nil {
				return cut, fmt.Errorf("writing the sheet %q: %w", s.Name, err)
			}
		}
		if err := stream.Flush(); err != nil {
			return cut, fmt.Errorf("writing the sheet %q: %w", s.Name, err)
		}
	}
	packed, err := book.WriteToBuffer()
	if err == nil {
		err = byName(w, packed.Bytes())
	}
	if err != nil {
		return cut, fmt.Errorf("writing the workbook: %w", err)
	}
	return cut, nil
}

// byName writes the archive packed with its members by name: excelize puts
// sheets in the order of a map.
func byName(w io.Writer, packed []byte) error {
	in, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return err
	}
	slices.SortFunc(in.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	out := zip.NewWriter(w)
	for _, m := range in.File {
		if err := out.Copy(m); err != nil {
			return err
		}
	}
	return out.Close()
}

// longCell tells text that does not fit a cell; excelize shortens it.
func longCell(text string) bool {
	if len(text) <= excelize.TotalCellChars {
		return false
	}
	n := 0
	for _, r := range text {
		n += max(1, utf16.RuneLen(r))
	}
	return n > excelize.TotalCellChars
}
