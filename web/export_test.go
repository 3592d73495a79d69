package web

import (
	"context"
	"time"
)

// Watch reloads s, as Serve does.
func Watch(s *Server, ctx context.Context, every time.Duration) { s.live.watch(ctx, every) }

// Cut is what bounds the lists that an assistant reads.
func Cut(list []int) (kept, omitted int) {
	return len(cut(list, &omitted)), omitted
}
