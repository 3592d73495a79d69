package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"concord/alignment/credential"
	"concord/alignment/releases"
	"concord/taxonomy"
)

// A migratedDocument is what became of one document of a plan.
type migratedDocument struct {
	File    string `json:"file"`
	Copy    string `json:"copy,omitempty"`
	Changed int    `json:"changed"`
	Left    int    `json:"left"`
	Why     string `json:"why,omitempty"` // it was not changed
}

// carryOutDocuments writes changed copies of the documents of a plan into a
// folder, or removes those that are still as they were written.
func (a *app) carryOutDocuments(head *releases.Head, steps []releases.Step, dir string, undo bool) error {
	var files []string
	of := map[string][]releases.Step{}
	for _, s := range steps {
		if of[s.File] == nil {
			files = append(files, s.File)
		}
		of[s.File] = append(of[s.File], s)
	}
	root := commonFolder(files)
	wrote, left := 0, 0
	for _, file := range files {
		d := migratedDocument{File: file}
		patched, err := a.patched(file, of[file])
		switch {
		case err != nil && !errors.Is(err, taxonomy.ErrInvalid):
			return err
		case err != nil:
			d.Why = strings.TrimPrefix(strings.TrimPrefix(err.Error(), taxonomy.ErrInvalid.Error()+": "), file+": ")
		case patched.Changed == 0:
			d.Left, d.Why = patched.Left, "nothing in it changes"
		default:
			d.Changed, d.Left = patched.Changed, patched.Left
			rel, err := filepath.Rel(root, file)
			if err != nil || strings.HasPrefix(rel, "..") {
				rel = filepath.Base(file)
			}
			d.Copy = filepath.Join(dir, rel)
			if err := a.putCopy(file, d.Copy, patched.Data, undo); err != nil {
				return err
			}
			wrote++
		}
		left += d.Left
		if a.json {
			if err := a.printJSON(d); err != nil {
				return err
			}
		} else if d.Why != "" && d.Why != "nothing in it changes" {
			fmt.Fprintf(a.stdout, "  %s  %s\n", printable(file), a.style().dim("left alone: "+printable(d.Why)))
		}
	}
	if a.json {
		return nil
	}
	if undo {
		fmt.Fprintf(a.stdout, "Removed %s from %s; the documents themselves were never changed.\n", copies(wrote), dir)
		return nil
	}
	fmt.Fprintf(a.stdout, "Wrote %s to %s (%s → %s); %s in them wait for a person or are dead, and stay.\n", copies(wrote), dir, head.From, head.To, plural(left, "alignment"))
	return nil
}

func copies(n int) string {
	if n == 1 {
		return "1 changed copy"
	}
	return thousands(n) + " changed copies"
}

// patched reads a document as the plan knew it and changes it.
func (a *app) patched(file string, steps []releases.Step) (*releases.Patched, error) {
	f, err := a.documentFile(file)
	if err != nil {
		return nil, err
	}
	data, err := f.Bytes(maxStdin)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	digest := "sha256:" + hex.EncodeToString(sum[:])
	doc, err := credential.Read(file, data, credential.Options{})
	if err != nil {
		return nil, err
	}
	for _, s := range steps {
		if s.Digest != digest {
			return nil, fmt.Errorf("%w: %s holds several documents, or is not as it was when the plan was made", taxonomy.ErrInvalid, file)
		}
	}
	if doc.Signed {
		return nil, fmt.Errorf("%w: %s is signed, and a changed copy would not verify; let its issuer issue it anew", taxonomy.ErrInvalid, file)
	}
	return releases.PatchDocument(file, data, steps)
}

// putCopy writes a copy, or with undo removes the one that was written.
func (a *app) putCopy(from, to string, data []byte, undo bool) error {
	if sameFile(from, to) {
		return fmt.Errorf("%w: the copy of %s would replace it; say another folder with --dir", taxonomy.ErrConflict, from)
	}
	there, err := os.ReadFile(to)
	switch {
	case undo && os.IsNotExist(err):
		return fmt.Errorf("%w: there is no %s; the plan was not applied there, or is taken back already", taxonomy.ErrNotFound, to)
	case err == nil && !bytes.Equal(there, data):
		return fmt.Errorf("%w: %s is there, and is not what this plan writes", taxonomy.ErrConflict, to)
	case err != nil && !os.IsNotExist(err):
		return fmt.Errorf("%w: %s cannot be read: %v", taxonomy.ErrInvalid, to, err)
	case undo:
		return os.Remove(to)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return fmt.Errorf("%w: %v", taxonomy.ErrInvalid, err)
	}
	return writeWhole(to, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// commonFolder is the longest folder that all files are in.
func commonFolder(files []string) string {
	common := ""
	for i, f := range files {
		dir := filepath.Dir(f)
		if i == 0 {
			common = dir
		}
		for common != dir && !strings.HasPrefix(dir, strings.TrimSuffix(common, string(filepath.Separator))+string(filepath.Separator)) {
			up := filepath.Dir(common)
			if up == common {
				break
			}
			common = up
		}
	}
	return common
}
