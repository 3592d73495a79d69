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

	nodes []node  // the same side by side, as score walks them
	depth []int32 // of each tree: steps to its farthest leaf
}

// A node of a leaf leads to itself, so that a walk may go on at a leaf.
type node struct {
	split         float64
	left, feature int32
}

// lay puts the nodes side by side and measures the trees.
func (t *Forest) lay() {
	t.nodes = make([]node, len(t.Feature))
	below := make([]int32, len(t.Feature)) // steps from a node to its farthest leaf
	for i := len(t.nodes) - 1; i >= 0; i-- {
		if t.Feature[i] < 0 {
			t.nodes[i] = node{math.Inf(1), int32(i), 0}
			continue
		}
		t.nodes[i] = node{float64(t.Split[i]), t.Left[i], int32(t.Feature[i])}
		below[i] = 1 + max(below[t.Left[i]], below[t.Left[i]+1])
	}
	t.depth = make([]int32, len(t.Roots))
	for i, r := range t.Roots {
		t.depth[i] = below[r]
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
	for i, at := range t.Roots {
		for range t.depth[i] {
			at = t.next(at, f)
		}
		sum += float64(t.Value[at])
	}
	return sum
}

// next returns the child of node at that f leads to.
func (t *Forest) next(at int32, f *features) int32 {
	n := &t.nodes[at]
	var right int32
	if f[n.feature] > n.split {
		right = 1
	}
	return n.left + right
}

// scoreAll sets the log-odds of verdicts to what score returns for each. It
// walks one tree for all before the next, which then is in the cache, and for
// four at a time: a step waits for the one before it, but not for the others'.
func (t *Forest) scoreAll(list []verdict) {
	for i := range list {
		list[i].logOdds = 0
	}
	for i, root := range t.Roots {
		rest := list
		for ; len(rest) >= 4; rest = rest[4:] {
			a, b, c, d := &rest[0], &rest[1], &rest[2], &rest[3]
			k, l, m, n := root, root, root, root
			for range t.depth[i] {
				k, l, m, n = t.next(k, &a.f), t.next(l, &b.f), t.next(m, &c.f), t.next(n, &d.f)
			}
			a.logOdds += float64(t.Value[k])
			b.logOdds += float64(t.Value[l])
			c.logOdds += float64(t.Value[m])
			d.logOdds += float64(t.Value[n])
		}
		for j := range rest {
			at := root
			for range t.depth[i] {
				at = t.next(at, &rest[j].f)
			}
			rest[j].logOdds += float64(t.Value[at])
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
