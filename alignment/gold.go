package alignment

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"sort"

	"concord/alignment/vectors"
	"concord/taxonomy"
)

// A Gold is a sentence with the concepts that people say it is about, or none.
type Gold struct {
	Lang     taxonomy.Lang
	Text     string
	Concepts map[taxonomy.URI]bool
	Weight   float64 // of the sentence in training; 0 means 1
}

// A RankerReport is how a ranker does on sentences it was not trained on, by
// cross-validation.
type RankerReport struct {
	Sentences   int     `json:"sentences"`
	Candidates  int     `json:"candidates"`
	Calibration float64 `json:"calibrationError"` // expected calibration error over candidates with p ≥ 0.1, ten bins of equal width
	Shown       int     `json:"shown"`            // those candidates
	Abstention  float64 `json:"abstentionAUROC"`  // of the best probability, sentences with against without concepts; NaN is 0
	Precision   float64 `json:"precisionAtHalf"`  // of candidates with p ≥ 0.5
	Recall      float64 `json:"recallAtHalf"`
}

const (
	rankerFolds   = 5
	rankerPenalty = 1
)

// TrainRanker trains a ranker on gold sentences over the engine's one release,
// and measures its judgement of texts with vectors by five-fold
// cross-validation over sentences.
func (e *Engine) TrainRanker(ctx context.Context, gold []Gold, kinds []taxonomy.Kind, trained string) (*Ranker, *RankerReport, error) {
	if len(e.snaps) != 1 {
		return nil, nil, fmt.Errorf("%w: a ranker is trained over one release, not %d", taxonomy.ErrInvalid, len(e.snaps))
	}
	r := &Ranker{Names: featureNames[:], Trained: trained}
	var report *RankerReport
	for _, side := range []struct {
		table *vectors.Table
		judge *Judge
	}{{nil, &r.Words}, {e.table, &r.Vectors}} {
		bySentence, err := e.snaps[0].examples(ctx, side.table, gold, kindsOf(kinds))
		if err != nil {
			return nil, nil, err
		}
		all := slices.Concat(bySentence...)
		if len(all) == 0 {
			return nil, nil, fmt.Errorf("%w: no sentence has a candidate concept", taxonomy.ErrInvalid)
		}
		*side.judge = fit(all, rankerPenalty)
		report = crossValidate(gold, bySentence)
	}
	return r, report, nil
}

// examples returns the candidates of each gold sentence.
func (s *Snapshot) examples(ctx context.Context, table *vectors.Table, gold []Gold, kinds kindSet) ([][]example, error) {
	out := make([][]example, len(gold))
	for i, g := range gold {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for _, c := range s.candidates(s.analyse(table, g.Lang, g.Text), kinds, RoleDescription) {
			out[i] = append(out[i], example{f: c.f, right: g.Concepts[taxonomy.URI(s.uri.at(c.concept))], weight: cmp.Or(g.Weight, 1)})
		}
	}
	return out, nil
}

func crossValidate(gold []Gold, bySentence [][]example) *RankerReport {
	report := &RankerReport{Sentences: len(gold)}
	type shown struct {
		p     float64
		right bool
	}
	var pairs []shown
	var with, without []float64
	rightShown, goldCount := 0, 0
	for fold := range rankerFolds {
		var train []example
		for i, xs := range bySentence {
			if i%rankerFolds != fold {
				train = append(train, xs...)
			}
		}
		j := fit(train, rankerPenalty)
		for i := fold; i < len(gold); i += rankerFolds {
			best := 0.0
			goldCount += len(gold[i].Concepts)
			for _, x := range bySentence[i] {
				_, logOdds := j.score(x.f)
				p := sigmoid(logOdds)
				best = max(best, p)
				report.Candidates++
				if p >= 0.1 {
					pairs = append(pairs, shown{p, x.right})
				}
			}
			if len(gold[i].Concepts) > 0 {
				with = append(with, best)
			} else {
				without = append(without, best)
			}
		}
	}
	report.Shown = len(pairs)
	var count, sum, right [10]float64
	half := 0
	for _, x := range pairs {
		b := min(int(x.p*10), 9)
		count[b]++
		sum[b] += x.p
		if x.right {
			right[b]++
		}
		if x.p >= 0.5 {
			half++
			if x.right {
				rightShown++
			}
		}
	}
	for b := range count {
		if count[b] > 0 {
			report.Calibration += math.Abs(sum[b]-right[b]) / float64(len(pairs))
		}
	}
	if half > 0 {
		report.Precision = float64(rightShown) / float64(half)
	}
	if goldCount > 0 {
		report.Recall = float64(rightShown) / float64(goldCount)
	}
	report.Abstention = auroc(with, without)
	return report
}

// auroc is the chance that a draw from with exceeds one from without, ties half.
func auroc(with, without []float64) float64 {
	if len(with) == 0 || len(without) == 0 {
		return 0
	}
	sort.Float64s(without)
	sum := 0.0
	for _, x := range with {
		below := sort.SearchFloat64s(without, x)
		upTo := sort.Search(len(without), func(i int) bool { return without[i] > x })
		sum += float64(below) + 0.5*float64(upTo-below)
	}
	return sum / float64(len(with)*len(without))
}
