package crosswalk_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/alignment/crosswalk"
	"concord/taxonomy"
)

const (
	exact   = taxonomy.ExactMatch
	closeTo = taxonomy.CloseMatch
	broad   = taxonomy.BroadMatch
	narrow  = taxonomy.NarrowMatch
	related = taxonomy.RelatedMatch
)

func claim(p taxonomy.Match) crosswalk.Claim { return crosswalk.Claim{Predicate: p} }
func not(p taxonomy.Match) crosswalk.Claim {
	return crosswalk.Claim{Predicate: p, Modifier: crosswalk.Not}
}

// TestCompose is the whole table, by hand: a row is first, a column second.
func TestCompose(t *testing.T) {
	const none = ""
	table := map[taxonomy.Match]map[taxonomy.Match]taxonomy.Match{
		exact:   {exact: exact, closeTo: closeTo, broad: broad, narrow: narrow, related: related},
		closeTo: {exact: closeTo, closeTo: none, broad: none, narrow: none, related: none},
		broad:   {exact: broad, closeTo: none, broad: broad, narrow: none, related: none},
		narrow:  {exact: narrow, closeTo: none, broad: none, narrow: narrow, related: none},
		related: {exact: related, closeTo: none, broad: none, narrow: none, related: none},
	}
	for first, row := range table {
		for second, want := range row {
			got, ok := crosswalk.Compose(claim(first), claim(second))
			if ok != (want != none) || ok && got != claim(want) {
				t.Errorf("%s then %s = %v, %t; want %q", first, second, got, ok, want)
			}
			if first == exact && second == exact {
				continue
			}
			got, ok = crosswalk.Compose(claim(first), not(second))
			if ok != (first == exact) || ok && got != not(second) {
				t.Errorf("%s then not %s = %v, %t", first, second, got, ok)
			}
			if _, ok := crosswalk.Compose(not(first), not(second)); ok {
				t.Errorf("not %s then not %s says something", first, second)
			}
		}
	}
	if _, ok := crosswalk.Compose(claim("esco:near"), claim(exact)); ok {
		t.Error("a predicate that is not of SKOS composes")
	}
}

// TestComposeLaws: exact changes nothing, composing turns round with its parts,
// and how three are grouped makes no difference.
func TestComposeLaws(t *testing.T) {
	var claims []crosswalk.Claim
	for _, p := range taxonomy.Matches {
		claims = append(claims, claim(p), not(p))
	}
	type result struct {
		crosswalk.Claim
		ok bool
	}
	compose := func(a, b result) result {
		if !a.ok || !b.ok {
			return result{}
		}
		c, ok := crosswalk.Compose(a.Claim, b.Claim)
		return result{c, ok}
	}
	for _, a := range claims {
		x := result{a, true}
		for _, got := range []result{compose(x, result{claim(exact), true}), compose(result{claim(exact), true}, x)} {
			if got != x {
				t.Errorf("%s with exact is %v", a, got)
			}
		}
		for _, b := range claims {
			y := result{b, true}
			there := compose(x, y)
			back := compose(result{b.Inverse(), true}, result{a.Inverse(), true})
			if there.ok != back.ok || there.ok && there.Claim.Inverse() != back.Claim {
				t.Errorf("%s then %s is %v, but backwards %v", a, b, there, back)
			}
			for _, c := range claims {
				z := result{c, true}
				if l, r := compose(compose(x, y), z), compose(x, compose(y, z)); l != r {
					t.Errorf("(%s %s) %s is %v, but %s (%s %s) is %v", a, b, c, l, a, b, c, r)
				}
			}
		}
	}
}

func TestContradict(t *testing.T) {
	for _, tt := range []struct {
		a, b crosswalk.Claim
		want bool
	}{
		{claim(exact), claim(exact), false}, {claim(exact), claim(closeTo), false}, {claim(exact), claim(broad), true}, {claim(related), claim(exact), true},
		{claim(broad), claim(narrow), true}, {claim(broad), claim(broad), false}, {claim(closeTo), claim(broad), false}, {claim(related), claim(broad), true},
		{claim(exact), not(exact), true}, {claim(exact), not(closeTo), true}, {claim(closeTo), not(exact), false}, {claim(broad), not(exact), false}, {not(exact), not(broad), false},
	} {
		if got := crosswalk.Contradict(tt.a, tt.b); got != tt.want || crosswalk.Contradict(tt.b, tt.a) != tt.want {
			t.Errorf("Contradict(%s, %s) = %t, want %t", tt.a, tt.b, got, tt.want)
		}
	}
}

// set makes a crosswalk of lines "a exact b", "a not exact b 0.8 rejected",
// "a none" (no term found): confidence and status may be left out.
func set(id string, lines ...string) *taxonomy.Crosswalk {
	c := &taxonomy.Crosswalk{MappingSet: taxonomy.MappingSet{ID: taxonomy.URI("urn:" + id), Status: taxonomy.Accepted}}
	for i, line := range lines {
		w := strings.Fields(line)
		m := taxonomy.Mapping{Set: c.ID, Subject: taxonomy.URI(w[0]), Line: i + 1, Status: taxonomy.Accepted}
		w = w[1:]
		if w[0] == "none" {
			m.Predicate, m.Object = exact, taxonomy.NoTerm
			if len(w) > 2 {
				m.Status = taxonomy.Status(w[2])
			}
			c.Mappings = append(c.Mappings, m)
			continue
		}
		if w[0] == "not" {
			m.Modifier, w = crosswalk.Not, w[1:]
		}
		m.Predicate, m.Object = taxonomy.Match("skos:"+w[0]+"Match"), taxonomy.URI(w[1])
		for _, word := range w[2:] {
			var n float64
			if _, err := fmt.Sscan(word, &n); err == nil {
				m.Confidence = &n
			} else {
				m.Status = taxonomy.Status(word)
			}
		}
		c.Mappings = append(c.Mappings, m)
	}
	return c
}

// noTermFor adds a row that says that the subjects have nothing for an object.
func noTermFor(c *taxonomy.Crosswalk, object taxonomy.URI) *taxonomy.Crosswalk {
	c.Mappings = append(c.Mappings, taxonomy.Mapping{Set: c.ID, Subject: taxonomy.NoTerm, Predicate: exact, Object: object, Status: taxonomy.Accepted})
	return c
}

// line is an inferred mapping as the tests write it.
func line(m crosswalk.Inferred) string {
	out := fmt.Sprintf("%s %s %s %.4f", m.Subject, strings.NewReplacer("skos:", "", "Match", "").Replace(m.Claim.String()), m.Object, m.Confidence)
	for _, c := range m.Contradictions {
		out += " " + string(c.Kind)
	}
	return out
}

func TestInfer(t *testing.T) {
	tests := []struct {
		name   string
		legs   []*taxonomy.Crosswalk
		direct []*taxonomy.Crosswalk
		want   []string
	}{
		{"predicates", []*taxonomy.Crosswalk{
			set("ab", "a1 exact b1 1", "a2 broad b2 0.5", "a3 close b3 1", "a4 narrow b4 1", "a5 related b5 1"),
			set("bc", "b1 close c1 0.8", "b2 broad c2 0.5", "b3 close c3 1", "b4 broad c4 1", "b5 exact c5 1"),
		}, nil, []string{"a1 close c1 0.7200", "a2 broad c2 0.2250", "a5 related c5 0.9000"}},
		{"confidence that is not stated", []*taxonomy.Crosswalk{set("ab", "a exact b"), set("bc", "b exact c")}, nil, []string{"a exact c 0.7290"}},
		{"three legs", []*taxonomy.Crosswalk{set("ab", "a exact b 1"), set("bc", "b broad c 1"), set("cd", "c exact d 1", "c broad e 1", "c narrow f 1")}, nil,
			[]string{"a broad d 0.8100", "a broad e 0.8100"}},
		// 1 - 0.28 × 0.55 = 0.846: two chains of 0.8×0.9 and 0.5×0.9.
		{"two chains", []*taxonomy.Crosswalk{set("ab", "a exact b1 1", "a exact b2 1"), set("bc", "b1 exact c 0.8", "b2 exact c 0.5")}, nil, []string{"a exact c 0.8460"}},
		{"capped", []*taxonomy.Crosswalk{set("ab", "a exact b1 1", "a exact b2 1"), set("bc", "b1 exact c 1", "b2 exact c 1")}, nil, []string{"a exact c 0.9500"}},
		{"what rests on one row counts once", []*taxonomy.Crosswalk{set("ab", "a exact b 1"), set("bc", "b exact c1 0.8", "b exact c2 0.8"), set("cd", "c1 exact d 1", "c2 exact d 1")}, nil,
			[]string{"a exact d 0.6480"}},
		{"close is no reason for exact", []*taxonomy.Crosswalk{set("ab", "a exact b1 1", "a close b2 1"), set("bc", "b1 exact c 0.5", "b2 exact c 1")}, nil, []string{"a exact c 0.4500"}},
		{"chains that contradict", []*taxonomy.Crosswalk{set("ab", "a exact b1 1", "a broad b2 1"), set("bc", "b1 exact c 0.5", "b2 exact c 1")}, nil, []string{"a exact c 0.4500 chain"}},
		{"not", []*taxonomy.Crosswalk{set("ab", "a1 exact b1 1", "a2 broad b1 1", "a3 not exact b2 1"), set("bc", "b1 not exact c1 1", "b2 exact c2 1", "b2 broad c3 1")}, nil,
			[]string{"a1 not exact c1 0.9000", "a3 not exact c2 0.9000"}},
		{"exact and not exact", []*taxonomy.Crosswalk{set("ab", "a exact b1 1", "a exact b2 1"), set("bc", "b1 exact c 1", "b2 not exact c 1")}, nil, []string{"a exact c 0.9000 chain"}},
		{"only what was accepted", []*taxonomy.Crosswalk{set("ab", "a1 exact b 1 proposed", "a2 exact b 1 rejected", "a3 exact b 1 unsure", "a4 exact b 1"), set("bc", "b exact c 1")}, nil, []string{"a4 exact c 0.9000"}},
		{"no term leads nowhere", []*taxonomy.Crosswalk{set("ab", "a1 none"), set("bc", "sssom:NoTermFound exact c 1")}, nil, nil},
		{"a circle", []*taxonomy.Crosswalk{set("ab", "a exact b 1", "a2 exact b 1"), set("ba", "b exact a 1")}, nil, []string{"a2 exact a 0.9000"}},
		{"direct", []*taxonomy.Crosswalk{set("ab", "a1 exact b1 1", "a2 exact b2 1", "a3 exact b3 1", "a4 exact b4 1", "a5 exact b5 1", "a6 exact b6 1"),
			set("bc", "b1 exact c1 1", "b2 exact c2 1", "b3 exact c3 1", "b4 exact c4 1", "b5 exact c5 1", "b6 exact c6 1")},
			[]*taxonomy.Crosswalk{set("ac", "a1 exact c1", "a2 close c2", "a3 exact c3 1 rejected", "a4 none", "a5 exact c5 1 unsure", "a6 exact c6 1 proposed", "a1 exact c2 1 rejected"),
				set("ca", "c1 exact a1 1 accepted", "c2 broad a2 1 rejected", "c5 none 1 rejected", "c6 none")},
			[]string{"a1 exact c1 0.9000", "a2 exact c2 0.9000 direct", "a3 exact c3 0.9000 rejected", "a4 exact c4 0.9000 no-term", "a5 exact c5 0.9000 unsure", "a6 exact c6 0.9000 no-term"}},
		{"a rejected close speaks against exact, a rejected exact not against close", []*taxonomy.Crosswalk{set("ab", "a1 exact b1 1", "a2 close b2 1"), set("bc", "b1 exact c1 1", "b2 exact c2 1")},
			[]*taxonomy.Crosswalk{set("ac", "a1 close c1 1 rejected", "a2 exact c2 1 rejected")}, []string{"a1 exact c1 0.9000 rejected", "a2 close c2 0.9000"}},
		{"no term on a step", []*taxonomy.Crosswalk{set("ab", "a exact b 1", "a none"), set("bc", "b exact c 1")}, nil, []string{"a exact c 0.9000 no-term"}},
		{"no term on a step, seen from the other side", []*taxonomy.Crosswalk{set("ab", "a exact b 1"), noTermFor(set("bc", "b exact c 1"), "c")}, nil, []string{"a exact c 0.9000 no-term"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var legs []crosswalk.Leg
			for _, c := range tt.legs {
				legs = append(legs, crosswalk.Leg{{Crosswalk: c}})
			}
			var direct []crosswalk.Part
			for _, c := range tt.direct {
				direct = append(direct, crosswalk.Part{Crosswalk: c, Turned: c.ID == "urn:ca"})
			}
			inf, err := crosswalk.Infer(t.Context(), legs, crosswalk.InferOptions{Direct: direct})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range inf.Mappings {
				got = append(got, line(m))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("mappings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestInferProof checks all that is said of one mapping and of its sets.
func TestInferProof(t *testing.T) {
	ab := set("ab", "a exact b1 0.9", "a exact b2", "x broad b3", "y narrow b1 1 rejected")
	ab.Mappings[0].SubjectLabel = "An a"
	cb := set("cb", "c exact b1 0.8", "c exact b2 0.5", "z broad b3") // z broad b3 is b3 narrow z
	inf, err := crosswalk.Infer(t.Context(), []crosswalk.Leg{{{Crosswalk: ab}}, {{Crosswalk: cb, Turned: true}}}, crosswalk.InferOptions{Proofs: 1})
	if err != nil {
		t.Fatal(err)
	}
	want := &crosswalk.Inference{
		Mappings: []crosswalk.Inferred{{
			Subject: "a", SubjectLabel: "An a", Claim: claim(exact), Object: "c", Confidence: 0.9 * 0.8 * 0.9, More: 1,
			Proofs: []crosswalk.Chain{{Claim: claim(exact), Confidence: 0.9 * 0.8 * 0.9, Steps: []crosswalk.Step{
				{Set: "urn:ab", Subject: "a", SubjectLabel: "An a", Claim: claim(exact), Object: "b1", Confidence: 0.9, Line: 1},
				{Set: "urn:cb", Subject: "b1", Claim: claim(exact), Object: "c", Confidence: 0.8, Turned: true, Line: 1},
			}}},
		}},
		Sets:    []crosswalk.Used{{Set: "urn:ab", Leg: 1, Rows: 4, Usable: 3, Not: map[string]int{"rejected": 1}}, {Set: "urn:cb", Leg: 2, Turned: true, Rows: 3, Usable: 3}},
		LeftOut: []taxonomy.URI{}, Nothing: map[string]int{"skos:broadMatch then skos:narrowMatch": 1},
	}
	near := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-12 })
	if diff := cmp.Diff(want, inf, near); diff != "" {
		t.Errorf("inference (-want +got):\n%s", diff)
	}
	c := inf.Crosswalk(taxonomy.MappingSet{ID: "urn:ac"})
	row := c.Mappings[0]
	if c.Status != taxonomy.Proposed || row.Justification != taxonomy.MappingChaining || row.Status != "" || *row.Confidence != inf.Mappings[0].Confidence {
		t.Errorf("row %+v of set %+v", row, c.MappingSet)
	}
	wantSlots := taxonomy.Slots{"derived_from": {"a skos:exactMatch b1 (0.9, urn:ab line 1) then b1 skos:exactMatch c (0.8, urn:cb line 1, read backwards)"}}
	if diff := cmp.Diff(wantSlots, row.Slots); diff != "" {
		t.Errorf("slots (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"urn:ab", "urn:cb"}, c.Slots["mapping_set_source"]); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
}

// TestInferCounts: every chain counts, kept or not.
func TestInferCounts(t *testing.T) {
	var ab, bc, cd []string
	for b := range 4 {
		ab = append(ab, fmt.Sprintf("a exact b%d 1", b))
		for c := range 3 {
			bc = append(bc, fmt.Sprintf("b%d exact c%d 1", b, c))
		}
	}
	for c := range 3 {
		cd = append(cd, fmt.Sprintf("c%d exact d 1", c))
	}
	inf, err := crosswalk.Infer(t.Context(), []crosswalk.Leg{{{Crosswalk: set("ab", ab...)}}, {{Crosswalk: set("bc", bc...)}}, {{Crosswalk: set("cd", cd...)}}}, crosswalk.InferOptions{Proofs: 2})
	if err != nil {
		t.Fatal(err)
	}
	if m := inf.Mappings[0]; len(inf.Mappings) != 1 || len(m.Proofs) != 2 || m.More != 10 {
		t.Errorf("%d mappings, %d proofs and %d more; want 1, 2 and 10", len(inf.Mappings), len(m.Proofs), m.More)
	}
}

func TestInferRefuses(t *testing.T) {
	ab, bc := set("ab", "a exact b"), set("bc", "b exact c")
	bc.Direction = taxonomy.Inverted
	legs := []crosswalk.Leg{{{Crosswalk: ab}}, {{Crosswalk: bc}}}
	if _, err := crosswalk.Infer(t.Context(), legs, crosswalk.InferOptions{}); !errors.Is(err, taxonomy.ErrConflict) || !strings.Contains(err.Error(), "crosswalk check urn:bc --fix") {
		t.Errorf("an inverted set: %v", err)
	}
	bc.Direction = taxonomy.AsPublished
	// The doctor sees by labels that bc has it the wrong way round: making bread is
	// broader than making it by hand, and bc says the opposite.
	doctor := &crosswalk.Doctor{}
	for i, what := range []string{"bread", "dough", "oven", "knife", "cake", "flour", "yeast", "butter", "salt", "sugar", "pan", "mixer"} {
		bc.Mappings = append(bc.Mappings, taxonomy.Mapping{Set: bc.ID, Subject: taxonomy.URI(fmt.Sprint("bb", i)), SubjectLabel: "make " + what, Predicate: broad,
			Object: taxonomy.URI(fmt.Sprint("cc", i)), ObjectLabel: "make " + what + " by hand", Status: taxonomy.Accepted})
	}
	if inf, err := crosswalk.Infer(t.Context(), legs, crosswalk.InferOptions{}); err != nil || len(inf.Mappings) != 1 {
		t.Errorf("a set that nobody judged: %v", err)
	}
	if _, err := crosswalk.Infer(t.Context(), legs, crosswalk.InferOptions{Doctor: doctor}); !errors.Is(err, taxonomy.ErrConflict) {
		t.Errorf("a set that the doctor calls inverted: %v", err)
	}
	bc.Direction = taxonomy.Normalised
	if inf, err := crosswalk.Infer(t.Context(), legs, crosswalk.InferOptions{Doctor: doctor}); err != nil || len(inf.Mappings) != 1 {
		t.Errorf("a set that was turned: %v", err)
	}
	if inf, err := crosswalk.Infer(t.Context(), []crosswalk.Leg{{{Crosswalk: ab}}, {{Crosswalk: set("bd", "b exact c")}}}, crosswalk.InferOptions{Doctor: doctor, Direct: []crosswalk.Part{{Crosswalk: inverted(set("ac", "a close c"))}}}); err != nil || len(inf.LeftOut) != 1 {
		t.Errorf("an inverted direct set: %v, %v", inf, err)
	}
	if _, err := crosswalk.Infer(t.Context(), legs[:1], crosswalk.InferOptions{}); !errors.Is(err, taxonomy.ErrInvalid) {
		t.Errorf("one leg: %v", err)
	}
}

// TestInferOrder: the order of rows makes no difference, but for their lines.
func TestInferOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	predicates := []string{"exact", "exact", "close", "broad", "narrow", "related", "not exact"}
	var ab, bc []string
	for range 60 {
		ab = append(ab, fmt.Sprintf("a%d %s b%d 0.%d", r.IntN(6), predicates[r.IntN(len(predicates))], r.IntN(6), 1+r.IntN(9)))
		bc = append(bc, fmt.Sprintf("b%d %s c%d 0.%d", r.IntN(6), predicates[r.IntN(len(predicates))], r.IntN(6), 1+r.IntN(9)))
	}
	infer := func() *crosswalk.Inference {
		x, y := set("ab", ab...), set("bc", bc...)
		for _, c := range []*taxonomy.Crosswalk{x, y} {
			for i := range c.Mappings {
				c.Mappings[i].Line = 0
			}
		}
		inf, err := crosswalk.Infer(t.Context(), []crosswalk.Leg{{{Crosswalk: x}}, {{Crosswalk: y}}}, crosswalk.InferOptions{Proofs: 2})
		if err != nil {
			t.Fatal(err)
		}
		return inf
	}
	want := infer()
	for range 5 {
		r.Shuffle(len(ab), func(i, j int) { ab[i], ab[j] = ab[j], ab[i] })
		r.Shuffle(len(bc), func(i, j int) { bc[i], bc[j] = bc[j], bc[i] })
		if diff := cmp.Diff(want, infer()); diff != "" {
			t.Fatalf("rows in another order (-want +got):\n%s", diff)
		}
	}
}

func TestRouteOf(t *testing.T) {
	ab, cb, cd := set("ab", "a exact b"), set("cb", "c exact b"), set("cd", "c exact d")
	ad, da := set("ad", "a close d"), set("da", "d close a 1 rejected")
	route, err := crosswalk.RouteOf([]*taxonomy.Crosswalk{ab, cb, cd}, []*taxonomy.Crosswalk{ab, ad, cb, cd, da})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, leg := range route.Legs {
		got = append(got, fmt.Sprint(leg[0].ID, leg[0].Turned))
	}
	for _, p := range route.Direct {
		got = append(got, fmt.Sprint("direct ", p.ID, p.Turned))
	}
	want := []string{"urn:abfalse", "urn:cbtrue", "urn:cdfalse", "direct urn:adfalse", "direct urn:datrue"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("route (-want +got):\n%s", diff)
	}
	if _, err := crosswalk.RouteOf([]*taxonomy.Crosswalk{ab, cd}, nil); !errors.Is(err, taxonomy.ErrInvalid) || !strings.Contains(err.Error(), "do not meet") {
		t.Errorf("sets that do not meet: %v", err)
	}
	if _, err := crosswalk.RouteOf([]*taxonomy.Crosswalk{ab}, nil); !errors.Is(err, taxonomy.ErrInvalid) {
		t.Errorf("one set: %v", err)
	}
}
