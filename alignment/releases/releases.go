// Package releases says what a new release of a framework changes, and what
// becomes of the alignments and mappings that were made with the old one.
//
// Compare joins the concepts of two releases (by URI, where that changed by
// code, label and neighbours) and lists what differs, free of noise: spelling
// of white space, order of alternative labels, a preferred label repeated among
// them, parents that only got another URI. It tells a change of words from a
// change of meaning under the same URI (Meaning). A Planner turns alignments
// and mappings into a plan: automatic, to be reviewed, or dead, each with its
// reason and a target. A plan can be applied and taken back.
//
// The package reads a store and writes none; it has no clock and no chance in
// it, and the same releases give the same bytes.
package releases

import (
	"concord/taxonomy"
)

// A What is a kind of change.
type What string

const (
	Added        What = "added"        // only the new release has it
	Retired      What = "retired"      // only the old release has it, or it became owl:deprecated
	Renamed      What = "renamed"      // the same concept under another URI
	Relabelled   What = "relabelled"   // another preferred label, beyond white space
	Redefined    What = "redefined"    // another definition, beyond case, white space and punctuation
	Retyped      What = "retyped"      // another kind: skill ↔ knowledge
	Moved        What = "moved"        // other broader concepts
	Recoded      What = "recoded"      // another notation
	Properties   What = "properties"   // facts such as the reuse level
	Alternatives What = "alternatives" // alternative labels, as sets
	Relinked     What = "relations"    // an occupation's skills, tasks, technologies
)

// Whats is every What, in the order they are shown.
var Whats = []What{Added, Retired, Renamed, Relabelled, Redefined, Retyped, Moved, Recoded, Properties, Alternatives, Relinked}

// A By says how the two sides of a change were found to be one concept.
type By string

const (
	ByURI     By = "uri"
	ByCode    By = "code"
	ByLabel   By = "label"   // and kind, which no other concept has
	ByContext By = "context" // label and kind, and something the two are both joined to
)

// A Diff is what differs between two releases of a scheme.
type Diff struct {
	From    Release      `json:"from"`
	To      Release      `json:"to"`
	Langs   []string     `json:"langs"`           // languages that both have and that were compared, sorted
	Notes   []string     `json:"notes,omitempty"` // what could not be compared, and why
	Counts  []KindCounts `json:"counts"`          // in the order of taxonomy.Kinds, without kinds that neither has
	Changes []Change     `json:"changes"`         // worst change of meaning first, then by what, kind and URI
}

// A Release is one side of a Diff.
type Release struct {
	Scheme  string `json:"scheme"`
	Release string `json:"release"`
	Title   string `json:"title,omitempty"`
	Digest  string `json:"digest"`
}

func (r Release) String() string { return r.Scheme + "@" + r.Release }

// KindCounts is the figures of one kind. A concept that changed its kind counts
// with the kind it has now, one that is retired with the kind it had; so do
// Gone and New. Retired + Renamed = Gone where nothing was only deprecated.
type KindCounts struct {
	Kind     taxonomy.Kind    `json:"kind"`
	Before   int              `json:"before"`   // concepts in the old release
	After    int              `json:"after"`    // in the new one
	GoneURIs int              `json:"goneUris"` // URIs that only the old one has, renamed concepts included
	NewURIs  int              `json:"newUris"`  // URIs that only the new one has, renamed concepts included
	Changes  map[What]int     `json:"changes"`
	Meaning  map[Severity]int `json:"meaning"`            // concepts whose label, definition or kind changed, by how much their meaning did
	Property map[string]int   `json:"property,omitempty"` // by name
}

// A Change is what became of one concept.
type Change struct {
	What       []What        `json:"what"` // in the order of Whats
	Kind       taxonomy.Kind `json:"kind"` // now, or when it was retired
	Before     *Side         `json:"before,omitempty"`
	After      *Side         `json:"after,omitempty"`
	By         By            `json:"by,omitempty"`         // how both sides were joined
	Deprecated bool          `json:"deprecated,omitempty"` // retired (or added) by owl:deprecated alone; both sides are there

	Meaning      *Meaning         `json:"meaning,omitempty"` // where label, definition or kind changed
	Labels       []TextChange     `json:"labels,omitempty"`
	Definitions  []TextChange     `json:"definitions,omitempty"`
	Alternatives []SetChange      `json:"alternatives,omitempty"`
	Broader      *LinkChange      `json:"broader,omitempty"`
	Properties   []SetChange      `json:"properties,omitempty"`
	Relations    []RelationChange `json:"relations,omitempty"`

	ReplacedBy []taxonomy.URI `json:"replacedBy,omitempty"` // of a retired concept, as its release says
	Successors []Proposal     `json:"successors,omitempty"` // of a retired concept, likeliest first
}

// A Side is a concept as one release has it.
type Side struct {
	URI   taxonomy.URI  `json:"uri"`
	Label string        `json:"label"`
	Kind  taxonomy.Kind `json:"kind"`
	Code  string        `json:"code,omitempty"`
}

// A TextChange is a label or definition in one language. One side is empty
// where only one release has it.
type TextChange struct {
	Lang   taxonomy.Lang `json:"lang"`
	Before string        `json:"before"`
	After  string        `json:"after"`
}

// A SetChange is what a set gained and lost: alternative labels of a language,
// or values of a property.
type SetChange struct {
	Lang    taxonomy.Lang `json:"lang,omitempty"`
	Name    string        `json:"name,omitempty"`
	Added   []string      `json:"added,omitempty"`
	Removed []string      `json:"removed,omitempty"`
}

// A LinkChange is the broader concepts that were gained and lost.
type LinkChange struct {
	Added   []Side `json:"added,omitempty"`
	Removed []Side `json:"removed,omitempty"`
}

// A RelationChange is the relations of one predicate that lead to an occupation.
type RelationChange struct {
	Predicate taxonomy.Predicate `json:"predicate"`
	Before    int                `json:"before"`
	After     int                `json:"after"`
	Added     int                `json:"added"`
	Removed   int                `json:"removed"`
}

// A Proposal is a concept of the new release that may take the place of one
// that is retired, or that no longer means what it did.
type Proposal struct {
	Side
	Predicate  taxonomy.Match `json:"predicate"`  // from the old concept to this one
	Confidence float64        `json:"confidence"` // 0..1, a measure of likeness and no probability
	Reason     string         `json:"reason"`
}

// Has reports whether the change is, among others, w.
func (c *Change) Has(w What) bool {
	for _, x := range c.What {
		if x == w {
			return true
		}
	}
	return false
}

// Side is the concept as it is now, or was before it was retired.
func (c *Change) Side() *Side {
	if c.After != nil {
		return c.After
	}
	return c.Before
}
