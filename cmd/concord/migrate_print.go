package main

import (
	"fmt"
	"strings"

	"concord/alignment/releases"
)

// Rows of a plan that are printed for a person.
const (
	shownDocuments = 10
	shownConcepts  = 12
)

// whyWords say the reasons of a plan.
var whyWords = map[releases.Why]string{
	releases.WhyUnchanged: "unchanged", releases.WhyWording: "only worded otherwise", releases.WhyRenamed: "only another address", releases.WhyReplaced: "replaced by one concept",
	releases.WhyAlready: "of the new release already", releases.WhyMeaning: "means something else", releases.WhyRetyped: "of another kind", releases.WhyMoved: "below another top group",
	releases.WhySplit: "several take its place", releases.WhySameName: "retired, its name lives on", releases.WhyRetired: "retired", releases.WhyUnknown: "in neither release",
}

func (a *app) printPlan(sum *releases.Summary, out string) {
	s := a.style()
	fmt.Fprintf(a.stdout, "%s → %s: %s", s.bold(sum.From.String()), s.bold(sum.To.String()), plural(sum.Steps, "alignment"))
	if out != "" {
		fmt.Fprintf(a.stdout, " → %s", out)
	}
	fmt.Fprint(a.stdout, "\n\n")
	paint := map[releases.Verdict]func(string) string{releases.Automatic: s.green, releases.Review: s.yellow, releases.Dead: s.bold}
	of := map[releases.Verdict][]releases.Why{
		releases.Automatic: {releases.WhyUnchanged, releases.WhyWording, releases.WhyRenamed, releases.WhyReplaced, releases.WhyAlready},
		releases.Review:    {releases.WhyMeaning, releases.WhyRetyped, releases.WhyMoved, releases.WhySplit, releases.WhySameName, releases.WhyUnknown},
		releases.Dead:      {releases.WhyRetired},
	}
	for _, v := range releases.Verdicts {
		var parts []string
		for _, w := range of[v] {
			if n := sum.Whys[w]; n > 0 {
				parts = append(parts, thousands(n)+" "+whyWords[w])
			}
		}
		fmt.Fprintf(a.stdout, "  %s %9s  %s\n", paint[v](fmt.Sprintf("%-9s", v)), thousands(sum.Verdicts[v]), s.dim(strings.Join(parts, " · ")))
	}
	if sum.Elsewhere > 0 {
		fmt.Fprintln(a.stdout, s.dim(fmt.Sprintf("  %s of other frameworks, left alone", thousands(sum.Elsewhere))))
	}
	a.printRows(fmt.Sprintf("Documents to look at: %s of %s", thousands(len(sum.Documents)), thousands(len(sum.Documents)+sum.Clean)), len(sum.Documents), shownDocuments, func(i int) string {
		d := sum.Documents[i]
		return fmt.Sprintf("  %s  %s  %s", clipFront(printable(d.File), 50), clip(printable(d.Document), max(20, a.width()-95)),
			s.dim(fmt.Sprintf("%d dead, %d to review, %d automatic", d.Verdicts[releases.Dead], d.Verdicts[releases.Review], d.Verdicts[releases.Automatic])))
	})
	a.printRows("Concepts behind it, by alignments", len(sum.Concepts), shownConcepts, func(i int) string {
		h := sum.Concepts[i]
		to := "no target"
		if h.After != nil {
			to = "→ " + h.After.Label
		}
		return fmt.Sprintf("%6s  %s  %s\n        %s", thousands(h.Count), paint[h.Verdict](clip(printable(h.Label), 60)), clip(printable(to), 60), s.dim(printable(h.Reason)))
	})
}

func (a *app) printMigrated(done *releases.Applied) {
	s := a.style()
	fmt.Fprintf(a.stdout, "Wrote %s beside %s.\n", s.bold(printable(string(done.Set))), printable(string(done.From)))
	fmt.Fprintf(a.stdout, "  %s carried over, %s of them to another concept; %s wait for a person; %s dead and left out\n",
		thousands(done.Done), thousands(done.Changed), thousands(done.Waiting), thousands(done.Dropped))
	if done.Copied+done.Merged > 0 {
		fmt.Fprintf(a.stdout, "  %s not in the plan and copied; %s became the same as another\n", thousands(done.Copied), thousands(done.Merged))
	}
}
