package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"concord/alignment"
	"concord/alignment/credential"
	"concord/alignment/crosswalk"
	"concord/importers/source"
	"concord/taxonomy"
)

func (a *app) translateCmd() *cobra.Command {
	var to, lang string
	var documents []string
	c := &cobra.Command{
		Use:   "translate (URI-OR-CODE... | --document FILE...) --to S[@V]",
		Short: "Say what concepts, or the alignments of documents, are in another framework",
		Long: `Translate follows accepted mappings from a concept to another framework, over up to
three mapping sets in either direction, and prints what it comes to, best first:
the predicate, the confidence, and every step with its set. Where no mapping leads
there, it goes up the hierarchy, and says so: what comes out is broader. Sets whose
broader and narrower are the wrong way round are not followed.

With --document, it translates what a badge, course or credential states; of the
answers of concord align --json, also what is proposed. FILE is - for standard
input. The framework is one that is loaded, isco (whose groups come with ESCO), or
the source that a mapping set names.`,
		Example: "  concord translate 15-1252.00 --to esco\n  concord translate http://data.europa.eu/esco/skill/… --to onet --json\n  concord translate --document badge.json --to onet\n  concord align --json badges/ | concord translate --document - --to isco",
		RunE: func(c *cobra.Command, args []string) error {
			if err := required(c, "to", to); err != nil {
				return err
			}
			if (len(args) > 0) == (len(documents) > 0) {
				return fmt.Errorf("%w: give concepts, or documents with --document; usage: %s", taxonomy.ErrInvalid, c.UseLine())
			}
			p, err := a.open()
			if err != nil {
				return err
			}
			defer p.Close()
			framework, err := crosswalk.FindFramework(c.Context(), p, to)
			if err != nil {
				return err
			}
			t := translating{p, crosswalk.NewGraph(p), framework, taxonomy.ParseLang(lang)}
			if len(documents) > 0 {
				return a.translateDocuments(c.Context(), t, documents)
			}
			return a.translateConcepts(c.Context(), t, args)
		},
	}
	c.Flags().StringVar(&to, "to", "", "`framework` to translate to")
	c.Flags().StringVar(&lang, "lang", "", "language of labels (default the document's, else English)")
	c.Flags().StringArrayVar(&documents, "document", nil, "translate the alignments of this `FILE`; may be repeated")
	c.RegisterFlagCompletionFunc("to", a.completeReleases)
	return c
}

type translating struct {
	p     *place
	graph *crosswalk.Graph
	to    *crosswalk.Framework
	lang  taxonomy.Lang
}

func (a *app) translateConcepts(ctx context.Context, t translating, keys []string) error {
	for _, key := range keys {
		found, err := t.p.Find(ctx, key)
		if err != nil {
			return err
		}
		seen := map[taxonomy.URI]bool{}
		for _, c := range found {
			if seen[c.URI] {
				continue // of an older release
			}
			seen[c.URI] = true
			if err := a.translateConcept(ctx, t, c.URI, c.Release, c.Pref(t.lang).Text); err != nil {
				return err
			}
		}
		if len(found) > 0 {
			continue
		}
		// A concept that is not loaded may still be mapped.
		uri := taxonomy.URI(key)
		mapped, err := t.p.Mappings(ctx, uri)
		if err != nil {
			return err
		}
		if len(mapped) == 0 {
			return fmt.Errorf("%w: no concept has the URI or code %q, and no mapping names it; try concord search", taxonomy.ErrNotFound, key)
		}
		label := mapped[0].SubjectLabel
		if mapped[0].Object == uri {
			label = mapped[0].ObjectLabel
		}
		if err := a.translateConcept(ctx, t, uri, taxonomy.Ref{}, label); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) translateConcept(ctx context.Context, t translating, uri taxonomy.URI, ref taxonomy.Ref, label string) error {
	out, err := t.graph.Translate(ctx, uri, ref, t.to, t.lang)
	if err != nil {
		return err
	}
	out.Label = label
	if a.json {
		return a.printJSON(out)
	}
	s := a.style()
	where := ""
	if ref.Scheme != "" {
		where = "  " + s.dim(ref.String())
	}
	fmt.Fprintf(a.stdout, "%s%s\n%s\n", s.bold(labelOr(label, uri)), where, s.dim(printable(string(uri))))
	a.printTranslated(out, nil)
	fmt.Fprintln(a.stdout)
	return nil
}

func (a *app) translateDocuments(ctx context.Context, t translating, paths []string) error {
	partly := false
	for _, path := range paths {
		f, err := a.documentFile(path)
		if err != nil {
			return err
		}
		answers, err := answersOf(ctx, t, f)
		if err != nil {
			return err
		}
		for _, an := range answers {
			if an.err != nil {
				a.printError(an.err, "invalid")
				partly = true
				continue
			}
			list, err := t.graph.TranslateAnswer(ctx, an.answer, t.to)
			if err != nil {
				return err
			}
			if err := a.printDocumentTranslations(f.Path, an.answer, list); err != nil {
				return err
			}
		}
	}
	if partly {
		return errPartly
	}
	return nil
}

// An answerOrError is one document of a file.
type answerOrError struct {
	answer *alignment.Answer
	err    error
}

// maxAnswers bounds a file of answers.
const maxAnswers = 200 << 20

// answersOf reads a file of answers of concord align --json, or else documents,
// of which it takes what they state.
func answersOf(ctx context.Context, t translating, f *source.File) ([]answerOrError, error) {
	head, err := f.Head(64 << 10)
	if err != nil {
		return nil, err
	}
	if start := bytes.TrimSpace(head); bytes.HasPrefix(start, []byte(`{"document":`)) && bytes.Contains(start, []byte(`"engine":{"version":`)) {
		text, err := f.Bytes(maxAnswers)
		if err != nil {
			return nil, err
		}
		return readAnswers(f.Path, text)
	}
	var out []answerOrError
	for doc, err := range credential.ReadAll(f, credential.Options{Now: time.Now()}) {
		if err != nil {
			if !errors.Is(err, taxonomy.ErrInvalid) {
				return nil, err
			}
			out = append(out, answerOrError{err: err})
			continue
		}
		lang := t.lang
		if lang == "" {
			lang = doc.Lang
		}
		stated, err := alignment.LookUp(ctx, t.p, doc.Stated, lang)
		if err != nil {
			return nil, err
		}
		out = append(out, answerOrError{answer: &alignment.Answer{Document: doc, Stated: stated}})
	}
	return out, nil
}

// readAnswers reads answers, one after the other.
func readAnswers(name string, text []byte) ([]answerOrError, error) {
	var out []answerOrError
	for d := json.NewDecoder(bytes.NewReader(text)); ; {
		var answer alignment.Answer
		err := d.Decode(&answer)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			at := int(d.InputOffset()) // where the answer before ends
			for at < len(text) && strings.ContainsRune(" \t\r\n", rune(text[at])) {
				at++
			}
			line := 1 + bytes.Count(text[:at], []byte("\n"))
			return nil, &source.Error{File: name, Line: line, Text: fmt.Sprintf("is no answer of concord align --json: %v", err)}
		}
		out = append(out, answerOrError{answer: &answer})
	}
}

func (a *app) printDocumentTranslations(path string, answer *alignment.Answer, list []crosswalk.DocumentTranslation) error {
	if a.json {
		for _, d := range list {
			if err := a.printJSON(struct {
				File string `json:"file"`
				crosswalk.DocumentTranslation
			}{path, d}); err != nil {
				return err
			}
		}
		return nil
	}
	s := a.style()
	title := path
	if answer.Document != nil && answer.Document.Name != "" {
		title = answer.Document.Name
	}
	fmt.Fprintf(a.stdout, "%s  %s\n", s.bold(printable(title)), s.dim(printable(path)))
	if len(list) == 0 {
		fmt.Fprintln(a.stdout, "  It states no alignment; concord align --json proposes some, and translate --document reads its answers.")
	}
	for _, d := range list {
		if d.Translated == nil {
			fmt.Fprintf(a.stdout, "\n  %s  %s\n    %s\n", printable(d.Stated), s.dim("stated"), printable(d.Why))
			continue
		}
		note := "stated"
		if d.From == crosswalk.FromProposed {
			note = fmt.Sprintf("proposed, %s%.2f", predicateWord(d.Predicate), d.Probability)
		}
		fmt.Fprintf(a.stdout, "\n  %s  %s\n", labelOr(d.Label, d.URI), s.dim(note))
		a.printTranslated(d.Translated, d.Together)
	}
	fmt.Fprintln(a.stdout)
	return nil
}

// printTranslated prints translations; together, if there is any, says how the
// text of a document stands to each.
func (a *app) printTranslated(t *crosswalk.Translated, together []crosswalk.Together) {
	s := a.style()
	for _, row := range t.NoTerm {
		fmt.Fprintf(a.stdout, "  %s\n", s.yellow(printable(fmt.Sprintf("%s found no such concept in %s", shortSet(row.Set), t.To))))
	}
	if len(t.Translations) == 0 {
		fmt.Fprintf(a.stdout, "  Nothing accepted leads from here to %s.\n", printable(t.To))
	}
	for i, tr := range t.Translations {
		var notes []string
		if tr.Code != "" {
			notes = append(notes, tr.Code)
		}
		if tr.Hierarchy {
			notes = append(notes, "over the hierarchy, as no mapping leads there")
		}
		if i < len(together) && together[i].Claim != nil {
			notes = append(notes, fmt.Sprintf("from the text %s, %.2f", claimWord(*together[i].Claim), together[i].Confidence))
		} else if i < len(together) {
			notes = append(notes, "says nothing of the text")
		}
		fmt.Fprintf(a.stdout, "  %-8s %s  %s  %s\n", claimWord(tr.Claim), labelOr(tr.Label, tr.URI), s.cyan(fmt.Sprintf("%.2f", tr.Confidence)), s.dim(printable(strings.Join(notes, " · "))))
		fmt.Fprintf(a.stdout, "           %s\n", s.dim(printable(string(tr.URI))))
		if len(tr.Path) > 0 {
			fmt.Fprintf(a.stdout, "           %s\n", a.stepsLine(tr.Path))
		} else {
			fmt.Fprintf(a.stdout, "           it is of %s itself\n", printable(t.To))
		}
		if len(tr.Others) > 0 {
			fmt.Fprintln(a.stdout, s.dim(fmt.Sprintf("           and %s that say the same", plural(len(tr.Others), "chain"))))
		}
		for _, c := range tr.Contradictions {
			fmt.Fprintln(a.stdout, s.yellow("           but: ")+printable(c.Text))
		}
	}
	for _, set := range t.LeftOut {
		fmt.Fprintln(a.stdout, s.dim("  not followed, because broader and narrower are the wrong way round: "+printable(set)))
	}
}
