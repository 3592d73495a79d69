package web

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"concord/index"
	"concord/taxonomy"
)

// SearchOptions are what a search can be narrowed by.
type SearchOptions struct {
	Schemes []string `query:"schemes" doc:"Only in these, as NAME or NAME@RELEASE; none: current releases"`
	Kinds   []string `query:"kinds" doc:"Only concepts of these kinds"`
	Langs   []string `query:"langs" doc:"Languages of labels, the preferred first; none: all"`
}

type searchInput struct {
	Q string `query:"q" maxLength:"1000" doc:"Words in any order, a code, a URI or the end of one; there is no syntax"`
	SearchOptions
	Groups []string `query:"groups" doc:"Only below these concepts, by URI"`
	Size   int      `query:"size" minimum:"1" maximum:"200" default:"20"`
	From   int      `query:"from" minimum:"0" maximum:"10000" doc:"Hits to leave out"`
	Facets bool     `query:"facets" doc:"Count what was found by kind, scheme and group"`
}

// A Facet counts the hits that share a value.
type Facet struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

type searchOutput struct {
	Body struct {
		Hits     []index.Shown      `json:"hits" doc:"Best first"`
		Total    int                `json:"total"`
		Facets   map[string][]Facet `json:"facets,omitempty" doc:"By kind, scheme and group"`
		Releases []string           `json:"releases" doc:"What was searched"`
	}
}

type suggestInput struct {
	Prefix string `query:"prefix" required:"true" maxLength:"200" doc:"What was typed so far"`
	SearchOptions
	Size int `query:"size" minimum:"1" maximum:"50" default:"10"`
}

type suggestOutput struct {
	Body struct {
		Hits     []index.Shown `json:"hits" doc:"Best first"`
		Releases []string      `json:"releases"`
	}
}

func (s *Server) searchRoutes() {
	tags := []string{"frameworks"}
	huma.Register(s.api, huma.Operation{OperationID: "search", Method: http.MethodGet, Path: "/v1/search", Summary: "Search concepts", Tags: tags, Errors: []int{404, 422, 503}}, s.search)
	huma.Register(s.api, huma.Operation{OperationID: "suggest", Method: http.MethodGet, Path: "/v1/suggest", Summary: "Complete what is being typed", Tags: tags, Errors: []int{404, 422, 503}}, s.suggest)
}

// scope resolves the releases, kinds and languages of a search.
func (o SearchOptions) scope(opened *Opened) (refs []taxonomy.Ref, names []string, kinds []taxonomy.Kind, langs []taxonomy.Lang, err error) {
	for _, name := range o.Schemes {
		ref, err := taxonomy.ParseRef(name)
		if err != nil {
			return nil, nil, nil, nil, err
		}
		if ref.Version == "" {
			for _, r := range opened.Releases {
				if r.Scheme == ref.Scheme && r.Current {
					ref = r.Ref
				}
			}
		}
		refs = append(refs, ref)
	}
	for _, r := range opened.Releases {
		if len(o.Schemes) == 0 && r.Current {
			refs = append(refs, r.Ref)
		}
	}
	for _, r := range refs {
		names = append(names, r.String())
	}
	for _, l := range o.Langs {
		langs = append(langs, taxonomy.ParseLang(l))
	}
	kinds, err = parseKinds(o.Kinds)
	return refs, names, kinds, langs, err
}

func (s *Server) search(ctx context.Context, in *searchInput) (*searchOutput, error) {
	opened, done, err := s.live.use()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	defer done()
	out := &searchOutput{}
	q := index.Query{Text: in.Q, Size: in.Size, From: in.From, Facets: in.Facets}
	if q.Schemes, out.Body.Releases, q.Kinds, q.Langs, err = in.scope(opened); err != nil {
		return nil, s.fail(ctx, err)
	}
	for _, g := range in.Groups {
		q.Groups = append(q.Groups, taxonomy.URI(g))
	}
	found, err := opened.Index.Search(ctx, q)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	out.Body.Hits, out.Body.Total = shown(found.Hits), found.Total
	for name, values := range found.Facets {
		if out.Body.Facets == nil {
			out.Body.Facets = map[string][]Facet{}
		}
		for _, v := range values {
			out.Body.Facets[name] = append(out.Body.Facets[name], Facet(v))
		}
	}
	return out, nil
}

func (s *Server) suggest(ctx context.Context, in *suggestInput) (*suggestOutput, error) {
	opened, done, err := s.live.use()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	defer done()
	out := &suggestOutput{}
	q := index.SuggestQuery{Prefix: in.Prefix, Size: in.Size}
	if q.Schemes, out.Body.Releases, q.Kinds, q.Langs, err = in.scope(opened); err != nil {
		return nil, s.fail(ctx, err)
	}
	hits, err := opened.Index.Suggest(ctx, q)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	out.Body.Hits = shown(hits)
	return out, nil
}

func shown(hits []index.Hit) []index.Shown {
	out := make([]index.Shown, len(hits))
	for i, h := range hits {
		out[i] = h.Shown()
	}
	return out
}
