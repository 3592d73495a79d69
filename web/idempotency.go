package web

import (
	"bytes"
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"sync"
	"time"

	"concord/taxonomy"
)

// How long a key is remembered, and how much of what was answered.
const (
	idempotencyTTL  = 24 * time.Hour
	mostKeptAnswer  = 1 << 20  // bytes of one body; of a longer one only that it was answered is kept
	mostKeptAnswers = 64 << 20 // bytes of all, in memory
	mostKeptCount   = 10_000
)

// noIdempotency are routes on which an Idempotency-Key means nothing: streams,
// which are not kept, and the session of the pages.
var noIdempotency = map[string]bool{"/v1/align/batch": true, "/mcp": true, "/session": true}

// idempotencyKind is the kind of the records that answers to keys are, by scope.
const idempotencyKind = "idempotency"

// A keptAnswer is what a request with an Idempotency-Key was answered.
type keptAnswer struct {
	Request string            `json:"request"` // digest of query, Content-Type and body
	At      time.Time         `json:"at"`
	Status  int               `json:"status,omitempty"` // 0: it was begun, and never known to end
	Header  map[string]string `json:"header,omitempty"`
	Body    []byte            `json:"body,omitempty"`
	Long    bool              `json:"long,omitempty"` // the body was too long to keep
}

// keptHeaders are the headers of an answer that are given again.
var keptHeaders = []string{"Content-Type", "Content-Disposition", "Location", "Concord-Releases", "Cache-Control", "Link"}

// idempotency remembers answers by scope: the caller, the method, the path and
// the key. Answers that change something are kept in the store too, so that a
// restart does not forget them; others, which tell what somebody sent, only in
// memory.
type idempotency struct {
	mu    sync.Mutex
	busy  map[string]bool // requests under way
	kept  map[string]*list.Element
	order list.List // of scopes with answers, the latest used first
	bytes int
}

type keptEntry struct {
	scope  string
	answer *keptAnswer
}

func (x *idempotency) get(scope string) *keptAnswer {
	x.mu.Lock()
	defer x.mu.Unlock()
	e := x.kept[scope]
	if e == nil {
		return nil
	}
	x.order.MoveToFront(e)
	return e.Value.(keptEntry).answer
}

func (x *idempotency) put(scope string, a *keptAnswer) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if e := x.kept[scope]; e != nil {
		x.drop(e)
	}
	if x.kept == nil {
		x.kept = map[string]*list.Element{}
	}
	x.kept[scope] = x.order.PushFront(keptEntry{scope, a})
	for x.bytes += len(a.Body); x.bytes > mostKeptAnswers || x.order.Len() > mostKeptCount; {
		x.drop(x.order.Back())
	}
}

func (x *idempotency) drop(e *list.Element) {
	entry := x.order.Remove(e).(keptEntry)
	delete(x.kept, entry.scope)
	x.bytes -= len(entry.answer.Body)
}

// begin takes a scope, and reports whether nobody else has it.
func (x *idempotency) begin(scope string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.busy[scope] {
		return false
	}
	if x.busy == nil {
		x.busy = map[string]bool{}
	}
	x.busy[scope] = true
	return true
}

func (x *idempotency) end(scope string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.busy, scope)
}

// idempotencyScope is the scope of the request that ctx belongs to, or "".
func idempotencyScope(ctx context.Context) string {
	scope, _ := ctx.Value(idempotencyKey).(string)
	return scope
}

var errKeyReused = problem(http.StatusUnprocessableEntity, "idempotency-key-reused", "this Idempotency-Key was used for another request; use a new one for a new request")

// idempotent answers a POST that was answered before, told by its
// Idempotency-Key, as it was answered before.
func (s *Server) idempotent(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key, route := r.Header.Get("Idempotency-Key"), s.routeOf(r)
		if r.Method != http.MethodPost || key == "" || noIdempotency[route] {
			next.ServeHTTP(w, r)
			return
		}
		if len(key) > 200 || !printableASCII(key) || len(r.Header.Values("Idempotency-Key")) > 1 {
			writeProblem(w, problem(http.StatusBadRequest, "idempotency-key-invalid", "an Idempotency-Key is one value of at most 200 ASCII characters"))
			return
		}
		c := callerOf(r.Context())
		who := "address " + c.address
		if c.key != nil {
			who = "key " + c.key.ID
		}
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%s", who, r.Method, r.URL.EscapedPath(), key))
		scope := hex.EncodeToString(sum[:])
		if !s.idempotency.begin(scope) {
			writeProblem(w, problem(http.StatusConflict, "in-progress", "the request with this Idempotency-Key is being worked on; ask again in a moment"))
			return
		}
		defer s.idempotency.end(scope)
		h := sha256.New()
		fmt.Fprintf(h, "%s\x00%s\x00", r.URL.RawQuery, r.Header.Get("Content-Type"))
		body := &hashedBody{ReadCloser: r.Body, hash: h}
		lasting := s.need[r.Method+" "+route].writes
		before, err := s.keptAnswer(r.Context(), scope, lasting)
		switch {
		case err != nil:
			writeProblem(w, asProblem(s.fail(r.Context(), err)))
		case before != nil:
			s.replay(w, r, before, body)
		default:
			r.Body = body
			s.answerOnce(w, r.WithContext(context.WithValue(r.Context(), idempotencyKey, scope)), next, scope, body, lasting)
		}
	})
}

// keptAnswer returns what was answered before, or nil.
func (s *Server) keptAnswer(ctx context.Context, scope string, lasting bool) (*keptAnswer, error) {
	a := s.idempotency.get(scope)
	if a == nil && lasting {
		raw, err := s.cfg.Store.Record(ctx, idempotencyKind, scope)
		if err != nil && !errors.Is(err, taxonomy.ErrNotFound) {
			return nil, err
		}
		if err == nil {
			a = new(keptAnswer)
			if err := json.Unmarshal(raw, a); err != nil {
				return nil, fmt.Errorf("the answer to a key: %w", err)
			}
		}
	}
	if a == nil || s.now().Sub(a.At) > idempotencyTTL {
		return nil, nil
	}
	return a, nil
}

// replay gives an answer again, if the request is the same.
func (s *Server) replay(w http.ResponseWriter, r *http.Request, a *keptAnswer, body *hashedBody) {
	if a.Status == 0 {
		writeProblem(w, problem(http.StatusConflict, "outcome-unknown", "the server stopped while it worked on the request with this Idempotency-Key; see whether it was done, and use a new key if not"))
		return
	}
	c := newConn(w, s.cfg.Limits)
	if _, err := io.Copy(io.Discard, c.reader(body)); err != nil {
		writeProblem(w, asProblem(s.uploadError(r.Context(), err)))
		return
	}
	switch {
	case body.digest() != a.Request:
		writeProblem(w, errKeyReused)
	case a.Long:
		writeProblem(w, problem(http.StatusConflict, "answer-not-kept", "the request with this Idempotency-Key was done, but its answer was too long to be kept"))
	default:
		for name, value := range a.Header {
			w.Header().Set(name, value)
		}
		w.Header().Set("Idempotency-Replayed", "true")
		w.WriteHeader(a.Status)
		w.Write(a.Body)
	}
}

// answerOnce answers a request and keeps the answer before the client has it.
// What failed here, and may do better the next time, is not kept.
func (s *Server) answerOnce(w http.ResponseWriter, r *http.Request, next http.Handler, scope string, body *hashedBody, lasting bool) {
	ctx := context.WithoutCancel(r.Context())
	// A job is made once by the id that its key gives it. For others it is
	// written down that they were begun: a server that dies over one must not
	// have it done twice.
	begun := lasting && r.URL.Path != "/v1/jobs"
	if begun {
		if err := s.keepAnswer(ctx, scope, &keptAnswer{At: s.now().UTC()}); err != nil {
			writeProblem(w, asProblem(s.fail(ctx, err)))
			return
		}
	}
	out := &keptResponse{ResponseWriter: w}
	kept := false
	defer func() {
		if begun && !kept {
			if err := s.cfg.Store.DeleteRecord(ctx, idempotencyKind, scope); err != nil {
				s.cfg.Log.ErrorContext(ctx, "forgetting an Idempotency-Key", "request", requestID(ctx), "error", err)
			}
		}
	}()
	next.ServeHTTP(out, r)
	if out.status == 0 {
		out.WriteHeader(http.StatusOK)
	}
	if out.status < 500 && out.status != http.StatusConflict && out.status != http.StatusRequestTimeout {
		c := newConn(w, s.cfg.Limits)
		if out.status < 400 {
			io.Copy(io.Discard, c.reader(body)) // what the handler left, so that the digest is of all
		}
		if body.whole {
			a := &keptAnswer{Request: body.digest(), At: s.now().UTC(), Status: out.status, Header: map[string]string{}, Body: out.body.Bytes(), Long: out.long}
			for _, name := range keptHeaders {
				if v := w.Header().Get(name); v != "" {
					a.Header[name] = v
				}
			}
			if a.Long {
				a.Body = nil
			}
			s.idempotency.put(scope, a)
			if kept = true; lasting {
				if err := s.keepAnswer(ctx, scope, a); err != nil {
					s.cfg.Log.ErrorContext(ctx, "keeping the answer to an Idempotency-Key", "request", requestID(ctx), "error", err)
				}
			}
		}
	}
	out.send()
}

func (s *Server) keepAnswer(ctx context.Context, scope string, a *keptAnswer) error {
	raw, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("keeping an answer: %w", err)
	}
	return s.cfg.Store.PutRecord(ctx, idempotencyKind, scope, raw)
}

// forgetKeys removes the answers that are kept no longer.
func (s *Server) forgetKeys(ctx context.Context, now time.Time) error {
	var old []string
	for r, err := range s.cfg.Store.Records(ctx, idempotencyKind) {
		if err != nil {
			return err
		}
		var a keptAnswer
		if json.Unmarshal(r.Value, &a) != nil || now.Sub(a.At) > idempotencyTTL {
			old = append(old, r.ID)
		}
	}
	for _, scope := range old {
		if err := s.cfg.Store.DeleteRecord(ctx, idempotencyKind, scope); err != nil && !errors.Is(err, taxonomy.ErrNotFound) {
			return err
		}
	}
	return nil
}

func printableASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// A hashedBody is a request's body with the digest of what was read of it.
type hashedBody struct {
	io.ReadCloser
	hash  hash.Hash
	whole bool // it was read to its end
}

func (b *hashedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.hash.Write(p[:n])
	b.whole = b.whole || err == io.EOF
	return n, err
}

func (b *hashedBody) digest() string { return hex.EncodeToString(b.hash.Sum(nil)) }

// A keptResponse holds an answer back until it is kept, unless it is long.
type keptResponse struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
	long   bool
}

func (k *keptResponse) WriteHeader(status int) {
	if k.status == 0 {
		k.status = status
	}
}

func (k *keptResponse) Write(p []byte) (int, error) {
	if k.status == 0 {
		k.status = http.StatusOK
	}
	if !k.long && k.body.Len()+len(p) <= mostKeptAnswer {
		return k.body.Write(p)
	}
	if !k.long {
		k.long = true
		k.ResponseWriter.WriteHeader(k.status)
		if _, err := k.ResponseWriter.Write(k.body.Bytes()); err != nil {
			return 0, err
		}
		k.body.Reset()
	}
	return k.ResponseWriter.Write(p)
}

// Flush does nothing: the answer is sent when it is kept.
func (k *keptResponse) Flush() {}

func (k *keptResponse) Unwrap() http.ResponseWriter { return k.ResponseWriter }

func (k *keptResponse) send() {
	if !k.long {
		k.ResponseWriter.WriteHeader(k.status)
		k.ResponseWriter.Write(k.body.Bytes())
	}
}
