package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"concord/alignment/review"
	"concord/importers"
	"concord/importers/mappings"
	"concord/importers/source"
	"concord/taxonomy"
)

// reviewCmd is the parent of the commands about what people decide.
func (a *app) reviewCmd() *cobra.Command {
	c := &cobra.Command{
		Use:   "review",
		Short: "Decide on mappings, compare reviewers, exchange decisions",
		Long: `Review records what people decide about mappings: accept, reject with a reason,
change the predicate, or unsure. Decisions are only ever added; the last one of a
reviewer stands. Each records what the reviewer saw: the meaning of both concepts
and their releases, where they are loaded.`,
	}
	c.AddCommand(a.reviewListCmd(), a.reviewDecideCmd(), a.reviewAgreeCmd(), a.reviewExportCmd(), a.reviewImportCmd())
	return c
}

func (a *app) reviewListCmd() *cobra.Command {
	var set, by, reviewer string
	var statuses []string
	var limit int
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the mappings that wait for a reviewer",
		Long:    "List prints the mappings that are proposed or unsure. With --reviewer it prints\nwhat this person has not decided yet, whatever others said.",
		Example: "  concord review list --set ours-to-esco --by uncertainty\n  concord review list --reviewer Ada --limit 20",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			opt := review.ListOptions{Reviewer: reviewer, Uncertainty: by == "uncertainty"}
			if by != "" && by != "uncertainty" && by != "set" {
				return fmt.Errorf("%w: --by is uncertainty, or set for the order of the set", taxonomy.ErrInvalid)
			}
			for _, s := range statuses {
				status, err := taxonomy.ParseStatus(s)
				if err != nil {
					return err
				}
				opt.Statuses = append(opt.Statuses, status)
			}
			return a.reviewList(c.Context(), set, limit, opt)
		},
	}
	c.Flags().StringVar(&set, "set", "", "only mappings of this `SET`")
	c.Flags().StringVar(&by, "by", "set", "order: uncertainty (what is as likely right as wrong first), or set")
	c.Flags().StringVar(&reviewer, "reviewer", "", "leave out what this person has decided")
	c.Flags().StringArrayVar(&statuses, "status", nil, "mappings of this status; may be repeated (default proposed and unsure, with --reviewer all)")
	c.Flags().IntVar(&limit, "limit", 0, "print at most this many (default all)")
	return c
}

func (a *app) reviewDecideCmd() *cobra.Command {
	var w struct{ set, subject, object, verdict, predicate, proposed, reason, reviewer, file string }
	c := &cobra.Command{
		Use:   "decide --reviewer NAME (--set SET --subject U --object U --verdict V | --file FILE)",
		Short: "Record decisions about mappings",
		Long: `Decide records one decision, or those of a table with the columns subject, object,
verdict and, as needed, set, proposed, predicate, reason, reviewer. All of a table
is recorded or nothing. The verdict is accept, reject, change or unsure; change
needs the predicate that it should be. Subject and object are URIs or the ends of
URIs that no other of the set shares. Without a set the subject is the digest of a
document, and the decision is about its alignment.`,
		Example: "  concord review decide --reviewer Ada --set ours-to-esco --subject A12 --object http://data.europa.eu/esco/skill/… --verdict change --predicate broad\n  concord review decide --reviewer Ada --set ours-to-esco --file decisions.csv",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			word := review.Word{Verdict: taxonomy.Verdict(w.verdict), Reason: w.reason, Reviewer: w.reviewer, Subject: taxonomy.URI(w.subject), Object: taxonomy.URI(w.object)}
			var err error
			if word.Predicate, err = review.ParseMatch(w.predicate); err != nil {
				return err
			}
			if word.Proposed, err = review.ParseMatch(w.proposed); err != nil {
				return err
			}
			if word.Verdict != taxonomy.Change && word.Proposed == "" {
				word.Proposed = word.Predicate
			}
			if w.file == "" {
				for _, f := range [][2]string{{"subject", w.subject}, {"object", w.object}, {"verdict", w.verdict}, {"reviewer", w.reviewer}} {
					if err := required(c, f[0], f[1]); err != nil {
						return err
					}
				}
			}
			return a.reviewDecide(c.Context(), w.set, w.file, word)
		},
	}
	c.Flags().StringVar(&w.set, "set", "", "`SET` of the mapping")
	c.Flags().StringVar(&w.subject, "subject", "", "subject of the mapping")
	c.Flags().StringVar(&w.object, "object", "", "object of the mapping")
	c.Flags().StringVar(&w.verdict, "verdict", "", "accept, reject, change or unsure")
	c.Flags().StringVar(&w.predicate, "predicate", "", "with change: the predicate it should be; else which of several mappings is meant")
	c.Flags().StringVar(&w.proposed, "proposed", "", "with change: the predicate of the mapping that is meant, where there are several")
	c.Flags().StringVar(&w.reason, "reason", "", "why")
	c.Flags().StringVar(&w.reviewer, "reviewer", "", "who decides: a name, or an ORCID as orcid:0000-…")
	c.Flags().StringVar(&w.file, "file", "", "CSV or TSV `file` of decisions")
	c.RegisterFlagCompletionFunc("verdict", cobra.FixedCompletions([]string{"accept", "reject", "change", "unsure"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

// tool names the program in decisions.
func tool() string { return "Concord " + version }

// setNamed is the identifier of the set that name means; none for none.
func setNamed(ctx context.Context, r taxonomy.Reader, name string) (taxonomy.URI, error) {
	if name == "" {
		return "", nil
	}
	set, err := findSet(ctx, r, name)
	if err != nil {
		return "", err
	}
	return set.ID, nil
}

func (a *app) reviewDecide(ctx context.Context, set, file string, word review.Word) error {
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	if word.Set, err = setNamed(ctx, p, set); err != nil {
		return err
	}
	lines := []review.Line{{Word: word}}
	if file != "" {
		files, err := source.Open([]string{file})
		if err != nil {
			return err
		}
		defer files.Close()
		if len(files.Files) != 1 {
			return fmt.Errorf("%w: %s is not one table", taxonomy.ErrInvalid, file)
		}
		if lines, err = review.ReadTable(files.Files[0], word); err != nil {
			return err
		}
	}
	desk := review.NewDesk(p)
	var decisions []taxonomy.Decision
	for _, l := range lines {
		d, err := decide(ctx, p, desk, l.Word)
		if err != nil {
			if l.Number > 0 {
				return &source.Error{File: file, Line: l.Number, Text: strings.TrimPrefix(err.Error(), taxonomy.ErrInvalid.Error()+": ")}
			}
			return err
		}
		decisions = append(decisions, d)
	}
	ids, err := p.AddDecisions(ctx, decisions)
	if err != nil {
		return err
	}
	for i := range decisions {
		decisions[i].ID = ids[i]
		if a.json {
			if err := a.printJSON(decisions[i]); err != nil {
				return err
			}
		}
	}
	if !a.json {
		fmt.Fprintf(a.stdout, "Recorded %s.\n", plural(len(decisions), "decision"))
	}
	return nil
}

// decide makes one decision, with names of its set and ends resolved.
func decide(ctx context.Context, p *place, desk *review.Desk, w review.Word) (d taxonomy.Decision, err error) {
	if w.Set, err = setNamed(ctx, p, string(w.Set)); err != nil {
		return d, err
	}
	if w.Subject, err = desk.Resolve(ctx, w.Set, string(w.Subject), 0); err != nil {
		return d, err
	}
	if w.Object, err = desk.Resolve(ctx, w.Set, string(w.Object), 1); err != nil {
		return d, err
	}
	if d, err = desk.Decide(ctx, w); err != nil {
		return d, err
	}
	d.Time, d.Tool = time.Now().UTC(), tool()
	return d, nil
}

func (a *app) reviewAgreeCmd() *cobra.Command {
	var set string
	c := &cobra.Command{
		Use:   "agree A B",
		Short: "Say how far two reviewers agree",
		Long: `Agree compares what two reviewers decided on the same mappings: the share on which
they say the same, Cohen's kappa with its 95 % interval, and who said what. Two who
change the predicate agree where they change it to the same one.`,
		Example: "  concord review agree Ada Bo --set ours-to-esco",
		Args:    cobra.ExactArgs(2),
		RunE:    func(c *cobra.Command, args []string) error { return a.reviewAgree(c.Context(), args[0], args[1], set) },
	}
	c.Flags().StringVar(&set, "set", "", "only mappings of this `SET`")
	return c
}

func (a *app) reviewExportCmd() *cobra.Command {
	var out string
	var all bool
	c := &cobra.Command{
		Use:   "export (SET | --all) --output FILE",
		Short: "Write the decisions that stand as SSSOM with reviewer slots",
		Long: `Export writes a row for every decision that stands: reviewer_label, review_date and
reviewer_agreement (1 accepted, 0 unsure, -1 rejected), and in extension slots what
import needs to get the same decisions back. A changed predicate has two rows: the
reviewer disagrees with the one proposed and agrees with the one it should be.`,
		Example: "  concord review export ours-to-esco -o ada.sssom.tsv",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if all == (len(args) > 0) {
				return fmt.Errorf("%w: give a set, or --all; usage: %s", taxonomy.ErrInvalid, c.UseLine())
			}
			return a.reviewExport(c.Context(), strings.Join(args, ""), out)
		},
	}
	c.Flags().BoolVar(&all, "all", false, "decisions about all sets, and about alignments")
	c.Flags().StringVarP(&out, "output", "o", "", "write to this `file` instead of standard output; it appears whole or not at all")
	return c
}

func (a *app) reviewExport(ctx context.Context, name, out string) error {
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	id := taxonomy.URI("urn:concord:decisions")
	set := taxonomy.MappingSet{ID: id, Title: "Decisions of reviewers", Status: taxonomy.Accepted, Slots: taxonomy.Slots{"mapping_tool": {"Concord"}, "mapping_tool_version": {version}}}
	var f taxonomy.DecisionFilter
	if name != "" {
		of, err := findSet(ctx, p, name)
		if err != nil {
			return err
		}
		f.Set, set.ID, set.Title, set.License = of.ID, id+":"+taxonomy.URI(taxonomy.Slug(string(of.ID))), "Decisions of reviewers on "+shortSet(of.ID), of.License
	}
	f.Standing = true
	var decisions []taxonomy.Decision
	for d, err := range p.Decisions(ctx, f) {
		if err != nil {
			return err
		}
		decisions = append(decisions, d)
	}
	c, err := review.Export(ctx, p, set, decisions)
	if err != nil {
		return err
	}
	var losses []importers.Loss
	if err := a.writeTo(out, func(w io.Writer) (err error) { losses, err = mappings.Write(w, "sssom", c); return err }); err != nil {
		return err
	}
	return a.printLosses("sssom", losses)
}

func (a *app) reviewImportCmd() *cobra.Command {
	var set, reviewer string
	c := &cobra.Command{
		Use:   "import FILE...",
		Short: "Record the decisions of SSSOM files with reviewer slots",
		Long: `Import records what the reviewers of a file decided. A row that names no reviewer
and says reviewer_agreement is a decision of --reviewer; a row that says neither is
not decided yet. What the store holds already is not recorded twice. A row about a
mapping that the store does not have is reported, and the others are recorded.`,
		Example: "  concord review import ada.sssom.tsv --reviewer Ada --set ours-to-esco",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.reviewImport(c.Context(), args, set, reviewer)
		},
	}
	c.Flags().StringVar(&set, "set", "", "`SET` of rows that do not name theirs (mapping_source; default the file's own)")
	c.Flags().StringVar(&reviewer, "reviewer", "", "who decided the rows that name nobody")
	return c
}
