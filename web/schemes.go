package web

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"concord/taxonomy"
)

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

// A Scheme is a framework with its releases.
type Scheme struct {
	Name     string    `json:"name" example:"esco"`
	Current  string    `json:"current" doc:"The release that is used where none is named" example:"1.2.0"`
	Releases []Release `json:"releases"`
}

// A Release is one version of a framework.
type Release struct {
	Scheme    string                `json:"scheme"`
	Version   string                `json:"version"`
	URI       taxonomy.URI          `json:"uri,omitempty"`
	Title     string                `json:"title,omitempty"`
	Publisher string                `json:"publisher,omitempty"`
	License   string                `json:"license,omitempty"`
	Issued    string                `json:"issued,omitempty"`
	Digest    string                `json:"digest" doc:"Of what it was read from: the same bytes have the same digest"`
	Imported  string                `json:"imported" format:"date-time"`
	Concepts  map[taxonomy.Kind]int `json:"concepts" doc:"How many, by kind"`
	Languages []taxonomy.Lang       `json:"languages"`
	Served    bool                  `json:"served" doc:"Whether documents can be aligned with it now"`
}

type schemesOutput struct {
	Body struct {
		Schemes []Scheme `json:"schemes"`
	}
}

func (s *Server) schemeRoutes() {
	huma.Register(s.api, huma.Operation{OperationID: "list-schemes", Method: http.MethodGet, Path: "/v1/schemes", Summary: "The frameworks that are loaded, with their releases", Tags: []string{"frameworks"}}, s.listSchemes)
	huma.Register(s.api, huma.Operation{OperationID: "list-releases", Method: http.MethodGet, Path: "/v1/schemes/{scheme}/releases", Summary: "The releases of a framework, highest first", Tags: []string{"frameworks"}, Errors: []int{404}}, s.listReleases)
}

type releasesInput struct {
	Scheme string `path:"scheme" example:"esco"`
}

type releasesOutput struct {
	Body Scheme
}

func (s *Server) listReleases(ctx context.Context, in *releasesInput) (*releasesOutput, error) {
	all, err := s.listSchemes(ctx, nil)
	if err != nil {
		return nil, err
	}
	for _, x := range all.Body.Schemes {
		if x.Name == in.Scheme {
			return &releasesOutput{x}, nil
		}
	}
	return nil, problem(http.StatusNotFound, "", "no framework of that name is loaded; /v1/schemes lists what is")
}

func (s *Server) listSchemes(ctx context.Context, _ *struct{}) (*schemesOutput, error) {
	out := &schemesOutput{}
	out.Body.Schemes = []Scheme{}
	schemes, err := s.cfg.Store.Schemes(ctx)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	for _, x := range schemes {
		scheme := Scheme{Name: x.Name, Current: x.Current, Releases: []Release{}}
		for i := range x.Releases {
			scheme.Releases = append(scheme.Releases, s.release(&x.Releases[i]))
		}
		out.Body.Schemes = append(out.Body.Schemes, scheme)
	}
	return out, nil
}

// release shows a release.
func (s *Server) release(r *taxonomy.Release) Release {
	out := Release{Scheme: r.Scheme, Version: r.Version, URI: r.URI, Title: r.Title, Publisher: r.Publisher, License: r.License, Issued: r.Issued,
		Digest: r.Digest, Imported: r.Imported.UTC().Format("2006-01-02T15:04:05Z"), Concepts: r.Concepts, Languages: r.Languages}
	if opened, done, err := s.live.use(); err == nil {
		for _, x := range opened.Releases {
			out.Served = out.Served || x.Ref == r.Ref && x.Digest == r.Digest
		}
		done()
	}
	return out
}
