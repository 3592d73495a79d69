package vectors

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/mat"

	"concord/index"
	"concord/taxonomy"
)

// An Init is a word-vector file made ready to start a table from: vectors of
// terms, centred, without the three directions that all words share (Mu and
// Viswanath 2018), of length 1.
type Init struct {
	dim    int
	terms  []string // most frequent first
	vector map[string][]float32
	sif    map[string]float32
}

// weight is the smooth inverse frequency of a term (Arora et al. 2017), 0 if
// the file does not hold it.
func (x *Init) weight(term string) float32 { return x.sif[term] }

const (
	initWords  = 120_000 // words of the file that are read
	initShared = 3       // directions taken out
	sifA       = 1e-4
)

// ReadInit reads word vectors, most frequent word first: GloVe's text format
// (word and numbers, one a line), or a JSON object with "words" and "vectors"
// ({"word": [numbers…]}, of which the first "dimensions" count) as the
// wink-embeddings package has it. Words that become the same term of lang are
// averaged by frequency.
func ReadInit(r io.Reader, lang taxonomy.Lang) (*Init, error) {
	buf := bufio.NewReaderSize(r, 1<<20)
	first, err := buf.Peek(1)
	if err != nil {
		return nil, fmt.Errorf("reading word vectors: %w", err)
	}
	var words []string
	var rows [][]float32
	if first[0] == '{' {
		words, rows, err = readJSONVectors(buf)
	} else {
		words, rows, err = readTextVectors(buf)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: reading word vectors: %v", taxonomy.ErrInvalid, err)
	}
	if len(rows) < 100 {
		return nil, fmt.Errorf("%w: reading word vectors: only %d words", taxonomy.ErrInvalid, len(rows))
	}
	center(rows)
	return byTerm(words, rows, lang), nil
}

func readTextVectors(r *bufio.Reader) (words []string, rows [][]float32, err error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan() && len(words) < initWords; n++ {
		fields := strings.Fields(lines.Text())
		if len(fields) < 11 || len(rows) > 0 && len(fields) != len(rows[0])+1 {
			if n == 1 {
				continue // word2vec's header
			}
			return nil, nil, fmt.Errorf("line %d has %d numbers", n, len(fields)-1)
		}
		row := make([]float32, len(fields)-1)
		for i, f := range fields[1:] {
			v, err := strconv.ParseFloat(f, 32)
			if err != nil {
				return nil, nil, fmt.Errorf("line %d: %q is no number", n, f)
			}
			row[i] = float32(v)
		}
		words, rows = append(words, fields[0]), append(rows, row)
	}
	return words, rows, lines.Err()
}

func readJSONVectors(r io.Reader) ([]string, [][]float32, error) {
	var file struct {
		Dimensions int
		Words      []string
		Vectors    map[string][]float32
	}
	if err := json.NewDecoder(r).Decode(&file); err != nil {
		return nil, nil, err
	}
	var words []string
	var rows [][]float32
	for _, w := range file.Words {
		v := file.Vectors[w]
		if len(words) == initWords || file.Dimensions == 0 {
			break
		}
		if len(v) >= file.Dimensions {
			words, rows = append(words, w), append(rows, slices.Clone(v[:file.Dimensions]))
		}
	}
	if len(words) == 0 {
		return nil, nil, errors.New(`no "words" with "vectors" and "dimensions"`)
	}
	return words, rows, nil
}

// center takes the mean and the shared directions out of rows and scales them
// to length 1. Mean and directions are those of the most frequent words.
func center(rows [][]float32) {
	dim := len(rows[0])
	common := rows[:min(len(rows), 50_000)]
	mean := make([]float64, dim)
	for _, r := range common {
		for i, v := range r {
			mean[i] += float64(v) / float64(len(common))
		}
	}
	cov := mat.NewSymDense(dim, nil)
	x := mat.NewVecDense(dim, nil)
	for _, r := range common {
		for i, v := range r {
			x.SetVec(i, float64(v)-mean[i])
		}
		cov.SymRankOne(cov, 1, x)
	}
	var eigen mat.EigenSym
	var vectors mat.Dense
	if eigen.Factorize(cov, true) {
		eigen.VectorsTo(&vectors) // ascending eigenvalues
	}
	for _, r := range rows {
		for i := range r {
			r[i] -= float32(mean[i])
		}
		if !vectors.IsEmpty() {
			for k := range initShared {
				col := mat.Col(nil, dim-1-k, &vectors)
				dot := 0.0
				for i, v := range r {
					dot += float64(v) * col[i]
				}
				for i := range r {
					r[i] -= float32(dot * col[i])
				}
			}
		}
		Normalise(r)
	}
}

// byTerm joins the words that become one term.
func byTerm(words []string, rows [][]float32, lang taxonomy.Lang) *Init {
	x := &Init{dim: len(rows[0]), vector: map[string][]float32{}, sif: map[string]float32{}}
	total := 0.0
	for i := range words {
		total += 1 / (float64(i) + 2.7) // Zipf's law gives the frequencies
	}
	mass := map[string]float64{}
	var tokens []index.Token
	for i, w := range words {
		tokens = index.AppendTokens(tokens[:0], lang, w)
		if len(tokens) != 1 || tokens[0].Start != 0 || tokens[0].End != len(w) {
			continue
		}
		term := tokens[0].Term
		p := 1 / (float64(i) + 2.7) / total
		sum, ok := x.vector[term]
		if !ok {
			sum = make([]float32, x.dim)
			x.vector[term] = sum
			x.terms = append(x.terms, term)
		}
		for j, v := range rows[i] {
			sum[j] += float32(p) * v
		}
		mass[term] += p
		x.sif[term] = float32(sifA / (sifA + mass[term]))
		if tokens[0].Stop {
			x.sif[term] = min(x.sif[term], stopWeight)
		}
	}
	for _, v := range x.vector {
		scale := float32(0)
		for _, e := range v {
			scale += e * e
		}
		if scale > 0 {
			f := float32(1 / math.Sqrt(float64(scale)))
			for i := range v {
				v[i] *= f
			}
		}
	}
	return x
}
