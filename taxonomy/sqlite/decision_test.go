package sqlite_test

import (
	"errors"
	"testing"
	"time"

	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

// decide records decisions about the mapping bread closeMatch x:pain of urn:d.
func decide(t *testing.T, s *sqlite.Store, reviewer string, verdict taxonomy.Verdict, change func(*taxonomy.Decision)) int64 {
	t.Helper()
	d := taxonomy.Decision{Set: "urn:d", Subject: bread, Predicate: taxonomy.CloseMatch, Object: "x:pain", Verdict: verdict, Reviewer: reviewer, Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	if change != nil {
		change(&d)
	}
	ids, err := s.AddDecisions(t.Context(), []taxonomy.Decision{d})
	if err != nil {
		t.Fatal(err)
	}
	return ids[0]
}

func TestDecisions(t *testing.T) {
	s := newStore(t)
	put := func() {
		t.Helper()
		if err := s.Import(t.Context(), taxonomy.Release{}, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
			return putCrosswalk(w, "urn:d", taxonomy.Ref{}, bread, dough)
		}); err != nil {
			t.Fatal(err)
		}
	}
	is := func(when string, status taxonomy.Status, predicate, before taxonomy.Match) {
		t.Helper()
		m := readMappings(t, s, bread)[0]
		if m.Status != status || m.Predicate != predicate || m.Before != before {
			t.Errorf("%s: %s %s (before %q), want %s %s (%q)", when, m.Status, m.Predicate, m.Before, status, predicate, before)
		}
		if other := readMappings(t, s, dough)[0]; other.Status != taxonomy.Accepted {
			t.Errorf("%s: the row nobody decided on is %s", when, other.Status)
		}
	}
	put()
	is("at first", taxonomy.Accepted, taxonomy.CloseMatch, "")
	rejected := decide(t, s, "Ada", taxonomy.Reject, func(d *taxonomy.Decision) { d.Reason = "another bread" })
	is("rejected", taxonomy.Rejected, taxonomy.CloseMatch, "")
	put()
	is("put again", taxonomy.Rejected, taxonomy.CloseMatch, "")
	decide(t, s, "Bo", taxonomy.Change, func(d *taxonomy.Decision) { d.Changed = taxonomy.ExactMatch })
	is("changed", taxonomy.Accepted, taxonomy.ExactMatch, taxonomy.CloseMatch)
	decide(t, s, "Ada", taxonomy.Supersede, func(d *taxonomy.Decision) { d.Supersedes = rejected })
	is("one taken back", taxonomy.Accepted, taxonomy.ExactMatch, taxonomy.CloseMatch)
	unsure := decide(t, s, "Bo", taxonomy.DontKnow, nil)
	is("unsure", taxonomy.Unsure, taxonomy.CloseMatch, "")
	decide(t, s, "Bo", taxonomy.Supersede, func(d *taxonomy.Decision) { d.Supersedes = unsure })
	is("unsure taken back", taxonomy.Accepted, taxonomy.ExactMatch, taxonomy.CloseMatch)

	count := func(f taxonomy.DecisionFilter) (n int) {
		for d, err := range s.Decisions(t.Context(), f) {
			if err != nil || d.Time.IsZero() || d.Subject != bread {
				t.Fatalf("%+v: %v", d, err)
			}
			n++
		}
		return n
	}
	if all, standing, ada := count(taxonomy.DecisionFilter{}), count(taxonomy.DecisionFilter{Standing: true}), count(taxonomy.DecisionFilter{Reviewer: "Ada"}); all != 5 || standing != 1 || ada != 2 {
		t.Errorf("%d decisions, %d standing, %d by Ada; want 5, 1, 2", all, standing, ada)
	}

	bad := taxonomy.Decision{Subject: bread, Object: "x:pain", Verdict: taxonomy.Supersede, Supersedes: 99, Reviewer: "Ada", Time: time.Now()}
	if _, err := s.AddDecisions(t.Context(), []taxonomy.Decision{bad}); !errors.Is(err, taxonomy.ErrNotFound) {
		t.Errorf("taking back what is not there: %v", err)
	}
	bad.Verdict, bad.Reviewer = taxonomy.Accept, ""
	if _, err := s.AddDecisions(t.Context(), []taxonomy.Decision{bad}); !errors.Is(err, taxonomy.ErrInvalid) {
		t.Errorf("nobody's decision: %v", err)
	}
	// Nothing that a set goes through takes decisions away.
	if err := s.RemoveMappingSet(t.Context(), "urn:d"); err != nil {
		t.Fatal(err)
	}
	if n := count(taxonomy.DecisionFilter{Set: "urn:d"}); n != 5 {
		t.Errorf("%d decisions left after the set was removed, want 5", n)
	}
	if err := s.RemoveMappingSet(t.Context(), "urn:d"); !errors.Is(err, taxonomy.ErrNotFound) {
		t.Errorf("removing it again: %v", err)
	}
}
