package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// scorers returns the folder of the reference scorers, or skips.
func scorers(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("there is no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	dir = filepath.Join(filepath.Dir(dir), "shared", "data", "bench")
	if _, err := os.Stat(filepath.Join(dir, "score_decorte.py")); err != nil {
		t.Skip("../shared/data/bench is not here; the reference scorers cannot be compared with")
	}
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("python3 is not here; the reference scorers cannot be run")
	}
	return dir
}

// refer runs a reference scorer and returns its figures.
func refer(t *testing.T, script string, args ...string) map[string]float64 {
	t.Helper()
	cmd := exec.Command("python3", append([]string{script, "--json"}, args...)...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, errs.String())
	}
	var all map[string]any
	if err := json.Unmarshal(out, &all); err != nil {
		t.Fatal(err)
	}
	figures := map[string]float64{}
	for name, v := range all {
		if f, ok := v.(float64); ok {
			figures[name] = f
		}
	}
	return figures
}

// agree compares every figure of the reference with ours, to four decimals.
func agree(t *testing.T, want map[string]float64, got func(name string) float64) {
	t.Helper()
	if len(want) < 5 {
		t.Fatalf("the reference gave only %v", want)
	}
	for name, w := range want {
		if g := got(name); math.Abs(g-w) > 0.000051 || math.IsNaN(g) {
			t.Errorf("%s: %.6f, the reference has %.4f", name, g, w)
		}
	}
}

func scoresOf(s *Scores) func(name string) float64 {
	return func(name string) float64 {
		switch name {
		case "queries", "sources":
			return float64(len(s.IDs))
		case "answered":
			return float64(s.Answered)
		}
		return s.Mean(name)
	}
}

func TestScoreExtractionIsTheReference(t *testing.T) {
	dir := scorers(t)
	concept := func(i int) string { return fmt.Sprintf("http://s/%03d", i) }
	label := func(c string) string { return "skill " + c[len(c)-3:] }
	forms := map[string]func(q, c string, rank int, score float64) string{
		"uri, score, label": func(q, c string, _ int, s float64) string { return fmt.Sprintf("%s\t%s\t%g\t%s\n", q, c, s, label(c)) },
		"rank, uri, score":  func(q, c string, r int, s float64) string { return fmt.Sprintf("%s\t%d\t%s\t%g\n", q, r, c, s) },
		"uri, score":        func(q, c string, _ int, s float64) string { return fmt.Sprintf("%s\t%s\t%g\n", q, c, s) },
		"uri":               func(q, c string, _ int, _ float64) string { return q + "\t" + c + "\r\n" },
		"label, score":      func(q, c string, _ int, s float64) string { return fmt.Sprintf("%s\t %s \t%g\n", q, label(c), s) },
		"text, uri, score, some blank": func(q, c string, r int, s float64) string {
			if r%50 == 0 {
				return "text  of " + q + " \t" + c + "\t\n"
			}
			return fmt.Sprintf("text of %s\t%s\t%g\n", q, c, s)
		},
	}
	for name, line := range forms {
		t.Run(name, func(t *testing.T) {
			gold, order, run := randomSet(rand.New(rand.NewPCG(7, 7)), 60, 180, concept, line)
			var qrels, queries strings.Builder
			for _, q := range order {
				fmt.Fprintf(&queries, "%s\ttext of %s\n", q, q)
				for _, c := range gold[q] {
					fmt.Fprintf(&qrels, "%s\t%s \t%s\n", q, c, label(c))
				}
			}
			at := fixture(t, map[string]string{"g.tsv": qrels.String(), "q.tsv": queries.String(), "run.tsv": run})
			s, err := ReadSet(Extraction, Files{Queries: at("q.tsv"), Gold: at("g.tsv")})
			if err != nil {
				t.Fatal(err)
			}
			got, _, err := s.ReadRun(at("run.tsv"))
			if err != nil {
				t.Fatal(err)
			}
			want := refer(t, filepath.Join(dir, "score_decorte.py"), "--run", at("run.tsv"), "--qrels", at("g.tsv"), "--queries", at("q.tsv"), "--std", filepath.Dir(at("g.tsv")))
			scores := ScoreExtraction(s.Gold, got)
			agree(t, want, scoresOf(scores))
			if scores.Unknown != 1 {
				t.Errorf("%d unknown queries, want 1", scores.Unknown)
			}
			if math.Abs(want["MRR"]-1) < .01 || want["MRR"] < .01 {
				t.Errorf("an MRR of %v tells nothing", want["MRR"])
			}
		})
	}
}

func TestScoreMELOIsTheReference(t *testing.T) {
	dir := scorers(t)
	concept := func(i int) string { return fmt.Sprintf("C%06d_en_%03d", i/2, i%2) }
	for name, line := range map[string]func(q, c string, rank int, score float64) string{
		"score":      func(q, c string, _ int, s float64) string { return fmt.Sprintf("%s\t%s\t%.7f\n", q, c, s) },
		"file order": func(q, c string, _ int, _ float64) string { return q + "\t" + c + "\n" },
		"TREC": func(q, c string, r int, s float64) string {
			return fmt.Sprintf("%s\tQ0\t%s\t%d\t%g\trun\n", q, c, r, s)
		},
		"concept ids": func(q, c string, _ int, s float64) string {
			return fmt.Sprintf("%s\t%s\t%g\n", q, c[:7], s)
		},
	} {
		t.Run(name, func(t *testing.T) {
			gold, order, run := randomSet(rand.New(rand.NewPCG(3, 3)), 50, 150, concept, line)
			var notes strings.Builder
			for i, q := range order {
				fmt.Fprintf(&notes, "%s\t0\t%s\t0\n", q, concept(i))
				for _, c := range gold[q] {
					fmt.Fprintf(&notes, "%s\t0\t%s\t1\n", q, c)
				}
			}
			at := fixture(t, map[string]string{"annotations.tsv": notes.String(), "run.tsv": run})
			s, err := ReadSet(MELO, Files{Gold: at("annotations.tsv")})
			if err != nil {
				t.Fatal(err)
			}
			got, _, err := s.ReadRun(at("run.tsv"))
			if err != nil {
				t.Fatal(err)
			}
			want := refer(t, filepath.Join(dir, "score_melo.py"), "--run", at("run.tsv"), "--dir", filepath.Dir(at("run.tsv")))
			agree(t, want, scoresOf(ScoreMELO(s.Gold, got)))
		})
	}
}

func TestScorePairsIsTheReference(t *testing.T) {
	dir := scorers(t)
	spelt := [][]string{{"exactMatch", "=", "skos:exactMatch"}, {"skos:closeMatch", "closeMatch"}, {"<", "broadMatch"}, {">", "skos:narrowMatch"}}
	rnd := rand.New(rand.NewPCG(5, 5))
	rel := func() string { f := spelt[rnd.IntN(len(spelt))]; return f[rnd.IntN(len(f))] }
	concept := func(i int) string { return fmt.Sprintf("http://s/%03d", i) }
	gold, order, run := randomSet(rnd, 40, 60, concept, func(q, c string, rank int, score float64) string {
		switch rank % 3 {
		case 0:
			return fmt.Sprintf("%s\t%s\t%g\n", q, c, score)
		case 1:
			return fmt.Sprintf("%s\t%s\t%g\t%s\n", q, c, score, rel())
		}
		return fmt.Sprintf("%s\t%s\t%s\t%g\n", q, c, rel(), score)
	})
	var ref strings.Builder
	for _, q := range order {
		for _, c := range gold[q] {
			fmt.Fprintf(&ref, "%s\t%s\t%s\n", q, c, rel())
		}
	}
	at := fixture(t, map[string]string{"ref.tsv": ref.String(), "run.tsv": "# a comment\n\n" + run})
	s, err := ReadSet(Crosswalk, Files{Gold: at("ref.tsv")})
	if err != nil {
		t.Fatal(err)
	}
	ranked, pairs, err := s.ReadRun(at("run.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(dir, "score_alignment.py")
	want := refer(t, script, "--ref", at("ref.tsv"), "--run", at("run.tsv"), "--ranked")
	all := ScorePairs(s.Pairs, pairs)
	agree(t, want, pairFigures(&all, ScoreSources(s.Gold, ranked)))

	some := ScorePairs(s.Pairs, Threshold(pairs, 2.5))
	want = refer(t, script, "--ref", at("ref.tsv"), "--run", at("run.tsv"), "--threshold", "2.5")
	agree(t, want, pairFigures(&some, nil))
}

func pairFigures(p *PairScores, s *Scores) func(name string) float64 {
	return func(name string) float64 {
		switch name {
		case "reference":
			return float64(p.Reference)
		case "found":
			return float64(p.Found)
		case "precision":
			return p.Precision
		case "recall":
			return p.Recall
		case "F1":
			return p.F1
		case "relation accuracy":
			return p.Relations.Accuracy()
		case "relation macro-F1":
			return p.Relations.MacroF1()
		}
		return scoresOf(s)(name)
	}
}
