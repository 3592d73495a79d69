package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"

	"concord/alignment"
	"concord/taxonomy"
)

// A JobState is how far a job is.
type JobState string

const (
	JobQueued    JobState = "queued"
	JobRunning   JobState = "running"
	JobDone      JobState = "done"
	JobFailed    JobState = "failed"
	JobCancelled JobState = "cancelled"
)

// jobStates is every JobState.
var jobStates = []JobState{JobQueued, JobRunning, JobDone, JobFailed, JobCancelled}

// A Job is a large upload that is aligned in the background. It outlives the
// server: what was begun is gone on with.
type Job struct {
	ID       string       `json:"id"`
	State    JobState     `json:"state" enum:"queued,running,done,failed,cancelled"`
	Name     string       `json:"name" doc:"File name of what was sent"`
	Format   string       `json:"format" enum:"ndjson,csv,tsv,zip"`
	Digest   string       `json:"digest" doc:"Of the bytes sent"`
	Options  AlignOptions `json:"options"`
	Columns  string       `json:"columns,omitempty"`
	License  string       `json:"license,omitempty"`
	Progress Progress     `json:"progress"`
	Created  time.Time    `json:"created"`
	Started  *time.Time   `json:"started,omitempty"`
	Ended    *time.Time   `json:"ended,omitempty"`
	Expires  *time.Time   `json:"expires,omitempty" doc:"When it will be removed with its result"`
	Engine   *JobEngine   `json:"engine,omitempty" doc:"What aligns it; a job that goes on with another begins again"`
	Again    string       `json:"again,omitempty" doc:"Why it was begun again from the first document"`
	Problem  *Problem     `json:"problem,omitempty" doc:"Why it failed"`
	Wait     string       `json:"wait,omitempty" doc:"What it is waiting for"`
}

// A JobEngine is what a job is aligned with.
type JobEngine struct {
	alignment.Identity
	Loaded []string `json:"loaded" doc:"Every release that is loaded, with its digest: lines may name any"`
}

// Progress says how far a job is.
type Progress struct {
	Read   int64 `json:"read" doc:"Bytes read of what was sent, unpacked"`
	Total  int64 `json:"total" doc:"Bytes to read, unpacked"`
	Done   int   `json:"done" doc:"Documents answered, those that could not be read with them"`
	Errors int   `json:"errors" doc:"Documents and lines that could not be read"`
}

// jobKind is the kind of the records that jobs are.
const jobKind = "job"

// A jobRecord is a Job as it is kept.
type jobRecord struct {
	Job
	Key      string `json:"key,omitempty"` // that made it
	Notified bool   `json:"notified,omitempty"`
}

// ended reports whether nothing more will become of the job.
func (j *Job) ended() bool {
	return j.State == JobDone || j.State == JobFailed || j.State == JobCancelled
}

// jobs are those of the server. Only one server of a home works on them: the
// one that has the lock.
type jobs struct {
	adding  sync.Mutex // held to add one
	mu      sync.Mutex // held for short
	open    bool       // they are here
	byID    map[string]*job
	wake    chan struct{} // something may be queued
	running sync.WaitGroup
}

// A job is one with what the server needs beside its record. jobs.mu is held
// to read the record (see Server.recordOf) and to change it.
type job struct {
	jobRecord
	changed chan struct{}      // closed when something has, and replaced
	cancel  context.CancelFunc // while it runs
	making  sync.Mutex         // held to make a result in another format
	writing sync.Mutex         // held to change the record, which may have to wait for the store
}

type jobsOutput struct {
	Body struct {
		Jobs []Job `json:"jobs" doc:"The latest first"`
	}
}

// A JobPath names a job.
type JobPath struct {
	ID string `path:"id" maxLength:"64" doc:"The job's id"`
}

type jobOutput struct {
	Location string `header:"Location"`
	Body     Job
}

var jobErrors = []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusServiceUnavailable}

func (s *Server) jobRoutes() {
	tags := []string{"jobs"}
	op := func(id, method, path, summary, description string) huma.Operation {
		// Who reads a job reads what somebody sent, so that beyond loopback it
		// takes a key, as changing something does.
		return scoped(huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Description: description, Tags: tags, Errors: jobErrors}, ScopeAlign, true)
	}
	s.uploadRoute(op("create-job", http.MethodPost, "/v1/jobs", "Align a large upload in the background", ""))
	huma.Register(s.api, op("list-jobs", http.MethodGet, "/v1/jobs", "The jobs there are", "With a key: those that were made with it; with the scope admin, all."), s.listJobs)
	huma.Register(s.api, op("job", http.MethodGet, "/v1/jobs/{id}", "How far a job is", ""), s.getJob)
	del := op("delete-job", http.MethodDelete, "/v1/jobs/{id}", "Cancel a job, or remove one that has ended", "What was sent and the result are removed at once. A job that had not ended stays in the list as cancelled; one that had is gone.")
	del.DefaultStatus = http.StatusNoContent
	huma.Register(s.api, del, s.deleteJob)
	s.jobEventRoute(op("job-events", http.MethodGet, "/v1/jobs/{id}/events", "A job's progress as server-sent events", ""))
	s.jobResultRoute(op("job-result", http.MethodGet, "/v1/jobs/{id}/result", "What a job found", ""))
	s.metrics.registry.MustRegister(&jobGauge{s, prometheus.NewDesc("concord_jobs", "Jobs by state.", []string{"state"}, nil)})
}

// jobGauge counts jobs by state when it is asked.
type jobGauge struct {
	s    *Server
	desc *prometheus.Desc
}

func (g *jobGauge) Describe(out chan<- *prometheus.Desc) { out <- g.desc }

func (g *jobGauge) Collect(out chan<- prometheus.Metric) {
	count := map[JobState]int{}
	g.s.jobs.mu.Lock()
	for _, j := range g.s.jobs.byID {
		count[j.State]++
	}
	g.s.jobs.mu.Unlock()
	for _, state := range jobStates {
		out <- prometheus.MustNewConstMetric(g.desc, prometheus.GaugeValue, float64(count[state]), string(state))
	}
}

// sees reports whether a caller may see a job: those of its own key, and
// without keys everything.
func (s *Server) sees(c caller, j *job) bool {
	if c.key == nil {
		return !s.cfg.Access.Beyond && !s.cfg.Access.RequireKey
	}
	return c.key.allows(ScopeAdmin) || j.Key == c.key.ID
}

// findJob returns a job that the caller of ctx may see.
func (s *Server) findJob(ctx context.Context, id string) (*job, Job, error) {
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	if err := s.jobs.ready(); err != nil {
		return nil, Job{}, err
	}
	j := s.jobs.byID[id]
	if j == nil || !s.sees(callerOf(ctx), j) {
		return nil, Job{}, problem(http.StatusNotFound, "", "there is no such job; it may have been removed")
	}
	return j, j.Job, nil
}

// ready is why there are no jobs here; js.mu is held.
func (js *jobs) ready() error {
	if !js.open {
		return problem(http.StatusServiceUnavailable, "jobs-elsewhere", "jobs are not worked on here: another server has this home, or this one has only begun; ask again in a moment")
	}
	return nil
}

func (s *Server) listJobs(ctx context.Context, _ *struct{}) (*jobsOutput, error) {
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	if err := s.jobs.ready(); err != nil {
		return nil, err
	}
	out := &jobsOutput{}
	out.Body.Jobs = []Job{}
	for _, j := range s.jobs.byID {
		if s.sees(callerOf(ctx), j) {
			out.Body.Jobs = append(out.Body.Jobs, j.Job)
		}
	}
	slices.SortFunc(out.Body.Jobs, func(a, b Job) int {
		if c := b.Created.Compare(a.Created); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out, nil
}

func (s *Server) getJob(ctx context.Context, in *JobPath) (*jobOutput, error) {
	_, j, err := s.findJob(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &jobOutput{Location: "/v1/jobs/" + j.ID, Body: j}, nil
}

func (s *Server) deleteJob(ctx context.Context, in *JobPath) (*struct{}, error) {
	j, _, err := s.findJob(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	ctx = context.WithoutCancel(ctx)
	gone := false
	if err := s.changeJob(ctx, j, func(r *jobRecord) {
		if gone = r.ended(); !gone {
			s.endJob(r, JobCancelled)
		}
	}); err != nil {
		return nil, s.fail(ctx, err)
	}
	s.jobs.mu.Lock()
	cancel := j.cancel
	s.jobs.mu.Unlock()
	switch {
	case gone:
		err = s.removeJob(ctx, j)
	case cancel != nil:
		cancel() // who works on it removes its files
	default:
		err = s.removeFiles(in.ID)
	}
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return nil, nil
}

// endJob makes j one that has ended.
func (s *Server) endJob(j *jobRecord, state JobState) {
	now := s.now().UTC()
	expires := now.Add(s.cfg.Limits.KeepJobs)
	j.State, j.Ended, j.Expires, j.Wait = state, &now, &expires, ""
}

// recordOf is the record of j as it is now.
func (s *Server) recordOf(j *job) jobRecord {
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	return j.jobRecord
}

// changeJob changes a job, writes it down and tells who waits for it. What
// cannot be written is not changed.
func (s *Server) changeJob(ctx context.Context, j *job, change func(*jobRecord)) error {
	j.writing.Lock()
	defer j.writing.Unlock()
	s.jobs.mu.Lock()
	r := j.jobRecord
	removed := s.jobs.byID[r.ID] != j
	s.jobs.mu.Unlock()
	if removed {
		return fmt.Errorf("%w: job %s was removed", taxonomy.ErrNotFound, r.ID)
	}
	before := r.Progress
	change(&r)
	raw, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("keeping job %s: %w", r.ID, err)
	}
	if err := s.cfg.Store.PutRecord(ctx, jobKind, r.ID, raw); err != nil {
		return err
	}
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	if r.Progress == before {
		r.Progress = j.Progress // it may have gone on meanwhile
	}
	j.jobRecord = r
	j.tell()
	return nil
}

// progress notes how far a job is, without writing it down: the journal does.
func (s *Server) progress(j *job, p Progress) {
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	if j.Progress != p {
		j.Progress = p
		j.tell()
	}
}

// tell wakes who waits for a change; jobs.mu is held.
func (j *job) tell() {
	close(j.changed)
	j.changed = make(chan struct{})
}

// removeJob removes a job that has ended, with its files.
func (s *Server) removeJob(ctx context.Context, j *job) error {
	id := s.recordOf(j).ID
	if err := s.removeFiles(id); err != nil {
		return err
	}
	j.writing.Lock()
	defer j.writing.Unlock()
	if err := s.cfg.Store.DeleteRecord(ctx, jobKind, id); err != nil && !errors.Is(err, taxonomy.ErrNotFound) {
		return err
	}
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	delete(s.jobs.byID, id)
	j.tell()
	return nil
}
