package main

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"concord/alignment"
	"concord/index"
	"concord/taxonomy"
)

// deriveIndex builds what is missing or stale of the search index of releases.
func (a *app) deriveIndex(ctx context.Context, p *place, releases []*taxonomy.Release) error {
	shards, err := p.staleShards(ctx)
	if err != nil {
		return err
	}
	for _, rel := range releases {
		if err := a.build(ctx, p, rel.Ref, shards[rel.Ref], false); err != nil {
			return err
		}
	}
	return nil
}

// deriveSnapshots builds what is missing or stale of their alignment snapshots.
func (a *app) deriveSnapshots(ctx context.Context, p *place, releases []*taxonomy.Release) error {
	snapshots, err := p.staleSnapshots(ctx)
	if err != nil {
		return err
	}
	for _, rel := range releases {
		if err := a.build(ctx, p, rel.Ref, false, snapshots[rel.Ref]); err != nil {
			return err
		}
	}
	return nil
}

// derive builds both, side by side.
func (a *app) derive(ctx context.Context, p *place, rel *taxonomy.Release) error {
	shards, err := p.staleShards(ctx)
	if err != nil {
		return err
	}
	snapshots, err := p.staleSnapshots(ctx)
	if err != nil {
		return err
	}
	return a.build(ctx, p, rel.Ref, shards[rel.Ref], snapshots[rel.Ref])
}

// staleShards returns the releases whose index shard is missing or does not
// fit the store.
func (p *place) staleShards(ctx context.Context) (map[taxonomy.Ref]bool, error) {
	stale, err := index.Stale(ctx, p.index, p)
	return setOf(stale), err
}

// staleSnapshots returns the releases whose alignment snapshot is missing or
// does not fit the store or the weights.
func (p *place) staleSnapshots(ctx context.Context) (map[taxonomy.Ref]bool, error) {
	table, err := p.table()
	if err != nil {
		return nil, err
	}
	stale, err := alignment.Stale(ctx, p.snapshots, p, table)
	return setOf(stale), err
}

func setOf(refs []taxonomy.Ref) map[taxonomy.Ref]bool {
	m := map[taxonomy.Ref]bool{}
	for _, r := range refs {
		m[r] = true
	}
	return m
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
		g.Go(func() error {
			table, err := p.table()
			if err != nil {
				return err
			}
			return alignment.Build(ctx, p.snapshots, p, ref, table, bar.set)
		})
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
