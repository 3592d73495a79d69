package bench

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A small set of our own: five queries, one that nothing answers.
const (
	fixtureQueries = "q1\tbakes bread in a wood oven\nq2\trepairs  violins\tand bows\nq3\tkeeps bees\nq4\tglazes windows\nq5\twrites timetables\n"
	fixtureQrels   = "q1\thttp://s/bread\tbake bread\nq1\thttp://s/oven\tfire ovens \nq2\thttp://s/violin\trepair violins\nq3\thttp://s/bees\tkeep bees\nq3\thttp://s/honey\textract honey\nq3\thttp://s/wax\twax\nq4\thttp://s/glass\tglaze\nq5\thttp://s/time\ttimetables\n"
	fixtureNeg     = "n1\tfree parking\nn2\tgreat team\n"
)

// fixture writes files to a folder of the test's own and returns their paths.
func fixture(t *testing.T, files map[string]string) func(name string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return func(name string) string { return filepath.Join(dir, name) }
}

func fixtureSet(t *testing.T) *Set {
	t.Helper()
	at := fixture(t, map[string]string{"small.queries.tsv": fixtureQueries, "small.qrels.tsv": fixtureQrels, "small.neg.tsv": fixtureNeg})
	s, err := ReadSet(Extraction, Files{Queries: at("small.queries.tsv"), Gold: at("small.qrels.tsv"), Negatives: at("small.neg.tsv")})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func readRun(t *testing.T, s *Set, text string) Run {
	t.Helper()
	run, err := ReadRun(strings.NewReader(text), "run.tsv", s.Names)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// randomSet makes gold over n queries and m concepts as qrels, and a run over
// it in a form of run file, with ties, repeated concepts, missing queries and
// queries that the gold does not have.
func randomSet(rnd *rand.Rand, n, m int, concept func(int) string, line func(q, c string, rank int, score float64) string) (gold map[string][]string, order []string, run string) {
	gold = map[string][]string{}
	var b strings.Builder
	for i := range n {
		q := fmt.Sprintf("q%03d", i)
		order = append(order, q)
		for range 1 + rnd.IntN(6) {
			gold[q] = append(gold[q], concept(rnd.IntN(m)))
		}
		if rnd.IntN(8) == 0 {
			continue
		}
		for rank := range rnd.IntN(250) {
			c := concept(rnd.IntN(m))
			if rnd.IntN(9) == 0 {
				c = gold[q][rnd.IntN(len(gold[q]))]
			}
			b.WriteString(line(q, c, rank+1, float64(rnd.IntN(40))/8+1e-6*float64(rnd.IntN(3))))
		}
	}
	b.WriteString(line("elsewhere", concept(0), 1, 1))
	return gold, order, b.String()
}
