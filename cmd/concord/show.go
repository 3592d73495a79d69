package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"concord/taxonomy"
)

func (a *app) showCmd() *cobra.Command {
	var schemes []string
	c := &cobra.Command{
		Use:   "show URI-OR-CODE",
		Short: "Print a concept: labels in all languages, place in the hierarchy, relations, mappings",
		Args:  cobra.ExactArgs(1),
		RunE:  func(c *cobra.Command, args []string) error { return a.show(c.Context(), args[0], schemes) },
	}
	c.Flags().StringArrayVar(&schemes, "scheme", nil, "look only in `S[@V]`; may be repeated (default current releases first, then others)")
	c.RegisterFlagCompletionFunc("scheme", a.completeReleases)
	return c
}

// A conceptView is a concept with everything around it, as show --json prints it.
type conceptView struct {
	URI        taxonomy.URI   `json:"uri"`
	Scheme     string         `json:"scheme"`
	Release    string         `json:"release"`
	Kind       taxonomy.Kind  `json:"kind"`
	Code       string         `json:"code,omitempty"`
	Deprecated bool           `json:"deprecated,omitempty"`
	ReplacedBy []taxonomy.URI `json:"replacedBy,omitempty"`
	Labels     []labelView    `json:"labels"`
	Notes      []noteView     `json:"notes"`
	Properties []propertyView `json:"properties"`
	Path       []linkView     `json:"path"`      // one way up the hierarchy, topmost first
	Relations  []relationView `json:"relations"` // of this concept to others
	Inverse    []relationView `json:"inverse"`   // of others to this concept
	Mappings   []mappingView  `json:"mappings"`
	concept    *taxonomy.Concept
}

type labelView struct {
	Kind taxonomy.LabelKind `json:"kind"`
	Lang taxonomy.Lang      `json:"lang"`
	Text string             `json:"text"`
}

type noteView struct {
	Kind taxonomy.NoteKind `json:"kind"`
	Lang taxonomy.Lang     `json:"lang"`
	Text string            `json:"text"`
}

type propertyView struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type linkView struct {
	URI   taxonomy.URI  `json:"uri"`
	Label string        `json:"label"`
	Kind  taxonomy.Kind `json:"kind"`
	Code  string        `json:"code,omitempty"`
}

type relationView struct {
	Predicate  taxonomy.Predicate `json:"predicate"`
	Concept    linkView           `json:"concept"`
	Importance *float64           `json:"importance,omitempty"`
	Level      *float64           `json:"level,omitempty"`
	Qualifier  string             `json:"qualifier,omitempty"`
}

type mappingView struct {
	Set           taxonomy.URI           `json:"set"`
	Subject       taxonomy.URI           `json:"subject"`
	SubjectLabel  string                 `json:"subjectLabel,omitempty"`
	Predicate     taxonomy.Match         `json:"predicate"`
	Object        taxonomy.URI           `json:"object"`
	ObjectLabel   string                 `json:"objectLabel,omitempty"`
	ObjectSource  string                 `json:"objectSource,omitempty"`
	Justification taxonomy.Justification `json:"justification"`
	Confidence    *float64               `json:"confidence,omitempty"`
}

func (a *app) show(ctx context.Context, key string, schemes []string) error {
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	found, err := a.findConcepts(ctx, p, key, schemes)
	if err != nil {
		return err
	}
	for i, c := range found {
		v, err := viewOf(ctx, p, c)
		if err != nil {
			return err
		}
		if a.json {
			if err := a.printJSON(v); err != nil {
				return err
			}
			continue
		}
		if i > 0 {
			fmt.Fprintln(a.stdout)
		}
		a.printConcept(v)
	}
	return nil
}

// findConcepts finds what key names: in the given schemes, else in current
// releases, else in any.
func (a *app) findConcepts(ctx context.Context, p *place, key string, schemes []string) ([]*taxonomy.Concept, error) {
	wanted, err := p.releases(ctx, schemes)
	if err != nil {
		return nil, err
	}
	all, err := p.Find(ctx, key)
	if err != nil {
		return nil, err
	}
	in := slices.DeleteFunc(slices.Clone(all), func(c *taxonomy.Concept) bool {
		return !slices.ContainsFunc(wanted, func(r *taxonomy.Release) bool { return r.Ref == c.Release })
	})
	switch {
	case len(in) > 0:
		return in, nil
	case len(all) > 0 && len(schemes) == 0:
		return all, nil
	case len(all) > 0:
		return nil, fmt.Errorf("%w: %q is not in %s, but in %s", taxonomy.ErrNotFound, key, strings.Join(schemes, ", "), all[0].Release)
	}
	return nil, fmt.Errorf("%w: no concept has the URI or code %q; try concord search", taxonomy.ErrNotFound, key)
}

func viewOf(ctx context.Context, p *place, c *taxonomy.Concept) (*conceptView, error) {
	v := &conceptView{URI: c.URI, Scheme: c.Release.Scheme, Release: c.Release.Version, Kind: c.Kind, Code: c.Code, Deprecated: c.Deprecated, ReplacedBy: c.ReplacedBy,
		Labels: []labelView{}, Notes: []noteView{}, Properties: []propertyView{}, Path: []linkView{}, Relations: []relationView{}, Inverse: []relationView{}, Mappings: []mappingView{}, concept: c}
	for _, l := range c.Labels {
		v.Labels = append(v.Labels, labelView(l))
	}
	for _, n := range c.Notes {
		v.Notes = append(v.Notes, noteView(n))
	}
	for _, pr := range c.Properties {
		v.Properties = append(v.Properties, propertyView(pr))
	}
	for _, side := range []struct {
		filter taxonomy.RelationFilter
		other  func(taxonomy.Relation) taxonomy.URI
		into   *[]relationView
	}{
		{taxonomy.RelationFilter{Release: c.Release, Subject: c.URI}, func(r taxonomy.Relation) taxonomy.URI { return r.Object }, &v.Relations},
		{taxonomy.RelationFilter{Release: c.Release, Object: c.URI}, func(r taxonomy.Relation) taxonomy.URI { return r.Subject }, &v.Inverse},
	} {
		for rel, err := range p.Relations(ctx, side.filter) {
			if err != nil {
				return nil, err
			}
			link, err := linkOf(ctx, p, c.Release, side.other(rel))
			if err != nil {
				return nil, err
			}
			*side.into = append(*side.into, relationView{rel.Predicate, link, rel.Importance, rel.Level, rel.Qualifier})
		}
	}
	var err error
	if v.Path, err = pathOf(ctx, p, c); err != nil {
		return nil, err
	}
	mappings, err := p.Mappings(ctx, c.URI)
	if err != nil {
		return nil, err
	}
	for _, m := range mappings {
		v.Mappings = append(v.Mappings, mappingView{m.Set, m.Subject, m.SubjectLabel, m.Predicate, m.Object, m.ObjectLabel, m.ObjectSource, m.Justification, m.Confidence})
	}
	return v, nil
}

func linkOf(ctx context.Context, p *place, ref taxonomy.Ref, uri taxonomy.URI) (linkView, error) {
	c, err := p.Concept(ctx, ref, uri)
	if err != nil {
		return linkView{}, err
	}
	return linkView{c.URI, c.Pref().Text, c.Kind, c.Code}, nil
}

// pathOf walks up by the first broader concept, by URI, until there is none.
func pathOf(ctx context.Context, p *place, c *taxonomy.Concept) ([]linkView, error) {
	path := []linkView{}
	seen := map[taxonomy.URI]bool{c.URI: true}
	for at := c.URI; ; {
		var up taxonomy.URI
		for rel, err := range p.Relations(ctx, taxonomy.RelationFilter{Release: c.Release, Subject: at, Predicates: []taxonomy.Predicate{taxonomy.Broader}}) {
			if err != nil {
				return nil, err
			}
			if up == "" && !seen[rel.Object] {
				up = rel.Object
			}
		}
		if up == "" {
			slices.Reverse(path)
			return path, nil
		}
		link, err := linkOf(ctx, p, c.Release, up)
		if err != nil {
			return nil, err
		}
		seen[up] = true
		path = append(path, link)
		at = up
	}
}
