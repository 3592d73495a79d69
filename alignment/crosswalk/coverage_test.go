package crosswalk_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"concord/alignment/crosswalk"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

// yard is the invented framework of these tests: the work of a boat yard. Two
// top groups, one of them with a group below it; one skill in two groups, one
// in none.
const yard = taxonomy.URI("https://yard.example/")

func openYard(t *testing.T) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(filepath.Join(t.TempDir(), "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	fill := func(version string, without ...string) {
		rel := taxonomy.Release{Ref: taxonomy.Ref{Scheme: "yard", Version: version}}
		err := s.Import(t.Context(), rel, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
			for _, c := range []struct {
				id, code, label string
				kind            taxonomy.Kind
			}{
				{"hull", "A", "hull", taxonomy.SkillGroup}, {"wood", "A1", "wooden hull", taxonomy.SkillGroup}, {"rig", "B", "rigging", taxonomy.SkillGroup},
				{"caulk", "", "caulk seams", taxonomy.Skill}, {"plank", "", "bend planks", taxonomy.Skill}, {"splice", "", "splice rope", taxonomy.Skill},
				{"paint", "", "paint", taxonomy.Skill}, {"sew", "", "sew sails", taxonomy.Skill}, {"swim", "", "swim", taxonomy.Skill},
				{"wright", "7115", "boat wright", taxonomy.Occupation}, {"rigger", "7215", "rigger", taxonomy.Occupation},
			} {
				if strings.Contains(strings.Join(without, " "), c.id) {
					continue
				}
				if err := w.PutConcept(&taxonomy.Concept{URI: yard + taxonomy.URI(c.id), Kind: c.kind, Code: c.code, Labels: []taxonomy.Label{{Kind: taxonomy.PrefLabel, Lang: "en", Text: c.label}}}); err != nil {
					return err
				}
			}
			for _, r := range [][3]string{
				{"wood", "skos:broader", "hull"}, {"caulk", "skos:broader", "wood"}, {"plank", "skos:broader", "wood"}, {"paint", "skos:broader", "hull"},
				{"splice", "skos:broader", "rig"}, {"sew", "skos:broader", "rig"}, {"sew", "skos:broader", "hull"},
				{"plank", "esco:isEssentialFor", "wright"}, {"plank", "esco:isOptionalFor", "rigger"}, {"sew", "esco:isEssentialFor", "rigger"},
			} {
				if strings.Contains(strings.Join(without, " "), r[0]) {
					continue
				}
				if _, err := w.PutRelation(taxonomy.Relation{Subject: yard + taxonomy.URI(r[0]), Predicate: taxonomy.Predicate(r[1]), Object: yard + taxonomy.URI(r[2])}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	fill("1.0", "sew")
	fill("2.0")
	return s
}

// crossing maps four skills of the yard to codes of a framework nobody has loaded.
func crossing() *taxonomy.Crosswalk {
	row := func(subject string, p taxonomy.Match, object string) taxonomy.Mapping {
		m := taxonomy.Mapping{Subject: yard + taxonomy.URI(subject), Predicate: p, Object: taxonomy.URI(object)}
		if object != string(taxonomy.NoTerm) {
			m.ObjectLabel = "job " + object[len(object)-3:]
		}
		return m
	}
	c := &taxonomy.Crosswalk{MappingSet: taxonomy.MappingSet{ID: "urn:x:yard-jobs", Title: "Yard to jobs", SubjectSource: "Yard", ObjectSource: "Jobs", Status: taxonomy.Accepted},
		Mappings: []taxonomy.Mapping{
			row("caulk", taxonomy.BroadMatch, "urn:jobs:101"), row("caulk", taxonomy.ExactMatch, "urn:jobs:210"), row("plank", taxonomy.CloseMatch, "urn:jobs:102"),
			row("splice", taxonomy.ExactMatch, "urn:jobs:211"), row("paint", taxonomy.ExactMatch, string(taxonomy.NoTerm)),
			row("gone", taxonomy.CloseMatch, "urn:jobs:101"), row("swim", taxonomy.ExactMatch, "urn:jobs:101"), row("sew", taxonomy.ExactMatch, "urn:jobs:101"),
			row("plank", taxonomy.ExactMatch, "urn:jobs:211"),
		}}
	c.Mappings[6].Status = taxonomy.Rejected
	c.Mappings[7].Status = taxonomy.Proposed
	c.Mappings[8].Modifier = "Not"
	return c
}

func TestCoverage(t *testing.T) {
	s := openYard(t)
	got, err := crosswalk.MeasureCoverage(t.Context(), s, crossing(), crosswalk.CoverageOptions{Depth: 1})
	if err != nil {
		t.Fatal(err)
	}
	const exact, close, broad = taxonomy.ExactMatch, taxonomy.CloseMatch, taxonomy.BroadMatch
	type by = map[taxonomy.Match]int
	hull, rig := string(yard)+"hull", string(yard)+"rig"
	want := &crosswalk.Coverage{
		Set: "urn:x:yard-jobs", Title: "Yard to jobs", Statuses: []taxonomy.Status{taxonomy.Accepted}, Rows: 9, Mappings: 5, NoTerm: 1,
		LeftOut: map[string]int{"rejected": 1, "proposed": 1, "Not": 1}, ByPredicate: by{exact: 2, close: 2, broad: 1},
		Sides: [2]crosswalk.Side{
			// caulk counts as exact, its closest; sew as hull, which comes first; the
			// hierarchy of the concept the release does not hold is not known.
			{Source: "Yard", Release: "yard@2.0", Loaded: true, By: crosswalk.ByHierarchy, Depth: 1, Kinds: []taxonomy.Kind{taxonomy.Skill},
				Groups: []crosswalk.Group{
					{ID: hull, Code: "A", Label: "hull", Concepts: 4, Mapped: 2, NoTerm: 1, Mappings: 3, ByPredicate: by{exact: 1, close: 1}},
					{ID: rig, Code: "B", Label: "rigging", Concepts: 1, Mapped: 1, Mappings: 1, ByPredicate: by{exact: 1}},
					{Label: "in no group", Concepts: 1, ByPredicate: by{}},
					{ID: crosswalk.Outside, Label: "not in yard@2.0", Mappings: 1, ByPredicate: by{}},
				},
				Concepts: 6, Mapped: 3, NoTerm: 1, Unknown: 1, ByPredicate: by{exact: 2, close: 1},
				Unmapped: []crosswalk.Unmapped{
					{URI: yard + "sew", Label: "sew sails", Group: hull, Weight: 1, Why: "essential for 1"},
					{URI: yard + "swim", Label: "swim", Weight: 0, Why: "no relation uses it"},
				}},
			{Source: "Jobs", By: crosswalk.ByCode, Depth: 1,
				Groups: []crosswalk.Group{
					{ID: "1", Code: "1", Label: "1… such as job 101", Concepts: 2, Mapped: 2, Mappings: 3, ByPredicate: by{close: 2}},
					{ID: "2", Code: "2", Label: "2… such as job 210", Concepts: 2, Mapped: 2, Mappings: 2, ByPredicate: by{exact: 2}},
				},
				Concepts: 4, Mapped: 4, ByPredicate: by{exact: 2, close: 2}, Unmapped: []crosswalk.Unmapped{}},
		},
		Matrix: []crosswalk.Cell{
			{Subject: hull, Object: "1", Mappings: 2, ByPredicate: by{broad: 1, close: 1}}, {Subject: hull, Object: "2", Mappings: 1, ByPredicate: by{exact: 1}},
			{Subject: rig, Object: "2", Mappings: 1, ByPredicate: by{exact: 1}}, {Subject: crosswalk.Outside, Object: "1", Mappings: 1, ByPredicate: by{close: 1}},
		},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(crosswalk.Coverage{}, "Flows"), cmpopts.IgnoreUnexported(crosswalk.Coverage{}), cmpopts.IgnoreFields(crosswalk.Side{}, "Majors")); diff != "" {
		t.Errorf("coverage (-want +got):\n%s", diff)
	}
	heat := got.HeatMap(nil)
	if diff := cmp.Diff([][]int{{2, 1}, {0, 1}, {1, 0}}, heat.Values); diff != "" {
		t.Errorf("the heat map's rows are hull, rig, outside (-want +got):\n%s", diff)
	}
	if len(got.Flows) != 4 || got.Flows[0].Mappings != 2 || got.Flows[0].Subject != hull {
		t.Errorf("flows: %+v", got.Flows)
	}
}

func TestCoverageOptions(t *testing.T) {
	s := openYard(t)
	measure := func(opt crosswalk.CoverageOptions) *crosswalk.Coverage {
		t.Helper()
		c, err := crosswalk.MeasureCoverage(t.Context(), s, crossing(), opt)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	deep := measure(crosswalk.CoverageOptions{Depth: 2})
	var ids []string
	for _, g := range deep.Sides[0].Groups {
		ids = append(ids, g.Code)
	}
	if got := strings.Join(ids, " "); got != "A A1 B  " || len(deep.Sides[0].Majors) != 4 {
		t.Errorf("groups two levels down: %q, majors %d", got, len(deep.Sides[0].Majors))
	}
	if c := measure(crosswalk.CoverageOptions{Statuses: []taxonomy.Status{taxonomy.Accepted, taxonomy.Proposed}}); c.Mappings != 6 || c.Sides[0].Mapped != 4 {
		t.Errorf("with what is proposed: %d mappings, %d concepts", c.Mappings, c.Sides[0].Mapped)
	}
	if c := measure(crosswalk.CoverageOptions{Releases: [2]taxonomy.Ref{{Scheme: "yard", Version: "1.0"}}}); c.Sides[0].Release != "yard@1.0" || c.Sides[0].Concepts != 5 {
		t.Errorf("another release: %s, %d concepts", c.Sides[0].Release, c.Sides[0].Concepts)
	}
	if _, err := crosswalk.MeasureCoverage(t.Context(), s, crossing(), crosswalk.CoverageOptions{Depth: 9}); !errors.Is(err, taxonomy.ErrInvalid) {
		t.Errorf("depth 9: %v", err)
	}
	if _, err := crosswalk.MeasureCoverage(t.Context(), s, crossing(), crosswalk.CoverageOptions{Releases: [2]taxonomy.Ref{{}, {Scheme: "jobs"}}}); !errors.Is(err, taxonomy.ErrNotFound) {
		t.Errorf("a release that is not there: %v", err)
	}
	// A set that states a version takes that release, or the next after it.
	for stated, want := range map[string]string{"1": "yard@1.0", "v2.0": "yard@2.0", "1.4": "yard@2.0", "0.9": "yard@1.0", "3": "yard@2.0", "": "yard@2.0"} {
		c := crossing()
		c.SubjectVersion = stated
		cov, err := crosswalk.MeasureCoverage(t.Context(), s, c, crosswalk.CoverageOptions{})
		if err != nil || cov.Sides[0].Release != want {
			t.Errorf("stated %q: %s, %v; want %s", stated, cov.Sides[0].Release, err, want)
		}
	}
	empty, err := crosswalk.MeasureCoverage(t.Context(), s, &taxonomy.Crosswalk{MappingSet: taxonomy.MappingSet{ID: "urn:x:none"}}, crosswalk.CoverageOptions{})
	if err != nil || empty.Mappings != 0 {
		t.Errorf("an empty set: %+v, %v", empty, err)
	}
	var page bytes.Buffer
	if err := empty.WriteHTML(&page); err != nil {
		t.Error(err)
	}
	wellFormed(t, empty.SVG())
}

// TestCoveragePages checks that hostile labels stay text, that pictures are
// well-formed XML, and that the same coverage gives the same bytes.
func TestCoveragePages(t *testing.T) {
	s := openYard(t)
	c := crossing()
	c.Title = `</title><script>alert(1)</script>`
	for i := range c.Mappings {
		if c.Mappings[i].ObjectLabel != "" {
			c.Mappings[i].ObjectLabel = "<b onload=x>\x00\x1b&\" " + strings.Repeat("long ", 60)
		}
	}
	var first []byte
	for range 2 {
		cov, err := crosswalk.MeasureCoverage(t.Context(), s, c, crosswalk.CoverageOptions{})
		if err != nil {
			t.Fatal(err)
		}
		var page bytes.Buffer
		if err := cov.WriteHTML(&page); err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"<script>alert", "<b onload", "http://fonts", "src=", "url("} {
			if strings.Contains(page.String(), bad) {
				t.Errorf("the page holds %q", bad)
			}
		}
		wellFormed(t, cov.SVG())
		all := append(page.Bytes(), cov.SVG()...)
		if first != nil && !bytes.Equal(first, all) {
			t.Error("the same coverage gave other bytes")
		}
		first = all
	}
}

func wellFormed(t *testing.T, doc []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(doc))
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
	}
}

// TestCodes groups what is not loaded by its codes: ISCO groups and codes that
// go on from them together, SOC by two digits, UUIDs not at all.
func TestCodes(t *testing.T) {
	s := openYard(t)
	for _, c := range []struct {
		objects []string
		depth   int
		by      string
		want    string
	}{
		{[]string{"http://data.europa.eu/esco/isco/C2", "http://data.europa.eu/esco/isco/C31", "urn:j:2166.1", "urn:j:3119"}, 1, crosswalk.ByCode, "ISCO-08 2, ISCO-08 3"},
		{[]string{"http://data.europa.eu/esco/isco/C2", "http://data.europa.eu/esco/isco/C31", "urn:j:2166.1", "urn:j:3119"}, 2, crosswalk.ByCode, "ISCO-08 2, ISCO-08 21, ISCO-08 31"},
		{[]string{"https://o.example/11-1011.00", "https://o.example/11-2021.00", "https://o.example/15-1252.00"}, 1, crosswalk.ByCode, "SOC 11, SOC 15"},
		{[]string{"urn:j:A1101", "urn:j:A1202", "urn:j:B1801"}, 2, crosswalk.ByCode, "A1, B1"},
		{[]string{"urn:j:1.2.3", "urn:j:1.3", "urn:j:2"}, 2, crosswalk.ByCode, "1.2, 1.3, 2"},
		{[]string{"urn:j:6f3c4a52-0000-4000-8000-00000000000a", "urn:j:1f3c4a52-0000-4000-8000-00000000000b"}, 1, crosswalk.ByNothing, ""},
		{[]string{"urn:j:yQcc_fTn", "urn:j:dwm2_1V3", "urn:j:7"}, 1, crosswalk.ByNothing, ""},
	} {
		set := &taxonomy.Crosswalk{MappingSet: taxonomy.MappingSet{ID: "urn:x:codes"}}
		for _, o := range c.objects {
			set.Mappings = append(set.Mappings, taxonomy.Mapping{Subject: "urn:a:b", Predicate: taxonomy.CloseMatch, Object: taxonomy.URI(o)})
		}
		cov, err := crosswalk.MeasureCoverage(t.Context(), s, set, crosswalk.CoverageOptions{Depth: c.depth})
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, g := range cov.Sides[1].Groups {
			ids = append(ids, g.ID)
		}
		if got := strings.Join(ids, ", "); got != c.want || cov.Sides[1].By != c.by {
			t.Errorf("%v at depth %d: %s by %s, want %s by %s", c.objects, c.depth, got, cov.Sides[1].By, c.want, c.by)
		}
	}
}
