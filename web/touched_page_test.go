package web_test

import (
	"strings"
	"testing"
	"time"

	"concord/alignment/kept"
	"concord/taxonomy"
)

// TestTouched: a crosswalk, a kept document and an accepted alignment rest on
// the old release; documents are not shown beyond this machine.
func TestTouched(t *testing.T) {
	s := newFullSite(t)
	var known string
	for c, err := range s.store.Concepts(t.Context(), taxonomy.Filter{Release: taxonomy.Ref{Scheme: "starter-esco", Version: "0.9"}, Kinds: []taxonomy.Kind{taxonomy.Skill}, Limit: 1}) {
		if err != nil {
			t.Fatal(err)
		}
		known = string(c.URI)
	}
	if _, err := s.store.AddDecisions(t.Context(), []taxonomy.Decision{{Subject: "sha256:accepted", Object: taxonomy.URI(known), Verdict: taxonomy.Accept, Reviewer: "Ada", Time: time.Now()}}); err != nil {
		t.Fatal(err)
	}
	d, err := kept.In(s.home).Begin()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Answer(map[string]any{"document": map[string]any{"digest": "sha256:kept", "name": "A kept badge"},
		"alignments": []map[string]any{{"uri": known, "probability": 0.5}, {"uri": "urn:gone", "scheme": "starter-esco", "label": "fold napkins", "probability": 0.6}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Finish(kept.Record{File: "badge.json", Kept: time.Now(), Expires: time.Now().AddDate(0, 0, 9)}, strings.NewReader("{}")); err != nil {
		t.Fatal(err)
	}
	type view struct {
		Waiting bool
		Total   int
		Touched []struct {
			Name, Set, Document string
			Counts              map[string]int
		}
	}
	ask := func(header ...string) (v view) {
		for range 200 {
			v = view{}
			s.ask("GET", "/releases/touched.json?from=starter-esco@0.9&to=starter-esco@1", "", header...).into(t, &v)
			if !v.Waiting {
				return v
			}
			time.Sleep(20 * time.Millisecond)
		}
		t.Fatal("still being planned")
		return v
	}
	v := ask()
	if len(v.Touched) != 4 || v.Touched[0].Set != starterSet || v.Touched[0].Counts["automatic"] != 10 {
		t.Fatalf("%+v", v)
	}
	if k := v.Touched[2]; k.Document != "sha256:kept" || k.Counts["automatic"] != 1 || k.Counts["review"] != 1 {
		t.Errorf("the kept document: %+v", k)
	}
	if a := v.Touched[3]; a.Document != "sha256:accepted" || a.Counts["automatic"] != 1 {
		t.Errorf("the accepted alignment: %+v", a)
	}
	if page := s.ask("GET", "/releases/touched?from=starter-esco@0.9&to=starter-esco@1", ""); v.Total != 1 || !strings.Contains(page.body, "fold napkins") {
		t.Errorf("%d want a person", v.Total)
	}
	for _, x := range ask("X-Forwarded-For: 192.0.2.7").Touched {
		if x.Document == "sha256:kept" {
			t.Error("somebody beyond this machine sees a kept document")
		}
	}
	if got := s.ask("GET", "/releases/touched?from=starter-esco@1&to=starter-onet@1", ""); got.status != 422 {
		t.Errorf("two frameworks: %d", got.status)
	}
}
