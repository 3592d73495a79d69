package releases_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/alignment/releases"
	"concord/taxonomy"
)

func compare(t testing.TB, store taxonomy.Reader, from, to taxonomy.Ref, opt releases.Options) *releases.Diff {
	t.Helper()
	d, err := releases.Compare(t.Context(), store, from, to, opt)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// whats is what changed, by URI (the new one where there is one).
func whats(d *releases.Diff) map[string][]releases.What {
	m := map[string][]releases.What{}
	for _, c := range d.Changes {
		m[string(c.Side().URI)] = c.What
	}
	return m
}

func change(t testing.TB, d *releases.Diff, uri string) *releases.Change {
	t.Helper()
	for i := range d.Changes {
		if string(d.Changes[i].Side().URI) == uri {
			return &d.Changes[i]
		}
	}
	t.Fatalf("no change of %s", uri)
	return nil
}

func TestEveryChange(t *testing.T) {
	d := compare(t, craft(t), v1, v2, options(t))
	want := map[string][]releases.What{
		"urn:G:1":      {releases.Renamed},
		"urn:s:word":   {releases.Relabelled},
		"urn:s:alt":    {releases.Relabelled, releases.Alternatives},
		"urn:s:drift":  {releases.Relabelled},
		"urn:s:type":   {releases.Retyped},
		"urn:s:move":   {releases.Moved},
		"urn:s:redef":  {releases.Redefined, releases.Properties},
		"urn:s:gone":   {releases.Retired},
		"urn:s:merged": {releases.Retired},
		"urn:s:split":  {releases.Retired},
		"urn:s:dep":    {releases.Retired},
		"urn:s:addr2":  {releases.Renamed, releases.Relabelled},
		"urn:s:write":  {releases.Added},
		"urn:s:nets":   {releases.Added},
		"urn:s:sails":  {releases.Added},
		"urn:s:caulk":  {releases.Added},
		"urn:s:fresh":  {releases.Added},
		"urn:o:potter": {releases.Recoded, releases.Relinked},
	}
	if diff := cmp.Diff(want, whats(d)); diff != "" {
		t.Errorf("changes (-want +got)\n%s", diff)
	}
	if d.Changes[0].After.URI != "urn:s:drift" {
		t.Errorf("the first change is of %s, not the change of meaning", d.Changes[0].Side().URI)
	}
	for uri, want := range map[string]releases.Severity{"urn:s:drift": releases.High, "urn:s:word": releases.None, "urn:s:alt": releases.Low, "urn:s:redef": releases.None, "urn:s:type": releases.Low, "urn:s:addr2": releases.None} {
		if got := change(t, d, uri).Meaning; got == nil || got.Severity != want {
			t.Errorf("meaning of %s: %+v, want %s", uri, got, want)
		}
	}
	if m := change(t, d, "urn:s:drift").Meaning; !m.Kept || m.Was || m.Definitions != 1 || !strings.Contains(m.Reason, "something else") {
		t.Errorf("drift: %+v", m)
	}
	if got := change(t, d, "urn:s:alt").Alternatives; len(got) != 1 || cmp.Diff([]string{"rip planks"}, got[0].Added) != "" || got[0].Removed != nil {
		t.Errorf("alternatives: %+v", got)
	}
	if got := change(t, d, "urn:s:move").Broader; got.Added[0].URI != "urn:g:care" || got.Removed[0].URI != "urn:g:trade" {
		t.Errorf("moved: %+v", got)
	}
	if diff := cmp.Diff([]releases.RelationChange{{Predicate: taxonomy.EssentialFor, Before: 2, After: 2, Added: 1, Removed: 1}}, change(t, d, "urn:o:potter").Relations); diff != "" {
		t.Errorf("relations (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]releases.SetChange{{Name: "reuseLevel", Added: []string{"cross-sector"}, Removed: []string{"sector"}}}, change(t, d, "urn:s:redef").Properties); diff != "" {
		t.Errorf("properties (-want +got)\n%s", diff)
	}
	dep := change(t, d, "urn:s:dep")
	if !dep.Deprecated || cmp.Diff([]taxonomy.URI{"urn:s:caulk"}, dep.ReplacedBy) != "" {
		t.Errorf("deprecated: %+v", dep)
	}
	if s := change(t, d, "urn:s:merged").Successors; len(s) == 0 || s[0].URI != "urn:s:write" || s[0].Predicate != taxonomy.CloseMatch {
		t.Errorf("successors: %+v", s)
	}
	sum := d.Sum(taxonomy.Skill, taxonomy.Knowledge)
	if sum.GoneURIs != 4 || sum.NewURIs != 6 || sum.Changes[releases.Retired] != 4 || sum.Changes[releases.Added] != 5 || sum.Changes[releases.Renamed] != 1 {
		t.Errorf("counts: %+v", sum)
	}
}

func TestSameReleaseIsEmpty(t *testing.T) {
	s := craft(t)
	for _, ref := range []taxonomy.Ref{v1, v2} {
		if d := compare(t, s, ref, ref, options(t)); len(d.Changes) != 0 || len(d.Notes) != 0 {
			t.Errorf("%s: %+v %v", ref, d.Changes, d.Notes)
		}
	}
}

// TestReversed: what one way adds, the other retires, and all else is the same.
func TestReversed(t *testing.T) {
	s := craft(t)
	there, back := compare(t, s, v1, v2, options(t)), compare(t, s, v2, v1, options(t))
	swap := map[releases.What]releases.What{releases.Added: releases.Retired, releases.Retired: releases.Added}
	index := func(d *releases.Diff, forward bool) map[[2]string]map[releases.What]bool {
		m := map[[2]string]map[releases.What]bool{}
		for _, c := range d.Changes {
			var key [2]string
			if c.Before != nil {
				key[0] = string(c.Before.URI)
			}
			if c.After != nil {
				key[1] = string(c.After.URI)
			}
			if !forward {
				key[0], key[1] = key[1], key[0]
			}
			m[key] = map[releases.What]bool{}
			for _, w := range c.What {
				if other, ok := swap[w]; ok && !forward {
					w = other
				}
				m[key][w] = true
			}
		}
		return m
	}
	if diff := cmp.Diff(index(there, true), index(back, false)); diff != "" {
		t.Errorf("there and back (-there +back)\n%s", diff)
	}
}

func TestNoise(t *testing.T) {
	s := openStore(t)
	before := []spec{
		{uri: "urn:a", pref: "Café work", kind: taxonomy.Skill, alts: []string{"a b", "Café work", "C D"}},
		{uri: "urn:b", pref: "use loom 2", kind: taxonomy.Skill, def: "It’s a loom (old)."},
	}
	after := []spec{
		{uri: "urn:a", pref: "Café work", kind: taxonomy.Skill, alts: []string{"c  d", "A b"}},
		{uri: "urn:b", pref: "use loom 3", kind: taxonomy.Skill, def: "It's a loom, old"},
	}
	put(t, s, v1, before)
	put(t, s, v2, after)
	d := compare(t, s, v1, v2, options(t))
	if diff := cmp.Diff(map[string][]releases.What{"urn:b": {releases.Relabelled}}, whats(d)); diff != "" {
		t.Errorf("changes (-want +got)\n%s", diff)
	}
	if m := d.Changes[0].Meaning; m.Spelling || m.Severity == releases.None {
		t.Errorf("another number is no matter of spelling: %+v", m)
	}
}

func TestFilters(t *testing.T) {
	s := craft(t)
	opt := options(t)
	opt.Kinds = []taxonomy.Kind{taxonomy.Occupation}
	d := compare(t, s, v1, v2, opt)
	if diff := cmp.Diff(map[string][]releases.What{"urn:o:potter": {releases.Recoded, releases.Relinked}}, whats(d)); diff != "" || len(d.Counts) != 1 {
		t.Errorf("by kind (-want +got)\n%s %+v", diff, d.Counts)
	}
	opt.Langs = []taxonomy.Lang{"fi"}
	if _, err := releases.Compare(t.Context(), s, v1, v2, opt); !errors.Is(err, taxonomy.ErrInvalid) {
		t.Errorf("a language that neither has: %v", err)
	}
	if _, err := releases.Compare(t.Context(), s, v1, taxonomy.Ref{Scheme: "craft", Version: "9"}, opt); !errors.Is(err, taxonomy.ErrNotFound) {
		t.Errorf("a release that is not there: %v", err)
	}
	// Without a vector table it works by words alone.
	if m := change(t, compare(t, s, v1, v2, releases.Options{}), "urn:s:drift").Meaning; m.Severity != releases.High {
		t.Errorf("by words alone: %+v", m)
	}
}

func TestReports(t *testing.T) {
	s := openStore(t)
	put(t, s, v1, []spec{{uri: "https://x.example/1", pref: "a|b <script>alert(1)</script>", kind: taxonomy.Skill}, {uri: "javascript:alert(1)", pref: "go", kind: taxonomy.Skill}})
	put(t, s, v2, []spec{{uri: "https://x.example/1", pref: "weave *baskets*", kind: taxonomy.Skill}})
	d := compare(t, s, v1, v2, options(t))
	var page, again, text bytes.Buffer
	for _, b := range []*bytes.Buffer{&page, &again} {
		if err := d.WriteHTML(b); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(page.Bytes(), again.Bytes()) {
		t.Error("the page is not the same twice")
	}
	for _, bad := range []string{"<script", `href="javascript:`, "http-equiv", "src="} {
		if strings.Contains(page.String(), bad) {
			t.Errorf("the page holds %s", bad)
		}
	}
	if !strings.Contains(page.String(), `href="https://x.example/1"`) || !strings.Contains(page.String(), "prefers-color-scheme: dark") || !strings.Contains(page.String(), "@media print") {
		t.Error("the page lacks a link or a style")
	}
	if err := d.WriteMarkdown(&text); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text.String(), `a\|b &lt;script>`) || !strings.Contains(text.String(), `weave \*baskets\*`) {
		t.Errorf("Markdown is not escaped:\n%s", text.String())
	}
	var back releases.Diff
	raw, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	if second, err := json.Marshal(back); err != nil || !bytes.Equal(raw, second) {
		t.Errorf("JSON read and written again differs: %v\n%s\n%s", err, raw, second)
	}
}
