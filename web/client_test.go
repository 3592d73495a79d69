package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"concord/web"
	"concord/web/client"
)

func TestClient(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Access = web.Access{Beyond: true, RequireKey: true} })
	ctx := t.Context()
	key := strings.TrimPrefix(s.key(nil, web.ScopeAdmin), "Authorization: Bearer ")
	c := &client.Client{URL: s.url + "/", Key: key}

	a, err := c.AlignText(ctx, course, client.AlignOptions{Targets: []string{"starter-esco"}, Max: 3, MinProbability: 0.1, Explain: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Alignments) == 0 || len(a.Alignments) > 3 || a.Alignments[0].Scheme != "starter-esco" || len(a.Alignments[0].Contributions) == 0 || !strings.Contains(course, a.Alignments[0].Evidence[0].Quote) || a.Engine.Schemes[0].Release != "1" {
		t.Errorf("aligned: %+v", a)
	}
	if a, err := c.Align(ctx, []byte(badge), "", client.AlignOptions{}); err != nil || !strings.HasPrefix(a.Document.Type, "OpenBadge") {
		t.Errorf("a badge: %+v, %v", a, err)
	}
	found, err := c.Search(ctx, "query relational data", client.SearchOptions{Schemes: []string{"starter-esco"}, Size: 2})
	if err != nil || len(found.Hits) == 0 || found.Hits[0].URI != sql || found.Total == 0 {
		t.Errorf("found: %+v, %v", found, err)
	}
	hits, err := c.Suggest(ctx, "query rel", client.SearchOptions{})
	if err != nil || len(hits) == 0 || hits[0].Label != "query relational data" {
		t.Errorf("suggested: %+v, %v", hits, err)
	}
	raw, err := c.Concept(ctx, sql, "starter-esco")
	var concept client.Link
	if err != nil || json.Unmarshal(raw, &concept) != nil || concept.URI != sql {
		t.Errorf("concept: %s, %v", raw, err)
	}
	ids, err := c.Decide(ctx, client.Decision{Subject: a.Document.Digest, Object: sql, Verdict: "accept"})
	if err != nil || len(ids) != 1 {
		t.Fatalf("decided: %v, %v", ids, err)
	}
	list, next, err := c.Decisions(ctx, a.Document.Digest, "")
	if err != nil || len(list) != 1 || list[0].ID != ids[0] || list[0].Reviewer != "Ada" || next != "" {
		t.Errorf("decisions: %+v, %q, %v", list, next, err)
	}
	applied, err := c.Apply(ctx, client.ApplyRequest{Document: json.RawMessage(badge), Accept: []string{sql}})
	if err != nil || !strings.Contains(string(applied.Document), sql) || len(applied.Patch) == 0 {
		t.Errorf("applied: %+v, %v", applied, err)
	}

	var p *client.Problem
	if _, err := c.AlignText(ctx, course, client.AlignOptions{Targets: []string{"none"}}); !errors.As(err, &p) || p.Status != 404 || p.Code != "not-found" || p.Detail == "" {
		t.Errorf("no such scheme: %v", err)
	}
	c.Key = ""
	if _, err := c.Search(ctx, "a", client.SearchOptions{}); !errors.As(err, &p) || p.Code != "key-required" {
		t.Errorf("without a key: %v", err)
	}
}

func TestClientBatchServed(t *testing.T) {
	s := newSite(t, nil)
	lines := []client.BatchLine{{ID: "a", Text: course}, {ID: "b", Document: json.RawMessage(`{"x":1}`)}, {ID: "c", Document: json.RawMessage(badge)}}
	var got []string
	for a, err := range (&client.Client{URL: s.url}).Batch(t.Context(), slices.Values(lines), "starter-esco") {
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case a.Problem != nil:
			got = append(got, a.ID+" "+a.Problem.Code)
		case len(a.Alignments) > 0:
			got = append(got, a.ID+" "+a.Document.Type)
		}
	}
	if want := []string{"a text/plain", "b invalid-document", "c OpenBadge/2.0"}; !slices.Equal(got, want) {
		t.Errorf("answers %q, want %q", got, want)
	}
}

func TestClientWaits(t *testing.T) {
	tried := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if tried++; tried < 3 {
			w.Header().Set("Retry-After", "0")
			w.WriteHeader([]int{0, 429, 503}[tried])
			return
		}
		fmt.Fprintf(w, `{"alignments":[{"label":%q}]}`, body)
	}))
	defer srv.Close()
	c := &client.Client{URL: srv.URL}
	a, err := c.AlignText(t.Context(), "again", client.AlignOptions{})
	if err != nil || tried != 3 || a.Alignments[0].Label != "again" {
		t.Errorf("after %d requests: %+v, %v", tried, a, err)
	}
	tried, c.Retries = 0, -1
	var p *client.Problem
	if _, err := c.AlignText(t.Context(), "once", client.AlignOptions{}); !errors.As(err, &p) || p.Status != 429 || tried != 1 {
		t.Errorf("never again: %d requests, %v", tried, err)
	}
}

func TestClientBatch(t *testing.T) {
	// Answers each line as it comes, so that holding either side would hang.
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		control.EnableFullDuplex()
		lines := bufio.NewScanner(r.Body)
		for n := 1; lines.Scan(); n++ {
			var l client.BatchLine
			if json.Unmarshal(lines.Bytes(), &l) != nil {
				return // the client has gone in the middle of a line
			}
			if l.Text == "bad" {
				fmt.Fprintf(w, `{"line":%d,"id":%q,"status":422,"code":"invalid-document","detail":"no"}`+"\n", n, l.ID)
			} else {
				fmt.Fprintf(w, `{"line":%d,"id":%q,"alignments":[{"label":%q}]}`+"\n", n, l.ID, l.Text)
			}
			control.Flush()
		}
	}))
	defer srv.Close()
	c := &client.Client{URL: srv.URL}
	answers := make(chan struct{}, 1)
	endless := func(yield func(client.BatchLine) bool) {
		for i := 0; ; i++ {
			text := fmt.Sprint("text ", i)
			if i%3 == 1 {
				text = "bad"
			}
			if !yield(client.BatchLine{ID: fmt.Sprint(i), Text: text}) {
				return
			}
			<-answers // nothing is sent before the answer to the last has come
		}
	}
	n := 0
	for a, err := range c.Batch(t.Context(), iter.Seq[client.BatchLine](endless), "x") {
		if err != nil {
			t.Fatal(err)
		}
		bad := n%3 == 1
		if a.Line != n+1 || a.ID != fmt.Sprint(n) || (a.Problem != nil) != bad || !bad && a.Alignments[0].Label != fmt.Sprint("text ", n) {
			t.Errorf("answer %d: %+v", n, a)
		}
		if n++; n == 10 {
			close(answers) // the sender may wait for an answer that nobody reads
			break
		}
		answers <- struct{}{}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	var last error
	for _, err := range c.Batch(ctx, func(yield func(client.BatchLine) bool) { yield(client.BatchLine{Text: "a"}); <-ctx.Done() }) {
		last = err
	}
	if !errors.Is(last, context.DeadlineExceeded) {
		t.Errorf("given up: %v", last)
	}
}
