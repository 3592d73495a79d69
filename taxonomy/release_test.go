package taxonomy_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
)

func TestParseRef(t *testing.T) {
	good := map[string]taxonomy.Ref{
		"esco":       {Scheme: "esco"},
		"esco@1.2.0": {Scheme: "esco", Version: "1.2.0"},
		"métiers@v2": {Scheme: "métiers", Version: "v2"},
	}
	for in, want := range good {
		got, err := taxonomy.ParseRef(in)
		if err != nil || got != want {
			t.Errorf("ParseRef(%q) = %+v, %v, want %+v", in, got, err, want)
		}
		if got.String() != in {
			t.Errorf("ParseRef(%q).String() = %q", in, got.String())
		}
	}
	for _, bad := range []string{"", "@", "@1", "esco@", "a@b@c", "a b", "esco@1 2", "a/b", "../x", ".hidden", "esco@..", `a\b`, "c:x", "a\nb", "a\x00b"} {
		if got, err := taxonomy.ParseRef(bad); !errors.Is(err, taxonomy.ErrInvalid) || !strings.Contains(err.Error(), "NAME@VERSION") {
			t.Errorf("ParseRef(%q) = %+v, %v, want ErrInvalid", bad, got, err)
		}
	}
}

func TestSlug(t *testing.T) {
	for in, want := range map[string]string{
		"Health & Safety Skills (2026)": "health-safety-skills-2026",
		"  --A__b--  ":                  "a-b",
		"Zürich":                        "zuerich",
		"日本語":                           "",
		"":                              "",
		strings.Repeat("x", 80):         strings.Repeat("x", 60),
		strings.Repeat("ab ", 40):       strings.Repeat("ab-", 19) + "ab",
	} {
		if got := taxonomy.Slug(in); got != want {
			t.Errorf("Slug(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzSlug(f *testing.F) {
	for _, seed := range []string{"Health & Safety", "", "é", strings.Repeat("ab-", 30)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, title string) {
		slug := taxonomy.Slug(title)
		if len(slug) > 60 || taxonomy.Slug(slug) != slug {
			t.Errorf("Slug(%q) = %q", title, slug)
		}
		if slug == "" {
			return
		}
		if _, err := taxonomy.ParseRef(slug); err != nil {
			t.Errorf("Slug(%q): %v", title, err)
		}
	})
}

func FuzzParseRef(f *testing.F) {
	for _, seed := range []string{"esco", "esco@1.2.0", "@", "a@b@c", "a b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ref, err := taxonomy.ParseRef(s)
		if err != nil {
			return
		}
		if ref.String() != s || ref.Scheme == "" {
			t.Errorf("ParseRef(%q) = %+v", s, ref)
		}
	})
}

// versions is in ascending order.
var versions = []string{taxonomy.Unversioned, "1", "1.0.3", "1.0.8", "1.1.0", "1.1.1", "1.2.0", "1.9.2", "1.10.0", "1.10.0-rc", "2", "24.2", "29.2", "30.0", "2026-05", "2026-11", "beta", "v1.2", "v1.10"}

func TestCompareVersions(t *testing.T) {
	for i, a := range versions {
		for j, b := range versions {
			if got := taxonomy.CompareVersions(a, b); sign(got) != sign(i-j) {
				t.Errorf("CompareVersions(%q, %q) = %d, want the sign of %d", a, b, got, i-j)
			}
		}
	}
	shuffled := []string{"1.2.0", "1.10.0", taxonomy.Unversioned, "1.9.2"}
	slices.SortFunc(shuffled, taxonomy.CompareVersions)
	if diff := cmp.Diff([]string{taxonomy.Unversioned, "1.2.0", "1.9.2", "1.10.0"}, shuffled); diff != "" {
		t.Errorf("sorted (-want +got):\n%s", diff)
	}
}

func FuzzCompareVersions(f *testing.F) {
	f.Add("1.2", "1.10", "v3")
	f.Add("", "0", "00")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		ab, bc, ac := sign(taxonomy.CompareVersions(a, b)), sign(taxonomy.CompareVersions(b, c)), sign(taxonomy.CompareVersions(a, c))
		if ab != -sign(taxonomy.CompareVersions(b, a)) {
			t.Errorf("%q and %q are not in the opposite order when swapped", a, b)
		}
		if ab <= 0 && bc <= 0 && ac > 0 {
			t.Errorf("%q <= %q <= %q, but not the first and the last", a, b, c)
		}
	})
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}
