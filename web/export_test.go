package web

import (
	"context"
	"time"
)

// Watch reloads s, as Serve does.
func Watch(s *Server, ctx context.Context, every time.Duration) { s.live.watch(ctx, every) }

// Stop ends what lasts, as the end of Serve does.
func Stop(s *Server) { s.stop() }
