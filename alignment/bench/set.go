package bench

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"concord/taxonomy"
)

// A Set is a gold set with all that is needed to rank and score it.
type Set struct {
	Name      string
	Form      Form
	Queries   []Query // none: a run can be scored, not made
	Gold      *Gold
	Pairs     []Pair  // Crosswalk: the gold with its relations
	Negatives []Query // queries that have no right concept
	Names     *Names
}

// Files are where the parts of a set are. Gold is required.
type Files struct {
	Queries, Gold, Negatives string
	Candidates               string // id<TAB>label of every concept; "": candidates.tsv beside the gold, if there is one
}

// ReadSet reads a set. Its name is that of the queries, or of the gold.
func ReadSet(form Form, f Files) (*Set, error) {
	s := &Set{Name: setName(f), Form: form, Names: &Names{}}
	err := readFile(f.Gold, func(r io.Reader) (err error) {
		switch form {
		case Extraction:
			s.Gold, s.Names, err = ReadQrels(r, f.Gold)
		case MELO:
			s.Gold, err = ReadAnnotations(r, f.Gold)
		case Crosswalk:
			if s.Pairs, err = ReadPairs(r, f.Gold); err == nil {
				s.Gold = GoldOf(s.Pairs)
				err = s.Gold.check(f.Gold)
			}
		default:
			err = fmt.Errorf("%w: there is no form %q; the forms are %v", taxonomy.ErrInvalid, form, Forms)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	beside := filepath.Join(filepath.Dir(f.Gold), "candidates.tsv")
	if _, err := os.Stat(beside); f.Candidates == "" && form == Extraction && err == nil {
		f.Candidates = beside
	}
	if f.Candidates != "" {
		if err := readFile(f.Candidates, func(r io.Reader) (err error) { s.Names, err = ReadCandidates(r, f.Candidates); return }); err != nil {
			return nil, err
		}
	}
	for _, part := range []struct {
		path string
		to   *[]Query
	}{{f.Queries, &s.Queries}, {f.Negatives, &s.Negatives}} {
		if part.path == "" {
			continue
		}
		if err := readFile(part.path, func(r io.Reader) (err error) { *part.to, err = ReadQueries(r, part.path); return }); err != nil {
			return nil, err
		}
	}
	s.Names.AddQueries(append(s.Queries[:len(s.Queries):len(s.Queries)], s.Negatives...))
	return s, s.check(f)
}

// check reports a query that is said to have an answer and to have none.
func (s *Set) check(f Files) error {
	for _, q := range s.Negatives {
		if s.Gold.Relevant[q.ID] != nil {
			return fmt.Errorf("%w: %s has %s, which has gold in %s", taxonomy.ErrInvalid, f.Negatives, q.ID, f.Gold)
		}
	}
	if len(s.Queries) == 0 {
		return nil
	}
	for _, q := range s.Queries {
		if s.Gold.Relevant[q.ID] != nil {
			return nil
		}
	}
	return fmt.Errorf("%w: %s and %s have no query in common", taxonomy.ErrInvalid, f.Queries, f.Gold)
}

func setName(f Files) string {
	path := f.Queries
	if path == "" {
		path = f.Gold
	}
	name := strings.TrimSuffix(filepath.Base(path), ".tsv")
	for _, end := range []string{".queries", ".qrels"} {
		name = strings.TrimSuffix(name, end)
	}
	if name == "queries" || name == "annotations" || name == "name" {
		if abs, err := filepath.Abs(path); err == nil {
			name = filepath.Base(filepath.Dir(abs))
		}
	}
	return name
}

// readFile opens a file for read. One that is not there is an ErrNotFound.
func readFile(path string, read func(io.Reader) error) error {
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		return fmt.Errorf("%w: there is no file %s", taxonomy.ErrNotFound, path)
	}
	if err != nil {
		return fmt.Errorf("%w: %v", taxonomy.ErrInvalid, err)
	}
	defer f.Close()
	return read(f)
}

// ReadRun reads a run file over the set. pairs are its rows with relations,
// for a crosswalk only.
func (s *Set) ReadRun(path string) (run Run, pairs []Pair, err error) {
	err = readFile(path, func(r io.Reader) (err error) {
		switch s.Form {
		case MELO:
			run, err = ReadMELORun(r, path)
		case Crosswalk:
			pairs, err = ReadPairs(r, path)
			run = RunOf(pairs)
		default:
			run, err = ReadRun(r, path, s.Names)
		}
		return err
	})
	return run, pairs, err
}

// Rank makes a run over the queries that have gold and over the negatives.
// Latency is that of the former.
func (s *Set) Rank(ctx context.Context, rank Ranker) (Run, *Latency, error) {
	var ask []Query
	for _, q := range s.Queries {
		if s.Gold.Relevant[q.ID] != nil {
			ask = append(ask, q)
		}
	}
	run, latency, err := Rank(ctx, rank, ask)
	if err != nil {
		return nil, nil, err
	}
	for _, q := range s.Negatives {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		if run[q.ID], err = rank(q.Text); err != nil {
			return nil, nil, fmt.Errorf("ranking %s: %w", q.ID, err)
		}
	}
	if s.Form == MELO {
		for id, ranked := range run {
			lines := make([]scored, len(ranked))
			for i, p := range ranked {
				lines[i] = scored{p, true}
			}
			run[id] = meloOrder(lines)
		}
	}
	return run, latency, nil
}

// confidence is what a system abstains by: the probability of the best
// concept, or its score where there is none.
func confidence(ranked []Prediction, probable bool) float64 {
	switch {
	case len(ranked) == 0:
		return math.Inf(-1)
	case probable:
		return ranked[0].Probability
	}
	return ranked[0].Score
}

// probable reports whether a run gives probabilities.
func (r Run) probable() bool {
	for _, ranked := range r {
		for _, p := range ranked {
			if p.Probability > 0 {
				return true
			}
		}
	}
	return false
}
