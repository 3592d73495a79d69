package alignment

import (
	"errors"
	"math"
)

// A Forest is boosted regression trees over features: a score is the sum of a
// leaf of each tree. The nodes of all trees stand in one list; children come
// behind their parent, side by side.
type Forest struct {
	Roots   []int32   `json:"roots"`
	Feature []int8    `json:"feature"` // of each node: what it asks for, or -1 for a leaf
	Split   []float32 `json:"split"`   // a feature up to this goes left, else right
	Left    []int32   `json:"left"`    // node of the left child; the right one is next
	Value   []float32 `json:"value"`   // log-odds of the examples in the node, beside what the trees before say

	nodes []node // the same side by side, as score walks them
}

type node struct {
	split, value float32
	left         int32
	feature      int32
}

// lay puts the nodes side by side.
func (t *Forest) lay() {
	t.nodes = make([]node, len(t.Feature))
	for i := range t.nodes {
		t.nodes[i] = node{t.Split[i], t.Value[i], t.Left[i], int32(t.Feature[i])}
	}
}

var errForest = errors.New("the trees do not fit together")

// check makes sure that score ends and stays within the lists, and readies the
// forest for it.
func (t *Forest) check(features int) error {
	n := len(t.Feature)
	if len(t.Split) != n || len(t.Left) != n || len(t.Value) != n {
		return errForest
	}
	for i, f := range t.Feature {
		if int(f) >= features || f >= 0 && (int(t.Left[i]) <= i || int(t.Left[i])+1 >= n) || math.IsNaN(float64(t.Value[i])) {
			return errForest
		}
	}
	for _, r := range t.Roots {
		if r < 0 || int(r) >= n {
			return errForest
		}
	}
	t.lay()
	return nil
}

// contributions are the summands of a score, the bias last.
type contributions [len(features{}) + 1]float64

// score returns the log-odds of f.
func (t *Forest) score(f *features) float64 {
	var sum float64
	for _, at := range t.Roots {
		n := &t.nodes[at]
		for n.feature >= 0 {
			next := n.left
			if f[n.feature] > float64(n.split) {
				next++
			}
			n = &t.nodes[next]
		}
		sum += float64(n.value)
	}
	return sum
}

// scoreAll sets the log-odds of verdicts to what score returns for each. It
// walks one tree for all before the next, which then is in the cache.
func (t *Forest) scoreAll(list []verdict) {
	for i := range list {
		list[i].logOdds = 0
	}
	for _, at := range t.Roots {
		root := &t.nodes[at]
		for i := range list {
			n, v := root, &list[i]
			for n.feature >= 0 {
				next := n.left
				if v.f[n.feature] > float64(n.split) {
					next++
				}
				n = &t.nodes[next]
			}
			v.logOdds += float64(n.value)
		}
	}
}

// explain returns what each feature adds to the score of f: what the value of
// a node changes at each step is the doing of the feature it asked for
// (Palczewska et al. 2013, "Interpreting random forest models"). The roots'
// values are the bias.
func (t *Forest) explain(f *features) (c contributions) {
	for _, n := range t.Roots {
		c[len(f)] += float64(t.Value[n])
		for t.Feature[n] >= 0 {
			next := t.Left[n]
			if f[t.Feature[n]] > float64(t.Split[n]) {
				next++
			}
			c[t.Feature[n]] += float64(t.Value[next]) - float64(t.Value[n])
			n = next
		}
	}
	return c
}
