package source

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
)

// A Dialect says how a table is written.
type Dialect struct {
	Comma    rune     // ',' ';' '\t' '|'; 0: told from the first line
	Unquoted bool     // cells hold raw quotes (O*NET): split on Comma and nothing else
	Header   []string // column names where the file has none; nil: the first record is the header
	Broken   bool     // tab-separated: a quoted cell may go over several lines, as RFC 4180 lets it
}

// A Table reads records one by one, keeping the line each starts on. It
// follows RFC 4180 and forgives what real files do: ragged records, LF, CRLF
// or CR, line breaks in quoted cells, quotes in the middle of a cell. A quoted
// cell that never ends is an Error that names the line it starts on. In a
// tab-separated file a quoted cell ends on its own line or is not quoted,
// unless the Dialect says otherwise. A quoted cell ends at a quote with only
// ";" behind it on the line, as a spreadsheet that parts at ";" leaves it; they
// stay in the cell.
type Table struct {
	File    string
	Header  []string // trimmed, as written
	columns map[string]int
	in      *bufio.Reader
	closer  io.Closer
	comma   byte
	raw     bool
	broken  bool
	eol     byte
	line    int // lines read so far
	buf     []byte
	ends    []int
}

// maxRecord bounds one record, so that a stray quote cannot swallow a large file.
const maxRecord = 16 << 20

// NewTable opens f as a table. An empty file, HTML, and a header that cannot
// be read are Errors. The caller closes it.
func NewTable(f *File, d Dialect) (*Table, error) {
	text, err := f.Text()
	if err != nil {
		return nil, err
	}
	t := &Table{File: f.Path, in: bufio.NewReaderSize(text, 1<<18), closer: text, raw: d.Unquoted, broken: d.Broken}
	if err := t.start(d); err != nil {
		text.Close()
		return nil, err
	}
	return t, nil
}

func (t *Table) start(d Dialect) error {
	head, err := t.in.Peek(4096)
	if err != nil && err != io.EOF {
		return err
	}
	if LooksLikeHTML(head) {
		return &Error{File: t.File, Line: 1, Text: "is an HTML page, not a table; the download was probably a login or error page, so download it again"}
	}
	if len(bytes.TrimSpace(head)) == 0 {
		return &Error{File: t.File, Text: "is empty; a table with a header line was expected"}
	}
	t.eol = '\n'
	if !bytes.Contains(head, []byte("\n")) && bytes.Contains(head, []byte("\r")) {
		t.eol = '\r' // as old Macintosh programs write it
	}
	t.comma = byte(d.Comma)
	if d.Comma == 0 {
		t.comma = sniffComma(head)
	}
	t.Header = d.Header
	if t.Header == nil {
		row, err := t.Next()
		if err != nil {
			return err
		}
		t.Header = row.cells
	}
	t.columns = make(map[string]int, len(t.Header))
	for i, name := range t.Header {
		t.Header[i] = strings.TrimSpace(name)
		key := fold(name)
		if _, dup := t.columns[key]; !dup {
			t.columns[key] = i
		}
	}
	return nil
}

// LooksLikeHTML tells a web page by its first bytes.
func LooksLikeHTML(head []byte) bool {
	h := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))))
	for _, mark := range []string{"<!doctype html", "<html", "<head", "<body"} {
		if bytes.HasPrefix(h, []byte(mark)) {
			return true
		}
	}
	return false
}

// sniffComma returns the separator that occurs most in the first line outside quotes.
func sniffComma(head []byte) byte {
	counts := map[byte]int{}
	quoted := false
scan:
	for _, c := range bytes.TrimLeft(head, "\r\n") {
		switch {
		case c == '"':
			quoted = !quoted
		case (c == '\n' || c == '\r') && !quoted:
			break scan
		case !quoted:
			counts[c]++
		}
	}
	best := byte(',')
	for _, c := range []byte{'\t', ';', '|'} {
		if counts[c] > counts[best] {
			best = c
		}
	}
	return best
}

// Close closes the file.
func (t *Table) Close() error { return t.closer.Close() }

// Has reports whether there is a column called name, in any case.
func (t *Table) Has(name string) bool {
	_, ok := t.columns[fold(name)]
	return ok
}

// Column returns the index of the column called name, in any case, or -1.
func (t *Table) Column(name string) int {
	if i, ok := t.columns[fold(name)]; ok {
		return i
	}
	return -1
}

// Require returns an Error that names the columns that are missing, if any.
func (t *Table) Require(names ...string) error {
	var missing []string
	for _, n := range names {
		if !t.Has(n) {
			missing = append(missing, n)
		}
	}
	if missing == nil {
		return nil
	}
	return &Error{File: t.File, Line: 1, Text: fmt.Sprintf("has no column %s; its header is: %s", strings.Join(missing, ", "), strings.Join(t.Header, ", "))}
}

func fold(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// A Row is one record.
type Row struct {
	Line  int // line it starts on, 1-based
	cells []string
	table *Table
}

// Get returns the cell in the column called name (in any case), trimmed of
// white space and no-break spaces at both ends; empty if there is no such cell.
func (r Row) Get(name string) string {
	i, ok := r.table.columns[fold(name)]
	if !ok {
		return ""
	}
	return r.Cell(i)
}

// Cell returns the i-th cell, trimmed like Get; empty if there is none.
func (r Row) Cell(i int) string {
	if i < 0 || i >= len(r.cells) {
		return ""
	}
	return strings.TrimSpace(r.cells[i])
}

// Len returns the number of cells the record has, which may differ from the header's.
func (r Row) Len() int { return len(r.cells) }

// Next returns the next record that is not blank, or io.EOF. The Row is the
// caller's to keep.
func (t *Table) Next() (Row, error) {
	for {
		start := t.line + 1
		blank, err := t.record()
		if err != nil {
			return Row{}, err
		}
		if blank {
			continue
		}
		text := string(t.buf)
		cells := make([]string, len(t.ends))
		from := 0
		for i, end := range t.ends {
			cells[i] = text[from:end]
			from = end
		}
		return Row{Line: start, cells: cells, table: t}, nil
	}
}

// record reads one record into buf and ends: cell i is buf[ends[i-1]:ends[i]].
func (t *Table) record() (blank bool, err error) {
	t.buf, t.ends = t.buf[:0], t.ends[:0]
	line, err := t.readLine()
	if err != nil {
		return false, err
	}
	if len(bytes.TrimSpace(line)) == 0 {
		return true, nil
	}
	start := t.line
	for i := 0; ; {
		if !t.raw && i < len(line) && line[i] == '"' {
			rest, ok, err := t.quoted(line, i, start)
			if err != nil {
				return false, err
			}
			if ok {
				line, i = rest, 0
				if len(line) == 0 {
					return false, nil
				}
				i++ // the separator
				continue
			}
		}
		j := bytes.IndexByte(line[i:], t.comma)
		if j < 0 {
			t.buf = append(t.buf, line[i:]...)
			t.ends = append(t.ends, len(t.buf))
			return false, nil
		}
		t.buf = append(t.buf, line[i:i+j]...)
		t.ends = append(t.ends, len(t.buf))
		i += j + 1
	}
}

// quoted reads the quoted cell that opens at line[i], over as many lines as it
// takes, and returns what follows it: nothing, or a separator and more. ok is
// false, with nothing taken, where the cell proves not to be quoted.
func (t *Table) quoted(line []byte, i, start int) (rest []byte, ok bool, err error) {
	mark := len(t.buf)
	for i++; ; {
		j := bytes.IndexByte(line[i:], '"')
		if j < 0 {
			if t.comma == '\t' && !t.broken {
				t.buf = t.buf[:mark]
				return nil, false, nil
			}
			t.buf = append(append(t.buf, line[i:]...), '\n')
			if len(t.buf) > maxRecord {
				return nil, false, &Error{File: t.File, Line: start, Text: "a quoted cell that starts in this record is longer than 16 MiB; a closing quote is probably missing"}
			}
			line, err = t.readLine()
			if err == io.EOF {
				return nil, false, &Error{File: t.File, Line: start, Text: "a quoted cell that starts in this record never ends; the file is cut short or a closing quote is missing"}
			}
			if err != nil {
				return nil, false, err
			}
			i = 0
			continue
		}
		t.buf = append(t.buf, line[i:i+j]...)
		i += j + 1
		switch {
		case i < len(line) && line[i] == '"':
			t.buf = append(t.buf, '"')
			i++
		case i == len(line) || line[i] == t.comma:
			t.ends = append(t.ends, len(t.buf))
			return line[i:], true, nil
		case len(bytes.Trim(line[i:], "; ")) == 0 && line[i] == ';':
			t.buf = append(t.buf, line[i:]...)
			t.ends = append(t.ends, len(t.buf))
			return nil, true, nil
		default: // a quote inside a quoted cell that should have been doubled
			t.buf = append(t.buf, '"')
		}
	}
}

// readLine returns the next line without its end; the slice holds until the next call.
func (t *Table) readLine() ([]byte, error) {
	line, err := t.in.ReadSlice(t.eol)
	if err == bufio.ErrBufferFull {
		long := append([]byte(nil), line...)
		for err == bufio.ErrBufferFull && len(long) <= maxRecord {
			line, err = t.in.ReadSlice(t.eol)
			long = append(long, line...)
		}
		if len(long) > maxRecord {
			return nil, &Error{File: t.File, Line: t.line + 1, Text: "a line is longer than 16 MiB; this is not a table"}
		}
		line = long
	}
	if err != nil && err != io.EOF || len(line) == 0 {
		return nil, err
	}
	t.line++
	line = bytes.TrimSuffix(line, []byte{t.eol})
	return bytes.TrimSuffix(line, []byte("\r")), nil
}
