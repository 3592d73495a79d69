package releases

import (
	"context"

	"concord/alignment"
	"concord/alignment/crosswalk"
	"concord/taxonomy"
)

// A Verdict says what may be done with an alignment or mapping without asking.
type Verdict string

const (
	Automatic Verdict = "automatic" // the target release has the concept, and it means what it did
	Review    Verdict = "review"    // a person should look: the meaning, kind or place changed, or several take its place
	Dead      Verdict = "dead"      // retired, and nothing is said to take its place
)

// Verdicts is every Verdict, in the order they are shown.
var Verdicts = []Verdict{Automatic, Review, Dead}

// A Why is a reason as a word for programs; Step.Reason says it for people.
type Why string

const (
	WhyUnchanged Why = "unchanged" // nothing that matters changed
	WhyWording   Why = "wording"   // other words, the same meaning
	WhyRenamed   Why = "renamed"   // another URI
	WhyReplaced  Why = "replaced"  // dct:isReplacedBy names one concept
	WhyAlready   Why = "already"   // only the new release has it
	WhyMeaning   Why = "meaning"   // the meaning changed, at least medium
	WhyRetyped   Why = "retyped"   // another kind
	WhyMoved     Why = "moved"     // below another top group
	WhySplit     Why = "split"     // several take its place
	WhySameName  Why = "same-name" // retired; a concept of the new release has its name
	WhyRetired   Why = "retired"   // retired without a replacement
	WhyUnknown   Why = "unknown"   // of this scheme, and in neither release
)

// An Item is one alignment, or one side of a mapping, that rests on the old
// release.
type Item struct {
	File       string           // of the document or alignments; empty for a mapping set
	Document   string           // name of the document
	Digest     string           // of the document
	Pointer    string           // of the alignment in the document
	State      string           // "stated", or "proposed" by the engine; empty for a mapping
	Row        int              // of the mapping in its set, from 1
	Side       string           // "subject" or "object": which side of the mapping is of the old release
	Stated     alignment.Stated // what is to be looked up: URI, code, name, framework
	Scheme     string           // as the alignment says, or empty
	Label      string           // as the alignment says
	Predicate  taxonomy.Match
	Confidence *float64
	Mapping    *taxonomy.Mapping
}

// A Target is a concept as an alignment names it.
type Target struct {
	URI        taxonomy.URI   `json:"uri"`
	Label      string         `json:"label,omitempty"`
	Code       string         `json:"code,omitempty"`
	Kind       taxonomy.Kind  `json:"kind,omitempty"`
	Predicate  taxonomy.Match `json:"predicate,omitempty"`
	Confidence *float64       `json:"confidence,omitempty"` // nil where the alignment states none
}

// A Step is a line of a plan: what is to become of one Item. A person may set
// Accepted, and change After, before the plan is applied; then it is done
// whatever the verdict.
type Step struct {
	N        int     `json:"n"` // from 1
	Verdict  Verdict `json:"verdict"`
	Why      Why     `json:"why"`
	Reason   string  `json:"reason"`
	Accepted bool    `json:"accepted,omitempty"`

	File     string `json:"file,omitempty"`
	Document string `json:"document,omitempty"`
	Digest   string `json:"digest,omitempty"`
	Pointer  string `json:"pointer,omitempty"`
	State    string `json:"state,omitempty"`
	Row      int    `json:"row,omitempty"`
	Side     string `json:"side,omitempty"`

	Before    Target            `json:"before"`
	Concept   *Side             `json:"concept,omitempty"` // of the old release, where Before calls it otherwise
	After     *Target           `json:"after,omitempty"`   // what takes its place, or is proposed to
	Proposals []Proposal        `json:"proposals,omitempty"`
	Mapping   *taxonomy.Mapping `json:"mapping,omitempty"` // the row as it was
}

// Doable reports whether applying the plan does the step.
func (s *Step) Doable() bool {
	return s.After != nil && s.After.URI != "" && (s.Verdict == Automatic || s.Accepted)
}

// A Planner decides what becomes of concepts of the old release.
type Planner struct {
	c     *comparison
	known map[taxonomy.URI]*fate
	codes map[string]int32 // code → concept of the old release, -1: several
	names map[string]int32 // folded preferred label → the same
	tops  [2]*groups       // of the old and the new release
}

// A fate is what becomes of a concept, the same for all that rests on it.
type fate struct {
	verdict   Verdict
	why       Why
	reason    string
	before    *Side
	after     *Side
	predicate taxonomy.Match // from before to after
	likeness  float64        // of after; 1 where it is the same concept
	proposals []Proposal
}

// NewPlanner compares two releases of the store.
func NewPlanner(ctx context.Context, store taxonomy.Reader, from, to taxonomy.Ref, opt Options) (*Planner, error) {
	opt.Kinds = nil
	c, err := newComparison(ctx, store, from, to, opt)
	if err != nil {
		return nil, err
	}
	p := &Planner{c: c, known: map[taxonomy.URI]*fate{}, codes: map[string]int32{}, names: map[string]int32{}, tops: [2]*groups{newGroups(c.a), newGroups(c.b)}}
	put := func(m map[string]int32, k string, i int) {
		if k == "" {
			return
		}
		if _, again := m[k]; again {
			m[k] = -1
		} else {
			m[k] = int32(i)
		}
	}
	for i, x := range c.a.concepts {
		put(p.codes, x.Code, i)
		put(p.names, fold(x.Pref(c.words.lang).Text), i)
	}
	return p, nil
}

// Releases returns the two releases.
func (p *Planner) Releases() (from, to Release) { return releaseOf(p.c.a.rel), releaseOf(p.c.b.rel) }

// Has reports whether the old or the new release has the concept.
func (p *Planner) Has(uri taxonomy.URI) bool {
	_, old := p.c.a.at[uri]
	_, now := p.c.b.at[uri]
	return old || now
}

// Plan says what becomes of an item. ok is false where it is of another
// framework and none of this plan's business.
func (p *Planner) Plan(it Item) (s Step, ok bool) {
	f := p.fate(it)
	if f == nil {
		return s, false
	}
	s = Step{Verdict: f.verdict, Why: f.why, Reason: f.reason, File: it.File, Document: it.Document, Digest: it.Digest, Pointer: it.Pointer, State: it.State,
		Row: it.Row, Side: it.Side, Proposals: f.proposals, Mapping: it.Mapping,
		Before: Target{URI: it.Stated.URI, Label: it.Label, Code: it.Stated.Code, Predicate: it.Predicate, Confidence: it.Confidence}}
	if f.before != nil {
		s.Before.Kind = f.before.Kind
		if s.Before.URI != f.before.URI || s.Before.Label != f.before.Label {
			s.Concept = f.before
		}
	}
	if f.after != nil {
		s.After = &Target{URI: f.after.URI, Label: f.after.Label, Code: f.after.Code, Kind: f.after.Kind, Predicate: p.through(it, f.predicate), Confidence: it.Confidence}
		if f.likeness < 1 {
			c := f.likeness
			if it.Confidence != nil {
				c *= *it.Confidence
			}
			c = round(c)
			s.After.Confidence = &c
		}
	}
	return s, true
}

// through is the predicate from what was aligned to the new concept. A mapping
// whose object moves is read forwards, one whose subject moves backwards.
func (p *Planner) through(it Item, step taxonomy.Match) taxonomy.Match {
	if it.Predicate == "" {
		return ""
	}
	if it.Side == "subject" {
		return compose(step.Inverse(), it.Predicate)
	}
	return compose(it.Predicate, step)
}

// compose is the predicate from A to C where A stands to B and B to C as given.
// Where the two say nothing of A and C they are related at least: they meet in B.
func compose(ab, bc taxonomy.Match) taxonomy.Match {
	if bc == "" {
		return ab
	}
	if c, ok := crosswalk.Compose(crosswalk.Claim{Predicate: ab}, crosswalk.Claim{Predicate: bc}); ok {
		return c.Predicate
	}
	return taxonomy.RelatedMatch
}
