// Package load puts a server under load and measures how it answers: course
// descriptions are aligned by many clients at once, while one client types and
// searches. It knows nothing of the server but its address. Times are of whole
// answers, read to the end, as a client on the same machine sees them.
package load

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// Options say what is asked of a server.
type Options struct {
	URL         string        // of the server
	Target      string        // scheme to align with and to search, as NAME or NAME@RELEASE
	Concurrency int           // clients that align
	Duration    time.Duration // of the measurement, after a tenth of it to warm up
	Key         string        // API key; empty: none

	CPU func() time.Duration // what the server has used of its processors so far; nil: not known
}

// A Report is what was measured.
type Report struct {
	Target      string  `json:"target"`
	Concurrency int     `json:"concurrency"`
	Seconds     float64 `json:"seconds"`
	Align       Times   `json:"align"`
	Suggest     Times   `json:"suggest"`
	Search      Times   `json:"search"`
	CPU         float64 `json:"cpu,omitempty"` // processors that the server kept busy; 0: not known
	RSS         int64   `json:"rss,omitempty"` // bytes of the server's memory at the end; 0: not known
}

// Times are of one kind of request, in milliseconds.
type Times struct {
	Requests  int     `json:"requests"`
	PerSecond float64 `json:"perSecond"`
	P50       float64 `json:"p50"`
	P95       float64 `json:"p95"`
	P99       float64 `json:"p99"`
	Max       float64 `json:"max"`
	Errors    int     `json:"errors"`
	Error     string  `json:"error,omitempty"` // the first
}

// pause is between what the one client types: faster than any person.
const pause = 15 * time.Millisecond

// Run measures a server. The error is that of ctx, or that the server answers
// nothing at all; single failures are counted.
func Run(ctx context.Context, opt Options) (*Report, error) {
	transport := &http.Transport{MaxIdleConnsPerHost: opt.Concurrency + 2}
	defer transport.CloseIdleConnections()
	c := client{http: &http.Client{Transport: transport, Timeout: time.Minute}, opt: opt}
	if _, err := c.align(ctx, 0); err != nil {
		return nil, err
	}
	warm, cancel := context.WithTimeout(ctx, opt.Duration/10)
	c.all(warm)
	cancel()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	run, cancel := context.WithTimeout(ctx, opt.Duration)
	defer cancel()
	cpu := opt.CPU
	if cpu == nil {
		cpu = func() time.Duration { return 0 }
	}
	before, began := cpu(), time.Now()
	align, suggest, search := c.all(run)
	took, used := time.Since(began), cpu()-before
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return &Report{Target: opt.Target, Concurrency: opt.Concurrency, Seconds: took.Seconds(), CPU: used.Seconds() / took.Seconds(),
		Align: align.times(took), Suggest: suggest.times(took), Search: search.times(took)}, nil
}

// A client asks the server.
type client struct {
	http *http.Client
	opt  Options
}

// A taken is what requests of one kind took.
type taken struct {
	took   []time.Duration
	failed int
	first  error
}

func (t *taken) add(took time.Duration, err error) {
	if err != nil {
		if t.failed++; t.first == nil {
			t.first = err
		}
		return
	}
	t.took = append(t.took, took)
}

func (t *taken) times(over time.Duration) Times {
	slices.Sort(t.took)
	at := func(p float64) float64 {
		if len(t.took) == 0 {
			return 0
		}
		return float64(t.took[min(int(p*float64(len(t.took))), len(t.took)-1)].Microseconds()) / 1000
	}
	out := Times{Requests: len(t.took) + t.failed, PerSecond: float64(len(t.took)) / over.Seconds(), P50: at(0.5), P95: at(0.95), P99: at(0.99), Max: at(1), Errors: t.failed}
	if t.first != nil {
		out.Error = t.first.Error()
	}
	return out
}

// all keeps every client busy until ctx ends. What is under way then is not
// counted.
func (c client) all(ctx context.Context) (align, suggest, search taken) {
	var group sync.WaitGroup
	var mu sync.Mutex
	for n := range c.opt.Concurrency {
		group.Go(func() {
			var mine taken
			for i := n; ctx.Err() == nil; i += c.opt.Concurrency {
				if took, err := c.align(ctx, i); ctx.Err() == nil {
					mine.add(took, err)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			align.took, align.failed = append(align.took, mine.took...), align.failed+mine.failed
			if align.first == nil {
				align.first = mine.first
			}
		})
	}
	group.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			word := Words(i)
			typed := []rune(word)
			for n := 2; n <= min(len(typed), 8) && ctx.Err() == nil; n += 2 {
				if took, err := c.get(ctx, "/v1/suggest", url.Values{"prefix": {string(typed[:n])}, "schemes": {c.opt.Target}}); ctx.Err() == nil {
					suggest.add(took, err)
				}
				rest(ctx)
			}
			if took, err := c.get(ctx, "/v1/search", url.Values{"q": {word}, "schemes": {c.opt.Target}}); ctx.Err() == nil {
				search.add(took, err)
			}
			rest(ctx)
		}
	})
	group.Wait()
	return align, suggest, search
}

func rest(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(pause):
	}
}

func (c client) align(ctx context.Context, i int) (time.Duration, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.opt.URL+"/v1/align?targets="+url.QueryEscape(c.opt.Target), strings.NewReader(Course(i)))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "text/plain")
	return c.do(r)
}

func (c client) get(ctx context.Context, path string, q url.Values) (time.Duration, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.opt.URL+path+"?"+q.Encode(), nil)
	if err != nil {
		return 0, err
	}
	return c.do(r)
}

// do sends a request and times it to the end of its answer, which must be 200.
func (c client) do(r *http.Request) (time.Duration, error) {
	if c.opt.Key != "" {
		r.Header.Set("Authorization", "Bearer "+c.opt.Key)
	}
	began := time.Now()
	res, err := c.http.Do(r)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusOK {
		_, err = io.Copy(io.Discard, res.Body)
		return time.Since(began), err
	}
	var p struct{ Detail string }
	raw, _ := io.ReadAll(io.LimitReader(res.Body, 1<<16))
	if json.Unmarshal(raw, &p) != nil || p.Detail == "" {
		p.Detail = strings.TrimSpace(string(raw))
	}
	return 0, fmt.Errorf("%s: %s", res.Status, p.Detail)
}
