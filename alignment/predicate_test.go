package alignment

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/data"
	"concord/taxonomy"
)

func shippedRelator(t testing.TB) *Relator {
	t.Helper()
	r, err := LoadRelator(data.Predicate)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestLoadRelator(t *testing.T) {
	shippedRelator(t)
	for name, text := range map[string]string{
		"no JSON":        "x",
		"other measures": `{"names":["a"],"classes":["skos:exactMatch"]}`,
		"cut weights":    strings.Replace(string(data.Predicate), `"bias"`, `"b"`, 1),
	} {
		if _, err := LoadRelator([]byte(text)); !errors.Is(err, taxonomy.ErrInvalid) {
			t.Errorf("%s: err = %v, want ErrInvalid", name, err)
		}
	}
}

// TestPredicateExact: a proposal is exact only where a label is all that a
// title, tag or list item says, and never otherwise.
func TestPredicateExact(t *testing.T) {
	e := openKitchen(t, kitchen)
	e.Relator = shippedRelator(t)
	for _, tt := range []struct {
		role  Role
		text  string
		exact bool
	}{
		{RoleTag, "food hygiene rules", true},
		{RoleTag, "Rules of food hygiene", true},
		{RoleTitle, "Food hygiene rules in hospitals", false},
		{RoleOutcome, "They sharpen kitchen knives and run a deck oven", false},
		{RoleCriterion, "The cook manages stock levels with care", false},
	} {
		a, err := e.Align(t.Context(), course("en", tt.role, tt.text), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Alignments) == 0 {
			t.Errorf("%q: nothing is proposed", tt.text)
		}
		for _, al := range a.Alignments {
			switch al.Predicate {
			case taxonomy.ExactMatch, taxonomy.CloseMatch, taxonomy.BroadMatch, taxonomy.NarrowMatch:
			default:
				t.Errorf("%q: %s has predicate %q", tt.text, al.URI, al.Predicate)
			}
			if !tt.exact && al.Predicate == taxonomy.ExactMatch {
				t.Errorf("%q: %s is exact", tt.text, al.Label)
			}
		}
		if tt.exact && a.Alignments[0].Predicate != taxonomy.ExactMatch {
			t.Errorf("%q: %s is %s, want exact", tt.text, a.Alignments[0].Label, a.Alignments[0].Predicate)
		}
	}
	e.Relator = nil
	a, err := e.Align(t.Context(), course("en", RoleTag, "food hygiene rules"), Options{})
	if err != nil || a.Alignments[0].Predicate != "" {
		t.Errorf("without weights: %v, %q", err, a.Alignments[0].Predicate)
	}
}

func TestStands(t *testing.T) {
	e := openKitchen(t, kitchen)
	s := e.snaps[0]
	at := func(f standing, name string) float64 {
		for i, n := range standingNames {
			if n == name {
				return f[i]
			}
		}
		t.Fatalf("no measure %s", name)
		return 0
	}
	for _, tt := range []struct {
		title string
		uri   taxonomy.URI
		named bool
		want  map[string]float64
	}{
		{"Food Hygiene Rules", "urn:k:hygiene", true, map[string]float64{"preferredInText": 1, "textInPreferred": 1, "samePreferred": 1, "head": 1, "linked": 0}},
		{"kitchen hygiene", "urn:k:hygiene", true, map[string]float64{"samePreferred": 0, "bestInText": 1, "textInBest": 1}},
		{"control of stock levels and orders", "urn:k:stock", false, map[string]float64{"bestInText": 1, "samePreferred": 0, "linked": 2, "sharers": 0}},
		{"wrought iron", "urn:k:stock", false, map[string]float64{"preferredInText": 0, "textInPreferred": 0, "head": 0}},
	} {
		c, ok := s.concept(tt.uri)
		if !ok {
			t.Fatal(tt.uri)
		}
		sub := s.subject(e.table, "en", tt.title, "", s.kind[c])
		f, named, ok := s.stands(e.table, sub, c, position{})
		if !ok || named != tt.named {
			t.Errorf("%s: ok %v, named %v", tt.title, ok, named)
		}
		got := map[string]float64{}
		for name := range tt.want {
			got[name] = round(at(f, name))
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s: (-want +got)\n%s", tt.title, d)
		}
	}
	c, _ := s.concept("urn:k:levain")
	if _, _, ok := s.stands(e.table, s.subject(e.table, "en", "sourdough", "", s.kind[c]), c, position{}); ok {
		t.Error("a concept with French labels alone was compared with English")
	}
}

// TestRelate: the sums are weight × measure and the bias, and the predicate is
// the largest.
func TestRelate(t *testing.T) {
	e := openKitchen(t, kitchen)
	if _, err := e.Relate("en", "baker", "", "urn:k:baker", false); !errors.Is(err, taxonomy.ErrInvalid) {
		t.Errorf("without weights: %v", err)
	}
	e.Relator = shippedRelator(t)
	r, err := e.Relate("en", "Bakers", "Bakers make bread.", "urn:k:baker", false)
	if err != nil {
		t.Fatal(err)
	}
	for k, m := range relatorClasses {
		sum := e.Relator.Vectors.Bias[k]
		for i, name := range standingNames {
			sum += e.Relator.Vectors.Weights[k][i] * r.Measures[name]
		}
		if math.Abs(sum-r.Sums[m]) > 1e-4 {
			t.Errorf("%s: sum %f, from the measures %f", m, r.Sums[m], sum)
		}
		if r.Sums[m] > r.Sums[r.Predicate] {
			t.Errorf("%s has a larger sum than %s", m, r.Predicate)
		}
	}
	if _, err := e.Relate("en", "baker", "", "urn:k:none", false); !errors.Is(err, taxonomy.ErrNotFound) {
		t.Errorf("unknown concept: %v", err)
	}
}

// kitchenRows are a crosswalk of which every predicate can be told from the labels.
func kitchenRows(set string, lang taxonomy.Lang, from bool) []CrosswalkRow {
	var rows []CrosswalkRow
	turn := func(m taxonomy.Match) taxonomy.Match {
		if from {
			return m.Inverse()
		}
		return m
	}
	for _, s := range kitchen {
		if s.lang != lang {
			continue
		}
		for _, l := range s.labels {
			first, rest, _ := strings.Cut(l, " ")
			rows = append(rows,
				CrosswalkRow{set, lang, l, "", s.uri, taxonomy.ExactMatch},
				CrosswalkRow{set, lang, l + " for large hotels", "", s.uri, turn(taxonomy.BroadMatch)},
				CrosswalkRow{set, lang, l + " aboard ships", "", s.uri, turn(taxonomy.BroadMatch)},
				CrosswalkRow{set, lang, "industrial " + l, "", s.uri, turn(taxonomy.BroadMatch)},
				CrosswalkRow{set, lang, "advanced " + l, "", s.uri, turn(taxonomy.BroadMatch)},
				CrosswalkRow{set, lang, first, "", s.uri, turn(taxonomy.NarrowMatch)},
				CrosswalkRow{set, lang, rest + " and harbour works", "", s.uri, taxonomy.CloseMatch})
		}
	}
	return rows
}

func TestTrainRelator(t *testing.T) {
	more := append([]skill{}, kitchen...)
	for _, s := range kitchen {
		if s.lang == "en" {
			more = append(more, skill{s.uri + "-nl", s.kind, "nl", s.labels})
		}
	}
	e := openKitchen(t, more)
	rows := kitchenRows("english", "en", false)
	rows = append(rows, kitchenRows("french", "fr", false)...)
	for _, r := range kitchenRows("english", "en", true) { // the Dutch half, the other way round
		r.Set, r.Lang, r.Concept = "turned", "nl", r.Concept+"-nl"
		rows = append(rows, r)
	}
	rows = append(rows, CrosswalkRow{"turned", "nl", "oven", "", "urn:k:none", taxonomy.ExactMatch})
	train := func() ([]byte, *RelatorReport) {
		r, report, err := e.TrainRelator(t.Context(), rows, []string{"turned"}, "kitchen")
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := LoadRelator(text); err != nil {
			t.Errorf("what was trained does not load: %v", err)
		}
		return text, report
	}
	first, report := train()
	if again, _ := train(); string(again) != string(first) {
		t.Error("trained twice, two results")
	}
	if report.Vectors.MacroF1 < 0.6 {
		t.Errorf("macro-F1 %.2f on rows that the labels tell apart", report.Vectors.MacroF1)
	}
	turned := report.Sets[2]
	if turned.Direction == nil || turned.Direction.Says != FromConcept || turned.Unknown != 1 || turned.Used == 0 {
		t.Errorf("turned: %+v, %+v", turned, turned.Direction)
	}
	rows = rows[:4]
	if _, _, err := e.TrainRelator(t.Context(), rows, nil, ""); !errors.Is(err, taxonomy.ErrInvalid) {
		t.Errorf("too little to learn from: %v", err)
	}
}

func TestDirection(t *testing.T) {
	row := func(narrower Specificity, m taxonomy.Match, times int) (out []measuredRow) {
		for range times {
			class := map[taxonomy.Match]int{taxonomy.CloseMatch: 1, taxonomy.BroadMatch: 2, taxonomy.NarrowMatch: 3}[m]
			out = append(out, measuredRow{judgedRow: judgedRow{class: class}, labels: narrower})
		}
		return out
	}
	text, label := Specificity{Narrower: Left}, Specificity{Narrower: Right}
	for _, tt := range []struct {
		name string
		rows []measuredRow
		want Runs
	}{
		{"longer texts have broader concepts", row(text, taxonomy.BroadMatch, 40), FromText},
		{"shorter texts have broader concepts", row(label, taxonomy.BroadMatch, 40), FromConcept},
		{"few", row(text, taxonomy.BroadMatch, 10), Undecided},
		{"split", append(row(text, taxonomy.BroadMatch, 30), row(label, taxonomy.BroadMatch, 20)...), Undecided},
		{"narrow rows vote the other way", row(text, taxonomy.NarrowMatch, 40), FromConcept},
		{"lists have no say", row(Specificity{Left, true}, taxonomy.BroadMatch, 90), Undecided},
		{"close rows have no say", row(text, taxonomy.CloseMatch, 90), Undecided},
		{"nothing", nil, Undecided},
	} {
		if got := directionOf(tt.rows).Says; got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestFitVerdict: classes that a measure tells apart are told apart.
func TestFitVerdict(t *testing.T) {
	var rows []judgedRow
	for i := range 400 {
		f := standing{}
		class := i % len(relatorClasses)
		f[class] = 1 + float64(i%7)/10
		rows = append(rows, judgedRow{f: f, class: class, weight: 1})
	}
	v := fitVerdict(rows)
	for _, r := range rows {
		if got, p := v.tell(r.f); got != r.class || math.IsNaN(p[got]) {
			t.Fatalf("class %d told as %d (%v)", r.class, got, p)
		}
	}
}
