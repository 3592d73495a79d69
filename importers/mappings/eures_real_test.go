package mappings

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"concord/importers/source"
	"concord/taxonomy"
)

const crosswalks = "../../../shared/data/crosswalks"

// recordsAfterHeader counts the records of a file behind its header without
// the reader: the lines of a file whose lines end in ";", else what
// encoding/csv reads.
func recordsAfterHeader(t *testing.T, name string) int {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.TrimPrefix(string(data), "\ufeff")
	isHeader := func(line string) bool {
		line = strings.ToLower(line)
		return strings.Contains(line, "mapping relation") || strings.Contains(line, "type of match")
	}
	lines := strings.Split(strings.TrimRight(text, "\r\n"), "\n")
	if strings.HasSuffix(strings.TrimRight(lines[0], "\r"), ";") {
		for i, l := range lines {
			if isHeader(l) {
				return len(lines) - i - 1
			}
		}
	}
	in := csv.NewReader(strings.NewReader(text))
	in.FieldsPerRecord = -1
	records, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range records {
		if isHeader(strings.Join(r, ",")) {
			return len(records) - i - 1
		}
	}
	t.Fatalf("%s has no header", name)
	return 0
}

// TestRealEURES reads every published crosswalk: each row is a mapping, a
// mapping to nothing, or a problem.
func TestRealEURES(t *testing.T) {
	if _, err := os.Stat(crosswalks); err != nil {
		t.Skip("no crosswalks at ../shared/data/crosswalks")
	}
	files, err := source.Open([]string{crosswalks})
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	var table strings.Builder
	for _, f := range files.Files {
		if name, err := Recognise(f); err != nil || name != "eures" {
			t.Errorf("%s is taken for %q, %v", f.Path, name, err)
			continue
		}
		results, err := Read(f, Options{})
		if err != nil || len(results) != 1 {
			t.Errorf("%s: %d sets, %v", f.Path, len(results), err)
			continue
		}
		r := results[0]
		want := recordsAfterHeader(t, filepath.Join(crosswalks, "..", f.Path))
		if r.Rows != want || len(r.Crosswalk.Mappings)+r.Skipped != want {
			t.Errorf("%s: %d rows, %d mappings, %d skipped; the file has %d records", f.Path, r.Rows, len(r.Crosswalk.Mappings), r.Skipped, want)
		}
		codes, order := map[string]int{}, []string{}
		for _, p := range r.Problems {
			if codes[p.Code]++; codes[p.Code] == 1 {
				order = append(order, p.Code)
			}
		}
		var list []string
		for _, c := range order {
			list = append(list, fmt.Sprintf("%s %d", c, codes[c]))
		}
		x := r.Crosswalk
		fmt.Fprintf(&table, "%-52s %6d rows %6d mapped %5d no term %3d skipped  %s\n", f.Name, r.Rows, len(x.Mappings)-r.NoTerm, r.NoTerm, r.Skipped, strings.Join(list, ", "))
		fmt.Fprintf(&table, "    %s | %s | %s | %v | %s %s %s → %s %s %s\n", x.ID, x.Version, x.Published, x.Creators, x.SubjectSource, x.SubjectVersion, x.SubjectLang, x.ObjectSource, x.ObjectVersion, x.ObjectLang)
		for _, m := range x.Mappings {
			for _, side := range []taxonomy.URI{m.Subject, m.Object} {
				if side == "" || strings.ContainsAny(string(side), " \"<>") || !strings.Contains(string(side), ":") {
					t.Errorf("%s:%d: %q is no URI", f.Path, m.Line, side)
				}
			}
			if m.Predicate == "" || m.Line == 0 || m.SubjectLabel == "" && m.ObjectLabel == "" {
				t.Errorf("%s: %+v lacks a part", f.Path, m)
			}
		}
	}
	t.Log("\n" + table.String())
}
