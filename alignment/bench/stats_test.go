package bench

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
)

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9 || math.IsNaN(got) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestScoreExtraction(t *testing.T) {
	s := fixtureSet(t)
	run := readRun(t, s, "q1\thttp://s/x\nq1\thttp://s/oven\nq2\thttp://s/violin\nq3\thttp://s/wax\nq3\thttp://s/x\nq3\thttp://s/bees\n")
	got := ScoreExtraction(s.Gold, run)
	// Ranks of the right ones: q1 2 of {2}, q2 1, q3 1 and 3 of {3}, q4 and q5 none.
	near(t, "RP@1", got.Mean("RP@1"), 2./5)
	near(t, "RP@5", got.Mean("RP@5"), (1./2+1+2./3)/5)
	near(t, "MRR", got.Mean("MRR"), (1./2+1+1)/5)
	near(t, "MAP", got.Mean("MAP"), (.5/2+1+(1+2./3)/3)/5)
	lg := math.Log2
	q1 := (1 / lg(3)) / (1 + 1/lg(3))
	q3 := (1 + 1/lg(4)) / (1 + 1/lg(3) + 1/lg(4))
	near(t, "nDCG@10", got.Mean("nDCG@10"), (q1+1+q3)/5)
	near(t, "recall@200", got.Mean("recall@200"), (1./2+1+2./3)/5)
	if got.Answered != 3 {
		t.Errorf("%d answered, want 3", got.Answered)
	}
	if !math.IsNaN(got.Mean("A@1")) {
		t.Error("a metric that was not measured has a mean")
	}
}

func column(values ...float64) *Scores {
	s := &Scores{Metrics: []string{"m"}}
	for i, v := range values {
		s.IDs = append(s.IDs, string(rune('a'+i)))
		s.Rows = append(s.Rows, []float64{v})
	}
	return s
}

func TestFigures(t *testing.T) {
	rnd := rand.New(rand.NewPCG(2, 2))
	var values []float64
	for range 400 {
		values = append(values, truth(rnd.IntN(100) < 60))
	}
	s := &Scores{Metrics: []string{"m"}}
	for _, v := range values {
		s.Rows = append(s.Rows, []float64{v})
	}
	f := s.Figures()["m"]
	near(t, "value", f.Value, mean(values))
	// The normal approximation of a share of 400: 1.96·√(p(1−p)/400).
	half := 1.96 * math.Sqrt(f.Value*(1-f.Value)/400)
	if math.Abs(f.Low-(f.Value-half)) > .01 || math.Abs(f.High-(f.Value+half)) > .01 {
		t.Errorf("interval %v, want about ±%.3f", f, half)
	}
	if again := s.Figures()["m"]; again != f {
		t.Errorf("%v, then %v", f, again)
	}
	mean, err := MacroMean("m", column(1, 1, 1), column(0))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Figure{.5, .5, .5}, mean); diff != "" {
		t.Errorf("each set counts once (-want +got)\n%s", diff)
	}
	if _, err := MacroMean("other", column(1)); !errors.Is(err, taxonomy.ErrInvalid) {
		t.Errorf("a metric that was not measured: %v", err)
	}
}

func TestCompare(t *testing.T) {
	var low, high, same []float64
	for i := range 20 {
		v := float64(i%4) / 10
		low, high, same = append(low, v), append(high, v+.3), append(same, v)
	}
	diff := func(a, b []float64) Difference {
		d, err := column(a...).Compare(column(b...))
		if err != nil {
			t.Fatal(err)
		}
		return d["m"]
	}
	// Pairing matters: the spread of the queries is not in the difference.
	d := diff(high, low)
	near(t, "value", d.Value, .3)
	near(t, "low", d.Low, .3)
	near(t, "high", d.High, .3)
	near(t, "p", d.P, 2./(Resamples+1))
	if d := diff(same, low); d.Value != 0 || d.P != 1 {
		t.Errorf("the same run: %+v", d)
	}
	mixed := slices.Clone(low)
	mixed[0], mixed[1] = mixed[0]+.5, mixed[1]-.4
	if d := diff(mixed, low); d.P < .5 || d.Low >= 0 || d.High <= 0 {
		t.Errorf("one up, one down: %+v", d)
	}
	if _, err := column(1, 2).Compare(column(1)); !errors.Is(err, taxonomy.ErrInvalid) {
		t.Errorf("other queries: %v", err)
	}
}

func TestAUROC(t *testing.T) {
	none := math.Inf(-1)
	for _, c := range []struct {
		name          string
		with, without []float64
		want          float64
	}{
		{"apart", []float64{3, 4}, []float64{1, 2}, 1},
		{"the wrong way round", []float64{1}, []float64{2, 3}, 0},
		{"all alike", []float64{1, 1}, []float64{1}, .5},
		{"ties count half", []float64{2, 1}, []float64{1, 0}, 3.5 / 4},
		{"no answer is lowest", []float64{1, none}, []float64{none, none}, 3. / 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := AUROC(c.with, c.without)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "area", f.Value, c.want)
			if f.Low > f.Value || f.High < f.Value {
				t.Errorf("interval %v", f)
			}
		})
	}
	if _, err := AUROC([]float64{1}, nil); !errors.Is(err, taxonomy.ErrInvalid) {
		t.Errorf("nothing without an answer: %v", err)
	}
}

func TestCalibrate(t *testing.T) {
	var outcomes []Outcome
	for i := range 100 {
		outcomes = append(outcomes, Outcome{.85, i < 85}, Outcome{.25, i < 45})
	}
	c, err := Calibrate(outcomes)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "equal width", c.EqualWidth, .1) // half the outcomes are off by .2
	near(t, "Brier", c.Brier, (85*.15*.15+15*.85*.85+45*.75*.75+55*.25*.25)/200)
	if len(c.Width) != 2 || len(c.Mass) != 10 || c.Mass[0].N != 20 {
		t.Errorf("bins %+v and %+v", c.Width, c.Mass)
	}
	near(t, "share", c.Width[0].Share, .45)
	slices.Reverse(outcomes)
	again, err := Calibrate(outcomes)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, again); diff != "" {
		t.Errorf("the order matters (-want +got)\n%s", diff)
	}
	if edge, err := Calibrate([]Outcome{{1, true}, {0, false}}); err != nil || edge.EqualWidth != 0 || len(edge.Width) != 2 {
		t.Errorf("the ends: %+v, %v", edge, err)
	}
	for _, p := range []float64{-.1, 1.1, math.NaN()} {
		if _, err := Calibrate([]Outcome{{p, true}}); !errors.Is(err, taxonomy.ErrInvalid) {
			t.Errorf("%v passed: %v", p, err)
		}
	}
	if svg := c.SVG("a < b"); !strings.Contains(svg, "a &lt; b") || strings.Count(svg, "<circle") != 2 {
		t.Errorf("diagram\n%s", svg)
	}
}

func TestConfusion(t *testing.T) {
	gold := []string{"exact", "close", "close", "broad", "broad", "broad"}
	told := []string{"exact", "close", "broad", "broad", "broad", "other"}
	c := NewConfusion(gold, told)
	want := "| gold \\ told | exact | close | broad | other | F1 |\n|---|---|---|---|---|---|\n" +
		"| exact | 1 | 0 | 0 | 0 | 100.0 |\n| close | 0 | 1 | 1 | 0 | 66.7 |\n| broad | 0 | 0 | 2 | 1 | 66.7 |\n| other | 0 | 0 | 0 | 0 | 0.0 |\n"
	if diff := cmp.Diff(want, c.Markdown()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	near(t, "accuracy", c.Accuracy(), 4./6)
	near(t, "macro-F1", c.MacroF1(), (1+2./3+2./3)/3)
	m := Majority(gold)
	near(t, "majority accuracy", m.Accuracy(), .5)
	near(t, "majority macro-F1", m.MacroF1(), (2*3./9)/3)
	if NewConfusion(nil, nil) != nil || Majority(nil) != nil {
		t.Error("nothing gave a matrix")
	}
}

func TestLatencyOf(t *testing.T) {
	var took []time.Duration
	for i := range 200 {
		took = append(took, time.Duration(200-i)*time.Millisecond)
	}
	want := &Latency{Queries: 200, P50: 100, P95: 190, P99: 198}
	if diff := cmp.Diff(want, latencyOf(took)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := latencyOf(took[:1]); got.P50 != 200 || got.P99 != 200 {
		t.Errorf("one query: %+v", got)
	}
}

func TestGate(t *testing.T) {
	g, err := ReadGate(strings.NewReader(`{"small/full": {"metric": "RP@5", "floor": 0.6, "noise": 0.02}, "small/full ECE": {"metric": "ECE", "ceiling": 0.05}, "other/full": {"metric": "MRR", "floor": 0.1}}`), "gate.json")
	if err != nil {
		t.Fatal(err)
	}
	result := func(rp, ece float64) []*Result {
		return []*Result{{Set: "small", System: "full", Metrics: map[string]Figure{"RP@5": {Value: rp}}, Calibration: &Calibration{EqualWidth: ece}}}
	}
	for _, c := range []struct {
		name    string
		gate    Gate
		results []*Result
		want    []string
	}{
		{"holds within the noise", g.Of("small", "full"), result(.585, .05), nil},
		{"below the floor", g.Of("small", "full"), result(.57, .04), []string{"small/full: RP@5 is 0.5700, below 0.6000 less 0.0200"}},
		{"above the ceiling", g.Of("small", "full"), result(.7, .051), []string{"small/full ECE: ECE is 0.0510, above 0.0500 and 0.0000"}},
		{"a set that was not run", g, result(.7, 0), []string{"other/full: MRR was not measured"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, f := range c.gate.Check(c.results) {
				got = append(got, f.String())
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	for _, bad := range []string{`{"x": {"metric": "MRR", "floor": 1}}`, `{"a/b": {"metric": "MRR"}}`, `{"a/b": {"floor": 1}}`, `{"a/b": {"metric": "MRR", "floor": 1, "ceiling": 1}}`,
		`{"a/b": {"metric": "MRR", "flor": 1}}`, `{} {}`, `[]`, ``, `{"a/b": {"metric": "MRR", "floor": 1, "noise": -1}}`} {
		if _, err := ReadGate(strings.NewReader(bad), "gate.json"); !errors.Is(err, taxonomy.ErrInvalid) {
			t.Errorf("%s passed: %v", bad, err)
		}
	}
}
