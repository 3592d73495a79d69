package main

import (
	"context"
	"sync/atomic"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// bars are the progress bars of one step: on a terminal's stderr, or nowhere.
type bars struct {
	p    *mpb.Progress
	list []*bar
}

type bar struct {
	b    *mpb.Bar
	note atomic.Value // string: shown behind the name
}

func (a *app) bars(ctx context.Context) *bars {
	if a.json || !terminal(a.stderr) {
		return &bars{}
	}
	return &bars{p: mpb.NewWithContext(ctx, mpb.WithOutput(a.stderr), mpb.WithWidth(40))}
}

func (bs *bars) add(name string) *bar {
	b := &bar{}
	if bs.p != nil {
		b.b = bs.p.AddBar(0, mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(decor.Any(func(decor.Statistics) string { return name + b.noted() }, decor.WCSyncSpaceR)), mpb.AppendDecorators(decor.Percentage(decor.WCSyncSpace)))
		bs.list = append(bs.list, b)
	}
	return b
}

// set moves the bar to done of total.
func (b *bar) set(done, total int) {
	if b.b != nil {
		b.b.SetTotal(int64(total), false)
		b.b.SetCurrent(int64(done))
	}
}

// noted is the note, behind a space.
func (b *bar) noted() string {
	if note, ok := b.note.Load().(string); ok {
		return " " + note
	}
	return ""
}

// wait takes the bars off the terminal.
func (bs *bars) wait() {
	if bs.p == nil {
		return
	}
	for _, b := range bs.list {
		b.b.Abort(true)
	}
	bs.p.Wait()
}
