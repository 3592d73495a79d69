package web

import (
	"bytes"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"github.com/gorilla/mux"

	"concord/index"
	"concord/taxonomy"
	"concord/taxonomy/view"
)

// mostSuggestions bounds how far a client can page.
const mostSuggestions = 1000

// A ReconSuggestion is what a client may mean by what was typed.
type ReconSuggestion struct {
	ID          string      `json:"id"`
	Name        string      `json:"name"`
	Description string      `json:"description,omitempty"`
	Notable     []ReconType `json:"notable,omitempty" doc:"Of an entity: its types"`
}

// ReconSuggestions is the answer of a suggest service.
type ReconSuggestions struct {
	Result []ReconSuggestion `json:"result"`
}

// A ReconFlyout is a few words about something.
type ReconFlyout struct {
	ID   string `json:"id"`
	HTML string `json:"html"`
}

// A ReconProposal is the properties that can be fetched.
type ReconProposal struct {
	Type       string         `json:"type,omitempty"`
	Limit      int            `json:"limit,omitempty"`
	Properties []ReconPropose `json:"properties"`
}

// A ReconPropose is a property that can be fetched.
type ReconPropose struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
}

var (
	previewPage = template.Must(template.ParseFS(assets, "templates/preview.html"))
	flyout      = template.Must(template.New("flyout").Parse(`<p><strong>{{.Name}}</strong>{{with .Type}} <em>{{.}}</em>{{end}}</p>{{with .Description}}<p>{{.}}</p>{{end}}`))
)

// count reads a whole number of a query.
func count(r *http.Request, name string, or, low, high int) (int, error) {
	raw := r.URL.Query().Get(name)
	if raw == "" {
		return or, nil
	}
	n, err := strconv.Atoi(raw)
	if err != nil || n < low {
		p := problem(http.StatusUnprocessableEntity, "", name+" must be a whole number from "+strconv.Itoa(low)+" on")
		p.Errors = []Defect{{"not a whole number from " + strconv.Itoa(low) + " on", "query." + name}}
		return 0, p
	}
	return min(n, high), nil
}

// reconcileSuggest completes what is being typed.
func (s *Server) reconcileSuggest(w http.ResponseWriter, r *http.Request) error {
	v, err := s.service(w, r)
	if err != nil {
		return err
	}
	defer v.done()
	query := r.URL.Query()
	what := mux.Vars(r)["what"]
	if what != "entity" && what != "type" && what != "property" {
		return problem(http.StatusNotFound, "no-such-page", "entities, types and properties are suggested: /suggest/entity, /suggest/type, /suggest/property")
	}
	if !query.Has("prefix") {
		return problem(http.StatusUnprocessableEntity, "", "give what was typed as prefix")
	}
	prefix := clean(query.Get("prefix"))
	limit, err := count(r, "limit", 10, 1, 100)
	if err != nil {
		return err
	}
	cursor, err := count(r, "cursor", 0, 0, mostSuggestions)
	if err != nil {
		return err
	}
	out := []ReconSuggestion{}
	switch what {
	case "entity":
		if out, err = s.entities(r, v, prefix, cursor+limit); err != nil {
			return err
		}
	case "type":
		for _, t := range v.types() {
			if begins(prefix, t.ID, t.Name) {
				out = append(out, ReconSuggestion{ID: t.ID, Name: t.Name})
			}
		}
	case "property":
		for _, p := range properties {
			if begins(prefix, p.ID, p.Name) {
				out = append(out, ReconSuggestion{ID: p.ID, Name: p.Name, Description: p.Description})
			}
		}
	}
	out = out[min(cursor, len(out)):]
	return sendJSON(w, ReconSuggestions{out[:min(limit, len(out))]})
}

// begins reports whether a word of one of names begins with prefix.
func begins(prefix string, names ...string) bool {
	prefix = strings.ToLower(prefix)
	for _, n := range names {
		if n = strings.ToLower(n); strings.HasPrefix(n, prefix) || strings.Contains(n, " "+prefix) {
			return true
		}
	}
	return false
}

// entities completes the name of a concept, or finds one by its code or URI.
func (s *Server) entities(r *http.Request, v *service, prefix string, size int) ([]ReconSuggestion, error) {
	out := []ReconSuggestion{}
	q := reconQuery{strict: "any", lang: r.URL.Query().Get("lang")}
	for _, list := range r.URL.Query()["type"] {
		for _, t := range strings.Split(list, ",") {
			if t = strings.TrimSpace(t); t != "" {
				q.types = append(q.types, t)
			}
		}
	}
	kinds, possible := kindsOf(&q)
	if !possible || prefix == "" {
		return out, nil
	}
	var langs []taxonomy.Lang
	if q.lang != "" {
		langs = []taxonomy.Lang{taxonomy.ParseLang(q.lang)}
	}
	schemes := []taxonomy.Ref{v.rel.Ref}
	hits, err := v.Index.Suggest(r.Context(), index.SuggestQuery{Prefix: prefix, Langs: langs, Schemes: schemes, Kinds: kinds, Size: size})
	if err == nil && len(hits) == 0 {
		var found *index.Result
		if found, err = v.Index.Search(r.Context(), index.Query{Text: prefix, Langs: langs, Schemes: schemes, Kinds: kinds, Size: size}); err == nil {
			hits = found.Hits
		}
	}
	if err != nil {
		return nil, err
	}
	for _, h := range hits {
		c, err := s.cfg.Store.Concept(r.Context(), v.rel.Ref, h.URI)
		if err != nil {
			return nil, err
		}
		out = append(out, ReconSuggestion{string(h.URI), h.Pref.Text, described(c, h.Pref.Lang), []ReconType{typeOfKind(h.Kind)}})
	}
	return out, nil
}

// reconcileFlyout says what a suggestion is.
func (s *Server) reconcileFlyout(w http.ResponseWriter, r *http.Request) error {
	v, err := s.service(w, r)
	if err != nil {
		return err
	}
	defer v.done()
	id := r.URL.Query().Get("id")
	about := struct{ Name, Type, Description string }{}
	missing := problem(http.StatusNotFound, "", "there is no such "+mux.Vars(r)["what"]+" here: "+id)
	switch what := mux.Vars(r)["what"]; what {
	case "entity":
		c, err := s.entity(r.Context(), v, id)
		if err != nil {
			return err
		}
		pref := c.Pref(taxonomy.ParseLang(r.URL.Query().Get("lang")))
		about.Name, about.Type, about.Description = pref.Text, typeOfKind(c.Kind).Name, described(c, pref.Lang)
	case "type":
		k, err := taxonomy.ParseKind(id)
		if err != nil {
			return missing
		}
		about.Name, about.Description = typeOfKind(k).Name, strconv.Itoa(v.rel.Concepts[k])+" in "+v.rel.Ref.String()
	case "property":
		p, ok := propertyNamed(id)
		if !ok {
			return missing
		}
		about.Name, about.Description = p.Name, p.Description
	default:
		return problem(http.StatusNotFound, "no-such-page", "there are flyouts of entity, type and property")
	}
	var html strings.Builder
	if err := flyout.Execute(&html, about); err != nil {
		return err
	}
	return sendJSON(w, ReconFlyout{id, html.String()})
}

// reconcilePreview is a page about a concept for the frame of another site,
// which the page lets show it: it has nothing that can be pressed.
func (s *Server) reconcilePreview(w http.ResponseWriter, r *http.Request) error {
	v, err := s.service(w, r)
	if err != nil {
		return err
	}
	defer v.done()
	lang := taxonomy.ParseLang(r.URL.Query().Get("lang"))
	c, err := s.entity(r.Context(), v, r.URL.Query().Get("id"))
	if err != nil {
		return err
	}
	path, err := view.Path(r.Context(), s.cfg.Store, c, lang)
	if err != nil {
		return err
	}
	pref := c.Pref(lang)
	var other []string
	for _, l := range c.Labels {
		if l.Kind == taxonomy.AltLabel && l.Lang == pref.Lang && l.Text != pref.Text {
			other = append(other, l.Text)
		}
	}
	var page bytes.Buffer
	if err := previewPage.Execute(&page, map[string]any{"Concept": c, "Pref": pref, "Kind": typeOfKind(c.Kind).Name, "Definition": c.Note(taxonomy.Definition, pref.Lang), "Path": path, "Other": other, "Release": v.rel.Ref.String()}); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *")
	_, err = page.WriteTo(w)
	return err
}

// reconcilePropose lists the properties that can be fetched; a type's are
// those of all.
func (s *Server) reconcilePropose(w http.ResponseWriter, r *http.Request) error {
	v, err := s.service(w, r)
	if err != nil {
		return err
	}
	defer v.done()
	limit, err := count(r, "limit", 0, 0, len(properties))
	if err != nil {
		return err
	}
	out := ReconProposal{Type: r.URL.Query().Get("type"), Limit: limit, Properties: []ReconPropose{}}
	for _, p := range properties {
		if limit == 0 || len(out.Properties) < limit {
			out.Properties = append(out.Properties, ReconPropose{p.ID, p.Name, p.Description})
		}
	}
	return sendJSON(w, out)
}
