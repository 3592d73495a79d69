package web

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"concord/taxonomy"
)

// reloadEvery is how often the store is asked whether something was loaded.
const reloadEvery = time.Second

// A live holds what answers are made from and swaps it when another program
// has loaded something. A request keeps what it began with until it ends.
type live struct {
	store taxonomy.Reader
	open  func(context.Context) (*Opened, error)
	log   *slog.Logger

	loaded func(before, after []taxonomy.Release) // told when something else was opened; may be nil

	mu       sync.Mutex
	now      *state // nil: nothing is loaded
	revision string // of the store that was last looked at
	stale    error  // why what is loaded could not be opened; nil: it is
	since    time.Time
}

// A state is one Opened with the number of requests that read it.
type state struct {
	*Opened
	users  int
	retire bool // close when the last user has gone
}

func newLive(ctx context.Context, store taxonomy.Reader, open func(context.Context) (*Opened, error), log *slog.Logger) (*live, error) {
	l := &live{store: store, open: open, log: log}
	err := l.reload(ctx)
	if err != nil && !errors.Is(err, taxonomy.ErrNotFound) {
		return nil, err
	}
	return l, nil
}

// use returns what to answer from and a function to call when the answer is
// made. The error is an ErrNotFound where nothing is loaded.
func (l *live) use() (*Opened, func(), error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.now
	if s == nil {
		return nil, nil, l.stale
	}
	s.users++
	return s.Opened, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if s.users--; s.users == 0 && s.retire {
			l.closeState(s)
		}
	}, nil
}

// reload opens what is loaded now if the store has changed since.
func (l *live) reload(ctx context.Context) error {
	revision, err := l.store.Revision(ctx)
	if err != nil {
		return err
	}
	l.mu.Lock()
	same := revision == l.revision && l.stale == nil
	l.mu.Unlock()
	if same {
		return nil
	}
	opened, err := l.open(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stale = err
	if err != nil {
		return err
	}
	l.revision = revision
	old := l.now
	l.now, l.since = &state{Opened: opened}, time.Now()
	if old != nil {
		if old.retire = true; old.users == 0 {
			l.closeState(old)
		}
	}
	return nil
}

// watch reloads until ctx ends.
func (l *live) watch(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		before, had := l.age(), l.releases()
		if err := l.reload(ctx); err != nil && ctx.Err() == nil {
			l.log.Debug("what is loaded cannot be opened yet", "error", err)
		} else if after := l.age(); after != before {
			l.log.Info("opened what was loaded")
			if l.loaded != nil {
				l.loaded(had, l.releases())
			}
		}
	}
}

// ready reports what keeps answers from being up to date.
func (l *live) ready() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.stale
}

// releases is what is open.
func (l *live) releases() []taxonomy.Release {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.now == nil {
		return nil
	}
	return l.now.Releases
}

// age is when what is open was opened.
func (l *live) age() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.since
}

func (l *live) closeState(s *state) {
	if err := errors.Join(s.Engine.Close(), s.Index.Close()); err != nil {
		l.log.Warn("closing what was loaded before", "error", err)
	}
}

func (l *live) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.now == nil {
		return nil
	}
	s := l.now
	l.now, l.stale = nil, errClosed
	if s.users > 0 {
		s.retire = true
		return nil
	}
	return errors.Join(s.Engine.Close(), s.Index.Close())
}

var errClosed = errors.New("the server is closed")
