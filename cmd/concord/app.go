package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"concord/alignment"
	"concord/alignment/kept"
	"concord/alignment/vectors"
	"concord/index"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

// An app is what every command shares: streams, the home folder, the store.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	homeFlag       string
	json           bool
}

// home returns the folder that holds the store and what is derived from it.
func (a *app) home() (string, error) {
	if a.homeFlag != "" {
		return a.homeFlag, nil
	}
	if dir := os.Getenv("CONCORD_HOME"); dir != "" {
		return dir, nil
	}
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "concord"), nil
	}
	user, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("%w: there is no user folder to keep data in; say --home DIR", taxonomy.ErrInvalid)
	}
	switch runtime.GOOS {
	case "darwin":
		return filepath.Join(user, "Library", "Application Support", "Concord"), nil
	case "windows":
		if dir := os.Getenv("LocalAppData"); dir != "" {
			return filepath.Join(dir, "Concord"), nil
		}
	}
	return filepath.Join(user, ".local", "share", "concord"), nil
}

// A place is an open home: the store, and where its derived files are.
type place struct {
	*sqlite.Store
	home, index, snapshots string
	table                  func() (*vectors.Table, error) // loaded when it is first asked for
}

// makeHome returns the home folder and creates it if need be.
func (a *app) makeHome() (string, error) {
	home, err := a.home()
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(home, 0o777); err != nil {
		return "", fmt.Errorf("%w: the home folder cannot be made: %v; say another with --home", taxonomy.ErrInvalid, err)
	}
	return home, nil
}

// open opens the home. What is kept there of learners' documents and has
// expired goes first.
func (a *app) open() (*place, error) {
	home, err := a.makeHome()
	if err != nil {
		return nil, err
	}
	if _, err := kept.In(home).Expire(time.Now()); err != nil {
		return nil, err
	}
	store, err := sqlite.Open(storePath(home))
	if err != nil {
		return nil, err
	}
	return &place{Store: store, home: home, index: filepath.Join(home, "index"), snapshots: filepath.Join(home, "alignment"),
		table: sync.OnceValues(func() (*vectors.Table, error) { return loadTable(home) })}, nil
}

func storePath(home string) string { return filepath.Join(home, "concord.db") }

// releases resolves refs; none means the current release of every scheme.
func (p *place) releases(ctx context.Context, refs []string) ([]*taxonomy.Release, error) {
	var out []*taxonomy.Release
	add := func(ref taxonomy.Ref) error {
		rel, err := p.Release(ctx, ref)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(out, func(r *taxonomy.Release) bool { return r.Ref == rel.Ref }) {
			out = append(out, rel)
		}
		return nil
	}
	for _, s := range refs {
		ref, err := taxonomy.ParseRef(s)
		if err != nil {
			return nil, err
		}
		if err := add(ref); err != nil {
			return nil, err
		}
	}
	if len(refs) > 0 {
		return out, nil
	}
	schemes, err := p.Schemes(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range schemes {
		if err := add(taxonomy.Ref{Scheme: s.Name, Version: s.Current}); err != nil {
			return nil, err
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: nothing is loaded yet; import a framework first, or run concord demo", taxonomy.ErrNotFound)
	}
	return out, nil
}

// engine opens the alignment engine for releases. Snapshots that are missing
// or stale are built first.
func (a *app) engine(ctx context.Context, p *place, releases []*taxonomy.Release) (*alignment.Engine, error) {
	ranker, err := loadRanker(p.home)
	if err != nil {
		return nil, err
	}
	relator, err := loadRelator(p.home)
	if err != nil {
		return nil, err
	}
	engine, err := a.engineWith(ctx, p, ranker, releases)
	if err != nil {
		return nil, err
	}
	engine.Relator = relator
	return engine, nil
}

// engineWith is engine with the ranker given; nil is for training one.
func (a *app) engineWith(ctx context.Context, p *place, ranker *alignment.Ranker, releases []*taxonomy.Release) (*alignment.Engine, error) {
	if err := a.deriveSnapshots(ctx, p, releases); err != nil {
		return nil, err
	}
	table, err := p.table()
	if err != nil {
		return nil, err
	}
	return alignment.Open(p.snapshots, version, table, ranker, releases)
}

// openEngine opens the home and the alignment engine for the releases that
// schemes name; done closes both.
func (a *app) openEngine(ctx context.Context, schemes []string) (engine *alignment.Engine, p *place, rels []*taxonomy.Release, done func(), err error) {
	if p, err = a.open(); err != nil {
		return nil, nil, nil, nil, err
	}
	if rels, err = p.releases(ctx, schemes); err == nil {
		engine, err = a.engine(ctx, p, rels)
	}
	if err != nil {
		p.Close()
		return nil, nil, nil, nil, err
	}
	return engine, p, rels, func() { engine.Close(); p.Close() }, nil
}

// search opens the index of releases. Shards that are missing or stale are
// built first.
func (a *app) search(ctx context.Context, p *place, releases []*taxonomy.Release) (*index.Index, error) {
	if err := a.deriveIndex(ctx, p, releases); err != nil {
		return nil, err
	}
	refs := make([]taxonomy.Ref, len(releases))
	for i, r := range releases {
		refs[i] = r.Ref
	}
	return index.Open(p.index, refs)
}

// terminal reports whether w is a terminal.
func terminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// printJSON writes v to stdout as one line.
func (a *app) printJSON(v any) error { return writeJSON(a.stdout, v) }

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// A style paints words on a terminal and leaves them alone elsewhere.
type style bool

func (a *app) style() style {
	return style(terminal(a.stdout) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb")
}

func (s style) paint(code, text string) string {
	if !s || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s style) bold(text string) string   { return s.paint("1", text) }
func (s style) dim(text string) string    { return s.paint("2", text) }
func (s style) green(text string) string  { return s.paint("32", text) }
func (s style) yellow(text string) string { return s.paint("33", text) }
func (s style) cyan(text string) string   { return s.paint("36", text) }

// width is the number of columns of the terminal, or 100 where there is none.
func (a *app) width() int {
	if f, ok := a.stdout.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 20 {
			return w
		}
	}
	return 100
}

// clip shortens s to n runes on one line.
func clip(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	r := []rune(s)
	if len(r) <= n || n < 2 {
		return s
	}
	return string(r[:n-1]) + "…"
}

// printable removes control characters, so that a document cannot steer the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return -1
		}
		return r
	}, s)
}

// parseKinds reads --kind flags.
func parseKinds(names []string) ([]taxonomy.Kind, error) {
	var kinds []taxonomy.Kind
	for _, n := range names {
		k, err := taxonomy.ParseKind(n)
		if err != nil {
			return nil, err
		}
		kinds = append(kinds, k)
	}
	return kinds, nil
}
