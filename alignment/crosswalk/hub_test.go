package crosswalk_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/alignment/crosswalk"
	"concord/taxonomy"
)

// homesOf gives concepts homes by their first letter: a1 and a2 are both of
// release a@1.
func homesOf(rows []taxonomy.Mapping) map[taxonomy.URI]crosswalk.Member {
	out := map[taxonomy.URI]crosswalk.Member{}
	for _, m := range rows {
		for _, uri := range []taxonomy.URI{m.Subject, m.Object} {
			out[uri] = crosswalk.Member{Homes: []string{string(uri[:1]) + "@1"}}
		}
	}
	return out
}

func rowsOf(sets ...*taxonomy.Crosswalk) []taxonomy.Mapping {
	var rows []taxonomy.Mapping
	for _, s := range sets {
		rows = append(rows, s.Mappings...)
	}
	return rows
}

func TestClusters(t *testing.T) {
	tests := []struct {
		name string
		sets []*taxonomy.Crosswalk
		want string // clusters, then conflicts
	}{
		{"over several frameworks", []*taxonomy.Crosswalk{set("ab", "a1 exact b1", "a2 exact b2"), set("cb", "c1 exact b1")}, "[a1 b1 c1] [a2 b2]"},
		{"only accepted exacts", []*taxonomy.Crosswalk{set("ab", "a1 close b1", "a2 exact b2 1 proposed", "a3 exact b3 1 rejected", "a4 none", "a5 not exact b5", "a6 broad b6")}, ""},
		{"a circle", []*taxonomy.Crosswalk{set("abc", "a1 exact b1", "b1 exact c1", "c1 exact a1")}, "[a1 b1 c1]"},
		{"two equal rivals: neither", []*taxonomy.Crosswalk{set("ab", "a1 exact b1 0.9", "a1 exact b2 0.9")}, "; rivals a1 b1 b@1 b1/b2; rivals a1 b2 b@1 b1/b2"},
		{"the stronger rival", []*taxonomy.Crosswalk{set("ab", "a1 exact b1 0.9", "a1 exact b2 0.8")}, "[a1 b1]; rivals a1 b2 b@1 b1/b2"},
		{"two sets are stronger", []*taxonomy.Crosswalk{set("ab", "a1 exact b1 0.7", "a1 exact b2 0.8"), set("ba", "b1 exact a1 0.7")}, "[a1 b1]; rivals a1 b2 b@1 b1/b2"},
		{"a row twice in a set is not", []*taxonomy.Crosswalk{set("ab", "a1 exact b1 0.7", "a1 exact b1 0.7", "a1 exact b2 0.8")}, "[a1 b2]; rivals a1 b1 b@1 b1/b2"},
		{"one of a release already", []*taxonomy.Crosswalk{set("abc", "a1 exact b1 0.9", "b1 exact c1 0.8", "c1 exact a2 0.7")}, "[a1 b1 c1]; two-of c1 a2 a@1 a1/a2"},
		{"the weakest link is cut", []*taxonomy.Crosswalk{set("abc", "a1 exact b1 0.7", "b1 exact c1 0.8", "c1 exact a2 0.9")}, "[a2 b1 c1]; two-of a1 b1 a@1 a1/a2"},
		{"said not", []*taxonomy.Crosswalk{set("abc", "a1 exact b1 0.9", "b1 exact c1 0.8", "c1 not close a1")}, "[a1 b1]; said-not b1 c1  a1/c1"},
		{"said not and said exact", []*taxonomy.Crosswalk{set("ab", "a1 exact b1"), set("no", "a1 not exact b1")}, "; said-not a1 b1  a1/b1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rows := rowsOf(tt.sets...)
			r := rand.New(rand.NewPCG(3, 4))
			for range 6 {
				clusters, conflicts := crosswalk.Clusters(rows, homesOf(rows))
				var got []string
				for _, c := range clusters {
					got = append(got, fmt.Sprint(c))
				}
				text := strings.Join(got, " ")
				for _, c := range conflicts {
					text += fmt.Sprintf("; %s %s %s %s %s/%s", c.Kind, c.Subject, c.Object, c.Release, c.Between[0], c.Between[1])
				}
				if text != tt.want {
					t.Fatalf("clusters %q, want %q", text, tt.want)
				}
				r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
			}
		})
	}
}

// A registry is hubs over several updates, as a store keeps them.
type registry struct {
	t      *testing.T
	hubs   map[taxonomy.URI]taxonomy.Hub
	update int
	names  map[taxonomy.URI]string // H1, H2 … in the order they came to be
}

func newRegistry(t *testing.T) *registry {
	return &registry{t: t, hubs: map[taxonomy.URI]taxonomy.Hub{}, names: map[taxonomy.URI]string{}}
}

// apply runs an update and returns its events, in words.
func (r *registry) apply(sets ...*taxonomy.Crosswalk) string {
	r.update++
	rows := rowsOf(sets...)
	old := slices.Collect(maps.Values(r.hubs))
	changed, events, _ := crosswalk.UpdateHubs(old, rows, homesOf(rows), r.update)
	for _, h := range changed {
		r.hubs[h.ID] = h
	}
	for _, h := range changed {
		if r.names[h.ID] == "" {
			if !strings.HasPrefix(string(h.ID), "urn:concord:hub:") {
				r.t.Errorf("id %s", h.ID)
			}
		}
	}
	// Names go by the founding member, as ids are made of digests.
	fresh := slices.DeleteFunc(changed, func(h taxonomy.Hub) bool { return r.names[h.ID] != "" })
	slices.SortFunc(fresh, func(a, b taxonomy.Hub) int { return strings.Compare(string(a.Anchor), string(b.Anchor)) })
	for _, h := range fresh {
		r.names[h.ID] = fmt.Sprintf("H%d", len(r.names)+1)
	}
	var out []string
	for _, e := range events {
		text := r.names[e.Hub] + " " + string(e.Kind)
		for _, o := range e.Others {
			text += " " + r.names[o]
		}
		if len(e.Added) > 0 {
			text += fmt.Sprintf(" +%v", e.Added)
		}
		if len(e.Removed) > 0 {
			text += fmt.Sprintf(" -%v", e.Removed)
		}
		if e.Anchor != "" {
			text += " anchor " + string(e.Anchor)
		}
		out = append(out, text)
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

// live is what the hubs hold.
func (r *registry) live() string {
	var out []string
	for id, h := range r.hubs {
		switch {
		case h.Redirect != "":
			out = append(out, r.names[id]+"→"+r.names[h.Redirect])
		case h.Dissolved:
			out = append(out, r.names[id]+" gone")
		default:
			out = append(out, fmt.Sprint(r.names[id], h.Members))
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestUpdateHubs(t *testing.T) {
	type step struct {
		rows         []string
		events, live string
	}
	tests := []struct {
		name  string
		steps []step
	}{
		{"the same again", []step{
			{[]string{"a1 exact b1", "a2 exact b2"}, "H1 founded +[a1 b1]; H2 founded +[a2 b2]", "H1[a1 b1] H2[a2 b2]"},
			{[]string{"a2 exact b2", "a1 exact b1"}, "", "H1[a1 b1] H2[a2 b2]"},
		}},
		{"growth", []step{
			{[]string{"b1 exact c1"}, "H1 founded +[b1 c1]", "H1[b1 c1]"},
			{[]string{"b1 exact c1", "a1 exact b1"}, "H1 changed +[a1]", "H1[a1 b1 c1]"}, // a smaller member is not a new anchor
			{[]string{"b1 exact a1"}, "H1 changed -[c1]", "H1[a1 b1]"},
		}},
		{"gone and back", []step{
			{[]string{"a1 exact b1"}, "H1 founded +[a1 b1]", "H1[a1 b1]"},
			{nil, "H1 dissolved -[a1 b1]", "H1 gone"},
			{nil, "", "H1 gone"},
			{[]string{"a1 exact c1"}, "H1 revived +[a1 c1]", "H1[a1 c1]"},
		}},
		{"a merge: the oldest id stays", []step{
			{[]string{"c1 exact d1"}, "H1 founded +[c1 d1]", "H1[c1 d1]"},
			{[]string{"c1 exact d1", "a1 exact b1"}, "H2 founded +[a1 b1]", "H1[c1 d1] H2[a1 b1]"},
			{[]string{"c1 exact d1", "a1 exact b1", "b1 exact c1"}, "H1 merged H2 +[a1 b1]; H2 merged-into H1 -[a1 b1]", "H1[a1 b1 c1 d1] H2→H1"},
		}},
		{"a merge of one age: the larger stays", []step{
			{[]string{"a1 exact b1", "c1 exact d1", "d1 exact e1"}, "H1 founded +[a1 b1]; H2 founded +[c1 d1 e1]", "H1[a1 b1] H2[c1 d1 e1]"},
			{[]string{"a1 exact b1", "c1 exact d1", "d1 exact e1", "b1 exact c1"}, "H1 merged-into H2 -[a1 b1]; H2 merged H1 +[a1 b1]", "H1→H2 H2[a1 b1 c1 d1 e1]"},
		}},
		{"a merge that is undone: the redirect stays, and the part without the anchor gets a new id", []step{
			{[]string{"a1 exact b1"}, "H1 founded +[a1 b1]", "H1[a1 b1]"},
			{[]string{"a1 exact b1", "c1 exact d1"}, "H2 founded +[c1 d1]", "H1[a1 b1] H2[c1 d1]"},
			{[]string{"a1 exact b1", "c1 exact d1", "b1 exact c1"}, "H1 merged H2 +[c1 d1]; H2 merged-into H1 -[c1 d1]", "H1[a1 b1 c1 d1] H2→H1"},
			{[]string{"a1 exact b1", "c1 exact d1"}, "H1 split H3 -[c1 d1]; H3 split-off H1 +[c1 d1]", "H1[a1 b1] H2→H1 H3[c1 d1]"},
		}},
		{"a split", []step{
			{[]string{"a1 exact b1", "b1 exact c1", "c1 exact d1"}, "H1 founded +[a1 b1 c1 d1]", "H1[a1 b1 c1 d1]"},
			{[]string{"a1 exact b1", "b1 exact c1 1 rejected", "c1 exact d1"}, "H1 split H2 -[c1 d1]; H2 split-off H1 +[c1 d1]", "H1[a1 b1] H2[c1 d1]"},
		}},
		{"the anchor is joined to nothing any more", []step{
			{[]string{"a1 exact b1", "b1 exact c1", "c1 exact d1", "d1 exact e1"}, "H1 founded +[a1 b1 c1 d1 e1]", "H1[a1 b1 c1 d1 e1]"},
			{[]string{"b1 exact f1", "c1 exact d1", "d1 exact e1"}, "H1 split H2 -[a1 b1] anchor c1; H2 split-off H1 +[b1 f1]", "H1[c1 d1 e1] H2[b1 f1]"},
			// a1 founds a hub again, by another id.
			{[]string{"b1 exact f1", "c1 exact d1", "d1 exact e1", "a1 exact g1"}, "H3 founded +[a1 g1]", "H1[c1 d1 e1] H2[b1 f1] H3[a1 g1]"},
		}},
		{"merges one after the other", []step{
			{[]string{"a1 exact b1"}, "H1 founded +[a1 b1]", "H1[a1 b1]"},
			{[]string{"a1 exact b1", "c1 exact d1"}, "H2 founded +[c1 d1]", "H1[a1 b1] H2[c1 d1]"},
			{[]string{"a1 exact b1", "c1 exact d1", "e1 exact f1"}, "H3 founded +[e1 f1]", "H1[a1 b1] H2[c1 d1] H3[e1 f1]"},
			{[]string{"a1 exact b1", "c1 exact d1", "e1 exact f1", "d1 exact e1"}, "H2 merged H3 +[e1 f1]; H3 merged-into H2 -[e1 f1]", "H1[a1 b1] H2[c1 d1 e1 f1] H3→H2"},
			{[]string{"a1 exact b1", "c1 exact d1", "e1 exact f1", "d1 exact e1", "a1 exact f1"},
				"H1 merged H2 +[c1 d1 e1 f1]; H2 merged-into H1 -[c1 d1 e1 f1]", "H1[a1 b1 c1 d1 e1 f1] H2→H1 H3→H2"},
		}},
		{"a hub that was gone is taken in", []step{
			{[]string{"c1 exact d1"}, "H1 founded +[c1 d1]", "H1[c1 d1]"},
			{[]string{"a1 exact b1"}, "H1 dissolved -[c1 d1]; H2 founded +[a1 b1]", "H1 gone H2[a1 b1]"},
			{[]string{"a1 exact b1", "b1 exact c1"}, "H1 merged-into H2; H2 merged H1 +[c1]", "H1→H2 H2[a1 b1 c1]"},
		}},
		{"two that are merged and split at once", []step{
			{[]string{"a1 exact b1", "b1 exact c1", "d1 exact e1"}, "H1 founded +[a1 b1 c1]; H2 founded +[d1 e1]", "H1[a1 b1 c1] H2[d1 e1]"},
			{[]string{"a1 exact b1", "c1 exact d1", "d1 exact e1"}, "H1 split H2 -[c1]; H2 changed +[c1]", "H1[a1 b1] H2[c1 d1 e1]"},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRegistry(t)
			for i, s := range tt.steps {
				if got := r.apply(set("x", s.rows...)); got != s.events {
					t.Errorf("step %d: events %q, want %q", i+1, got, s.events)
				}
				if got := r.live(); got != s.live {
					t.Errorf("step %d: hubs %q, want %q", i+1, got, s.live)
				}
			}
		})
	}
}

// TestHubsHold goes through many random updates: a concept is in one hub at
// most, a hub never holds two concepts of a release, an id that is given out
// leads somewhere for ever, and the order of rows makes no difference.
func TestHubsHold(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 40 {
		hubs := map[taxonomy.URI]taxonomy.Hub{}
		var rows []string
		for update := 1; update <= 12; update++ {
			for range 1 + r.IntN(4) {
				if len(rows) > 0 && r.IntN(3) == 0 {
					i := r.IntN(len(rows))
					rows = slices.Delete(rows, i, i+1)
				} else {
					rows = append(rows, fmt.Sprintf("%c%d exact %c%d 0.%d", 'a'+rune(r.IntN(5)), r.IntN(4), 'a'+rune(r.IntN(5)), r.IntN(4), 5+r.IntN(4)))
				}
			}
			mappings := rowsOf(set("x", rows...))
			old := slices.Collect(maps.Values(hubs))
			changed, events, conflicts := crosswalk.UpdateHubs(old, mappings, homesOf(mappings), update)
			r.Shuffle(len(mappings), func(i, j int) { mappings[i], mappings[j] = mappings[j], mappings[i] })
			slices.Reverse(old)
			again, eventsAgain, conflictsAgain := crosswalk.UpdateHubs(old, mappings, homesOf(mappings), update)
			if diff := cmp.Diff([]any{changed, events, conflicts}, []any{again, eventsAgain, conflictsAgain}); diff != "" {
				t.Fatalf("rows in another order (-want +got):\n%s", diff)
			}
			for _, h := range changed {
				if was, had := hubs[h.ID]; had && was.Redirect != "" && h.Redirect != was.Redirect {
					t.Fatalf("%s redirected to %s and now to %q", h.ID, was.Redirect, h.Redirect)
				}
				hubs[h.ID] = h
			}
			in := map[taxonomy.URI]taxonomy.URI{}
			for id, h := range hubs {
				homes := map[string]bool{}
				for _, m := range h.Members {
					if in[m] != "" {
						t.Fatalf("%s is in %s and %s", m, in[m], id)
					}
					in[m] = id
					if home := string(m[:1]); homes[home] {
						t.Fatalf("hub %v holds two of %s", h.Members, home)
					} else {
						homes[home] = true
					}
				}
				if h.Live() && (len(h.Members) < 2 || !slices.Contains(h.Members, h.Anchor)) || !h.Live() && len(h.Members) > 0 {
					t.Fatalf("hub %+v", h)
				}
				for range len(hubs) {
					if h.Redirect != "" {
						h = hubs[h.Redirect]
					}
				}
				if h.ID == "" || h.Redirect != "" {
					t.Fatalf("%s leads nowhere", id)
				}
			}
		}
	}
}

// TestReadExact reads what hubs are made of from a store: homes of what is
// loaded are its releases, of the rest what sets name as its source.
func TestReadExact(t *testing.T) {
	store := openStore(t,
		sourced(set("rt", "r1 exact t:bread", "r2 exact t:bread 1 proposed", "r3 not exact t:fax", "r4 not broad t:fax", "r5 none"), "ROME", "trade"),
		inverted(sourced(set("rs", "r1 exact s:loaf", "r1 broad s:song"), "rome 4", "school")))
	rows, members, err := crosswalk.ReadExact(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range rows {
		got = append(got, fmt.Sprintf("%s %s%s %s", m.Subject, m.Modifier, m.Predicate, m.Object))
	}
	if diff := cmp.Diff([]string{"r1 skos:exactMatch s:loaf", "r1 skos:exactMatch t:bread", "r3 Notskos:exactMatch t:fax"}, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	want := map[taxonomy.URI]crosswalk.Member{"r1": {Homes: []string{":ROME", ":rome 4"}}, "r3": {Homes: []string{":ROME"}},
		"s:loaf": {Homes: []string{"school@1"}}, "t:bread": {Homes: []string{"trade@1", "trade@2"}}, "t:fax": {Homes: []string{"trade@1"}}}
	if diff := cmp.Diff(want, members); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
	hubs, _, conflicts := crosswalk.UpdateHubs(nil, rows, members, 1)
	if len(hubs) != 1 || !slices.Equal(hubs[0].Members, []taxonomy.URI{"r1", "s:loaf", "t:bread"}) || len(conflicts) != 0 {
		t.Errorf("hubs %v, conflicts %v", hubs, conflicts)
	}
}
