package vectors

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
)

// A model is the table in training: row = init·turn + own. The words' given
// vectors (init) stay; one matrix turns them all into the table's space, so
// that words the training text never shows are turned along; own is what a
// row learns for itself.
type model struct {
	dim    int
	own    []float32 // rows × dim
	square []float32 // row → mean square of its gradients so far (Adagrad by row)

	given      int       // length of init vectors; 0: none
	init       []float32 // rows × given
	turn       []float32 // given × dim
	mean, var_ []float32 // Adam's moments of turn
	steps      int
}

const turnRate = 2e-3 // of Adam on turn

func newModel(v *vocabulary, init *Init, cfg Config) *model {
	rng := rand.New(rand.NewPCG(cfg.Seed, 0x726f7773))
	m := &model{dim: cfg.Dim, own: make([]float32, len(v.words)*cfg.Dim), square: make([]float32, len(v.words))}
	spread := 0.1
	if init != nil {
		spread = 0.02
		m.given = init.dim
		m.init = make([]float32, len(v.words)*m.given)
		for i, w := range v.words {
			if x, ok := init.vector[w]; ok {
				copy(m.init[i*m.given:], x)
			}
		}
		m.turn = make([]float32, m.given*m.dim)
		for i := range m.turn {
			m.turn[i] = float32(rng.NormFloat64() / math.Sqrt(float64(m.dim)))
		}
		m.mean, m.var_ = make([]float32, len(m.turn)), make([]float32, len(m.turn))
	}
	for i := range v.trained * m.dim {
		m.own[i] = float32(rng.NormFloat64() * spread)
	}
	for i := range m.square {
		m.square[i] = 1e-3
	}
	return m
}

func general(rows, cols int, data []float32) blas32.General {
	return blas32.General{Rows: rows, Cols: cols, Stride: cols, Data: data}
}

// rows returns the finished table.
func (m *model) rows() []float32 {
	out := append([]float32(nil), m.own...)
	if m.given > 0 {
		n := len(m.square)
		blas32.Gemm(blas.NoTrans, blas.NoTrans, 1, general(n, m.given, m.init), general(m.given, m.dim, m.turn), 1, general(n, m.dim, out))
	}
	return out
}

// side is one side of a step: texts or targets.
type side struct {
	bags []bag
	init []float32 // Σ weight·init of each bag
	unit []float32 // normalised vectors
	norm []float32
}

// embed computes the vectors of bags.
func (m *model) embed(bags []bag) side {
	s := side{bags: bags, unit: make([]float32, len(bags)*m.dim), norm: make([]float32, len(bags)), init: make([]float32, len(bags)*m.given)}
	for i, b := range bags {
		own, given := s.unit[i*m.dim:(i+1)*m.dim], s.init[i*m.given:(i+1)*m.given]
		for k, r := range b.row {
			axpy(b.weight[k], m.own[int(r)*m.dim:(int(r)+1)*m.dim], own)
			if m.given > 0 {
				axpy(b.weight[k], m.init[int(r)*m.given:(int(r)+1)*m.given], given)
			}
		}
	}
	if m.given > 0 {
		blas32.Gemm(blas.NoTrans, blas.NoTrans, 1, general(len(bags), m.given, s.init), general(m.given, m.dim, m.turn), 1, general(len(bags), m.dim, s.unit))
	}
	for i := range bags {
		v := s.unit[i*m.dim : (i+1)*m.dim]
		norm := max(blas32.Nrm2(vector(v)), 1e-6)
		s.norm[i] = norm
		blas32.Scal(1/norm, vector(v))
	}
	return s
}

func vector(v []float32) blas32.Vector { return blas32.Vector{N: len(v), Inc: 1, Data: v} }

func axpy(a float32, x, y []float32) { blas32.Axpy(a, vector(x), vector(y)) }

// step does one step of gradient descent on the softmax of texts over the
// targets in subset (ascending), and returns the summed loss. rate is of the
// rows, decay of turn.
func (m *model) step(batch []example, targets []bag, subset []int32, tau, rate, decay float64) float64 {
	place := make(map[int32]int, len(subset))
	names := make([]bag, len(subset))
	for i, t := range subset {
		place[t] = i
		names[i] = targets[t]
	}
	texts := make([]bag, len(batch))
	for i, e := range batch {
		texts[i] = e.text
	}
	q, l := m.embed(texts), m.embed(names)
	n, k := len(batch), len(subset)
	z := make([]float32, n*k)
	blas32.Gemm(blas.NoTrans, blas.Trans, float32(1/tau), general(n, m.dim, q.unit), general(k, m.dim, l.unit), 0, general(n, k, z))
	loss := 0.0
	scale := float32(1 / (tau * float64(n)))
	for i, e := range batch {
		loss += softmaxGradient(z[i*k:(i+1)*k], e.targets, place, scale)
	}
	dq, dl := make([]float32, n*m.dim), make([]float32, k*m.dim)
	blas32.Gemm(blas.NoTrans, blas.NoTrans, 1, general(n, k, z), general(k, m.dim, l.unit), 0, general(n, m.dim, dq))
	blas32.Gemm(blas.Trans, blas.NoTrans, 1, general(n, k, z), general(n, m.dim, q.unit), 0, general(k, m.dim, dl))
	q.unnormalise(dq, m.dim)
	l.unnormalise(dl, m.dim)
	m.update(q, dq, l, dl, rate, decay)
	return loss
}

// softmaxGradient turns scores into the gradient of the loss, scaled, and
// returns the loss: the mean over targets of -log p.
func softmaxGradient(z []float32, targets []int32, place map[int32]int, scale float32) float64 {
	most := z[0]
	for _, v := range z {
		most = max(most, v)
	}
	var sum float64
	for j, v := range z {
		e := math.Exp(float64(v - most))
		z[j] = float32(e)
		sum += e
	}
	blas32.Scal(float32(1/sum), vector(z))
	loss := 0.0
	for _, t := range targets {
		loss -= math.Log(math.Max(float64(z[place[t]]), 1e-12)) / float64(len(targets))
	}
	for _, t := range targets {
		z[place[t]] -= 1 / float32(len(targets))
	}
	blas32.Scal(scale, vector(z))
	return loss
}

// unnormalise carries gradients of unit vectors back to the vectors before.
func (s *side) unnormalise(d []float32, dim int) {
	for i, norm := range s.norm {
		u, g := vector(s.unit[i*dim:(i+1)*dim]), vector(d[i*dim:(i+1)*dim])
		blas32.Axpy(-blas32.Dot(u, g), u, g)
		blas32.Scal(1/norm, g)
	}
}

// update applies the gradients: Adagrad with one rate for a row, Adam for turn.
func (m *model) update(q side, dq []float32, l side, dl []float32, rate, decay float64) {
	slot := map[int32]int{}
	var rows []int32
	var grad []float32
	for _, s := range []struct {
		side
		d []float32
	}{{q, dq}, {l, dl}} {
		for i, b := range s.bags {
			g := s.d[i*m.dim : (i+1)*m.dim]
			for k, r := range b.row {
				at, ok := slot[r]
				if !ok {
					at = len(rows)
					slot[r] = at
					rows = append(rows, r)
					grad = append(grad, make([]float32, m.dim)...)
				}
				axpy(b.weight[k], g, grad[at*m.dim:(at+1)*m.dim])
			}
		}
	}
	m.steps++
	if m.given > 0 {
		m.updateTurn(q, dq, l, dl, decay)
	}
	for at, r := range rows {
		g := grad[at*m.dim : (at+1)*m.dim]
		norm := float64(blas32.Nrm2(vector(g)))
		m.square[r] += float32(norm * norm / float64(m.dim) * 1e4)
		axpy(float32(-rate*100/math.Sqrt(float64(m.square[r]))), g, m.own[int(r)*m.dim:(int(r)+1)*m.dim])
	}
}

func (m *model) updateTurn(q side, dq []float32, l side, dl []float32, decay float64) {
	g := make([]float32, len(m.turn))
	blas32.Gemm(blas.Trans, blas.NoTrans, 1, general(len(q.bags), m.given, q.init), general(len(q.bags), m.dim, dq), 0, general(m.given, m.dim, g))
	blas32.Gemm(blas.Trans, blas.NoTrans, 1, general(len(l.bags), m.given, l.init), general(len(l.bags), m.dim, dl), 1, general(m.given, m.dim, g))
	c1 := 1 - math.Pow(0.9, float64(m.steps))
	c2 := 1 - math.Pow(0.999, float64(m.steps))
	for i, x := range g {
		m.mean[i] = 0.9*m.mean[i] + 0.1*x
		m.var_[i] = 0.999*m.var_[i] + 0.001*x*x
		m.turn[i] -= float32(turnRate * decay * (float64(m.mean[i]) / c1) / (math.Sqrt(float64(m.var_[i])/c2) + 1e-8))
	}
}
