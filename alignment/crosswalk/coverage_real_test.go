package crosswalk_test

import (
	"path/filepath"
	"testing"

	"concord/alignment/crosswalk"
	"concord/importers/mappings"
	"concord/importers/source"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

// TestCoverageReal counts every published crosswalk with no framework loaded:
// whatever the file, the figures add up and the pictures can be read.
func TestCoverageReal(t *testing.T) {
	if testing.Short() {
		t.Skip("reads many real files one after another, many times as long with the race detector")
	}
	files, err := source.Open([]string{filepath.Join("..", "..", "..", "shared", "data", "crosswalks")})
	if err != nil {
		t.Skip("the published crosswalks are not here: ", err)
	}
	defer files.Close()
	store, err := sqlite.Open(filepath.Join(t.TempDir(), "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	sets := 0
	for _, f := range files.Files {
		results, err := mappings.Read(f, mappings.Options{})
		if err != nil {
			t.Errorf("%s: %v", f.Path, err)
			continue
		}
		for _, r := range results {
			sets++
			c, err := crosswalk.MeasureCoverage(t.Context(), store, r.Crosswalk, crosswalk.CoverageOptions{})
			if err != nil {
				t.Errorf("%s: %v", f.Name, err)
				continue
			}
			left := 0
			for _, n := range c.LeftOut {
				left += n
			}
			if c.Mappings+c.NoTerm+left != c.Rows || c.NoTerm != r.NoTerm {
				t.Errorf("%s: %d rows are %d mappings, %d without a term (read %d), %d left out", f.Name, c.Rows, c.Mappings, c.NoTerm, r.NoTerm, left)
			}
			var matrix, flows int
			for _, cell := range c.Matrix {
				matrix += cell.Mappings
			}
			for _, cell := range c.Flows {
				flows += cell.Mappings
			}
			if matrix != c.Mappings || flows != c.Mappings {
				t.Errorf("%s: %d mappings, %d in the matrix, %d in the flows", f.Name, c.Mappings, matrix, flows)
			}
			for i, s := range c.Sides {
				var rows, mapped int
				by := map[taxonomy.Match]int{}
				for _, g := range s.Groups {
					rows, mapped = rows+g.Mappings, mapped+g.Mapped
					inGroup := 0
					for p, n := range g.ByPredicate {
						by[p] += n
						inGroup += n
					}
					if inGroup != g.Mapped || g.Unmapped() < 0 {
						t.Errorf("%s, side %d, %s: %+v", f.Name, i, g.ID, g)
					}
				}
				if rows != c.Mappings || mapped != s.Mapped || len(s.Groups) > 62 {
					t.Errorf("%s, side %d: %d rows, %d concepts in %d groups; want %d, %d", f.Name, i, rows, mapped, len(s.Groups), c.Mappings, s.Mapped)
				}
			}
			wellFormed(t, c.SVG())
			t.Logf("%-45s %6d mappings %5d without a term; %s %d groups by %s → %d by %s", f.Name, c.Mappings, c.NoTerm, c.Sides[0].Source, len(c.Sides[0].Groups), c.Sides[0].By, len(c.Sides[1].Groups), c.Sides[1].By)
		}
	}
	if sets < 15 {
		t.Errorf("%d sets were read", sets)
	}
}
