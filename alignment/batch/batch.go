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
	"runtime"

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
	Err    error             // the file, a line of it, or what follows in it cannot be read: an ErrInvalid
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
}

// A slot is the place of a result in the order.
type slot struct {
	result chan Result // of one
	weight int64       // bytes of text that the document holds
}

// A task is a document on its way to its slot.
type task struct {
	result Result // without the answer
	doc    *alignment.Document
	slot   slot
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
	cores := runtime.GOMAXPROCS(0)
	queue := &line{make(chan slot, inFlight*cores), semaphore.NewWeighted(maxText)}
	work := make(chan task)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(queue.slots)
		defer close(work)
		for i, in := range inputs {
			if err := j.read(ctx, i, in, queue, work); err != nil {
				return err
			}
		}
		return nil
	})
	for range cores {
		g.Go(func() error {
			for t := range work {
				answer, err := j.align(ctx, t.doc)
				if err != nil {
					return err
				}
				t.result.Answer = answer
				t.slot.result <- t.result
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

// read gives the documents of one input a slot each and hands them on.
func (j *Job) read(ctx context.Context, number int, in Input, queue *line, work chan<- task) error {
	// fail gives an error its slot; nil means that reading may go on.
	fail := func(err error) error {
		if !errors.Is(err, taxonomy.ErrInvalid) {
			return err
		}
		s, stopped := queue.add(ctx, nil)
		if stopped != nil {
			return stopped
		}
		s.result <- Result{Input: number, File: in.Name, Err: err}
		return nil
	}
	if in.Err != nil {
		return fail(in.Err)
	}
	for doc, err := range credential.ReadAll(in.File, j.Read) {
		if err != nil {
			if err := fail(err); err != nil {
				return err
			}
			continue
		}
		s, err := queue.add(ctx, doc)
		if err != nil {
			return err
		}
		select {
		case work <- task{Result{Input: number, File: in.Name}, doc, s}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (j *Job) align(ctx context.Context, doc *alignment.Document) (*alignment.Answer, error) {
	answer, err := j.Engine.Align(ctx, doc, j.Align)
	if err != nil {
		return nil, err
	}
	if err := j.Engine.Recognise(ctx, j.Store, answer, j.Align.Lang); err != nil {
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
