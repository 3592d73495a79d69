package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"concord/taxonomy"
	"concord/taxonomy/view"
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
		v, err := view.Of(ctx, p, c)
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
	refs := make([]taxonomy.Ref, len(wanted))
	for i, r := range wanted {
		refs[i] = r.Ref
	}
	found, err := view.Find(ctx, p, key, refs, len(schemes) == 0)
	var missing *view.NotThere
	switch {
	case errors.As(err, &missing) && missing.In.Scheme != "":
		return nil, fmt.Errorf("%w: %q is not in %s, but in %s", taxonomy.ErrNotFound, key, strings.Join(schemes, ", "), missing.In)
	case errors.As(err, &missing):
		return nil, fmt.Errorf("%w: no concept has the URI or code %q; try concord search", taxonomy.ErrNotFound, key)
	}
	return found, err
}
