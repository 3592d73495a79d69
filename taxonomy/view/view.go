// Package view shows concepts with what is around them: labels, place in the
// hierarchy, relations and mappings, as the command line prints them and the
// API answers with them. It reads a taxonomy and changes nothing.
package view

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"concord/taxonomy"
)

// A Concept is a concept with everything around it.
type Concept struct {
	URI        taxonomy.URI       `json:"uri"`
	Scheme     string             `json:"scheme"`
	Release    string             `json:"release"`
	Kind       taxonomy.Kind      `json:"kind"`
	Code       string             `json:"code,omitempty"`
	Deprecated bool               `json:"deprecated,omitempty"`
	ReplacedBy []taxonomy.URI     `json:"replacedBy,omitempty"`
	Labels     []Label            `json:"labels"`
	Notes      []Note             `json:"notes"`
	Properties []Property         `json:"properties"`
	Path       []Link             `json:"path"`      // one way up the hierarchy, topmost first
	Relations  []Relation         `json:"relations"` // of this concept to others
	Inverse    []Relation         `json:"inverse"`   // of others to this concept
	Mappings   []taxonomy.Mapping `json:"mappings"`  // with this concept on either side

	Of *taxonomy.Concept `json:"-"`
}

// A Label is a taxonomy.Label as JSON.
type Label struct {
	Kind taxonomy.LabelKind `json:"kind"`
	Lang taxonomy.Lang      `json:"lang"`
	Text string             `json:"text"`
}

// A Note is a taxonomy.Note as JSON.
type Note struct {
	Kind taxonomy.NoteKind `json:"kind"`
	Lang taxonomy.Lang     `json:"lang"`
	Text string            `json:"text"`
}

// A Property is a taxonomy.Property as JSON.
type Property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// A Link names another concept of the same release.
type Link struct {
	URI   taxonomy.URI  `json:"uri"`
	Label string        `json:"label"`
	Kind  taxonomy.Kind `json:"kind"`
	Code  string        `json:"code,omitempty"`
}

// A Relation is a relation to or from another concept.
type Relation struct {
	Predicate  taxonomy.Predicate `json:"predicate"`
	Concept    Link               `json:"concept"`
	Importance *float64           `json:"importance,omitempty"`
	Level      *float64           `json:"level,omitempty"`
	Qualifier  string             `json:"qualifier,omitempty"`
}

// Of returns c with what is around it; names of other concepts are in the
// first of langs that they have.
func Of(ctx context.Context, r taxonomy.Reader, c *taxonomy.Concept, langs ...taxonomy.Lang) (*Concept, error) {
	v := &Concept{URI: c.URI, Scheme: c.Release.Scheme, Release: c.Release.Version, Kind: c.Kind, Code: c.Code, Deprecated: c.Deprecated, ReplacedBy: c.ReplacedBy,
		Labels: []Label{}, Notes: []Note{}, Properties: []Property{}, Relations: []Relation{}, Inverse: []Relation{}, Of: c}
	for _, l := range c.Labels {
		v.Labels = append(v.Labels, Label(l))
	}
	for _, n := range c.Notes {
		v.Notes = append(v.Notes, Note(n))
	}
	for _, p := range c.Properties {
		v.Properties = append(v.Properties, Property(p))
	}
	for _, side := range []struct {
		filter taxonomy.RelationFilter
		other  func(taxonomy.Relation) taxonomy.URI
		into   *[]Relation
	}{
		{taxonomy.RelationFilter{Release: c.Release, Subject: c.URI}, func(r taxonomy.Relation) taxonomy.URI { return r.Object }, &v.Relations},
		{taxonomy.RelationFilter{Release: c.Release, Object: c.URI}, func(r taxonomy.Relation) taxonomy.URI { return r.Subject }, &v.Inverse},
	} {
		var rels []taxonomy.Relation
		var others []taxonomy.URI
		for rel, err := range r.Relations(ctx, side.filter) {
			if err != nil {
				return nil, err
			}
			rels, others = append(rels, rel), append(others, side.other(rel))
		}
		links, err := Links(ctx, r, c.Release, others, langs...)
		if err != nil {
			return nil, err
		}
		for i, rel := range rels {
			*side.into = append(*side.into, Relation{rel.Predicate, links[i], rel.Importance, rel.Level, rel.Qualifier})
		}
	}
	var err error
	if v.Path, err = Path(ctx, r, c, langs...); err != nil {
		return nil, err
	}
	if v.Mappings, err = r.Mappings(ctx, c.URI); err != nil {
		return nil, err
	}
	if v.Mappings == nil {
		v.Mappings = []taxonomy.Mapping{}
	}
	return v, nil
}

// Within is Of with at most so many relations of each predicate and side; more
// says how many were left out, by "relation.PREDICATE.SIDE", where side 0 is
// from c and 1 is to it. What has an importance comes by it.
func Within(ctx context.Context, r taxonomy.Reader, c *taxonomy.Concept, most int, langs ...taxonomy.Lang) (v *Concept, more map[string]int, err error) {
	cut := &limited{Reader: r, most: most, more: map[string]int{}, of: c.URI}
	v, err = Of(ctx, cut, c, langs...)
	return v, cut.more, err
}

// limited is a reader that gives at most so many relations of a concept.
type limited struct {
	taxonomy.Reader
	most int
	more map[string]int
	of   taxonomy.URI
}

func (l *limited) Relations(ctx context.Context, f taxonomy.RelationFilter) iter.Seq2[taxonomy.Relation, error] {
	if len(f.Predicates) > 0 {
		return l.Reader.Relations(ctx, f) // the way up
	}
	return func(yield func(taxonomy.Relation, error) bool) {
		side := "0"
		if f.Object == l.of {
			side = "1"
		}
		var all []taxonomy.Relation
		for rel, err := range l.Reader.Relations(ctx, f) {
			if err != nil {
				yield(rel, err)
				return
			}
			all = append(all, rel)
		}
		slices.SortStableFunc(all, func(a, b taxonomy.Relation) int { return ByImportance(a.Importance, b.Importance) })
		seen := map[taxonomy.Predicate]int{}
		for _, rel := range all {
			if seen[rel.Predicate]++; seen[rel.Predicate] > l.most {
				l.more["relation."+string(rel.Predicate)+"."+side]++
				continue
			}
			if !yield(rel, nil) {
				return
			}
		}
	}
}

// ByImportance puts the greatest first, and what has none last.
func ByImportance(a, b *float64) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return cmp.Compare(*b, *a)
}

// Links names concepts of a release, in the order given. One that is not there
// is an ErrNotFound.
func Links(ctx context.Context, r taxonomy.Reader, ref taxonomy.Ref, uris []taxonomy.URI, langs ...taxonomy.Lang) ([]Link, error) {
	if len(uris) == 0 {
		return []Link{}, nil
	}
	known, err := Concepts(ctx, r, ref, uris)
	if err != nil {
		return nil, err
	}
	out := make([]Link, len(uris))
	for i, uri := range uris {
		out[i] = Named(known[uri], langs...)
	}
	return out, nil
}

// Concepts reads concepts of a release together. One that is not there is an
// ErrNotFound.
func Concepts(ctx context.Context, r taxonomy.Reader, ref taxonomy.Ref, uris []taxonomy.URI) (map[taxonomy.URI]*taxonomy.Concept, error) {
	out := make(map[taxonomy.URI]*taxonomy.Concept, len(uris))
	if len(uris) == 0 {
		return out, nil // and not all that there are
	}
	for c, err := range r.Concepts(ctx, taxonomy.Filter{Release: ref, URIs: uris}) {
		if err != nil {
			return nil, err
		}
		out[c.URI] = c
	}
	for _, uri := range uris {
		if out[uri] == nil {
			return nil, &NotThere{Key: string(uri)}
		}
	}
	return out, nil
}

// Below counts the concepts below each concept of a release that has any, at
// every depth, each once however many ways lead to it. It reads every relation
// of the hierarchy.
func Below(ctx context.Context, r taxonomy.Reader, ref taxonomy.Ref) (map[taxonomy.URI]int, error) {
	up := map[taxonomy.URI][]taxonomy.URI{}
	for rel, err := range r.Relations(ctx, taxonomy.RelationFilter{Release: ref, Predicates: []taxonomy.Predicate{taxonomy.Broader}}) {
		if err != nil {
			return nil, err
		}
		up[rel.Subject] = append(up[rel.Subject], rel.Object)
	}
	below := map[taxonomy.URI]int{}
	for uri := range up {
		seen, way := map[taxonomy.URI]bool{uri: true}, []taxonomy.URI{uri}
		for len(way) > 0 {
			at := way[len(way)-1]
			way = way[:len(way)-1]
			for _, above := range up[at] {
				if !seen[above] {
					seen[above] = true
					below[above]++
					way = append(way, above)
				}
			}
		}
	}
	return below, nil
}

// Named is the Link to c.
func Named(c *taxonomy.Concept, langs ...taxonomy.Lang) Link {
	return Link{c.URI, c.Pref(langs...).Text, c.Kind, c.Code}
}

// Path walks up from c by the first broader concept, by URI, until there is
// none, and returns the way from the top to c's broader.
func Path(ctx context.Context, r taxonomy.Reader, c *taxonomy.Concept, langs ...taxonomy.Lang) ([]Link, error) {
	paths, err := Paths(ctx, r, c.Release, []taxonomy.URI{c.URI}, langs...)
	return paths[c.URI], err
}

// Paths is Path for several concepts of a release, with a few readings of the
// store for all of them.
func Paths(ctx context.Context, r taxonomy.Reader, ref taxonomy.Ref, uris []taxonomy.URI, langs ...taxonomy.Lang) (map[taxonomy.URI][]Link, error) {
	up := map[taxonomy.URI][]taxonomy.URI{} // concept → what is broader, by URI
	asked := map[taxonomy.URI]bool{}
	for next := uris; len(next) > 0; {
		for _, uri := range next {
			asked[uri] = true
		}
		var above []taxonomy.URI
		for rel, err := range r.Relations(ctx, taxonomy.RelationFilter{Release: ref, Subjects: next, Predicates: []taxonomy.Predicate{taxonomy.Broader}}) {
			if err != nil {
				return nil, err
			}
			up[rel.Subject] = append(up[rel.Subject], rel.Object)
			if !asked[rel.Object] && !slices.Contains(above, rel.Object) {
				above = append(above, rel.Object)
			}
		}
		next = above
	}
	ways := map[taxonomy.URI][]taxonomy.URI{}
	var all []taxonomy.URI
	for _, uri := range uris {
		seen := []taxonomy.URI{uri}
		for at := uri; ; {
			i := slices.IndexFunc(up[at], func(u taxonomy.URI) bool { return !slices.Contains(seen, u) })
			if i < 0 {
				break
			}
			at = up[at][i]
			seen = append(seen, at)
		}
		way := seen[1:]
		slices.Reverse(way)
		ways[uri] = way
		all = append(all, way...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	links, err := Links(ctx, r, ref, all, langs...)
	if err != nil {
		return nil, err
	}
	out := map[taxonomy.URI][]Link{}
	for uri, way := range ways {
		out[uri] = []Link{}
		for _, u := range way {
			i, _ := slices.BinarySearch(all, u)
			out[uri] = append(out[uri], links[i])
		}
	}
	return out, nil
}

// Find returns the concepts whose URI or code is key: those in one of the
// releases wanted, else, where any is true, all. None is an ErrNotFound.
func Find(ctx context.Context, r taxonomy.Reader, key string, wanted []taxonomy.Ref, any bool) ([]*taxonomy.Concept, error) {
	all, err := r.Find(ctx, key)
	if err != nil {
		return nil, err
	}
	in := slices.DeleteFunc(slices.Clone(all), func(c *taxonomy.Concept) bool { return !slices.Contains(wanted, c.Release) })
	switch {
	case len(in) > 0:
		return in, nil
	case len(all) > 0 && any:
		return all, nil
	case len(all) > 0:
		return nil, &NotThere{Key: key, In: all[0].Release}
	}
	return nil, &NotThere{Key: key}
}

// NotThere says that a concept was not found, or not where it was looked for.
type NotThere struct {
	Key string
	In  taxonomy.Ref // a release that has it; zero: none has
}

func (e *NotThere) Error() string {
	if e.In.Scheme != "" {
		return "not found: " + e.Key + " is not in the release asked for, but in " + e.In.String()
	}
	return "not found: no concept has the URI or code " + e.Key
}

// Unwrap makes it an ErrNotFound.
func (e *NotThere) Unwrap() error { return taxonomy.ErrNotFound }

// Top returns the concepts of a release that have no broader concept but have
// narrower ones, by code and URI.
func Top(ctx context.Context, r taxonomy.Reader, ref taxonomy.Ref, langs ...taxonomy.Lang) ([]Link, error) {
	has, under := map[taxonomy.URI]bool{}, map[taxonomy.URI]bool{}
	for rel, err := range r.Relations(ctx, taxonomy.RelationFilter{Release: ref, Predicates: []taxonomy.Predicate{taxonomy.Broader}}) {
		if err != nil {
			return nil, err
		}
		has[rel.Object], under[rel.Subject] = true, true
	}
	var uris []taxonomy.URI
	for uri := range has {
		if !under[uri] {
			uris = append(uris, uri)
		}
	}
	top, err := Links(ctx, r, ref, uris, langs...)
	slices.SortFunc(top, compareLinks)
	return top, err
}

// Narrower returns the concepts right below uri in a release, groups first,
// then by code, label and URI.
func Narrower(ctx context.Context, r taxonomy.Reader, ref taxonomy.Ref, uri taxonomy.URI, langs ...taxonomy.Lang) ([]Link, error) {
	var uris []taxonomy.URI
	for rel, err := range r.Relations(ctx, taxonomy.RelationFilter{Release: ref, Object: uri, Predicates: []taxonomy.Predicate{taxonomy.Broader}}) {
		if err != nil {
			return nil, err
		}
		uris = append(uris, rel.Subject)
	}
	below, err := Links(ctx, r, ref, uris, langs...)
	slices.SortFunc(below, compareLinks)
	return below, err
}

// compareLinks orders groups before what they hold, then by code, label and URI.
func compareLinks(a, b Link) int {
	group := func(l Link) int {
		if l.Kind == taxonomy.SkillGroup || l.Kind == taxonomy.OccupationGroup {
			return 0
		}
		return 1
	}
	return cmp.Or(group(a)-group(b), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Label, b.Label), cmp.Compare(a.URI, b.URI))
}
