package source

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
)

// A member is a file of an archive made by pack. With a header it is written
// raw: data are the packed bytes, and the header may lie about them.
type member struct {
	name, data string
	raw        *zip.FileHeader
}

func pack(t testing.TB, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		var w io.Writer
		var err error
		if m.raw != nil {
			m.raw.Name = m.name
			w, err = z.CreateRaw(m.raw)
		} else {
			w, err = z.Create(m.name)
		}
		if err == nil {
			_, err = io.WriteString(w, m.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// write puts data into a file called name (which may hold slashes) in dir.
func write(t testing.TB, dir, name string, data []byte) string {
	t.Helper()
	full := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, data, 0o666); err != nil {
		t.Fatal(err)
	}
	return full
}

func deflated(t testing.TB, data string) string {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	inner := pack(t, member{name: "x.csv", data: "a\n"})
	write(t, dir, "nets/skills.csv", []byte("a\n"))
	write(t, dir, "nets/more/skills.csv", []byte("a\n"))
	write(t, dir, "nets/empty.csv", nil)
	write(t, dir, "nets/.hidden/x.csv", []byte("a\n"))
	write(t, dir, "nets/~$open.xlsx", []byte("a\n"))
	write(t, dir, "nets/en/esco.zip", pack(t, member{name: "v1/skills_en.csv", data: "a\n"}, member{name: `v1\skills_fr.csv`, data: "a\n"},
		member{name: "v1/", data: ""}, member{name: "__MACOSX/v1/._skills_en.csv", data: "a\n"}, member{name: "inner.zip", data: string(inner)}, member{name: "none.csv"}))
	write(t, dir, "nets/fr/esco.zip", pack(t, member{name: "../../skills.csv", data: "a\n"}))
	write(t, dir, "nets/unnamed", pack(t, member{name: "in.csv", data: "a\n"}))
	write(t, dir, "nets/book.xlsx", pack(t, member{name: "xl/workbook.xml", data: "<x/>"}))
	if err := os.Symlink(filepath.Join(dir, "nets", "skills.csv"), filepath.Join(dir, "nets", "z-linked.csv")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "gone"), filepath.Join(dir, "nets", "z-broken.csv")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "nets"), filepath.Join(dir, "linked")); err != nil {
		t.Fatal(err)
	}
	want := []string{ // path, name, parent, folder
		"nets/book.xlsx book.xlsx nets nets",
		"nets/empty.csv empty.csv nets nets",
		"nets/en/esco.zip/inner.zip inner.zip esco.zip en",
		"nets/en/esco.zip/none.csv none.csv esco.zip en",
		"nets/en/esco.zip/v1/skills_en.csv skills_en.csv esco.zip en",
		"nets/en/esco.zip/v1/skills_fr.csv skills_fr.csv esco.zip en",
		"nets/fr/esco.zip/skills.csv skills.csv esco.zip fr",
		"nets/more/skills.csv skills.csv nets more",
		"nets/skills.csv skills.csv nets nets",
		"nets/unnamed/in.csv in.csv unnamed nets",
		"nets/z-linked.csv z-linked.csv nets nets",
	}
	show := func(root string) []string {
		set, err := Open([]string{root})
		if err != nil {
			t.Fatal(err)
		}
		defer set.Close()
		var got []string
		for _, f := range set.Files {
			got = append(got, strings.Join([]string{f.Path, f.Name, f.Parent, f.Folder}, " "))
			if data, err := f.Bytes(1 << 20); err != nil || int64(len(data)) != f.Size {
				t.Errorf("%s: %d bytes of %d, %v", f.Path, len(data), f.Size, err)
			}
		}
		return got
	}
	if diff := cmp.Diff(want, show(filepath.Join(dir, "nets"))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := show(filepath.Join(dir, "linked")); len(got) != len(want) {
		t.Errorf("a folder given as a link: %q", got)
	}
	set, err := Open([]string{filepath.Join(dir, "nets", "more", "skills.csv")})
	if err != nil {
		t.Fatal(err)
	}
	if f := set.Files[0]; f.Path != "skills.csv" || f.Parent != "" || f.Folder != "more" {
		t.Errorf("a file given itself: %+v", f)
	}
	write(t, dir, "nets/more/skills.yml", []byte("a: 1\n"))
	if b := set.Files[0].Beside("skills.yml"); b == nil || b.Path != "skills.yml" || b.Size != 5 {
		t.Errorf("the file beside it: %+v", b)
	}
	if b := set.Files[0].Beside("none.yml"); b != nil || NewFile("x", nil).Beside("skills.csv") != nil {
		t.Errorf("no file beside it: %+v", b)
	}
}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	zeros := strings.Repeat("\x00", 40<<20)
	whole := pack(t, member{name: "skills.csv", data: strings.Repeat("a,b\n", 1000)})
	if err := os.Mkdir(filepath.Join(dir, "void"), 0o777); err != nil {
		t.Fatal(err)
	}
	many := make([]member, 5)
	for i := range many {
		many[i] = member{name: strings.Repeat("x", i+1), data: "", raw: &zip.FileHeader{Method: zip.Deflate, CompressedSize64: 2_000_000_000, UncompressedSize64: 2_000_000_000}}
	}
	tests := []struct{ name, path, want string }{
		{"nothing", filepath.Join(dir, "none.csv"), "does not exist"},
		{"empty file", write(t, dir, "empty.csv", nil), "is empty"},
		{"empty folder", filepath.Join(dir, "void"), "nothing to read in it"},
		{"folder of empty files", filepath.Dir(write(t, dir, "hollow/x.csv", nil)), "nothing to read in it"},
		{"empty archive", write(t, dir, "hollow.zip", pack(t)), "nothing in it"},
		{"archive of an empty file", write(t, dir, "hollow2.zip", pack(t, member{name: "x.csv"})), "nothing in it"},
		{"cut archive", write(t, dir, "cut.zip", whole[:len(whole)-30]), "cut.zip: the archive is damaged or cut short"},
		{"page for an archive", write(t, dir, "page.zip", []byte("<!DOCTYPE html><title>Log in</title>")), "page.zip: is an HTML page"},
		{"bomb", write(t, dir, "bomb.zip", pack(t, member{name: "zeros.csv", data: zeros})), "bomb.zip/zeros.csv: claims to unpack from"},
		{"giant", write(t, dir, "giant.zip", pack(t, member{name: "g", raw: &zip.FileHeader{Method: zip.Deflate, UncompressedSize64: 3 << 30, CompressedSize64: 2 << 30}})), "zip bomb"},
		{"too much in all", write(t, dir, "many.zip", pack(t, many...)), "more than one import reads"},
		{"encrypted", write(t, dir, "secret.zip", pack(t, member{name: "skills.csv", data: "xx", raw: &zip.FileHeader{Flags: 1, Method: zip.Store, CompressedSize64: 2, UncompressedSize64: 2}})), "secret.zip/skills.csv: is encrypted"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set, err := Open([]string{tt.path})
			if err == nil {
				set.Close()
				t.Fatal("no error")
			}
			if !errors.Is(err, taxonomy.ErrInvalid) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v; want %q", err, tt.want)
			}
		})
	}
}

// TestDamagedMembers reads members whose archive opens but whose bytes are not
// what it says.
func TestDamagedMembers(t *testing.T) {
	dir := t.TempDir()
	text := strings.Repeat("mend,nets,at,dawn\n", 5000)
	packed := deflated(t, text)
	header := func(method uint16, size int) *zip.FileHeader {
		return &zip.FileHeader{Method: method, CompressedSize64: uint64(len(packed)), UncompressedSize64: uint64(size)}
	}
	broken := []byte(packed)
	for i := len(broken) / 2; i < len(broken); i++ {
		broken[i] = 0xff
	}
	tests := []struct {
		name string
		m    member
		want string
	}{
		{"more than it says", member{"x.csv", packed, header(zip.Deflate, 10)}, "damaged or cut short"},
		{"less than it says", member{"x.csv", packed, header(zip.Deflate, len(text)+1)}, "damaged or cut short"},
		{"wrong checksum", member{"x.csv", packed, &zip.FileHeader{Method: zip.Deflate, CRC32: 1, CompressedSize64: uint64(len(packed)), UncompressedSize64: uint64(len(text))}}, "damaged or cut short"},
		{"corrupt", member{"x.csv", string(broken), header(zip.Deflate, len(text))}, "damaged or cut short"},
		{"unknown packing", member{"x.csv", packed, header(9, len(text))}, "packed in a way that cannot be read"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set, err := Open([]string{write(t, dir, tt.name+".zip", pack(t, tt.m))})
			if err != nil {
				t.Fatal(err)
			}
			defer set.Close()
			for what, read := range map[string]func() error{
				"bytes":  func() error { _, err := set.Files[0].Bytes(1 << 30); return err },
				"digest": func() error { _, err := set.Files[0].Digest(); return err },
				"table": func() error {
					table, err := NewTable(set.Files[0], Dialect{})
					for err == nil {
						_, err = table.Next()
					}
					return err
				},
			} {
				if err := read(); !errors.Is(err, taxonomy.ErrInvalid) || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("%s: error %v; want %q", what, err, tt.want)
				}
			}
		})
	}
}

func TestFile(t *testing.T) {
	f := NewFile("in/skills.csv", []byte("mend nets"))
	read := 0
	f.OnRead = func(n int) { read += n }
	if data, err := f.Bytes(9); string(data) != "mend nets" || err != nil || read != 9 {
		t.Errorf("Bytes = %q, %v, told of %d", data, err, read)
	}
	if _, err := f.Bytes(8); !errors.Is(err, taxonomy.ErrInvalid) {
		t.Errorf("Bytes over the limit: %v", err)
	}
	if head, err := f.Head(4); string(head) != "mend" || err != nil {
		t.Errorf("Head = %q, %v", head, err)
	}
	const want = "sha256:55bfc4f6bc3eefe003a5f313c7705da099638f92f2353ceebf8238da3c427cde"
	got, err := f.Digest()
	if err != nil || got != want {
		t.Errorf("Digest = %s, %v; want %s", got, err, want)
	}
	if other, _ := NewFile("x", []byte("mend net")).Digest(); other == got {
		t.Error("different bytes have the same digest")
	}
}
