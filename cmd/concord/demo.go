package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"concord/alignment"
	"concord/alignment/batch"
	"concord/data"
	"concord/importers"
)

func (a *app) demoCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Load the starter frameworks, align the sample documents, and show what comes out",
		Long:  "Demo loads the starter frameworks that come with the program into a home of their\nown (the folder demo in your home, or the one given with --home) and aligns the\nsample documents. Nothing else of yours is touched.",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return a.demo(c.Context()) },
	}
}

// starterSets are the starter frameworks as they are imported: path and name.
var starterSets = []struct{ path, as string }{
	{"starter/starter-skills.rsd.csv", "starter-skills@1"},
	{"starter/esco-layout", "starter-esco@1"},
	{"starter/onet-layout/db_1_0_text", "starter-onet@1"},
	{"starter/starter-framework.ctdlasn.json", "starter-data-analytics@1"},
}

// demoShown are the samples whose whole answer is shown; the others get a line.
var demoShown = []string{"data-explorer.ob3.json", "forklift-operator.ob3.json"}

func (a *app) demo(ctx context.Context) error {
	if a.homeFlag == "" {
		home, err := a.home()
		if err != nil {
			return err
		}
		a.homeFlag = filepath.Join(home, "demo")
	}
	home, err := a.makeHome()
	if err != nil {
		return err
	}
	for _, files := range []fs.FS{data.Starter, data.Samples} {
		if err := copyOut(files, home); err != nil {
			return err
		}
	}
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	s := a.style()
	if !a.json {
		fmt.Fprintf(a.stdout, "%s\n\n", s.bold("Concord maps what people learn to shared skill concepts."))
	}
	started := time.Now()
	var names []string
	for _, set := range starterSets {
		names = append(names, set.as)
		err := a.importInto(ctx, p, []string{filepath.Join(home, filepath.FromSlash(set.path))}, importFlags{as: set.as}, func(r *importers.Report, _ time.Duration) error {
			return a.printDemoImport(r)
		})
		if err != nil {
			return err
		}
	}
	if err := a.demoAlign(ctx, p, home, names); err != nil {
		return err
	}
	if a.json {
		return nil
	}
	a.demoNext(home, time.Since(started))
	return nil
}

// copyOut writes the embedded files under dir, where a person can look at them.
func copyOut(files fs.FS, dir string) error {
	return fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("unpacking %s: %w", name, err)
		}
		to := filepath.Join(dir, filepath.FromSlash(name))
		if d.IsDir() {
			err = os.MkdirAll(to, 0o777)
		} else {
			var content []byte
			if content, err = fs.ReadFile(files, name); err == nil {
				err = os.WriteFile(to, content, 0o666)
			}
		}
		if err != nil {
			return fmt.Errorf("unpacking %s: %w", name, err)
		}
		return nil
	})
}

func (a *app) printDemoImport(r *importers.Report) error {
	if a.json {
		return a.printJSON(r)
	}
	what := fmt.Sprintf("%s concepts, %s relations, %s mappings", thousands(r.Concepts), thousands(r.Relations), thousands(r.Mappings))
	if r.Action == importers.Unchanged {
		what = "already loaded"
	}
	_, err := fmt.Fprintf(a.stdout, "  loaded %-24s %s\n", r.Release, a.style().dim(what))
	return err
}

func (a *app) demoAlign(ctx context.Context, p *place, home string, names []string) error {
	rels, err := p.releases(ctx, names)
	if err != nil {
		return err
	}
	engine, err := a.engine(ctx, p, rels)
	if err != nil {
		return err
	}
	defer engine.Close()
	samples, err := filepath.Glob(filepath.Join(home, "samples", "*"))
	if err != nil {
		return fmt.Errorf("listing samples: %w", err)
	}
	var lines []string
	inputs, closeInputs := a.inputs(samples)
	defer closeInputs()
	job := batch.Job{Engine: engine, Store: p.Store, Align: alignment.Options{Max: 6}}
	err = job.Run(ctx, inputs, func(r batch.Result) error {
		switch {
		case r.Err != nil:
			return r.Err
		case a.json:
			return a.printJSON(r.Answer)
		case slices.Contains(demoShown, filepath.Base(r.File)):
			fmt.Fprintln(a.stdout)
			a.printAnswer(r.Answer)
		default:
			lines = append(lines, a.demoLine(r.Answer))
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !a.json {
		fmt.Fprintf(a.stdout, "\n%s\n%s", a.style().bold("And the other samples:"), strings.Join(lines, ""))
	}
	return nil
}

// demoLine is an answer in two lines: the document, and its first proposals.
func (a *app) demoLine(ans *alignment.Answer) string {
	s := a.style()
	var labels []string
	seen := map[string]bool{}
	for _, al := range ans.Alignments {
		if key := strings.ToLower(al.Label); !seen[key] && len(labels) < 4 {
			seen[key] = true
			labels = append(labels, al.Label)
		}
	}
	found := s.green(strings.Join(labels, " · "))
	if len(labels) == 0 {
		found = s.dim("no concept proposed")
	}
	return fmt.Sprintf("  %s %s\n      %s\n", clip(printable(ans.Document.Name), 60), s.dim(ans.Document.Type), found)
}

func (a *app) demoNext(home string, took time.Duration) {
	s := a.style()
	program := filepath.Base(os.Args[0])
	if dir := filepath.Dir(os.Args[0]); dir != "." && strings.HasPrefix(os.Args[0], ".") {
		program = os.Args[0]
	}
	with := program + " --home " + quoteArg(home)
	fmt.Fprintf(a.stdout, "\n%s\n", s.dim(fmt.Sprintf("All of that took %.1f s, on this machine, without a network.", took.Seconds())))
	fmt.Fprintf(a.stdout, "\n%s\n", s.bold("Try next"))
	for _, line := range []string{
		with + ` search "spredsheet formulas"`,
		with + " align " + quoteArg(filepath.Join(home, "samples", "machine-learning.course.txt")),
		with + " show https://concord.example/starter/skills/data-cleaning",
		program + " import esco-1.2.0-en.zip        " + s.dim("# your own home; README says where to download ESCO and O*NET"),
	} {
		fmt.Fprintf(a.stdout, "  %s\n", line)
	}
}

// quoteArg quotes a path for a shell where it needs it.
func quoteArg(s string) string {
	if strings.ContainsAny(s, " '\"$&;()*?[]<>|`\\!#~") {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return s
}
