package sqlite_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

// folder returns the names of the files in a folder.
func folder(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestBackup(t *testing.T) {
	s := newStore(t)
	load(t, s, "bakery@1", sqlite.ImportOptions{}, putBakery)
	dir := t.TempDir()
	file := filepath.Join(dir, "backup.db")
	before := dump(t, s)
	// While an import is at work, the backup is of the state before it.
	load(t, s, "bakery@1", sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		if err := put(missing)(w); err != nil {
			return err
		}
		return s.Backup(t.Context(), file)
	})
	if diff := cmp.Diff([]string{"backup.db"}, folder(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Backup(t.Context(), file); !errors.Is(err, taxonomy.ErrConflict) {
		t.Errorf("Backup over a file: %v, want ErrConflict", err)
	}
	if again, err := os.ReadFile(file); err != nil || !bytes.Equal(content, again) {
		t.Errorf("the backup changed: %v", err)
	}
	if diff := cmp.Diff(before, dump(t, openStore(t, file))); diff != "" {
		t.Errorf("backup (-want +got):\n%s", diff)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	empty := t.TempDir()
	if err := s.Backup(ctx, filepath.Join(empty, "x.db")); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled Backup: %v", err)
	}
	if names := folder(t, empty); len(names) != 0 {
		t.Errorf("a cancelled backup leaves %v", names)
	}
}

func TestRestore(t *testing.T) {
	backup := filepath.Join(t.TempDir(), "backup.db")
	s := newStore(t)
	load(t, s, "bakery@1", sqlite.ImportOptions{}, putBakery)
	want, old := dump(t, s), revision(t, s)
	if err := s.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		make func(t *testing.T, path string)
	}{
		{"no store", func(*testing.T, string) {}},
		{"a store", func(t *testing.T, path string) { closedStore(t, path) }},
		{"a store with a log", func(t *testing.T, path string) {
			closedStore(t, path)
			killAt(t, path, "committed")
			if _, err := os.Stat(path + "-wal"); err != nil {
				t.Fatal(err)
			}
		}},
		{"a damaged store", func(t *testing.T, path string) {
			write(t, path, "SQLite format 3\x00"+strings.Repeat("x", 5000))
			write(t, path+"-wal", "rest of a log")
		}},
		{"not a store", func(t *testing.T, path string) { write(t, path, "nothing") }},
		{"a newer store", func(t *testing.T, path string) {
			closedStore(t, path)
			rawSQL(t, path, "PRAGMA user_version = 1000")
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "concord.db")
			test.make(t, path)
			if err := sqlite.Restore(t.Context(), path, backup); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{"concord.db"}, folder(t, dir)); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
			restored := openStore(t, path)
			if diff := cmp.Diff(want, dump(t, restored)); diff != "" {
				t.Errorf("restored (-want +got):\n%s", diff)
			}
			if revision(t, restored) == old {
				t.Error("the restored store has the revision of its backup")
			}
			load(t, restored, "bakery@1", sqlite.ImportOptions{}, putBakery)
		})
	}
}

// closedStore makes a store with one release.
func closedStore(t *testing.T, path string) {
	t.Helper()
	s, err := sqlite.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	load(t, s, "other@1", sqlite.ImportOptions{}, put(bread))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestRestoreRefuses(t *testing.T) {
	tests := []struct {
		name string
		make func(t *testing.T, from string)
		want error
		text string
	}{
		{"no file", func(*testing.T, string) {}, taxonomy.ErrNotFound, "no backup file"},
		{"empty", func(t *testing.T, from string) { write(t, from, "") }, taxonomy.ErrInvalid, "is empty"},
		{"text", func(t *testing.T, from string) { write(t, from, "a,b\n") }, taxonomy.ErrInvalid, "not a Concord store"},
		{"another program's", func(t *testing.T, from string) { rawSQL(t, from, "CREATE TABLE recipe (id INTEGER)") }, taxonomy.ErrInvalid, "not a Concord store"},
		{"newer", func(t *testing.T, from string) {
			closedStore(t, from)
			rawSQL(t, from, "PRAGMA user_version = 1000")
		}, taxonomy.ErrInvalid, "newer concord"},
		{"truncated", func(t *testing.T, from string) {
			bigStore(t, from)
			if err := os.Truncate(from, 40_000); err != nil {
				t.Fatal(err)
			}
		}, taxonomy.ErrInvalid, "damaged"},
		{"scrambled", func(t *testing.T, from string) {
			bigStore(t, from)
			scramble(t, from)
		}, taxonomy.ErrInvalid, "damaged"},
		{"dangling", func(t *testing.T, from string) {
			closedStore(t, from)
			rawSQL(t, from, "INSERT INTO note VALUES (999, 'en', 1, 'note', 'of nothing')")
		}, taxonomy.ErrInvalid, "1 rows of note refer to no concept"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			from := filepath.Join(t.TempDir(), "from.db")
			test.make(t, from)
			dir := t.TempDir()
			path := filepath.Join(dir, "concord.db")
			closedStore(t, path)
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			err = sqlite.Restore(t.Context(), path, from)
			if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.text) || !strings.Contains(err.Error(), from) {
				t.Errorf("Restore: %v, want %v with %q and the file's name", err, test.want, test.text)
			}
			if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
				t.Errorf("the store changed: %v", err)
			}
			if diff := cmp.Diff([]string{"concord.db"}, folder(t, dir)); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("over another program's file", func(t *testing.T) {
		from, path := filepath.Join(t.TempDir(), "from.db"), filepath.Join(t.TempDir(), "recipes.db")
		closedStore(t, from)
		rawSQL(t, path, "CREATE TABLE recipe (id INTEGER)")
		if err := sqlite.Restore(t.Context(), path, from); !errors.Is(err, taxonomy.ErrInvalid) {
			t.Errorf("Restore: %v, want ErrInvalid", err)
		}
		rawSQL(t, path, "INSERT INTO recipe VALUES (1)")
	})
	t.Run("over an open store", func(t *testing.T) {
		from, path := filepath.Join(t.TempDir(), "from.db"), filepath.Join(t.TempDir(), "concord.db")
		closedStore(t, from)
		s := openStore(t, path)
		load(t, s, "bakery@1", sqlite.ImportOptions{}, putBakery)
		if err := sqlite.Restore(t.Context(), path, from); !errors.Is(err, taxonomy.ErrConflict) || !strings.Contains(err.Error(), "stop it and try again") {
			t.Errorf("Restore: %v, want ErrConflict", err)
		}
		load(t, s, "bakery@2", sqlite.ImportOptions{}, putBakery)
	})
}

// bigStore makes a closed store of a few hundred pages.
func bigStore(t *testing.T, path string) {
	t.Helper()
	s, err := sqlite.OpenSmall(path, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	uris := make([]taxonomy.URI, 3000)
	for i := range uris {
		uris[i] = taxonomy.URI(fmt.Sprintf("urn:big:%04d", i))
	}
	load(t, s, "big@1", sqlite.ImportOptions{}, put(uris...))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// scramble overwrites pages in the middle of a store.
func scramble(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(bytes.Repeat([]byte("scramble"), 10*4096/8), 50*4096); err != nil {
		t.Fatal(err)
	}
}

func TestCheck(t *testing.T) {
	s := newStore(t)
	load(t, s, "empty@1", sqlite.ImportOptions{}, func(taxonomy.Writer) error { return nil })
	load(t, s, "bakery@1", sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		if err := putBakery(w); err != nil {
			return err
		}
		if err := putCrosswalk(w, "urn:x", ref(t, "gone@1")); err != nil {
			return err
		}
		for _, uri := range []taxonomy.URI{"urn:a", "urn:b"} {
			if err := w.PutConcept(&taxonomy.Concept{URI: uri, Kind: taxonomy.Skill, Labels: []taxonomy.Label{{Kind: taxonomy.AltLabel, Text: "x"}}}); err != nil {
				return err
			}
		}
		// A circle of two, and a concept that leads into it.
		for _, r := range []taxonomy.Relation{
			{Subject: bread, Predicate: taxonomy.Broader, Object: "urn:a"}, {Subject: "urn:a", Predicate: taxonomy.Broader, Object: yeast},
			{Subject: yeast, Predicate: taxonomy.Broader, Object: baker}, {Subject: yeast, Predicate: taxonomy.Broader, Object: "urn:a"},
		} {
			if _, err := w.PutRelation(r); err != nil {
				return err
			}
		}
		return nil
	})
	got, err := s.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, f := range got {
		lines = append(lines, f.Code+": "+f.Text)
		if f.Remedy == "" {
			t.Errorf("no remedy for %s", f.Code)
		}
	}
	want := []string{
		"empty-release: empty@1 has no concepts",
		"no-preferred-label: 2 concepts of bakery@1 have no preferred label, the first urn:a",
		"origin-missing: mapping set urn:x came with gone@1, which is not loaded",
		"broader-cycle: bakery@1 has a circle of broader concepts: " + "urn:a < " + string(yeast) + " < urn:a",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func TestCheckDamage(t *testing.T) {
	tests := []struct {
		name   string
		damage func(t *testing.T, path string)
		code   string
	}{
		{"scrambled", scramble, "damaged"},
		{"dangling", func(t *testing.T, path string) {
			rawSQL(t, path, "INSERT INTO label VALUES (99999, 'en', 1, 'prefLabel', 'of nothing')")
		}, "damaged"},
		{"counts", func(t *testing.T, path string) { rawSQL(t, path, "UPDATE release SET labels = 7") }, "wrong-counts"},
		{"pin", func(t *testing.T, path string) { rawSQL(t, path, "UPDATE scheme SET pinned = '9'") }, "pinned-missing"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "concord.db")
			bigStore(t, path)
			test.damage(t, path)
			findings, err := openStore(t, path).Check(t.Context())
			if err != nil || len(findings) == 0 || findings[0].Code != test.code {
				t.Errorf("Check() = %v, %v, want %s first", findings, err, test.code)
			}
		})
	}
}
