package web

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"
)

// Health says that the server runs, or what it is waiting for.
type Health struct {
	Status  string `json:"status" enum:"ok,stale" doc:"stale: what is loaded cannot be opened yet"`
	Version string `json:"version"`
	Detail  string `json:"detail,omitempty"`
}

type healthOutput struct {
	Status       int
	CacheControl string `header:"Cache-Control"`
	Body         Health
}

func (s *Server) healthRoutes() {
	huma.Register(s.api, huma.Operation{OperationID: "health", Method: http.MethodGet, Path: "/healthz", Summary: "Whether the server runs", Tags: []string{"service"}},
		func(context.Context, *struct{}) (*healthOutput, error) {
			return &healthOutput{http.StatusOK, "no-store", Health{Status: "ok", Version: s.cfg.Version}}, nil
		})
	huma.Register(s.api, huma.Operation{OperationID: "ready", Method: http.MethodGet, Path: "/readyz", Summary: "Whether answers are up to date",
		Description: "503 while what is loaded cannot be opened, or is being opened.", Tags: []string{"service"},
		Responses: map[string]*huma.Response{"503": {Description: "Not ready", Content: map[string]*huma.MediaType{"application/json": {Schema: s.api.OpenAPI().Components.Schemas.Schema(typeOf[Health](), true, "")}}}}},
		func(context.Context, *struct{}) (*healthOutput, error) {
			if err := s.live.ready(); err != nil {
				return &healthOutput{http.StatusServiceUnavailable, "no-store", Health{Status: "stale", Version: s.cfg.Version, Detail: asProblem(err).Detail}}, nil
			}
			return &healthOutput{http.StatusOK, "no-store", Health{Status: "ok", Version: s.cfg.Version}}, nil
		})
	s.metrics.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "concord_snapshot_age_seconds", Help: "Time since what answers are made from was opened."},
		func() float64 { return time.Since(s.live.age()).Seconds() }))
	s.router.Handle("/metrics", s.metrics.handler()).Methods(http.MethodGet)
}
