package vectors

import (
	"strings"

	"concord/index"
)

// Stretches embed many stretches of one text, whose words are looked up once.
// The zero Stretches are ready for Read and keep their memory from one text to
// the next.
type Stretches struct {
	dim  int
	rows []float32 // weighted, dim each: those of token 0, of its pair with the one before, of token 1, …
	from []int32   // token → its first row; one more entry than tokens
	pair []int32   // token → the row behind its own, where its pair's begins
}

// Read looks the words and pairs of tokens up in t.
func (x *Stretches) Read(t *Table, tokens []index.Token) {
	x.dim, x.rows, x.from, x.pair = t.dim, x.rows[:0], x.from[:0], x.pair[:0]
	features(tokens, func(token int, f string) {
		x.reach(token)
		t.each(f, func(r int32, share float32) {
			w := share * t.weight[r] * t.scale[r]
			for _, v := range t.row(r) {
				x.rows = append(x.rows, w*float32(v))
			}
		})
		if !strings.Contains(f, " ") {
			x.pair[token] = x.len()
		}
	})
	x.reach(len(tokens))
}

// reach starts the tokens up to i.
func (x *Stretches) reach(i int) {
	for len(x.from) <= i {
		x.from, x.pair = append(x.from, x.len()), append(x.pair, x.len())
	}
}

func (x *Stretches) len() int32 { return int32(len(x.rows) / x.dim) }

// Embed writes to out what Table.Embed does for the tokens from first up to
// before end.
func (x *Stretches) Embed(first, end int, out []float32) bool {
	clear(out)
	x.add(x.from[first], x.pair[first], out) // the pair with the word before the stretch is not in it
	x.add(x.from[first+1], x.from[end], out)
	return Normalise(out)
}

// add adds the rows from first up to before end to out, eight columns at a
// time: the sums stay in registers, and each is made in the order of the rows.
func (x *Stretches) add(first, end int32, out []float32) {
	rows := x.rows[int(first)*x.dim : int(end)*x.dim]
	if len(rows) == 0 {
		return
	}
	for j := 0; j < len(out); j += 8 {
		o := out[j : j+8 : j+8]
		a, b, c, d, e, f, g, h := o[0], o[1], o[2], o[3], o[4], o[5], o[6], o[7]
		for at := j; at < len(rows); at += x.dim {
			r := rows[at : at+8 : at+8]
			a, b, c, d, e, f, g, h = a+r[0], b+r[1], c+r[2], d+r[3], e+r[4], f+r[5], g+r[6], h+r[7]
		}
		o[0], o[1], o[2], o[3], o[4], o[5], o[6], o[7] = a, b, c, d, e, f, g, h
	}
}
