package main

import (
	"fmt"
	"slices"
	"strings"

	"concord/taxonomy"
	"concord/taxonomy/view"
)

// shownRelations is how many relations of one predicate are listed for a person.
const shownRelations = 12

// relationTitles are the headings for a person, from either side.
var relationTitles = map[taxonomy.Predicate][2]string{
	taxonomy.Broader:      {"Broader", "Narrower"},
	taxonomy.Related:      {"Related", "Related from"},
	taxonomy.EssentialFor: {"Essential for", "Essential skills and knowledge"},
	taxonomy.OptionalFor:  {"Optional for", "Optional skills and knowledge"},
	taxonomy.RatedFor:     {"Rated for", "Ratings"},
	taxonomy.TaskOf:       {"Task of", "Tasks"},
	taxonomy.UsedBy:       {"Used by", "Technologies and tools"},
}

func (a *app) printConcept(v *view.Concept) {
	s := a.style()
	code := ""
	if v.Code != "" {
		code = v.Code + " · "
	}
	fmt.Fprintf(a.stdout, "%s  %s\n", s.bold(printable(v.Of.Pref().Text)), s.dim(fmt.Sprintf("%s%s · %s", code, v.Kind, v.Of.Release)))
	fmt.Fprintln(a.stdout, s.dim(string(v.URI)))
	if v.Deprecated {
		fmt.Fprintln(a.stdout, s.yellow("deprecated"), v.ReplacedBy)
	}
	if len(v.Path) > 0 {
		var names []string
		for _, l := range v.Path {
			names = append(names, printable(l.Label))
		}
		fmt.Fprintln(a.stdout, s.dim("in ")+strings.Join(names, " › "))
	}
	fmt.Fprintln(a.stdout)
	for _, n := range v.Notes {
		fmt.Fprintf(a.stdout, "  %s%s\n", s.dim(string(n.Kind)+langSuffix(n.Lang)+": "), indent(printable(n.Text)))
	}
	a.printLabels(v.Of)
	if len(v.Properties) > 0 {
		fmt.Fprintln(a.stdout, s.bold("  Properties"))
		for _, p := range v.Properties {
			fmt.Fprintf(a.stdout, "    %s: %s\n", p.Name, clip(printable(p.Value), a.width()-8))
		}
	}
	a.printRelations(v.Relations, 0)
	a.printRelations(v.Inverse, 1)
	if len(v.Mappings) > 0 {
		fmt.Fprintln(a.stdout, s.bold("  Mappings"))
		for _, m := range v.Mappings {
			other, name, predicate := m.Object, m.ObjectLabel, m.Predicate
			if m.Object == v.URI {
				other, name, predicate = m.Subject, m.SubjectLabel, m.Predicate.Inverse()
			}
			fmt.Fprintf(a.stdout, "    %s %s  %s\n", predicate, printable(name), s.dim(string(other)))
		}
	}
}

func langSuffix(l taxonomy.Lang) string {
	if l == "" {
		return ""
	}
	return " (" + string(l) + ")"
}

func indent(text string) string { return strings.ReplaceAll(text, "\n", "\n    ") }

// printLabels lists labels by language: preferred, then alternative.
func (a *app) printLabels(c *taxonomy.Concept) {
	s := a.style()
	var langs []taxonomy.Lang
	for _, l := range c.Labels {
		if !slices.Contains(langs, l.Lang) {
			langs = append(langs, l.Lang)
		}
	}
	slices.Sort(langs)
	fmt.Fprintln(a.stdout, s.bold("  Labels"))
	for _, lang := range langs {
		var pref, alt, hidden []string
		for _, l := range c.Labels {
			if l.Lang != lang {
				continue
			}
			switch l.Kind {
			case taxonomy.PrefLabel:
				pref = append(pref, printable(l.Text))
			case taxonomy.AltLabel:
				alt = append(alt, printable(l.Text))
			default:
				hidden = append(hidden, printable(l.Text))
			}
		}
		name := string(lang)
		if name == "" {
			name = "–"
		}
		line := strings.Join(pref, " / ")
		if len(alt) > 0 {
			line += s.dim("; also: " + strings.Join(alt, "; "))
		}
		if len(hidden) > 0 {
			line += s.dim("; hidden: " + strings.Join(hidden, "; "))
		}
		fmt.Fprintf(a.stdout, "    %-5s %s\n", name, line)
	}
}

// printRelations lists relations by predicate; side 1 is seen from the object.
func (a *app) printRelations(list []view.Relation, side int) {
	s := a.style()
	var predicates []taxonomy.Predicate
	for _, r := range list {
		if !slices.Contains(predicates, r.Predicate) {
			predicates = append(predicates, r.Predicate)
		}
	}
	for _, p := range predicates {
		title := relationTitles[p][side]
		if title == "" {
			title = []string{string(p), "inverse of " + string(p)}[side]
		}
		var of []view.Relation
		for _, r := range list {
			if r.Predicate == p {
				of = append(of, r)
			}
		}
		slices.SortStableFunc(of, func(x, y view.Relation) int { return view.ByImportance(x.Importance, y.Importance) })
		fmt.Fprintf(a.stdout, "  %s\n", s.bold(fmt.Sprintf("%s (%s)", title, thousands(len(of)))))
		for i, r := range of {
			if i == shownRelations {
				fmt.Fprintln(a.stdout, s.dim(fmt.Sprintf("    and %s more (--json shows all)", thousands(len(of)-i))))
				break
			}
			fmt.Fprintf(a.stdout, "    %s%s\n", clip(printable(r.Concept.Label), a.width()-30), s.dim(weightText(r)))
		}
	}
}

func weightText(r view.Relation) string {
	var parts []string
	if r.Importance != nil {
		parts = append(parts, fmt.Sprintf("importance %.2f", *r.Importance))
	}
	if r.Level != nil {
		parts = append(parts, fmt.Sprintf("level %.2f", *r.Level))
	}
	if r.Qualifier != "" {
		parts = append(parts, r.Qualifier)
	}
	if parts == nil {
		return ""
	}
	return "  " + strings.Join(parts, ", ")
}
