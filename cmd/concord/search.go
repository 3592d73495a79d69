package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"concord/index"
	"concord/taxonomy"
)

type searchFlags struct {
	schemes, kinds, langs, groups []string
	max, from                     int
	facets                        bool
}

func (f *searchFlags) add(c *cobra.Command, a *app) {
	c.Flags().StringArrayVar(&f.schemes, "scheme", nil, "look in `S[@V]`; may be repeated (default the current release of every scheme)")
	c.Flags().StringArrayVar(&f.kinds, "kind", nil, "only concepts of this kind; may be repeated")
	c.Flags().StringArrayVar(&f.langs, "lang", nil, "only labels in this language, and show names in it; may be repeated")
	c.Flags().IntVar(&f.max, "max", 10, "hits, at most")
	c.RegisterFlagCompletionFunc("scheme", a.completeReleases)
}

func (f *searchFlags) languages() []taxonomy.Lang {
	var langs []taxonomy.Lang
	for _, l := range f.langs {
		langs = append(langs, taxonomy.ParseLang(l))
	}
	return langs
}

func (a *app) searchCmd() *cobra.Command {
	var f searchFlags
	c := &cobra.Command{
		Use:     "search QUERY",
		Short:   "Find concepts by words, with typos forgiven, and say why each was found",
		Example: "  concord search \"machne lerning\"\n  concord search --scheme esco --kind occupation nurse",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.searchFor(c.Context(), strings.Join(args, " "), f)
		},
	}
	f.add(c, a)
	c.Flags().StringArrayVar(&f.groups, "group", nil, "only below the group with this `URI`; may be repeated")
	c.Flags().IntVar(&f.from, "from", 0, "skip this many hits")
	c.Flags().BoolVar(&f.facets, "facets", false, "count hits by kind, scheme and group")
	return c
}

func (a *app) searchFor(ctx context.Context, text string, f searchFlags) error {
	x, done, err := a.openSearch(ctx, f)
	if err != nil {
		return err
	}
	defer done()
	kinds, err := parseKinds(f.kinds)
	if err != nil {
		return err
	}
	q := index.Query{Text: text, Langs: f.languages(), Kinds: kinds, Size: f.max, From: f.from, Facets: f.facets}
	for _, g := range f.groups {
		q.Groups = append(q.Groups, taxonomy.URI(g))
	}
	res, err := x.Search(ctx, q)
	if err != nil {
		return err
	}
	if err := a.printHits(res.Hits); err != nil {
		return err
	}
	if a.json {
		if f.facets {
			return a.printJSON(map[string]any{"total": res.Total, "facets": res.Facets})
		}
		return nil
	}
	s := a.style()
	switch {
	case res.Total == 0:
		fmt.Fprintf(a.stdout, "Nothing was found for “%s”.\n", printable(text))
	case res.Total > f.from+len(res.Hits):
		fmt.Fprintln(a.stdout, s.dim(fmt.Sprintf("%d–%d of %s; --max and --from show more", f.from+1, f.from+len(res.Hits), thousands(res.Total))))
	}
	a.printFacets(res)
	return nil
}

// openSearch opens the index of the chosen releases; done closes everything.
func (a *app) openSearch(ctx context.Context, f searchFlags) (x *index.Index, done func(), err error) {
	if f.max < 1 || f.from < 0 {
		return nil, nil, fmt.Errorf("%w: --max must be at least 1 and --from not negative", taxonomy.ErrInvalid)
	}
	p, err := a.open()
	if err != nil {
		return nil, nil, err
	}
	rels, err := p.releases(ctx, f.schemes)
	if err != nil {
		p.Close()
		return nil, nil, err
	}
	if x, err = a.search(ctx, p, rels); err != nil {
		p.Close()
		return nil, nil, err
	}
	return x, func() { x.Close(); p.Close() }, nil
}

func (a *app) printHits(hits []index.Hit) error {
	s := a.style()
	for _, h := range hits {
		if a.json {
			if err := a.printJSON(h.Shown()); err != nil {
				return err
			}
			continue
		}
		code := ""
		if h.Code != "" {
			code = h.Code + " · "
		}
		fmt.Fprintf(a.stdout, "%s  %s\n  %s\n  %s\n", s.bold(printable(h.Pref.Text)), s.dim(fmt.Sprintf("%s%s · %s", code, h.Kind, h.Release)), printable(h.Why), s.dim(string(h.URI)))
	}
	return nil
}

func (a *app) suggestCmd() *cobra.Command {
	var f searchFlags
	c := &cobra.Command{
		Use:   "suggest PREFIX",
		Short: "Complete what is being typed",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.suggest(c.Context(), strings.Join(args, " "), f)
		},
	}
	f.add(c, a)
	return c
}

func (a *app) suggest(ctx context.Context, prefix string, f searchFlags) error {
	x, done, err := a.openSearch(ctx, f)
	if err != nil {
		return err
	}
	defer done()
	kinds, err := parseKinds(f.kinds)
	if err != nil {
		return err
	}
	hits, err := x.Suggest(ctx, index.SuggestQuery{Prefix: prefix, Langs: f.languages(), Kinds: kinds, Size: f.max})
	if err != nil {
		return err
	}
	return a.printHits(hits)
}

// printFacets lists the counts that were asked for.
func (a *app) printFacets(res *index.Result) {
	s := a.style()
	for _, name := range []string{"kind", "scheme", "group"} {
		facets := res.Facets[name]
		if len(facets) == 0 {
			continue
		}
		fmt.Fprintln(a.stdout, s.bold("By "+name))
		for _, f := range facets[:min(shownRelations, len(facets))] {
			fmt.Fprintf(a.stdout, "  %8s  %s\n", thousands(f.Count), f.Value)
		}
	}
}
