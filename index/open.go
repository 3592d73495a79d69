package index

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2"

	"concord/taxonomy"
)

// An Index is the open shards of some releases. It is safe for concurrent use,
// also by several processes, and goes on reading what it opened when a shard
// is rebuilt meanwhile.
type Index struct {
	shards []openShard // by release
}

type openShard struct {
	ref   taxonomy.Ref
	langs []taxonomy.Lang // of its labels, sorted
	parts []bleve.Index
	all   bleve.Index // searches the parts at once
}

// Open opens the shards of refs, each with its version, for reading. A shard
// that is missing, or was built by another version of this package, is an
// ErrNotFound that says how to build it. The caller closes the Index.
func Open(dir string, refs []taxonomy.Ref) (*Index, error) {
	x := new(Index)
	for _, ref := range refs {
		if slices.ContainsFunc(x.shards, func(s openShard) bool { return s.ref == ref }) {
			continue
		}
		s, err := open(dir, ref)
		if err != nil {
			x.Close()
			return nil, fmt.Errorf("opening the index of %s: %w", ref, err)
		}
		x.shards = append(x.shards, *s)
	}
	slices.SortFunc(x.shards, func(a, b openShard) int { return compareRefs(a.ref, b.ref) })
	return x, nil
}

func open(dir string, ref taxonomy.Ref) (*openShard, error) {
	if ref.Version == "" {
		return nil, fmt.Errorf("%w: %q has no version", taxonomy.ErrInvalid, ref.Scheme)
	}
	s := shardOf(dir, ref)
	build := ""
	for {
		st, err := s.stamp()
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%w: it is not indexed; run `concord index`", taxonomy.ErrNotFound)
		}
		if err != nil {
			return nil, err
		}
		if !st.current() {
			return nil, fmt.Errorf("%w: its index was built by another version of concord; run `concord index`", taxonomy.ErrNotFound)
		}
		parts, err := openParts(filepath.Join(s.dir, st.Build), st.Parts)
		if err == nil {
			return &openShard{ref: ref, langs: st.Langs, parts: parts, all: bleve.NewIndexAlias(parts...)}, nil
		}
		// A rebuild may have swept the build away between reading the stamp and
		// opening; then the stamp names another one by now.
		if st.Build == build {
			return nil, fmt.Errorf("%w; run `concord index`", err)
		}
		build = st.Build
	}
}

func openParts(build string, n int) ([]bleve.Index, error) {
	var parts []bleve.Index
	for i := range n {
		part, err := bleve.OpenUsing(partPath(build, i), map[string]any{"read_only": true})
		if err != nil {
			for _, p := range parts {
				p.Close()
			}
			return nil, err
		}
		parts = append(parts, part)
	}
	return parts, nil
}

// Close closes every shard and returns the first error.
func (x *Index) Close() error {
	var first error
	for _, s := range x.shards {
		for _, part := range s.parts {
			if err := part.Close(); err != nil && first == nil {
				first = fmt.Errorf("closing the index of %s: %w", s.ref, err)
			}
		}
	}
	x.shards = nil
	return first
}

// Releases returns the releases that are open, by scheme and version.
func (x *Index) Releases() []taxonomy.Ref {
	refs := make([]taxonomy.Ref, len(x.shards))
	for i, s := range x.shards {
		refs[i] = s.ref
	}
	return refs
}

func compareRefs(a, b taxonomy.Ref) int {
	if c := strings.Compare(a.Scheme, b.Scheme); c != 0 {
		return c
	}
	if c := taxonomy.CompareVersions(a.Version, b.Version); c != 0 {
		return c
	}
	return strings.Compare(a.Version, b.Version)
}

// selected returns the open shards that refs names; none named are all. A ref
// without a version selects every open release of its scheme.
func (x *Index) selected(refs []taxonomy.Ref) ([]openShard, error) {
	if len(refs) == 0 {
		return x.shards, nil
	}
	for _, ref := range refs {
		if !slices.ContainsFunc(x.shards, func(s openShard) bool { return names(ref, s.ref) }) {
			return nil, fmt.Errorf("%w: the index of %s is not open", taxonomy.ErrNotFound, ref)
		}
	}
	var chosen []openShard
	for _, s := range x.shards {
		if slices.ContainsFunc(refs, func(ref taxonomy.Ref) bool { return names(ref, s.ref) }) {
			chosen = append(chosen, s)
		}
	}
	return chosen, nil
}

func names(ref, release taxonomy.Ref) bool {
	return ref == release || ref.Version == "" && ref.Scheme == release.Scheme
}

// languagesFor returns the languages to look for in the shard: of those it has
// labels in, the ones asked for (all if none are) and the unknown one.
func (s *openShard) languagesFor(asked []taxonomy.Lang) []taxonomy.Lang {
	var langs []taxonomy.Lang
	for _, lang := range s.langs {
		if _, ok := langRank(lang, asked); ok {
			langs = append(langs, lang)
		}
	}
	if len(langs) == 0 {
		return []taxonomy.Lang{""}
	}
	return langs
}

// eachShard runs f on every shard at once and returns the results in order of
// the shards, or the first error in that order.
func eachShard[T any](ctx context.Context, shards []openShard, f func(context.Context, *openShard) (T, error)) ([]T, error) {
	results := make([]T, len(shards))
	errs := make([]error, len(shards))
	var wg sync.WaitGroup
	for i := range shards {
		wg.Go(func() { results[i], errs[i] = f(ctx, &shards[i]) })
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("searching %s: %w", shards[i].ref, err)
		}
	}
	return results, nil
}
