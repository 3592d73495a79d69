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
