package suggest

import (
	"math"

	"concord/alignment/vectors"
	"concord/taxonomy"
)

// embed fills in the vectors.
func (s *side) embed(table *vectors.Table) {
	if table == nil {
		return
	}
	e := embedder{table, make([]float32, table.Dim())}
	s.labelVec = newMatrix(len(s.labels), table.Dim())
	for v := range s.views {
		s.views[v] = newMatrix(len(s.concepts), table.Dim())
	}
	raw := make([]float32, table.Dim())
	for i := range s.concepts {
		c := &s.concepts[i]
		n := [2]float32{}
		for l := c.first; l < c.last; l++ {
			if s.labels[l].preferred {
				n[0]++
			} else {
				n[1]++
			}
		}
		clear(raw)
		for l := c.first; l < c.last; l++ {
			x := &s.labels[l]
			if !e.text(x.lang, x.text) {
				continue
			}
			s.labelVec.set(int(l), e.out)
			w := otherLabels / max(n[1], 1)
			if x.preferred {
				w = 1 / max(n[0], 1)
			}
			axpy(w, e.out, raw)
		}
		if e.mean(c.embeddable.definition) {
			s.views[viewDefinition].set(i, e.out)
			axpy(definitionShare, e.out, raw)
		}
		if vectors.Normalise(raw) {
			s.views[viewConcept].set(i, raw)
		}
		if e.mean(c.embeddable.doing) {
			s.views[viewDoing].set(i, e.out)
		}
		c.embeddable.definition, c.embeddable.doing = nil, nil // thousands of texts that nobody reads again
	}
}

// A concept's vector is made as snapshots make it.
const (
	otherLabels     = 0.5
	definitionShare = 0.25
)

type embedder struct {
	table *vectors.Table
	out   []float32
}

func (e *embedder) text(lang taxonomy.Lang, text string) bool {
	if lang == "" {
		lang = "en"
	}
	return e.table.Knows(lang) && e.table.EmbedText(lang, text, e.out)
}

// mean leaves the direction of the mean of pieces in out.
func (e *embedder) mean(pieces []piece) bool {
	sum := make([]float32, len(e.out))
	for _, p := range pieces {
		if e.text(p.lang, p.text) {
			axpy(p.weight, e.out, sum)
		}
	}
	copy(e.out, sum)
	return vectors.Normalise(e.out)
}

func axpy(a float32, x, y []float32) {
	for i, v := range x {
		y[i] += a * v
	}
}

// A matrix is rows of signed bytes with their scales; scale 0: no vector.
type matrix struct {
	dim   int
	rows  []int8
	scale []float32
}

func newMatrix(n, dim int) matrix {
	return matrix{dim, make([]int8, n*dim), make([]float32, n)}
}

func (m *matrix) set(i int, v []float32) { m.scale[i] = vectors.Quantise(v, m.row(i)) }

func (m *matrix) row(i int) []int8 { return m.rows[i*m.dim : (i+1)*m.dim] }

// cos is the cosine of row i and row j of o, NaN where either has no vector.
func (m *matrix) cos(i int, o *matrix, j int) float64 {
	if m.dim == 0 || m.scale[i] == 0 || o.scale[j] == 0 {
		return math.NaN()
	}
	var out [1]int32
	vectors.DotRows(m.row(i), o.row(j), out[:])
	return float64(out[0]) * float64(m.scale[i]*o.scale[j])
}

// best is the largest cosine of row i and rows [from, to) of o, at least 0.
func (m *matrix) best(i int, o *matrix, from, to int, buf []int32) float64 {
	if m.dim == 0 || m.scale[i] == 0 || from == to {
		return 0
	}
	out := buf[:to-from]
	vectors.DotRows(m.row(i), o.rows[from*o.dim:to*o.dim], out)
	most := 0.0
	for k, x := range out {
		most = max(most, float64(x)*float64(m.scale[i]*o.scale[from+k]))
	}
	return most
}
