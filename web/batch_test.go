package web_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"concord/web"
)

// lineOf is what a line of an answer holds.
type lineOf struct {
	Line       int
	File       string
	ID         any
	Code       string
	Status     int
	Detail     string
	Document   struct{ Name, Type string }
	Alignments []struct {
		Scheme        string
		Contributions map[string]float64
	}
}

func linesOf(t *testing.T, body string) (out []lineOf) {
	t.Helper()
	for l := range strings.Lines(body) {
		var v lineOf
		if err := json.Unmarshal([]byte(l), &v); err != nil {
			t.Fatalf("%v in %s", err, l)
		}
		out = append(out, v)
	}
	return out
}

func TestBatch(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Limits.Body = 5000; c.Limits.Depth = 20 })
	body := strings.Join([]string{
		`"` + course + `"`, // 1
		`{"text":"` + course + `","id":"a","targets":["starter-esco"],"explain":true}`,                                       // 2
		`{"id":7,"document":{"@context":"https://schema.org","@type":"Course","name":"SQL","description":"` + course + `"}}`, // 3
		``, // 4: no answer
		`{"title":"Databases","description":"` + course + `"}`, // 5
		`{"broken`, // 6
		`{"text":"x","targets":["nowhere"],"id":"b"}`,     // 7
		`"` + strings.Repeat("long ", 2000) + `"`,         // 8
		strings.Repeat("[", 30) + strings.Repeat("]", 30), // 9
		`{"text":"x","id":{"no":"scalar"}}`,               // 10
		`{"text":"x","max":1000}`,                         // 11
		`{"text":"` + course + `","id":"last"}`,           // 12, without a line end
	}, "\n")
	got := s.ask("POST", "/v1/align/batch?targets=starter-onet,starter-skills", body, "Content-Type: application/x-ndjson")
	if got.status != http.StatusOK || got.header.Get("Content-Type") != "application/x-ndjson" || got.header.Get("Concord-Releases") != "starter-onet@1 starter-skills@1" {
		t.Errorf("status %d, header %v", got.status, got.header)
	}
	lines := linesOf(t, got.body)
	for i, want := range []struct {
		line int
		id   any
		code string
		name string
	}{
		{1, nil, "", ""}, {2, "a", "", ""}, {3, 7.0, "", "SQL"}, {5, nil, "", "Databases"}, {6, nil, "invalid-document", ""}, {7, "b", "not-found", ""},
		{8, nil, "too-large", ""}, {9, nil, "too-deep", ""}, {10, nil, "invalid-document", ""}, {11, nil, "invalid", ""}, {12, "last", "", ""},
	} {
		if i >= len(lines) {
			t.Fatalf("%d lines: %s", len(lines), got.body)
		}
		l := lines[i]
		if l.Line != want.line || l.ID != want.id || l.Code != want.code || (want.name != "" && l.Document.Name != want.name) {
			t.Errorf("line %d = %+v, want %+v", i, l, want)
		}
		if want.code == "" && len(l.Alignments) == 0 {
			t.Errorf("line %d: nothing is proposed", want.line)
		}
		for _, a := range l.Alignments {
			if (a.Scheme == "starter-esco") != (want.line == 2) || (a.Contributions != nil) != (want.line == 2) {
				t.Errorf("line %d is aligned with other options than its own or the query's: %+v", want.line, a)
			}
		}
	}
	for _, test := range []struct {
		path, header string
		status       int
	}{
		{"/v1/align/batch", "Content-Type: multipart/form-data; boundary=x", 415},
		{"/v1/align/batch?targets=nowhere", "Content-Type: application/x-ndjson", 404},
		{"/v1/align/batch?max=0", "Content-Type: application/x-ndjson", 422},
		{"/v1/align/batch?maxx=3", "Content-Type: application/x-ndjson", 422},
	} {
		if got := s.ask("POST", test.path, "{}", test.header); got.status != test.status {
			t.Errorf("%s %s: status %d, want %d: %s", test.path, test.header, got.status, test.status, got.body)
		}
	}
}

// counted counts what is read of it.
type counted struct {
	r io.Reader
	n atomic.Int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// endless repeats a line.
type endless struct {
	line []byte
	at   int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.line[e.at:])
	e.at = (e.at + n) % len(e.line)
	return n, nil
}

// TestBatchSlowReader: lines come back while others are still sent, and who
// takes no answers is not read from.
func TestBatchSlowReader(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Limits.Streams = 1 })
	body := &counted{r: &endless{line: []byte(`"` + strings.Repeat(course+" ", 20) + `"` + "\n")}}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "POST", s.url+"/v1/align/batch", io.NopCloser(body))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if got := s.ask("POST", "/v1/align/batch", "{}"); got.status != 503 || got.code() != "busy" || got.header.Get("Retry-After") == "" {
		t.Errorf("a stream more than allowed: %d %s", got.status, got.body)
	}
	in := bufio.NewReader(res.Body)
	for n := 1; n <= 3; n++ {
		raw, err := in.ReadBytes('\n')
		var l lineOf
		if err != nil || json.Unmarshal(raw, &l) != nil || l.Line != n {
			t.Fatalf("line %d: %v, %+v", n, err, l)
		}
	}
	// Nothing more is taken. What is in the buffers of the two ends fills up,
	// and then the server stops reading.
	last, still := int64(-1), 0
	for deadline := time.Now().Add(20 * time.Second); still < 5; time.Sleep(100 * time.Millisecond) {
		if n := body.n.Load(); n == last {
			still++
		} else {
			last, still = n, 0
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d bytes were read of a body whose answers nobody takes", last)
		}
	}
	cancel() // the client goes: its turn is free again
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if s.ask("POST", "/v1/align/batch", "{}").status == 200 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the stream of a client that has gone goes on")
		}
	}
}

// TestBatchEnds: a body that stops coming, and a server that stops, end the
// stream with a problem that says from where to go on.
func TestBatchEnds(t *testing.T) {
	for _, test := range []struct {
		name, code string
		change     func(*web.Config)
		act        func(*site)
	}{
		{"too slow", "too-slow", func(c *web.Config) { c.Limits.ReadTimeout = 50 * time.Millisecond }, func(*site) {}},
		{"shutdown", "shutting-down", nil, func(s *site) { web.Stop(s.server) }},
		{"too large", "too-large", func(c *web.Config) { c.Limits.Upload = 300 }, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSite(t, test.change)
			out, in := io.Pipe()
			defer in.Close()
			req, err := http.NewRequestWithContext(t.Context(), "POST", s.url+"/v1/align/batch", out)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/x-ndjson")
			go func() {
				fmt.Fprintf(in, "%q\n%q\n", course, course)
				if test.act == nil {
					in.Write(bytes.Repeat([]byte("x"), 1000))
				}
			}()
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			lines := bufio.NewScanner(res.Body)
			lines.Buffer(nil, 1<<20)
			var got []lineOf
			for lines.Scan() {
				got = append(got, linesOf(t, lines.Text())...)
				if len(got) == 2 && test.act != nil {
					test.act(s)
				}
			}
			if len(got) != 3 || got[1].Line != 2 || got[2].Line != 3 || got[2].Code != test.code {
				t.Errorf("answers %+v", got)
			}
		})
	}
}
