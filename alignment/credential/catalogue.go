package credential

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"strings"

	"concord/alignment"
	"concord/importers/source"
	"concord/taxonomy"
)

// ReadAll yields the documents of f: one for a badge, course or text, and for a
// catalogue one for every row. A catalogue is a table (CSV, TSV), lines of JSON
// (NDJSON), or with columns given also a JSON list of objects; it is read as it
// is asked for, so its size does not matter. Every line of JSON that is a
// record of a known kind is read as one; one that cannot be read is an error, and
// the lines after it follow, up to maxBadLines. After any other error no more is
// yielded.
//
// The type of a row is "catalogue/row"; its texts have the pointer line=N and
// the column, as alignment.Text.Pointer says; its digest is of its own cells.
func ReadAll(f *source.File, opt Options) iter.Seq2[*alignment.Document, error] {
	return func(yield func(*alignment.Document, error) bool) {
		kind, err := catalogueKind(f, opt)
		if err != nil {
			yield(nil, err)
			return
		}
		switch kind {
		case "table":
			err = readTable(f, opt, func(d *alignment.Document) bool { return yield(d, nil) })
		case "lines":
			err = readLines(f, opt, yield)
		default:
			var data []byte
			if data, err = f.Bytes(maxSize); err != nil {
				break
			}
			if kind == "list" {
				err = readList(f.Path, data, opt, func(d *alignment.Document) bool { return yield(d, nil) })
				break
			}
			var doc *alignment.Document
			if doc, err = Read(f.Path, data, opt); err == nil {
				yield(doc, nil)
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// catalogueKind tells a table, lines or a list of JSON from one document: by the
// name, or by the content where columns are given.
func catalogueKind(f *source.File, opt Options) (string, error) {
	switch strings.ToLower(path.Ext(f.Name)) {
	case ".csv", ".tsv", ".tab":
		if opt.Type == "" {
			return "table", nil
		}
	case ".ndjson", ".jsonl":
		return "lines", nil
	}
	if opt.Columns == nil {
		return "", nil
	}
	head, err := f.Head(4096)
	if err != nil {
		return "", err
	}
	head = bytes.TrimLeft(head, " \t\r\n\ufeff")
	switch {
	case bytes.HasPrefix(head, []byte("{")):
		return "lines", nil
	case bytes.HasPrefix(head, []byte("[")):
		return "list", nil
	}
	return "table", nil
}

// readTable reads a table row by row.
func readTable(f *source.File, opt Options, yield func(*alignment.Document) bool) error {
	t, err := source.NewTable(f, source.Dialect{})
	if err != nil {
		return err
	}
	defer t.Close()
	columns := opt.Columns
	if columns == nil {
		guessed, ok := guessColumns(t.Header)
		if !ok {
			return &source.Error{File: f.Path, Line: 1, Text: fmt.Sprintf("is a table without a column that is known to hold a name or text; say which do, as in --columns name=HEADER,text=HEADER; its header is: %s", strings.Join(t.Header, ", "))}
		}
		columns = guessed
	}
	for _, c := range columns {
		if err := t.Require(c.Name); err != nil {
			return err
		}
	}
	for rows := 0; ; rows++ {
		row, err := t.Next()
		if err == io.EOF && rows == 0 {
			return &source.Error{File: f.Path, Text: "is a table with a header and no rows; each row is a document"}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		b := newRow(row.Line)
		for _, c := range columns {
			b.cell(c, row.Get(c.Name), "", fmt.Sprintf("line=%d/%s", row.Line, escapePointer(c.Name)))
		}
		if !yield(b.document()) {
			return nil
		}
	}
}

func escapePointer(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "~", "~0"), "/", "~1")
}

// maxLine bounds one line of JSON.
const maxLine = 16 << 20

// maxBadLines bounds the lines of a file that cannot be read, before it is taken
// for no lines of JSON at all.
const maxBadLines = 100

// readLines reads lines of JSON: records of a known kind, or objects by their
// columns. It yields what is wrong with a line and goes on behind it.
func readLines(f *source.File, opt Options, yield func(*alignment.Document, error) bool) error {
	text, err := f.Text()
	if err != nil {
		return err
	}
	defer text.Close()
	lines := bufio.NewScanner(text)
	lines.Buffer(make([]byte, 0, 1<<16), maxLine)
	n, bad := 0, 0
	for lines.Scan() {
		n++
		line := lines.Bytes()
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		doc, err := readLine(f.Path, n, line, opt)
		if err != nil {
			bad++
		}
		if !yield(doc, err) {
			return nil
		}
		if bad == maxBadLines {
			return &source.Error{File: f.Path, Line: n, Text: fmt.Sprintf("is the %dth line that cannot be read; the lines after it are left out", bad)}
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return &source.Error{File: f.Path, Line: n + 1, Text: fmt.Sprintf("is longer than %d MiB; a line holds one course or record", maxLine>>20)}
	}
	if lines.Err() == nil && n == 0 {
		return &source.Error{File: f.Path, Text: "is empty; lines of JSON were expected"}
	}
	return lines.Err()
}

// ReadRecord reads an object on its own as ReadAll reads a line of JSON: a
// record of a known kind, or a row by its columns. Its pointers name no line.
func ReadRecord(name string, data []byte, opt Options) (*alignment.Document, error) {
	return readLine(name, 0, data, opt)
}

func readLine(name string, n int, line []byte, opt Options) (*alignment.Document, error) {
	at := func(err error) error { // errors count lines within the line
		var e *source.Error
		if errors.As(err, &e) {
			return &source.Error{File: e.File, Line: n, Pointer: e.Pointer, Text: e.Text}
		}
		return err
	}
	if tooMany(line) {
		return nil, &source.Error{File: name, Line: n, Text: "holds too many values for one course or record"}
	}
	prefix := ""
	if n > 0 {
		prefix = fmt.Sprintf("line=%d", n)
	}
	if opt.Columns == nil {
		root, _, err := source.ParseJSON(name, line)
		if err != nil {
			return nil, at(err)
		}
		columns, guessed := guessColumns(objectNames(root))
		for _, format := range formats {
			if format.claims(root) {
				guessed = false
			}
		}
		if !guessed {
			doc := &alignment.Document{Digest: alignment.Digest(line)}
			if err := readJSON(doc, name, string(line), opt, ""); err != nil {
				return nil, at(err)
			}
			finishText(doc)
			prefixPointers(doc, prefix)
			return doc, nil
		}
		opt.Columns = columns
	}
	root, _, err := source.ParseJSON(name, line)
	if err != nil {
		return nil, at(err)
	}
	return readObject(root, n, prefix, opt.Columns), nil
}

func objectNames(v *source.Value) []string {
	var names []string
	for _, m := range v.Members {
		names = append(names, m.Key)
	}
	return names
}

// prefixPointers says in every pointer on which line the record is.
func prefixPointers(doc *alignment.Document, prefix string) {
	for i := range doc.Texts {
		doc.Texts[i].Pointer = prefix + doc.Texts[i].Pointer
	}
	for i := range doc.Stated {
		doc.Stated[i].Pointer = prefix + doc.Stated[i].Pointer
	}
	for i := range doc.Warnings {
		doc.Warnings[i].Pointer = prefix + doc.Warnings[i].Pointer
	}
}

// readList reads a JSON list of objects by their columns.
func readList(name string, data []byte, opt Options, yield func(*alignment.Document) bool) error {
	if tooMany(data) {
		return &source.Error{File: name, Text: "holds too many values for a list; write one object a line (NDJSON)"}
	}
	root, _, err := source.ParseJSON(name, data)
	if err != nil {
		return err
	}
	for i, v := range root.Items {
		if !yield(readObject(v, i+1, "", opt.Columns)) {
			return nil
		}
	}
	return nil
}

// readObject reads an object as a row; a column may be a dotted path into it.
func readObject(v *source.Value, n int, prefix string, columns Columns) *alignment.Document {
	b := newRow(n)
	for _, c := range columns {
		value := v.Get(c.Name)
		for _, m := range v.Members {
			if value == nil && strings.EqualFold(m.Key, c.Name) {
				value = m.Value
			}
		}
		if value == nil {
			value = v
			for _, step := range strings.Split(c.Name, ".") {
				value = value.Get(step)
			}
		}
		texts := value.LangTexts("")
		if value != nil && value.Kind == source.Number {
			texts = []source.LangText{{Text: value.Text, At: value}}
		}
		for _, t := range texts {
			b.cell(c, t.At.Text, t.Lang, prefix+t.At.Pointer())
		}
	}
	return b.document()
}

// A row becomes a document.
type row struct {
	doc   *alignment.Document
	cells strings.Builder
	id    string
	line  int
}

func newRow(line int) *row {
	return &row{doc: &alignment.Document{Type: "catalogue/row"}, line: line}
}

func (r *row) cell(c Column, content string, lang taxonomy.Lang, pointer string) {
	trimmed := strings.TrimSpace(content)
	r.cells.WriteString(c.Holds + "\x1f" + content + "\x1e")
	if trimmed == "" {
		return
	}
	switch c.Holds {
	case "id":
		if r.id == "" {
			r.id = trimmed
		}
		return
	case "lang":
		r.doc.Lang = parseLang(trimmed)
		if r.doc.Lang == "" {
			r.doc.Warnings = append(r.doc.Warnings, alignment.Warning{Code: "unknown-language", Pointer: pointer, Text: fmt.Sprintf("%q is no language tag; write en, fr or pt-BR", trimmed)})
		}
		return
	case "skill":
		for _, s := range strings.FieldsFunc(content, func(r rune) bool { return strings.ContainsRune(";|\n", r) }) {
			s = strings.TrimSpace(s)
			if isAddress(s) {
				r.doc.Stated = append(r.doc.Stated, alignment.Stated{Pointer: pointer, URI: taxonomy.URI(s)})
			} else if s != "" {
				r.doc.Stated = append(r.doc.Stated, alignment.Stated{Pointer: pointer, Code: s})
			}
		}
		return
	}
	role := columnRole(c.Holds)
	if role == alignment.RoleTitle && r.doc.Name == "" {
		r.doc.Name = trimmed
	}
	if isAddress(trimmed) {
		return
	}
	t := newText(pointer, content, role)
	if role == alignment.RoleKeyword {
		splitKeywords(&t)
	}
	if t.Lang = lang; len(t.Blocks) > 0 {
		r.doc.Texts = append(r.doc.Texts, t)
	}
}

func (r *row) document() *alignment.Document {
	if r.doc.Name == "" {
		r.doc.Name = r.id
	}
	if r.doc.Name == "" {
		r.doc.Name = fmt.Sprintf("row %d", r.line)
	}
	r.doc.Digest = alignment.Digest([]byte(r.cells.String()))
	finishText(r.doc)
	return r.doc
}
