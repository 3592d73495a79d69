package releases_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"concord/alignment"
	"concord/alignment/releases"
	"concord/importers"
	"concord/importers/source"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

// importReal imports a real release into the store.
func importReal(t *testing.T, s *sqlite.Store, name string, paths ...string) taxonomy.Ref {
	t.Helper()
	ref, err := taxonomy.ParseRef(name)
	if err != nil {
		t.Fatal(err)
	}
	set, err := source.Open(paths)
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	plans, _, err := importers.Detect(set, importers.Options{As: ref})
	if err != nil || len(plans) != 1 {
		t.Fatalf("%d plans: %v", len(plans), err)
	}
	rel := plans[0].Release
	rel.Imported = time.Unix(0, 0)
	err = s.Import(t.Context(), rel, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		_, err := plans[0].Read(context.Background(), w, func(string, int64) {})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func figures(k releases.KindCounts) string {
	return fmt.Sprintf("%d→%d −%d +%d, %d relabelled, %d renamed, %d retyped", k.Before, k.After, k.GoneURIs, k.NewURIs, k.Changes[releases.Relabelled], k.Changes[releases.Renamed], k.Changes[releases.Retyped])
}

// TestRealESCO holds the figures of three releases, which were counted by
// other means, and the one relabelled skill that is known to be another skill.
// It also plans a hundred thousand alignments.
func TestRealESCO(t *testing.T) {
	if testing.Short() {
		t.Skip("imports three releases of ESCO")
	}
	s := openStore(t)
	r110 := importReal(t, s, "esco@1.1.0", shared(t, "esco", "esco-1.1.0-en.zip"), shared(t, "esco", "esco-1.1.0-relations.zip"))
	r111 := importReal(t, s, "esco@1.1.1", shared(t, "esco", "esco-1.1.1-en.zip"), shared(t, "esco", "esco-1.1.1-relations.zip"))
	r120 := importReal(t, s, "esco@1.2.0", shared(t, "esco", "esco-1.2.0-en.zip"))
	skills := []taxonomy.Kind{taxonomy.Skill, taxonomy.Knowledge}
	d := compare(t, s, r111, r120, options(t))
	for _, tt := range []struct {
		kinds []taxonomy.Kind
		want  string
	}{
		{skills, "13896→13939 −194 +237, 105 relabelled, 1 renamed, 7 retyped"},
		{[]taxonomy.Kind{taxonomy.Occupation}, "3007→3039 −3 +35, 15 relabelled, 0 renamed, 0 retyped"},
		{[]taxonomy.Kind{taxonomy.SkillGroup}, "647→640 −7 +0, 0 relabelled, 0 renamed, 0 retyped"},
		{[]taxonomy.Kind{taxonomy.OccupationGroup}, "619→619 −0 +0, 0 relabelled, 0 renamed, 0 retyped"},
	} {
		if got := figures(d.Sum(tt.kinds...)); got != tt.want {
			t.Errorf("1.1.1 → 1.2.0 %v: %s; want %s", tt.kinds, got, tt.want)
		}
	}
	// The pair by its digest: no label of the data is written down here.
	const known = "18e973a6c59e32e7968ae0c36617d8afa4287cd3477c107be1d8d0770b78ee98"
	found, judged := false, map[releases.Severity]int{}
	for _, c := range d.Changes {
		for _, l := range c.Labels {
			if c.Kind == taxonomy.Occupation {
				continue
			}
			judged[c.Meaning.Severity]++
			sum := sha256.Sum256([]byte(l.Before + "\n" + l.After))
			if hex.EncodeToString(sum[:]) == known {
				found = true
				if c.Meaning.Severity != releases.High {
					t.Errorf("the known change of meaning is %s (%s)", c.Meaning.Severity, c.Meaning.Reason)
				}
			}
		}
	}
	if !found {
		t.Error("the known change of meaning is no change")
	}
	if judged[releases.High] > 12 || judged[releases.None]+judged[releases.Low] < 70 {
		t.Errorf("most relabelled skills are mere wording, but they are judged %v", judged)
	}
	d = compare(t, s, r110, r111, options(t))
	if got, want := figures(d.Sum(skills...)), "13891→13896 −0 +0, 2 relabelled, 0 renamed, 7 retyped"; got != want {
		t.Errorf("1.1.0 → 1.1.1 skills: %s; want %s", got, want)
	}
	// Groups got other URIs, and are the same by code.
	if got, want := figures(d.Sum(taxonomy.SkillGroup)), "643→647 −418 +427, 14 relabelled, 417 renamed, 0 retyped"; got != want {
		t.Errorf("1.1.0 → 1.1.1 groups: %s; want %s", got, want)
	}
	planMany(t, s, r111, r120)
}

// planMany plans 100,000 alignments over the skills of the old release.
func planMany(t *testing.T, s *sqlite.Store, from, to taxonomy.Ref) {
	var uris []taxonomy.URI
	for c, err := range s.Concepts(t.Context(), taxonomy.Filter{Release: from, Kinds: []taxonomy.Kind{taxonomy.Skill, taxonomy.Knowledge}}) {
		if err != nil {
			t.Fatal(err)
		}
		uris = append(uris, c.URI)
	}
	started := time.Now()
	p, err := releases.NewPlanner(t.Context(), s, from, to, options(t))
	if err != nil {
		t.Fatal(err)
	}
	w, err := releases.NewPlanWriter(nil, releases.Head{Kind: releases.OfAlignments})
	if err != nil {
		t.Fatal(err)
	}
	const many = 100_000
	for i := range many {
		it := releases.Item{File: fmt.Sprint(i / 8), Stated: alignment.Stated{URI: uris[i*7919%len(uris)]}}
		step, ok := p.Plan(it)
		if !ok {
			t.Fatal("an alignment with the old release is not in the plan")
		}
		if err := w.Add(step); err != nil {
			t.Fatal(err)
		}
	}
	sum, took := w.Summary(), time.Since(started)
	t.Logf("planned %d alignments in %v: %v", sum.Steps, took, sum.Verdicts)
	if sum.Steps != many || sum.Verdicts[releases.Dead] == 0 || sum.Verdicts[releases.Review] == 0 || sum.Verdicts[releases.Automatic] < many*9/10 {
		t.Errorf("plan: %+v", sum.Verdicts)
	}
}

// TestRealONET compares the taxonomy of 2010 with that of 2019.
func TestRealONET(t *testing.T) {
	if testing.Short() {
		t.Skip("imports two releases of O*NET")
	}
	s := openStore(t)
	old := importReal(t, s, "onet@24.2", shared(t, "onet", "db_24_2_text.zip"))
	now := importReal(t, s, "onet@29.2", shared(t, "onet", "db_29_2_text.zip"))
	d := compare(t, s, old, now, options(t))
	for kind, want := range map[taxonomy.Kind]string{
		taxonomy.Occupation: "1110→1016 −262 +168, 59 relabelled, 90 renamed, 0 retyped",
		taxonomy.Task:       "19695→18796 −3701 +2802, 512 relabelled, 1673 renamed, 0 retyped",
		taxonomy.Technology: "8841→8768 −584 +511, 24 relabelled, 24 renamed, 0 retyped",
		taxonomy.Tool:       "18166→18105 −120 +59, 0 relabelled, 0 renamed, 0 retyped",
		taxonomy.Activity:   "2440→2460 −0 +20, 6 relabelled, 0 renamed, 0 retyped",
	} {
		if got := figures(d.Sum(kind)); got != want {
			t.Errorf("%s: %s; want %s", kind, got, want)
		}
	}
}
