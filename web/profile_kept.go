package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gorilla/mux"

	"concord/alignment/kept"
	"concord/alignment/portfolio"
	"concord/taxonomy"
)

// profileRecord is the kind of the records that hold kept profiles.
const profileRecord = "profile"

// A keptProfile is a profile that a person asked to keep: what was found, not
// the documents. Its id is its only key: who has the address can read it.
type keptProfile struct {
	ID         string             `json:"id"`
	Kept       time.Time          `json:"kept"`
	Expires    time.Time          `json:"expires"`
	Scheme     string             `json:"scheme"`
	Occupation string             `json:"occupation,omitempty"`
	Profile    *portfolio.Profile `json:"profile"`
	Gap        *portfolio.Gap     `json:"gap,omitempty"`
	Needs      []needCover        `json:"needs,omitempty"`
}

func (s *Server) keptProfilePages() {
	s.register(page{path: "/profile/kept/{id}", name: "profile", nav: "profile", title: "profile.title", build: s.keptProfilePage})
	for path, h := range map[string]http.HandlerFunc{"/profile/keep": s.keepProfile, "/profile/kept/{id}/delete": s.deleteProfile} {
		s.router.HandleFunc(path, h).Methods(http.MethodPost)
		s.extra[path] = need{scope: ScopeAlign, writes: true}
	}
}

// keepProfile makes the profile of a form again and keeps it.
func (s *Server) keepProfile(w http.ResponseWriter, r *http.Request) {
	v, ctx := s.viewer(w, r), r.Context()
	view, err := s.profileOf(ctx, r, v)
	if err == nil {
		err = s.forgetProfiles(ctx)
	}
	var id string
	if err == nil {
		id, err = s.putProfile(ctx, &view)
	}
	if err != nil {
		s.showError(w, r, v, err)
		return
	}
	http.Redirect(w, r, "/profile/kept/"+id, http.StatusSeeOther)
}

func (s *Server) putProfile(ctx context.Context, view *profileView) (string, error) {
	var id [16]byte
	rand.Read(id[:]) // never fails
	now := s.now().UTC().Truncate(time.Second)
	k := keptProfile{ID: hex.EncodeToString(id[:]), Kept: now, Expires: now.AddDate(0, 0, kept.DefaultDays), Scheme: view.Scheme, Occupation: view.Occupation, Profile: view.Profile, Gap: view.Gap, Needs: view.Needs}
	raw, err := json.Marshal(k)
	if err != nil {
		return "", err
	}
	return k.ID, s.cfg.Store.AddRecord(ctx, profileRecord, k.ID, raw)
}

// forgetProfiles deletes the profiles that have expired.
func (s *Server) forgetProfiles(ctx context.Context) error {
	var gone []string
	for rec, err := range s.cfg.Store.Records(ctx, profileRecord) {
		if err != nil {
			return err
		}
		var k keptProfile
		if json.Unmarshal(rec.Value, &k) == nil && !s.now().Before(k.Expires) {
			gone = append(gone, rec.ID)
		}
	}
	for _, id := range gone {
		if err := s.cfg.Store.DeleteRecord(ctx, profileRecord, id); err != nil && !errors.Is(err, taxonomy.ErrNotFound) {
			return err
		}
	}
	return nil
}

// errNoProfile is that nothing is kept under an id, or not any more.
var errNoProfile = problem(http.StatusNotFound, "", "no profile is kept here; it was deleted, or its time has passed")

func (s *Server) keptProfilePage(ctx context.Context, r *http.Request, _ *viewer) (any, error) {
	raw, err := s.cfg.Store.Record(ctx, profileRecord, mux.Vars(r)["id"])
	if errors.Is(err, taxonomy.ErrNotFound) {
		return nil, errNoProfile
	}
	if err != nil {
		return nil, err
	}
	var k keptProfile
	if err := json.Unmarshal(raw, &k); err != nil {
		return nil, fmt.Errorf("reading a kept profile: %w", err)
	}
	if !s.now().Before(k.Expires) {
		return nil, errNoProfile
	}
	return profileView{Scheme: k.Scheme, Occupation: k.Occupation, Profile: k.Profile, Gap: k.Gap, Needs: k.Needs, Kept: &k}, nil
}

func (s *Server) deleteProfile(w http.ResponseWriter, r *http.Request) {
	v := s.viewer(w, r)
	err := s.cfg.Store.DeleteRecord(r.Context(), profileRecord, mux.Vars(r)["id"])
	if errors.Is(err, taxonomy.ErrNotFound) {
		err = errNoProfile
	}
	if err != nil {
		s.showError(w, r, v, err)
		return
	}
	http.Redirect(w, r, "/profile", http.StatusSeeOther)
}
