package mappings

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"concord/importers"
	"concord/importers/source"
	"concord/taxonomy"
)

// readSSSOM reads a table. Its metadata are YAML behind # in its first lines
// (SSSOM/TSV, embedded mode), or in a file beside it (external mode).
func readSSSOM(f *source.File, opt Options) ([]*Result, error) {
	text, err := textOf(f)
	if err != nil {
		return nil, err
	}
	if !bytes.Contains(text, []byte("\n")) {
		text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n")) // as old Macintosh programs write it
	}
	yaml, end, columns := splitHead(text)
	if len(bytes.TrimSpace(columns)) == 0 {
		return nil, &source.Error{File: f.Path, Text: "has no table: behind the lines that start with # a line of column names was expected, like subject_id, predicate_id, object_id, mapping_justification"}
	}
	head, err := parseHead(f.Path, yaml)
	if err != nil {
		return nil, err
	}
	r := newSSSOMReader(f.Path, opt)
	if companion := beside(f, opt.With); companion != nil && head.record.one("mapping_set_id") == "" {
		more, err := textOf(companion)
		if err != nil {
			return nil, err
		}
		external, err := parseHead(companion.Path, more)
		if err != nil {
			return nil, err
		}
		head.fill(external)
		digest := sha256.Sum256(append(bytes.Clone(more), text...))
		r.Crosswalk.Digest = "sha256:" + hex.EncodeToString(digest[:])
	}
	// The lines of the head stay, as blank ones, so that those behind them keep their numbers.
	body := append(bytes.Repeat([]byte("\n"), bytes.Count(text[:end], []byte("\n"))), text[end:]...)
	t, err := source.NewTable(source.NewFile(f.Path, body), source.Dialect{Comma: separator(columns), Broken: true})
	if err != nil {
		return nil, err
	}
	defer t.Close()
	if err := t.Require("predicate_id", "mapping_justification"); err != nil {
		var at *source.Error
		if errors.As(err, &at) {
			at.Line = 1 + bytes.Count(text[:end], []byte("\n"))
			at.Text += "; SSSOM requires it of every mapping"
		}
		return nil, err
	}
	r.head(&head.record, head.prefixes, head.defs)
	if err := r.table(t); err != nil {
		return nil, err
	}
	return r.finish()
}

// table reads the mappings.
func (r *sssomReader) table(t *source.Table) error {
	names := make([]string, len(t.Header))
	for i, column := range t.Header {
		names[i] = column
		if s := slotNamed(rowSlots, strings.ToLower(column)); s != nil {
			names[i] = s.name
		}
	}
	for {
		row, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		rec := sssomRecord{values: map[string][]string{}, line: row.Line}
		for i := range row.Len() {
			v := row.Cell(i)
			if v == "" {
				continue
			}
			if i >= len(names) || names[i] == "" {
				r.problem(row.Line, "cell-without-column", "the value %q stands in column %d, which has no name; it is left out", v, i+1)
				continue
			}
			rec.values[names[i]] = cellValues(names[i], v)
			if len(rec.values[names[i]]) == 0 {
				delete(rec.values, names[i])
			}
		}
		r.row(&rec)
	}
}

// cellValues returns the values of a cell.
func cellValues(name, cell string) []string {
	s := slotNamed(rowSlots, name)
	if s == nil || !s.multi {
		return []string{cell}
	}
	var out []string
	for _, v := range parted(cell) {
		if v != "" {
			out = append(out, v)
		}
	}
	return out
}

func textOf(f *source.File) ([]byte, error) {
	if f.Size > maxSSSOM {
		return nil, &source.Error{File: f.Path, Text: fmt.Sprintf("is %d MiB; at most %d MiB are read at once", f.Size>>20, int64(maxSSSOM)>>20)}
	}
	rc, err := f.Text()
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	return io.ReadAll(rc)
}

// splitHead returns the YAML in the lines that start with #, line for line,
// where they end, and the first line behind them.
func splitHead(text []byte) (yaml []byte, end int, columns []byte) {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	for end < len(text) {
		line, _, _ := bytes.Cut(text[end:], []byte("\n"))
		next := min(end+len(line)+1, len(text))
		line = bytes.TrimRight(line, "\r\t ")
		switch {
		case len(line) == 0:
		case bytes.HasPrefix(line, []byte(`"#`)): // a spreadsheet quotes what holds quotes
			rec := csv.NewReader(bytes.NewReader(line))
			if cells, err := rec.Read(); err == nil {
				line = []byte(cells[0])
			}
			yaml = append(yaml, line[1:]...)
		case line[0] == '#':
			yaml = append(yaml, bytes.TrimRight(line[1:], ",")...) // and fills up lines with commas
		default:
			return yaml, end, line
		}
		yaml = append(yaml, '\n')
		end = next
	}
	return yaml, end, nil
}

// separator tells what parts the columns.
func separator(columns []byte) rune {
	for _, c := range "\t,;" {
		if bytes.ContainsRune(columns, c) {
			return c
		}
	}
	return '\t'
}

// writeSSSOM writes SSSOM/TSV with the metadata embedded.
func writeSSSOM(w io.Writer, c *taxonomy.Crosswalk) ([]importers.Loss, error) {
	f := slotted(c)
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, "# "+format+"\n", args...) }
	if f.version != "" {
		line("sssom_version: %s", yamlQuoted(f.version))
	}
	line("curie_map:")
	for _, p := range f.prefixes {
		line("  %s: %s", yamlKey(p[0]), yamlQuoted(p[1]))
	}
	for _, name := range f.setNames {
		s := slotNamed(setSlots, name)
		if s == nil || !s.multi {
			line("%s: %s", name, yamlQuoted(f.set[name][0]))
			continue
		}
		line("%s:", name)
		for _, v := range f.set[name] {
			line("  - %s", yamlQuoted(v))
		}
	}
	if len(f.defs) > 0 {
		line("extension_definitions:")
	}
	for _, e := range f.defs {
		line("  - slot_name: %s", yamlKey(e.Name))
		if e.Property != "" {
			line("    property: %s", yamlQuoted(e.Property))
		}
		if e.Hint != "" {
			line("    type_hint: %s", yamlQuoted(e.Hint))
		}
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return nil, fmt.Errorf("writing the metadata of the mapping set: %w", err)
	}
	rows := csv.NewWriter(w)
	rows.Comma = '\t'
	cells := f.columns
	for i := -1; i < len(f.rows); i++ {
		if i >= 0 {
			cells = make([]string, len(f.columns))
			for j, name := range f.columns {
				cells[j] = cellOf(name, f.rows[i][name])
			}
		}
		if err := rows.Write(cells); err != nil {
			return nil, fmt.Errorf("writing mapping %d: %w", i+1, err)
		}
	}
	rows.Flush()
	if err := rows.Error(); err != nil {
		return nil, fmt.Errorf("writing the mappings: %w", err)
	}
	return f.lost.list(), nil
}

// cellOf is cellValues backwards.
func cellOf(name string, values []string) string {
	if s := slotNamed(rowSlots, name); s != nil && s.multi {
		return joined(values)
	}
	return strings.Join(values, "")
}

func yamlKey(s string) string {
	if ncname(s) {
		return s
	}
	return yamlQuoted(s)
}

// yamlQuoted writes a double-quoted scalar (YAML 1.2, 7.3.1) on one line.
func yamlQuoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r > 0xffff:
			b.WriteRune(r)
		case r < ' ' || !strconv.IsPrint(r):
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
