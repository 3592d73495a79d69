package main

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"concord/alignment"
	"concord/index"
	"concord/taxonomy"
)

// derive builds what is missing or stale of the index and the alignment
// snapshots of releases.
func (a *app) derive(ctx context.Context, p *place, releases []*taxonomy.Release) error {
	shards, snapshots, err := p.stale(ctx)
	if err != nil {
		return err
	}
	for _, rel := range releases {
		if err := a.build(ctx, p, rel.Ref, shards[rel.Ref], snapshots[rel.Ref]); err != nil {
			return err
		}
	}
	return nil
}

// stale returns the releases whose index shard, and those whose alignment
// snapshot, is missing or does not fit the store.
func (p *place) stale(ctx context.Context) (shards, snapshots map[taxonomy.Ref]bool, err error) {
	byIndex, err := index.Stale(ctx, p.index, p)
	if err != nil {
		return nil, nil, err
	}
	byEngine, err := alignment.Stale(ctx, p.snapshots, p, p.table)
	if err != nil {
		return nil, nil, err
	}
	set := func(refs []taxonomy.Ref) map[taxonomy.Ref]bool {
		m := map[taxonomy.Ref]bool{}
		for _, r := range refs {
			m[r] = true
		}
		return m
	}
	return set(byIndex), set(byEngine), nil
}

// build builds the shard and the snapshot of one release, as asked, side by side.
func (a *app) build(ctx context.Context, p *place, ref taxonomy.Ref, shard, snapshot bool) error {
	if !shard && !snapshot {
		return nil
	}
	bars := a.bars(ctx)
	defer bars.wait()
	g, ctx := errgroup.WithContext(ctx)
	if shard {
		bar := bars.add("search index " + ref.String())
		g.Go(func() error {
			if err := index.Build(ctx, p.index, p, ref, bar.set); err != nil {
				return fmt.Errorf("building the search index of %s: %w", ref, err)
			}
			return nil
		})
	}
	if snapshot {
		bar := bars.add("alignment " + ref.String())
		g.Go(func() error { return alignment.Build(ctx, p.snapshots, p, ref, p.table, bar.set) })
	}
	return g.Wait()
}

// prune removes derived files of releases that are gone.
func (p *place) prune(ctx context.Context) error {
	if err := index.Prune(ctx, p.index, p); err != nil {
		return err
	}
	return alignment.Prune(ctx, p.snapshots, p)
}
