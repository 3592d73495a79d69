// Package sqlite keeps releases, their concepts and relations, and mapping
// sets in one SQLite file: it is the store behind [taxonomy.Reader] and
// [taxonomy.Writer]. It has one writer and many readers, and a write is
// visible whole or not at all, whenever the program ends.
//
// It never reads source files, ranks or searches: importers fill it through
// [Store.Import], and index and alignment derive what they need from it.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"

	"concord/taxonomy"
)

// A Store is a taxonomy in a SQLite file. Its methods may be called from
// several goroutines, and several programs may have the same file open: they
// read side by side and write one after the other.
type Store struct {
	path string
	rw   *sql.DB // one connection, each transaction takes the write lock at once
	ro   *sql.DB // as many as there are readers at a time
}

var _ taxonomy.Reader = (*Store)(nil)

// busyTimeout is how long a write waits for another program's write.
const busyTimeout = 5 * time.Second

// writeCache is how much of what an import changes is kept in memory before it
// goes to the log, in KiB. An ESCO release fits.
const writeCache = 64 << 10

// Open opens the store at path and brings its schema up to date; it creates
// the file, but not its folder. A file that is not a store, or one written by
// a newer program, is left as it is: the error is an ErrInvalid that says
// what to do. The caller closes the store.
func Open(path string) (*Store, error) {
	return open(path, busyTimeout, writeCache)
}

func open(path string, busy time.Duration, cache int) (*Store, error) {
	path, err := storePath(path)
	if err != nil {
		return nil, err
	}
	// SQLite does not wait for a lock where two programs put a new file in WAL
	// mode at once: one of them is told at once that it is locked.
	for end := time.Now().Add(busy); ; time.Sleep(5 * time.Millisecond) {
		s, err := openOnce(path, busy, cache)
		if !errors.Is(err, taxonomy.ErrConflict) || time.Now().After(end) {
			return s, err
		}
	}
}

func openOnce(path string, busy time.Duration, cache int) (*Store, error) {
	ctx := context.Background()
	if _, err := checkFile(ctx, path, path); err != nil {
		return nil, err
	}
	rw, err := sql.Open("sqlite3", dsn(path, busy, url.Values{
		"_journal_mode": {"WAL"}, "_txlock": {"immediate"}, "_cache_size": {strconv.Itoa(-cache)},
	}))
	if err != nil {
		return nil, fmt.Errorf("opening the store %s: %w", path, err)
	}
	rw.SetMaxOpenConns(1)
	if err := migrate(ctx, rw, path); err != nil {
		rw.Close()
		return nil, err
	}
	ro, err := sql.Open("sqlite3", dsn(path, busy, url.Values{"mode": {"ro"}, "_query_only": {"true"}}))
	if err != nil {
		rw.Close()
		return nil, fmt.Errorf("opening the store %s: %w", path, err)
	}
	// The pool has no upper bound: an iterator holds a connection while its
	// caller asks for more, which would wait for ever at a bound.
	ro.SetMaxIdleConns(4)
	return &Store{path: path, rw: rw, ro: ro}, nil
}

// Close closes the store. Iterators must have ended.
func (s *Store) Close() error {
	if err := errors.Join(s.ro.Close(), s.rw.Close()); err != nil {
		return fmt.Errorf("closing the store %s: %w", s.path, err)
	}
	return nil
}

// storePath makes path absolute and reports what keeps it from being a store.
func storePath(path string) (string, error) {
	if path == "" || strings.Contains(path, "\x00") {
		return "", fmt.Errorf("%w: %q is not a file name for a store", taxonomy.ErrInvalid, path)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("opening the store %s: %w", path, err)
	}
	if info, err := os.Stat(abs); err == nil && !info.Mode().IsRegular() {
		return "", fmt.Errorf("%w: %s is not a file; name a file for the store", taxonomy.ErrInvalid, path)
	}
	if _, err := os.Stat(filepath.Dir(abs)); errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("opening the store %s: its folder does not exist: %w", path, err)
	}
	return abs, nil
}

// dsn puts every pragma in the data source name: database/sql opens
// connections when it likes, and a pragma that was executed once holds for
// one of them. path is absolute and may hold any character but NUL.
func dsn(path string, busy time.Duration, v url.Values) string {
	v.Set("_foreign_keys", "true")
	v.Set("_synchronous", "NORMAL")
	v.Set("_busy_timeout", strconv.FormatInt(busy.Milliseconds(), 10))
	v.Set("_stmt_cache_size", "64")
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return "file://" + (&url.URL{Path: path}).EscapedPath() + "?" + v.Encode()
}

// view runs f on one state of the store, however many writes commit meanwhile.
func (s *Store) view(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := s.ro.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("reading the store: %w", err)
	}
	defer tx.Rollback()
	return f(tx)
}

// update runs f in one write transaction and gives the store a new revision.
// All that f wrote is kept, or nothing.
func (s *Store) update(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := f(tx); err != nil {
		return err
	}
	return s.commit(ctx, tx)
}

// begin starts a write transaction. It waits for other writes; the error is
// an ErrConflict where another program's takes too long.
func (s *Store) begin(ctx context.Context) (*sql.Tx, error) {
	tx, err := s.rw.BeginTx(ctx, nil)
	if err != nil {
		return nil, busy(s.path, fmt.Errorf("starting to write: %w", err))
	}
	return tx, nil
}

// commit ends tx under a new revision.
func (s *Store) commit(ctx context.Context, tx *sql.Tx) error {
	if err := newRevision(ctx, tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return busy(s.path, fmt.Errorf("committing: %w", err))
	}
	return nil
}

// busy turns SQLite's "database is locked" into an ErrConflict with a remedy.
func busy(path string, err error) error {
	var locked sqlite3.Error
	if errors.As(err, &locked) && (locked.Code == sqlite3.ErrBusy || locked.Code == sqlite3.ErrLocked) {
		return fmt.Errorf("%w: another program is writing to the store %s; try again when it has finished (%w)", taxonomy.ErrConflict, path, err)
	}
	return err
}

// damaged turns SQLite's complaints about a file's bytes into an ErrInvalid
// with a remedy, and a lock into an ErrConflict.
func damaged(path string, err error) error {
	var bad sqlite3.Error
	if errors.As(err, &bad) && (bad.Code == sqlite3.ErrCorrupt || bad.Code == sqlite3.ErrNotADB) {
		return fmt.Errorf("%w: the store %s is damaged; restore a backup or import again into a new one (%w)", taxonomy.ErrInvalid, path, err)
	}
	return busy(path, err)
}
