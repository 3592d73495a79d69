package review

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"concord/importers"
	"concord/taxonomy"
)

// Slots of a reviewed mapping. The first are SSSOM's (reviewer_agreement: 1
// agrees, 0 is not sure, -1 disagrees; where there is none, 1). The others are
// extension slots, for what SSSOM has no slot for; a file without them can be
// read all the same.
const (
	slotReviewer   = "reviewer_label"
	slotReviewerID = "reviewer_id"
	slotDate       = "review_date"
	slotAgreement  = "reviewer_agreement"
	slotSet        = "mapping_source" // the set that the mapping is of

	slotVerdict = "review_verdict"
	slotChanged = "review_changed" // the predicate it should have
	slotTime    = "review_time"    // RFC 3339
	slotTool    = "review_tool"

	slotSubjectRelease = "review_subject_release"
	slotObjectRelease  = "review_object_release"
	slotSubjectMeaning = "review_subject_meaning"
	slotObjectMeaning  = "review_object_meaning"
)

// changedTo is the verdict on the second row of a changed predicate: the one
// that others should take. It is not read back.
const changedTo = "changed-to"

// orcid begins the URI of a person; as a reviewer's name it is "orcid:".
const orcid = "https://orcid.org/"

// documentPrefix stands for the digest of a document in a URI (RFC 6920).
const documentPrefix = "nih:sha-256;"

// Export returns decisions as a mapping set with reviewer slots, a row for
// each. A changed predicate has two: the reviewer disagrees with the one that
// was proposed, and agrees with the one it should be. The set needs an id and
// a title; labels come from the rows of the sets in r.
func Export(ctx context.Context, r taxonomy.Reader, set taxonomy.MappingSet, decisions []taxonomy.Decision) (*taxonomy.Crosswalk, error) {
	c := &taxonomy.Crosswalk{MappingSet: set}
	c.Prefixes = map[string]string{"sha256": documentPrefix}
	labels, err := labelsOf(ctx, r, decisions)
	if err != nil {
		return nil, err
	}
	for _, d := range decisions {
		if d.Verdict == taxonomy.Supersede {
			continue
		}
		m := taxonomy.Mapping{Subject: d.Subject, Predicate: cmp.Or(d.Predicate, "skos:mappingRelation"), Object: d.Object, Justification: taxonomy.MappingReview, Comment: d.Reason, Slots: taxonomy.Slots{}}
		if digest, ok := strings.CutPrefix(string(d.Subject), digestPrefix); ok && d.Set == "" {
			m.Subject = taxonomy.URI(documentPrefix + digest)
		}
		if l, ok := labels[thing{d.Set, d.Subject, d.Object, ""}]; ok {
			m.SubjectLabel, m.ObjectLabel = l[0], l[1]
		}
		put := func(slot, value string) {
			if value != "" {
				m.Slots[slot] = []string{value}
			}
		}
		if id, ok := strings.CutPrefix(d.Reviewer, "orcid:"); ok {
			put(slotReviewerID, orcid+id)
		} else if strings.HasPrefix(d.Reviewer, "https://") {
			put(slotReviewerID, d.Reviewer)
		} else {
			put(slotReviewer, d.Reviewer)
		}
		put(slotDate, d.Time.UTC().Format(time.DateOnly))
		put(slotAgreement, map[taxonomy.Verdict]string{taxonomy.Accept: "1", taxonomy.Reject: "-1", taxonomy.Change: "-1", taxonomy.DontKnow: "0"}[d.Verdict])
		put(slotSet, string(d.Set))
		put(slotVerdict, string(d.Verdict))
		put(slotChanged, string(d.Changed))
		put(slotTime, d.Time.UTC().Format(time.RFC3339Nano))
		put(slotTool, d.Tool)
		put(slotSubjectRelease, d.SubjectRelease)
		put(slotObjectRelease, d.ObjectRelease)
		put(slotSubjectMeaning, d.SubjectMeaning)
		put(slotObjectMeaning, d.ObjectMeaning)
		c.Mappings = append(c.Mappings, m)
		if d.Verdict == taxonomy.Change {
			m.Predicate, m.Slots = d.Changed, cloned(m.Slots)
			put(slotAgreement, "1")
			put(slotVerdict, changedTo)
			delete(m.Slots, slotChanged)
			c.Mappings = append(c.Mappings, m)
		}
	}
	return c, nil
}

func cloned(s taxonomy.Slots) taxonomy.Slots {
	out := taxonomy.Slots{}
	for name, values := range s {
		out[name] = values
	}
	return out
}

// labelsOf returns the labels of what decisions are about, by set and pair.
func labelsOf(ctx context.Context, r taxonomy.Reader, decisions []taxonomy.Decision) (map[thing][2]string, error) {
	labels, sets := map[thing][2]string{}, map[taxonomy.URI]bool{}
	for _, d := range decisions {
		if d.Set == "" || sets[d.Set] {
			continue
		}
		sets[d.Set] = true
		for m, err := range r.MappingsOf(ctx, d.Set) {
			if isMissing(err) {
				break // the set is gone; what was decided stays
			}
			if err != nil {
				return nil, err
			}
			labels[thing{d.Set, m.Subject, m.Object, ""}] = [2]string{m.SubjectLabel, m.ObjectLabel}
		}
	}
	return labels, nil
}

// An Import is what a file of reviewed mappings says.
type Import struct {
	Decisions []taxonomy.Decision // new ones, in the order of the file
	Known     int                 // said before, or older than what its reviewer says now
	Undecided int                 // rows that no reviewer has decided
	Problems  []importers.Problem
}

// ImportOptions are what a person says about a file of reviewed mappings.
type ImportOptions struct {
	File     string
	Set      taxonomy.URI // of rows that do not name theirs; empty: the file's own, where the store has it
	Reviewer string       // of rows that decide and name nobody
	Now      time.Time    // of rows without a date
	Tool     string
}

// Read turns the rows of a reviewed mapping set into decisions, and leaves out
// those that the store holds already, so that a file can be imported twice. A
// row that cannot be a decision is a problem. An unknown Set is an ErrNotFound.
func Read(ctx context.Context, r taxonomy.Reader, c *taxonomy.Crosswalk, opt ImportOptions) (*Import, error) {
	sets, err := r.MappingSets(ctx)
	if err != nil {
		return nil, err
	}
	has := func(id taxonomy.URI) bool {
		return slices.ContainsFunc(sets, func(s taxonomy.MappingSet) bool { return s.ID == id })
	}
	if opt.Set == "" && has(c.ID) {
		opt.Set = c.ID
	}
	known, err := knownDecisions(ctx, r)
	if err != nil {
		return nil, err
	}
	desk, out := NewDesk(r), &Import{}
	for i := range c.Mappings {
		m := &c.Mappings[i]
		problem := func(code, format string, args ...any) {
			out.Problems = append(out.Problems, importers.Problem{File: opt.File, Line: m.Line, Code: code, Text: fmt.Sprintf(format, args...)})
		}
		if first(m, slotVerdict) == changedTo {
			continue // the other half of a change
		}
		word, reviewers, err := wordOf(m, opt)
		if err != nil {
			problem("bad-decision", "%v", err)
			continue
		}
		if word.Verdict == "" {
			out.Undecided++
			continue
		}
		if len(reviewers) == 0 {
			problem("no-reviewer", "the row does not say who reviewed it; say --reviewer NAME")
			continue
		}
		when, exact, err := timeOf(m, opt.Now)
		if err != nil {
			problem("bad-date", "%v", err)
			continue
		}
		for _, reviewer := range reviewers {
			word.Reviewer = reviewer
			d, err := desk.Decide(ctx, word)
			if err != nil {
				problem("no-such-mapping", "%v", err)
				break
			}
			d.Time, d.Tool = when, cmp.Or(first(m, slotTool), opt.Tool)
			for _, f := range []struct {
				slot string
				to   *string
			}{{slotSubjectRelease, &d.SubjectRelease}, {slotObjectRelease, &d.ObjectRelease}, {slotSubjectMeaning, &d.SubjectMeaning}, {slotObjectMeaning, &d.ObjectMeaning}} {
				if v := first(m, f.slot); v != "" {
					*f.to = v // what the reviewer saw, not what is there now
				}
			}
			if err := d.Validate(); err != nil {
				problem("bad-decision", "%v", err)
				break
			}
			if known.has(&d, exact) {
				out.Known++
				continue
			}
			known.add(d)
			out.Decisions = append(out.Decisions, d)
		}
	}
	return out, nil
}

func first(m *taxonomy.Mapping, slot string) string {
	if v := m.Slots[slot]; len(v) > 0 {
		return strings.TrimSpace(v[0])
	}
	return ""
}

// wordOf reads what a row says, and who says it. A row that nobody decided has
// no verdict.
func wordOf(m *taxonomy.Mapping, opt ImportOptions) (Word, []string, error) {
	w := Word{Set: cmp.Or(taxonomy.URI(first(m, slotSet)), opt.Set), Subject: m.Subject, Object: m.Object, Proposed: proposed(m), Reason: m.Comment}
	if digest, ok := strings.CutPrefix(string(m.Subject), documentPrefix); ok {
		w.Set, w.Subject = "", taxonomy.URI(digestPrefix+digest)
		if w.Proposed == "skos:mappingRelation" {
			w.Proposed = ""
		}
	}
	reviewers := append(slices.Clone(m.Slots[slotReviewer]), m.Slots[slotReviewerID]...)
	if n := len(m.Slots[slotReviewer]); n > 0 && n == len(m.Slots[slotReviewerID]) {
		reviewers = reviewers[:n] // the same people twice
	}
	for i, who := range reviewers {
		if id, ok := strings.CutPrefix(who, orcid); ok {
			reviewers[i] = "orcid:" + id
		}
	}
	agreement := first(m, slotAgreement)
	switch verdict := taxonomy.Verdict(strings.ToLower(first(m, slotVerdict))); {
	case verdict != "":
		w.Verdict = verdict
		changed, err := ParseMatch(first(m, slotChanged))
		if err != nil {
			return w, nil, err
		}
		w.Predicate = changed
	case agreement != "":
		f, err := strconv.ParseFloat(agreement, 64)
		switch {
		case err != nil || f < -1 || f > 1 || f != f:
			return w, nil, fmt.Errorf("%w: reviewer_agreement is %q, not a number from -1 to 1", taxonomy.ErrInvalid, agreement)
		case f > 0:
			w.Verdict = taxonomy.Accept
		case f < 0:
			w.Verdict = taxonomy.Reject
		default:
			w.Verdict = taxonomy.DontKnow
		}
	case len(reviewers) > 0:
		w.Verdict = taxonomy.Accept
	}
	if len(reviewers) == 0 && opt.Reviewer != "" {
		reviewers = []string{opt.Reviewer}
	}
	return w, reviewers, nil
}

// timeOf is when a row was reviewed, and whether it says so to the second.
func timeOf(m *taxonomy.Mapping, now time.Time) (when time.Time, exact bool, err error) {
	if s := first(m, slotTime); s != "" {
		if when, err = time.Parse(time.RFC3339Nano, s); err != nil {
			return when, false, fmt.Errorf("%w: review_time is %q, not a time like 2026-01-15T09:30:00Z", taxonomy.ErrInvalid, s)
		}
		return when.UTC(), true, nil
	}
	if s := first(m, slotDate); s != "" {
		if when, err = time.Parse(time.DateOnly, s); err != nil {
			return when, false, fmt.Errorf("%w: review_date is %q, not a date like 2026-01-15", taxonomy.ErrInvalid, s)
		}
		return when, false, nil
	}
	return now.UTC(), false, nil
}

// said is what reviewers have said, for telling what is new.
type said map[string][]taxonomy.Decision // by reviewer and thing, the earliest first

func (s said) key(d *taxonomy.Decision) string {
	return strings.Join([]string{d.Reviewer, string(d.Set), string(d.Subject), string(d.Predicate), string(d.Object)}, "\x00")
}

func (s said) add(d taxonomy.Decision) { s[s.key(&d)] = append(s[s.key(&d)], d) }

// has tells a decision that was made before. One that says its time was made
// where the same was said at that time; one that says its day, where the same
// was said on that day, or last. One is old where its reviewer spoke later.
func (s said) has(d *taxonomy.Decision, exact bool) bool {
	list := s[s.key(d)]
	for i := range list {
		o := &list[i]
		same := category(o) == category(d) && (o.Reason == d.Reason || d.Reason == "")
		switch {
		case exact && same && o.Time.Equal(d.Time),
			!exact && same && (i == len(list)-1 || o.Time.UTC().Format(time.DateOnly) == d.Time.UTC().Format(time.DateOnly)),
			i == len(list)-1 && exact && o.Time.After(d.Time),
			i == len(list)-1 && !exact && o.Time.After(d.Time.AddDate(0, 0, 1)):
			return true
		}
	}
	return false
}

func knownDecisions(ctx context.Context, r taxonomy.Reader) (said, error) {
	out := said{}
	for d, err := range r.Decisions(ctx, taxonomy.DecisionFilter{}) {
		if err != nil {
			return nil, fmt.Errorf("reading what was decided: %w", err)
		}
		if d.Verdict != taxonomy.Supersede {
			out.add(d)
		}
	}
	return out, nil
}
