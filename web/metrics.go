package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/mux"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"concord/alignment"
)

// metrics are the figures at /metrics, in Prometheus's text format.
type metrics struct {
	registry   *prometheus.Registry
	latency    *prometheus.HistogramVec
	alignments prometheus.Counter
	abstained  *prometheus.CounterVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "concord_request_seconds", Help: "Time to answer a request.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}}, []string{"route", "method", "status"}),
		alignments: prometheus.NewCounter(prometheus.CounterOpts{Name: "concord_alignments_total", Help: "Alignments proposed."}),
		abstained:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "concord_abstentions_total", Help: "Sentences without a proposal, by reason."}, []string{"reason"}),
	}
	m.registry.MustRegister(m.latency, m.alignments, m.abstained, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) observe(route, method string, status int, took time.Duration) {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions, http.MethodPatch:
	default:
		method = "other" // a client must not be able to make series
	}
	m.latency.WithLabelValues(route, method, strconv.Itoa(status)).Observe(took.Seconds())
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// noRoute stands for the route of a request that none answers.
const noRoute = "none"

// routeOf is the route that answers r, as it was registered, or noRoute.
func (s *Server) routeOf(r *http.Request) string {
	if route, ok := r.Context().Value(routeKey).(string); ok {
		return route
	}
	return s.match(r)
}

// match finds the route that answers r, or noRoute.
func (s *Server) match(r *http.Request) string {
	var match mux.RouteMatch
	if s.router.Match(r, &match) && match.MatchErr == nil && match.Route != nil {
		if path, err := match.Route.GetPathTemplate(); err == nil {
			return path
		}
	}
	return noRoute
}

// as is r with another method.
func as(r *http.Request, method string) *http.Request {
	x := *r
	x.Method = method
	return &x
}

// notAllowed answers a method that an address does not take, and OPTIONS, with
// those that it does (RFC 9110, 9.3.7 and 15.5.6).
func (s *Server) notAllowed(w http.ResponseWriter, r *http.Request) {
	allow := []string{http.MethodOptions}
	for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		if route := s.match(as(r, m)); route == noRoute {
			continue
		} else if allow = append(allow, m); m == http.MethodGet && !streams[route] {
			allow = append(allow, http.MethodHead)
		}
	}
	slices.Sort(allow)
	w.Header().Set("Allow", strings.Join(allow, ", "))
	if r.Method == http.MethodOptions {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	writeProblem(w, problem(http.StatusMethodNotAllowed, "", "this address does not take that method; the header Allow lists those that it takes"))
}

// count counts what an answer holds.
func (m *metrics) count(a *alignment.Answer) {
	m.alignments.Add(float64(len(a.Alignments)))
	for _, x := range a.Abstained {
		m.abstained.WithLabelValues(string(x.Reason)).Inc()
	}
}
