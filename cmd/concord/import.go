package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"concord/importers"
	"concord/importers/mappings"
	"concord/importers/source"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

type importFlags struct {
	as, format, lang string
	columns          []string
	noHeader         bool
	noIndex, dryRun  bool
	force            bool
}

func (a *app) importCmd() *cobra.Command {
	var f importFlags
	var formats strings.Builder
	var names []string
	for _, row := range importers.Formats() {
		fmt.Fprintf(&formats, "  %-6s %s\n", row[0], row[1])
		names = append(names, row[0])
	}
	c := &cobra.Command{
		Use:   "import [flags] PATH...",
		Short: "Load skill frameworks and crosswalks from files, folders and zip archives",
		Long: "Import reads frameworks into the store, each release in one step: wholly or not\nat all. The format, the scheme and the release are told from names and contents:\n\n" + formats.String() +
			"\nSeveral archives of one release are given together. An ESCO archive that brings\nother languages or the relations of a release that is loaded is merged into it;\neverything else replaces the release. The same bytes again leave it unchanged.\n\nCrosswalks among the files are read as concord crosswalk import reads them.",
		Example: "  concord import esco-1.2.0-en.zip\n  concord import esco-1.1.1-en.zip esco-1.1.1-relations.zip\n  concord import db_29_2_text.zip\n  concord import --as our-skills@2026 --columns id,label,alt --lang en skills.csv",
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(c *cobra.Command, args []string) error { return a.importPaths(c.Context(), args, f) },
	}
	c.Flags().StringVar(&f.as, "as", "", "`NAME[@VERSION]` of the release, where the files do not tell")
	c.Flags().StringVar(&f.format, "format", "", "read the files as this format: "+strings.Join(names, ", "))
	c.Flags().StringVar(&f.lang, "lang", "", "language of labels where the source names none, like en or pt-br")
	c.Flags().StringSliceVar(&f.columns, "columns", nil, "what the columns of a list of your own hold: id,label,alt,description,… or role=Header")
	c.Flags().BoolVar(&f.noHeader, "no-header", false, "the first line of a list of your own is data")
	c.Flags().BoolVar(&f.noIndex, "no-index", false, "do not build the search index and the alignment snapshot now")
	c.Flags().BoolVar(&f.dryRun, "dry-run", false, "report what would be imported and change nothing")
	c.Flags().BoolVar(&f.force, "force", false, "read the files again even if the store holds these very bytes")
	c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func (a *app) importPaths(ctx context.Context, paths []string, f importFlags) error {
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	set, err := source.Open(paths)
	if err != nil {
		return err
	}
	defer set.Close()
	frameworks, crosswalks, err := parted(set, f)
	if err != nil {
		return err
	}
	if len(frameworks.Files) > 0 {
		err := a.importSet(ctx, p, frameworks, f, func(r *importers.Report, took time.Duration) error {
			if a.json {
				return a.printJSON(r)
			}
			a.printReport(r, took, f)
			return nil
		})
		if err != nil {
			return err
		}
	}
	if len(crosswalks) == 0 {
		return nil
	}
	return a.importCrosswalks(ctx, p, crosswalks, crosswalkFlags{dryRun: f.dryRun, force: f.force})
}

// parted tells the crosswalks among files from the frameworks. Files that a
// person says the format or the columns of are frameworks.
func parted(set *source.Set, f importFlags) (frameworks *source.Set, crosswalks []*source.File, err error) {
	if f.format != "" || f.columns != nil {
		return set, nil, nil
	}
	frameworks = &source.Set{}
	var beside []*source.File
	for _, file := range set.Files {
		framework, crosswalk := "", ""
		if file.Size > 0 {
			if crosswalk, err = mappings.Recognise(file); err != nil {
				return nil, nil, err
			}
		}
		if crosswalk != "" {
			if framework, err = importers.Recognise(file, importers.Options{}); err != nil {
				return nil, nil, err
			}
		}
		switch {
		case crosswalk != "" && framework == "":
			crosswalks = append(crosswalks, file)
		case mappings.Companion(file):
			beside = append(beside, file)
		default:
			frameworks.Files = append(frameworks.Files, file)
		}
	}
	if len(crosswalks) == 0 {
		return set, nil, nil
	}
	crosswalks = append(crosswalks, beside...)
	for _, file := range frameworks.Files {
		if name, err := importers.Recognise(file, importers.Options{}); name != "" || err != nil {
			return frameworks, crosswalks, err
		}
	}
	return &source.Set{}, append(crosswalks, frameworks.Files...), nil // what else lies there is left out, and said to be
}

// importInto imports what paths hold, release by release, and reports each.
func (a *app) importInto(ctx context.Context, p *place, paths []string, f importFlags, report func(*importers.Report, time.Duration) error) error {
	set, err := source.Open(paths)
	if err != nil {
		return err
	}
	defer set.Close()
	return a.importSet(ctx, p, set, f, report)
}

// importSet is importInto for files that are open.
func (a *app) importSet(ctx context.Context, p *place, set *source.Set, f importFlags, report func(*importers.Report, time.Duration) error) error {
	opt := importers.Options{Format: f.format, Lang: taxonomy.ParseLang(f.lang), Columns: f.columns, NoHeader: f.noHeader}
	if f.as != "" {
		ref, err := taxonomy.ParseRef(f.as)
		if err != nil {
			return err
		}
		opt.As = ref
	}
	plans, skipped, err := importers.Detect(set, opt)
	if err != nil {
		return err
	}
	for _, plan := range plans {
		started := time.Now()
		r, err := a.importPlan(ctx, p, plan, f)
		if err != nil {
			return err
		}
		r.Add(skipped...)
		skipped = nil
		if err := report(r, time.Since(started)); err != nil {
			return err
		}
	}
	return nil
}

// importPlan imports one release and derives what depends on it.
func (a *app) importPlan(ctx context.Context, p *place, plan *importers.Plan, f importFlags) (*importers.Report, error) {
	existing, err := p.Release(ctx, plan.Release.Ref)
	if errors.Is(err, taxonomy.ErrNotFound) {
		existing, err = nil, nil
	}
	if err != nil {
		return nil, err
	}
	action, rel := plan.Against(existing)
	if action == importers.Unchanged && f.force {
		action, rel = importers.Replace, plan.Release
	}
	report := importers.NewReport(plan.Format, rel.Ref)
	if action != importers.Unchanged {
		rel.Imported = time.Now()
		if report, err = a.readPlan(ctx, p, plan, rel, sqlite.ImportOptions{Merge: action == importers.Merge, DryRun: f.dryRun}); err != nil {
			return nil, err
		}
	}
	report.Action, report.DryRun = action, f.dryRun
	if f.noIndex || f.dryRun {
		return report, nil
	}
	stored, err := p.Release(ctx, rel.Ref)
	if err != nil {
		return nil, err
	}
	return report, a.derive(ctx, p, stored)
}

func (a *app) readPlan(ctx context.Context, p *place, plan *importers.Plan, rel taxonomy.Release, opt sqlite.ImportOptions) (*importers.Report, error) {
	bars := a.bars(ctx)
	defer bars.wait()
	bar := bars.add("reading " + rel.Ref.String())
	size := int(plan.Size())
	var report *importers.Report
	err := p.Import(ctx, rel, opt, func(w taxonomy.Writer) error {
		var err error
		report, err = plan.Read(ctx, w, func(_ string, n int64) { bar.set(int(n), size) })
		return err
	})
	if err != nil {
		return nil, err
	}
	return report, nil
}

// shownProblems is how many problems of one code are listed for a person.
const shownProblems = 3

func (a *app) printReport(r *importers.Report, total time.Duration, f importFlags) {
	s := a.style()
	switch {
	case r.Action == importers.Unchanged:
		fmt.Fprintf(a.stdout, "%s is unchanged: the store holds these very bytes.\n", s.bold(r.Release))
	case r.DryRun:
		fmt.Fprintf(a.stdout, "%s would be imported (%s, %s). Nothing was changed.\n", s.bold(r.Release), r.Format, r.Action)
	default:
		fmt.Fprintf(a.stdout, "%s %s (%s) in %.1f s.\n", s.bold(r.Release), past(r.Action), r.Format, total.Seconds())
	}
	if r.Action != importers.Unchanged {
		fmt.Fprintf(a.stdout, "  %s concepts, %s labels, %s relations, %s mappings\n", thousands(r.Concepts), thousands(r.Labels), thousands(r.Relations), thousands(r.Mappings))
	}
	for _, file := range r.Files {
		line := fmt.Sprintf("  %10s rows  %s", thousands(file.Rows), file.File)
		if file.Problems > 0 {
			line += s.yellow(fmt.Sprintf("  (%s problems)", thousands(file.Problems)))
		}
		fmt.Fprintln(a.stdout, line)
	}
	a.printProblems(r)
	if f.noIndex && !f.dryRun {
		fmt.Fprintln(a.stdout, "  not indexed yet: run concord index")
	}
}

// printProblems lists problems by code, the first of each.
func (a *app) printProblems(r *importers.Report) {
	s := a.style()
	for _, code := range r.Codes() {
		fmt.Fprintf(a.stdout, "  %s\n", s.yellow(thousands(r.Counts[code])+" × "+code))
		shown := 0
		for _, p := range r.Problems {
			if p.Code == code && shown < shownProblems {
				p.Code = ""
				fmt.Fprintf(a.stdout, "      %s\n", printable(p.String()))
				shown++
			}
		}
		if more := r.Counts[code] - shown; more > 0 {
			fmt.Fprintf(a.stdout, "      %s\n", s.dim(fmt.Sprintf("and %s more (--json shows all)", thousands(more))))
		}
	}
}

func past(act importers.Action) string {
	switch act {
	case importers.Replace:
		return "replaced"
	case importers.Merge:
		return "merged"
	}
	return "imported"
}

// thousands writes n with commas.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
