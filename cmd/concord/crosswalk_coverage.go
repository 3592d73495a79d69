package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"concord/alignment/crosswalk"
	"concord/alignment/crosswalk/picture"
	"concord/taxonomy"
)

type coverageFlags struct {
	html, svg         string
	statuses          []string
	subjects, objects string
	depth, unmapped   int
	lang              string
}

func (a *app) crosswalkCoverageCmd() *cobra.Command {
	var f coverageFlags
	c := &cobra.Command{
		Use:   "coverage SET",
		Short: "Say how much of either side a mapping set covers, and where its mappings run",
		Long: `Coverage counts, for every group of either framework, the concepts that are
mapped, by their closest predicate, those that a person looked for and found
none, and the rest. Groups come from the hierarchy of a loaded release, else
from codes, else from kinds. What nobody has mapped is ranked by the relations
that use it: occupations, skills, importance. SET is a mapping set in the store
or a crosswalk file. Only accepted rows count unless --status says otherwise.`,
		Example: "  concord crosswalk coverage occupations-at\n  concord crosswalk coverage occupations-at --html coverage.html --svg coverage.svg --depth 2",
		Args:    cobra.ExactArgs(1), ValidArgsFunction: a.completeSets,
		RunE: func(c *cobra.Command, args []string) error { return a.crosswalkCoverage(c.Context(), args[0], f) },
	}
	f.register(c)
	c.Flags().StringVar(&f.html, "html", "", "write a page to this `file`")
	c.Flags().StringVar(&f.svg, "svg", "", "write the pictures to this `file`")
	c.Flags().IntVar(&f.unmapped, "unmapped", 10, "print this many of the unmapped concepts that matter most, per side (--json prints all)")
	return c
}

// register adds the flags that coverage shares with site.
func (f *coverageFlags) register(c *cobra.Command) {
	c.Flags().IntVar(&f.depth, "depth", 0, "level of the groups below the top of the hierarchy, from 1 (default the highest that shows at least six)")
	c.Flags().StringArrayVar(&f.statuses, "status", nil, "count rows of this status: accepted, proposed, rejected or unsure; may be repeated (default accepted)")
	c.Flags().StringVar(&f.subjects, "subjects", "", "take the subjects from this release, `S[@V]` (default the loaded one that holds most)")
	c.Flags().StringVar(&f.objects, "objects", "", "take the objects from this release, `S[@V]` (default the loaded one that holds most)")
	c.Flags().StringVar(&f.lang, "lang", "", "language of labels (default English)")
}

// options reads the flags.
func (f *coverageFlags) options() (opt crosswalk.CoverageOptions, err error) {
	opt.Depth, opt.Lang = f.depth, taxonomy.ParseLang(f.lang)
	for _, s := range f.statuses {
		status, err := taxonomy.ParseStatus(s)
		if err != nil {
			return opt, err
		}
		opt.Statuses = append(opt.Statuses, status)
	}
	for i, name := range []string{f.subjects, f.objects} {
		if name == "" {
			continue
		}
		if opt.Releases[i], err = taxonomy.ParseRef(name); err != nil {
			return opt, err
		}
	}
	return opt, nil
}

// readSetOrFile reads a mapping set from the store, or from a crosswalk file
// of that name that holds one.
func readSetOrFile(ctx context.Context, r taxonomy.Reader, name string) (*taxonomy.Crosswalk, error) {
	set, err := readSet(ctx, r, name)
	if err == nil || !isMissing(err) {
		return set, err
	}
	if info, stat := os.Stat(name); stat != nil || info.IsDir() {
		return nil, err
	}
	list, err := readCheckedFile(name)
	if err != nil {
		return nil, err
	}
	if len(list) != 1 {
		return nil, fmt.Errorf("%w: %s holds several mapping sets; import it, and name one", taxonomy.ErrInvalid, name)
	}
	return list[0].Crosswalk, nil
}

func (a *app) crosswalkCoverage(ctx context.Context, name string, f coverageFlags) error {
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
	if f.html != "" {
		if err := writeWhole(f.html, cov.WriteHTML); err != nil {
			return err
		}
	}
	if f.svg != "" {
		if err := writeWhole(f.svg, func(w io.Writer) error { _, err := w.Write(cov.SVG()); return err }); err != nil {
			return err
		}
	}
	if a.json {
		return a.printJSON(cov)
	}
	a.printCoverage(cov, f.unmapped)
	return nil
}

// barColours paint the parts of a bar as picture.Parts.
var barColours = [8]struct{ paint, mark string }{{"34", "█"}, {"36", "▓"}, {"32", "▒"}, {"33", "░"}, {"35", "="}, {"37", "+"}, {"31", "×"}, {"2", "·"}}

func (a *app) printCoverage(c *crosswalk.Coverage, unmapped int) {
	s := a.style()
	fmt.Fprintf(a.stdout, "%s\n", s.bold(printable(string(c.Set))))
	if c.Title != "" {
		fmt.Fprintf(a.stdout, "%s\n", printable(c.Title))
	}
	var by []string
	for _, p := range crosswalk.Predicates(c.ByPredicate) {
		by = append(by, thousands(c.ByPredicate[p])+" "+printable(crosswalk.PredicateName(p)))
	}
	fmt.Fprintf(a.stdout, "%s mappings: %s", thousands(c.Mappings), strings.Join(by, ", "))
	if c.NoTerm > 0 {
		fmt.Fprintf(a.stdout, "; %s looked for, none found", thousands(c.NoTerm))
	}
	fmt.Fprintln(a.stdout)
	for _, what := range []string{"proposed", "rejected", "unsure", "accepted", "Not"} {
		if n := c.LeftOut[what]; n > 0 {
			fmt.Fprintf(a.stdout, "%s\n", s.dim(fmt.Sprintf("%s rows left out: %s", thousands(n), what)))
		}
	}
	if c.Direction == taxonomy.Inverted {
		fmt.Fprintln(a.stdout, s.yellow("broad and narrow were judged inverted in this set, and are as the source has them"))
	}
	for i := range c.Sides {
		a.printSide(c, i, unmapped)
	}
	f := c.Flow(nil)
	for i, l := range f.Links[:min(5, len(f.Links))] {
		if i == 0 {
			fmt.Fprintf(a.stdout, "\n%s\n", s.bold("Strongest flows"))
		}
		fmt.Fprintf(a.stdout, "  %7s  %s → %s\n", thousands(l.Value), clip(printable(f.Left[l.From].Text), 40), clip(printable(f.Right[l.To].Text), 40))
	}
}

func (a *app) printSide(c *crosswalk.Coverage, i, unmapped int) {
	s, side := a.style(), &c.Sides[i]
	words := fmt.Sprintf("%s of %s concepts mapped (%s)", thousands(side.Mapped), thousands(side.Concepts), picture.Percent(side.Mapped, side.Concepts))
	if !side.Loaded {
		words = fmt.Sprintf("%s concepts mapped; the framework is not loaded, so how many there are is not known", thousands(side.Mapped))
	}
	if side.NoTerm > 0 {
		words += fmt.Sprintf(", for %s none found", thousands(side.NoTerm))
	}
	if side.Unknown > 0 {
		words += fmt.Sprintf(", %s not in the release", thousands(side.Unknown))
	}
	fmt.Fprintf(a.stdout, "\n%s  %s\n", s.bold(printable(side.SideName())), words)
	const bar = 30
	label := max(20, min(44, a.width()-bar-24))
	bars := c.Bars(i, nil)
	for _, b := range bars.List {
		all, line, left, drawn := b.All(), "", 0, 0
		for p, n := range b.Parts {
			left += n
			to := left * bar / all
			line += s.paint(barColours[p].paint, strings.Repeat(barColours[p].mark, to-drawn))
			drawn = to
		}
		name := clip(printable(b.Text), label)
		figure := fmt.Sprintf("%6s %s", picture.Percent(b.Mapped(), all), s.dim(thousands(b.Mapped())+" of "+thousands(all)))
		if bars.Open {
			figure = fmt.Sprintf("%6s", thousands(b.Mapped()))
		}
		fmt.Fprintf(a.stdout, "  %s%s  %s %s\n", name, strings.Repeat(" ", label-len([]rune(name))), line, figure)
	}
	if len(bars.List) > 0 {
		var legend []string
		for p, part := range picture.Parts {
			for _, b := range bars.List {
				if b.Parts[p] > 0 {
					legend = append(legend, s.paint(barColours[p].paint, barColours[p].mark)+" "+part)
					break
				}
			}
		}
		fmt.Fprintf(a.stdout, "  %s\n", strings.Join(legend, "  "))
	}
	if n := min(unmapped, len(side.Unmapped)); n > 0 {
		fmt.Fprintf(a.stdout, "  %s\n", s.bold(fmt.Sprintf("Not mapped, what matters most first (%s of %s)", thousands(n), thousands(len(side.Unmapped)))))
		for _, u := range side.Unmapped[:n] {
			fmt.Fprintf(a.stdout, "    %s  %s\n", clip(printable(u.Label), 48), s.dim(printable(u.Why)))
		}
	}
}
