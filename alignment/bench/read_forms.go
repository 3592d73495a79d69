package bench

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

func allScored(l []scored) bool {
	return !slices.ContainsFunc(l, func(s scored) bool { return !s.has })
}

// sortByScore sorts best first and keeps the order of equal ones.
func sortByScore(l []scored) {
	slices.SortStableFunc(l, func(a, b scored) int { return cmp.Compare(b.Score, a.Score) })
}

// unique keeps the first line of each concept.
func unique(l []scored) []Prediction {
	seen := make(map[string]bool, len(l))
	out := make([]Prediction, 0, len(l))
	for _, s := range l {
		if !seen[s.ID] {
			seen[s.ID] = true
			out = append(out, s.Prediction)
		}
	}
	return out
}

// ReadAnnotations reads the gold of a MELO set: lines of
// query<TAB>iteration<TAB>element<TAB>relevance, where relevance 0 is not gold.
func ReadAnnotations(r io.Reader, file string) (*Gold, error) {
	g := &Gold{}
	err := eachLine(r, file, func(cells []string) error {
		if err := need(cells, "query iteration element relevance"); err != nil {
			return err
		}
		if cells[3] != "0" {
			g.add(cells[0], cells[2])
		}
		return nil
	})
	if err == nil {
		err = g.check(file)
	}
	return g, err
}

// meloCut is how many elements of a query count.
const meloCut = 100

// ReadMELORun reads a run over a MELO set: query<TAB>element[<TAB>score], or
// the six columns of TREC. As the paper's code does, the best 100 by score
// are kept and put in trec_eval's order: by score rounded to 5 decimals, equal
// ones by falling id. Where a line has no score the file's order counts.
func ReadMELORun(r io.Reader, file string) (Run, error) {
	lines := map[string][]scored{}
	err := eachLine(r, file, func(cells []string) error {
		if err := need(cells, "query"); err != nil {
			return err
		}
		var s scored
		var cell string
		switch {
		case len(cells) >= 6:
			s.ID, cell = cells[2], cells[4]
		case len(cells) >= 3:
			s.ID, cell = cells[1], cells[2]
		case len(cells) == 2:
			s.ID = cells[1]
		default:
			return errors.New("has 1 column; query<TAB>element[<TAB>score] was expected")
		}
		var err error
		if s.Score, s.has, err = parseScore(cell); err != nil {
			return err
		}
		lines[cells[0]] = append(lines[cells[0]], s)
		return nil
	})
	if err != nil {
		return nil, err
	}
	run := Run{}
	for q, l := range lines {
		ordered := meloOrder(l)
		elements := make([]scored, len(ordered))
		for i, p := range ordered {
			if !strings.Contains(p.ID, "_") {
				p.ID += "_en_000"
			}
			elements[i] = scored{p, true}
		}
		run[q] = unique(elements)
	}
	return run, nil
}

func meloOrder(l []scored) []Prediction {
	if allScored(l) {
		sortByScore(l)
		l = l[:min(meloCut, len(l))]
		rounded := make(map[float64]float64, len(l))
		for _, s := range l {
			rounded[s.Score] = roundTo5(s.Score)
		}
		slices.SortStableFunc(l, func(a, b scored) int {
			return cmp.Or(cmp.Compare(rounded[b.Score], rounded[a.Score]), cmp.Compare(b.ID, a.ID))
		})
	}
	out := unique(l)
	return out[:min(meloCut, len(out))]
}

// roundTo5 rounds the exact value of v, not v·10⁵ with its own rounding.
func roundTo5(v float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'f', 5, 64), 64)
	if err != nil {
		return v
	}
	return r
}

// A Pair is one row of a crosswalk: a gold row or a prediction.
type Pair struct {
	Source, Target string
	Relation       string // exact, close, broad, narrow, related, another word, or "" for none
	Confidence     float64
}

// ReadPairs reads a crosswalk, gold or run: source<TAB>target and then, in
// any order, a relation and a confidence (1 if there is none). Lines that
// start with # are comments.
func ReadPairs(r io.Reader, file string) ([]Pair, error) {
	var out []Pair
	err := eachLine(r, file, func(cells []string) error {
		if strings.HasPrefix(cells[0], "#") || trim(strings.Join(cells, "")) == "" {
			return nil
		}
		if err := need(cells, "source target"); err != nil {
			return err
		}
		p := Pair{Source: cells[0], Target: cells[1], Confidence: 1}
		for _, cell := range cells[2:] {
			if isNumber(cell) {
				p.Confidence, _, _ = parseScore(cell)
			} else {
				p.Relation = relation(cell)
			}
		}
		out = append(out, p)
		return nil
	})
	return out, err
}

// relation is the one spelling of a predicate.
func relation(s string) string {
	s = trim(s)
	s = s[strings.LastIndexByte(s, ':')+1:]
	switch s {
	case "=", "exactMatch":
		return "exact"
	case "closeMatch":
		return "close"
	case "<", "broadMatch":
		return "broad"
	case ">", "narrowMatch":
		return "narrow"
	case "relatedMatch":
		return "related"
	}
	return strings.ToLower(s)
}

// GoldOf is the ranking side of a crosswalk: what is right for each source.
func GoldOf(pairs []Pair) *Gold {
	g := &Gold{}
	for _, p := range pairs {
		g.add(p.Source, p.Target)
	}
	return g
}

// RunOf is the ranking side of a crosswalk run: by falling confidence, equal
// ones in file order.
func RunOf(pairs []Pair) Run {
	lines := map[string][]scored{}
	for _, p := range pairs {
		lines[p.Source] = append(lines[p.Source], scored{Prediction{ID: p.Target, Score: p.Confidence}, true})
	}
	run := Run{}
	for q, l := range lines {
		sortByScore(l)
		run[q] = unique(l)
	}
	return run
}

// WriteRun writes the queries of run in the order of queries, as concord rank
// prints them: query<TAB>concept<TAB>score<TAB>label.
func WriteRun(w io.Writer, queries []Query, run Run) error {
	out := bufio.NewWriter(w)
	for _, q := range queries {
		for _, p := range run[q.ID] {
			if _, err := fmt.Fprintf(out, "%s\t%s\t%.8f\t%s\n", q.ID, p.ID, p.Score, fold(p.Label)); err != nil {
				return fmt.Errorf("writing the run: %w", err)
			}
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("writing the run: %w", err)
	}
	return nil
}
