package alignment

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"sort"

	"concord/alignment/vectors"
	"concord/taxonomy"
)

// A Gold is a sentence with the concepts that people say it is about, or none.
type Gold struct {
	Source   string // file, for reports
	Lang     taxonomy.Lang
	Text     string
	Concepts map[taxonomy.URI]bool
	Weight   float64 // of the sentence in training; 0 means 1
	Role     Role    // of the segment of a document that it is, else ""
}

// A RankerReport is how a ranker does on sentences it was not trained on, by
// cross-validation.
type RankerReport struct {
	Sentences   int            `json:"sentences"`
	Candidates  int            `json:"candidates"`
	Calibration float64        `json:"calibrationError"` // expected calibration error over candidates with p ≥ leastShown, bins of equal mass
	Shown       int            `json:"shown"`            // those candidates
	Reliability []Held         `json:"-"`
	Precision   float64        `json:"precisionAtHalf"` // of candidates with p ≥ 0.5
	Recall      float64        `json:"recallAtHalf"`
	Sources     []SourceReport `json:"sources"`
}

// A SourceReport is a RankerReport's figures for one file of sentences.
type SourceReport struct {
	Source        string  `json:"source"`
	With, Without int     // sentences with concepts and without
	RP5           float64 `json:"rp5"`             // of the ranker's order
	RP5Before     float64 `json:"rp5Before"`       // of the fixed sum's
	Abstention    float64 `json:"abstentionAUROC"` // of the best probability, sentences with against without concepts; 0 without either
}

// leastShown is the probability from which a candidate counts for calibration.
const leastShown = 0.1

const reliabilityBins = 20

const rankerFolds = 5

// leastGold is how many sentences with candidates a ranker is trained on at least.
const leastGold = 4 * rankerFolds

// TrainRanker trains a ranker on gold sentences over the engine's one release,
// and measures its judgement of texts with vectors by five-fold
// cross-validation over sentences. Every fifth sentence is a fold, so a file
// whose neighbours are alike is spread over the folds.
func (e *Engine) TrainRanker(ctx context.Context, gold []Gold, kinds []taxonomy.Kind, trained string) (*Ranker, *RankerReport, error) {
	if len(e.snaps) != 1 {
		return nil, nil, fmt.Errorf("%w: a ranker is trained over one release, not %d", taxonomy.ErrInvalid, len(e.snaps))
	}
	if e.table == nil {
		return nil, nil, fmt.Errorf("%w: a ranker is trained with a vector table", taxonomy.ErrInvalid)
	}
	s := e.snaps[0]
	r := &Ranker{Names: featureNames[:], Trained: trained}
	stating, held := trainStating(e.table, gold)
	r.Stating, r.Telling = stating, trainTelling(gold, held)
	words, wordsFew, err := s.examples(ctx, nil, gold, kindsOf(kinds), nil)
	if err != nil {
		return nil, nil, err
	}
	withVectors, few, err := s.examples(ctx, e.table, gold, kindsOf(kinds), held)
	if err != nil {
		return nil, nil, err
	}
	all := slices.Concat(withVectors...)
	n := 0
	for _, xs := range withVectors {
		if len(xs) > 0 {
			n++
		}
	}
	if n < leastGold {
		return nil, nil, fmt.Errorf("%w: only %d sentences have candidate concepts; a ranker needs at least %d, and thousands to be of use", taxonomy.ErrInvalid, n, leastGold)
	}
	r.Words = grow(slices.Concat(slices.Concat(words...), slices.Concat(wordsFew...)), shippedGrowth)
	r.Vectors = grow(append(all, slices.Concat(few...)...), shippedGrowth)
	report := crossValidate(gold, withVectors, few)
	r.Reliability, r.CrossValidated = report.Reliability, report
	return r, report, nil
}

// trainStating trains, on the vectors of the gold sentences, what tells
// whether a text states any skill, and returns for each sentence what it says
// when trained on other sentences, so that the ranker does not trust it more
// than it deserves.
func trainStating(table *vectors.Table, gold []Gold) (Stating, []float64) {
	var x [][]float64
	var states []bool
	var weight []float64
	var of []int
	v := make([]float32, table.Dim())
	for i, g := range gold {
		if !table.Knows(g.Lang) || !table.EmbedText(g.Lang, g.Text, v) {
			continue
		}
		row := make([]float64, len(v))
		for k, f := range v {
			row[k] = float64(f)
		}
		x, states, weight, of = append(x, row), append(states, len(g.Concepts) > 0), append(weight, cmp.Or(g.Weight, 1)), append(of, i)
	}
	held := make([]float64, len(gold))
	if len(x) == 0 {
		return Stating{}, held
	}
	all := fitStating(table, x, states, weight)
	for i := range held {
		held[i] = all.Mean
	}
	for fold := range rankerFolds {
		var fx [][]float64
		var fs []bool
		var fw []float64
		for i := range x {
			if of[i]%rankerFolds != fold {
				fx, fs, fw = append(fx, x[i]), append(fs, states[i]), append(fw, weight[i])
			}
		}
		if len(fx) == 0 {
			continue
		}
		part := fitStating(table, fx, fs, fw)
		for i := range x {
			if of[i]%rankerFolds == fold {
				held[of[i]] = part.Bias
				for k, f := range x[i] {
					held[of[i]] += part.Weights[k] * f
				}
			}
		}
	}
	return all, held
}

// examples returns the candidates of each gold sentence, and those among few;
// stating is what is said of each.
func (s *Snapshot) examples(ctx context.Context, table *vectors.Table, gold []Gold, kinds kindSet, stating []float64) (full, few [][]example, err error) {
	full, few = make([][]example, len(gold)), make([][]example, len(gold))
	for i, g := range gold {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		langs, _ := s.matchIn(g.Lang)
		q := s.analyse(table, langs[0], g.Lang, g.Text)
		if table != nil && q.vector == nil {
			continue
		}
		says := 0.0
		if stating != nil {
			says = stating[i]
		}
		among := func(found []match, weight float64) (out []example) {
			for k, f := range s.describe(q, found, says) {
				out = append(out, example{f: f, right: g.Concepts[taxonomy.URI(s.uri.at(found[k].concept))], weight: weight})
			}
			return out
		}
		found := s.search(q, kinds, false, fusion, sparsely)
		full[i] = among(found[:min(judged, len(found))], cmp.Or(g.Weight, 1))
		right := func(m match) bool { return g.Concepts[taxonomy.URI(s.uri.at(m.concept))] }
		if some := sparse(found, i, right); len(some) > 0 {
			few[i] = among(some, sparseWeight*cmp.Or(g.Weight, 1))
		}
	}
	return full, few, nil
}

// A framework of one's own may have fifty skills, not ten thousand: the best
// candidate is then far ahead of the others, right or wrong. Every sentence is
// therefore also an example among a few of its candidates, which hold what is
// right for every second sentence.
const (
	sparsely     = 1500 // candidates that are drawn from
	sparseEvery  = 40   // one of so many is kept
	sparseWeight = 0.3  // of such an example
)

// sparse keeps a few of the candidates of sentence i, in their order: those a
// hash of the concept and the sentence picks, and what is right for every
// second sentence.
func sparse(found []match, i int, right func(match) bool) []match {
	var few []match
	for _, m := range found {
		h := (uint32(i)*2654435761 ^ m.concept) * 2246822519
		if h>>8%sparseEvery == 0 || i%2 == 0 && right(m) {
			few = append(few, m)
		}
	}
	return few
}

func crossValidate(gold []Gold, bySentence, few [][]example) *RankerReport {
	report := &RankerReport{Sentences: len(gold)}
	type shown struct {
		p     float64
		right bool
	}
	var pairs []shown
	best := map[string]*[2][]float64{} // source → best probability of sentences without and with concepts
	found, sum := map[string][2]float64{}, map[string]float64{}
	rightShown, goldCount := 0, 0
	for fold := range rankerFolds {
		var train []example
		for i, xs := range bySentence {
			if i%rankerFolds != fold {
				train = append(append(train, xs...), few[i]...)
			}
		}
		forest := grow(train, shippedGrowth)
		for i := fold; i < len(gold); i += rankerFolds {
			top := 0.0
			goldCount += len(gold[i].Concepts)
			order := make([]shown, 0, judged)
			for _, x := range bySentence[i] {
				p := sigmoid(forest.score(&x.f))
				top = max(top, p)
				report.Candidates++
				if p >= leastShown {
					pairs = append(pairs, shown{p, x.right})
				}
				order = append(order, shown{p, x.right})
			}
			b := best[gold[i].Source]
			if b == nil {
				b = new([2][]float64)
				best[gold[i].Source] = b
			}
			n := len(gold[i].Concepts)
			if n == 0 {
				b[0] = append(b[0], top)
				continue
			}
			b[1] = append(b[1], top)
			slices.SortStableFunc(order, func(x, y shown) int { return cmp.Compare(y.p, x.p) })
			hits, before := 0.0, 0.0
			for k := range min(5, len(order)) {
				if order[k].right {
					hits++
				}
				if bySentence[i][k].right {
					before++
				}
			}
			f := found[gold[i].Source]
			found[gold[i].Source] = [2]float64{f[0] + hits/float64(min(5, n)), f[1] + before/float64(min(5, n))}
			sum[gold[i].Source]++
		}
	}
	for _, source := range slices.Sorted(maps.Keys(best)) {
		b := best[source]
		s := SourceReport{Source: source, With: len(b[1]), Without: len(b[0]), Abstention: auroc(b[1], b[0])}
		if n := sum[source]; n > 0 {
			s.RP5, s.RP5Before = found[source][0]/n, found[source][1]/n
		}
		report.Sources = append(report.Sources, s)
	}
	report.Shown = len(pairs)
	slices.SortFunc(pairs, func(a, b shown) int { return cmp.Compare(a.p, b.p) })
	half := 0
	for bin := range reliabilityBins {
		part := pairs[bin*len(pairs)/reliabilityBins : (bin+1)*len(pairs)/reliabilityBins]
		if len(part) == 0 {
			continue
		}
		h := Held{Shown: len(part)}
		for _, x := range part {
			h.Mean += x.p / float64(len(part))
			if x.right {
				h.Right++
			}
			if x.p >= 0.5 {
				half++
				if x.right {
					rightShown++
				}
			}
		}
		report.Calibration += math.Abs(h.Mean*float64(h.Shown)-float64(h.Right)) / float64(len(pairs))
		h.Mean = round(h.Mean)
		report.Reliability = append(report.Reliability, h)
	}
	if half > 0 {
		report.Precision = float64(rightShown) / float64(half)
	}
	if goldCount > 0 {
		report.Recall = float64(rightShown) / float64(goldCount)
	}
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
