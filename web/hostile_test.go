package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"concord/web"
)

// TestHostile is a table of what a caller can do wrong, on purpose or not, and
// what it gets. Nothing in it may be answered with 500, or stop the server.
func TestHostile(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Limits.Body = 100_000 })
	web.Router(s.server).HandleFunc("/test/panic", func(http.ResponseWriter, *http.Request) { panic("secret words") }).Methods("GET")
	const asJSON, asText = "Content-Type: application/json", "Content-Type: text/plain"
	deep := strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000)
	many := "/v1/search?q=a" + strings.Repeat("&kinds=skill", 3000)
	decide := func(fields string) string {
		return `{"decisions":[{"subject":"a","object":"b","reviewer":"Ada","verdict":"accept"` + fields + `}]}`
	}
	rows := []struct {
		name, request, body string
		header              []string
		status              int
		code                string
	}{
		{"a body that is too large", "POST /v1/align", strings.Repeat("a", 100_001), []string{asText}, 413, "too-large"},
		{"a body just small enough", "POST /v1/align", strings.Repeat("a ", 50_000), []string{asText}, 200, ""},
		{"nested JSON to align", "POST /v1/align", deep, []string{asJSON}, 422, "too-deep"},
		{"nested JSON-LD to align", "POST /v1/align", deep, []string{"Content-Type: application/ld+json"}, 422, "too-deep"},
		{"nested JSON beside options", "POST /v1/align", `{"document":` + deep + `}`, []string{asJSON}, 422, "too-deep"},
		{"nested JSON to decide", "POST /v1/decisions", deep, []string{asJSON}, 422, "too-deep"},
		{"nested JSON to translate", "POST /v1/translate", `{"document":{"document":` + deep + `},"to":"starter-esco"}`, []string{asJSON}, 422, "too-deep"},
		{"nested arrays to reconcile", "POST /reconcile/starter-esco/reconcile", strings.Repeat("[", 5000), []string{asJSON}, 422, "too-deep"},

		{"a form to align", "POST /v1/align", "a=b", []string{"Content-Type: application/x-www-form-urlencoded"}, 415, "unsupported-type"},
		{"a media type that is none", "POST /v1/align", "a", []string{"Content-Type: ;;;"}, 415, "unsupported-type"},
		{"an upload without a boundary", "POST /v1/align", "a", []string{"Content-Type: multipart/form-data"}, 400, "bad-upload"},
		{"XML to decide", "POST /v1/decisions", "<a/>", []string{"Content-Type: application/xml"}, 415, "unsupported-type"},
		{"XML to reconcile", "POST /reconcile/starter-esco", "<a/>", []string{"Content-Type: application/xml"}, 415, "unsupported-type"},
		{"no body", "POST /v1/decisions", "", []string{asJSON}, 400, "bad-request"},
		{"half a body", "POST /v1/decisions", `{"decisions":[`, []string{asJSON}, 400, "bad-request"},
		{"two bodies", "POST /v1/decisions", decide("") + "{}", []string{asJSON}, 400, "bad-request"},

		{"invalid UTF-8 as text", "POST /v1/align", "data \xff\xfe\xc3", []string{asText}, 422, "invalid-document"},
		{"invalid UTF-8 in JSON", "POST /v1/translate", "{\"concepts\":[\"\xff\"],\"to\":\"starter-esco\"}", []string{asJSON}, 404, "not-found"},
		{"invalid UTF-8 in a query", "GET /v1/search?q=%ff%fe", "", nil, 200, ""},
		{"NUL bytes as text", "POST /v1/align", "query data\x00\x00", []string{asText}, 422, "invalid-document"},
		{"NUL in a query", "GET /v1/search?q=a%00b", "", nil, 200, ""},
		{"NUL in a scheme's name", "GET /v1/concepts?scheme=a%00b", "", nil, 422, "invalid"},
		{"NUL in a URI", "GET /v1/concept?uri=%00", "", nil, 404, "not-found"},
		{"a query that is not escaped", "GET /v1/search?q=%zz", "", nil, 200, ""},

		{"a path for a scheme, encoded", "GET /v1/schemes/..%2f..%2fetc/releases", "", nil, 404, "not-found"},
		{"a path for a scheme, plain", "GET /v1/schemes/../../etc/releases", "", nil, 301, ""},
		{"a path for a scheme to align with", "POST /v1/align?targets=../../etc", "a", []string{asText}, 422, "invalid"},
		{"a path for a release", "GET /v1/concepts?scheme=starter-esco@../../1", "", nil, 422, "invalid"},
		{"a path for a scheme to reconcile with", "GET /reconcile/..%2f..%2fetc", "", nil, 404, "no-such-scheme"},
		{"out of the folder, plain", "GET /static/../templates/docs.html", "", nil, 301, ""},
		{"out of the folder, encoded", "GET /static/..%2ftemplates%2fdocs.html", "", nil, 404, "no-such-page"},
		{"out of the folder, encoded dots", "GET /static/%2e%2e/templates/docs.html", "", nil, 404, "no-such-page"},
		{"out of the folder, backslashes", "GET /static/..%5ctemplates%5cdocs.html", "", nil, 404, "no-such-page"},
		{"the folder itself", "GET /static/", "", nil, 404, "no-such-page"},
		{"a file name that is a path", "POST /v1/align?name=../../etc/passwd", course, []string{asText}, 200, ""},
		{"a digest that is a path", "GET /v1/receipts/..%2f..%2fx", "", nil, 422, "invalid"},
		{"an address that is elsewhere", "GET //example.org/", "", nil, 301, ""},

		{"a header that ends early, in a query", "GET /v1/search?q=a%0d%0aX-Evil:%201", "", nil, 200, ""},
		{"a header that ends early, in a scheme's name", "GET /v1/schemes/a%0d%0aX-Evil:1/releases", "", nil, 404, "not-found"},
		{"a request id that is none", "GET /v1/schemes", "", []string{"X-Request-Id: <script>alert(1)</script>"}, 200, ""},
		{"another machine's name", "GET /v1/schemes", "", []string{"Host: evil.example"}, 421, "wrong-host"},
		{"a name that begins like ours", "GET /v1/schemes", "", []string{"Host: localhost.evil.example:80"}, 421, "wrong-host"},
		{"an address that is not ours", "GET /v1/schemes", "", []string{"Host: 10.0.0.1"}, 421, "wrong-host"},
		{"a header that is too large", "GET /v1/schemes", "", []string{"X-A: " + strings.Repeat("a", 2<<20)}, 431, ""},
		{"3,000 parameters", "GET " + many, "", nil, 200, ""},
		{"an unknown parameter", "GET /v1/search?q=a&admin=true", "", nil, 422, "invalid"},
		{"a parameter that may be given once, twice", "GET /v1/search?q=a&size=1&size=2", "", nil, 200, ""},

		{"a method in a header", "GET /v1/decisions", "", []string{"X-HTTP-Method-Override: DELETE"}, 200, ""},
		{"a method in the query", "GET /v1/decisions?_method=DELETE", "", nil, 422, "invalid"},
		{"DELETE where there is none", "DELETE /v1/decisions", "", nil, 405, "method-not-allowed"},
		{"TRACE", "TRACE /v1/schemes", "", nil, 405, "method-not-allowed"},
		{"a method that is none", "SPLICE /v1/schemes", "", nil, 405, "method-not-allowed"},
		{"OPTIONS", "OPTIONS /v1/decisions", "", nil, 204, ""},
		{"HEAD", "HEAD /v1/schemes", "", nil, 200, ""},
		{"nothing there", "GET /v2/align", "", nil, 404, "no-such-page"},

		{"a key twice: the last counts", "POST /v1/decisions", decide(`,"reason":"one","reason":"two"`), []string{asJSON}, 201, ""},
		{"a key in two cases", "POST /v1/decisions", decide(`,"VERDICT":"reject"`), []string{asJSON}, 422, "invalid"},
		{"a number that is out of range", "POST /v1/decisions", decide(`,"supersedes":1e400`), []string{asJSON}, 400, "bad-request"},
		{"a number that is negative", "POST /v1/apply", `{"text":"a","minProbability":-1}`, []string{asJSON}, 422, "invalid"},
		{"NaN in JSON", "POST /v1/apply", `{"text":"a","minProbability":NaN}`, []string{asJSON}, 400, "bad-request"},
		{"NaN in a query", "POST /v1/align?minProbability=NaN", course, []string{asText}, 422, "invalid"},
		{"a probability of 7 beside a document", "POST /v1/align", `{"text":"a","minProbability":7}`, []string{asJSON}, 422, "invalid"},
		{"proposals without end", "POST /v1/align", `{"text":"a","max":1000000}`, []string{asJSON}, 422, "invalid"},
		{"infinity in a query", "POST /v1/align?minProbability=Inf", course, []string{asText}, 422, "invalid"},
		{"a limit below zero", "GET /v1/concepts?scheme=starter-esco&limit=-1", "", nil, 422, "invalid"},
		{"a limit beyond int64", "GET /v1/concepts?scheme=starter-esco&limit=99999999999999999999", "", nil, 422, "invalid"},
		{"hits far away", "GET /v1/search?q=a&from=10001", "", nil, 422, "invalid"},
		{"a cursor that was never given", "GET /v1/concepts?scheme=starter-esco&cursor=%27%22%3B--", "", nil, 200, ""},
		{"a cursor that is no number", "GET /v1/mappings?set=a&cursor=-1", "", nil, 422, "bad-cursor"},
		{"a cursor that is no number", "GET /v1/decisions?cursor=1e9", "", nil, 422, "bad-cursor"},

		{"a handler that panics", "GET /test/panic", "", nil, 500, "internal"},
	}
	for _, row := range rows {
		method, path, _ := strings.Cut(row.request, " ")
		got := s.ask(method, path, row.body, row.header...)
		if got.status != row.status || got.code() != row.code {
			t.Errorf("%s: %d %q, want %d %q: %.300s", row.name, got.status, got.code(), row.status, row.code, got.body)
		}
		if got.header.Get("X-Evil") != "" || strings.Contains(got.header.Get("X-Request-Id"), "<") {
			t.Errorf("%s: headers %v", row.name, got.header)
		}
		if to, err := url.Parse(got.header.Get("Location")); err != nil || to.Host != "" {
			t.Errorf("%s: sent to %s", row.name, got.header.Get("Location"))
		}
		if strings.Contains(got.body, "secret words") || strings.Contains(got.body, "goroutine") {
			t.Errorf("%s: says %s", row.name, got.body)
		}
		if got.status == 405 && got.header.Get("Allow") == "" {
			t.Errorf("%s: no Allow", row.name)
		}
		if csp := got.header.Get("Content-Security-Policy"); got.status != 431 && !strings.Contains(csp, "script-src 'self'") {
			t.Errorf("%s: Content-Security-Policy %q", row.name, csp)
		}
	}
}

// What means something to SQL, Lucene, a regular expression, a template or a
// shell means nothing here, wherever it stands.
func TestMetacharacters(t *testing.T) {
	s := newSite(t, nil)
	words := []string{`' OR 1=1; DROP TABLE concepts; --`, `"; SELECT * FROM records`, `+a -b "c d"~2 title:x^9 [a TO z] {a}`, `a* ?b \ /.*(/`, `(((((((((((a+)+)+)+$`, `%27%_%`,
		`{{.}} ${7*7} <script>`, "`id` | $(id)", strings.Repeat("*", 200), "\u202e\u200b\ufeff", "concepts\x1b[31m"}
	doc := described(t, s, "/openapi.json")
	for path, item := range doc.Paths.Map() {
		if item.Get == nil || strings.Contains(path, "{id}/") {
			continue
		}
		for _, p := range item.Get.Parameters {
			if p.Value.In == "header" {
				continue
			}
			for _, word := range words {
				at, q := path, url.Values{}
				for _, other := range item.Get.Parameters {
					value := map[string]string{"scheme": "starter-esco", "prefix": "a", "uri": sql, "from": "starter-esco@1", "to": "starter-esco@1", "id": sql, "what": "entity", "digest": "sha256:" + strings.Repeat("0", 64)}[other.Value.Name]
					if path == "/v1/search" && other.Value.Name == "from" {
						value = "0"
					}
					if other.Value.Name == p.Value.Name {
						value = word
					}
					switch {
					case other.Value.In == "path":
						at = strings.ReplaceAll(at, "{"+other.Value.Name+"}", url.PathEscape(value))
					case other.Value.In == "query" && (other.Value.Required || other.Value.Name == p.Value.Name):
						q.Set(other.Value.Name, value)
					}
				}
				got := s.ask("GET", at+"?"+q.Encode(), "")
				if got.status >= 500 || got.status == 401 || strings.Contains(strings.ToLower(got.body), "sqlite") || strings.Contains(got.body, "syntax error") {
					t.Errorf("%s with %s=%q: %d %.300s", path, p.Value.Name, word, got.status, got.body)
				}
			}
		}
	}
	if got := s.ask("GET", "/v1/search?q=query+relational+data", ""); got.status != 200 || !strings.Contains(got.body, sql) {
		t.Errorf("afterwards: %d %s", got.status, got.body)
	}
}

func TestHostileCallers(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Access = web.Access{Beyond: true} })
	soon := time.Now().Add(20 * time.Millisecond)
	review, read, expired := s.key(nil, web.ScopeReview), s.key(nil, web.ScopeRead), s.key(&soon, web.ScopeReview)
	revoked := s.key(nil, web.ScopeReview)
	if err := web.RevokeKey(t.Context(), s.store, strings.Split(revoked, "_")[1], time.Now()); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Until(soon) + time.Millisecond)
	cookie := "Cookie: concord_key=" + strings.TrimPrefix(review, "Authorization: Bearer ")
	stale := "Cookie: concord_key=" + strings.TrimPrefix(revoked, "Authorization: Bearer ")
	body := `{"decisions":[{"subject":"a","object":"b","verdict":"accept"}]}`
	const evil = "Origin: https://evil.example"
	for _, row := range []struct {
		name, request string
		header        []string
		status        int
		code          string
	}{
		{"no key", "POST /v1/decisions", nil, 401, "key-required"},
		{"the right key", "POST /v1/decisions", []string{review}, 201, ""},
		{"an expired key", "POST /v1/decisions", []string{expired}, 401, "key-invalid"},
		{"a revoked key", "POST /v1/decisions", []string{revoked}, 401, "key-invalid"},
		{"another's scope", "POST /v1/decisions", []string{read}, 403, "scope"},
		{"an empty key", "POST /v1/decisions", []string{"Authorization: Bearer "}, 401, "key-invalid"},
		{"no scheme", "POST /v1/decisions", []string{"Authorization: concord"}, 401, "key-invalid"},
		{"half a key", "POST /v1/decisions", []string{review[:40]}, 401, "key-invalid"},
		{"a key with SQL", "POST /v1/decisions", []string{"Authorization: Bearer concord_' OR 1=1 --_x"}, 401, "key-invalid"},
		{"a key of 60,000 letters", "POST /v1/decisions", []string{"Authorization: Bearer concord_" + strings.Repeat("a", 60_000) + "_b"}, 401, "key-invalid"},
		{"a key in the query", "POST /v1/decisions?key=" + strings.TrimPrefix(review, "Authorization: Bearer "), nil, 401, "key-required"},
		{"a cookie", "POST /v1/decisions", []string{cookie}, 201, ""},
		{"a cookie, from another site", "POST /v1/decisions", []string{cookie, evil}, 403, "cross-origin"},
		{"a cookie, from a sister site", "POST /v1/decisions", []string{cookie, "Sec-Fetch-Site: same-site"}, 403, "cross-origin"},
		{"a cookie, from no site", "POST /v1/decisions", []string{cookie, "Origin: null"}, 403, "cross-origin"},
		{"a cookie to a public service, from another site", "POST /reconcile/starter-esco", []string{cookie, evil}, 403, "cross-origin"},
		{"asking before, from another site", "OPTIONS /v1/decisions", []string{evil, "Access-Control-Request-Method: POST"}, 204, ""},
		{"a page of another site gives a key", "POST /session", []string{evil}, 403, "cross-origin"},
		{"a stale cookie does not shut the door", "GET /docs", []string{stale}, 200, ""},
		{"nor does it open one", "POST /v1/decisions", []string{stale}, 401, "key-invalid"},
		{"figures", "GET /metrics", nil, 401, "key-required"},
		{"figures, with HEAD", "HEAD /metrics", nil, 401, ""},
	} {
		method, path, _ := strings.Cut(row.request, " ")
		got := s.ask(method, path, body, append(row.header, "Content-Type: application/json")...)
		if got.status != row.status || got.code() != row.code {
			t.Errorf("%s: %d %q, want %d %q: %.300s", row.name, got.status, got.code(), row.status, row.code, got.body)
		}
		if got.header.Get("Access-Control-Allow-Origin") != "" && !strings.Contains(path, "reconcile") {
			t.Errorf("%s: another site may read the answer", row.name)
		}
	}
	// What one caller may keep is not for another.
	got := s.ask("GET", "/v1/decisions", "", read)
	if !strings.Contains(got.header.Get("Cache-Control"), "private") || !strings.Contains(strings.Join(got.header.Values("Vary"), ","), "Authorization") {
		t.Errorf("kept by a cache for all: %v", got.header)
	}
	// A session never leads elsewhere.
	for back, want := range map[string]string{"/docs": "/docs", "//evil.example": "/", "/\t/evil.example": "/", `/\evil.example`: "/", "https://evil.example": "/", "javascript:alert(1)": "/", "/a\r\nX: y": "/"} {
		form := url.Values{"key": {strings.TrimPrefix(review, "Authorization: Bearer ")}, "back": {back}}
		got := s.ask("POST", "/session", form.Encode(), "Content-Type: application/x-www-form-urlencoded")
		set := got.header.Get("Set-Cookie")
		if got.status != 303 || got.header.Get("Location") != want || !strings.Contains(set, "HttpOnly") || !strings.Contains(set, "SameSite=Strict") || !strings.Contains(set, "Secure") {
			t.Errorf("back to %q: %d %v", back, got.status, got.header)
		}
	}
}

// A proxy on this machine makes every request look like one from here.
func TestBehindProxy(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Limits.Rate, c.Limits.Burst = 1, 3 })
	const from = "X-Forwarded-For: 203.0.113.7"
	body := `{"decisions":[{"subject":"a","object":"b","verdict":"accept","reviewer":"Ada"}]}`
	if got := s.ask("POST", "/v1/decisions", body, "Content-Type: application/json", from); got.status != 401 {
		t.Errorf("a decision through a proxy without a key: %d %s", got.status, got.body)
	}
	if got := s.ask("POST", "/v1/decisions", body, "Content-Type: application/json"); got.status != 201 {
		t.Errorf("a decision from here: %d %s", got.status, got.body)
	}
	last := 0
	for i := range 5 { // naming other clients brings no bucket of their own
		last = s.ask("GET", "/v1/schemes", "", fmt.Sprintf("X-Forwarded-For: 203.0.113.%d", i)).status
	}
	if last != 429 {
		t.Errorf("the fifth request through the proxy: %d", last)
	}
}

func TestRateLimit(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Limits.Rate, c.Limits.Burst = 0.5, 4 })
	key, other := s.key(nil, web.ScopeRead), s.key(nil, web.ScopeRead)
	for i := range 4 {
		if got := s.ask("GET", "/v1/schemes", "", key); got.status != 200 || got.header.Get("RateLimit") == "" || got.header.Get("RateLimit-Policy") == "" {
			t.Fatalf("request %d: %d %v", i, got.status, got.header)
		}
	}
	got := s.ask("GET", "/v1/schemes", "", key)
	if wait, err := strconv.Atoi(got.header.Get("Retry-After")); got.status != 429 || got.code() != "too-many-requests" || err != nil || wait < 1 || wait > 3 {
		t.Errorf("one too many: %d %q, Retry-After %q", got.status, got.code(), got.header.Get("Retry-After"))
	}
	if got := s.ask("GET", "/v1/schemes", "", other); got.status != 200 {
		t.Errorf("another's key: %d", got.status)
	}
	if got := s.ask("GET", "/v1/schemes", ""); got.status != 200 {
		t.Errorf("from here without a key: %d", got.status)
	}
	// Keys are not guessed faster than they are used.
	for range 5 {
		got = s.ask("GET", "/v1/schemes", "", "Authorization: Bearer concord_0_0", "X-Forwarded-For: 203.0.113.7")
	}
	if got.status != 429 {
		t.Errorf("the fifth guess: %d", got.status)
	}
}
