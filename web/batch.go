package web

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humamux"

	"concord/alignment/batch"
)

const ndjson = "application/x-ndjson"

type batchInput struct {
	AlignOptions
	ContentType string `header:"Content-Type"`
}

func (s *Server) batchRoutes() {
	registry := s.api.OpenAPI().Components.Schemas
	line := func(v *huma.Schema, doc string) *huma.MediaType {
		return &huma.MediaType{Schema: &huma.Schema{Type: "string", Description: doc}, Extensions: map[string]any{"x-line": v}}
	}
	huma.Register(s.api, scoped(huma.Operation{
		OperationID: "align-batch", Method: http.MethodPost, Path: "/v1/align/batch", Tags: []string{"alignment"},
		Summary: "Propose skill concepts for many documents, line by line",
		Description: "Lines of JSON in, lines of JSON out, in the same order and as they come. A line is a document (any that POST /v1/align takes as JSON, or an object with a title and a description), a string, which is a text, or an object with `document` or `text`, an `id` for the answer to carry, and options beside it; options in the query hold for lines that do not give their own. Blank lines have no answer. " +
			"A line that cannot be read is answered with a problem, told by its `code`, and the rest goes on; so is one longer than a body may be. All lines are aligned with what was loaded when the first came. " +
			"Lines are read as fast as answers are taken, so send and read at the same time. If the server has to stop, the last line is a problem with the code shutting-down and the number of the first line that has no answer. An Idempotency-Key means nothing here, for nothing is kept.",
		RequestBody:  &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{ndjson: line(registry.Schema(typeOf[BatchLine](), true, ""), "A JSON value on each line")}},
		Responses:    map[string]*huma.Response{"200": {Description: "A line for each line", Content: map[string]*huma.MediaType{ndjson: line(registry.Schema(typeOf[BatchAnswer](), true, ""), "A BatchAnswer or a Problem on each line")}}},
		Errors:       []int{http.StatusNotFound, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity, http.StatusServiceUnavailable},
		MaxBodyBytes: s.cfg.Limits.Upload,
	}, ScopeAlign, false), s.alignBatch)
}

// isLines reports whether a Content-Type can be that of lines of JSON.
func isLines(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	switch media {
	case ndjson, "application/ndjson", "application/jsonl", "application/x-jsonlines", "application/json", "application/json-seq", "text/plain", "application/octet-stream":
		return err == nil
	}
	return contentType == ""
}

func (s *Server) alignBatch(ctx context.Context, in *batchInput) (*huma.StreamResponse, error) {
	if !isLines(in.ContentType) {
		return nil, problem(http.StatusUnsupportedMediaType, "", "send lines of JSON, as "+ndjson)
	}
	opened, done, err := s.live.use()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	engine, err := targeted(opened, in.Targets)
	if err != nil {
		done()
		return nil, s.fail(ctx, err)
	}
	opt, err := in.options()
	if err != nil {
		done()
		return nil, s.fail(ctx, err)
	}
	end, err := s.startStream()
	if err != nil {
		done()
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer done()
		defer end()
		r, w := humamux.Unwrap(hc)
		w.Header().Set("Content-Type", ndjson)
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Accel-Buffering", "no")
		w.Header().Set("Concord-Releases", releasesOf(engine.Identity()))
		job := &batch.Job{Engine: engine, Store: s.cfg.Store, Align: opt, Begin: stepBack}
		lines := &lineBatch{s: s, opened: opened, opt: in.AlignOptions, now: s.now()}
		s.runBatch(ctx, job, lines, r, w)
	}}, nil
}

// runBatch answers the lines of r's body until they end, the client goes, or
// the server stops.
func (s *Server) runBatch(ctx context.Context, job *batch.Job, lines *lineBatch, r *http.Request, w http.ResponseWriter) {
	c := newConn(w, s.cfg.Limits)
	// net/http ends the context of a request when a read of its body fails, as
	// one that took too long does. What was read is answered all the same.
	request := ctx
	ctx, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	defer giveUp()
	c.onEnd = func() { context.AfterFunc(request, giveUp) }
	c.control.EnableFullDuplex() // HTTP/2 has it always
	defer context.AfterFunc(s.closing, c.stopReading)()
	body := bufio.NewReader(c.reader(r.Body))
	if r.Header.Get("Expect") != "" {
		body.Peek(1) // the client waits to be told to go on, which is no longer possible once the answer has begun
	}
	w.WriteHeader(http.StatusOK)
	c.flush()
	enc := json.NewEncoder(c)
	enc.SetEscapeHTML(false)
	answered := 0
	write := func(v any) error {
		err := enc.Encode(v)
		if err == nil {
			err = c.flush()
		}
		if err != nil {
			c.stopReading() // nobody takes the answers
		}
		return err
	}
	var broken error // of the body
	items := until(lines.items(body), func(err error) {
		if broken = err; endOf(s, err) == nil {
			giveUp() // the client has gone
		}
	})
	err := job.Stream(ctx, items, func(res batch.Result) error {
		answered = res.Tag.(lineTag).line
		return write(s.answerLine(ctx, res))
	})
	if err == nil {
		err = broken
	}
	if err == nil || ctx.Err() != nil || c.failed() {
		return
	}
	last := endOf(s, broken)
	if last == nil {
		last = asProblem(s.fail(ctx, err))
	}
	write(&batchProblem{Problem: last, Line: answered + 1})
}

// endOf says why a body was not read to its end, or is nil where the client
// has gone.
func endOf(s *Server, err error) *Problem {
	var large *http.MaxBytesError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &large):
		return problem(http.StatusRequestEntityTooLarge, "", fmt.Sprintf("more than %d bytes are not taken at once; send what is left by itself", large.Limit))
	case !errors.As(err, &timeout) || !timeout.Timeout():
		return nil
	case s.closing.Err() != nil:
		return problem(http.StatusServiceUnavailable, "shutting-down", "the server stops; send what is left again")
	}
	return problem(http.StatusRequestTimeout, "too-slow", "nothing came for too long; send what is left again")
}

// until ends items at their first error, which it tells: what was read before
// is still answered.
func until(items iter.Seq2[batch.Item, error], broken func(error)) iter.Seq2[batch.Item, error] {
	return func(yield func(batch.Item, error) bool) {
		for item, err := range items {
			if err != nil {
				broken(err)
				return
			}
			if !yield(item, nil) {
				return
			}
		}
	}
}

// startStream gives a turn to a request that lasts. The error is for the client.
func (s *Server) startStream() (end func(), err error) {
	select {
	case s.gate.streams <- struct{}{}:
		return func() { <-s.gate.streams }, nil
	default:
		p := problem(http.StatusServiceUnavailable, "busy", "as many batches and uploads as this machine bears are under way; send it again when one has ended")
		return nil, huma.ErrorWithHeaders(p, http.Header{"Retry-After": {"10"}})
	}
}

// A conn is the two directions of a request that may last as long as either
// goes on.
type conn struct {
	w       http.ResponseWriter
	control *http.ResponseController
	limits  Limits
	onEnd   func() // of the body; may be nil

	mu      sync.Mutex
	stopped bool // reading
	ended   bool // the body
	err     error
}

func newConn(w http.ResponseWriter, l Limits) *conn {
	return &conn{w: w, control: http.NewResponseController(w), limits: l}
}

// stopReading ends a Read under way, and every other, with a timeout.
func (c *conn) stopReading() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopped = true; !c.ended {
		c.control.SetReadDeadline(time.Unix(1, 0))
	}
}

// wait gives the other end time to send more.
func (c *conn) wait() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.stopped {
		c.control.SetReadDeadline(time.Now().Add(c.limits.ReadTimeout))
	}
}

// end lifts the deadline when the body has ended: from then on the server
// only listens for whether the client is still there.
func (c *conn) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.onEnd != nil && !c.ended {
		c.onEnd()
	}
	c.ended = true
	c.control.SetReadDeadline(time.Time{})
}

type connReader struct {
	c    *conn
	body io.Reader
}

func (c *conn) reader(body io.Reader) io.Reader { return connReader{c, body} }

func (r connReader) Read(p []byte) (int, error) {
	r.c.wait()
	n, err := r.body.Read(p)
	if err == io.EOF {
		r.c.end()
	}
	return n, err
}

// Write gives the other end time to take p.
func (c *conn) Write(p []byte) (int, error) {
	c.control.SetWriteDeadline(time.Now().Add(c.limits.WriteTimeout))
	n, err := c.w.Write(p)
	c.note(err)
	return n, err
}

// flush sends what was written.
func (c *conn) flush() error {
	c.control.SetWriteDeadline(time.Now().Add(c.limits.WriteTimeout))
	err := c.control.Flush()
	c.note(err)
	return err
}

func (c *conn) note(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.err = err
	}
}

// failed reports whether the other end takes no more.
func (c *conn) failed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err != nil
}
