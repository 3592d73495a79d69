package web

import (
	"context"
	"time"
)

// Watch reloads s, as Serve does.
func Watch(s *Server, ctx context.Context, every time.Duration) { s.live.watch(ctx, every) }

// Stop ends what lasts, as the end of Serve does.
func Stop(s *Server) { s.stop() }

// SetNow sets the clock of s.
func SetNow(s *Server, now func() time.Time) { s.now = now }

// Sweep removes what has expired.
func Sweep(s *Server) { s.sweep() }

// JobsOpen reports whether s works on jobs yet.
func JobsOpen(s *Server) bool {
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	return s.jobs.open
}
