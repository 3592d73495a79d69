package mappings

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"concord/importers"
	"concord/importers/source"
	"concord/taxonomy"
)

// realData is a place in ../shared/data; the test is skipped where it is not.
func realData(t testing.TB, parts ...string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(append([]string{"..", "..", "..", "shared", "data"}, parts...)...))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is not here; the real examples are in it", filepath.Join(append([]string{"..", "shared", "data"}, parts...)...))
	}
	return path
}

func number(x float64) *float64 { return &x }

// sample is a crosswalk with everything that graph formats find hard.
func sample() *taxonomy.Crosswalk {
	return &taxonomy.Crosswalk{
		MappingSet: taxonomy.MappingSet{ID: "https://crosswalks.example/baking-2", Title: "Bakers \"A\" → B", Description: "Two lists\nof bakers' skills.", Version: "2.1",
			License: "https://creativecommons.org/licenses/by/4.0/", Creators: []string{"Ada Reyes", "Bo Lind"}, Published: "2025-03-01",
			SubjectSource: "https://a.example/scheme", SubjectVersion: "7", ObjectSource: "B list", ObjectVersion: "2024", SubjectLang: "en", ObjectLang: "sv",
			Status: taxonomy.Accepted, Direction: taxonomy.Conforms, Prefixes: map[string]string{"a": "https://a.example/"},
			Slots: taxonomy.Slots{"mapping_tool": {"matcher"}, "see_also": {"https://a.example/about", "https://b.example/about"}, "house_rule": {"x"}}},
		Mappings: []taxonomy.Mapping{
			{Subject: "https://a.example/1", SubjectLabel: "knead dough", Predicate: taxonomy.ExactMatch, Object: "https://b.example/10", ObjectLabel: "knåda deg",
				Justification: taxonomy.ManualCuration, Confidence: number(0.9), Author: "Ada Reyes", Date: "2025-02-03", Comment: "same\tthing", SubjectKind: "skill",
				Slots: taxonomy.Slots{"record_id": {"https://crosswalks.example/baking-2#1"}, "author_id": {"https://orcid.org/0000-0002-1825-0097"}, "match_string": {"knead", "dough"}}},
			{Subject: "https://a.example/2", SubjectLabel: "bake bread", Predicate: taxonomy.BroadMatch, Object: "https://b.example/11", ObjectLabel: "baka", Justification: taxonomy.Unspecified},
			{Subject: "https://a.example/2", SubjectLabel: "bake bread", Predicate: taxonomy.NarrowMatch, Object: "https://b.example/12", Justification: taxonomy.Unspecified, ObjectSource: "https://b.example/other"},
			{Subject: "https://a.example/3", SubjectLabel: "taste", Predicate: taxonomy.ExactMatch, Object: taxonomy.NoTerm, Justification: taxonomy.ManualCuration},
			{Subject: "https://a.example/4", Predicate: taxonomy.ExactMatch, Modifier: "Not", Object: "https://b.example/10", ObjectLabel: "knåda deg", Justification: taxonomy.ManualCuration},
			{Subject: "https://a.example/5", SubjectLabel: "weigh", Predicate: taxonomy.CloseMatch, Object: "https://b.example/13", ObjectLabel: "väga", Justification: taxonomy.LexicalMatching, Status: taxonomy.Rejected},
			{Subject: "https://a.example/5", SubjectLabel: "weigh flour", Predicate: taxonomy.RelatedMatch, Object: "https://b.example/14", ObjectLabel: "våg", Justification: taxonomy.LexicalMatching, Status: taxonomy.Proposed, Before: taxonomy.CloseMatch},
			{Subject: "urn:x-concord:a:6.1", SubjectLabel: "sell", Predicate: "ceasn:majorAlignment", Object: "https://b.example/15", ObjectLabel: "sälja", Justification: taxonomy.Unspecified},
			{SubjectLabel: "free text", Predicate: taxonomy.CloseMatch, Object: "https://b.example/16", ObjectLabel: "fri", Justification: taxonomy.ManualCuration, Slots: taxonomy.Slots{"subject_type": {"rdfs literal"}}},
			{Subject: "https://a.example/1", SubjectLabel: "knead dough", Predicate: taxonomy.ExactMatch, Object: "https://b.example/10", ObjectLabel: "knåda deg", Justification: taxonomy.LexicalMatching, Confidence: number(0)},
		},
	}
}

// write returns what a format makes of c; writing it twice must give the same.
func write(t *testing.T, name string, c *taxonomy.Crosswalk) (string, []importers.Loss) {
	t.Helper()
	var a, b bytes.Buffer
	lost, err := Write(&a, name, c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Write(&b, name, c); err != nil || a.String() != b.String() {
		t.Fatalf("written twice, it differs: %v", err)
	}
	return a.String(), lost
}

// read reads one set of a text.
func read(t *testing.T, name, text string) *Result {
	t.Helper()
	results := readAll(t, name, text)
	if len(results) != 1 {
		t.Fatalf("%d sets, want 1", len(results))
	}
	return results[0]
}

func readAll(t *testing.T, name, text string) []*Result {
	t.Helper()
	f := source.NewFile(name, []byte(text))
	results, err := Read(f, Options{})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for _, r := range results {
		checkCounts(t, r)
	}
	return results
}

// same compares crosswalks, but for what comes from the file they were read of.
func same(t *testing.T, want, got *taxonomy.Crosswalk) {
	t.Helper()
	if d := cmp.Diff(want, got, cmpopts.IgnoreFields(taxonomy.Mapping{}, "Line", "Set"), cmpopts.IgnoreFields(taxonomy.MappingSet{}, "Format", "Digest"), cmpopts.EquateEmpty()); d != "" {
		t.Errorf("read back (-want +got)\n%s", d)
	}
}

func lossText(lost []importers.Loss) string {
	var lines []string
	for _, l := range lost {
		lines = append(lines, l.String())
	}
	return strings.Join(lines, "\n")
}

// TestGraphRoundTrips: what the formats that have room for extensions write is
// read back whole.
func TestSKOSJSKOSCASERoundTrip(t *testing.T) {
	for _, f := range []struct{ format, file string }{{"skos", "x.ttl"}, {"skos-jsonld", "x.jsonld"}, {"jskos", "x.ndjson"}, {"case", "x.json"}} {
		t.Run(f.format, func(t *testing.T) {
			text, lost := write(t, f.format, sample())
			if len(lost) == 0 {
				t.Error("no losses")
			}
			r := read(t, f.file, text)
			same(t, sample(), r.Crosswalk)
			for _, p := range r.Problems {
				t.Errorf("problem: %v", p)
			}
			if r.NoTerm != 1 {
				t.Errorf("%d NoTerm rows, want 1", r.NoTerm)
			}
			if t.Failed() {
				t.Log(text)
			}
		})
	}
}

// refused checks that text is refused as invalid with a message that has all of want.
func refused(t *testing.T, name, text string, want ...string) {
	t.Helper()
	_, err := Read(source.NewFile(name, []byte(text)), Options{})
	if !errors.Is(err, taxonomy.ErrInvalid) {
		t.Errorf("%s is not refused: %v", name, err)
		return
	}
	for _, w := range want {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%s: %q does not say %q", name, err, w)
		}
	}
}

func codes(r *Result) string {
	var out []string
	for _, p := range r.Problems {
		place := p.Pointer
		if place == "" {
			place = fmt.Sprint(p.Line)
		}
		out = append(out, place+" "+p.Code)
	}
	return strings.Join(out, "\n")
}

func rowsOf(c *taxonomy.Crosswalk) []string {
	var out []string
	for _, m := range c.Mappings {
		out = append(out, strings.Join(slices.DeleteFunc([]string{string(m.Subject), m.SubjectLabel, m.Modifier, string(m.Predicate), string(m.Object), m.ObjectLabel}, func(s string) bool { return s == "" }), "|"))
	}
	return out
}
