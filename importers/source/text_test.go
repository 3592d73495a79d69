package source

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"concord/taxonomy"
)

func readText(data []byte) (string, error) {
	rc, err := NewFile("x.txt", data).Text()
	if err != nil {
		return "", err
	}
	defer rc.Close()
	text, err := io.ReadAll(rc)
	return string(text), err
}

// inUTF16 writes s as UTF-16 with a byte order mark.
func inUTF16(s string, big bool) []byte {
	var b []byte
	for _, u := range append([]uint16{0xfeff}, utf16.Encode([]rune(s))...) {
		if big {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return b
}

func TestText(t *testing.T) {
	long := strings.Repeat("nœud 🪢 ", 40_000) // runes fall across every buffer's end
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"plain", []byte("réparer\r\n"), "réparer\r\n"},
		{"byte order mark", []byte("\ufeffid,label"), "id,label"},
		{"little endian", inUTF16("id\tnœud 🪢\r\n", false), "id\tnœud 🪢\r\n"},
		{"big endian", inUTF16("id\tnœud 🪢\r\n", true), "id\tnœud 🪢\r\n"},
		{"long", []byte(long), long},
		{"long UTF-16", inUTF16(long, false), long},
		{"short", []byte("é"), "é"},
		{"empty", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readText(tt.data)
			if err != nil || got != tt.want {
				t.Errorf("%d bytes %.40q, %v; want %d bytes %.40q", len(got), got, err, len(tt.want), tt.want)
			}
		})
	}
}

func TestTextErrors(t *testing.T) {
	tests := []struct{ name, data, want string }{
		{"Latin-1", "a\nb\nr\xe9parer\n", "x.txt:3: byte 0xE9 is not UTF-8"},
		{"far into the file", strings.Repeat("mend nets\n", 30_000) + "\xff", "x.txt:30001: byte 0xFF is not UTF-8"},
		{"cut in a rune", "a\n\xf0\x9f\xaa", "x.txt:2: byte 0xF0 is not UTF-8"},
		{"UTF-16 without a mark", "i\x00d\x00", "x.txt:1: holds a NUL byte"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := readText([]byte(tt.data)); err == nil || !strings.HasPrefix(err.Error(), tt.want) || !errors.Is(err, taxonomy.ErrInvalid) {
				t.Errorf("error %v; want %q", err, tt.want)
			}
		})
	}
}

// A cutReader ends with an error in the middle of a rune.
type cutReader struct{ data string }

func (r *cutReader) Read(p []byte) (int, error) {
	n := copy(p, r.data)
	r.data = r.data[n:]
	if r.data == "" {
		return n, io.ErrUnexpectedEOF
	}
	return n, nil
}

func TestTextKeepsReadErrors(t *testing.T) {
	f := &File{Path: "x.txt", open: func() (io.ReadCloser, error) { return io.NopCloser(&cutReader{"mend n\xc3"}), nil }}
	rc, err := f.Text()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(rc); err == nil || !strings.Contains(err.Error(), "cut short") {
		t.Errorf("error %v; want one about a cut archive, not about UTF-8", err)
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"mend nets\n", "\ufeffx", "r\xe9", "\x00", "\xff\xfea\x00", "\xfe\xff\xd8\x00", strings.Repeat("é", 70_000)} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := readText(data)
		if err == nil && (!utf8.ValidString(got) || strings.Contains(got, "\x00")) {
			t.Errorf("let through %q", got)
		}
		marked := bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) || bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff"))
		if !marked && (err == nil) != (utf8.Valid(data) && !bytes.Contains(data, []byte{0})) {
			t.Errorf("error %v for %q", err, data)
		}
		if !marked && err == nil && got != string(data) {
			t.Errorf("changed %q to %q", data, got)
		}
	})
}
