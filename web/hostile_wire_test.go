package web_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"concord/web"
)

// listen serves the site at a real address, as concord serve does, until the
// function it returns is called, which waits for the end.
func (s *site) listen(t *testing.T) (address string, end func() error) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	srv, ended := new(http.Server), make(chan error, 1)
	go func() { ended <- s.server.Serve(ctx, srv, func() error { return srv.Serve(l) }) }()
	end = func() error {
		stop()
		err := <-ended
		ended <- err
		return err
	}
	t.Cleanup(func() { end() })
	return l.Addr().String(), end
}

// raw sends bytes and returns the first line of the answer; "" where the
// connection is closed without one.
func raw(t *testing.T, address string, send ...string) string {
	t.Helper()
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	for _, s := range send {
		if _, err := io.WriteString(c, s); err != nil {
			break // the server may have had enough
		}
	}
	line, err := bufio.NewReader(c).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		var op net.Error
		if errors.As(err, &op) && op.Timeout() {
			t.Errorf("%.40q: no answer", send)
		}
	}
	return strings.TrimSpace(line)
}

func TestSlowAndMalformed(t *testing.T) {
	s := newSite(t, func(c *web.Config) {
		c.Limits.HeaderTimeout, c.Limits.ReadTimeout, c.Limits.Body, c.Limits.Concurrent, c.Limits.Heavy = 100*time.Millisecond, 200*time.Millisecond, 100_000, 1, 1
	})
	address, _ := s.listen(t)
	const head = "POST /v1/align HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
	for _, row := range []struct {
		name string
		send []string
		want string // in the first line
	}{
		{"a header that never ends", []string{"GET /v1/schemes HTTP/1.1\r\nHost: localhost\r\nX-A: b"}, ""},
		{"a body that never ends", []string{head + "Content-Length: 1000\r\n\r\nquery"}, " 408 "},
		{"chunks that never end", []string{head + "Transfer-Encoding: chunked\r\n\r\n5\r\nquery\r\n"}, " 408 "},
		{"chunks beyond the limit", []string{head + "Transfer-Encoding: chunked\r\n\r\n", "20000\r\n" + strings.Repeat("a", 0x20000) + "\r\n0\r\n\r\n"}, " 413 "},
		{"chunks that are none", []string{head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"}, " 400 "},
		{"two lengths", []string{head + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"}, " 400 "},
		{"a length and chunks", []string{head + "Content-Length: 3\r\nTransfer-Encoding: chunked, identity\r\n\r\nabc"}, " 501 "},
		{"no host", []string{"GET /v1/schemes HTTP/1.1\r\n\r\n"}, " 400 "},
		{"two hosts", []string{"GET /v1/schemes HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n"}, " 400 "},
		{"a host with a line end", []string{"GET /v1/schemes HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n"}, " 200 "},
		{"a request id with a line end", []string{"GET /v1/schemes HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: abcdefgh\rX-Evil: 1\r\n\r\n"}, " 400 "},
		{"a space before the colon", []string{"GET /v1/schemes HTTP/1.1\r\nHost : localhost\r\n\r\n"}, " 400 "},
		{"a whole address of another server", []string{"GET http://evil.example/v1/schemes HTTP/1.1\r\nHost: localhost\r\n\r\n"}, " 421 "},
		{"CONNECT", []string{"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n"}, " 421 "},
		{"no HTTP", []string{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"}, " 400 "},
	} {
		if got := raw(t, address, row.send...); row.want == "" && got != "" && !strings.Contains(got, " 408 ") || !strings.Contains(got, row.want) {
			t.Errorf("%s: %q, want %q", row.name, got, row.want)
		}
	}

	// Slow senders take no turn: there is one, and many are slow.
	slow := make(chan string, 20)
	for range cap(slow) {
		go func() { slow <- raw(t, address, head+"Content-Length: 1000\r\n\r\nquery") }()
	}
	for range 5 {
		if got := raw(t, address, head+"Connection: close\r\nContent-Length: 5\r\n\r\nquery"); !strings.Contains(got, " 200 ") {
			t.Errorf("beside slow senders: %q", got)
		}
	}
	for range cap(slow) {
		if got := <-slow; !strings.Contains(got, " 408 ") {
			t.Errorf("a slow sender: %q", got)
		}
	}
}

func TestTooMuchAtOnce(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Limits.Concurrent, c.Limits.Waiting = 1, 1 })
	go_, in := make(chan struct{}), make(chan struct{}, 3)
	web.Router(s.server).HandleFunc("/test/slow", func(http.ResponseWriter, *http.Request) { in <- struct{}{}; <-go_ }).Methods("GET")
	answers := make(chan answered, 8)
	ask := func() { answers <- s.ask("GET", "/test/slow", "") }
	go ask()
	<-in
	for range 3 { // one of them may wait
		go ask()
	}
	for range 2 {
		if got := <-answers; got.status != 503 || got.code() != "busy" || got.header.Get("Retry-After") == "" {
			t.Errorf("one too many: %d %v %s", got.status, got.header, got.body)
		}
	}
	if got := s.ask("POST", "/v1/align", course, "Content-Type: text/plain"); got.status != 200 {
		t.Errorf("aligning has turns of its own: %d", got.status)
	}
	close(go_)
	for range 2 {
		if got := <-answers; got.status != 200 {
			t.Errorf("who waited: %d %s", got.status, got.body)
		}
	}
}

// When the server is told to stop, what is under way ends and nothing new begins.
func TestDrain(t *testing.T) {
	s := newSite(t, nil)
	go_, in := make(chan struct{}), make(chan struct{})
	web.Router(s.server).HandleFunc("/test/slow", func(w http.ResponseWriter, _ *http.Request) {
		close(in)
		<-go_
		io.WriteString(w, "whole")
	}).Methods("GET")
	address, end := s.listen(t)
	first := make(chan string, 1)
	go func() { first <- raw(t, address, "GET /test/slow HTTP/1.1\r\nHost: localhost\r\n\r\n") }()
	<-in
	ended := make(chan error, 1)
	go func() { ended <- end() }()
	refused := false
	for range 500 { // the listener closes in a moment
		c, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
		if refused = err != nil; refused {
			break
		}
		c.Close()
		time.Sleep(time.Millisecond)
	}
	if !refused {
		t.Error("a new connection was taken after the end")
	}
	select {
	case err := <-ended:
		t.Fatalf("ended with a request under way: %v", err)
	default:
	}
	close(go_)
	if got := <-first; !strings.Contains(got, " 200 ") {
		t.Errorf("the request under way: %q", got)
	}
	if err := <-ended; err != nil {
		t.Errorf("the end: %v", err)
	}
}
