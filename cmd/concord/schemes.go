package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"concord/taxonomy"
)

func (a *app) schemesCmd() *cobra.Command {
	c := &cobra.Command{
		Use:   "schemes",
		Short: "List the frameworks that are loaded, with their releases",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return a.listSchemes(c.Context()) },
	}
	c.AddCommand(
		&cobra.Command{
			Use: "use NAME@VERSION", Short: "Make a release the one that its bare name means",
			Args: cobra.ExactArgs(1), ValidArgsFunction: a.completeReleases,
			RunE: func(c *cobra.Command, args []string) error {
				return a.changeRelease(c.Context(), args[0], "is now the current release", func(p *place, ref taxonomy.Ref) error { return p.Use(c.Context(), ref) })
			},
		},
		&cobra.Command{
			Use: "remove NAME@VERSION", Short: "Remove a release and what was derived from it",
			Args: cobra.ExactArgs(1), ValidArgsFunction: a.completeReleases,
			RunE: func(c *cobra.Command, args []string) error {
				return a.changeRelease(c.Context(), args[0], "was removed", func(p *place, ref taxonomy.Ref) error {
					if err := p.Remove(c.Context(), ref); err != nil {
						return err
					}
					return p.prune(c.Context())
				})
			},
		})
	return c
}

// A schemeLine is one release as schemes --json prints it.
type schemeLine struct {
	Scheme    string                `json:"scheme"`
	Release   string                `json:"release"`
	Current   bool                  `json:"current"`
	Pinned    bool                  `json:"pinned"`
	Title     string                `json:"title,omitempty"`
	URI       taxonomy.URI          `json:"uri,omitempty"`
	Publisher string                `json:"publisher,omitempty"`
	License   string                `json:"license,omitempty"`
	Issued    string                `json:"issued,omitempty"`
	Format    string                `json:"format"`
	Digest    string                `json:"digest"`
	Imported  string                `json:"imported"`
	Languages []taxonomy.Lang       `json:"languages"`
	Concepts  map[taxonomy.Kind]int `json:"concepts"`
	Labels    int                   `json:"labels"`
	Relations int                   `json:"relations"`
	Files     []string              `json:"files"`
}

func (a *app) listSchemes(ctx context.Context) error {
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	schemes, err := p.Schemes(ctx)
	if err != nil {
		return err
	}
	if len(schemes) == 0 && !a.json {
		fmt.Fprintln(a.stdout, "Nothing is loaded yet. Import a framework (concord import --help), or see concord demo.")
		return nil
	}
	for _, s := range schemes {
		for _, r := range s.Releases {
			if a.json {
				if err := a.printJSON(lineOf(s, r)); err != nil {
					return err
				}
				continue
			}
			a.printRelease(s, r)
		}
	}
	return nil
}

func lineOf(s taxonomy.Scheme, r taxonomy.Release) schemeLine {
	files := []string{}
	for _, part := range r.Parts {
		files = append(files, part.Name)
	}
	return schemeLine{Scheme: r.Scheme, Release: r.Version, Current: r.Current, Pinned: r.Current && s.Pinned, Title: r.Title, URI: r.URI,
		Publisher: r.Publisher, License: r.License, Issued: r.Issued, Format: r.Format, Digest: r.Digest, Imported: r.Imported.UTC().Format(time.RFC3339),
		Languages: r.Languages, Concepts: r.Concepts, Labels: r.Labels, Relations: r.Relations, Files: files}
}

func (a *app) printRelease(s taxonomy.Scheme, r taxonomy.Release) {
	st := a.style()
	mark := ""
	if r.Current {
		mark = st.green("  current")
		if s.Pinned {
			mark = st.green("  current, pinned")
		}
	}
	fmt.Fprintf(a.stdout, "%s%s\n", st.bold(r.Ref.String()), mark)
	if r.Title != "" {
		fmt.Fprintf(a.stdout, "  %s\n", printable(r.Title))
	}
	var counts []string
	for _, k := range taxonomy.Kinds {
		if n := r.Concepts[k]; n > 0 {
			counts = append(counts, fmt.Sprintf("%s %s", thousands(n), k))
		}
	}
	fmt.Fprintf(a.stdout, "  %s; %s labels in %s; %s relations\n", strings.Join(counts, ", "), thousands(r.Labels), languages(r.Languages), thousands(r.Relations))
	fmt.Fprintln(a.stdout, st.dim(fmt.Sprintf("  %s from %d files, imported %s", r.Format, len(r.Parts), r.Imported.Local().Format("2006-01-02 15:04"))))
}

func languages(langs []taxonomy.Lang) string {
	names := make([]string, len(langs))
	for i, l := range langs {
		if names[i] = string(l); l == "" {
			names[i] = "unstated language"
		}
	}
	slices.Sort(names)
	if len(names) > 6 {
		return fmt.Sprintf("%d languages", len(names))
	}
	return strings.Join(names, ", ")
}

// changeRelease applies change to the release named arg, which must be given
// with its version unless its scheme has only one.
func (a *app) changeRelease(ctx context.Context, arg, done string, change func(*place, taxonomy.Ref) error) error {
	ref, err := taxonomy.ParseRef(arg)
	if err != nil {
		return err
	}
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	if ref.Version == "" {
		if ref, err = onlyRelease(ctx, p, ref); err != nil {
			return err
		}
	}
	if err := change(p, ref); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(map[string]string{"release": ref.String(), "done": done})
	}
	fmt.Fprintf(a.stdout, "%s %s.\n", ref, done)
	return nil
}

func onlyRelease(ctx context.Context, p *place, ref taxonomy.Ref) (taxonomy.Ref, error) {
	schemes, err := p.Schemes(ctx)
	if err != nil {
		return ref, err
	}
	for _, s := range schemes {
		if s.Name != ref.Scheme {
			continue
		}
		if len(s.Releases) == 1 {
			return s.Releases[0].Ref, nil
		}
		var names []string
		for _, r := range s.Releases {
			names = append(names, r.Ref.String())
		}
		return ref, fmt.Errorf("%w: %s has several releases; say which: %s", taxonomy.ErrInvalid, ref.Scheme, strings.Join(names, ", "))
	}
	_, err = p.Release(ctx, ref)
	return ref, err
}

// completeReleases completes NAME@VERSION for the shell.
func (a *app) completeReleases(c *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	p, err := a.open()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	defer p.Close()
	schemes, err := p.Schemes(c.Context())
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var names []string
	for _, s := range schemes {
		for _, r := range s.Releases {
			names = append(names, r.Ref.String())
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
