package suggest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
)

func TestSelect(t *testing.T) {
	s := newStore(t)
	res := suggested(t, s, nil)
	res.Select(0)
	from, to := map[taxonomy.URI]taken{}, map[taxonomy.URI]taken{}
	for _, c := range res.Selected {
		k := slices.Index(classes[:], c.Predicate)
		a, b := from[c.Subject], to[c.Object]
		a.add(k)
		b.add(k)
		from[c.Subject], to[c.Object] = a, b
	}
	for uri, n := range from {
		if n[classExact] > 1 || n[classBroad] > 0 && n.any() > 1 {
			t.Errorf("%s is mapped too often: %v", uri, n)
		}
	}
	for uri, n := range to {
		if n.any()-n[classBroad] > 1 {
			t.Errorf("%s is mapped to too often: %v", uri, n)
		}
	}
	res.Select(1)
	if len(res.Selected) != 0 || len(res.Unmatched()) != len(trades) {
		t.Errorf("nothing is certain, yet %d are selected and %d unmatched", len(res.Selected), len(res.Unmatched()))
	}
	res.Select(DefaultLeast)
	x := res.Crosswalk("urn:x", options(t, s).From, options(t, s).To, "concord", "test")
	if x.Status != taxonomy.Proposed || x.Direction != taxonomy.Conforms || len(x.Mappings) != len(res.Selected) || len(x.Mappings) == 0 {
		t.Fatalf("crosswalk: %+v", x.MappingSet)
	}
	for _, m := range x.Mappings {
		if m.Set != "urn:x" || m.Justification != taxonomy.CompositeMatching || m.Status != taxonomy.Proposed || m.Confidence == nil || *m.Confidence < DefaultLeast {
			t.Errorf("row: %+v", m)
		}
	}
}

func TestAllowed(t *testing.T) {
	with := func(class int) taken { var n taken; n.add(class); return n }
	none := taken{}
	for _, test := range []struct {
		name  string
		class int
		conf  float64
		s, t  taken
		want  bool
	}{
		{"exact of free ends", classExact, 0.5, none, none, true},
		{"a second exact", classExact, 0.9, with(classExact), none, false},
		{"exact of a target that another is exact with", classExact, 0.9, none, with(classExact), false},
		{"exact of a target that is broader than others", classExact, 0.9, none, with(classBroad), true},
		{"many narrower targets", classNarrow, 0.4, with(classNarrow), none, true},
		{"a target narrower than two", classNarrow, 0.9, none, with(classNarrow), false},
		{"many sources below one target", classBroad, 0.4, none, with(classBroad), true},
		{"two broader targets", classBroad, 0.9, with(classBroad), none, false},
		{"a doubtful close beside an exact", classClose, 0.45, with(classExact), none, false},
		{"a likely close beside an exact", classClose, 0.6, with(classExact), none, true},
		{"narrower beside broader", classNarrow, 0.9, with(classBroad), none, false},
	} {
		c := Candidate{Confidence: test.conf}
		if got := c.allowed(test.class, test.s, test.t); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

// A source and a target keep one exact match each, the likeliest.
func TestOneExact(t *testing.T) {
	u := &run{limit: 2, from: &side{concepts: make([]concept, 2)}, to: &side{concepts: make([]concept, 2)}}
	add := func(from, to int32, odds float64, exact float32) {
		u.pairs = append(u.pairs, pair{from: from, to: to, odds: odds, class: classExact, classes: [4]float32{exact, 0.1, 0, 0.2}})
	}
	add(0, 0, 1, 0.7)
	add(0, 1, 3, 0.7)
	add(1, 1, 2, 0.7)
	add(1, 0, -5, 0.7)
	u.oneExact()
	var got []int8
	for _, p := range u.pairs {
		got = append(got, p.class)
	}
	if d := cmp.Diff([]int8{classNarrow, classExact, classNarrow, classExact}, got); d != "" {
		t.Error(d)
	}
}
