package crosswalk

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

const (
	s1 taxonomy.URI = "urn:x:a:s1"
	s2 taxonomy.URI = "urn:x:a:s2"
	o1 taxonomy.URI = "urn:x:b:o1"
	o2 taxonomy.URI = "urn:x:b:o2"
)

func row(s taxonomy.URI, p taxonomy.Match, o taxonomy.URI) taxonomy.Mapping {
	return taxonomy.Mapping{Subject: s, Predicate: p, Object: o, Justification: taxonomy.ManualCuration}
}

func denied(m taxonomy.Mapping) taxonomy.Mapping { m.Modifier = "Not"; return m }

func kindsOf(m taxonomy.Mapping, subject, object taxonomy.Kind) taxonomy.Mapping {
	m.SubjectKind, m.ObjectKind = string(subject), string(object)
	return m
}

func crosswalkOf(rows ...taxonomy.Mapping) *taxonomy.Crosswalk {
	for i := range rows {
		rows[i].Line = i + 1
	}
	return &taxonomy.Crosswalk{MappingSet: taxonomy.MappingSet{ID: "urn:x:set", License: "https://example.org/licence"}, Mappings: rows}
}

func other(direction taxonomy.Direction, rows ...taxonomy.Mapping) *taxonomy.Crosswalk {
	c := crosswalkOf(rows...)
	c.ID, c.Title, c.Direction = "urn:x:other", "Another set", direction
	return c
}

// TestRules breaks each rule, and nearly breaks it.
func TestRules(t *testing.T) {
	const exact, closeTo, broad, narrow = taxonomy.ExactMatch, taxonomy.CloseMatch, taxonomy.BroadMatch, taxonomy.NarrowMatch
	bare := crosswalkOf(row(s1, exact, o1))
	bare.License = " "
	silent := crosswalkOf(row(s1, exact, o1), row(s2, exact, o2))
	silent.Mappings[1].Justification = ""
	curies := crosswalkOf(row("ours:1", exact, "esco:skill/1"), row("theirs:1", exact, "esco:skill/2"))
	curies.Prefixes = map[string]string{"ours": "https://example.org/ours/", "esco": "http://data.europa.eu/esco/"}
	for _, tt := range []struct {
		rule   string
		name   string
		set    *taxonomy.Crosswalk
		others []*taxonomy.Crosswalk
		want   int // 0: kept
	}{
		{"flipped-direction", "wrong way round", synthetic("en", false, some(20)), nil, 20},
		{"flipped-direction", "right way round", synthetic("en", true, some(20)), nil, 0},
		{"flipped-direction", "only the inverted kind counts", twoKinds(), nil, 20},
		{"two-exact", "a subject", crosswalkOf(row(s1, exact, o1), row(s1, exact, o2)), nil, 2},
		{"two-exact", "an object", crosswalkOf(row(s1, exact, o1), row(s2, exact, o1)), nil, 2},
		{"two-exact", "one to one", crosswalkOf(row(s1, exact, o1), row(s2, exact, o2)), nil, 0},
		{"two-exact", "in two frameworks", crosswalkOf(row(s1, exact, o1), row(s1, exact, "urn:x:c:1")), nil, 0},
		{"two-exact", "one is denied", crosswalkOf(row(s1, exact, o1), denied(row(s1, exact, o2))), nil, 0},
		{"two-exact", "the same twice", crosswalkOf(row(s1, exact, o1), row(s1, exact, o1)), nil, 0},
		{"exact-and-broad", "exact and broad", crosswalkOf(row(s1, exact, o1), row(s1, broad, o1)), nil, 1},
		{"exact-and-broad", "broad and narrow", crosswalkOf(row(s1, narrow, o1), row(s1, broad, o1)), nil, 1},
		{"exact-and-broad", "said and denied", crosswalkOf(row(s1, exact, o1), denied(row(s1, exact, o1))), nil, 1},
		{"exact-and-broad", "exact and close", crosswalkOf(row(s1, exact, o1), row(s1, closeTo, o1)), nil, 0},
		{"exact-and-broad", "different pairs", crosswalkOf(row(s1, exact, o1), row(s1, broad, o2)), nil, 0},
		{"skill-to-group", "exact to a group", crosswalkOf(kindsOf(row(s1, exact, o1), taxonomy.Skill, taxonomy.SkillGroup)), nil, 1},
		{"skill-to-group", "occupation and ISCO group", crosswalkOf(kindsOf(row("http://data.europa.eu/esco/isco/C1111", closeTo, o1), "", taxonomy.Occupation)), nil, 1},
		{"skill-to-group", "broad to a group", crosswalkOf(kindsOf(row(s1, broad, o1), taxonomy.Skill, taxonomy.SkillGroup)), nil, 0},
		{"skill-to-group", "group to group", crosswalkOf(kindsOf(row(s1, exact, o1), taxonomy.SkillGroup, taxonomy.SkillGroup)), nil, 0},
		{"skill-to-group", "to what is not known", crosswalkOf(kindsOf(row(s1, exact, o1), taxonomy.SkillGroup, "")), nil, 0},
		{"skill-knowledge-clash", "exact", crosswalkOf(kindsOf(row(s1, exact, o1), taxonomy.Skill, taxonomy.Knowledge)), nil, 1},
		{"skill-knowledge-clash", "close", crosswalkOf(kindsOf(row(s1, closeTo, o1), taxonomy.Skill, taxonomy.Knowledge)), nil, 0},
		{"skill-knowledge-clash", "skill and skill", crosswalkOf(kindsOf(row(s1, exact, o1), taxonomy.Skill, taxonomy.Skill)), nil, 0},
		{"cycle", "of broad rows", crosswalkOf(row(s1, broad, o1), row(s2, narrow, o1), row(s2, broad, o2), row(s1, narrow, o2)), nil, 1},
		{"cycle", "over an exact pair", crosswalkOf(row(s1, exact, o1), row(s2, exact, o2), row(s1, broad, o2), row(s2, broad, o1)), nil, 1},
		{"cycle", "a tree", crosswalkOf(row(s1, broad, o1), row(s2, broad, o1), row(s2, broad, o2)), nil, 0},
		{"cycle", "denied", crosswalkOf(row(s1, broad, o1), denied(row(s1, narrow, o1))), nil, 0},
		{"duplicate-row", "again", crosswalkOf(row(s1, exact, o1), row(s1, exact, o1)), nil, 1},
		{"duplicate-row", "another predicate", crosswalkOf(row(s1, exact, o1), row(s1, closeTo, o1)), nil, 0},
		{"unknown-prefix", "theirs", curies, nil, 1},
		{"unknown-prefix", "whole URIs", crosswalkOf(row("https://example.org/1", exact, "urn:x:1"), row("did:web:x", exact, "mailto:a@example.org")), nil, 0},
		{"unknown-prefix", "a term of its own", crosswalkOf(row(s1, "my:likes", o1)), nil, 1},
		{"contradictory-sets", "exact there", crosswalkOf(row(s1, broad, o1)), []*taxonomy.Crosswalk{other("", row(s1, exact, o1))}, 1},
		{"contradictory-sets", "exact there, seen from the other side", crosswalkOf(row(s1, broad, o1)), []*taxonomy.Crosswalk{other("", row(o1, exact, s1))}, 1},
		{"contradictory-sets", "narrow there", crosswalkOf(row(s1, broad, o1)), []*taxonomy.Crosswalk{other(taxonomy.Conforms, row(s1, narrow, o1))}, 1},
		{"contradictory-sets", "narrow there, but nobody judged it", crosswalkOf(row(s1, broad, o1)), []*taxonomy.Crosswalk{other("", row(s1, narrow, o1))}, 0},
		{"contradictory-sets", "the same turned round", crosswalkOf(row(s1, broad, o1)), []*taxonomy.Crosswalk{other(taxonomy.Conforms, row(o1, narrow, s1))}, 0},
		{"contradictory-sets", "denied there", crosswalkOf(row(s1, exact, o1)), []*taxonomy.Crosswalk{other("", denied(row(s1, exact, o1)))}, 1},
		{"contradictory-sets", "another relation denied there", crosswalkOf(row(s1, closeTo, o1)), []*taxonomy.Crosswalk{other("", denied(row(s1, exact, o1)))}, 0},
		{"self-mapping", "itself", crosswalkOf(row(s1, exact, s1)), nil, 1},
		{"self-mapping", "another", crosswalkOf(row(s1, exact, o1)), nil, 0},
		{"no-term-and-mapped", "a subject", crosswalkOf(row(s1, exact, taxonomy.NoTerm), row(s1, broad, o1)), nil, 1},
		{"no-term-and-mapped", "an object", crosswalkOf(row(taxonomy.NoTerm, exact, o1), row(s1, broad, o1)), nil, 1},
		{"no-term-and-mapped", "others", crosswalkOf(row(s1, exact, taxonomy.NoTerm), row(s2, broad, o1)), nil, 0},
		{"missing-licence", "blank", bare, nil, 1},
		{"missing-licence", "there", crosswalkOf(row(s1, exact, o1)), nil, 0},
		{"missing-justification", "one", silent, nil, 1},
		{"missing-justification", "there", crosswalkOf(row(s1, exact, o1)), nil, 0},
		{"retired-concept", "no release", crosswalkOf(row(s1, exact, o1)), nil, 0}, // the rest in TestRulesWithReleases
	} {
		r, err := (&Doctor{Others: tt.others}).Check(t.Context(), tt.set)
		if err != nil {
			t.Fatal(err)
		}
		if got := finding(r, tt.rule); got.Count != tt.want {
			t.Errorf("%s, %s: %d, want %d: %+v", tt.rule, tt.name, got.Count, tt.want, got)
		} else if tt.want > 0 && tt.rule != "missing-licence" && (len(got.Examples) == 0 || got.Examples[0].Why == "" || got.Text == "") {
			t.Errorf("%s, %s: says too little: %+v", tt.rule, tt.name, got)
		}
	}
}

// TestBroken: each row is told the rules it breaks, in the order of the set.
func TestBroken(t *testing.T) {
	set := crosswalkOf(row(s1, taxonomy.ExactMatch, o1), row(s2, taxonomy.BroadMatch, o2), row(s1, taxonomy.ExactMatch, o2), row(s2, taxonomy.BroadMatch, o2), row(s2, taxonomy.CloseMatch, s2))
	r, err := (&Doctor{}).Check(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]string{{"two-exact"}, nil, {"two-exact"}, {"duplicate-row"}, {"self-mapping"}}, r.Broken); diff != "" {
		t.Errorf("broken (-want +got):\n%s", diff)
	}
}

func finding(r *Report, rule string) Finding {
	for _, f := range r.Findings {
		if f.Rule == rule {
			return f
		}
	}
	return Finding{}
}

// loaded is a store with two releases of a framework, in which s1 is below
// s2, s3 is marked deprecated and s4 was dropped.
func loaded(t *testing.T) *sqlite.Store {
	t.Helper()
	store, err := sqlite.Open(t.TempDir() + "/concord.db")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	for version, uris := range map[string][]string{"1": {"s1", "s2", "s3", "s4"}, "2": {"s1", "s2", "s3"}} {
		rel := taxonomy.Release{Ref: taxonomy.Ref{Scheme: "ours", Version: version}, Digest: "sha256:" + version}
		err := store.Import(t.Context(), rel, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
			for _, u := range uris {
				c := &taxonomy.Concept{URI: taxonomy.URI("urn:x:a:" + u), Kind: taxonomy.Knowledge, Labels: []taxonomy.Label{{Kind: taxonomy.PrefLabel, Lang: "en", Text: u}}, Deprecated: u == "s3" && version == "2"}
				if err := w.PutConcept(c); err != nil {
					return err
				}
			}
			_, err := w.PutRelation(taxonomy.Relation{Subject: s1, Predicate: taxonomy.Broader, Object: s2})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return store
}

func TestRulesWithReleases(t *testing.T) {
	d := Doctor{Reader: loaded(t)}
	r, err := d.Check(t.Context(), crosswalkOf(
		row(s1, taxonomy.ExactMatch, o1),
		row("urn:x:a:s3", taxonomy.ExactMatch, o2),
		row("urn:x:a:s4", taxonomy.CloseMatch, o2),
		row("urn:x:a:s5", taxonomy.CloseMatch, o2),
		row(s2, taxonomy.BroadMatch, o1),                                                    // but s2 is above s1, which is exactly o1
		kindsOf(row(s1, taxonomy.ExactMatch, "urn:x:b:o3"), taxonomy.Skill, taxonomy.Skill), // the store says that s1 is knowledge
	))
	if err != nil {
		t.Fatal(err)
	}
	for rule, want := range map[string]struct {
		count int
		says  string
	}{
		"retired-concept":       {2, "ours@2 marks it deprecated"},
		"unknown-concept":       {1, "no loaded release has urn:x:a:s5"},
		"cycle":                 {0, ""}, // s1 has two exacts, so it is not one with o1
		"skill-knowledge-clash": {1, "the subject is a knowledge"},
	} {
		f := finding(r, rule)
		if f.Count != want.count || f.Count > 0 && !strings.Contains(f.Examples[0].Why, want.says) {
			t.Errorf("%s: %+v", rule, f)
		}
	}
	r, err = d.Check(t.Context(), crosswalkOf(row(s1, taxonomy.ExactMatch, o1), row(s2, taxonomy.BroadMatch, o1)))
	if err != nil {
		t.Fatal(err)
	}
	if f := finding(r, "cycle"); f.Count != 1 {
		t.Errorf("a cycle over the hierarchy was not found: %+v", r.Findings)
	}
	if r.Pairs != (Pairs{Against: 1}) || r.Kinds[0].Evidence[0].By != byHierarchy {
		t.Errorf("the hierarchy has no vote: %+v", r.Judgement)
	}
	if f := finding(r, "unknown-concept"); f.Severity != Info || !strings.Contains(f.Text, "urn:x:b:") {
		t.Errorf("what cannot be checked is not said: %+v", f)
	}
}

// TestRuleDocs: every rule has a section of docs/crosswalk-rules.md that says
// its severity, and every section is a rule.
func TestRuleDocs(t *testing.T) {
	text, err := os.ReadFile("../../docs/crosswalk-rules.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	for _, s := range strings.Split(string(text), "\n## ")[1:] {
		name, body, _ := strings.Cut(s, "\n")
		sections[name] = body
	}
	for _, r := range Rules {
		body, ok := sections[r.Name]
		delete(sections, r.Name)
		if !ok {
			t.Errorf("docs/crosswalk-rules.md has no section %q", r.Name)
			continue
		}
		for _, part := range []string{fmt.Sprintf("*%s.*", r.Severity), "**Why it matters.**", "**Example.**", "**What to do.**"} {
			if !strings.Contains(body, part) {
				t.Errorf("section %s lacks %s", r.Name, part)
			}
		}
	}
	for name := range sections {
		t.Errorf("docs/crosswalk-rules.md has a section %q, but there is no such rule", name)
	}
}
