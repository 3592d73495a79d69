package alignment

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"concord/taxonomy"
)

// A Ranker turns what is measured of a concept and a sentence into the
// probability that the sentence is about the concept: logistic regression over
// named features. Its score is the log-odds, a sum of weight × feature, so an
// explanation adds up.
type Ranker struct {
	Names   []string `json:"names"`   // of featureNames, in their order
	Vectors Judge    `json:"vectors"` // for texts that have a vector
	Words   Judge    `json:"words"`   // for texts that have none: the table does not know their language
	Trained string   `json:"trained"` // what it was trained on, for people
}

// A Judge is the weights of one regression.
type Judge struct {
	Weights []float64 `json:"weights"` // of each feature
	Bias    float64   `json:"bias"`
}

// LoadRanker reads a ranker as it is marshalled. One whose features are not
// those of this program is refused.
func LoadRanker(data []byte) (*Ranker, error) {
	var r Ranker
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("%w: the ranker cannot be read: %v", taxonomy.ErrInvalid, err)
	}
	if !slices.Equal(r.Names, featureNames[:]) || len(r.Vectors.Weights) != len(r.Names) || len(r.Words.Weights) != len(r.Names) {
		return nil, fmt.Errorf("%w: the ranker is for other features; train it again", taxonomy.ErrInvalid)
	}
	return &r, nil
}

// features describe a candidate concept for a sentence. Those of its best
// label come first.
type features [11]float64

var featureNames = [len(features{})]string{
	"coverage",  // share of the label's idf mass in the sentence, damped for light labels
	"evidence",  // idf mass found, x/(x+fullMass)
	"cosine",    // tf-idf cosine of label and sentence
	"preferred", // the label is the preferred one
	"keyword",   // the label is only a keyword
	"usage",     // how widely the concept is used
	"semantic",  // cosine of the vectors
	"part",      // how much nearer the nearest stretch of words is, ≥ 0
	"phrase",    // the label stands in the sentence as a phrase (window)
	"agreement", // coverage × semantic
	"behind",    // how far semantic is behind the best concept's, ≤ 0
}

// describe measures candidate m, whose label stands in the sentence as w if
// phrase is set, against the best cosine of all candidates.
func (s *Snapshot) describe(q query, m match, w window, phrase bool, bestCosine float64) features {
	x := s.measure(weighting{coverage: 1, evidence: 1, cosine: 1, preferred: 1, keyword: 1}, m.label, w.found, w.dot, max(q.norm(s, pillarOfKind[s.kind[m.concept]]), 1e-9))
	f := features{x[0], x[1], x[2], x[3], x[4], float64(s.prior[m.concept]), m.cosine, m.part - m.cosine, 0, x[0] * m.cosine, m.cosine - bestCosine}
	if phrase {
		f[8] = 1
	}
	return f
}

// contributions are the summands of a score, the bias last.
type contributions [len(features{}) + 1]float64

func (j *Judge) score(f features) (c contributions, logOdds float64) {
	for i, v := range f {
		c[i] = j.Weights[i] * v
		logOdds += c[i]
	}
	c[len(f)] = j.Bias
	return c, logOdds + j.Bias
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// An example is a candidate with what people say of it.
type example struct {
	f      features
	right  bool
	weight float64
}

// fit finds the weights that make the examples likeliest, with an L2 penalty
// on standardised weights, by Newton's method. It is deterministic.
func fit(examples []example, penalty float64) Judge {
	const n = len(features{})
	var mean, sd [n]float64
	total := 0.0
	for _, e := range examples {
		total += e.weight
		for i, v := range e.f {
			mean[i] += e.weight * v
		}
	}
	for i := range mean {
		mean[i] /= total
	}
	for _, e := range examples {
		for i, v := range e.f {
			sd[i] += e.weight * (v - mean[i]) * (v - mean[i])
		}
	}
	for i := range sd {
		if sd[i] = math.Sqrt(sd[i] / total); sd[i] < 1e-9 {
			sd[i] = 1
		}
	}
	var w [n + 1]float64
	for range 50 {
		var grad [n + 1]float64
		var hess [n + 1][n + 1]float64
		for _, e := range examples {
			var z [n + 1]float64
			sum := w[n]
			z[n] = 1
			for i, v := range e.f {
				z[i] = (v - mean[i]) / sd[i]
				sum += w[i] * z[i]
			}
			p := sigmoid(sum)
			y := 0.0
			if e.right {
				y = 1
			}
			for i := range z {
				grad[i] += e.weight * (p - y) * z[i]
				for j := range i + 1 {
					hess[i][j] += e.weight * p * (1 - p) * z[i] * z[j]
				}
			}
		}
		for i := range n {
			grad[i] += penalty * w[i]
			hess[i][i] += penalty
		}
		step := solve(hess, grad)
		largest := 0.0
		for i := range w {
			w[i] -= step[i]
			largest = max(largest, math.Abs(step[i]))
		}
		if largest < 1e-8 {
			break
		}
	}
	bias := w[n]
	weights := make([]float64, n)
	for i := range weights {
		weights[i] = w[i] / sd[i]
		bias -= w[i] * mean[i] / sd[i]
	}
	return Judge{weights, bias}
}

// solve solves h·x = g for a symmetric positive definite h, of which the lower
// triangle is given, by Cholesky's method.
func solve(h [len(features{}) + 1][len(features{}) + 1]float64, g [len(features{}) + 1]float64) [len(features{}) + 1]float64 {
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
	return g
}
