package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

func TestNotFoundNamesWhatIsLoaded(t *testing.T) {
	s := newStore(t)
	load(t, s, "onet@29.2", sqlite.ImportOptions{}, put(bread))
	load(t, s, "esco@1.1.1", sqlite.ImportOptions{}, put(bread))
	load(t, s, "esco@1.10.0", sqlite.ImportOptions{}, put(bread))
	ctx := t.Context()
	absent := ref(t, "esco@9")
	for name, call := range map[string]func() error{
		"Release":   func() error { _, err := s.Release(ctx, absent); return err },
		"Concept":   func() error { _, err := s.Concept(ctx, absent, bread); return err },
		"Use":       func() error { return s.Use(ctx, absent) },
		"Remove":    func() error { return s.Remove(ctx, absent) },
		"Concepts":  func() error { return lastError(s.Concepts(ctx, taxonomy.Filter{Release: absent})) },
		"Relations": func() error { return lastError(s.Relations(ctx, taxonomy.RelationFilter{Release: absent})) },
	} {
		const want = "not found: no release esco@9; loaded: esco@1.10.0, esco@1.1.1, onet@29.2"
		if err := call(); !errors.Is(err, taxonomy.ErrNotFound) || err.Error() != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	_, err := s.Concept(ctx, ref(t, "esco"), missing)
	if want := fmt.Sprintf("not found: no concept %s in esco@1.10.0", missing); !errors.Is(err, taxonomy.ErrNotFound) || err.Error() != want {
		t.Errorf("Concept: %v, want %s", err, want)
	}
}

// lastError returns the error that an iterator ends on.
func lastError[T any](seq func(func(T, error) bool)) error {
	var last error
	for _, err := range seq {
		last = err
	}
	return last
}

func TestCurrent(t *testing.T) {
	s := newStore(t)
	current := func() string {
		t.Helper()
		rel, err := s.Release(t.Context(), taxonomy.Ref{Scheme: "esco"})
		if err != nil {
			t.Fatal(err)
		}
		schemes, err := s.Schemes(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !rel.Current || schemes[0].Current != rel.Version {
			t.Errorf("Release says %s is current %t, Schemes says %s", rel.Ref, rel.Current, schemes[0].Current)
		}
		return fmt.Sprint(rel.Version, " pinned ", schemes[0].Pinned)
	}
	step := func(do, want string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", do, err)
		}
		if got := current(); got != want {
			t.Errorf("after %s, current is %s, want %s", do, got, want)
		}
	}
	load(t, s, "esco@1.9.2", sqlite.ImportOptions{}, put(bread))
	load(t, s, "esco@1.10.0", sqlite.ImportOptions{}, put(bread))
	load(t, s, "esco@unversioned", sqlite.ImportOptions{}, put(bread))
	step("importing", "1.10.0 pinned false", nil)
	before := revision(t, s)
	step("use", "1.9.2 pinned true", s.Use(t.Context(), ref(t, "esco@1.9.2")))
	if revision(t, s) == before {
		t.Error("pinning left the revision")
	}
	load(t, s, "esco@1.9.2", sqlite.ImportOptions{}, put(bread))
	step("importing the pinned one again", "1.9.2 pinned true", nil)
	load(t, s, "esco@2", sqlite.ImportOptions{}, put(bread))
	step("importing a higher one", "1.9.2 pinned true", nil)
	step("removing another", "1.9.2 pinned true", s.Remove(t.Context(), ref(t, "esco@1.10.0")))
	step("removing the pinned one", "2 pinned false", s.Remove(t.Context(), ref(t, "esco@1.9.2")))
	step("removing the highest", "unversioned pinned false", s.Remove(t.Context(), ref(t, "esco@2")))
	for do, f := range map[string]func(context.Context, taxonomy.Ref) error{"Use": s.Use, "Remove": s.Remove} {
		if err := f(t.Context(), taxonomy.Ref{Scheme: "esco"}); !errors.Is(err, taxonomy.ErrInvalid) || !strings.Contains(err.Error(), "esco@unversioned") {
			t.Errorf("%s without a version: %v, want ErrInvalid", do, err)
		}
	}
	if err := s.Remove(t.Context(), ref(t, "esco@unversioned")); err != nil {
		t.Fatal(err)
	}
	if schemes, err := s.Schemes(t.Context()); err != nil || len(schemes) != 0 {
		t.Errorf("after removing the last release: %v, %v", schemes, err)
	}
	if findings, err := s.Check(t.Context()); err != nil || len(findings) != 0 {
		t.Errorf("Check() = %v, %v", findings, err)
	}
}

func TestSchemesOrder(t *testing.T) {
	s := newStore(t)
	for _, name := range []string{"onet@24.2", "esco@1.1.1", "onet@29.2", "esco@1.2.0", "bakery@unversioned"} {
		load(t, s, name, sqlite.ImportOptions{}, put(bread))
	}
	if err := s.Use(t.Context(), ref(t, "onet@24.2")); err != nil {
		t.Fatal(err)
	}
	schemes, err := s.Schemes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, scheme := range schemes {
		for _, rel := range scheme.Releases {
			got = append(got, fmt.Sprint(rel.Ref, " ", rel.Current))
		}
	}
	want := []string{"bakery@unversioned true", "esco@1.2.0 true", "esco@1.1.1 false", "onet@29.2 false", "onet@24.2 true"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("releases (-want +got):\n%s", diff)
	}
}

func TestFind(t *testing.T) {
	s := newStore(t)
	load(t, s, "bakery@1", sqlite.ImportOptions{}, putBakery)
	load(t, s, "bakery@2", sqlite.ImportOptions{}, putBakery)
	load(t, s, "annex@1", sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		if err := put("b1", "urn:x:2f0c-bread", "https://annex.example/B1")(w); err != nil {
			return err
		}
		return w.PutConcept(&taxonomy.Concept{URI: "https://annex.example/#", Kind: taxonomy.Skill, Code: "b1.2", Labels: []taxonomy.Label{{Kind: taxonomy.PrefLabel, Text: "x"}}})
	})
	tests := []struct {
		key  string
		want []string
	}{
		{string(bread), []string{"bakery@2 " + string(bread), "bakery@1 " + string(bread)}},
		{"B1.2", []string{"annex@1 https://annex.example/#", "bakery@2 " + string(dough), "bakery@1 " + string(dough)}},
		{"b1", []string{"annex@1 b1", "bakery@2 " + string(bread), "bakery@1 " + string(bread)}},
		{"2f0c-bread", []string{"bakery@2 " + string(bread), "bakery@1 " + string(bread)}},
		{"baker", []string{"bakery@2 " + string(baker), "bakery@1 " + string(baker)}},
		{"knead dough", nil},
		{"", nil},
	}
	for _, test := range tests {
		found, err := s.Find(t.Context(), test.key)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range found {
			got = append(got, c.Release.String()+" "+string(c.URI))
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("Find(%q) (-want +got):\n%s", test.key, diff)
		}
	}
}

func TestConceptsFilter(t *testing.T) {
	s := newStore(t)
	const n = 2345 // more than two batches, in an order that is not that of the URIs
	uri := func(i int) taxonomy.URI { return taxonomy.URI(fmt.Sprintf("urn:c:%05d", i)) }
	load(t, s, "many@1", sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		for i := range n {
			j := i * 1009 % n
			kind := taxonomy.Skill
			if j%3 == 0 {
				kind = taxonomy.Tool
			}
			label := taxonomy.Label{Kind: taxonomy.PrefLabel, Text: fmt.Sprint("label ", j)}
			if err := w.PutConcept(&taxonomy.Concept{URI: uri(j), Kind: kind, Labels: []taxonomy.Label{label}}); err != nil {
				return err
			}
		}
		return nil
	})
	many := ref(t, "many")
	tests := []struct {
		name        string
		filter      taxonomy.Filter
		first, step int // of the numbers in the wanted URIs
		count       int
	}{
		{"all", taxonomy.Filter{Release: many}, 0, 1, n},
		{"one kind", taxonomy.Filter{Release: many, Kinds: []taxonomy.Kind{taxonomy.Tool}}, 0, 3, 782},
		{"two kinds", taxonomy.Filter{Release: many, Kinds: []taxonomy.Kind{taxonomy.Tool, taxonomy.Skill}}, 0, 1, n},
		{"absent kind", taxonomy.Filter{Release: many, Kinds: []taxonomy.Kind{taxonomy.Task}}, 0, 1, 0},
		{"after", taxonomy.Filter{Release: many, After: uri(2000)}, 2001, 1, n - 2001},
		{"limit", taxonomy.Filter{Release: many, Limit: 7}, 0, 1, 7},
		{"limit over a batch", taxonomy.Filter{Release: many, Limit: 1500, Kinds: []taxonomy.Kind{taxonomy.Tool}}, 0, 3, 782},
		{"limit of a batch", taxonomy.Filter{Release: many, Limit: 2000, After: uri(9)}, 10, 1, 2000},
		{"some", taxonomy.Filter{Release: many, URIs: []taxonomy.URI{uri(12), "urn:none", uri(7), uri(2), uri(17)}}, 2, 5, 4},
		{"some of a kind, after", taxonomy.Filter{Release: many, URIs: []taxonomy.URI{uri(12), uri(7), uri(3), uri(9)}, Kinds: []taxonomy.Kind{taxonomy.Tool}, After: uri(3)}, 9, 3, 2},
		{"after the last", taxonomy.Filter{Release: many, After: uri(n)}, 0, 1, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := readConcepts(t, s, test.filter)
			if len(got) != test.count {
				t.Fatalf("%d concepts, want %d", len(got), test.count)
			}
			for i, c := range got {
				j := test.first + i*test.step
				if c.URI != uri(j) || len(c.Labels) != 1 || c.Labels[0].Text != fmt.Sprint("label ", j) {
					t.Fatalf("concept %d is %+v, want number %d", i, c, j)
				}
			}
		})
	}
	for range s.Concepts(t.Context(), taxonomy.Filter{Release: many}) {
		break
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := lastError(s.Concepts(ctx, taxonomy.Filter{Release: many})); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled Concepts: %v", err)
	}
	if err := lastError(s.Relations(ctx, taxonomy.RelationFilter{Release: many})); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled Relations: %v", err)
	}
}

func TestRelationsFilter(t *testing.T) {
	s := newStore(t)
	load(t, s, "bakery@1", sqlite.ImportOptions{}, putBakery)
	load(t, s, "bakery@2", sqlite.ImportOptions{}, putBakery)
	r := ref(t, "bakery@1")
	tests := []struct {
		name   string
		filter taxonomy.RelationFilter
		want   []string
	}{
		{"subject", taxonomy.RelationFilter{Release: r, Subject: dough}, []string{"onet:isRatedFor", "skos:broader"}},
		{"object", taxonomy.RelationFilter{Release: r, Object: baker}, []string{"onet:isRatedFor", "esco:isEssentialFor", "esco:isOptionalFor"}},
		{"both", taxonomy.RelationFilter{Release: r, Subject: dough, Object: bread}, []string{"skos:broader"}},
		{"predicates", taxonomy.RelationFilter{Release: r, Predicates: []taxonomy.Predicate{taxonomy.Broader, taxonomy.OptionalFor}}, []string{"skos:broader", "esco:isOptionalFor"}},
		{"object and predicate", taxonomy.RelationFilter{Release: r, Object: baker, Predicates: []taxonomy.Predicate{taxonomy.EssentialFor}}, []string{"esco:isEssentialFor"}},
		{"subjects", taxonomy.RelationFilter{Release: r, Subjects: []taxonomy.URI{dough, missing}}, []string{"onet:isRatedFor", "skos:broader"}},
		{"subjects and object", taxonomy.RelationFilter{Release: r, Subjects: []taxonomy.URI{dough, baker}, Object: bread}, []string{"skos:broader"}},
		{"unknown subject", taxonomy.RelationFilter{Release: r, Subject: missing}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, r := range readRelations(t, s, test.filter) {
				got = append(got, string(r.Predicate))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	for range s.Relations(t.Context(), taxonomy.RelationFilter{Release: r}) {
		break
	}
}

// TestNestedReads: a caller may read more for each thing an iterator yields.
func TestNestedReads(t *testing.T) {
	s := newStore(t)
	load(t, s, "bakery@1", sqlite.ImportOptions{}, putBakery)
	r := ref(t, "bakery")
	n := 0
	for c, err := range s.Concepts(t.Context(), taxonomy.Filter{Release: r}) {
		if err != nil {
			t.Fatal(err)
		}
		for rel, err := range s.Relations(t.Context(), taxonomy.RelationFilter{Release: r, Subject: c.URI}) {
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Concept(t.Context(), r, rel.Object); err != nil {
				t.Fatal(err)
			}
			n++
		}
	}
	if n != 4 {
		t.Errorf("read %d relations, want 4", n)
	}
}
