package alignment

import (
	"math"

	"concord/alignment/regression"
	"concord/alignment/vectors"
)

// A Stating tells by a text's vector whether a text like it states any skill:
// logistic regression. Its weights mean something for one table only.
type Stating struct {
	Table   string    `json:"table"` // digest of the table
	Weights []float64 `json:"weights"`
	Bias    float64   `json:"bias"`
	Mean    float64   `json:"mean"` // of the log-odds in training: what is said where the table is another
}

// logOdds returns the log-odds that q states a skill.
func (s *Stating) logOdds(q query) float64 {
	if q.vector == nil || q.table.Digest() != s.Table || len(q.vector) != len(s.Weights) {
		return s.Mean
	}
	sum := s.Bias
	for i, v := range q.vector {
		sum += s.Weights[i] * float64(v) * float64(q.scale)
	}
	return sum
}

// fitStating fits on vectors of texts that state a skill or none.
func fitStating(table *vectors.Table, x [][]float64, states []bool, weight []float64) Stating {
	w := fitLogistic(x, states, weight, statingPenalty)
	n := len(w) - 1
	s := Stating{Table: table.Digest(), Weights: w[:n], Bias: w[n]}
	total := 0.0
	for i, row := range x {
		sum := s.Bias
		for k, v := range row {
			sum += w[k] * v
		}
		s.Mean += weight[i] * sum
		total += weight[i]
	}
	s.Mean /= max(total, 1e-9)
	return s
}

const statingPenalty = 1

// fitLogistic returns the weights and, last, the bias that make the labels y
// of the rows x likeliest, with an L2 penalty on the weights, by Newton's
// method. It is deterministic.
func fitLogistic(x [][]float64, y []bool, weight []float64, penalty float64) []float64 {
	n := len(x[0])
	w := make([]float64, n+1)
	hess := make([][]float64, n+1)
	for i := range hess {
		hess[i] = make([]float64, n+1)
	}
	for range 50 {
		grad := make([]float64, n+1)
		for i := range hess {
			clear(hess[i])
		}
		row := make([]float64, n+1)
		row[n] = 1
		for r := range x {
			copy(row, x[r])
			sum := 0.0
			for i, v := range row {
				sum += w[i] * v
			}
			p, want := sigmoid(sum), 0.0
			if y[r] {
				want = 1
			}
			d, h := weight[r]*(p-want), weight[r]*p*(1-p)
			for i, v := range row {
				grad[i] += d * v
				hv := h * v
				for j := range i + 1 {
					hess[i][j] += hv * row[j]
				}
			}
		}
		for i := range n {
			grad[i] += penalty * w[i]
			hess[i][i] += penalty
		}
		regression.Solve(hess, grad)
		largest := 0.0
		for i, step := range grad {
			w[i] -= step
			largest = max(largest, math.Abs(step))
		}
		if largest < 1e-8 {
			break
		}
	}
	return w
}
