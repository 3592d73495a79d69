package taxonomy

// A Hub is a hub concept: a stable id over the concepts that accepted exact
// mappings join (alignment/crosswalk says how). A member is a URI, in whatever
// releases it is. An id is given once: a hub that was merged into another
// redirects to it for ever, one that joins nothing any more is dissolved and
// takes its id up again if its anchor is joined again.
type Hub struct {
	ID        URI   `json:"id"`      // "urn:concord:hub:" and a UUID
	Anchor    URI   `json:"anchor"`  // the member that the id stays with when the hub is split
	Born      int   `json:"born"`    // number of the update that made it, from 1
	Members   []URI `json:"members"` // sorted; none where the next two say why
	Redirect  URI   `json:"redirect,omitempty"`
	Dissolved bool  `json:"dissolved,omitempty"`
}

// Live reports whether h stands for concepts.
func (h Hub) Live() bool { return h.Redirect == "" && !h.Dissolved }

// A HubEvent is what an update did to a hub.
type HubEvent struct {
	ID      int64        `json:"id"`     // given by the store, ascending
	Update  int          `json:"update"` // number of the update, from 1
	Time    string       `json:"time"`   // RFC 3339, UTC, of the update
	Hub     URI          `json:"hub"`
	Kind    HubEventKind `json:"kind"`
	Others  []URI        `json:"others,omitempty"`  // hubs: merged into this one, the one it was merged into, split off it, or the ones it was split off
	Added   []URI        `json:"added,omitempty"`   // members
	Removed []URI        `json:"removed,omitempty"` // members
	Anchor  URI          `json:"anchor,omitempty"`  // the new one, where it changed
}

// A HubEventKind names a HubEvent.
type HubEventKind string

const (
	HubFounded   HubEventKind = "founded"
	HubChanged   HubEventKind = "changed"     // members came or went
	HubMerged    HubEventKind = "merged"      // took in others
	HubInto      HubEventKind = "merged-into" // now redirects
	HubSplit     HubEventKind = "split"       // lost members to others
	HubSplitOff  HubEventKind = "split-off"   // founded by members of others
	HubDissolved HubEventKind = "dissolved"
	HubRevived   HubEventKind = "revived"
)

// A HubConflict is an exact mapping that hubs were not joined by.
type HubConflict struct {
	Kind    HubConflictKind `json:"kind"`
	Subject URI             `json:"subject"`
	Object  URI             `json:"object"`
	Sets    []URI           `json:"sets"`              // that hold the mapping
	Release string          `json:"release,omitempty"` // that both of Between are in, or the framework that mapping sets name
	Between [2]URI          `json:"between"`           // the two concepts that would have come together
}

// A HubConflictKind says why a mapping joins nothing.
type HubConflictKind string

const (
	HubRivals  HubConflictKind = "rivals"   // another exact mapping of one of the two leads to the same release
	HubTwoOf   HubConflictKind = "two-of"   // over other mappings, two concepts of one release would be joined
	HubSaidNot HubConflictKind = "said-not" // an accepted mapping says that they are not the same
)
