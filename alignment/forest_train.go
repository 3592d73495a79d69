package alignment

import (
	"math"
	"math/rand/v2"
	"slices"
)

// An example is a candidate with what people say of it.
type example struct {
	f      features
	right  bool
	weight float64
}

// growth says how a forest is grown.
type growth struct {
	trees, leaves int
	rate          float64 // share of each tree's say
	least         int     // examples in a leaf, at least
	penalty       float64 // L2 on a leaf's value
	rows, columns float64 // share of examples and of features that a tree sees
	seed          uint64
}

// shippedGrowth was chosen by cross-validation (docs/experiments.md).
var shippedGrowth = growth{trees: 160, leaves: 15, rate: 0.06, least: 60, penalty: 10, rows: 0.7, columns: 0.7, seed: 1}

const maxBins = 64

// A grower grows trees on examples whose features are sorted into bins.
type grower struct {
	growth
	n      int
	bin    [len(features{})][]uint8   // feature × example
	upper  [len(features{})][]float64 // feature → upper bounds of its bins but the last
	right  []float64
	weight []float64
	score  []float64
	grad   []float64 // of the loss by the score
	hess   []float64
	out    Forest
}

// grow grows a forest that tells right examples from wrong ones: gradient
// boosting of the log-loss with histograms, leaf by leaf (Friedman 2001; Ke et
// al. 2017, LightGBM). It is deterministic for a seed. Without examples the
// forest says even odds of everything.
func grow(examples []example, g growth) Forest {
	b := &grower{growth: g, n: len(examples)}
	b.right, b.weight, b.score = make([]float64, b.n), make([]float64, b.n), make([]float64, b.n)
	b.grad, b.hess = make([]float64, b.n), make([]float64, b.n)
	positive, total := 0.0, 0.0
	for i, e := range examples {
		b.weight[i] = e.weight
		total += e.weight
		if e.right {
			b.right[i] = 1
			positive += e.weight
		}
	}
	if b.n > 0 {
		b.sortIntoBins(examples)
	}
	prior := math.Log(max(positive, 1e-6) / max(total-positive, 1e-6))
	for i := range b.score {
		b.score[i] = prior
	}
	b.leaf(prior) // a tree of one leaf: what is true of all
	b.out.Roots = append(b.out.Roots, 0)
	if b.n == 0 {
		b.out.lay()
		return b.out
	}
	rng := rand.New(rand.NewPCG(g.seed, 0x7472656573))
	for range g.trees {
		b.tree(rng)
	}
	b.out.lay()
	return b.out
}

func (b *grower) sortIntoBins(examples []example) {
	values := make([]float64, b.n)
	for f := range b.bin {
		for i := range examples {
			values[i] = examples[i].f[f]
		}
		sorted := slices.Clone(values)
		slices.Sort(sorted)
		for k := 1; k < maxBins; k++ {
			edge := sorted[k*b.n/maxBins]
			if edge < sorted[b.n-1] && (len(b.upper[f]) == 0 || edge > b.upper[f][len(b.upper[f])-1]) {
				b.upper[f] = append(b.upper[f], float64(float32(edge)))
			}
		}
		b.bin[f] = make([]uint8, b.n)
		for i, v := range values {
			at, _ := slices.BinarySearch(b.upper[f], v)
			b.bin[f][i] = uint8(at)
		}
	}
}

// leaf adds a node without children.
func (b *grower) leaf(value float64) int32 {
	b.out.Feature = append(b.out.Feature, -1)
	b.out.Split = append(b.out.Split, 0)
	b.out.Left = append(b.out.Left, 0)
	b.out.Value = append(b.out.Value, float32(value))
	return int32(len(b.out.Feature) - 1)
}

// An open leaf is one that may still be split, with its best split.
type openLeaf struct {
	node       int32
	rows       []int32
	grad, hess float64
	gain       float64
	feature    int
	bin        int // the last of the left side
}

func (b *grower) tree(rng *rand.Rand) {
	var rows []int32
	for i := range b.n {
		p := 1 / (1 + math.Exp(-b.score[i]))
		b.grad[i] = b.weight[i] * (p - b.right[i])
		b.hess[i] = b.weight[i] * p * (1 - p)
		if rng.Float64() < b.rows {
			rows = append(rows, int32(i))
		}
	}
	var columns []int
	for f := range b.bin {
		if rng.Float64() < b.columns && len(b.upper[f]) > 0 {
			columns = append(columns, f)
		}
	}
	root := b.open(rows, columns)
	root.node = b.leaf(b.value(root))
	b.out.Roots = append(b.out.Roots, root.node)
	leaves := []openLeaf{root}
	for len(leaves) < b.leaves {
		at := 0
		for i := range leaves {
			if leaves[i].gain > leaves[at].gain {
				at = i
			}
		}
		l := leaves[at]
		if l.gain <= 0 {
			break
		}
		var side [2][]int32
		for _, i := range l.rows {
			k := 0
			if int(b.bin[l.feature][i]) > l.bin {
				k = 1
			}
			side[k] = append(side[k], i)
		}
		b.out.Feature[l.node] = int8(l.feature)
		b.out.Split[l.node] = float32(b.upper[l.feature][l.bin])
		left, right := b.open(side[0], columns), b.open(side[1], columns)
		left.node = b.leaf(b.value(left))
		right.node = b.leaf(b.value(right))
		b.out.Left[l.node] = left.node
		leaves[at] = left
		leaves = append(leaves, right)
	}
	b.update(root.node)
}

func (b *grower) value(l openLeaf) float64 { return -b.rate * l.grad / (l.hess + b.penalty) }

// update adds the new tree's values to the scores of all examples.
func (b *grower) update(root int32) {
	for i := range b.n {
		n := root
		for b.out.Feature[n] >= 0 {
			f := b.out.Feature[n]
			// bins are as float32 splits see them: a value in bin k is at most upper[k]
			if k := int(b.bin[f][i]); k < len(b.upper[f]) && b.upper[f][k] <= float64(b.out.Split[n]) {
				n = b.out.Left[n]
			} else {
				n = b.out.Left[n] + 1
			}
		}
		b.score[i] += float64(b.out.Value[n])
	}
}

// open sums up a leaf and finds its best split among columns.
func (b *grower) open(rows []int32, columns []int) openLeaf {
	l := openLeaf{rows: rows}
	for _, i := range rows {
		l.grad += b.grad[i]
		l.hess += b.hess[i]
	}
	if len(rows) < 2*b.least {
		return l
	}
	whole := l.grad * l.grad / (l.hess + b.penalty)
	for _, f := range columns {
		var grad, hess [maxBins]float64
		var count [maxBins]int
		for _, i := range rows {
			k := b.bin[f][i]
			grad[k] += b.grad[i]
			hess[k] += b.hess[i]
			count[k]++
		}
		g, h, n := 0.0, 0.0, 0
		for k := range b.upper[f] {
			g, h, n = g+grad[k], h+hess[k], n+count[k]
			if n < b.least || len(rows)-n < b.least {
				continue
			}
			gain := g*g/(h+b.penalty) + (l.grad-g)*(l.grad-g)/(l.hess-h+b.penalty) - whole
			if gain > l.gain+1e-9 {
				l.gain, l.feature, l.bin = gain, f, k
			}
		}
	}
	return l
}
