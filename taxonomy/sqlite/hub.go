package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"concord/taxonomy"
)

// HubUpdate is a new state of all hubs. Hubs not named in it stay.
type HubUpdate struct {
	Hubs      []taxonomy.Hub
	Events    []taxonomy.HubEvent    // added to the history, in order
	Conflicts []taxonomy.HubConflict // replace the ones of the update before
}

// UpdateHubs gives f every hub there ever was, by ID, and the number of this
// update, and saves what it returns: all or nothing, while nobody else writes.
func (s *Store) UpdateHubs(ctx context.Context, f func(old []taxonomy.Hub, update int) (HubUpdate, error)) error {
	return s.update(ctx, func(tx *sql.Tx) error {
		old, err := loadHubs(ctx, tx, "", nil)
		if err != nil {
			return err
		}
		var last int
		if err := tx.QueryRowContext(ctx, "SELECT ifnull(max(json_extract(rest, '$.update')), 0) FROM hub_history").Scan(&last); err != nil {
			return fmt.Errorf("reading the history of hubs: %w", err)
		}
		u, err := f(old, last+1)
		if err != nil {
			return err
		}
		return saveHubs(ctx, tx, u)
	})
}

func saveHubs(ctx context.Context, tx *sql.Tx, u HubUpdate) error {
	exec := func(query string, args ...any) error {
		if _, err := tx.ExecContext(ctx, query, args...); err != nil {
			return fmt.Errorf("saving hubs: %w", err)
		}
		return nil
	}
	for _, h := range u.Hubs {
		if err := exec("DELETE FROM hub_member WHERE hub = ?", string(h.ID)); err != nil {
			return err
		}
	}
	for _, h := range u.Hubs {
		err := exec(`INSERT INTO hub (id, anchor, born, redirect, dissolved) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET anchor = excluded.anchor, redirect = excluded.redirect, dissolved = excluded.dissolved`,
			string(h.ID), string(h.Anchor), h.Born, string(h.Redirect), h.Dissolved)
		if err != nil {
			return err
		}
		for _, uri := range h.Members {
			if err := exec("INSERT INTO hub_member (uri, hub) VALUES (?, ?)", string(uri), string(h.ID)); err != nil {
				return err
			}
		}
	}
	for _, e := range u.Events {
		hub := e.Hub
		e.ID, e.Hub = 0, ""
		rest, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("saving hubs: %w", err)
		}
		if err := exec("INSERT INTO hub_history (hub, rest) VALUES (?, ?)", string(hub), string(rest)); err != nil {
			return err
		}
	}
	if err := exec("DELETE FROM hub_conflict"); err != nil {
		return err
	}
	for _, c := range u.Conflicts {
		rest, err := json.Marshal(c)
		if err != nil {
			return fmt.Errorf("saving hubs: %w", err)
		}
		if err := exec("INSERT INTO hub_conflict (rest) VALUES (?)", string(rest)); err != nil {
			return err
		}
	}
	return nil
}

// loadHubs returns hubs by ID; where is a condition on hub h, or empty.
func loadHubs(ctx context.Context, q querier, where string, args []any) ([]taxonomy.Hub, error) {
	if where != "" {
		where = "WHERE " + where
	}
	rows, err := q.QueryContext(ctx, `SELECT h.id, h.anchor, h.born, h.redirect, h.dissolved, ifnull(m.uri, '') FROM hub h
		LEFT JOIN hub_member m ON m.hub = h.id `+where+" ORDER BY h.id, m.uri", args...)
	if err != nil {
		return nil, fmt.Errorf("reading hubs: %w", err)
	}
	defer rows.Close()
	var hubs []taxonomy.Hub
	for rows.Next() {
		h := taxonomy.Hub{Members: []taxonomy.URI{}}
		var member taxonomy.URI
		if err := rows.Scan(&h.ID, &h.Anchor, &h.Born, &h.Redirect, &h.Dissolved, &member); err != nil {
			return nil, fmt.Errorf("reading hubs: %w", err)
		}
		if len(hubs) == 0 || hubs[len(hubs)-1].ID != h.ID {
			hubs = append(hubs, h)
		}
		if member != "" {
			last := &hubs[len(hubs)-1]
			last.Members = append(last.Members, member)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading hubs: %w", err)
	}
	return hubs, nil
}

// Hubs returns every hub that stands for concepts, by ID.
func (s *Store) Hubs(ctx context.Context) ([]taxonomy.Hub, error) {
	return loadHubs(ctx, s.ro, "h.redirect = '' AND NOT h.dissolved", nil)
}

// Hub returns the hub that key is the id of, or that it is a member of. An id
// that was merged away gives the hub that it was merged into, over any number
// of merges. The error is an ErrNotFound where there is none.
func (s *Store) Hub(ctx context.Context, key taxonomy.URI) (*taxonomy.Hub, error) {
	var hub *taxonomy.Hub
	err := s.view(ctx, func(tx *sql.Tx) error {
		id := key
		err := tx.QueryRowContext(ctx, "SELECT hub FROM hub_member WHERE uri = ?", string(key)).Scan(&id)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("reading hubs: %w", err)
		}
		seen := []taxonomy.URI{}
		for !slices.Contains(seen, id) {
			seen = append(seen, id)
			found, err := loadHubs(ctx, tx, "h.id = ?", []any{string(id)})
			if err != nil {
				return err
			}
			if len(found) == 0 {
				break
			}
			if found[0].Redirect == "" {
				hub = &found[0]
				return nil
			}
			id = found[0].Redirect
		}
		return fmt.Errorf("%w: %s is no hub, nor in one", taxonomy.ErrNotFound, key)
	})
	return hub, err
}

// HubOf returns the id of the hub that a concept is a member of, "" where it is
// in none.
func (s *Store) HubOf(ctx context.Context, uri taxonomy.URI) (taxonomy.URI, error) {
	var id taxonomy.URI
	err := s.ro.QueryRowContext(ctx, "SELECT hub FROM hub_member WHERE uri = ?", string(uri)).Scan(&id)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("reading the hub of %s: %w", uri, err)
	}
	return id, nil
}

// HubHistory returns what happened to a hub, and to the ones that were merged
// into it, the earliest first.
func (s *Store) HubHistory(ctx context.Context, id taxonomy.URI) ([]taxonomy.HubEvent, error) {
	const q = `WITH RECURSIVE h (id) AS (VALUES (?1) UNION SELECT hub.id FROM hub JOIN h ON hub.redirect = h.id AND hub.redirect <> '')
		SELECT id, hub, rest FROM hub_history WHERE hub IN (SELECT id FROM h) ORDER BY id`
	rows, err := s.ro.QueryContext(ctx, q, string(id))
	if err != nil {
		return nil, fmt.Errorf("reading the history of %s: %w", id, err)
	}
	defer rows.Close()
	var events []taxonomy.HubEvent
	for rows.Next() {
		var e taxonomy.HubEvent
		var event int64
		var hub taxonomy.URI
		var rest []byte
		if err := rows.Scan(&event, &hub, &rest); err != nil {
			return nil, fmt.Errorf("reading the history of %s: %w", id, err)
		}
		if err := json.Unmarshal(rest, &e); err != nil {
			return nil, fmt.Errorf("reading the history of %s: %w", id, err)
		}
		e.ID, e.Hub = event, hub
		events = append(events, e)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading the history of %s: %w", id, err)
	}
	return events, nil
}

// HubConflicts returns what the last update did not join by, in its order.
func (s *Store) HubConflicts(ctx context.Context) ([]taxonomy.HubConflict, error) {
	var rests []string
	err := s.view(ctx, func(tx *sql.Tx) (err error) {
		rests, err = texts(ctx, tx, "SELECT rest FROM hub_conflict ORDER BY id")
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the conflicts of hubs: %w", err)
	}
	conflicts := make([]taxonomy.HubConflict, len(rests))
	for i, text := range rests {
		if err := json.Unmarshal([]byte(text), &conflicts[i]); err != nil {
			return nil, fmt.Errorf("reading the conflicts of hubs: %w", err)
		}
	}
	return conflicts, nil
}
