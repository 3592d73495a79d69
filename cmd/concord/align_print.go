package main

import (
	"fmt"
	"strings"

	"concord/alignment"
	"concord/taxonomy"
)

// printAnswer writes an answer for a person.
func (a *app) printAnswer(ans *alignment.Answer) {
	s := a.style()
	d := ans.Document
	title := printable(d.Name)
	if title == "" {
		title = "untitled"
	}
	signed := ""
	if d.Signed {
		signed = ", signed"
	}
	fmt.Fprintf(a.stdout, "%s  %s\n", s.bold(clip(title, a.width()-30)), s.dim(d.Type+signed))
	var names []string
	for _, sch := range ans.Engine.Schemes {
		names = append(names, sch.Name+"@"+sch.Release)
	}
	fmt.Fprintln(a.stdout, s.dim("against "+strings.Join(names, ", ")))
	for _, w := range ans.Warnings {
		fmt.Fprintf(a.stdout, "%s %s\n", s.yellow("!"), clip(printable(w.Text)+at(w.Pointer), a.width()-2))
	}
	fmt.Fprintln(a.stdout)
	for _, al := range ans.Alignments {
		a.printAlignment(al)
	}
	if len(ans.Alignments) == 0 {
		fmt.Fprintln(a.stdout, "  No concept is proposed: no sentence is likely enough to be about one.")
		fmt.Fprintln(a.stdout)
	}
	a.printStated(ans.Stated)
	a.printAbstained(alignment.MissedFirst(ans.Abstained))
}

func (a *app) printAlignment(al alignment.Alignment) {
	s := a.style()
	fmt.Fprintf(a.stdout, "  %s  %s\n", s.green(s.bold(printable(al.Label))), s.dim(fmt.Sprintf("%.0f %% · %s%s · %s@%s", 100*al.Probability, predicateWord(al.Predicate), al.Kind, al.Scheme, al.Release)))
	for i, ev := range al.Evidence {
		if i == 2 {
			fmt.Fprintln(a.stdout, s.dim(fmt.Sprintf("    and in %d more places", len(al.Evidence)-i)))
			break
		}
		matched := ""
		if ev.Matched.By == alignment.ByMeaning {
			matched = " by meaning"
		} else if ev.Matched.Label != al.Label {
			matched = fmt.Sprintf(" by %s “%s”", labelKindName(ev.Matched.Kind), clip(printable(ev.Matched.Label), 50))
		}
		fmt.Fprintf(a.stdout, "    “%s”%s\n", s.cyan(clip(printable(ev.Quote), a.width()-40)), s.dim(" "+string(ev.Role)+matched))
	}
	fmt.Fprintf(a.stdout, "    %s\n", s.dim(string(al.URI)))
	var rivals []string
	for _, r := range al.Rivals {
		rivals = append(rivals, printable(r.Label))
	}
	if len(rivals) > 0 {
		fmt.Fprintln(a.stdout, s.dim("    or: "+clip(strings.Join(rivals, "; "), a.width()-8)))
	}
	fmt.Fprintln(a.stdout)
}

// predicateWord says how a concept stands to the text, with what parts it
// from the next word.
func predicateWord(m taxonomy.Match) string {
	switch m {
	case taxonomy.ExactMatch:
		return "exact · "
	case taxonomy.CloseMatch:
		return "close · "
	case taxonomy.BroadMatch:
		return "broader · "
	case taxonomy.NarrowMatch:
		return "narrower · "
	case taxonomy.RelatedMatch:
		return "related · "
	}
	return ""
}

func labelKindName(k taxonomy.LabelKind) string {
	switch k {
	case taxonomy.PrefLabel:
		return "preferred label"
	case taxonomy.HiddenLabel:
		return "hidden label"
	case alignment.Keyword:
		return "keyword"
	}
	return "alternative label"
}

func at(pointer string) string {
	if pointer == "" {
		return ""
	}
	return " (at " + pointer + ")"
}

func (a *app) printStated(stated []alignment.StatedAnswer) {
	if len(stated) == 0 {
		return
	}
	s := a.style()
	fmt.Fprintln(a.stdout, s.bold("  Already stated"))
	for _, st := range stated {
		name := st.Label
		for _, other := range []string{st.Name, st.Code, string(st.URI)} {
			if name == "" {
				name = other
			}
		}
		state := s.yellow(strings.ReplaceAll(string(st.State), "-", " "))
		if st.State == alignment.StateConfirmed {
			state = s.green("confirmed")
		}
		where := ""
		if st.Release != "" {
			where = " in " + st.Scheme + "@" + st.Release
		}
		fmt.Fprintf(a.stdout, "    %s  %s%s  %s\n", printable(name), state, s.dim(where), s.dim(printable(string(st.URI))))
	}
	fmt.Fprintln(a.stdout)
}

// shownAbstained is how many sentences without a concept are listed for a person.
const shownAbstained = 6

func (a *app) printAbstained(list []alignment.Abstention) {
	if len(list) == 0 {
		return
	}
	s := a.style()
	fmt.Fprintf(a.stdout, "  %s\n", s.bold(fmt.Sprintf("No concept for %d of the sentences", len(list))))
	for i, ab := range list {
		if i == shownAbstained {
			fmt.Fprintln(a.stdout, s.dim(fmt.Sprintf("    and %d more (--json shows all)", len(list)-i)))
			break
		}
		fmt.Fprintf(a.stdout, "    “%s” %s\n", clip(printable(ab.Quote), a.width()-40), s.dim(string(ab.Reason)))
	}
}
