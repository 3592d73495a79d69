package sqlite_test

import (
	"database/sql"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

func TestHubs(t *testing.T) {
	s := newStore(t)
	h1 := taxonomy.Hub{ID: "urn:concord:hub:1", Anchor: bread, Born: 1, Members: []taxonomy.URI{bread, "x:pain"}}
	h2 := taxonomy.Hub{ID: "urn:concord:hub:2", Anchor: dough, Born: 1, Members: []taxonomy.URI{dough, "x:pate"}}
	conflict := taxonomy.HubConflict{Kind: taxonomy.HubRivals, Subject: yeast, Object: "x:levure", Sets: []taxonomy.URI{"urn:a"}, Release: "bakery@1", Between: [2]taxonomy.URI{"x:levain", "x:levure"}}
	err := s.UpdateHubs(t.Context(), func(old []taxonomy.Hub, update int) (sqlite.HubUpdate, error) {
		if len(old) != 0 || update != 1 {
			t.Errorf("first update: %d, with %v", update, old)
		}
		return sqlite.HubUpdate{Hubs: []taxonomy.Hub{h1, h2}, Conflicts: []taxonomy.HubConflict{conflict}, Events: []taxonomy.HubEvent{
			{Update: 1, Time: "2026-05-04T03:02:01Z", Hub: h1.ID, Kind: taxonomy.HubFounded, Added: h1.Members}, {Update: 1, Hub: h2.ID, Kind: taxonomy.HubFounded, Added: h2.Members}}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	hubs, err := s.Hubs(t.Context())
	if diff := cmp.Diff([]taxonomy.Hub{h1, h2}, hubs); diff != "" || err != nil {
		t.Errorf("Hubs (-want +got):\n%s %v", diff, err)
	}
	if got, err := s.HubConflicts(t.Context()); err != nil || len(got) != 1 || !cmp.Equal(got[0], conflict) {
		t.Errorf("HubConflicts: %v, %v", got, err)
	}

	// An update that fails keeps nothing.
	failed := errors.New("no")
	if err := s.UpdateHubs(t.Context(), func([]taxonomy.Hub, int) (sqlite.HubUpdate, error) { return sqlite.HubUpdate{}, failed }); !errors.Is(err, failed) {
		t.Errorf("a failed update: %v", err)
	}
	err = s.UpdateHubs(t.Context(), func([]taxonomy.Hub, int) (sqlite.HubUpdate, error) {
		return sqlite.HubUpdate{Hubs: []taxonomy.Hub{{ID: "urn:concord:hub:3", Members: []taxonomy.URI{bread}}}}, nil
	})
	if err == nil {
		t.Error("a concept in two hubs was taken")
	}
	if got, err := s.HubConflicts(t.Context()); err != nil || len(got) != 1 {
		t.Errorf("HubConflicts after a failed update: %v, %v", got, err)
	}

	// A merge: members move, the old id redirects, its history is the new one's too.
	all := []taxonomy.URI{bread, dough, "x:pain", "x:pate"}
	err = s.UpdateHubs(t.Context(), func(old []taxonomy.Hub, update int) (sqlite.HubUpdate, error) {
		if diff := cmp.Diff([]taxonomy.Hub{h1, h2}, old); diff != "" || update != 2 {
			t.Errorf("update %d (-want +got):\n%s", update, diff)
		}
		return sqlite.HubUpdate{Hubs: []taxonomy.Hub{{ID: h1.ID, Anchor: bread, Born: 1, Members: all}, {ID: h2.ID, Anchor: dough, Born: 1, Redirect: h1.ID}},
			Events: []taxonomy.HubEvent{{Update: 2, Hub: h1.ID, Kind: taxonomy.HubMerged, Others: []taxonomy.URI{h2.ID}}}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []taxonomy.URI{"x:pate", h1.ID, h2.ID} {
		h, err := s.Hub(t.Context(), key)
		if err != nil || h.ID != h1.ID || !cmp.Equal(sorted(h.Members), sorted(all)) {
			t.Errorf("Hub(%s) = %v, %v", key, h, err)
		}
	}
	for uri, want := range map[taxonomy.URI]taxonomy.URI{dough: h1.ID, "x:none": "", h1.ID: ""} {
		if got, err := s.HubOf(t.Context(), uri); err != nil || got != want {
			t.Errorf("HubOf(%s) = %q, %v; want %q", uri, got, err, want)
		}
	}
	if _, err := s.Hub(t.Context(), "x:none"); !errors.Is(err, taxonomy.ErrNotFound) {
		t.Errorf("Hub of an unknown concept: %v", err)
	}
	if hubs, err := s.Hubs(t.Context()); err != nil || len(hubs) != 1 {
		t.Errorf("Hubs after the merge: %v, %v", hubs, err)
	}
	history, err := s.HubHistory(t.Context(), h1.ID)
	if err != nil || len(history) != 3 || history[0].Time != "2026-05-04T03:02:01Z" || history[2].Kind != taxonomy.HubMerged || history[2].ID <= history[1].ID {
		t.Errorf("HubHistory: %+v, %v", history, err)
	}
	if got, err := s.HubConflicts(t.Context()); err != nil || len(got) != 0 {
		t.Errorf("HubConflicts after an update without: %v, %v", got, err)
	}
}

func sorted(uris []taxonomy.URI) map[taxonomy.URI]bool {
	out := map[taxonomy.URI]bool{}
	for _, u := range uris {
		out[u] = true
	}
	return out
}

// TestHubsStay: neither ids nor what happened to them can be taken back.
func TestHubsStay(t *testing.T) {
	path := t.TempDir() + "/concord.db"
	s := openStore(t, path)
	err := s.UpdateHubs(t.Context(), func([]taxonomy.Hub, int) (sqlite.HubUpdate, error) {
		return sqlite.HubUpdate{Hubs: []taxonomy.Hub{{ID: "urn:concord:hub:1", Anchor: bread, Born: 1, Members: []taxonomy.URI{bread, "x:pain"}}},
			Events: []taxonomy.HubEvent{{Update: 1, Hub: "urn:concord:hub:1", Kind: taxonomy.HubFounded}}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for q, want := range map[string]string{
		"DELETE FROM hub_history":                 "never deleted",
		"UPDATE hub_history SET hub = 'x'":        "never changed",
		"DELETE FROM hub_member; DELETE FROM hub": "never deleted",
	} {
		if _, err := db.Exec(q); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", q, err)
		}
	}
}
