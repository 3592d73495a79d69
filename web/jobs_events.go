package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humamux"
)

// Between two events of a job at least, and between two signs of life at most.
const (
	eventEvery = 200 * time.Millisecond
	aliveEvery = 15 * time.Second
)

type eventsInput struct {
	JobPath
	LastEventID string `header:"Last-Event-ID" maxLength:"100" doc:"The id of the last event that was received: it is not sent again"`
}

func (s *Server) jobEventRoute(op huma.Operation) {
	op.Description = "An event is `progress`, or at the end `done`, `failed` or `cancelled`, after which the stream ends; its data is the job. Who comes back with the id of the last event gets what is new since, and 204 if that was the end. The stream also ends when the server stops; ask again then."
	op.Responses = map[string]*huma.Response{
		"200": {Description: "Events, as they happen", Content: map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: "string"}}}},
		"204": {Description: "The end was received already"},
	}
	huma.Register(s.api, op, s.jobEvents)
}

// eventID tells states of a job apart, also after a restart of the server.
func eventID(j Job) string { return fmt.Sprintf("%s-%d-%d", j.State, j.Progress.Done, j.Progress.Read) }

func (s *Server) jobEvents(ctx context.Context, in *eventsInput) (*huma.StreamResponse, error) {
	j, now, err := s.findJob(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		_, w := humamux.Unwrap(hc)
		if now.ended() && eventID(now) == in.LastEventID {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Accel-Buffering", "no")
		w.WriteHeader(http.StatusOK)
		s.sendEvents(ctx, j, newConn(w, s.cfg.Limits), in.LastEventID)
	}}, nil
}

// sendEvents tells of a job until it has ended, the client goes or the server stops.
func (s *Server) sendEvents(ctx context.Context, j *job, c *conn, last string) {
	c.end() // there is no body; listening for the client must not time out
	c.flush()
	alive := time.NewTicker(aliveEvery)
	defer alive.Stop()
	for {
		s.jobs.mu.Lock()
		now, changed := j.Job, j.changed
		removed := s.jobs.byID[now.ID] != j
		s.jobs.mu.Unlock()
		if id := eventID(now); id != last {
			event := "progress"
			if now.ended() {
				event = string(now.State)
			}
			data, err := json.Marshal(now)
			if err != nil {
				s.fail(ctx, fmt.Errorf("telling of job %s: %w", now.ID, err))
				return
			}
			fmt.Fprintf(c, "id: %s\nevent: %s\ndata: %s\n\n", id, event, data)
			if last = id; c.flush() != nil {
				return
			}
		}
		if now.ended() || removed {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-s.closing.Done():
			return
		case <-changed:
		case <-alive.C:
			fmt.Fprint(c, ": still here\n\n")
			if c.flush() != nil {
				return
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(eventEvery):
		}
	}
}
