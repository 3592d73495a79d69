package web

import (
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"path"
	"strings"

	"concord/alignment/portfolio"
	"concord/index"
	"concord/taxonomy"
)

// A profileView is what templates/profile.html shows.
type profileView struct {
	Schemes    []Scheme           `json:"-"`
	Scheme     string             `json:"scheme,omitempty"`
	Occupation string             `json:"occupation,omitempty"` // as it was asked for
	Profile    *portfolio.Profile `json:"profile,omitempty"`
	Gap        *portfolio.Gap     `json:"gap,omitempty"`
	Sent       []SentDocument     `json:"-"` // travel with the page
	Needs      []needCover        `json:"needs,omitempty"`
	Kept       *keptProfile       `json:"kept,omitempty"` // it is kept, and until when
}

// A needCover is how much of one need of an occupation is covered.
type needCover struct {
	Need    portfolio.Need `json:"need"`
	Has     int            `json:"has"`
	Near    int            `json:"near"`
	Of      int            `json:"of"`
	Missing []string       `json:"missing"`
}

// Share places a number of Of on a scale of 0 to 100.
func (c needCover) Share(n int) int {
	if c.Of == 0 {
		return 0
	}
	return 100 * n / c.Of
}

// Both is what is covered or near.
func (c needCover) Both() int { return c.Has + c.Near }

// mostRecords bounds the documents of a profile on a page.
const mostRecords = 20

func (s *Server) profilePages() {
	s.register(page{path: "/profile", name: "profile", nav: "profile", title: "profile.title", post: true, build: s.profilePage})
	s.extra["POST /profile"] = need{scope: ScopeAlign}
	s.router.HandleFunc("/profile/download", s.profileDownload).Methods(http.MethodPost)
	s.extra["POST /profile/download"] = need{scope: ScopeAlign}
	s.keptProfilePages()
}

func (s *Server) profilePage(ctx context.Context, r *http.Request, v *viewer) (any, error) {
	list, err := s.listSchemes(ctx, nil)
	if err != nil {
		return nil, err
	}
	out := profileView{Schemes: list.Body.Schemes}
	if r.Method != http.MethodPost {
		return out, nil
	}
	made, err := s.profileOf(ctx, r, v)
	made.Schemes = out.Schemes
	return made, err
}

// profileOf makes the profile that a form asks for, and the gap to an occupation.
func (s *Server) profileOf(ctx context.Context, r *http.Request, v *viewer) (out profileView, err error) {
	if out.Sent, err = sentRecords(r); err != nil {
		return out, err
	}
	out.Scheme, out.Occupation = r.FormValue("scheme"), strings.TrimSpace(r.FormValue("occupation"))
	p, err := s.profile(ctx, &profileInput{ProfileRequest{Documents: out.Sent, Scheme: out.Scheme, Lang: string(v.langs()[0])}})
	if err != nil {
		return out, err
	}
	out.Profile = p.Body
	if out.Occupation != "" {
		err = s.addGap(ctx, &out, v)
	}
	return out, err
}

// sentRecords are the documents of a form: files, text, and those that
// travelled with the page.
func sentRecords(r *http.Request) ([]SentDocument, error) {
	if err := r.ParseMultipartForm(maxPageDocument); err != nil && err != http.ErrNotMultipart {
		return nil, problem(http.StatusRequestEntityTooLarge, "", "the form cannot be read: "+err.Error())
	}
	var out []SentDocument
	for i, sent := range r.Form["sent"] {
		raw, err := base64.StdEncoding.DecodeString(sent)
		if err != nil {
			return nil, problem(http.StatusBadRequest, "", "a document in the form is broken; give it again")
		}
		name := ""
		if i < len(r.Form["name"]) {
			name = r.Form["name"][i]
		}
		out = append(out, SentDocument{Base64: raw, Name: name})
	}
	if r.MultipartForm != nil {
		for _, head := range r.MultipartForm.File["files"] {
			if head.Size == 0 {
				continue
			}
			f, err := head.Open()
			if err != nil {
				return nil, err
			}
			raw, err := io.ReadAll(io.LimitReader(f, maxPageDocument))
			f.Close()
			if err != nil {
				return nil, err
			}
			out = append(out, SentDocument{Base64: raw, Name: path.Base(strings.ReplaceAll(head.Filename, "\\", "/"))})
		}
	}
	if t := strings.TrimSpace(r.FormValue("text")); t != "" {
		out = append(out, SentDocument{Base64: []byte(t), Name: "text.txt"})
	}
	if len(out) == 0 {
		return nil, problem(http.StatusUnprocessableEntity, "no-document", "choose files, or paste a text")
	}
	if len(out) > mostRecords {
		return nil, problem(http.StatusUnprocessableEntity, "too-many", "the page takes twenty documents at a time; concord profile takes any number")
	}
	return out, nil
}

// addGap sets the records together beside an occupation, which is named by its
// URI, its code or its name.
func (s *Server) addGap(ctx context.Context, out *profileView, v *viewer) error {
	occupation, err := portfolio.FindOccupation(ctx, s.cfg.Store, out.Occupation)
	if err != nil {
		opened, done, e := s.live.use()
		if e != nil {
			return e
		}
		found, e := opened.Index.Search(ctx, index.Query{Text: out.Occupation, Kinds: []taxonomy.Kind{taxonomy.Occupation}, Size: 1})
		done()
		if e != nil || len(found.Hits) == 0 {
			return err
		}
		if occupation, err = s.cfg.Store.Concept(ctx, found.Hits[0].Release, found.Hits[0].URI); err != nil {
			return err
		}
	}
	var together portfolio.Record
	for _, d := range out.Sent {
		r, _, err := s.record(ctx, d, AlignOptions{Targets: []string{occupation.Release.String()}, Max: mostClaims, MinProbability: 0.3})
		if err != nil {
			return err
		}
		together.Claims = append(together.Claims, r.Claims...)
	}
	if out.Gap, err = portfolio.FindGap(ctx, s.cfg.Store, together, occupation, v.langs()[0]); err != nil {
		return err
	}
	for _, need := range portfolio.Needs {
		c := out.Gap.Cover[need]
		if c == nil {
			continue
		}
		n := needCover{Need: need, Has: c.Has, Near: c.Near, Of: c.Of}
		for _, q := range out.Gap.Requirements {
			if q.Need == need && q.By == nil && len(n.Missing) < 30 {
				n.Missing = append(n.Missing, q.Label)
			}
		}
		out.Needs = append(out.Needs, n)
	}
	return nil
}

// profileDownload answers with the profile as a table, or as a page of its own.
func (s *Server) profileDownload(w http.ResponseWriter, r *http.Request) {
	v := s.viewer(w, r)
	sent, err := sentRecords(r)
	if err == nil {
		var p *profileOutput
		if p, err = s.profile(r.Context(), &profileInput{ProfileRequest{Documents: sent, Scheme: r.FormValue("scheme"), Lang: string(v.langs()[0])}}); err == nil {
			w.Header().Set("Cache-Control", "no-store")
			if r.FormValue("what") == "html" {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				w.Header().Set("Content-Disposition", attachment("profile.html"))
				err = p.Body.WriteHTML(w)
			} else {
				w.Header().Set("Content-Type", "text/csv; charset=utf-8")
				w.Header().Set("Content-Disposition", attachment("profile.csv"))
				err = p.Body.WriteCSV(w)
			}
			if err != nil {
				s.cfg.Log.ErrorContext(r.Context(), "a profile", "error", err)
			}
			return
		}
	}
	s.showError(w, r, v, err)
}
