package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"concord/alignment"
	"concord/alignment/bench"
	"concord/taxonomy"
)

func (a *app) trainRankerCmd() *cobra.Command {
	var scheme, out string
	var gold, sentences, kinds []string
	c := &cobra.Command{
		Use:   "ranker --scheme S[@V] [--gold PREFIX[=WEIGHT]]... [--sentences FILE[=WEIGHT]]...",
		Short: "Train what turns measures into probabilities, on gold sentences",
		Long:  "Train ranker grows boosted trees on the candidates of gold sentences and prints\nhow they do by cross-validation. PREFIX stands for PREFIX.queries.tsv and\nPREFIX.qrels.tsv, and PREFIX.neg.tsv where it is there: sentences about no concept.\nFILE is of data/corpus; the vector table must not have been trained on it.",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := required(c, "scheme", scheme); err != nil {
				return err
			}
			if err := required(c, "gold", strings.Join(append(gold, sentences...), "")); err != nil {
				return err
			}
			ks, err := parseKinds(kinds)
			if err != nil {
				return err
			}
			return a.trainRanker(c.Context(), scheme, gold, sentences, ks, out)
		},
	}
	c.Flags().StringVar(&scheme, "scheme", "", "`S[@V]` the sentences are labelled with")
	c.Flags().StringArrayVar(&gold, "gold", nil, "`PREFIX[=WEIGHT]` of gold files; may be repeated")
	c.Flags().StringArrayVar(&sentences, "sentences", nil, "`FILE[=WEIGHT]` of written sentences with URIs; may be repeated")
	c.Flags().StringArrayVar(&kinds, "kind", nil, "only concepts of this kind; may be repeated")
	c.Flags().StringVarP(&out, "output", "o", "", "write the ranker to this `file` and leave the home as it is")
	return c
}

func (a *app) trainRanker(ctx context.Context, scheme string, prefixes, files []string, kinds []taxonomy.Kind, out string) error {
	var gold []alignment.Gold
	var names []string
	add := func(arg string, read func(path string) ([]alignment.Gold, error)) error {
		path, weight := arg, 1.0
		if p, w, ok := strings.Cut(arg, "="); ok {
			var err error
			if weight, err = strconv.ParseFloat(w, 64); err != nil || weight <= 0 {
				return fmt.Errorf("%w: %s: the weight must be a number above 0", taxonomy.ErrInvalid, arg)
			}
			path = p
		}
		more, err := read(path)
		if err != nil {
			return err
		}
		source := filepath.Join(filepath.Base(filepath.Dir(path)), filepath.Base(path))
		for i := range more {
			more[i].Source, more[i].Weight = source, weight
		}
		gold = append(gold, more...)
		names = append(names, fmt.Sprintf("%s (%d sentences, weight %g)", source, len(more), weight))
		return nil
	}
	for _, arg := range prefixes {
		if err := add(arg, readGold); err != nil {
			return err
		}
	}
	for _, arg := range files {
		if err := add(arg, readGoldSentences); err != nil {
			return err
		}
	}
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	rels, err := p.releases(ctx, []string{scheme})
	if err != nil {
		return err
	}
	engine, err := a.engineWith(ctx, p, nil, rels)
	if err != nil {
		return err
	}
	defer engine.Close()
	r, report, err := engine.TrainRanker(ctx, gold, kinds, strings.Join(names, ", ")+" over "+rels[0].Ref.String())
	if err != nil {
		return err
	}
	if out == "" {
		out = filepath.Join(p.home, rankerName)
	}
	text, err := rankerJSON(r)
	if err != nil {
		return fmt.Errorf("writing the ranker: %w", err)
	}
	if err := writeWhole(out, func(w io.Writer) error { _, err := w.Write(text); return err }); err != nil {
		return err
	}
	var sources strings.Builder
	for _, s := range report.Sources {
		fmt.Fprintf(&sources, "  %s: %d with a skill, %d without; RP@5 %.1f (%.1f before); abstention AUROC %.3f\n", s.Source, s.With, s.Without, 100*s.RP5, 100*s.RP5Before, s.Abstention)
	}
	return a.say(report, "The ranker was trained on %s.\nBy cross-validation: calibration error %.3f over %s candidates with p ≥ 0.1; at p ≥ 0.5 precision %.2f, recall %.2f.\n%s%s",
		r.Trained, report.Calibration, thousands(report.Shown), report.Precision, report.Recall, sources.String(), out)
}

// rankerJSON writes a ranker with one line for each list, so that a change
// can be read as a diff.
func rankerJSON(r *alignment.Ranker) ([]byte, error) {
	packed, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("writing the ranker: %w", err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, packed, "", " "); err != nil {
		return nil, fmt.Errorf("writing the ranker: %w", err)
	}
	lists := regexp.MustCompile(`(?s)\[[^\[\]{}"]*\]`)
	return append(lists.ReplaceAllFunc(out.Bytes(), func(list []byte) []byte { return bytes.Join(bytes.Fields(list), nil) }), '\n'), nil
}

// readGoldSentences reads a file of the corpus.
func readGoldSentences(path string) (gold []alignment.Gold, err error) {
	var sentences []alignment.Sentence
	err = withFile(path, func(r io.Reader) error {
		sentences, err = alignment.ReadSentences(path, r, "en")
		return err
	})
	for _, s := range sentences {
		g := alignment.Gold{Lang: s.Lang, Text: s.Text, Role: s.Role, Concepts: map[taxonomy.URI]bool{}}
		for _, c := range s.Concepts {
			g.Concepts[taxonomy.URI(c)] = true
		}
		gold = append(gold, g)
	}
	return gold, err
}

// readGold reads PREFIX.queries.tsv, PREFIX.qrels.tsv and PREFIX.neg.tsv.
func readGold(prefix string) ([]alignment.Gold, error) {
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
		g := alignment.Gold{Lang: "en", Text: q.Text, Concepts: map[taxonomy.URI]bool{}}
		for uri := range set.Gold.Relevant[q.ID] {
			g.Concepts[taxonomy.URI(uri)] = true
		}
		if len(g.Concepts) > 0 {
			out = append(out, g)
		}
	}
	for _, q := range set.Negatives {
		out = append(out, alignment.Gold{Lang: "en", Text: q.Text})
	}
	return out, nil
}
