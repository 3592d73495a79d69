package bench

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
)

func TestReadQueries(t *testing.T) {
	got, err := ReadQueries(strings.NewReader("\ufeffq1\tone\r\n\r\nq2\ttwo\tand more\t \rq3\tthree"), "q.tsv")
	if err != nil {
		t.Fatal(err)
	}
	want := []Query{{"q1", "one", "one"}, {"q2", "two", "two. and more"}, {"q3", "three", "three"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestReadersSayWhere(t *testing.T) {
	queries := func(s string) error { _, err := ReadQueries(strings.NewReader(s), "f.tsv"); return err }
	qrels := func(s string) error { _, _, err := ReadQrels(strings.NewReader(s), "f.tsv"); return err }
	run := func(s string) error { _, err := ReadRun(strings.NewReader(s), "f.tsv", &Names{}); return err }
	melo := func(s string) error { _, err := ReadMELORun(strings.NewReader(s), "f.tsv"); return err }
	annotations := func(s string) error { _, err := ReadAnnotations(strings.NewReader(s), "f.tsv"); return err }
	pairs := func(s string) error { _, err := ReadPairs(strings.NewReader(s), "f.tsv"); return err }
	candidates := func(s string) error { _, err := ReadCandidates(strings.NewReader(s), "f.tsv"); return err }
	results := func(s string) error { _, err := ReadMELOResults(strings.NewReader(s), "f.tsv"); return err }
	for _, c := range []struct {
		name string
		read func(string) error
		text string
		want string
	}{
		{"query without a tab", queries, "q1\tone\n\nq2 two\n", "f.tsv:3: has 1 columns; id<TAB>text was expected"},
		{"query without text", queries, "q1\t \n", "f.tsv:1: has no text"},
		{"query twice", queries, "q1\ta\nq1\tb\n", `f.tsv:2: has the id "q1" of an earlier line`},
		{"not UTF-8", queries, "q1\ta\nq2\t\xff\n", "f.tsv:2: is not UTF-8"},
		{"long line", queries, "q1\t" + strings.Repeat("a", maxLine), "f.tsv: a line is longer than 1 MiB"},
		{"qrels without concept", qrels, "q1\thttp://a\nq2\t\n", "f.tsv:2: has no concept"},
		{"empty qrels", qrels, "\n\n", "f.tsv holds no gold"},
		{"run of one column", run, "q1\n", "f.tsv:1: has 1 column"},
		{"run with a word as score", run, "q1\ta\t1\nq1\tb\thigh\n", `f.tsv:2: has "high" where a score was expected`},
		{"run with NaN", run, "q1\ta\tNaN\n", "f.tsv:1"},
		{"MELO run of one column", melo, "q1\n", "f.tsv:1: has 1 column"},
		{"MELO run with a word as score", melo, "q1\t0\tC1_en_0\t1\tx\ttag\n", "f.tsv:1"},
		{"annotations of three columns", annotations, "q1\t0\tC1\n", "f.tsv:1: has 3 columns"},
		{"annotations without gold", annotations, "q1\t0\tC1\t0\n", "f.tsv holds no gold"},
		{"pair without target", pairs, "# c\na\t\n", "f.tsv:2: has no target"},
		{"candidate without label", candidates, "a\n", "f.tsv:1"},
		{"result that is no number", results, "dataset\tmethod\tmap\nx_q_a_c_b\tbm25\tgood\n", `f.tsv:2: has "good" where map was expected`},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.read(c.text)
			if !errors.Is(err, taxonomy.ErrInvalid) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want an ErrInvalid with %q", err, c.want)
			}
		})
	}
}

func TestReadRunForms(t *testing.T) {
	s := fixtureSet(t)
	ids := func(run Run, q string) string {
		var out []string
		for _, p := range run[q] {
			out = append(out, p.ID)
		}
		return strings.Join(out, " ")
	}
	for _, c := range []struct{ name, run, q, want string }{
		{"uri, score, label", "q1\thttp://s/a\t1\tA\nq1\thttp://s/b\t2\tB\n", "q1", "http://s/b http://s/a"},
		{"rank, uri, score", "q1\t1\thttp://s/a\t1\nq1\t2\thttp://s/b\t2\n", "q1", "http://s/b http://s/a"},
		{"uri, score; ties keep file order", "q1\thttp://s/z\t1\nq1\thttp://s/a\t1\n", "q1", "http://s/z http://s/a"},
		{"uri alone is in file order", "q1\thttp://s/z\nq1\thttp://s/a\n", "q1", "http://s/z http://s/a"},
		{"a line without score: file order", "q1\thttp://s/z\t1\nq1\thttp://s/a\t\n", "q1", "http://s/z http://s/a"},
		{"a label stands for its concept", "q3\t keep bees \t1\nq1\tfire ovens\n", "q3", "http://s/bees"},
		{"an unknown label stays", "q3\tdrive trams\t1\n", "q3", "drive trams"},
		{"the text stands for its query", "repairs violins\thttp://s/violin\n", "q2", "http://s/violin"},
		{"the best line of a concept counts", "q1\thttp://s/a\t1\nq1\thttp://s/b\t2\nq1\thttp://s/a\t3\n", "q1", "http://s/a http://s/b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := ids(readRun(t, s, c.run), c.q); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestReadSetRefusesMixUps(t *testing.T) {
	at := fixture(t, map[string]string{"q.tsv": "a1\tone\n", "g.tsv": fixtureQrels, "n.tsv": "q1\tx\n", "ok.tsv": fixtureQueries})
	for _, c := range []struct {
		name  string
		files Files
		is    error
	}{
		{"no query in common", Files{Queries: at("q.tsv"), Gold: at("g.tsv")}, taxonomy.ErrInvalid},
		{"a negative with gold", Files{Queries: at("ok.tsv"), Gold: at("g.tsv"), Negatives: at("n.tsv")}, taxonomy.ErrInvalid},
		{"no such file", Files{Queries: at("none.tsv"), Gold: at("g.tsv")}, taxonomy.ErrNotFound},
	} {
		if _, err := ReadSet(Extraction, c.files); !errors.Is(err, c.is) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.is)
		}
	}
	if _, err := ReadSet("trec", Files{Gold: at("g.tsv")}); !errors.Is(err, taxonomy.ErrInvalid) {
		t.Errorf("unknown form: %v", err)
	}
}

func TestWriteRunReadsBack(t *testing.T) {
	s := fixtureSet(t)
	run := Run{"q1": {{ID: "http://s/a", Score: 2, Label: "a\tb"}, {ID: "http://s/b", Score: 1, Label: "b"}}, "q3": {{ID: "http://s/c", Score: -1, Label: "c"}}}
	var buf bytes.Buffer
	if err := WriteRun(&buf, s.Queries, run); err != nil {
		t.Fatal(err)
	}
	run["q1"][0].Label = "a b"
	if diff := cmp.Diff(run, readRun(t, s, buf.String())); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// sound reports what no run may hold: a concept twice, or a rising score
// where all have one.
func sound(t *testing.T, run Run) {
	for q, ranked := range run {
		seen := map[string]bool{}
		for _, p := range ranked {
			if seen[p.ID] {
				t.Errorf("%q has %q twice", q, p.ID)
			}
			seen[p.ID] = true
		}
	}
}

func FuzzReadRun(f *testing.F) {
	for _, s := range []string{"q1\thttp://a\t1\tA\n", "q1\t1\tb\t2\r\nq1\tb\n", "q1\tC1_en_000\t0.5\nq1\tQ0\tC2\t1\t0.25\ttag\n", "q\ta\t-Inf\nq\tb\t1e999\n", "\ufeff\rq\tx"} {
		f.Add(s)
	}
	gold, names, err := ReadQrels(strings.NewReader(fixtureQrels), "g.tsv")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if run, err := ReadRun(strings.NewReader(text), "f", names); err == nil {
			sound(t, run)
			for _, row := range ScoreExtraction(gold, run).Rows {
				for _, v := range row {
					if !(v >= 0 && v <= 1+1e-12) {
						t.Fatalf("a metric of %v", v)
					}
				}
			}
		}
		if run, err := ReadMELORun(strings.NewReader(text), "f"); err == nil {
			sound(t, run)
			ScoreMELO(gold, run)
		}
		if pairs, err := ReadPairs(strings.NewReader(text), "f"); err == nil {
			sound(t, RunOf(pairs))
			ScorePairs(pairs, pairs)
		}
	})
}

func FuzzReadGold(f *testing.F) {
	for _, s := range []string{fixtureQrels, fixtureQueries, "q1\t0\tC1\t1\n", "a\tb\t=\t0.5\n#\n", "q\t \t\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		valid := func(g *Gold) {
			if len(g.IDs) == 0 || len(g.IDs) != len(g.Relevant) {
				t.Fatalf("%d ids, %d queries with gold", len(g.IDs), len(g.Relevant))
			}
			for _, id := range g.IDs {
				if len(g.Relevant[id]) == 0 || g.Relevant[id][""] {
					t.Fatalf("gold of %q: %v", id, g.Relevant[id])
				}
			}
		}
		if g, _, err := ReadQrels(strings.NewReader(text), "f"); err == nil {
			valid(g)
		}
		if g, err := ReadAnnotations(strings.NewReader(text), "f"); err == nil {
			valid(g)
		}
		if qs, err := ReadQueries(strings.NewReader(text), "f"); err == nil {
			seen := map[string]bool{}
			for _, q := range qs {
				if seen[q.ID] || trim(q.ID) == "" || trim(q.Text) == "" {
					t.Fatalf("accepted %+v", q)
				}
				seen[q.ID] = true
			}
		}
		if _, err := ReadCandidates(strings.NewReader(text), "f"); err != nil && !errors.Is(err, taxonomy.ErrInvalid) {
			t.Fatal(err)
		}
	})
}
