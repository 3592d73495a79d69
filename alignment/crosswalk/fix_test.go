package crosswalk

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
)

func clone(c *taxonomy.Crosswalk) *taxonomy.Crosswalk {
	d := *c
	d.Mappings = slices.Clone(c.Mappings)
	return &d
}

func TestNormalise(t *testing.T) {
	wrong, right := synthetic("en", false, some(20)), synthetic("en", true, some(20))
	wrong.Mappings = append(wrong.Mappings, row(s1, taxonomy.CloseMatch, o1), row(s1, taxonomy.BroadMatch, taxonomy.NoTerm))
	wrong.Mappings[3].Status = taxonomy.Rejected
	j := judged(t, Doctor{}, wrong)
	fixed := clone(wrong)
	turned := Normalise(fixed, j)
	if d := cmp.Diff([]Turned{{"concept → concept", 20}}, turned); d != "" {
		t.Error(d)
	}
	for i := range right.Mappings {
		if fixed.Mappings[i].Predicate != right.Mappings[i].Predicate {
			t.Errorf("row %d: %s", i, fixed.Mappings[i].Predicate)
		}
	}
	if fixed.Mappings[20].Predicate != taxonomy.CloseMatch || fixed.Mappings[21].Predicate != taxonomy.BroadMatch {
		t.Error("rows that say nothing of broad and narrow were turned")
	}
	if fixed.Direction != taxonomy.Normalised || !slices.Equal(fixed.Slots[SlotNormalised], []string{"concept → concept"}) {
		t.Errorf("not recorded: %s, %v", fixed.Direction, fixed.Slots)
	}
	// Again, by the old judgement and by a new one: nothing happens.
	again := clone(fixed)
	if turned := Normalise(again, j); turned != nil || cmp.Diff(fixed, again) != "" {
		t.Errorf("turned twice: %v %s", turned, cmp.Diff(fixed, again))
	}
	now := judged(t, Doctor{}, fixed)
	if turned := Normalise(again, now); now.Direction != Conforms || turned != nil || cmp.Diff(fixed, again) != "" {
		t.Errorf("judged anew (%s), turned: %v", now.Direction, turned)
	}
	if Record(again, now); again.Direction != taxonomy.Normalised {
		t.Errorf("recorded as %s", again.Direction)
	}
}

func TestNormaliseKinds(t *testing.T) {
	c := twoKinds()
	j := judged(t, Doctor{}, c)
	if Record(c, j); c.Direction != taxonomy.Inverted {
		t.Errorf("a mixed set is recorded as %s", c.Direction)
	}
	Normalise(c, j)
	for _, m := range c.Mappings[20:] {
		if m.Predicate != taxonomy.NarrowMatch {
			t.Fatalf("a row of the kind that conforms was turned: %+v", m)
		}
	}
	if j := judged(t, Doctor{}, c); j.Direction != Conforms || c.Direction != taxonomy.Normalised {
		t.Errorf("after turning: %s, %s", j.Direction, c.Direction)
	}
	fine, unknown := synthetic("en", true, some(20)), synthetic("en", true, some(2))
	if Normalise(fine, judged(t, Doctor{}, fine)); fine.Direction != taxonomy.Conforms || fine.Slots != nil {
		t.Errorf("a set that conforms: %s %v", fine.Direction, fine.Slots)
	}
	if Normalise(unknown, judged(t, Doctor{}, unknown)); unknown.Direction != taxonomy.AsPublished {
		t.Errorf("an undecided set: %s", unknown.Direction)
	}
}

func TestTurnedDecisions(t *testing.T) {
	c := synthetic("en", false, some(20))
	c.Mappings[2].Predicate, c.Mappings[2].Before = taxonomy.CloseMatch, taxonomy.NarrowMatch // a reviewer changed it
	j := judged(t, Doctor{}, c)
	decide := func(i int, predicate taxonomy.Match, v taxonomy.Verdict) taxonomy.Decision {
		return taxonomy.Decision{ID: int64(i + 1), Set: c.ID, Subject: c.Mappings[i].Subject, Predicate: predicate, Object: c.Mappings[i].Object, Verdict: v, Reviewer: "Ada", Time: time.Unix(1, 0)}
	}
	change := decide(2, taxonomy.NarrowMatch, taxonomy.Change)
	change.Changed = taxonomy.CloseMatch
	standing := []taxonomy.Decision{decide(0, c.Mappings[0].Predicate, taxonomy.Reject), change, decide(4, taxonomy.ExactMatch, taxonomy.Accept)}
	turned := Normalise(c, j)
	if m := c.Mappings[2]; m.Predicate != taxonomy.CloseMatch || m.Before != taxonomy.BroadMatch {
		t.Errorf("a changed row became %s, before %s", m.Predicate, m.Before)
	}
	got := TurnedDecisions(c, turned, standing, "tool")
	want := slices.Clone(standing[:2]) // the third is about a row that is not there
	for i := range want {
		want[i].ID, want[i].Tool, want[i].Predicate = 0, "tool", want[i].Predicate.Inverse()
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
