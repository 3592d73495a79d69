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

// realCrosswalks reads the published crosswalks, by file name.
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

// realDirections was told by reading rows: file → kind of row → direction. The
// beginnings of names stand for them.
var realDirections = []struct {
	file, kind string
	want       Direction
}{
	{"FR_", "occupation", Inverted},
	{"escocompetence", "skill", Inverted},
	{"esco-onet", "occupation → occupation", Inverted},
	{"LT_", "occupation", Inverted},
	{"LT_", iscoGroup, Conforms},
	{"SE NSC", "skill", Conforms},
	{"DK_", "", Conforms},
	{"PL_", "", Conforms},
	{"SK_", "", Conforms},
	// Not in the issue, read by us.
	{"AT_", "occupation", Inverted},
	{"CZ_", "", Conforms},
	{"EE_", "", Conforms},
	{"ES_", "", Conforms},
	{"LV_", "", Conforms},
	{"SE_", "", Conforms},
	{"PT_", "", Conforms}, // weakly
}

// TestRealDirection judges the published crosswalks by themselves, and two fifths
// of each: with less to go by it may not know, but must not say the opposite.
func TestRealDirection(t *testing.T) {
	if testing.Short() {
		t.Skip("reads many real files one after another, many times as long with the race detector")
	}
	names, sets := realCrosswalks(t)
	var table strings.Builder
	judgedKinds := 0
	for _, name := range names {
		j := judged(t, Doctor{}, sets[name])
		fmt.Fprintf(&table, "\n%-52.52s %-9s %.2f  %4d for %4d against", name, j.Direction, j.Confidence, j.Pairs.For, j.Pairs.Against)
		if j.Weak() {
			table.WriteString("  weak")
		}
		for _, k := range j.Kinds {
			fmt.Fprintf(&table, "\n    %-36s %5d rows  %-9s %.2f ", k.Kind, k.Directed, k.Direction, k.Confidence)
			for _, e := range k.Evidence {
				fmt.Fprintf(&table, " %s %.4g:%.4g", e.By, e.For, e.Against)
			}
		}
		if os.Getenv("EXAMPLES") != "" {
			for _, e := range j.Examples {
				fmt.Fprintf(&table, "\n      line %d, %s: %s", e.Line, e.Predicate, e.Why)
			}
		}
		want := func(kind string) Direction {
			for _, w := range realDirections {
				if strings.HasPrefix(name, w.file) && strings.HasPrefix(kind, w.kind) {
					return w.want
				}
			}
			return Undecided
		}
		for _, k := range j.Kinds {
			if k.Directed < enough {
				continue
			}
			judgedKinds++
			if k.Direction != want(k.Kind) {
				t.Errorf("%s, %s: %s (%.2f), want %s", name, k.Kind, k.Direction, k.Confidence, want(k.Kind))
			}
		}
		if strings.HasPrefix(name, "PT_") && !j.Weak() {
			t.Errorf("%s is %s with confidence %.2f; its evidence is weak", name, j.Direction, j.Confidence)
		}
		for part := range 2 {
			few := *sets[name]
			few.Mappings = nil
			for i := part; i < len(sets[name].Mappings); i += 5 {
				few.Mappings = append(few.Mappings, sets[name].Mappings[i])
			}
			for _, k := range judged(t, Doctor{}, &few).Kinds {
				if w := want(k.Kind); k.Direction != w && k.Direction != Undecided && w != Undecided {
					t.Errorf("%s, part %d, %s: %s (%.2f), want %s", name, part, k.Kind, k.Direction, k.Confidence, w)
				}
			}
		}
	}
	if judgedKinds < 30 {
		t.Errorf("%d kinds of row were judged, there are more", judgedKinds)
	}
	t.Log(table.String())
}
