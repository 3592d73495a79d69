package regression

import (
	"math"
	"testing"
)

func TestSolve(t *testing.T) {
	// 4x + 2y = 10, 2x + 3y = 9: x = 1.5, y = 2. The upper triangle is not read.
	g := []float64{10, 9}
	Solve([][]float64{{4, math.NaN()}, {2, 3}}, g)
	if math.Abs(g[0]-1.5) > 1e-9 || math.Abs(g[1]-2) > 1e-9 {
		t.Errorf("solution %v", g)
	}
}

// A class that one in four rows is of, without measures that tell, gets the
// odds of one to three.
func TestFitBias(t *testing.T) {
	rows := []Row{{[]float64{1}, 1, 1}, {[]float64{1}, 0, 1}, {[]float64{1}, 0, 1}, {[]float64{1}, 0, 1}}
	m := Fit(rows, []float64{1, 1}, 1)
	p := []float64{m.Sum(0, []float64{1}), m.Sum(1, []float64{1})}
	Softmax(p)
	if math.Abs(p[1]-0.25) > 0.01 {
		t.Errorf("probability %v", p)
	}
	if m := Fit(rows, ClassWeights(rows, 2, 1), 1); math.Abs(m.Sum(0, []float64{1})-m.Sum(1, []float64{1})) > 0.01 {
		t.Error("classes that weigh the same do not have the same bias")
	}
}

func TestFitTellsClasses(t *testing.T) {
	var rows []Row
	for i := range 60 {
		class := i % 3
		x := []float64{float64(i%7) / 7, 0}
		if class == 2 {
			x[1] = 3
		}
		x[0] += float64(class) * 2
		rows = append(rows, Row{x, class, 1})
	}
	m := Fit(rows, []float64{1, 1, 1}, 0.01)
	for _, r := range rows {
		best := 0
		for k := range 3 {
			if m.Sum(k, r.X) > m.Sum(best, r.X) {
				best = k
			}
		}
		if best != r.Class {
			t.Fatalf("%v is told %d, is %d", r.X, best, r.Class)
		}
	}
}

func TestMoments(t *testing.T) {
	mean, sd := Moments([]Row{{[]float64{1, 5}, 0, 1}, {[]float64{4, 5}, 0, 2}})
	if math.Abs(mean[0]-3) > 1e-9 || math.Abs(sd[0]-math.Sqrt(2)) > 1e-9 || sd[1] != 1 {
		t.Errorf("mean %v, deviation %v", mean, sd)
	}
}
