package web

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

func TestCrew(t *testing.T) {
	c := newCrew(2)
	defer c.close()
	var group sync.WaitGroup
	var at, most, done atomic.Int32
	for range 40 {
		group.Go(func() {
			c.do(func() {
				for n := at.Add(1); ; {
					m := most.Load()
					if n <= m || most.CompareAndSwap(m, n) {
						break
					}
				}
				at.Add(-1)
				done.Add(1)
			})
		})
	}
	group.Wait()
	if done.Load() != 40 || most.Load() > 2 {
		t.Errorf("%d of 40 done, %d at a time; want at most 2", done.Load(), most.Load())
	}
}

func TestCrewPanic(t *testing.T) {
	c := newCrew(1)
	defer c.close()
	caught := func(f func()) (p any) {
		defer func() { p = recover() }()
		c.do(f)
		return nil
	}
	if p, _ := caught(func() { var none []int; _ = none[len(none)] }).(string); !strings.Contains(p, "out of range") || !strings.Contains(p, "TestCrewPanic") {
		t.Errorf("panic %q, want its reason and where it began", p)
	}
	if p := caught(func() { panic(http.ErrAbortHandler) }); p != http.ErrAbortHandler {
		t.Errorf("panic %v, want that which ends an answer", p)
	}
	if p := caught(func() {}); p != nil { // the crew is still there
		t.Errorf("panic %v after another", p)
	}
}
