package main

import (
	"fmt"
	"io"
	"strings"

	"concord/alignment/jsonpatch"
	"concord/alignment/writeback"
)

// summary is what apply says with --json.
func (done *applied) summary(target string) any {
	type document struct {
		File   string `json:"file"`
		Type   string `json:"type"`
		Digest string `json:"digest"`
		Signed bool   `json:"signed"`
	}
	out := struct {
		Document   document           `json:"document"`
		Profile    string             `json:"profile"`
		Written    string             `json:"written,omitempty"`
		Added      []writeback.Placed `json:"added"`
		Present    []writeback.Placed `json:"present"`
		NotCarried []writeback.Loss   `json:"notCarried"`
		Notes      []string           `json:"notes"`
		Patch      jsonpatch.Patch    `json:"patch,omitempty"`
		Receipt    string             `json:"receipt,omitempty"`
	}{document{done.req.Name, done.req.Document.Type, done.req.Document.Digest, done.signed || done.req.Document.Signed}, done.out.Profile, target,
		[]writeback.Placed{}, []writeback.Placed{}, []writeback.Loss{}, []string{}, done.out.Patch, done.id}
	out.Added = append(out.Added, done.out.Added...)
	out.Present = append(out.Present, done.out.Present...)
	out.NotCarried = append(out.NotCarried, done.out.NotCarried...)
	out.Notes = append(out.Notes, done.out.Notes...)
	return out
}

// printApplied says what was added where, for a person.
func (a *app) printApplied(w io.Writer, done *applied, target string) error {
	s := a.style()
	var b strings.Builder
	title := printable(done.req.Document.Name)
	if title == "" {
		title = done.req.Name
	}
	kind := done.req.Document.Type
	if done.signed {
		kind += ", signed"
	}
	fmt.Fprintf(&b, "%s  %s\n", s.bold(clip(title, a.width()-30)), s.dim(kind))
	fmt.Fprintln(&b, s.dim(done.headline(target)))
	fmt.Fprintln(&b)
	a.printPlaced(&b, s.green("+"), done.out.Added, done)
	a.printPlaced(&b, s.dim("="), done.out.Present, done)
	if len(done.out.Added) == 0 && len(done.out.Present) == 0 {
		fmt.Fprintf(&b, "  No alignment is that likely: nothing was written. concord align shows what is proposed.\n\n")
	} else if len(done.out.Added) == 0 {
		fmt.Fprintf(&b, "  Nothing to add: all are there already.\n\n")
	}
	if len(done.out.NotCarried) > 0 {
		var lost []string
		for _, l := range done.out.NotCarried {
			lost = append(lost, fmt.Sprintf("%s (%d)", l.What, l.Count))
		}
		hint := ""
		if done.in.receipt == "" {
			hint = "; --receipt FILE keeps it beside the document"
		}
		fmt.Fprintf(&b, "%s %s has no place for: %s%s\n", s.yellow("!"), done.out.Profile, strings.Join(lost, ", "), s.dim(hint))
	}
	for _, n := range done.out.Notes {
		fmt.Fprintf(&b, "%s %s\n", s.yellow("!"), printable(n))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// headline is the profile, the counts and the files.
func (done *applied) headline(target string) string {
	parts := []string{done.out.Profile, fmt.Sprintf("%d added", len(done.out.Added))}
	if n := len(done.out.Present); n > 0 {
		parts = append(parts, fmt.Sprintf("%d there before", n))
	}
	line := strings.Join(parts, " · ")
	if done.signed && done.receipt == nil {
		return line
	}
	var files []string
	if target != "" && target != "-" && !done.kept {
		files = append(files, target)
	}
	if done.in.patch != "" {
		files = append(files, done.in.patch)
	}
	if done.receipt != nil && !done.signed {
		files = append(files, done.in.receipt)
	}
	if len(files) == 0 {
		return line
	}
	return line + " → " + strings.Join(files, ", ")
}

// printPlaced lists alignments under the property that holds them.
func (a *app) printPlaced(b *strings.Builder, sign string, list []writeback.Placed, done *applied) {
	s := a.style()
	last := ""
	for i, p := range list {
		if p.Pointer != "" && (i == 0 || p.Pointer != last) {
			fmt.Fprintf(b, "  %s\n", s.dim(printable(p.Pointer)))
		}
		last = p.Pointer
		fmt.Fprintf(b, "  %s %s%s\n", sign, s.bold(printable(p.Label)), s.dim(done.facts(p)))
		fmt.Fprintf(b, "    %s\n", s.dim(string(p.URI)))
	}
	if len(list) > 0 {
		fmt.Fprintln(b)
	}
}

// facts is what is known of an alignment beyond its concept, on the same line.
func (done *applied) facts(p writeback.Placed) string {
	for _, acc := range done.req.Accepted {
		if acc.URI != p.URI {
			continue
		}
		out := "  "
		if acc.Probability > 0 {
			out += fmt.Sprintf("%.0f %% · ", 100*acc.Probability)
		}
		if acc.Predicate != "" {
			out += string(acc.Predicate) + " · "
		}
		out += acc.Scheme + "@" + acc.Release
		if len(acc.Evidence) > 0 {
			out += fmt.Sprintf(" · “%s”", clip(printable(acc.Evidence[0].Quote), 40))
		}
		return out
	}
	return ""
}
