package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"concord/importers/source"
	"concord/taxonomy"
)

// A Problem is an error as RFC 9457 describes it, with a code that stays the
// same and the place of what is wrong.
type Problem struct {
	Type    string   `json:"type" doc:"What kind of problem it is: a link into /docs" example:"/docs#not-found"`
	Title   string   `json:"title" doc:"The kind of problem in words"`
	Status  int      `json:"status" doc:"HTTP status"`
	Code    string   `json:"code" doc:"Stable, for programs" example:"not-found"`
	Detail  string   `json:"detail,omitempty" doc:"What is wrong, and what to do"`
	Pointer string   `json:"pointer,omitempty" doc:"JSON pointer into the document sent"`
	Line    int      `json:"line,omitempty" doc:"Line of the document sent, from 1"`
	Errors  []Defect `json:"errors,omitempty" doc:"Each thing wrong with the request"`
}

// A Defect is one thing wrong with a request.
type Defect struct {
	Detail   string `json:"detail"`
	Location string `json:"location,omitempty" doc:"query.NAME, header.NAME, path.NAME or body.PATH"`
}

// Error and GetStatus make a Problem an error that the API answers with.
func (p *Problem) Error() string  { return p.Detail }
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is the media type of problems.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// problemCodes names the kind of problem of a status where nothing else does.
var problemCodes = map[int]string{
	http.StatusBadRequest:            "bad-request",
	http.StatusUnauthorized:          "key-required",
	http.StatusForbidden:             "not-allowed",
	http.StatusNotFound:              "not-found",
	http.StatusMethodNotAllowed:      "method-not-allowed",
	http.StatusNotAcceptable:         "not-acceptable",
	http.StatusConflict:              "conflict",
	http.StatusRequestTimeout:        "too-slow",
	http.StatusRequestEntityTooLarge: "too-large",
	http.StatusUnsupportedMediaType:  "unsupported-type",
	http.StatusUnprocessableEntity:   "invalid",
	http.StatusTooManyRequests:       "too-many-requests",
	http.StatusInternalServerError:   "internal",
	http.StatusServiceUnavailable:    "unavailable",
}

// problem makes a Problem; code may be empty for the status's own.
func problem(status int, code, detail string) *Problem {
	if code == "" {
		code = problemCodes[status]
	}
	if code == "" {
		code = strings.ToLower(strings.ReplaceAll(http.StatusText(status), " ", "-"))
	}
	return &Problem{Type: "/docs#" + code, Title: http.StatusText(status), Status: status, Code: code, Detail: detail}
}

// newProblem is how huma makes errors.
func newProblem(status int, detail string, errs ...error) huma.StatusError {
	if status == http.StatusInternalServerError {
		return asProblem(errors.New(detail)) // says nothing of why
	}
	p := problem(status, "", detail)
	for _, err := range errs {
		var at huma.ErrorDetailer
		switch {
		case err == nil:
		case errors.As(err, &at):
			d := at.ErrorDetail()
			p.Errors = append(p.Errors, Defect{Detail: d.Message, Location: d.Location})
		default:
			p.Errors = append(p.Errors, Defect{Detail: err.Error()})
		}
	}
	return p
}

// asProblem says what an error is to a client. What is nobody's business but
// the operator's becomes "internal", and the caller logs it.
func asProblem(err error) *Problem {
	var p *Problem
	var at *source.Error
	text := func() string {
		for _, kind := range []error{taxonomy.ErrInvalid, taxonomy.ErrNotFound, taxonomy.ErrConflict} {
			if s, ok := strings.CutPrefix(err.Error(), kind.Error()+": "); ok {
				return s
			}
		}
		return err.Error()
	}
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &at):
		p = problem(http.StatusUnprocessableEntity, "invalid-document", at.Text)
		p.Pointer, p.Line = at.Pointer, at.Line
	case errors.Is(err, taxonomy.ErrNotFound):
		p = problem(http.StatusNotFound, "", text())
	case errors.Is(err, taxonomy.ErrConflict):
		p = problem(http.StatusConflict, "", text())
	case errors.Is(err, taxonomy.ErrInvalid):
		p = problem(http.StatusUnprocessableEntity, "", text())
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		p = problem(http.StatusServiceUnavailable, "", "the request took too long or was given up")
	default:
		p = problem(http.StatusInternalServerError, "", "something went wrong here; the log of the server says what, under the request's id")
	}
	return p
}

// fail is asProblem for a handler: it logs what the client is not told.
func (s *Server) fail(ctx context.Context, err error) error {
	p := asProblem(err)
	if p.Status == http.StatusInternalServerError {
		s.cfg.Log.ErrorContext(ctx, "failed", "request", requestID(ctx), "error", err)
	}
	return p
}

// writeProblem answers a request outside huma with a problem.
func writeProblem(w http.ResponseWriter, p *Problem) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.Encode(p)
}

func problemHandler(status int, code, detail string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { writeProblem(w, problem(status, code, detail)) })
}
