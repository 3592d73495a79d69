package alignment

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
)

// TestFitLogistic: weights that made the labels are found again.
func TestFitLogistic(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	want := []float64{1.5, -0.7, 0, 2}
	const bias = -1.5
	var x [][]float64
	var y []bool
	var weight []float64
	for range 20000 {
		row := make([]float64, len(want))
		sum := bias
		for i := range row {
			row[i] = rng.NormFloat64()
			sum += want[i] * row[i]
		}
		x, y, weight = append(x, row), append(y, rng.Float64() < sigmoid(sum)), append(weight, 1)
	}
	got := fitLogistic(x, y, weight, 0.01)
	for i, w := range append(want, bias) {
		if math.Abs(got[i]-w) > 0.15 {
			t.Errorf("weight %d = %.3f, want %.3f", i, got[i], w)
		}
	}
}

// TestGrow: trees find a rule that no sum of features can express, the same
// trees each time, and what they explain sums to what they say.
func TestGrow(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var examples []example
	for range 5000 {
		e := example{weight: 1}
		for i := range e.f {
			e.f[i] = rng.Float64()
		}
		e.right = (e.f[featSemantic] > 0.5) != (e.f[featCoverage] > 0.5)
		examples = append(examples, e)
	}
	g := shippedGrowth
	g.trees, g.columns = 60, 1
	forest := grow(examples, g)
	if err := forest.check(len(featureNames)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(forest, grow(examples, g), cmp.AllowUnexported(Forest{}, node{})); diff != "" {
		t.Fatalf("two growths differ:\n%s", diff)
	}
	right := 0
	for _, e := range examples {
		score := forest.score(&e.f)
		if (score > 0) == e.right {
			right++
		}
		sum := 0.0
		for _, v := range forest.explain(&e.f) {
			sum += v
		}
		if math.Abs(sum-score) > 1e-4 {
			t.Fatalf("contributions sum to %f, the score is %f", sum, score)
		}
	}
	if share := float64(right) / float64(len(examples)); share < 0.95 {
		t.Errorf("%.3f of the examples are told right", share)
	}
}

// TestTrainRankerRefuses: too few sentences are an error, none are no panic.
func TestTrainRankerRefuses(t *testing.T) {
	e := openKitchen(t, kitchen)
	one := []Gold{{Lang: "en", Text: "Prepare bread dough", Concepts: map[taxonomy.URI]bool{"urn:k:dough": true}}}
	for _, gold := range [][]Gold{nil, one} {
		if _, _, err := e.TrainRanker(t.Context(), gold, nil, ""); !errors.Is(err, taxonomy.ErrInvalid) || !strings.Contains(err.Error(), "at least 20") {
			t.Errorf("%d sentences: err = %v", len(gold), err)
		}
	}
	forest := grow(nil, shippedGrowth)
	if got := forest.score(&features{}); got != 0 {
		t.Errorf("a forest without examples says %f", got)
	}
}

func TestLoadRanker(t *testing.T) {
	_, r := shipped(t)
	if len(r.Vectors.Roots) < 2 || len(r.Words.Roots) < 2 || len(r.Reliability) == 0 {
		t.Fatalf("%d and %d trees, %d bins", len(r.Vectors.Roots), len(r.Words.Roots), len(r.Reliability))
	}
	for name, data := range map[string]string{"no JSON": "x", "other features": `{"names":["a"]}`,
		"a loop": `{"names":["` + strings.Join(featureNames[:], `","`) + `"],"vectors":{"roots":[0],"feature":[1],"split":[0],"left":[0],"value":[0]}}`} {
		if _, err := LoadRanker([]byte(data)); !errors.Is(err, taxonomy.ErrInvalid) {
			t.Errorf("%s: err = %v, want ErrInvalid", name, err)
		}
	}
}

func TestAUROC(t *testing.T) {
	for _, tt := range []struct {
		with, without []float64
		want          float64
	}{
		{[]float64{3, 4}, []float64{1, 2}, 1},
		{[]float64{1, 2}, []float64{3, 4}, 0},
		{[]float64{1, 3}, []float64{2}, 0.5},
		{[]float64{2}, []float64{2}, 0.5},
		{nil, []float64{1}, 0},
	} {
		if got := auroc(tt.with, tt.without); got != tt.want {
			t.Errorf("auroc(%v, %v) = %f, want %f", tt.with, tt.without, got, tt.want)
		}
	}
}
