package web

import (
	"context"
	"net/http"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"concord/alignment/releases"
	"concord/taxonomy"
)

type diffInput struct {
	From  string   `query:"from" required:"true" doc:"NAME@RELEASE" example:"esco@1.1.1"`
	To    string   `query:"to" required:"true" doc:"NAME@RELEASE of the same framework" example:"esco@1.2.0"`
	Kinds []string `query:"kinds" doc:"Report concepts of these kinds"`
	Langs []string `query:"langs" doc:"Compare labels and definitions in these languages; none: all that both have"`
}

type diffOutput struct{ Body *releases.Diff }

func (s *Server) diffRoutes() {
	huma.Register(s.api, huma.Operation{OperationID: "diff", Method: http.MethodGet, Path: "/v1/diff", Tags: []string{"frameworks"}, Errors: []int{404, 422, 503},
		Summary: "What changed between two releases, changes of meaning first"}, s.diff)
}

func (s *Server) diff(ctx context.Context, in *diffInput) (*diffOutput, error) {
	d, err := s.compared(ctx, in)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return &diffOutput{d}, nil
}

// compared compares two releases, or returns what came of it before: releases
// do not change, and comparing ESCO's takes seconds.
func (s *Server) compared(ctx context.Context, in *diffInput) (*releases.Diff, error) {
	from, to, err := s.twoReleases(ctx, in.From, in.To)
	if err != nil {
		return nil, err
	}
	opened, done, err := s.live.use()
	if err != nil {
		return nil, err
	}
	defer done()
	opt := releases.Options{Table: opened.Table}
	if opt.Kinds, err = parseKinds(in.Kinds); err != nil {
		return nil, err
	}
	for _, l := range in.Langs {
		opt.Langs = append(opt.Langs, taxonomy.ParseLang(l))
	}
	key := strings.Join([]string{from.Digest, to.Digest, strings.Join(in.Kinds, ","), strings.Join(in.Langs, ",")}, " ")
	s.diffs.mu.Lock() // also while it compares: two at once would take twice the memory
	defer s.diffs.mu.Unlock()
	if d := s.diffs.of[key]; d != nil {
		return d, nil
	}
	d, err := releases.Compare(ctx, s.cfg.Store, from.Ref, to.Ref, opt)
	if err != nil {
		return nil, err
	}
	if s.diffs.of == nil || len(s.diffs.of) >= mostDiffs {
		s.diffs.of = map[string]*releases.Diff{}
	}
	s.diffs.of[key] = d
	return d, nil
}

// twoReleases looks up two releases of one framework.
func (s *Server) twoReleases(ctx context.Context, from, to string) (a, b *taxonomy.Release, err error) {
	if a, err = s.named(ctx, from); err != nil {
		return nil, nil, err
	}
	if b, err = s.named(ctx, to); err != nil {
		return nil, nil, err
	}
	if a.Scheme != b.Scheme {
		return nil, nil, problem(http.StatusUnprocessableEntity, "two-frameworks", "these are two frameworks; two releases of one can be compared")
	}
	return a, b, nil
}

// mostDiffs bounds the comparisons that are kept.
const mostDiffs = 8

type diffs struct {
	mu sync.Mutex
	of map[string]*releases.Diff
}
