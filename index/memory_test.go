package index

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"concord/taxonomy"
)

// memory is a taxonomy.Reader over releases held in memory.
type memory struct {
	releases []*memoryRelease
}

type memoryRelease struct {
	taxonomy.Release
	concepts  []*taxonomy.Concept
	relations []taxonomy.Relation
}

// add puts a release into m, its concepts in URI order.
func (m *memory) add(ref taxonomy.Ref, concepts []*taxonomy.Concept, relations ...taxonomy.Relation) *memoryRelease {
	r := &memoryRelease{concepts: concepts, relations: relations}
	r.Ref = ref
	r.Digest = fmt.Sprintf("sha256:%s:%d", ref, len(concepts))
	r.Imported = time.Date(2024, 5, 6, 7, 8, 9, 10, time.UTC)
	r.Release.Concepts = make(map[taxonomy.Kind]int)
	for _, c := range concepts {
		c.Release = ref
		r.Release.Concepts[c.Kind]++
		r.Release.Labels += len(c.Labels)
	}
	slices.SortFunc(concepts, func(a, b *taxonomy.Concept) int {
		if a.URI < b.URI {
			return -1
		}
		return 1
	})
	m.releases = append(m.releases, r)
	return r
}

func (m *memory) find(ref taxonomy.Ref) (*memoryRelease, error) {
	for _, r := range m.releases {
		if names(ref, r.Ref) {
			return r, nil
		}
	}
	return nil, fmt.Errorf("%w: %s", taxonomy.ErrNotFound, ref)
}

func (m *memory) Schemes(context.Context) ([]taxonomy.Scheme, error) {
	var schemes []taxonomy.Scheme
	for _, r := range m.releases {
		schemes = append(schemes, taxonomy.Scheme{Name: r.Scheme, Current: r.Version, Releases: []taxonomy.Release{r.Release}})
	}
	return schemes, nil
}

func (m *memory) Release(_ context.Context, ref taxonomy.Ref) (*taxonomy.Release, error) {
	r, err := m.find(ref)
	if err != nil {
		return nil, err
	}
	return &r.Release, nil
}

func (m *memory) Concepts(ctx context.Context, f taxonomy.Filter) iter.Seq2[*taxonomy.Concept, error] {
	return func(yield func(*taxonomy.Concept, error) bool) {
		r, err := m.find(f.Release)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, c := range r.concepts {
			if err := ctx.Err(); err != nil {
				yield(nil, err)
				return
			}
			if !yield(c, nil) {
				return
			}
		}
	}
}

func (m *memory) Relations(_ context.Context, f taxonomy.RelationFilter) iter.Seq2[taxonomy.Relation, error] {
	return func(yield func(taxonomy.Relation, error) bool) {
		r, err := m.find(f.Release)
		if err != nil {
			yield(taxonomy.Relation{}, err)
			return
		}
		for _, rel := range r.relations {
			if (len(f.Predicates) == 0 || slices.Contains(f.Predicates, rel.Predicate)) && !yield(rel, nil) {
				return
			}
		}
	}
}

func (m *memory) Concept(_ context.Context, ref taxonomy.Ref, uri taxonomy.URI) (*taxonomy.Concept, error) {
	return nil, taxonomy.ErrNotFound
}
func (m *memory) Find(context.Context, string) ([]*taxonomy.Concept, error) { return nil, nil }
func (m *memory) Mappings(context.Context, taxonomy.URI) ([]taxonomy.Mapping, error) {
	return nil, nil
}
func (m *memory) MappingsOf(context.Context, taxonomy.URI) iter.Seq2[taxonomy.Mapping, error] {
	return func(func(taxonomy.Mapping, error) bool) {}
}
func (m *memory) Decisions(context.Context, taxonomy.DecisionFilter) iter.Seq2[taxonomy.Decision, error] {
	return func(func(taxonomy.Decision, error) bool) {}
}
func (m *memory) MappingSets(context.Context) ([]taxonomy.MappingSet, error) { return nil, nil }
func (m *memory) Revision(context.Context) (string, error)                   { return "1", nil }

var _ taxonomy.Reader = (*memory)(nil)

// buildAll builds every release of m in a new folder and opens them.
func buildAll(t testing.TB, m *memory) (*Index, string) {
	t.Helper()
	dir := t.TempDir()
	var refs []taxonomy.Ref
	for _, r := range m.releases {
		if err := Build(t.Context(), dir, m, r.Ref, nil); err != nil {
			t.Fatal(err)
		}
		refs = append(refs, r.Ref)
	}
	x, err := Open(dir, refs)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x, dir
}
