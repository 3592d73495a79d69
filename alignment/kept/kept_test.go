package kept_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"concord/alignment/kept"
	"concord/taxonomy"
)

var day = time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)

// keep keeps a document until days after day.
func keep(t *testing.T, f kept.Folder, file, content string, days int) kept.Record {
	t.Helper()
	d, err := f.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Answer(map[string]string{"of": file}); err != nil {
		t.Fatal(err)
	}
	rec, err := d.Finish(kept.Record{File: file, Name: "A badge", Type: "OpenBadge/3.0", Documents: 1, Kept: day, Expires: day.AddDate(0, 0, days)}, strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func ids(t *testing.T, f kept.Folder) string {
	t.Helper()
	list, err := f.List()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range list {
		out = append(out, r.File)
	}
	return strings.Join(out, " ")
}

// TestKept keeps, lists, replaces, exports, expires and deletes, and looks
// that nothing is left on disk.
func TestKept(t *testing.T) {
	home := t.TempDir()
	f := kept.In(home)
	if got := ids(t, f); got != "" {
		t.Errorf("a home without kept documents lists %q", got)
	}
	a := keep(t, f, "a.json", "{}", 30)
	b := keep(t, f, "b.txt", "bread", 10)
	keep(t, f, "c.txt", "cake", 400)
	if got := ids(t, f); got != "b.txt a.json c.txt" {
		t.Errorf("List = %q, want what expires first first", got)
	}
	if want := "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"; a.Digest != want || a.ID != want[7:23] || a.Size != 2 {
		t.Errorf("record = %+v, want digest %s", a, want)
	}
	keep(t, f, "b-again.txt", "bread", 20)
	if got := ids(t, f); got != "b-again.txt a.json c.txt" {
		t.Errorf("List = %q, want the same bytes once", got)
	}

	var archive bytes.Buffer
	if err := f.Export(&archive, []kept.Record{a}); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(archive.Bytes()), int64(archive.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range z.File {
		names = append(names, m.Name)
	}
	if diff := cmp.Diff([]string{a.ID + "/record.json", a.ID + "/document-a.json", a.ID + "/answers.jsonl"}, names); diff != "" {
		t.Errorf("export (-want +got):\n%s", diff)
	}

	gone, err := f.Expire(day.AddDate(0, 0, 20))
	if err != nil || len(gone) != 1 || gone[0].ID != b.ID {
		t.Errorf("Expire = %v, %v; want %s", gone, err, b.ID)
	}
	if rec, err := f.Delete(a.ID[:5]); err != nil || rec.ID != a.ID {
		t.Errorf("Delete = %v, %v; want %s", rec, err, a.ID)
	}
	entries, err := os.ReadDir(filepath.Join(home, "kept"))
	if err != nil || len(entries) != 1 {
		t.Errorf("on disk are %v, %v; want c.txt alone", entries, err)
	}
	info, err := os.Stat(filepath.Join(home, "kept"))
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has mode %v, %v; want 0700", info.Mode(), err)
	}
}

func TestKeptErrors(t *testing.T) {
	home := t.TempDir()
	f := kept.In(home)
	for _, id := range []string{"", "..", "abc", "../../etc"} {
		if _, err := f.Delete(id); !errors.Is(err, taxonomy.ErrNotFound) {
			t.Errorf("Delete(%q) = %v, want not found", id, err)
		}
	}
	d, err := f.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if got := ids(t, f); got != "" {
		t.Errorf("a draft is listed: %q", got)
	}
	if err := d.Discard(); err != nil {
		t.Fatal(err)
	}
	damaged := filepath.Join(home, "kept", "0123456789abcdef")
	if err := os.MkdirAll(damaged, 0o700); err != nil {
		t.Fatal(err)
	}
	if gone, err := f.Expire(day); err != nil || len(gone) > 0 {
		t.Errorf("Expire = %v, %v; a record that cannot be read says nothing of expiry", gone, err)
	}
	if rec, err := f.Delete("0123"); err != nil || rec.ID != "0123456789abcdef" {
		t.Errorf("Delete = %v, %v", rec, err)
	}
	if _, err := os.Stat(damaged); !os.IsNotExist(err) {
		t.Errorf("the damaged folder is still there: %v", err)
	}
}
