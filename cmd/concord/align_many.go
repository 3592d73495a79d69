package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync/atomic"

	"concord/alignment/batch"
	"concord/taxonomy"
)

// alignMany aligns the documents into a file, and sums up.
func (a *app) alignMany(ctx context.Context, in aligning) error {
	format := ""
	if in.out != "" {
		var err error
		if format, err = batch.Format(in.out); err != nil {
			return err
		}
	}
	if ext := strings.ToLower(filepath.Ext(in.gaps)); in.gaps != "" && ext != ".json" && ext != ".csv" {
		return fmt.Errorf("%w: the name %q does not say how to write the gaps; end it in .json or .csv", taxonomy.ErrInvalid, in.gaps)
	}
	if in.out != "" && in.gaps != "" && sameFile(in.out, in.gaps) {
		return fmt.Errorf("%w: --out and --gaps name the same file", taxonomy.ErrConflict)
	}
	inputs, closeInputs := a.inputs(in.paths)
	defer closeInputs()
	for _, made := range []string{in.out, in.gaps} {
		if err := notInput(made, inputs); err != nil {
			return err
		}
	}
	engine, p, rels, done, err := a.openEngine(ctx, in.schemes)
	if err != nil {
		return err
	}
	defer done()
	job := &batch.Job{Engine: engine, Store: p.Store, Read: in.read, Align: in.opt, HubOf: p.HubOf}
	tally := batch.NewTally(in.opt)
	keep := in.keeper(p.home, inputs)
	defer a.reportKept(keep)
	defer keep.discard()
	if in.out == "" {
		err = a.runMany(ctx, job, inputs, tally, keep, nil)
	} else {
		set := batch.Set{License: in.license, Version: version, Sources: map[taxonomy.Ref]taxonomy.URI{}}
		for _, rel := range rels {
			set.Sources[rel.Ref] = rel.URI
		}
		err = writeWhole(in.out, func(w io.Writer) error {
			table, err := batch.NewTable(format, w, set)
			if err != nil {
				return err
			}
			return errors.Join(a.runMany(ctx, job, inputs, tally, keep, table), table.Close())
		})
	}
	if err != nil {
		return err
	}
	if err := keep.finish(); err != nil {
		return err
	}
	sum := tally.Summary()
	if in.gaps != "" {
		write := sum.Gaps.WriteCSV
		if strings.EqualFold(filepath.Ext(in.gaps), ".json") {
			write = func(w io.Writer) error { return writeJSON(w, sum.Gaps) }
		}
		if err := writeWhole(in.gaps, write); err != nil {
			return err
		}
	}
	if a.json {
		err = a.printJSON(sum)
	} else {
		a.printSummary(sum, in)
	}
	if err == nil && len(sum.Unread) > 0 {
		err = errPartly
	}
	return err
}

// runMany aligns with a bar that shows how much has been read. Errors of files
// are printed when the bar is gone.
func (a *app) runMany(ctx context.Context, job *batch.Job, inputs []batch.Input, tally *batch.Tally, keep *keeper, table batch.Table) error {
	bars := a.bars(ctx)
	bar := bars.add("aligning")
	var read atomic.Int64
	total := int64(0)
	for _, in := range inputs {
		if in.File != nil {
			total += in.File.Size
			in.File.OnRead = func(n int) { read.Add(int64(n)) }
		}
	}
	count := 0
	var bad []error
	err := job.Run(ctx, inputs, func(r batch.Result) error {
		if r.Err != nil {
			bad = append(bad, r.Err)
		} else {
			count++
			bar.note.Store(thousands(count) + " documents")
		}
		bar.set(int(min(read.Load(), total)), int(total))
		tally.Add(r)
		if err := keep.add(r); err != nil {
			return err
		}
		if table == nil {
			return nil
		}
		return table.Add(r)
	})
	bars.wait()
	for _, e := range bad {
		a.printError(e, "invalid")
	}
	return err
}

// Rows of a summary that are printed for a person.
const (
	shownSkills  = 15
	shownNothing = 10
	shownGaps    = 5
)

func (a *app) printSummary(sum *batch.Summary, in aligning) {
	s := a.style()
	fmt.Fprintf(a.stdout, "%s, %d with a skill, %d without", s.bold(plural(sum.Documents, "document")), sum.Aligned, sum.Documents-sum.Aligned)
	if len(sum.Unread) > 0 {
		what := "file or line"
		if len(sum.Unread) > 1 {
			what = "files or lines"
		}
		fmt.Fprintf(a.stdout, ", %s %s not read", thousands(len(sum.Unread)), what)
	}
	for _, made := range []string{in.out, in.gaps} {
		if made != "" {
			fmt.Fprintf(a.stdout, " → %s", made)
		}
	}
	fmt.Fprintln(a.stdout)
	a.printRows("Skills, by documents", len(sum.Skills), shownSkills, func(i int) string {
		c := sum.Skills[i]
		return fmt.Sprintf("%6s  %s  %s", thousands(c.Documents), s.green(clip(printable(c.Label), a.width()-40)), s.dim(fmt.Sprintf("%s · %s@%s", c.Kind, c.Scheme, c.Release)))
	})
	a.printRows("Nothing found", len(sum.Nothing), shownNothing, func(i int) string {
		n := sum.Nothing[i]
		return fmt.Sprintf("  %s  %s  %s", clipFront(printable(n.File), 40), clip(printable(n.Name), max(20, a.width()-100)), s.dim(n.Why))
	})
	g := sum.Gaps
	a.printRows(fmt.Sprintf("Sentences without a concept: %s, by reason", thousands(g.Sentences)), len(g.Reasons), shownGaps, func(i int) string {
		return fmt.Sprintf("%6s  %s", thousands(g.Reasons[i].Sentences), g.Reasons[i].Why)
	})
	a.printRows("Words that recur in them", len(g.Words), shownGaps, func(i int) string {
		w := g.Words[i]
		return fmt.Sprintf("%6s  %s  %s", thousands(w.Sentences), printable(w.Words), s.dim("in "+plural(w.Documents, "document")))
	})
	a.printRows("Concepts they came nearest to", len(g.Concepts), shownGaps, func(i int) string {
		c := g.Concepts[i]
		return fmt.Sprintf("%6s  %s  %s", thousands(c.Sentences), clip(printable(c.Label), a.width()-30), s.dim(fmt.Sprintf("%.1f of them expected to be about it", c.Expected)))
	})
}

// printRows prints the first rows of a list under a heading, if there are any.
func (a *app) printRows(heading string, n, shown int, row func(int) string) {
	if n == 0 {
		return
	}
	fmt.Fprintf(a.stdout, "\n%s\n", a.style().bold(heading))
	for i := range min(n, shown) {
		fmt.Fprintln(a.stdout, row(i))
	}
	if n > shown {
		fmt.Fprintln(a.stdout, a.style().dim(fmt.Sprintf("        and %s more (--json shows all)", thousands(n-shown))))
	}
}

// clipFront shortens a path to its last n runes.
func clipFront(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return "…" + string(r[len(r)-n+1:])
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return thousands(n) + " " + word + "s"
}
