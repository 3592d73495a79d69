package bench

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A Latency says how long a ranking takes, warm, one after the other, and how
// many the cores do side by side.
type Latency struct {
	Queries   int     `json:"queries"`
	P50       float64 `json:"p50ms"` // milliseconds
	P95       float64 `json:"p95ms"`
	P99       float64 `json:"p99ms"`
	PerSecond float64 `json:"perSecond"` // queries, on Cores cores
	Cores     int     `json:"cores"`
}

// warmUp is how many queries are ranked before the clock runs.
const warmUp = 50

// throughputFor bounds the time spent on measuring throughput.
const throughputFor = time.Second

// Rank ranks every query, and measures how long that took.
func Rank(ctx context.Context, rank Ranker, queries []Query) (Run, *Latency, error) {
	run := make(Run, len(queries))
	for _, q := range queries[:min(warmUp, len(queries))] {
		if _, err := rank(q.Text); err != nil {
			return nil, nil, fmt.Errorf("ranking %s: %w", q.ID, err)
		}
	}
	took := make([]time.Duration, 0, len(queries))
	for _, q := range queries {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		start := time.Now()
		ranked, err := rank(q.Text)
		took = append(took, time.Since(start))
		if err != nil {
			return nil, nil, fmt.Errorf("ranking %s: %w", q.ID, err)
		}
		run[q.ID] = ranked
	}
	l := latencyOf(took)
	l.Cores = runtime.GOMAXPROCS(0)
	l.PerSecond = throughput(ctx, rank, queries, l.Cores)
	return run, l, ctx.Err()
}

// latencyOf takes the percentiles of durations: the smallest that so many
// per cent do not exceed.
func latencyOf(took []time.Duration) *Latency {
	took = slices.Sorted(slices.Values(took))
	at := func(percent int) float64 {
		if len(took) == 0 {
			return 0
		}
		return float64(took[max(0, (percent*len(took)+99)/100-1)]) / float64(time.Millisecond)
	}
	return &Latency{Queries: len(took), P50: at(50), P95: at(95), P99: at(99)}
}

// throughput ranks queries on all cores, once through or for throughputFor,
// whichever is shorter. Each query has been ranked before: it has no error.
func throughput(ctx context.Context, rank Ranker, queries []Query, cores int) float64 {
	var next, done atomic.Int64
	var wait sync.WaitGroup
	start := time.Now()
	for range cores {
		wait.Go(func() {
			for ctx.Err() == nil && time.Since(start) < throughputFor {
				i := int(next.Add(1)) - 1
				if i >= len(queries) {
					return
				}
				if _, err := rank(queries[i].Text); err == nil {
					done.Add(1)
				}
			}
		})
	}
	wait.Wait()
	return float64(done.Load()) / max(time.Since(start).Seconds(), 1e-9)
}
