package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"

	"concord/taxonomy"
)

var _ taxonomy.Recorder = (*Store)(nil)

// PutRecord adds or replaces a record.
func (s *Store) PutRecord(ctx context.Context, kind, id string, value []byte) error {
	_, err := s.writeRecord(ctx, "INSERT INTO record (kind, id, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", kind, id, nonNil(value))
	return err
}

// AddRecord adds a record, and is an ErrConflict where there is one.
func (s *Store) AddRecord(ctx context.Context, kind, id string, value []byte) error {
	n, err := s.writeRecord(ctx, "INSERT INTO record (kind, id, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", kind, id, nonNil(value))
	if err == nil && n == 0 {
		err = fmt.Errorf("%w: there is a %s %s already", taxonomy.ErrConflict, kind, id)
	}
	return err
}

// DeleteRecord deletes a record, or is an ErrNotFound.
func (s *Store) DeleteRecord(ctx context.Context, kind, id string) error {
	n, err := s.writeRecord(ctx, "DELETE FROM record WHERE kind = ? AND id = ?", kind, id)
	if err == nil && n == 0 {
		err = fmt.Errorf("%w: no %s %s", taxonomy.ErrNotFound, kind, id)
	}
	return err
}

// writeRecord runs one statement, which leaves the store's revision alone:
// nothing is derived from records.
func (s *Store) writeRecord(ctx context.Context, query, kind, id string, more ...any) (int64, error) {
	res, err := s.rw.ExecContext(ctx, query, append([]any{kind, id}, more...)...)
	if err != nil {
		return 0, busy(s.path, fmt.Errorf("writing %s %s: %w", kind, id, err))
	}
	return res.RowsAffected()
}

// Record returns a record, or ErrNotFound.
func (s *Store) Record(ctx context.Context, kind, id string) ([]byte, error) {
	var value []byte
	err := s.ro.QueryRowContext(ctx, "SELECT value FROM record WHERE kind = ? AND id = ?", kind, id).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("%w: no %s %s", taxonomy.ErrNotFound, kind, id)
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s %s: %w", kind, id, err)
	}
	return value, nil
}

// Records yields the records of a kind, by id.
func (s *Store) Records(ctx context.Context, kind string) iter.Seq2[taxonomy.Record, error] {
	return func(yield func(taxonomy.Record, error) bool) {
		rows, err := s.ro.QueryContext(ctx, "SELECT id, value FROM record WHERE kind = ? ORDER BY id", kind)
		if err != nil {
			yield(taxonomy.Record{}, fmt.Errorf("reading every %s: %w", kind, err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			var r taxonomy.Record
			if err := rows.Scan(&r.ID, &r.Value); err != nil {
				yield(taxonomy.Record{}, fmt.Errorf("reading every %s: %w", kind, err))
				return
			}
			if !yield(r, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(taxonomy.Record{}, fmt.Errorf("reading every %s: %w", kind, err))
		}
	}
}

// nonNil is value as SQLite stores it: empty is not absent.
func nonNil(value []byte) []byte {
	if value == nil {
		return []byte{}
	}
	return value
}
