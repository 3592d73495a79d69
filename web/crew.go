package web

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"sync"
)

// A crew does what keeps a core busy for milliseconds, on threads of its own
// that the system puts behind the others of this program where it can: what
// takes a moment is then answered in a moment beside them.
type crew struct {
	work chan func()
	end  sync.Once
}

func newCrew(size int) *crew {
	c := &crew{work: make(chan func())}
	for range size {
		go func() {
			stepBack() // the thread ends with this goroutine
			for f := range c.work {
				f()
			}
		}()
	}
	return c
}

// do returns when one of the crew has done f. A panic of f is one of do's.
func (c *crew) do(f func()) {
	ended := make(chan any, 1)
	c.work <- func() {
		defer func() {
			p := recover()
			if p != nil && p != http.ErrAbortHandler {
				p = fmt.Sprintf("%v\n%s", p, debug.Stack())
			}
			ended <- p
		}()
		f()
	}
	if p := <-ended; p != nil {
		panic(p)
	}
}

// close lets the crew go, once. Nothing may be done after it.
func (c *crew) close() { c.end.Do(func() { close(c.work) }) }
