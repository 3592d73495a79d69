// Package vectors is the static table: a vector for every word and pair of
// words, trained so that a text lies near the names of what it is about. It
// loads, embeds and trains; it knows nothing of documents, stores or schemes,
// and reads no file by itself. Snapshots keep the concept vectors it makes,
// and the ranker compares texts with them.
//
// A text's vector is the normalised sum of its words' rows (a bag of words and
// bigrams): fastText's supervised mode (Joulin et al. 2017) with the sampled
// contrastive loss of sentence encoders (Henderson et al. 2017).
package vectors

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"concord/index"
	"concord/taxonomy"
)

// A Table maps terms of index.Analyze to rows. It is immutable and safe for
// concurrent use.
type Table struct {
	dim    int
	words  map[string]int32
	weight []float32 // of each row in a sum
	scale  []float32 // row value = scale · int8
	rows   []int8    // len(weight) × dim
	langs  []taxonomy.Lang
	digest string
}

// Knows reports whether the table was trained on texts in lang. A vector of a
// text in another language is noise: names that are the same everywhere, and
// words that only look like English.
func (t *Table) Knows(lang taxonomy.Lang) bool { return slices.Contains(t.langs, lang.Base()) }

// Dim is the length of a vector, a multiple of 16.
func (t *Table) Dim() int { return t.dim }

// Digest names the table's contents: "sha256:…".
func (t *Table) Digest() string { return t.digest }

const magic = "CNCVEC\x00\x03"

// A value of a row is kept in six bits, four to three bytes: 31 steps on
// either side of 0. It costs nothing that can be measured against eight bits
// (docs/experiments.md) and a quarter of the size less.
const rowSteps = 31

var errTable = errors.New("not a vector table, or one of another version")

// Load reads a table as Encode writes it. The table keeps no reference to data.
func Load(data []byte) (*Table, error) {
	if !bytes.HasPrefix(data, []byte(magic)) || len(data) < len(magic)+8 {
		return nil, errTable
	}
	sum := sha256.Sum256(data)
	t := &Table{digest: "sha256:" + hex.EncodeToString(sum[:])}
	rest := data[len(magic):]
	n := int(binary.LittleEndian.Uint32(rest))
	t.dim = int(binary.LittleEndian.Uint32(rest[4:]))
	rest = rest[8:]
	langs, rest, ok := bytes.Cut(rest, []byte{0})
	if !ok {
		return nil, errTable
	}
	for _, l := range strings.Fields(string(langs)) {
		t.langs = append(t.langs, taxonomy.Lang(l))
	}
	if t.dim <= 0 || t.dim%16 != 0 || t.dim > 1024 || n < 0 || len(rest) < n*(1+8+t.dim*3/4) {
		return nil, errTable
	}
	t.words = make(map[string]int32, n)
	for i := range n {
		if len(rest) == 0 || len(rest) < 1+int(rest[0]) {
			return nil, errTable
		}
		size := 1 + int(rest[0])
		t.words[string(rest[1:size])] = int32(i)
		rest = rest[size:]
	}
	if len(t.words) != n || len(rest) != n*(8+t.dim*3/4) {
		return nil, errTable
	}
	t.weight, rest = floats(rest, n)
	t.scale, rest = floats(rest, n)
	t.rows = make([]int8, n*t.dim)
	unpack(rest, t.rows)
	for i := range n {
		if !finite(t.weight[i]) || !finite(t.scale[i]) {
			return nil, fmt.Errorf("row %d: %w", i, errTable)
		}
	}
	return t, nil
}

func finite(f float32) bool { return !math.IsNaN(float64(f)) && !math.IsInf(float64(f), 0) }

func floats(data []byte, n int) ([]float32, []byte) {
	out := make([]float32, n)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return out, data[4*n:]
}

// unpack writes the values of packed rows to out, whose length is a multiple of four.
func unpack(packed []byte, out []int8) {
	for i := 0; i < len(out); i += 4 {
		p := packed[i/4*3:]
		v := uint32(p[0]) | uint32(p[1])<<8 | uint32(p[2])<<16
		for k := range 4 {
			out[i+k] = int8(v>>(6*k)&63) - rowSteps
		}
	}
}

// pack is the inverse of unpack.
func pack(values []int8) []byte {
	out := make([]byte, 0, len(values)/4*3)
	for i := 0; i < len(values); i += 4 {
		var v uint32
		for k := range 4 {
			v |= uint32(values[i+k]+rowSteps) << (6 * k)
		}
		out = append(out, byte(v), byte(v>>8), byte(v>>16))
	}
	return out
}

// encode lays a table out: magic, number of rows, dimension, languages with
// blanks between them and a zero byte, words (length byte and text), weights,
// scales, packed rows; little-endian.
func encode(langs []string, words []string, weight []float32, values []float32, dim int) []byte {
	var b bytes.Buffer
	b.WriteString(magic)
	put := func(v uint32) { b.Write(binary.LittleEndian.AppendUint32(nil, v)) }
	put(uint32(len(words)))
	put(uint32(dim))
	b.WriteString(strings.Join(langs, " ") + "\x00")
	for _, w := range words {
		b.WriteByte(byte(len(w)))
		b.WriteString(w)
	}
	for _, w := range weight {
		put(math.Float32bits(w))
	}
	rows := make([]int8, len(values))
	for i := range words {
		put(math.Float32bits(quantise(values[i*dim:(i+1)*dim], rows[i*dim:(i+1)*dim], rowSteps)))
	}
	b.Write(pack(rows))
	return b.Bytes()
}

// Quantise writes v to out as signed bytes and returns the scale: v ≈ scale·out.
func Quantise(v []float32, out []int8) (scale float32) { return quantise(v, out, 127) }

// quantise is Quantise to numbers from -steps to steps.
func quantise(v []float32, out []int8, steps float32) (scale float32) {
	var most float32
	for _, x := range v {
		most = max(most, x, -x)
	}
	if most == 0 {
		clear(out)
		return 0
	}
	scale = most / steps
	for i, x := range v {
		out[i] = int8(math.RoundToEven(float64(x / scale)))
	}
	return scale
}

// maxWord bounds the bytes of a word in the table.
const maxWord = 255

// features yields what a text is embedded by, with the token it ends with: its
// terms, and behind a term the pair with the one before it, with a blank
// between, if neither is a stop word.
func features(tokens []index.Token, yield func(token int, feature string)) {
	for i, t := range tokens {
		if len(t.Term) > maxWord {
			continue
		}
		yield(i, t.Term)
		if i > 0 && !t.Stop && !tokens[i-1].Stop && len(t.Term)+len(tokens[i-1].Term) < maxWord {
			yield(i, tokens[i-1].Term+" "+t.Term)
		}
	}
}

// Embed writes the unit vector of tokens to out, which has Dim elements. It
// returns false, and zeroes, if the table knows none of the words.
func (t *Table) Embed(tokens []index.Token, out []float32) bool {
	clear(out)
	features(tokens, func(_ int, f string) {
		t.each(f, func(r int32, share float32) { t.add(r, share, out) })
	})
	return Normalise(out)
}

// each yields the row of a feature, or those of the parts of an unknown word,
// with what they count.
func (t *Table) each(feature string, yield func(row int32, share float32)) {
	if r, ok := t.words[feature]; ok {
		yield(r, 1)
		return
	}
	for _, r := range t.parts(feature) {
		yield(r, partOfWord)
	}
}

// add adds a row, times its weight and share, to out.
func (t *Table) add(i int32, share float32, out []float32) {
	w := share * t.weight[i] * t.scale[i]
	for j, v := range t.row(i) {
		out[j] += w * float32(v)
	}
}

// What stands for a word the table does not know.
const (
	minPart    = 4   // bytes of a part
	minWhole   = 8   // bytes of the word
	partOfWord = 0.7 // what a part counts of its weight
)

// parts returns the rows of the longest known word at the end of an unknown
// one, and of the longest at its start that leaves that alone: compounds are
// written closed in many languages ("Einzelhandelskaufmann").
func (t *Table) parts(word string) (rows []int32) {
	if len(word) < minWhole || strings.Contains(word, " ") {
		return nil
	}
	end := len(word)
	for i := minPart; i <= len(word)-minPart; i++ {
		if r, ok := t.words[word[i:]]; ok && t.weight[r] > stopWeight {
			rows, end = append(rows, r), i
			break
		}
	}
	for i := end; i >= minPart; i-- {
		if r, ok := t.words[word[:i]]; ok && t.weight[r] > stopWeight {
			return append(rows, r)
		}
	}
	return rows
}

// EmbedText is Embed for a text in lang.
func (t *Table) EmbedText(lang taxonomy.Lang, text string, out []float32) bool {
	return t.Embed(index.Analyze(lang, text), out)
}

// Normalise scales v to length 1. It returns false if v has no length.
func Normalise(v []float32) bool {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if sum < 1e-24 {
		clear(v)
		return false
	}
	f := float32(1 / math.Sqrt(sum))
	for i := range v {
		v[i] *= f
	}
	return true
}

// Support writes to out, for each token, what it adds to the dot product of
// the text's unnormalised vector and a concept's: its own row's part, and half
// of the pairs it is in.
func (t *Table) Support(tokens []index.Token, concept []int8, out []float32) {
	clear(out)
	at := func(f string) float32 {
		i, ok := t.words[f]
		if !ok {
			return 0
		}
		var dot [1]int32
		DotRows(concept, t.row(i), dot[:])
		return t.weight[i] * t.scale[i] * float32(dot[0])
	}
	for i, tok := range tokens {
		out[i] += at(tok.Term)
		if i > 0 && !tok.Stop && !tokens[i-1].Stop {
			pair := at(tokens[i-1].Term+" "+tok.Term) / 2
			out[i] += pair
			out[i-1] += pair
		}
	}
}
