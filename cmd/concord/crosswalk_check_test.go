package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

// TestFixKeepsDecisions: what reviewers decided about rows holds for them
// after broad and narrow were turned, and row statuses stay.
func TestFixKeepsDecisions(t *testing.T) {
	home := t.TempDir()
	store, err := sqlite.Open(storePath(home))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	set := taxonomy.MappingSet{ID: "urn:x:set", SubjectLang: "en", ObjectLang: "en", Status: taxonomy.Accepted}
	uri := func(side string, i int) taxonomy.URI { return taxonomy.URI(fmt.Sprintf("urn:x:%s:%d", side, i)) }
	err = store.Import(t.Context(), taxonomy.Release{}, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		if err := w.PutMappingSet(&set); err != nil {
			return err
		}
		for i := range 20 {
			m := taxonomy.Mapping{Set: set.ID, Subject: uri("a", i), SubjectLabel: fmt.Sprintf("kind%c worker", 'a'+i), Predicate: taxonomy.BroadMatch, Object: uri("b", i), ObjectLabel: fmt.Sprintf("mountain kind%c worker", 'a'+i), Line: i + 1}
			if i == 5 {
				m.Status = taxonomy.Proposed
			}
			if _, err := w.PutMapping(&m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	decision := func(i int, v taxonomy.Verdict, changed taxonomy.Match) taxonomy.Decision {
		return taxonomy.Decision{Set: set.ID, Subject: uri("a", i), Predicate: taxonomy.BroadMatch, Object: uri("b", i), Verdict: v, Changed: changed, Reviewer: "Ada", Time: time.Unix(1, 0)}
	}
	if _, err := store.AddDecisions(t.Context(), []taxonomy.Decision{decision(1, taxonomy.Reject, ""), decision(2, taxonomy.Change, taxonomy.CloseMatch), decision(3, taxonomy.DontKnow, "")}); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time changes nothing
		var stdout, stderr bytes.Buffer
		if exit := run(t.Context(), []string{"--home", filepath.Clean(home), "crosswalk", "check", "--fix", "urn:x:set"}, nil, &stdout, &stderr); exit != exitDone {
			t.Fatalf("exit status %d: %s%s", exit, stdout.String(), stderr.String())
		}
		want := map[int]taxonomy.Mapping{
			0: {Predicate: taxonomy.NarrowMatch, Status: taxonomy.Accepted},
			1: {Predicate: taxonomy.NarrowMatch, Status: taxonomy.Rejected},
			2: {Predicate: taxonomy.CloseMatch, Before: taxonomy.NarrowMatch, Status: taxonomy.Accepted},
			3: {Predicate: taxonomy.NarrowMatch, Status: taxonomy.Unsure},
			5: {Predicate: taxonomy.NarrowMatch, Status: taxonomy.Proposed},
		}
		i := 0
		for m, err := range store.MappingsOf(t.Context(), set.ID) {
			if err != nil {
				t.Fatal(err)
			}
			if w, ok := want[i]; ok && (m.Predicate != w.Predicate || m.Before != w.Before || m.Status != w.Status || m.Line != i+1) {
				t.Errorf("row %d: %s, before %q, %s, line %d", i, m.Predicate, m.Before, m.Status, m.Line)
			}
			i++
		}
		if i != 20 {
			t.Errorf("%d rows", i)
		}
	}
	n := 0
	for d, err := range store.Decisions(t.Context(), taxonomy.DecisionFilter{Set: set.ID}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n > 3 && (d.Predicate != taxonomy.NarrowMatch || d.Reviewer != "Ada" || !d.Time.Equal(time.Unix(1, 0))) {
			t.Errorf("a decision that was made anew: %+v", d)
		}
	}
	if n != 6 {
		t.Errorf("%d decisions, want the three and the three made anew", n)
	}
}
