package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	"concord/taxonomy"
)

// Backup writes a copy of one state of the store to a new file at path, while
// the store is in use. The file appears whole or not at all. An existing file
// is an ErrConflict and is left as it is.
func (s *Store) Backup(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%w: %s exists; name another file for the backup", taxonomy.ErrConflict, path)
	}
	path, err := storePath(path)
	if err != nil {
		return fmt.Errorf("backing up: %w", err)
	}
	// A connection of its own: the pool's may write nothing, not even a copy,
	// and the writer's would keep imports waiting.
	db, err := sql.Open("sqlite3", dsn(s.path, busyTimeout, url.Values{"mode": {"ro"}}))
	if err != nil {
		return fmt.Errorf("backing up %s: %w", s.path, err)
	}
	defer db.Close()
	temp := path + ".partial-" + rand.Text()
	defer removeFiles(temp)
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", temp); err != nil {
		return damaged(s.path, fmt.Errorf("backing up %s to %s: %w", s.path, path, err))
	}
	if err := publish(temp, path); err != nil {
		return fmt.Errorf("backing up %s: %w", s.path, err)
	}
	return nil
}

// Restore replaces the store at path by the backup in the file from, which
// stays. The store gets a revision of its own, so that whatever was derived
// from it before is seen as stale. A file that is not a sound Concord store is
// an ErrInvalid, and a store that a program has open an ErrConflict; both
// leave the store as it was. The store need not exist or be readable.
func Restore(ctx context.Context, path, from string) error {
	path, err := storePath(path)
	if err != nil {
		return fmt.Errorf("restoring: %w", err)
	}
	if info, err := os.Stat(from); err != nil || !info.Mode().IsRegular() {
		return fmt.Errorf("%w: no backup file %s", taxonomy.ErrNotFound, from)
	}
	temp := path + ".partial-" + rand.Text()
	defer removeFiles(temp)
	// The log of a store that was copied with its log, or is still open, has
	// what the file itself lacks.
	for _, suffix := range []string{"", "-wal"} {
		if err := copyFile(temp+suffix, from+suffix); err != nil && !(suffix != "" && errors.Is(err, fs.ErrNotExist)) {
			return fmt.Errorf("restoring %s: %w", from, err)
		}
	}
	if err := readyBackup(ctx, temp, from); err != nil {
		return err
	}
	if old, err := os.Stat(path); err == nil {
		if err := os.Chmod(temp, old.Mode().Perm()); err != nil {
			return fmt.Errorf("restoring %s: %w", from, err)
		}
	}
	if err := retire(ctx, path); err != nil {
		return err
	}
	if err := publish(temp, path); err != nil {
		return fmt.Errorf("restoring %s: %w", from, err)
	}
	return nil
}

// readyBackup checks the copy temp of the backup from, brings it up to date
// and gives it a new revision.
func readyBackup(ctx context.Context, temp, from string) error {
	version, err := checkFile(ctx, temp, from)
	if err != nil {
		return fmt.Errorf("restoring %s: %w", from, err)
	}
	if version == 0 {
		return fmt.Errorf("%w: %s is empty, not a backup of a Concord store", taxonomy.ErrInvalid, from)
	}
	s, err := open(temp, busyTimeout, writeCache)
	if err != nil {
		return fmt.Errorf("restoring %s: %w", from, err)
	}
	defer s.Close()
	findings, err := s.check(ctx, checkIntegrity, checkForeignKeys)
	if err != nil {
		return fmt.Errorf("restoring %s: %w", from, err)
	}
	if len(findings) > 0 {
		return fmt.Errorf("%w: %s is damaged (%s); restore another backup", taxonomy.ErrInvalid, from, findings[0].Text)
	}
	if err := s.update(ctx, func(*sql.Tx) error { return nil }); err != nil {
		return fmt.Errorf("restoring %s: %w", from, err)
	}
	if err := s.Close(); err != nil {
		return fmt.Errorf("restoring %s: %w", from, err)
	}
	return nil
}

// retire makes the store at path one file, with nothing in its log, so that it
// can be replaced by a rename. It fails while a program has the store open,
// and over somebody else's database; damage is what restoring is for.
func retire(ctx context.Context, path string) error {
	_, err := checkFile(ctx, path, path)
	if errors.Is(err, errForeign) || err != nil && !errors.Is(err, taxonomy.ErrInvalid) {
		return fmt.Errorf("restoring over %s: %w", path, err)
	}
	if _, err := os.Stat(path); err == nil {
		if err := closeLog(ctx, path); err != nil && !errors.Is(err, taxonomy.ErrInvalid) {
			return fmt.Errorf("restoring over %s: %w", path, err)
		}
	}
	// A log that outlived its store would be read into the new one.
	for _, suffix := range []string{"-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("restoring over %s: %w", path, err)
		}
	}
	return nil
}

// closeLog writes the store's log into its file and takes the store out of WAL
// mode, which SQLite refuses while anybody else has it open.
func closeLog(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite3", dsn(path, 0, url.Values{}))
	if err != nil {
		return fmt.Errorf("closing the log: %w", err)
	}
	defer db.Close()
	var mode string
	err = db.QueryRowContext(ctx, "PRAGMA journal_mode = DELETE").Scan(&mode)
	if err = damaged(path, err); errors.Is(err, taxonomy.ErrConflict) || err == nil && mode != "delete" {
		return fmt.Errorf("%w: a program has the store %s open; stop it and try again", taxonomy.ErrConflict, path)
	}
	if err != nil {
		return fmt.Errorf("closing the log: %w", err)
	}
	return nil
}

// publish gives the finished file temp its name, durably.
func publish(temp, path string) error {
	if err := syncFile(temp); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	// Windows cannot sync a folder, and needs no such thing after a rename.
	if runtime.GOOS == "windows" {
		return nil
	}
	return syncFile(filepath.Dir(path))
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// copyFile copies from to a new file.
func copyFile(to, from string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	return errors.Join(err, dst.Close())
}

// removeFiles removes a temporary store and what SQLite put beside it, as far
// as they are there.
func removeFiles(temp string) {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		os.Remove(temp + suffix)
	}
}
