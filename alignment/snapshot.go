package alignment

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"unsafe"

	"github.com/edsrzf/mmap-go"

	"concord/alignment/vectors"
	"concord/index"
	"concord/taxonomy"
)

// A Snapshot is what the engine knows of one release: its labels as terms
// with postings, and what tells its concepts apart. It is a memory-mapped
// file, immutable and safe for concurrent use. One file per release, so that
// an import touches nothing but its own.
//
// Labels are numbered by concept, concepts by URI, terms by language and
// spelling, so the same release gives the same file whatever order it was
// imported in.
type Snapshot struct {
	Stamp Stamp
	data  mmap.MMap

	uri      texts     // concept → URI, ascending
	code     texts     // concept → code, may be empty
	kind     []uint8   // concept → index in taxonomy.Kinds
	prior    []float32 // concept → how widely it is used, 0..1
	narrower []uint32  // concept → number of concepts below it, at any depth
	first    []uint32  // concept → its first label; one more entry than concepts
	label    texts     // label → text
	form     []uint8   // label → index in labelKinds
	lang     []uint8   // label → index in Stamp.Langs
	owner    []uint32  // label → concept
	mass     []float32 // label → Σ idf of its terms
	norm     []float32 // label → √Σ idf² of its terms
	termFrom []uint32  // label → its first entry in termOf; one more entry than labels
	termOf   []uint32  // distinct terms of each label, in order of occurrence
	term     texts     // term → language index byte + term, ascending
	row      []uint32  // term → its row in the vector table, from 1; 0: it has none; empty without a table
	idf      []float32 // term × pillars
	postFrom []uint32  // term → its first entry in post; one more entry than terms
	post     []uint32  // labels that hold the term, ascending
	byEnd    []uint32  // terms by language and then by their letters from the last
	vector   []int8    // concept × Stamp.Dim
	scale    []float32 // concept → what its vector is scaled by, so that it has length 1; 0: no word is known

	brief     []brief // label → what its score takes; this and the next are derived from the above
	labelKind []uint8 // label → kind of its concept
}

// A Stamp says what a snapshot was derived from. A snapshot whose stamp
// differs from its release's is stale and refused.
type Stamp struct {
	Format   int             `json:"format"`
	Analyser string          `json:"analyser"`
	Scheme   string          `json:"scheme"`
	Version  string          `json:"version"`
	Digest   string          `json:"digest"`   // of the release
	Imported string          `json:"imported"` // RFC 3339 with nanoseconds
	Weights  string          `json:"weights"`  // digest of the vector table; "" without one
	Dim      int             `json:"dim"`      // length of its vectors
	Langs    []taxonomy.Lang `json:"langs"`    // of its labels, as stated; the index is what a label holds
	Analysed []taxonomy.Lang `json:"analysed"` // the language each of Langs is analysed in: itself, or what unstated text was told to be
}

const (
	snapshotFormat = 5
	snapshotMagic  = "CONCORD\x01"
)

// texts is a table of strings: from[i] and from[i+1] bound the i-th in blob.
type texts struct {
	from []uint32
	blob []byte
}

func (t texts) len() int { return len(t.from) - 1 }

// at returns the i-th string, which shares the snapshot's memory.
func (t texts) at(i uint32) string {
	b := t.blob[t.from[i]:t.from[i+1]]
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// find returns the index of s in an ascending table.
func (t texts) find(s string) (uint32, bool) {
	n := t.len()
	i := sort.Search(n, func(i int) bool { return t.at(uint32(i)) >= s })
	return uint32(i), i < n && t.at(uint32(i)) == s
}

// Keyword is the kind of a label that is only a keyword of its concept (an RSD
// keyword, a ceasn:conceptKeyword): a weak name that others may share.
const Keyword taxonomy.LabelKind = "keyword"

var labelKinds = []taxonomy.LabelKind{taxonomy.PrefLabel, taxonomy.AltLabel, taxonomy.HiddenLabel, Keyword}

// forms, indexes of labelKinds
const (
	formPref    = 0
	formKeyword = 3
)

// sections lists the snapshot's arrays in file order.
func (s *Snapshot) sections() []any {
	return []any{&s.uri.from, &s.uri.blob, &s.code.from, &s.code.blob, &s.kind, &s.prior, &s.narrower, &s.first,
		&s.label.from, &s.label.blob, &s.form, &s.lang, &s.owner, &s.mass, &s.norm, &s.termFrom, &s.termOf,
		&s.term.from, &s.term.blob, &s.row, &s.idf, &s.postFrom, &s.post, &s.byEnd, &s.vector, &s.scale}
}

func stampOf(rel *taxonomy.Release, table *vectors.Table) Stamp {
	st := Stamp{Format: snapshotFormat, Analyser: index.AnalyserVersion, Scheme: rel.Scheme, Version: rel.Version, Digest: rel.Digest, Imported: rel.Imported.UTC().Format("2006-01-02T15:04:05.999999999Z07:00")}
	if table != nil {
		st.Weights, st.Dim = table.Digest(), table.Dim()
	}
	return st
}

func snapshotPath(dir string, ref taxonomy.Ref) string {
	return filepath.Join(dir, ref.String()+".snapshot")
}

// write puts the snapshot at path: to a temporary name, synced, renamed. The
// file is the magic, a CRC-32C of the rest, the length of the JSON stamp, the
// stamp, and each section as its length in bytes and its bytes, all in native
// little-endian order and padded to eight bytes.
func (s *Snapshot) write(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return fmt.Errorf("writing snapshot: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".tmp*")
	if err != nil {
		return fmt.Errorf("writing snapshot: %w", err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	stamp, err := json.Marshal(s.Stamp)
	if err != nil {
		return fmt.Errorf("writing snapshot: %w", err)
	}
	chunks := [][]byte{stamp}
	for _, p := range s.sections() {
		chunks = append(chunks, sectionBytes(p))
	}
	sum := crc32.New(castagnoli)
	if _, err := f.Seek(16, io.SeekStart); err != nil {
		return fmt.Errorf("writing snapshot: %w", err)
	}
	out := io.MultiWriter(f, sum)
	for _, c := range chunks {
		var size [8]byte
		binary.LittleEndian.PutUint64(size[:], uint64(len(c)))
		for _, b := range [][]byte{size[:], c, make([]byte, -len(c)&7)} {
			if _, err := out.Write(b); err != nil {
				return fmt.Errorf("writing snapshot: %w", err)
			}
		}
	}
	head := binary.LittleEndian.AppendUint64([]byte(snapshotMagic), uint64(sum.Sum32()))
	if _, err := f.WriteAt(head, 0); err != nil {
		return fmt.Errorf("writing snapshot: %w", err)
	}
	if err := f.Chmod(0o644); err != nil {
		return fmt.Errorf("writing snapshot: %w", err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("writing snapshot: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("writing snapshot: %w", err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("writing snapshot: %w", err)
	}
	return nil
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func sectionBytes(p any) []byte {
	switch v := p.(type) {
	case *[]byte:
		return *v
	case *[]int8:
		return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(*v))), len(*v))
	case *[]uint32:
		return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(*v))), 4*len(*v))
	case *[]float32:
		return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(*v))), 4*len(*v))
	}
	panic("alignment: unknown section type")
}

func setSection(p any, b []byte) {
	switch v := p.(type) {
	case *[]byte:
		*v = b
	case *[]int8:
		*v = unsafe.Slice((*int8)(unsafe.Pointer(unsafe.SliceData(b))), len(b))
	case *[]uint32:
		*v = unsafe.Slice((*uint32)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/4)
	case *[]float32:
		*v = unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/4)
	default:
		panic("alignment: unknown section type")
	}
}

var errSnapshot = errors.New("the alignment snapshot is damaged or of another version")

// openSnapshot maps the snapshot at path. The caller closes it.
func openSnapshot(path string) (*Snapshot, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // the mapping outlives the file
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() < 24 {
		return nil, errSnapshot
	}
	data, err := mmap.Map(f, mmap.RDONLY, 0)
	if err != nil {
		return nil, fmt.Errorf("mapping %s: %w", filepath.Base(path), err)
	}
	s := &Snapshot{data: data}
	if err := s.parse(); err != nil {
		data.Unmap()
		return nil, err
	}
	return s, nil
}

func (s *Snapshot) parse() error {
	b := []byte(s.data)
	if !bytes.HasPrefix(b, []byte(snapshotMagic)) || binary.LittleEndian.Uint64(b[8:]) != uint64(crc32.Checksum(b[16:], castagnoli)) {
		return errSnapshot
	}
	b = b[16:]
	next := func() ([]byte, bool) {
		if len(b) < 8 {
			return nil, false
		}
		n := binary.LittleEndian.Uint64(b)
		if n > uint64(len(b)-8) {
			return nil, false
		}
		chunk := b[8 : 8+n]
		b = b[8+n+(-n&7):]
		return chunk, true
	}
	stamp, ok := next()
	if !ok || json.Unmarshal(stamp, &s.Stamp) != nil || s.Stamp.Format != snapshotFormat {
		return errSnapshot
	}
	for _, p := range s.sections() {
		chunk, ok := next()
		if !ok {
			return errSnapshot
		}
		setSection(p, chunk)
	}
	s.layBriefs()
	return nil
}

// Close unmaps the snapshot; strings it gave out must not be used afterwards.
func (s *Snapshot) Close() error { return s.data.Unmap() }

// Ref names the release the snapshot is of.
func (s *Snapshot) Ref() taxonomy.Ref {
	return taxonomy.Ref{Scheme: s.Stamp.Scheme, Version: s.Stamp.Version}
}

// concept returns the number of the concept with this URI.
func (s *Snapshot) concept(uri taxonomy.URI) (uint32, bool) { return s.uri.find(string(uri)) }

// pref returns the label a person is shown for concept c: preferred, in lang
// if there is one, else English, else any.
func (s *Snapshot) pref(c uint32, lang taxonomy.Lang) taxonomy.Label {
	best, bestRank := s.first[c], 99
	for l := s.first[c]; l < s.first[c+1]; l++ {
		rank := 4 * int(s.form[l])
		switch of := s.Stamp.Langs[s.lang[l]]; {
		case of == lang:
		case of.Base() == lang.Base():
			rank++
		case of.Base() == "en":
			rank += 2
		default:
			rank += 3
		}
		if rank < bestRank {
			best, bestRank = l, rank
		}
	}
	return s.labelAt(best)
}

func (s *Snapshot) labelAt(l uint32) taxonomy.Label {
	return taxonomy.Label{Kind: labelKinds[s.form[l]], Lang: s.Stamp.Langs[s.lang[l]], Text: s.label.at(l)}
}

// releases lists every release of r, by scheme, highest version first.
func releases(ctx context.Context, r taxonomy.Reader) ([]taxonomy.Release, error) {
	schemes, err := r.Schemes(ctx)
	if err != nil {
		return nil, err
	}
	var all []taxonomy.Release
	for _, s := range schemes {
		all = append(all, s.Releases...)
	}
	return all, nil
}

// Stale returns the releases of r whose snapshot under dir is missing, of
// another version of the program, or of another import, in the order of r.Schemes.
func Stale(ctx context.Context, dir string, r taxonomy.Reader, table *vectors.Table) ([]taxonomy.Ref, error) {
	all, err := releases(ctx, r)
	if err != nil {
		return nil, err
	}
	var stale []taxonomy.Ref
	for _, rel := range all {
		s, err := openSnapshot(snapshotPath(dir, rel.Ref))
		if err != nil {
			stale = append(stale, rel.Ref)
			continue
		}
		if !s.Stamp.fits(&rel, table) {
			stale = append(stale, rel.Ref)
		}
		if err := s.Close(); err != nil {
			return nil, err
		}
	}
	return stale, nil
}

func (st Stamp) fits(rel *taxonomy.Release, table *vectors.Table) bool {
	want := stampOf(rel, table)
	want.Langs, want.Analysed = st.Langs, st.Analysed
	return reflect.DeepEqual(st, want)
}

// Prune removes snapshots of releases that r does not hold, and what killed
// builds left.
func Prune(ctx context.Context, dir string, r taxonomy.Reader) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("pruning snapshots: %w", err)
	}
	all, err := releases(ctx, r)
	if err != nil {
		return err
	}
	wanted := map[string]bool{}
	for _, rel := range all {
		wanted[filepath.Base(snapshotPath(dir, rel.Ref))] = true
	}
	for _, e := range entries {
		if !wanted[e.Name()] && strings.Contains(e.Name(), ".snapshot") {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
				return fmt.Errorf("pruning snapshots: %w", err)
			}
		}
	}
	return nil
}
