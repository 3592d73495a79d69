package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) indexCmd() *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use:   "index",
		Short: "Build the search index and alignment snapshots that are missing or stale",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return a.indexAll(c.Context(), all) },
	}
	c.Flags().BoolVar(&all, "all", false, "build everything anew, stale or not")
	return c
}

func (a *app) indexAll(ctx context.Context, all bool) error {
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	if err := p.prune(ctx); err != nil {
		return err
	}
	shards, err := p.staleShards(ctx)
	if err != nil {
		return err
	}
	snapshots, err := p.staleSnapshots(ctx)
	if err != nil {
		return err
	}
	schemes, err := p.Schemes(ctx)
	if err != nil {
		return err
	}
	for _, s := range schemes {
		for _, r := range s.Releases {
			started := time.Now()
			shard, snapshot := all || shards[r.Ref], all || snapshots[r.Ref]
			if err := a.build(ctx, p, r.Ref, shard, snapshot); err != nil {
				return err
			}
			state := "is up to date"
			if shard || snapshot {
				state = fmt.Sprintf("was indexed in %.1f s", time.Since(started).Seconds())
			}
			if a.json {
				err = a.printJSON(map[string]any{"release": r.Ref.String(), "built": shard || snapshot})
			} else {
				_, err = fmt.Fprintf(a.stdout, "%s %s.\n", r.Ref, state)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}
