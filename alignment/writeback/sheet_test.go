package writeback

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzSheet reads cells as the standard library does, and writes one without
// touching the others.
func FuzzSheet(f *testing.F) {
	f.Add("a,b\n1,\"x\n\"\"y\"\"\"\n", uint8(1))
	f.Add("\ufeffa;b;c\r\n;;\r\n", uint8(2))
	f.Add("RSD Name,Skill Statement,Alignment URL\nx,y,\n", uint8(1))
	f.Fuzz(func(t *testing.T, text string, which uint8) {
		s := readSheet([]byte(text))
		if got := string(s.written()); got != text {
			t.Fatalf("without edits %q became %q", text, got)
		}
		if len(s.records) == 0 {
			return
		}
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
		r.Comma, r.FieldsPerRecord = rune(s.comma), -1
		want, err := r.ReadAll()
		if err != nil || strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\r") {
			return // not RFC 4180
		}
		want = slices.DeleteFunc(want, func(row []string) bool { return len(row) == 1 && row[0] == "" })
		var got [][]string
		for _, row := range s.records {
			var cells []string
			for _, c := range row {
				cells = append(cells, strings.ReplaceAll(c.text, "\r\n", "\n"))
			}
			got = append(got, cells)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-want +got)\n%s", diff)
		}
		row := s.records[int(which)%len(s.records)]
		column := int(which) % len(row)
		s.set(row[column], s.field(row, "new, \"cell\""))
		again := readSheet(s.written())
		want[int(which)%len(s.records)][column] = "new, \"cell\""
		if again.comma == s.comma && len(again.records) == len(want) {
			if text := again.records[int(which)%len(s.records)][column].text; text != "new, \"cell\"" {
				t.Fatalf("the cell is %q", text)
			}
		}
	})
}
