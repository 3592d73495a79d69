package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"concord/alignment/credential"
	"concord/alignment/releases"
	"concord/importers/mappings"
	"concord/importers/source"
	"concord/taxonomy"
)

// A migrating is what concord migrate was told.
type migrating struct {
	from, to    string
	documents   []string
	alignments  []string
	set, side   string
	out         string
	apply, undo string
	dir         string
}

func (a *app) migrateCmd() *cobra.Command {
	var in migrating
	c := &cobra.Command{
		Use:   "migrate --from R1 --to R2 (--documents DIR | --alignments FILE | --set SET) [-o PLAN]",
		Short: "Plan what a new release does to alignments and mappings, carry it out, or take it back",
		Long: `Migrate says of every alignment or mapping that rests on the old release whether it
goes on by itself (automatic), needs a person (review: its concept means something
else, changed its kind or its place, or was split) or is dead (retired without a
replacement), each with the reason and the target that is proposed.

The plan is a file of JSON lines. A person may set "accepted": true on a line, and
change its "after". --apply carries out what is automatic or accepted: for a mapping
set it writes a new set beside the old one, for documents copies into --dir.
--undo takes back what applying the plan wrote; what was there before is never changed.`,
		Example: "  concord migrate --from esco@1.1.1 --to esco@1.2.0 --documents badges/ -o plan.jsonl\n" +
			"  concord migrate --from esco@1.1.1 --to esco@1.2.0 --alignments aligned.jsonl\n" +
			"  concord migrate --from esco@1.1.0 --to esco@1.2.0 --set esco-onet -o plan.jsonl\n  concord migrate --apply plan.jsonl\n  concord migrate --undo plan.jsonl",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.migrate(c.Context(), in) },
	}
	f := c.Flags()
	f.StringVar(&in.from, "from", "", "`S@V` that the alignments rest on")
	f.StringVar(&in.to, "to", "", "`S@V` to go to")
	f.StringArrayVar(&in.documents, "documents", nil, "`folder` or file of badges, courses and credentials, for what they state; may be repeated")
	f.StringArrayVar(&in.alignments, "alignments", nil, "`file` that concord align wrote: JSON, JSON lines, CSV or SSSOM; may be repeated")
	f.StringVar(&in.set, "set", "", "mapping `set` in the store")
	f.StringVar(&in.side, "side", "", "side of the set that is of the old release: subject or object (default the one that has its concepts)")
	f.StringVarP(&in.out, "out", "o", "", "`file` to write the plan to, as JSON lines")
	f.StringVar(&in.apply, "apply", "", "carry out this `plan`")
	f.StringVar(&in.undo, "undo", "", "take back what applying this `plan` wrote")
	f.StringVar(&in.dir, "dir", "", "`folder` for the changed copies of documents, with --apply and --undo")
	c.RegisterFlagCompletionFunc("from", a.completeReleases)
	c.RegisterFlagCompletionFunc("to", a.completeReleases)
	return c
}

func (a *app) migrate(ctx context.Context, in migrating) error {
	sources := 0
	for _, given := range []bool{len(in.documents) > 0, len(in.alignments) > 0, in.set != "", in.apply != "", in.undo != ""} {
		if given {
			sources++
		}
	}
	if sources != 1 {
		return fmt.Errorf("%w: say one of --documents, --alignments and --set to make a plan, or --apply or --undo with one; see concord migrate --help", taxonomy.ErrInvalid)
	}
	if in.apply != "" || in.undo != "" {
		return a.carryOut(ctx, in)
	}
	if in.from == "" || in.to == "" {
		return fmt.Errorf("%w: say the releases, as in --from esco@1.1.1 --to esco@1.2.0", taxonomy.ErrInvalid)
	}
	from, to, err := twoReleases(in.from, in.to)
	if err != nil {
		return err
	}
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	table, err := p.table()
	if err != nil {
		return err
	}
	planner, err := releases.NewPlanner(ctx, p.Store, from, to, releases.Options{Table: table})
	if err != nil {
		return err
	}
	head := releases.Head{}
	head.From, head.To = planner.Releases()
	items, done, err := a.items(ctx, p, planner, in, &head)
	if err != nil {
		return err
	}
	defer done()
	var sum *releases.Summary
	write := func(w io.Writer) (err error) {
		sum, err = a.plan(ctx, planner, head, items, w)
		return err
	}
	if in.out != "" {
		err = writeWhole(in.out, write)
	} else {
		err = write(nil)
	}
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(sum)
	}
	a.printPlan(sum, in.out)
	return nil
}

// plan writes a step for every item. w may be nil.
func (a *app) plan(ctx context.Context, planner *releases.Planner, head releases.Head, items iter.Seq2[releases.Item, error], w io.Writer) (*releases.Summary, error) {
	plan, err := releases.NewPlanWriter(w, head)
	if err != nil {
		return nil, err
	}
	for it, err := range items {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		step, ours := planner.Plan(it)
		if !ours {
			plan.Elsewhere()
			continue
		}
		if err := plan.Add(step); err != nil {
			return nil, err
		}
	}
	return plan.Summary(), nil
}

// items are what the plan is about, and completes its head.
func (a *app) items(ctx context.Context, p *place, planner *releases.Planner, in migrating, head *releases.Head) (iter.Seq2[releases.Item, error], func(), error) {
	nothing := func() {}
	switch {
	case in.set != "":
		set, err := readSet(ctx, p.Store, in.set)
		if err != nil {
			return nil, nothing, err
		}
		side := in.side
		switch side {
		case releases.SubjectSide, releases.ObjectSide:
		case "":
			if side, err = planner.SideOf(set); err != nil {
				return nil, nothing, err
			}
		default:
			return nil, nothing, fmt.Errorf("%w: --side is subject or object, not %q", taxonomy.ErrInvalid, side)
		}
		head.Kind, head.Set, head.Side, head.Rows = releases.OfSet, set.ID, side, len(set.Mappings)
		return listed(releases.Items(set, side)), nothing, nil
	case len(in.alignments) > 0:
		head.Kind = releases.OfAlignments
		return a.alignmentItems(in.alignments), nothing, nil
	}
	head.Kind = releases.OfDocuments
	inputs, closeInputs := a.inputs(in.documents)
	return func(yield func(releases.Item, error) bool) {
		for _, input := range inputs {
			if input.Err != nil {
				a.printError(input.Err, "invalid")
				continue
			}
			for doc, err := range credential.ReadAll(input.File, credential.Options{}) {
				if err != nil {
					a.printError(err, "invalid") // the others are planned all the same
					continue
				}
				for _, it := range releases.DocumentItems(input.Name, doc) {
					if !yield(it, nil) {
						return
					}
				}
			}
		}
	}, closeInputs, nil
}

// alignmentItems reads files that concord align wrote.
func (a *app) alignmentItems(paths []string) iter.Seq2[releases.Item, error] {
	return func(yield func(releases.Item, error) bool) {
		for _, path := range paths {
			f, err := a.documentFile(path)
			if err != nil {
				yield(releases.Item{}, err)
				return
			}
			items := releases.ReadItems(f)
			if lower := strings.ToLower(path); strings.HasSuffix(lower, ".sssom") || strings.HasSuffix(lower, ".sssom.tsv") {
				items = sssomItems(f)
			}
			for it, err := range items {
				if !yield(it, err) || err != nil {
					return
				}
			}
		}
	}
}

// sssomItems reads a table of alignments in SSSOM: its subjects are documents
// by their digests.
func sssomItems(f *source.File) iter.Seq2[releases.Item, error] {
	return func(yield func(releases.Item, error) bool) {
		sets, err := mappings.Read(f, mappings.Options{Format: "sssom"})
		if err != nil {
			yield(releases.Item{}, err)
			return
		}
		for _, r := range sets {
			for _, it := range releases.Items(r.Crosswalk, releases.ObjectSide) {
				it.File, it.Document, it.Digest, it.State = f.Path, it.Mapping.SubjectLabel, string(it.Mapping.Subject), releases.StateProposed
				it.Row, it.Side, it.Mapping = 0, "", nil
				if !yield(it, nil) {
					return
				}
			}
		}
	}
}

func listed(items []releases.Item) iter.Seq2[releases.Item, error] {
	return func(yield func(releases.Item, error) bool) {
		for _, it := range items {
			if !yield(it, nil) {
				return
			}
		}
	}
}

// readPlan reads the plan at path.
func readPlan(path string) (*releases.Head, []releases.Step, error) {
	f, err := os.Open(path)
	if err != nil {
		if os.IsNotExist(err) {
			return nil, nil, &source.Error{File: path, Text: "does not exist"}
		}
		return nil, nil, &source.Error{File: path, Text: "cannot be read: " + err.Error()}
	}
	defer f.Close()
	return releases.ReadPlan(path, f)
}
