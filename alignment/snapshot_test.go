package alignment

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

// TestSnapshotDamaged: a file that is cut short, changed or of another version
// is refused, never used and never a panic.
func TestSnapshotDamaged(t *testing.T) {
	e := openKitchen(t, kitchen)
	good := bytes.Clone(e.snaps[0].data)
	dir := t.TempDir()
	rel := &taxonomy.Release{Ref: e.snaps[0].Ref(), Digest: e.snaps[0].Stamp.Digest, Imported: time.Unix(1700000000, 0)}
	path := snapshotPath(dir, rel.Ref)
	flipped := bytes.Clone(good)
	flipped[len(flipped)/2] ^= 1
	for name, data := range map[string][]byte{"empty": {}, "header only": good[:24], "cut short": good[:len(good)-9], "bit flipped": flipped, "another file": bytes.Repeat([]byte("x"), 4096)} {
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir, "test", e.table, nil, []*taxonomy.Release{rel}); !errors.Is(err, errSnapshot) {
			t.Errorf("%s: err = %v, want errSnapshot", name, err)
		}
	}
	if err := os.WriteFile(path, good, 0o666); err != nil {
		t.Fatal(err)
	}
	again, err := Open(dir, "test", e.table, nil, []*taxonomy.Release{rel})
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
	rel.Imported = rel.Imported.Add(time.Second)
	if _, err := Open(dir, "test", e.table, nil, []*taxonomy.Release{rel}); !errors.Is(err, taxonomy.ErrNotFound) {
		t.Errorf("another import: err = %v, want ErrNotFound", err)
	}
}

func TestStaleAndPrune(t *testing.T) {
	dir := t.TempDir()
	store, err := sqlite.Open(filepath.Join(dir, "concord.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	ref := taxonomy.Ref{Scheme: "one", Version: "1"}
	put := func(at int64) {
		t.Helper()
		err := store.Import(t.Context(), taxonomy.Release{Ref: ref, Imported: time.Unix(at, 0)}, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
			return w.PutConcept(&taxonomy.Concept{URI: "urn:a", Kind: taxonomy.Skill, Labels: []taxonomy.Label{{Kind: taxonomy.PrefLabel, Lang: "en", Text: "a skill"}}})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	stale := func(want int) {
		t.Helper()
		got, err := Stale(t.Context(), dir, store, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != want {
			t.Errorf("stale: %v, want %d", got, want)
		}
	}
	put(1)
	stale(1)
	if err := Build(t.Context(), dir, store, ref, nil, nil); err != nil {
		t.Fatal(err)
	}
	stale(0)
	put(2)
	stale(1)
	left := snapshotPath(dir, ref) + ".tmp123"
	if err := os.WriteFile(left, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := store.Remove(t.Context(), ref); err != nil {
		t.Fatal(err)
	}
	if err := Prune(t.Context(), dir, store); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{left, snapshotPath(dir, ref)} {
		if _, err := os.Stat(p); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is still there", filepath.Base(p))
		}
	}
}
