// Package kept stores learners' documents, and only those a person asked to
// keep. Each is a folder named by the digest of its bytes that holds all there
// is of it: the document as it was given, the answers it got, and a record with
// the day it expires. So it can be listed, exported and deleted whole. Nothing
// else in the home is derived from it, and nothing here is sent anywhere.
package kept

import (
	"archive/zip"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"concord/taxonomy"
)

// DefaultDays is how long a document is kept where nothing is said.
const DefaultDays = 365

// A Record says what is kept.
type Record struct {
	ID        string    `json:"id"`     // the first 16 hexadecimal digits of the digest
	Digest    string    `json:"digest"` // "sha256:…" of the file
	File      string    `json:"file"`   // base name as it was given
	Name      string    `json:"name"`   // of the first document in it
	Type      string    `json:"type"`   // of the first document in it
	Documents int       `json:"documents"`
	Size      int64     `json:"size"` // bytes of the file
	Kept      time.Time `json:"kept"`
	Expires   time.Time `json:"expires"`
}

// A Folder holds what is kept. It need not exist. Only its user may read it.
type Folder struct{ dir string }

// In returns the folder of a home.
func In(home string) Folder { return Folder{filepath.Join(home, "kept")} }

// Names of the files of one document, and of folders under way.
const (
	recordFile   = "record.json"
	documentFile = "document"
	answersFile  = "answers.jsonl"
	halfway      = ".tmp-"
)

// A Draft is a document that is being kept. Until Finish it is not listed.
type Draft struct {
	folder  Folder
	dir     string
	answers *os.File
}

// Begin starts to keep a document.
func (f Folder) Begin() (*Draft, error) {
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of kept documents: %w", err)
	}
	dir, err := os.MkdirTemp(f.dir, halfway)
	if err != nil {
		return nil, fmt.Errorf("keeping a document: %w", err)
	}
	answers, err := os.OpenFile(filepath.Join(dir, answersFile), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("keeping a document: %w", err), os.RemoveAll(dir))
	}
	return &Draft{f, dir, answers}, nil
}

// Answer adds an answer as a line of JSON.
func (d *Draft) Answer(v any) error {
	if err := json.NewEncoder(d.answers).Encode(v); err != nil {
		return fmt.Errorf("keeping an answer: %w", err)
	}
	return nil
}

// Discard leaves nothing of the draft.
func (d *Draft) Discard() error {
	return errors.Join(d.answers.Close(), os.RemoveAll(d.dir))
}

// Finish takes the bytes of the file and completes rec with ID, Digest and
// Size. What was kept of the same bytes before is replaced.
func (d *Draft) Finish(rec Record, document io.Reader) (Record, error) {
	rec, err := d.finish(rec, document)
	if err != nil {
		return Record{}, errors.Join(fmt.Errorf("keeping %s: %w", rec.File, err), os.RemoveAll(d.dir))
	}
	return rec, nil
}

func (d *Draft) finish(rec Record, document io.Reader) (Record, error) {
	if err := d.answers.Close(); err != nil {
		return rec, err
	}
	out, err := os.OpenFile(filepath.Join(d.dir, documentFile), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return rec, err
	}
	h := sha256.New()
	rec.Size, err = io.Copy(io.MultiWriter(out, h), document)
	if err = errors.Join(err, out.Close()); err != nil {
		return rec, err
	}
	sum := hex.EncodeToString(h.Sum(nil))
	rec.ID, rec.Digest = sum[:16], "sha256:"+sum
	text, err := json.Marshal(rec)
	if err != nil {
		return rec, err
	}
	if err := os.WriteFile(filepath.Join(d.dir, recordFile), text, 0o600); err != nil {
		return rec, err
	}
	if err := d.folder.remove(rec.ID); err != nil {
		return rec, err
	}
	return rec, os.Rename(d.dir, filepath.Join(d.folder.dir, rec.ID))
}

// List returns what is kept, what expires first first. A folder without a
// record that can be read is listed by its ID alone: it can be deleted too.
func (f Folder) List() ([]Record, error) {
	entries, err := os.ReadDir(f.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("listing kept documents: %w", err)
	}
	list := []Record{}
	for _, e := range entries {
		if !e.IsDir() || strings.HasPrefix(e.Name(), halfway) {
			continue
		}
		var rec Record
		text, err := os.ReadFile(filepath.Join(f.dir, e.Name(), recordFile))
		if err == nil {
			err = json.Unmarshal(text, &rec)
		}
		if err != nil {
			rec = Record{}
		}
		rec.ID = e.Name()
		list = append(list, rec)
	}
	slices.SortFunc(list, func(x, y Record) int { return cmp.Or(x.Expires.Compare(y.Expires), cmp.Compare(x.ID, y.ID)) })
	return list, nil
}

// Find returns the record whose ID starts with id, and with no other's.
func (f Folder) Find(id string) (Record, error) {
	list, err := f.List()
	if err != nil {
		return Record{}, err
	}
	var found []Record
	for _, r := range list {
		if id != "" && strings.HasPrefix(r.ID, id) {
			found = append(found, r)
		}
	}
	switch len(found) {
	case 0:
		return Record{}, fmt.Errorf("%w: nothing is kept under the id %q; concord kept lists what is", taxonomy.ErrNotFound, id)
	case 1:
		return found[0], nil
	}
	return Record{}, fmt.Errorf("%w: several ids start with %q; write one out", taxonomy.ErrConflict, id)
}

// Delete removes a document and everything derived from it.
func (f Folder) Delete(id string) (Record, error) {
	rec, err := f.Find(id)
	if err != nil {
		return Record{}, err
	}
	return rec, f.remove(rec.ID)
}

// remove takes the folder out of the list before it empties it, so that what is
// cut short leaves nothing listed; Expire sweeps up the rest.
func (f Folder) remove(id string) error {
	gone := filepath.Join(f.dir, halfway+"gone-"+id)
	if err := os.RemoveAll(gone); err != nil {
		return fmt.Errorf("deleting what is left of the kept document %s: %w", id, err)
	}
	err := os.Rename(filepath.Join(f.dir, id), gone)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = os.RemoveAll(gone)
	}
	if err != nil {
		return fmt.Errorf("deleting the kept document %s: %w", id, err)
	}
	return nil
}

// sweepAfter is the age from which a folder under way is taken for left over.
const sweepAfter = 24 * time.Hour

// Expire deletes what has expired by now, and what an interrupted command has
// left, and returns the records of the former.
func (f Folder) Expire(now time.Time) ([]Record, error) {
	list, err := f.List()
	if err != nil {
		return nil, err
	}
	var gone []Record
	for _, r := range list {
		if r.Expires.IsZero() || now.Before(r.Expires) {
			continue
		}
		if err := f.remove(r.ID); err != nil {
			return gone, err
		}
		gone = append(gone, r)
	}
	left, err := filepath.Glob(filepath.Join(f.dir, halfway+"*"))
	if err != nil {
		return gone, fmt.Errorf("listing kept documents: %w", err)
	}
	for _, dir := range left {
		info, err := os.Stat(dir)
		if err != nil || !strings.HasPrefix(filepath.Base(dir), halfway+"gone-") && now.Sub(info.ModTime()) < sweepAfter {
			continue
		}
		if err := os.RemoveAll(dir); err != nil {
			return gone, fmt.Errorf("deleting what is left of a kept document: %w", err)
		}
	}
	return gone, nil
}

// Export writes everything that is kept of the documents as a zip archive:
// a folder for each.
func (f Folder) Export(w io.Writer, records []Record) error {
	z := zip.NewWriter(w)
	for _, r := range records {
		for _, name := range []string{recordFile, documentFile, answersFile} {
			if err := f.pack(z, r, name); err != nil {
				return fmt.Errorf("exporting %s: %w", r.ID, err)
			}
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("exporting kept documents: %w", err)
	}
	return nil
}

func (f Folder) pack(z *zip.Writer, r Record, name string) error {
	in, err := os.Open(filepath.Join(f.dir, r.ID, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // a damaged one is exported as far as it is there
	}
	if err != nil {
		return err
	}
	defer in.Close()
	as := name
	if name == documentFile && r.File != "" {
		as = "document-" + r.File
	}
	out, err := z.CreateHeader(&zip.FileHeader{Name: r.ID + "/" + as, Method: zip.Deflate, Modified: r.Kept})
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return err
}

// Answers returns the answers that a kept document got, as JSON, in order.
func (f Folder) Answers(id string) ([]json.RawMessage, error) {
	file, err := os.Open(filepath.Join(f.dir, filepath.Base(id), answersFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // it was deleted meanwhile, or is damaged
	}
	if err != nil {
		return nil, fmt.Errorf("reading the answers of the kept document %s: %w", id, err)
	}
	defer file.Close()
	var out []json.RawMessage
	for dec := json.NewDecoder(file); ; {
		var line json.RawMessage
		switch err := dec.Decode(&line); {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, fmt.Errorf("reading the answers of the kept document %s: %w", id, err)
		}
		out = append(out, line)
	}
}
