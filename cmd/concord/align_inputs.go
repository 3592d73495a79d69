package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"concord/alignment/batch"
	"concord/importers/source"
)

// inputs returns the documents' files that paths name, in their order: folders
// and zip archives unfolded by name, without hidden files. What cannot be
// opened is an input that says why. closeAll closes the archives.
func (a *app) inputs(paths []string) (list []batch.Input, closeAll func()) {
	var archives []*source.Set
	for _, path := range paths {
		for _, name := range filesIn(path) {
			if strings.EqualFold(filepath.Ext(name), ".zip") {
				set, err := source.Open([]string{name})
				if err != nil {
					list = append(list, batch.Input{Name: name, Err: err})
					continue
				}
				archives = append(archives, set)
				for _, f := range set.Files {
					f.Path = filepath.Join(filepath.Dir(name), f.Path)
					list = append(list, batch.Input{Name: f.Path, File: f})
				}
				continue
			}
			f, err := a.documentFile(name)
			if err == nil && name != "-" {
				f.Path = name
			}
			list = append(list, batch.Input{Name: name, File: f, Err: err})
		}
	}
	return list, func() {
		for _, set := range archives {
			set.Close()
		}
	}
}

// filesIn returns the files below a folder, by name; any other path is itself.
// A folder that cannot be entered, or holds nothing, is itself too, so that
// opening it says so.
func filesIn(path string) []string {
	info, err := os.Stat(path)
	if path == "-" || err != nil || !info.IsDir() {
		return []string{path}
	}
	var names []string
	root := path + string(filepath.Separator) // enters a folder that is a link
	filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			names = append(names, filepath.Clean(name))
		case name != root && source.Litter(d.Name()) && d.IsDir():
			return fs.SkipDir
		case !d.IsDir() && !source.Litter(d.Name()):
			names = append(names, filepath.Clean(name))
		}
		return nil
	})
	if len(names) == 0 {
		return []string{path}
	}
	return names
}

// maxStdin bounds what is read from standard input.
const maxStdin = 50 << 20

// documentFile returns the file at path, or standard input for "-".
func (a *app) documentFile(path string) (*source.File, error) {
	if path == "-" {
		const name = "standard input"
		data, err := io.ReadAll(io.LimitReader(a.stdin, maxStdin+1))
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		if len(data) > maxStdin {
			return nil, &source.Error{File: name, Text: "is larger than 50 MiB; name the file instead"}
		}
		return source.NewFile(name, data), nil
	}
	info, err := os.Stat(path)
	switch {
	case os.IsNotExist(err):
		return nil, &source.Error{File: path, Text: "does not exist"}
	case err != nil:
		return nil, &source.Error{File: path, Text: "cannot be read: " + err.Error()}
	case info.IsDir():
		return nil, &source.Error{File: path, Text: "is a folder; a document is expected, or a folder with documents in it"}
	}
	return source.OnDisk(path, info.Size()), nil
}
