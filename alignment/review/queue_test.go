package review_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"concord/alignment/review"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
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
		{garden + "dig", plots + "trench", 5, .992774}, // close: 4 others of dig, 1 of trench; .55 × .862496 + .45 × 1.152003
		{"sha256:aa", garden + "dig", 4, .970951},      // .6 × .736966 + .4 × 1.321928
		{garden + "dig", plots + "trench", 5, .468996}, // broad: .1 × 3.321928 + .9 × .152003, times 1 + log₂ 6
		{garden + "dig", plots + "spade", 4, .468996},
		{garden + "prune", plots + "cut", 0, 1}, // nobody says how likely, and nothing hangs on it
	} {
		if i >= len(q.Tasks) {
			t.Fatalf("%d tasks", len(q.Tasks))
		}
		got := q.Tasks[i]
		if got.Subject != want.subject || got.Object != want.object || got.Uses != want.uses || math.Abs(got.Uncertain-want.uncertain) > 1e-6 {
			t.Errorf("task %d is %s → %s, %d uses, uncertain %.6f; want %+v", i, got.Subject, got.Object, got.Uses, got.Uncertain, want)
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

// TestRuleConflict: a proposal about a concept that an accepted mapping of the
// set names is no lonely one any more; a rule may be about one kind.
func TestRuleConflict(t *testing.T) {
	s := openGarden(t, "turn soil")
	if err := s.Import(t.Context(), taxonomy.Release{}, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		if err := w.PutMappingSet(&taxonomy.MappingSet{ID: "urn:x:beds", Status: taxonomy.Proposed}); err != nil {
			return err
		}
		for _, m := range []taxonomy.Mapping{
			{Subject: garden + "sow", Predicate: taxonomy.ExactMatch, Object: plots + "seed", SubjectKind: "skill", Confidence: num(.9)},
			{Subject: garden + "weed", Predicate: taxonomy.ExactMatch, Object: plots + "hoe", ObjectKind: "knowledge", Confidence: num(.9)},
			{Subject: garden + "weed", Predicate: taxonomy.BroadMatch, Object: plots + "tend", Confidence: num(.9), Status: taxonomy.Accepted},
			{Subject: garden + "sow", Predicate: taxonomy.ExactMatch, Object: plots + "bed", Modifier: "Not", Status: taxonomy.Accepted},
		} {
			m.Set = "urn:x:beds"
			if _, err := w.PutMapping(&m); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	tasks, err := review.List(t.Context(), s, "urn:x:beds", review.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		rule review.Rule
		want string
	}{
		{"all", review.Rule{}, "seed hoe"}, {"alone", review.Rule{Alone: true}, "seed"},
		{"kind of the subject", review.Rule{Kind: "skill"}, "seed"}, {"kind of the object", review.Rule{Kind: "knowledge"}, "hoe"}, {"another kind", review.Rule{Kind: "occupation"}, ""},
	} {
		taken, _ := tt.rule.Select(tasks)
		var got []string
		for _, x := range taken {
			got = append(got, strings.TrimPrefix(string(x.Object), string(plots)))
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

// TestUnsure: what somebody was unsure of waits, also where the document is not
// kept, until somebody decides.
func TestUnsure(t *testing.T) {
	s := openGarden(t, "turn soil")
	unsure := func() (out []string) {
		judged, err := review.Load(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range review.UnsureOf(judged, map[taxonomy.URI]bool{"sha256:kept": true}) {
			out = append(out, string(x.Subject)+" "+string(x.Object)+" "+string(x.Status))
		}
		return out
	}
	for _, w := range []review.Word{
		{Subject: "sha256:kept", Object: garden + "dig", Verdict: taxonomy.DontKnow},
		{Subject: "sha256:b", Object: garden + "dig", Verdict: taxonomy.DontKnow},
		{Subject: "sha256:a", Object: garden + "weed", Verdict: taxonomy.DontKnow},
		{Subject: "sha256:c", Object: garden + "weed", Verdict: taxonomy.Accept},
		{Set: set, Subject: garden + "prune", Object: plots + "cut", Verdict: taxonomy.DontKnow},
	} {
		say(t, s, w)
	}
	if got := strings.Join(unsure(), ", "); got != "sha256:a "+string(garden)+"weed unsure, sha256:b "+string(garden)+"dig unsure" {
		t.Errorf("unsure: %s", got)
	}
	say(t, s, review.Word{Subject: "sha256:a", Object: garden + "weed", Verdict: taxonomy.Reject})
	if got := unsure(); len(got) != 1 {
		t.Errorf("after one was rejected: %v", got)
	}
}

// TestSeeAll: many concepts are seen as each alone would be, in the current
// release where it has them.
func TestSeeAll(t *testing.T) {
	s := openGarden(t, "turn soil")
	for version, labels := range map[string]map[string]string{"0": {"dig": "delve", "mow": "mow"}, "2": {"dig": "dig over", "weed": "weed"}} {
		if err := s.Import(t.Context(), taxonomy.Release{Ref: taxonomy.Ref{Scheme: "garden", Version: version}, Digest: "sha256:garden" + version}, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
			for id, label := range labels {
				if err := w.PutConcept(&taxonomy.Concept{URI: garden + taxonomy.URI(id), Kind: taxonomy.Skill, Labels: []taxonomy.Label{{Kind: taxonomy.PrefLabel, Lang: "en", Text: label}}}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	uris := []taxonomy.URI{garden + "weed", garden + "dig", plots + "spade", garden + "mow", garden + "dig", ""}
	all, err := review.SeeAll(t.Context(), s, uris)
	if err != nil || len(all) != 5 {
		t.Fatalf("%d, %v", len(all), err)
	}
	if all[garden+"dig"].Label != "dig over" || all[garden+"mow"].Release != "sha256:garden0" || all[plots+"spade"] != (review.Sight{}) {
		t.Errorf("seen: %+v", all)
	}
	for _, uri := range uris {
		one, err := review.See(t.Context(), s, uri)
		if err != nil || one != all[uri] {
			t.Errorf("%s: alone %+v, with others %+v (%v)", uri, one, all[uri], err)
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
