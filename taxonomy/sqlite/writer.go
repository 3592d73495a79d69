package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"concord/taxonomy"
)

// A writer is the taxonomy.Writer of one import. It is for one goroutine. An
// error of the store, unlike one of a value, fails the import even if its
// caller goes on: half a concept may be written by then.
type writer struct {
	ctx   context.Context
	tx    *sql.Tx
	merge bool
	rel   *storedRelease // nil in an import of mapping sets alone
	err   error          // first error of the store

	ids    map[taxonomy.URI]int64 // concepts of the release, old and new
	nextID int64
	langs  map[taxonomy.Lang]bool
	sets   map[taxonomy.URI]int64 // mapping sets put in this import

	insert  statements
	look    queries
	present present
}

var _ taxonomy.Writer = (*writer)(nil)

// statements are prepared once per import: an import runs each of them up to
// a million times.
type statements struct {
	concept, label, note, property, replacement, relation, mapping *sql.Stmt
}

// queries read what a concept has before another is merged into it.
type queries struct {
	labels, notes, properties, replacements *sql.Stmt
}

func newWriter(ctx context.Context, tx *sql.Tx, rel taxonomy.Release, opt ImportOptions) (*writer, error) {
	w := &writer{
		ctx: ctx, tx: tx, merge: opt.Merge,
		ids: make(map[taxonomy.URI]int64), langs: make(map[taxonomy.Lang]bool),
		sets: make(map[taxonomy.URI]int64), present: newPresent(),
	}
	if rel.Ref != (taxonomy.Ref{}) {
		if err := w.openRelease(rel); err != nil {
			return nil, err
		}
	}
	if err := w.prepare(); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

func (w *writer) openRelease(rel taxonomy.Release) error {
	var err error
	if w.rel, err = openRelease(w.ctx, w.tx, rel, w.merge); err != nil {
		return err
	}
	if !w.merge {
		w.rel.Concepts, w.rel.Languages, w.rel.Labels, w.rel.Relations = nil, nil, 0, 0
	}
	if w.rel.Concepts == nil {
		w.rel.Concepts = make(map[taxonomy.Kind]int)
	}
	for _, l := range w.rel.Languages {
		w.langs[l] = true
	}
	if err := w.tx.QueryRowContext(w.ctx, "SELECT ifnull(max(id), 0) + 1 FROM concept").Scan(&w.nextID); err != nil {
		return fmt.Errorf("counting concepts: %w", err)
	}
	rows, err := w.tx.QueryContext(w.ctx, "SELECT uri, id FROM concept WHERE release = ?", w.rel.id)
	if err != nil {
		return fmt.Errorf("reading the concepts to merge with: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var uri taxonomy.URI
		var id int64
		if err := rows.Scan(&uri, &id); err != nil {
			return fmt.Errorf("reading the concepts to merge with: %w", err)
		}
		w.ids[uri] = id
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading the concepts to merge with: %w", err)
	}
	return nil
}

func (w *writer) prepare() error {
	for _, p := range []struct {
		stmt  **sql.Stmt
		query string
	}{
		{&w.insert.concept, "INSERT INTO concept (id, release, uri, kind, code, segment, deprecated) VALUES (?, ?, ?, ?, ?, ?, ?)"},
		{&w.insert.label, "INSERT INTO label (concept, lang, seq, kind, text) VALUES (?, ?, ?, ?, ?)"},
		{&w.insert.note, "INSERT INTO note (concept, lang, seq, kind, text) VALUES (?, ?, ?, ?, ?)"},
		{&w.insert.property, "INSERT INTO property (concept, seq, name, value) VALUES (?, ?, ?, ?)"},
		{&w.insert.replacement, "INSERT INTO replacement (concept, seq, uri) VALUES (?, ?, ?)"},
		{&w.insert.relation, "INSERT INTO relation (subject, predicate, object, importance, level, qualifier) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"},
		{&w.insert.mapping, `INSERT INTO mapping (mapping_set, subject, predicate, object, status, changed, line, digest, rest)
			VALUES (?, ?, ?, ?, ?, '', ?, ?, ?) ON CONFLICT DO NOTHING`},
		{&w.look.labels, "SELECT kind, text FROM label WHERE concept = ? AND lang = ?"},
		{&w.look.notes, "SELECT kind, text FROM note WHERE concept = ? AND lang = ?"},
		{&w.look.properties, "SELECT name, value FROM property WHERE concept = ?"},
		{&w.look.replacements, "SELECT uri, '' FROM replacement WHERE concept = ?"},
	} {
		stmt, err := w.tx.PrepareContext(w.ctx, p.query)
		if err != nil {
			return fmt.Errorf("preparing the import: %w", err)
		}
		*p.stmt = stmt
	}
	return nil
}

func (w *writer) close() {
	i, l := &w.insert, &w.look
	for _, stmt := range []*sql.Stmt{i.concept, i.label, i.note, i.property, i.replacement, i.relation, i.mapping, l.labels, l.notes, l.properties, l.replacements} {
		if stmt != nil {
			stmt.Close()
		}
	}
}

// finish saves the release with its counts. It fails if the store failed at
// any time.
func (w *writer) finish() error {
	if w.err != nil {
		return w.err
	}
	for _, set := range slices.Sorted(maps.Keys(w.sets)) {
		if err := applyDecisions(w.ctx, w.tx, set); err != nil {
			return err
		}
	}
	if w.rel == nil {
		return nil
	}
	w.rel.Languages = slices.Collect(maps.Keys(w.langs))
	return saveRelease(w.ctx, w.tx, w.rel)
}

// exec runs a prepared statement and returns how many rows it changed.
func (w *writer) exec(stmt *sql.Stmt, doing string, args ...any) (int64, error) {
	if w.err != nil {
		return 0, w.err
	}
	// The driver starts a goroutine per statement under a context that can
	// end. None is needed: when w.ctx ends, database/sql rolls back w.tx.
	res, err := stmt.ExecContext(context.WithoutCancel(w.ctx), args...)
	if err != nil {
		return 0, w.fail(fmt.Errorf("%s: %w", doing, err))
	}
	n, err := res.RowsAffected()
	if err != nil {
		return 0, w.fail(fmt.Errorf("%s: %w", doing, err))
	}
	return n, nil
}

// fail records the first error of the store, and returns it.
func (w *writer) fail(err error) error {
	if w.err == nil {
		if w.ctx.Err() != nil {
			err = context.Cause(w.ctx)
		}
		w.err = err
	}
	return w.err
}

// SetRelease sets the descriptive fields of the release.
func (w *writer) SetRelease(r taxonomy.Release) error {
	if w.rel == nil {
		return fmt.Errorf("%w: an import of mapping sets alone has no release", taxonomy.ErrInvalid)
	}
	describe(&w.rel.Release, r)
	return nil
}

// Has reports whether the release holds the concept.
func (w *writer) Has(uri taxonomy.URI) bool {
	_, ok := w.ids[uri]
	return ok
}

// PutConcept adds a concept, or merges it with the one of its URI.
func (w *writer) PutConcept(c *taxonomy.Concept) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if w.rel == nil {
		return fmt.Errorf("%w: concept %s is in no release: this is an import of mapping sets alone", taxonomy.ErrInvalid, c.URI)
	}
	if id, ok := w.ids[c.URI]; ok {
		return w.mergeConcept(id, c)
	}
	id := w.nextID
	if _, err := w.exec(w.insert.concept, "adding a concept", id, w.rel.id, string(c.URI), string(c.Kind), c.Code, segment(c.URI), c.Deprecated); err != nil {
		return err
	}
	w.nextID++
	// The caller's string may be a slice of a whole file.
	w.ids[taxonomy.URI(strings.Clone(string(c.URI)))] = id
	w.rel.Concepts[c.Kind]++
	w.present.clear()
	return w.addParts(id, c)
}

// segment returns what follows the last '/' or '#' of uri, a key that people
// paste: the UUID of an ESCO URI. It is empty where there is none.
func segment(uri taxonomy.URI) string {
	i := strings.LastIndexAny(string(uri), "/#")
	if i < 0 {
		return ""
	}
	return string(uri[i+1:])
}

// PutRelation adds a relation between two concepts of the release.
func (w *writer) PutRelation(r taxonomy.Relation) (added bool, err error) {
	subject, ok := w.ids[r.Subject]
	if !ok {
		return false, fmt.Errorf("%w: no concept %s in this release, the subject of %s %s", taxonomy.ErrNotFound, r.Subject, r.Predicate, r.Object)
	}
	object, ok := w.ids[r.Object]
	switch {
	case !ok:
		return false, fmt.Errorf("%w: no concept %s in this release, the object of %s %s", taxonomy.ErrNotFound, r.Object, r.Subject, r.Predicate)
	case subject == object:
		return false, fmt.Errorf("%w: %s is %s of itself", taxonomy.ErrInvalid, r.Subject, r.Predicate)
	case r.Predicate == "":
		return false, fmt.Errorf("%w: the relation of %s to %s has no predicate", taxonomy.ErrInvalid, r.Subject, r.Object)
	case !fraction(r.Importance) || !fraction(r.Level):
		return false, fmt.Errorf("%w: %s %s %s has an importance or level outside 0 to 1", taxonomy.ErrInvalid, r.Subject, r.Predicate, r.Object)
	}
	n, err := w.exec(w.insert.relation, "adding a relation", subject, string(r.Predicate), object, r.Importance, r.Level, r.Qualifier)
	if err != nil {
		return false, err
	}
	w.rel.Relations += int(n)
	return n > 0, nil
}

// fraction reports whether f is absent or in 0..1. NaN, which SQLite would
// store as absent, is neither.
func fraction(f *float64) bool {
	return f == nil || *f >= 0 && *f <= 1
}
