package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"concord/alignment/bench"
	"concord/taxonomy"
)

// runBench runs the command by itself in home.
func runBench(t *testing.T, home string, asJSON bool, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, errs bytes.Buffer
	a := &app{stdin: strings.NewReader(""), stdout: &out, stderr: &errs, homeFlag: home, json: asJSON}
	c := a.benchCmd()
	c.SilenceErrors, c.SilenceUsage = true, true
	c.SetArgs(args)
	err = c.ExecuteContext(t.Context())
	return out.String(), errs.String(), err
}

func TestBench(t *testing.T) {
	home := t.TempDir()
	at := func(name, text string) string {
		path := filepath.Join(home, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const (
		list    = "s:bread\tbake bread\ns:oven\tfire ovens\ns:violin\trepair violins\ns:bees\tkeep bees\n"
		queries = "q1\tbakes bread in a hot oven\nq2\trepairs violins\n"
		qrels   = "q1\ts:bread\tbake bread\nq1\ts:oven\tfire ovens\nq2\ts:violin\trepair violins\n"
	)
	q, g := at("work.queries.tsv", queries), at("work.qrels.tsv", qrels)
	neg := at("work.neg.tsv", "n1\tfree parking\n")
	a := &app{stdin: strings.NewReader(""), stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}, homeFlag: home}
	if err := a.importPaths(t.Context(), []string{at("list.tsv", list)}, importFlags{as: "work@1", columns: []string{"id", "label"}, noHeader: true, lang: "en"}); err != nil {
		t.Fatal(err)
	}
	ranked := []string{"--scheme", "work", "--queries", q, "--qrels", g, "--neg", neg}

	written := filepath.Join(home, "run.tsv")
	out, _, err := runBench(t, home, true, append(ranked, "--write-run", written)...)
	if err != nil {
		t.Fatal(err)
	}
	var res bench.Result
	if err := json.Unmarshal([]byte(out), &res); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	if res.Set != "work" || res.System != "full" || res.Scheme != "work@1" || res.Metrics["RP@5"].Value != 1 || res.Abstention == nil || res.Latency == nil {
		t.Errorf("result %s", out)
	}

	// The run that was written scores the same, without a store.
	out, _, err = runBench(t, filepath.Join(home, "none"), true, "--run", written, "--qrels", g, "--queries", q, "--neg", neg, "--baseline", written)
	if err != nil {
		t.Fatal(err)
	}
	var again bench.Result
	if err := json.Unmarshal([]byte(out), &again); err != nil {
		t.Fatal(err)
	}
	for metric, f := range res.Metrics {
		if again.Metrics[metric] != f {
			t.Errorf("%s: ranked %v, read %v", metric, f, again.Metrics[metric])
		}
	}
	if d := again.Differences["RP@5"]; d.Value != 0 || d.P != 1 {
		t.Errorf("a run less itself: %+v", d)
	}

	for _, system := range []string{"bm25", "tfidf", "exact"} {
		out, _, err := runBench(t, home, false, append(ranked, "--system", system)...)
		if err != nil || !strings.Contains(out, "work: "+system+" over work@1") {
			t.Errorf("%s: %v\n%s", system, err, out)
		}
	}

	gate := at("gate.json", `{"work/exact": {"metric": "RP@5", "floor": 0.95}, "work/run": {"metric": "RP@5", "floor": 0.95}}`)
	if _, _, err := runBench(t, home, false, "--run", written, "--qrels", g, "--gate", gate); err != nil {
		t.Errorf("a gate that holds: %v", err)
	}
	_, errs, err := runBench(t, home, false, append(ranked, "--system", "exact", "--gate", gate)...)
	if !errors.Is(err, errFindings) || !strings.Contains(errs, "below 0.9500") {
		t.Errorf("a gate that fails: %v, %s", err, errs)
	}

	for name, c := range map[string]struct {
		args []string
		is   error
	}{
		"nothing":             {nil, taxonomy.ErrInvalid},
		"no queries":          {[]string{"--scheme", "work", "--qrels", g}, taxonomy.ErrInvalid},
		"no such file":        {[]string{"--run", filepath.Join(home, "no.tsv"), "--qrels", g}, taxonomy.ErrNotFound},
		"no such gate":        {[]string{"--run", written, "--qrels", g, "--gate", filepath.Join(home, "no.json")}, taxonomy.ErrNotFound},
		"gate of other sets":  {[]string{"--run", written, "--qrels", g, "--system", "x", "--gate", gate}, taxonomy.ErrInvalid},
		"no such scheme":      {[]string{"--scheme", "esco", "--queries", q, "--qrels", g}, taxonomy.ErrNotFound},
		"no such system":      {append(ranked, "--system", "magic"), taxonomy.ErrInvalid},
		"no such form":        {[]string{"--run", written, "--qrels", g, "--form", "trec"}, taxonomy.ErrInvalid},
		"no set in the suite": {[]string{"--suite", home}, taxonomy.ErrNotFound},
	} {
		if _, _, err := runBench(t, home, false, c.args...); !errors.Is(err, c.is) {
			t.Errorf("%s: error %v, want %v", name, err, c.is)
		}
	}

	// The suite builds its own stores for lists and leaves the home alone.
	at("suite/rsd_name/candidates.tsv", list)
	at("suite/rsd_name/name.queries.tsv", queries)
	at("suite/rsd_name/name.qrels.tsv", qrels)
	report := filepath.Join(home, "docs", "quality.md")
	if _, errs, err := runBench(t, home, false, "--suite", filepath.Join(home, "suite"), "--out", report); err != nil || !strings.Contains(errs, "rsd_name: bm25") {
		t.Fatalf("%v, %s", err, errs)
	}
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"## rsd_name", "| bm25 | 100.0 [100.0, 100.0] |", "| exact |"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the report lacks %q:\n%s", want, text)
		}
	}
}
