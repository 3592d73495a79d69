package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"concord/alignment/bench"
	"concord/alignment/crosswalk/suggest"
	"concord/taxonomy"
)

type trainCrosswalkFlags struct {
	from, to, gold, out, run string
	kinds                    []string
}

func (a *app) trainCrosswalkCmd() *cobra.Command {
	var f trainCrosswalkFlags
	c := &cobra.Command{
		Use:     "crosswalk --from S[@V] --to S[@V] --kind K --gold G.tsv",
		Short:   "Train what crosswalk suggest tells mappings by, on a crosswalk that people made",
		Long:    "Train crosswalk learns weights for concord crosswalk suggest from pairs that people\nmapped, and prints how such weights do on sources they have not seen: five folds over\nsources, everything learned anew in each. G.tsv holds source<TAB>target<TAB>predicate;\na source is a URI or a code, and the predicate reads from it to the target.",
		Example: "  concord train crosswalk --from onet@29.2 --to esco@1.1.0 --kind occupation --gold gold.tsv -o crosswalk.json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			for _, flag := range [][2]string{{"from", f.from}, {"to", f.to}, {"gold", f.gold}} {
				if err := required(c, flag[0], flag[1]); err != nil {
					return err
				}
			}
			return a.trainCrosswalk(c.Context(), f)
		},
	}
	c.Flags().StringVar(&f.from, "from", "", "`S[@V]` with the sources")
	c.Flags().StringVar(&f.to, "to", "", "`S[@V]` with the targets")
	c.Flags().StringArrayVar(&f.kinds, "kind", nil, "compare concepts of this kind; may be repeated")
	c.Flags().StringVar(&f.gold, "gold", "", "`file` of source<TAB>target<TAB>predicate")
	c.Flags().StringVar(&f.run, "write-run", "", "write what was said of sources when they were held out to this `file`")
	c.Flags().StringVarP(&f.out, "output", "o", "", "write the weights to this `file` and leave the home as it is")
	c.RegisterFlagCompletionFunc("from", a.completeReleases)
	c.RegisterFlagCompletionFunc("to", a.completeReleases)
	return c
}

func (a *app) trainCrosswalk(ctx context.Context, f trainCrosswalkFlags) error {
	kinds, err := parseKinds(f.kinds)
	if err != nil {
		return err
	}
	set, err := bench.ReadSet(bench.Crosswalk, bench.Files{Gold: f.gold})
	if err != nil {
		return err
	}
	var judged []suggest.Judged
	for _, p := range set.Pairs {
		judged = append(judged, suggest.Judged{Source: p.Source, Target: taxonomy.URI(p.Target), Predicate: taxonomy.Match("skos:" + p.Relation + "Match")})
	}
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	rels, err := p.releases(ctx, []string{f.from, f.to})
	if err != nil {
		return err
	}
	if len(rels) != 2 {
		return fmt.Errorf("%w: --from and --to name the same release", taxonomy.ErrInvalid)
	}
	table, err := p.table()
	if err != nil {
		return err
	}
	bars := a.bars(ctx)
	defer bars.wait()
	bar := bars.add("comparing")
	trained := fmt.Sprintf("%s over %s and %s", filepath.Base(f.gold), rels[0].Ref, rels[1].Ref)
	w, report, err := suggest.Train(ctx, p, table, judged, trained, suggest.Options{From: rels[0], To: rels[1], Kinds: kinds, Progress: bar.set})
	if err != nil {
		return err
	}
	if f.run != "" {
		if err := writeWhole(f.run, func(w io.Writer) error { return writeCandidates(w, report.Said) }); err != nil {
			return err
		}
	}
	if f.out == "" {
		f.out = filepath.Join(p.home, crosswalkName)
	}
	text, err := json.MarshalIndent(w, "", " ")
	if err != nil {
		return fmt.Errorf("writing the weights of crosswalks: %w", err)
	}
	if err := writeWhole(f.out, func(w io.Writer) error { _, err := w.Write(append(text, '\n')); return err }); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(report)
	}
	bars.wait()
	return a.printTrainedCrosswalk(report, f.out)
}

func (a *app) printTrainedCrosswalk(r *suggest.Report, out string) error {
	w := a.stdout
	fmt.Fprintf(w, "%s judged pairs of %s; %s among the candidates, %s of unknown concepts\n", thousands(r.Pairs), plural(r.Sources, "source"), thousands(r.Reached), thousands(r.Unknown))
	line := func(name string, of func(f suggest.Figures) float64) {
		var all []float64
		sum := 0.0
		for _, f := range r.Splits {
			all = append(all, of(f))
			sum += of(f)
		}
		fmt.Fprintf(w, "%-16s %.3f   %d ways to fold: %.3f to %.3f\n", name, sum/float64(len(all)), len(all), slices.Min(all), slices.Max(all))
	}
	fmt.Fprintln(w, "On sources that were held out:")
	line("A@1", func(f suggest.Figures) float64 { return f.First })
	line("MRR", func(f suggest.Figures) float64 { return f.MRR })
	line("recall@10 exact", func(f suggest.Figures) float64 { return f.Exact })
	line("macro-F1", func(f suggest.Figures) float64 { return f.MacroF1 })
	for _, m := range taxonomy.Matches {
		if _, ok := r.Splits[0].F1[m]; ok {
			line("  "+string(m)[len("skos:"):], func(f suggest.Figures) float64 { return f.F1[m] })
		}
	}
	fmt.Fprintf(w, "macro-F1 of always saying the commonest predicate: %.3f\n", r.Majority)
	_, err := fmt.Fprintln(w, out)
	return err
}

// writeCandidates writes ranked candidates as scorers of alignments read them:
// source code, or URI where it has none, target, score, predicate.
func writeCandidates(w io.Writer, sources []suggest.Source) error {
	out := bufio.NewWriter(w)
	for _, s := range sources {
		for _, c := range s.Candidates {
			if _, err := fmt.Fprintf(out, "%s\t%s\t%.6f\t%s\n", s.Key, c.Object, c.Score, c.Predicate); err != nil {
				return err
			}
		}
	}
	return out.Flush()
}
