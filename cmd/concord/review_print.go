package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"concord/alignment/review"
	"concord/importers"
	"concord/importers/mappings"
	"concord/importers/source"
	"concord/taxonomy"
)

func (a *app) reviewList(ctx context.Context, name string, limit int, opt review.ListOptions) error {
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	sets, err := p.MappingSets(ctx)
	if err != nil {
		return err
	}
	if name != "" {
		set, err := findSet(ctx, p, name)
		if err != nil {
			return err
		}
		sets = []taxonomy.MappingSet{*set}
	}
	var tasks []review.Task
	for _, set := range sets {
		list, err := review.List(ctx, p, set.ID, opt)
		if err != nil {
			return err
		}
		tasks = append(tasks, list...)
	}
	if opt.Uncertainty {
		slices.SortStableFunc(tasks, func(x, y review.Task) int { return review.ByUncertainty(&x, &y) })
	}
	all := len(tasks)
	if limit > 0 {
		tasks = tasks[:min(limit, all)]
	}
	s, last := a.style(), taxonomy.URI("")
	for _, t := range tasks {
		if a.json {
			if err := a.printJSON(t); err != nil {
				return err
			}
			continue
		}
		if t.Set != last {
			fmt.Fprintf(a.stdout, "%s\n", s.bold(printable(string(t.Set))))
			last = t.Set
		}
		note := string(t.Status)
		if t.Confidence != nil {
			note += fmt.Sprintf(", confidence %.2f", *t.Confidence)
		}
		fmt.Fprintf(a.stdout, "  %s  %s  %s  %s\n", clip(printable(labelled(t.SubjectLabel, t.Subject)), 40), s.cyan(strings.TrimPrefix(string(t.Predicate), "skos:")),
			clip(printable(labelled(t.ObjectLabel, t.Object)), 40), s.dim(note))
		fmt.Fprintf(a.stdout, "    %s\n    %s\n", s.dim(printable(string(t.Subject))), s.dim(printable(string(t.Object))))
	}
	if !a.json {
		if all == 0 {
			fmt.Fprintln(a.stdout, "No mapping waits for a reviewer.")
		} else if all > len(tasks) {
			fmt.Fprintf(a.stdout, "and %s more\n", thousands(all-len(tasks)))
		}
	}
	return nil
}

// labelled is a label, or the URI where there is none.
func labelled(label string, uri taxonomy.URI) string {
	if label != "" {
		return label
	}
	return string(uri)
}

func (a *app) reviewAgree(ctx context.Context, one, other, name string) error {
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	set, err := setNamed(ctx, p, name)
	if err != nil {
		return err
	}
	g, err := review.Agree(p.Decisions(ctx, taxonomy.DecisionFilter{Set: set, Standing: true}), one, other)
	if err != nil {
		return err
	}
	for who, n := range [2]int{g.Both + g.OnlyA, g.Both + g.OnlyB} {
		if n == 0 {
			return fmt.Errorf("%w: %s has decided nothing here", taxonomy.ErrNotFound, [2]string{one, other}[who])
		}
	}
	if a.json {
		return a.printJSON(g)
	}
	s := a.style()
	fmt.Fprintf(a.stdout, "%s and %s both decided on %s; %s alone on %s, %s alone on %s\n", s.bold(printable(one)), s.bold(printable(other)), plural(g.Both, "mapping"), printable(one), thousands(g.OnlyA), printable(other), thousands(g.OnlyB))
	if g.Both == 0 {
		return nil
	}
	fmt.Fprintf(a.stdout, "agreed on %s (%.1f %%)   %s\n", thousands(g.Agreed), 100*g.Raw, kappaWords(&g.Figures))
	fmt.Fprintf(a.stdout, "\n  %-24s", printable(one)+" ↓  "+printable(other)+" →")
	for _, c := range g.Categories {
		fmt.Fprintf(a.stdout, " %*s", max(8, len([]rune(shortCategory(c)))), shortCategory(c))
	}
	fmt.Fprintln(a.stdout)
	for i, c := range g.Categories {
		fmt.Fprintf(a.stdout, "  %-24s", shortCategory(c))
		for j, n := range g.Table[i] {
			cell := fmt.Sprintf(" %*d", max(8, len([]rune(shortCategory(g.Categories[j])))), n)
			if i == j {
				cell = s.bold(cell)
			}
			fmt.Fprint(a.stdout, cell)
		}
		fmt.Fprintln(a.stdout)
	}
	if len(g.ByPredicate) > 1 {
		fmt.Fprintln(a.stdout)
	}
	for _, b := range g.ByPredicate {
		if len(g.ByPredicate) > 1 {
			fmt.Fprintf(a.stdout, "  %-24s %d of %d (%.1f %%)   %s\n", printable(string(b.Predicate)), b.Agreed, b.Both, 100*b.Raw, kappaWords(&b.Figures))
		}
	}
	for i, d := range g.Disagreements {
		if i == 0 {
			fmt.Fprintf(a.stdout, "\n%s\n", s.bold("Not agreed"))
		}
		fmt.Fprintf(a.stdout, "  %s  %s  %s\n    %s: %s   %s: %s\n", printable(string(d.Subject)), strings.TrimPrefix(printable(string(d.Predicate)), "skos:"), printable(string(d.Object)),
			printable(one), printable(said(d.A, d.ReasonA)), printable(other), printable(said(d.B, d.ReasonB)))
	}
	return nil
}

// shortCategory is a category of an agreement in few letters.
func shortCategory(c string) string { return printable(strings.ReplaceAll(c, "skos:", "")) }

// said is a verdict and its reason.
func said(verdict, reason string) string {
	if reason == "" {
		return shortCategory(verdict)
	}
	return shortCategory(verdict) + " (" + reason + ")"
}

func kappaWords(f *review.Figures) string {
	if f.Kappa == nil {
		return "kappa is not defined: both always say the same one thing"
	}
	return fmt.Sprintf("kappa %.2f (%.2f to %.2f), by chance %.1f %%", *f.Kappa, f.Interval[0], f.Interval[1], 100*f.Expected)
}

func (a *app) reviewImport(ctx context.Context, paths []string, name, reviewer string) error {
	files, err := source.Open(paths)
	if err != nil {
		return err
	}
	defer files.Close()
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	set, err := setNamed(ctx, p, name)
	if err != nil {
		return err
	}
	partly := false
	for _, f := range files.Files {
		results, err := mappings.Read(f, mappings.Options{})
		if err != nil {
			return err
		}
		for _, r := range results {
			in, err := review.Read(ctx, p, r.Crosswalk, review.ImportOptions{File: f.Path, Set: set, Reviewer: reviewer, Now: time.Now(), Tool: tool()})
			if err != nil {
				return err
			}
			if _, err := p.AddDecisions(ctx, in.Decisions); err != nil {
				return err
			}
			in.Problems = append(slices.Clone(r.Problems), in.Problems...)
			partly = partly || len(in.Problems) > 0
			if a.json {
				err = a.printJSON(struct {
					File      string              `json:"file"`
					Recorded  int                 `json:"recorded"`
					Known     int                 `json:"known"`
					Undecided int                 `json:"undecided"`
					Problems  []importers.Problem `json:"problems"`
				}{f.Path, len(in.Decisions), in.Known, in.Undecided, append([]importers.Problem{}, in.Problems...)})
				if err != nil {
					return err
				}
				continue
			}
			fmt.Fprintf(a.stdout, "%s: recorded %s, %s known before, %s not decided\n", printable(f.Path), plural(len(in.Decisions), "decision"), thousands(in.Known), plural(in.Undecided, "row"))
			for _, problem := range in.Problems {
				fmt.Fprintf(a.stderr, "concord: %s:%d: %s\n", printable(problem.File), problem.Line, printable(problem.Text))
			}
		}
	}
	if partly {
		return errPartly
	}
	return nil
}
