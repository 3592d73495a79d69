package source

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
)

// readTable returns "line: cell|cell" for every record, after the header.
func readTable(data []byte, d Dialect) ([]string, error) {
	t, err := NewTable(NewFile("x.csv", data), d)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	out := []string{strings.Join(t.Header, "|")}
	for {
		row, err := t.Next()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		cells := make([]string, row.Len())
		for i := range cells {
			cells[i] = row.Cell(i)
		}
		out = append(out, fmt.Sprintf("%d: %s", row.Line, strings.Join(cells, "|")))
	}
}

func TestTable(t *testing.T) {
	tests := []struct {
		name, data string
		dialect    Dialect
		want       []string
	}{
		{"commas", "id,label\n1,mend nets\n", Dialect{}, []string{"id|label", "2: 1|mend nets"}},
		{"CRLF and no last line end", "id,label\r\n1,x\r\n2,y", Dialect{}, []string{"id|label", "2: 1|x", "3: 2|y"}},
		{"tabs, a quote that does not close on its line", "id\tlabel\n1\t\"a\n2\tb\"\n", Dialect{}, []string{"id|label", "2: 1|\"a", "3: 2|b\""}},
		{"tabs, cells of several lines", "id\tlabel\n1\t\"a\nb\"\n2\tc\n", Dialect{Broken: true}, []string{"id|label", "2: 1|a\nb", "4: 2|c"}},
		{"CR", "id,label\r1,x\r2,\"y\"\r", Dialect{}, []string{"id|label", "2: 1|x", "3: 2|y"}},
		{"semicolons", "id;code;label, long\n1;c;a,b\n", Dialect{}, []string{"id|code|label, long", "2: 1|c|a,b"}},
		{"tabs", "id\tlabel\n1\tx\n", Dialect{}, []string{"id|label", "2: 1|x"}},
		{"pipes", "id|label\n1|x\n", Dialect{}, []string{"id|label", "2: 1|x"}},
		{"separators in quoted headings", "\"a;b;c;d\",label\n1,x\n", Dialect{}, []string{"a;b;c;d|label", "2: 1|x"}},
		{"blank lines before the header", "\r\n\nid;label\n\n 1 ; x \n", Dialect{}, []string{"id|label", "5: 1|x"}},
		{"one column", "label\nmend nets\n", Dialect{}, []string{"label", "2: mend nets"}},
		{"byte order mark", "\ufeffid,label\n1,x\n", Dialect{}, []string{"id|label", "2: 1|x"}},
		{"line breaks in cells count as lines", "id,label\n1,\"a\r\nb\n\nc\"\n2,x\n", Dialect{}, []string{"id|label", "2: 1|a\nb\n\nc", "6: 2|x"}},
		{"doubled quotes", "id,label\n1,\"a \"\"b\"\" c\"\n2,\"\"\"\"\n", Dialect{}, []string{"id|label", `2: 1|a "b" c`, `3: 2|"`}},
		{"quotes inside", "id,label\n1,5\" pipe\n2,\"5\" pipe\",x\n", Dialect{}, []string{"id|label", `2: 1|5" pipe`, `3: 2|5" pipe|x`}},
		{"semicolons behind a quoted cell at the end of a line", "id,label\n\"1,x\";\n2,\"y\";;\n3,\"a\"; b\",c\n", Dialect{}, []string{"id|label", "2: 1,x;", "3: 2|y;;", `4: 3|a"; b|c`}},
		{"ragged", "id,label,code\n1\n1,x,c,more\n1,x,\n", Dialect{}, []string{"id|label|code", "2: 1", "3: 1|x|c|more", "4: 1|x|"}},
		{"empty quoted cells", "a,b,c\n\"\",\"\",\"\"\n", Dialect{}, []string{"a|b|c", "2: ||"}},
		{"no-break spaces", "id,label\n\u00a01\u00a0,\u00a0x y\u00a0\n", Dialect{}, []string{"id|label", "2: 1|x y"}},
		{"given header", "1,x\n", Dialect{Header: []string{"id", "label"}}, []string{"id|label", "1: 1|x"}},
		{"raw quotes", "id\tlabel\n1\t\"a\n2\tb\"\n", Dialect{Comma: '\t', Unquoted: true}, []string{"id|label", `2: 1|"a`, `3: 2|b"`}},
		{"a quote that a tab-separated line does not close", "id\tlabel\n1\t\"a\n2\t\"b\"\n", Dialect{}, []string{"id|label", `2: 1|"a`, "3: 2|b"}},
		{"a long line", "id,label\n1," + strings.Repeat("x", 1<<19) + "\n2,y\n", Dialect{}, []string{"id|label", "2: 1|" + strings.Repeat("x", 1<<19), "3: 2|y"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readTable([]byte(tt.data), tt.dialect)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	got, err := readTable(inUTF16("id\tlabel\r\n1\tnœud\r\n", false), Dialect{})
	if diff := cmp.Diff([]string{"id|label", "2: 1|nœud"}, got); err != nil || diff != "" {
		t.Errorf("UTF-16: %v %s", err, diff)
	}
}

func TestTableErrors(t *testing.T) {
	mega := strings.Repeat("x", 1<<20)
	tests := []struct{ name, data, want string }{
		{"empty", " \n\r\n", "x.csv: is empty"},
		{"page", "\n<!doctype HTML>\n<html>", "x.csv:1: is an HTML page"},
		{"quote never closed", "id,label\n1,x\n2,\"y\n3,z\n", "x.csv:3: a quoted cell that starts in this record never ends"},
		{"quote never closed in a large file", "id,label\n1,\"x\n" + strings.Repeat(mega+"\n", 18), "x.csv:2: a quoted cell that starts in this record is longer than 16 MiB"},
		{"a line that never ends", "id,label\n1," + strings.Repeat(mega, 17), "x.csv:2: a line is longer than 16 MiB"},
		{"not UTF-8", "id,label\n1,r\xe9parer\n", "x.csv:2: byte 0xE9 is not UTF-8"},
		{"not text", "id,label\n1,\x00\n", "x.csv:2: holds a NUL byte"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := readTable([]byte(tt.data), Dialect{})
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) || !errors.Is(err, taxonomy.ErrInvalid) {
				t.Errorf("error %v; want %q", err, tt.want)
			}
		})
	}
}

func TestTableColumns(t *testing.T) {
	table, err := NewTable(NewFile("x.csv", []byte("Concept URI, Label ,label\nu,x,y\n")), Dialect{})
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	if !table.Has("concept uri") || table.Has("code") || table.Column("LABEL") != 1 || table.Column("code") != -1 {
		t.Errorf("columns of %q", table.Header)
	}
	if err := table.Require("label", "Concept URI"); err != nil {
		t.Error(err)
	}
	if err := table.Require("label", "code", "kind"); err == nil || !strings.Contains(err.Error(), "has no column code, kind; its header is: Concept URI, Label, label") {
		t.Errorf("Require: %v", err)
	}
	row, err := table.Next()
	if err != nil {
		t.Fatal(err)
	}
	if row.Get("label") != "x" || row.Get("code") != "" || row.Cell(-1) != "" || row.Cell(9) != "" || row.Line != 2 {
		t.Errorf("row %+v", row)
	}
}

// FuzzTable reads anything; what encoding/csv reads strictly must come out the same.
func FuzzTable(f *testing.F) {
	for _, s := range []string{"a,b\n1,\"x\"\"y\"\n", "a;b\n1;2\n", "a\tb\n\"x\t2\n", "a,\"b\nc\"\r\nd", "\"", "a,b\r1,2", "\n\n\"\"\n", "x,\"y\" z,\"w\"\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := readTable(data, Dialect{}); err != nil && !errors.Is(err, taxonomy.ErrInvalid) {
			t.Errorf("error is not ErrInvalid: %v", err)
		}
		bare := bytes.ReplaceAll(data, []byte("\r\n"), nil)
		if !utf8.Valid(data) || bytes.ContainsAny(bare, "\x00\r") || bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) || LooksLikeHTML(data) {
			return
		}
		strict := csv.NewReader(bytes.NewReader(data))
		strict.FieldsPerRecord = -1
		records, err := strict.ReadAll()
		if err != nil {
			return
		}
		var want, got []string
		for _, r := range records {
			for i := range r {
				r[i] = strings.TrimSpace(r[i])
			}
			if text := strings.Join(r, "|"); text != "" {
				want = append(want, text)
			}
		}
		rows, err := readTable(data, Dialect{Comma: ',', Header: []string{}})
		if err != nil && want != nil {
			t.Fatalf("%v, but it is strict CSV: %q", err, data)
		}
		for _, r := range rows[min(1, len(rows)):] {
			if _, text, _ := strings.Cut(r, ": "); text != "" {
				got = append(got, text)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-strict +got)\n%s", data, diff)
		}
	})
}
