package suggest

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"concord/alignment/regression"
	"concord/taxonomy"
)

// Weights are what was learned of how measures tell mappings. Train makes
// them; data/crosswalk.json holds those that ship.
type Weights struct {
	Measures  []string  `json:"measures"`  // names, in the order of this program
	Places    []string  `json:"places"`    //
	Standings []string  `json:"standings"` //
	Alone     Line      `json:"alone"`     // over the measures that make the score
	Score     Line      `json:"score"`     // over the same, then places
	Predicate Predicate `json:"predicate"` // over all measures, places and standings
	StandIns  []StandIn `json:"standIns"`  // in the order they are made
	Trained   string    `json:"trained"`   // what they were trained on, for people
	HeldOut   *Report   `json:"heldOut"`   // how such weights do on sources that they were not trained on
}

// A Line is a logistic regression: the log-odds are the bias and the sum of
// weight × (measure − mean), so that a summand is what a measure adds against
// the average pair.
type Line struct {
	Weights []float64 `json:"weights"`
	Mean    []float64 `json:"mean"`
	Bias    float64   `json:"bias"`
}

func (l *Line) logOdds(x []float64) float64 {
	sum := l.Bias
	for i, v := range x {
		sum += l.Weights[i] * (v - l.Mean[i])
	}
	return sum
}

// A Predicate is a multinomial regression over classes.
type Predicate struct {
	Weights [][]float64 `json:"weights"`
	Bias    []float64   `json:"bias"`
}

// A StandIn takes the place of a measure that cannot be taken: what is to be
// expected of it by another one.
type StandIn struct {
	For    string  `json:"for"`
	By     string  `json:"by"`
	Slope  float64 `json:"slope"`
	Offset float64 `json:"offset"`
}

// standIns says which measure stands in for which: without vectors the words,
// without definitions or links what the names say.
var standIns = [][2]int{{vecConcept, textAll}, {vecPrefAny, prefAny}, {vecCoverTo, coverTo}, {vecDefinition, vecConcept}, {vecDoing, vecConcept}, {vecTold, vecConcept}, {textGroup, textAll}}

// classes are the predicates that are told apart.
var classes = [...]taxonomy.Match{taxonomy.ExactMatch, taxonomy.CloseMatch, taxonomy.BroadMatch, taxonomy.NarrowMatch}

const (
	classExact = iota
	classClose
	classBroad
	classNarrow
)

// LoadWeights reads weights as they are marshalled. Those of other measures
// are refused.
func LoadWeights(data []byte) (*Weights, error) {
	var w Weights
	if err := json.Unmarshal(data, &w); err != nil {
		return nil, fmt.Errorf("%w: the weights of crosswalks cannot be read: %v", taxonomy.ErrInvalid, err)
	}
	if !w.fits() {
		return nil, fmt.Errorf("%w: the weights of crosswalks are for other measures; run concord train crosswalk", taxonomy.ErrInvalid)
	}
	return &w, nil
}

func (w *Weights) fits() bool {
	line := func(l *Line, n int) bool { return len(l.Weights) == n && len(l.Mean) == n }
	ok := slices.Equal(w.Measures, measureNames[:]) && slices.Equal(w.Places, placeNames[:]) && slices.Equal(w.Standings, standingNames[:]) &&
		line(&w.Alone, inScore) && line(&w.Score, inScore+nPlaces) && len(w.Predicate.Weights) == len(classes) && len(w.Predicate.Bias) == len(classes) && len(w.StandIns) == len(standIns)
	for _, row := range w.Predicate.Weights {
		ok = ok && len(row) == nMeasures+nPlaces+nStandings
	}
	for i, s := range w.StandIns {
		ok = ok && s.For == measureNames[standIns[i][0]] && s.By == measureNames[standIns[i][1]]
	}
	return ok
}

// fill puts in what stands in for measures that could not be taken, and
// returns which they are, a bit each.
func (w *Weights) fill(x *measures) (estimated uint32) {
	for i, s := range standIns {
		if math.IsNaN(x[s[0]]) {
			x[s[0]] = w.StandIns[i].Offset + w.StandIns[i].Slope*x[s[1]]
			estimated |= 1 << s[0]
		}
	}
	return estimated
}

// measured is what the score of a pair alone is made of.
func (p *pair) measured() []float64 { return widened(p.x[:inScore]) }

// scored is what its score is made of.
func (p *pair) scored() []float64 { return widened(p.x[:inScore], p.y[:]) }

// told is what its predicate is made of.
func (p *pair) told() []float64 { return widened(p.x[:], p.y[:], p.z[:]) }

func widened(parts ...[]float32) []float64 {
	out := make([]float64, 0, nMeasures+nPlaces+nStandings)
	for _, part := range parts {
		for _, v := range part {
			out = append(out, float64(v))
		}
	}
	return out
}

// predicate tells the predicate of p: the regression, and what is known of
// the pair from elsewhere.
func (w *Weights) predicate(p *pair) {
	m := regression.Model{Weights: w.Predicate.Weights, Bias: w.Predicate.Bias}
	x := p.told()
	of := make([]float64, len(classes))
	for k := range of {
		of[k] = m.Sum(k, x)
		if p.said != nil {
			of[k] += p.said.classes[k]
		}
	}
	regression.Softmax(of)
	for k, v := range of {
		p.classes[k] = float32(v)
	}
	p.class = p.likeliest(-1)
}

// A Contribution is what one measure adds to a score.
type Contribution struct {
	Name      string  `json:"name"`
	Value     float64 `json:"value"`               // what was measured
	Adds      float64 `json:"adds"`                // to the log-odds
	Estimated bool    `json:"estimated,omitempty"` // it could not be measured; this is to be expected by another measure
}

// Evidence is what the candidate's score is the sum of, what adds or takes
// most first.
func (c *Candidate) Evidence() []Contribution {
	p, w := &c.run.pairs[c.pair], &c.run.w.Score
	names := append(slices.Clone(measureNames[:inScore]), placeNames[:]...)
	out := []Contribution{{Name: "any pair", Value: 1, Adds: round(w.Bias)}}
	for i, v := range p.scored() {
		out = append(out, Contribution{Name: names[i], Value: round(v), Adds: round(w.Weights[i] * (v - w.Mean[i])), Estimated: i < inScore && p.estimated&(1<<i) != 0})
	}
	out = append(out, p.said.list()...)
	slices.SortStableFunc(out[1:], func(a, b Contribution) int {
		if x, y := math.Abs(a.Adds), math.Abs(b.Adds); x != y {
			if x > y {
				return -1
			}
			return 1
		}
		return 0
	})
	return out
}
