package vectors

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func randomRows(n, dim int) (q, rows []int8) {
	rng := rand.New(rand.NewPCG(1, 2))
	q, rows = make([]int8, dim), make([]int8, n*dim)
	for i := range q {
		q[i] = int8(rng.IntN(255) - 127)
	}
	for i := range rows {
		rows[i] = int8(rng.IntN(255) - 127)
	}
	return q, rows
}

// TestDotRows: the vector instructions give what plain Go gives, to the bit.
func TestDotRows(t *testing.T) {
	for _, dim := range []int{16, 32, 128, 1024} {
		for _, n := range []int{1, 2, 7, 100} {
			q, rows := randomRows(n, dim)
			if n == 7 { // the largest sum there is
				for i := range rows {
					rows[i] = -127
				}
				for i := range q {
					q[i] = -127
				}
			}
			got, want := make([]int32, n), make([]int32, n)
			DotRows(q, rows, got)
			dotRowsScalar(q, rows, want)
			if !slices.Equal(got, want) {
				t.Errorf("dim %d, %d rows: %v, want %v", dim, n, got, want)
			}
		}
	}
}

func BenchmarkDotRows(b *testing.B) {
	q, rows := randomRows(14000, 128)
	for name, f := range map[string]func(q, rows []int8, out []int32){"vector": DotRows, "scalar": dotRowsScalar} {
		b.Run(name, func(b *testing.B) {
			out := make([]int32, 14000)
			for b.Loop() {
				f(q, rows, out)
			}
			if out[0] == 0 && out[1] == 0 && out[2] == 0 {
				b.Fatal("nothing was computed")
			}
		})
	}
}
