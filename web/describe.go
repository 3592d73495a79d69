package web

import (
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// commonErrors are what any operation may answer, because of what stands
// around all of them: keys, limits, and the name the server was asked under.
var commonErrors = []struct {
	status int
	what   string
	bodies bool // only where there is a body
}{
	{http.StatusUnauthorized, "A key is needed, or the one given is not valid", false},
	{http.StatusForbidden, "The key has not the scope that is needed, or a page of another site asked", false},
	{http.StatusRequestTimeout, "The body took too long to arrive", true},
	{http.StatusRequestEntityTooLarge, "The body is too large", true},
	{http.StatusUnsupportedMediaType, "The body is of a type that is not taken here", true},
	{http.StatusMisdirectedRequest, "The server was asked under a name that is not its own", false},
	{http.StatusUnprocessableEntity, "The request is not as described here, or what it names makes no sense", false},
	{http.StatusTooManyRequests, "Too many requests; Retry-After says when to ask again", false},
	{http.StatusInternalServerError, "A mistake of the server", false},
	{http.StatusServiceUnavailable, "Too much is asked of the server, or nothing is loaded; Retry-After says when to ask again", false},
}

// bodies leaves it to receive to bound and to read bodies. What huma would do
// about the time is worse than nothing: the deadline that it sets on the
// connection also ends requests that are still being worked on.
func (s *Server) bodies() {
	for path, item := range s.api.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil && !streams[path] && !uploads[path] {
				op.MaxBodyBytes, op.BodyReadTimeout = -1, -1
			}
		}
	}
}

// describe completes the description of every operation with what all have in
// common.
func (s *Server) describe() {
	api := s.api.OpenAPI()
	schema := api.Components.Schemas.Schema(typeOf[Problem](), true, "")
	retry := &huma.Param{Description: "Seconds to wait", Schema: &huma.Schema{Type: "integer"}}
	for _, item := range api.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			for _, e := range commonErrors {
				code := strconv.Itoa(e.status)
				if e.bodies && op.RequestBody == nil {
					continue
				}
				r := op.Responses[code]
				if r == nil {
					r = &huma.Response{}
					op.Responses[code] = r
				}
				if r.Description == "" || r.Description == http.StatusText(e.status) {
					r.Description = e.what
				}
				if r.Content == nil {
					r.Content = map[string]*huma.MediaType{}
				}
				if r.Content["application/problem+json"] == nil {
					r.Content["application/problem+json"] = &huma.MediaType{Schema: schema}
				}
				if e.status == http.StatusTooManyRequests || e.status == http.StatusServiceUnavailable {
					if r.Headers == nil {
						r.Headers = map[string]*huma.Param{}
					}
					r.Headers["Retry-After"] = retry
				}
			}
		}
	}
}
