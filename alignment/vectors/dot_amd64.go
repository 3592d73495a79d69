package vectors

import "golang.org/x/sys/cpu"

func dotRows(q, rows []int8, out []int32) {
	if cpu.X86.HasAVX2 {
		dotRowsAVX2(&q[0], &rows[0], &out[0], len(out), len(q))
		return
	}
	dotRowsScalar(q, rows, out)
}

// dotRowsAVX2 is DotRows over n rows of dim bytes (dot_amd64.s).
//
//go:noescape
func dotRowsAVX2(q, rows *int8, out *int32, n, dim int)
