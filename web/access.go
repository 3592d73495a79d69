package web

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// sessionCookie holds the key of a person who gave it to the pages once.
const sessionCookie = "concord_key"

// A caller is who a request is from.
type caller struct {
	key     *Key   // nil: none was given
	address string // of the other end
	proxied bool   // the request says that it came through a proxy
}

// callerOf returns who the request that ctx belongs to is from.
func callerOf(ctx context.Context) caller {
	c, _ := ctx.Value(callerKey).(caller)
	return c
}

// by is the name that a decision of this caller carries: the key's owner, or
// where no key is needed the name that the person gives.
func (c caller) by(given string) string {
	if c.key != nil {
		return c.key.Owner
	}
	return strings.TrimSpace(given)
}

// scoped marks an operation with the scope it needs. writes: it changes
// something that lasts, so that beyond loopback it needs a key.
func scoped(op huma.Operation, scope Scope, writes bool) huma.Operation {
	if op.Metadata == nil {
		op.Metadata = map[string]any{}
	}
	op.Metadata["scope"], op.Metadata["writes"] = scope, writes
	if writes || scope != ScopeRead {
		op.Security = []map[string][]string{{"key": {}}, {}}
	}
	return op
}

// A need is what a route asks of its caller.
type need struct {
	scope  Scope
	writes bool
	body   int64 // bytes at most; 0: Limits.Body
}

// needs returns what each route asks, by method and path, as registered.
func (s *Server) needs() map[string]need {
	out := map[string]need{}
	for path, item := range s.api.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			n := need{scope: ScopeRead}
			if scope, ok := op.Metadata["scope"].(Scope); ok {
				n.scope = scope
			}
			n.writes, _ = op.Metadata["writes"].(bool)
			n.body = op.MaxBodyBytes
			out[op.Method+" "+path] = n
		}
	}
	return out
}

// open routes need no key at all, so that a probe and a person can reach them.
var openRoutes = map[string]bool{"/healthz": true, "/readyz": true, "/session": true, "/docs": true, "/static/": true, "/openapi.json": true, "/openapi.yaml": true}

// authorize asks for a key where one is needed, and refuses one that is not
// good for what is asked.
func (s *Server) authorize(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// What a proxy says of its client is not believed, but that there is one
		// is: what comes through a proxy on this machine comes from beyond it.
		c := caller{address: address(r), proxied: r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != ""}
		beyond := s.cfg.Access.Beyond || c.proxied
		path := s.routeOf(r)
		token, given := token(r)
		if given {
			k, err := checkKey(r.Context(), s.cfg.Store, token, s.now())
			switch {
			case errors.Is(err, errKey) && openRoutes[path]:
				// A key that has expired must not keep a person from giving another.
			case errors.Is(err, errKey):
				if !s.spend(w, c) {
					return // who guesses keys may not do so faster than who has one
				}
				w.Header().Set("WWW-Authenticate", `Bearer realm="Concord", error="invalid_token"`)
				writeProblem(w, problem(http.StatusUnauthorized, "key-invalid", err.Error()))
				return
			case err != nil:
				writeProblem(w, asProblem(s.fail(r.Context(), err)))
				return
			}
			if c.key = k; k != nil {
				s.used.note(r.Context(), s, k)
			}
		}
		n, known := s.need[r.Method+" "+path]
		if !known {
			n = need{scope: ScopeRead, writes: r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodOptions}
			if n.writes {
				n.scope = ScopeReview
			}
			if x, ok := s.extra[path]; ok {
				n = x
			}
		}
		switch {
		case openRoutes[path] || r.Method == http.MethodOptions:
		case c.key != nil && !c.key.allows(n.scope):
			writeProblem(w, problem(http.StatusForbidden, "scope", "this needs a key with the scope "+string(n.scope)))
			return
		case c.key == nil && (s.cfg.Access.RequireKey || beyond && (n.writes || n.scope == ScopeAdmin)):
			w.Header().Set("WWW-Authenticate", `Bearer realm="Concord"`)
			writeProblem(w, problem(http.StatusUnauthorized, "key-required", "this needs a key with the scope "+string(n.scope)+", as Authorization: Bearer KEY; concord key create makes one"))
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callerKey, c)))
	})
}

// token returns the key that a request carries.
func token(r *http.Request) (string, bool) {
	if h := r.Header.Get("Authorization"); h != "" {
		scheme, rest, _ := strings.Cut(h, " ")
		if strings.EqualFold(scheme, "Bearer") {
			return strings.TrimSpace(rest), true
		}
		return "", true
	}
	if c, err := r.Cookie(sessionCookie); err == nil {
		return c.Value, true
	}
	return "", false
}

// address is the host of the other end.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// used remembers when a key was last used, and writes it down once a minute.
type used struct {
	mu   sync.Mutex
	last map[string]time.Time
}

func (u *used) note(ctx context.Context, s *Server, k *Key) {
	now := s.now().UTC().Truncate(time.Minute)
	u.mu.Lock()
	same := u.last[k.ID].Equal(now)
	if u.last == nil || len(u.last) > 10_000 {
		u.last = map[string]time.Time{}
	}
	u.last[k.ID] = now
	u.mu.Unlock()
	if same {
		return
	}
	if err := noteUse(context.WithoutCancel(ctx), s.cfg.Store, k.ID, now); err != nil {
		s.cfg.Log.WarnContext(ctx, "noting the use of a key", "key", k.ID, "error", err)
	}
}

// hosts refuses requests to a loopback server under a name that is not this
// machine's: a page elsewhere could have its own name point here (DNS rebinding).
func (s *Server) hosts(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		ip := net.ParseIP(strings.Trim(host, "[]"))
		if !s.cfg.Access.Beyond && host != "" && !strings.EqualFold(host, "localhost") && (ip == nil || !ip.IsLoopback()) {
			writeProblem(w, problem(http.StatusMisdirectedRequest, "wrong-host", "this server answers on this machine alone; name it localhost"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// session is where the pages keep a key that a person gave: in a cookie that
// no script can read.
func (s *Server) sessionRoutes() {
	s.router.HandleFunc("/session", func(w http.ResponseWriter, r *http.Request) {
		key := strings.TrimSpace(r.PostFormValue("key"))
		cookie := &http.Cookie{Name: sessionCookie, Value: key, Path: "/", HttpOnly: true, Secure: r.TLS != nil || s.cfg.Access.Beyond, SameSite: http.SameSiteStrictMode}
		if key == "" {
			cookie.MaxAge = -1
		} else if _, err := checkKey(r.Context(), s.cfg.Store, key, s.now()); err != nil {
			writeProblem(w, problem(http.StatusUnauthorized, "key-invalid", errKey.Error()))
			return
		}
		http.SetCookie(w, cookie)
		http.Redirect(w, r, localPath(r.PostFormValue("back")), http.StatusSeeOther)
	}).Methods(http.MethodPost)
}

// localPath is p if it is a path of this server, else the front page.
func localPath(p string) string {
	control := func(r rune) bool { return r < ' ' || r == 0x7f } // browsers leave these out of an address
	if !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || strings.Contains(p, "\\") || strings.ContainsFunc(p, control) {
		return "/"
	}
	return p
}
