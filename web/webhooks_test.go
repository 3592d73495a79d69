package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"concord/web"
)

// A receiver is somebody's server that webhooks call.
type receiver struct {
	mu     sync.Mutex
	answer []int // statuses to come; then 204
	got    []received
}

type received struct {
	header http.Header
	body   string
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got = append(r.got, received{req.Header, string(body)})
	status := http.StatusNoContent
	if len(r.answer) > 0 {
		status, r.answer = r.answer[0], r.answer[1:]
	}
	w.Header().Set("Location", "/elsewhere")
	w.WriteHeader(status)
}

// wait returns the first n calls.
func (r *receiver) wait(t *testing.T, n int) []received {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		r.mu.Lock()
		got := r.got
		r.mu.Unlock()
		if len(got) >= n {
			return got
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d calls, want %d", len(got), n)
		}
	}
}

// hook registers a webhook.
func (s *site) hook(url, event string) web.Webhook {
	s.t.Helper()
	got := s.ask("POST", "/v1/webhooks", fmt.Sprintf(`{"url":%q,"events":[%q]}`, url, event), "Content-Type: application/json")
	var h web.Webhook
	got.into(s.t, &h)
	if got.status != http.StatusCreated || h.Secret == "" {
		s.t.Fatalf("registering: %d %s", got.status, got.body)
	}
	return h
}

// hooks lists webhooks by id.
func (s *site) hooks() map[string]web.WebhookLog {
	s.t.Helper()
	var out struct{ Webhooks []web.WebhookLog }
	got := s.ask("GET", "/v1/webhooks", "")
	if got.into(s.t, &out); strings.Contains(got.body, "whsec_") {
		s.t.Error("a secret is shown again")
	}
	by := map[string]web.WebhookLog{}
	for _, h := range out.Webhooks {
		by[h.ID] = h
	}
	return by
}

func TestWebhookJob(t *testing.T) {
	r := &receiver{answer: []int{500, 302}}
	srv := httptest.NewServer(r)
	defer srv.Close()
	s := newSite(t, func(c *web.Config) {
		c.Webhooks = web.Webhooks{AllowPrivate: true, Waits: []time.Duration{20 * time.Millisecond, 20 * time.Millisecond, time.Hour}}
	})
	h, other := s.hook(srv.URL+"/hook?a=b", web.EventJobDone), s.hook(srv.URL, web.EventReleaseLoaded)
	j := s.upload("", `"`+course+`"`, "Content-Type: application/x-ndjson")
	got := r.wait(t, 3)
	for i, call := range got {
		var e web.Event
		if err := json.Unmarshal([]byte(call.body), &e); err != nil || e.Event != web.EventJobDone || e.Job == nil || e.Job.ID != j.ID || e.Job.State != web.JobDone || e.Job.Progress.Done != 1 {
			t.Errorf("call %d: %v, %s", i, err, call.body)
		}
		var at int64
		fmt.Sscanf(call.header.Get("Concord-Signature"), "t=%d", &at)
		if call.header.Get("Concord-Signature") != web.Signature(h.Secret, time.Unix(at, 0), []byte(call.body)) || time.Since(time.Unix(at, 0)) > time.Minute ||
			call.header.Get("Concord-Event") != web.EventJobDone || call.header.Get("Concord-Delivery") != got[0].header.Get("Concord-Delivery") {
			t.Errorf("call %d: header %v", i, call.header)
		}
	}
	var log web.WebhookLog
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if log = s.hooks()[h.ID]; log.Deliveries[0].State == "delivered" {
			break
		}
	}
	if d := log.Deliveries; len(d) != 1 || d[0].State != "delivered" || len(d[0].Attempts) != 3 || d[0].Attempts[0].Status != 500 || d[0].Attempts[1].Status != 302 || d[0].Next != nil {
		t.Errorf("log %+v", d)
	}
	if d := s.hooks()[other.ID].Deliveries; len(d) != 0 {
		t.Errorf("another event was told: %+v", d)
	}
	if got := s.ask("DELETE", "/v1/webhooks/"+h.ID, ""); got.status != 204 {
		t.Errorf("removing: %d", got.status)
	}
	if got := s.ask("DELETE", "/v1/webhooks/"+h.ID, ""); got.status != 404 {
		t.Errorf("removing again: %d", got.status)
	}
	s.wait(s.upload("", `"`+course+`"`, "Content-Type: application/x-ndjson").ID)
	if n := len(r.wait(t, 3)); n != 3 {
		t.Errorf("a webhook that was removed was called: %d calls", n)
	}
}

// TestWebhookRestart: what a receiver did not take is sent by the next server.
func TestWebhookRestart(t *testing.T) {
	r := &receiver{answer: []int{503}}
	srv := httptest.NewServer(r)
	defer srv.Close()
	s := newSite(t, func(c *web.Config) {
		c.Webhooks = web.Webhooks{AllowPrivate: true, Waits: []time.Duration{time.Hour}}
	})
	h := s.hook(srv.URL, web.EventJobDone)
	s.upload("", `"`+course+`"`, "Content-Type: application/x-ndjson")
	r.wait(t, 1)
	for s.hooks()[h.ID].Deliveries[0].Attempts == nil || len(s.hooks()[h.ID].Deliveries[0].Attempts) == 0 {
		time.Sleep(5 * time.Millisecond)
	}
	s.server.Close()
	s.config.Now = func() time.Time { return time.Now().Add(2 * time.Hour) }
	s.restart()
	if got := r.wait(t, 2); got[0].body != got[1].body {
		t.Errorf("sent\n%s\nand\n%s", got[0].body, got[1].body)
	}
}

func TestWebhookRelease(t *testing.T) {
	r := &receiver{}
	srv := httptest.NewServer(r)
	defer srv.Close()
	s := newSite(t, func(c *web.Config) { c.Webhooks.AllowPrivate = true })
	s.hook(srv.URL, web.EventReleaseLoaded)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go web.Watch(s.server, ctx, 5*time.Millisecond)
	s.load("starter/starter-skills.rsd.csv", "another@7")
	var e web.Event
	if err := json.Unmarshal([]byte(r.wait(t, 1)[0].body), &e); err != nil || e.Event != web.EventReleaseLoaded || len(e.Releases) != 1 ||
		e.Releases[0].Scheme != "another" || e.Releases[0].Release != "7" || e.Releases[0].Digest == "" || !e.Releases[0].Current {
		t.Errorf("told %+v, %v", e, err)
	}
}

func TestWebhookRefused(t *testing.T) {
	s := newSite(t, nil)
	for _, test := range []struct {
		url    string
		status int
	}{
		{"http://127.0.0.1:9/x", 422}, {"http://localhost/x", 422}, {"https://10.1.2.3/", 422}, {"http://192.168.0.1", 422}, {"http://172.16.0.1", 422},
		{"http://169.254.169.254/latest/meta-data", 422}, {"http://[::1]/", 422}, {"http://[fe80::1]/", 422}, {"http://[fd00::1]/", 422}, {"http://[::ffff:127.0.0.1]/", 422},
		{"http://0.0.0.0/", 422}, {"http://100.64.0.1/", 422}, {"http://[64:ff9b::7f00:1]/", 422}, {"http://224.0.0.1/", 422}, {"http://2130706433/", 422},
		{"ftp://1.1.1.1/", 422}, {"http://me:secret@1.1.1.1/", 422}, {"file:///etc/passwd", 422}, {"http:///x", 422}, {"nothing", 422},
		{"https://1.1.1.1/hook", 201}, {"http://[2606:4700:4700::1111]:8080/hook", 201},
	} {
		got := s.ask("POST", "/v1/webhooks", fmt.Sprintf(`{"url":%q,"events":["job.done"]}`, test.url), "Content-Type: application/json")
		if got.status != test.status {
			t.Errorf("%s: %d %s", test.url, got.status, got.body)
		}
	}
	if got := s.ask("POST", "/v1/webhooks", `{"url":"https://1.1.1.1/","events":["other"]}`, "Content-Type: application/json"); got.status != 422 {
		t.Errorf("an event that there is not: %d", got.status)
	}
	for _, scope := range []web.Scope{web.ScopeRead, web.ScopeAlign, web.ScopeReview} {
		if got := s.ask("GET", "/v1/webhooks", "", s.key(nil, scope)); got.status != 403 {
			t.Errorf("with the scope %s: %d", scope, got.status)
		}
	}
}

// TestWebhookDial: a name that leads to a private address by the time it is
// called is not called.
func TestWebhookDial(t *testing.T) {
	r := &receiver{}
	srv := httptest.NewServer(r)
	defer srv.Close()
	s := newSite(t, func(c *web.Config) { c.Webhooks.AllowPrivate = true })
	h := s.hook(strings.Replace(srv.URL, "127.0.0.1", "localhost", 1), web.EventJobDone)
	s.server.Close()
	s.config.Webhooks = web.Webhooks{}
	s.restart()
	s.upload("", `"`+course+`"`, "Content-Type: application/x-ndjson")
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if d := s.hooks()[h.ID].Deliveries; len(d) > 0 && len(d[0].Attempts) > 0 {
			if !strings.Contains(d[0].Attempts[0].Error, "is not called") || len(r.wait(t, 0)) != 0 {
				t.Errorf("log %+v", d)
			}
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("no attempt")
		}
	}
}
