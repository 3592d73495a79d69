package suggest

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

func suggested(t *testing.T, s *sqlite.Store, change func(*Options)) *Result {
	t.Helper()
	table, w := shipped(t)
	opt := options(t, s)
	if change != nil {
		change(&opt)
	}
	res, err := Run(t.Context(), s, table, w, opt)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// tops maps each source to its first candidate.
func tops(res *Result) map[string]string {
	out := map[string]string{}
	for _, s := range res.Sources {
		if len(s.Candidates) > 0 {
			out[string(s.URI)] = string(s.Candidates[0].Object)
		}
	}
	return out
}

func TestRun(t *testing.T) {
	s := newStore(t)
	res := suggested(t, s, nil)
	want := map[string]string{"urn:t:baker": "urn:j:baker", "urn:t:welder": "urn:j:welder", "urn:t:nurse": "urn:j:nurse", "urn:t:teacher": "urn:j:teacher", "urn:t:driver": "urn:j:driver"}
	if d := cmp.Diff(want, tops(res)); d != "" {
		t.Errorf("first candidates (-want +got)\n%s", d)
	}
	for _, src := range res.Sources {
		if src.Key != src.Code || len(src.Candidates) > 5 {
			t.Errorf("%s: key %q, %d candidates", src.URI, src.Key, len(src.Candidates))
		}
		for i, c := range src.Candidates {
			if i > 0 && c.Score > src.Candidates[i-1].Score {
				t.Errorf("%s: candidates do not fall", src.URI)
			}
			sum := 0.0
			for _, e := range c.Evidence() {
				sum += e.Adds
			}
			if math.Abs(sum-c.Score) > 1e-4 {
				t.Errorf("%s → %s: evidence sums to %f, the score is %f", c.Subject, c.Object, sum, c.Score)
			}
			if got := round(sigmoid(c.Score)); math.Abs(got-c.Confidence) > 1e-5 {
				t.Errorf("%s → %s: confidence %f is not of the score", c.Subject, c.Object, c.Confidence)
			}
		}
	}
	bus := res.Sources[slices.IndexFunc(res.Sources, func(s Source) bool { return s.URI == "urn:t:driver" })].Candidates[0]
	if got := bus.Labels(); len(got) != 2 || !got[0].Same || !got[1].Same {
		t.Errorf("labels of the drivers: %+v", got)
	}
	if !strings.HasPrefix(bus.Why(), `both are called "`) {
		t.Errorf("why: %s", bus.Why())
	}
	// The same store gives the same bytes.
	first, _ := json.Marshal(res.Sources)
	again, _ := json.Marshal(suggested(t, s, nil).Sources)
	if string(first) != string(again) {
		t.Error("another run says something else")
	}
}

// Without vectors the words alone must do.
func TestRunWithoutTable(t *testing.T) {
	s := newStore(t)
	_, w := shipped(t)
	res, err := Run(t.Context(), s, nil, w, options(t, s))
	if err != nil {
		t.Fatal(err)
	}
	got := tops(res)
	for _, name := range []string{"welder", "nurse", "teacher", "driver"} {
		if got["urn:t:"+name] != "urn:j:"+name {
			t.Errorf("%s goes to %s", name, got["urn:t:"+name])
		}
	}
	for _, src := range res.Sources {
		for _, c := range src.Candidates {
			if math.IsNaN(c.Score) {
				t.Fatalf("%s → %s has no score", c.Subject, c.Object)
			}
		}
	}
}

func decide(t *testing.T, s *sqlite.Store, d taxonomy.Decision) {
	t.Helper()
	d.Set, d.Predicate, d.Time = "urn:set", taxonomy.ExactMatch, time.Unix(1700000000, 0)
	if _, err := s.AddDecisions(t.Context(), []taxonomy.Decision{d}); err != nil {
		t.Fatal(err)
	}
}

func meaning(t *testing.T, s *sqlite.Store, scheme string, uri taxonomy.URI) string {
	t.Helper()
	c, err := s.Concept(t.Context(), taxonomy.Ref{Scheme: scheme}, uri)
	if err != nil {
		t.Fatal(err)
	}
	return c.Meaning()
}

// What a reviewer rejected stays away until one of the concepts means
// something else, from whichever end it was rejected.
func TestRejected(t *testing.T) {
	s := newStore(t)
	decide(t, s, taxonomy.Decision{Subject: "urn:t:driver", Object: "urn:j:driver", Verdict: taxonomy.Reject, Reviewer: "Ada",
		SubjectMeaning: meaning(t, s, "trades", "urn:t:driver"), ObjectMeaning: meaning(t, s, "jobs", "urn:j:driver")})
	decide(t, s, taxonomy.Decision{Subject: "urn:j:nurse", Object: "urn:t:nurse", Verdict: taxonomy.Reject, Reviewer: "Ada"})
	decide(t, s, taxonomy.Decision{Subject: "urn:t:welder", Object: "urn:j:welder", Verdict: taxonomy.Reject, Reviewer: "Ada"})
	decide(t, s, taxonomy.Decision{Subject: "urn:t:welder", Object: "urn:j:welder", Verdict: taxonomy.Accept, Reviewer: "Bo"})
	res := suggested(t, s, nil)
	if res.Rejected != 2 {
		t.Errorf("%d rejected", res.Rejected)
	}
	for _, src := range res.Sources {
		for _, c := range src.Candidates {
			if c.Subject == "urn:t:driver" && c.Object == "urn:j:driver" || c.Subject == "urn:t:nurse" && c.Object == "urn:j:nurse" {
				t.Errorf("%s → %s was rejected", c.Subject, c.Object)
			}
		}
	}
	changed := slices.Clone(jobs)
	changed[6].about = "Bus drivers run their own company."
	put(t, s, "jobs", changed, taxonomy.Skill, taxonomy.EssentialFor)
	if got := tops(suggested(t, s, nil)); got["urn:t:driver"] != "urn:j:driver" || got["urn:t:nurse"] == "urn:j:nurse" {
		t.Errorf("with another meaning: %v", got)
	}
}

// Accepted sets speak for pairs: directly, and through a third framework.
func TestBridges(t *testing.T) {
	s := newStore(t)
	err := s.Import(t.Context(), taxonomy.Release{}, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		for _, set := range []struct {
			id     taxonomy.URI
			status taxonomy.Status
			rows   []taxonomy.Mapping
		}{
			{"urn:direct", taxonomy.Accepted, []taxonomy.Mapping{{Subject: "urn:t:nurse", Predicate: taxonomy.NarrowMatch, Object: "urn:j:midwife"}}},
			{"urn:one", taxonomy.Accepted, []taxonomy.Mapping{{Subject: "urn:t:baker", Predicate: taxonomy.ExactMatch, Object: "urn:x:1"}}},
			{"urn:two", taxonomy.Accepted, []taxonomy.Mapping{{Subject: "urn:j:pastry", Predicate: taxonomy.ExactMatch, Object: "urn:x:1"}}},
			{"urn:proposed", taxonomy.Proposed, []taxonomy.Mapping{{Subject: "urn:t:driver", Predicate: taxonomy.ExactMatch, Object: "urn:j:welder"}}},
		} {
			if err := w.PutMappingSet(&taxonomy.MappingSet{ID: set.id, Status: set.status}); err != nil {
				return err
			}
			for _, m := range set.rows {
				m.Set = set.id
				if _, err := w.PutMapping(&m); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	bridge := func(res *Result, subject, object taxonomy.URI) (float64, taxonomy.Match) {
		for _, src := range res.Sources {
			for _, c := range src.Candidates {
				if c.Subject == subject && c.Object == object {
					for _, e := range c.Evidence() {
						if e.Name == "bridge" {
							return e.Adds, c.Predicate
						}
					}
				}
			}
		}
		return 0, ""
	}
	res := suggested(t, s, nil)
	if adds, p := bridge(res, "urn:t:nurse", "urn:j:midwife"); adds != mappedLoose || p != taxonomy.NarrowMatch {
		t.Errorf("mapped as narrower: %v, %s", adds, p)
	}
	if adds, _ := bridge(res, "urn:t:baker", "urn:j:pastry"); adds != bridged {
		t.Errorf("through a third framework: %v", adds)
	}
	if adds, _ := bridge(res, "urn:t:driver", "urn:j:welder"); adds != 0 {
		t.Errorf("a set that nobody accepted adds %v", adds)
	}
	for name, change := range map[string]func(*Options){
		"no bridges": func(o *Options) { o.NoBridges = true },
		"ignored":    func(o *Options) { o.Ignore = []taxonomy.URI{"urn:direct", "urn:two"} },
	} {
		if res := suggested(t, s, change); res.Bridged != 0 {
			t.Errorf("%s: %d bridged", name, res.Bridged)
		}
	}
}

// A release compared with another of its scheme finds itself.
func TestSameIdentifiers(t *testing.T) {
	s := newStore(t)
	moved := slices.Clone(jobs)
	moved[0].labels = "loaf artisan" // same identifier, another name
	put(t, s, "jobs2", moved, taxonomy.Skill, taxonomy.EssentialFor)
	to, err := s.Release(t.Context(), taxonomy.Ref{Scheme: "jobs2"})
	if err != nil {
		t.Fatal(err)
	}
	from, err := s.Release(t.Context(), taxonomy.Ref{Scheme: "jobs"})
	if err != nil {
		t.Fatal(err)
	}
	res := suggested(t, s, func(o *Options) { o.From, o.To = from, to })
	for _, src := range res.Sources {
		first := src.Candidates[0]
		if first.Object != src.URI {
			t.Errorf("%s goes to %s", src.URI, first.Object)
		}
		want := taxonomy.ExactMatch
		if src.URI == "urn:j:baker" {
			want = taxonomy.CloseMatch // its name has become another
		}
		if first.Predicate != want {
			t.Errorf("%s is %s to itself", src.URI, first.Predicate)
		}
	}
}

func TestErrors(t *testing.T) {
	s := newStore(t)
	table, w := shipped(t)
	opt := options(t, s)
	opt.Kinds = []taxonomy.Kind{taxonomy.Ability}
	if _, err := Run(t.Context(), s, table, w, opt); !errors.Is(err, taxonomy.ErrNotFound) {
		t.Errorf("a kind that nobody has: %v", err)
	}
	opt.Kinds = []taxonomy.Kind{taxonomy.Skill}
	if _, err := Run(t.Context(), s, table, w, opt); !errors.Is(err, taxonomy.ErrNotFound) {
		t.Errorf("a kind that one has: %v", err)
	}
	for _, text := range []string{"", "{}", `{"measures":["x"]}`} {
		if _, err := LoadWeights([]byte(text)); !errors.Is(err, taxonomy.ErrInvalid) {
			t.Errorf("weights %q: %v", text, err)
		}
	}
	opt.Kinds = []taxonomy.Kind{taxonomy.Occupation}
	judged := []Judged{{"10-1", "urn:j:baker", taxonomy.ExactMatch}}
	if _, _, err := Train(t.Context(), s, table, judged, "test", opt); !errors.Is(err, taxonomy.ErrInvalid) {
		t.Errorf("training on one pair: %v", err)
	}
}

func TestFamilies(t *testing.T) {
	got := families([]taxonomy.Kind{taxonomy.Occupation, taxonomy.Knowledge, taxonomy.Skill})
	want := []family{{taxonomy.Skill, taxonomy.Knowledge}, {taxonomy.Occupation}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]family{{taxonomy.Knowledge}}, families([]taxonomy.Kind{taxonomy.Knowledge})); d != "" {
		t.Error(d)
	}
}

func TestCodeStem(t *testing.T) {
	for code, want := range map[string]string{"98-7654.01": "98-7654", "98-7654.00": "98-765", "9876.1": "9876", "2341": "234", "A": "", "": ""} {
		if got := codeStem(code); got != want {
			t.Errorf("codeStem(%q) = %q, want %q", code, got, want)
		}
	}
}

func TestBag(t *testing.T) {
	a := bag{{1, 2}, {3, 1}, {5, 1}}
	b := bag{{3, 4}, {4, 1}, {5, 2}}
	if got := a.dot(b); got != 6 {
		t.Errorf("dot: %v", got)
	}
	if got := a.shareIn(b); got != 0.5 {
		t.Errorf("shareIn: %v", got)
	}
	if d := cmp.Diff(bag{{1, 2}, {3, 3}, {4, 0.5}, {5, 2}}, a.add(b, 0.5), cmp.AllowUnexported(entry{})); d != "" {
		t.Errorf("add: %s", d)
	}
	if d := cmp.Diff(bag{{1, 1}, {2, 5}}, bag{{2, 2}, {1, 1}, {2, 3}}.sum(), cmp.AllowUnexported(entry{})); d != "" {
		t.Errorf("sum: %s", d)
	}
}

// best leaves what sorting would put first.
func TestBest(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for n := range 40 {
		all := make([]scored, 30)
		for i := range all {
			all[i] = scored{int32(i), float32(rng.IntN(8))}
		}
		want := slices.Clone(all)
		slices.SortFunc(want, byScore)
		best(all, n)
		got := all[:min(n, len(all))]
		slices.SortFunc(got, byScore)
		if d := cmp.Diff(want[:min(n, len(all))], got, cmp.AllowUnexported(scored{})); d != "" {
			t.Fatalf("best %d: %s", n, d)
		}
	}
}
