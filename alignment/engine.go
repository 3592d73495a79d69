// Package alignment maps documents (badges, courses, credentials, text) to
// concepts and shows the words that earned each. A Snapshot per release is
// derived from the store (build.go) and mapped from a file (snapshot.go); a
// document is split into sentences (segment.go), each is scored against every
// label (score.go), and what holds is merged into an Answer (align.go). The
// same document and the same snapshots give the same bytes. The package never
// writes to the store, never reaches the network and decides nothing: a
// person accepts or rejects what it proposes.
package alignment

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/abadojack/whatlanggo"

	"concord/alignment/vectors"
	"concord/taxonomy"
)

// An Engine aligns with the releases it was opened for. It is safe for
// concurrent use.
type Engine struct {
	snaps   []*Snapshot
	table   *vectors.Table // nil: no vectors
	ranker  *Ranker
	version string

	// Relator tells how proposals stand to the text; nil: they say nothing of
	// it. It is set before the engine is used.
	Relator *Relator
}

// Open maps the snapshots of releases under dir. One that is missing or stale
// is an ErrNotFound that says to build it. version names the program in
// answers; table is what the snapshots were built with. ranker judges what
// Align proposes and may be nil where only Rank is used. The caller closes the
// engine.
func Open(dir, version string, table *vectors.Table, ranker *Ranker, releases []*taxonomy.Release) (*Engine, error) {
	e := &Engine{version: version, table: table, ranker: ranker}
	for _, rel := range releases {
		s, err := openSnapshot(snapshotPath(dir, rel.Ref))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			err = fmt.Errorf("%w: no alignment snapshot of %s; run concord index", taxonomy.ErrNotFound, rel.Ref)
		case err == nil && !s.Stamp.fits(rel, table):
			s.Close()
			err = fmt.Errorf("%w: the alignment snapshot of %s is older than the release; run concord index", taxonomy.ErrNotFound, rel.Ref)
		case err != nil:
			err = fmt.Errorf("opening the alignment snapshot of %s: %w; run concord index", rel.Ref, err)
		}
		if err != nil {
			e.Close()
			return nil, err
		}
		e.snaps = append(e.snaps, s)
	}
	return e, nil
}

// Only returns an engine for some of e's releases, in the order of refs; a ref
// without a version means the first of its scheme. It shares what e has open
// and is not closed. One that e does not hold is an ErrNotFound.
func (e *Engine) Only(refs []taxonomy.Ref) (*Engine, error) {
	some := *e
	some.snaps = nil
	for _, ref := range refs {
		i := slices.IndexFunc(e.snaps, func(s *Snapshot) bool {
			return s.Stamp.Scheme == ref.Scheme && (ref.Version == "" || s.Stamp.Version == ref.Version)
		})
		if i < 0 {
			return nil, fmt.Errorf("%w: %s is not among what documents are aligned with", taxonomy.ErrNotFound, ref)
		}
		if !slices.Contains(some.snaps, e.snaps[i]) {
			some.snaps = append(some.snaps, e.snaps[i])
		}
	}
	return &some, nil
}

// Releases returns the releases that e aligns with, in order.
func (e *Engine) Releases() []taxonomy.Ref {
	refs := make([]taxonomy.Ref, len(e.snaps))
	for i, s := range e.snaps {
		refs[i] = taxonomy.Ref{Scheme: s.Stamp.Scheme, Version: s.Stamp.Version}
	}
	return refs
}

// Close unmaps the snapshots. Answers hold no memory of theirs.
func (e *Engine) Close() error {
	var errs []error
	for _, s := range e.snaps {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

// Identity says what e is, as its answers do.
func (e *Engine) Identity() Identity {
	id := Identity{Version: e.version, Schemes: []SchemeDigest{}}
	var trained []string
	if e.table != nil {
		trained = append(trained, "vectors "+e.table.Digest())
	}
	if e.ranker != nil {
		trained = append(trained, "ranker "+e.ranker.digest)
	}
	if e.Relator != nil {
		trained = append(trained, "predicate "+e.Relator.digest)
	}
	if trained != nil {
		id.Weights = Digest([]byte(strings.Join(trained, "\n")))
	}
	for _, s := range e.snaps {
		id.Schemes = append(id.Schemes, SchemeDigest{s.Stamp.Scheme, s.Stamp.Version, s.Stamp.Digest})
	}
	return id
}

// bases returns the languages that s has labels in, by primary subtag, in
// order of first use.
func (s *Snapshot) bases() []taxonomy.Lang {
	var out []taxonomy.Lang
	for _, l := range s.Stamp.Analysed {
		if !slices.Contains(out, l.Base()) {
			out = append(out, l.Base())
		}
	}
	return out
}

// matchIn returns the languages in which a text in lang is looked up: its own
// if s has it, else all that s has, as a fallback for names that are the same
// everywhere.
func (s *Snapshot) matchIn(lang taxonomy.Lang) (langs []taxonomy.Lang, own bool) {
	bases := s.bases()
	if slices.Contains(bases, lang.Base()) {
		return []taxonomy.Lang{lang.Base()}, true
	}
	return bases, false
}

// minDetect is the length in bytes below which a text's language is not told
// from its letters.
const minDetect = 40

// detect tells the language of text, or returns "" where it is too short or in doubt.
func detect(text string) taxonomy.Lang {
	if len(text) < minDetect {
		return ""
	}
	if info := whatlanggo.Detect(text); info.IsReliable() {
		return taxonomy.Lang(info.Lang.Iso6391())
	}
	return ""
}

// Reliability returns how often the ranker was right by the probability it
// gave, on sentences that it was not trained on: a copy, ascending; none
// without a ranker.
func (e *Engine) Reliability() []Held {
	if e.ranker == nil {
		return nil
	}
	return slices.Clone(e.ranker.Reliability)
}
