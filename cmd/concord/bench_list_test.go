package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"concord/data"
)

// TestBenchListWeights: a list of candidates is ranked with what was trained in
// the home that is measured, not with what comes with the program.
func TestBenchListWeights(t *testing.T) {
	home := t.TempDir()
	list := filepath.Join(t.TempDir(), "list.tsv")
	if err := os.WriteFile(list, []byte("urn:1\tknead dough\nurn:2\tbake bread\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	var ranker map[string]any
	if err := json.Unmarshal(data.Ranker, &ranker); err != nil {
		t.Fatal(err)
	}
	ranker["reliability"] = []map[string]any{{"mean": 0.5, "shown": 7, "right": 3}}
	own, err := json.Marshal(ranker)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, rankerName), own, 0o666); err != nil {
		t.Fatal(err)
	}
	b := &benchPlaces{a: &app{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard, homeFlag: home}}
	defer b.close()
	s, err := b.list(t.Context(), "trial", list, "en")
	if err != nil {
		t.Fatal(err)
	}
	if r := s.Engine.Reliability(); len(r) != 1 || r[0].Shown != 7 {
		t.Errorf("ranked by another ranker: %+v", r)
	}
	if _, err := os.Stat(filepath.Join(home, tableName)); !os.IsNotExist(err) {
		t.Errorf("the home has a table now: %v", err)
	}
}
