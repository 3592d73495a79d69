package web

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// streams are routes that last: they do not take a turn of their own.
var streams = map[string]bool{"/v1/align/batch": true, "/v1/jobs": true, "/v1/jobs/{id}/events": true, "/v1/jobs/{id}/result": true}

// A gate lets as many requests be worked on at a time as the machine bears,
// some wait, and refuses the rest before everything slows down.
type gate struct {
	turns   chan struct{}
	waiting chan struct{}
	streams chan struct{} // batches and uploads
}

func newGate(turns, waiting, streams int) *gate {
	return &gate{make(chan struct{}, turns), make(chan struct{}, waiting), make(chan struct{}, streams)}
}

// errBusy is that too many wait already.
var errBusy = problem(http.StatusServiceUnavailable, "busy", "more is asked than this machine can do; ask again in a moment")

// take waits for a turn, in the order asked for, and returns what ends it.
func (g *gate) take(ctx context.Context) (done func(), err error) {
	select {
	case g.turns <- struct{}{}:
		return func() { <-g.turns }, nil
	default:
	}
	select {
	case g.waiting <- struct{}{}:
	default:
		return nil, errBusy
	}
	defer func() { <-g.waiting }()
	select {
	case g.turns <- struct{}{}:
		return func() { <-g.turns }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// gateOf is the gate that a request goes through. What keeps a core busy for
// milliseconds has one of its own, as wide as there are cores: any more at once
// would end none of them sooner, and keep what takes a moment from its core.
func (s *Server) gateOf(r *http.Request) *gate {
	route := s.routeOf(r)
	n := s.need[r.Method+" "+route]
	if n.scope == ScopeAlign && r.Method == http.MethodPost || route == "/v1/diff" || publicRoute(route) && r.Method == http.MethodPost {
		return s.heavy
	}
	return s.gate
}

func (s *Server) takeTurns(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if streams[s.routeOf(r)] {
			next.ServeHTTP(w, r)
			return
		}
		g := s.gateOf(r)
		done, err := g.take(r.Context())
		if err != nil {
			w.Header().Set("Retry-After", "1")
			writeProblem(w, asProblem(err))
			return
		}
		defer done()
		if g == s.heavy {
			s.crew.do(func() { next.ServeHTTP(w, r) })
			return
		}
		next.ServeHTTP(w, r)
	})
}

// buckets bound how often a key, or an address beyond this machine, may ask.
type buckets struct {
	mu   sync.Mutex
	of   map[string]*bucket
	rate float64
	size int
}

type bucket struct {
	*rate.Limiter
	used time.Time
}

// mostBuckets bounds the memory of many addresses.
const mostBuckets = 10_000

func (b *buckets) get(who string, now time.Time) *bucket {
	b.mu.Lock()
	defer b.mu.Unlock()
	x := b.of[who]
	if x == nil {
		if b.of == nil || len(b.of) >= mostBuckets {
			b.forget(now)
		}
		x = &bucket{Limiter: rate.NewLimiter(rate.Limit(b.rate), b.size)}
		b.of[who] = x
	}
	x.used = now
	return x
}

// forget drops the buckets that are full again: they say nothing.
func (b *buckets) forget(now time.Time) {
	kept := map[string]*bucket{}
	for who, x := range b.of {
		if x.TokensAt(now) < float64(b.size) && len(kept) < mostBuckets/2 {
			kept[who] = x
		}
	}
	b.of = kept
}

// limitRate answers 429 to who asks too often. This machine's own requests
// without a key are not counted.
func (s *Server) limitRate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.spend(w, callerOf(r.Context())) {
			next.ServeHTTP(w, r)
		}
	})
}

// spend takes a token from the caller's bucket. Where there is none left it
// answers the request and returns false.
func (s *Server) spend(w http.ResponseWriter, c caller) bool {
	who := "address " + c.address
	ip := net.ParseIP(c.address)
	switch {
	case s.cfg.Limits.Rate < 0 || c.key == nil && !c.proxied && ip != nil && ip.IsLoopback():
		return true
	case c.key != nil:
		who = "key " + c.key.ID
	case ip != nil && ip.To4() == nil:
		// Whoever has an address of IPv6 has the 2^64 beside it.
		who = "address " + ip.Mask(net.CIDRMask(64, 128)).String()
	}
	now := s.now()
	b := s.buckets.get(who, now)
	allowed := b.AllowN(now, 1)
	left := max(b.TokensAt(now), 0)
	h := w.Header()
	h.Set("RateLimit-Policy", fmt.Sprintf(`"default";q=%d;w=%d`, s.cfg.Limits.Burst, int(float64(s.cfg.Limits.Burst)/s.cfg.Limits.Rate+1)))
	h.Set("RateLimit", fmt.Sprintf(`"default";r=%d;t=%d`, int(left), int((float64(s.cfg.Limits.Burst)-left)/s.cfg.Limits.Rate+1)))
	if !allowed {
		h.Set("Retry-After", strconv.Itoa(int((1-left)/s.cfg.Limits.Rate)+1))
		writeProblem(w, problem(http.StatusTooManyRequests, "", "too many requests; ask again after the seconds in Retry-After"))
	}
	return allowed
}

// crossOrigin lets pages of other sites call what Access.Origins allows, and
// everybody the reconciliation services, which OpenRefine calls from a page;
// it refuses what another site's page would change with a person's cookie.
func (s *Server) crossOrigin(next http.Handler) http.Handler {
	protect := http.NewCrossOriginProtection()
	for _, o := range s.cfg.Access.Origins {
		if o != "*" {
			protect.AddTrustedOrigin(o) // New checked it
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin, path := r.Header.Get("Origin"), s.routeOf(r)
		public := publicRoute(path)
		any := public || slices.Contains(s.cfg.Access.Origins, "*")
		h := w.Header()
		h.Add("Vary", "Origin")
		switch {
		case origin == "" || !any && !slices.Contains(s.cfg.Access.Origins, origin):
		case any:
			h.Set("Access-Control-Allow-Origin", "*")
		default:
			h.Set("Access-Control-Allow-Origin", origin)
		}
		if h.Get("Access-Control-Allow-Origin") != "" {
			h.Set("Access-Control-Expose-Headers", "ETag, Concord-Releases, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id")
			if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
				h.Set("Access-Control-Allow-Methods", "GET, HEAD, POST, DELETE")
				h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, If-None-Match, Idempotency-Key, X-Request-Id")
				h.Set("Access-Control-Max-Age", "600")
				w.WriteHeader(http.StatusNoContent)
				return
			}
		}
		_, noCookie := r.Cookie(sessionCookie)
		if !any || noCookie == nil {
			if err := protect.Check(r); err != nil {
				writeProblem(w, problem(http.StatusForbidden, "cross-origin", "a page of another site may not do this; the server's owner can allow its origin"))
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// publicRoute tells the routes of the reconciliation services.
func publicRoute(path string) bool { return len(path) > 10 && path[:11] == "/reconcile/" }
