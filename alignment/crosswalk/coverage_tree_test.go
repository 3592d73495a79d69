package crosswalk_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/alignment/crosswalk"
	"concord/taxonomy"
)

// TestByTree: rows stand in the order of the subjects' hierarchy, by code and
// label, then of the objects'; what has no place in it, and what is on one
// side only, still has one in the list.
func TestByTree(t *testing.T) {
	c := crossing()
	c.Mappings = append(c.Mappings, taxonomy.Mapping{Subject: taxonomy.NoTerm, Predicate: taxonomy.ExactMatch, Object: "urn:jobs:300", ObjectLabel: "job 300"})
	cov, err := crosswalk.MeasureCoverage(t.Context(), openYard(t), c, crosswalk.CoverageOptions{Depth: 1})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range cov.ByTree(c) {
		m := &c.Mappings[i]
		_, label := cov.Concept(m, 0)
		line := ""
		for _, above := range cov.Path(m, 0) {
			line += above + " / "
		}
		got = append(got, line+label+" "+string(m.Object))
	}
	want := []string{
		"hull / wooden hull / bend planks urn:jobs:102",
		"hull / wooden hull / bend planks urn:jobs:211",
		"hull / wooden hull / caulk seams urn:jobs:101",
		"hull / wooden hull / caulk seams urn:jobs:210",
		"hull / paint sssom:NoTermFound",
		"hull / sew sails urn:jobs:101",
		"rigging / splice rope urn:jobs:211",
		"swim urn:jobs:101",
		" urn:jobs:101", // the release does not hold "gone"
		" urn:jobs:300",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}
