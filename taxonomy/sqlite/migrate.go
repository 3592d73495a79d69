package sqlite

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"

	"concord/taxonomy"
)

//go:embed schema/*.sql
var schemaFS embed.FS

// applicationID marks a SQLite file as a Concord store; schema/0001.sql sets it.
const applicationID = 0x434E4344

// errForeign tells somebody else's database from a damaged store.
var errForeign = errors.New("a SQLite file, but not a Concord store")

// migrations returns the schema's steps in order. Step i brings a store from
// user_version i to i+1; a step that was released is never edited.
func migrations() ([]string, error) {
	names, err := fs.Glob(schemaFS, "schema/*.sql")
	if err != nil {
		return nil, fmt.Errorf("reading the schema: %w", err)
	}
	steps := make([]string, len(names))
	for i, name := range names {
		if want := fmt.Sprintf("schema/%04d.sql", i+1); name != want {
			return nil, fmt.Errorf("reading the schema: found %s where %s was expected", name, want)
		}
		step, err := schemaFS.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading the schema: %w", err)
		}
		steps[i] = string(step)
	}
	return steps, nil
}

// checkFile returns the schema version of the store in a file, 0 where there
// is no file or an empty one, and an error where it may not be opened as a
// store; that error calls the file name. It changes nothing: what is not ours
// must not even be put in WAL mode.
func checkFile(ctx context.Context, file, name string) (version int, err error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("opening the store: %w", err)
	}
	defer f.Close()
	magic := []byte("SQLite format 3\x00")
	head := make([]byte, len(magic))
	n, err := io.ReadFull(f, head)
	if err == io.EOF {
		return 0, nil
	}
	if err != nil && err != io.ErrUnexpectedEOF {
		return 0, fmt.Errorf("opening the store: %w", err)
	}
	if !bytes.Equal(head[:n], magic) {
		return 0, fmt.Errorf("%w: %s is not a Concord store, nor any SQLite file; restore a backup over it or name another file", taxonomy.ErrInvalid, name)
	}
	db, err := sql.Open("sqlite3", dsn(file, busyTimeout, url.Values{"mode": {"ro"}, "_query_only": {"true"}}))
	if err != nil {
		return 0, fmt.Errorf("opening the store %s: %w", name, err)
	}
	defer db.Close()
	return storeVersion(ctx, db, name)
}

// querier is what *sql.DB and *sql.Tx share for reading.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// storeVersion returns the schema version of the store: 0 for an empty
// database. The error is an ErrInvalid where it is no store, or a newer one.
func storeVersion(ctx context.Context, db querier, path string) (int, error) {
	var id, version, objects int
	const q = "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)"
	if err := db.QueryRowContext(ctx, q).Scan(&id, &version, &objects); err != nil {
		return 0, damaged(path, fmt.Errorf("reading the schema version of %s: %w", path, err))
	}
	steps, err := migrations()
	if err != nil {
		return 0, err
	}
	switch {
	case objects == 0 && version == 0 && id == 0:
		return 0, nil
	case id != applicationID:
		return 0, fmt.Errorf("%w: %s is %w; name another file", taxonomy.ErrInvalid, path, errForeign)
	case version > len(steps):
		return 0, fmt.Errorf("%w: the store %s has schema %d and this program knows up to %d; use the newer concord that wrote it", taxonomy.ErrInvalid, path, version, len(steps))
	}
	return version, nil
}

// migrate runs the steps that the store has not had, each in a transaction.
func migrate(ctx context.Context, rw *sql.DB, path string) error {
	steps, err := migrations()
	if err != nil {
		return err
	}
	for {
		done, err := migrateOne(ctx, rw, path, steps)
		if err != nil {
			return err
		}
		if done {
			return nil
		}
	}
}

// migrateOne runs the next step. It reports whether there was none.
func migrateOne(ctx context.Context, rw *sql.DB, path string, steps []string) (done bool, err error) {
	version, err := storeVersion(ctx, rw, path)
	if err != nil || version == len(steps) {
		return err == nil, err
	}
	tx, err := rw.BeginTx(ctx, nil)
	if err != nil {
		return false, busy(path, fmt.Errorf("opening the store %s: %w", path, err))
	}
	defer tx.Rollback()
	// Another program may have run the step while this one waited.
	version, err = storeVersion(ctx, tx, path)
	if err != nil || version == len(steps) {
		return err == nil, err
	}
	if _, err := tx.ExecContext(ctx, steps[version]); err != nil {
		return false, fmt.Errorf("bringing the store %s to schema %d: %w", path, version+1, err)
	}
	if version+1 == digestsSince {
		if err := digestMappings(ctx, tx); err != nil {
			return false, fmt.Errorf("bringing the store %s to schema %d: %w", path, version+1, err)
		}
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version+1)); err != nil {
		return false, fmt.Errorf("bringing the store %s to schema %d: %w", path, version+1, err)
	}
	if err := newRevision(ctx, tx); err != nil {
		return false, err
	}
	if err := tx.Commit(); err != nil {
		return false, busy(path, fmt.Errorf("bringing the store %s to schema %d: %w", path, version+1, err))
	}
	return false, nil
}

// digestsSince is the schema since which every mapping has its digest: step 2
// could only give a random one to mappings of schema 1, because SQL cannot
// compute it, so that such a row would be added a second time when put again.
const digestsSince = 3

// digestMappings gives every mapping its digest, and removes what was added a
// second time.
func digestMappings(ctx context.Context, tx *sql.Tx) error {
	type row struct {
		id     int64
		digest []byte
		rest   string
	}
	var changed []row
	err := func() error {
		rows, err := tx.QueryContext(ctx, "SELECT id, subject, predicate, object, digest, rest FROM mapping ORDER BY id")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var r row
			var m taxonomy.Mapping
			var subject, object taxonomy.URI
			var predicate taxonomy.Match
			var old []byte
			if err := rows.Scan(&r.id, &subject, &predicate, &object, &old, &r.rest); err != nil {
				return err
			}
			if err := json.Unmarshal([]byte(r.rest), &m); err != nil {
				return fmt.Errorf("mapping %s %s %s: %w", subject, predicate, object, err)
			}
			if r.rest, err = restOfMapping(m); err != nil {
				return err
			}
			if r.digest = mappingDigest(subject, predicate, object, r.rest); !bytes.Equal(r.digest, old) {
				changed = append(changed, r)
			}
		}
		return rows.Err()
	}()
	if err != nil {
		return fmt.Errorf("reading the mappings: %w", err)
	}
	// The first of twins stays. It may be the one whose digest was random.
	for _, r := range changed {
		const q = `DELETE FROM mapping WHERE mapping_set = (SELECT mapping_set FROM mapping WHERE id = ?1) AND digest = ?2 AND id > ?1`
		if _, err := tx.ExecContext(ctx, q, r.id, r.digest); err != nil {
			return fmt.Errorf("removing the twin of a mapping: %w", err)
		}
		res, err := tx.ExecContext(ctx, "UPDATE OR IGNORE mapping SET digest = ?, rest = ? WHERE id = ?", r.digest, r.rest, r.id)
		if err != nil {
			return fmt.Errorf("giving a mapping its digest: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n > 0 {
			if err != nil {
				return err
			}
			continue
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM mapping WHERE id = ?", r.id); err != nil {
			return fmt.Errorf("removing the twin of a mapping: %w", err)
		}
	}
	return nil
}

// newRevision gives the store a token that no state of any store had before.
func newRevision(ctx context.Context, tx *sql.Tx) error {
	const q = "INSERT INTO store (id, revision) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET revision = excluded.revision"
	if _, err := tx.ExecContext(ctx, q, rand.Text()); err != nil {
		return fmt.Errorf("setting the revision: %w", err)
	}
	return nil
}
