package site

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"concord/taxonomy"
)

// Write writes the site to dir and returns how many files it has. dir may be
// missing, empty, or an earlier site that nobody has changed; anything else is
// an ErrConflict that says what is in the way, and stays as it is.
func (s *Site) Write(dir string) (int, error) {
	dir = filepath.Clean(dir)
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real // replace what a link leads to, not the link
	}
	if err := replaceable(dir); err != nil {
		return 0, err
	}
	files, err := s.files()
	if err != nil {
		return 0, err
	}
	parent := filepath.Dir(dir)
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return 0, fmt.Errorf("%w: the folder %s cannot be made: %v", taxonomy.ErrInvalid, parent, err)
	}
	tmp, err := os.MkdirTemp(parent, "."+filepath.Base(dir)+".tmp*")
	if err != nil {
		return 0, fmt.Errorf("%w: %s cannot be written: %v", taxonomy.ErrInvalid, dir, err)
	}
	defer os.RemoveAll(tmp)
	if err := os.Chmod(tmp, 0o755); err != nil {
		return 0, fmt.Errorf("writing the site: %w", err)
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(tmp, f.name), f.body, 0o644); err != nil {
			return 0, fmt.Errorf("writing the site: %w", err)
		}
	}
	old := tmp + ".old"
	switch err := os.Rename(dir, old); {
	case errors.Is(err, fs.ErrNotExist):
		old = ""
	case err != nil:
		return 0, fmt.Errorf("replacing %s: %w", dir, err)
	}
	if err := os.Rename(tmp, dir); err != nil {
		if old != "" {
			err = errors.Join(err, os.Rename(old, dir))
		}
		return 0, fmt.Errorf("writing %s: %w", dir, err)
	}
	if old != "" {
		if err := os.RemoveAll(old); err != nil {
			return 0, fmt.Errorf("removing the site that was replaced: %w", err)
		}
	}
	return len(files), nil
}

// replaceable tells whether a site may be put at dir.
func replaceable(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("%w: %s is no folder a site can be written to: %v", taxonomy.ErrConflict, dir, err)
	case len(entries) == 0:
		return nil
	}
	no := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s; name a folder that is empty or not there yet", taxonomy.ErrConflict, fmt.Sprintf(format, args...))
	}
	var m mark
	if text, err := os.ReadFile(filepath.Join(dir, markFile)); err != nil || json.Unmarshal(text, &m) != nil {
		return no("%s is not empty and no site of a mapping set", dir)
	}
	text, err := os.ReadFile(filepath.Join(dir, sumsFile))
	if err != nil {
		return no("the site in %s has lost its %s", dir, sumsFile)
	}
	sums := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if digest, name, ok := strings.Cut(strings.TrimSpace(line), "  "); ok {
			sums[name] = digest
		}
	}
	for _, e := range entries {
		if e.Name() == sumsFile {
			continue
		}
		digest, ok := sums[e.Name()]
		if !ok || !e.Type().IsRegular() {
			return no("%s is not of the site in %s", e.Name(), dir)
		}
		body, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return fmt.Errorf("reading the site that is there: %w", err)
		}
		if f := (file{e.Name(), body}); f.Digest() != digest {
			return no("%s in %s was changed since the site was written", e.Name(), dir)
		}
	}
	return nil
}
