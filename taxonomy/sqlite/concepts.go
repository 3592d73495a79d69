package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"concord/taxonomy"
)

// batchSize is how many concepts are read at a time; memory is bounded by
// what so many concepts have.
const batchSize = 1000

// errStopped ends a view whose iterator is no longer read.
var errStopped = errors.New("stopped")

// Concept returns the concept with this URI in the release.
func (s *Store) Concept(ctx context.Context, ref taxonomy.Ref, uri taxonomy.URI) (*taxonomy.Concept, error) {
	var found *taxonomy.Concept
	err := s.view(ctx, func(tx *sql.Tx) error {
		rel, err := resolve(ctx, tx, ref)
		if err != nil {
			return err
		}
		concepts, err := loadConcepts(ctx, tx, "c.release = ? AND c.uri = ?", rel.id, string(uri))
		if err != nil {
			return err
		}
		if len(concepts) == 0 {
			return fmt.Errorf("%w: no concept %s in %s", taxonomy.ErrNotFound, uri, rel.Ref)
		}
		found = concepts[0]
		return nil
	})
	return found, err
}

// Find returns the concepts that key names in any release: by URI, by code in
// any case of its ASCII letters, or by the last segment of a URI. Those of
// current releases come first, then by release and URI.
func (s *Store) Find(ctx context.Context, key string) ([]*taxonomy.Concept, error) {
	if key == "" {
		return nil, nil
	}
	var found []*taxonomy.Concept
	err := s.view(ctx, func(tx *sql.Tx) error {
		releases, err := loadReleases(ctx, tx)
		if err != nil {
			return err
		}
		// One query per way to name a concept, each on an index of its own.
		found, err = loadConcepts(ctx, tx, `c.id IN (
			SELECT id FROM concept WHERE release IN (SELECT id FROM release) AND uri = ?1
			UNION SELECT id FROM concept WHERE code = ?1 COLLATE NOCASE AND code <> ''
			UNION SELECT id FROM concept WHERE segment = ?1 AND segment <> '')`, key)
		if err != nil {
			return err
		}
		order := make(map[taxonomy.Ref]int, len(releases))
		for i, r := range releases {
			order[r.Ref] = i
			if !r.Current {
				order[r.Ref] += len(releases)
			}
		}
		slices.SortFunc(found, func(a, b *taxonomy.Concept) int {
			return cmp.Or(order[a.Release]-order[b.Release], strings.Compare(string(a.URI), string(b.URI)))
		})
		return nil
	})
	return found, err
}

// Concepts yields the concepts f selects in URI order, all from one state of
// the store.
func (s *Store) Concepts(ctx context.Context, f taxonomy.Filter) iter.Seq2[*taxonomy.Concept, error] {
	return func(yield func(*taxonomy.Concept, error) bool) {
		err := s.view(ctx, func(tx *sql.Tx) error {
			return eachConcept(ctx, tx, f, func(c *taxonomy.Concept) bool { return yield(c, nil) })
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(nil, err)
		}
	}
}

func eachConcept(ctx context.Context, tx *sql.Tx, f taxonomy.Filter, yield func(*taxonomy.Concept) bool) error {
	rel, err := resolve(ctx, tx, f.Release)
	if err != nil {
		return err
	}
	where := "c.release = ?"
	args := []any{rel.id}
	oneOf := func(column string, values any) error {
		list, err := json.Marshal(values)
		if err != nil {
			return fmt.Errorf("reading concepts: %w", err)
		}
		where += " AND " + column + " IN (SELECT value FROM json_each(?))"
		args = append(args, string(list))
		return nil
	}
	if len(f.Kinds) > 0 {
		err = oneOf("c.kind", f.Kinds)
	}
	if err == nil && len(f.URIs) > 0 {
		err = oneOf("c.uri", f.URIs)
	}
	if err != nil {
		return err
	}
	where += " AND c.uri > ? ORDER BY c.uri LIMIT ?"
	after, left := f.After, f.Limit
	for {
		batch := batchSize
		if f.Limit > 0 {
			batch = min(batch, left)
		}
		concepts, err := loadConcepts(ctx, tx, where, append(slices.Clip(args), string(after), batch)...)
		if err != nil {
			return err
		}
		for _, c := range concepts {
			if !yield(c) {
				return errStopped
			}
			after = c.URI
		}
		left -= len(concepts)
		if len(concepts) < batch || f.Limit > 0 && left == 0 {
			return nil
		}
	}
}

// loadConcepts returns the concepts c that the end of a query selects, whole.
func loadConcepts(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]*taxonomy.Concept, error) {
	concepts, ids, err := loadBare(ctx, tx, where, args)
	if err != nil || len(concepts) == 0 {
		return nil, err
	}
	byID := make(map[int64]*taxonomy.Concept, len(ids))
	for i, id := range ids {
		byID[id] = concepts[i]
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("reading concepts: %w", err)
	}
	for _, part := range []struct {
		query string
		add   func(c *taxonomy.Concept, lang, kind, text string)
	}{
		{"SELECT concept, lang, kind, text FROM label WHERE concept IN (SELECT value FROM json_each(?)) ORDER BY concept, seq",
			func(c *taxonomy.Concept, lang, kind, text string) {
				c.Labels = append(c.Labels, taxonomy.Label{Kind: taxonomy.LabelKind(kind), Lang: taxonomy.Lang(lang), Text: text})
			}},
		{"SELECT concept, lang, kind, text FROM note WHERE concept IN (SELECT value FROM json_each(?)) ORDER BY concept, seq",
			func(c *taxonomy.Concept, lang, kind, text string) {
				c.Notes = append(c.Notes, taxonomy.Note{Kind: taxonomy.NoteKind(kind), Lang: taxonomy.Lang(lang), Text: text})
			}},
		{"SELECT concept, '', name, value FROM property WHERE concept IN (SELECT value FROM json_each(?)) ORDER BY concept, seq",
			func(c *taxonomy.Concept, _, name, value string) {
				c.Properties = append(c.Properties, taxonomy.Property{Name: name, Value: value})
			}},
		{"SELECT concept, '', '', uri FROM replacement WHERE concept IN (SELECT value FROM json_each(?)) ORDER BY concept, seq",
			func(c *taxonomy.Concept, _, _, uri string) {
				c.ReplacedBy = append(c.ReplacedBy, taxonomy.URI(uri))
			}},
	} {
		if err := loadPart(ctx, tx, part.query, string(list), byID, part.add); err != nil {
			return nil, err
		}
	}
	for _, c := range concepts {
		prefFirst(c.Labels)
	}
	return concepts, nil
}

// loadBare returns what the concept table itself has of concepts, and their ids.
func loadBare(ctx context.Context, tx *sql.Tx, where string, args []any) ([]*taxonomy.Concept, []int64, error) {
	rows, err := tx.QueryContext(ctx, `SELECT c.id, r.scheme, r.version, c.uri, c.kind, c.code, c.deprecated
		FROM concept c JOIN release r ON r.id = c.release WHERE `+where, args...)
	if err != nil {
		return nil, nil, fmt.Errorf("reading concepts: %w", err)
	}
	defer rows.Close()
	var concepts []*taxonomy.Concept
	var ids []int64
	for rows.Next() {
		var id int64
		c := new(taxonomy.Concept)
		if err := rows.Scan(&id, &c.Release.Scheme, &c.Release.Version, &c.URI, &c.Kind, &c.Code, &c.Deprecated); err != nil {
			return nil, nil, fmt.Errorf("reading concepts: %w", err)
		}
		concepts, ids = append(concepts, c), append(ids, id)
	}
	if err := rows.Err(); err != nil {
		return nil, nil, fmt.Errorf("reading concepts: %w", err)
	}
	return concepts, ids, nil
}

// loadPart runs a query of concept id and three strings for a JSON list of
// ids, and calls add with each row's concept.
func loadPart(ctx context.Context, tx *sql.Tx, query, ids string, byID map[int64]*taxonomy.Concept, add func(c *taxonomy.Concept, lang, kind, text string)) error {
	rows, err := tx.QueryContext(ctx, query, ids)
	if err != nil {
		return fmt.Errorf("reading concepts: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var lang, kind, text string
		if err := rows.Scan(&id, &lang, &kind, &text); err != nil {
			return fmt.Errorf("reading concepts: %w", err)
		}
		add(byID[id], lang, kind, text)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading concepts: %w", err)
	}
	return nil
}

// prefFirst moves the preferred labels of each language before its others,
// which matters where a later file brought them. All else stays in order.
func prefFirst(labels []taxonomy.Label) {
	slots := make(map[taxonomy.Lang][]int)
	for i, l := range labels {
		slots[l.Lang] = append(slots[l.Lang], i)
	}
	for _, at := range slots {
		own := make([]taxonomy.Label, len(at))
		for i, slot := range at {
			own[i] = labels[slot]
		}
		slices.SortStableFunc(own, func(a, b taxonomy.Label) int {
			return rank(a) - rank(b)
		})
		for i, slot := range at {
			labels[slot] = own[i]
		}
	}
}

func rank(l taxonomy.Label) int {
	if l.Kind == taxonomy.PrefLabel {
		return 0
	}
	return 1
}
