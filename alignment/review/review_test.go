package review_test

import (
	"bytes"
	"errors"
	"iter"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"concord/alignment/review"
	"concord/importers/mappings"
	"concord/importers/source"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

const (
	garden = taxonomy.URI("https://garden.example/")
	plots  = taxonomy.URI("https://plots.example/")
	set    = taxonomy.URI("https://garden.example/sets/plots")
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 5000, time.UTC)

func num(f float64) *float64 { return &f }

// openGarden opens a store with an invented framework and a set of proposed
// mappings to one that is not loaded. dig says what digging means.
func openGarden(t *testing.T, dig string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(filepath.Join(t.TempDir(), "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	define(t, s, dig)
	err = s.Import(t.Context(), taxonomy.Release{}, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		if err := w.PutMappingSet(&taxonomy.MappingSet{ID: set, License: "https://example.org/licence", Status: taxonomy.Proposed}); err != nil {
			return err
		}
		for _, m := range []taxonomy.Mapping{
			{Subject: garden + "dig", SubjectLabel: "dig", Predicate: taxonomy.ExactMatch, Object: plots + "spade", Confidence: num(.9)},
			{Subject: garden + "dig", Predicate: taxonomy.CloseMatch, Object: plots + "trench", Confidence: num(.55)},
			{Subject: garden + "dig", Predicate: taxonomy.BroadMatch, Object: plots + "trench", Confidence: num(.1)},
			{Subject: garden + "prune", Predicate: taxonomy.CloseMatch, Object: plots + "cut", Comment: "no confidence"},
			{Subject: garden + "weed", Predicate: taxonomy.ExactMatch, Object: plots + "hoe", Confidence: num(.4), Status: taxonomy.Accepted},
		} {
			m.Set = set
			if _, err := w.PutMapping(&m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// define puts the release of the garden.
func define(t *testing.T, s *sqlite.Store, dig string) {
	t.Helper()
	err := s.Import(t.Context(), taxonomy.Release{Ref: taxonomy.Ref{Scheme: "garden", Version: "1"}, Digest: "sha256:garden"}, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		return w.PutConcept(&taxonomy.Concept{URI: garden + "dig", Kind: taxonomy.Skill, Labels: []taxonomy.Label{{Kind: taxonomy.PrefLabel, Lang: "en", Text: dig}}})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func say(t *testing.T, s *sqlite.Store, w review.Word) taxonomy.Decision {
	t.Helper()
	if w.Set == "" && !strings.HasPrefix(string(w.Subject), "sha256:") {
		w.Set = set
	}
	if w.Reviewer == "" {
		w.Reviewer = "Ada"
	}
	d, err := review.NewDesk(s).Decide(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	d.Time = noon
	ids, err := s.AddDecisions(t.Context(), []taxonomy.Decision{d})
	if err != nil {
		t.Fatal(err)
	}
	d.ID = ids[0]
	return d
}

func TestDecide(t *testing.T) {
	s := openGarden(t, "dig")
	d := say(t, s, review.Word{Subject: garden + "dig", Object: plots + "spade", Verdict: taxonomy.Reject, Reason: "a tool"})
	c := &taxonomy.Concept{Labels: []taxonomy.Label{{Kind: taxonomy.PrefLabel, Lang: "en", Text: "Dig"}}}
	if d.Predicate != taxonomy.ExactMatch || d.SubjectMeaning != c.Meaning() || d.SubjectRelease != "sha256:garden" || d.ObjectMeaning != "" || d.ObjectRelease != "" {
		t.Errorf("what was seen: %+v", d)
	}
	for _, c := range []struct {
		name string
		w    review.Word
		is   error
		says string
	}{
		{"no such row", review.Word{Subject: garden + "dig", Object: plots + "hoe", Verdict: taxonomy.Accept}, taxonomy.ErrNotFound, "no mapping from"},
		{"turned", review.Word{Subject: plots + "spade", Object: garden + "dig", Verdict: taxonomy.Accept}, taxonomy.ErrNotFound, "the other way round"},
		{"two rows", review.Word{Subject: garden + "dig", Object: plots + "trench", Verdict: taxonomy.Accept}, taxonomy.ErrInvalid, "skos:closeMatch and as skos:broadMatch"},
		{"wrong row", review.Word{Subject: garden + "dig", Object: plots + "trench", Proposed: taxonomy.ExactMatch, Verdict: taxonomy.Accept}, taxonomy.ErrNotFound, "but as skos:closeMatch"},
		{"change to what", review.Word{Subject: garden + "dig", Object: plots + "spade", Verdict: taxonomy.Change}, taxonomy.ErrInvalid, "needs the predicate"},
		{"no verdict", review.Word{Subject: garden + "dig", Object: plots + "spade", Verdict: "maybe"}, taxonomy.ErrInvalid, "accept, reject, change and unsure"},
		{"supersede", review.Word{Subject: garden + "dig", Object: plots + "spade", Verdict: taxonomy.Supersede}, taxonomy.ErrInvalid, "no verdict"},
	} {
		c.w.Set, c.w.Reviewer = set, "Ada"
		if _, err := review.NewDesk(s).Decide(t.Context(), c.w); !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, err := review.NewDesk(s).Decide(t.Context(), review.Word{Subject: garden + "dig", Object: plots + "spade", Verdict: taxonomy.Accept}); !errors.Is(err, taxonomy.ErrInvalid) {
		t.Errorf("no set: %v", err)
	}
	// A changed predicate is decided on again by the one it came with.
	say(t, s, review.Word{Subject: garden + "prune", Object: plots + "cut", Verdict: taxonomy.Change, Predicate: taxonomy.ExactMatch})
	if d := say(t, s, review.Word{Subject: garden + "prune", Object: plots + "cut", Verdict: taxonomy.Accept, Reviewer: "Bo"}); d.Predicate != taxonomy.CloseMatch {
		t.Errorf("the predicate proposed: %s", d.Predicate)
	}
	desk := review.NewDesk(s)
	if uri, err := desk.Resolve(t.Context(), set, "trench", 1); err != nil || uri != plots+"trench" {
		t.Errorf("trench: %s, %v", uri, err)
	}
	if _, err := desk.Resolve(t.Context(), set, "rench", 1); !errors.Is(err, taxonomy.ErrNotFound) {
		t.Errorf("a part of a name: %v", err)
	}
}

func TestOpen(t *testing.T) {
	s := openGarden(t, "dig")
	open := func(when string, p review.Pair, want bool) {
		t.Helper()
		if got, err := review.Open(t.Context(), s, p); err != nil || got != want {
			t.Errorf("%s: open %v, %v; want %v", when, got, err, want)
		}
	}
	pair := review.Pair{Subject: garden + "dig", Object: plots + "spade"}
	turned := review.Pair{Subject: plots + "spade", Object: garden + "dig"}
	open("at first", pair, true)
	say(t, s, review.Word{Subject: garden + "dig", Object: plots + "spade", Verdict: taxonomy.Reject})
	open("rejected", pair, false)
	open("the other way round", turned, false)
	open("another pair", review.Pair{Subject: garden + "dig", Object: plots + "trench"}, true)
	define(t, s, "DIG ")
	open("only case has changed", pair, false)
	define(t, s, "dig holes for trees")
	open("another meaning", pair, true)
	open("another meaning, the other way round", turned, true)
	say(t, s, review.Word{Subject: garden + "dig", Object: plots + "spade", Verdict: taxonomy.Reject})
	open("rejected again", pair, false)
	say(t, s, review.Word{Subject: garden + "dig", Object: plots + "spade", Verdict: taxonomy.Accept, Reviewer: "Bo"})
	open("accepted by another, later", pair, true)
	document := review.Pair{Subject: "sha256:00ff", Object: garden + "dig"}
	say(t, s, review.Word{Subject: "sha256:00ff", Object: garden + "dig", Verdict: taxonomy.Reject})
	open("an alignment", document, false)
}

func TestList(t *testing.T) {
	s := openGarden(t, "dig")
	list := func(opt review.ListOptions) string {
		t.Helper()
		tasks, err := review.List(t.Context(), s, set, opt)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, task := range tasks {
			out = append(out, strings.TrimPrefix(string(task.Object), string(plots)))
		}
		return strings.Join(out, " ")
	}
	if got := list(review.ListOptions{}); got != "spade trench trench cut" {
		t.Errorf("in order: %s", got)
	}
	if got := list(review.ListOptions{Uncertainty: true}); got != "cut trench spade trench" { // 1, .9, .2, .2
		t.Errorf("by uncertainty: %s", got)
	}
	say(t, s, review.Word{Subject: garden + "dig", Object: plots + "spade", Verdict: taxonomy.Accept})
	if ada, bo := list(review.ListOptions{Reviewer: "Ada"}), list(review.ListOptions{Reviewer: "Bo"}); ada != "trench trench cut hoe" || bo != "spade trench trench cut hoe" {
		t.Errorf("for Ada %s; for Bo %s", ada, bo)
	}
	if _, err := review.List(t.Context(), s, "urn:x:none", review.ListOptions{}); !errors.Is(err, taxonomy.ErrNotFound) {
		t.Errorf("no such set: %v", err)
	}
}

// table makes decisions of two reviewers of a table of counts.
func table(categories []taxonomy.Verdict, counts [][]int) iter.Seq2[taxonomy.Decision, error] {
	return func(yield func(taxonomy.Decision, error) bool) {
		n := 0
		for i, row := range counts {
			for j, count := range row {
				for range count {
					n++
					for k, who := range []string{"A", "B"} {
						d := taxonomy.Decision{Set: set, Subject: taxonomy.URI("s" + strings.Repeat("x", n)), Object: "o", Predicate: taxonomy.ExactMatch, Reviewer: who, Verdict: categories[[2]int{i, j}[k]]}
						if !yield(d, nil) {
							return
						}
					}
				}
			}
		}
	}
}

func TestAgree(t *testing.T) {
	yes, no, unsure := taxonomy.Accept, taxonomy.Reject, taxonomy.DontKnow
	for _, c := range []struct {
		name           string
		categories     []taxonomy.Verdict
		counts         [][]int
		raw, expected  float64
		kappa, low, up float64 // kappa NaN: not defined
	}{
		// By hand: 35 of 50; chance (25·30 + 25·20) ÷ 2500; standard error √(.7·.3 ÷ (50·.25)).
		{"two categories", []taxonomy.Verdict{yes, no}, [][]int{{20, 5}, {10, 15}}, .7, .5, .4, .4 - 1.96*.12961, .4 + 1.96*.12961},
		// By hand: 18 of 30; margins 12, 10, 8 and 10, 12, 8: (120 + 120 + 64) ÷ 900.
		{"three categories", []taxonomy.Verdict{yes, no, unsure}, [][]int{{8, 3, 1}, {1, 7, 2}, {1, 2, 5}}, 20. / 30, 304. / 900, (20./30 - 304./900) / (1 - 304./900), 0, 0},
		{"always the same", []taxonomy.Verdict{yes}, [][]int{{9}}, 1, 1, math.NaN(), 0, 0},
		{"wholly apart", []taxonomy.Verdict{yes, no}, [][]int{{0, 4}, {4, 0}}, 0, .5, -1, 0, 0},
		{"nothing in common", nil, nil, 0, 0, math.NaN(), 0, 0},
	} {
		g, err := review.Agree(table(c.categories, c.counts), "A", "B")
		if err != nil {
			t.Fatal(err)
		}
		near := func(a, b float64) bool { return math.Abs(a-b) < 1e-4 }
		if !near(g.Raw, c.raw) || !near(g.Expected, c.expected) || (g.Kappa == nil) != math.IsNaN(c.kappa) || g.Kappa != nil && !near(*g.Kappa, c.kappa) {
			t.Errorf("%s: raw %v, expected %v, kappa %v", c.name, g.Raw, g.Expected, g.Kappa)
		}
		if c.up != 0 && (!near(g.Interval[0], c.low) || !near(g.Interval[1], c.up)) {
			t.Errorf("%s: interval %v, want %v to %v", c.name, *g.Interval, c.low, c.up)
		}
		if len(c.counts) > 1 && c.name != "wholly apart" && !cmp.Equal(c.counts, g.Table) {
			t.Errorf("%s: table %v", c.name, g.Table)
		}
	}
	s := openGarden(t, "dig")
	dig, prune, weed := garden+"dig", garden+"prune", garden+"weed"
	say(t, s, review.Word{Subject: dig, Object: plots + "spade", Verdict: yes})
	say(t, s, review.Word{Subject: dig, Object: plots + "spade", Verdict: no, Reason: "a tool"}) // what stands
	say(t, s, review.Word{Subject: dig, Object: plots + "spade", Verdict: yes, Reviewer: "Bo"})
	say(t, s, review.Word{Subject: prune, Object: plots + "cut", Verdict: taxonomy.Change, Predicate: taxonomy.ExactMatch})
	say(t, s, review.Word{Subject: prune, Object: plots + "cut", Verdict: taxonomy.Change, Predicate: taxonomy.BroadMatch, Reviewer: "Bo"})
	say(t, s, review.Word{Subject: weed, Object: plots + "hoe", Verdict: yes, Reviewer: "Bo"})
	g, err := review.Agree(s.Decisions(t.Context(), taxonomy.DecisionFilter{Standing: true}), "Ada", "Bo")
	if err != nil {
		t.Fatal(err)
	}
	want := []review.Disagreement{
		{Set: set, Subject: dig, Predicate: taxonomy.ExactMatch, Object: plots + "spade", A: "reject", B: "accept", ReasonA: "a tool"},
		{Set: set, Subject: prune, Predicate: taxonomy.CloseMatch, Object: plots + "cut", A: "change to skos:exactMatch", B: "change to skos:broadMatch"},
	}
	if diff := cmp.Diff(want, g.Disagreements); diff != "" || g.Both != 2 || g.OnlyA != 0 || g.OnlyB != 1 || len(g.ByPredicate) != 2 {
		t.Errorf("(-want +got):\n%s%+v", diff, g)
	}
}

// written exports the decisions of a store and reads the file again.
func written(t *testing.T, s *sqlite.Store) *taxonomy.Crosswalk {
	t.Helper()
	c, err := review.Export(t.Context(), s, taxonomy.MappingSet{ID: "urn:concord:decisions", Title: "Decisions", License: "https://example.org/licence"}, decisions(t, s, true))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	losses, err := mappings.Write(&b, "sssom", c)
	if err != nil || len(losses) > 0 {
		t.Fatal(err, losses)
	}
	return parse(t, b.String())
}

func parse(t *testing.T, text string) *taxonomy.Crosswalk {
	t.Helper()
	results, err := mappings.Read(source.NewFile("r.sssom.tsv", []byte(text)), mappings.Options{})
	if err != nil || len(results) != 1 || len(results[0].Problems) > 0 {
		t.Fatalf("%v, %+v\n%s", err, results[0].Problems, text)
	}
	return results[0].Crosswalk
}

func decisions(t *testing.T, s *sqlite.Store, standing bool) (out []taxonomy.Decision) {
	t.Helper()
	for d, err := range s.Decisions(t.Context(), taxonomy.DecisionFilter{Standing: standing}) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, d)
	}
	return out
}

func TestExchange(t *testing.T) {
	s := openGarden(t, "dig")
	dig := garden + "dig"
	say(t, s, review.Word{Subject: dig, Object: plots + "spade", Verdict: taxonomy.Accept})
	say(t, s, review.Word{Subject: dig, Object: plots + "spade", Verdict: taxonomy.Reject, Reason: "a tool,\tnot a skill"})
	say(t, s, review.Word{Subject: garden + "prune", Object: plots + "cut", Verdict: taxonomy.Change, Predicate: taxonomy.BroadMatch, Reviewer: "orcid:0000-0000-0000-0001"})
	say(t, s, review.Word{Subject: dig, Object: plots + "trench", Proposed: taxonomy.BroadMatch, Verdict: taxonomy.DontKnow, Reviewer: "Bo"})
	say(t, s, review.Word{Subject: "sha256:00ff", Object: dig, Verdict: taxonomy.Accept})
	c := written(t, s)
	if len(c.Mappings) != 5 { // a change has two
		t.Fatalf("%d rows", len(c.Mappings))
	}
	agreements := map[string]int{}
	for _, m := range c.Mappings {
		agreements[string(m.Predicate)+" "+strings.Join(m.Slots["reviewer_agreement"], "")]++
		if m.Justification != taxonomy.MappingReview || len(m.Slots["review_date"]) == 0 {
			t.Errorf("%+v", m)
		}
	}
	if diff := cmp.Diff(map[string]int{"skos:exactMatch -1": 1, "skos:closeMatch -1": 1, "skos:broadMatch 1": 1, "skos:broadMatch 0": 1, "skos:mappingRelation 1": 1}, agreements); diff != "" {
		t.Error(diff)
	}
	read := func(s *sqlite.Store, c *taxonomy.Crosswalk, opt review.ImportOptions) *review.Import {
		t.Helper()
		opt.Now = noon.AddDate(0, 1, 0)
		in, err := review.Read(t.Context(), s, c, opt)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.AddDecisions(t.Context(), in.Decisions); err != nil {
			t.Fatal(err)
		}
		return in
	}
	if in := read(s, c, review.ImportOptions{}); len(in.Decisions) != 0 || in.Known != 4 || len(in.Problems) != 0 {
		t.Errorf("into the same store: %+v", in)
	}
	// Another store gets the same decisions, once, with what the reviewer saw.
	other := openGarden(t, "dig holes for trees")
	for i, want := range []int{4, 0, 0} {
		if in := read(other, c, review.ImportOptions{}); len(in.Decisions) != want || len(in.Problems) != 0 {
			t.Errorf("round %d: %+v", i, in)
		}
	}
	if diff := cmp.Diff(decisions(t, s, true), decisions(t, other, false), cmpopts.IgnoreFields(taxonomy.Decision{}, "ID")); diff != "" {
		t.Errorf("(-here +there):\n%s", diff)
	}
	// A later word of the same reviewer is not undone by the older file.
	say(t, other, review.Word{Subject: dig, Object: plots + "spade", Verdict: taxonomy.Accept})
	if in := read(other, c, review.ImportOptions{}); len(in.Decisions) != 0 {
		t.Errorf("an old file again: %+v", in.Decisions)
	}
}

// TestForeign reads files that others wrote, with SSSOM's own slots.
func TestForeign(t *testing.T) {
	const head = "# curie_map:\n#   g: https://garden.example/\n#   p: https://plots.example/\n# license: https://example.org/licence\n# mapping_set_id: https://garden.example/sets/plots\n" +
		"subject_id\tpredicate_id\tobject_id\tmapping_justification\treviewer_label\treview_date\treviewer_agreement\tcomment\n"
	s := openGarden(t, "dig")
	c := parse(t, head+
		"g:dig\tskos:exactMatch\tp:spade\tsemapv:MappingReview\tAda|Bo\t2026-01-02\t0.4\tfine\n"+
		"g:dig\tskos:closeMatch\tp:trench\tsemapv:MappingReview\tAda\t\t\t\n"+
		"g:prune\tskos:closeMatch\tp:cut\tsemapv:MappingReview\t\t\t-0.5\t\n"+
		"g:weed\tskos:exactMatch\tp:hoe\tsemapv:ManualMappingCuration\t\t\t\t\n"+
		"g:dig\tskos:relatedMatch\tp:spade\tsemapv:MappingReview\tAda\t\t1\t\n")
	in, err := review.Read(t.Context(), s, c, review.ImportOptions{Reviewer: "Cy", Now: noon, File: "f"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range in.Decisions {
		got = append(got, d.Reviewer+" "+string(d.Verdict)+" "+d.Time.Format(time.DateOnly)+" "+d.Reason)
	}
	want := []string{"Ada accept 2026-01-02 fine", "Bo accept 2026-01-02 fine", "Ada accept 2026-03-04 ", "Cy reject 2026-03-04 "}
	if !slices.Equal(got, want) || in.Undecided != 1 || len(in.Problems) != 1 || in.Problems[0].Code != "no-such-mapping" || in.Problems[0].Line != 11 {
		t.Errorf("got %q, %d undecided, %+v", got, in.Undecided, in.Problems)
	}
	in, err = review.Read(t.Context(), s, c, review.ImportOptions{Now: noon})
	if err != nil || len(in.Problems) != 2 || in.Problems[0].Code != "no-reviewer" {
		t.Errorf("nobody: %v, %+v", err, in.Problems)
	}
}

func TestReadTable(t *testing.T) {
	lines, err := review.ReadTable(source.NewFile("d.csv", []byte("subject,object,verdict,predicate,proposed,reason\na,b,Accept,,exact,\nc,d,,,,not yet\ne,f,change,broad,skos:exactMatch,\"too, wide\"\n")), review.Word{Set: "urn:s", Reviewer: "Ada"})
	want := []review.Line{
		{Word: review.Word{Set: "urn:s", Subject: "a", Object: "b", Verdict: taxonomy.Accept, Proposed: taxonomy.ExactMatch, Reviewer: "Ada"}, Number: 2},
		{Word: review.Word{Set: "urn:s", Subject: "e", Object: "f", Verdict: taxonomy.Change, Predicate: taxonomy.BroadMatch, Proposed: taxonomy.ExactMatch, Reason: "too, wide", Reviewer: "Ada"}, Number: 4},
	}
	if diff := cmp.Diff(want, lines); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	for _, text := range []string{"", "subject,object\na,b\n", "subject,object,verdict,predicate\na,b,change,maybe\n", "subject,object,verdict\n\"a,b,accept\n"} {
		if _, err := review.ReadTable(source.NewFile("d.csv", []byte(text)), review.Word{}); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}

func FuzzReadTable(f *testing.F) {
	f.Add("subject,object,verdict,predicate\na,b,change,broad\n")
	f.Add("subject\tobject\tverdict\tset\n\"a\"\tb\treject\tu\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		lines, err := review.ReadTable(source.NewFile("d.csv", []byte(text)), review.Word{})
		for _, l := range lines {
			if err != nil || l.Verdict == "" || l.Number < 2 {
				t.Errorf("%+v, %v", l, err)
			}
		}
	})
}
