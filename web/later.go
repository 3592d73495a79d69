package web

import (
	"context"
	"sync"
	"time"
)

// A later keeps what takes seconds to compute: it is computed once for a key,
// in the background, so that a page can say that it is on its way.
type later[T any] struct {
	mu sync.Mutex
	of map[string]*coming[T]
}

// coming is a value that is being computed, or was.
type coming[T any] struct {
	done  chan struct{}
	value T
	err   error
}

// patience is how long a page waits for what is being computed.
const patience = 20 * time.Millisecond

// mostLater bounds what is kept of one sort.
const mostLater = 40

// get returns the value of key, or ready false where it is still being
// computed. What ended in an error is computed again when it is asked for next.
func (l *later[T]) get(ctx context.Context, key string, compute func(context.Context) (T, error)) (value T, ready bool, err error) {
	l.mu.Lock()
	c := l.of[key]
	if c == nil {
		if l.of == nil || len(l.of) >= mostLater {
			l.of = map[string]*coming[T]{}
		}
		c = &coming[T]{done: make(chan struct{})}
		l.of[key] = c
		go func() {
			defer close(c.done)
			c.value, c.err = compute(context.WithoutCancel(ctx))
			if c.err != nil {
				l.mu.Lock()
				delete(l.of, key)
				l.mu.Unlock()
			}
		}()
	}
	l.mu.Unlock()
	select {
	case <-c.done:
		return c.value, true, c.err
	case <-time.After(patience):
		return value, false, nil
	case <-ctx.Done():
		return value, false, ctx.Err()
	}
}
