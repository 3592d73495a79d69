package main

import (
	"fmt"
	"strings"

	"concord/alignment/releases"
	"concord/taxonomy"
)

// Rows of a diff that are printed for a person.
const (
	shownDrift   = 15
	shownChanges = 5
)

// printDiff prints counts and examples, changes of meaning first.
func (a *app) printDiff(d *releases.Diff, out string) {
	s := a.style()
	fmt.Fprintf(a.stdout, "%s → %s", s.bold(d.From.String()), s.bold(d.To.String()))
	if out != "" {
		fmt.Fprintf(a.stdout, "  (%s)", out)
	}
	fmt.Fprintln(a.stdout)
	if len(d.Changes) == 0 {
		fmt.Fprintln(a.stdout, "\nThe two releases say the same.")
		return
	}
	a.printDiffCounts(d)
	drift := d.Drifted(releases.Medium)
	a.printRows(fmt.Sprintf("Same concept, other meaning: %s", a.severities(d)), len(drift), shownDrift, func(i int) string {
		c := drift[i]
		mark := s.yellow(fmt.Sprintf("  %-6s", c.Meaning.Severity))
		return fmt.Sprintf("%s  %s  %s\n          %s", mark, arrow(c.Before.Label, c.After.Label), s.dim(string(c.Kind)), s.dim(printable(c.Meaning.Reason)))
	})
	for _, w := range releases.Whats {
		var of []releases.Change
		for _, c := range d.Changes {
			if c.Has(w) {
				of = append(of, c)
			}
		}
		a.printRows(fmt.Sprintf("%s: %s", w.Title(), thousands(len(of))), len(of), shownChanges, func(i int) string { return a.changeLine(of[i], w) })
	}
	for i, n := range d.Notes {
		if i == 0 {
			fmt.Fprintln(a.stdout)
		}
		fmt.Fprintln(a.stdout, s.dim("Note: "+n+"."))
	}
}

// printDiffCounts prints a line for each kind that changed.
func (a *app) printDiffCounts(d *releases.Diff) {
	s := a.style()
	line := func(name string, k releases.KindCounts) {
		parts := []string{fmt.Sprintf("−%s +%s", thousands(k.GoneURIs), thousands(k.NewURIs))}
		for _, w := range releases.Whats[2:] {
			if n := k.Changes[w]; n > 0 {
				parts = append(parts, thousands(n)+" "+changeWords[w])
			}
		}
		fmt.Fprintf(a.stdout, "  %-17s %7s → %-7s %s\n", name, thousands(k.Before), thousands(k.After), s.dim(strings.Join(parts, " · ")))
	}
	fmt.Fprintln(a.stdout)
	skills := d.Sum(taxonomy.Skill, taxonomy.Knowledge)
	for _, k := range d.Counts {
		line(string(k.Kind), k)
		if k.Kind == taxonomy.Knowledge && skills.Before > k.Before && skills.After > k.After {
			line("  both", skills)
		}
	}
}

// changeWords name what changed, in a line of counts.
var changeWords = map[releases.What]string{releases.Renamed: "only another address", releases.Relabelled: "relabelled", releases.Redefined: "redefined", releases.Retyped: "of another kind",
	releases.Moved: "moved", releases.Recoded: "recoded", releases.Properties: "other facts", releases.Alternatives: "other alternative labels", releases.Relinked: "other links"}

// severities says how many changes of meaning there are of each severity.
func (a *app) severities(d *releases.Diff) string {
	n := map[releases.Severity]int{}
	for _, k := range d.Counts {
		for s, c := range k.Meaning {
			n[s] += c
		}
	}
	var parts []string
	for _, s := range releases.Severities {
		parts = append(parts, fmt.Sprintf("%s %s", thousands(n[s]), s))
	}
	return strings.Join(parts, ", ")
}

func arrow(before, after string) string {
	if before == after {
		return printable(after)
	}
	return printable(before) + " → " + printable(after)
}

// changeLine is one example of a kind of change.
func (a *app) changeLine(c releases.Change, w releases.What) string {
	s := a.style()
	name, detail := printable(c.Side().Label), string(c.Kind)
	switch w {
	case releases.Retired:
		if len(c.Successors) > 0 {
			detail += fmt.Sprintf(" · nearest: %s (%.2f)", c.Successors[0].Label, c.Successors[0].Confidence)
		}
	case releases.Renamed:
		detail += fmt.Sprintf(" · %s → %s, told by %s", c.Before.URI, c.After.URI, c.By)
	case releases.Relabelled:
		name = arrow(c.Labels[0].Before, c.Labels[0].After)
	case releases.Redefined:
		detail += " · meaning: " + string(c.Meaning.Severity)
	case releases.Retyped:
		detail = fmt.Sprintf("%s → %s", c.Before.Kind, c.After.Kind)
	case releases.Moved:
		detail += fmt.Sprintf(" · %s → %s", firstLabel(c.Broader.Removed), firstLabel(c.Broader.Added))
	case releases.Recoded:
		detail += fmt.Sprintf(" · %s → %s", c.Before.Code, c.After.Code)
	case releases.Properties:
		detail += fmt.Sprintf(" · %s: %s → %s", c.Properties[0].Name, strings.Join(c.Properties[0].Removed, ", "), strings.Join(c.Properties[0].Added, ", "))
	case releases.Alternatives:
		detail += fmt.Sprintf(" · −%d +%d in %s", len(c.Alternatives[0].Removed), len(c.Alternatives[0].Added), c.Alternatives[0].Lang)
	case releases.Relinked:
		for _, r := range c.Relations {
			detail += fmt.Sprintf(" · %s %d → %d (−%d +%d)", r.Predicate, r.Before, r.After, r.Removed, r.Added)
		}
	}
	return fmt.Sprintf("  %s  %s", clip(name, 70), s.dim(clip(printable(detail), max(30, a.width()-20))))
}

func firstLabel(list []releases.Side) string {
	switch len(list) {
	case 0:
		return "nothing"
	case 1:
		return list[0].Label
	}
	return fmt.Sprintf("%s and %d more", list[0].Label, len(list)-1)
}
