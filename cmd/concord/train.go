package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"concord/alignment"
	"concord/alignment/vectors"
	"concord/importers/source"
	"concord/taxonomy"
)

type trainFlags struct {
	schemes, sentences []string
	langs              []string
	init, out          string
	preferred          bool
	mappings, links    bool
	repeat, words      int
	cfg                vectors.Config
}

func (a *app) trainCmd() *cobra.Command {
	f := trainFlags{cfg: vectors.Defaults}
	c := &cobra.Command{
		Use:   "train",
		Short: "Train the vector table on what is loaded, and use it from then on in this home",
		Long: "Train draws pairs of texts and concepts from releases (other labels, definitions,\ntasks, technologies) and from files of written sentences, and trains the table\nthat alignment compares meanings with. The same input gives the same table.\n" +
			"It is kept in the home, and snapshots are rebuilt with it; remove vectors.bin\nthere to go back to the one that comes with the program.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.train(c.Context(), f) },
	}
	c.Flags().StringArrayVar(&f.schemes, "scheme", nil, "`S[@V]` to train on; may be repeated (default the current release of every scheme)")
	c.Flags().StringArrayVar(&f.sentences, "sentences", nil, "`file` of written sentences: text<TAB>concept…, a file of data/corpus, or CSV with columns sentence and skills; may be repeated")
	c.Flags().StringArrayVar(&f.langs, "lang", nil, "languages of labels and definitions (default en)")
	c.Flags().StringVar(&f.init, "init", "", "word-vector `file` to start from: GloVe text, or JSON with words and vectors")
	c.Flags().StringVarP(&f.out, "output", "o", "", "write the table to this `file` and leave the home as it is")
	c.Flags().BoolVar(&f.preferred, "preferred-only", false, "leave alternative labels out")
	c.Flags().BoolVar(&f.mappings, "mappings", false, "learn from exact and close mappings in the store too")
	c.Flags().BoolVar(&f.links, "links", false, "learn from the skills essential for occupations too")
	c.Flags().IntVar(&f.repeat, "repeat", 6, "times an epoch sees a written sentence")
	c.Flags().IntVar(&f.words, "repeat-words", 2, "times it sees the words that express one of several concepts of a sentence")
	c.Flags().IntVar(&f.cfg.Dim, "dim", f.cfg.Dim, "length of vectors, a multiple of 16")
	c.Flags().IntVar(&f.cfg.Epochs, "epochs", f.cfg.Epochs, "passes over the pairs")
	c.Flags().Uint64Var(&f.cfg.Seed, "seed", f.cfg.Seed, "start of the random numbers")
	c.RegisterFlagCompletionFunc("scheme", a.completeReleases)
	c.AddCommand(a.trainRankerCmd(), a.trainPredicateCmd(), a.trainCrosswalkCmd())
	return c
}

func (a *app) train(ctx context.Context, f trainFlags) error {
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	rels, err := p.releases(ctx, f.schemes)
	if err != nil {
		return err
	}
	opt := alignment.TrainingOptions{PreferredOnly: f.preferred, Repeat: f.repeat, RepeatWords: f.words, Mappings: f.mappings, Links: f.links}
	for _, l := range f.langs {
		opt.Langs = append(opt.Langs, taxonomy.ParseLang(l))
	}
	var sentences []alignment.Sentence
	for _, path := range f.sentences {
		err := withFile(path, func(r io.Reader) error {
			more, err := alignment.ReadSentences(path, r, "en")
			sentences = append(sentences, more...)
			return err
		})
		if err != nil {
			return err
		}
	}
	var init *vectors.Init
	if f.init != "" {
		err := withFile(f.init, func(r io.Reader) (err error) {
			init, err = vectors.ReadInit(r, "en")
			return err
		})
		if err != nil {
			return err
		}
	}
	refs := make([]taxonomy.Ref, len(rels))
	for i, r := range rels {
		refs[i] = r.Ref
	}
	set, unknown, err := alignment.TrainingSet(ctx, p, refs, sentences, opt)
	if err != nil {
		return err
	}
	started := time.Now()
	table, loss, err := a.runTraining(ctx, set, init, f.cfg)
	if err != nil {
		return err
	}
	out := f.out
	if out == "" {
		out = filepath.Join(p.home, tableName)
	}
	if err := writeWhole(out, func(w io.Writer) error { _, err := w.Write(table); return err }); err != nil {
		return err
	}
	took := time.Since(started)
	value := map[string]any{"table": out, "bytes": len(table), "concepts": len(set.Targets), "pairs": len(set.Pairs), "unknownConcepts": unknown, "loss": loss, "seconds": took.Seconds()}
	return a.say(value, "A table of %s bytes was trained on %s pairs over %s concepts in %.0f s (last loss %.3f; %s stated concepts are unknown): %s",
		thousands(len(table)), thousands(len(set.Pairs)), thousands(len(set.Targets)), took.Seconds(), loss, thousands(unknown), out)
}

func (a *app) runTraining(ctx context.Context, set *vectors.Set, init *vectors.Init, cfg vectors.Config) (table []byte, last float64, err error) {
	bars := a.bars(ctx)
	defer bars.wait()
	bar := bars.add("training")
	table, err = vectors.Train(ctx, set, init, cfg, func(epoch, epochs, done, total int, loss float64) {
		bar.set((epoch-1)*total+done, epochs*total)
		last = loss
	})
	return table, last, err
}

// withFile opens a file for reading it.
func withFile(path string, read func(io.Reader) error) error {
	f, err := os.Open(path)
	if err != nil {
		return &source.Error{File: path, Text: "cannot be read: " + err.Error()}
	}
	defer f.Close()
	return read(f)
}
