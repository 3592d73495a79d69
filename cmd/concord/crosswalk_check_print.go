package main

import (
	"fmt"
	"io"
	"strings"

	"concord/alignment/crosswalk"
	"concord/taxonomy"
)

// shownCheckExamples is how many rows the report for people shows of each thing.
const shownCheckExamples = 2

// printCheck prints what was found in a set, for people.
func (a *app) printCheck(w io.Writer, r *checkReport, more bool) {
	s := a.style()
	if w != a.stdout {
		s = false
	}
	if more {
		fmt.Fprintln(w)
	}
	name := r.File
	if name == "" {
		name = string(r.Set)
	}
	fmt.Fprintf(w, "%s\n", s.bold(printable(name)))
	paint := s.green
	if r.Direction != crosswalk.Conforms {
		paint = s.yellow
	}
	fmt.Fprintf(w, "  %s\n", paint(r.Sentence()))
	line := fmt.Sprintf("  %s rows · direction %s · confidence %.2f", thousands(r.Rows), r.Direction, r.Confidence)
	if r.Skipped > 0 {
		line += fmt.Sprintf(" · %s more could not be read", thousands(r.Skipped))
	}
	fmt.Fprintln(w, s.dim(line))
	a.printKinds(w, s, r)
	for _, e := range firstOf(r.Examples) {
		a.printCheckExample(w, s, "  ", &e)
	}
	for _, t := range r.Turned {
		fmt.Fprintf(w, "  %s\n", s.green("Turned: "+printable(t.Sentence())))
	}
	if len(r.Findings) == 0 {
		fmt.Fprintln(w, "  Nothing else was found.")
		return
	}
	fmt.Fprintln(w)
	for _, f := range r.Findings {
		label := fmt.Sprintf("%-7s %s", f.Severity, f.Rule)
		if f.Severity != crosswalk.Info {
			label = s.yellow(label)
		}
		fmt.Fprintf(w, "  %s (%s): %s\n", label, thousands(f.Count), printable(f.Text))
		if f.Severity == crosswalk.Info {
			continue
		}
		for _, e := range firstOf(f.Examples) {
			a.printCheckExample(w, s, "    ", &e)
		}
	}
}

func (a *app) printKinds(w io.Writer, s style, r *checkReport) {
	width := 0
	for _, k := range r.Kinds {
		width = max(width, len([]rune(k.Kind)))
	}
	for _, k := range r.Kinds {
		var by []string
		for _, e := range k.Evidence {
			if e.By == crosswalk.ByFanOut {
				by = append(by, fmt.Sprintf("fan-out %.2f", e.For))
			} else {
				by = append(by, fmt.Sprintf("%s %.0f:%.0f", e.By, e.For, e.Against))
			}
		}
		verdict := fmt.Sprintf("%-9s %.2f", k.Direction, k.Confidence)
		if k.Weak() {
			verdict += " (weak)"
		}
		fmt.Fprintf(w, "  %-*s  %6s broad or narrow  %s  %s\n", width, printable(k.Kind), thousands(k.Directed), verdict, s.dim(strings.Join(by, ", ")))
	}
}

func (a *app) printCheckExample(w io.Writer, s style, indent string, e *crosswalk.Example) {
	at := ""
	if e.Line > 0 {
		at = fmt.Sprintf("line %d: ", e.Line)
	}
	end := func(label string, uri taxonomy.URI) string {
		if label == "" {
			label = string(uri)
		}
		return s.cyan(clip(printable(label), 50))
	}
	fmt.Fprintf(w, "%s%s%s %s %s\n", indent, at, end(e.SubjectLabel, e.Subject), strings.TrimPrefix(printable(string(e.Predicate)), "skos:"), end(e.ObjectLabel, e.Object))
	if e.Why != "" {
		fmt.Fprintf(w, "%s  %s\n", indent, s.dim(printable(e.Why)))
	}
}

func firstOf(list []crosswalk.Example) []crosswalk.Example {
	return list[:min(len(list), shownCheckExamples)]
}
