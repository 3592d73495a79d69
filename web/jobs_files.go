package web

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// The files of a job are in a folder of its own, HOME/jobs/ID:
//
//	input          what was sent; removed when the job has ended
//	result.ndjson  the answers so far, a line each, in order
//	journal        lines of JSON, each a checkpoint: how much of the result is
//	               on the disk, and how much of the input it answers
//	result.csv, result.sssom.tsv   made of result.ndjson when first asked for
const (
	inputName   = "input"
	resultName  = "result.ndjson"
	journalName = "journal"
	spoolPrefix = "upload-" // of a folder that is no job yet
	lockName    = "lock"
)

// A checkpoint is a state of a job to go on from.
type checkpoint struct {
	Done   int   `json:"done"`   // results written
	Errors int   `json:"errors"` // among them
	Read   int64 `json:"read"`   // bytes of the input, for people: reading is ahead of what is done
	Bytes  int64 `json:"bytes"`  // of the result
}

func (s *Server) jobsDir() string         { return filepath.Join(s.cfg.Home, "jobs") }
func (s *Server) jobDir(id string) string { return filepath.Join(s.jobsDir(), id) }

// removeFiles removes all that is kept of a job.
func (s *Server) removeFiles(id string) error {
	if err := os.RemoveAll(s.jobDir(id)); err != nil {
		return fmt.Errorf("removing the files of job %s: %w", id, err)
	}
	return nil
}

// lastCheckpoint returns the last checkpoint in dir that was written whole
// and that the result bears out; where there is none, the beginning.
func lastCheckpoint(dir string) (last checkpoint, err error) {
	info, err := os.Stat(filepath.Join(dir, resultName))
	if errors.Is(err, fs.ErrNotExist) {
		return last, nil
	}
	if err != nil {
		return last, fmt.Errorf("reading how far a job was: %w", err)
	}
	f, err := os.Open(filepath.Join(dir, journalName))
	if errors.Is(err, fs.ErrNotExist) {
		return last, nil
	}
	if err != nil {
		return last, fmt.Errorf("reading how far a job was: %w", err)
	}
	defer f.Close()
	in := bufio.NewReader(f)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return last, nil // what follows the last line end was cut off
		}
		var c checkpoint
		if json.Unmarshal(line, &c) == nil && c.Bytes <= info.Size() && c.Done >= last.Done {
			last = c
		}
	}
}

// A resultFile is a result that is being written.
type resultFile struct {
	out     *os.File
	buf     *bufio.Writer
	journal *os.File
	at      checkpoint // what has been added
	saved   int        // checkpoint.Done of the last that is on the disk
}

// openResult opens the result in dir to go on from a checkpoint: what is
// behind it is cut off.
func openResult(dir string, from checkpoint) (*resultFile, error) {
	out, err := os.OpenFile(filepath.Join(dir, resultName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the result of a job: %w", err)
	}
	r := &resultFile{out: out, buf: bufio.NewWriterSize(out, 1<<16), at: from, saved: from.Done}
	err = out.Truncate(from.Bytes)
	if err == nil {
		_, err = out.Seek(from.Bytes, 0)
	}
	if err == nil {
		r.journal, err = newJournal(dir, from)
	}
	if err == nil {
		err = syncDir(dir)
	}
	if err != nil {
		r.close()
		return nil, fmt.Errorf("opening the result of a job: %w", err)
	}
	return r, nil
}

// newJournal puts a journal that begins with a checkpoint in the place of
// what is there, which may end in a line that was cut off.
func newJournal(dir string, from checkpoint) (*os.File, error) {
	line, err := json.Marshal(from)
	if err != nil {
		return nil, err
	}
	name := filepath.Join(dir, journalName)
	if err := writeFile(name, func(f *os.File) error {
		_, err := f.Write(append(line, '\n'))
		return err
	}); err != nil {
		return nil, err
	}
	return os.OpenFile(name, os.O_WRONLY|os.O_APPEND, 0o600)
}

// Write adds to the result.
func (r *resultFile) Write(p []byte) (int, error) {
	n, err := r.buf.Write(p)
	r.at.Bytes += int64(n)
	return n, err
}

// save makes what was added a checkpoint: first the result is on the disk,
// then the journal says so.
func (r *resultFile) save() error {
	if r.saved == r.at.Done {
		return nil
	}
	if err := r.buf.Flush(); err != nil {
		return fmt.Errorf("writing a result: %w", err)
	}
	if err := r.out.Sync(); err != nil {
		return fmt.Errorf("writing a result: %w", err)
	}
	line, err := json.Marshal(r.at)
	if err != nil {
		return fmt.Errorf("writing a journal: %w", err)
	}
	if _, err := r.journal.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("writing a journal: %w", err)
	}
	if err := r.journal.Sync(); err != nil {
		return fmt.Errorf("writing a journal: %w", err)
	}
	r.saved = r.at.Done
	return nil
}

func (r *resultFile) close() error {
	if r.journal == nil {
		return r.out.Close()
	}
	return errors.Join(r.out.Close(), r.journal.Close())
}

// writeFile writes a file whole, or not at all.
func writeFile(name string, write func(*os.File) error) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".tmp-*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", filepath.Base(name), err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if err := write(f); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("writing %s: %w", filepath.Base(name), err)
	}
	if err := os.Rename(f.Name(), name); err != nil {
		return fmt.Errorf("writing %s: %w", filepath.Base(name), err)
	}
	return nil
}

// syncDir brings the names in a folder to the disk.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("writing the folder of a job: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("writing the folder of a job: %w", err)
	}
	return nil
}
