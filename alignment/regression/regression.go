// Package regression fits multinomial logistic regressions: which of a few classes
// a row of measures belongs to. It knows nothing of documents, concepts or
// stores; alignment and alignment/crosswalk/suggest keep the weights it finds.
// It is deterministic: the same rows in the same order give the same weights.
package regression

import (
	"math"
	"slices"
)

// A Row is an example: measures, the class it is of, and how much it counts.
type Row struct {
	X      []float64
	Class  int
	Weight float64
}

// A Model is the weights of a regression. The log-odds of a class, up to what
// all classes share, is its bias and the sum of weight × measure.
type Model struct {
	Weights [][]float64 // class → weight of each measure
	Bias    []float64   // class → bias
}

// Sum is the log-odds of class k for x, up to what all classes share.
func (m *Model) Sum(k int, x []float64) float64 {
	sum := m.Bias[k]
	for i, v := range x {
		sum += m.Weights[k][i] * v
	}
	return sum
}

// Fit finds the weights that make the rows likeliest, with an L2 penalty on
// standardised weights, by Newton's method. classWeight is what a row of each
// class counts, times its own weight. All rows have the same number of measures,
// and there is at least one.
func Fit(rows []Row, classWeight []float64, penalty float64) Model {
	n, classes := len(rows[0].X), len(classWeight)
	mean, sd := Moments(rows)
	// One vector holds all weights: class by class, the bias last.
	w := make([]float64, classes*(n+1))
	p := make([]float64, classes)
	z := make([]float64, n+1)
	z[n] = 1
	for range 30 {
		grad := make([]float64, len(w))
		hess := make([][]float64, len(w))
		for i := range hess {
			hess[i] = make([]float64, len(w))
		}
		for _, r := range rows {
			for i, x := range r.X {
				z[i] = (x - mean[i]) / sd[i]
			}
			for k := range p {
				p[k] = 0
				for i, x := range z {
					p[k] += w[k*(n+1)+i] * x
				}
			}
			Softmax(p)
			weight := r.Weight * classWeight[r.Class]
			for k := range p {
				y := 0.0
				if k == r.Class {
					y = 1
				}
				for i, x := range z {
					grad[k*(n+1)+i] += weight * (p[k] - y) * x
				}
				for j := range k + 1 {
					both := -weight * p[k] * p[j]
					if j == k {
						both += weight * p[k]
					}
					for i, x := range z {
						row := hess[k*(n+1)+i]
						for m, y := range z {
							row[j*(n+1)+m] += both * x * y
						}
					}
				}
			}
		}
		for i := range w {
			// The bias is held a little too: one class's can be taken from all.
			held := penalty
			if i%(n+1) == n {
				held = 1e-3
			}
			grad[i] += held * w[i]
			hess[i][i] += held
		}
		Solve(hess, grad)
		largest := 0.0
		for i := range w {
			w[i] -= grad[i]
			largest = max(largest, math.Abs(grad[i]))
		}
		if largest < 1e-6 {
			break
		}
	}
	m := Model{Weights: make([][]float64, classes), Bias: make([]float64, classes)}
	for k := range m.Weights {
		m.Weights[k] = make([]float64, n)
		m.Bias[k] = w[k*(n+1)+n]
		for i := range n {
			m.Weights[k][i] = w[k*(n+1)+i] / sd[i]
			m.Bias[k] -= w[k*(n+1)+i] * mean[i] / sd[i]
		}
	}
	return m
}

// Moments returns the weighted mean and standard deviation of each measure;
// the deviation of one that never changes is 1.
func Moments(rows []Row) (mean, sd []float64) {
	n := len(rows[0].X)
	mean, sd = make([]float64, n), make([]float64, n)
	total := 0.0
	for _, r := range rows {
		total += r.Weight
		for i, x := range r.X {
			mean[i] += r.Weight * x
		}
	}
	for i := range mean {
		mean[i] /= total
	}
	for _, r := range rows {
		for i, x := range r.X {
			sd[i] += r.Weight * (x - mean[i]) * (x - mean[i])
		}
	}
	for i := range sd {
		if sd[i] = math.Sqrt(sd[i] / total); sd[i] < 1e-9 {
			sd[i] = 1
		}
	}
	return mean, sd
}

// ClassWeights lets rare classes count more, so that the mean F1 over classes
// is what is made large: (rows / rows of the class) to the power.
func ClassWeights(rows []Row, classes int, power float64) []float64 {
	of := make([]float64, classes)
	total := 0.0
	for _, r := range rows {
		of[r.Class] += r.Weight
		total += r.Weight
	}
	for k, x := range of {
		of[k] = math.Pow(total/(float64(len(of))*max(x, 1e-9)), power)
	}
	return of
}

// Softmax turns log-odds into probabilities in place.
func Softmax(p []float64) {
	most, sum := slices.Max(p), 0.0
	for k := range p {
		p[k] = math.Exp(p[k] - most)
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
}

// Solve puts the solution x of h·x = g into g, for a symmetric positive
// definite h of which the lower triangle is given and overwritten (Cholesky).
func Solve(h [][]float64, g []float64) {
	n := len(g)
	for i := range n {
		for j := range i + 1 {
			sum := h[i][j]
			for k := range j {
				sum -= h[i][k] * h[j][k]
			}
			if i == j {
				h[i][i] = math.Sqrt(max(sum, 1e-12))
			} else {
				h[i][j] = sum / h[j][j]
			}
		}
	}
	for i := range n {
		for k := range i {
			g[i] -= h[i][k] * g[k]
		}
		g[i] /= h[i][i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			g[i] -= h[k][i] * g[k]
		}
		g[i] /= h[i][i]
	}
}
