package web

import (
	"context"
	"net/http"
	"slices"

	"concord/alignment/review"
	"concord/taxonomy"
)

// A reviewView is what templates/review.html shows.
type reviewView struct {
	Tasks     []review.Task       `json:"tasks"` // the most uncertain first
	Total     int                 `json:"total"`
	Reviewers []string            `json:"reviewers"`
	A         string              `json:"a,omitempty"`
	B         string              `json:"b,omitempty"`
	Agreement *review.Agreement   `json:"agreement,omitempty"`
	Recent    []taxonomy.Decision `json:"recent"` // the last ones first
	Back      string              `json:"-"`
}

// mostTasks bounds what the queue shows at once.
const mostTasks = 40

func (s *Server) reviewPages() {
	s.register(page{path: "/review", name: "review", nav: "review", title: "review.title", build: s.reviewPage})
}

func (s *Server) reviewPage(ctx context.Context, r *http.Request, v *viewer) (any, error) {
	q := r.URL.Query()
	out := reviewView{Tasks: []review.Task{}, Reviewers: []string{}, Recent: []taxonomy.Decision{}, A: q.Get("a"), B: q.Get("b"), Back: r.URL.RequestURI()}
	sets, err := s.cfg.Store.MappingSets(ctx)
	if err != nil {
		return nil, err
	}
	for _, set := range sets {
		if set.Status == taxonomy.Accepted && q.Get("all") == "" {
			continue // published by its makers: nothing waits
		}
		tasks, err := review.List(ctx, s.cfg.Store, set.ID, review.ListOptions{})
		if err != nil {
			return nil, err
		}
		out.Tasks = append(out.Tasks, tasks...)
	}
	slices.SortStableFunc(out.Tasks, func(a, b review.Task) int { return review.ByUncertainty(&a, &b) })
	out.Total = len(out.Tasks)
	out.Tasks = out.Tasks[:min(mostTasks, len(out.Tasks))]
	for d, err := range s.cfg.Store.Decisions(ctx, taxonomy.DecisionFilter{}) {
		if err != nil {
			return nil, err
		}
		if !slices.Contains(out.Reviewers, d.Reviewer) {
			out.Reviewers = append(out.Reviewers, d.Reviewer)
		}
		if out.Recent = append(out.Recent, d); len(out.Recent) > 200 {
			out.Recent = slices.Clone(out.Recent[100:])
		}
	}
	slices.Reverse(out.Recent)
	out.Recent = out.Recent[:min(12, len(out.Recent))]
	slices.Sort(out.Reviewers)
	if out.A != "" && out.B != "" {
		out.Agreement, err = review.Agree(s.cfg.Store.Decisions(ctx, taxonomy.DecisionFilter{Standing: true}), out.A, out.B)
	}
	return out, err
}
