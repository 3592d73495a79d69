package alignment

import (
	"math"
	"slices"
	"testing"

	"concord/taxonomy"
)

var yard = []skill{
	{"urn:y:build", taxonomy.Skill, "en", []string{"build scaffolding", "erect scaffolds"}},
	{"urn:y:hedge", taxonomy.Skill, "en", []string{"prune hedges"}},
	{"urn:y:plan", taxonomy.Skill, "en", []string{"plan scaffolding"}},
	{"urn:y:plan2", taxonomy.Skill, "en", []string{"plan scaffolding"}},
	{"urn:y:train", taxonomy.Skill, "en", []string{"train planning"}},
}

// wordsOf measures the concepts of yard as candidates for text.
func wordsOf(t *testing.T, text string) map[taxonomy.URI]features {
	t.Helper()
	e := openKitchen(t, yard)
	s := e.snaps[0]
	q := s.analyse(e.table, "en", "en", text)
	found := s.search(q, kindsOf(SkillKinds), false, fusion, judged)
	out := map[taxonomy.URI]features{}
	for i, f := range s.describe(q, found, 0) {
		out[taxonomy.URI(s.uri.at(found[i].concept))] = f
	}
	return out
}

// TestWording: what the words of a label say one by one.
func TestWording(t *testing.T) {
	got := wordsOf(t, "Plan scaffolding")
	plan, build, train := got["urn:y:plan"], got["urn:y:build"], got["urn:y:train"]
	if len(got) < 4 {
		t.Fatalf("%d concepts are candidates", len(got))
	}
	for _, c := range []struct {
		what   string
		f      features
		at     int
		wanted float64
	}{
		{"a label that stands in the text is missing nothing", plan, featMissing, 0},
		{"it is near in every word", plan, featNear, 1},
		{"and so is the text in the label", plan, featExplained, 1},
		{"it is written as in the text", plan, featForm, 1},
		{"its words stand together", plan, featTogether, 1},
		{"all its labels are found", plan, featNames, 1},
		{"it shares its words with its twin", plan, featAlike, math.Log(2)},
		{"one stem with another ending is another form", train, featForm, 0},
		{"of either of its labels a word is found", build, featNamesAny, 1},
	} {
		if math.Abs(c.f[c.at]-c.wanted) > 1e-6 {
			t.Errorf("%s: %s is %g, not %g", c.what, featureNames[c.at], c.f[c.at], c.wanted)
		}
	}
	if build[featMissing] <= 0 || build[featMissing] != build[featMissingMost] {
		t.Errorf("“build” is missing: %g, at most %g", build[featMissing], build[featMissingMost])
	}
	if build[featNear] >= 1 || build[featNear] <= 0.3 || build[featExplained] >= 1 {
		t.Errorf("“build scaffolding” is as near as %g and explains %g", build[featNear], build[featExplained])
	}
}

// TestWordingTwins: two concepts of one name measure alike, so that neither is
// likelier than the other.
func TestWordingTwins(t *testing.T) {
	for _, text := range []string{"Plan scaffolding", "How scaffolding is built, then planned"} {
		got := wordsOf(t, text)
		if _, found := got["urn:y:plan"]; !found || got["urn:y:plan"] != got["urn:y:plan2"] {
			t.Errorf("%q:\n%v\n%v", text, got["urn:y:plan"], got["urn:y:plan2"])
		}
	}
}

// TestWordingForgets: one text leaves nothing behind for the next.
func TestWordingForgets(t *testing.T) {
	e := openKitchen(t, yard)
	s := e.snaps[0]
	q := s.analyse(e.table, "en", "en", "Plan scaffolding and prune the hedges")
	var w wording
	w.read(s, q)
	if w.place[q.term[0]] != 1 || w.counts[q.term[1]] != 1 {
		t.Fatalf("the words are not read: %v %v", w.place, w.counts)
	}
	w.forget(q)
	if slices.ContainsFunc(w.counts, func(x float32) bool { return x != 0 }) || slices.ContainsFunc(w.place, func(x int32) bool { return x != 0 }) {
		t.Errorf("left behind: %v %v", w.counts, w.place)
	}
}

func TestSameForm(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{{"hedge", "Hedges", true}, {"bodies", "body", true}, {"plan", "planning", false}, {"train", "training", false}, {"SQL", "sql", true}} {
		if sameForm(c.a, c.b) != c.same {
			t.Errorf("%s, %s: %v", c.a, c.b, !c.same)
		}
	}
}
