// Package review is about what people decide on mappings, and on alignments of
// documents: which are open, what a decision saw, how far two reviewers agree,
// and decisions as SSSOM and as tables. Decisions are taxonomy.Decision; they
// are only ever added. The package makes them and never stores them.
package review

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"concord/taxonomy"
)

// A Pair is two concepts that somebody thinks of joining, and what they mean
// now (Concept.Meaning); a meaning that is empty is not known.
type Pair struct {
	Subject, Object               taxonomy.URI
	SubjectMeaning, ObjectMeaning string
}

// turned is the pair the other way round: who rejects A to B rejects B to A.
func (p Pair) turned() Pair {
	return Pair{p.Object, p.Subject, p.ObjectMeaning, p.SubjectMeaning}
}

// Judged holds what reviewers said of pairs, whatever the set and predicate.
type Judged struct {
	last map[[2]taxonomy.URI]taxonomy.Decision // the last standing decision
}

// Load reads every standing decision. Those about alignments are pairs of a
// document's digest and a concept.
func Load(ctx context.Context, r taxonomy.Reader) (*Judged, error) {
	j := &Judged{last: map[[2]taxonomy.URI]taxonomy.Decision{}}
	for d, err := range r.Decisions(ctx, taxonomy.DecisionFilter{Standing: true}) {
		if err != nil {
			return nil, fmt.Errorf("reading what was decided: %w", err)
		}
		j.last[[2]taxonomy.URI{d.Subject, d.Object}] = d
	}
	return j, nil
}

// Rejected returns the decision that rejected the pair, where it stands last
// and neither concept has changed its meaning since. Such a pair is not to be
// proposed again.
func (j *Judged) Rejected(p Pair) (taxonomy.Decision, bool) {
	var last taxonomy.Decision
	saw := p
	for _, way := range []Pair{p, p.turned()} {
		if d, ok := j.last[[2]taxonomy.URI{way.Subject, way.Object}]; ok && d.ID > last.ID {
			last, saw = d, way
		}
	}
	if last.Verdict != taxonomy.Reject || changed(last.SubjectMeaning, saw.SubjectMeaning) || changed(last.ObjectMeaning, saw.ObjectMeaning) {
		return taxonomy.Decision{}, false
	}
	return last, true
}

// changed tells two meanings that are known and differ.
func changed(then, now string) bool { return then != "" && now != "" && then != now }

// Open reports whether a pair may be proposed: nobody rejected it, or what one
// of its concepts means has changed since. Meanings that p does not give are
// looked up in the store. For many pairs use Load.
func Open(ctx context.Context, r taxonomy.Reader, p Pair) (bool, error) {
	j, err := Load(ctx, r)
	if err != nil {
		return false, err
	}
	for _, side := range []struct {
		uri     taxonomy.URI
		meaning *string
	}{{p.Subject, &p.SubjectMeaning}, {p.Object, &p.ObjectMeaning}} {
		if *side.meaning == "" {
			seen, err := See(ctx, r, side.uri)
			if err != nil {
				return false, err
			}
			*side.meaning = seen.Meaning
		}
	}
	_, rejected := j.Rejected(p)
	return !rejected, nil
}

// A Task is a mapping that waits for a reviewer.
type Task struct {
	taxonomy.Mapping
	Uncertain float64 `json:"uncertain"`        // 1: as likely right as wrong, or nobody says; 0: sure
	Impact    float64 `json:"impact,omitempty"` // by Queue.Weigh: at least 1
	Uses      int     `json:"uses,omitempty"`   // by Queue.Weigh: others that name one of its concepts
	Taken     bool    `json:"taken,omitempty"`  // an accepted mapping of the set names one of its concepts
}

// ListOptions say which mappings a reviewer wants to see.
type ListOptions struct {
	Statuses    []taxonomy.Status // none: proposed and unsure
	Reviewer    string            // leave out what this person has decided; then no statuses means all
	Uncertainty bool              // the most uncertain first, not in the order of the set
}

// List returns the mappings of a set that wait for a reviewer. An unknown set
// is an ErrNotFound.
func List(ctx context.Context, r taxonomy.Reader, set taxonomy.URI, opt ListOptions) ([]Task, error) {
	type key struct {
		subject, object taxonomy.URI
		predicate       taxonomy.Match
	}
	done := map[key]bool{}
	if opt.Reviewer != "" {
		for d, err := range r.Decisions(ctx, taxonomy.DecisionFilter{Set: set, Reviewer: opt.Reviewer, Standing: true}) {
			if err != nil {
				return nil, fmt.Errorf("reading what was decided: %w", err)
			}
			done[key{d.Subject, d.Object, d.Predicate}] = true
		}
	} else if len(opt.Statuses) == 0 {
		opt.Statuses = []taxonomy.Status{taxonomy.Proposed, taxonomy.Unsure}
	}
	var out []Task
	taken := map[taxonomy.URI]bool{}
	for m, err := range r.MappingsOf(ctx, set) {
		if err != nil {
			return nil, err
		}
		if m.Status == taxonomy.Accepted && m.Modifier == "" {
			for _, uri := range (&Task{Mapping: m}).concepts() {
				taken[uri] = true
			}
		}
		if len(opt.Statuses) > 0 && !slices.Contains(opt.Statuses, m.Status) || done[key{m.Subject, m.Object, proposed(&m)}] {
			continue
		}
		out = append(out, Task{Mapping: m, Uncertain: uncertain(m.Confidence)})
	}
	for i := range out {
		if t := &out[i]; t.Status != taxonomy.Accepted {
			t.Taken = slices.ContainsFunc(t.concepts(), func(uri taxonomy.URI) bool { return taken[uri] })
		}
	}
	if opt.Uncertainty {
		slices.SortStableFunc(out, func(a, b Task) int { return ByUncertainty(&a, &b) })
	}
	return out, nil
}

// ByUncertainty orders tasks: the most uncertain first.
func ByUncertainty(a, b *Task) int { return cmp.Compare(b.Uncertain, a.Uncertain) }

// proposed is the predicate that a mapping came with, before any review.
func proposed(m *taxonomy.Mapping) taxonomy.Match { return cmp.Or(m.Before, m.Predicate) }

// A Word is what a person says about a mapping: what makes a Decision.
type Word struct {
	Set             taxonomy.URI // empty: about an alignment, whose Subject is the digest of a document
	Subject, Object taxonomy.URI
	Proposed        taxonomy.Match // which row is meant, where the set has several; for Change see Predicate
	Predicate       taxonomy.Match // what it should be (Change)
	Verdict         taxonomy.Verdict
	Reason          string
	Reviewer        string
}

// A Desk turns words into decisions. It remembers the sets and concepts that
// it has looked up.
type Desk struct {
	r     taxonomy.Reader
	rows  map[taxonomy.URI]map[[2]taxonomy.URI][]taxonomy.Match
	sight map[taxonomy.URI]Sight
}

// NewDesk returns a desk over a store.
func NewDesk(r taxonomy.Reader) *Desk {
	return &Desk{r: r, rows: map[taxonomy.URI]map[[2]taxonomy.URI][]taxonomy.Match{}, sight: map[taxonomy.URI]Sight{}}
}

// Decide returns what w says, without its time and tool. A mapping that the
// set does not have is an ErrNotFound, one that could be several an ErrInvalid.
func (k *Desk) Decide(ctx context.Context, w Word) (taxonomy.Decision, error) {
	d := taxonomy.Decision{Set: w.Set, Subject: w.Subject, Object: w.Object, Predicate: w.Proposed, Verdict: w.Verdict, Reason: w.Reason, Reviewer: w.Reviewer}
	switch {
	case !slices.Contains(taxonomy.Verdicts, w.Verdict) || w.Verdict == taxonomy.Supersede:
		return d, fmt.Errorf("%w: no verdict %q; it is one of accept, reject, change and unsure", taxonomy.ErrInvalid, w.Verdict)
	case w.Verdict == taxonomy.Change && w.Predicate == "":
		return d, fmt.Errorf("%w: the verdict “change” about %s and %s needs the predicate that it should be", taxonomy.ErrInvalid, w.Subject, w.Object)
	case w.Set == "" && !strings.HasPrefix(string(w.Subject), digestPrefix):
		return d, fmt.Errorf("%w: say which set the mapping of %s to %s is of; without a set the subject is the digest of a document (sha256:…)", taxonomy.ErrInvalid, w.Subject, w.Object)
	}
	if w.Verdict == taxonomy.Change {
		d.Changed = w.Predicate
	}
	if w.Set != "" {
		predicate, err := k.row(ctx, w)
		if err != nil {
			return d, err
		}
		d.Predicate = predicate
	}
	for _, side := range []struct {
		uri              taxonomy.URI
		meaning, release *string
	}{{d.Subject, &d.SubjectMeaning, &d.SubjectRelease}, {d.Object, &d.ObjectMeaning, &d.ObjectRelease}} {
		s, ok := k.sight[side.uri]
		if !ok {
			var err error
			if s, err = See(ctx, k.r, side.uri); err != nil {
				return d, err
			}
			k.sight[side.uri] = s
		}
		*side.meaning, *side.release = s.Meaning, s.Release
	}
	return d, nil
}

// digestPrefix begins the subject of a decision about an alignment.
const digestPrefix = "sha256:"

// load reads which predicates the pairs of a set came with.
func (k *Desk) load(ctx context.Context, set taxonomy.URI) error {
	if k.rows[set] != nil {
		return nil
	}
	rows := map[[2]taxonomy.URI][]taxonomy.Match{}
	for m, err := range k.r.MappingsOf(ctx, set) {
		if err != nil {
			return err
		}
		pair := [2]taxonomy.URI{m.Subject, m.Object}
		if p := proposed(&m); !slices.Contains(rows[pair], p) {
			rows[pair] = append(rows[pair], p)
		}
	}
	k.rows[set] = rows
	return nil
}

// row returns the predicate that the mapping meant came with.
func (k *Desk) row(ctx context.Context, w Word) (taxonomy.Match, error) {
	if err := k.load(ctx, w.Set); err != nil {
		return "", err
	}
	have := k.rows[w.Set][[2]taxonomy.URI{w.Subject, w.Object}]
	switch {
	case len(have) == 0:
		err := fmt.Errorf("%w: %s has no mapping from %s to %s", taxonomy.ErrNotFound, w.Set, w.Subject, w.Object)
		if len(k.rows[w.Set][[2]taxonomy.URI{w.Object, w.Subject}]) > 0 {
			err = fmt.Errorf("%w, but one the other way round", err)
		}
		return "", err
	case w.Proposed == "" && len(have) == 1:
		return have[0], nil
	case w.Proposed == "":
		return "", fmt.Errorf("%w: %s maps %s to %s as %s; say which is meant", taxonomy.ErrInvalid, w.Set, w.Subject, w.Object, words(have))
	case !slices.Contains(have, w.Proposed):
		return "", fmt.Errorf("%w: %s does not map %s to %s as %s, but as %s", taxonomy.ErrNotFound, w.Set, w.Subject, w.Object, w.Proposed, words(have))
	}
	return w.Proposed, nil
}

// Resolve returns the subject (side 0) or object (side 1) of the set's mappings
// that name is, or is the end of behind a "/", "#" or ":". No or several such
// are an ErrNotFound or an ErrInvalid. Without a set name is taken as it is.
func (k *Desk) Resolve(ctx context.Context, set taxonomy.URI, name string, side int) (taxonomy.URI, error) {
	if set == "" {
		return taxonomy.URI(name), nil
	}
	if err := k.load(ctx, set); err != nil {
		return "", err
	}
	ends := map[taxonomy.URI]bool{}
	for pair := range k.rows[set] {
		uri := pair[side]
		if string(uri) == name {
			return uri, nil
		}
		if rest, ok := strings.CutSuffix(string(uri), name); ok && rest != "" && strings.ContainsAny(rest[len(rest)-1:], "/#:") {
			ends[uri] = true
		}
	}
	found := make([]taxonomy.URI, 0, len(ends))
	for uri := range ends {
		found = append(found, uri)
	}
	slices.Sort(found)
	what := [2]string{"subject", "object"}[side]
	switch len(found) {
	case 0:
		return "", fmt.Errorf("%w: no mapping of %s has the %s %q", taxonomy.ErrNotFound, set, what, name)
	case 1:
		return found[0], nil
	}
	return "", fmt.Errorf("%w: the %s %q could be %s or %s; say more of it", taxonomy.ErrInvalid, what, name, found[0], found[1])
}

func words(list []taxonomy.Match) string {
	out := make([]string, len(list))
	for i, m := range list {
		out[i] = string(m)
	}
	return strings.Join(out, " and as ")
}

// ParseMatch reads a predicate as people write it: "skos:exactMatch",
// "exactMatch", "exact", or another CURIE or URI.
func ParseMatch(s string) (taxonomy.Match, error) {
	s = strings.TrimSpace(s)
	for _, m := range taxonomy.Matches {
		local := strings.TrimPrefix(string(m), "skos:")
		if strings.EqualFold(s, string(m)) || strings.EqualFold(s, local) || strings.EqualFold(s, strings.TrimSuffix(local, "Match")) {
			return m, nil
		}
	}
	if s != "" && !strings.Contains(s, ":") {
		return "", fmt.Errorf("%w: no predicate %q; it is one of exact, close, narrow, broad and related, or a CURIE", taxonomy.ErrInvalid, s)
	}
	return taxonomy.Match(s), nil
}

// isMissing tells what is not there from other failures.
func isMissing(err error) bool { return errors.Is(err, taxonomy.ErrNotFound) }
