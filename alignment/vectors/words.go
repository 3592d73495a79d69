package vectors

import (
	"math"
	"slices"
)

// Row returns the row of a word by its term, and whether the table has one.
func (t *Table) Row(term string) (row uint32, ok bool) {
	r, ok := t.words[term]
	return uint32(r), ok
}

// Words are the rows of the words of one text side by side, so that another
// word is compared with all of them at once. The zero Words are ready for Read
// and keep their memory from one text to the next.
type Words struct {
	table  *Table
	rows   []int8
	length []float64 // of each row; 0: the table does not know the word
	dots   []int32
}

// Read looks words up in t by their terms.
func (w *Words) Read(t *Table, terms []string) {
	w.table = t
	w.rows, w.length = slices.Grow(w.rows[:0], len(terms)*t.dim), w.length[:0]
	for _, term := range terms {
		r, ok := t.words[term]
		if !ok {
			w.rows = w.rows[:len(w.rows)+t.dim]
			clear(w.rows[len(w.rows)-t.dim:])
			w.length = append(w.length, 0)
			continue
		}
		w.rows = append(w.rows, t.row(r)...)
		w.length = append(w.length, t.length(r))
	}
	w.dots = slices.Grow(w.dots[:0], len(terms))[:len(terms)]
}

// Compare writes to out, for each of the words that were read and in their
// order, its cosine (-1..1) with the word of a row of the same table: 0 where the
// table does not know it. out is at least as long as what was read.
func (w *Words) Compare(row uint32, out []float64) {
	DotRows(w.table.row(int32(row)), w.rows, w.dots)
	length := w.table.length(int32(row))
	for i, dot := range w.dots {
		out[i] = 0
		if n := length * w.length[i]; n > 0 {
			out[i] = float64(dot) / n
		}
	}
}

// row is the values of row r, without what they are scaled by.
func (t *Table) row(r int32) []int8 { return t.rows[int(r)*t.dim : (int(r)+1)*t.dim] }

// length is the length of row r.
func (t *Table) length(r int32) float64 {
	var dot [1]int32
	DotRows(t.row(r), t.row(r), dot[:])
	return math.Sqrt(float64(dot[0]))
}
