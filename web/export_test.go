package web

import (
	"context"
	"time"

	"github.com/gorilla/mux"
)

// Watch reloads s, as Serve does.
func Watch(s *Server, ctx context.Context, every time.Duration) { s.live.watch(ctx, every) }

// Router is the routes of s.
func Router(s *Server) *mux.Router { return s.router }

// Languages are the texts of the interface by language and key.
func Languages() map[string]map[string]string {
	out := map[string]map[string]string{}
	for code, texts := range languages {
		out[code] = texts
	}
	return out
}

// Templates are the templates' texts by name.
func Templates() map[string]string {
	out := map[string]string{}
	files, err := assets.ReadDir("templates")
	if err != nil {
		panic(err)
	}
	for _, f := range files {
		raw, err := assets.ReadFile("templates/" + f.Name())
		if err != nil {
			panic(err)
		}
		out[f.Name()] = string(raw)
	}
	return out
}

// Cut is what bounds the lists that an assistant reads.
func Cut(list []int) (kept, omitted int) {
	return len(cut(list, &omitted)), omitted
}

// Stop ends what lasts, as the end of Serve does.
func Stop(s *Server) { s.stop() }

// Sweep removes what has expired.
func Sweep(s *Server) { s.sweep() }
