// Package web serves what Concord knows over HTTP: a JSON API that describes
// itself (OpenAPI 3.1), the Entity Reconciliation API, the Model Context
// Protocol for assistants, and pages for people.
// It answers from what is loaded at the time (live.go), changes nothing but
// decisions, keys and jobs, and never makes a request of its own but to a
// webhook that an administrator registered.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humamux"
	"github.com/gorilla/mux"

	"concord/alignment"
	"concord/alignment/crosswalk"
	"concord/alignment/releases"
	"concord/alignment/vectors"
	"concord/index"
	"concord/taxonomy"
)

// A Store is what the server reads, and where it keeps decisions and records.
type Store interface {
	taxonomy.Reader
	taxonomy.Recorder
	AddDecisions(ctx context.Context, decisions []taxonomy.Decision) ([]int64, error)

	// Hub returns the hub with this id, or that this concept is a member of, or ErrNotFound.
	Hub(ctx context.Context, key taxonomy.URI) (*taxonomy.Hub, error)
}

// An Opened is what answers are made from: the engine and the search index of
// some releases, as they stand.
type Opened struct {
	Engine   *alignment.Engine
	Index    *index.Index
	Table    *vectors.Table
	Releases []taxonomy.Release // that Engine and Index hold, current ones first
}

// Config says what to serve, and how.
type Config struct {
	Store   Store
	Version string // of the program

	// Open opens what is loaded. It is an ErrNotFound where what is derived from
	// the store is missing or stale; then the server goes on with what it has.
	Open func(ctx context.Context) (*Opened, error)

	Home string // folder for the files of jobs

	Log    *slog.Logger
	Limits Limits
	Access Access

	Webhooks Webhooks

	Now func() time.Time // the clock; nil: this machine's
}

// A Server answers requests. It is made by New and closed by Close.
type Server struct {
	cfg     Config
	live    *live
	router  *mux.Router
	api     huma.API
	handler http.Handler
	metrics *metrics
	now     func() time.Time

	need    map[string]need // of the routes in the API's description
	extra   map[string]need // of others, by path
	used    used
	gate    *gate
	heavy   *gate
	crew    *crew // as many as may pass heavy at a time
	buckets buckets
	diffs   diffs
	tops    tops

	sets      sets
	reading   later[*taxonomy.Crosswalk]
	coverages later[*measuredSet]
	exports   later[*exportView]
	reports   later[*crosswalk.Report]
	touching  later[[]*releases.Touched]
	comparing later[*releases.Diff]

	closing context.Context // ends when the server stops
	stop    context.CancelFunc

	jobs        jobs
	hooks       hooks
	idempotency idempotency
}

// New opens what is loaded and returns a server for it. A store in which
// nothing is loaded can be served: answers then say so.
func New(ctx context.Context, cfg Config) (*Server, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	cfg.Limits, cfg.Webhooks = cfg.Limits.orDefaults(), cfg.Webhooks.orDefaults()
	for _, o := range cfg.Access.Origins {
		if o == "*" {
			continue
		}
		if err := http.NewCrossOriginProtection().AddTrustedOrigin(o); err != nil {
			return nil, fmt.Errorf("%w: %q is no origin like https://example.org, or * for any: %v", taxonomy.ErrInvalid, o, err)
		}
	}
	s := &Server{cfg: cfg, router: mux.NewRouter(), metrics: newMetrics(), now: time.Now}
	if cfg.Now != nil {
		s.now = cfg.Now
	}
	s.closing, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	var err error
	if s.live, err = newLive(ctx, cfg.Store, cfg.Open, cfg.Log); err != nil {
		return nil, err
	}
	s.live.loaded = s.loaded
	s.jobs.byID, s.jobs.wake = map[string]*job{}, make(chan struct{}, 1)
	s.hooks.wake = make(chan struct{}, 1)
	s.gate, s.heavy = newGate(cfg.Limits.Concurrent, cfg.Limits.Waiting, cfg.Limits.Streams), newGate(cfg.Limits.Heavy, cfg.Limits.Waiting, 0)
	s.crew = newCrew(cfg.Limits.Heavy)
	s.buckets = buckets{rate: cfg.Limits.Rate, size: cfg.Limits.Burst}
	s.extra = map[string]need{"/metrics": {scope: ScopeAdmin}}
	s.routes()
	s.describe()
	s.need = s.needs()
	s.bodies()
	s.handler = s.wrap(s.router)
	if err := s.begin(); err != nil {
		s.crew.close()
		return nil, errors.Join(err, s.live.close())
	}
	return s, nil
}

// routes registers every route of the server.
func (s *Server) routes() {
	s.router.UseEncodedPath() // a concept's URI may be part of a path
	s.router.NotFoundHandler = problemHandler(http.StatusNotFound, "no-such-page", "there is nothing at this address; /docs lists what there is")
	s.router.MethodNotAllowedHandler = http.HandlerFunc(s.notAllowed)
	huma.NewError = newProblem
	huma.ValidateStrictCasing = true  // else a field written in two cases would be read twice
	huma.DefaultArrayNullable = false // an empty list is given as one, never as null
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI:    "3.1.0",
			Info:       &huma.Info{Title: "Concord", Version: s.cfg.Version, Description: apiDescription, License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}},
			Components: &huma.Components{SecuritySchemes: map[string]*huma.SecurityScheme{"key": {Type: "http", Scheme: "bearer", Description: "An API key, as concord key create makes one"}}, Schemas: huma.NewMapRegistry("#/components/schemas/", schemaName)},
		},
		OpenAPIPath:   "/openapi",
		Formats:       huma.DefaultFormats,
		DefaultFormat: "application/json",

		RejectUnknownQueryParameters: true,
	}
	s.api = humamux.New(s.router, config)
	s.healthRoutes()
	s.sessionRoutes()
	s.schemeRoutes()
	s.conceptRoutes()
	s.searchRoutes()
	s.mappingRoutes()
	s.alignRoutes()
	s.batchRoutes()
	s.jobRoutes()
	s.webhookRoutes()
	s.applyRoutes()
	s.portfolioRoutes()
	s.decisionRoutes()
	s.translateRoutes()
	s.diffRoutes()
	s.reconcileRoutes()
	s.mcpRoutes()
	s.docsRoutes()
	s.staticRoutes()
	s.uiRoutes()
	s.homePage()
	s.alignPages()
	s.browsePages()
	s.crosswalkPages()
	s.reviewPages()
	s.releasePages()
	s.profilePages()
	s.qualityPages()
}

// schemaName names the schema of a type: a type of another package by both, so
// that a Link of two packages is two.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if pkg := path.Base(t.PkgPath()); t.Name() != "" && strings.HasPrefix(t.PkgPath(), "concord/") && pkg != "web" {
		return strings.ToUpper(pkg[:1]) + pkg[1:] + name
	}
	return name
}

const apiDescription = `Concord maps badges, courses, credentials and records to shared skill concepts, and keeps crosswalks between skill frameworks.
Every answer names the releases it was made from. Errors are problem details (RFC 9457) with a stable code.`

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// API is the description of the JSON API.
func (s *Server) API() *huma.OpenAPI { return s.api.OpenAPI() }

// Close lets go of what is open. Requests must have ended.
func (s *Server) Close() error {
	s.stop()
	s.jobs.running.Wait()
	s.crew.close()
	return s.live.close()
}

// Serve answers on the server's address until ctx ends, then lets requests
// under way finish, for as long as Limits.Drain.
func (s *Server) Serve(ctx context.Context, srv *http.Server, serve func() error) error {
	srv.Handler = s
	srv.ReadHeaderTimeout, srv.ReadTimeout = s.cfg.Limits.HeaderTimeout, s.cfg.Limits.ReadTimeout
	srv.WriteTimeout, srv.IdleTimeout = s.cfg.Limits.WriteTimeout, s.cfg.Limits.IdleTimeout
	srv.MaxHeaderBytes = s.cfg.Limits.HeaderBytes
	srv.ErrorLog = slog.NewLogLogger(s.cfg.Log.Handler(), slog.LevelDebug)
	watch, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		s.warm(watch)
		s.live.watch(watch, reloadEvery)
	}()
	ended := make(chan error, 1)
	go func() { ended <- serve() }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	s.stop() // what lasts ends by itself
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.Limits.Drain)
	defer cancel()
	err := srv.Shutdown(drain)
	if errors.Is(err, context.DeadlineExceeded) {
		err = srv.Close()
	}
	<-ended
	return err
}
