package bench

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"

	"concord/taxonomy"
)

// Resampling: every interval comes from the same number of resamples with the
// same seed. A resample of a set draws as many of its queries as it has, with
// replacement; all metrics and both sides of a comparison see the same draws.
const (
	Resamples = 2000
	Seed      = 1
)

// A Figure is a mean with its 95 % interval: the 2.5th and the 97.5th
// percentile of the resampled means.
type Figure struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// draws calls f for each resample with the indices drawn out of n.
func draws(n int, f func(indices []int)) {
	rnd := rand.New(rand.NewPCG(Seed, uint64(n)))
	indices := make([]int, n)
	for range Resamples {
		for i := range indices {
			indices[i] = rnd.IntN(n)
		}
		f(indices)
	}
}

// percentiles returns the interval of resampled values, which it sorts.
func percentiles(resampled []float64) (low, high float64) {
	slices.Sort(resampled)
	n := float64(len(resampled))
	return resampled[int(.025*n)], resampled[int(.975*n)]
}

// Figures returns the mean of every metric with its interval.
func (s *Scores) Figures() map[string]Figure {
	out := make(map[string]Figure, len(s.Metrics))
	if len(s.Rows) == 0 {
		return out
	}
	resampled := make([][]float64, len(s.Metrics))
	sums := make([]float64, len(s.Metrics))
	draws(len(s.Rows), func(indices []int) {
		clear(sums)
		for _, i := range indices {
			for m, v := range s.Rows[i] {
				sums[m] += v
			}
		}
		for m, sum := range sums {
			resampled[m] = append(resampled[m], sum/float64(len(indices)))
		}
	})
	for m, name := range s.Metrics {
		f := Figure{Value: s.Mean(name)}
		f.Low, f.High = percentiles(resampled[m])
		out[name] = f
	}
	return out
}

// MacroMean returns the mean of the sets' means of a metric. Each set is
// resampled by itself, so that a large set does not outweigh a small one.
func MacroMean(metric string, sets ...*Scores) (Figure, error) {
	if len(sets) == 0 {
		return Figure{}, fmt.Errorf("%w: there is no set to take the mean of", taxonomy.ErrInvalid)
	}
	var f Figure
	resampled := make([]float64, Resamples)
	for _, s := range sets {
		values := s.Values(metric)
		if len(values) == 0 {
			return Figure{}, fmt.Errorf("%w: %s was not measured on every set", taxonomy.ErrInvalid, metric)
		}
		f.Value += mean(values) / float64(len(sets))
		b := 0
		draws(len(values), func(indices []int) {
			var sum float64
			for _, i := range indices {
				sum += values[i]
			}
			resampled[b] += sum / float64(len(values)) / float64(len(sets))
			b++
		})
	}
	f.Low, f.High = percentiles(resampled)
	return f, nil
}

// A Difference is one metric of a run less the same of another run, on the
// same queries.
type Difference struct {
	Figure
	P float64 `json:"p"` // two-sided: how often a resample lies on the other side of 0, twice
}

// Compare returns, for every metric, s less other, resampled in pairs. Both
// must be over the same queries.
func (s *Scores) Compare(other *Scores) (map[string]Difference, error) {
	if !slices.Equal(s.IDs, other.IDs) || !slices.Equal(s.Metrics, other.Metrics) {
		return nil, fmt.Errorf("%w: two runs can be compared on the same queries and metrics only", taxonomy.ErrInvalid)
	}
	diff := &Scores{Metrics: s.Metrics, IDs: s.IDs}
	for i, row := range s.Rows {
		d := make([]float64, len(row))
		for m := range row {
			d[m] = row[m] - other.Rows[i][m]
		}
		diff.Rows = append(diff.Rows, d)
	}
	below, above := make([]int, len(s.Metrics)), make([]int, len(s.Metrics))
	sums := make([]float64, len(s.Metrics))
	draws(len(diff.Rows), func(indices []int) {
		clear(sums)
		for _, i := range indices {
			for m, v := range diff.Rows[i] {
				sums[m] += v
			}
		}
		for m, sum := range sums {
			if sum <= tiny {
				below[m]++
			}
			if sum >= -tiny {
				above[m]++
			}
		}
	})
	out := map[string]Difference{}
	for name, f := range diff.Figures() {
		m := slices.Index(s.Metrics, name)
		out[name] = Difference{f, min(1, 2*float64(min(below[m], above[m])+1)/(Resamples+1))}
	}
	return out, nil
}

// tiny is what a sum of differences that cancel out may be off by.
const tiny = 1e-9

// AUROC is the probability that a query that has an answer (with) gets a
// higher score than one that has none (without); ties count half. Its
// interval comes from resampling both sides.
func AUROC(with, without []float64) (Figure, error) {
	if len(with) == 0 || len(without) == 0 {
		return Figure{}, fmt.Errorf("%w: AUROC needs queries with and without an answer", taxonomy.ErrInvalid)
	}
	type item struct {
		score float64
		index int
	}
	all := make([]item, 0, len(with)+len(without))
	for i, v := range append(slices.Clone(with), without...) {
		all = append(all, item{v, i})
	}
	slices.SortFunc(all, func(a, b item) int { return cmp.Compare(a.score, b.score) })
	level := make([]int, len(all)) // index → place of its score among the distinct ones
	levels := 0
	for i, it := range all {
		if i > 0 && it.score != all[i-1].score {
			levels++
		}
		level[it.index] = levels
	}
	levels++
	up, down := make([]float64, levels), make([]float64, levels)
	area := func() float64 {
		var wins, below float64
		for l := range levels {
			wins += up[l] * (below + down[l]/2)
			below += down[l]
		}
		return wins / float64(len(with)*len(without))
	}
	count := func(pick func(i int) int) {
		clear(up)
		clear(down)
		for i := range level {
			if i < len(with) {
				up[level[pick(i)]]++
			} else {
				down[level[pick(i)]]++
			}
		}
	}
	count(func(i int) int { return i })
	f := Figure{Value: area()}
	rnd := rand.New(rand.NewPCG(Seed, uint64(len(all))))
	resampled := make([]float64, Resamples)
	for b := range resampled {
		count(func(i int) int {
			if i < len(with) {
				return rnd.IntN(len(with))
			}
			return len(with) + rnd.IntN(len(without))
		})
		resampled[b] = area()
	}
	f.Low, f.High = percentiles(resampled)
	return f, nil
}
