package releases_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/alignment"
	"concord/alignment/releases"
	"concord/importers/source"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

func planner(t testing.TB, s *sqlite.Store) *releases.Planner {
	t.Helper()
	p, err := releases.NewPlanner(t.Context(), s, v1, v2, options(t))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func stated(uri string) releases.Item {
	return releases.Item{File: "a.json", State: releases.StateStated, Stated: alignment.Stated{URI: taxonomy.URI(uri)}}
}

func TestVerdicts(t *testing.T) {
	p := planner(t, craft(t))
	for _, tt := range []struct {
		uri     string
		verdict releases.Verdict
		why     releases.Why
		after   string
	}{
		{"urn:s:same", releases.Automatic, releases.WhyUnchanged, "urn:s:same"},
		{"urn:s:word", releases.Automatic, releases.WhyWording, "urn:s:word"},
		{"urn:s:alt", releases.Automatic, releases.WhyWording, "urn:s:alt"},
		{"urn:g:clay", releases.Automatic, releases.WhyRenamed, "urn:G:1"},
		{"urn:s:addr", releases.Automatic, releases.WhyRenamed, "urn:s:addr2"},
		{"urn:o:potter", releases.Automatic, releases.WhyUnchanged, "urn:o:potter"},
		{"urn:s:dep", releases.Automatic, releases.WhyReplaced, "urn:s:caulk"},
		{"urn:s:fresh", releases.Automatic, releases.WhyAlready, "urn:s:fresh"},
		{"urn:s:drift", releases.Review, releases.WhyMeaning, "urn:s:drift"},
		{"urn:s:type", releases.Review, releases.WhyRetyped, "urn:s:type"},
		{"urn:s:move", releases.Review, releases.WhyMoved, "urn:s:move"},
		{"urn:s:split", releases.Review, releases.WhySplit, "urn:s:nets"},
		{"urn:s:merged", releases.Review, releases.WhySameName, "urn:s:write"},
		{"urn:s:gone", releases.Dead, releases.WhyRetired, ""},
	} {
		s, ok := p.Plan(stated(tt.uri))
		after := ""
		if s.After != nil {
			after = string(s.After.URI)
		}
		if !ok || s.Verdict != tt.verdict || s.Why != tt.why || after != tt.after && tt.verdict != releases.Dead || s.Reason == "" {
			t.Errorf("%s: %v %s %s → %s (%s)", tt.uri, ok, s.Verdict, s.Why, after, s.Reason)
		}
	}
	if _, ok := p.Plan(stated("urn:other:1")); ok {
		t.Error("another framework's concept is in the plan")
	}
	it := stated("urn:other:1")
	it.Scheme = "craft"
	if s, ok := p.Plan(it); !ok || s.Verdict != releases.Review || s.Why != releases.WhyUnknown || s.After != nil {
		t.Errorf("unknown in this scheme: %v %+v", ok, s)
	}
	// By a code that is surely of the framework, and by the name in it.
	if s, ok := p.Plan(releases.Item{Stated: alignment.Stated{Code: "73.1", Framework: "craft"}}); !ok || s.After.URI != "urn:o:potter" {
		t.Errorf("by code: %v %+v", ok, s)
	}
	if s, ok := p.Plan(releases.Item{Stated: alignment.Stated{Name: "Send Telegrams", Framework: "Craft"}}); !ok || s.Verdict != releases.Dead {
		t.Errorf("by name: %v %+v", ok, s)
	}
	if _, ok := p.Plan(releases.Item{Stated: alignment.Stated{Name: "send telegrams"}}); ok {
		t.Error("by a name of no framework")
	}
}

// crosswalk is a set whose objects are of the old release.
func crosswalk(t testing.TB, s *sqlite.Store) *taxonomy.Crosswalk {
	t.Helper()
	half := 0.5
	set := &taxonomy.Crosswalk{MappingSet: taxonomy.MappingSet{ID: "urn:set:x", Title: "X to craft", ObjectSource: "craft", ObjectVersion: "1", Slots: taxonomy.Slots{"see_also": {"urn:y"}}}}
	row := func(subject, object taxonomy.URI, p taxonomy.Match) {
		set.Mappings = append(set.Mappings, taxonomy.Mapping{Set: set.ID, Subject: subject, Predicate: p, Object: object, Confidence: &half, Line: len(set.Mappings) + 10})
	}
	row("urn:x:1", "urn:s:same", taxonomy.ExactMatch)
	row("urn:x:2", "urn:s:drift", taxonomy.ExactMatch)
	row("urn:x:3", "urn:s:gone", taxonomy.CloseMatch)
	row("urn:x:4", "urn:s:dep", taxonomy.BroadMatch)
	row("urn:x:5", taxonomy.NoTerm, taxonomy.ExactMatch)
	row("urn:x:6", "urn:s:merged", taxonomy.NarrowMatch)
	row("urn:x:7", "urn:s:addr", taxonomy.ExactMatch)
	row("urn:x:7", "urn:s:addr2", taxonomy.ExactMatch) // becomes the same as the one before
	set.Mappings[7].ObjectLabel = "Steer by the stars"
	write(t, s, set)
	return read(t, s, set.ID)
}

func write(t testing.TB, s *sqlite.Store, set *taxonomy.Crosswalk) {
	t.Helper()
	err := s.Import(t.Context(), taxonomy.Release{}, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		if err := w.PutMappingSet(&set.MappingSet); err != nil {
			return err
		}
		for i := range set.Mappings {
			if _, err := w.PutMapping(&set.Mappings[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, s *sqlite.Store, id taxonomy.URI) *taxonomy.Crosswalk {
	t.Helper()
	sets, err := s.MappingSets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := &taxonomy.Crosswalk{}
	for _, m := range sets {
		if m.ID == id {
			out.MappingSet = m
		}
	}
	for m, err := range s.MappingsOf(t.Context(), id) {
		if err != nil {
			t.Fatal(err)
		}
		out.Mappings = append(out.Mappings, m)
	}
	return out
}

// planSet makes the plan of a set and reads it back from its lines.
func planSet(t testing.TB, p *releases.Planner, set *taxonomy.Crosswalk) (*releases.Head, []releases.Step, *releases.Summary) {
	t.Helper()
	side, err := p.SideOf(set)
	if err != nil || side != releases.ObjectSide {
		t.Fatalf("side %s: %v", side, err)
	}
	head := releases.Head{Kind: releases.OfSet, Set: set.ID, Side: side, Rows: len(set.Mappings)}
	head.From, head.To = p.Releases()
	var b bytes.Buffer
	w, err := releases.NewPlanWriter(&b, head)
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range releases.Items(set, side) {
		s, ok := p.Plan(it)
		if !ok {
			w.Elsewhere()
			continue
		}
		if err := w.Add(s); err != nil {
			t.Fatal(err)
		}
	}
	h, steps, err := releases.ReadPlan("plan.jsonl", &b)
	if err != nil {
		t.Fatal(err)
	}
	return h, steps, w.Summary()
}

func TestMigrateSet(t *testing.T) {
	s := craft(t)
	set := crosswalk(t, s)
	// A reviewer's word goes along, though decisions are of the old set.
	if _, err := s.AddDecisions(t.Context(), []taxonomy.Decision{{Set: set.ID, Subject: "urn:x:1", Predicate: taxonomy.ExactMatch, Object: "urn:s:same", Verdict: taxonomy.Change, Changed: taxonomy.CloseMatch, Reviewer: "Ada", Time: day}}); err != nil {
		t.Fatal(err)
	}
	set = read(t, s, set.ID)
	head, steps, sum := planSet(t, planner(t, s), set)
	if diff := cmp.Diff(map[releases.Verdict]int{releases.Automatic: 4, releases.Review: 2, releases.Dead: 1}, sum.Verdicts); diff != "" {
		t.Errorf("verdicts (-want +got)\n%s", diff)
	}
	for i := range steps {
		if steps[i].Before.URI == "urn:s:merged" { // a person accepts what is proposed
			steps[i].Accepted = true
		}
	}
	made, done, err := releases.Migrate(set, head, steps)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&releases.Applied{Set: "urn:set:x:craft-2", From: set.ID, Done: 5, Changed: 3, Waiting: 1, Dropped: 1, Merged: 1, Copied: 1}, done); diff != "" {
		t.Errorf("applied (-want +got)\n%s", diff)
	}
	write(t, s, made)
	there := read(t, s, made.ID)
	type row struct {
		Object    taxonomy.URI
		Predicate taxonomy.Match
		Status    taxonomy.Status
		Why       bool
	}
	got := map[taxonomy.URI]row{}
	for _, m := range there.Mappings {
		got[m.Subject] = row{m.Object, m.Predicate, m.Status, len(m.Slots["concord_migration"]) == 1}
	}
	want := map[taxonomy.URI]row{
		"urn:x:1": {"urn:s:same", taxonomy.CloseMatch, taxonomy.Accepted, false},
		"urn:x:2": {"urn:s:drift", taxonomy.ExactMatch, taxonomy.Unsure, true},
		"urn:x:4": {"urn:s:caulk", taxonomy.BroadMatch, taxonomy.Accepted, false},
		"urn:x:5": {taxonomy.NoTerm, taxonomy.ExactMatch, taxonomy.Accepted, false},
		"urn:x:6": {"urn:s:write", taxonomy.RelatedMatch, taxonomy.Accepted, false},
		"urn:x:7": {"urn:s:addr2", taxonomy.ExactMatch, taxonomy.Accepted, false},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got)\n%s", diff)
	}
	if there.ObjectVersion != "2" || !releases.DerivedFrom(&there.MappingSet, set.ID) || len(there.Slots["see_also"]) != 1 || there.Slots["mapping_set_source"][0] != "urn:set:x" {
		t.Errorf("set: %+v", there.MappingSet)
	}
	if !releases.SameSet(made, there) {
		t.Error("what was written is not what the plan made")
	}
	// Applying again changes nothing, the old set never changed, and taking back is exact.
	again, _, err := releases.Migrate(set, head, steps)
	if err != nil || !releases.SameSet(again, there) {
		t.Errorf("a second time: %v", err)
	}
	if diff := cmp.Diff(set, read(t, s, set.ID)); diff != "" {
		t.Errorf("the old set changed (-was +is)\n%s", diff)
	}
	if _, err := s.AddDecisions(t.Context(), []taxonomy.Decision{{Set: made.ID, Subject: "urn:x:2", Predicate: taxonomy.ExactMatch, Object: "urn:s:drift", Verdict: taxonomy.Reject, Reviewer: "Bo", Time: day}}); err != nil {
		t.Fatal(err)
	}
	if releases.SameSet(made, read(t, s, made.ID)) {
		t.Error("a set that people worked on since counts as untouched")
	}
	// A set that changed since is refused.
	set.Mappings[0].Object = "urn:s:word"
	if _, _, err := releases.Migrate(set, head, steps); !errors.Is(err, taxonomy.ErrConflict) {
		t.Errorf("a changed set: %v", err)
	}
	set.Mappings = set.Mappings[1:]
	if _, _, err := releases.Migrate(set, head, steps); !errors.Is(err, taxonomy.ErrConflict) {
		t.Errorf("a shorter set: %v", err)
	}
}

func TestPatchDocument(t *testing.T) {
	p := planner(t, craft(t))
	doc := `{ "name":"Badge", "alignment" : [ {"targetUrl":"urn:s:word","targetName":"glaze potery","targetDescription":"glaze potery and more"},` + "\n" +
		`  {"targetUrl": "urn:s:dep" , "targetCode":1.0}, {"targetUrl":"urn:s:gone"}, {"targetUrl":"urn:s:alt","targetName":"our sawing"} ], "see":"urn:s:dep" }`
	var steps []releases.Step
	for i, uri := range []string{"urn:s:word", "urn:s:dep", "urn:s:gone", "urn:s:alt"} {
		it := stated(uri)
		it.Pointer = "/alignment/" + string(rune('0'+i))
		it.Label = []string{"glaze potery", "", "", "our sawing"}[i]
		s, _ := p.Plan(it)
		steps = append(steps, s)
	}
	got, err := releases.PatchDocument("b.json", []byte(doc), steps)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(strings.Replace(doc, `"targetName":"glaze potery"`, `"targetName":"glaze pottery"`, 1), `"targetUrl": "urn:s:dep"`, `"targetUrl": "urn:s:caulk"`, 1)
	if diff := cmp.Diff(want, string(got.Data)); diff != "" || got.Changed != 2 || got.Left != 1 {
		t.Errorf("%d changed, %d left (-want +got)\n%s", got.Changed, got.Left, diff)
	}
	if _, err := releases.PatchDocument("b.txt", []byte("plain text"), steps); !errors.Is(err, taxonomy.ErrInvalid) {
		t.Errorf("a text: %v", err)
	}
	steps[0].Pointer = "/alignment/9"
	if _, err := releases.PatchDocument("b.json", []byte(doc), steps); !errors.Is(err, taxonomy.ErrConflict) {
		t.Errorf("another document: %v", err)
	}
}

func TestReadItems(t *testing.T) {
	const answers = `{"file":"a.json","document":{"name":"A","digest":"sha256:1"},"alignments":[{"uri":"urn:s:word","label":"glaze potery","scheme":"craft","predicate":"skos:closeMatch","probability":0.7,"evidence":[{"pointer":"/x"}]}],"stated":[{"pointer":"/y","uri":"urn:s:gone","name":"send telegrams","state":"retired","why":""}]}
{"file":"b.json","error":"is broken"}
`
	const table = "file,document,digest,state,uri,label,code,scheme,predicate,probability,pointer\n" +
		"a.json,A,sha256:1,proposed,urn:s:word,glaze potery,,craft,skos:closeMatch,0.7,/x\na.json,A,sha256:1,retired,urn:s:gone,send telegrams,,,,,/y\nc.json,C,sha256:3,nothing,,,,,,,\n"
	list := func(name, text string) (out []string, err error) {
		for it, e := range releases.ReadItems(source.NewFile(name, []byte(text))) {
			if e != nil {
				return out, e
			}
			out = append(out, strings.Join([]string{it.File, it.Document, it.State, it.Pointer, string(it.Stated.URI), it.Label, string(it.Predicate)}, "|"))
		}
		return out, nil
	}
	want := []string{"a.json|A|proposed|/x|urn:s:word|glaze potery|skos:closeMatch", "a.json|A|stated|/y|urn:s:gone|send telegrams|"}
	for name, text := range map[string]string{"x.jsonl": answers, "x.csv": table} {
		got, err := list(name, text)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got)\n%s", name, err, diff)
		}
	}
	for name, text := range map[string]string{"a.csv": "name,code\nx,y\n", "b.json": `{"a":1}`, "c.json": `{"document":`, "d.csv": "uri,probability\nurn:x,much\n", "e.csv": ""} {
		if _, err := list(name, text); !errors.Is(err, taxonomy.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReadPlanRefuses(t *testing.T) {
	const head = `{"plan":"concord-migration/1","kind":"set"}` + "\n"
	for text, want := range map[string]string{
		"":                           "is empty",
		"{}\n":                       "line 1: is no plan",
		head + "[]\n":                "line 2: is no step",
		head + `{"verdict":"maybe"}`: "line 2: has the verdict",
		head + `{"verdict":"dead","accepted":true}`: "line 2: is accepted but says no target",
	} {
		_, _, err := releases.ReadPlan("p.jsonl", strings.NewReader(text))
		if !errors.Is(err, taxonomy.ErrInvalid) || !strings.Contains(strings.ReplaceAll(err.Error(), "p.jsonl:", "line "), strings.TrimPrefix(want, "line ")) {
			t.Errorf("%q: %v; want %s", text, err, want)
		}
	}
}

func FuzzReadPlan(f *testing.F) {
	f.Add(`{"plan":"concord-migration/1","kind":"set"}` + "\n" + `{"n":1,"verdict":"automatic","before":{"uri":"urn:a"},"after":{"uri":"urn:b"},"row":1,"mapping":{"subject":"urn:s","predicate":"skos:exactMatch","object":"urn:a"}}`)
	f.Add(`{"plan":"concord-migration/1"}`)
	f.Fuzz(func(t *testing.T, text string) {
		head, steps, err := releases.ReadPlan("p", strings.NewReader(text))
		if err != nil {
			return
		}
		set := &taxonomy.Crosswalk{MappingSet: taxonomy.MappingSet{ID: "urn:set"}, Mappings: []taxonomy.Mapping{{Subject: "urn:s", Predicate: taxonomy.ExactMatch, Object: "urn:a"}}}
		releases.Migrate(set, head, steps)
		releases.PatchDocument("d.json", []byte(`{"a":[{"targetUrl":"urn:a"}]}`), steps)
	})
}

func FuzzReadItems(f *testing.F) {
	f.Add(`{"document":{"digest":"x"},"alignments":[{"uri":"urn:a"}]}`)
	f.Add("uri,probability\nurn:a,0.5\n")
	f.Fuzz(func(t *testing.T, text string) {
		for it, err := range releases.ReadItems(source.NewFile("x", []byte(text))) {
			if err == nil && it.Confidence != nil && !(*it.Confidence >= 0 && *it.Confidence <= 1) {
				t.Errorf("confidence %v", *it.Confidence)
			}
		}
	})
}
