package vectors

// DotRows writes the dot product of q with each row of rows to out: rows holds
// len(out) rows of len(q) signed bytes. len(q) is a multiple of 16, at most
// 1024, so that no sum overflows. Integers make the result the same on every
// machine, with or without the vector instructions it uses where it can.
func DotRows(q, rows []int8, out []int32) {
	if len(q)%16 != 0 || len(q) > 1024 || len(rows) != len(q)*len(out) {
		panic("vectors: DotRows: lengths do not fit")
	}
	if len(out) == 0 || len(q) == 0 {
		clear(out)
		return
	}
	dotRows(q, rows, out)
}

// dotRowsScalar is DotRows in plain Go.
func dotRowsScalar(q, rows []int8, out []int32) {
	dim := len(q)
	for i := range out {
		row := rows[i*dim : i*dim+dim : i*dim+dim]
		var sum int32
		for j, v := range row {
			sum += int32(v) * int32(q[j])
		}
		out[i] = sum
	}
}
