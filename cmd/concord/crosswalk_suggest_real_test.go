package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"concord/alignment/bench"
	"concord/alignment/crosswalk/suggest"
)

// TestRealCrosswalkSuggest measures suggestions from O*NET to ESCO occupations
// on the development slice of the official crosswalk, which is not loaded:
// weights are trained without the sources that they are measured on.
func TestRealCrosswalkSuggest(t *testing.T) {
	if testing.Short() {
		t.Skip("half a minute, and many times that with the race detector; TestScripts/crosswalk_suggest runs the same code on little")
	}
	data := filepath.Join("..", "..", "..", "shared", "data")
	if _, err := os.Stat(data); err != nil {
		t.Skip("../shared/data is not here; this test reads real files from it")
	}
	home := t.TempDir()
	concord := func(args ...string) []byte {
		t.Helper()
		var stdout, stderr bytes.Buffer
		if status := run(t.Context(), append([]string{"--home", home}, args...), nil, &stdout, &stderr); status != 0 {
			t.Fatalf("concord %v: status %d, %s", args, status, stderr.String())
		}
		return stdout.Bytes()
	}
	concord("import", "--no-index", filepath.Join(data, "onet", "db_29_2_text.zip"))
	concord("import", "--no-index", filepath.Join(data, "esco", "esco-1.1.0-en.zip"), filepath.Join(data, "esco", "esco-1.1.0-relations.zip"))
	gold := filepath.Join(data, "bench", "crosswalk", "gold_occupations.dev.tsv")
	sides := []string{"--from", "onet@29.2", "--to", "esco@1.1.0", "--kind", "occupation"}
	var report suggest.Report
	if err := json.Unmarshal(concord(append([]string{"train", "crosswalk", "--json", "--gold", gold, "-o", filepath.Join(home, "weights.json")}, sides...)...), &report); err != nil {
		t.Fatal(err)
	}
	if report.Sources != 188 || report.Pairs != 800 || report.Unknown != 0 || report.Reached < 700 {
		t.Errorf("%d sources, %d pairs, %d unknown, %d among the candidates", report.Sources, report.Pairs, report.Unknown, report.Reached)
	}
	var mean suggest.Figures
	for _, f := range report.Splits {
		n := float64(len(report.Splits))
		mean.First, mean.Exact, mean.MacroF1 = mean.First+f.First/n, mean.Exact+f.Exact/n, mean.MacroF1+f.MacroF1/n
	}
	t.Logf("held out: A@1 %.3f, recall@10 of exact matches %.3f, macro-F1 %.3f (majority %.3f)", mean.First, mean.Exact, mean.MacroF1, report.Majority)
	if mean.First < 0.83 || mean.Exact < 0.97 || mean.MacroF1 < 0.53 {
		t.Errorf("below what was reached: A@1 %.3f, recall@10 %.3f, macro-F1 %.3f", mean.First, mean.Exact, mean.MacroF1)
	}
	// What suggest prints is what scorers read.
	path := filepath.Join(home, "run.tsv")
	concord(append([]string{"crosswalk", "suggest", "--top", "10", "--format", "tsv", "-o", path}, sides...)...)
	var scored bench.Result
	if err := json.Unmarshal(concord("bench", "--form", "crosswalk", "--run", path, "--qrels", gold, "--json"), &scored); err != nil {
		t.Fatal(err)
	}
	if got := scored.Metrics["A@1"].Value; got < 0.83 {
		t.Errorf("A@1 of the weights that ship: %.3f", got)
	}
	if scored.Pairs.Relations == nil || scored.Pairs.Relations.MacroF1() < 0.53 {
		t.Errorf("predicates of the weights that ship: %+v", scored.Pairs.Relations)
	}
}
