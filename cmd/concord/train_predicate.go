package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"concord/alignment"
	"concord/alignment/bench"
	"concord/taxonomy"
)

func (a *app) trainPredicateCmd() *cobra.Command {
	var schemes, crosswalks []string
	var queries, gold, out string
	c := &cobra.Command{
		Use:   "predicate --scheme S[@V]... --queries Q.tsv --gold G.tsv --crosswalk PATH...",
		Short: "Train what tells exact, close, broader and narrower concepts, on crosswalks",
		Long: "Train predicate fits a regression on crosswalk rows that people judged, and prints\nhow it does on rows it has not seen. Q.tsv holds id<TAB>title<TAB>description, G.tsv\n" +
			"id<TAB>concept<TAB>predicate from the text to the concept, in English. PATH is a\nEURES crosswalk to ESCO or a folder of them; which way its broad and narrow run is told from its labels,\nand a file that stays undecided is left out.\n" +
			"A row is compared with the first release that has its concept in its language.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			for _, flag := range [][2]string{{"scheme", strings.Join(schemes, "")}, {"queries", queries}, {"gold", gold}, {"crosswalk", strings.Join(crosswalks, "")}} {
				if err := required(c, flag[0], flag[1]); err != nil {
					return err
				}
			}
			return a.trainPredicate(c.Context(), schemes, bench.Files{Queries: queries, Gold: gold}, crosswalks, out)
		},
	}
	c.Flags().StringArrayVar(&schemes, "scheme", nil, "`S[@V]` with the concepts of the rows; may be repeated")
	c.Flags().StringVar(&queries, "queries", "", "`file` of texts: id<TAB>title<TAB>description")
	c.Flags().StringVar(&gold, "gold", "", "`file` of id<TAB>concept<TAB>predicate")
	c.Flags().StringArrayVar(&crosswalks, "crosswalk", nil, "EURES crosswalk, or a folder of them; may be repeated")
	c.Flags().StringVarP(&out, "output", "o", "", "write the weights to this `file` and leave the home as it is")
	c.RegisterFlagCompletionFunc("scheme", a.completeReleases)
	return c
}

func (a *app) trainPredicate(ctx context.Context, schemes []string, files bench.Files, crosswalks []string, out string) error {
	rows, err := goldRows(files)
	if err != nil {
		return err
	}
	more, unsure, err := readCrosswalks(crosswalks)
	if err != nil {
		return err
	}
	rows = append(rows, more...)
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	engine, rels, err := a.unjudged(ctx, p, schemes)
	if err != nil {
		return err
	}
	defer engine.Close()
	var names []string
	for _, rel := range rels {
		names = append(names, rel.Ref.String())
	}
	trained := fmt.Sprintf("%s, %s over %s", filepath.Base(files.Gold), strings.Join(unsure, ", "), strings.Join(names, ", "))
	r, report, err := engine.TrainRelator(ctx, rows, unsure, trained)
	if err != nil {
		return err
	}
	if out == "" {
		out = filepath.Join(p.home, relatorName)
	}
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return fmt.Errorf("writing the weights of the predicate: %w", err)
	}
	if err := writeWhole(out, func(w io.Writer) error { _, err := w.Write(append(text, '\n')); return err }); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(report)
	}
	return a.printRelatorReport(report, out)
}

// unjudged opens an engine that only compares: it needs no trained weights,
// so that stale ones can be trained again.
func (a *app) unjudged(ctx context.Context, p *place, schemes []string) (*alignment.Engine, []*taxonomy.Release, error) {
	rels, err := p.releases(ctx, schemes)
	if err != nil {
		return nil, nil, err
	}
	if err := a.deriveSnapshots(ctx, p, rels); err != nil {
		return nil, nil, err
	}
	table, err := p.table()
	if err != nil {
		return nil, nil, err
	}
	engine, err := alignment.Open(p.snapshots, version, table, nil, rels)
	return engine, rels, err
}

// goldRows reads the development slice of a crosswalk.
func goldRows(files bench.Files) ([]alignment.CrosswalkRow, error) {
	set, err := bench.ReadSet(bench.Crosswalk, files)
	if err != nil {
		return nil, err
	}
	texts := map[string]bench.Query{}
	for _, q := range set.Queries {
		texts[q.ID] = q
	}
	var rows []alignment.CrosswalkRow
	for _, p := range set.Pairs {
		if p.Relation == "" {
			continue
		}
		q, ok := texts[p.Source]
		if !ok {
			return nil, fmt.Errorf("%w: %s has %s, of which %s has no text", taxonomy.ErrInvalid, files.Gold, p.Source, files.Queries)
		}
		rows = append(rows, alignment.CrosswalkRow{Set: filepath.Base(files.Gold), Lang: "en", Title: q.Title, Description: strings.TrimPrefix(strings.TrimPrefix(q.Text, q.Title), ". "), Concept: taxonomy.URI(p.Target), Predicate: taxonomy.Match("skos:" + p.Relation + "Match")})
	}
	return rows, nil
}

func (a *app) printRelatorReport(r *alignment.RelatorReport, out string) error {
	w := a.stdout
	for _, s := range r.Sets {
		fmt.Fprintf(w, "%s: %s rows used", s.Set, thousands(s.Used))
		if s.Groups > 0 {
			fmt.Fprintf(w, ", %s of occupation groups left out", thousands(s.Groups))
		}
		if s.Unknown > 0 {
			fmt.Fprintf(w, ", %s of unknown concepts", thousands(s.Unknown))
		}
		if d := s.Direction; d != nil {
			fmt.Fprintf(w, "; runs %s (%d labels against %d)", d.Says, max(d.FromText, d.FromConcept), min(d.FromText, d.FromConcept))
		}
		fmt.Fprintln(w)
	}
	least, most, sum := r.Splits[0], r.Splits[0], 0.0
	for _, f := range r.Splits {
		least, most, sum = min(least, f), max(most, f), sum+f
	}
	fmt.Fprintf(w, "By five folds over titles: macro-F1 %.3f over %s rows with vectors (%d splits: %.3f, from %.3f to %.3f)\n", r.Vectors.MacroF1, thousands(r.Vectors.Rows), len(r.Splits), sum/float64(len(r.Splits)), least, most)
	fmt.Fprintln(w, "exact, close, broad, narrow in rows; told in columns:", r.Vectors.Counts)
	for _, f := range r.Words {
		fmt.Fprintf(w, "%s, trained on the others: macro-F1 %.3f over %s rows %v\n", f.Set, f.MacroF1, thousands(f.Rows), f.Counts)
	}
	_, err := fmt.Fprintln(w, out)
	return err
}
