// Package source opens what a person hands to a reader (files, folders, zip
// archives) and reads the three shapes they come in: tables with line numbers
// (table.go), JSON trees with pointers and offsets (json.go) and plain UTF-8
// text. It knows no format and no domain type but the sentinel errors; it
// never writes and never reaches the network. Importers and document readers
// build on it.
package source

import (
	"archive/zip"
	"compress/flate"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"concord/taxonomy"
)

// An Error is input that cannot be read: which file, where in it, and what to
// do. It is a taxonomy.ErrInvalid.
type Error struct {
	File    string
	Line    int    // 1-based, 0 if not known
	Pointer string // JSON pointer (RFC 6901), if the place is one
	Text    string // what is wrong and the remedy
}

func (e *Error) Error() string {
	place := e.File
	if e.Line > 0 {
		place = fmt.Sprintf("%s:%d", place, e.Line)
	}
	if e.Pointer != "" {
		place += " at " + e.Pointer
	}
	return place + ": " + e.Text
}

// Unwrap makes every Error a taxonomy.ErrInvalid.
func (e *Error) Unwrap() error { return taxonomy.ErrInvalid }

// Bounds on what one import may hold, far above any published framework. An
// archive that claims more, or that unpacks to more than maxRatio times its
// size, is taken for a zip bomb.
const (
	maxFiles = 50_000
	maxFile  = 2 << 30
	maxTotal = 8 << 30
	maxRatio = 300
	ratioMin = 32 << 20 // the ratio says nothing about small files
)

// A File is one file of a Set: on disk, or a member of a zip archive.
type File struct {
	Path   string      // for messages: "esco-1.1.1-en.zip/skills_en.csv"
	Name   string      // base name
	Parent string      // base name of the archive or folder it was found in as given by the person; empty for a file given itself
	Folder string      // base name of the folder on disk that holds the file, or the archive it is in; empty if there is none
	Size   int64       // bytes, unpacked
	OnRead func(n int) // if not nil, told of every n bytes read
	open   func() (io.ReadCloser, error)
	disk   string // where the file is on disk; empty for a member of an archive
	digest string
}

// NewFile returns a File over bytes in memory.
func NewFile(name string, data []byte) *File {
	return &File{Path: name, Name: path.Base(name), Size: int64(len(data)), open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(string(data))), nil
	}}
}

// OnDisk returns the file called name, of size bytes, as it is: an archive is
// not unfolded.
func OnDisk(name string, size int64) *File { return onDisk(name, filepath.Base(name), "", size) }

// Open returns the file's bytes as they are. The caller closes it.
func (f *File) Open() (io.ReadCloser, error) {
	rc, err := f.open()
	if err != nil {
		return nil, f.wrap(err)
	}
	return &fileReader{rc: rc, f: f}, nil
}

// fileReader names the file in every read error and stops at the file's size bound.
type fileReader struct {
	rc   io.ReadCloser
	f    *File
	read int64
}

func (r *fileReader) Read(p []byte) (int, error) {
	n, err := r.rc.Read(p)
	r.read += int64(n)
	if r.f.OnRead != nil {
		r.f.OnRead(n)
	}
	if r.read > maxFile {
		return n, &Error{File: r.f.Path, Text: "unpacks to more than 2 GiB; split it"}
	}
	if err != nil && err != io.EOF {
		err = r.f.wrap(err)
	}
	return n, err
}

func (r *fileReader) Close() error { return r.rc.Close() }

// wrap turns the errors of a damaged archive into an Error with a remedy.
func (f *File) wrap(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, zip.ErrFormat), errors.Is(err, zip.ErrChecksum), isCorrupt(err):
		return &Error{File: f.Path, Text: "the archive is damaged or cut short (" + err.Error() + "); download it again"}
	case errors.Is(err, zip.ErrAlgorithm):
		return &Error{File: f.Path, Text: "is packed in a way that cannot be read (" + err.Error() + "); pack it again as an ordinary zip"}
	}
	return fmt.Errorf("reading %s: %w", f.Path, err)
}

// isCorrupt tells a packed stream that is broken in the middle.
func isCorrupt(err error) bool {
	var corrupt flate.CorruptInputError
	return errors.As(err, &corrupt)
}

// Head returns up to n first bytes, for telling formats apart.
func (f *File) Head(n int) ([]byte, error) {
	rc, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	head, err := io.ReadAll(io.LimitReader(rc, int64(n)))
	if err != nil {
		return nil, err
	}
	return head, nil
}

// Bytes returns the whole file; one larger than limit is an Error.
func (f *File) Bytes(limit int64) ([]byte, error) {
	if f.Size > limit {
		return nil, &Error{File: f.Path, Text: fmt.Sprintf("is %d MiB; at most %d MiB are read at once", f.Size>>20, limit>>20)}
	}
	rc, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	data, err := io.ReadAll(io.LimitReader(rc, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, &Error{File: f.Path, Text: fmt.Sprintf("is larger than %d MiB", limit>>20)}
	}
	return data, nil
}

// Digest returns "sha256:…" of the file's bytes.
func (f *File) Digest() (string, error) {
	if f.digest != "" {
		return f.digest, nil
	}
	rc, err := f.Open()
	if err != nil {
		return "", err
	}
	defer rc.Close()
	h := sha256.New()
	if _, err := io.Copy(h, rc); err != nil {
		return "", err
	}
	f.digest = "sha256:" + hex.EncodeToString(h.Sum(nil))
	return f.digest, nil
}

// A Set is everything a person handed over, archives and folders unfolded, in
// the order given and by path within each.
type Set struct {
	Files   []*File
	closers []io.Closer
}

// Open unfolds paths. Hidden files and operating-system litter are left out,
// links to files are followed, empty files and archives in archives stay in
// the Set so that somebody can say so. What does not exist, is empty, or is a
// damaged or hostile archive is an Error.
func Open(paths []string) (*Set, error) {
	s := &Set{}
	for _, p := range paths {
		if err := s.add(p); err != nil {
			s.Close()
			return nil, err
		}
	}
	var total int64
	for _, f := range s.Files {
		total += f.Size
	}
	if len(s.Files) > maxFiles || total > maxTotal {
		s.Close()
		return nil, &Error{File: strings.Join(paths, ", "), Text: fmt.Sprintf("hold %d files, %d MiB unpacked: more than one import reads; import it in parts", len(s.Files), total>>20)}
	}
	return s, nil
}

// Close closes the archives of s.
func (s *Set) Close() error {
	var errs []error
	for _, c := range s.closers {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

func (s *Set) add(name string) error {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &Error{File: name, Text: "does not exist"}
	case errors.Is(err, fs.ErrPermission):
		return &Error{File: name, Text: "may not be read: permission denied"}
	case err != nil:
		return fmt.Errorf("opening %s: %w", name, err)
	case info.IsDir():
		return s.addFolder(name)
	case !info.Mode().IsRegular():
		return &Error{File: name, Text: "is not a regular file"}
	case info.Size() == 0:
		return &Error{File: name, Text: "is empty"}
	case isZip(name):
		return s.addZip(name, filepath.Base(name))
	}
	s.Files = append(s.Files, onDisk(name, filepath.Base(name), "", info.Size()))
	return nil
}

func onDisk(name, shown, parent string, size int64) *File {
	return &File{Path: shown, Name: filepath.Base(name), Parent: parent, Folder: folderOf(name), Size: size, disk: name, open: func() (io.ReadCloser, error) { return os.Open(name) }}
}

// Beside returns the file called name in the folder on disk that holds f, or
// nil if there is none.
func (f *File) Beside(name string) *File {
	if f.disk == "" {
		return nil
	}
	beside := filepath.Join(filepath.Dir(f.disk), name)
	info, err := os.Stat(beside)
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	return onDisk(beside, path.Join(path.Dir(f.Path), name), f.Parent, info.Size())
}

// folderOf returns the base name of the folder that holds name.
func folderOf(name string) string {
	dir := filepath.Dir(name)
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	if base := filepath.Base(dir); base != string(filepath.Separator) {
		return base
	}
	return ""
}

func (s *Set) addFolder(root string) error {
	parent := filepath.Base(filepath.Clean(root))
	if abs, err := filepath.Abs(root); err == nil {
		parent = filepath.Base(abs)
	}
	n := len(s.Files)
	given := root
	root, err := filepath.EvalSymlinks(root) // WalkDir does not enter a root that is a link
	if err != nil {
		return fmt.Errorf("reading folder %s: %w", given, err)
	}
	empty := true
	err = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("reading folder %s: %w", root, err)
		case name != root && Litter(d.Name()):
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		}
		info, err := os.Stat(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a link that leads nowhere
		}
		if err != nil {
			return fmt.Errorf("reading folder %s: %w", root, err)
		}
		if !info.Mode().IsRegular() {
			return nil
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return fmt.Errorf("reading folder %s: %w", root, err)
		}
		shown := path.Join(parent, filepath.ToSlash(rel))
		empty = empty && info.Size() == 0
		if info.Size() > 0 && isZip(name) {
			return s.addZip(name, shown)
		}
		s.Files = append(s.Files, onDisk(name, shown, parent, info.Size()))
		return nil
	})
	if err != nil {
		return err
	}
	if len(s.Files) == n || empty {
		return &Error{File: root, Text: "is a folder with nothing to read in it"}
	}
	return nil
}

// addZip adds the members of the archive name, whose path for messages is base.
func (s *Set) addZip(name, base string) error {
	z, err := zip.OpenReader(name)
	if err != nil {
		f := onDisk(name, base, "", 0)
		if head, headErr := f.Head(512); headErr == nil && LooksLikeHTML(head) {
			return &Error{File: base, Text: "is an HTML page, not an archive; the download was probably a login or error page, so download it again"}
		}
		return f.wrap(err)
	}
	s.closers = append(s.closers, z)
	n, empty := len(s.Files), true
	for _, m := range z.File {
		member := strings.ReplaceAll(m.Name, `\`, "/") // as some packers on Windows write it
		if strings.HasSuffix(member, "/") || slices.ContainsFunc(strings.Split(member, "/"), Litter) {
			continue
		}
		shown := path.Join(base, path.Clean("/"+member))
		empty = empty && m.UncompressedSize64 == 0
		if m.Flags&1 != 0 {
			return &Error{File: shown, Text: "is encrypted; unpack it with its password first"}
		}
		if m.UncompressedSize64 > maxFile || m.UncompressedSize64 > ratioMin && m.UncompressedSize64/(m.CompressedSize64+1) > maxRatio {
			return &Error{File: shown, Text: fmt.Sprintf("claims to unpack from %d KiB to %d MiB; no framework does, so it is refused as a zip bomb", m.CompressedSize64>>10, m.UncompressedSize64>>20)}
		}
		s.Files = append(s.Files, &File{Path: shown, Name: path.Base(member), Parent: path.Base(base), Folder: folderOf(name), Size: int64(m.UncompressedSize64), open: m.Open})
	}
	slices.SortStableFunc(s.Files[n:], func(a, b *File) int { return strings.Compare(a.Path, b.Path) })
	if empty {
		return &Error{File: base, Text: "is an archive with nothing in it"}
	}
	return nil
}

// isZip tells a zip archive by content. Spreadsheets and word-processor files
// are zip archives too, but are documents of their own.
func isZip(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".xlsx", ".docx", ".odt", ".ods", ".pptx":
		return false
	case ".zip":
		return true
	}
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	var magic [4]byte
	_, err = io.ReadFull(f, magic[:])
	return err == nil && string(magic[:]) == "PK\x03\x04"
}

// Litter tells files that operating systems and version control leave about.
func Litter(name string) bool {
	return strings.HasPrefix(name, ".") && name != "." && name != ".." || name == "__MACOSX" || name == "Thumbs.db" || name == "desktop.ini" || strings.HasPrefix(name, "~$")
}
