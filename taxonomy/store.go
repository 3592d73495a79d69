package taxonomy

import (
	"context"
	"errors"
	"iter"
)

// Errors a Reader or Writer wraps. Callers test them with errors.Is.
var (
	ErrNotFound = errors.New("not found")
	ErrInvalid  = errors.New("invalid")
	ErrConflict = errors.New("conflict")
)

// A Reader reads a store. Results are owned by the caller. A Ref without a
// version means the scheme's current release; one that is not loaded is an
// ErrNotFound whose text names what is loaded.
type Reader interface {
	// Schemes returns every scheme with its releases, by name.
	Schemes(ctx context.Context) ([]Scheme, error)

	// Release returns one release with its counts.
	Release(ctx context.Context, ref Ref) (*Release, error)

	// Concept returns the concept with this URI in the release, or ErrNotFound.
	Concept(ctx context.Context, ref Ref, uri URI) (*Concept, error)

	// Find returns the concepts whose URI or code is key, over the current
	// releases and then the others, current ones first, then by release and
	// URI. None is no error.
	Find(ctx context.Context, key string) ([]*Concept, error)

	// Concepts yields the concepts f selects in URI order. It stops after
	// yielding an error.
	Concepts(ctx context.Context, f Filter) iter.Seq2[*Concept, error]

	// Relations yields the relations f selects, by subject, predicate and
	// object. It stops after yielding an error.
	Relations(ctx context.Context, f RelationFilter) iter.Seq2[Relation, error]

	// Mappings returns the mappings that have uri on either side, by set,
	// subject, predicate and object.
	Mappings(ctx context.Context, uri URI) ([]Mapping, error)

	// MappingSets returns every mapping set, by ID.
	MappingSets(ctx context.Context) ([]MappingSet, error)

	// MappingsOf yields the mappings of a set in the order they were put. It
	// stops after yielding an error, which is ErrNotFound where there is no such set.
	MappingsOf(ctx context.Context, set URI) iter.Seq2[Mapping, error]

	// Decisions yields the decisions that f selects, the earliest first. It
	// stops after yielding an error.
	Decisions(ctx context.Context, f DecisionFilter) iter.Seq2[Decision, error]

	// Revision changes whenever a write commits. What was derived from one
	// revision of a release is told by the release's Digest and Imported.
	Revision(ctx context.Context) (string, error)
}

// A Filter selects concepts of one release. A zero field selects everything.
type Filter struct {
	Release Ref // required
	Kinds   []Kind
	URIs    []URI // only these; one that the release does not have is passed over
	After   URI   // resume after this one
	Limit   int
}

// A RelationFilter selects relations of one release.
type RelationFilter struct {
	Release    Ref         // required
	Subject    URI         // only from this concept
	Subjects   []URI       // only from one of these; none: all
	Object     URI         // only to this concept
	Predicates []Predicate // none: all
}

// A DecisionFilter selects decisions. A zero field selects everything.
type DecisionFilter struct {
	Set      URI    // about mappings of this set
	Subject  URI    // about this subject: a concept, or the digest of a document
	Object   URI    // about this object
	Reviewer string // by this person
	Standing bool   // leave out what its reviewer has replaced or taken back
}

// A Writer takes what an importer finds in one release. Everything it takes
// becomes visible at once, or not at all.
type Writer interface {
	// SetRelease sets the release's descriptive fields (URI, Title, Publisher,
	// License, Issued); blank fields leave what is there. It may be called at
	// any time and more than once.
	SetRelease(Release) error

	// PutConcept adds a concept. A URI that is already in the release merges:
	// labels, notes, properties and replacements not there yet are added, a
	// blank code is filled, and the first kind stays. A concept that does not
	// Validate is refused with ErrInvalid and nothing is written.
	PutConcept(*Concept) error

	// Has reports whether the release holds a concept with this URI by now,
	// from this import or (when merging) from an earlier one.
	Has(URI) bool

	// PutRelation adds a relation between two concepts that were put before;
	// one that is not there is an ErrNotFound naming it, a relation of a
	// concept to itself an ErrInvalid, and nothing is written. The same
	// subject, predicate and object again keeps the first; the result reports
	// whether the relation was new.
	PutRelation(Relation) (added bool, err error)

	// PutMappingSet adds or replaces a mapping set; PutMapping adds a row to
	// one put before, in order, and reports whether the row was new: a row
	// that is the same in all but its line is there once. What reviewers
	// decided about a mapping holds for it again when it is put again.
	PutMappingSet(*MappingSet) error
	PutMapping(*Mapping) (added bool, err error)
}

// A Recorder keeps records of a service beside the taxonomy: keys, jobs,
// webhooks. A record is bytes under a kind and an id, of which nothing else is
// known here. Writing one does not change the Revision.
type Recorder interface {
	// PutRecord adds or replaces a record.
	PutRecord(ctx context.Context, kind, id string, value []byte) error

	// AddRecord adds a record, and is an ErrConflict where there is one.
	AddRecord(ctx context.Context, kind, id string, value []byte) error

	// Record returns a record, or ErrNotFound.
	Record(ctx context.Context, kind, id string) ([]byte, error)

	// Records yields the ids and values of a kind, by id. It stops after
	// yielding an error.
	Records(ctx context.Context, kind string) iter.Seq2[Record, error]

	// DeleteRecord deletes a record, or is an ErrNotFound.
	DeleteRecord(ctx context.Context, kind, id string) error
}

// A Record is one that a Recorder keeps.
type Record struct {
	ID    string
	Value []byte
}
