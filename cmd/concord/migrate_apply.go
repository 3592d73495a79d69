package main

import (
	"context"
	"fmt"

	"concord/alignment/releases"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

// carryOut applies a plan, or takes it back.
func (a *app) carryOut(ctx context.Context, in migrating) error {
	path := in.apply + in.undo
	head, steps, err := readPlan(path)
	if err != nil {
		return err
	}
	if (head.Kind == releases.OfDocuments) != (in.dir != "") {
		if in.dir == "" {
			return fmt.Errorf("%w: the plan is of documents; say with --dir where their changed copies go", taxonomy.ErrInvalid)
		}
		return fmt.Errorf("%w: --dir is for plans of documents; this one is of %s", taxonomy.ErrInvalid, head.Kind)
	}
	switch head.Kind {
	case releases.OfSet:
		return a.carryOutSet(ctx, head, steps, in.undo != "")
	case releases.OfDocuments:
		return a.carryOutDocuments(head, steps, in.dir, in.undo != "")
	case releases.OfAlignments:
		return fmt.Errorf("%w: %s is of a file of alignments, which a new concord align makes better than a patch; only plans of mapping sets and documents are applied", taxonomy.ErrInvalid, path)
	}
	return fmt.Errorf("%w: %s is a plan of %q, which this program does not know", taxonomy.ErrInvalid, path, head.Kind)
}

// carryOutSet writes the migrated set, or removes it.
func (a *app) carryOutSet(ctx context.Context, head *releases.Head, steps []releases.Step, undo bool) error {
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	old, err := readSet(ctx, p.Store, string(head.Set))
	if err != nil {
		return err
	}
	made, done, err := releases.Migrate(old, head, steps)
	if err != nil {
		return err
	}
	there, err := setThere(ctx, p, made.ID)
	if err != nil {
		return err
	}
	if there != nil && !releases.DerivedFrom(&there.MappingSet, old.ID) {
		return fmt.Errorf("%w: there is a mapping set %s already, which no plan made; remove it or give it another name first", taxonomy.ErrConflict, made.ID)
	}
	if undo {
		return a.undoSet(ctx, p, made, there)
	}
	err = p.Import(ctx, taxonomy.Release{}, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		if err := w.PutMappingSet(&made.MappingSet); err != nil {
			return err
		}
		for i := range made.Mappings {
			if _, err := w.PutMapping(&made.Mappings[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(done)
	}
	a.printMigrated(done)
	return nil
}

// undoSet removes what the plan made, unless people have worked on it since.
func (a *app) undoSet(ctx context.Context, p *place, made, there *taxonomy.Crosswalk) error {
	if there == nil {
		return fmt.Errorf("%w: there is no mapping set %s; the plan was not applied, or is taken back already", taxonomy.ErrNotFound, made.ID)
	}
	if !releases.SameSet(made, there) {
		return fmt.Errorf("%w: %s is no longer what the plan made of it; export it if you want to keep that, then concord crosswalk remove it", taxonomy.ErrConflict, made.ID)
	}
	if err := p.RemoveMappingSet(ctx, made.ID); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(struct {
			Removed taxonomy.URI `json:"removed"`
		}{made.ID})
	}
	fmt.Fprintf(a.stdout, "Removed %s; the store is as it was before the plan was applied.\n", printable(string(made.ID)))
	return nil
}

// setThere reads a set by its whole identifier, nil where there is none.
func setThere(ctx context.Context, p *place, id taxonomy.URI) (*taxonomy.Crosswalk, error) {
	sets, err := p.MappingSets(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range sets {
		if s.ID == id {
			return readSet(ctx, p.Store, string(id))
		}
	}
	return nil, nil
}
