package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"concord/taxonomy"
)

// ImportOptions says how an import treats what the store holds.
type ImportOptions struct {
	Merge  bool // add to the release if it is there, instead of replacing it
	DryRun bool // run everything, then keep nothing
}

// Import runs f in one transaction that replaces the release rel.Ref, or adds
// to it with opt.Merge: either all that f writes is kept, or nothing. rel
// gives Ref (with a version), Format, Digest, Parts and Imported, stored as
// they are; f sets the rest through the Writer. Counts are Import's own. A
// zero rel.Ref is an import of mapping sets alone, which makes no release.
//
// A replaced release loses the mapping sets it brought; its pin stays. Readers
// see the old state until Import returns, and so does f, which must not write
// to the store in any other way. An error of f or of ctx keeps nothing and is
// returned wrapped; it is an ErrConflict where another program's write takes
// too long, and an ErrInvalid where rel.Ref names no release.
func (s *Store) Import(ctx context.Context, rel taxonomy.Release, opt ImportOptions, f func(taxonomy.Writer) error) error {
	if rel.Ref != (taxonomy.Ref{}) {
		if _, err := taxonomy.ParseRef(rel.Scheme + "@" + rel.Version); err != nil {
			return fmt.Errorf("importing: %w", err)
		}
	}
	tx, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	w, err := newWriter(ctx, tx, rel, opt)
	if err != nil {
		return importError(ctx, rel.Ref, err)
	}
	defer w.close()
	if err := f(w); err != nil {
		return importError(ctx, rel.Ref, err)
	}
	if err := w.finish(); err != nil {
		return importError(ctx, rel.Ref, err)
	}
	if opt.DryRun {
		if err := tx.Rollback(); err != nil {
			return importError(ctx, rel.Ref, err)
		}
		return nil
	}
	if err := s.commit(ctx, tx); err != nil {
		return importError(ctx, rel.Ref, err)
	}
	return nil
}

// importError says what was being imported. Once ctx has ended, statements
// find the transaction gone: ctx's error is the one that tells why.
func importError(ctx context.Context, ref taxonomy.Ref, err error) error {
	if ctx.Err() != nil && errors.Is(err, sql.ErrTxDone) {
		err = context.Cause(ctx)
	}
	if ref == (taxonomy.Ref{}) {
		return fmt.Errorf("importing mapping sets: %w", err)
	}
	return fmt.Errorf("importing %s: %w", ref, err)
}

// openRelease makes the row of rel and empties or keeps what it held. It
// returns the release as it stands: with merge, with its counts.
func openRelease(ctx context.Context, tx *sql.Tx, rel taxonomy.Release, merge bool) (*storedRelease, error) {
	if _, err := tx.ExecContext(ctx, "INSERT INTO scheme (name) VALUES (?) ON CONFLICT DO NOTHING", rel.Scheme); err != nil {
		return nil, fmt.Errorf("adding the scheme: %w", err)
	}
	releases, err := loadReleases(ctx, tx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(releases, func(r storedRelease) bool { return r.Ref == rel.Ref })
	if i < 0 {
		res, err := tx.ExecContext(ctx, `INSERT INTO release (scheme, version, uri, title, publisher, license, issued, format, digest,
			parts, imported, concepts, languages, labels, relations, seq) VALUES (?, ?, '', '', '', '', '', '', '', '[]', '', '{}', '[]', 0, 0, 0)`,
			rel.Scheme, rel.Version)
		if err != nil {
			return nil, fmt.Errorf("adding the release: %w", err)
		}
		id, err := res.LastInsertId()
		if err != nil {
			return nil, fmt.Errorf("adding the release: %w", err)
		}
		return &storedRelease{Release: rel, id: id}, nil
	}
	old := releases[i]
	if !merge {
		if err := clearRelease(ctx, tx, old.id, old.Ref); err != nil {
			return nil, err
		}
		return &storedRelease{Release: rel, id: old.id}, nil
	}
	describe(&old.Release, rel)
	if rel.Format != "" {
		old.Format = rel.Format
	}
	old.Digest, old.Parts, old.Imported = rel.Digest, rel.Parts, rel.Imported
	return &old, nil
}

// describe sets the descriptive fields of r that from gives.
func describe(r *taxonomy.Release, from taxonomy.Release) {
	for field, value := range map[*string]string{
		&r.Title: from.Title, &r.Publisher: from.Publisher, &r.License: from.License, &r.Issued: from.Issued,
	} {
		if value != "" {
			*field = value
		}
	}
	if from.URI != "" {
		r.URI = from.URI
	}
}

// saveRelease writes r over its row.
func saveRelease(ctx context.Context, tx *sql.Tx, r *storedRelease) error {
	parts := slices.Clone(r.Parts)
	slices.SortFunc(parts, func(a, b taxonomy.Part) int { return strings.Compare(a.Name, b.Name) })
	slices.Sort(r.Languages)
	columns := make([]string, 3)
	for i, v := range []any{parts, r.Concepts, r.Languages} {
		b, err := json.Marshal(v)
		if err != nil {
			return fmt.Errorf("saving the release: %w", err)
		}
		columns[i] = string(b)
	}
	_, err := tx.ExecContext(ctx, `UPDATE release SET uri = ?, title = ?, publisher = ?, license = ?, issued = ?, format = ?, digest = ?,
		parts = ?, imported = ?, concepts = ?, languages = ?, labels = ?, relations = ?, seq = ? WHERE id = ?`,
		string(r.URI), r.Title, r.Publisher, r.License, r.Issued, r.Format, r.Digest,
		columns[0], r.Imported.UTC().Format(time.RFC3339Nano), columns[1], columns[2], r.Labels, r.Relations, r.seq, r.id)
	if err != nil {
		return fmt.Errorf("saving the release: %w", err)
	}
	return nil
}
