package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"concord/taxonomy"
)

func (a *app) crosswalkShowCmd() *cobra.Command {
	var rows int
	c := &cobra.Command{
		Use:     "show SET",
		Short:   "Show what a crosswalk says of itself, how many mappings it has of each kind, and the first of them",
		Example: "  concord crosswalk show onet-esco-occupations\n  concord crosswalk show onet-esco-occupations --rows 50",
		Args:    cobra.ExactArgs(1), ValidArgsFunction: a.completeSets,
		RunE: func(c *cobra.Command, args []string) error { return a.crosswalkShow(c.Context(), args[0], rows) },
	}
	c.Flags().IntVar(&rows, "rows", 10, "how many mappings to show")
	return c
}

// A crosswalkShown is a mapping set as crosswalk show --json prints it.
type crosswalkShown struct {
	taxonomy.MappingSet
	Mappings   int                     `json:"mappings"`
	NoTerm     int                     `json:"noTerm"` // of the mappings
	Predicates map[taxonomy.Match]int  `json:"predicates"`
	Statuses   map[taxonomy.Status]int `json:"statuses"`
	First      []taxonomy.Mapping      `json:"first"`
}

func (a *app) crosswalkShow(ctx context.Context, name string, rows int) error {
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	set, err := findSet(ctx, p, name)
	if err != nil {
		return err
	}
	out := crosswalkShown{MappingSet: *set, Predicates: map[taxonomy.Match]int{}, Statuses: map[taxonomy.Status]int{}, First: []taxonomy.Mapping{}}
	for m, err := range p.MappingsOf(ctx, set.ID) {
		if err != nil {
			return err
		}
		out.Mappings++
		out.Statuses[m.Status]++
		if m.Subject == taxonomy.NoTerm || m.Object == taxonomy.NoTerm {
			out.NoTerm++
		} else {
			out.Predicates[predicateOf(&m)]++
		}
		if len(out.First) < rows {
			out.First = append(out.First, m)
		}
	}
	if a.json {
		return a.printJSON(out)
	}
	a.printCrosswalk(&out)
	return nil
}

// predicateOf is a mapping's predicate, with what negates it.
func predicateOf(m *taxonomy.Mapping) taxonomy.Match {
	if m.Modifier != "" {
		return taxonomy.Match(strings.ToLower(m.Modifier)) + " " + m.Predicate
	}
	return m.Predicate
}

func (a *app) printCrosswalk(c *crosswalkShown) {
	s := a.style()
	fmt.Fprintln(a.stdout, s.bold(printable(string(c.ID))))
	source := func(name, version string) string { return strings.TrimSpace(name + " " + version) }
	for _, line := range [][2]string{
		{"title", c.Title}, {"description", c.Description}, {"version", c.Version}, {"published", c.Published}, {"licence", c.License}, {"by", strings.Join(c.Creators, ", ")},
		{"from", source(c.SubjectSource, c.SubjectVersion)}, {"to", source(c.ObjectSource, c.ObjectVersion)},
		{"direction", string(c.Direction)}, {"read from", c.Format}, {"came with", c.Origin.String()},
	} {
		if line[1] != "" && line[1] != (taxonomy.Ref{}).String() {
			fmt.Fprintf(a.stdout, "  %s %s\n", s.dim(fmt.Sprintf("%-12s", line[0])), clip(printable(line[1]), a.width()-15))
		}
	}
	fmt.Fprintf(a.stdout, "\n  %s mappings\n", thousands(c.Mappings))
	for _, p := range slices.SortedFunc(maps.Keys(c.Predicates), func(x, y taxonomy.Match) int {
		if d := c.Predicates[y] - c.Predicates[x]; d != 0 {
			return d
		}
		return strings.Compare(string(x), string(y))
	}) {
		fmt.Fprintf(a.stdout, "  %10s %s\n", thousands(c.Predicates[p]), printable(string(p)))
	}
	if c.NoTerm > 0 {
		fmt.Fprintf(a.stdout, "  %10s without a term on one side\n", thousands(c.NoTerm))
	}
	for _, st := range taxonomy.Statuses {
		if n := c.Statuses[st]; n > 0 {
			fmt.Fprintf(a.stdout, "  %10s %s\n", thousands(n), st)
		}
	}
	if len(c.First) == 0 {
		return
	}
	fmt.Fprintln(a.stdout)
	half := max((a.width()-24)/2, 12)
	for i := range c.First {
		m := &c.First[i]
		fmt.Fprintf(a.stdout, "  %-*s  %s  %s\n", half, clip(printable(called(m.Subject, m.SubjectLabel)), half),
			s.cyan(fmt.Sprintf("%-12s", printable(strings.TrimPrefix(string(predicateOf(m)), "skos:")))), clip(printable(called(m.Object, m.ObjectLabel)), half))
	}
	if more := c.Mappings - len(c.First); more > 0 {
		fmt.Fprintf(a.stdout, "  %s\n", s.dim(fmt.Sprintf("and %s more", thousands(more))))
	}
}

// called is the label of one side of a mapping, else its identifier.
func called(id taxonomy.URI, label string) string {
	switch {
	case id == taxonomy.NoTerm:
		return "(no term)"
	case label != "":
		return label
	}
	return string(id)
}
