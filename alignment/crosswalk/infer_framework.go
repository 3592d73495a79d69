package crosswalk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"concord/alignment"
	"concord/taxonomy"
)

// A Framework tells the concepts of a framework that a person names: one that
// is loaded, or one that only mapping sets name. It is for one goroutine.
type Framework struct {
	Name  string
	store taxonomy.Reader
	ref   taxonomy.Ref // zero: not loaded
	title string
	isco  bool // the groups of ISCO-08, which come with ESCO
	known map[taxonomy.URI]bool
}

// FindFramework finds what name means: a scheme or a release that is loaded
// (esco, esco@1.2.0), ISCO ("isco", whose groups come with ESCO), or a framework
// that mapping sets name as the source of one of their sides. The error is an
// ErrNotFound that lists what could be meant.
func FindFramework(ctx context.Context, r taxonomy.Reader, name string) (*Framework, error) {
	f := &Framework{Name: name, store: r, known: map[taxonomy.URI]bool{}}
	ref, err := taxonomy.ParseRef(name)
	if err == nil {
		rel, err := r.Release(ctx, ref)
		if err == nil {
			f.ref, f.title = ref, rel.Title
			return f, nil
		}
		if !errors.Is(err, taxonomy.ErrNotFound) || ref.Version != "" {
			return nil, err
		}
	}
	schemes, err := r.Schemes(ctx)
	if err != nil {
		return nil, err
	}
	if slices.Contains([]string{"isco", "isco-08", "isco08"}, strings.ToLower(name)) {
		f.isco = true
		return f, nil
	}
	var have []string
	for _, s := range schemes {
		have = append(have, s.Name)
	}
	sets, err := r.MappingSets(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range sets {
		for _, source := range []string{s.SubjectSource, s.ObjectSource} {
			if f.named(source) {
				return f, nil
			}
			if source != "" && !slices.Contains(have, source) {
				have = append(have, source)
			}
		}
	}
	if len(have) == 0 {
		return nil, fmt.Errorf("%w: no framework %q; nothing is loaded yet", taxonomy.ErrNotFound, name)
	}
	return nil, fmt.Errorf("%w: no framework %q; there are %s", taxonomy.ErrNotFound, name, strings.Join(have, ", "))
}

// named reports whether source, as a mapping set writes it, is the framework:
// its name in any case, or an address or CURIE that ends in it.
func (f *Framework) named(source string) bool {
	source = strings.TrimRight(source, "/#")
	if source == "" {
		return false
	}
	end := source[strings.LastIndexAny(source, "/#:")+1:]
	scheme := f.Name
	if f.ref.Scheme != "" {
		scheme = f.ref.Scheme
	}
	return strings.EqualFold(source, f.Name) || strings.EqualFold(end, f.Name) || alignment.FrameworkIs(source, scheme, f.title)
}

// Has reports whether the framework has the concept, which a mapping set says
// to be of source. Of a loaded scheme without a version, every loaded release
// counts, and what sets say to be of it.
func (f *Framework) Has(ctx context.Context, uri taxonomy.URI, source string) (bool, error) {
	if uri == "" || uri == taxonomy.NoTerm {
		return false, nil
	}
	if f.isco {
		return strings.Contains(string(uri), "/isco/"), nil
	}
	if f.ref.Scheme == "" {
		return f.named(source), nil
	}
	has, seen := f.known[uri]
	if !seen {
		concepts, err := f.concepts(ctx, uri)
		if err != nil {
			return false, err
		}
		has = len(concepts) > 0
		f.known[uri] = has
	}
	return has || f.ref.Version == "" && f.named(source), nil
}

// concepts returns the loaded concepts of the framework with this URI.
func (f *Framework) concepts(ctx context.Context, uri taxonomy.URI) ([]*taxonomy.Concept, error) {
	if f.ref.Version != "" {
		c, err := f.store.Concept(ctx, f.ref, uri)
		if errors.Is(err, taxonomy.ErrNotFound) {
			return nil, nil
		}
		return []*taxonomy.Concept{c}, err
	}
	found, err := f.store.Find(ctx, string(uri))
	return slices.DeleteFunc(found, func(c *taxonomy.Concept) bool {
		return c.URI != uri || f.ref.Scheme != "" && c.Release.Scheme != f.ref.Scheme
	}), err
}

// sampled is how many concepts of a side of a set are looked at to tell its framework.
const sampled = 50

// side reports whether a side of a set, its objects or its subjects, is of the
// framework: at least half of the first concepts there.
func (f *Framework) side(ctx context.Context, c *taxonomy.Crosswalk, objects bool) (bool, error) {
	seen := map[taxonomy.URI]bool{}
	ours := 0
	for _, m := range c.Mappings {
		uri, source := m.Subject, m.SubjectSource
		general := c.SubjectSource
		if objects {
			uri, source, general = m.Object, m.ObjectSource, c.ObjectSource
		}
		if uri == "" || uri == taxonomy.NoTerm || seen[uri] {
			continue
		}
		if source == "" {
			source = general
		}
		seen[uri] = true
		has, err := f.Has(ctx, uri, source)
		if err != nil {
			return false, err
		}
		if has {
			ours++
		}
		if len(seen) == sampled {
			break
		}
	}
	return len(seen) > 0 && 2*ours >= len(seen), nil
}
