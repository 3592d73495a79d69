package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"concord/alignment"
	"concord/alignment/bench"
	"concord/importers"
	"concord/index"
	"concord/taxonomy"
)

type benchFlags struct {
	scheme, form, system, lang, labels string
	files                              bench.Files
	kinds                              []string
	top                                int
	run, baseline, writeRun, gate      string
	threshold                          float64
	suite, out, gold                   string
}

func (a *app) benchCmd() *cobra.Command {
	var f benchFlags
	c := &cobra.Command{
		Use:   "bench --scheme S[@V] --queries Q.tsv --qrels G.tsv [flags]\n  concord bench --run RUN.tsv --qrels G.tsv [flags]\n  concord bench --suite DIR --out FILE.md",
		Short: "Measure how well alignment finds what is known to be right",
		Long: "Bench ranks the concepts of a release for each query and scores the ranking, or\nscores a run that is given, with 95 % bootstrap intervals. Forms of gold:\n\n" +
			"  extraction  query<TAB>concept[<TAB>label]: RP@k, MRR, nDCG, recall\n  melo        MELO annotations: A@k, MRR\n  crosswalk   source<TAB>target<TAB>predicate: A@k, MRR, precision, recall, F1\n\n" +
			"A suite runs every set in a folder and writes a report. With a gate the exit\nstatus is 5 when a figure is below its floor by more than its noise.",
		Example: "  concord bench --scheme esco@1.1.0 --kind skill --kind knowledge --queries house.queries.tsv --qrels house.qrels.tsv\n  concord bench --run run.tsv --baseline old.tsv --qrels house.qrels.tsv\n  concord bench --suite bench --out docs/quality.md --gate data/quality.json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if f.suite != "" {
				return a.benchSuite(c.Context(), f)
			}
			if err := required(c, "qrels", f.files.Gold); err != nil {
				return err
			}
			if f.run == "" {
				if err := cmp.Or(required(c, "scheme", f.scheme), required(c, "queries", f.files.Queries)); err != nil {
					return err
				}
			} else if !c.Flags().Changed("system") {
				f.system = "run"
			}
			return a.benchSet(c.Context(), f)
		},
	}
	c.AddCommand(a.benchAPICmd())
	fl := c.Flags()
	fl.StringVar(&f.scheme, "scheme", "", "`S[@V]` to rank; without a version, its current release")
	fl.StringVar(&f.files.Queries, "queries", "", "`file` of id<TAB>text")
	fl.StringVar(&f.files.Gold, "qrels", "", "`file` of what is right")
	fl.StringVar(&f.files.Negatives, "neg", "", "`file` of queries that have no answer, for abstention")
	fl.StringVar(&f.files.Candidates, "candidates", "", "`file` of id<TAB>label, for runs that give labels (default candidates.tsv beside the gold)")
	fl.StringVar(&f.form, "form", string(bench.Extraction), "form of the gold: extraction, melo or crosswalk")
	fl.StringArrayVar(&f.kinds, "kind", nil, "rank only concepts of this kind; may be repeated")
	fl.StringVar(&f.lang, "lang", "en", "language of the queries")
	fl.StringVar(&f.labels, "labels", "all", "labels to look at: all or preferred")
	fl.StringVar(&f.system, "system", "full", "what ranks: "+strings.Join(bench.Systems(), ", "))
	fl.IntVar(&f.top, "top", bench.DefaultTop, "depth of a ranking")
	fl.StringVar(&f.run, "run", "", "score this run `file` instead of ranking; needs no store")
	fl.StringVar(&f.baseline, "baseline", "", "compare with this run `file`")
	fl.Float64Var(&f.threshold, "threshold", 0, "crosswalk runs: leave out pairs of less confidence")
	fl.StringVar(&f.writeRun, "write-run", "", "write the ranking to this `file`")
	fl.StringVar(&f.gate, "gate", "", "`file` of floors that the figures must hold")
	fl.StringVar(&f.suite, "suite", "", "run every set in this `folder`")
	fl.StringVar(&f.gold, "documents", "", "`file` of segments of gold documents that the suite measures too")
	fl.StringVar(&f.out, "out", "", "write the suite's report to this `file` (default standard output)")
	c.RegisterFlagCompletionFunc("scheme", a.completeReleases)
	c.RegisterFlagCompletionFunc("system", cobra.FixedCompletions(bench.Systems(), cobra.ShellCompDirectiveNoFileComp))
	return c
}

// benchSet ranks or reads one run and prints what it reached.
func (a *app) benchSet(ctx context.Context, f benchFlags) error {
	gate, err := readGate(f.gate)
	if err != nil {
		return err
	}
	set, err := bench.ReadSet(bench.Form(f.form), f.files)
	if err != nil {
		return err
	}
	if f.gate != "" {
		name := set.Name + "/" + f.system
		if gate = gate.Of(set.Name, f.system); len(gate) == 0 {
			return fmt.Errorf("%w: %s holds no bound for %s", taxonomy.ErrInvalid, f.gate, name)
		}
	}
	res, err := a.benchRun(ctx, f, set)
	if err != nil {
		return err
	}
	if f.baseline != "" {
		run, _, err := set.ReadRun(f.baseline)
		if err != nil {
			return err
		}
		other, err := set.Evaluate("baseline", run)
		if err != nil {
			return err
		}
		if err := res.Compare("baseline", other); err != nil {
			return err
		}
	}
	if a.json {
		if err := a.printJSON(res); err != nil {
			return err
		}
	} else if err := res.Print(a.stdout); err != nil {
		return err
	}
	return a.checkGate(gate, []*bench.Result{res})
}

func (a *app) benchRun(ctx context.Context, f benchFlags, set *bench.Set) (*bench.Result, error) {
	if f.run != "" {
		run, pairs, err := set.ReadRun(f.run)
		if err != nil {
			return nil, err
		}
		if f.threshold != 0 {
			pairs = bench.Threshold(pairs, f.threshold)
			run = bench.RunOf(pairs)
		}
		res, err := set.Evaluate(f.system, run)
		if err == nil && set.Form == bench.Crosswalk {
			scores := bench.ScorePairs(set.Pairs, pairs)
			res.Pairs = &scores
		}
		return res, err
	}
	kinds, err := parseKinds(f.kinds)
	if err != nil {
		return nil, err
	}
	if f.labels != "all" && f.labels != "preferred" {
		return nil, fmt.Errorf("%w: --labels is all or preferred, not %q", taxonomy.ErrInvalid, f.labels)
	}
	if f.top < 1 {
		return nil, fmt.Errorf("%w: --top must be at least 1", taxonomy.ErrInvalid)
	}
	b := &benchPlaces{a: a}
	defer b.close()
	scheme, err := b.loaded(ctx, f.scheme)
	if err != nil {
		return nil, err
	}
	opt := bench.Options{Lang: taxonomy.ParseLang(f.lang), Kinds: kinds, Preferred: f.labels == "preferred", Top: f.top}
	rank, err := bench.Open(ctx, f.system, scheme, opt, words)
	if err != nil {
		return nil, err
	}
	run, latency, err := set.Rank(ctx, rank)
	if err != nil {
		return nil, err
	}
	if f.writeRun != "" {
		all := slices.Concat(set.Queries, set.Negatives)
		if err := writeWhole(f.writeRun, func(w io.Writer) error { return bench.WriteRun(w, all, run) }); err != nil {
			return nil, err
		}
	}
	res, err := set.Evaluate(f.system, run)
	if err == nil {
		res.Scheme, res.Latency = scheme.Ref.String(), latency
	}
	return res, err
}

// words is how the baselines see a text.
func words(lang taxonomy.Lang, text string) []string {
	var out []string
	for _, t := range index.Analyze(lang, text) {
		if !t.Stop {
			out = append(out, t.Term)
		}
	}
	return out
}

// suiteSystems are the columns of the report; those the engine lacks are left out.
var suiteSystems = []string{"align", "full", "fusion", "lexical", "coverage", "vectors", "tfidf", "bm25", "bm25-all", "exact"}

func (a *app) benchSuite(ctx context.Context, f benchFlags) error {
	gate, err := readGate(f.gate)
	if err != nil {
		return err
	}
	if f.out != "" {
		// Before the work, not after it.
		if err := os.MkdirAll(filepath.Dir(f.out), 0o777); err != nil {
			return fmt.Errorf("%w: %s cannot be written: %v", taxonomy.ErrInvalid, f.out, err)
		}
	}
	b := &benchPlaces{a: a}
	defer b.close()
	ranker, err := a.homeRanker()
	if err != nil {
		return err
	}
	home, err := a.home()
	if err != nil {
		return err
	}
	suggested, err := loadCrosswalkWeights(home)
	if err != nil {
		return err
	}
	known := bench.Systems()
	s := &bench.Suite{Suggested: suggested, Dir: f.suite, Gold: f.gold, Ranker: ranker.CrossValidated, Reference: "lexical", Words: words, Loaded: b.loaded, List: b.list,
		Systems: slices.DeleteFunc(slices.Clone(suiteSystems), func(name string) bool { return !slices.Contains(known, name) })}
	s.Predicate = func(ctx context.Context, title, description string, concept taxonomy.URI) (string, error) {
		scheme, err := b.loaded(ctx, bench.ExtractionRelease)
		if err != nil {
			return "", err
		}
		rel, err := scheme.Engine.Relate("en", title, description, concept, true)
		if err != nil {
			return "", err
		}
		return string(rel.Predicate), nil
	}
	for _, name := range alignment.Systems() {
		if strings.HasPrefix(name, "fusion-") {
			s.Ablations = append(s.Ablations, name)
		}
	}
	if !a.json {
		s.Progress = func(set, system string) { fmt.Fprintf(a.stderr, "%s: %s\n", set, system) }
	}
	report, err := s.Run(ctx)
	if err != nil {
		return err
	}
	if err := a.writeSuite(report, f); err != nil {
		return err
	}
	if a.json {
		if err := a.printJSON(struct {
			Results []*bench.Result `json:"results"`
		}{report.Results()}); err != nil {
			return err
		}
	}
	return a.checkGate(gate, report.Results())
}

func (a *app) writeSuite(report *bench.Report, f benchFlags) error {
	command := "concord bench --suite DIR --out " + filepath.Base(f.out)
	if f.out == "" {
		if a.json {
			return nil
		}
		return report.Markdown(a.stdout, "concord bench --suite DIR", "")
	}
	diagram := ""
	if svg := report.Diagram("align"); svg != "" {
		diagram = "reliability.svg"
		path := filepath.Join(filepath.Dir(f.out), diagram)
		if err := writeWhole(path, func(w io.Writer) error { _, err := io.WriteString(w, svg); return err }); err != nil {
			return err
		}
	}
	return writeWhole(f.out, func(w io.Writer) error { return report.Markdown(w, command, diagram) })
}

func readGate(path string) (bench.Gate, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: there is no file %s", taxonomy.ErrNotFound, path)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %v", taxonomy.ErrInvalid, err)
	}
	defer f.Close()
	return bench.ReadGate(f, path)
}

// checkGate prints the bounds that do not hold.
func (a *app) checkGate(gate bench.Gate, results []*bench.Result) error {
	failures := gate.Check(results)
	for _, fail := range failures {
		var err error
		if a.json {
			err = writeJSON(a.stderr, fail)
		} else {
			_, err = fmt.Fprintln(a.stderr, "concord: gate: "+fail.String())
		}
		if err != nil {
			return err
		}
	}
	if len(failures) > 0 {
		return errFindings
	}
	return nil
}

// benchPlaces holds what a measurement opened, to be closed and removed.
type benchPlaces struct {
	a     *app
	home  *place
	open  map[string]*bench.Scheme
	after []func()
}

func (b *benchPlaces) close() {
	for _, f := range slices.Backward(b.after) {
		f()
	}
}

// loaded opens a release of the home.
func (b *benchPlaces) loaded(ctx context.Context, ref string) (*bench.Scheme, error) {
	if s := b.open[ref]; s != nil {
		return s, nil
	}
	if b.home == nil {
		p, err := b.a.open()
		if err != nil {
			return nil, err
		}
		b.home = p
		b.after = append(b.after, func() { p.Close() })
	}
	s, err := b.scheme(ctx, b.a, b.home, ref)
	if err != nil {
		return nil, err
	}
	if b.open == nil {
		b.open = map[string]*bench.Scheme{}
	}
	b.open[ref] = s
	return s, nil
}

// list imports a list of candidates into a home that is removed afterwards. It
// has the weights of the home that is measured.
func (b *benchPlaces) list(ctx context.Context, name, path string, lang taxonomy.Lang) (*bench.Scheme, error) {
	dir, err := os.MkdirTemp("", "concord-bench-")
	if err != nil {
		return nil, fmt.Errorf("making a home for %s: %w", path, err)
	}
	b.after = append(b.after, func() { os.RemoveAll(dir) })
	home, err := b.a.home()
	if err == nil {
		err = copyWeights(home, dir)
	}
	if err != nil {
		return nil, err
	}
	own := &app{stdin: b.a.stdin, stdout: io.Discard, stderr: b.a.stderr, homeFlag: dir, json: b.a.json}
	p, err := own.open()
	if err != nil {
		return nil, err
	}
	b.after = append(b.after, func() { p.Close() })
	ref := strings.ReplaceAll(name, "_", "-") + "@1"
	flags := importFlags{as: ref, columns: []string{"id", "label"}, noHeader: true, lang: string(lang), noIndex: true}
	err = own.importInto(ctx, p, []string{path}, flags, func(*importers.Report, time.Duration) error { return nil })
	if err != nil {
		return nil, fmt.Errorf("importing %s: %w", path, err)
	}
	return b.scheme(ctx, own, p, ref)
}

func (b *benchPlaces) scheme(ctx context.Context, a *app, p *place, ref string) (*bench.Scheme, error) {
	rels, err := p.releases(ctx, []string{ref})
	if err != nil {
		return nil, err
	}
	engine, err := a.engine(ctx, p, rels)
	if err != nil {
		return nil, err
	}
	b.after = append(b.after, func() { engine.Close() })
	return &bench.Scheme{Ref: rels[0].Ref, Engine: engine, Reader: p}, nil
}
