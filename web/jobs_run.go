package web

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"concord/alignment/batch"
	"concord/alignment/credential"
)

// How often a running job is brought to the disk, and what is done again after
// a crash, at most.
const (
	saveEvery = 500 // results
	saveAfter = 2 * time.Second
)

// runJob aligns what is left of a job.
func (s *Server) runJob(ctx context.Context, j *job) error {
	opened, done, err := s.live.use()
	if err != nil {
		return errNotYet{err}
	}
	defer done()
	was := s.recordOf(j)
	engine, err := targeted(opened, was.Options.Targets)
	if err != nil {
		return err
	}
	opt, err := was.Options.options()
	if err != nil {
		return err
	}
	columns, err := credential.ParseColumns(was.Columns)
	if err != nil {
		return err
	}
	dir := s.jobDir(was.ID)
	from, err := lastCheckpoint(dir)
	if err != nil {
		return err
	}
	with := &JobEngine{Identity: engine.Identity(), Loaded: loadedNames(opened)}
	again := ""
	if was.Engine != nil {
		if again = was.Engine.differs(with); again != "" {
			from = checkpoint{}
		}
	}
	err = s.changeJob(ctx, j, func(r *jobRecord) {
		if r.ended() {
			return
		}
		if r.State, r.Wait, r.Engine = JobRunning, "", with; r.Started == nil {
			now := s.now().UTC()
			r.Started = &now
		}
		if again != "" {
			r.Again = again
		}
		r.Progress = Progress{from.Read, r.Progress.Total, from.Done, from.Errors}
	})
	if err != nil {
		return err
	}
	result, err := openResult(dir, from)
	if err != nil {
		return err
	}
	defer result.close()
	run := &batch.Job{Engine: engine, Store: s.cfg.Store, Align: opt, Begin: stepBack}
	lines := &lineBatch{s: s, opened: opened, opt: was.Options, columns: columns, now: was.Created, skip: from.Done}
	in := &jobInput{Job: was.Job, dir: dir, lines: lines}
	items, closeInput, err := in.open()
	if err != nil {
		return err
	}
	defer closeInput()
	enc := json.NewEncoder(result)
	enc.SetEscapeHTML(false)
	saved := time.Now()
	err = run.Stream(ctx, items, func(r batch.Result) error {
		if was.Format != "ndjson" {
			r.Tag = lineTag{explain: was.Options.Explain}
		}
		if err := enc.Encode(s.answerLine(ctx, r)); err != nil {
			return fmt.Errorf("writing a result: %w", err)
		}
		if result.at.Done++; r.Err != nil {
			result.at.Errors++
		}
		result.at.Read = max(result.at.Read, in.read.Load())
		if result.at.Done-result.saved >= saveEvery || time.Since(saved) >= saveAfter {
			if err := result.save(); err != nil {
				return err
			}
			saved = time.Now()
		}
		s.progress(j, Progress{result.at.Read, in.total, result.at.Done, result.at.Errors})
		return nil
	})
	if saveErr := result.save(); err == nil { // what is done need not be done again
		err = saveErr
	}
	if err == nil {
		s.progress(j, Progress{in.total, in.total, result.at.Done, result.at.Errors})
	}
	return err
}

// loadedNames is every release with its digest, and whether it is current.
func loadedNames(o *Opened) []string {
	names := []string{}
	for _, r := range o.Releases {
		name := r.Ref.String() + " " + r.Digest
		if r.Current {
			name += " current"
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// differs says in words how what a job would go on with is not what it began
// with; empty: it is the same.
func (e *JobEngine) differs(now *JobEngine) string {
	switch {
	case e.Version != now.Version:
		return fmt.Sprintf("it was begun with version %s of Concord and gone on with by %s", e.Version, now.Version)
	case e.Weights != now.Weights:
		return "the weights changed while it was not worked on"
	case !slices.Equal(e.Loaded, now.Loaded) || !slices.Equal(e.Schemes, now.Schemes):
		return "what is loaded changed while it was not worked on: it was " + strings.Join(e.Loaded, ", ")
	}
	return ""
}
