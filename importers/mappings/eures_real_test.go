package mappings

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

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

// realEURES is rows, mappings to a concept, mappings to nothing, and rows skipped.
var realEURES = map[string][4]int{
	"esco-onet-occupations-dev-slice.csv":                {807, 807, 0, 0},
	"AT_mapping.csv":                                     {6628, 6569, 0, 59},
	"CZ_mapping_25.11.2022.csv":                          {3842, 3842, 0, 0},
	"DK_mapping_10.11.2021.csv":                          {4112, 4112, 0, 0},
	"EE_mapping_07.10.2021.csv":                          {4008, 4008, 0, 0},
	"ES_mapping_31.07.2021.csv":                          {4242, 4242, 0, 0},
	"FR_20230104_mapping_esco_rome.csv":                  {11118, 11118, 0, 0},
	"LT_mapping_table_updated_20240222.csv":              {6823, 6823, 0, 0},
	"LV_mapping_30.03.2021.csv":                          {6292, 6292, 0, 0},
	"PL_mapping_31.10.2020.csv":                          {4696, 4696, 0, 0},
	"PT_mapping_20.08.2021.csv":                          {3388, 3388, 0, 0},
	"SE NSC ESCO 109 mapping table 2023-11-30.csv":       {20365, 19024, 1341, 0},
	"SE_mapping Occupations v1.1.1.csv":                  {5529, 5524, 5, 0},
	"SK_mapping_05.05.2022.csv":                          {5323, 5323, 0, 0},
	"escocompetencemappingfinalreport-fr-nl-45-v3.8.csv": {11183, 11183, 0, 0},
}

// TestRealEURES reads every published crosswalk: each row is a mapping, a
// mapping to nothing, or a problem.
func TestRealEURES(t *testing.T) {
	if testing.Short() {
		t.Skip("reads many real files one after another, many times as long with the race detector")
	}
	if _, err := os.Stat(crosswalks); err != nil {
		t.Skip("no crosswalks at ../shared/data/crosswalks")
	}
	files, err := source.Open([]string{crosswalks})
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	if len(files.Files) != len(realEURES) {
		t.Errorf("%d files, want %d", len(files.Files), len(realEURES))
	}
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
		if got := [4]int{r.Rows, len(r.Crosswalk.Mappings) - r.NoTerm, r.NoTerm, r.Skipped}; got != realEURES[f.Name] {
			t.Errorf("%s: rows, mapped, no term, skipped are %v, want %v", f.Path, got, realEURES[f.Name])
		}
		checkCounts(t, r)
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

// TestRealEURESWritten writes what was read of every crosswalk as a table and
// a workbook, and reads the same back.
func TestRealEURESWritten(t *testing.T) {
	if testing.Short() {
		t.Skip("reads many real files one after another, many times as long with the race detector")
	}
	if _, err := os.Stat(crosswalks); err != nil {
		t.Skip("no crosswalks at ../shared/data/crosswalks")
	}
	files, err := source.Open([]string{crosswalks})
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	for _, f := range files.Files {
		results, err := Read(f, Options{})
		if err != nil {
			t.Fatal(err)
		}
		c := results[0].Crosswalk
		for _, name := range []string{"csv", "xlsx"} {
			var out bytes.Buffer
			if _, err := Write(&out, name, c); err != nil {
				t.Fatal(err)
			}
			again, err := Read(source.NewFile("x."+name, out.Bytes()), Options{})
			if err != nil {
				t.Fatalf("%s as %s: %v", f.Name, name, err)
			}
			if r := again[0]; r.Skipped != 0 || len(r.Problems) != 0 {
				t.Errorf("%s as %s: %d rows skipped, %d problems", f.Name, name, r.Skipped, len(r.Problems))
			}
			got := again[0].Crosswalk
			if d := cmp.Diff(c.Mappings, got.Mappings, cmpopts.IgnoreFields(taxonomy.Mapping{}, "Set", "Line")); d != "" {
				t.Errorf("%s as %s: (-want +got)\n%.2000s", f.Name, name, d)
			}
			if d := cmp.Diff(c.MappingSet, got.MappingSet, cmpopts.IgnoreFields(taxonomy.MappingSet{}, "Format", "Digest")); name == "xlsx" && d != "" {
				t.Errorf("%s: set (-want +got)\n%s", f.Name, d)
			}
		}
	}
}
