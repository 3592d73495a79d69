package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gorilla/mux"

	"concord/taxonomy"
)

// The Entity Reconciliation API (W3C community group, 0.2 and the draft of 1.0):
// every release is a service at /reconcile/NAME or /reconcile/NAME@RELEASE, for
// OpenRefine and its like. The two versions differ in the manifest, which a
// client picks by Accept or ?version=, and in what is posted, which tells itself:
// 0.2 posts forms, 1.0 posts JSON. This file has routes and manifests;
// reconcile_query.go reads batches, reconcile_match.go answers them,
// reconcile_suggest.go completes and previews, reconcile_extend.go fetches values.

// versions are what the services speak.
const (
	reconcile02 = "0.2"
	reconcile10 = "1.0-draft"
)

// mostQueries bounds a batch. batchSize is what clients are told to send: a
// batch of that size is answered while a person waits.
const (
	mostQueries = 1000
	batchSize   = 50
)

// A ReconType is a type of entities, which is a kind of concepts, or in an
// older sense anything with an id and a name.
type ReconType struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// A ReconManifest is a service's manifest in version 0.2.
type ReconManifest struct {
	Versions        []string       `json:"versions"`
	Name            string         `json:"name"`
	IdentifierSpace string         `json:"identifierSpace"`
	SchemaSpace     string         `json:"schemaSpace"`
	Documentation   string         `json:"documentation"`
	ServiceVersion  string         `json:"serviceVersion"`
	DefaultTypes    []ReconType    `json:"defaultTypes"`
	View            ReconURL       `json:"view"`
	Suggest         ReconSuggest   `json:"suggest"`
	Preview         ReconPreview   `json:"preview"`
	Extend          ReconExtend    `json:"extend"`
	BatchSize       int            `json:"batchSize" doc:"Queries that a batch best holds"`
	Authentication  *ReconSecurity `json:"authentication,omitempty" doc:"How to bring a key, where one is needed"`
}

// A ReconURL is a template with the id of an entity.
type ReconURL struct {
	URL string `json:"url"`
}

// ReconSuggest is where a client completes what is typed.
type ReconSuggest struct {
	Entity   ReconService `json:"entity"`
	Type     ReconService `json:"type"`
	Property ReconService `json:"property"`
}

// A ReconService is the address of a service, in two parts as 0.2 has it.
type ReconService struct {
	URL        string `json:"service_url"`
	Path       string `json:"service_path"`
	FlyoutURL  string `json:"flyout_service_url,omitempty"`
	FlyoutPath string `json:"flyout_service_path,omitempty"`
}

// A ReconPreview is where a page about an entity is, and its size in pixels.
type ReconPreview struct {
	URL    string `json:"url,omitempty"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

// ReconExtend says how values of properties are fetched.
type ReconExtend struct {
	Propose  ReconService   `json:"propose_properties"`
	Settings []ReconSetting `json:"property_settings"`
}

// A ReconSetting is a setting of a property in 0.2.
type ReconSetting struct {
	Name     string        `json:"name"`
	Label    string        `json:"label"`
	Type     string        `json:"type"`
	Default  any           `json:"default"`
	HelpText string        `json:"help_text"`
	Choices  []ReconChoice `json:"choices,omitempty"`
}

// A ReconChoice is a value that a setting may have.
type ReconChoice struct {
	Value string `json:"value"`
	Name  string `json:"name"`
}

// A ReconSecurity is a security definition of Swagger 2.0, as manifests want it.
type ReconSecurity struct {
	Type        string `json:"type"`
	In          string `json:"in"`
	Name        string `json:"name"`
	Description string `json:"description"`
}

// A ReconManifest1 is a manifest in the draft of 1.0, in which services stand
// at fixed places below the endpoint.
type ReconManifest1 struct {
	Versions          []string        `json:"versions"`
	Name              string          `json:"name"`
	IdentifierSpace   string          `json:"identifierSpace"`
	SchemaSpace       string          `json:"schemaSpace"`
	Documentation     string          `json:"documentation"`
	ServiceVersion    string          `json:"serviceVersion"`
	DefaultTypes      []ReconType     `json:"defaultTypes"`
	View              ReconURL        `json:"view"`
	Suggest           map[string]bool `json:"suggest"`
	Preview           ReconPreview    `json:"preview"`
	Extend            ReconExtend1    `json:"extend"`
	BatchSize         int             `json:"batchSize"`
	StandardizedScore bool            `json:"standardizedScore"`
	Authentication    *ReconSecurity  `json:"authentication,omitempty"`
}

// ReconExtend1 is ReconExtend in 1.0.
type ReconExtend1 struct {
	Propose  bool            `json:"proposeProperties"`
	Settings []ReconSetting1 `json:"propertySettings"`
}

// A ReconSetting1 is a ReconSetting in 1.0.
type ReconSetting1 struct {
	ID       string        `json:"id"`
	Name     string        `json:"name"`
	Type     string        `json:"type"`
	Default  any           `json:"default"`
	HelpText string        `json:"helpText"`
	Choices  []ReconChoice `json:"choices,omitempty"`
}

func (s *Server) reconcileRoutes() {
	const root = "/reconcile/{scheme}"
	tags, text := []string{"reconciliation"}, &huma.Schema{Type: "string"}
	scheme := param("path", "scheme", "NAME or NAME@RELEASE", text)
	what := param("path", "what", "What is named", &huma.Schema{Type: "string", Enum: []any{"entity", "type", "property"}})
	id := param("query", "id", "Its identifier", text)
	id.Required = true
	prefix := param("query", "prefix", "What was typed so far", &huma.Schema{Type: "string", MaxLength: new(1000)})
	cursor := param("query", "cursor", "How many to leave out", &huma.Schema{Type: "integer", Minimum: new(0.0), Maximum: new(float64(mostSuggestions))})
	limit := param("query", "limit", "How many at most", &huma.Schema{Type: "integer", Minimum: new(1.0)})
	kind := param("query", "type", "Only for these types, with commas between them", text)
	lang := param("query", "lang", "Language of names", text)
	op := func(id, method, path, summary, description string, errs ...int) huma.Operation {
		return scoped(huma.Operation{OperationID: id, Method: method, Path: root + path, Tags: tags, Summary: summary, Description: description,
			Parameters: []*huma.Param{scheme}, Errors: append(errs, 404, 503)}, ScopeRead, false)
	}
	add := func(o huma.Operation, answers map[string]*huma.Response, handle func(http.ResponseWriter, *http.Request) error, params ...*huma.Param) {
		o.Parameters, o.Responses = append(o.Parameters, params...), answers
		s.plain(o, handle)
	}
	results := s.answers("The manifest, or candidates by query, or values by entity", typeOf[ReconManifest](), typeOf[ReconManifest1](), typeOf[map[string]ReconResult](), typeOf[ReconExtended]())
	add(op("reconcile-manifest", http.MethodGet, "", "What the reconciliation service of a framework offers",
		"The manifest of version 0.2, or of the draft of 1.0 with `?version=1.0-draft` or `Accept: application/json; version=1.0-draft`. With `queries` it answers a batch, and with `extend` it fetches values, as POST does.", 406, 413, 422),
		results, s.reconcileRoot, param("query", "version", "Of the manifest", &huma.Schema{Type: "string", Enum: []any{reconcile02, reconcile10}}), param("query", "queries", "A batch of 0.2 as JSON", text), param("query", "extend", "A request for values as JSON", text))

	batch := op("reconcile", http.MethodPost, "", "Find the concepts that cells of a table mean",
		"A form with `queries` (0.2) or `extend` (0.2), or JSON of the draft of 1.0. Candidates are sorted by score, 0 to 100, which is the sum of their features; `match` is true for a certain one.", 413, 415, 422)
	form := &huma.Schema{Type: "object", Properties: map[string]*huma.Schema{"queries": {Type: "string", Description: "JSON: {\"q0\": {\"query\": …}}"}, "extend": {Type: "string", Description: "JSON: {\"ids\": […], \"properties\": […]}"}}}
	batch.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/x-www-form-urlencoded": {Schema: form}, "multipart/form-data": {Schema: form}, "application/json": {Schema: &huma.Schema{Type: "object"}}}}
	add(batch, s.answers("Candidates by query, or values by entity", typeOf[map[string]ReconResult](), typeOf[ReconResults1](), typeOf[ReconExtended](), typeOf[ReconExtended1]()), s.reconcileRoot)

	batch1 := op("reconcile-1", http.MethodPost, "/reconcile", "Find the concepts that cells of a table mean (1.0)", "As the draft of 1.0 has it: `{\"queries\": [{\"conditions\": […]}]}`.", 413, 415, 422)
	batch1.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: s.oneOf(typeOf[ReconBatch1]())}}}
	add(batch1, s.answers("Candidates, in the order of the queries", typeOf[ReconResults1]()), s.reconcileBatch1)

	extend1 := op("reconcile-extend-1", http.MethodPost, "/extend", "Fetch values of properties (1.0)", "", 413, 415, 422)
	extend1.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: s.oneOf(typeOf[ReconExtendQuery]())}}}
	add(extend1, s.answers("Values by entity", typeOf[ReconExtended1]()), s.reconcileExtend1)

	add(op("reconcile-propose", http.MethodGet, "/extend/propose", "Properties that can be fetched", "", 422), s.answers("The properties", typeOf[ReconProposal]()), s.reconcilePropose, kind, limit)
	add(op("reconcile-suggest", http.MethodGet, "/suggest/{what}", "Complete the name of a concept, a type or a property", "", 422), s.answers("What can be meant, best first", typeOf[ReconSuggestions]()), s.reconcileSuggest, what, prefix, cursor, limit, kind, lang)
	add(op("reconcile-flyout", http.MethodGet, "/flyout/{what}", "A concept, type or property in a few words of HTML", "", 422), s.answers("The words", typeOf[ReconFlyout]()), s.reconcileFlyout, what, id, lang)
	add(op("reconcile-preview", http.MethodGet, "/preview", "A small page about a concept, to be shown in a frame", "", 422),
		map[string]*huma.Response{"200": {Description: "The page", Content: map[string]*huma.MediaType{"text/html": {Schema: text}}}}, s.reconcilePreview, id, lang)
}

// A service is a release that is reconciled with, as it is open.
type service struct {
	*Opened
	rel  taxonomy.Release
	root string // URL of the service
	base string // URL of the server
	done func()
}

// service returns the service that a request is to. What is not the name of a
// release that is open is not found, whatever it is. The caller calls done.
func (s *Server) service(w http.ResponseWriter, r *http.Request) (*service, error) {
	raw := mux.Vars(r)["scheme"]
	name, err := url.PathUnescape(raw)
	missing := problem(http.StatusNotFound, "no-such-scheme", "no framework of this name and release is loaded; /v1/schemes lists what is")
	if err != nil {
		return nil, missing
	}
	ref, err := taxonomy.ParseRef(name)
	if err != nil {
		return nil, missing
	}
	opened, done, err := s.live.use()
	if err != nil {
		return nil, err
	}
	for _, rel := range opened.Releases {
		if rel.Scheme == ref.Scheme && (rel.Version == ref.Version || ref.Version == "" && rel.Current) {
			proto := "http"
			if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" { // a proxy in front may end TLS
				proto = "https"
			}
			base := proto + "://" + r.Host
			w.Header().Set("Concord-Releases", rel.Ref.String())
			return &service{opened, rel, base + "/reconcile/" + url.PathEscape(ref.String()), base, done}, nil
		}
	}
	done()
	return nil, missing
}

// reconcileRoot answers at a service's own address.
func (s *Server) reconcileRoot(w http.ResponseWriter, r *http.Request) error {
	v, err := s.service(w, r)
	if err != nil {
		return err
	}
	defer v.done()
	if r.Method == http.MethodPost && isJSON(r) {
		return s.reconcileJSON(w, r, v)
	}
	form, err := formOf(r)
	if err != nil {
		return err
	}
	switch {
	case form.Has("queries"):
		batch, err := s.parseBatch([]byte(form.Get("queries")))
		if err != nil {
			return err
		}
		results, err := s.reconcile(r.Context(), v, batch)
		if err != nil {
			return err
		}
		out := map[string]ReconResult{}
		for i, q := range batch {
			out[q.key] = ReconResult{results[i]}
		}
		return sendJSON(w, out)
	case form.Has("extend"):
		q, err := s.parseExtend([]byte(form.Get("extend")))
		if err != nil {
			return err
		}
		out, err := s.extend(r.Context(), v, q)
		if err != nil {
			return err
		}
		return sendJSON(w, out.v02())
	case form.Has("query"):
		return problem(http.StatusUnprocessableEntity, "", "single queries are of version 0.1; send a batch in queries: {\"q0\": {\"query\": …}}")
	case r.Method == http.MethodPost:
		return problem(http.StatusUnprocessableEntity, "", "send a form with queries or extend, or JSON as version 1.0 has it")
	}
	return s.manifest(w, r, v)
}

// manifest answers with the manifest of the version that a request asks for.
func (s *Server) manifest(w http.ResponseWriter, r *http.Request, v *service) error {
	version := r.URL.Query().Get("version")
	if version == "" {
		version = acceptedVersion(r.Header.Get("Accept"))
	}
	w.Header().Add("Vary", "Accept")
	m := s.manifestOf(v)
	switch version {
	case "", reconcile02:
		return sendJSON(w, m)
	case reconcile10, "1.0", "draft":
		return sendJSON(w, m.v1())
	}
	return problem(http.StatusNotAcceptable, "", "this service speaks the versions "+reconcile02+" and "+reconcile10)
}

// acceptedVersion is the version parameter of a media type in an Accept header.
func acceptedVersion(accept string) string {
	for _, part := range strings.Split(accept, ",") {
		for _, p := range strings.Split(part, ";")[1:] {
			if name, value, _ := strings.Cut(strings.TrimSpace(p), "="); strings.EqualFold(name, "version") {
				return strings.Trim(value, `"`)
			}
		}
	}
	return ""
}

func (s *Server) manifestOf(v *service) *ReconManifest {
	title := v.rel.Title
	if title == "" {
		title = v.rel.Scheme
	}
	space := string(v.rel.URI)
	if space == "" {
		space = v.root
	}
	at := func(what string) ReconService {
		return ReconService{v.root, "/suggest/" + what, v.root, "/flyout/" + what + "?id=${id}"}
	}
	m := &ReconManifest{
		Versions: []string{reconcile02, reconcile10}, Name: title + " " + v.rel.Version + " (Concord)", IdentifierSpace: space,
		SchemaSpace: "http://www.w3.org/2004/02/skos/core#", Documentation: v.base + "/docs#tag-reconciliation", ServiceVersion: s.cfg.Version,
		DefaultTypes: v.types(), View: ReconURL{v.base + "/v1/concept?uri={{id}}&scheme=" + url.QueryEscape(v.rel.Ref.String())},
		Suggest:   ReconSuggest{at("entity"), at("type"), at("property")},
		Preview:   ReconPreview{v.root + "/preview?id={{id}}", 400, 260},
		Extend:    ReconExtend{ReconService{URL: v.root, Path: "/extend/propose"}, v.settings()},
		BatchSize: batchSize,
	}
	if s.cfg.Access.RequireKey {
		m.Authentication = &ReconSecurity{"apiKey", "header", "Authorization", "Bearer KEY, with a key that the server's owner gives"}
	}
	return m
}

// v1 is m as the draft of 1.0 has it.
func (m *ReconManifest) v1() *ReconManifest1 {
	out := &ReconManifest1{m.Versions, m.Name, m.IdentifierSpace, m.SchemaSpace, m.Documentation, m.ServiceVersion, m.DefaultTypes,
		ReconURL{strings.Replace(m.View.URL, "{{id}}", "{id}", 1)}, map[string]bool{"entity": true, "type": true, "property": true},
		ReconPreview{Width: m.Preview.Width, Height: m.Preview.Height}, ReconExtend1{Propose: true}, m.BatchSize, true, m.Authentication}
	for _, x := range m.Extend.Settings {
		out.Extend.Settings = append(out.Extend.Settings, ReconSetting1{x.Name, x.Label, x.Type, x.Default, x.HelpText, x.Choices})
	}
	return out
}

// types are the kinds of concepts that the release holds, as types.
func (v *service) types() []ReconType {
	out := []ReconType{}
	for _, k := range taxonomy.Kinds {
		if v.rel.Concepts[k] > 0 {
			out = append(out, typeOfKind(k))
		}
	}
	return out
}

func typeOfKind(k taxonomy.Kind) ReconType {
	name := strings.ReplaceAll(string(k), "-", " ")
	return ReconType{string(k), strings.ToUpper(name[:1]) + name[1:]}
}
