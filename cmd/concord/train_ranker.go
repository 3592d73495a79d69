package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"concord/alignment"
	"concord/alignment/bench"
	"concord/data"
	"concord/importers/source"
	"concord/taxonomy"
)

// rankerName is the ranker in a home that takes the place of the built-in one.
const rankerName = "ranker.json"

// loadRanker returns the home's own ranker, or the one that comes with the program.
func loadRanker(home string) (*alignment.Ranker, error) {
	path := filepath.Join(home, rankerName)
	own, err := os.ReadFile(path)
	switch {
	case os.IsNotExist(err):
		return alignment.LoadRanker(data.Ranker)
	case err != nil:
		return nil, fmt.Errorf("reading the ranker: %w", err)
	}
	r, err := alignment.LoadRanker(own)
	if err != nil {
		return nil, &source.Error{File: path, Text: err.Error() + "; remove it to go back to the ranker that comes with the program"}
	}
	return r, nil
}

func (a *app) trainRankerCmd() *cobra.Command {
	var scheme, out string
	var gold, kinds []string
	c := &cobra.Command{
		Use:   "ranker --scheme S[@V] --gold PREFIX[=WEIGHT]...",
		Short: "Train what turns measures into probabilities, on gold sentences",
		Long:  "Train ranker fits a logistic regression on the candidates of gold sentences and\nprints how it does by cross-validation. PREFIX stands for PREFIX.queries.tsv and\nPREFIX.qrels.tsv, and PREFIX.neg.tsv where it is there: sentences about no concept.",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := required(c, "scheme", scheme); err != nil {
				return err
			}
			if err := required(c, "gold", strings.Join(gold, "")); err != nil {
				return err
			}
			ks, err := parseKinds(kinds)
			if err != nil {
				return err
			}
			return a.trainRanker(c.Context(), scheme, gold, ks, out)
		},
	}
	c.Flags().StringVar(&scheme, "scheme", "", "`S[@V]` the sentences are labelled with")
	c.Flags().StringArrayVar(&gold, "gold", nil, "`PREFIX[=WEIGHT]` of gold files; may be repeated")
	c.Flags().StringArrayVar(&kinds, "kind", nil, "only concepts of this kind; may be repeated")
	c.Flags().StringVarP(&out, "output", "o", "", "write the ranker to this `file` and leave the home as it is")
	return c
}

func (a *app) trainRanker(ctx context.Context, scheme string, prefixes []string, kinds []taxonomy.Kind, out string) error {
	var gold []alignment.Gold
	var names []string
	for _, arg := range prefixes {
		prefix, weight := arg, 1.0
		if p, w, ok := strings.Cut(arg, "="); ok {
			var err error
			if weight, err = strconv.ParseFloat(w, 64); err != nil || weight <= 0 {
				return fmt.Errorf("%w: --gold %s: the weight must be a number above 0", taxonomy.ErrInvalid, arg)
			}
			prefix = p
		}
		more, err := readGold(prefix, weight)
		if err != nil {
			return err
		}
		gold = append(gold, more...)
		names = append(names, fmt.Sprintf("%s (%d sentences, weight %g)", filepath.Base(prefix), len(more), weight))
	}
	engine, p, rels, done, err := a.openEngine(ctx, []string{scheme})
	if err != nil {
		return err
	}
	defer done()
	r, report, err := engine.TrainRanker(ctx, gold, kinds, strings.Join(names, ", ")+" over "+rels[0].Ref.String())
	if err != nil {
		return err
	}
	if out == "" {
		out = filepath.Join(p.home, rankerName)
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the ranker: %w", err)
	}
	if err := writeWhole(out, func(w io.Writer) error { _, err := w.Write(append(text, '\n')); return err }); err != nil {
		return err
	}
	return a.say(report, "The ranker was trained on %s.\nBy cross-validation: calibration error %.3f over %s candidates with p ≥ 0.1; at p ≥ 0.5 precision %.2f, recall %.2f; abstention AUROC %.3f.\n%s",
		r.Trained, report.Calibration, thousands(report.Shown), report.Precision, report.Recall, report.Abstention, out)
}

// readGold reads PREFIX.queries.tsv, PREFIX.qrels.tsv and PREFIX.neg.tsv.
func readGold(prefix string, weight float64) ([]alignment.Gold, error) {
	files := bench.Files{Queries: prefix + ".queries.tsv", Gold: prefix + ".qrels.tsv"}
	if _, err := os.Stat(prefix + ".neg.tsv"); err == nil {
		files.Negatives = prefix + ".neg.tsv"
	}
	set, err := bench.ReadSet(bench.Extraction, files)
	if err != nil {
		return nil, err
	}
	var out []alignment.Gold
	for _, q := range set.Queries {
		g := alignment.Gold{Lang: "en", Text: q.Text, Concepts: map[taxonomy.URI]bool{}, Weight: weight}
		for uri := range set.Gold.Relevant[q.ID] {
			g.Concepts[taxonomy.URI(uri)] = true
		}
		if len(g.Concepts) > 0 {
			out = append(out, g)
		}
	}
	for _, q := range set.Negatives {
		out = append(out, alignment.Gold{Lang: "en", Text: q.Text, Weight: weight})
	}
	return out, nil
}
