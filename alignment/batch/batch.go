// Package batch aligns many documents: files are read one after the other, the
// documents in them are aligned on all cores, and the results come out in the
// order of the files. What comes out goes to a table (JSON lines, CSV, SSSOM)
// and into a tally of what was found and of what is missing. At no time are
// more documents held than a few for each core, nor more text than maxText. The package never opens a
// store, writes no file of its own and decides nothing.
package batch

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"runtime/debug"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"concord/alignment"
	"concord/alignment/credential"
	"concord/importers/source"
	"concord/taxonomy"
)

// An Input is a file of documents, or the reason why there is none.
type Input struct {
	Name string // as messages name it
	File *source.File
	Err  error // in place of File
}

// A Result is what became of one document.
type Result struct {
	Input  int               // index in the inputs of Run
	File   string            // Input.Name
	Answer *alignment.Answer // nil where Err says why
	Err    error             // the file, a line of it, or what follows in it cannot be read: an ErrInvalid; or the program failed at it
	Tag    any               // of the Item, for Stream's caller
}

// An Item is a document for Stream, or the reason why there is none.
type Item struct {
	Result                       // as it will come out, without the answer
	Document *alignment.Document // nil where Err says why
	Engine   *alignment.Engine   // in place of the Job's; nil: that one
	Align    *alignment.Options  // likewise
}

// A Job says with what and how documents are aligned.
type Job struct {
	Engine *alignment.Engine
	Store  taxonomy.Reader
	Read   credential.Options
	Align  alignment.Options

	// HubOf returns the hub concept that a concept is in, or "". Nil: alignments
	// do not say. It is called from several goroutines.
	HubOf func(context.Context, taxonomy.URI) (taxonomy.URI, error)

	// Begin is called by each goroutine that aligns, before it does, and may
	// bind it to a thread. Nil: nothing is.
	Begin func()
}

// A slot is the place of a result in the order.
type slot struct {
	result chan Result // of one
	weight int64       // bytes of text that the document holds
}

// A task is a document on its way to its slot.
type task struct {
	Item
	slot slot
}

// A line holds the slots that wait for their turn.
type line struct {
	slots chan slot
	room  *semaphore.Weighted // for text
}

// Bounds of what is held at a time, so that a long document does not keep the
// others waiting, and many long ones do not fill the memory.
const (
	inFlight = 16        // documents for each core
	maxText  = 128 << 20 // bytes of text of all of them, or one document
)

// add puts a slot for a document at the end of the line, once there is room.
func (l *line) add(ctx context.Context, doc *alignment.Document) (slot, error) {
	s := slot{result: make(chan Result, 1)}
	if doc != nil {
		for _, t := range doc.Texts {
			s.weight += int64(len(t.Content) + len(t.Masked))
		}
	}
	s.weight = min(s.weight, maxText)
	if err := l.room.Acquire(ctx, s.weight); err != nil {
		return slot{}, err
	}
	select {
	case l.slots <- s:
		return s, nil
	case <-ctx.Done():
		return slot{}, ctx.Err()
	}
}

// Run aligns the documents of inputs and calls each with every result, in
// order and never at the same time. A file that cannot be read is a result
// with Err, and the rest is done; any other error, and one of each, ends Run.
func (j *Job) Run(ctx context.Context, inputs []Input, each func(Result) error) error {
	return j.Stream(ctx, Documents(inputs, j.Read), each)
}

// Documents yields the documents of inputs in order, and what cannot be read
// as an Item with Err. An error that is no ErrInvalid is the last of all.
func Documents(inputs []Input, opt credential.Options) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		for i, in := range inputs {
			result := Result{Input: i, File: in.Name}
			if in.Err != nil {
				if !yieldBad(yield, result, in.Err) {
					return
				}
				continue
			}
			for doc, err := range credential.ReadAll(in.File, opt) {
				ok := false
				if err != nil {
					ok = yieldBad(yield, result, err)
				} else {
					ok = yield(Item{Result: result, Document: doc}, nil)
				}
				if !ok {
					return
				}
			}
		}
	}
}

func yieldBad(yield func(Item, error) bool, r Result, err error) bool {
	if !errors.Is(err, taxonomy.ErrInvalid) {
		yield(Item{}, err)
		return false
	}
	r.Err = err
	return yield(Item{Result: r}, nil)
}

// Stream is Run over documents that come one by one: the next is asked for
// when there is room for it, so that a slow each slows their source down. An
// error that items yields, and one of each, ends it.
func (j *Job) Stream(ctx context.Context, items iter.Seq2[Item, error], each func(Result) error) error {
	cores := runtime.GOMAXPROCS(0)
	queue := &line{make(chan slot, inFlight*cores), semaphore.NewWeighted(maxText)}
	work := make(chan task)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		defer close(queue.slots)
		defer close(work)
		defer caught(&err)
		for item, err := range items {
			if err != nil {
				return err
			}
			s, err := queue.add(ctx, item.Document)
			if err != nil {
				return err
			}
			if item.Document == nil {
				s.result <- item.Result
				continue
			}
			select {
			case work <- task{item, s}:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	for range cores {
		g.Go(func() error {
			if j.Begin != nil {
				j.Begin()
			}
			for t := range work {
				var err error
				if t.Answer, err = j.align(ctx, t.Item); errors.Is(err, errPanic) {
					t.Err = err // of this document alone
				} else if err != nil {
					return err
				}
				t.slot.result <- t.Result
			}
			return nil
		})
	}
	g.Go(func() error {
		for s := range queue.slots {
			select {
			case r := <-s.result:
				if err := each(r); err != nil {
					return err
				}
				queue.room.Release(s.weight)
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	return g.Wait()
}

// errPanic is a fault of this program that a document brought out.
var errPanic = errors.New("the program failed at it")

// caught makes a panic an error: what one document does to the program must
// not end what serves others.
func caught(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%w: %v\n%s", errPanic, p, debug.Stack())
	}
}

func (j *Job) align(ctx context.Context, item Item) (_ *alignment.Answer, err error) {
	defer caught(&err)
	engine, opt := j.Engine, j.Align
	if item.Engine != nil {
		engine = item.Engine
	}
	if item.Align != nil {
		opt = *item.Align
	}
	answer, err := engine.Align(ctx, item.Document, opt)
	if err != nil {
		return nil, err
	}
	if err := engine.Recognise(ctx, j.Store, answer, opt.Lang); err != nil {
		return nil, err
	}
	if j.HubOf == nil {
		return answer, nil
	}
	for i := range answer.Alignments {
		al := &answer.Alignments[i]
		if al.Hub, err = j.HubOf(ctx, al.URI); err != nil {
			return nil, err
		}
	}
	return answer, nil
}
