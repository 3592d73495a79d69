package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"concord/alignment"
	"concord/web"
)

const course = "Query relational data with SQL, clean up datasets and build reporting dashboards."

func TestAlign(t *testing.T) {
	s := newSite(t, nil)
	for _, test := range []struct{ name, query, body, media string }{
		{"text as the body", "?targets=starter-esco&explain=true", course, "text/plain"},
		{"text in an object", "", `{"text":"` + course + `","targets":["starter-esco"],"explain":true}`, "application/json"},
		{"upload", "?targets=starter-esco&explain=true", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"course.txt\"\r\n\r\n" + course + "\r\n--x--\r\n", "multipart/form-data; boundary=x"},
	} {
		got := s.ask("POST", "/v1/align"+test.query, test.body, "Content-Type: "+test.media)
		var a alignment.Answer
		got.into(t, &a)
		if got.status != http.StatusOK || len(a.Alignments) == 0 || a.Alignments[0].Scheme != "starter-esco" || len(a.Alignments[0].Contributions) == 0 {
			t.Errorf("%s: %d %s", test.name, got.status, got.body)
		}
		if got.header.Get("Concord-Releases") != "starter-esco@1" {
			t.Errorf("%s: made from %q", test.name, got.header.Get("Concord-Releases"))
		}
		for _, ev := range a.Alignments[0].Evidence {
			if !strings.Contains(course, ev.Quote) {
				t.Errorf("%s: quote %q is not in the text", test.name, ev.Quote)
			}
		}
	}
	// A document that is JSON is not mistaken for a request.
	badge := `{"@context":"https://w3id.org/openbadges/v2","type":"BadgeClass","id":"https://example.org/b","name":"SQL querying","description":"` + course + `"}`
	var a alignment.Answer
	s.ask("POST", "/v1/align", badge, "Content-Type: application/json").into(t, &a)
	if !strings.HasPrefix(a.Document.Type, "OpenBadge/2") {
		t.Errorf("a badge was read as %s", a.Document.Type)
	}
}

func TestKeys(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Access = web.Access{Beyond: true, RequireKey: true} })
	read, review := s.key(nil, web.ScopeRead), s.key(nil, web.ScopeReview)
	soon := time.Now().Add(time.Hour)
	still := s.key(&soon, web.ScopeAlign)
	revoked := s.key(nil, web.ScopeRead)
	keys, err := web.Keys(t.Context(), s.store)
	if err != nil || len(keys) != 4 {
		t.Fatalf("%d keys, %v", len(keys), err)
	}
	id := strings.Split(revoked, "_")[1]
	if err := web.RevokeKey(t.Context(), s.store, id, time.Now()); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, method, path, key string
		status                  int
		code                    string
	}{
		{"no key", "GET", "/v1/schemes", "X: y", 401, "key-required"},
		{"health needs none", "GET", "/healthz", "X: y", 200, ""},
		{"read", "GET", "/v1/schemes", read, 200, ""},
		{"wrong scope", "POST", "/v1/align", review, 403, "scope"},
		{"right scope", "POST", "/v1/align", still, 200, ""},
		{"revoked", "GET", "/v1/schemes", revoked, 401, "key-invalid"},
		{"made up", "GET", "/v1/schemes", "Authorization: Bearer concord_000000000000_AAAA", 401, "key-invalid"},
		{"wrong secret", "GET", "/v1/schemes", read + "x", 401, "key-invalid"},
		{"basic", "GET", "/v1/schemes", "Authorization: Basic YTpi", 401, "key-invalid"},
		{"figures are the operator's", "GET", "/metrics", read, 403, "scope"},
	} {
		got := s.ask(test.method, test.path, course, test.key, "Content-Type: text/plain")
		if got.status != test.status || got.code() != test.code {
			t.Errorf("%s: %d %q, want %d %q: %s", test.name, got.status, got.code(), test.status, test.code, got.body)
		}
	}
	keys, err = web.Keys(t.Context(), s.store)
	if err != nil {
		t.Fatal(err)
	}
	used := 0
	for _, k := range keys {
		if k.LastUsed != nil {
			used++
		}
		if strings.Contains(read, k.Digest) || k.Digest == "" {
			t.Error("a key is kept in clear, or not at all")
		}
	}
	if used != 3 {
		t.Errorf("%d keys are noted as used, want 3", used)
	}
}

func TestReload(t *testing.T) {
	s := newSite(t, nil)
	if got := s.ask("GET", "/readyz", ""); got.status != 200 {
		t.Fatalf("not ready: %s", got.body)
	}
	ctx, stop := t.Context(), make(chan struct{})
	go func() { web.Watch(s.server, ctx, 5*time.Millisecond); close(stop) }()
	done := make(chan bool)
	go func() { // requests go on while a release is loaded
		defer close(done)
		for i := range 40 {
			if got := s.ask("POST", "/v1/align", course, "Content-Type: text/plain"); got.status != 200 {
				t.Errorf("request %d: %d %s", i, got.status, got.body)
			}
		}
	}()
	s.load("starter/starter-framework.ctdlasn.json", "starter-data-analytics@1")
	<-done
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if got := s.ask("POST", "/v1/align?targets=starter-data-analytics", course, "Content-Type: text/plain"); got.status == 200 {
			return
		}
	}
	t.Error("the new release was never served")
}
