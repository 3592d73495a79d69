package taxonomy

import (
	"fmt"
	"slices"
	"time"
)

// A MappingSet is an SSSOM mapping set: one crosswalk with one provenance. It
// may join frameworks that nobody here owns or has loaded. Fields are SSSOM
// slots where a comment names one; Slots holds every other.
type MappingSet struct {
	ID          URI      `json:"id"` // mapping_set_id
	Title       string   `json:"title,omitempty"`
	Description string   `json:"description,omitempty"`
	Version     string   `json:"version,omitempty"`
	License     string   `json:"license,omitempty"` // as the source names it, best a URL
	Creators    []string `json:"creators,omitempty"`
	Published   string   `json:"published,omitempty"` // publication_date, as the source writes it

	// The frameworks joined, and their releases: subject_source,
	// subject_source_version and so on. A mapping may name others.
	SubjectSource  string `json:"subjectSource,omitempty"`
	SubjectVersion string `json:"subjectVersion,omitempty"`
	ObjectSource   string `json:"objectSource,omitempty"`
	ObjectVersion  string `json:"objectVersion,omitempty"`

	// Languages of the labels, which SSSOM has no slot for.
	SubjectLang Lang `json:"subjectLang,omitempty"`
	ObjectLang  Lang `json:"objectLang,omitempty"`

	Status    Status            `json:"status,omitempty"`    // of rows nobody has decided on
	Direction Direction         `json:"direction,omitempty"` // what is known of broad and narrow
	Prefixes  map[string]string `json:"prefixes,omitempty"`  // curie_map of the source
	Slots     Slots             `json:"slots,omitempty"`

	Format string `json:"format,omitempty"` // of the source: "sssom", "eures"
	Digest string `json:"digest,omitempty"` // of the source's bytes
	Origin Ref    `json:"origin,omitzero"`  // the release whose import brought it, and whose removal takes it; zero for a crosswalk of its own
}

// A Direction says whether the broad and narrow of a set can be read as SKOS
// defines them: subject broadMatch object means that the object is broader.
type Direction string

const (
	AsPublished Direction = "as-published" // nobody has judged it
	Conforms    Direction = "conforms"     // judged, and follows SKOS
	Normalised  Direction = "normalised"   // was inverted in the source; turned, follows SKOS now
	Inverted    Direction = "inverted"     // judged inverted, and left as it was
)

// A Mapping is one row of a mapping set. It joins concepts across schemes;
// either side may be unknown to the store. Fields are SSSOM slots where a
// comment names one; Slots holds every other.
type Mapping struct {
	Set           URI           `json:"set,omitempty"` // mapping_set_id
	Subject       URI           `json:"subject"`       // subject_id; NoTerm, or empty for a literal that is its label
	SubjectLabel  string        `json:"subjectLabel,omitempty"`
	SubjectSource string        `json:"subjectSource,omitempty"` // where it is not the set's
	SubjectKind   string        `json:"subjectKind,omitempty"`   // subject_category: a Kind, or the source's own word
	Predicate     Match         `json:"predicate"`
	Modifier      string        `json:"modifier,omitempty"` // predicate_modifier: "Not" or empty
	Object        URI           `json:"object"`             // object_id; NoTerm, or empty for a literal that is its label
	ObjectLabel   string        `json:"objectLabel,omitempty"`
	ObjectSource  string        `json:"objectSource,omitempty"` // framework as the source names it, where it is not the set's
	ObjectKind    string        `json:"objectKind,omitempty"`   // object_category
	Justification Justification `json:"justification,omitempty"`
	Confidence    *float64      `json:"confidence,omitempty"` // 0..1, nil where not stated
	Author        string        `json:"author,omitempty"`     // author_label
	Date          string        `json:"date,omitempty"`       // mapping_date, as the source writes it
	Comment       string        `json:"comment,omitempty"`
	Status        Status        `json:"status,omitempty"` // what the standing decision says, else the source; a Reader fills in the set's
	Before        Match         `json:"before,omitempty"` // the predicate that the source gave, where a reviewer changed it
	Line          int           `json:"line,omitempty"`   // of the source, 1-based; 0 where not known
	Slots         Slots         `json:"slots,omitempty"`
}

// NoTerm stands on one side of a mapping where a person looked and found that
// the other framework has no such concept (sssom:NoTermFound).
const NoTerm URI = "sssom:NoTermFound"

// Slots are slots of SSSOM by name ("see_also", "mapping_tool"), and extension
// slots by their own; a slot of one value holds one.
type Slots map[string][]string

// A Crosswalk is a mapping set with all its rows, in the order of the source.
type Crosswalk struct {
	MappingSet
	Mappings []Mapping
}

// A Status is where a mapping or an alignment stands in review.
type Status string

const (
	Proposed Status = "proposed" // by a program; nobody has looked
	Accepted Status = "accepted" // by a person, or published by its makers
	Rejected Status = "rejected"
	Unsure   Status = "unsure"
)

// Statuses is every Status, in the order of a review.
var Statuses = []Status{Proposed, Accepted, Rejected, Unsure}

// ParseStatus returns the Status named s, or an ErrInvalid that lists them.
func ParseStatus(s string) (Status, error) {
	if st := Status(s); slices.Contains(Statuses, st) {
		return st, nil
	}
	return "", fmt.Errorf("%w: no status %q; it is one of %v", ErrInvalid, s, Statuses)
}

// A Match is a SKOS mapping relation, or the source's own term as a CURIE.
type Match string

const (
	ExactMatch   Match = "skos:exactMatch"
	CloseMatch   Match = "skos:closeMatch"
	BroadMatch   Match = "skos:broadMatch"  // the object is broader
	NarrowMatch  Match = "skos:narrowMatch" // the object is narrower
	RelatedMatch Match = "skos:relatedMatch"
)

// Matches is the SKOS mapping relations, the closest first.
var Matches = []Match{ExactMatch, CloseMatch, NarrowMatch, BroadMatch, RelatedMatch}

// Inverse returns the relation that holds from object to subject.
func (m Match) Inverse() Match {
	switch m {
	case BroadMatch:
		return NarrowMatch
	case NarrowMatch:
		return BroadMatch
	}
	return m
}

// A Justification is a term of the SEMAPV vocabulary.
type Justification string

const (
	ManualCuration    Justification = "semapv:ManualMappingCuration"
	LexicalMatching   Justification = "semapv:LexicalMatching"
	CompositeMatching Justification = "semapv:CompositeMatching"
	MappingChaining   Justification = "semapv:MappingChaining"
	MappingReview     Justification = "semapv:MappingReview"
	Unspecified       Justification = "semapv:UnspecifiedMatching"
)

// A Decision is what a person said about a mapping, or about the alignment of
// a document. Decisions are only ever added: a later one of the same reviewer
// about the same thing stands, and what it replaced can still be read.
type Decision struct {
	ID        int64     `json:"id"`                  // given by the store, ascending
	Set       URI       `json:"set,omitempty"`       // the mapping's set; empty for an alignment
	Subject   URI       `json:"subject"`             // the mapping's subject, or the digest of the document
	Predicate Match     `json:"predicate,omitempty"` // as it was proposed
	Object    URI       `json:"object"`
	Verdict   Verdict   `json:"verdict"`
	Changed   Match     `json:"changed,omitempty"` // the predicate it should have (Verdict Change)
	Reason    string    `json:"reason,omitempty"`
	Reviewer  string    `json:"reviewer"`
	Time      time.Time `json:"time"`
	Tool      string    `json:"tool,omitempty"` // name and version of what proposed it

	// What the reviewer saw: the digests of the releases, and of what the two
	// concepts meant (Concept.Meaning), so that a rejected pair can be proposed
	// again once its meaning has changed. Empty where a side is not loaded.
	SubjectRelease string `json:"subjectRelease,omitempty"`
	ObjectRelease  string `json:"objectRelease,omitempty"`
	SubjectMeaning string `json:"subjectMeaning,omitempty"`
	ObjectMeaning  string `json:"objectMeaning,omitempty"`

	Supersedes int64 `json:"supersedes,omitempty"` // the decision withdrawn (Verdict Supersede)
}

// A Verdict is what a Decision says.
type Verdict string

const (
	Accept    Verdict = "accept"
	Reject    Verdict = "reject"
	Change    Verdict = "change" // accept with another predicate
	DontKnow  Verdict = "unsure"
	Supersede Verdict = "supersede" // take back an earlier decision
)

// Verdicts is every Verdict.
var Verdicts = []Verdict{Accept, Reject, Change, DontKnow, Supersede}

// Status is what a mapping becomes by the verdict.
func (v Verdict) Status() Status {
	switch v {
	case Accept, Change:
		return Accepted
	case Reject:
		return Rejected
	case DontKnow:
		return Unsure
	}
	return ""
}

// Validate reports what keeps d from being recorded, as an ErrInvalid.
func (d *Decision) Validate() error {
	switch {
	case d.Subject == "" || d.Object == "":
		return fmt.Errorf("%w: a decision needs a subject and an object", ErrInvalid)
	case !slices.Contains(Verdicts, d.Verdict):
		return fmt.Errorf("%w: no verdict %q; it is one of %v", ErrInvalid, d.Verdict, Verdicts)
	case d.Reviewer == "":
		return fmt.Errorf("%w: the decision about %s and %s does not say who made it", ErrInvalid, d.Subject, d.Object)
	case d.Verdict == Change && d.Changed == "":
		return fmt.Errorf("%w: the decision about %s and %s changes the predicate, but does not say to which", ErrInvalid, d.Subject, d.Object)
	case d.Verdict == Supersede && d.Supersedes == 0:
		return fmt.Errorf("%w: the decision about %s and %s supersedes another, but does not say which", ErrInvalid, d.Subject, d.Object)
	case d.Time.IsZero():
		return fmt.Errorf("%w: the decision about %s and %s has no time", ErrInvalid, d.Subject, d.Object)
	}
	return nil
}
