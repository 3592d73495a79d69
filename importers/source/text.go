package source

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Text returns the file as UTF-8 without a byte order mark; UTF-16 with one is
// converted. A byte that is not UTF-8 ends the reading with an Error that
// names its line. The caller closes it.
func (f *File) Text() (io.ReadCloser, error) {
	rc, err := f.Open()
	if err != nil {
		return nil, err
	}
	buf := bufio.NewReaderSize(rc, 1<<16)
	mark, err := buf.Peek(3)
	if err != nil && err != io.EOF {
		rc.Close()
		return nil, err
	}
	var r io.Reader = buf
	switch {
	case bytes.HasPrefix(mark, []byte("\xef\xbb\xbf")):
		if _, err := buf.Discard(3); err != nil {
			rc.Close()
			return nil, err
		}
	case bytes.HasPrefix(mark, []byte("\xff\xfe")), bytes.HasPrefix(mark, []byte("\xfe\xff")):
		r = transform.NewReader(buf, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder())
	}
	checked := bufio.NewReaderSize(&utf8Reader{r: r, file: f.Path, line: 1}, 1<<16)
	return struct {
		io.Reader
		io.Closer
	}{checked, rc}, nil
}

// utf8Reader passes valid UTF-8 through and stops at the first byte that is
// not. It is read through a buffer that is larger than a rune.
type utf8Reader struct {
	r    io.Reader
	file string
	line int
	tail int // bytes of an unfinished rune at the start of held
	held [utf8.UTFMax]byte
}

func (u *utf8Reader) Read(p []byte) (int, error) {
	copy(p, u.held[:u.tail])
	n, err := u.r.Read(p[u.tail:])
	n += u.tail
	u.tail = 0
	for i := 0; i < n; {
		if p[i] < utf8.RuneSelf {
			if p[i] == '\n' {
				u.line++
			} else if p[i] == 0 {
				return i, &Error{File: u.file, Line: u.line, Text: "holds a NUL byte, so it is not a text file"}
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(p[i:n])
		if r == utf8.RuneError && size == 1 {
			if err != io.EOF && !utf8.FullRune(p[i:n]) {
				u.tail = copy(u.held[:], p[i:n])
				return i, err
			}
			return i, &Error{File: u.file, Line: u.line, Text: fmt.Sprintf("byte 0x%02X is not UTF-8; save the file as UTF-8 (in Excel: “CSV UTF-8”)", p[i])}
		}
		i += size
	}
	return n, err
}
