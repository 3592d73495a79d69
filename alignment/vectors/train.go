package vectors

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"concord/index"
	"concord/taxonomy"
)

// A Pair is a text and the targets it is about.
type Pair struct {
	Lang    taxonomy.Lang
	Text    string
	Targets []int32 // indexes of Set.Targets; none is a text about nothing, which is left out
	Repeat  int     // how many times an epoch sees it; 0 means once
}

// A Set is what a table is trained on.
type Set struct {
	Targets []Text // names of concepts
	Pairs   []Pair

	// Mix lists targets whose names are woven into made-up sentences of one to
	// three skills; Names holds, for each of them, its other names.
	Mix   []int32
	Names map[int32][]Text
}

// A Text is a text in a language.
type Text struct {
	Lang taxonomy.Lang
	Text string
}

// langs returns the languages of the set, sorted.
func (s *Set) langs() []string {
	seen := map[string]bool{}
	for _, t := range s.Targets {
		seen[string(t.Lang.Base())] = true
	}
	for _, p := range s.Pairs {
		seen[string(p.Lang.Base())] = true
	}
	delete(seen, "")
	return slices.Sorted(maps.Keys(seen))
}

// Config are the settings of training. Zero fields take the value of Defaults.
type Config struct {
	Dim       int     // length of vectors, a multiple of 16
	Epochs    int     // passes over the pairs
	Batch     int     // pairs in a step
	Negatives int     // random targets in a step, beside those of its pairs
	Tau       float64 // temperature of the softmax
	Rate      float64 // learning rate of rows, falling to 0 over the epochs
	Dropout   float64 // share of features left out of a text
	Mixtures  int     // made-up sentences in an epoch
	MinPair   int     // times a pair of words must occur to get a row
	Rows      int     // rows at most; words of Init beyond the training text fill up to it
	Seed      uint64
}

// Defaults are the settings of the shipped table.
var Defaults = Config{Dim: 128, Epochs: 2, Batch: 512, Negatives: 1500, Tau: 0.08, Rate: 0.05, Dropout: 0.3, Mixtures: 40000, MinPair: 4, Rows: 128000, Seed: 1}

func (c Config) complete() (Config, error) {
	for _, f := range []struct{ v, d *int }{{&c.Dim, &Defaults.Dim}, {&c.Epochs, &Defaults.Epochs}, {&c.Batch, &Defaults.Batch}, {&c.Negatives, &Defaults.Negatives}, {&c.MinPair, &Defaults.MinPair}, {&c.Rows, &Defaults.Rows}} {
		if *f.v == 0 {
			*f.v = *f.d
		}
	}
	for _, f := range []struct{ v, d *float64 }{{&c.Tau, &Defaults.Tau}, {&c.Rate, &Defaults.Rate}} {
		if *f.v == 0 {
			*f.v = *f.d
		}
	}
	if c.Dim%16 != 0 || c.Dim < 16 || c.Dim > 1024 {
		return c, fmt.Errorf("%w: the dimension must be a multiple of 16 up to 1024, not %d", taxonomy.ErrInvalid, c.Dim)
	}
	return c, nil
}

// Progress is told of an epoch's mean loss (nats) and how far it is.
type Progress func(epoch, epochs, done, total int, loss float64)

// Train trains a table and returns it encoded. The same set, settings and
// Init give the same bytes on machines of one kind, however many cores do the
// work. init may be nil.
func Train(ctx context.Context, set *Set, init *Init, cfg Config, progress Progress) ([]byte, error) {
	cfg, err := cfg.complete()
	if err != nil {
		return nil, err
	}
	if len(set.Targets) < 2 || len(set.Pairs) == 0 {
		return nil, fmt.Errorf("%w: there is nothing to train on: %d concepts, %d texts", taxonomy.ErrInvalid, len(set.Targets), len(set.Pairs))
	}
	v := newVocabulary(set, init, cfg)
	m := newModel(v, init, cfg)
	t := &trainer{cfg: cfg, set: set, v: v, m: m, rng: rand.New(rand.NewPCG(cfg.Seed, 0x636f6e636f7264))}
	t.targets = make([]bag, len(set.Targets))
	for i, x := range set.Targets {
		t.targets[i] = v.bag(x.Lang, x.Text)
	}
	t.pairs = make([]example, 0, len(set.Pairs))
	for _, p := range set.Pairs {
		if len(p.Targets) == 0 {
			continue
		}
		e := example{v.bag(p.Lang, p.Text), p.Targets}
		for range max(1, p.Repeat) {
			t.pairs = append(t.pairs, e)
		}
	}
	for epoch := range cfg.Epochs {
		if err := t.epoch(ctx, epoch, progress); err != nil {
			return nil, err
		}
	}
	return encode(set.langs(), v.words, v.weight, m.rows(), cfg.Dim), nil
}

// A bag is a text as rows and weights.
type bag struct {
	row    []int32
	weight []float32
}

type example struct {
	text    bag
	targets []int32
}

// A vocabulary gives every feature of the training text its row.
type vocabulary struct {
	words   []string
	id      map[string]int32
	weight  []float32
	trained int // rows of the training text; those behind it are Init's only
	tokens  []index.Token
}

const (
	stopWeight = 0.05
	pairWeight = 0.5
	halfCount  = 2000 // texts from which a word of the training text counts half
)

func newVocabulary(set *Set, init *Init, cfg Config) *vocabulary {
	v := &vocabulary{id: map[string]int32{}}
	count := map[string]int{}
	stop := map[string]bool{}
	seen := map[string]bool{}
	add := func(lang taxonomy.Lang, text string) {
		clear(seen)
		v.tokens = index.AppendTokens(v.tokens[:0], lang, text)
		for _, t := range v.tokens {
			if t.Stop {
				stop[t.Term] = true
			}
		}
		features(v.tokens, func(_ int, f string) {
			if !seen[f] {
				seen[f] = true
				count[f]++
			}
		})
	}
	for _, t := range set.Targets {
		add(t.Lang, t.Text)
	}
	for _, p := range set.Pairs {
		add(p.Lang, p.Text)
	}
	for f, n := range count {
		if !strings.Contains(f, " ") || n >= cfg.MinPair {
			v.words = append(v.words, f)
		}
	}
	slices.SortFunc(v.words, func(a, b string) int { // frequent ones first, so that Rows cuts the rarest
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		return strings.Compare(a, b)
	})
	v.words = v.words[:min(len(v.words), cfg.Rows)]
	v.trained = len(v.words)
	for i, w := range v.words {
		v.id[w] = int32(i)
		switch {
		case strings.Contains(w, " "):
			v.weight = append(v.weight, pairWeight)
		case stop[w]:
			v.weight = append(v.weight, stopWeight)
		case init != nil && init.weight(w) > 0:
			v.weight = append(v.weight, init.weight(w))
		default:
			v.weight = append(v.weight, float32(1/(1+float64(count[w])/halfCount)))
		}
	}
	if init != nil {
		for _, w := range init.terms {
			if _, ok := v.id[w]; ok || len(v.words) >= cfg.Rows || len(w) > maxWord {
				continue
			}
			v.id[w] = int32(len(v.words))
			v.words = append(v.words, w)
			v.weight = append(v.weight, init.weight(w))
		}
	}
	return v
}

func (v *vocabulary) bag(lang taxonomy.Lang, text string) bag {
	var b bag
	v.tokens = index.AppendTokens(v.tokens[:0], lang, text)
	features(v.tokens, func(_ int, f string) {
		if i, ok := v.id[f]; ok {
			b.row = append(b.row, i)
			b.weight = append(b.weight, v.weight[i])
		}
	})
	return b
}

// trainer holds what an epoch works with.
type trainer struct {
	cfg     Config
	set     *Set
	v       *vocabulary
	m       *model
	rng     *rand.Rand
	targets []bag
	pairs   []example
}

func (t *trainer) epoch(ctx context.Context, epoch int, progress Progress) error {
	examples := append(slices.Clone(t.pairs), t.mixtures()...)
	order := t.rng.Perm(len(examples))
	loss, n := 0.0, 0
	batch := make([]example, 0, t.cfg.Batch)
	for from := 0; from < len(order); from += t.cfg.Batch {
		if err := ctx.Err(); err != nil {
			return err
		}
		batch = batch[:0]
		rate := 1 - (float64(epoch)+float64(from)/float64(len(order)))/float64(t.cfg.Epochs)
		for _, i := range order[from:min(from+t.cfg.Batch, len(order))] {
			batch = append(batch, t.drop(examples[i]))
		}
		loss += t.m.step(batch, t.targets, t.subset(batch), t.cfg.Tau, t.cfg.Rate*rate, rate)
		n += len(batch)
		if progress != nil {
			progress(epoch+1, t.cfg.Epochs, n, len(order), loss/float64(n))
		}
	}
	if math.IsNaN(loss) {
		return errors.New("training diverged; lower the learning rate")
	}
	return nil
}

// drop leaves some features out, so that no text hangs on one word.
func (t *trainer) drop(e example) example {
	kept := bag{make([]int32, 0, len(e.text.row)), make([]float32, 0, len(e.text.row))}
	for i, r := range e.text.row {
		if t.rng.Float64() >= t.cfg.Dropout {
			kept.row = append(kept.row, r)
			kept.weight = append(kept.weight, e.text.weight[i])
		}
	}
	return example{kept, e.targets}
}

// subset returns the targets of the batch and random others, ascending.
func (t *trainer) subset(batch []example) []int32 {
	var sub []int32
	for _, e := range batch {
		sub = append(sub, e.targets...)
	}
	for range t.cfg.Negatives {
		sub = append(sub, int32(t.rng.IntN(len(t.targets))))
	}
	slices.Sort(sub)
	return slices.Compact(sub)
}

// connectives are what made-up sentences are put together with.
var connectives = []string{"experience with", "ability to", "knowledge of", "strong skills in", "you will", "responsible for", "and", ",", "including",
	"understanding of", "as well as", "proven", "work with the team to", "the candidate should", "familiarity with", "background in", "we are looking for",
	"participants learn to", "this course covers", "learners will be able to", "students", "demonstrate"}

// mixtures makes sentences of one to three names with words of other texts
// between them, as descriptions of several skills are.
func (t *trainer) mixtures() []example {
	if len(t.set.Mix) == 0 {
		return nil
	}
	out := make([]example, 0, t.cfg.Mixtures)
	var text strings.Builder
	for range t.cfg.Mixtures {
		text.Reset()
		var targets []int32
		for range []int{1, 1, 2, 2, 3}[t.rng.IntN(5)] {
			target := t.set.Mix[t.rng.IntN(len(t.set.Mix))]
			name := t.set.Targets[target].Text
			if others := t.set.Names[target]; len(others) > 0 {
				if i := t.rng.IntN(len(others) + 1); i < len(others) {
					name = others[i].Text
				}
			}
			text.WriteString(connectives[t.rng.IntN(len(connectives))] + " " + name + " ")
			if !slices.Contains(targets, target) {
				targets = append(targets, target)
			}
			if t.rng.IntN(2) == 0 {
				words := strings.Fields(t.set.Pairs[t.rng.IntN(len(t.set.Pairs))].Text)
				for range 1 + t.rng.IntN(5) {
					text.WriteString(words[t.rng.IntN(len(words))] + " ")
				}
			}
		}
		out = append(out, example{t.v.bag("en", text.String()), targets})
	}
	return out
}
