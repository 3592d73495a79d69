package web

import (
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
var streams = map[string]bool{"/v1/align/batch": true, "/v1/jobs/{id}/events": true}

// A gate lets as many requests be worked on at a time as the machine bears,
// some wait, and refuses the rest before everything slows down.
type gate struct {
	turns   chan struct{}
	waiting chan struct{}
}

func newGate(l Limits) *gate {
	return &gate{make(chan struct{}, l.Concurrent), make(chan struct{}, l.Waiting)}
}

func (s *Server) takeTurns(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if streams[s.routeOf(r)] {
			next.ServeHTTP(w, r)
			return
		}
		select {
		case s.gate.turns <- struct{}{}:
		default:
			select {
			case s.gate.waiting <- struct{}{}:
			default:
				w.Header().Set("Retry-After", "1")
				writeProblem(w, problem(http.StatusServiceUnavailable, "busy", "more is asked than this machine can do; ask again in a moment"))
				return
			}
			select {
			case s.gate.turns <- struct{}{}:
				<-s.gate.waiting
			case <-r.Context().Done():
				<-s.gate.waiting
				return
			}
		}
		defer func() { <-s.gate.turns }()
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
		c := callerOf(r.Context())
		who := "address " + c.address
		ip := net.ParseIP(c.address)
		switch {
		case s.cfg.Limits.Rate < 0 || c.key == nil && ip != nil && ip.IsLoopback():
			next.ServeHTTP(w, r)
			return
		case c.key != nil:
			who = "key " + c.key.ID
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
			return
		}
		next.ServeHTTP(w, r)
	})
}

// limitBody bounds what is read of a body.
func (s *Server) limitBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		most := s.cfg.Limits.Body
		if path := s.routeOf(r); path == "/v1/align/batch" || path == "/v1/jobs" {
			most = s.cfg.Limits.Upload
		}
		if r.ContentLength > most {
			writeProblem(w, problem(http.StatusRequestEntityTooLarge, "", fmt.Sprintf("the body has %d bytes; at most %d are taken here", r.ContentLength, most)))
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, most)
		next.ServeHTTP(w, r)
	})
}

// crossOrigin lets pages of other sites call what Access.Origins allows, and
// everybody the reconciliation services, which OpenRefine calls from a page;
// it refuses what another site's page would change with a person's cookie.
func (s *Server) crossOrigin(next http.Handler) http.Handler {
	protect := http.NewCrossOriginProtection()
	for _, o := range s.cfg.Access.Origins {
		if o != "*" {
			protect.AddTrustedOrigin(o) // the command checked it
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
		_, cookie := r.Cookie(sessionCookie)
		if !(any && cookie != nil) {
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
