package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"concord/taxonomy/sqlite"
)

func (a *app) backupCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the store to one file, while it is in use",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, err := a.open()
			if err != nil {
				return err
			}
			defer p.Close()
			if err := p.Backup(c.Context(), args[0]); err != nil {
				return err
			}
			return a.say(map[string]string{"backup": args[0]}, "The store was copied to %s. Index and snapshots are not in it: they are rebuilt from it.", args[0])
		},
	}
}

func (a *app) restoreCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup in the place of the store",
		Args:  cobra.ExactArgs(1),
		RunE:  func(c *cobra.Command, args []string) error { return a.restore(c.Context(), args[0]) },
	}
}

func (a *app) restore(ctx context.Context, from string) error {
	home, err := a.makeHome()
	if err != nil {
		return err
	}
	if err := sqlite.Restore(ctx, storePath(home), from); err != nil {
		return err
	}
	if err := a.indexAll(ctx, false); err != nil {
		return err
	}
	return a.say(map[string]string{"restored": from}, "The store is now as it was in %s.", from)
}

// say prints one value with --json, else a line for a person.
func (a *app) say(value any, format string, args ...any) error {
	if a.json {
		return a.printJSON(value)
	}
	_, err := fmt.Fprintf(a.stdout, format+"\n", args...)
	return err
}
