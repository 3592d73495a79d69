package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"concord/taxonomy"
)

type mappingsInput struct {
	URI    string `query:"uri" doc:"Mappings with this concept on either side"`
	Set    string `query:"set" doc:"Mappings of this set; one of uri and set is given"`
	Status string `query:"status" enum:"proposed,accepted,rejected,unsure" doc:"Only those that stand like this"`
	Cursor string `query:"cursor" doc:"The next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

type mappingsOutput struct {
	Body struct {
		Mappings []taxonomy.Mapping `json:"mappings"`
		Next     string             `json:"next,omitempty" doc:"The cursor of the next page; absent on the last"`
	}
}

type mappingSetsOutput struct {
	Body struct {
		Sets []taxonomy.MappingSet `json:"sets" doc:"By id"`
	}
}

type mappingSetInput struct {
	ID string `path:"id" doc:"mapping_set_id, with its slashes and colons escaped" example:"urn%3Aconcord%3Acrosswalk%3Aours"`
}

type mappingSetOutput struct {
	Body struct {
		taxonomy.MappingSet
		Counts   map[taxonomy.Match]int  `json:"counts" doc:"Mappings by predicate"`
		Statuses map[taxonomy.Status]int `json:"statuses" doc:"Mappings by status"`
	}
}

func (s *Server) mappingRoutes() {
	tags := []string{"crosswalks"}
	huma.Register(s.api, huma.Operation{OperationID: "list-mapping-sets", Method: http.MethodGet, Path: "/v1/mapping-sets", Summary: "The mapping sets in the store", Tags: tags}, s.listMappingSets)
	huma.Register(s.api, huma.Operation{OperationID: "get-mapping-set", Method: http.MethodGet, Path: "/v1/mapping-sets/{id}", Summary: "A mapping set, with counts", Tags: tags, Errors: []int{404, 422}}, s.getMappingSet)
	huma.Register(s.api, huma.Operation{OperationID: "list-mappings", Method: http.MethodGet, Path: "/v1/mappings", Summary: "Mappings of a concept, or of a set page by page", Tags: tags, Errors: []int{404, 422}}, s.listMappings)
}

func (s *Server) listMappingSets(ctx context.Context, _ *struct{}) (*mappingSetsOutput, error) {
	sets, err := s.cfg.Store.MappingSets(ctx)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	out := &mappingSetsOutput{}
	if out.Body.Sets = sets; sets == nil {
		out.Body.Sets = []taxonomy.MappingSet{}
	}
	return out, nil
}

func (s *Server) getMappingSet(ctx context.Context, in *mappingSetInput) (*mappingSetOutput, error) {
	id, err := url.PathUnescape(in.ID)
	if err != nil {
		return nil, problem(http.StatusUnprocessableEntity, "", "the identifier in the path is not escaped as a URL asks")
	}
	sets, err := s.cfg.Store.MappingSets(ctx)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	out := &mappingSetOutput{}
	out.Body.Counts, out.Body.Statuses = map[taxonomy.Match]int{}, map[taxonomy.Status]int{}
	for _, set := range sets {
		if string(set.ID) == id {
			out.Body.MappingSet = set
		}
	}
	for m, err := range s.cfg.Store.MappingsOf(ctx, taxonomy.URI(id)) {
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		out.Body.Counts[m.Predicate]++
		out.Body.Statuses[m.Status]++
	}
	return out, nil
}

func (s *Server) listMappings(ctx context.Context, in *mappingsInput) (*mappingsOutput, error) {
	out := &mappingsOutput{}
	out.Body.Mappings = []taxonomy.Mapping{}
	from := 0
	if in.Cursor != "" {
		var err error
		if from, err = strconv.Atoi(in.Cursor); err != nil || from < 0 {
			return nil, problem(http.StatusUnprocessableEntity, "bad-cursor", "the cursor is not one that a page before named")
		}
	}
	if (in.URI == "") == (in.Set == "") {
		return nil, problem(http.StatusUnprocessableEntity, "", "give uri or set, one of them")
	}
	n := 0
	take := func(m taxonomy.Mapping) (more bool) {
		if in.Status != "" && m.Status != taxonomy.Status(in.Status) {
			return true
		}
		if n++; n <= from {
			return true
		}
		if len(out.Body.Mappings) == in.Limit {
			out.Body.Next = strconv.Itoa(n - 1)
			return false
		}
		out.Body.Mappings = append(out.Body.Mappings, m)
		return true
	}
	if in.URI != "" {
		all, err := s.cfg.Store.Mappings(ctx, taxonomy.URI(in.URI))
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		for _, m := range all {
			if !take(m) {
				break
			}
		}
		return out, nil
	}
	for m, err := range s.cfg.Store.MappingsOf(ctx, taxonomy.URI(in.Set)) {
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		if !take(m) {
			break
		}
	}
	return out, nil
}
