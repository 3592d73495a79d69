package main

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/spf13/cobra"

	"concord/taxonomy"
)

// crosswalkCmd is the parent of the commands about mapping sets.
func (a *app) crosswalkCmd() *cobra.Command {
	c := &cobra.Command{
		Use:   "crosswalk",
		Short: "Read, check, infer and write crosswalks between skill frameworks",
		Long:  "A crosswalk is a set of mappings between the concepts of two frameworks. A SET is\nnamed by its identifier, or by the end of it that no other set shares.",
	}
	c.AddCommand(a.crosswalkImportCmd(), a.crosswalkCheckCmd(), a.crosswalkExportCmd(), a.crosswalkListCmd(), a.crosswalkShowCmd(), a.crosswalkRemoveCmd())
	c.AddCommand(a.crosswalkSuggestCmd(), a.crosswalkInferCmd(), a.crosswalkCoverageCmd(), a.crosswalkSiteCmd())
	return c
}

func (a *app) crosswalkListCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the mapping sets in the store",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return a.crosswalkList(c.Context()) },
	}
}

func (a *app) crosswalkList(ctx context.Context) error {
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	sets, err := p.MappingSets(ctx)
	if err != nil {
		return err
	}
	s := a.style()
	if len(sets) == 0 && !a.json {
		fmt.Fprintln(a.stdout, "There is no mapping set yet: read one with concord crosswalk import FILE.")
	}
	for _, set := range sets {
		n := 0
		for _, err := range p.MappingsOf(ctx, set.ID) {
			if err != nil {
				return err
			}
			n++
		}
		if a.json {
			if err := a.printJSON(struct {
				taxonomy.MappingSet
				Mappings int `json:"mappings"`
			}{set, n}); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(a.stdout, "%s\n", s.bold(printable(string(set.ID))))
		line := fmt.Sprintf("  %s · %s mappings · %s", printable(set.Title), thousands(n), set.Status)
		if set.Direction != "" && set.Direction != taxonomy.AsPublished {
			line += " · direction " + string(set.Direction)
		}
		fmt.Fprintln(a.stdout, line)
	}
	return nil
}

func (a *app) crosswalkRemoveCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "remove SET",
		Short: "Remove a mapping set; what reviewers decided about it stays",
		Args:  cobra.ExactArgs(1), ValidArgsFunction: a.completeSets,
		RunE: func(c *cobra.Command, args []string) error {
			p, err := a.open()
			if err != nil {
				return err
			}
			defer p.Close()
			set, err := findSet(c.Context(), p, args[0])
			if err != nil {
				return err
			}
			if err := p.RemoveMappingSet(c.Context(), set.ID); err != nil {
				return err
			}
			if !a.json {
				fmt.Fprintf(a.stdout, "Removed %s.\n", printable(string(set.ID)))
			}
			return nil
		},
	}
}

// findSet returns the mapping set that name is the identifier of, or the end
// of that no other set shares, with or without .sssom.tsv.
func findSet(ctx context.Context, r taxonomy.Reader, name string) (*taxonomy.MappingSet, error) {
	sets, err := r.MappingSets(ctx)
	if err != nil {
		return nil, err
	}
	var near []taxonomy.MappingSet
	var have []string
	for _, s := range sets {
		if string(s.ID) == name {
			return &s, nil
		}
		if strings.HasSuffix(string(s.ID), name) || strings.HasSuffix(string(s.ID), name+".sssom.tsv") {
			near = append(near, s)
		}
		have = append(have, shortSet(s.ID))
	}
	switch {
	case len(near) == 1:
		return &near[0], nil
	case len(near) > 1:
		return nil, fmt.Errorf("%w: %q could be %s or %s; say more of it", taxonomy.ErrInvalid, name, near[0].ID, near[1].ID)
	case len(have) == 0:
		return nil, fmt.Errorf("%w: no mapping set %q; there is none yet", taxonomy.ErrNotFound, name)
	}
	return nil, fmt.Errorf("%w: no mapping set %q; there are %s", taxonomy.ErrNotFound, name, strings.Join(have, ", "))
}

// shortSet is the end of a set's identifier, as people call it.
func shortSet(id taxonomy.URI) string {
	if strings.HasPrefix(string(id), "urn:") {
		return string(id[strings.LastIndex(string(id), ":")+1:])
	}
	return path.Base(string(id))
}

// readSet reads a whole mapping set from the store.
func readSet(ctx context.Context, r taxonomy.Reader, name string) (*taxonomy.Crosswalk, error) {
	set, err := findSet(ctx, r, name)
	if err != nil {
		return nil, err
	}
	c := &taxonomy.Crosswalk{MappingSet: *set}
	for m, err := range r.MappingsOf(ctx, set.ID) {
		if err != nil {
			return nil, err
		}
		c.Mappings = append(c.Mappings, m)
	}
	return c, nil
}

// completeSets completes SET for the shell.
func (a *app) completeSets(c *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	p, err := a.open()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	defer p.Close()
	sets, err := p.MappingSets(c.Context())
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var names []string
	for _, s := range sets {
		names = append(names, shortSet(s.ID))
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// isMissing tells a name that is not in the store from other failures.
func isMissing(err error) bool { return errors.Is(err, taxonomy.ErrNotFound) }
