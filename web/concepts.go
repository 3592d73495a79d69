package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"concord/importers"
	"concord/taxonomy"
	"concord/taxonomy/view"
)

// A ConceptSummary is a concept in a list.
type ConceptSummary struct {
	view.Link
	Lang       taxonomy.Lang `json:"lang,omitempty" doc:"Of the label"`
	Scheme     string        `json:"scheme"`
	Release    string        `json:"release"`
	Deprecated bool          `json:"deprecated,omitempty"`
}

type conceptsInput struct {
	Scheme string   `query:"scheme" required:"true" doc:"NAME or NAME@RELEASE" example:"esco"`
	Kinds  []string `query:"kinds" doc:"Only concepts of these kinds"`
	Lang   string   `query:"lang" doc:"Language of labels; English where a concept has none" example:"fr"`
	Cursor string   `query:"cursor" doc:"The next of the page before"`
	Limit  int      `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

type conceptsOutput struct {
	Body struct {
		Scheme   string           `json:"scheme"`
		Release  string           `json:"release"`
		Concepts []ConceptSummary `json:"concepts" doc:"By URI"`
		Next     string           `json:"next,omitempty" doc:"The cursor of the next page; absent on the last"`
	}
}

type conceptInput struct {
	URI    string `query:"uri" required:"true" maxLength:"2000" doc:"URI or code of the concept"`
	Scheme string `query:"scheme" doc:"NAME or NAME@RELEASE to look in; none: current releases first, then others"`
	Lang   string `query:"lang" doc:"Language of the names of other concepts"`
	Accept string `header:"Accept" doc:"application/json, application/ld+json or text/turtle (SKOS); text/html leads to the page"`
}

type conceptOutput struct {
	Status      int
	ContentType string `header:"Content-Type"`
	Vary        string `header:"Vary"`
	Location    string `header:"Location" doc:"Of the page, for who wants HTML"`
	Body        []byte
}

type hierarchyInput struct {
	Scheme string `query:"scheme" required:"true" doc:"NAME or NAME@RELEASE"`
	URI    string `query:"uri" doc:"A concept; none: the top of the hierarchy"`
	Lang   string `query:"lang"`
}

type hierarchyOutput struct {
	Body struct {
		Scheme   string      `json:"scheme"`
		Release  string      `json:"release"`
		Concept  *view.Link  `json:"concept,omitempty"`
		Path     []view.Link `json:"path" doc:"The way down to the concept, topmost first"`
		Narrower []view.Link `json:"narrower" doc:"What is right below; groups first"`
	}
}

func (s *Server) conceptRoutes() {
	tags := []string{"frameworks"}
	huma.Register(s.api, huma.Operation{OperationID: "list-concepts", Method: http.MethodGet, Path: "/v1/concepts", Summary: "The concepts of a release, page by page", Tags: tags, Errors: []int{404, 422}}, s.listConcepts)
	huma.Register(s.api, huma.Operation{OperationID: "get-concept", Method: http.MethodGet, Path: "/v1/concept", Summary: "A concept with what is around it",
		Description: "As JSON, or as SKOS in JSON-LD or Turtle, by the Accept header.", Tags: tags, Errors: []int{404, 406, 422},
		Responses: map[string]*huma.Response{"200": {Description: "The concept", Content: map[string]*huma.MediaType{
			"application/json":    {Schema: s.api.OpenAPI().Components.Schemas.Schema(typeOf[view.Concept](), true, "")},
			"application/ld+json": {Schema: &huma.Schema{Type: "object"}},
			"text/turtle":         {Schema: &huma.Schema{Type: "string"}},
		}}}}, s.getConcept)
	huma.Register(s.api, huma.Operation{OperationID: "hierarchy", Method: http.MethodGet, Path: "/v1/hierarchy", Summary: "The place of a concept, and what is below it", Tags: tags, Errors: []int{404, 422}}, s.hierarchy)
}

// named returns the release that name means.
func (s *Server) named(ctx context.Context, name string) (*taxonomy.Release, error) {
	ref, err := taxonomy.ParseRef(name)
	if err != nil {
		return nil, err
	}
	return s.cfg.Store.Release(ctx, ref)
}

func parseKinds(names []string) (kinds []taxonomy.Kind, err error) {
	for _, n := range names {
		k, err := taxonomy.ParseKind(n)
		if err != nil {
			return nil, err
		}
		kinds = append(kinds, k)
	}
	return kinds, nil
}

func (s *Server) listConcepts(ctx context.Context, in *conceptsInput) (*conceptsOutput, error) {
	rel, err := s.named(ctx, in.Scheme)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	kinds, err := parseKinds(in.Kinds)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	out := &conceptsOutput{}
	out.Body.Scheme, out.Body.Release, out.Body.Concepts = rel.Scheme, rel.Version, []ConceptSummary{}
	lang := taxonomy.ParseLang(in.Lang)
	// One more than asked for tells whether there is another page.
	for c, err := range s.cfg.Store.Concepts(ctx, taxonomy.Filter{Release: rel.Ref, Kinds: kinds, After: taxonomy.URI(in.Cursor), Limit: in.Limit + 1}) {
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		if n := len(out.Body.Concepts); n == in.Limit {
			out.Body.Next = string(out.Body.Concepts[n-1].URI)
			break
		}
		out.Body.Concepts = append(out.Body.Concepts, ConceptSummary{view.Named(c, lang), c.Pref(lang).Lang, rel.Scheme, rel.Version, c.Deprecated})
	}
	return out, nil
}

// found returns the concept that key names, in scheme or in any.
func (s *Server) found(ctx context.Context, key, scheme string) (*taxonomy.Concept, error) {
	var refs []taxonomy.Ref
	if scheme != "" {
		rel, err := s.named(ctx, scheme)
		if err != nil {
			return nil, err
		}
		refs = append(refs, rel.Ref)
	} else {
		schemes, err := s.cfg.Store.Schemes(ctx)
		if err != nil {
			return nil, err
		}
		for _, x := range schemes {
			refs = append(refs, taxonomy.Ref{Scheme: x.Name, Version: x.Current})
		}
	}
	all, err := view.Find(ctx, s.cfg.Store, key, refs, scheme == "")
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

func (s *Server) getConcept(ctx context.Context, in *conceptInput) (*conceptOutput, error) {
	c, err := s.found(ctx, in.URI, in.Scheme)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	out := &conceptOutput{Status: http.StatusOK}
	out.Vary = "Accept"
	var b bytes.Buffer
	switch out.ContentType = negotiate(in.Accept, "application/json", "application/ld+json", "text/turtle", "text/html"); out.ContentType {
	case "text/html":
		out.Status, out.Location = http.StatusSeeOther, conceptPath(c.URI, c.Release.Scheme, c.Release.Version)
		return out, nil
	case "":
		return nil, problem(http.StatusNotAcceptable, "", "a concept is given as application/json, application/ld+json or text/turtle")
	case "application/json":
		v, err := view.Of(ctx, s.cfg.Store, c, taxonomy.ParseLang(in.Lang))
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		if err = writeJSON(&b, v); err != nil {
			return nil, s.fail(ctx, err)
		}
		out.Body = b.Bytes()
		return out, nil
	case "text/turtle":
		_, err = importers.Export(ctx, &b, "skos", oneConcept{s.cfg.Store, c}, c.Release)
	default:
		err = writeJSONLD(ctx, &b, s.cfg.Store, c)
	}
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	out.Body = b.Bytes()
	return out, nil
}

// oneConcept is a reader in which a release holds one concept, so that what
// writes releases writes it.
type oneConcept struct {
	taxonomy.Reader
	c *taxonomy.Concept
}

func (r oneConcept) Concepts(context.Context, taxonomy.Filter) iter.Seq2[*taxonomy.Concept, error] {
	return func(yield func(*taxonomy.Concept, error) bool) { yield(r.c, nil) }
}

func (r oneConcept) Relations(ctx context.Context, f taxonomy.RelationFilter) iter.Seq2[taxonomy.Relation, error] {
	f.Subject = r.c.URI
	return r.Reader.Relations(ctx, f)
}

func (s *Server) hierarchy(ctx context.Context, in *hierarchyInput) (*hierarchyOutput, error) {
	rel, err := s.named(ctx, in.Scheme)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	lang := taxonomy.ParseLang(in.Lang)
	out := &hierarchyOutput{}
	out.Body.Scheme, out.Body.Release, out.Body.Path = rel.Scheme, rel.Version, []view.Link{}
	if in.URI == "" {
		if out.Body.Narrower, err = view.Top(ctx, s.cfg.Store, rel.Ref, lang); err != nil {
			return nil, s.fail(ctx, err)
		}
		return out, nil
	}
	c, err := s.cfg.Store.Concept(ctx, rel.Ref, taxonomy.URI(in.URI))
	if errors.Is(err, taxonomy.ErrNotFound) {
		err = fmt.Errorf("%w: no concept %s in %s", taxonomy.ErrNotFound, in.URI, rel.Ref)
	}
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	link := view.Named(c, lang)
	out.Body.Concept = &link
	if out.Body.Path, err = view.Path(ctx, s.cfg.Store, c, lang); err != nil {
		return nil, s.fail(ctx, err)
	}
	if out.Body.Narrower, err = view.Narrower(ctx, s.cfg.Store, rel.Ref, c.URI, lang); err != nil {
		return nil, s.fail(ctx, err)
	}
	return out, nil
}
