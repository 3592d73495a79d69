package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"concord/alignment/crosswalk"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

// inferring is what a person asks of crosswalk infer.
type inferring struct {
	sets     []string
	from, to string
	through  []string
	save     string
	title    string
	proofs   int
	max      int
	least    float64
}

func (a *app) crosswalkInferCmd() *cobra.Command {
	var in inferring
	c := &cobra.Command{
		Use:   "infer (SET SET... | --from S --to S [--through S]...)",
		Short: "Infer mappings along chains of mapping sets, each with its proof",
		Long: `Infer goes from one framework to another through mapping sets that meet: SETs one
after the other, each turned as it fits, or every set that joins the frameworks
named with --from, --through and --to. A framework is one that is loaded (esco,
esco@1.2.0) or the source that a mapping set names. Without --through, any
framework may lie between.

Only mappings that somebody accepted are followed, and no set whose broader and
narrower are the wrong way round. Every inferred mapping comes with the chains
that lead to it and with what speaks against it: other chains, sets that join the
two frameworks directly, people who found no such concept. It is a proposal, and
with --save a mapping set of proposals. docs/crosswalk-inference.md has the rules.`,
		Example: "  concord crosswalk infer rome-esco.csv esco-onet.csv\n  concord crosswalk infer --from rome --through esco --to onet --save rome-onet\n  concord crosswalk infer --from onet --to esco@1.2.0 --json",
		RunE: func(c *cobra.Command, args []string) error {
			in.sets = args
			switch {
			case len(args) > 0 && in.from+in.to+strings.Join(in.through, "") != "":
				return fmt.Errorf("%w: name mapping sets, or frameworks with --from and --to, not both", taxonomy.ErrInvalid)
			case len(args) == 0 && (in.from == "" || in.to == ""):
				return fmt.Errorf("%w: name two mapping sets or more, or frameworks with --from and --to; usage: %s", taxonomy.ErrInvalid, c.UseLine())
			case in.least < 0 || in.least > 1:
				return fmt.Errorf("%w: --min-confidence must be between 0 and 1", taxonomy.ErrInvalid)
			case in.proofs < 1 || in.max < 0:
				return fmt.Errorf("%w: --proofs must be at least 1, and --max not negative", taxonomy.ErrInvalid)
			}
			return a.crosswalkInfer(c.Context(), in)
		},
	}
	c.Flags().StringVar(&in.from, "from", "", "`framework` to start from")
	c.Flags().StringVar(&in.to, "to", "", "`framework` to end in")
	c.Flags().StringArrayVar(&in.through, "through", nil, "`framework` between the two; may be repeated, in order")
	c.Flags().StringVar(&in.save, "save", "", "save as the mapping set with this `ID`, instead of what was inferred under it before")
	c.Flags().StringVar(&in.title, "title", "", "`title` of the set that is saved")
	c.Flags().IntVar(&in.proofs, "proofs", 5, "chains to keep for a mapping")
	c.Flags().IntVar(&in.max, "max", 20, "mappings to show, 0 for all; --json and --save always have all")
	c.Flags().Float64Var(&in.least, "min-confidence", 0, "leave out mappings with less confidence than this")
	for _, flag := range []string{"from", "to", "through"} {
		c.RegisterFlagCompletionFunc(flag, a.completeReleases)
	}
	return c
}

func (a *app) crosswalkInfer(ctx context.Context, in inferring) error {
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	set, err := inferredSet(ctx, p, in)
	if err != nil {
		return err
	}
	opt := crosswalk.InferOptions{Proofs: in.proofs, Min: in.least, Doctor: &crosswalk.Doctor{Reader: p}}
	route, err := inferRoute(ctx, p, in, set.ID, &opt)
	if err != nil {
		return err
	}
	opt.Direct = route.Direct
	inf, err := crosswalk.Infer(ctx, route.Legs, opt)
	if err != nil {
		return err
	}
	if in.save != "" {
		describeInferred(&set, route, in)
		if err := saveCrosswalk(ctx, p, inf.Crosswalk(set)); err != nil {
			return err
		}
	}
	if a.json {
		for _, m := range inf.Mappings {
			if err := a.printJSON(m); err != nil {
				return err
			}
		}
		return nil
	}
	shown := inf.Mappings
	if in.max > 0 && len(shown) > in.max {
		shown = shown[:in.max]
	}
	graph := crosswalk.NewGraph(p)
	for _, m := range shown {
		for _, proof := range m.Proofs {
			if err := graph.Label(ctx, proof.Steps, "en"); err != nil {
				return err
			}
		}
	}
	a.printInference(inf, shown)
	if in.save != "" {
		fmt.Fprintf(a.stdout, "\nSaved as %s; all of it is proposed until somebody accepts it.\n", printable(string(set.ID)))
	}
	return nil
}

// inferredSet is the set to save to. One that was not inferred is not replaced.
func inferredSet(ctx context.Context, p *place, in inferring) (taxonomy.MappingSet, error) {
	set := taxonomy.MappingSet{ID: taxonomy.URI(in.save)}
	if in.save == "" {
		return set, nil
	}
	if !strings.Contains(in.save, ":") {
		set.ID = taxonomy.URI("urn:concord:crosswalk:" + in.save)
	}
	sets, err := p.MappingSets(ctx)
	if err != nil {
		return set, err
	}
	for _, s := range sets {
		if s.ID == set.ID && s.Format != crosswalk.FormatInferred {
			return set, fmt.Errorf("%w: the mapping set %s was not inferred, and is not replaced; save under another ID", taxonomy.ErrConflict, s.ID)
		}
	}
	return set, nil
}

// inferRoute finds the way through the sets. What was saved before under the
// same ID is no part of it, but what people said of that is looked at.
func inferRoute(ctx context.Context, p *place, in inferring, saved taxonomy.URI, opt *crosswalk.InferOptions) (crosswalk.Route, error) {
	all, err := crosswalk.ReadSets(ctx, p)
	if err != nil {
		return crosswalk.Route{}, err
	}
	if len(in.sets) > 0 {
		var chain []*taxonomy.Crosswalk
		for _, name := range in.sets {
			set, err := findSet(ctx, p, name)
			if err != nil {
				return crosswalk.Route{}, err
			}
			chain = append(chain, all[slices.IndexFunc(all, func(c *taxonomy.Crosswalk) bool { return c.ID == set.ID })])
		}
		return crosswalk.RouteOf(chain, all)
	}
	var frameworks []*crosswalk.Framework
	for _, name := range slices.Concat([]string{in.from}, in.through, []string{in.to}) {
		f, err := crosswalk.FindFramework(ctx, p, name)
		if err != nil {
			return crosswalk.Route{}, err
		}
		frameworks = append(frameworks, f)
	}
	route, err := crosswalk.RouteThrough(ctx, all, frameworks)
	if err != nil {
		return route, err
	}
	for i, leg := range route.Legs {
		route.Legs[i] = slices.DeleteFunc(leg, func(p crosswalk.Part) bool { return p.ID == saved })
	}
	opt.From, opt.To, err = route.Ends(ctx, frameworks[0], frameworks[len(frameworks)-1])
	return route, err
}

// describeInferred completes what is said of a saved set.
func describeInferred(set *taxonomy.MappingSet, route crosswalk.Route, in inferring) {
	side := func(p crosswalk.Part, end bool) (source, version string) {
		if p.Turned != end {
			return p.ObjectSource, p.ObjectVersion
		}
		return p.SubjectSource, p.SubjectVersion
	}
	first, last := route.Legs[0], route.Legs[len(route.Legs)-1]
	if len(first) > 0 && len(last) > 0 {
		set.SubjectSource, set.SubjectVersion = side(first[0], false)
		set.ObjectSource, set.ObjectVersion = side(last[0], true)
	}
	if in.from != "" {
		set.SubjectSource, set.SubjectVersion, _ = strings.Cut(in.from, "@")
		set.ObjectSource, set.ObjectVersion, _ = strings.Cut(in.to, "@")
	}
	var licences []string
	var names []string
	for _, leg := range route.Legs {
		for _, p := range leg {
			names = append(names, cmp.Or(p.Title, shortSet(p.ID)))
			if !slices.Contains(licences, p.License) {
				licences = append(licences, p.License)
			}
		}
	}
	if len(licences) == 1 {
		set.License = licences[0]
	}
	set.Title = cmp.Or(in.title, "Inferred through "+strings.Join(names, ", "))
}

// saveCrosswalk puts a whole mapping set into the store.
func saveCrosswalk(ctx context.Context, p *place, c *taxonomy.Crosswalk) error {
	return p.Import(ctx, taxonomy.Release{}, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		if err := w.PutMappingSet(&c.MappingSet); err != nil {
			return err
		}
		for i := range c.Mappings {
			if _, err := w.PutMapping(&c.Mappings[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (a *app) printInference(inf *crosswalk.Inference, shown []crosswalk.Inferred) {
	s := a.style()
	contradicted := 0
	for _, m := range inf.Mappings {
		if len(m.Contradictions) > 0 {
			contradicted++
		}
	}
	fmt.Fprintf(a.stdout, "%s\n", s.bold(fmt.Sprintf("%s inferred, of which %s contradicted", plural(len(inf.Mappings), "mapping"), thousands(contradicted))))
	for _, u := range inf.Sets {
		line := fmt.Sprintf("  %d  %s · %s of %s rows followed", u.Leg, shortSet(u.Set), thousands(u.Usable), thousands(u.Rows))
		if u.Turned {
			line += ", backwards"
		}
		for _, why := range sortedKeys(u.Not) {
			line += fmt.Sprintf(" · %s %s", thousands(u.Not[why]), why)
		}
		fmt.Fprintln(a.stdout, s.dim(printable(line)))
	}
	for _, set := range inf.LeftOut {
		fmt.Fprintln(a.stdout, s.yellow("  not looked at, because broader and narrower are the wrong way round: "+printable(string(set))))
	}
	for _, joint := range sortedKeys(inf.Nothing) {
		fmt.Fprintln(a.stdout, s.dim(fmt.Sprintf("  %s say nothing: %s", thousands(inf.Nothing[joint]), printable(strings.ReplaceAll(joint, "skos:", "")))))
	}
	if inf.Below > 0 {
		fmt.Fprintln(a.stdout, s.dim(fmt.Sprintf("  %s below the least confidence", thousands(inf.Below))))
	}
	for _, m := range shown {
		fmt.Fprintln(a.stdout)
		a.printInferred(m)
	}
	if rest := len(inf.Mappings) - len(shown); rest > 0 {
		fmt.Fprintf(a.stdout, "\n%s\n", s.dim(fmt.Sprintf("and %s more; --max 0 shows all", thousands(rest))))
	}
}

func (a *app) printInferred(m crosswalk.Inferred) {
	s := a.style()
	fmt.Fprintf(a.stdout, "%s  %s  %s  %s\n", s.bold(labelOr(m.SubjectLabel, m.Subject)), claimWord(m.Claim), s.bold(labelOr(m.ObjectLabel, m.Object)), s.cyan(fmt.Sprintf("%.2f", m.Confidence)))
	for _, proof := range m.Proofs {
		fmt.Fprintf(a.stdout, "    %s\n", a.stepsLine(proof.Steps))
	}
	if m.More > 0 {
		fmt.Fprintln(a.stdout, s.dim(fmt.Sprintf("    and %s more", plural(m.More, "chain"))))
	}
	for _, d := range m.Direct {
		fmt.Fprintln(a.stdout, s.green("    agrees: ")+printable(shortSet(d.Set)))
	}
	for _, c := range m.Contradictions {
		fmt.Fprintln(a.stdout, s.yellow("    but: ")+printable(c.Text))
	}
}

// stepsLine is a chain on one line.
func (a *app) stepsLine(steps []crosswalk.Step) string {
	s := a.style()
	var parts []string
	for _, st := range steps {
		by := "hierarchy of " + st.Hierarchy
		if st.Set != "" {
			by = shortSet(st.Set)
			if st.Line > 0 {
				by += fmt.Sprintf(":%d", st.Line)
			}
		}
		parts = append(parts, fmt.Sprintf("%s %s %s", claimWord(st.Claim), labelOr(st.ObjectLabel, st.Object), s.dim(fmt.Sprintf("(%s, %.2f)", printable(by), st.Confidence))))
	}
	return strings.Join(parts, " → ")
}

// claimWord says what a claim says, for people.
func claimWord(c crosswalk.Claim) string {
	word := strings.TrimSuffix(predicateWord(c.Predicate), " · ")
	if c.Modifier == crosswalk.Not {
		return "not " + word
	}
	return word
}

// labelOr is a label, else the URI.
func labelOr(label string, uri taxonomy.URI) string { return printable(cmp.Or(label, string(uri))) }

func sortedKeys(m map[string]int) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
