package review_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"concord/alignment/review"
	"concord/taxonomy"
)

// queue is the queue of the garden's set and of one document.
func queue(t *testing.T, s taxonomy.Reader) *review.Queue {
	t.Helper()
	tasks, err := review.List(t.Context(), s, set, review.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	judged, err := review.Load(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	q := &review.Queue{}
	q.Add(tasks...)
	q.Add(review.OfDocument("sha256:aa", "Gardener's badge", []taxonomy.Mapping{
		{Predicate: taxonomy.CloseMatch, Object: garden + "dig", Confidence: num(.6)},
		{Predicate: taxonomy.CloseMatch, Object: garden + "weed", Confidence: num(.97)},
	}, judged)...)
	if err := q.Weigh(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	return q
}

func TestQueue(t *testing.T) {
	s := openGarden(t, "turn soil")
	said := []taxonomy.Decision{
		{Subject: "sha256:bb", Object: garden + "dig", Verdict: taxonomy.Accept, Reviewer: "Ada", Time: noon},
		{Subject: "sha256:aa", Object: garden + "weed", Verdict: taxonomy.Reject, Reviewer: "Ada", Time: noon},
	}
	if _, err := s.AddDecisions(t.Context(), said); err != nil {
		t.Fatal(err)
	}
	q := queue(t, s)
	// dig is in three rows, the document here, and one that was accepted.
	for i, want := range []struct {
		subject, object taxonomy.URI
		uses            int
		uncertain       float64
	}{
		{garden + "dig", plots + "trench", 5, .9}, // close: 4 others of dig, 1 of trench
		{"sha256:aa", garden + "dig", 4, .8},
		{garden + "prune", plots + "cut", 0, 1},
		{garden + "dig", plots + "trench", 5, .2}, // broad
		{garden + "dig", plots + "spade", 4, .2},
	} {
		if i >= len(q.Tasks) {
			t.Fatalf("%d tasks", len(q.Tasks))
		}
		got := q.Tasks[i]
		if got.Subject != want.subject || got.Object != want.object || got.Uses != want.uses || math.Abs(got.Uncertain-want.uncertain) > 1e-9 {
			t.Errorf("task %d is %s → %s, %d uses, uncertain %.2f; want %+v", i, got.Subject, got.Object, got.Uses, got.Uncertain, want)
		}
		if impact := 1 + math.Log2(1+float64(got.Uses)); math.Abs(got.Impact-impact) > 1e-9 {
			t.Errorf("task %d has the impact %.2f, not %.2f", i, got.Impact, impact)
		}
	}
	if len(q.Tasks) != 5 {
		t.Errorf("%d tasks: what was rejected for the document waits no more", len(q.Tasks))
	}
}

func TestRule(t *testing.T) {
	s := openGarden(t, "turn soil")
	q := queue(t, s)
	for _, tt := range []struct {
		name string
		rule review.Rule
		want string
	}{
		{"everything with a confidence", review.Rule{}, "spade trench trench dig weed"},
		{"from .5", review.Rule{Least: .5}, "spade trench dig weed"},
		{"of the set", review.Rule{Set: set, Least: .5}, "spade trench"},
		{"exact", review.Rule{Predicate: taxonomy.ExactMatch}, "spade"},
		{"alone", review.Rule{Alone: true}, "dig weed"},
	} {
		taken, digest := tt.rule.Select(q.Tasks)
		got := map[string]int{}
		for _, x := range taken {
			got[string(x.Object[strings.LastIndex(string(x.Object), "/")+1:])]++
		}
		for _, w := range strings.Fields(tt.want) {
			got[w]--
		}
		for w, n := range got {
			if n != 0 {
				t.Errorf("%s: %s is off by %d", tt.name, w, n)
			}
		}
		if _, again := tt.rule.Select(q.Tasks); again != digest {
			t.Errorf("%s: two digests of one selection", tt.name)
		}
		if _, other := tt.rule.Select(taken[1:]); other == digest {
			t.Errorf("%s: another selection has the same digest", tt.name)
		}
	}
}

func TestBulk(t *testing.T) {
	s := openGarden(t, "turn soil")
	rule := review.Rule{Set: set, Least: .5}
	taken, _ := rule.Select(queue(t, s).Tasks)
	decisions, err := review.AcceptAll(t.Context(), s, taken, rule.String(), "Ada")
	if err != nil {
		t.Fatal(err)
	}
	for i := range decisions {
		decisions[i].Time = noon
	}
	ids, err := s.AddDecisions(t.Context(), decisions)
	if err != nil {
		t.Fatal(err)
	}
	waiting := func() int { return len(queue(t, s).Tasks) }
	if n := waiting(); n != 4 { // two of the set, two of the document
		t.Errorf("%d wait after two were accepted", n)
	}
	if _, err := review.TakeBack(t.Context(), s, ids[0], ids[1], "Grace"); !errors.Is(err, taxonomy.ErrNotFound) {
		t.Errorf("Grace takes back what Ada said: %v", err)
	}
	back, err := review.TakeBack(t.Context(), s, ids[0], ids[1], "Ada")
	if err != nil || len(back) != 2 {
		t.Fatalf("%d, %v", len(back), err)
	}
	for i := range back {
		back[i].Time = noon
	}
	if _, err := s.AddDecisions(t.Context(), back); err != nil {
		t.Fatal(err)
	}
	if n := waiting(); n != 6 {
		t.Errorf("%d wait after all was taken back", n)
	}
}
