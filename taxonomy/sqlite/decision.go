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

// AddDecisions records decisions in order, all or none, and returns their ids.
// What they say of mappings that are there takes effect at once. A decision
// that does not Validate is an ErrInvalid; one that supersedes what is not
// there is an ErrNotFound.
func (s *Store) AddDecisions(ctx context.Context, decisions []taxonomy.Decision) ([]int64, error) {
	ids := make([]int64, 0, len(decisions))
	err := s.update(ctx, func(tx *sql.Tx) error {
		touched := map[taxonomy.URI]bool{}
		for i := range decisions {
			d := &decisions[i]
			id, err := addDecision(ctx, tx, d)
			if err != nil {
				return err
			}
			ids = append(ids, id)
			if d.Set != "" {
				touched[d.Set] = true
			}
		}
		for set := range touched {
			if err := applyDecisions(ctx, tx, set); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return ids, nil
}

func addDecision(ctx context.Context, tx *sql.Tx, d *taxonomy.Decision) (int64, error) {
	if err := d.Validate(); err != nil {
		return 0, err
	}
	if d.Verdict == taxonomy.Supersede {
		var n int
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM decision WHERE id = ? AND subject = ? AND object = ?", d.Supersedes, string(d.Subject), string(d.Object)).Scan(&n); err != nil {
			return 0, fmt.Errorf("looking up decision %d: %w", d.Supersedes, err)
		}
		if n == 0 {
			return 0, fmt.Errorf("%w: there is no decision %d about %s and %s to take back", taxonomy.ErrNotFound, d.Supersedes, d.Subject, d.Object)
		}
	}
	rest := *d
	rest.ID, rest.Set, rest.Subject, rest.Predicate, rest.Object, rest.Verdict, rest.Reviewer, rest.Supersedes = 0, "", "", "", "", "", "", 0
	rest.Time = rest.Time.UTC()
	text, err := json.Marshal(rest)
	if err != nil {
		return 0, fmt.Errorf("the decision about %s and %s: %w", d.Subject, d.Object, err)
	}
	res, err := tx.ExecContext(ctx, "INSERT INTO decision (mapping_set, subject, predicate, object, verdict, reviewer, supersedes, rest) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		string(d.Set), string(d.Subject), string(d.Predicate), string(d.Object), string(d.Verdict), d.Reviewer, d.Supersedes, string(text))
	if err != nil {
		return 0, fmt.Errorf("recording the decision about %s and %s: %w", d.Subject, d.Object, err)
	}
	return res.LastInsertId()
}

// standing selects the decisions that hold: the last of each reviewer about a
// mapping or alignment, unless it was taken back.
const standing = `d.verdict <> 'supersede' AND d.id NOT IN (SELECT supersedes FROM decision WHERE supersedes > 0)`

// applyDecisions gives the mappings of a set the status and predicate that the
// last standing decision about each says.
func applyDecisions(ctx context.Context, tx *sql.Tx, set taxonomy.URI) error {
	const q = `UPDATE mapping SET
			status = CASE last.verdict WHEN 'reject' THEN 'rejected' WHEN 'unsure' THEN 'unsure' ELSE 'accepted' END,
			changed = CASE last.verdict WHEN 'change' THEN json_extract(last.rest, '$.changed') ELSE '' END
		FROM (SELECT subject, predicate, object, verdict, rest, max(id) FROM decision d WHERE mapping_set = ?1 AND ` + standing + `
			GROUP BY subject, predicate, object) AS last
		WHERE mapping.mapping_set = (SELECT id FROM mapping_set WHERE uri = ?1)
			AND mapping.subject = last.subject AND mapping.predicate = last.predicate AND mapping.object = last.object`
	// What was taken back first goes to the set's own status.
	const back = `UPDATE mapping SET status = '', changed = '' FROM (SELECT subject, predicate, object FROM decision
			WHERE mapping_set = ?1 AND verdict = 'supersede') AS taken
		WHERE mapping.mapping_set = (SELECT id FROM mapping_set WHERE uri = ?1)
			AND mapping.subject = taken.subject AND mapping.predicate = taken.predicate AND mapping.object = taken.object`
	for _, q := range []string{back, q} {
		if _, err := tx.ExecContext(context.WithoutCancel(ctx), q, string(set)); err != nil {
			return fmt.Errorf("applying the decisions about mapping set %s: %w", set, err)
		}
	}
	return nil
}

// Decisions yields the decisions that f selects, the earliest first, all from
// one state of the store.
func (s *Store) Decisions(ctx context.Context, f taxonomy.DecisionFilter) iter.Seq2[taxonomy.Decision, error] {
	return func(yield func(taxonomy.Decision, error) bool) {
		err := s.view(ctx, func(tx *sql.Tx) error {
			return eachDecision(ctx, tx, f, func(d taxonomy.Decision) bool { return yield(d, nil) })
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(taxonomy.Decision{}, err)
		}
	}
}

func eachDecision(ctx context.Context, tx *sql.Tx, f taxonomy.DecisionFilter, yield func(taxonomy.Decision) bool) error {
	query := "SELECT d.id, d.mapping_set, d.subject, d.predicate, d.object, d.verdict, d.reviewer, d.supersedes, d.rest FROM decision d WHERE true"
	var args []any
	for _, part := range []struct{ column, value string }{
		{"d.mapping_set", string(f.Set)}, {"d.subject", string(f.Subject)}, {"d.object", string(f.Object)}, {"d.reviewer", f.Reviewer},
	} {
		if part.value != "" {
			query += " AND " + part.column + " = ?"
			args = append(args, part.value)
		}
	}
	if f.Standing {
		query += " AND " + standing + ` AND NOT EXISTS (SELECT 1 FROM decision n WHERE n.subject = d.subject AND n.object = d.object
			AND n.mapping_set = d.mapping_set AND n.predicate = d.predicate AND n.reviewer = d.reviewer AND n.id > d.id AND n.verdict <> 'supersede'
			AND n.id NOT IN (SELECT supersedes FROM decision WHERE supersedes > 0))`
	}
	rows, err := tx.QueryContext(ctx, query+" ORDER BY d.id", args...)
	if err != nil {
		return fmt.Errorf("reading decisions: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var d, row taxonomy.Decision
		var rest []byte
		if err := rows.Scan(&row.ID, &row.Set, &row.Subject, &row.Predicate, &row.Object, &row.Verdict, &row.Reviewer, &row.Supersedes, &rest); err != nil {
			return fmt.Errorf("reading decisions: %w", err)
		}
		if err := json.Unmarshal(rest, &d); err != nil {
			return fmt.Errorf("reading decision %d: %w", row.ID, err)
		}
		d.ID, d.Set, d.Subject, d.Predicate, d.Object, d.Verdict, d.Reviewer, d.Supersedes = row.ID, row.Set, row.Subject, row.Predicate, row.Object, row.Verdict, row.Reviewer, row.Supersedes
		if !yield(d) {
			return errStopped
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading decisions: %w", err)
	}
	return nil
}
