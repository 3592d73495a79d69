package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"

	"golang.org/x/sync/semaphore"
)

// A small body is read whatever else is under way; of larger ones only so many
// times Limits.Body bytes at once, so that no number of clients fills memory.
const (
	smallBody  = 64 << 10
	heldBodies = 16
)

// uploads are routes that read a large body as it comes.
var uploads = map[string]bool{"/v1/align/batch": true, "/v1/jobs": true}

// receive bounds a body and reads it before the request takes a turn: who
// sends slowly keeps nobody waiting but himself.
func (s *Server) receive(next http.Handler) http.Handler {
	held := semaphore.NewWeighted(heldBodies * s.cfg.Limits.Body)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route := s.routeOf(r)
		most := s.cfg.Limits.Body
		if uploads[route] {
			most = s.cfg.Limits.Upload
		} else if n := s.need[r.Method+" "+route].body; n > 0 {
			most = n
		}
		if r.ContentLength > most {
			writeProblem(w, problem(http.StatusRequestEntityTooLarge, "", fmt.Sprintf("the body has %d bytes; at most %d are taken here", r.ContentLength, most)))
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, most)
		if uploads[route] || streams[route] || r.Body == http.NoBody || r.ContentLength == 0 {
			next.ServeHTTP(w, r)
			return
		}
		data, err := io.ReadAll(io.LimitReader(r.Body, smallBody))
		if err == nil && len(data) == smallBody {
			weight := min(most, heldBodies*s.cfg.Limits.Body)
			if r.ContentLength > 0 {
				weight = min(weight, r.ContentLength)
			}
			if !held.TryAcquire(weight) {
				w.Header().Set("Retry-After", "1")
				writeProblem(w, problem(http.StatusServiceUnavailable, "busy", "many large documents are being sent at once; send this again in a moment"))
				return
			}
			defer held.Release(weight)
			b := bytes.NewBuffer(data)
			_, err = b.ReadFrom(r.Body)
			data = b.Bytes()
		}
		if err == nil && isJSON(r) {
			err = s.deep(data)
		}
		if err != nil {
			writeProblem(w, bodyProblem(err))
			return
		}
		r.Body, r.ContentLength, r.TransferEncoding = io.NopCloser(bytes.NewReader(data)), int64(len(data)), nil
		next.ServeHTTP(w, r)
	})
}

// bodyProblem says why a body could not be read.
func bodyProblem(err error) *Problem {
	var p *Problem
	var most *http.MaxBytesError
	var timed net.Error
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &most):
		return problem(http.StatusRequestEntityTooLarge, "", fmt.Sprintf("the body is larger than the %d bytes that are taken here", most.Limit))
	case errors.As(err, &timed) && timed.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return problem(http.StatusRequestTimeout, "", "the body took too long to arrive")
	default:
		return problem(http.StatusBadRequest, "cut-off", "the body ended before it was whole")
	}
}
