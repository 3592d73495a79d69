package writeback

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

// A sheet is a CSV file (RFC 4180) whose cells can be changed in place: what
// is not touched stays byte for byte.
type sheet struct {
	data    []byte
	comma   byte
	records [][]cell // blank lines left out; the first is the header
	edits   []edit
}

// A cell is a field of a record and where it stands, quotes included.
type cell struct {
	from, to int
	text     string
}

// An edit replaces from:to of the file; equal places keep their order.
type edit struct {
	from, to int
	text     string
}

// readSheet reads a CSV file; the separator is the one its first line has most of.
func readSheet(data []byte) *sheet {
	s := &sheet{data: data, comma: ','}
	at := len(data) - len(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	line, _, _ := bytes.Cut(data, []byte("\n"))
	for _, c := range []byte(";\t") {
		if bytes.Count(line, []byte{c}) > bytes.Count(line, []byte{s.comma}) {
			s.comma = c
		}
	}
	for at < len(data) {
		var record []cell
		record, at = s.record(at)
		if len(record) > 1 || record[0].text != "" {
			s.records = append(s.records, record)
		}
	}
	return s
}

// record reads the record at a place and returns where the next one starts.
func (s *sheet) record(at int) ([]cell, int) {
	var out []cell
	for {
		c := cell{from: at}
		if at < len(s.data) && s.data[at] == '"' {
			var text []byte
			for at++; at < len(s.data); at++ {
				if s.data[at] == '"' {
					if at+1 >= len(s.data) || s.data[at+1] != '"' {
						break
					}
					at++
				}
				text = append(text, s.data[at])
			}
			at = min(at+1, len(s.data))
			c.text = string(text)
		}
		rest := at
		for at < len(s.data) && s.data[at] != s.comma && s.data[at] != '\n' && s.data[at] != '\r' {
			at++
		}
		c.to, c.text = at, c.text+string(s.data[rest:at])
		out = append(out, c)
		if at < len(s.data) && s.data[at] == s.comma {
			at++
			continue
		}
		if bytes.HasPrefix(s.data[at:], []byte("\r\n")) {
			at++
		}
		return out, min(at+1, len(s.data))
	}
}

// set changes a cell.
func (s *sheet) set(c cell, text string) { s.edits = append(s.edits, edit{c.from, c.to, text}) }

// grow adds cells at the end of a record.
func (s *sheet) grow(record []cell, texts ...string) {
	end := record[len(record)-1].to
	for _, text := range texts {
		s.edits = append(s.edits, edit{end, end, string(s.comma) + text})
	}
}

// written returns the file with the edits made.
func (s *sheet) written() []byte {
	slices.SortStableFunc(s.edits, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	var out []byte
	at := 0
	for _, e := range s.edits {
		out = append(append(out, s.data[at:e.from]...), e.text...)
		at = e.to
	}
	return append(out, s.data[at:]...)
}

// field writes a text as a cell of a record: in quotes where it needs them or
// the record has them.
func (s *sheet) field(record []cell, text string) string {
	quoted := s.data[record[0].from:record[0].to]
	if !bytes.HasPrefix(quoted, []byte(`"`)) && !strings.ContainsAny(text, "\"\r\n"+string(s.comma)) && strings.TrimSpace(text) == text {
		return text
	}
	return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
}
