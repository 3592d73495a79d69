package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"concord/alignment"
	"concord/alignment/batch"
	"concord/alignment/credential"
	"concord/alignment/portfolio"
	"concord/taxonomy"
)

// A profiling is what concord profile was told.
type profiling struct {
	paths            []string
	scheme           string
	title, csv, html string
	lang             taxonomy.Lang
	least            float64
	columns          credential.Columns
	keeping
}

func (a *app) profileCmd() *cobra.Command {
	var in profiling
	var lang, columns string
	c := &cobra.Command{
		Use:   "profile [flags] FILE|DIR...",
		Short: "Make one skill profile of a person's badges, credentials, transcripts and texts",
		Long: `Profile reads one person's records and says which skills they support: each skill
once, in the framework and language you choose, with every record that states it
or is likely to be about it. A skill that a record states in another framework
counts where mappings in the store join the two. Nothing is kept unless you say --keep, and nothing is sent.`,
		Example: "  concord profile --scheme esco --lang de records/ --html profile.html\n  concord profile badge.json transcript.pdf --csv profile.csv",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if in.least <= 0 || in.least >= 1 {
				return fmt.Errorf("%w: --min-probability must be between 0 and 1", taxonomy.ErrInvalid)
			}
			if in.csv != "" && in.html != "" && sameFile(in.csv, in.html) {
				return fmt.Errorf("%w: --csv and --html name the same file", taxonomy.ErrConflict)
			}
			if err := in.check(); err != nil {
				return err
			}
			var err error
			if in.columns, err = credential.ParseColumns(columns); err != nil {
				return fmt.Errorf("--columns: %w", err)
			}
			in.paths, in.lang = args, taxonomy.ParseLang(lang)
			return a.profile(c.Context(), in)
		},
	}
	c.Flags().StringVar(&in.scheme, "scheme", "", "`S[@V]` whose skills the profile is made of (needed where several are loaded)")
	c.Flags().StringVar(&lang, "lang", "en", "language of the skills' names")
	c.Flags().StringVar(&columns, "columns", "", "what the columns of a table of courses hold, as in `name=HEADER,text=HEADER` (default told by the headers)")
	c.Flags().StringVar(&in.title, "title", "", "`heading` of the page, such as the person's name (default none)")
	c.Flags().StringVar(&in.csv, "csv", "", "write the profile as a table to this `file`")
	c.Flags().StringVar(&in.html, "html", "", "write the profile as a page to read and print to this `file`")
	c.Flags().Float64Var(&in.least, "min-probability", 0.5, "take up what is at least this likely")
	in.keeping.flags(c)
	c.RegisterFlagCompletionFunc("scheme", a.completeReleases)
	return c
}

func (a *app) profile(ctx context.Context, in profiling) error {
	var schemes []string
	if in.scheme != "" {
		schemes = []string{in.scheme}
	}
	engine, p, rels, done, err := a.openEngine(ctx, schemes)
	if err != nil {
		return err
	}
	defer done()
	if len(rels) > 1 {
		var names []string
		for _, r := range rels {
			names = append(names, r.Scheme)
		}
		return fmt.Errorf("%w: several frameworks are loaded; say which the profile is made of, as in --scheme %s (loaded: %s)", taxonomy.ErrInvalid, names[0], strings.Join(names, ", "))
	}
	inputs, closeInputs := a.inputs(in.paths)
	defer closeInputs()
	for _, made := range []string{in.csv, in.html} {
		if err := notInput(made, inputs); err != nil {
			return err
		}
	}
	var records []portfolio.Record
	read := map[string]string{} // digest to file
	bad := false
	job := batch.Job{Engine: engine, Store: p.Store, Read: credential.Options{Now: time.Now(), Columns: in.columns}, Align: alignment.Options{Max: maxClaims, MinProbability: in.least}}
	keep := in.keeper(p.home, inputs)
	defer a.reportKept(keep)
	defer keep.discard()
	err = job.Run(ctx, inputs, func(r batch.Result) error {
		if err := keep.add(r); err != nil {
			return err
		}
		if r.Err != nil {
			a.printError(r.Err, "invalid")
			bad = true
			return nil
		}
		if first, again := read[r.Answer.Document.Digest]; again {
			fmt.Fprintf(a.stderr, "concord: %s is the same as %s and counts once\n", r.File, first)
			return nil
		}
		read[r.Answer.Document.Digest] = r.File
		record, err := portfolio.RecordOf(ctx, p.Store, r.File, r.Answer)
		records = append(records, record)
		return err
	})
	if err != nil {
		return err
	}
	if err := keep.finish(); err != nil {
		return err
	}
	if len(records) == 0 {
		return fmt.Errorf("%w: none of the files could be read as a record", taxonomy.ErrInvalid)
	}
	profile, err := portfolio.NewProfile(ctx, p.Store, rels[0], in.lang, records)
	if err != nil {
		return err
	}
	profile.Title = in.title
	for _, out := range []struct {
		path  string
		write func(io.Writer) error
	}{{in.csv, profile.WriteCSV}, {in.html, profile.WriteHTML}} {
		if out.path != "" {
			if err := writeWhole(out.path, out.write); err != nil {
				return err
			}
		}
	}
	if a.json {
		err = a.printJSON(profile)
	} else {
		a.printProfile(profile, in)
	}
	if err == nil && bad {
		err = errPartly
	}
	return err
}

// notInput refuses to write over one of the documents.
func notInput(made string, inputs []batch.Input) error {
	for _, from := range inputs {
		if made != "" && from.File != nil && sameFile(made, from.Name) {
			return fmt.Errorf("%w: %s is one of the documents; name another file", taxonomy.ErrConflict, made)
		}
	}
	return nil
}

func (a *app) printProfile(p *portfolio.Profile, in profiling) {
	s := a.style()
	fmt.Fprintf(a.stdout, "%s from %s, in %s@%s", s.bold(plural(len(p.Skills), "skill")), plural(len(p.Records), "record"), p.Scheme, p.Release)
	for _, made := range []string{in.csv, in.html} {
		if made != "" {
			fmt.Fprintf(a.stdout, " → %s", made)
		}
	}
	fmt.Fprintln(a.stdout)
	fmt.Fprintln(a.stdout)
	for _, skill := range p.Skills {
		fmt.Fprintf(a.stdout, "  %s  %s\n", s.green(s.bold(printable(skill.Label))), s.dim(string(skill.Kind)))
		for _, n := range skill.Support {
			via := ""
			if n.Via != "" {
				via = fmt.Sprintf(" as %s of %s", printable(n.Label), n.Claim.Scheme)
			}
			why := fmt.Sprintf("%.0f %%", 100*n.Probability)
			if n.Stated != "" {
				why = "stated"
				if n.Stated != alignment.StateConfirmed {
					why += ", " + string(n.Stated)
				}
			}
			fmt.Fprintf(a.stdout, "    %s  %s\n", headName(p.Records[n.Record]), s.dim(why+via))
		}
	}
	a.printRows("Stated, but not in this framework", len(p.Elsewhere), shownMissing, func(i int) string {
		e := p.Elsewhere[i]
		return fmt.Sprintf("  %s  %s", clip(printable(e.Name), 60), s.dim(printable(e.Why)))
	})
}
