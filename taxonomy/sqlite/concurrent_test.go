package sqlite_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

func TestReadersSeeOldState(t *testing.T) {
	s := newStore(t)
	load(t, s, "bakery@1", sqlite.ImportOptions{}, putBakery)
	before := dump(t, s)
	load(t, s, "bakery@1", sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		if err := put(missing)(w); err != nil {
			return err
		}
		if diff := cmp.Diff(before, dump(t, s)); diff != "" {
			t.Errorf("a reader sees an import at work (-want +got):\n%s", diff)
		}
		return nil
	})
	// An iterator that began before an import ends on the state it began with.
	var seen []taxonomy.URI
	for c, err := range s.Concepts(t.Context(), taxonomy.Filter{Release: ref(t, "bakery@1")}) {
		if err != nil {
			t.Fatal(err)
		}
		if len(seen) == 0 {
			load(t, s, "bakery@1", sqlite.ImportOptions{}, putBakery)
		}
		seen = append(seen, c.URI)
	}
	if diff := cmp.Diff([]taxonomy.URI{missing}, seen); diff != "" {
		t.Errorf("iterator (-want +got):\n%s", diff)
	}
}

// TestTwoWriters opens one file twice, as two programs would.
func TestTwoWriters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "concord.db")
	s := openStore(t, path)
	other, err := sqlite.OpenSmall(path, time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	load(t, s, "bakery@1", sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		err := other.Import(t.Context(), taxonomy.Release{Ref: ref(t, "bakery@2")}, sqlite.ImportOptions{}, putBakery)
		if !errors.Is(err, taxonomy.ErrConflict) || !strings.Contains(err.Error(), "another program is writing") {
			t.Errorf("second writer: %v, want ErrConflict", err)
		}
		return putBakery(w)
	})
	load(t, other, "bakery@2", sqlite.ImportOptions{}, putBakery)
	if got := readConcepts(t, s, taxonomy.Filter{Release: ref(t, "bakery@2")}); len(got) != 4 {
		t.Errorf("the first program sees %d concepts of the second, want 4", len(got))
	}
}
