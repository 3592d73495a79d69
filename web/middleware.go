package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"concord/alignment/crosswalk/picture"
)

// wrap puts around every request what it needs: an id, a log line, figures,
// headers that keep browsers safe, and an answer even if a handler panics.
func (s *Server) wrap(next http.Handler) http.Handler {
	for _, w := range []func(http.Handler) http.Handler{s.etag, s.idempotent, s.takeTurns, s.receive, s.limitRate, s.authorize, s.crossOrigin, s.hosts, s.secure} {
		next = w(next)
	}
	return s.observe(next)
}

type contextKey int

// The keys of what a request's context holds.
const (
	requestKey     contextKey = iota // its id
	callerKey                        // who it is from
	routeKey                         // what answers it
	idempotencyKey                   // under which an answer is kept (idempotency.go)
)

// requestID is the id of the request that ctx belongs to.
func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey).(string)
	return id
}

// newRequestID takes over the id that a proxy gave a request, if it is one.
func newRequestID(r *http.Request) string {
	if id := r.Header.Get("X-Request-Id"); len(id) >= 8 && len(id) <= 64 && plainToken(id) {
		return id
	}
	var raw [12]byte
	rand.Read(raw[:])
	return hex.EncodeToString(raw[:])
}

func plainToken(s string) bool {
	for _, c := range s {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.') {
			return false
		}
	}
	return true
}

// observe gives a request an id, logs it when it has ended, counts it, and
// turns a panic into a problem.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		id := newRequestID(r)
		route, method := s.match(r), r.Method
		if get := as(r, http.MethodGet); method == http.MethodHead && route == noRoute && !streams[s.match(get)] {
			r, route = get, s.match(get) // the answer to HEAD is that to GET; net/http leaves its body out
		}
		ctx := context.WithValue(context.WithValue(r.Context(), requestKey, id), routeKey, route)
		out := &recorder{ResponseWriter: w}
		out.Header().Set("X-Request-Id", id)
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				s.cfg.Log.ErrorContext(ctx, "panic", "request", id, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
				if out.status != 0 {
					// Part of an answer has gone out: it must not look whole.
					defer panic(http.ErrAbortHandler)
				} else {
					writeProblem(out, asProblem(fmt.Errorf("panic: %v", p)))
				}
			}
			took := time.Since(started)
			s.metrics.observe(route, method, out.code(), took)
			s.cfg.Log.InfoContext(ctx, "request", "request", id, "method", method, "path", r.URL.Path, "route", route,
				"status", out.code(), "bytes", out.bytes, "ms", float64(took.Microseconds())/1000)
		}()
		next.ServeHTTP(out, r.WithContext(ctx))
	})
}

// pictureStyle lets the style that pictures carry apply, by its digest.
var pictureStyle = func() string {
	sum := sha256.Sum256([]byte(picture.Style))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}()

// secure sets the headers that tell browsers what a page of ours may do:
// nothing but what it brings itself.
func (s *Server) secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self' "+pictureStyle+"; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		next.ServeHTTP(w, r)
	})
}

// A recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= 200 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) code() int {
	if r.status == 0 {
		return http.StatusOK
	}
	return r.status
}
