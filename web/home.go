package web

import (
	"context"
	"net/http"

	"concord/taxonomy"
)

// A homeView is what templates/home.html shows.
type homeView struct {
	Schemes []Scheme              `json:"schemes"`
	Sets    []taxonomy.MappingSet `json:"mappingSets"`
	Samples []string              `json:"samples"`
}

func (s *Server) homePage() {
	s.register(page{path: "/", name: "home", nav: "home", title: "home.title", build: func(ctx context.Context, _ *http.Request, _ *viewer) (any, error) {
		list, err := s.listSchemes(ctx, nil)
		if err != nil {
			return nil, err
		}
		sets, err := s.cfg.Store.MappingSets(ctx)
		return homeView{Schemes: list.Body.Schemes, Sets: sets, Samples: samples()}, err
	}})
}
