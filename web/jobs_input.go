package web

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"concord/alignment/batch"
	"concord/alignment/credential"
	"concord/importers/source"
)

// A jobInput is what a job reads.
type jobInput struct {
	Job
	dir   string
	lines *lineBatch
	read  atomic.Int64
	total int64
}

// open returns the documents that are left.
func (in *jobInput) open() (iter.Seq2[batch.Item, error], func() error, error) {
	name := filepath.Join(in.dir, inputName)
	info, err := os.Stat(name)
	if err != nil {
		return nil, nil, fmt.Errorf("reading what was sent: %w", err)
	}
	in.total = info.Size()
	if in.Format == "ndjson" {
		f, err := os.Open(name)
		if err != nil {
			return nil, nil, fmt.Errorf("reading what was sent: %w", err)
		}
		return in.lines.items(&countedReader{f, &in.read}), f.Close, nil
	}
	var files []*source.File
	closeFiles := func() error { return nil }
	if in.Format == "zip" {
		zipped := name + ".zip" // archives are told by their names
		if err := os.Link(name, zipped); err != nil && !errors.Is(err, os.ErrExist) {
			return nil, nil, fmt.Errorf("reading what was sent: %w", err)
		}
		set, err := source.Open([]string{zipped})
		if err != nil {
			return nil, nil, renamed(err, in.Name)
		}
		closeFiles = func() error { return errors.Join(set.Close(), os.Remove(zipped)) }
		files, in.total = set.Files, 0
		for _, f := range files {
			f.Path = strings.TrimPrefix(f.Path, filepath.Base(zipped)+"/")
			in.total += f.Size
		}
	} else {
		f := source.OnDisk(name, info.Size())
		f.Path, f.Name = in.Name, "rows."+in.Format
		files = []*source.File{f}
	}
	var inputs []batch.Input
	for _, f := range files {
		f.OnRead = func(n int) { in.read.Add(int64(n)) }
		inputs = append(inputs, batch.Input{Name: f.Path, File: f})
	}
	read := credential.Options{Type: in.Options.Type, Now: in.Created, Columns: in.lines.columns}
	return without(batch.Documents(inputs, read), in.lines.skip), closeFiles, nil
}

// renamed is an error about a file as its sender knows it.
func renamed(err error, name string) error {
	var at *source.Error
	if errors.As(err, &at) {
		return &source.Error{File: name, Line: at.Line, Pointer: at.Pointer, Text: at.Text}
	}
	return err
}

// without leaves out the first n items.
func without(items iter.Seq2[batch.Item, error], n int) iter.Seq2[batch.Item, error] {
	return func(yield func(batch.Item, error) bool) {
		for item, err := range items {
			if err == nil && n > 0 {
				n--
				continue
			}
			if !yield(item, err) {
				return
			}
		}
	}
}

// A countedReader counts what is read.
type countedReader struct {
	r io.Reader
	n *atomic.Int64
}

func (c *countedReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}
