package vectors

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"

	"concord/taxonomy"
)

// bakery is a set small enough to train in a moment: three concepts, each with
// names and sentences that share few words.
func bakery() *Set {
	s := &Set{Names: map[int32][]Text{}}
	for i, names := range [][]string{
		{"prepare bread dough", "knead flour and water", "mix yeast with flour", "let the loaf rise"},
		{"sharpen knives", "hone blades", "grind a dull edge", "keep steel keen"},
		{"serve customers", "welcome guests at the counter", "take orders politely", "answer what visitors ask"},
	} {
		s.Targets = append(s.Targets, Text{"en", names[0]})
		s.Mix = append(s.Mix, int32(i))
		for _, n := range names[1:] {
			s.Names[int32(i)] = append(s.Names[int32(i)], Text{"en", n})
			s.Pairs = append(s.Pairs, Pair{Lang: "en", Text: n, Targets: []int32{int32(i)}})
		}
	}
	return s
}

var small = Config{Dim: 16, Epochs: 30, Batch: 4, Negatives: 3, Mixtures: 8, Tau: 0.1, MinPair: 1, Seed: 7}

func cosine(a, b []float32) float64 {
	sum := 0.0
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

// TestTrain: after training, a text lies nearest to the concept it was said to
// be about, though it shares no word with its name.
func TestTrain(t *testing.T) {
	set := bakery()
	data, err := Train(t.Context(), set, nil, small, nil)
	if err != nil {
		t.Fatal(err)
	}
	table, err := Load(data)
	if err != nil {
		t.Fatal(err)
	}
	if !table.Knows("en-gb") || table.Knows("fr") {
		t.Error("the table does not know its language")
	}
	for _, p := range set.Pairs {
		q, c := make([]float32, table.Dim()), make([]float32, table.Dim())
		if !table.EmbedText("en", p.Text, q) {
			t.Fatalf("%q has no vector", p.Text)
		}
		if n := cosine(q, q); math.Abs(n-1) > 1e-5 {
			t.Errorf("%q has length² %f", p.Text, n)
		}
		best, at := -2.0, -1
		for i, target := range set.Targets {
			table.EmbedText("en", target.Text, c)
			if x := cosine(q, c); x > best {
				best, at = x, i
			}
		}
		if at != int(p.Targets[0]) {
			t.Errorf("%q is nearest to %q", p.Text, set.Targets[at].Text)
		}
	}
}

// TestTrainDeterministic: the same bytes on one core and on all.
func TestTrainDeterministic(t *testing.T) {
	var first []byte
	for _, cores := range []int{1, runtime.NumCPU(), runtime.NumCPU()} {
		old := runtime.GOMAXPROCS(cores)
		data, err := Train(t.Context(), bakery(), nil, small, nil)
		runtime.GOMAXPROCS(old)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = data
		}
		if !bytes.Equal(first, data) {
			t.Errorf("another table on %d cores", cores)
		}
	}
}

func TestTrainRefuses(t *testing.T) {
	for name, try := range map[string]func() error{
		"nothing":   func() error { _, err := Train(t.Context(), &Set{}, nil, Config{}, nil); return err },
		"dimension": func() error { _, err := Train(t.Context(), bakery(), nil, Config{Dim: 17}, nil); return err },
	} {
		if err := try(); !errors.Is(err, taxonomy.ErrInvalid) {
			t.Errorf("%s: err = %v, want ErrInvalid", name, err)
		}
	}
}

func TestReadInit(t *testing.T) {
	var text, json strings.Builder
	json.WriteString(`{"dimensions":10,"words":[`)
	var vectors []string
	for i := range 200 {
		word := fmt.Sprintf("w%dx", i)
		row := make([]string, 10)
		for j := range row {
			row[j] = fmt.Sprintf("%.3f", math.Sin(float64(i*10+j)))
		}
		fmt.Fprintf(&text, "%s %s\n", word, strings.Join(row, " "))
		if i > 0 {
			json.WriteString(",")
		}
		fmt.Fprintf(&json, "%q", word)
		vectors = append(vectors, fmt.Sprintf("%q:[%s,99,1]", word, strings.Join(row, ",")))
	}
	json.WriteString(`],"vectors":{` + strings.Join(vectors, ",") + "}}")
	a, err := ReadInit(strings.NewReader(text.String()), "en")
	if err != nil {
		t.Fatal(err)
	}
	b, err := ReadInit(strings.NewReader(json.String()), "en")
	if err != nil {
		t.Fatal(err)
	}
	if len(a.terms) != 200 || len(b.terms) != 200 || a.dim != 10 || b.dim != 10 {
		t.Fatalf("%d and %d terms of %d and %d numbers", len(a.terms), len(b.terms), a.dim, b.dim)
	}
	for term, v := range a.vector {
		if math.Abs(cosine(v, b.vector[term])-1) > 1e-4 || math.Abs(cosine(v, v)-1) > 1e-4 {
			t.Errorf("%s differs between the two formats, or has not length 1", term)
		}
	}
	if a.weight(a.terms[0]) >= a.weight(a.terms[100]) {
		t.Error("a frequent word weighs as much as a rare one")
	}
	for _, bad := range []string{"", "x 1 2\n", `{"words":["a"]}`, "{"} {
		if _, err := ReadInit(strings.NewReader(bad), "en"); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func FuzzLoad(f *testing.F) {
	data, err := Train(f.Context(), bakery(), nil, Config{Dim: 16, Epochs: 1, Batch: 4, Negatives: 2}, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add(data[:40])
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := Load(data)
		if err != nil {
			return
		}
		table.EmbedText("en", "knead flour and water", make([]float32, table.Dim()))
	})
}
