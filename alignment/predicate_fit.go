package alignment

import "concord/alignment/regression"

// fitVerdict finds the weights that make the rows likeliest, rare classes
// counting more. It is deterministic.
func fitVerdict(rows []judgedRow) Verdict {
	examples := make([]regression.Row, len(rows))
	for i, r := range rows {
		examples[i] = regression.Row{X: r.f[:], Class: r.class, Weight: r.weight}
	}
	m := regression.Fit(examples, regression.ClassWeights(examples, len(relatorClasses), classPower), relatorPenalty)
	v := Verdict{Weights: m.Weights, Bias: m.Bias}
	for k := range v.Weights {
		// Six decimals, so that the file is the same wherever it is made.
		for i := range v.Weights[k] {
			v.Weights[k][i] = round(v.Weights[k][i])
		}
		v.Bias[k] = round(v.Bias[k])
	}
	return v
}
