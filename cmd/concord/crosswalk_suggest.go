package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"concord/alignment/crosswalk/suggest"
	"concord/importers"
	"concord/importers/mappings"
	"concord/taxonomy"
)

type crosswalkSuggestFlags struct {
	from, to, format, out, save string
	kinds, ignore               []string
	top, limit                  int
	least                       float64
	noBridges, noIDs            bool
}

func (a *app) crosswalkSuggestCmd() *cobra.Command {
	var f crosswalkSuggestFlags
	c := &cobra.Command{
		Use:   "suggest --from S[@V] --to S[@V]",
		Short: "Propose mappings between two frameworks, with predicate, confidence and evidence",
		Long: "Suggest compares every concept of one release with those of another by all that is\nknown of both: labels in the languages they share, definitions, groups, tasks and\nskills, and mapping sets that were accepted. It then picks mappings, one to one\nwhere it can, and leaves out what a reviewer has rejected for as long as both\nconcepts mean what they meant then.\n\n" +
			"Without a format it prints a summary. tsv prints the candidates of each source\nbefore anything is picked, best first: source code (or URI), target, score,\npredicate. Any format of concord crosswalk export writes what was picked.",
		Example: "  concord crosswalk suggest --from onet@29.2 --to esco@1.1.0 --kind occupation\n  concord crosswalk suggest --from onet --to esco --kind occupation --top 10 --format tsv > run.tsv\n  concord crosswalk suggest --from esco@1.1.1 --to esco@1.2.0 --save urn:example:esco-111-120",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := cmp.Or(required(c, "from", f.from), required(c, "to", f.to)); err != nil {
				return err
			}
			if f.top < 1 {
				return fmt.Errorf("%w: --top must be at least 1", taxonomy.ErrInvalid)
			}
			if f.least < 0 || f.least > 1 {
				return fmt.Errorf("%w: --min is a probability, from 0 to 1", taxonomy.ErrInvalid)
			}
			if f.limit < 0 {
				return fmt.Errorf("%w: --limit must not be negative", taxonomy.ErrInvalid)
			}
			if f.out != "" && f.format == "" {
				return fmt.Errorf("%w: --output needs a --format", taxonomy.ErrInvalid)
			}
			return a.crosswalkSuggest(c.Context(), f)
		},
	}
	fl := c.Flags()
	fl.StringVar(&f.from, "from", "", "`S[@V]` whose concepts are mapped")
	fl.StringVar(&f.to, "to", "", "`S[@V]` they are mapped to")
	fl.StringArrayVar(&f.kinds, "kind", nil, "compare concepts of this kind; may be repeated (default all kinds that both have)")
	fl.IntVar(&f.top, "top", 10, "candidates of a source, at most; no more than 40 are kept")
	fl.StringVar(&f.format, "format", "", "tsv for all candidates, or what picked mappings are written in: "+strings.Join(writtenFormats(), ", "))
	fl.StringVarP(&f.out, "output", "o", "", "write to this `file` (default standard output)")
	fl.StringVar(&f.save, "save", "", "keep the picked mappings in the store as the mapping set `ID`, in place of what it held")
	fl.Float64Var(&f.least, "min", suggest.DefaultLeast, "confidence that a picked mapping must have")
	fl.BoolVar(&f.noBridges, "no-bridges", false, "leave mapping sets in the store out of it")
	fl.StringArrayVar(&f.ignore, "ignore", nil, "leave this mapping `set` out of it; may be repeated")
	fl.BoolVar(&f.noIDs, "no-ids", false, "let equal identifiers and codes say nothing, for measuring on two releases of one framework")
	fl.IntVar(&f.limit, "limit", 0, "look at the first so many concepts only, for a trial: rivals are missing, so figures differ")
	for _, name := range []string{"from", "to"} {
		c.RegisterFlagCompletionFunc(name, a.completeReleases)
	}
	return c
}

func writtenFormats() []string {
	var names []string
	for _, f := range mappings.Formats(true) {
		names = append(names, f[0])
	}
	return names
}

func (a *app) crosswalkSuggest(ctx context.Context, f crosswalkSuggestFlags) error {
	if f.format != "" && f.format != "tsv" && !slices.Contains(writtenFormats(), f.format) {
		return fmt.Errorf("%w: no format %q; it is one of %s", taxonomy.ErrInvalid, f.format, strings.Join(append([]string{"tsv"}, writtenFormats()...), ", "))
	}
	kinds, err := parseKinds(f.kinds)
	if err != nil {
		return err
	}
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	opt := suggest.Options{Kinds: kinds, Top: f.top, NoBridges: f.noBridges, NoIDs: f.noIDs, Limit: f.limit}
	for _, side := range []struct {
		name string
		rel  **taxonomy.Release
	}{{f.from, &opt.From}, {f.to, &opt.To}} {
		rels, err := p.releases(ctx, []string{side.name})
		if err != nil {
			return err
		}
		*side.rel = rels[0]
	}
	if opt.From.Ref == opt.To.Ref {
		return fmt.Errorf("%w: --from and --to both name %s", taxonomy.ErrInvalid, opt.From.Ref)
	}
	for _, name := range f.ignore {
		set, err := findSet(ctx, p, name)
		if err != nil {
			return err
		}
		opt.Ignore = append(opt.Ignore, set.ID)
	}
	// A set that is made again must not speak for itself.
	opt.Ignore = append(opt.Ignore, taxonomy.URI(f.save))
	res, err := a.suggestMappings(ctx, p, opt)
	if err != nil {
		return err
	}
	res.Select(f.least)
	if f.save != "" {
		if err := saveCrosswalk(ctx, p, res.Crosswalk(taxonomy.URI(f.save), opt.From, opt.To, "concord", version)); err != nil {
			return err
		}
	}
	if f.format == "" {
		return a.printSuggested(res, f)
	}
	if f.format == "tsv" {
		return a.writeTo(f.out, func(w io.Writer) error { return writeCandidates(w, res.Sources) })
	}
	id := taxonomy.URI(cmp.Or(f.save, "urn:concord:crosswalk:"+taxonomy.Slug("suggested "+opt.From.Ref.String()+" "+opt.To.Ref.String())))
	var losses []importers.Loss
	err = a.writeTo(f.out, func(w io.Writer) error {
		buf := bufio.NewWriterSize(w, 1<<16)
		if losses, err = mappings.Write(buf, f.format, res.Crosswalk(id, opt.From, opt.To, "concord", version)); err != nil {
			return err
		}
		return buf.Flush()
	})
	if err != nil {
		return err
	}
	return a.printLosses(f.format, losses)
}

func (a *app) suggestMappings(ctx context.Context, p *place, opt suggest.Options) (*suggest.Result, error) {
	table, err := p.table()
	if err != nil {
		return nil, err
	}
	weights, err := loadCrosswalkWeights(p.home)
	if err != nil {
		return nil, err
	}
	bars := a.bars(ctx)
	defer bars.wait()
	opt.Progress = bars.add(fmt.Sprintf("comparing %s with %s", opt.From.Ref, opt.To.Ref)).set
	return suggest.Run(ctx, p, table, weights, opt)
}

// A suggestedLine is one picked mapping as suggest --json prints it.
type suggestedLine struct {
	suggest.Candidate
	Evidence []suggest.Contribution `json:"evidence"`
	Labels   []suggest.LabelPair    `json:"labels,omitempty"`
}

// shownMappings is how many picked mappings are shown to people.
const shownMappings = 20

func (a *app) printSuggested(res *suggest.Result, f crosswalkSuggestFlags) error {
	if a.json {
		for _, c := range res.Selected {
			if err := a.printJSON(suggestedLine{c, c.Evidence(), c.Labels()}); err != nil {
				return err
			}
		}
		return nil
	}
	s, w := a.style(), a.stdout
	unmatched := res.Unmatched()
	fmt.Fprintf(w, "%s\n", s.bold(fmt.Sprintf("%s → %s", res.From, res.To)))
	fmt.Fprintf(w, "  %s proposed for %s of %s\n", plural(len(res.Selected), "mapping"), thousands(len(res.Sources)-len(unmatched)), plural(len(res.Sources), "concept"))
	count := map[taxonomy.Match]int{}
	for _, c := range res.Selected {
		count[c.Predicate]++
	}
	var parts []string
	for _, m := range taxonomy.Matches {
		if count[m] > 0 {
			parts = append(parts, thousands(count[m])+" "+matchWord(m))
		}
	}
	if len(parts) > 0 {
		fmt.Fprintf(w, "  %s\n", strings.Join(parts, ", "))
	}
	note := fmt.Sprintf("%s compared", plural(res.Compared, "pair"))
	if res.Bridged > 0 {
		note += fmt.Sprintf(", %s joined by mapping sets", thousands(res.Bridged))
	}
	if res.Rejected > 0 {
		note += fmt.Sprintf(", %s left out that reviewers rejected", thousands(res.Rejected))
	}
	fmt.Fprintf(w, "  %s\n", s.dim(note))
	best := slices.Clone(res.Selected)
	slices.SortStableFunc(best, func(x, y suggest.Candidate) int { return cmp.Compare(y.Score, x.Score) })
	for i, c := range best[:min(shownMappings, len(best))] {
		if i == 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "  %.2f  %-6s  %s → %s\n", c.Confidence, matchWord(c.Predicate), clip(printable(c.SubjectLabel), 44), clip(printable(c.ObjectLabel), 44))
		fmt.Fprintf(w, "                %s\n", s.dim(c.Why()))
	}
	if more := len(best) - shownMappings; more > 0 {
		fmt.Fprintf(w, "  %s\n", s.dim(fmt.Sprintf("and %s more (--json shows all)", thousands(more))))
	}
	if len(unmatched) > 0 {
		fmt.Fprintf(w, "\n  Without a mapping: %s\n", thousands(len(unmatched)))
		for _, u := range unmatched[:min(len(unmatched), shownUnmatched)] {
			near := ""
			if len(u.Candidates) > 0 {
				near = s.dim(fmt.Sprintf("nearest: %s (%.2f)", clip(printable(u.Candidates[0].ObjectLabel), 40), u.Candidates[0].Confidence))
			}
			fmt.Fprintf(w, "    %s  %s\n", clip(printable(u.Label), 44), near)
		}
		if more := len(unmatched) - shownUnmatched; more > 0 {
			fmt.Fprintf(w, "    %s\n", s.dim(fmt.Sprintf("and %s more", thousands(more))))
		}
	}
	if f.save != "" {
		fmt.Fprintf(w, "\n  Saved as %s; its rows are proposed until somebody decides on them.\n", printable(f.save))
	}
	return nil
}

const shownUnmatched = 5

// matchWord is a predicate in a word: exact, close, broad, narrow, related.
func matchWord(m taxonomy.Match) string {
	return strings.TrimSuffix(strings.TrimPrefix(string(m), "skos:"), "Match")
}
