package web_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
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
	"/docs":             "a page for people, made from the description",
	"/static/":          "what pages are made of",
	"/metrics":          "Prometheus's own format",
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
	err = web.Router(s.server).Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		path, err := route.GetPathTemplate()
		if err != nil {
			return nil // matches no path of its own
		}
		used[path] = true
		item := doc.Paths.Value(path)
		if item == nil {
			if undescribed[path] == "" {
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
				if status >= "4" && status != "503" && status != "406" && answer.Value.Content["application/problem+json"] == nil {
					t.Errorf("%s %s answers %s without a problem", method, path, status)
				}
			}
		}
	}
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
	for _, c := range apiCases(t) {
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

// apiCases ask every operation for something it does and something it refuses.
func apiCases(t *testing.T) []apiCase {
	uri := url.QueryEscape(sql)
	sent := web.ApplyRequest{SentDocument: web.SentDocument{Document: json.RawMessage(badge), Name: "badge.json"}, Accept: []string{sql + "=exactMatch"}, Reviewer: "Ada"}
	apply := request(t, sent)
	sent.Accept = []string{"urn:nothing"}
	nothing := request(t, sent)
	var compact bytes.Buffer // as it stands in the request
	if err := json.Compact(&compact, []byte(badge)); err != nil {
		t.Fatal(err)
	}
	digest := fmt.Sprintf("sha256:%x", sha256.Sum256(compact.Bytes()))
	return []apiCase{
		{op: "health", request: "GET /healthz", status: 200},
		{op: "health", request: "GET /healthz?x=1", status: 422, code: "invalid"},
		{op: "ready", request: "GET /readyz", status: 200},
		{op: "ready", request: "GET /readyz?x=1", status: 422, code: "invalid"},

		{op: "list-schemes", request: "GET /v1/schemes", status: 200},
		{op: "list-schemes", request: "GET /v1/schemes", header: []string{"Authorization: Bearer concord_000000000000_AAAA"}, status: 401, code: "key-invalid"},
		{op: "list-releases", request: "GET /v1/schemes/starter-esco/releases", status: 200},
		{op: "list-releases", request: "GET /v1/schemes/none/releases", status: 404, code: "not-found"},
		{op: "list-concepts", request: "GET /v1/concepts?scheme=starter-esco&limit=3&kinds=skill,knowledge&lang=en", status: 200},
		{op: "list-concepts", request: "GET /v1/concepts?scheme=starter-onet@1", status: 200},
		{op: "list-concepts", request: "GET /v1/concepts?scheme=none", status: 404, code: "not-found"},
		{op: "list-concepts", request: "GET /v1/concepts?scheme=starter-esco&limit=0", status: 422, code: "invalid", forbidden: true},
		{op: "list-concepts", request: "GET /v1/concepts", status: 422, code: "invalid", forbidden: true},
		{op: "get-concept", request: "GET /v1/concept?uri=" + uri, status: 200},
		{op: "get-concept", request: "GET /v1/concept?uri=" + uri + "&scheme=starter-esco&lang=fr", header: []string{"Accept: text/turtle"}, status: 200},
		{op: "get-concept", request: "GET /v1/concept?uri=" + uri, header: []string{"Accept: application/ld+json"}, status: 200},
		{op: "get-concept", request: "GET /v1/concept?uri=" + uri, header: []string{"Accept: image/png"}, status: 406, code: "not-acceptable"},
		{op: "get-concept", request: "GET /v1/concept?uri=none", status: 404, code: "not-found"},
		{op: "hierarchy", request: "GET /v1/hierarchy?scheme=starter-esco", status: 200},
		{op: "hierarchy", request: "GET /v1/hierarchy?scheme=starter-onet", status: 200},
		{op: "hierarchy", request: "GET /v1/hierarchy?scheme=starter-skills", status: 200},
		{op: "hierarchy", request: "GET /v1/hierarchy?scheme=starter-esco&uri=" + uri, status: 200},
		{op: "hierarchy", request: "GET /v1/hierarchy?scheme=starter-esco&uri=none", status: 404, code: "not-found"},
		{op: "diff", request: "GET /v1/diff?from=starter-esco@1&to=starter-esco@1", status: 200},
		{op: "diff", request: "GET /v1/diff?from=starter-esco@1&to=starter-esco@2", status: 404, code: "not-found"},

		{op: "search", request: "GET /v1/search?q=data&facets=true&size=3&from=1", status: 200},
		{op: "search", request: "GET /v1/search?q=zzzzzz&schemes=starter-esco@1&kinds=skill&langs=en", status: 200},
		{op: "search", request: "GET /v1/search", status: 200},
		{op: "search", request: "GET /v1/search?q=a&size=1000", status: 422, code: "invalid", forbidden: true},
		{op: "search", request: "GET /v1/search?q=a&schemes=none", status: 404, code: "not-found"},
		{op: "suggest", request: "GET /v1/suggest?prefix=que", status: 200},
		{op: "suggest", request: "GET /v1/suggest?prefix=zzzz", status: 200},
		{op: "suggest", request: "GET /v1/suggest", status: 422, code: "invalid", forbidden: true},

		{op: "list-mapping-sets", request: "GET /v1/mapping-sets", status: 200},
		{op: "list-mapping-sets", request: "GET /v1/mapping-sets?x=1", status: 422, code: "invalid"},
		{op: "get-mapping-set", request: "GET /v1/mapping-sets/urn%3Aexample%3Aset", status: 200},
		{op: "get-mapping-set", request: "GET /v1/mapping-sets/none", status: 404, code: "not-found"},
		{op: "list-mappings", request: "GET /v1/mappings?uri=" + uri, status: 200},
		{op: "list-mappings", request: "GET /v1/mappings?uri=none", status: 200},
		{op: "list-mappings", request: "GET /v1/mappings?set=urn:example:set&status=proposed&limit=1", status: 200},
		{op: "list-mappings", request: "GET /v1/mappings?set=a&uri=b", status: 422, code: "invalid"},
		{op: "list-mappings", request: "GET /v1/mappings?set=a&status=good", status: 422, code: "invalid", forbidden: true},
		{op: "list-mappings", request: "GET /v1/mappings?set=a&cursor=x", status: 422, code: "bad-cursor"},
		{op: "translate", request: "POST /v1/translate", body: `{"concepts":["urn:guild:7","` + sql + `"],"to":"starter-onet"}`, status: 200},
		{op: "translate", request: "POST /v1/translate", body: `{"document":{"text":"` + course + `"},"to":"starter-esco"}`, status: 200},
		{op: "translate", request: "POST /v1/translate", body: `{"concepts":["urn:nothing"],"to":"starter-esco"}`, status: 404, code: "not-found"},
		{op: "translate", request: "POST /v1/translate", body: `{"concepts":[],"to":""}`, status: 422, code: "invalid", forbidden: true},

		{op: "align", request: "POST /v1/align?explain=true&targets=starter-esco,starter-onet&max=5", body: course, header: []string{"Content-Type: text/plain"}, status: 200},
		{op: "align", request: "POST /v1/align?minProbability=0.99", body: "Nothing of the kind.", header: []string{"Content-Type: text/plain"}, status: 200},
		{op: "align", request: "POST /v1/align", body: badge, header: []string{"Content-Type: application/ld+json"}, status: 200},
		{op: "align", request: "POST /v1/align", body: `{"text":"` + course + `"}`, status: 200},
		{op: "align", request: "POST /v1/align?targets=none", body: course, header: []string{"Content-Type: text/plain"}, status: 404, code: "not-found"},
		{op: "align", request: "POST /v1/align?max=0", body: course, header: []string{"Content-Type: text/plain"}, status: 422, code: "invalid", forbidden: true},
		{op: "align", request: "POST /v1/align", body: `{"a":`, status: 422, code: "invalid-document", forbidden: true},
		{op: "apply", request: "POST /v1/apply", body: apply, status: 200},
		{op: "apply", request: "POST /v1/apply", body: strings.Replace(apply, `"accept":["`+sql+`=exactMatch"]`, `"minProbability":0.3`, 1), status: 200},
		{op: "apply", request: "POST /v1/apply", body: nothing, status: 404, code: "not-found"},
		{op: "apply", request: "POST /v1/apply", body: `{"minProbability":2}`, status: 422, code: "invalid", forbidden: true},
		{op: "apply", request: "POST /v1/apply", body: `{`, status: 400, code: "bad-request", forbidden: true},
		{op: "get-receipt", request: "GET /v1/receipts/" + digest, status: 200},
		{op: "get-receipt", request: "GET /v1/receipts/sha256:" + strings.Repeat("0", 64), status: 404, code: "not-found"},
		{op: "get-receipt", request: "GET /v1/receipts/x", status: 422, code: "invalid", forbidden: true},
		{op: "compare", request: "POST /v1/compare", body: `{"a":{"text":"` + course + `"},"b":{"text":"Query relational data."},"targets":["starter-esco"]}`, status: 200},
		{op: "compare", request: "POST /v1/compare", body: `{"a":{"text":"` + course + `"},"occupation":"https://concord.example/starter/esco-layout/occupation/data-analyst"}`, status: 200},
		{op: "compare", request: "POST /v1/compare", body: `{"a":{"text":"` + course + `"}}`, status: 422, code: "invalid"},
		{op: "profile", request: "POST /v1/profile", body: `{"documents":[{"text":"` + course + `"}],"scheme":"starter-esco"}`, status: 200},
		{op: "profile", request: "POST /v1/profile", body: `{"documents":[{"text":"Nothing."}],"scheme":"starter-esco"}`, status: 200},
		{op: "profile", request: "POST /v1/profile", body: `{"documents":[],"scheme":"starter-esco"}`, status: 422, code: "invalid", forbidden: true},

		{op: "decide", request: "POST /v1/decisions", body: `{"decisions":[{"subject":"sha256:00","object":"` + sql + `","predicate":"skos:closeMatch","verdict":"accept","reviewer":"Ada"}]}`, status: 201},
		{op: "decide", request: "POST /v1/decisions", body: `{"decisions":[{"subject":"a","object":"b","verdict":"maybe","reviewer":"Ada"}]}`, status: 422, code: "invalid", forbidden: true},
		{op: "decide", request: "POST /v1/decisions", body: `{"decisions":[{"subject":"a","object":"b","verdict":"accept"}]}`, status: 422, code: "no-reviewer"},
		{op: "list-decisions", request: "GET /v1/decisions?reviewer=Ada&standing=true", status: 200},
		{op: "list-decisions", request: "GET /v1/decisions?cursor=x", status: 422, code: "bad-cursor"},
	}
}
