package suggest

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"slices"

	"concord/alignment/regression"
	"concord/alignment/vectors"
	"concord/taxonomy"
)

// A Judged pair is one that people mapped. Source is a URI or a code.
type Judged struct {
	Source    string
	Target    taxonomy.URI
	Predicate taxonomy.Match
}

// How weights are trained. The penalties and the power were not searched for
// beyond their order of magnitude: results do not hang on them
// (docs/experiments.md).
const (
	folds            = 5
	splits           = 8
	scorePenalty     = 30 // L2 on standardised weights
	predicatePenalty = 10
	classPower       = 0.6 // rows weigh (rows / rows of their class) to this power
)

// A Report is how weights do on sources that they were not trained on, by
// folds over sources; everything that is learned is learned anew in each fold.
type Report struct {
	Sources  int       `json:"sources"`
	Pairs    int       `json:"pairs"`    // judged
	Reached  int       `json:"reached"`  // of them among the candidates
	Unknown  int       `json:"unknown"`  // judged pairs of which a concept is not in the releases
	Splits   []Figures `json:"splits"`   // by different ways to fold
	Majority float64   `json:"majority"` // macro-F1 of saying the commonest predicate
	Said     []Source  `json:"-"`        // the judged sources with what was said of them in the first split
}

// Figures are those of alignment ranking, over judged sources.
type Figures struct {
	First   float64                         `json:"A@1"`             // share whose first candidate is judged a mapping
	MRR     float64                         `json:"MRR"`             //
	Exact   float64                         `json:"recall@10 exact"` // share of exact matches among the first ten
	MacroF1 float64                         `json:"macroF1"`         // of predicates, over judged pairs that were reached
	F1      map[taxonomy.Match]float64      `json:"F1"`
	Counts  [len(classes)][len(classes)]int `json:"counts"` // judged → told, in the order exact, close, broad, narrow
}

// Train learns weights from the judged pairs of one family of kinds. Bridges
// are left out. Sources without a judged pair are rivals and teach nothing.
func Train(ctx context.Context, r taxonomy.Reader, table *vectors.Table, judged []Judged, trained string, opt Options) (*Weights, *Report, error) {
	opt.NoBridges = true
	fams, err := opt.compared()
	if err != nil {
		return nil, nil, err
	}
	if len(fams) != 1 {
		return nil, nil, fmt.Errorf("%w: weights are trained on one kind of concept; say it with --kind", taxonomy.ErrInvalid)
	}
	known := &known{}
	steps := progress{report: opt.Progress, runs: 1}
	u, err := compare(ctx, r, table, blank(), fams[0], known, &opt, &steps)
	if err != nil {
		return nil, nil, err
	}
	t := trainer{run: u, class: map[int32]int{}, mapped: map[int32]map[int32]int{}}
	report := &Report{}
	if err := t.judge(judged, report); err != nil {
		return nil, nil, err
	}
	for split := range splits {
		told := make([]pair, len(u.pairs))
		for fold := range folds {
			in := func(i int32) bool { return foldOf(u.from.concepts[i].uri, split) == fold }
			t.fit(trained, func(i int32) bool { return !in(i) })
			for k, p := range u.pairs {
				if in(p.from) {
					told[k] = p
				}
			}
		}
		copy(u.pairs, told)
		report.Splits = append(report.Splits, t.figures())
		if split == 0 {
			var res Result
			t.collect(&res, kept)
			report.Said = slices.DeleteFunc(res.Sources, func(s Source) bool { return t.mapped[t.from.at[s.URI]] == nil })
		}
	}
	w := t.fit(trained, func(int32) bool { return true })
	w.HeldOut = report
	return w, report, nil
}

func blank() *Weights {
	w := &Weights{Measures: measureNames[:], Places: placeNames[:], Standings: standingNames[:]}
	w.Alone = Line{make([]float64, inScore), make([]float64, inScore), 0}
	for _, s := range standIns {
		w.StandIns = append(w.StandIns, StandIn{For: measureNames[s[0]], By: measureNames[s[1]], Slope: 1})
	}
	// Before anything is learned pairs stay in the race by their names, meanings and texts.
	w.Alone.Weights[prefAny], w.Alone.Weights[vecConcept], w.Alone.Weights[textAll] = 1, 4, 2
	return w
}

type trainer struct {
	*run
	class  map[int32]int           // judged pair → its class
	mapped map[int32]map[int32]int // source → target → class, reached or not
}

func (t *trainer) judge(judged []Judged, report *Report) error {
	byName := map[string]int32{}
	for i, c := range t.from.concepts {
		byName[c.code] = int32(i)
	}
	for i, c := range t.from.concepts {
		byName[string(c.uri)] = int32(i)
	}
	for _, j := range judged {
		from, ok := byName[j.Source]
		to, also := t.to.at[j.Target]
		class := slices.Index(classes[:], j.Predicate)
		if class < 0 {
			return fmt.Errorf("%w: %s and %s are said to be %q; exact, close, broad and narrow can be learned", taxonomy.ErrInvalid, j.Source, j.Target, j.Predicate)
		}
		if !ok || !also {
			report.Unknown++
			continue
		}
		if t.mapped[from] == nil {
			t.mapped[from] = map[int32]int{}
		}
		t.mapped[from][to] = class
		report.Pairs++
	}
	report.Sources = len(t.mapped)
	for k, p := range t.pairs {
		if class, ok := t.mapped[p.from][p.to]; ok {
			t.class[int32(k)] = class
			report.Reached++
		}
	}
	seen := [len(classes)]int{}
	for _, c := range t.class {
		seen[c]++
	}
	for k, n := range seen {
		if n == 0 {
			return fmt.Errorf("%w: no judged pair says %s; every predicate is needed to learn from", taxonomy.ErrInvalid, classes[k])
		}
	}
	report.Majority = round(2 * float64(slices.Max(seen[:])) / float64(len(t.class)+slices.Max(seen[:])) / float64(len(classes)))
	return nil
}

// fit learns from the judged sources for which in holds, and judges all pairs
// with what it learned.
func (t *trainer) fit(trained string, in func(i int32) bool) *Weights {
	w := blank()
	w.Trained = trained
	w.StandIns = t.standIns(in)
	lines := func(measured func(p *pair) []float64) Line {
		var rows []regression.Row
		for k := range t.pairs {
			p := &t.pairs[k]
			if t.mapped[p.from] == nil || !in(p.from) {
				continue
			}
			row := regression.Row{X: measured(p), Weight: 1}
			if _, ok := t.class[int32(k)]; ok {
				row.Class = 1
			}
			rows = append(rows, row)
		}
		return lineOf(rows)
	}
	w.Alone = lines((*pair).measured)
	t.w = w
	for k := range t.pairs {
		t.pairs[k].alone = w.Alone.logOdds(t.pairs[k].measured())
	}
	t.places()
	w.Score = lines((*pair).scored)
	for k := range t.pairs {
		t.pairs[k].odds = w.Score.logOdds(t.pairs[k].scored())
	}
	t.standings()
	var rows []regression.Row
	for k := range t.pairs {
		if class, ok := t.class[int32(k)]; ok && in(t.pairs[k].from) {
			rows = append(rows, regression.Row{X: t.pairs[k].told(), Class: class, Weight: 1})
		}
	}
	m := regression.Fit(rows, regression.ClassWeights(rows, len(classes), classPower), predicatePenalty)
	w.Predicate = Predicate{rounded(m.Weights...), rounded(m.Bias)[0]}
	for k := range t.pairs {
		w.predicate(&t.pairs[k])
	}
	t.oneExact()
	return w
}

// lineOf fits a logistic regression as a multinomial of two classes.
func lineOf(rows []regression.Row) Line {
	m := regression.Fit(rows, []float64{1, 1}, scorePenalty)
	mean, _ := regression.Moments(rows)
	l := Line{Weights: make([]float64, len(mean)), Mean: rounded(mean)[0], Bias: m.Bias[1] - m.Bias[0]}
	for i := range l.Weights {
		l.Weights[i] = round(m.Weights[1][i] - m.Weights[0][i])
		l.Bias += l.Weights[i] * l.Mean[i]
	}
	l.Bias = round(l.Bias)
	return l
}

func rounded(rows ...[]float64) [][]float64 {
	for _, row := range rows {
		for i, v := range row {
			row[i] = round(v) // so that the file is the same wherever it is made
		}
	}
	return rows
}

// standIns fits what is to be expected of a measure by the one that stands in
// for it: least squares over the pairs of judged sources.
func (t *trainer) standIns(in func(i int32) bool) []StandIn {
	var out []StandIn
	for _, s := range standIns {
		var n, sx, sy, sxx, sxy float64
		for k := range t.pairs {
			p := &t.pairs[k]
			if t.mapped[p.from] == nil || !in(p.from) {
				continue
			}
			x, y := float64(p.x[s[1]]), float64(p.x[s[0]])
			n, sx, sy, sxx, sxy = n+1, sx+x, sy+y, sxx+x*x, sxy+x*y
		}
		slope := (n*sxy - sx*sy) / math.Max(n*sxx-sx*sx, 1e-9)
		out = append(out, StandIn{For: measureNames[s[0]], By: measureNames[s[1]], Slope: round(slope), Offset: round((sy - slope*sx) / n)})
	}
	return out
}

// foldOf is the fold of a source in a split; all its pairs are in one fold.
func foldOf(uri taxonomy.URI, split int) int {
	h := fnv.New32a()
	h.Write([]byte{byte(split)})
	h.Write([]byte(uri))
	return int(h.Sum32() % folds)
}

// figures scores the pairs as they stand.
func (t *trainer) figures() Figures {
	f := Figures{F1: map[taxonomy.Match]float64{}}
	exacts := 0.0
	for i := range t.limit {
		gold := t.mapped[int32(i)]
		if gold == nil {
			continue
		}
		hit := false
		for at, k := range t.ranked(int32(i)) {
			class, ok := gold[t.pairs[k].to]
			if !ok {
				continue
			}
			if !hit {
				hit = true
				f.MRR += 1 / float64(at+1)
				f.First += truth(at == 0)
			}
			if at < 10 && class == classExact {
				f.Exact++
			}
		}
		for _, class := range gold {
			exacts += truth(class == classExact)
		}
	}
	for k, class := range t.class {
		f.Counts[class][t.pairs[k].class]++
	}
	for k := range classes {
		is, told := 0, 0
		for j := range classes {
			is += f.Counts[k][j]
			told += f.Counts[j][k]
		}
		f1 := 2 * float64(f.Counts[k][k]) / math.Max(1, float64(is+told))
		f.F1[classes[k]] = round(f1)
		f.MacroF1 += f1 / float64(len(classes))
	}
	n := float64(len(t.mapped))
	f.First, f.MRR, f.Exact, f.MacroF1 = round(f.First/n), round(f.MRR/n), round(f.Exact/math.Max(1, exacts)), round(f.MacroF1)
	return f
}
