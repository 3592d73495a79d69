package web

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"

	"concord/taxonomy"
)

//go:embed templates static strings
var assets embed.FS

// A page is what a person sees at an address, and its twin with .json at the
// end is the same as data: templates/NAME.html shows what build returns.
type page struct {
	path  string // "/concept"
	name  string // of the template, without .html
	nav   string // which entry of the navigation is current; may be empty
	title string // key of strings, for the title of the window; build may say better (titled)
	post  bool   // also answers forms; those change nothing that lasts
	build func(ctx context.Context, r *http.Request, v *viewer) (any, error)
}

// A viewer is who looks at a page, as far as the page must know.
type viewer struct {
	Lang     string        // of the interface: "en", "de"
	Content  taxonomy.Lang // of labels, as asked for with ?lang=; empty: the interface's
	Reviewer string        // owner of the key that the person gave, or the name on loopback
	Key      bool          // the person gave a key
	Beyond   bool          // decisions need a key here
	words    words
}

// langs are the languages in which labels are to be shown, the first first.
func (v *viewer) langs() []taxonomy.Lang {
	if v.Content != "" {
		return []taxonomy.Lang{v.Content, taxonomy.Lang(v.Lang)}
	}
	return []taxonomy.Lang{taxonomy.Lang(v.Lang)}
}

// titled is what a page may be to say its own title.
type titled interface{ PageTitle() string }

// layout is what templates/layout.html shows.
type layout struct {
	Viewer *viewer
	Title  string
	Nav    string
	Path   string // of the page, with its query
	JSON   string // address of the twin
	Data   any
	Query  string // what the search field holds
	Home   string // version of the program
}

// register adds a page and its twin to the router.
func (s *Server) register(p page) {
	t := template.Must(template.New("layout.html").Funcs(pageFuncs).ParseFS(assets, "templates/layout.html", "templates/parts.html", "templates/"+p.name+".html"))
	twin := p.path + ".json"
	if p.path == "/" {
		twin = "/index.json"
	}
	s.router.HandleFunc(twin, func(w http.ResponseWriter, r *http.Request) {
		data, err := p.build(r.Context(), r, s.viewer(w, r))
		if err != nil {
			writeProblem(w, asProblem(s.fail(r.Context(), err)))
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(data); err != nil {
			s.cfg.Log.ErrorContext(r.Context(), "a page as JSON", "page", p.path, "error", err)
		}
	}).Methods(http.MethodGet, http.MethodHead)
	methods := []string{http.MethodGet, http.MethodHead}
	if p.post {
		methods = append(methods, http.MethodPost)
	}
	s.router.HandleFunc(p.path, func(w http.ResponseWriter, r *http.Request) {
		v := s.viewer(w, r)
		data, err := p.build(r.Context(), r, v)
		if err != nil {
			s.showError(w, r, v, err)
			return
		}
		at := strings.TrimSuffix(r.URL.Path, "/") + ".json"
		if p.path == "/" {
			at = twin
		}
		if r.Method == http.MethodPost {
			at = "" // what was posted has no address
		}
		s.show(w, r, t, p, v, data, at)
	}).Methods(methods...)
}

// show renders a page whole before the first byte goes out.
func (s *Server) show(w http.ResponseWriter, r *http.Request, t *template.Template, p page, v *viewer, data any, twin string) {
	l := layout{Viewer: v, Title: v.words.text(p.title), Nav: p.nav, Path: r.URL.RequestURI(), Data: data, Query: r.URL.Query().Get("q"), Home: s.cfg.Version}
	if twin != "" {
		l.JSON = twin
		if r.URL.RawQuery != "" {
			l.JSON += "?" + r.URL.RawQuery
		}
	}
	if x, ok := data.(titled); ok && x.PageTitle() != "" {
		l.Title = x.PageTitle()
	}
	var b bytes.Buffer
	bound, err := t.Clone()
	if err == nil {
		err = bound.Funcs(v.funcs()).Execute(&b, l)
	}
	if err != nil {
		s.cfg.Log.ErrorContext(r.Context(), "a page", "page", p.path, "request", requestID(r.Context()), "error", err)
		writeProblem(w, asProblem(fmt.Errorf("page %s: %w", p.path, err)))
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", v.Lang)
	h.Add("Vary", "Accept-Language, Cookie")
	w.Write(b.Bytes())
}

// viewer tells the interface's language: as asked for with ?ui= (and then
// remembered), as the cookie or else the browser says.
func (s *Server) viewer(w http.ResponseWriter, r *http.Request) *viewer {
	v := &viewer{Content: taxonomy.ParseLang(r.URL.Query().Get("lang")), Beyond: s.cfg.Access.Beyond}
	choice := r.URL.Query().Get("ui")
	if _, ok := languages[choice]; ok {
		http.SetCookie(w, &http.Cookie{Name: "concord_ui", Value: choice, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	} else if c, err := r.Cookie("concord_ui"); err == nil {
		choice = c.Value
	}
	if _, ok := languages[choice]; !ok {
		choice = preferred(r.Header.Get("Accept-Language"))
	}
	v.Lang, v.words = choice, languages[choice]
	if c := callerOf(r.Context()); c.key != nil {
		v.Key, v.Reviewer = true, c.key.Owner
	} else if c, err := r.Cookie("concord_name"); err == nil && !s.cfg.Access.Beyond {
		v.Reviewer = unquoteCookie(c.Value)
	}
	return v
}

// errorPage is what templates/error.html shows.
type errorPage struct {
	Problem *Problem
	Request string
}

var errorTemplate = template.Must(template.New("layout.html").Funcs(pageFuncs).ParseFS(assets, "templates/layout.html", "templates/parts.html", "templates/error.html"))

// showError shows a problem as a page.
func (s *Server) showError(w http.ResponseWriter, r *http.Request, v *viewer, err error) {
	p := asProblem(s.fail(r.Context(), err))
	var b bytes.Buffer
	bound, cloneErr := errorTemplate.Clone()
	if cloneErr == nil {
		cloneErr = bound.Funcs(v.funcs()).Execute(&b, layout{Viewer: v, Title: p.Title, Path: r.URL.RequestURI(), Data: errorPage{p, requestID(r.Context())}, Home: s.cfg.Version})
	}
	if cloneErr != nil {
		writeProblem(w, p)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(p.Status)
	w.Write(b.Bytes())
}

// uiRoutes changes the language of the interface, and goes back to the page.
func (s *Server) uiRoutes() {
	s.router.HandleFunc("/ui", func(w http.ResponseWriter, r *http.Request) {
		s.viewer(w, r) // remembers the choice
		http.Redirect(w, r, localPath(r.URL.Query().Get("back")), http.StatusSeeOther)
	}).Methods(http.MethodGet)
}

// staticRoutes serves what pages load. A file is asked for again when its
// digest has changed (etag.go).
func (s *Server) staticRoutes() {
	files, err := fs.Sub(assets, "static")
	if err != nil {
		panic(err) // embedded: cannot be missing
	}
	serve := http.StripPrefix("/static/", http.FileServerFS(files))
	s.router.PathPrefix("/static/").HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/static/")
		if info, err := fs.Stat(files, name); err != nil || info.IsDir() { // also where name is no path of the folder
			writeProblem(w, problem(http.StatusNotFound, "no-such-page", "there is no such file"))
			return
		}
		serve.ServeHTTP(w, r)
	}).Methods(http.MethodGet, http.MethodHead)
}
