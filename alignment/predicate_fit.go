package alignment

import "math"

// fitVerdict finds the weights that make the rows likeliest, rare classes
// counting more, with an L2 penalty on standardised weights, by Newton's
// method. It is deterministic.
func fitVerdict(rows []judgedRow) Verdict {
	const n = len(standing{})
	mean, sd := moments(rows)
	classes := len(relatorClasses)
	weigh := classWeights(rows)
	// One vector holds all weights: class by class, the bias last.
	w := make([]float64, classes*(n+1))
	p := make([]float64, classes)
	var z [n + 1]float64
	z[n] = 1
	for range 30 {
		grad := make([]float64, len(w))
		hess := square(len(w))
		for _, r := range rows {
			for i, x := range r.f {
				z[i] = (x - mean[i]) / sd[i]
			}
			for k := range p {
				p[k] = 0
				for i, x := range z {
					p[k] += w[k*(n+1)+i] * x
				}
			}
			softmax(p)
			weight := r.weight * weigh[r.class]
			for k := range p {
				y := truth(k == r.class)
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
			penalty := float64(relatorPenalty)
			if i%(n+1) == n {
				penalty = 1e-3
			}
			grad[i] += penalty * w[i]
			hess[i][i] += penalty
		}
		solve(hess, grad)
		largest := 0.0
		for i := range w {
			w[i] -= grad[i]
			largest = max(largest, math.Abs(grad[i]))
		}
		if largest < 1e-6 {
			break
		}
	}
	v := Verdict{Weights: make([][]float64, classes), Bias: make([]float64, classes)}
	for k := range v.Weights {
		v.Weights[k] = make([]float64, n)
		v.Bias[k] = w[k*(n+1)+n]
		for i := range n {
			// Six decimals, so that the file is the same wherever it is made.
			v.Weights[k][i] = round(w[k*(n+1)+i] / sd[i])
			v.Bias[k] -= w[k*(n+1)+i] * mean[i] / sd[i]
		}
		v.Bias[k] = round(v.Bias[k])
	}
	return v
}

// moments returns mean and standard deviation of each measure.
func moments(rows []judgedRow) (mean, sd standing) {
	total := 0.0
	for _, r := range rows {
		total += r.weight
		for i, x := range r.f {
			mean[i] += r.weight * x
		}
	}
	for i := range mean {
		mean[i] /= total
	}
	for _, r := range rows {
		for i, x := range r.f {
			sd[i] += r.weight * (x - mean[i]) * (x - mean[i])
		}
	}
	for i := range sd {
		if sd[i] = math.Sqrt(sd[i] / total); sd[i] < 1e-9 {
			sd[i] = 1
		}
	}
	return mean, sd
}

// classWeights lets rare classes count more, so that the mean F1 over classes
// is what is made large.
func classWeights(rows []judgedRow) []float64 {
	of := make([]float64, len(relatorClasses))
	total := 0.0
	for _, r := range rows {
		of[r.class] += r.weight
		total += r.weight
	}
	for k, x := range of {
		of[k] = math.Pow(total/(float64(len(of))*max(x, 1e-9)), classPower)
	}
	return of
}

func square(n int) [][]float64 {
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, n)
	}
	return out
}
