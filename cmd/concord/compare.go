package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"concord/alignment"
	"concord/alignment/batch"
	"concord/alignment/credential"
	"concord/alignment/portfolio"
	"concord/taxonomy"
)

func (a *app) compareCmd() *cobra.Command {
	var schemes []string
	var occupation, lang string
	var least float64
	c := &cobra.Command{
		Use:   "compare [flags] A (B | --occupation [S:]URI-OR-CODE)",
		Short: "Say what two documents share and miss, or what a document lacks for an occupation",
		Long: `Compare sets two badges, courses or credentials side by side, by the concepts they
state and the ones that are proposed for them: what both are about, what one
covers of the other by a close, broader or narrower concept, and what either
misses. Documents of different frameworks meet where mappings in the store join
the concepts. With --occupation, one document is set beside what an occupation
asks for: ESCO's essential and optional skills, O*NET's ratings and technologies.`,
		Example: "  concord compare --scheme esco badge.json course.html\n  concord compare badge.json --occupation onet:15-1252.00",
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			if (len(args) == 1) != (occupation != "") {
				return fmt.Errorf("%w: give two documents, or one and --occupation; usage: %s", taxonomy.ErrInvalid, c.UseLine())
			}
			if least <= 0 || least >= 1 {
				return fmt.Errorf("%w: --min-probability must be between 0 and 1", taxonomy.ErrInvalid)
			}
			opt := alignment.Options{Lang: taxonomy.ParseLang(lang), Max: maxClaims, MinProbability: least}
			if occupation != "" {
				return a.occupationGap(c.Context(), args[0], occupation, schemes, opt)
			}
			return a.compare(c.Context(), args, schemes, opt)
		},
	}
	c.Flags().StringVar(&occupation, "occupation", "", "compare with this occupation: `[S[@V]:]URI-OR-CODE`, like onet:15-1252.00")
	c.Flags().StringArrayVar(&schemes, "scheme", nil, "`S[@V]` to take concepts from; may be repeated (default the occupation's release, else the current release of every scheme)")
	c.Flags().StringVar(&lang, "lang", "", "language of the documents (default stated by them or told from their text)")
	c.Flags().Float64Var(&least, "min-probability", alignment.DefaultMinProbability, "count what is at least this likely")
	c.RegisterFlagCompletionFunc("scheme", a.completeReleases)
	return c
}

// maxClaims bounds the concepts that are proposed for a document that is
// compared: more than a person would read, so that little is missed.
const maxClaims = 100

func (a *app) compare(ctx context.Context, paths, schemes []string, opt alignment.Options) error {
	engine, p, _, done, err := a.openEngine(ctx, schemes)
	if err != nil {
		return err
	}
	defer done()
	var records [2]portfolio.Record
	for i, path := range paths {
		if records[i], err = a.oneRecord(ctx, engine, p, path, opt); err != nil {
			return err
		}
	}
	cmp, err := portfolio.Compare(ctx, p.Store, records[0], records[1])
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(cmp)
	}
	a.printComparison(cmp)
	return nil
}

func (a *app) occupationGap(ctx context.Context, path, key string, schemes []string, opt alignment.Options) error {
	p, err := a.open()
	if err != nil {
		return err
	}
	occupation, err := portfolio.FindOccupation(ctx, p.Store, key)
	p.Close()
	if err != nil {
		return err
	}
	if len(schemes) == 0 {
		schemes = []string{occupation.Release.String()}
	}
	engine, p, _, done, err := a.openEngine(ctx, schemes)
	if err != nil {
		return err
	}
	defer done()
	record, err := a.oneRecord(ctx, engine, p, path, opt)
	if err != nil {
		return err
	}
	gap, err := portfolio.FindGap(ctx, p.Store, record, occupation, opt.Lang)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(gap)
	}
	a.printGap(gap)
	return nil
}

// oneRecord aligns the one document at path.
func (a *app) oneRecord(ctx context.Context, engine *alignment.Engine, p *place, path string, opt alignment.Options) (portfolio.Record, error) {
	f, err := a.documentFile(path)
	if err != nil {
		return portfolio.Record{}, err
	}
	var record portfolio.Record
	n := 0
	job := batch.Job{Engine: engine, Store: p.Store, Read: credential.Options{Now: time.Now()}, Align: opt}
	err = job.Run(ctx, []batch.Input{{Name: path, File: f}}, func(r batch.Result) error {
		if r.Err != nil {
			return r.Err
		}
		if n++; n > 1 {
			return fmt.Errorf("%w: %s holds several documents; compare takes one", taxonomy.ErrInvalid, path)
		}
		record, err = portfolio.RecordOf(ctx, p.Store, path, r.Answer)
		return err
	})
	return record, err
}

func (a *app) printComparison(c *portfolio.Comparison) {
	s := a.style()
	for _, side := range []struct {
		head  portfolio.Head
		cover portfolio.Cover
		name  string
	}{{c.A, c.CoverA, "A"}, {c.B, c.CoverB, "B"}} {
		other := "B"
		if side.name == "B" {
			other = "A"
		}
		fmt.Fprintf(a.stdout, "%s  %s\n   %s\n", side.name, s.bold(headName(side.head)), s.dim(fmt.Sprintf("%s; %s has %d of them and comes near to %d", plural(side.cover.Of, "concept"), other, side.cover.Has, side.cover.Near)))
	}
	a.printRows("Both", len(c.Shared), len(c.Shared), func(i int) string {
		return "  " + a.pairLine(c.Shared[i])
	})
	a.printRows("Near", len(c.Near), len(c.Near), func(i int) string {
		return "  " + a.pairLine(c.Near[i])
	})
	a.printRows("Only A", len(c.OnlyA), len(c.OnlyA), func(i int) string { return "  " + a.claimLine(c.OnlyA[i]) })
	a.printRows("Only B", len(c.OnlyB), len(c.OnlyB), func(i int) string { return "  " + a.claimLine(c.OnlyB[i]) })
	if c.CoverA.Of+c.CoverB.Of == 0 {
		fmt.Fprintln(a.stdout, "\nNo concept is stated or proposed for either, so there is nothing to compare.")
	}
}

func headName(h portfolio.Head) string {
	if h.Name == "" {
		return printable(h.File)
	}
	return clip(printable(h.Name), 70)
}

// pairLine is a concept of A, and the one of B where it is another.
func (a *app) pairLine(p portfolio.Pair) string {
	line := a.claimLine(p.A)
	if p.A.URI != p.B.URI {
		line += fmt.Sprintf("\n      %s %s", a.style().dim("B: "+linkWords(p.Relation, p.Via)+":"), printable(p.B.Label))
	}
	return line
}

// linkWords says how the concept that follows stands to the one before.
func linkWords(m taxonomy.Match, via string) string {
	return strings.TrimSuffix(predicateWord(m), " · ") + ", by " + printable(via)
}

// claimLine is a concept and why it counts.
func (a *app) claimLine(c portfolio.Claim) string {
	why := "stated"
	if c.Stated == "" {
		why = fmt.Sprintf("%.0f %%", 100*c.Probability)
	}
	if c.Quote != "" {
		why += " · “" + clip(printable(c.Quote), 40) + "”"
	}
	return fmt.Sprintf("%s  %s", a.style().green(clip(printable(c.Label), 50)), a.style().dim(why+" · "+c.Scheme))
}

// shownMissing bounds the rows of each need that are printed.
const shownMissing = 12

func (a *app) printGap(g *portfolio.Gap) {
	s := a.style()
	fmt.Fprintf(a.stdout, "%s beside %s  %s\n", s.bold(headName(g.Document)), s.bold(printable(g.Occupation.Label)), s.dim(fmt.Sprintf("%s · %s@%s", g.Occupation.Code, g.Occupation.Scheme, g.Occupation.Release)))
	for _, need := range portfolio.Needs {
		if c := g.Cover[need]; c != nil {
			fmt.Fprintf(a.stdout, "  %-10s %d of %s, and near to %d\n", need, c.Has, thousands(c.Of), c.Near)
		}
	}
	if g.Weighted != nil {
		fmt.Fprintf(a.stdout, "  %-10s %.0f %% of what is rated, by importance\n", "", 100**g.Weighted)
	}
	if len(g.Requirements) == 0 {
		fmt.Fprintln(a.stdout, "  Nothing that is loaded says which skills it asks for.")
	}
	var met []portfolio.Requirement
	missing := map[portfolio.Need][]portfolio.Requirement{}
	for _, q := range g.Requirements {
		if q.By != nil {
			met = append(met, q)
		} else {
			missing[q.Need] = append(missing[q.Need], q)
		}
	}
	a.printRows("Has, or comes near to", len(met), len(met), func(i int) string {
		q := met[i]
		line := fmt.Sprintf("  %s  %s", s.green(clip(printable(q.Label), 50)), s.dim(requirementNote(q)))
		if q.By.URI != q.URI {
			line += "\n      " + s.dim(linkWords(q.Link.Relation.Inverse(), q.Link.Via)+": ") + printable(q.By.Label)
		}
		return line
	})
	for _, need := range portfolio.Needs {
		list := missing[need]
		a.printRows("Missing, "+string(need), len(list), shownMissing, func(i int) string {
			return fmt.Sprintf("  %s  %s", clip(printable(list[i].Label), 60), s.dim(requirementNote(list[i])))
		})
	}
	a.printRows("Beyond what it asks for", len(g.Beyond), shownMissing, func(i int) string { return "  " + a.claimLine(g.Beyond[i]) })
}

func requirementNote(q portfolio.Requirement) string {
	note := string(q.Need)
	if q.Importance != nil {
		note += fmt.Sprintf(" · importance %.0f %%", 100**q.Importance)
	}
	if q.Qualifier != "" {
		note += " · " + printable(q.Qualifier)
	}
	return note
}
