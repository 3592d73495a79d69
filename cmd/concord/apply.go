package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"concord/alignment"
	"concord/alignment/credential"
	"concord/alignment/writeback"
	"concord/taxonomy"
)

// An applying is what concord apply was told.
type applying struct {
	accept              []string
	least               float64
	profile, to         string
	out, patch, receipt string
	reviewer, at        string
	schemes, kinds      []string
	lang, typ           string
	most                int
}

func (a *app) applyCmd() *cobra.Command {
	var in applying
	c := &cobra.Command{
		Use:   "apply [flags] FILE",
		Short: "Write accepted alignments into a badge, course or credential",
		Long: `Apply writes alignments that you accept into the document, in the terms of its
own standard, and leaves every other byte as it is; a second time it finds
nothing left to do. Accept concepts by URI or code, or everything that is at
least so likely. The document goes to standard output, or where -o says; the
input is only replaced where -o names it. A signed document is never changed:
it gets an alignment receipt beside it (--receipt).`,
		Example: "  concord apply badge.json --accept http://data.europa.eu/esco/skill/28cb374e-6261-4133-8371-f9a5470145da -o badge.aligned.json\n" +
			"  concord apply badge.json --accept URI=closeMatch,URI --patch patch.json -o badge.aligned.json\n" +
			"  concord apply --scheme esco --min-probability 0.8 --reviewer \"R. Kaya\" signed.jwt --receipt receipt.json",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			accepts, likely := c.Flags().Changed("accept"), c.Flags().Changed("min-probability")
			if accepts == likely {
				return fmt.Errorf("%w: say either --accept URI or --min-probability P; concord align shows what there is to accept", taxonomy.ErrInvalid)
			}
			if likely && (in.least <= 0 || in.least >= 1) {
				return fmt.Errorf("%w: --min-probability must be between 0 and 1", taxonomy.ErrInvalid)
			}
			return a.apply(c.Context(), args[0], in)
		},
	}
	f := c.Flags()
	f.StringArrayVar(&in.accept, "accept", nil, "`URI[=PREDICATE]` or code of a concept to write, several by commas; PREDICATE is exactMatch, closeMatch, broadMatch, narrowMatch or relatedMatch; may be repeated")
	f.Float64Var(&in.least, "min-probability", 0, "write everything that is at least this likely")
	f.IntVar(&in.most, "max", alignment.DefaultMax, "with --min-probability, alignments at most")
	f.StringVar(&in.profile, "profile", "", "how to write (default by the document)")
	f.StringVar(&in.to, "to", "", "JSON `pointer` of the part that gets the alignments, where there are several (default the part with the evidence)")
	f.StringVarP(&in.out, "out", "o", "", "`file` to write to (default standard output)")
	f.StringVar(&in.patch, "patch", "", "also write the change as a JSON patch (RFC 6902) to this `file`")
	f.StringVar(&in.receipt, "receipt", "", "write an alignment receipt to this `file`; one that is there is superseded")
	f.StringVar(&in.reviewer, "reviewer", "", "who accepted, for receipts and formats that say so")
	f.StringVar(&in.at, "at", "", "`time` of acceptance, like 2026-05-04 or 2026-05-04T10:30:00Z (default not stated)")
	f.StringArrayVar(&in.schemes, "scheme", nil, "`S[@V]` to take concepts from; may be repeated (default the current release of every scheme)")
	f.StringArrayVar(&in.kinds, "kind", nil, "with --min-probability, write only concepts of this kind; may be repeated")
	f.StringVar(&in.lang, "lang", "", "language of the document (default stated by it or told from its text)")
	f.StringVar(&in.typ, "type", "", "read the document as this type, like OpenBadge/3.0 (default told from its contents)")
	c.RegisterFlagCompletionFunc("scheme", a.completeReleases)
	c.RegisterFlagCompletionFunc("profile", cobra.FixedCompletions(writeback.Profiles(), cobra.ShellCompDirectiveNoFileComp))
	return c
}

func (a *app) apply(ctx context.Context, path string, in applying) error {
	at, err := parseTime(in.at)
	if err != nil {
		return err
	}
	if err := in.checkFiles(path); err != nil {
		return err
	}
	file, err := a.documentFile(path)
	if err != nil {
		return err
	}
	name := file.Path
	data, err := file.Bytes(maxStdin)
	if err != nil {
		return err
	}
	doc, err := credential.Read(name, data, credential.Options{Type: in.typ})
	if err != nil {
		return err
	}
	req := writeback.Request{Name: name, Data: data, Document: doc, Profile: in.profile, To: in.to, Reviewer: in.reviewer, At: at}
	if req.Accepted, req.Engine, err = a.accepted(ctx, doc, data, in); err != nil {
		return err
	}
	done := applied{req: req, in: in}
	done.out, err = writeback.Apply(req)
	if errors.Is(err, taxonomy.ErrConflict) && writeback.Signed(req) {
		if in.out != "" || in.patch != "" {
			return fmt.Errorf("%w: %s is signed and is never changed; say --receipt FILE in place of -o and --patch", taxonomy.ErrConflict, name)
		}
		done.out = &writeback.Outcome{Profile: "receipt", Table: true}
		done.signed = true
	} else if err != nil {
		return err
	}
	switch {
	case in.patch != "" && (done.out.Table || done.out.Sheet):
		return fmt.Errorf("%w: profile %s writes a table, which has no JSON patch; leave --patch out", taxonomy.ErrInvalid, done.out.Profile)
	case done.out.Table && !done.signed && in.out != "" && sameFile(in.out, path):
		return fmt.Errorf("%w: profile %s writes a table of its own, which must not replace %s; name another file with -o", taxonomy.ErrConflict, done.out.Profile, name)
	}
	if done.signed || in.receipt != "" {
		if err := a.makeReceipt(&done); err != nil {
			return err
		}
	}
	return a.writeApplied(&done, path)
}

// applied is what apply has made and is about to write.
type applied struct {
	req     writeback.Request
	in      applying
	out     *writeback.Outcome
	signed  bool
	receipt []byte // new, or nil where the one that is there says all
	id      string // of the receipt
	kept    bool   // the document is its own output and stays as it is
}

// makeReceipt makes the receipt, on top of the one that is there.
func (a *app) makeReceipt(done *applied) error {
	var earlier *writeback.Receipt
	if done.in.receipt != "" {
		old, err := os.ReadFile(done.in.receipt)
		switch {
		case err == nil:
			if earlier, err = writeback.ReadReceipt(done.in.receipt, old); err != nil {
				return err
			}
		case !os.IsNotExist(err):
			return fmt.Errorf("%w: %s cannot be read: %v", taxonomy.ErrInvalid, done.in.receipt, err)
		}
	}
	r, added, present, err := writeback.NewReceipt(done.req, earlier)
	if err != nil {
		return err
	}
	done.id = r.ID
	if done.signed {
		done.out.Added, done.out.Present = added, present
	}
	if r == earlier {
		return nil
	}
	done.receipt, err = r.Encode()
	return err
}

// writeApplied writes the files and says what was done: on standard output,
// unless the document goes there.
func (a *app) writeApplied(done *applied, path string) error {
	in := done.in
	if in.patch != "" {
		patch := done.out.Patch
		if err := writeWhole(in.patch, func(w io.Writer) error { return writeJSON(w, patch) }); err != nil {
			return err
		}
	}
	content, target := done.out.Data, in.out
	if done.signed {
		content, target = done.receipt, in.receipt
	} else if done.receipt != nil {
		if err := writeBytes(in.receipt, done.receipt); err != nil {
			return err
		}
	}
	toStdout := (target == "" || target == "-") && !a.json && content != nil
	switch {
	case toStdout:
		if _, err := a.stdout.Write(content); err != nil {
			return fmt.Errorf("writing the document: %w", err)
		}
	case target == "" || target == "-" || content == nil:
	case len(done.out.Added) == 0 && !done.out.Table && sameFile(target, path):
		done.kept = true
	default:
		if err := writeBytes(target, content); err != nil {
			return err
		}
	}
	if a.json {
		return a.printJSON(done.summary(target))
	}
	w := a.stdout
	if toStdout {
		w = a.stderr
	}
	return a.printApplied(w, done, target)
}

// writeBytes replaces a file whole and keeps its permissions.
func writeBytes(path string, data []byte) error {
	info, err := os.Stat(path)
	if err := writeWhole(path, func(w io.Writer) error { _, err := w.Write(data); return err }); err != nil {
		return err
	}
	if err == nil {
		if err := os.Chmod(path, info.Mode().Perm()); err != nil {
			return fmt.Errorf("writing %s: %w", path, err)
		}
	}
	return nil
}

// checkFiles refuses names that would overwrite one another or the document.
func (in applying) checkFiles(path string) error {
	outs := []struct{ flag, path string }{{"-o", in.out}, {"--patch", in.patch}, {"--receipt", in.receipt}}
	for i, f := range outs {
		if f.path == "" {
			continue
		}
		if f.flag != "-o" && sameFile(f.path, path) {
			return fmt.Errorf("%w: %s names the document itself; name another file", taxonomy.ErrConflict, f.flag)
		}
		for _, g := range outs[:i] {
			if g.path != "" && sameFile(f.path, g.path) {
				return fmt.Errorf("%w: %s and %s name the same file", taxonomy.ErrConflict, g.flag, f.flag)
			}
		}
	}
	return nil
}

// sameFile reports whether two names lead to one file, there or not.
func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	if errX == nil && errY == nil {
		return os.SameFile(x, y)
	}
	a, errX = filepath.Abs(a)
	b, errY = filepath.Abs(b)
	return errX == nil && errY == nil && a == b
}

// parseTime reads --at.
func parseTime(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%w: --at %q is no time; write 2026-05-04 or 2026-05-04T10:30:00Z", taxonomy.ErrInvalid, s)
}
