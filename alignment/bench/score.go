package bench

import (
	"fmt"
	"math"
	"slices"

	"concord/taxonomy"
)

// Scores are the metrics of each query, from which means and intervals come.
type Scores struct {
	Metrics  []string
	IDs      []string    // queries, in the order of the gold
	Rows     [][]float64 // query → metric
	Answered int         // queries that have a prediction
	Unknown  int         // queries of the run that the gold does not have
}

// Values returns one metric, by query, or nil if it was not measured.
func (s *Scores) Values(metric string) []float64 {
	m := slices.Index(s.Metrics, metric)
	if m < 0 {
		return nil
	}
	out := make([]float64, len(s.Rows))
	for i, row := range s.Rows {
		out[i] = row[m]
	}
	return out
}

// Mean returns the mean over the queries, or NaN if the metric was not measured.
func (s *Scores) Mean(metric string) float64 { return mean(s.Values(metric)) }

func mean(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	var sum float64
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// depths of RP, recall and hit. 1 to 50 are those of score_decorte.py.
var depths = []int{1, 3, 5, 10, 20, 50, 200}

// score measures every query of gold. of is given the number of right
// concepts and the ranks, from 1, at which run has one.
func score(gold *Gold, run Run, metrics []string, of func(right int, hits []int) []float64) *Scores {
	s := &Scores{Metrics: metrics, IDs: gold.IDs}
	for _, id := range gold.IDs {
		right, ranked := gold.Relevant[id], run[id]
		var hits []int
		for i, p := range ranked {
			if right[p.ID] {
				hits = append(hits, i+1)
			}
		}
		if len(ranked) > 0 {
			s.Answered++
		}
		s.Rows = append(s.Rows, of(len(right), hits))
	}
	for id := range run {
		if gold.Relevant[id] == nil {
			s.Unknown++
		}
	}
	return s
}

// within counts the hits at rank k or better.
func within(hits []int, k int) float64 {
	n := 0
	for _, h := range hits {
		if h <= k {
			n++
		}
	}
	return float64(n)
}

func reciprocal(hits []int) float64 {
	if len(hits) == 0 {
		return 0
	}
	return 1 / float64(hits[0])
}

// averagePrecision is the mean, over the right concepts, of the precision at each.
func averagePrecision(right int, hits []int) float64 {
	var sum float64
	for j, h := range hits {
		sum += float64(j+1) / float64(h)
	}
	return sum / float64(right)
}

// nDCG is the discounted gain of the best k over the most there is to gain.
func nDCG(right int, hits []int, k int) float64 {
	var gain, most float64
	for _, h := range hits {
		if h <= k {
			gain += 1 / math.Log2(float64(h+1))
		}
	}
	for j := range min(k, right) {
		most += 1 / math.Log2(float64(j+2))
	}
	return gain / most
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// ScoreExtraction measures a run as score_decorte.py does, macro-averaged:
// RP@k = |top k ∩ right| / min(k, |right|), recall@k, hit@k, MRR, MAP and
// nDCG@k with binary gain. A query without predictions scores 0.
func ScoreExtraction(gold *Gold, run Run) *Scores {
	var names []string
	for _, k := range depths {
		names = append(names, fmt.Sprintf("RP@%d", k), fmt.Sprintf("recall@%d", k), fmt.Sprintf("hit@%d", k))
	}
	names = append(names, "MRR", "MAP", "nDCG@10", "nDCG@100")
	return score(gold, run, names, func(right int, hits []int) []float64 {
		row := make([]float64, 0, len(names))
		for _, k := range depths {
			n := within(hits, k)
			row = append(row, n/float64(min(k, right)), n/float64(right), truth(n > 0))
		}
		return append(row, reciprocal(hits), averagePrecision(right, hits), nDCG(right, hits, 10), nDCG(right, hits, 100))
	})
}

// ScoreMELO measures a run as score_melo.py and trec_eval do: MRR, A@k
// (success at k), MAP, Rprec (precision at the number of right elements),
// P@k and R@k. The run is one of ReadMELORun or Set.Rank.
func ScoreMELO(gold *Gold, run Run) *Scores {
	names := []string{"MRR", "A@1", "A@5", "A@10", "MAP", "Rprec", "P@5", "R@5", "P@10", "R@10", "P@20", "R@20"}
	return score(gold, run, names, func(right int, hits []int) []float64 {
		row := []float64{reciprocal(hits), truth(within(hits, 1) > 0), truth(within(hits, 5) > 0), truth(within(hits, 10) > 0),
			averagePrecision(right, hits), within(hits, right) / float64(right)}
		for _, k := range []int{5, 10, 20} {
			n := within(hits, k)
			row = append(row, n/float64(k), n/float64(right))
		}
		return row
	})
}

// ScoreSources measures a crosswalk run as score_alignment.py --ranked does,
// by source concept: MRR, A@k and recall@10.
func ScoreSources(gold *Gold, run Run) *Scores {
	return score(gold, run, []string{"MRR", "A@1", "A@5", "A@10", "recall@10"}, func(right int, hits []int) []float64 {
		return []float64{reciprocal(hits), truth(within(hits, 1) > 0), truth(within(hits, 5) > 0), truth(within(hits, 10) > 0), within(hits, 10) / float64(right)}
	})
}

// PairScores are the figures of a crosswalk as a set of pairs.
type PairScores struct {
	Reference int        `json:"reference"` // distinct pairs that are right
	Found     int        `json:"found"`     // distinct pairs proposed
	Precision float64    `json:"precision"`
	Recall    float64    `json:"recall"`
	F1        float64    `json:"f1"`
	Relations *Confusion `json:"relations,omitempty"` // over the right pairs found with a relation
}

// ScorePairs measures a crosswalk run as score_alignment.py does: precision,
// recall and F1 of the pairs, and the relations of those that are right. Where
// the gold relations are all of one sort there is nothing to tell apart and
// Relations is nil.
func ScorePairs(ref, run []Pair) PairScores {
	type key struct{ source, target string }
	right, found := map[key]string{}, map[key]bool{}
	said := map[key]string{}
	var order []key
	for _, p := range ref {
		k := key{p.Source, p.Target}
		if _, ok := right[k]; !ok {
			order = append(order, k)
		}
		right[k] = p.Relation
	}
	for _, p := range run {
		k := key{p.Source, p.Target}
		found[k] = true
		if p.Relation != "" {
			said[k] = p.Relation
		}
	}
	hits := 0
	var gold, told []string
	for _, k := range order {
		if found[k] {
			hits++
		}
		if rel, ok := said[k]; ok && right[k] != "" {
			gold, told = append(gold, right[k]), append(told, rel)
		}
	}
	s := PairScores{Reference: len(right), Found: len(found)}
	if len(found) > 0 {
		s.Precision = float64(hits) / float64(len(found))
	}
	if len(right) > 0 {
		s.Recall = float64(hits) / float64(len(right))
	}
	if s.Precision+s.Recall > 0 {
		s.F1 = 2 * s.Precision * s.Recall / (s.Precision + s.Recall)
	}
	if c := NewConfusion(gold, told); c != nil && c.classes() > 1 {
		s.Relations = c
	}
	return s
}

// Threshold keeps the pairs whose confidence is at least least.
func Threshold(pairs []Pair, least float64) []Pair {
	return slices.DeleteFunc(slices.Clone(pairs), func(p Pair) bool { return p.Confidence < least })
}

// Score measures a run with the metrics of the form.
func (f Form) Score(gold *Gold, run Run) (*Scores, error) {
	switch f {
	case Extraction:
		return ScoreExtraction(gold, run), nil
	case MELO:
		return ScoreMELO(gold, run), nil
	case Crosswalk:
		return ScoreSources(gold, run), nil
	}
	return nil, fmt.Errorf("%w: there is no form %q; the forms are %v", taxonomy.ErrInvalid, f, Forms)
}
