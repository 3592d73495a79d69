package web_test

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"concord/web"
)

func TestIdempotency(t *testing.T) {
	s := newSite(t, nil)
	decide := func(reason string) string {
		return fmt.Sprintf(`{"decisions":[{"subject":"sha256:x","object":"urn:x","verdict":"accept","reason":%q,"reviewer":"Ada"}]}`, reason)
	}
	const media, key = "Content-Type: application/json", "Idempotency-Key: one"
	ada, bob := s.key(nil, web.ScopeReview), s.key(nil, web.ScopeReview)
	steps := []struct {
		name, path, body string
		header           []string
		status           int
		code, replayed   string
	}{
		{"first", "/v1/decisions", decide("a"), []string{key}, 201, "", ""},
		{"again", "/v1/decisions", decide("a"), []string{key}, 201, "", "true"},
		{"another body", "/v1/decisions", decide("b"), []string{key}, 422, "idempotency-key-reused", ""},
		{"another query", "/v1/decisions?x=1", decide("a"), []string{key}, 422, "idempotency-key-reused", ""},
		{"another key", "/v1/decisions", decide("a"), []string{"Idempotency-Key: two"}, 201, "", ""},
		{"another caller", "/v1/decisions", decide("a"), []string{key, ada}, 201, "", ""},
		{"a third caller", "/v1/decisions", decide("b"), []string{key, bob}, 201, "", ""},
		{"another path", "/v1/align", `{"text":"` + course + `"}`, []string{key}, 200, "", ""},
		{"another path again", "/v1/align", `{"text":"` + course + `"}`, []string{key}, 200, "", "true"},
		{"what is wrong", "/v1/decisions", `{}`, []string{"Idempotency-Key: three"}, 422, "invalid", ""},
		{"what is wrong again", "/v1/decisions", `{}`, []string{"Idempotency-Key: three"}, 422, "invalid", "true"},
		{"too long", "/v1/decisions", decide("a"), []string{"Idempotency-Key: " + strings.Repeat("x", 201)}, 400, "idempotency-key-invalid", ""},
		{"not ASCII", "/v1/decisions", decide("a"), []string{"Idempotency-Key: ü"}, 400, "idempotency-key-invalid", ""},
		{"without", "/v1/decisions", decide("a"), nil, 201, "", ""},
	}
	answers := map[string]answered{}
	for _, step := range steps {
		got := s.ask("POST", step.path, step.body, append(step.header, media)...)
		if got.status != step.status || got.code() != step.code || got.header.Get("Idempotency-Replayed") != step.replayed {
			t.Errorf("%s: %d %v %s", step.name, got.status, got.header, got.body)
		}
		answers[step.name] = got
	}
	for _, name := range []string{"first", "another path", "what is wrong"} {
		again := strings.Replace(name, "first", "", 1) + " again"
		if a, b := answers[name], answers[strings.TrimSpace(again)]; a.body != b.body || a.header.Get("Content-Type") != b.header.Get("Content-Type") || a.header.Get("Concord-Releases") != b.header.Get("Concord-Releases") {
			t.Errorf("%s: answered\n%v %s\nand then\n%v %s", name, a.header, a.body, b.header, b.body)
		}
	}
	// A restart remembers what changed something; a day later nothing does.
	s.server.Close()
	s.restart()
	if got := s.ask("POST", "/v1/decisions", decide("a"), media, key); got.body != answers["first"].body || got.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("after a restart: %d %s", got.status, got.body)
	}
	s.server.Close()
	s.config.Now = func() time.Time { return time.Now().Add(25 * time.Hour) }
	s.restart()
	if got := s.ask("POST", "/v1/decisions", decide("b"), media, key); got.status != 201 || got.header.Get("Idempotency-Replayed") != "" {
		t.Errorf("a day later: %d %s", got.status, got.body)
	}
}

// TestIdempotencyAtOnce: while a request is worked on, its key is taken.
func TestIdempotencyAtOnce(t *testing.T) {
	s := newSite(t, nil)
	out, in := io.Pipe()
	req, err := http.NewRequestWithContext(t.Context(), "POST", s.url+"/v1/jobs?name=x.ndjson", out)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Idempotency-Key", "one")
	status := make(chan int)
	go func() {
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Error(err)
			status <- 0
			return
		}
		res.Body.Close()
		status <- res.StatusCode
	}()
	io.WriteString(in, `"`+course)
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if begun, _ := filepath.Glob(filepath.Join(s.home, "jobs", "upload-*")); len(begun) > 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the upload does not begin")
		}
	}
	if got := s.ask("POST", "/v1/jobs?name=x.ndjson", "", "Idempotency-Key: one"); got.status != 409 || got.code() != "in-progress" {
		t.Errorf("at the same time: %d %s", got.status, got.body)
	}
	io.WriteString(in, `"`)
	in.Close()
	if got := <-status; got != 201 {
		t.Errorf("the first: %d", got)
	}
}

// TestIdempotencyJob: a request makes one job, also where the server died
// before it could say so.
func TestIdempotencyJob(t *testing.T) {
	s := newSite(t, nil)
	const media, key = "Content-Type: application/x-ndjson", "Idempotency-Key: one"
	j := s.upload("", `"`+course+`"`, media, key)
	if again := s.upload("", `"`+course+`"`, media, key); again.ID != j.ID {
		t.Errorf("a second job %s for %s", again.ID, j.ID)
	}
	s.wait(j.ID)
	for r, err := range s.store.Records(t.Context(), "idempotency") { // as if it had died
		if err != nil {
			t.Fatal(err)
		}
		if err := s.store.DeleteRecord(t.Context(), "idempotency", r.ID); err != nil {
			t.Fatal(err)
		}
	}
	s.server.Close()
	s.restart()
	if again := s.upload("", `"`+course+`"`, media, key); again.ID != j.ID {
		t.Errorf("a second job %s for %s after a restart", again.ID, j.ID)
	}
	if got := s.ask("POST", "/v1/jobs", `"other"`, media, key); got.status != 422 || got.code() != "idempotency-key-reused" {
		t.Errorf("another upload: %d %s", got.status, got.body)
	}
}

// TestIdempotencyUnknown: a server that died over a request does not do it twice.
func TestIdempotencyUnknown(t *testing.T) {
	s := newSite(t, nil)
	const media, key = "Content-Type: application/json", "Idempotency-Key: one"
	body := `{"decisions":[{"subject":"sha256:x","object":"urn:x","verdict":"accept","reviewer":"Ada"}]}`
	s.ask("POST", "/v1/decisions", body, media, key)
	for r, err := range s.store.Records(t.Context(), "idempotency") {
		if err != nil {
			t.Fatal(err)
		}
		if err := s.store.PutRecord(t.Context(), "idempotency", r.ID, fmt.Appendf(nil, `{"at":%q}`, time.Now().Format(time.RFC3339))); err != nil {
			t.Fatal(err)
		}
	}
	s.server.Close()
	s.restart()
	if got := s.ask("POST", "/v1/decisions", body, media, key); got.status != 409 || got.code() != "outcome-unknown" {
		t.Errorf("%d %s", got.status, got.body)
	}
}
