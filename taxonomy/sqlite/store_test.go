package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

// The invented framework of these tests: how to run a bakery.
const (
	bread   = taxonomy.URI("https://bakery.example/skill/2f0c-bread")
	dough   = taxonomy.URI("https://bakery.example/skill/11aa-dough")
	yeast   = taxonomy.URI("https://bakery.example/skill/77fe-yeast")
	baker   = taxonomy.URI("https://bakery.example/job#baker")
	missing = taxonomy.URI("https://bakery.example/skill/none")
)

var imported = time.Date(2026, 5, 4, 3, 2, 1, 500, time.UTC)

func num(f float64) *float64 { return &f }

// bakery returns concepts and relations of the framework, in source order.
func bakery() ([]*taxonomy.Concept, []taxonomy.Relation) {
	concepts := []*taxonomy.Concept{
		{
			URI: dough, Kind: taxonomy.Skill, Code: "B1.2",
			Labels: []taxonomy.Label{
				{Kind: taxonomy.PrefLabel, Lang: "en", Text: "knead dough"},
				{Kind: taxonomy.PrefLabel, Lang: "fr", Text: "pétrir la pâte"},
				{Kind: taxonomy.AltLabel, Lang: "en", Text: "work dough by hand"},
				{Kind: taxonomy.HiddenLabel, Lang: "en", Text: "nead doh"},
			},
			Notes: []taxonomy.Note{
				{Kind: taxonomy.ScopeNote, Lang: "en", Text: "By hand or by machine."},
				{Kind: taxonomy.Definition, Lang: "en", Text: "Work dough until its gluten holds."},
			},
			Properties: []taxonomy.Property{
				{Name: taxonomy.PropReuseLevel, Value: "sector-specific"},
				{Name: taxonomy.PropCollection, Value: "green"},
				{Name: taxonomy.PropCollection, Value: "craft"},
			},
		},
		{URI: bread, Kind: taxonomy.Skill, Code: "B1", Labels: []taxonomy.Label{{Kind: taxonomy.PrefLabel, Lang: "en", Text: "bake bread"}}},
		{URI: yeast, Kind: taxonomy.Knowledge, Deprecated: true, ReplacedBy: []taxonomy.URI{dough, "https://elsewhere.example/rising"},
			Labels: []taxonomy.Label{{Kind: taxonomy.PrefLabel, Text: "yeast"}}},
		{URI: baker, Kind: taxonomy.Occupation, Code: "7512.1", Labels: []taxonomy.Label{{Kind: taxonomy.PrefLabel, Lang: "en", Text: "baker"}}},
	}
	relations := []taxonomy.Relation{
		{Subject: yeast, Predicate: taxonomy.OptionalFor, Object: baker, Qualifier: "sourdough only"},
		{Subject: dough, Predicate: taxonomy.RatedFor, Object: baker, Importance: num(0.75), Level: num(0)},
		{Subject: dough, Predicate: taxonomy.Broader, Object: bread},
		{Subject: bread, Predicate: taxonomy.EssentialFor, Object: baker},
	}
	return concepts, relations
}

func putBakery(w taxonomy.Writer) error {
	concepts, relations := bakery()
	for _, c := range concepts {
		if err := w.PutConcept(c); err != nil {
			return err
		}
	}
	for _, r := range relations {
		if _, err := w.PutRelation(r); err != nil {
			return err
		}
	}
	return nil
}

func ref(t testing.TB, s string) taxonomy.Ref {
	t.Helper()
	r, err := taxonomy.ParseRef(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func openStore(t testing.TB, path string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func newStore(t testing.TB) *sqlite.Store {
	t.Helper()
	return openStore(t, filepath.Join(t.TempDir(), "concord.db"))
}

// load imports what f puts as the release named name.
func load(t testing.TB, s *sqlite.Store, name string, opt sqlite.ImportOptions, f func(taxonomy.Writer) error) {
	t.Helper()
	rel := taxonomy.Release{Ref: ref(t, name), Format: "test", Digest: "sha256:" + name, Imported: imported}
	if err := s.Import(t.Context(), rel, opt, f); err != nil {
		t.Fatal(err)
	}
}

// put returns a function for load that puts one-label concepts.
func put(uris ...taxonomy.URI) func(taxonomy.Writer) error {
	return func(w taxonomy.Writer) error {
		for _, uri := range uris {
			c := &taxonomy.Concept{URI: uri, Kind: taxonomy.Skill, Labels: []taxonomy.Label{{Kind: taxonomy.PrefLabel, Lang: "en", Text: "label of " + string(uri)}}}
			if err := w.PutConcept(c); err != nil {
				return err
			}
		}
		return nil
	}
}

// dump is everything a Reader tells of a store but its revision, as lines.
func dump(t testing.TB, s *sqlite.Store) string {
	t.Helper()
	var b strings.Builder
	schemes, err := s.Schemes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, scheme := range schemes {
		fmt.Fprintf(&b, "scheme %s current %s pinned %t\n", scheme.Name, scheme.Current, scheme.Pinned)
		for _, rel := range scheme.Releases {
			fmt.Fprintf(&b, "release %+v\n", rel)
			for c, err := range s.Concepts(t.Context(), taxonomy.Filter{Release: rel.Ref}) {
				if err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(&b, "concept %+v\n", *c)
			}
			for r, err := range s.Relations(t.Context(), taxonomy.RelationFilter{Release: rel.Ref}) {
				if err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(&b, "relation %s %s %s %q\n", r.Subject, r.Predicate, r.Object, r.Qualifier)
			}
		}
	}
	sets, err := s.MappingSets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&b, "mapping sets %+v\n", sets)
	return b.String()
}

func revision(t testing.TB, s *sqlite.Store) string {
	t.Helper()
	r, err := s.Revision(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestOpenPaths(t *testing.T) {
	for _, name := range []string{"plain.db", "what?mode=ro#x.db", "100%.db", "%2e%41.db", "with blank & ümlaut=+;.db", ":memory:", "file:x.db", "a'b\"c.db"} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "fol der?#%")
			if err := os.Mkdir(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, name)
			s, err := sqlite.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			load(t, s, "bakery@1", sqlite.ImportOptions{}, put(bread))
			if err := s.Backup(t.Context(), path+".backup"); err != nil {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			entries, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, e := range entries {
				names = append(names, e.Name())
			}
			if diff := cmp.Diff([]string{name, name + ".backup"}, names); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
			again := openStore(t, path)
			if _, err := again.Concept(t.Context(), ref(t, "bakery@1"), bread); err != nil {
				t.Error(err)
			}
		})
	}
}

// rawSQL runs statements on a SQLite file as another program would.
func rawSQL(t testing.TB, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, q := range statements {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	tests := []struct {
		name string
		make func(t *testing.T, path string)
		want string
	}{
		{"text", func(t *testing.T, path string) { write(t, path, "conceptUri,preferredLabel\n") }, "not a Concord store, nor any SQLite file"},
		{"short", func(t *testing.T, path string) { write(t, path, "SQL") }, "not a Concord store, nor any SQLite file"},
		{"header alone", func(t *testing.T, path string) {
			write(t, path, "SQLite format 3\x00"+strings.Repeat("\x00", 200))
		}, "restore a backup"},
		{"another program's", func(t *testing.T, path string) { rawSQL(t, path, "CREATE TABLE recipe (id INTEGER)") }, "a SQLite file, but not a Concord store"},
		{"another program's version", func(t *testing.T, path string) { rawSQL(t, path, "PRAGMA user_version = 1") }, "a SQLite file, but not a Concord store"},
		{"newer", func(t *testing.T, path string) {
			s, err := sqlite.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			s.Close()
			rawSQL(t, path, "PRAGMA user_version = 1000")
		}, "use the newer concord"},
		{"folder", func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o755); err != nil {
				t.Fatal(err)
			}
		}, "is not a file"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.db")
			test.make(t, path)
			before, _ := os.ReadFile(path)
			_, err := sqlite.Open(path)
			if !errors.Is(err, taxonomy.ErrInvalid) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Open: %v, want ErrInvalid with %q", err, test.want)
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
				t.Error("Open changed the file")
			}
		})
	}
	if _, err := sqlite.Open(""); !errors.Is(err, taxonomy.ErrInvalid) {
		t.Errorf("Open of no name: %v, want ErrInvalid", err)
	}
	if _, err := sqlite.Open(filepath.Join(t.TempDir(), "no", "x.db")); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "folder does not exist") {
		t.Errorf("Open without a folder: %v", err)
	}
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestOpenAtOnce opens a store that does not exist yet from several sides.
func TestOpenAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "concord.db")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			s, err := sqlite.Open(path)
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			if _, err := s.Revision(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestEmptyStore(t *testing.T) {
	s := newStore(t)
	if schemes, err := s.Schemes(t.Context()); err != nil || len(schemes) != 0 {
		t.Errorf("Schemes() = %v, %v", schemes, err)
	}
	_, err := s.Release(t.Context(), ref(t, "esco"))
	if !errors.Is(err, taxonomy.ErrNotFound) || !strings.Contains(err.Error(), "nothing is loaded yet; import a framework first") {
		t.Errorf("Release: %v", err)
	}
	if _, err := s.Release(t.Context(), taxonomy.Ref{}); !errors.Is(err, taxonomy.ErrInvalid) {
		t.Errorf("Release of nothing: %v, want ErrInvalid", err)
	}
	for _, key := range []string{"", "B1"} {
		if found, err := s.Find(t.Context(), key); err != nil || len(found) != 0 {
			t.Errorf("Find(%q) = %v, %v", key, found, err)
		}
	}
	if findings, err := s.Check(t.Context()); err != nil || len(findings) != 0 {
		t.Errorf("Check() = %v, %v", findings, err)
	}
}
