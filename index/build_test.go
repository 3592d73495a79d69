package index

import (
	"context"
	"errors"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
)

// tree returns the paths below dir, builds under one name.
func tree(t *testing.T, dir string) []string {
	t.Helper()
	var paths []string
	entries, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range entries {
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			t.Fatal(err)
		}
		if folder, name := filepath.Split(rel); strings.HasPrefix(name, buildPrefix) {
			rel = folder + "build"
		}
		paths = append(paths, filepath.ToSlash(rel))
	}
	slices.Sort(paths)
	return paths
}

func first(t *testing.T, dir string, ref taxonomy.Ref, text string) string {
	t.Helper()
	x, err := Open(dir, []taxonomy.Ref{ref})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	res, err := x.Search(t.Context(), Query{Text: text})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Hits) == 0 {
		return ""
	}
	return res.Hits[0].Pref.Text
}

func TestBuildStaleOpenPrune(t *testing.T) {
	ctx, dir, m := t.Context(), filepath.Join(t.TempDir(), "index"), fixture(t)
	stale := func(want ...taxonomy.Ref) {
		t.Helper()
		got, err := Stale(ctx, dir, m)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("stale (-want +got):\n%s", diff)
		}
	}
	if err := Prune(ctx, dir, m); err != nil {
		t.Errorf("pruning where nothing was built: %v", err)
	}
	stale(workshop, bakery)
	if _, err := Open(dir, []taxonomy.Ref{workshop}); !errors.Is(err, taxonomy.ErrNotFound) || !strings.Contains(err.Error(), "concord index") {
		t.Errorf("opening what was never built: %v", err)
	}
	var heard [][2]int
	if err := Build(ctx, dir, m, workshop, func(done, total int) { heard = append(heard, [2]int{done, total}) }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][2]int{{14, 14}}, heard); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
	stale(bakery)
	if err := Build(ctx, dir, m, taxonomy.Ref{Scheme: "bakery"}, nil); err != nil {
		t.Fatal(err)
	}
	stale()
	whole := []string{"bakery@1/build", "bakery@1/lock", "bakery@1/stamp.json", "workshop@2.0/build", "workshop@2.0/lock", "workshop@2.0/stamp.json"}
	if diff := cmp.Diff(whole, tree(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if _, err := Open(dir, []taxonomy.Ref{{Scheme: "bakery"}}); !errors.Is(err, taxonomy.ErrInvalid) {
		t.Errorf("opening without a version: %v", err)
	}

	// A merging import changes the time, a replacing one the digest too.
	m.releases[1].Imported = m.releases[1].Imported.Add(time.Nanosecond)
	stale(bakery)

	// An index that is open answers from what it opened while another is built.
	x, err := Open(dir, []taxonomy.Ref{bakery})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	m.releases[1].concepts = concepts(t, `b9 | skill | | en:decorate cakes`)
	if err := Build(ctx, dir, m, bakery, nil); err != nil {
		t.Fatal(err)
	}
	res, err := x.Search(ctx, Query{Text: "knead dough"})
	if err != nil || len(res.Hits) != 1 {
		t.Errorf("the open index: %v, %v", res, err)
	}
	if got := first(t, dir, bakery, "decorate"); got != "decorate cakes" {
		t.Errorf("the new index finds %q", got)
	}
	if got := first(t, dir, bakery, "knead dough"); got != "" {
		t.Errorf("the new index still finds %q", got)
	}

	// What a killed build leaves is swept; a release that is gone loses its shard; other files stay.
	for _, path := range []string{"bakery@1/build-killed/part-0/store", "workshop@2.0/build-killed", "not a shard", "esco"} {
		if err := os.MkdirAll(filepath.Join(dir, path), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	m.releases = m.releases[1:]
	if err := Prune(ctx, dir, m); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"bakery@1/build", "bakery@1/lock", "bakery@1/stamp.json"}, tree(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	for _, path := range []string{"not a shard", "esco"} {
		if _, err := os.Stat(filepath.Join(dir, path)); err != nil {
			t.Errorf("pruning took %q: %v", path, err)
		}
	}
	stale()
}

func TestEmptyRelease(t *testing.T) {
	m := new(memory)
	ref := m.add(taxonomy.Ref{Scheme: "empty", Version: "1"}, nil).Ref
	x, _ := buildAll(t, m)
	for _, text := range []string{"", "anything", "\x00"} {
		res, err := x.Search(t.Context(), Query{Text: text, Facets: true})
		if err != nil || len(res.Hits) > 0 || res.Total != 0 {
			t.Errorf("%s for %q: %+v, %v", ref, text, res, err)
		}
	}
}

func TestOtherVersionsAreRefused(t *testing.T) {
	_, dir := buildAll(t, fixture(t))
	path := filepath.Join(dir, bakery.String(), stampName)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ old, new, want string }{
		{`"schema": "` + schemaVersion + `"`, `"schema": "0"`, "another version"},
		{`"analyser": "` + AnalyserVersion + `"`, `"analyser": "0"`, "another version"},
		{`"build": "build-`, `"build": "../build-`, "no build named"},
		{`"build": "build-`, `"build": "build-gone`, "concord index"},
		{`{`, `[`, "reading"},
	} {
		if err := os.WriteFile(path, []byte(strings.Replace(string(b), tt.old, tt.new, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
		if x, err := Open(dir, []taxonomy.Ref{bakery}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("with %s: %v, %v", tt.new, x, err)
		}
		if stale, err := Stale(t.Context(), dir, fixture(t)); err != nil || !slices.Contains(stale, bakery) {
			t.Errorf("with %s: stale are %v, %v", tt.new, stale, err)
		}
	}
}

// failing yields some concepts and then fails or waits to be stopped.
type failing struct {
	*memory
	err error
}

func (f failing) Concepts(ctx context.Context, filter taxonomy.Filter) iter.Seq2[*taxonomy.Concept, error] {
	return func(yield func(*taxonomy.Concept, error) bool) {
		for c, err := range f.memory.Concepts(ctx, filter) {
			if !yield(c, err) {
				return
			}
			if c.URI == "b3" {
				yield(nil, f.err)
				return
			}
		}
	}
}

func TestFailedBuildLeavesTheOldOne(t *testing.T) {
	m := fixture(t)
	_, dir := buildAll(t, m)
	before := tree(t, dir)
	m.releases[1].Digest = "sha256:other"
	broken := errors.New("disk on fire")
	if err := Build(t.Context(), dir, failing{m, broken}, bakery, nil); !errors.Is(err, broken) {
		t.Errorf("got %v, want the reader's error", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Build(ctx, dir, m, bakery, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want a cancelled context", err)
	}
	if err := Build(t.Context(), dir, m, taxonomy.Ref{Scheme: "absent"}, nil); !errors.Is(err, taxonomy.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
	if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
		t.Errorf("files (-before +after):\n%s", diff)
	}
	if got := first(t, dir, bakery, "knead dough"); got != "knead dough" {
		t.Errorf("the old index finds %q", got)
	}
}

func TestBuildsAtOnce(t *testing.T) {
	m, dir := fixture(t), t.TempDir()
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			if err := Build(t.Context(), dir, m, workshop, nil); err != nil {
				t.Error(err)
			}
			if got := first(t, dir, workshop, "machine learning"); got != "machine learning" {
				t.Errorf("found %q", got)
			}
		})
	}
	wg.Wait()
	if diff := cmp.Diff([]string{"workshop@2.0/build", "workshop@2.0/lock", "workshop@2.0/stamp.json"}, tree(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

// TestKilledBuild kills a process that builds again and again over a good
// index, at several moments, and looks for a whole index afterwards.
func TestKilledBuild(t *testing.T) {
	if dir := os.Getenv("CONCORD_INDEX_BUILD_FOREVER"); dir != "" {
		for m := fixture(t); ; {
			if err := Build(t.Context(), dir, m, workshop, nil); err != nil {
				t.Fatal(err)
			}
			os.Stdout.WriteString("built\n")
		}
	}
	m, dir := fixture(t), t.TempDir()
	if err := Build(t.Context(), dir, m, workshop, nil); err != nil {
		t.Fatal(err)
	}
	for round := range 6 {
		child := exec.Command(os.Args[0], "-test.run=^TestKilledBuild$")
		child.Env = append(os.Environ(), "CONCORD_INDEX_BUILD_FOREVER="+dir)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		// Each round lets it come further, by what it has written rather than by time.
		if _, err := out.Read(make([]byte, len("built\n"))); err != nil {
			t.Fatal(err)
		}
		for range round * 3 {
			if _, err := filepath.Glob(filepath.Join(dir, "*", "*", "*", "*")); err != nil {
				t.Fatal(err)
			}
		}
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := child.Wait(); err == nil {
			t.Fatal("the build ended by itself")
		}
		if stale, err := Stale(t.Context(), dir, m); err != nil || !slices.Equal(stale, []taxonomy.Ref{bakery}) {
			t.Fatalf("round %d: stale %v, %v", round, stale, err)
		}
		if got := first(t, dir, workshop, "machine learning"); got != "machine learning" {
			t.Fatalf("round %d: found %q", round, got)
		}
	}
	if err := Prune(t.Context(), dir, m); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"workshop@2.0/build", "workshop@2.0/lock", "workshop@2.0/stamp.json"}, tree(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestRecord(t *testing.T) {
	want := &record{
		Kind: taxonomy.Skill, Code: "1.2",
		Labels: []recordLabel{
			{Label: taxonomy.Label{Kind: taxonomy.PrefLabel, Lang: "en", Text: "bake bread"}, Folded: "bake bread"},
			{Label: taxonomy.Label{Kind: taxonomy.AltLabel, Lang: "fr", Text: "Pétrir"}, Folded: "petrir"},
			{Label: taxonomy.Label{Kind: taxonomy.HiddenLabel, Text: "–"}},
		},
		Notes:    []taxonomy.Note{{Kind: taxonomy.Definition, Lang: "en", Text: strings.Repeat("long ", 60)}},
		Keywords: []string{"oven", ""},
	}
	b := string(want.encode())
	got, err := decodeRecord(b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for i := range len(b) {
		if r, err := decodeRecord(b[:i]); err == nil {
			t.Fatalf("the first %d bytes of %d are read as %+v", i, len(b), r)
		}
	}
}

func FuzzRecord(f *testing.F) {
	f.Add(string((&record{Kind: "skill", Labels: []recordLabel{{Folded: "x"}}}).encode()))
	f.Fuzz(func(t *testing.T, s string) {
		r, err := decodeRecord(s)
		if err != nil {
			return
		}
		again, err := decodeRecord(string(r.encode()))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r, again); diff != "" {
			t.Fatalf("written and read again (-want +got):\n%s", diff)
		}
	})
}
