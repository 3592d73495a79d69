package review

import (
	"context"
	"fmt"
	"slices"

	"concord/taxonomy"
)

// A Sight is what a reviewer sees of a concept: what it means, and in which
// release (by digest). It is zero where the concept is not loaded.
type Sight struct {
	Meaning, Release string
	Label            string
}

// See looks a concept up: in the current release that holds it, else in another.
func See(ctx context.Context, r taxonomy.Reader, uri taxonomy.URI) (Sight, error) {
	found, err := r.Find(ctx, string(uri))
	if err != nil {
		return Sight{}, fmt.Errorf("looking up %s: %w", uri, err)
	}
	i := slices.IndexFunc(found, func(c *taxonomy.Concept) bool { return c.URI == uri })
	if i < 0 {
		return Sight{}, nil
	}
	rel, err := r.Release(ctx, found[i].Release)
	if err != nil {
		return Sight{}, err
	}
	return Sight{found[i].Meaning(), rel.Digest, found[i].Pref().Text}, nil
}

// SeeAll is See for many concepts, which it reads together. Every one of uris is
// in what it returns.
func SeeAll(ctx context.Context, r taxonomy.Reader, uris []taxonomy.URI) (map[taxonomy.URI]Sight, error) {
	out := make(map[taxonomy.URI]Sight, len(uris))
	for _, uri := range uris {
		out[uri] = Sight{}
	}
	schemes, err := r.Schemes(ctx)
	if err != nil {
		return nil, fmt.Errorf("looking up concepts: %w", err)
	}
	var current, others []taxonomy.Release // in the order of Reader.Find
	for _, s := range schemes {
		for _, rel := range s.Releases {
			if rel.Current {
				current = append(current, rel)
			} else {
				others = append(others, rel)
			}
		}
	}
	left := make([]taxonomy.URI, 0, len(out))
	for uri := range out {
		left = append(left, uri)
	}
	slices.Sort(left)
	for _, rel := range append(current, others...) {
		for c, err := range r.Concepts(ctx, taxonomy.Filter{Release: rel.Ref, URIs: left}) {
			if err != nil {
				return nil, fmt.Errorf("looking up concepts: %w", err)
			}
			out[c.URI] = Sight{c.Meaning(), rel.Digest, c.Pref().Text}
		}
		left = slices.DeleteFunc(left, func(uri taxonomy.URI) bool { return out[uri] != Sight{} })
		if len(left) == 0 {
			break // no URIs would select all
		}
	}
	return out, nil
}
