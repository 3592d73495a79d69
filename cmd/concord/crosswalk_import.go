package main

import (
	"bytes"
	"context"
	"encoding/json"
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

type crosswalkFlags struct {
	format                   string
	columns                  []string
	set, title, license      string
	status                   string
	normalise, dryRun, force bool
}

func (a *app) crosswalkImportCmd() *cobra.Command {
	var f crosswalkFlags
	var formats strings.Builder
	var names []string
	for _, row := range mappings.Formats(false) {
		fmt.Fprintf(&formats, "  %-10s %s\n", row[0], row[1])
		names = append(names, row[0])
	}
	c := &cobra.Command{
		Use:   "import [flags] FILE...",
		Short: "Load crosswalks from files, folders and zip archives",
		Long: "Import reads mapping sets into the store, each in one step: wholly or not at all.\nThe frameworks that they join need not be loaded. The format is told from names\nand contents:\n\n" + formats.String() +
			"\nEvery row becomes a mapping, a note that the other side has no such term, or a\nproblem in the report. A set that is there is replaced, unless the file is the same.\nA file that cannot be read does not keep the others from being read.",
		Example: "  concord crosswalk import ours-to-esco.sssom.tsv\n  concord crosswalk import --set https://example.org/sets/ours --status proposed pairs.sssom.tsv",
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(c *cobra.Command, args []string) error { return a.crosswalkImport(c.Context(), args, f) },
	}
	c.Flags().StringVar(&f.format, "format", "", "read the files as this format: "+strings.Join(names, ", "))
	c.Flags().StringSliceVar(&f.columns, "columns", nil, "what the columns of a table of your own hold, as role=Header")
	c.Flags().StringVar(&f.set, "set", "", "`identifier` of the set, in place of what the file says")
	c.Flags().StringVar(&f.title, "title", "", "title of the set, where the file has none")
	c.Flags().StringVar(&f.license, "license", "", "licence of the set, where the file states none; best a URL")
	c.Flags().StringVar(&f.status, "status", "", "status of mappings that nobody has decided on: proposed or accepted (default accepted)")
	c.Flags().BoolVar(&f.normalise, "normalise", false, "turn broad and narrow where a set has them the wrong way round")
	c.Flags().BoolVar(&f.dryRun, "dry-run", false, "report what would be imported and change nothing")
	c.Flags().BoolVar(&f.force, "force", false, "put the rows again even if the store holds this very set")
	c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
	c.RegisterFlagCompletionFunc("status", cobra.FixedCompletions([]string{"proposed", "accepted"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func (a *app) crosswalkImport(ctx context.Context, paths []string, f crosswalkFlags) error {
	switch taxonomy.Status(f.status) {
	case "", taxonomy.Proposed, taxonomy.Accepted:
	default:
		return fmt.Errorf("%w: a set cannot be imported as %q; --status is proposed or accepted", taxonomy.ErrInvalid, f.status)
	}
	set, err := source.Open(paths)
	if err != nil {
		return err
	}
	defer set.Close()
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	return a.importCrosswalks(ctx, p, set.Files, f)
}

// A crosswalkReport says what an import read of one mapping set.
type crosswalkReport struct {
	File       string              `json:"file"`
	Format     string              `json:"format"`
	Set        taxonomy.URI        `json:"set"`
	Title      string              `json:"title,omitempty"`
	Action     importers.Action    `json:"action"`
	DryRun     bool                `json:"dryRun,omitempty"`
	Rows       int                 `json:"rows"`     // = mappings + noTerm + skipped
	Mappings   int                 `json:"mappings"` // with a term on either side
	NoTerm     int                 `json:"noTerm"`   // where somebody looked and found none
	Skipped    int                 `json:"skipped"`  // each with a problem
	Status     taxonomy.Status     `json:"status"`
	Direction  taxonomy.Direction  `json:"direction"`
	Normalised string              `json:"normalised,omitempty"` // what --normalise found and did
	Counts     map[string]int      `json:"problemCounts"`
	Problems   []importers.Problem `json:"problems"`
}

// importCrosswalks imports every set that files hold, each by itself, and
// reports it. What cannot be read is said on standard error; the rest goes on.
func (a *app) importCrosswalks(ctx context.Context, p *place, files []*source.File, f crosswalkFlags) error {
	var failed, done, passed int
	var last error
	by := map[taxonomy.URI]string{} // set → file that it was read from just now
	for _, file := range files {
		if file.Size == 0 || mappings.Companion(file) {
			continue
		}
		if file.Parent != "" && f.format == "" && f.columns == nil {
			name, err := mappings.Recognise(file)
			if err != nil {
				return err
			}
			if name == "" { // a read-me beside the crosswalks
				passed++
				if err := a.leftOut(importers.Problem{File: file.Path, Code: "not-a-crosswalk", Text: "is no crosswalk that is known; it is left out"}); err != nil {
					return err
				}
				continue
			}
		}
		err := a.importCrosswalk(ctx, p, file, files, f, by)
		switch {
		case err == nil:
			done++
		case ctx.Err() != nil || !isInput(err):
			return err
		default:
			failed++
			if last != nil {
				a.printError(last, "invalid")
			}
			last = err
		}
	}
	switch {
	case failed == 0 && done == 0:
		return fmt.Errorf("%w: there is no crosswalk in %d files; the formats are listed by concord crosswalk import --help", taxonomy.ErrInvalid, passed)
	case failed == 0:
		return nil
	case failed == 1 && done == 0:
		return last
	}
	a.printError(last, "invalid")
	return errPartly
}

// leftOut says on standard error that a file beside crosswalks is none.
func (a *app) leftOut(p importers.Problem) error {
	if a.json {
		return writeJSON(a.stderr, p)
	}
	_, err := fmt.Fprintf(a.stderr, "concord: %s %s\n", printable(p.File), p.Text)
	return err
}

// isInput tells what a person gave from failures of the program.
func isInput(err error) bool {
	return errors.Is(err, taxonomy.ErrInvalid) || errors.Is(err, taxonomy.ErrConflict)
}

func (a *app) importCrosswalk(ctx context.Context, p *place, file *source.File, with []*source.File, f crosswalkFlags, by map[taxonomy.URI]string) error {
	started := time.Now()
	opt := mappings.Options{Format: f.format, Columns: f.columns, With: with,
		Set: taxonomy.MappingSet{ID: taxonomy.URI(f.set), Title: f.title, License: f.license, Status: taxonomy.Status(f.status)}}
	results, err := mappings.Read(file, opt)
	if err != nil {
		return err
	}
	for _, r := range results {
		if other, twice := by[r.Crosswalk.ID]; twice {
			return fmt.Errorf("%w: %s: the set %s was read from %s just now; give one of them another identifier with --set", taxonomy.ErrConflict, file.Path, r.Crosswalk.ID, other)
		}
		by[r.Crosswalk.ID] = file.Path
		report, err := putCrosswalk(ctx, p, r, f)
		if err != nil {
			return err
		}
		if a.json {
			err = a.printJSON(report)
		} else {
			a.printCrosswalkReport(report, time.Since(started))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// putCrosswalk puts a set into the store, in one transaction.
func putCrosswalk(ctx context.Context, p *place, r *mappings.Result, f crosswalkFlags) (*crosswalkReport, error) {
	report := &crosswalkReport{File: r.File, Format: r.Format, Set: r.Crosswalk.ID, Title: r.Crosswalk.Title, Action: importers.Create, DryRun: f.dryRun,
		Rows: r.Rows, NoTerm: r.NoTerm, Mappings: len(r.Crosswalk.Mappings) - r.NoTerm, Skipped: r.Skipped, Counts: map[string]int{}, Problems: []importers.Problem{}}
	if f.normalise {
		var err error
		if report.Normalised, err = normaliseCrosswalk(ctx, p, r.Crosswalk); err != nil {
			return nil, err
		}
	}
	set := &r.Crosswalk.MappingSet
	if set.Status == "" {
		set.Status = taxonomy.Accepted
	}
	report.Status, report.Direction = set.Status, set.Direction
	if existing, err := setWithID(ctx, p, set.ID); err != nil {
		return nil, err
	} else if existing != nil {
		report.Action = importers.Replace
		if !f.force && sameSet(existing, set) {
			report.Action = importers.Unchanged
			report.add(r.Problems)
			return report, nil
		}
	}
	err := p.Import(ctx, taxonomy.Release{}, sqlite.ImportOptions{DryRun: f.dryRun}, func(w taxonomy.Writer) error {
		if err := w.PutMappingSet(set); err != nil {
			return err
		}
		for i := range r.Crosswalk.Mappings {
			m := &r.Crosswalk.Mappings[i]
			added, err := w.PutMapping(m)
			if err != nil {
				return err
			}
			if !added {
				report.repeated(r, m)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.File, err)
	}
	report.add(r.Problems)
	return report, nil
}

// repeated counts a row that the set has already.
func (r *crosswalkReport) repeated(of *mappings.Result, m *taxonomy.Mapping) {
	if m.Subject == taxonomy.NoTerm || m.Object == taxonomy.NoTerm {
		r.NoTerm--
	} else {
		r.Mappings--
	}
	r.Skipped++
	r.add([]importers.Problem{{File: of.File, Line: m.Line, Code: "duplicate-row", Text: fmt.Sprintf("%s %s %s is there already, in the same words", side(m.Subject, m.SubjectLabel), m.Predicate, side(m.Object, m.ObjectLabel))}})
}

// side is how one side of a mapping is called.
func side(id taxonomy.URI, label string) string {
	if id == "" {
		return "“" + label + "”"
	}
	return string(id)
}

func (r *crosswalkReport) add(problems []importers.Problem) {
	for _, p := range problems {
		r.Problems = append(r.Problems, p)
		r.Counts[p.Code]++
	}
}

// setWithID returns the set with an identifier, or nil.
func setWithID(ctx context.Context, r taxonomy.Reader, id taxonomy.URI) (*taxonomy.MappingSet, error) {
	sets, err := r.MappingSets(ctx)
	if err != nil {
		return nil, err
	}
	for i := range sets {
		if sets[i].ID == id {
			return &sets[i], nil
		}
	}
	return nil, nil
}

// sameSet tells that a set was read from the same bytes and said to be the same.
func sameSet(a, b *taxonomy.MappingSet) bool {
	x, err := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return errors.Join(err, err2) == nil && a.Digest != "" && bytes.Equal(x, y)
}

func (a *app) printCrosswalkReport(r *crosswalkReport, took time.Duration) {
	s := a.style()
	name := s.bold(printable(string(r.Set)))
	switch {
	case r.Action == importers.Unchanged:
		fmt.Fprintf(a.stdout, "%s is unchanged: the store holds this very set.\n", name)
		return
	case r.DryRun:
		fmt.Fprintf(a.stdout, "%s would be imported (%s, %s). Nothing was changed.\n", name, r.Format, r.Action)
	default:
		fmt.Fprintf(a.stdout, "%s %s (%s) in %.1f s.\n", name, past(r.Action), r.Format, took.Seconds())
	}
	if r.Title != "" {
		fmt.Fprintf(a.stdout, "  %s\n", printable(r.Title))
	}
	fmt.Fprintf(a.stdout, "  %s rows = %s mappings + %s without a term + %s skipped  %s\n", thousands(r.Rows), thousands(r.Mappings), thousands(r.NoTerm), thousands(r.Skipped), printable(r.File))
	fmt.Fprintf(a.stdout, "  status %s, direction %s\n", r.Status, r.Direction)
	if r.Normalised != "" {
		fmt.Fprintf(a.stdout, "  %s\n", printable(r.Normalised))
	}
	a.printProblems(&importers.Report{Counts: r.Counts, Problems: r.Problems})
}
