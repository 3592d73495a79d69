package crosswalk

import (
	"cmp"
	"fmt"
	"slices"

	"concord/importers/source"
	"concord/taxonomy"
)

// UpdateHubs gives the clusters of exact mappings the ids they had, and new ones
// to what is new. old is every hub there ever was, update the number of this
// update; it returns the hubs that changed, by ID, what happened to them, and
// the mappings that nothing was joined by. The same input gives the same output,
// whatever the order of rows.
//
// An id stays with the part that holds its anchor, the smallest member it was
// founded with. Where the anchor is joined to nothing any more, it goes with the
// part that has most of its members, and the smallest of them is the new anchor.
// Where several ids meet in a cluster, the oldest stays (then the one with most
// members, then the smallest id); the others redirect to it for ever, also when
// the cluster is split again: the parts without an anchor get new ids. A hub
// that nothing is joined by any more keeps its id for when its anchor is joined
// again.
func UpdateHubs(old []taxonomy.Hub, rows []taxonomy.Mapping, members map[taxonomy.URI]Member, update int) ([]taxonomy.Hub, []taxonomy.HubEvent, []taxonomy.HubConflict) {
	clusters, conflicts := Clusters(rows, members)
	u := newHubs(old, update)
	u.claim(clusters)
	for i, cluster := range clusters {
		u.settle(i, cluster)
	}
	u.report()
	return u.changed(), u.events, conflicts
}

// hubs is the state of one update.
type hubs struct {
	old    map[taxonomy.URI]taxonomy.Hub
	now    map[taxonomy.URI]taxonomy.Hub
	ids    []taxonomy.URI                // of old, sorted
	of     map[taxonomy.URI]taxonomy.URI // member to its live hub, before
	claims map[int][]taxonomy.Hub        // by cluster: the hubs that it may be
	into   map[taxonomy.URI][]taxonomy.URI
	update int
	events []taxonomy.HubEvent
}

func newHubs(old []taxonomy.Hub, update int) *hubs {
	u := &hubs{map[taxonomy.URI]taxonomy.Hub{}, map[taxonomy.URI]taxonomy.Hub{}, nil, map[taxonomy.URI]taxonomy.URI{}, map[int][]taxonomy.Hub{}, map[taxonomy.URI][]taxonomy.URI{}, update, nil}
	for _, h := range old {
		u.old[h.ID] = h
		u.ids = append(u.ids, h.ID)
		for _, m := range h.Members {
			u.of[m] = h.ID
		}
	}
	slices.Sort(u.ids)
	return u
}

// claim finds, for each hub that does not redirect, the cluster it lives on in.
func (u *hubs) claim(clusters [][]taxonomy.URI) {
	at := map[taxonomy.URI]int{}
	for i, cluster := range clusters {
		for _, m := range cluster {
			at[m] = i
		}
	}
	for _, id := range u.ids {
		h := u.old[id]
		if h.Redirect != "" {
			continue
		}
		i, ok := at[h.Anchor]
		if !ok {
			i, ok = mostOf(h.Members, at)
		}
		if ok {
			u.claims[i] = append(u.claims[i], h)
			continue
		}
		h.Dissolved, h.Members = true, nil
		u.now[id] = h
	}
	for _, claims := range u.claims {
		slices.SortFunc(claims, func(a, b taxonomy.Hub) int {
			dissolved := func(h taxonomy.Hub) int {
				if h.Dissolved {
					return 1
				}
				return 0
			}
			return cmp.Or(dissolved(a)-dissolved(b), a.Born-b.Born, len(b.Members)-len(a.Members), cmp.Compare(a.ID, b.ID))
		})
	}
}

// mostOf returns the cluster with most of members, the first of those that have
// the same number; false where none has one.
func mostOf(members []taxonomy.URI, at map[taxonomy.URI]int) (int, bool) {
	count := map[int]int{}
	best := -1
	for _, m := range members {
		i, ok := at[m]
		if !ok {
			continue
		}
		if count[i]++; best < 0 || count[i] > count[best] || count[i] == count[best] && i < best {
			best = i
		}
	}
	return best, best >= 0
}

// settle gives a cluster its hub.
func (u *hubs) settle(i int, cluster []taxonomy.URI) {
	claims := u.claims[i]
	if len(claims) == 0 {
		h := taxonomy.Hub{ID: u.newID(cluster[0]), Anchor: cluster[0], Born: u.update, Members: cluster}
		u.now[h.ID] = h
		return
	}
	h := claims[0]
	if !slices.Contains(cluster, h.Anchor) {
		h.Anchor = cluster[slices.IndexFunc(cluster, func(m taxonomy.URI) bool { return slices.Contains(h.Members, m) })]
	}
	h.Members, h.Dissolved = cluster, false
	u.now[h.ID] = h
	for _, other := range claims[1:] {
		other.Redirect, other.Members, other.Dissolved = h.ID, nil, false
		u.now[other.ID] = other
		u.into[h.ID] = append(u.into[h.ID], other.ID)
	}
}

// newID makes an id of the founding member that no hub ever had.
func (u *hubs) newID(founder taxonomy.URI) taxonomy.URI {
	for n := 1; ; n++ {
		parts := []string{"hub", string(founder)}
		if n > 1 {
			parts = append(parts, fmt.Sprint(n))
		}
		id := HubPrefix + taxonomy.URI(source.UUID5(parts...))
		_, was := u.old[id]
		_, is := u.now[id]
		if !was && !is {
			return id
		}
	}
}

// HubPrefix begins the id of every hub.
const HubPrefix taxonomy.URI = "urn:concord:hub:"

// report adds what happened to each hub to the events.
func (u *hubs) report() {
	var ids []taxonomy.URI
	for id := range u.now {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	now := map[taxonomy.URI]taxonomy.URI{}
	for id, h := range u.now {
		for _, m := range h.Members {
			now[m] = id
		}
	}
	for _, id := range ids {
		was, had := u.old[id]
		h := u.now[id]
		e := taxonomy.HubEvent{Update: u.update, Hub: id, Added: without(h.Members, was.Members), Removed: without(was.Members, h.Members)}
		if had && h.Live() && h.Anchor != was.Anchor {
			e.Anchor = h.Anchor
		}
		add := func(kind taxonomy.HubEventKind, others []taxonomy.URI) {
			e.Kind, e.Others = kind, others
			u.events = append(u.events, e)
			e.Added, e.Removed, e.Anchor = nil, nil, "" // said once
		}
		from := hubsOf(h.Members, u.of, id)      // hubs whose members came here
		to := hubsOf(was.Members, now, id)       // hubs that members went to
		from = without(from, sorted(u.into[id])) // a merge brings its own
		switch {
		case h.Redirect != "":
			if was.Redirect == "" {
				add(taxonomy.HubInto, []taxonomy.URI{h.Redirect})
			}
			continue
		case h.Dissolved:
			if !was.Dissolved {
				add(taxonomy.HubDissolved, to)
			}
			continue
		case !had && len(from) > 0:
			add(taxonomy.HubSplitOff, from)
			continue
		case !had:
			add(taxonomy.HubFounded, nil)
			continue
		}
		if was.Dissolved {
			add(taxonomy.HubRevived, from)
		}
		if len(u.into[id]) > 0 {
			add(taxonomy.HubMerged, sorted(u.into[id]))
		}
		if len(to) > 0 {
			add(taxonomy.HubSplit, to)
		}
		if len(e.Added)+len(e.Removed) > 0 || e.Anchor != "" {
			add(taxonomy.HubChanged, nil)
		}
	}
}

// changed returns the hubs that are not as they were, by ID.
func (u *hubs) changed() []taxonomy.Hub {
	out := []taxonomy.Hub{}
	for id, h := range u.now {
		was, had := u.old[id]
		if !had || was.Anchor != h.Anchor || was.Redirect != h.Redirect || was.Dissolved != h.Dissolved || !slices.Equal(was.Members, h.Members) {
			if h.Members == nil {
				h.Members = []taxonomy.URI{}
			}
			out = append(out, h)
		}
	}
	slices.SortFunc(out, func(a, b taxonomy.Hub) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// hubsOf returns the hubs of members, but for one, sorted.
func hubsOf(members []taxonomy.URI, of map[taxonomy.URI]taxonomy.URI, but taxonomy.URI) []taxonomy.URI {
	var out []taxonomy.URI
	for _, m := range members {
		if id, ok := of[m]; ok && id != but && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return sorted(out)
}

func sorted(uris []taxonomy.URI) []taxonomy.URI { return slices.Sorted(slices.Values(uris)) }

// without returns what is in a and not in b. Both are sorted.
func without(a, b []taxonomy.URI) []taxonomy.URI {
	var out []taxonomy.URI
	for _, uri := range a {
		if _, in := slices.BinarySearch(b, uri); !in {
			out = append(out, uri)
		}
	}
	return out
}
