package web

import (
	"runtime"
	"time"
)

// Limits bound what requests may take. A zero field is its default.
type Limits struct {
	Body        int64 // bytes of a request's body; default 10 MiB
	Upload      int64 // bytes of a job's or a batch's; default 1 GiB
	Depth       int   // nesting of JSON; default 200
	HeaderBytes int   // default 64 KiB
	Concurrent  int   // requests worked on at a time; default 8 for each core
	Heavy       int   // of those that align, compare or translate; default one for each core
	Waiting     int   // requests that may wait for their turn; default 256
	Streams     int   // batches and uploads under way at a time; default 4 for each core
	Jobs        int   // jobs worked on at a time; default 1, which takes all cores
	Queue       int   // jobs that have not ended; default 100

	HeaderTimeout, ReadTimeout, WriteTimeout, IdleTimeout time.Duration // defaults 5 s, 60 s, 120 s, 120 s
	KeepJobs                                              time.Duration // how long a job and its result stay when it has ended; default 7 days
	Drain                                                 time.Duration // for requests under way when the server ends; default 20 s

	Rate  float64 // requests a second of one key, or of one address beyond this machine; default 100, negative: no bound
	Burst int     // that it may make at once; default 200
}

func (l Limits) orDefaults() Limits {
	or := func(n *int, d int) {
		if *n == 0 {
			*n = d
		}
	}
	orTime := func(t *time.Duration, d time.Duration) {
		if *t == 0 {
			*t = d
		}
	}
	if l.Body == 0 {
		l.Body = 10 << 20
	}
	if l.Upload == 0 {
		l.Upload = 1 << 30
	}
	or(&l.Depth, 200)
	or(&l.HeaderBytes, 64<<10)
	or(&l.Concurrent, 8*runtime.GOMAXPROCS(0))
	or(&l.Heavy, runtime.GOMAXPROCS(0))
	or(&l.Waiting, 256)
	or(&l.Streams, 4*runtime.GOMAXPROCS(0))
	or(&l.Jobs, 1)
	or(&l.Queue, 100)
	or(&l.Burst, 200)
	if l.Rate == 0 {
		l.Rate = 100
	}
	orTime(&l.HeaderTimeout, 5*time.Second)
	orTime(&l.ReadTimeout, 60*time.Second)
	orTime(&l.WriteTimeout, 120*time.Second)
	orTime(&l.IdleTimeout, 120*time.Second)
	orTime(&l.Drain, 20*time.Second)
	orTime(&l.KeepJobs, 7*24*time.Hour)
	return l
}

// Access says who may do what.
type Access struct {
	Beyond     bool     // the server listens beyond loopback: writes need a key
	RequireKey bool     // reads need one too
	Origins    []string // that pages of other sites may call the API from (CORS); "*": any
}
