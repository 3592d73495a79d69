package alignment

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"concord/taxonomy"
)

// TestFit: weights that made the labels are found again.
func TestFit(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var want features
	for i := range want {
		want[i] = rng.Float64()*4 - 2
	}
	const bias = -1.5
	var examples []example
	for range 20000 {
		var f features
		sum := bias
		for i := range f {
			f[i] = rng.NormFloat64()
			sum += want[i] * f[i]
		}
		examples = append(examples, example{f: f, right: rng.Float64() < sigmoid(sum), weight: 1})
	}
	j := fit(examples, 0.01)
	got, b := j.Weights, j.Bias
	for i := range want {
		if math.Abs(got[i]-want[i]) > 0.15 {
			t.Errorf("weight %d = %.3f, want %.3f", i, got[i], want[i])
		}
	}
	if math.Abs(b-bias) > 0.15 {
		t.Errorf("bias = %.3f, want %.3f", b, bias)
	}
}

func TestLoadRanker(t *testing.T) {
	_, r := shipped(t)
	if len(r.Vectors.Weights) != len(featureNames) {
		t.Fatalf("%d weights", len(r.Vectors.Weights))
	}
	for name, data := range map[string]string{"no JSON": "x", "other features": `{"names":["a"],"vectors":{"weights":[1]}}`} {
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
