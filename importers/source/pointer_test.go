package source

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAt(t *testing.T) {
	root, _, err := ParseJSON("a.json", []byte(`{"a/b": {"c~d": [10, {"x": 1, "x": 2}]}, "": 3}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ pointer, want string }{
		{"/a~1b/c~0d/0", "10"}, {"/a~1b/c~0d/1/x", "2"}, {"/", "3"},
		{"/a~1b/c~0d/01", ""}, {"/a~1b/c~0d/-", ""}, {"/a~1b/c~0d/2", ""}, {"/nothing/at/all", ""}, {"a", ""},
	} {
		v := root.At(c.pointer)
		if v.String() != c.want {
			t.Errorf("%q: %q, want %q", c.pointer, v.String(), c.want)
		}
		if v != nil && v.Pointer() != c.pointer {
			t.Errorf("%q leads to what stands at %q", c.pointer, v.Pointer())
		}
	}
	if root.At("") != root || root.At("/a~1b").Parent() != root {
		t.Error("the root is not where it should be")
	}
}

func TestNodes(t *testing.T) {
	root, _, err := ParseJSON("a.json", []byte(`[{"@graph": [{"@type": "ceterms:Course"}, {"@type": ["https://schema.org/Course", "x#Y"]}]}, {"type": "Achievement"}, 5]`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range root.Nodes() {
		got = append(got, strings.Join(n.Types(), " "))
	}
	if diff := cmp.Diff([]string{"Course", "Course Y", "Achievement"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if !root.Nodes()[1].HasType("Z", "Y") || root.Nodes()[0].HasType("ceterms:Course") {
		t.Error("types are compared by local name")
	}
}

func TestUUID5(t *testing.T) {
	a, b := UUID5("case", "x"), UUID5("case", "y")
	if a == b || a != UUID5("case", "x") || len(a) != 36 || a[14] != '5' {
		t.Errorf("%s and %s", a, b)
	}
}
