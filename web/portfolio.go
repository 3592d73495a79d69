package web

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"concord/alignment"
	"concord/alignment/portfolio"
	"concord/taxonomy"
)

// mostClaims bounds what is proposed for a document that is compared: more
// than a person would read, so that little is missed.
const mostClaims = 100

// A CompareRequest sets two documents side by side, or one and an occupation.
type CompareRequest struct {
	A              SentDocument  `json:"a"`
	B              *SentDocument `json:"b,omitempty"`
	Occupation     string        `json:"occupation,omitempty" doc:"Or what this occupation asks for: URI or code, with a scheme before it where several have it" example:"onet:15-1252.00"`
	Targets        []string      `json:"targets,omitempty" doc:"Schemes to take concepts from; none: the occupation's release, else the current release of every scheme"`
	Languages      []string      `json:"languages,omitempty"`
	MinProbability float64       `json:"minProbability,omitempty" exclusiveMinimum:"0" exclusiveMaximum:"1" doc:"Count what is at least this likely; none: 0.25"`
}

// A CompareAnswer is a comparison, or a gap.
type CompareAnswer struct {
	Comparison *portfolio.Comparison `json:"comparison,omitempty"`
	Gap        *portfolio.Gap        `json:"gap,omitempty"`
}

type compareInput struct{ Body CompareRequest }

type compareOutput struct {
	Release string `header:"Concord-Releases"`
	Body    CompareAnswer
}

// A ProfileRequest makes one skill profile of a person's records.
type ProfileRequest struct {
	Documents      []SentDocument `json:"documents" minItems:"1" maxItems:"100"`
	Scheme         string         `json:"scheme" doc:"Whose skills the profile is made of, as NAME or NAME@RELEASE" example:"esco"`
	Lang           string         `json:"lang,omitempty" doc:"Of the skills' names; none: English"`
	MinProbability float64        `json:"minProbability,omitempty" exclusiveMinimum:"0" exclusiveMaximum:"1" doc:"Take up what is at least this likely; none: 0.5"`
}

type profileInput struct{ Body ProfileRequest }

type profileOutput struct {
	Release string `header:"Concord-Releases"`
	Body    *portfolio.Profile
}

func (s *Server) portfolioRoutes() {
	tags, errs := []string{"alignment"}, []int{400, 404, 413, 422, 503}
	huma.Register(s.api, scoped(huma.Operation{OperationID: "compare", Method: http.MethodPost, Path: "/v1/compare", Tags: tags, Errors: errs, MaxBodyBytes: 2 * s.cfg.Limits.Body,
		Summary: "What two documents share and miss, or what one lacks for an occupation", Description: "Nothing of the documents is kept."}, ScopeAlign, false), s.compare)
	huma.Register(s.api, scoped(huma.Operation{OperationID: "profile", Method: http.MethodPost, Path: "/v1/profile", Tags: tags, Errors: errs, MaxBodyBytes: 2 * s.cfg.Limits.Body,
		Summary: "One skill profile of a person's records", Description: "Nothing of the documents is kept."}, ScopeAlign, false), s.profile)
}

// record aligns one document for a comparison or a profile.
func (s *Server) record(ctx context.Context, in SentDocument, opt AlignOptions) (portfolio.Record, *alignment.Answer, error) {
	doc, _, err := s.read(in)
	if err != nil {
		return portfolio.Record{}, nil, err
	}
	a, err := s.answer(ctx, doc, opt)
	if err != nil {
		return portfolio.Record{}, nil, err
	}
	r, err := portfolio.RecordOf(ctx, s.cfg.Store, in.Name, a)
	return r, a, err
}

func (s *Server) compare(ctx context.Context, in *compareInput) (*compareOutput, error) {
	req := in.Body
	if (req.B == nil) == (req.Occupation == "") {
		return nil, problem(http.StatusUnprocessableEntity, "", "give b or occupation, one of them")
	}
	opt := AlignOptions{Targets: req.Targets, Languages: req.Languages, Max: mostClaims, MinProbability: req.MinProbability}
	var occupation *taxonomy.Concept
	if req.Occupation != "" {
		var err error
		if occupation, err = portfolio.FindOccupation(ctx, s.cfg.Store, req.Occupation); err != nil {
			return nil, s.fail(ctx, err)
		}
		if len(opt.Targets) == 0 {
			opt.Targets = []string{occupation.Release.String()}
		}
	}
	a, answer, err := s.record(ctx, req.A, opt)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	out := &compareOutput{Release: releasesOf(answer.Engine)}
	if occupation != nil {
		o, err := opt.options()
		if err == nil {
			out.Body.Gap, err = portfolio.FindGap(ctx, s.cfg.Store, a, occupation, o.Lang)
		}
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		return out, nil
	}
	b, _, err := s.record(ctx, *req.B, opt)
	if err == nil {
		out.Body.Comparison, err = portfolio.Compare(ctx, s.cfg.Store, a, b)
	}
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return out, nil
}

func (s *Server) profile(ctx context.Context, in *profileInput) (*profileOutput, error) {
	req := in.Body
	rel, err := s.named(ctx, req.Scheme)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	opt := AlignOptions{Targets: []string{rel.Ref.String()}, Max: mostClaims, MinProbability: req.MinProbability}
	if opt.MinProbability == 0 {
		opt.MinProbability = 0.5
	}
	lang := taxonomy.ParseLang(req.Lang)
	if lang == "" {
		lang = "en"
	}
	var records []portfolio.Record
	seen := map[string]bool{} // the same record twice counts once
	for _, d := range req.Documents {
		r, _, err := s.record(ctx, d, opt)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		if !seen[r.Digest] {
			seen[r.Digest] = true
			records = append(records, r)
		}
	}
	p, err := portfolio.NewProfile(ctx, s.cfg.Store, rel, lang, records)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return &profileOutput{rel.Ref.String(), p}, nil
}
