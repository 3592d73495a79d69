package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"concord/alignment/crosswalk"
	"concord/importers"
	"concord/importers/mappings"
	"concord/importers/source"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

type checkFlags struct {
	fix bool
	out string
}

func (a *app) crosswalkCheckCmd() *cobra.Command {
	var f checkFlags
	c := &cobra.Command{
		Use:   "check SET_OR_FILE...",
		Short: "Judge whether broad and narrow are the right way round, and find what else is wrong with a crosswalk",
		Long: "Check judges, for each kind of row, whether broad and narrow follow SKOS (the object\nof a broadMatch is the broader concept), and holds the crosswalk against rules that\ndocs/crosswalk-rules.md explains. It takes sets of the store and files alike; nothing\nneed be imported first. Where the frameworks are loaded it uses their hierarchies,\nand crosswalks that are given together or are in the store are compared.\n\n" +
			"With --fix it turns broad and narrow in the kinds of row that are the wrong way\nround, in the store, or for a file into SSSOM; what reviewers decided stays. The\nexit status is 5 where something is wrong and --fix did not mend it.",
		Example:           "  concord crosswalk check FR_20230104_mapping_esco_rome.csv\n  concord crosswalk check --fix -o rome.sssom.tsv FR_20230104_mapping_esco_rome.csv\n  concord crosswalk check --json ours-to-esco theirs-to-esco",
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: a.completeSets,
		RunE:              func(c *cobra.Command, args []string) error { return a.crosswalkCheck(c.Context(), args, f) },
	}
	c.Flags().BoolVar(&f.fix, "fix", false, "turn broad and narrow where they are the wrong way round")
	c.Flags().StringVarP(&f.out, "output", "o", "", "with --fix: write the mended SSSOM of a file to this `file` instead of standard output")
	return c
}

// A checked is a crosswalk that is to be checked, and where it is from.
type checked struct {
	*taxonomy.Crosswalk
	file    string // "": the store
	skipped int    // rows of the file that became no mapping
}

// A checkReport is what crosswalk check --json prints of a set.
type checkReport struct {
	*crosswalk.Report
	Skipped int                `json:"skipped,omitempty"` // rows of the file that could not be read
	Turned  []crosswalk.Turned `json:"turned,omitempty"`  // by --fix
}

func (a *app) crosswalkCheck(ctx context.Context, args []string, f checkFlags) error {
	p, err := a.openIfAny(args)
	if err != nil {
		return err
	}
	doctor := crosswalk.Doctor{}
	if p != nil {
		defer p.Close()
		doctor.Reader = p
	}
	list, err := readChecked(ctx, p, args)
	if err != nil {
		return err
	}
	if err := f.validate(list, a.json); err != nil {
		return err
	}
	for _, c := range list {
		doctor.Others = append(doctor.Others, c.Crosswalk)
	}
	report := a.stdout
	if f.fix && f.out == "" && list[0].file != "" {
		report = a.stderr // standard output is for the mended file
	}
	sick := false
	for i, c := range list {
		found, err := doctor.Check(ctx, c.Crosswalk)
		if err != nil {
			return err
		}
		out := checkReport{Report: found, Skipped: c.skipped}
		out.File = c.file
		if !f.fix {
			sick = sick || found.Sick()
		} else {
			if out.Turned, err = a.fixCrosswalk(ctx, p, c, &found.Judgement, f.out); err != nil {
				return err
			}
			sick = sick || c.Direction == taxonomy.Inverted
		}
		if a.json {
			err = writeJSON(report, out)
		} else {
			a.printCheck(report, &out, i > 0)
		}
		if err != nil {
			return err
		}
	}
	if sick {
		return errFindings
	}
	return nil
}

// openIfAny opens the home, unless there is none yet and files alone are asked for.
func (a *app) openIfAny(args []string) (*place, error) {
	files := true
	for _, arg := range args {
		files = files && isFile(arg)
	}
	if files {
		home, err := a.home()
		if err != nil || !isFile(storePath(home)) {
			return nil, nil
		}
	}
	return a.open()
}

func isFile(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// readChecked reads the files and sets that args name, in order. A name that
// is both is the file.
func readChecked(ctx context.Context, p *place, args []string) ([]checked, error) {
	var list []checked
	for _, arg := range args {
		if !isFile(arg) {
			c, err := readSet(ctx, p, arg)
			if isMissing(err) {
				return nil, fmt.Errorf("%w; and there is no file of that name", err)
			}
			if err != nil {
				return nil, err
			}
			list = append(list, checked{Crosswalk: c})
			continue
		}
		more, err := readCheckedFile(arg)
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	return list, nil
}

func readCheckedFile(path string) ([]checked, error) {
	files, err := source.Open([]string{path})
	if err != nil {
		return nil, err
	}
	defer files.Close()
	var list []checked
	for _, f := range files.Files {
		if f.Size == 0 || mappings.Companion(f) {
			continue
		}
		results, err := mappings.Read(f, mappings.Options{With: files.Files})
		if err != nil {
			return nil, err
		}
		for _, r := range results {
			list = append(list, checked{r.Crosswalk, f.Path, r.Skipped})
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%w: there is no crosswalk in %s", taxonomy.ErrInvalid, path)
	}
	return list, nil
}

func (f checkFlags) validate(list []checked, json bool) error {
	files := 0
	for _, c := range list {
		if c.file != "" {
			files++
		}
	}
	switch {
	case f.out != "" && !f.fix:
		return fmt.Errorf("%w: -o is for what --fix writes; say --fix as well", taxonomy.ErrInvalid)
	case f.out != "" && files == 0:
		return fmt.Errorf("%w: -o is for files; a set of the store is mended there (write it with concord crosswalk export)", taxonomy.ErrInvalid)
	case f.fix && files > 0 && len(list) > 1:
		return fmt.Errorf("%w: --fix mends one file at a time; it was given %d crosswalks", taxonomy.ErrInvalid, len(list))
	case f.fix && files > 0 && f.out == "" && json:
		return fmt.Errorf("%w: with --json the report takes standard output; say -o FILE for the mended crosswalk", taxonomy.ErrInvalid)
	}
	return nil
}

// fixCrosswalk turns what is the wrong way round and keeps the result: in the
// store, or as SSSOM.
func (a *app) fixCrosswalk(ctx context.Context, p *place, c checked, j *crosswalk.Judgement, out string) ([]crosswalk.Turned, error) {
	before := c.Direction
	turned := crosswalk.Normalise(c.Crosswalk, j)
	if c.file != "" {
		var losses []importers.Loss
		err := a.writeTo(out, func(w io.Writer) (err error) {
			losses, err = mappings.Write(w, "sssom", c.Crosswalk)
			return err
		})
		if err != nil {
			return nil, err
		}
		return turned, a.printLosses("sssom", losses)
	}
	if len(turned) == 0 && c.Direction == before {
		return nil, nil
	}
	return turned, rewriteSet(ctx, p, c.Crosswalk, turned)
}

// rewriteSet puts a set of the store again after it was turned. What reviewers
// decided is made to hold for the turned rows first: were the program to end
// in between, nothing is lost.
func rewriteSet(ctx context.Context, p *place, c *taxonomy.Crosswalk, turned []crosswalk.Turned) error {
	var standing []taxonomy.Decision
	decided := map[[2]taxonomy.URI]bool{}
	for d, err := range p.Decisions(ctx, taxonomy.DecisionFilter{Set: c.ID, Standing: true}) {
		if err != nil {
			return err
		}
		standing = append(standing, d)
		decided[[2]taxonomy.URI{d.Subject, d.Object}] = true
	}
	if again := crosswalk.TurnedDecisions(c, turned, standing, "concord crosswalk check --fix "+version); len(again) > 0 {
		if _, err := p.AddDecisions(ctx, again); err != nil {
			return err
		}
	}
	return p.Import(ctx, taxonomy.Release{}, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		if err := w.PutMappingSet(&c.MappingSet); err != nil {
			return err
		}
		for _, m := range c.Mappings {
			if m.Status == c.Status || decided[[2]taxonomy.URI{m.Subject, m.Object}] {
				m.Status = "" // as the set and the decisions say, not the row
			}
			if _, err := w.PutMapping(&m); err != nil {
				return err
			}
		}
		return nil
	})
}

// normaliseCrosswalk judges which way broad and narrow run in a set that is
// being imported, turns them where they are the wrong way round, and says what
// it did.
func normaliseCrosswalk(ctx context.Context, r taxonomy.Reader, c *taxonomy.Crosswalk) (string, error) {
	j, err := (&crosswalk.Doctor{Reader: r}).Judge(ctx, c)
	if err != nil {
		return "", err
	}
	said := []string{j.Sentence()}
	for _, t := range crosswalk.Normalise(c, j) {
		said = append(said, t.Sentence()+".")
	}
	return strings.Join(said, " "), nil
}
