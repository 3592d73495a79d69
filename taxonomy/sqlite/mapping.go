package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

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
	ctx := context.WithoutCancel(w.ctx)
	if _, again := w.sets[m.ID]; !again {
		const q = `DELETE FROM mapping WHERE mapping_set IN
			(SELECT id FROM mapping_set WHERE uri = ? AND NOT (? AND origin_scheme = ? AND origin_version = ?))`
		origin := w.ref()
		if _, err := w.tx.ExecContext(ctx, q, string(m.ID), w.merge && w.rel != nil, origin.Scheme, origin.Version); err != nil {
			return w.fail(fmt.Errorf("replacing mapping set %s: %w", m.ID, err))
		}
	}
	const q = `INSERT INTO mapping_set (uri, title, version, license, creators, origin_scheme, origin_version) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (uri) DO UPDATE SET title = excluded.title, version = excluded.version, license = excluded.license,
		creators = excluded.creators, origin_scheme = excluded.origin_scheme, origin_version = excluded.origin_version
		RETURNING id`
	var id int64
	err = w.tx.QueryRowContext(ctx, q, string(m.ID), m.Title, m.Version, m.License, string(creators), m.Origin.Scheme, m.Origin.Version).Scan(&id)
	if err != nil {
		return w.fail(fmt.Errorf("adding mapping set %s: %w", m.ID, err))
	}
	w.sets[m.ID] = id
	return nil
}

// ref returns the release being imported, zero where there is none.
func (w *writer) ref() taxonomy.Ref {
	if w.rel == nil {
		return taxonomy.Ref{}
	}
	return w.rel.Ref
}

// PutMapping adds a row to a mapping set.
func (w *writer) PutMapping(m *taxonomy.Mapping) error {
	if w.err != nil {
		return w.err
	}
	switch {
	case m.Subject == "" || m.Predicate == "" || m.Object == "":
		return fmt.Errorf("%w: mapping %q %q %q of %s lacks a part", taxonomy.ErrInvalid, m.Subject, m.Predicate, m.Object, m.Set)
	case !fraction(m.Confidence):
		return fmt.Errorf("%w: mapping %s %s %s has a confidence outside 0 to 1", taxonomy.ErrInvalid, m.Subject, m.Predicate, m.Object)
	}
	set, ok := w.sets[m.Set]
	if !ok {
		err := w.tx.QueryRowContext(context.WithoutCancel(w.ctx), "SELECT id FROM mapping_set WHERE uri = ?", string(m.Set)).Scan(&set)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("%w: no mapping set %s for %s %s %s", taxonomy.ErrNotFound, m.Set, m.Subject, m.Predicate, m.Object)
		}
		if err != nil {
			return w.fail(fmt.Errorf("reading mapping set %s: %w", m.Set, err))
		}
	}
	_, err := w.exec(w.insert.mapping, "adding a mapping", set, string(m.Subject), string(m.Predicate), string(m.Object),
		m.SubjectLabel, m.ObjectLabel, m.ObjectSource, string(m.Justification), m.Confidence, m.Author, m.Date, m.Comment)
	return err
}

// Mappings returns the mappings that have uri on either side, by set,
// subject, predicate and object.
func (s *Store) Mappings(ctx context.Context, uri taxonomy.URI) ([]taxonomy.Mapping, error) {
	rows, err := s.ro.QueryContext(ctx, `SELECT s.uri, m.subject, m.subject_label, m.predicate, m.object, m.object_label, m.object_source,
		m.justification, m.confidence, m.author, m.date, m.comment
		FROM mapping m JOIN mapping_set s ON s.id = m.mapping_set
		WHERE m.subject = ?1 OR m.object = ?1 ORDER BY s.uri, m.subject, m.predicate, m.object`, string(uri))
	if err != nil {
		return nil, fmt.Errorf("reading the mappings of %s: %w", uri, err)
	}
	defer rows.Close()
	var mappings []taxonomy.Mapping
	for rows.Next() {
		var m taxonomy.Mapping
		if err := rows.Scan(&m.Set, &m.Subject, &m.SubjectLabel, &m.Predicate, &m.Object, &m.ObjectLabel, &m.ObjectSource,
			&m.Justification, &m.Confidence, &m.Author, &m.Date, &m.Comment); err != nil {
			return nil, fmt.Errorf("reading the mappings of %s: %w", uri, err)
		}
		mappings = append(mappings, m)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading the mappings of %s: %w", uri, err)
	}
	return mappings, nil
}

// MappingSets returns every mapping set, by ID.
func (s *Store) MappingSets(ctx context.Context) ([]taxonomy.MappingSet, error) {
	rows, err := s.ro.QueryContext(ctx, "SELECT uri, title, version, license, creators, origin_scheme, origin_version FROM mapping_set ORDER BY uri")
	if err != nil {
		return nil, fmt.Errorf("reading the mapping sets: %w", err)
	}
	defer rows.Close()
	var sets []taxonomy.MappingSet
	for rows.Next() {
		var m taxonomy.MappingSet
		var creators string
		if err := rows.Scan(&m.ID, &m.Title, &m.Version, &m.License, &creators, &m.Origin.Scheme, &m.Origin.Version); err != nil {
			return nil, fmt.Errorf("reading the mapping sets: %w", err)
		}
		if err := json.Unmarshal([]byte(creators), &m.Creators); err != nil {
			return nil, fmt.Errorf("reading mapping set %s: %w", m.ID, err)
		}
		sets = append(sets, m)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading the mapping sets: %w", err)
	}
	return sets, nil
}
