package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRealStated aligns a joint degree of 116 ESCO links with the ESCO it was
// issued under: every link is recognised.
func TestRealStated(t *testing.T) {
	if testing.Short() {
		t.Skip("imports a release of ESCO, many times as long with the race detector")
	}
	data := filepath.Join("..", "..", "..", "shared", "data")
	if _, err := os.Stat(data); err != nil {
		t.Skip("../shared/data is not here; this test reads real files from it")
	}
	home := t.TempDir()
	skills := filepath.Join(home, "skills_en.csv")
	unzip(t, filepath.Join(data, "esco", "esco-1.1.1-en.zip"), "skills_en.csv", skills)
	concord := func(args ...string) []byte {
		t.Helper()
		var stdout, stderr bytes.Buffer
		if status := run(t.Context(), append([]string{"--home", home}, args...), nil, &stdout, &stderr); status != 0 {
			t.Fatalf("concord %v: status %d, %s", args, status, stderr.String())
		}
		return stdout.Bytes()
	}
	concord("import", "--as", "esco@1.1.1", skills)
	var answer struct {
		Stated []struct{ URI, State, Scheme, Release string }
	}
	out := concord("align", "--json", filepath.Join(data, "elm", "conform-ed-elm", "examples", "edc", "Sample-JointDegree-unsigned.json"))
	if err := json.Unmarshal(out, &answer); err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, s := range answer.Stated {
		if s.Release == "1.1.1" && (s.State == "confirmed" || s.State == "doubtful") {
			s.State = "recognised"
		}
		count[s.State]++
	}
	// The ten others are of DigComp, which is a scheme of its own.
	if diff := cmp.Diff(map[string]int{"recognised": 116, "unknown-framework": 10}, count); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// unzip writes one member of an archive to path.
func unzip(t *testing.T, archive, member, path string) {
	t.Helper()
	z, err := zip.OpenReader(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		if filepath.Base(f.Name) != member {
			continue
		}
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		body, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, body, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatalf("%s has no %s", archive, member)
}
