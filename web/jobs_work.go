package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"concord/index"
	"concord/taxonomy"
)

// begin works on jobs and tells webhooks until the server stops, once no other
// server of this home does.
func (s *Server) begin() error {
	if s.cfg.Home == "" {
		return nil
	}
	lock, err := s.tryJobs()
	if err != nil {
		return err
	}
	if lock == nil {
		s.cfg.Log.Warn("another server works on the jobs of this home; this one waits")
	}
	s.jobs.running.Go(func() {
		for lock == nil {
			select {
			case <-s.closing.Done():
				return
			case <-time.After(time.Second):
			}
			if lock, err = s.tryJobs(); err != nil {
				s.cfg.Log.Error("jobs cannot be read; none are worked on", "error", err)
				return
			}
		}
		defer lock.Close() // the last to go, so that the next server finds all at rest
		s.sweep()
		done := make(chan struct{})
		for range s.cfg.Limits.Jobs {
			go func() {
				defer func() { done <- struct{}{} }()
				s.work()
			}()
		}
		go func() {
			defer func() { done <- struct{}{} }()
			s.hooks.run(s)
		}()
		hourly := time.NewTicker(time.Hour)
		defer hourly.Stop()
		for left := s.cfg.Limits.Jobs + 1; left > 0; {
			select {
			case <-hourly.C:
				s.sweep()
			case <-done:
				left--
			}
		}
	})
	return nil
}

// tryJobs takes the lock on the jobs of this home and reads them. It returns
// nil where another server has the lock.
func (s *Server) tryJobs() (*os.File, error) {
	if err := os.MkdirAll(s.jobsDir(), 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of jobs: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(s.jobsDir(), lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking the folder of jobs: %w", err)
	}
	locked, err := index.TryLock(f)
	if err == nil && locked {
		err = s.loadJobs()
	}
	if err != nil || !locked {
		f.Close()
		return nil, err
	}
	return f, nil
}

// loadJobs reads the jobs that there are. One that was being worked on is
// queued again.
func (s *Server) loadJobs() error {
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	for r, err := range s.cfg.Store.Records(s.closing, jobKind) {
		if err != nil {
			return err
		}
		j := &job{changed: make(chan struct{})}
		if err := json.Unmarshal(r.Value, &j.jobRecord); err != nil {
			return fmt.Errorf("job %s: %w", r.ID, err)
		}
		if j.State == JobRunning {
			j.State = JobQueued
		}
		s.jobs.byID[j.ID] = j
	}
	s.jobs.open = true
	s.jobs.nudge()
	return nil
}

// sweep removes what is kept no longer: jobs that have expired, the files of
// none, answers to keys of old.
func (s *Server) sweep() {
	ctx, now := context.WithoutCancel(s.closing), s.now()
	var gone, untold []*job
	known := map[string]bool{lockName: true}
	s.jobs.mu.Lock()
	for id, j := range s.jobs.byID {
		known[id] = true
		switch {
		case j.ended() && j.Expires != nil && now.After(*j.Expires):
			gone = append(gone, j)
		case j.ended() && !j.Notified:
			untold = append(untold, j)
		}
	}
	entries, err := os.ReadDir(s.jobsDir())
	for _, e := range entries {
		info, statErr := e.Info()
		fresh := statErr == nil && now.Sub(info.ModTime()) < time.Hour // an upload under way
		if !known[e.Name()] && !(fresh && strings.HasPrefix(e.Name(), spoolPrefix)) {
			err = errors.Join(err, os.RemoveAll(filepath.Join(s.jobsDir(), e.Name())))
		}
	}
	s.jobs.mu.Unlock()
	for _, j := range gone {
		err = errors.Join(err, s.removeJob(ctx, j))
	}
	for _, j := range untold {
		err = errors.Join(err, s.announceJob(ctx, j))
	}
	if err := errors.Join(err, s.forgetKeys(ctx, now), s.hooks.forget(ctx, s, now)); err != nil {
		s.cfg.Log.Warn("removing what has expired", "error", err)
	}
}

// nudge wakes a worker.
func (js *jobs) nudge() {
	select {
	case js.wake <- struct{}{}:
	default:
	}
}

// next takes the job that has waited longest, or returns nil.
func (s *Server) next() (*job, context.Context) {
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	var first *job
	for _, j := range s.jobs.byID {
		if j.State == JobQueued && j.cancel == nil && (first == nil || j.Created.Before(first.Created) || j.Created.Equal(first.Created) && j.ID < first.ID) {
			first = j
		}
	}
	if first == nil {
		return nil, nil
	}
	s.jobs.nudge() // there may be more for the others
	ctx, cancel := context.WithCancel(s.closing)
	first.cancel = cancel
	return first, ctx
}

// work runs jobs, one after the other, until the server stops.
func (s *Server) work() {
	for s.closing.Err() == nil {
		var again <-chan time.Time
		if j, ctx := s.next(); j != nil {
			err := s.runJob(ctx, j)
			if s.finishJob(j, err) {
				continue
			}
			again = time.After(time.Second) // it could not be begun yet
		}
		select {
		case <-s.closing.Done():
			return
		case <-s.jobs.wake:
		case <-again:
			s.jobs.nudge()
		}
	}
}

// errNotYet is why a job stays in the queue.
type errNotYet struct{ why error }

func (e errNotYet) Error() string { return e.why.Error() }

// finishJob notes how a job has ended, or that it waits. It reports whether to
// go on with the next.
func (s *Server) finishJob(j *job, err error) bool {
	ctx := context.WithoutCancel(s.closing)
	s.jobs.mu.Lock()
	cancel := j.cancel
	j.cancel = nil
	now := j.jobRecord
	s.jobs.mu.Unlock()
	cancel()
	var notYet errNotYet
	switch {
	case now.State == JobCancelled:
		err = s.removeFiles(now.ID)
	case s.closing.Err() != nil && err != nil:
		return true // the next server goes on with it
	case errors.As(err, &notYet):
		if why := asProblem(notYet.why).Detail; why != now.Wait {
			err = s.changeJob(ctx, j, func(r *jobRecord) { r.State, r.Wait = JobQueued, why })
		} else {
			s.changeQuietly(j, JobQueued)
			err = nil
		}
		if err != nil {
			s.cfg.Log.Error("keeping a job", "job", now.ID, "error", err)
		}
		return false
	default:
		for failed := err; ; {
			if err = s.concludeJob(ctx, j, failed); !errors.Is(err, taxonomy.ErrConflict) {
				break
			}
			select { // the store is being written by an import
			case <-s.closing.Done():
				return true
			case <-time.After(time.Second):
			}
		}
	}
	if err != nil {
		s.cfg.Log.Error("ending a job", "job", now.ID, "error", err)
	}
	return true
}

// changeQuietly sets a state that is not written down.
func (s *Server) changeQuietly(j *job, state JobState) {
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	j.State = state
}

// concludeJob writes down that a job is done, or why it failed.
func (s *Server) concludeJob(ctx context.Context, j *job, failed error) error {
	err := s.changeJob(ctx, j, func(r *jobRecord) {
		if r.ended() {
			return // cancelled at the last moment
		}
		if failed == nil {
			s.endJob(r, JobDone)
			return
		}
		s.endJob(r, JobFailed)
		r.Problem = asProblem(s.fail(ctx, fmt.Errorf("job %s: %w", r.ID, failed)))
	})
	if err != nil {
		return err
	}
	now := s.recordOf(j)
	dir := s.jobDir(now.ID)
	if now.State != JobDone {
		err = s.removeFiles(now.ID)
	} else {
		err = errors.Join(os.Remove(filepath.Join(dir, inputName)), os.Remove(filepath.Join(dir, journalName)))
	}
	return errors.Join(err, s.announceJob(ctx, j))
}
