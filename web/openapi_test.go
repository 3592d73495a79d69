package web_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/gorilla/mux"

	"concord/taxonomy"
	"concord/taxonomy/sqlite"
	"concord/web"
)

// undescribed are the routes that are not in the API's description, and why.
var undescribed = map[string]string{
	"/docs":                     "a page for people, made from the description",
	"/static/":                  "what pages are made of",
	"/metrics":                  "Prometheus's own format",
	"/ui":                       "a link of the pages that changes their language",
	"/align/download":           "a form of the pages; programs use POST /v1/apply",
	"/crosswalk/download":       "a file of the pages; concord crosswalk export writes the same",
	"/decide":                   "a form of the pages; programs use POST /v1/decisions",
	"/profile/download":         "a form of the pages; programs use POST /v1/profile",
	"/review/accept":            "a form of the pages; programs use POST /v1/decisions",
	"/review/undo":              "a form of the pages; programs use POST /v1/decisions",
	"/profile/keep":             "a form of the pages; programs keep what POST /v1/profile answers themselves",
	"/profile/kept/{id}/delete": "a form of the pages",

	"/session":          "a form of the pages; programs send their key with each request",
	"/openapi.json":     "the description itself",
	"/openapi.yaml":     "the description itself",
	"/openapi-3.0.json": "the description, for programs that know only OpenAPI 3.0",
	"/openapi-3.0.yaml": "the description, for programs that know only OpenAPI 3.0",
}

// An apiCase is a request to an operation, and how it is answered.
type apiCase struct {
	op, request string // operationId; method and path with query
	body        string
	header      []string // "Name: value"; a body is JSON where none says otherwise
	status      int
	code        string // of a problem
	forbidden   bool   // the description itself forbids the request
}

// described loads the API's description as a client would.
func described(t *testing.T, s *site, path string) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(s.ask("GET", path, "").body))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return doc
}

func TestOpenAPI(t *testing.T) {
	s := newSite(t, nil)
	doc := described(t, s, "/openapi.json")
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if doc.OpenAPI != "3.1.0" {
		t.Errorf("OpenAPI %s", doc.OpenAPI)
	}
	asJSON, err := doc.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	asYAML, err := described(t, s, "/openapi.yaml").MarshalJSON()
	if err != nil || !bytes.Equal(asJSON, asYAML) {
		t.Errorf("openapi.yaml is not openapi.json (%v)", err)
	}

	// Every route is described, or said above not to be.
	used := map[string]bool{}
	paths := map[string]bool{}
	err = web.Router(s.server).Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		if path, err := route.GetPathTemplate(); err == nil {
			paths[path] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = web.Router(s.server).Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		path, err := route.GetPathTemplate()
		if err != nil {
			return nil // matches no path of its own
		}
		used[path] = true
		item := doc.Paths.Value(path)
		if item == nil {
			if undescribed[path] == "" && !isPage(paths, path) {
				t.Errorf("%s is not in the description", path)
			}
			return nil
		}
		methods, err := route.GetMethods()
		if err != nil {
			t.Errorf("%s takes any method", path)
		}
		for _, m := range methods {
			if item.GetOperation(m) == nil {
				t.Errorf("%s %s is not in the description", m, path)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for path := range undescribed {
		if !used[path] {
			t.Errorf("%s is no route any more", path)
		}
	}

	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if op.OperationID == "" || op.Summary == "" || len(op.Tags) == 0 {
				t.Errorf("%s %s has no id, summary or tag", method, path)
			}
			for status, answer := range op.Responses.Map() {
				if status >= "4" && !(path == "/mcp" && status == "400") && answer.Value.Content["application/problem+json"] == nil {
					t.Errorf("%s %s answers %s without a problem", method, path, status)
				}
			}
		}
	}
}

// isPage reports whether a route is a page for people or its JSON twin.
func isPage(paths map[string]bool, path string) bool {
	if strings.HasPrefix(path, "/v1/") {
		return false
	}
	base, twin := strings.CutSuffix(path, ".json")
	return path == "/" || path == "/index.json" || twin && paths[base] || paths[path+".json"]
}

// apiSite is a site with what the cases ask for: a mapping set, a receipt.
func apiSite(t *testing.T) *site {
	s := newSite(t, nil)
	set := taxonomy.MappingSet{ID: "urn:example:set", Title: "Ours"}
	if err := s.store.Import(t.Context(), taxonomy.Release{}, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		if err := w.PutMappingSet(&set); err != nil {
			return err
		}
		_, err := w.PutMapping(&taxonomy.Mapping{Set: set.ID, Subject: "urn:guild:7", SubjectLabel: "asking databases", Predicate: taxonomy.ExactMatch, Object: sql})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestEveryOperation(t *testing.T) {
	s := apiSite(t)
	doc := described(t, s, "/openapi.json")
	doc.Servers = nil
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	good, bad := map[string]bool{}, map[string]bool{}
	for _, c := range append(apiCases(t), jobCases(t, s)...) {
		got := c.check(t, s, router)
		if got.status < 400 {
			good[c.op] = true
		} else {
			bad[c.op] = true
		}
	}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if !good[op.OperationID] || !bad[op.OperationID] {
				t.Errorf("%s (%s %s) needs a case in apiCases that is answered and one that is refused", op.OperationID, method, path)
			}
		}
	}
}

// check sends the case's request and sets it and its answer beside the description.
func (c apiCase) check(t *testing.T, s *site, router routers.Router) answered {
	t.Helper()
	method, path, _ := strings.Cut(c.request, " ")
	header := c.header
	if c.body != "" && !slices.ContainsFunc(header, func(h string) bool { return strings.HasPrefix(h, "Content-Type: ") }) {
		header = append(header, "Content-Type: application/json")
	}
	got := s.ask(method, path, c.body, header...)
	if got.status != c.status || got.code() != c.code {
		t.Errorf("%s %s: %d %q, want %d %q: %s", c.op, c.request, got.status, got.code(), c.status, c.code, got.body)
	}
	r := httptest.NewRequest(method, path, strings.NewReader(c.body))
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Add(name, value)
	}
	route, params, err := router.FindRoute(r)
	if err != nil {
		t.Errorf("%s: %v", c.request, err)
		return got
	}
	if route.Operation.OperationID != c.op {
		t.Errorf("%s is of %s, not %s", c.request, route.Operation.OperationID, c.op)
	}
	options := &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true, RejectWhenRequestBodyNotSpecified: true, SkipSettingDefaults: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: options}
	if err := openapi3filter.ValidateRequest(t.Context(), in); (err != nil) != c.forbidden {
		t.Errorf("%s %s: forbidden by the description: %v, want %v", c.op, c.request, err, c.forbidden)
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: got.status, Header: got.header, Options: options}
	out.SetBodyBytes([]byte(got.body))
	if err := openapi3filter.ValidateResponse(t.Context(), out); err != nil {
		t.Errorf("%s %s: the answer is not as described: %v", c.op, c.request, err)
	}
	return got
}

func init() {
	text := func(body io.Reader, _ http.Header, _ *openapi3.SchemaRef, _ openapi3filter.EncodingFn) (any, error) {
		raw, err := io.ReadAll(body)
		return string(raw), err
	}
	asJSON := func(body io.Reader, _ http.Header, _ *openapi3.SchemaRef, _ openapi3filter.EncodingFn) (v any, err error) {
		return v, json.NewDecoder(body).Decode(&v)
	}
	for _, media := range []string{"text/turtle", "text/html", "text/event-stream", "application/x-ndjson"} {
		openapi3filter.RegisterBodyDecoder(media, text)
	}
	openapi3filter.RegisterBodyDecoder("application/ld+json", asJSON)
}
