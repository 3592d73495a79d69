package web

import (
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// plain registers a route whose requests or answers are not what huma reads
// and writes (forms, parameters that others invent, HTML), and describes it in
// the OpenAPI document all the same. op.Errors get their answers here.
func (s *Server) plain(op huma.Operation, handle func(http.ResponseWriter, *http.Request) error) {
	schemas := s.api.OpenAPI().Components.Schemas
	if op.Responses == nil {
		op.Responses = map[string]*huma.Response{}
	}
	for _, status := range op.Errors {
		op.Responses[strconv.Itoa(status)] = &huma.Response{Description: http.StatusText(status), Content: map[string]*huma.MediaType{
			"application/problem+json": {Schema: schemas.Schema(typeOf[Problem](), true, "")}}}
	}
	s.api.OpenAPI().AddOperation(&op)
	s.router.HandleFunc(op.Path, func(w http.ResponseWriter, r *http.Request) {
		if err := handle(w, r); err != nil {
			writeProblem(w, asProblem(s.fail(r.Context(), err)))
		}
	}).Methods(op.Method)
}

// answers describes an answer of one or more types as JSON.
func (s *Server) answers(what string, types ...reflect.Type) map[string]*huma.Response {
	return map[string]*huma.Response{"200": {Description: what, Content: map[string]*huma.MediaType{"application/json": {Schema: s.oneOf(types...)}}}}
}

// oneOf is the schema of a value of one of some types.
func (s *Server) oneOf(types ...reflect.Type) *huma.Schema {
	var list []*huma.Schema
	for _, t := range types {
		list = append(list, s.api.OpenAPI().Components.Schemas.Schema(t, true, ""))
	}
	if len(list) == 1 {
		return list[0]
	}
	return &huma.Schema{AnyOf: list}
}

// param describes a parameter of a plain route.
func param(in, name, doc string, schema *huma.Schema) *huma.Param {
	return &huma.Param{In: in, Name: name, Description: doc, Required: in == "path", Schema: schema}
}

// sendJSON answers with v.
func sendJSON(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json")
	return writeJSON(w, v)
}
