package alignment

import (
	"math"

	"concord/alignment/vectors"
	"concord/index"
	"concord/taxonomy"
)

// A Telling says how likely a segment of a document states any skill: logistic
// regression over what its vector says, its length and its role. A third of the
// sentences of a course page are programme notes, praise and logistics.
type Telling struct {
	Bias    float64          `json:"bias"`
	Stating float64          `json:"stating"` // × log-odds by Stating
	Length  float64          `json:"length"`  // × contentLength
	Roles   map[Role]float64 `json:"roles"`   // added; a role that is not among them adds nothing
}

// tellingUsual is the probability at which nothing is told: about how many of
// the segments that are matched state a skill. Chosen for calibration on the
// development half of the gold documents (docs/experiments.md).
const tellingUsual = 0.5

// leastStating is the probability below which a segment without a concept is
// said to state no skill.
const leastStating = 0.35

const tellingPenalty = 1

// states is the probability that the segment seg, in lang, states any skill,
// or 0 where nobody has trained that.
func (e *Engine) states(seg segment, lang taxonomy.Lang) float64 {
	t := e.ranker.Telling
	if t == nil {
		return 0
	}
	q := query{tokens: index.AppendTokens(nil, lang, seg.matched)}
	if e.table != nil && e.table.Knows(lang) {
		v := make([]float32, e.table.Dim())
		if e.table.EmbedText(lang, seg.matched, v) {
			q.table, q.vector = e.table, make([]int8, len(v))
			q.scale = vectors.Quantise(v, q.vector)
		}
	}
	return sigmoid(t.Bias + t.Stating*e.ranker.Stating.logOdds(q) + t.Length*contentLength(q.tokens) + t.Roles[seg.role])
}

// told is what the log-odds of every concept gain in a segment: a text is about
// a concept only if it states any skill, so the probability of the one has that
// of the other as a factor. share is what its surroundings count.
func told(states, share float64) float64 {
	if states == 0 {
		return 0 // nobody has trained it
	}
	return share * math.Log(states/tellingUsual)
}

// contentLength is the log of 1 + the number of tokens that are no stop words.
func contentLength(tokens []index.Token) float64 {
	n := 0
	for _, t := range tokens {
		if !t.Stop {
			n++
		}
	}
	return math.Log1p(float64(n))
}

// trainTelling fits on the gold sentences that are segments of documents;
// stating is what Stating says of each when trained on others. It returns nil
// where there are none.
func trainTelling(gold []Gold, stating []float64) *Telling {
	var roles []Role
	at := map[Role]int{}
	var of []int
	for i, g := range gold {
		if g.Role == "" || g.Role == RoleBoilerplate || g.Role == RolePrerequisite {
			continue // what is never matched is nothing to learn from
		}
		if _, known := at[g.Role]; !known {
			at[g.Role] = len(roles)
			roles = append(roles, g.Role)
		}
		of = append(of, i)
	}
	if len(of) < leastGold {
		return nil
	}
	var x [][]float64
	var states []bool
	var weight []float64
	for _, i := range of {
		g := gold[i]
		row := make([]float64, 2+len(roles))
		row[0], row[1] = stating[i], contentLength(index.AppendTokens(nil, g.Lang, titleFrames.blank(frames.blank(g.Text))))
		row[2+at[g.Role]] = 1
		x, states, weight = append(x, row), append(states, len(g.Concepts) > 0), append(weight, 1)
	}
	w := fitLogistic(x, states, weight, tellingPenalty)
	t := &Telling{Stating: w[0], Length: w[1], Bias: w[len(w)-1], Roles: map[Role]float64{}}
	for i, r := range roles {
		t.Roles[r] = w[2+i]
	}
	return t
}
