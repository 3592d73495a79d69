package index

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"concord/taxonomy"
)

// A shard is the index of one release: a folder named after it that holds
//
//	stamp.json      what the current build was made of, and which build that is
//	build-*/part-*  the bleve indexes of a build
//	lock            taken while building
//
// The stamp is replaced by renaming, which makes a new build current in one
// step; builds that the stamp does not name are leftovers.
type shard struct {
	dir string
	ref taxonomy.Ref
}

const (
	stampName   = "stamp.json"
	lockName    = "lock"
	buildPrefix = "build-"
)

// schemaVersion changes with the fields of the index or the record stored in it.
const schemaVersion = "2"

// A stamp tells what a shard was made of.
type stamp struct {
	Release  string          `json:"release"`
	Digest   string          `json:"digest"`   // of the release
	Imported time.Time       `json:"imported"` // of the release: merging imports keep parts of the digest's files
	Analyser string          `json:"analyser"`
	Schema   string          `json:"schema"`
	Langs    []taxonomy.Lang `json:"languages"` // of its labels, sorted
	Build    string          `json:"build"`     // folder of the current build
	Parts    int             `json:"parts"`     // bleve indexes in it
}

func shardOf(dir string, ref taxonomy.Ref) shard {
	return shard{dir: filepath.Join(dir, ref.String()), ref: ref}
}

// stamp returns the shard's stamp. An error that is fs.ErrNotExist means that
// the shard was never built.
func (s shard) stamp() (*stamp, error) {
	b, err := os.ReadFile(filepath.Join(s.dir, stampName))
	if err != nil {
		return nil, err
	}
	st := new(stamp)
	if err := json.Unmarshal(b, st); err != nil {
		return nil, fmt.Errorf("reading %s: %w", filepath.Join(s.dir, stampName), err)
	}
	if !strings.HasPrefix(st.Build, buildPrefix) || st.Build != filepath.Base(st.Build) {
		return nil, fmt.Errorf("reading %s: no build named %q", filepath.Join(s.dir, stampName), st.Build)
	}
	return st, nil
}

// fresh reports whether the shard holds a whole build of the release as it is now.
func (s shard) fresh(release *taxonomy.Release) bool {
	st, err := s.stamp()
	if err != nil {
		return false
	}
	if _, err := os.Stat(filepath.Join(s.dir, st.Build)); err != nil {
		return false
	}
	return st.current() && st.Release == release.Ref.String() && st.Digest == release.Digest && st.Imported.Equal(release.Imported)
}

// current reports whether this program reads and would build the shard as st says.
func (st *stamp) current() bool {
	return st.Analyser == AnalyserVersion && st.Schema == schemaVersion
}

// publish makes the build that st names the shard's current one.
func (s shard) publish(st *stamp) error {
	b, err := json.MarshalIndent(st, "", "  ")
	if err != nil {
		return err
	}
	temp := filepath.Join(s.dir, st.Build+".stamp")
	if err := os.WriteFile(temp, append(b, '\n'), 0o644); err != nil {
		return err
	}
	if err := syncTree(filepath.Join(s.dir, st.Build)); err != nil {
		return err
	}
	if err := syncFile(temp); err != nil {
		return err
	}
	if err := os.Rename(temp, filepath.Join(s.dir, stampName)); err != nil {
		return err
	}
	return syncFile(s.dir)
}

// sweep removes builds that are not the current one. The caller holds the lock.
func (s shard) sweep() error {
	keep := ""
	if st, err := s.stamp(); err == nil {
		keep = st.Build
	}
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), buildPrefix) || e.Name() == keep {
			continue
		}
		if err := os.RemoveAll(filepath.Join(s.dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// syncTree makes the files below dir durable, and then dir.
func syncTree(dir string) error {
	return filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return syncFile(path)
	})
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		f.Close()
		return fmt.Errorf("making %s durable: %w", path, err)
	}
	return f.Close()
}

// lock waits until no other process builds or removes the shard and returns
// the function that lets the next one in. waited reports whether there was one.
func (s shard) lock(ctx context.Context) (unlock func(), waited bool, err error) {
	path := filepath.Join(s.dir, lockName)
	for {
		if err := os.MkdirAll(s.dir, 0o755); err != nil {
			return nil, false, err
		}
		f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
		if errors.Is(err, fs.ErrNotExist) {
			continue // the shard was removed in between
		}
		if err != nil {
			return nil, false, err
		}
		locked, err := TryLock(f)
		if err != nil {
			f.Close()
			return nil, false, fmt.Errorf("locking %s: %w", path, err)
		}
		if locked && sameFile(f, path) {
			return func() { f.Close() }, waited, nil
		}
		f.Close()
		waited = true
		select {
		case <-ctx.Done():
			return nil, false, ctx.Err()
		case <-time.After(lockInterval):
		}
	}
}

const lockInterval = 20 * time.Millisecond

// sameFile reports whether f is still what path names, rather than a lock
// that went with a removed shard.
func sameFile(f *os.File, path string) bool {
	a, err := f.Stat()
	if err != nil {
		return false
	}
	b, err := os.Stat(path)
	return err == nil && os.SameFile(a, b)
}

// Stale returns the releases of the store whose shard in dir is missing, was
// made of other content or by another version of this package, in the order
// of r.Schemes.
func Stale(ctx context.Context, dir string, r taxonomy.Reader) (stale []taxonomy.Ref, err error) {
	schemes, err := r.Schemes(ctx)
	if err != nil {
		return nil, fmt.Errorf("looking for stale indexes: %w", err)
	}
	for _, scheme := range schemes {
		for i := range scheme.Releases {
			release := &scheme.Releases[i]
			if !shardOf(dir, release.Ref).fresh(release) {
				stale = append(stale, release.Ref)
			}
		}
	}
	return stale, nil
}

// Prune removes the shards of releases that the store does not hold, and what
// killed builds left behind. It waits for builds that are under way.
func Prune(ctx context.Context, dir string, r taxonomy.Reader) error {
	schemes, err := r.Schemes(ctx)
	if err != nil {
		return fmt.Errorf("pruning the index: %w", err)
	}
	loaded := make(map[string]bool)
	for _, scheme := range schemes {
		for _, release := range scheme.Releases {
			loaded[release.Ref.String()] = true
		}
	}
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("pruning the index: %w", err)
	}
	for _, e := range entries {
		ref, err := taxonomy.ParseRef(e.Name())
		if err != nil || ref.Version == "" || !e.IsDir() {
			continue // not ours
		}
		if err := prune(ctx, shardOf(dir, ref), loaded[e.Name()]); err != nil {
			return fmt.Errorf("pruning the index of %s: %w", ref, err)
		}
	}
	return nil
}

func prune(ctx context.Context, s shard, keep bool) error {
	unlock, _, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if keep {
		return s.sweep()
	}
	// The stamp goes first, so that a half-removed shard is a missing one.
	if err := os.Remove(filepath.Join(s.dir, stampName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.RemoveAll(s.dir)
}
