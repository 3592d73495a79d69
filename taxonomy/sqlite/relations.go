package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"concord/taxonomy"
)

// Relations yields the relations f selects, by subject, predicate and object,
// all from one state of the store.
func (s *Store) Relations(ctx context.Context, f taxonomy.RelationFilter) iter.Seq2[taxonomy.Relation, error] {
	return func(yield func(taxonomy.Relation, error) bool) {
		err := s.view(ctx, func(tx *sql.Tx) error {
			return eachRelation(ctx, tx, f, func(r taxonomy.Relation) bool { return yield(r, nil) })
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(taxonomy.Relation{}, err)
		}
	}
}

func eachRelation(ctx context.Context, tx *sql.Tx, f taxonomy.RelationFilter, yield func(taxonomy.Relation) bool) error {
	rel, err := resolve(ctx, tx, f.Release)
	if err != nil {
		return err
	}
	query, args, err := relationQuery(rel.id, f)
	if err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("reading relations: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r taxonomy.Relation
		if err := rows.Scan(&r.Subject, &r.Predicate, &r.Object, &r.Importance, &r.Level, &r.Qualifier); err != nil {
			return fmt.Errorf("reading relations: %w", err)
		}
		if !yield(r) {
			return errStopped
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading relations: %w", err)
	}
	return nil
}

// relationQuery starts from the side that is given, so that one concept's
// relations cost no more than they are many. CROSS JOIN keeps SQLite to that.
func relationQuery(release int64, f taxonomy.RelationFilter) (query string, args []any, err error) {
	const columns = "SELECT s.uri, r.predicate, o.uri, r.importance, r.level, r.qualifier FROM "
	switch {
	case f.Subject == "" && len(f.Subjects) == 0 && f.Object != "":
		query = columns + `concept o CROSS JOIN relation r ON r.object = o.id CROSS JOIN concept s ON s.id = r.subject
			WHERE o.release = ? AND o.uri = ?`
		args = []any{release, string(f.Object)}
	default:
		query = columns + `concept s CROSS JOIN relation r ON r.subject = s.id CROSS JOIN concept o ON o.id = r.object
			WHERE s.release = ?`
		args = []any{release}
		if f.Subject != "" {
			query += " AND s.uri = ?"
			args = append(args, string(f.Subject))
		}
		if len(f.Subjects) > 0 {
			subjects, err := json.Marshal(f.Subjects)
			if err != nil {
				return "", nil, fmt.Errorf("reading relations: %w", err)
			}
			query += " AND s.uri IN (SELECT value FROM json_each(?))"
			args = append(args, string(subjects))
		}
		if f.Object != "" {
			query += " AND o.uri = ?"
			args = append(args, string(f.Object))
		}
	}
	if len(f.Predicates) > 0 {
		predicates, err := json.Marshal(f.Predicates)
		if err != nil {
			return "", nil, fmt.Errorf("reading relations: %w", err)
		}
		query += " AND r.predicate IN (SELECT value FROM json_each(?))"
		args = append(args, string(predicates))
	}
	return query + " ORDER BY s.uri, r.predicate, o.uri", args, nil
}
