package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"concord/data"
)

// TestApplySamples aligns every sample with the starter frameworks, writes
// what is likely into it, and does both again: nothing may be left to add,
// although the document has become richer by the words of the concepts.
func TestApplySamples(t *testing.T) {
	dir := t.TempDir()
	for _, files := range []fs.FS{data.Starter, data.Samples} {
		if err := copyOut(files, dir); err != nil {
			t.Fatal(err)
		}
	}
	concord := func(args ...string) (int, []byte, string) {
		var stdout, stderr bytes.Buffer
		status := run(context.Background(), append([]string{"--home", filepath.Join(dir, "home")}, args...), nil, &stdout, &stderr)
		return status, stdout.Bytes(), stderr.String()
	}
	for _, in := range [][]string{{"--as", "starter-esco@1", filepath.Join(dir, "starter/esco-layout")}, {"--as", "starter-skills@1", filepath.Join(dir, "starter/starter-skills.rsd.csv")}} {
		if status, _, stderr := concord(append([]string{"import"}, in...)...); status != 0 {
			t.Fatalf("import: %d, %s", status, stderr)
		}
	}
	samples, err := filepath.Glob(filepath.Join(dir, "samples", "*"))
	if err != nil || len(samples) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	written := 0
	for _, path := range samples {
		out := filepath.Join(dir, "out", filepath.Base(path))
		if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
			t.Fatal(err)
		}
		apply := func(in string) (added int, profile string, done bool) {
			status, stdout, stderr := concord("apply", "--json", "--min-probability", "0.35", in, "-o", out)
			if status == exitConflict {
				return 0, "", false // signed
			}
			var summary struct {
				Profile string `json:"profile"`
				Added   []any  `json:"added"`
			}
			if status != 0 || json.Unmarshal(stdout, &summary) != nil {
				t.Fatalf("%s: %d, %s", in, status, stderr)
			}
			return len(summary.Added), summary.Profile, true
		}
		added, profile, done := apply(path)
		if !done || profile == "csv" {
			continue
		}
		written += added
		once, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if again, _, _ := apply(out); again != 0 {
			t.Errorf("%s: the second time added %d", filepath.Base(path), again)
		}
		if twice, err := os.ReadFile(out); err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%s: the second time changed the document: %v", filepath.Base(path), err)
		}
	}
	if t.Logf("%d alignments written", written); written < 20 {
		t.Errorf("only %d alignments were written", written)
	}
}
