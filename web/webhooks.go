package web

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"concord/taxonomy"
)

// The events that a webhook can be told of.
const (
	EventJobDone       = "job.done"       // a job is done or has failed
	EventReleaseLoaded = "release.loaded" // a release, or another state of one, is served
)

// A Webhook is an address that an administrator has told of events. This is
// the only thing that the server ever calls.
type Webhook struct {
	ID      string    `json:"id"`
	URL     string    `json:"url"`
	Events  []string  `json:"events"`
	Created time.Time `json:"created"`
	By      string    `json:"by,omitempty" doc:"Owner of the key that it was registered with"`
	Secret  string    `json:"secret,omitempty" doc:"What deliveries are signed with; shown once"`
}

// A WebhookLog is a Webhook with what it was told lately.
type WebhookLog struct {
	Webhook
	Deliveries []Delivery `json:"deliveries" doc:"The latest first; they are kept for seven days"`
}

// webhookKind is the kind of the records that webhooks are.
const webhookKind = "webhook"

// mostWebhooks bounds how many there are.
const mostWebhooks = 100

// Webhooks says how the server calls them. A zero field is its default.
type Webhooks struct {
	AllowPrivate bool            // loopback, private and link-local addresses may be called
	Timeout      time.Duration   // of one call; default 10 s
	Waits        []time.Duration // before the second call, the third and so on; default 10 s to 6 h, 7 of them
}

func (w Webhooks) orDefaults() Webhooks {
	if w.Timeout == 0 {
		w.Timeout = 10 * time.Second
	}
	if w.Waits == nil {
		w.Waits = []time.Duration{10 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour, 6 * time.Hour}
	}
	return w
}

// An Event is the body of what a webhook is sent.
type Event struct {
	ID       string       `json:"id" doc:"The same each time that it is sent"`
	Event    string       `json:"event" enum:"job.done,release.loaded"`
	Created  time.Time    `json:"created"`
	Job      *Job         `json:"job,omitempty" doc:"With job.done"`
	Releases []ReleaseRef `json:"releases,omitempty" doc:"With release.loaded: what is new"`
}

// A ReleaseRef names a release and its bytes.
type ReleaseRef struct {
	Scheme  string `json:"scheme"`
	Release string `json:"release"`
	Digest  string `json:"digest"`
	Current bool   `json:"current"`
}

type webhookInput struct {
	Body struct {
		URL    string   `json:"url" format:"uri" maxLength:"2000" example:"https://example.org/concord" doc:"http or https; not of this machine or of a private network, unless the server allows it"`
		Events []string `json:"events" minItems:"1" maxItems:"10" enum:"job.done,release.loaded"`
	}
}

type webhookOutput struct {
	Location     string `header:"Location"`
	CacheControl string `header:"Cache-Control"`
	Body         Webhook
}

type webhooksOutput struct {
	Body struct {
		Webhooks []WebhookLog `json:"webhooks" doc:"The earliest first"`
	}
}

type webhookPath struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Server) webhookRoutes() {
	tags := []string{"webhooks"}
	op := func(id, method, path, summary, description string, errors ...int) huma.Operation {
		return scoped(huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Description: description, Tags: tags, Errors: append(errors, http.StatusUnauthorized, http.StatusForbidden)}, ScopeAdmin, true)
	}
	create := op("create-webhook", http.MethodPost, "/v1/webhooks", "Be told of events", "What happens is sent as a POST with a JSON body (Event) and the header `Concord-Signature: t=SECONDS,v1=HEX`, where HEX is the HMAC-SHA-256 of SECONDS, a full stop and the body, with the secret as it is written here. Check it, and that SECONDS (Unix time) is not old. "+
		"An answer of 200 to 299 within ten seconds takes it; else it is sent again after 10 seconds, a minute, 5 and 30 minutes, 2, 6 and 6 hours, also after a restart. The same event may come twice; its id tells. Redirects are not followed.", http.StatusConflict, http.StatusUnprocessableEntity)
	create.DefaultStatus = http.StatusCreated
	huma.Register(s.api, create, s.createWebhook)
	huma.Register(s.api, op("list-webhooks", http.MethodGet, "/v1/webhooks", "Webhooks with what they were told lately", ""), s.listWebhooks)
	del := op("delete-webhook", http.MethodDelete, "/v1/webhooks/{id}", "Tell a webhook no more", "", http.StatusNotFound)
	del.DefaultStatus = http.StatusNoContent
	huma.Register(s.api, del, s.deleteWebhook)
	s.api.OpenAPI().Components.Schemas.Schema(typeOf[Event](), true, "") // what is sent is described too
}

func (s *Server) createWebhook(ctx context.Context, in *webhookInput) (*webhookOutput, error) {
	address := in.Body.URL
	if err := checkHook(ctx, address, s.cfg.Webhooks.AllowPrivate); err != nil {
		return nil, s.fail(ctx, err)
	}
	hooks, err := s.webhooks(ctx)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	if len(hooks) >= mostWebhooks {
		return nil, problem(http.StatusConflict, "", fmt.Sprintf("there are %d webhooks already; remove one", len(hooks)))
	}
	var id [8]byte
	var secret [32]byte
	rand.Read(id[:])
	rand.Read(secret[:])
	slices.Sort(in.Body.Events)
	h := Webhook{ID: hex.EncodeToString(id[:]), URL: address, Events: slices.Compact(in.Body.Events), Created: s.now().UTC(), By: callerOf(ctx).by(""),
		Secret: "whsec_" + base64.RawURLEncoding.EncodeToString(secret[:])}
	raw, err := json.Marshal(h)
	if err != nil {
		return nil, s.fail(ctx, fmt.Errorf("keeping a webhook: %w", err))
	}
	if err := s.cfg.Store.AddRecord(ctx, webhookKind, h.ID, raw); err != nil {
		return nil, s.fail(ctx, err)
	}
	return &webhookOutput{"/v1/webhooks/" + h.ID, "no-store", h}, nil
}

// webhooks returns every webhook with its secret, the earliest first.
func (s *Server) webhooks(ctx context.Context) ([]Webhook, error) {
	var hooks []Webhook
	for r, err := range s.cfg.Store.Records(ctx, webhookKind) {
		if err != nil {
			return nil, err
		}
		var h Webhook
		if err := json.Unmarshal(r.Value, &h); err != nil {
			return nil, fmt.Errorf("webhook %s: %w", r.ID, err)
		}
		hooks = append(hooks, h)
	}
	slices.SortStableFunc(hooks, func(a, b Webhook) int { return a.Created.Compare(b.Created) })
	return hooks, nil
}

func (s *Server) listWebhooks(ctx context.Context, _ *struct{}) (*webhooksOutput, error) {
	hooks, err := s.webhooks(ctx)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	deliveries, err := s.deliveries(ctx)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	out := &webhooksOutput{}
	out.Body.Webhooks = []WebhookLog{}
	for _, h := range hooks {
		h.Secret = ""
		log := WebhookLog{h, []Delivery{}}
		for _, d := range deliveries {
			if d.Webhook == h.ID {
				log.Deliveries = append(log.Deliveries, d.Delivery)
			}
		}
		slices.SortFunc(log.Deliveries, func(a, b Delivery) int {
			if c := b.Created.Compare(a.Created); c != 0 {
				return c
			}
			return strings.Compare(a.ID, b.ID)
		})
		out.Body.Webhooks = append(out.Body.Webhooks, log)
	}
	return out, nil
}

func (s *Server) deleteWebhook(ctx context.Context, in *webhookPath) (*struct{}, error) {
	ctx = context.WithoutCancel(ctx)
	if err := s.cfg.Store.DeleteRecord(ctx, webhookKind, in.ID); err != nil {
		if errors.Is(err, taxonomy.ErrNotFound) {
			return nil, problem(http.StatusNotFound, "", "there is no such webhook")
		}
		return nil, s.fail(ctx, err)
	}
	if err := s.hooks.forgetHook(ctx, s, in.ID); err != nil {
		return nil, s.fail(ctx, err)
	}
	return nil, nil
}

// announceJob tells webhooks that a job has ended, once.
func (s *Server) announceJob(ctx context.Context, j *job) error {
	s.jobs.mu.Lock()
	now, told := j.Job, j.Notified
	s.jobs.mu.Unlock()
	if told {
		return nil
	}
	if now.State != JobCancelled {
		if err := s.announce(ctx, Event{ID: "job-" + now.ID, Event: EventJobDone, Created: *now.Ended, Job: &now}); err != nil {
			return err
		}
	}
	return s.changeJob(ctx, j, func(r *jobRecord) { r.Notified = true })
}

// loaded tells webhooks what is newly served.
func (s *Server) loaded(before, after []taxonomy.Release) {
	s.warm(s.closing)
	had := map[string]bool{}
	for _, r := range before {
		had[r.Ref.String()+" "+r.Digest] = true
	}
	e := Event{Event: EventReleaseLoaded, Created: s.now().UTC()}
	for _, r := range after {
		if !had[r.Ref.String()+" "+r.Digest] {
			e.Releases = append(e.Releases, ReleaseRef{r.Ref.Scheme, r.Ref.Version, r.Digest, r.Current})
		}
	}
	if len(e.Releases) == 0 {
		return
	}
	s.jobs.mu.Lock()
	here := s.jobs.open
	s.jobs.mu.Unlock()
	if !here {
		return // the server that has the lock tells
	}
	var id [8]byte
	rand.Read(id[:])
	e.ID = "release-" + hex.EncodeToString(id[:])
	if err := s.announce(context.WithoutCancel(s.closing), e); err != nil {
		s.cfg.Log.Error("telling webhooks of what was loaded", "error", err)
	}
}

// A hooks is what the deliveries under way need.
type hooks struct {
	mu     sync.Mutex
	active map[string]bool // deliveries being made
	wake   chan struct{}
}
