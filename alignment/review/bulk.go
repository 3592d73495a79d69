package review

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"concord/taxonomy"
)

// A Rule says which tasks are accepted in one step, after a person has seen them.
type Rule struct {
	Set       taxonomy.URI   `json:"set,omitempty"`       // of this set; empty: of all, and of documents
	Predicate taxonomy.Match `json:"predicate,omitempty"` // as proposed
	Least     float64        `json:"least"`               // confidence, from 0 to 1; rows without one are never taken
	Kind      string         `json:"kind,omitempty"`      // of either concept
	Alone     bool           `json:"alone"`               // only where neither concept is in another task, or in an accepted mapping, of its set or document
}

// Select returns the tasks that a rule takes, in their order, and a digest of
// them: another selection has another.
func (r Rule) Select(tasks []Task) (taken []Task, digest string) {
	type end struct {
		set, subject, uri taxonomy.URI // subject: of a document
	}
	ends := func(t *Task) []end {
		var out []end
		for _, uri := range t.concepts() {
			e := end{set: t.Set, uri: uri}
			if t.Set == "" {
				e.subject = t.Subject
			}
			out = append(out, e)
		}
		return out
	}
	count := map[end]int{}
	for i := range tasks {
		for _, e := range ends(&tasks[i]) {
			count[e]++
		}
	}
	h := sha256.New()
	for i := range tasks {
		t := &tasks[i]
		switch {
		case r.Set != "" && t.Set != r.Set, r.Predicate != "" && proposed(&t.Mapping) != r.Predicate:
		case r.Kind != "" && t.SubjectKind != r.Kind && t.ObjectKind != r.Kind:
		case t.Confidence == nil, *t.Confidence < r.Least:
		case t.Modifier != "", t.Subject == taxonomy.NoTerm, t.Object == taxonomy.NoTerm:
		case r.Alone && (t.Taken || slices.ContainsFunc(ends(t), func(e end) bool { return count[e] > 1 })):
		default:
			taken = append(taken, *t)
			fmt.Fprintf(h, "%q %q %q %q\n", t.Set, t.Subject, proposed(&t.Mapping), t.Object)
		}
	}
	return taken, "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// String says a rule for people; it is the reason of the decisions made by it.
func (r Rule) String() string {
	out := fmt.Sprintf("by rule: confidence from %.2f", r.Least)
	if r.Predicate != "" {
		out += ", " + string(r.Predicate)
	}
	if r.Kind != "" {
		out += ", " + r.Kind
	}
	if r.Alone {
		out += ", concepts that are in no other proposal or accepted mapping"
	}
	return out
}

// AcceptAll returns a decision to accept each of the tasks, without its time
// and tool.
func AcceptAll(ctx context.Context, r taxonomy.Reader, tasks []Task, reason, reviewer string) ([]taxonomy.Decision, error) {
	desk := NewDesk(r)
	var uris []taxonomy.URI
	for i := range tasks {
		uris = append(uris, tasks[i].Subject, tasks[i].Object)
	}
	var err error
	if desk.sight, err = SeeAll(ctx, r, uris); err != nil {
		return nil, err
	}
	out := make([]taxonomy.Decision, 0, len(tasks))
	for i := range tasks {
		t := &tasks[i]
		d, err := desk.Decide(ctx, Word{Set: t.Set, Subject: t.Subject, Object: t.Object, Proposed: proposed(&t.Mapping), Verdict: taxonomy.Accept, Reason: reason, Reviewer: reviewer})
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// TakeBack returns the decisions that take back those of a reviewer with an id
// from first to last, without their time and tool. None is an ErrNotFound.
func TakeBack(ctx context.Context, r taxonomy.Reader, first, last int64, reviewer string) ([]taxonomy.Decision, error) {
	var out []taxonomy.Decision
	for d, err := range r.Decisions(ctx, taxonomy.DecisionFilter{Reviewer: reviewer, Standing: true}) {
		if err != nil {
			return nil, fmt.Errorf("reading what was decided: %w", err)
		}
		if d.ID < first || d.ID > last || d.Verdict == taxonomy.Supersede {
			continue
		}
		out = append(out, taxonomy.Decision{Set: d.Set, Subject: d.Subject, Predicate: d.Predicate, Object: d.Object, Verdict: taxonomy.Supersede, Supersedes: d.ID, Reviewer: reviewer})
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: none of these decisions is %s's and stands", taxonomy.ErrNotFound, reviewer)
	}
	return out, nil
}
