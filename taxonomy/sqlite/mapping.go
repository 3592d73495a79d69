package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"concord/taxonomy"
)

// PutMappingSet adds a mapping set, or replaces it with its rows. A set that
// was put before in the same import, and in a merge one that the release
// brought before, keeps its rows.
func (w *writer) PutMappingSet(m *taxonomy.MappingSet) error {
	if w.err != nil {
		return w.err
	}
	if m.ID == "" {
		return fmt.Errorf("%w: mapping set %q has no ID", taxonomy.ErrInvalid, m.Title)
	}
	creators, err := json.Marshal(m.Creators)
	if err != nil {
		return fmt.Errorf("mapping set %s: %w", m.ID, err)
	}
	rest, err := restOfSet(*m)
	if err != nil {
		return fmt.Errorf("mapping set %s: %w", m.ID, err)
	}
	ctx := context.WithoutCancel(w.ctx)
	if _, again := w.sets[m.ID]; !again {
		const q = `DELETE FROM mapping WHERE mapping_set IN
			(SELECT id FROM mapping_set WHERE uri = ? AND NOT (? AND origin_scheme = ? AND origin_version = ?))`
		origin := w.ref()
		if _, err := w.tx.ExecContext(ctx, q, string(m.ID), w.merge && w.rel != nil, origin.Scheme, origin.Version); err != nil {
			return w.fail(fmt.Errorf("replacing mapping set %s: %w", m.ID, err))
		}
	}
	status := m.Status
	if status == "" {
		status = taxonomy.Accepted
	}
	const q = `INSERT INTO mapping_set (uri, title, version, license, creators, origin_scheme, origin_version, status, rest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (uri) DO UPDATE SET title = excluded.title, version = excluded.version, license = excluded.license,
		creators = excluded.creators, origin_scheme = excluded.origin_scheme, origin_version = excluded.origin_version,
		status = excluded.status, rest = excluded.rest
		RETURNING id`
	var id int64
	err = w.tx.QueryRowContext(ctx, q, string(m.ID), m.Title, m.Version, m.License, string(creators), m.Origin.Scheme, m.Origin.Version, string(status), rest).Scan(&id)
	if err != nil {
		return w.fail(fmt.Errorf("adding mapping set %s: %w", m.ID, err))
	}
	w.sets[m.ID] = id
	return nil
}

// restOfSet is the JSON of what mapping_set has no columns for.
func restOfSet(m taxonomy.MappingSet) (string, error) {
	m.ID, m.Title, m.Version, m.License, m.Creators, m.Origin, m.Status = "", "", "", "", nil, taxonomy.Ref{}, ""
	rest, err := json.Marshal(m)
	return string(rest), err
}

// restOfMapping is the JSON of what mapping has no columns for.
func restOfMapping(m taxonomy.Mapping) (string, error) {
	m.Set, m.Subject, m.Predicate, m.Object, m.Status, m.Before, m.Line = "", "", "", "", "", "", 0
	rest, err := json.Marshal(m)
	return string(rest), err
}

// mappingDigest tells a row of a set from others: by everything but its status,
// what a reviewer changed, and its line.
func mappingDigest(subject taxonomy.URI, predicate taxonomy.Match, object taxonomy.URI, rest string) []byte {
	digest := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%s", subject, predicate, object, rest))
	return digest[:16]
}

// ref returns the release being imported, zero where there is none.
func (w *writer) ref() taxonomy.Ref {
	if w.rel == nil {
		return taxonomy.Ref{}
	}
	return w.rel.Ref
}

// PutMapping adds a row to a mapping set. The source's predicate is stored,
// also where the row was read with one that a reviewer gave it.
func (w *writer) PutMapping(m *taxonomy.Mapping) (added bool, err error) {
	if w.err != nil {
		return false, w.err
	}
	switch {
	case m.Predicate == "" || m.Subject == "" && m.SubjectLabel == "" || m.Object == "" && m.ObjectLabel == "":
		return false, fmt.Errorf("%w: mapping %q %q %q of %s lacks a part", taxonomy.ErrInvalid, m.Subject, m.Predicate, m.Object, m.Set)
	case !fraction(m.Confidence):
		return false, fmt.Errorf("%w: mapping %s %s %s has a confidence outside 0 to 1", taxonomy.ErrInvalid, m.Subject, m.Predicate, m.Object)
	}
	set, ok := w.sets[m.Set]
	if !ok {
		err := w.tx.QueryRowContext(context.WithoutCancel(w.ctx), "SELECT id FROM mapping_set WHERE uri = ?", string(m.Set)).Scan(&set)
		if errors.Is(err, sql.ErrNoRows) {
			return false, fmt.Errorf("%w: no mapping set %s for %s %s %s", taxonomy.ErrNotFound, m.Set, m.Subject, m.Predicate, m.Object)
		}
		if err != nil {
			return false, w.fail(fmt.Errorf("reading mapping set %s: %w", m.Set, err))
		}
		w.sets[m.Set] = set
	}
	predicate := m.Predicate
	if m.Before != "" {
		predicate = m.Before
	}
	rest, err := restOfMapping(*m)
	if err != nil {
		return false, fmt.Errorf("mapping %s %s %s: %w", m.Subject, m.Predicate, m.Object, err)
	}
	digest := mappingDigest(m.Subject, predicate, m.Object, rest)
	n, err := w.exec(w.insert.mapping, "adding a mapping", set, string(m.Subject), string(predicate), string(m.Object),
		string(m.Status), m.Line, digest, rest)
	return n > 0, err
}

// mappingColumns are read by scanMapping.
const mappingColumns = `s.uri, m.subject, m.predicate, m.object, m.status, s.status, m.changed, m.line, m.rest
	FROM mapping m JOIN mapping_set s ON s.id = m.mapping_set `

func scanMapping(rows *sql.Rows) (m taxonomy.Mapping, err error) {
	var set, subject, object taxonomy.URI
	var predicate, changed taxonomy.Match
	var own, general taxonomy.Status
	var line int
	var rest []byte
	if err := rows.Scan(&set, &subject, &predicate, &object, &own, &general, &changed, &line, &rest); err != nil {
		return m, err
	}
	if err := json.Unmarshal(rest, &m); err != nil {
		return m, fmt.Errorf("mapping %s %s %s of %s: %w", subject, predicate, object, set, err)
	}
	m.Set, m.Subject, m.Predicate, m.Object, m.Status, m.Line = set, subject, predicate, object, own, line
	if own == "" {
		m.Status = general
	}
	if changed != "" && changed != predicate {
		m.Predicate, m.Before = changed, predicate
	}
	return m, nil
}

// Mappings returns the mappings that have uri on either side, by set,
// subject, predicate and object.
func (s *Store) Mappings(ctx context.Context, uri taxonomy.URI) ([]taxonomy.Mapping, error) {
	rows, err := s.ro.QueryContext(ctx, "SELECT "+mappingColumns+
		"WHERE m.subject = ?1 OR m.object = ?1 ORDER BY s.uri, m.subject, m.predicate, m.object, m.id", string(uri))
	if err != nil {
		return nil, fmt.Errorf("reading the mappings of %s: %w", uri, err)
	}
	defer rows.Close()
	var mappings []taxonomy.Mapping
	for rows.Next() {
		m, err := scanMapping(rows)
		if err != nil {
			return nil, fmt.Errorf("reading the mappings of %s: %w", uri, err)
		}
		mappings = append(mappings, m)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading the mappings of %s: %w", uri, err)
	}
	return mappings, nil
}

// MappingsOf yields the mappings of a set in the order they were put, all from
// one state of the store.
func (s *Store) MappingsOf(ctx context.Context, set taxonomy.URI) iter.Seq2[taxonomy.Mapping, error] {
	return func(yield func(taxonomy.Mapping, error) bool) {
		err := s.view(ctx, func(tx *sql.Tx) error {
			var id int64
			err := tx.QueryRowContext(ctx, "SELECT id FROM mapping_set WHERE uri = ?", string(set)).Scan(&id)
			if errors.Is(err, sql.ErrNoRows) {
				return fmt.Errorf("%w: no mapping set %s", taxonomy.ErrNotFound, set)
			}
			if err != nil {
				return fmt.Errorf("reading mapping set %s: %w", set, err)
			}
			rows, err := tx.QueryContext(ctx, "SELECT "+mappingColumns+"WHERE m.mapping_set = ? ORDER BY m.id", id)
			if err != nil {
				return fmt.Errorf("reading mapping set %s: %w", set, err)
			}
			defer rows.Close()
			for rows.Next() {
				m, err := scanMapping(rows)
				if err != nil {
					return fmt.Errorf("reading mapping set %s: %w", set, err)
				}
				if !yield(m, nil) {
					return errStopped
				}
			}
			if err := rows.Err(); err != nil {
				return fmt.Errorf("reading mapping set %s: %w", set, err)
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(taxonomy.Mapping{}, err)
		}
	}
}

// MappingSets returns every mapping set, by ID.
func (s *Store) MappingSets(ctx context.Context) ([]taxonomy.MappingSet, error) {
	rows, err := s.ro.QueryContext(ctx, "SELECT uri, title, version, license, creators, origin_scheme, origin_version, status, rest FROM mapping_set ORDER BY uri")
	if err != nil {
		return nil, fmt.Errorf("reading the mapping sets: %w", err)
	}
	defer rows.Close()
	var sets []taxonomy.MappingSet
	for rows.Next() {
		var m, row taxonomy.MappingSet
		var creators, rest []byte
		if err := rows.Scan(&row.ID, &row.Title, &row.Version, &row.License, &creators, &row.Origin.Scheme, &row.Origin.Version, &row.Status, &rest); err != nil {
			return nil, fmt.Errorf("reading the mapping sets: %w", err)
		}
		if err := errors.Join(json.Unmarshal(rest, &m), json.Unmarshal(creators, &m.Creators)); err != nil {
			return nil, fmt.Errorf("reading mapping set %s: %w", row.ID, err)
		}
		m.ID, m.Title, m.Version, m.License, m.Origin, m.Status = row.ID, row.Title, row.Version, row.License, row.Origin, row.Status
		sets = append(sets, m)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading the mapping sets: %w", err)
	}
	return sets, nil
}

// RemoveMappingSet removes a mapping set with its rows. What was decided about
// them stays. The error is an ErrNotFound where there is no such set.
func (s *Store) RemoveMappingSet(ctx context.Context, set taxonomy.URI) error {
	return s.update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM mapping WHERE mapping_set IN (SELECT id FROM mapping_set WHERE uri = ?)", string(set)); err != nil {
			return fmt.Errorf("removing mapping set %s: %w", set, err)
		}
		res, err := tx.ExecContext(ctx, "DELETE FROM mapping_set WHERE uri = ?", string(set))
		if err != nil {
			return fmt.Errorf("removing mapping set %s: %w", set, err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, fmt.Errorf("%w: no mapping set %s", taxonomy.ErrNotFound, set))
		}
		return nil
	})
}
