package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"concord/importers"
	"concord/importers/mappings"
)

func (a *app) crosswalkExportCmd() *cobra.Command {
	var format, out string
	var formats []string
	var lines strings.Builder
	for _, row := range mappings.Formats(true) {
		formats = append(formats, row[0])
		fmt.Fprintf(&lines, "  %-10s %s\n", row[0], row[1])
	}
	c := &cobra.Command{
		Use:     "export SET --format F",
		Short:   "Write a crosswalk in a format others read, and say what the format could not carry",
		Long:    "Export writes a mapping set to standard output or a file. What the format cannot\ncarry is counted on standard error. The formats:\n\n" + lines.String(),
		Example: "  concord crosswalk export ours-to-esco --format sssom -o ours-to-esco.sssom.tsv",
		Args:    cobra.ExactArgs(1), ValidArgsFunction: a.completeSets,
		RunE: func(c *cobra.Command, args []string) error {
			if err := required(c, "format", format); err != nil {
				return err
			}
			return a.crosswalkExport(c.Context(), args[0], format, out)
		},
	}
	c.Flags().StringVar(&format, "format", "", "write as "+strings.Join(formats, ", "))
	c.Flags().StringVarP(&out, "output", "o", "", "write to this `file` instead of standard output; it appears whole or not at all")
	c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func (a *app) crosswalkExport(ctx context.Context, name, format, out string) error {
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	c, err := readSet(ctx, p, name)
	if err != nil {
		return err
	}
	var losses []importers.Loss
	err = a.writeTo(out, func(w io.Writer) error {
		buf := bufio.NewWriterSize(w, 1<<16)
		if losses, err = mappings.Write(buf, format, c); err != nil {
			return err
		}
		return buf.Flush()
	})
	if err != nil {
		return err
	}
	return a.printLosses(format, losses)
}
