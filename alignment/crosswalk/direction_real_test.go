package crosswalk

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"concord/importers/mappings"
	"concord/importers/source"
	"concord/taxonomy"
)

const realFiles = "../../../shared/data/crosswalks"

// realCrosswalks reads the published crosswalks by file name.
func realCrosswalks(t *testing.T) (names []string, sets map[string]*taxonomy.Crosswalk) {
	t.Helper()
	if _, err := os.Stat(realFiles); err != nil {
		t.Skip("no crosswalks at ../shared/data/crosswalks")
	}
	files, err := source.Open([]string{realFiles})
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	sets = map[string]*taxonomy.Crosswalk{}
	for _, f := range files.Files {
		results, err := mappings.Read(f, mappings.Options{})
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(f.Path)
		names, sets[name] = append(names, name), results[0].Crosswalk
	}
	return names, sets
}

// TestRealDirection judges the published crosswalks. What is wanted was told
// by people who read their rows.
func TestRealDirection(t *testing.T) {
	names, sets := realCrosswalks(t)
	want := map[string]map[string]Direction{ // file prefix → kind prefix → direction
		"FR_":      {"occupation": Inverted},
		"escocomp": {"skill": Inverted},
		"esco-one": {"occupation → occupation": Inverted},
		"LT_":      {"occupation": Inverted, iscoGroup: Conforms},
		"SE NSC":   {"skill": Conforms},
		"DK_":      {"occupation": Conforms, iscoGroup: Conforms},
		"PL_":      {"occupation": Conforms, iscoGroup: Conforms},
		"SK_":      {"occupation": Conforms, iscoGroup: Conforms},
	}
	var d Doctor
	for _, name := range names {
		j, err := d.Judge(t.Context(), sets[name])
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("%-54s %-10s %.3f  %d for, %d against\n", name, j.Direction, j.Confidence, j.Pairs.For, j.Pairs.Against)
		for _, k := range j.Kinds {
			fmt.Printf("    %-40s %5d rows %5d directed %-10s %.3f ", k.Kind, k.Rows, k.Directed, k.Direction, k.Confidence)
			for _, e := range k.Evidence {
				fmt.Printf(" %s %.4g:%.4g (%.0f)", e.By, e.For, e.Against, e.Weight)
			}
			fmt.Println()
			for file, kinds := range want {
				for prefix, direction := range kinds {
					if strings.HasPrefix(name, file) && strings.HasPrefix(k.Kind, prefix) && k.Direction != direction && k.Directed > 20 {
						t.Errorf("%s: %s is %s, want %s", name, k.Kind, k.Direction, direction)
					}
				}
			}
		}
		if strings.HasPrefix(name, "PT_") && !(j.Direction == Undecided || j.Weak()) {
			t.Errorf("%s is %s with confidence %.2f; its evidence is weak", name, j.Direction, j.Confidence)
		}
		if os.Getenv("EX") != "" {
			for _, e := range j.Examples {
				fmt.Printf("      %d %s: %s\n", e.Line, e.Predicate, e.Why)
			}
		}
	}
}
