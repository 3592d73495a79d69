package taxonomy

// A Predicate names a Relation: a SKOS semantic relation, or one of the few a
// source adds to them. A source's own term outside this list is kept as a CURIE.
type Predicate string

const (
	Broader      Predicate = "skos:broader"        // subject is narrower; also ceasn:isChildOf, CASE isChildOf, DWA → IWA, task → DWA
	Related      Predicate = "skos:related"        // symmetric; stored once as the source gives it
	EssentialFor Predicate = "esco:isEssentialFor" // skill → occupation or skill → skill
	OptionalFor  Predicate = "esco:isOptionalFor"  // skill → occupation or skill → skill
	RatedFor     Predicate = "onet:isRatedFor"     // O*NET element → occupation, with Importance and Level
	TaskOf       Predicate = "onet:isTaskOf"       // task → occupation; Qualifier "core" or "supplemental"
	UsedBy       Predicate = "onet:isUsedBy"       // technology or tool → occupation; Qualifier "in demand"
)

// A Relation joins two concepts of one release. It reads from the subject:
// Subject Broader Object means that Object is the broader one.
type Relation struct {
	Subject    URI
	Predicate  Predicate
	Object     URI
	Importance *float64 // 0..1, nil where the source has none
	Level      *float64 // 0..1, nil where the source has none
	Qualifier  string   // the source's own refinement: "core", "in demand", "Primary-Short"
}
