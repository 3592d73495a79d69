package portfolio_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"concord/alignment"
	"concord/alignment/portfolio"
	"concord/taxonomy"
)

// TestCompare joins frameworks through a hub that only mappings name, through a
// broader concept, and through a mapping that is not exact.
func TestCompare(t *testing.T) {
	store := openStore(t)
	tests := []struct {
		name string
		a, b []portfolio.Claim
		want string
	}{
		{"same concept", []portfolio.Claim{claim(trade, "urn:t:bread", "bake bread", 0.9)}, []portfolio.Claim{claim(trade, "urn:t:bread", "bake bread", 0)},
			"shared urn:t:bread urn:t:bread skos:exactMatch same concept"},
		{"another release", []portfolio.Claim{claim(older, "urn:t:bread", "bake bread", 0.9)}, []portfolio.Claim{claim(trade, "urn:t:bread", "bake bread", 0)},
			"shared urn:t:bread urn:t:bread skos:exactMatch same concept"},
		{"hub", []portfolio.Claim{claim(trade, "urn:t:bread", "bake bread", 0.9)}, []portfolio.Claim{claim(school, "urn:s:loaf", "making loaves", 0)},
			"shared urn:t:bread urn:s:loaf skos:exactMatch urn:set:trade urn:set:school"},
		{"broader", []portfolio.Claim{claim(trade, "urn:t:bread", "bake bread", 0.9)}, []portfolio.Claim{claim(trade, "urn:t:bake", "bake", 0.4)},
			"near urn:t:bread urn:t:bake skos:broadMatch hierarchy"},
		{"narrower, by a mapping", []portfolio.Claim{claim(school, "urn:s:clean", "clean kitchens", 0.9)}, []portfolio.Claim{claim(trade, "urn:t:hygiene", "food hygiene", 0.4)},
			"near urn:s:clean urn:t:hygiene skos:narrowMatch urn:set:school"},
		{"a group joins nothing", []portfolio.Claim{claim(trade, "urn:t:bake", "bake", 0.9)}, []portfolio.Claim{claim(trade, "urn:t:hygiene", "food hygiene", 0.4)},
			"A urn:t:bake, B urn:t:hygiene"},
		{"nothing", nil, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := portfolio.Compare(t.Context(), store, record("a", tt.a...), record("b", tt.b...))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range c.Shared {
				got = append(got, fmt.Sprintf("shared %s %s %s %s", p.A.URI, p.B.URI, p.Relation, p.Via))
			}
			for _, p := range c.Near {
				got = append(got, fmt.Sprintf("near %s %s %s %s", p.A.URI, p.B.URI, p.Relation, p.Via))
			}
			for _, x := range c.OnlyA {
				got = append(got, "A "+string(x.URI))
			}
			for _, x := range c.OnlyB {
				got = append(got, "B "+string(x.URI))
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, ", ")); diff != "" {
				t.Errorf("comparison (-want +got):\n%s", diff)
			}
			if c.CoverA.Of != len(tt.a) || c.CoverB.Of != len(tt.b) {
				t.Errorf("covers count %d and %d concepts, want %d and %d", c.CoverA.Of, c.CoverB.Of, len(tt.a), len(tt.b))
			}
		})
	}
}

func TestFindGap(t *testing.T) {
	store := openStore(t)
	baker, err := portfolio.FindOccupation(t.Context(), store, "trade:7512")
	if err != nil {
		t.Fatal(err)
	}
	r := record("a", claim(school, "urn:s:loaf", "making loaves", 0), claim(trade, "urn:t:hygiene", "food hygiene", 0.8), claim(school, "urn:s:song", "sing in a choir", 0.6))
	g, err := portfolio.FindGap(t.Context(), store, r, baker, "de")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, q := range g.Requirements {
		line := fmt.Sprintf("%s: %s", q.Need, q.Label)
		if q.By != nil {
			line += fmt.Sprintf(" by %s, %s", q.By.Label, q.Link.Relation)
		}
		got = append(got, line)
	}
	want := []string{"essential: Brot backen by making loaves, skos:exactMatch", "essential: backen", "optional: deck oven",
		"rated: Lebensmittelhygiene by food hygiene, skos:exactMatch", "rated: deck oven"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requirements (-want +got):\n%s", diff)
	}
	cover := map[portfolio.Need]*portfolio.Cover{portfolio.Essential: {Of: 2, Has: 1}, portfolio.Optional: {Of: 1}, portfolio.Rated: {Of: 2, Has: 1}}
	if diff := cmp.Diff(cover, g.Cover); diff != "" {
		t.Errorf("cover (-want +got):\n%s", diff)
	}
	if g.Weighted == nil || fmt.Sprintf("%.3f", *g.Weighted) != "0.643" { // 0.9 of 0.9 + 0.5
		t.Errorf("weighted cover = %v, want 0.643", g.Weighted)
	}
	if len(g.Beyond) != 1 || g.Beyond[0].URI != "urn:s:song" {
		t.Errorf("beyond = %v, want the choir", g.Beyond)
	}
}

func TestFindOccupation(t *testing.T) {
	store := openStore(t)
	tests := []struct {
		key  string
		want taxonomy.URI
		is   error
	}{
		{"urn:t:baker", "urn:t:baker", nil},
		{"7512", "urn:t:baker", nil},
		{"trade:urn:t:baker", "urn:t:baker", nil},
		{"trade@2:7512", "urn:t:baker", nil},
		{"trade@1:7512", "", taxonomy.ErrNotFound},
		{"trade@9:7512", "", taxonomy.ErrNotFound},
		{"school:7512", "", taxonomy.ErrNotFound},
		{"trade:5120", "", taxonomy.ErrConflict},
		{"urn:t:bread", "", taxonomy.ErrInvalid},
		{"", "", taxonomy.ErrNotFound},
	}
	for _, tt := range tests {
		c, err := portfolio.FindOccupation(t.Context(), store, tt.key)
		if !errors.Is(err, tt.is) || err == nil && c.URI != tt.want {
			t.Errorf("FindOccupation(%q) = %v, %v; want %s, %v", tt.key, c, err, tt.want, tt.is)
		}
	}
}

// TestRecordOf takes statements and proposals of one concept together, and
// keeps occupations and unknown frameworks aside.
func TestRecordOf(t *testing.T) {
	store := openStore(t)
	stated := func(uri taxonomy.URI, ref taxonomy.Ref, state alignment.State, instead ...taxonomy.URI) alignment.StatedAnswer {
		st := alignment.StatedAnswer{Stated: alignment.Stated{URI: uri, Pointer: "/alignment"}, State: state, Instead: instead}
		if ref.Scheme != "" {
			st.Concept, st.Scheme, st.Release = uri, ref.Scheme, ref.Version
		}
		return st
	}
	a := &alignment.Answer{Document: &alignment.Document{Name: "Bread", Lang: "de"},
		Alignments: []alignment.Alignment{{URI: "urn:t:bread", Label: "bake bread", Kind: taxonomy.Skill, Scheme: "trade", Release: "2", Probability: 0.7,
			Evidence: []alignment.Evidence{{Pointer: "/name", Quote: "Bread"}}}},
		Stated: []alignment.StatedAnswer{stated("urn:t:bread", trade, alignment.StateConfirmed), stated("urn:t:baker", trade, alignment.StateConfirmed),
			stated("urn:t:fax", older, alignment.StateRetired, "urn:t:hygiene"), stated("https://x.example/1", taxonomy.Ref{}, alignment.StateUnknown)}}
	r, err := portfolio.RecordOf(t.Context(), store, "bread.json", a)
	if err != nil {
		t.Fatal(err)
	}
	want := portfolio.Record{Head: portfolio.Head{File: "bread.json", Name: "Bread"},
		Claims: []portfolio.Claim{
			{URI: "urn:t:bread", Label: "Brot backen", Kind: taxonomy.Skill, Scheme: "trade", Release: "2", Stated: alignment.StateConfirmed, Probability: 0.7, Pointer: "/name", Quote: "Bread"},
			{URI: "urn:t:hygiene", Label: "Lebensmittelhygiene", Kind: taxonomy.Knowledge, Scheme: "trade", Release: "2", Stated: alignment.StateRetired, Pointer: "/alignment"}},
		Aside:   []portfolio.Claim{{URI: "urn:t:baker", Label: "Bäcker", Kind: taxonomy.Occupation, Scheme: "trade", Release: "2", Stated: alignment.StateConfirmed, Pointer: "/alignment"}},
		Unknown: []string{"https://x.example/1"}}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
}

// profileOf is a profile in German of three records, one of them of another
// framework and hostile.
func profileOf(t *testing.T) *portfolio.Profile {
	t.Helper()
	store := openStore(t)
	rel, err := store.Release(t.Context(), trade)
	if err != nil {
		t.Fatal(err)
	}
	badge := record("badge.json", claim(trade, "urn:t:hygiene", "food hygiene", 0.8), claim(trade, "urn:t:oven", "deck oven", 0.9))
	course := record("course.txt", claim(school, "urn:s:loaf", "making loaves", 0), claim(school, "urn:s:song", "sing in a choir", 0), claim(school, "urn:s:clean", "clean kitchens", 0.9))
	course.Name = `<script>alert("x")</script>`
	course.Unknown = []string{"a skill of nowhere"}
	clr := record("clr.json", claim(trade, "urn:t:bread", "bake bread", 0.6))
	clr.Claims[0].Quote = "5 < 6 loaves"
	p, err := portfolio.NewProfile(t.Context(), store, rel, "de", []portfolio.Record{badge, course, clr})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestProfile(t *testing.T) {
	p := profileOf(t)
	var got []string
	for _, s := range p.Skills {
		line := fmt.Sprintf("%s (%s, %s)", s.Label, s.Lang, s.Kind)
		for _, n := range s.Support {
			line += fmt.Sprintf(" %s %s %s;", p.Records[n.Record].File, n.URI, n.Via)
		}
		got = append(got, line)
	}
	for _, e := range p.Elsewhere {
		got = append(got, e.Name+" "+e.Why)
	}
	want := []string{
		"Brot backen (de, skill) course.txt urn:s:loaf urn:set:school urn:set:trade; clr.json urn:t:bread ;",
		"deck oven (en, tool) badge.json urn:t:oven ;",
		"Lebensmittelhygiene (de, knowledge) badge.json urn:t:hygiene ;",
		"sing in a choir is of school@1; no mapping that is loaded joins it to trade@2",
		"a skill of nowhere is of a framework that is not loaded",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("profile (-want +got):\n%s", diff)
	}
	var b bytes.Buffer
	if err := p.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	row := `urn:t:bread,Brot backen,de,skill,,trade,2,2,clr.json,Record clr.json,sha256:clr.json,,0.6,/name,5 < 6 loaves,,`
	if lines := strings.Split(b.String(), "\n"); len(lines) != 6 || lines[2] != row {
		t.Errorf("CSV:\n%s\nwant a head, 4 rows, and the second\n%s", b.String(), row)
	}
}

// TestPage parses the page: what records say is text and nothing else, ids are
// there once, links lead to them, and nothing is loaded from anywhere.
func TestPage(t *testing.T) {
	p := profileOf(t)
	p.Title = "Jana & Co"
	var b bytes.Buffer
	if err := p.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, want := range []string{"<title>Jana &amp; Co – Skill profile</title>", `<h3 lang="de">Brot backen</h3>`, `<q>5 &lt; 6 loaves</q>`, "stated, through a mapping", `<html lang="en">`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	ids, links := map[string]int{}, []string{}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && (n.Data == "script" || n.Data == "img" || n.Data == "link") {
			t.Errorf("the page has a %s element", n.Data)
		}
		for _, a := range n.Attr {
			switch a.Key {
			case "id":
				ids[a.Val]++
			case "href":
				links = append(links, a.Val)
			case "aria-labelledby":
				links = append(links, "#"+a.Val)
			}
		}
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("id %s is there %d times", id, n)
		}
	}
	for _, to := range links {
		if ids[strings.TrimPrefix(to, "#")] != 1 {
			t.Errorf("a link leads to %s, which is not there", to)
		}
	}
}
