package web_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"testing"
	"time"

	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

// TestCrosswalkConflicts: rows can be narrowed to those that break a rule, or
// one rule, and say which; until the set is checked the answer says that it is
// waiting.
func TestCrosswalkConflicts(t *testing.T) {
	s := newSite(t, nil)
	const set = "https://concord.example/conflicts"
	row := func(subject, object string, p taxonomy.Match) taxonomy.Mapping {
		return taxonomy.Mapping{Subject: taxonomy.URI("urn:a:" + subject), Object: taxonomy.URI("urn:b:" + object), Predicate: p, Justification: "semapv:ManualMappingCuration", Status: taxonomy.Accepted}
	}
	rows := []taxonomy.Mapping{
		row("mend", "repair", taxonomy.ExactMatch), row("mend", "restore", taxonomy.ExactMatch), // two exact
		row("weld", "weld", taxonomy.ExactMatch), row("weld", "weld", taxonomy.BroadMatch), // exact and broad
		row("bake", "bake", taxonomy.CloseMatch),
	}
	if err := s.store.Import(t.Context(), taxonomy.Release{}, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		if err := w.PutMappingSet(&taxonomy.MappingSet{ID: set, Title: "Conflicts", License: "https://creativecommons.org/publicdomain/zero/1.0/", Status: taxonomy.Accepted}); err != nil {
			return err
		}
		for i := range rows {
			rows[i].Set = set
			if _, err := w.PutMapping(&rows[i]); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	type answer struct {
		Waiting bool
		Total   int
		Rows    []struct {
			Subject, Object string
			Rules           []string
		}
	}
	ask := func(more string) (out answer) {
		for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			got := s.ask("GET", "/crosswalk.json?check=1&set="+url.QueryEscape(set)+more, "")
			if err := json.Unmarshal([]byte(got.body), &out); got.status != 200 || err != nil {
				t.Fatalf("%d %v %s", got.status, err, got.body)
			}
			if !out.Waiting {
				return out
			}
			if time.Now().After(end) {
				t.Fatalf("it is waiting still: %s", got.body)
			}
			out = answer{}
		}
	}
	for filter, want := range map[string][]string{
		"":                          {"bake", "mend", "mend", "weld", "weld"},
		"&conflict=any":             {"mend", "mend", "weld", "weld"},
		"&conflict=two-exact":       {"mend", "mend"},
		"&conflict=exact-and-broad": {"weld", "weld"},
		"&conflict=cycle":           nil,
	} {
		got := ask(filter)
		var subjects []string
		for _, r := range got.Rows {
			subjects = append(subjects, r.Subject[len("urn:a:"):])
			if filter != "" && len(r.Rules) == 0 {
				t.Errorf("%s: %s breaks nothing", filter, r.Subject)
			}
		}
		slices.Sort(subjects)
		if !slices.Equal(subjects, want) || got.Total != len(want) {
			t.Errorf("%s: %d rows: %v, want %v", filter, got.Total, subjects, want)
		}
	}
}
