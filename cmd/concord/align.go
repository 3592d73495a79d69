package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"concord/alignment"
	"concord/alignment/credential"
	"concord/importers/source"
	"concord/taxonomy"
)

func (a *app) alignCmd() *cobra.Command {
	var schemes, kinds []string
	var lang, columns string
	var read credential.Options
	var most int
	var least float64
	c := &cobra.Command{
		Use:     "align [flags] FILE...",
		Short:   "Propose skill concepts for badges, courses, credentials and text, with the words that earned them",
		Long:    "Align reads badges, credentials, courses, learner records, frameworks and texts\n(Open Badges, CLR, Europass, CTDL, CASE, schema.org, xAPI, cmi5, PDF, DOCX, HTML,\nMarkdown and more), and proposes concepts of the chosen releases: by default the\ncurrent release of every scheme that is loaded. A table (CSV, TSV) or lines of\nJSON are a catalogue: every row is a document. FILE is - for standard input.\nNothing is changed and nothing is sent anywhere; a person decides.",
		Example: "  concord align badge.json\n  concord align --scheme esco --max 5 course.html\n  concord align courses.csv --columns name=title,text=description\n  echo \"Plan and run usability tests\" | concord align -",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			ks, err := parseKinds(kinds)
			if err != nil {
				return err
			}
			if most < 1 {
				return fmt.Errorf("%w: --max must be at least 1", taxonomy.ErrInvalid)
			}
			if least <= 0 || least >= 1 {
				return fmt.Errorf("%w: --min-probability must be between 0 and 1", taxonomy.ErrInvalid)
			}
			if read.Columns, err = credential.ParseColumns(columns); err != nil {
				return fmt.Errorf("--columns: %w", err)
			}
			read.Now = time.Now()
			return a.align(c.Context(), args, schemes, read, alignment.Options{Lang: taxonomy.ParseLang(lang), Kinds: ks, Max: most, MinProbability: least})
		},
	}
	c.Flags().StringArrayVar(&schemes, "scheme", nil, "`S[@V]` to align with; may be repeated (default the current release of every scheme)")
	c.Flags().StringArrayVar(&kinds, "kind", nil, "propose only concepts of this kind; may be repeated (default skills, knowledge, abilities, activities, technologies and tools)")
	c.Flags().StringVar(&lang, "lang", "", "language of the document (default stated by it or told from its text)")
	c.Flags().StringVar(&columns, "columns", "", "what the columns of a catalogue hold, as in `name=HEADER,text=HEADER` (default told by the headers)")
	c.Flags().StringVar(&read.Type, "type", "", "read the document as this type, like OpenBadge/3.0 or text/plain (default told from its contents)")
	c.Flags().Float64Var(&least, "min-probability", alignment.DefaultMinProbability, "propose only what is at least this likely")
	c.Flags().IntVar(&most, "max", alignment.DefaultMax, "proposals for each document, at most")
	c.RegisterFlagCompletionFunc("scheme", a.completeReleases)
	return c
}

func (a *app) align(ctx context.Context, paths, schemes []string, read credential.Options, opt alignment.Options) error {
	engine, p, _, done, err := a.openEngine(ctx, schemes)
	if err != nil {
		return err
	}
	defer done()
	first := true
	for _, path := range paths {
		err := a.answers(ctx, engine, p, path, read, opt, func(answer *alignment.Answer) error {
			if a.json {
				return a.printJSON(answer)
			}
			if !first {
				fmt.Fprintln(a.stdout)
			}
			first = false
			a.printAnswer(answer)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// answers aligns the documents at path one by one: one for a badge, course or
// text, and one for every row of a catalogue.
func (a *app) answers(ctx context.Context, engine *alignment.Engine, p *place, path string, read credential.Options, opt alignment.Options, each func(*alignment.Answer) error) error {
	f, err := a.documentFile(path)
	if err != nil {
		return err
	}
	for doc, err := range credential.ReadAll(f, read) {
		if err != nil {
			return err
		}
		answer, err := engine.Align(ctx, doc, opt)
		if err != nil {
			return err
		}
		if err := engine.Recognise(ctx, p.Store, answer, opt.Lang); err != nil {
			return err
		}
		if err := each(answer); err != nil {
			return err
		}
	}
	return nil
}

// maxStdin bounds what is read from standard input.
const maxStdin = 50 << 20

// documentFile returns the file at path, or standard input for "-".
func (a *app) documentFile(path string) (*source.File, error) {
	if path == "-" {
		const name = "standard input"
		data, err := io.ReadAll(io.LimitReader(a.stdin, maxStdin+1))
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		if len(data) > maxStdin {
			return nil, &source.Error{File: name, Text: "is larger than 50 MiB; name the file instead"}
		}
		return source.NewFile(name, data), nil
	}
	info, err := os.Stat(path)
	switch {
	case os.IsNotExist(err):
		return nil, &source.Error{File: path, Text: "does not exist"}
	case err != nil:
		return nil, &source.Error{File: path, Text: "cannot be read: " + err.Error()}
	case info.IsDir():
		return nil, &source.Error{File: path, Text: "is a folder; name the documents in it"}
	}
	return source.OnDisk(path, info.Size()), nil
}

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
	a.printAbstained(ans.Abstained)
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
