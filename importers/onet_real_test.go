package importers

import (
	"maps"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestONETReal reads both releases at hand. No 30.x and no Excel edition is:
// those are tested on fixtures.
func TestONETReal(t *testing.T) {
	type counts map[string]int
	tests := []struct {
		release  string
		archive  string
		rows     counts
		facts    counts
		problems counts
		missing  string
	}{
		{"onet@24.2", "db_24_2_text.zip",
			counts{"Occupation Data.txt": 1110, "Alternate Titles.txt": 58255, "Task Statements.txt": 19695, "Technology Skills.txt": 29016, "Tools Used.txt": 42278},
			counts{"occupation": 1110, "activity": 41 + 332 + 2067, "task": 19695, "technology": 8841, "tool": 18166, "skill": 35, "knowledge": 33, "ability": 52, "work-style": 16,
				"onet:isTaskOf": 19695, "onet:isUsedBy": 29016 + 42278, "onet:isRatedFor": 15472},
			counts{"left-out": 14, "missing-file": 6},
			"Task Ratings, Skills, Knowledge, Abilities, Work Activities, Work Context"},
		{"onet@29.2", "db_29_2_text.zip",
			counts{"Occupation Data.txt": 1016, "Alternate Titles.txt": 56560, "Task Statements.txt": 18796, "Technology Skills.txt": 32627, "Tools Used.txt": 41662, "Skills.txt": 61530, "Related Occupations.txt": 18460},
			counts{"occupation": 1016, "activity": 41 + 332 + 2087, "task": 18796, "technology": 8768, "tool": 18105, "skill": 35, "knowledge": 33, "ability": 52, "work-style": 16,
				"onet:isTaskOf": 18796, "onet:isUsedBy": 32627 + 41662, "skos:related": 18460 + 232 + 381, "onet:isRatedFor": 73818},
			counts{"left-out": 19, "missing-file": 4, "suppressed": 2, "not-relevant": 2},
			"Task Ratings, Abilities, Work Activities, Work Context"},
	}
	for _, tt := range tests {
		t.Run(tt.release, func(t *testing.T) {
			w := newFactCounter()
			report := readReal(t, w, tt.release, Options{}, realData(t, "onet", tt.archive))
			rows := counts{}
			for _, f := range report.Files {
				if _, ok := tt.rows[path.Base(f.File)]; ok {
					rows[path.Base(f.File)] = f.Rows
				}
			}
			if diff := cmp.Diff(tt.rows, rows); diff != "" {
				t.Errorf("rows (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tt.facts, counts(w.facts(maps.Keys(tt.facts)))); diff != "" {
				t.Errorf("facts (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tt.problems, counts(report.Counts)); diff != "" {
				t.Errorf("problems (-want +got)\n%s", diff)
			}
			var missing []string
			for _, p := range report.Problems {
				if p.Code == "missing-file" {
					missing = append(missing, strings.TrimSuffix(path.Base(p.File), ".txt"))
				}
			}
			if got := strings.Join(missing, ", "); got != tt.missing {
				t.Errorf("missing: %s; want %s", got, tt.missing)
			}
		})
	}
}
