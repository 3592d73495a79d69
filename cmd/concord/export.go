package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"concord/importers"
	"concord/taxonomy"
)

func (a *app) exportCmd() *cobra.Command {
	var format, out string
	var formats []string
	var lines strings.Builder
	for _, row := range importers.ExportFormats() {
		formats = append(formats, row[0])
		fmt.Fprintf(&lines, "  %-8s %s\n", row[0], row[1])
	}
	c := &cobra.Command{
		Use:   "export NAME@VERSION --format F",
		Short: "Write a release in a format others read, and say what the format could not carry",
		Long:  "Export writes a release to standard output or a file. What the format cannot\ncarry is counted on standard error. The formats:\n\n" + lines.String(),
		Args:  cobra.ExactArgs(1), ValidArgsFunction: a.completeReleases,
		RunE: func(c *cobra.Command, args []string) error {
			if err := required(c, "format", format); err != nil {
				return err
			}
			return a.export(c.Context(), args[0], format, out)
		},
	}
	c.Flags().StringVar(&format, "format", "", "write as "+strings.Join(formats, ", "))
	c.Flags().StringVarP(&out, "output", "o", "", "write to this `file` instead of standard output; it appears whole or not at all")
	c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func (a *app) export(ctx context.Context, name, format, out string) error {
	ref, err := taxonomy.ParseRef(name)
	if err != nil {
		return err
	}
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	rel, err := p.Release(ctx, ref)
	if err != nil {
		return err
	}
	var losses []importers.Loss
	write := func(w io.Writer) error {
		buf := bufio.NewWriterSize(w, 1<<16)
		if losses, err = importers.Export(ctx, buf, format, p, rel.Ref); err != nil {
			return err
		}
		return buf.Flush()
	}
	if err := a.writeTo(out, write); err != nil {
		return err
	}
	return a.printLosses(format, losses)
}

// writeTo writes to a file, whole or not at all, or to standard output where
// out names none.
func (a *app) writeTo(out string, write func(io.Writer) error) error {
	if out == "" || out == "-" {
		return write(a.stdout)
	}
	return writeWhole(out, write)
}

// printLosses says on standard error what a format could not carry.
func (a *app) printLosses(format string, losses []importers.Loss) error {
	for _, l := range losses {
		var err error
		if a.json {
			err = writeJSON(a.stderr, l)
		} else {
			_, err = fmt.Fprintf(a.stderr, "concord: %s cannot carry %s (%s)\n", format, l.What, thousands(l.Count))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// writeWhole writes a file under a temporary name beside it and renames it, so
// that a reader never sees half of it.
func writeWhole(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".tmp*")
	if err != nil {
		return fmt.Errorf("%w: %s cannot be written: %v", taxonomy.ErrInvalid, path, err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if err := write(f); err != nil {
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}
