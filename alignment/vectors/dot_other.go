//go:build !amd64

package vectors

func dotRows(q, rows []int8, out []int32) { dotRowsScalar(q, rows, out) }
