package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"concord/alignment"
	"concord/alignment/batch"
	"concord/alignment/credential"
	"concord/taxonomy"
)

func (a *app) alignCmd() *cobra.Command {
	var schemes, kinds []string
	var lang, columns string
	var read credential.Options
	var most int
	var least float64
	var in aligning
	c := &cobra.Command{
		Use:     "align [flags] FILE|DIR...",
		Short:   "Propose skill concepts for badges, courses, credentials and text, with the words that earned them",
		Long:    "Align reads badges, credentials, courses, learner records, frameworks and texts\n(Open Badges, CLR, Europass, CTDL, CASE, schema.org, xAPI, cmi5, PDF, DOCX, HTML,\nMarkdown and more), and proposes concepts of the chosen releases: by default the\ncurrent release of every scheme that is loaded. A table (CSV, TSV) or lines of\nJSON are a catalogue: every row is a document. FILE is - for standard input; a\nfolder or a zip archive is everything in it. With --out or --gaps, many documents\nare written to a file and summed up; a file that cannot be read is reported and\nthe rest is done.\nNothing is changed, kept or sent anywhere unless you say so; a person decides.",
		Example: "  concord align badge.json\n  concord align --scheme esco --max 5 course.html\n  concord align courses.csv --columns name=title,text=description\n  concord align badges/ --out alignments.jsonl --gaps gaps.csv\n  echo \"Plan and run usability tests\" | concord align -",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			ks, err := parseKinds(kinds)
			if err != nil {
				return err
			}
			if most < 1 {
				return fmt.Errorf("%w: --max must be at least 1", taxonomy.ErrInvalid)
			}
			if least <= 0 || least >= 1 {
				return fmt.Errorf("%w: --min-probability must be between 0 and 1", taxonomy.ErrInvalid)
			}
			if read.Columns, err = credential.ParseColumns(columns); err != nil {
				return fmt.Errorf("--columns: %w", err)
			}
			read.Now = time.Now()
			if err := in.check(); err != nil {
				return err
			}
			in.paths, in.schemes, in.read = args, schemes, read
			in.opt = alignment.Options{Lang: taxonomy.ParseLang(lang), Kinds: ks, Max: most, MinProbability: least}
			return a.align(c.Context(), in)
		},
	}
	c.Flags().StringArrayVar(&schemes, "scheme", nil, "`S[@V]` to align with; may be repeated (default the current release of every scheme)")
	c.Flags().StringArrayVar(&kinds, "kind", nil, "propose only concepts of this kind; may be repeated (default skills, knowledge, abilities, activities, technologies and tools)")
	c.Flags().StringVar(&lang, "lang", "", "language of the document (default stated by it or told from its text)")
	c.Flags().StringVar(&columns, "columns", "", "what the columns of a catalogue hold, as in `name=HEADER,text=HEADER` (default told by the headers)")
	c.Flags().StringVar(&read.Type, "type", "", "read the document as this type, like OpenBadge/3.0 or text/plain (default told from its contents)")
	c.Flags().Float64Var(&least, "min-probability", alignment.DefaultMinProbability, "propose only what is at least this likely")
	c.Flags().IntVar(&most, "max", alignment.DefaultMax, "proposals for each document, at most")
	c.Flags().StringVar(&in.out, "out", "", "write what is found to this `file`, ending in .jsonl, .csv, .sssom or .sssom.tsv, and print a summary")
	c.Flags().StringVar(&in.gaps, "gaps", "", "write what found nothing, grouped by reason, nearest concept and recurring words, to this `file` ending in .json or .csv")
	c.Flags().StringVar(&in.license, "license", "", "licence of an SSSOM set, as a `URL` (default not specified)")
	in.keeping.flags(c)
	c.RegisterFlagCompletionFunc("scheme", a.completeReleases)
	return c
}

// An aligning is what concord align was told.
type aligning struct {
	paths, schemes     []string
	read               credential.Options
	opt                alignment.Options
	out, gaps, license string
	keeping
}

func (a *app) align(ctx context.Context, in aligning) error {
	if in.out != "" || in.gaps != "" {
		return a.alignMany(ctx, in)
	}
	engine, p, _, done, err := a.openEngine(ctx, in.schemes)
	if err != nil {
		return err
	}
	defer done()
	inputs, closeInputs := a.inputs(in.paths)
	defer closeInputs()
	first, bad := true, false
	var only error // of a file that is the only one, as long as there is nothing else in it
	job := batch.Job{Engine: engine, Store: p.Store, Read: in.read, Align: in.opt, HubOf: p.HubOf}
	keep := in.keeper(p.home, inputs)
	defer a.reportKept(keep)
	defer keep.discard()
	err = job.Run(ctx, inputs, func(r batch.Result) error {
		if err := keep.add(r); err != nil {
			return err
		}
		if only != nil {
			a.printError(only, "invalid")
			only, bad = nil, true
		}
		switch {
		case r.Err != nil && len(inputs) == 1 && first && !bad:
			only = r.Err
			return nil
		case r.Err != nil:
			a.printError(r.Err, "invalid")
			bad = true
			return nil
		case a.json:
			first = false
			return a.printJSON(r.Answer)
		}
		if !first {
			fmt.Fprintln(a.stdout)
		}
		first = false
		a.printAnswer(r.Answer)
		return nil
	})
	if err == nil {
		err = only
	}
	if err != nil {
		return err
	}
	if err := keep.finish(); err != nil {
		return err
	}
	if bad {
		return errPartly
	}
	return nil
}
