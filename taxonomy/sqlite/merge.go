package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"concord/taxonomy"
)

// present is what the concept at hand has by now, so that nothing is added to
// it twice. It is kept from one concept to the next for its memory.
type present struct {
	labels       map[taxonomy.Label]bool
	notes        map[taxonomy.Note]bool
	properties   map[taxonomy.Property]bool
	replacements map[taxonomy.URI]bool
}

func newPresent() present {
	return present{
		labels: make(map[taxonomy.Label]bool), notes: make(map[taxonomy.Note]bool),
		properties: make(map[taxonomy.Property]bool), replacements: make(map[taxonomy.URI]bool),
	}
}

func (p *present) clear() {
	clear(p.labels)
	clear(p.notes)
	clear(p.properties)
	clear(p.replacements)
}

// first reports whether v is new in set, and puts it there.
func first[T comparable](set map[T]bool, v T) bool {
	if set[v] {
		return false
	}
	set[v] = true
	return true
}

// addParts adds the labels, notes, properties and replacements of c that are
// not present.
func (w *writer) addParts(id int64, c *taxonomy.Concept) error {
	for _, l := range c.Labels {
		if !first(w.present.labels, l) {
			continue
		}
		w.rel.seq++
		if _, err := w.exec(w.insert.label, "adding a label", id, string(l.Lang), w.rel.seq, string(l.Kind), l.Text); err != nil {
			return err
		}
		w.rel.Labels++
		w.langs[l.Lang] = true
	}
	for _, n := range c.Notes {
		if !first(w.present.notes, n) {
			continue
		}
		w.rel.seq++
		if _, err := w.exec(w.insert.note, "adding a note", id, string(n.Lang), w.rel.seq, string(n.Kind), n.Text); err != nil {
			return err
		}
	}
	for _, p := range c.Properties {
		if !first(w.present.properties, p) {
			continue
		}
		w.rel.seq++
		if _, err := w.exec(w.insert.property, "adding a property", id, w.rel.seq, p.Name, p.Value); err != nil {
			return err
		}
	}
	for _, uri := range c.ReplacedBy {
		if !first(w.present.replacements, uri) {
			continue
		}
		w.rel.seq++
		if _, err := w.exec(w.insert.replacement, "adding a replacement", id, w.rel.seq, string(uri)); err != nil {
			return err
		}
	}
	return nil
}

// mergeConcept adds to the concept id what c has beyond it. The first kind
// stays; a concept that one source calls deprecated is.
func (w *writer) mergeConcept(id int64, c *taxonomy.Concept) error {
	if w.err != nil {
		return w.err
	}
	if c.Code != "" || c.Deprecated {
		const q = `UPDATE concept SET code = iif(code = '', ?1, code), deprecated = max(deprecated, ?2)
			WHERE id = ?3 AND (code = '' AND ?1 <> '' OR deprecated < ?2)`
		if _, err := w.tx.ExecContext(context.WithoutCancel(w.ctx), q, c.Code, c.Deprecated, id); err != nil {
			return w.fail(fmt.Errorf("merging a concept: %w", err))
		}
	}
	if err := w.loadPresent(id, c); err != nil {
		return w.fail(err)
	}
	return w.addParts(id, c)
}

// loadPresent sets w.present to what the stored concept has, as far as c could
// repeat it: a concept in 26 languages is merged 25 times, and must not be
// read whole each time.
func (w *writer) loadPresent(id int64, c *taxonomy.Concept) error {
	w.present.clear()
	langs := make(map[taxonomy.Lang]bool)
	for _, l := range c.Labels {
		if !first(langs, l.Lang) {
			continue
		}
		err := w.pairs(w.look.labels, func(kind, text string) {
			w.present.labels[taxonomy.Label{Kind: taxonomy.LabelKind(kind), Lang: l.Lang, Text: text}] = true
		}, id, string(l.Lang))
		if err != nil {
			return err
		}
	}
	clear(langs)
	for _, n := range c.Notes {
		if !first(langs, n.Lang) {
			continue
		}
		err := w.pairs(w.look.notes, func(kind, text string) {
			w.present.notes[taxonomy.Note{Kind: taxonomy.NoteKind(kind), Lang: n.Lang, Text: text}] = true
		}, id, string(n.Lang))
		if err != nil {
			return err
		}
	}
	if len(c.Properties) > 0 {
		err := w.pairs(w.look.properties, func(name, value string) {
			w.present.properties[taxonomy.Property{Name: name, Value: value}] = true
		}, id)
		if err != nil {
			return err
		}
	}
	if len(c.ReplacedBy) > 0 {
		err := w.pairs(w.look.replacements, func(uri, _ string) {
			w.present.replacements[taxonomy.URI(uri)] = true
		}, id)
		if err != nil {
			return err
		}
	}
	return nil
}

// pairs calls f with each row of a query of two columns.
func (w *writer) pairs(stmt *sql.Stmt, f func(a, b string), args ...any) error {
	rows, err := stmt.QueryContext(context.WithoutCancel(w.ctx), args...)
	if err != nil {
		return fmt.Errorf("reading the concept to merge with: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var a, b string
		if err := rows.Scan(&a, &b); err != nil {
			return fmt.Errorf("reading the concept to merge with: %w", err)
		}
		f(a, b)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading the concept to merge with: %w", err)
	}
	return nil
}
