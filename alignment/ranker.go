package alignment

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"concord/taxonomy"
)

// A Ranker turns what is measured of a concept and a text into the log-odds
// that the text is about the concept: boosted trees over named features. A
// score is a sum of what each feature adds, so an explanation adds up.
type Ranker struct {
	Names       []string `json:"names"`             // of featureNames, in their order
	Trained     string   `json:"trained"`           // what it was trained on, for people
	Vectors     Forest   `json:"vectors"`           // for texts that have a vector
	Words       Forest   `json:"words"`             // for texts that have none: the table does not know their language
	Stating     Stating  `json:"stating"`           // whether a text states any skill
	Telling     *Telling `json:"telling,omitempty"` // whether a segment of a document does
	Reliability []Held   `json:"reliability"`       // by cross-validation, ascending

	CrossValidated *RankerReport `json:"crossValidated,omitempty"` // beside Reliability

	digest string // of the file that it was read from
}

// Held is how often what was shown with about one probability was right, on
// texts that were not trained on.
type Held struct {
	Mean  float64 `json:"mean"` // of the probabilities
	Shown int     `json:"shown"`
	Right int     `json:"right"`
}

// LoadRanker reads a ranker as it is marshalled. One whose features are not
// those of this program is refused.
func LoadRanker(data []byte) (*Ranker, error) {
	var r Ranker
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("%w: the ranker cannot be read: %v", taxonomy.ErrInvalid, err)
	}
	if !slices.Equal(r.Names, featureNames[:]) {
		return nil, fmt.Errorf("%w: the ranker is for other features; train it again", taxonomy.ErrInvalid)
	}
	for _, f := range []*Forest{&r.Vectors, &r.Words} {
		if err := f.check(len(r.Names)); err != nil {
			return nil, fmt.Errorf("%w: the ranker cannot be read: %v", taxonomy.ErrInvalid, err)
		}
	}
	r.digest = Digest(data)
	return &r, nil
}

// forest is the trees for q.
func (r *Ranker) forest(q query) *Forest {
	if q.vector != nil {
		return &r.Vectors
	}
	return &r.Words
}

// A verdict is what the ranker says of a match.
type verdict struct {
	match
	f       features
	context float64 // what the document around the text adds to the log-odds
	logOdds float64
}

// judge returns the matches of pool (best first by the fixed sum) in the order
// of the ranker: by log-odds, then by concept. With named, only those are
// returned that have a label which shares a word with q.
func (s *Snapshot) judge(r *Ranker, q query, pool []match, named bool) []verdict {
	if len(pool) == 0 {
		return nil
	}
	forest := r.forest(q)
	out := make([]verdict, 0, len(pool))
	for i, f := range s.describe(q, pool, r.Stating.logOdds(q)) {
		if !named || pool[i].found > 0 {
			out = append(out, verdict{match: pool[i], f: f})
		}
	}
	forest.scoreAll(out)
	slices.SortFunc(out, func(a, b verdict) int {
		return cmp.Or(cmp.Compare(b.logOdds, a.logOdds), cmp.Compare(a.concept, b.concept))
	})
	return out
}

// interval returns the 95 % interval (Wilson 1927) of the share that was right
// among what was shown with about probability p, widened to hold p. It is nil
// where nothing is known.
func (r *Ranker) interval(p float64) *[2]float64 {
	if len(r.Reliability) == 0 {
		return nil
	}
	near := 0
	for i, h := range r.Reliability {
		if math.Abs(h.Mean-p) < math.Abs(r.Reliability[near].Mean-p) {
			near = i
		}
	}
	h := r.Reliability[near]
	if h.Shown == 0 {
		return nil
	}
	const z = 1.96
	n, share := float64(h.Shown), float64(h.Right)/float64(h.Shown)
	middle := (share + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(share*(1-share)/n+z*z/(4*n*n))
	shift := p - h.Mean // within the bin, what is shown moves along
	return &[2]float64{round(max(0, min(p, middle-half+shift))), round(min(1, max(p, middle+half+shift)))}
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func logit(p float64) float64 { return math.Log(p / (1 - p)) }
