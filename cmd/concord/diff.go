package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"concord/alignment/releases"
	"concord/taxonomy"
)

// A differing is what concord diff was told.
type differing struct {
	from, to    taxonomy.Ref
	langs       []string
	kinds       []string
	format, out string
}

// diffFormats are what a diff can be written as.
var diffFormats = []string{"markdown", "html", "json"}

func (a *app) diffCmd() *cobra.Command {
	var in differing
	c := &cobra.Command{
		Use:   "diff [flags] FROM TO",
		Short: "Say what a new release of a framework changes, and which concepts mean something else now",
		Long: `Diff compares two releases of a framework: concepts that were added and retired,
labels, definitions, kinds, places, codes and links that changed. Order, white
space, a preferred label repeated among the others and groups that only got a new
address are no change. Where a concept kept its address and got another name or
definition, it says how far the meaning changed: none, low, medium or high.`,
		Example: "  concord diff esco@1.1.1 esco@1.2.0\n  concord diff esco@1.1.1 esco@1.2.0 --kind skill --kind knowledge -o diff.html\n  concord diff --json onet@24.2 onet@29.2",
		Args:    cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			var err error
			if in.from, in.to, err = twoReleases(args[0], args[1]); err != nil {
				return err
			}
			return a.diff(c.Context(), in)
		},
	}
	c.Flags().StringArrayVar(&in.langs, "lang", nil, "compare labels and definitions in this language; may be repeated (default every language that both releases have)")
	c.Flags().StringArrayVar(&in.kinds, "kind", nil, "report concepts of this kind; may be repeated (default all)")
	c.Flags().StringVar(&in.format, "format", "", "write a report: "+strings.Join(diffFormats, ", ")+" (default by the name of --out)")
	c.Flags().StringVarP(&in.out, "out", "o", "", "`file` to write the report to (default standard output)")
	c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(diffFormats, cobra.ShellCompDirectiveNoFileComp))
	c.ValidArgsFunction = a.completeReleases
	return c
}

// twoReleases reads the names of two releases of one scheme.
func twoReleases(from, to string) (a, b taxonomy.Ref, err error) {
	if a, err = taxonomy.ParseRef(from); err != nil {
		return a, b, err
	}
	if b, err = taxonomy.ParseRef(to); err != nil {
		return a, b, err
	}
	if a.Scheme != b.Scheme {
		return a, b, fmt.Errorf("%w: %s and %s are two frameworks; give two releases of one, or map them with concord crosswalk", taxonomy.ErrInvalid, a, b)
	}
	return a, b, nil
}

// reportFormat is the format that is asked for, by name or by the file's name.
func (in *differing) reportFormat() (string, error) {
	format := strings.ToLower(in.format)
	if format == "" && in.out != "" {
		switch strings.ToLower(filepath.Ext(in.out)) {
		case ".html", ".htm":
			format = "html"
		case ".json":
			format = "json"
		case ".md", ".markdown":
			format = "markdown"
		default:
			return "", fmt.Errorf("%w: the name %q does not say how to write the report; end it in .md, .html or .json, or say --format", taxonomy.ErrInvalid, in.out)
		}
	}
	if format == "md" {
		format = "markdown"
	}
	if format != "" && !slices.Contains(diffFormats, format) {
		return "", fmt.Errorf("%w: there is no format %q; the formats are %s", taxonomy.ErrInvalid, in.format, strings.Join(diffFormats, ", "))
	}
	return format, nil
}

func (a *app) diff(ctx context.Context, in differing) error {
	format, err := in.reportFormat()
	if err != nil {
		return err
	}
	opt := releases.Options{}
	if opt.Kinds, err = parseKinds(in.kinds); err != nil {
		return err
	}
	for _, l := range in.langs {
		opt.Langs = append(opt.Langs, taxonomy.ParseLang(l))
	}
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	if opt.Table, err = p.table(); err != nil {
		return err
	}
	d, err := releases.Compare(ctx, p.Store, in.from, in.to, opt)
	if err != nil {
		return err
	}
	write := map[string]func(io.Writer) error{"html": d.WriteHTML, "markdown": d.WriteMarkdown, "json": func(w io.Writer) error { return writeJSON(w, d) }}[format]
	if in.out != "" {
		if err := writeWhole(in.out, write); err != nil {
			return err
		}
	}
	switch {
	case a.json:
		return a.printJSON(d)
	case in.out == "" && write != nil:
		return write(a.stdout)
	}
	a.printDiff(d, in.out)
	return nil
}
