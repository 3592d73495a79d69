package sqlite

import (
	"cmp"
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

// Schemes returns every scheme with its releases, by name.
func (s *Store) Schemes(ctx context.Context) ([]taxonomy.Scheme, error) {
	var schemes []taxonomy.Scheme
	err := s.view(ctx, func(tx *sql.Tx) error {
		var err error
		schemes, err = loadSchemes(ctx, tx)
		return err
	})
	return schemes, err
}

// Release returns one release with its counts.
func (s *Store) Release(ctx context.Context, ref taxonomy.Ref) (*taxonomy.Release, error) {
	var rel *taxonomy.Release
	err := s.view(ctx, func(tx *sql.Tx) error {
		found, err := resolve(ctx, tx, ref)
		if err != nil {
			return err
		}
		rel = &found.Release
		return nil
	})
	return rel, err
}

// Revision returns a token that changes whenever a write commits, and that
// neither a restored store nor another one ever had.
func (s *Store) Revision(ctx context.Context) (string, error) {
	var revision string
	if err := s.ro.QueryRowContext(ctx, "SELECT revision FROM store").Scan(&revision); err != nil {
		return "", fmt.Errorf("reading the revision: %w", err)
	}
	return revision, nil
}

// Use pins the release that the scheme's bare name means. ref has a version;
// the error is an ErrNotFound where it is not loaded.
func (s *Store) Use(ctx context.Context, ref taxonomy.Ref) error {
	return s.update(ctx, func(tx *sql.Tx) error {
		rel, err := resolveVersion(ctx, tx, ref)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE scheme SET pinned = ? WHERE name = ?", rel.Version, rel.Scheme); err != nil {
			return fmt.Errorf("pinning %s: %w", ref, err)
		}
		return nil
	})
}

// Remove removes a release with its concepts, relations and the mapping sets
// it brought. ref has a version; the error is an ErrNotFound where it is not
// loaded. If it was pinned, the highest version that is left becomes current;
// with its last release a scheme goes too.
func (s *Store) Remove(ctx context.Context, ref taxonomy.Ref) error {
	return s.update(ctx, func(tx *sql.Tx) error {
		rel, err := resolveVersion(ctx, tx, ref)
		if err != nil {
			return err
		}
		if err := clearRelease(ctx, tx, rel.id, ref); err != nil {
			return err
		}
		for _, q := range []string{
			"DELETE FROM release WHERE scheme = ? AND version = ?",
			"UPDATE scheme SET pinned = NULL WHERE name = ? AND pinned = ?",
		} {
			if _, err := tx.ExecContext(ctx, q, ref.Scheme, ref.Version); err != nil {
				return fmt.Errorf("removing %s: %w", ref, err)
			}
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM scheme WHERE name NOT IN (SELECT scheme FROM release)"); err != nil {
			return fmt.Errorf("removing %s: %w", ref, err)
		}
		return nil
	})
}

// clearRelease deletes everything a release holds and the mapping sets it
// brought, but not the release.
func clearRelease(ctx context.Context, tx *sql.Tx, id int64, ref taxonomy.Ref) error {
	for _, q := range []string{
		"DELETE FROM relation WHERE subject IN (SELECT id FROM concept WHERE release = ?)",
		"DELETE FROM label WHERE concept IN (SELECT id FROM concept WHERE release = ?)",
		"DELETE FROM note WHERE concept IN (SELECT id FROM concept WHERE release = ?)",
		"DELETE FROM property WHERE concept IN (SELECT id FROM concept WHERE release = ?)",
		"DELETE FROM replacement WHERE concept IN (SELECT id FROM concept WHERE release = ?)",
		"DELETE FROM concept WHERE release = ?",
	} {
		if _, err := tx.ExecContext(ctx, q, id); err != nil {
			return fmt.Errorf("emptying %s: %w", ref, err)
		}
	}
	for _, q := range []string{
		"DELETE FROM mapping WHERE mapping_set IN (SELECT id FROM mapping_set WHERE origin_scheme = ? AND origin_version = ?)",
		"DELETE FROM mapping_set WHERE origin_scheme = ? AND origin_version = ?",
	} {
		if _, err := tx.ExecContext(ctx, q, ref.Scheme, ref.Version); err != nil {
			return fmt.Errorf("emptying %s: %w", ref, err)
		}
	}
	return nil
}

// A storedRelease is a release with what only the store knows of it.
type storedRelease struct {
	taxonomy.Release
	id  int64
	seq int64 // highest in use
}

// resolve finds the release that ref names; without a version, the current one.
func resolve(ctx context.Context, tx *sql.Tx, ref taxonomy.Ref) (*storedRelease, error) {
	if ref.Scheme == "" {
		return nil, fmt.Errorf("%w: no release is named; write NAME or NAME@VERSION, like esco@1.2.0", taxonomy.ErrInvalid)
	}
	releases, err := loadReleases(ctx, tx)
	if err != nil {
		return nil, err
	}
	for i := range releases {
		r := &releases[i]
		if r.Scheme == ref.Scheme && (r.Version == ref.Version || ref.Version == "" && r.Current) {
			return r, nil
		}
	}
	if len(releases) == 0 {
		return nil, fmt.Errorf("%w: no release %s; nothing is loaded yet; import a framework first", taxonomy.ErrNotFound, ref)
	}
	loaded := make([]string, len(releases))
	for i, r := range releases {
		loaded[i] = r.Ref.String()
	}
	return nil, fmt.Errorf("%w: no release %s; loaded: %s", taxonomy.ErrNotFound, ref, strings.Join(loaded, ", "))
}

// resolveVersion is resolve for what must not happen to a release by chance.
func resolveVersion(ctx context.Context, tx *sql.Tx, ref taxonomy.Ref) (*storedRelease, error) {
	rel, err := resolve(ctx, tx, ref)
	if err == nil && ref.Version == "" {
		return nil, fmt.Errorf("%w: say which version of %s; the current one is %s", taxonomy.ErrInvalid, ref, rel.Ref)
	}
	return rel, err
}

// loadSchemes returns every scheme with its releases, by name.
func loadSchemes(ctx context.Context, tx *sql.Tx) ([]taxonomy.Scheme, error) {
	pinned, err := loadPins(ctx, tx)
	if err != nil {
		return nil, err
	}
	releases, err := loadReleases(ctx, tx)
	if err != nil {
		return nil, err
	}
	var schemes []taxonomy.Scheme
	for _, r := range releases {
		if len(schemes) == 0 || schemes[len(schemes)-1].Name != r.Scheme {
			_, pin := pinned[r.Scheme]
			schemes = append(schemes, taxonomy.Scheme{Name: r.Scheme, Pinned: pin})
		}
		scheme := &schemes[len(schemes)-1]
		scheme.Releases = append(scheme.Releases, r.Release)
		if r.Current {
			scheme.Current = r.Version
		}
	}
	return schemes, nil
}

// loadReleases returns every release by scheme, highest version first.
func loadReleases(ctx context.Context, tx *sql.Tx) ([]storedRelease, error) {
	pinned, err := loadPins(ctx, tx)
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT id, scheme, version, uri, title, publisher, license, issued, format, digest,
		parts, imported, concepts, languages, labels, relations, seq FROM release`)
	if err != nil {
		return nil, fmt.Errorf("reading the releases: %w", err)
	}
	defer rows.Close()
	var releases []storedRelease
	for rows.Next() {
		var r storedRelease
		var parts, imported, concepts, languages string
		if err := rows.Scan(&r.id, &r.Scheme, &r.Version, &r.URI, &r.Title, &r.Publisher, &r.License, &r.Issued, &r.Format, &r.Digest,
			&parts, &imported, &concepts, &languages, &r.Labels, &r.Relations, &r.seq); err != nil {
			return nil, fmt.Errorf("reading the releases: %w", err)
		}
		if r.Imported, err = time.Parse(time.RFC3339Nano, imported); err != nil {
			return nil, fmt.Errorf("reading release %s: %w", r.Ref, err)
		}
		err := errors.Join(json.Unmarshal([]byte(parts), &r.Parts), json.Unmarshal([]byte(concepts), &r.Concepts), json.Unmarshal([]byte(languages), &r.Languages))
		if err != nil {
			return nil, fmt.Errorf("reading release %s: %w", r.Ref, err)
		}
		releases = append(releases, r)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading the releases: %w", err)
	}
	slices.SortFunc(releases, func(a, b storedRelease) int {
		return cmp.Or(strings.Compare(a.Scheme, b.Scheme), taxonomy.CompareVersions(b.Version, a.Version), strings.Compare(a.Version, b.Version))
	})
	for i := range releases {
		r := &releases[i]
		pin, ok := pinned[r.Scheme]
		r.Current = ok && r.Version == pin || !ok && (i == 0 || releases[i-1].Scheme != r.Scheme)
	}
	return releases, nil
}

// loadPins returns the pinned version of each scheme that has one.
func loadPins(ctx context.Context, tx *sql.Tx) (map[string]string, error) {
	rows, err := tx.QueryContext(ctx, "SELECT name, pinned FROM scheme WHERE pinned IS NOT NULL")
	if err != nil {
		return nil, fmt.Errorf("reading the schemes: %w", err)
	}
	defer rows.Close()
	pinned := make(map[string]string)
	for rows.Next() {
		var name, version string
		if err := rows.Scan(&name, &version); err != nil {
			return nil, fmt.Errorf("reading the schemes: %w", err)
		}
		pinned[name] = version
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading the schemes: %w", err)
	}
	return pinned, nil
}
