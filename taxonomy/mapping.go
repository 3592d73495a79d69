package taxonomy

// A MappingSet is an SSSOM mapping set: one crosswalk with one provenance.
type MappingSet struct {
	ID       URI // mapping_set_id
	Title    string
	Version  string
	License  string
	Creators []string
	Origin   Ref // the release whose import brought it, and whose removal takes it; zero for a crosswalk of its own
}

// A Mapping is one row of a mapping set, with SSSOM's slot names. It joins
// concepts across schemes; either side may be unknown to the store.
type Mapping struct {
	Set           URI // mapping_set_id
	Subject       URI // subject_id
	SubjectLabel  string
	Predicate     Match
	Object        URI // object_id
	ObjectLabel   string
	ObjectSource  string // object_source: framework as the source names it
	Justification Justification
	Confidence    *float64 // 0..1, nil where not stated
	Author        string
	Date          string // as the source writes it
	Comment       string
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
	Unspecified       Justification = "semapv:UnspecifiedMatching"
)
