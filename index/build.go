package index

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/blevesearch/bleve/v2"

	"concord/taxonomy"
)

// A shard of more than partSize concepts is built in two parts at once, one
// for each of the two processors that the smallest machine has; searches also
// read them at once. More parts would make every search dearer.
const partSize = 1000

func partsFor(concepts int) int {
	if concepts > partSize {
		return 2
	}
	return 1
}

func partPath(build string, i int) string { return filepath.Join(build, fmt.Sprintf("part-%d", i)) }

// segmentLabels bounds what a part being built holds in memory: the concepts
// of one segment, which have about so many labels.
const segmentLabels = 8000

func builderConfig(dir string, release *taxonomy.Release, concepts int) map[string]any {
	each := 1 + release.Labels/max(concepts, 1)
	return map[string]any{
		"batchSize":       min(max(segmentLabels/each, 20), 2000),
		"mergeMax":        1000, // all segments in one go
		"buildPathPrefix": dir,
	}
}

// Build makes the shard of ref in dir anew and puts it in the place of the old
// one in one step: whenever it is killed, either the old or the new one is
// there. progress, which may be nil, hears how many concepts are done of how
// many, never from two goroutines at once. While another process builds the
// same shard, Build waits, and then leaves a fresh one as it is.
func Build(ctx context.Context, dir string, r taxonomy.Reader, ref taxonomy.Ref, progress func(done, total int)) error {
	release, err := r.Release(ctx, ref)
	if err != nil {
		return fmt.Errorf("indexing %s: %w", ref, err)
	}
	s := shardOf(dir, release.Ref)
	unlock, waited, err := s.lock(ctx)
	if err != nil {
		return fmt.Errorf("indexing %s: %w", release.Ref, err)
	}
	defer unlock()
	if waited {
		if release, err = r.Release(ctx, release.Ref); err != nil {
			return fmt.Errorf("indexing %s: %w", ref, err)
		}
		if s.fresh(release) {
			return nil
		}
	}
	if err := s.build(ctx, r, release, progress); err != nil {
		return fmt.Errorf("indexing %s: %w", release.Ref, err)
	}
	return nil
}

// build makes and publishes a new build. The caller holds the lock.
func (s shard) build(ctx context.Context, r taxonomy.Reader, release *taxonomy.Release, progress func(done, total int)) error {
	if err := s.sweep(); err != nil {
		return err
	}
	path, err := os.MkdirTemp(s.dir, buildPrefix)
	if err != nil {
		return err
	}
	parts := partsFor(conceptsOf(release))
	langs, err := fill(ctx, path, r, release, parts, progress)
	if err != nil {
		os.RemoveAll(path)
		return err
	}
	err = s.publish(&stamp{
		Release: release.Ref.String(), Digest: release.Digest, Imported: release.Imported,
		Analyser: AnalyserVersion, Schema: schemaVersion, Langs: langs, Build: filepath.Base(path), Parts: parts,
	})
	if err != nil {
		os.RemoveAll(path)
		return err
	}
	// A failure to remove the old build is no failure of the new one; the next build tries again.
	_ = s.sweep()
	return nil
}

func conceptsOf(release *taxonomy.Release) int {
	total := 0
	for _, n := range release.Concepts {
		total += n
	}
	return total
}

// A document is a concept on its way into bleve.
type document struct {
	id     string
	fields map[string]any
}

// fill writes the concepts of the release to new bleve indexes below path, in
// so many parts, and returns the languages of their labels, sorted.
func fill(ctx context.Context, path string, r taxonomy.Reader, release *taxonomy.Release, parts int, progress func(done, total int)) ([]taxonomy.Lang, error) {
	above, err := ancestors(ctx, r, release.Ref)
	if err != nil {
		return nil, err
	}
	total := conceptsOf(release)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queues := make([]chan document, parts)
	var wg sync.WaitGroup
	for i := range parts {
		queues[i] = make(chan document, 64)
		wg.Go(func() {
			if err := write(ctx, partPath(path, i), release, queues[i]); err != nil {
				cancel(err)
			}
		})
	}
	langs := make(map[taxonomy.Lang]bool)
	done := 0
	err = func() error {
		fields := newFieldSet()
		for c, err := range r.Concepts(ctx, taxonomy.Filter{Release: release.Ref}) {
			if err != nil {
				return err
			}
			for _, l := range c.Labels {
				langs[l.Lang] = true
			}
			select {
			case queues[done%parts] <- document{string(c.URI), fields.document(c, above.of(c.URI))}:
			case <-ctx.Done():
				return ctx.Err()
			}
			done++
			if progress != nil && done%500 == 0 {
				progress(done, max(done, total))
			}
		}
		return nil
	}()
	if err != nil {
		cancel(err)
	}
	for _, q := range queues {
		close(q)
	}
	wg.Wait()
	// The cause is the writer's error where one stopped the reader.
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	if progress != nil {
		progress(done, done)
	}
	return slices.Sorted(maps.Keys(langs)), nil
}

// write makes a bleve index at path of what comes from documents, until it is
// closed or ctx ends.
func write(ctx context.Context, path string, release *taxonomy.Release, documents <-chan document) error {
	builder, err := bleve.NewBuilder(path, newMapping(), builderConfig(path, release, conceptsOf(release)))
	if err != nil {
		return err
	}
	n := 0
	for d := range documents {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := builder.Index(d.id, d.fields); err != nil {
			return fmt.Errorf("concept %s: %w", d.id, err)
		}
		n++
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if n == 0 {
		// The builder cannot make an index of nothing.
		if err := builder.Index("\x00", map[string]any{}); err != nil {
			return err
		}
	}
	return builder.Close()
}

// A hierarchy holds the broader concepts of each concept of a release.
type hierarchy map[taxonomy.URI][]taxonomy.URI

func ancestors(ctx context.Context, r taxonomy.Reader, ref taxonomy.Ref) (hierarchy, error) {
	h := make(hierarchy)
	f := taxonomy.RelationFilter{Release: ref, Predicates: []taxonomy.Predicate{taxonomy.Broader}}
	for rel, err := range r.Relations(ctx, f) {
		if err != nil {
			return nil, err
		}
		h[rel.Subject] = append(h[rel.Subject], rel.Object)
	}
	return h, nil
}

// of returns every concept above uri, nearest first; a cycle ends where it closes.
func (h hierarchy) of(uri taxonomy.URI) []string {
	var above []string
	level := h[uri]
	for len(level) > 0 {
		var next []taxonomy.URI
		for _, u := range level {
			if u != uri && !slices.Contains(above, string(u)) {
				above = append(above, string(u))
				next = append(next, h[u]...)
			}
		}
		level = next
	}
	return above
}
