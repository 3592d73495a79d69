package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"concord/alignment/crosswalk"
	"concord/alignment/crosswalk/site"
	"concord/importers/mappings"
	"concord/taxonomy"
)

func (a *app) crosswalkSiteCmd() *cobra.Command {
	var f coverageFlags
	c := &cobra.Command{
		Use:   "site SET DIR",
		Short: "Write a mapping set as a folder of pages to browse and cite",
		Long: `Site writes static pages: what the set is and how to cite it, its coverage in
pictures, what the check finds, every mapping with an anchor for each concept, the
set as SSSOM, and SHA256SUMS over all files. The pages load nothing from elsewhere and work without
scripts. DIR must be empty, not there yet, or an earlier site that nobody has
changed; it is written whole or not at all. SET is a mapping set in the store or
a crosswalk file. Only accepted rows are shown unless --status says otherwise.`,
		Example: "  concord crosswalk site occupations-at public/occupations-at",
		Args:    cobra.ExactArgs(2),
		RunE:    func(c *cobra.Command, args []string) error { return a.crosswalkSite(c.Context(), args[0], args[1], f) },
	}
	f.register(c)
	return c
}

func (a *app) crosswalkSite(ctx context.Context, name, dir string, f coverageFlags) error {
	opt, err := f.options()
	if err != nil {
		return err
	}
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	set, err := readSetOrFile(ctx, p, name)
	if err != nil {
		return err
	}
	cov, err := crosswalk.MeasureCoverage(ctx, p, set, opt)
	if err != nil {
		return err
	}
	set.Mappings = slices.DeleteFunc(set.Mappings, func(m taxonomy.Mapping) bool { return !cov.Counts(set, &m) })
	doctor := crosswalk.Doctor{Reader: p}
	report, err := doctor.Check(ctx, set)
	if err != nil {
		return err
	}
	s := &site.Site{Crosswalk: set, Coverage: cov, Check: report, Tool: "Concord " + version,
		SSSOM: func(w io.Writer, c *taxonomy.Crosswalk) error { _, err := mappings.Write(w, "sssom", c); return err }}
	n, err := s.Write(dir)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(struct {
			Set      taxonomy.URI `json:"set"`
			Folder   string       `json:"folder"`
			Files    int          `json:"files"`
			Mappings int          `json:"mappings"`
		}{set.ID, dir, n, cov.Mappings})
	}
	fmt.Fprintf(a.stdout, "Wrote %s mappings to %s: %s, begin with index.html.\n", thousands(cov.Mappings), printable(dir), plural(n, "file"))
	return nil
}
