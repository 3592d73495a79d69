package web

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"concord/taxonomy"
)

// A Delivery is an event on its way to a webhook.
type Delivery struct {
	ID       string     `json:"id"`
	Event    string     `json:"event"`
	Subject  string     `json:"subject" doc:"The event's id"`
	State    string     `json:"state" enum:"waiting,delivered,failed"`
	Created  time.Time  `json:"created"`
	Attempts []Attempt  `json:"attempts"`
	Next     *time.Time `json:"next,omitempty" doc:"When it is sent again"`
}

// An Attempt is one time that a delivery was sent.
type Attempt struct {
	At           time.Time `json:"at"`
	Status       int       `json:"status,omitempty" doc:"What was answered"`
	Error        string    `json:"error,omitempty" doc:"Why there was no answer"`
	Milliseconds int64     `json:"milliseconds"`
}

// deliveryKind is the kind of the records that deliveries are.
const deliveryKind = "delivery"

const (
	keepDeliveries = 7 * 24 * time.Hour
	callsAtOnce    = 4
)

// A deliveryRecord is a Delivery as it is kept.
type deliveryRecord struct {
	Delivery
	Webhook string `json:"webhook"`
	Body    []byte `json:"body"`
}

// announce keeps a delivery of e for every webhook that asked for it, and has
// them made. An event that was announced before is not announced again.
func (s *Server) announce(ctx context.Context, e Event) error {
	hooks, err := s.webhooks(ctx)
	if err != nil {
		return err
	}
	body, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("telling of %s: %w", e.ID, err)
	}
	for _, h := range hooks {
		for _, wanted := range h.Events {
			if wanted != e.Event {
				continue
			}
			sum := sha256.Sum256([]byte(h.ID + " " + e.ID))
			now := s.now().UTC()
			d := deliveryRecord{Delivery{ID: hex.EncodeToString(sum[:12]), Event: e.Event, Subject: e.ID, State: "waiting", Created: now, Attempts: []Attempt{}, Next: &now}, h.ID, body}
			raw, err := json.Marshal(d)
			if err != nil {
				return fmt.Errorf("telling of %s: %w", e.ID, err)
			}
			if err := s.cfg.Store.AddRecord(ctx, deliveryKind, d.ID, raw); err != nil {
				if _, there := s.cfg.Store.Record(ctx, deliveryKind, d.ID); there != nil {
					return err
				}
			}
		}
	}
	s.hooks.nudge()
	return nil
}

func (h *hooks) nudge() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// deliveries returns every delivery that is kept.
func (s *Server) deliveries(ctx context.Context) ([]deliveryRecord, error) {
	var list []deliveryRecord
	for r, err := range s.cfg.Store.Records(ctx, deliveryKind) {
		if err != nil {
			return nil, err
		}
		var d deliveryRecord
		if err := json.Unmarshal(r.Value, &d); err != nil {
			return nil, fmt.Errorf("delivery %s: %w", r.ID, err)
		}
		list = append(list, d)
	}
	return list, nil
}

// run makes deliveries when they are due, until the server stops.
func (h *hooks) run(s *Server) {
	client := hookClient(s.cfg.Webhooks)
	defer client.CloseIdleConnections()
	calls := make(chan struct{}, callsAtOnce)
	var under sync.WaitGroup
	defer under.Wait()
	for s.closing.Err() == nil {
		wait := time.Hour
		list, err := s.deliveries(s.closing)
		if err != nil && s.closing.Err() == nil {
			s.cfg.Log.Error("reading what webhooks are to be told", "error", err)
			wait = time.Minute
		}
		for _, d := range list {
			if d.State != "waiting" || d.Next == nil {
				continue
			}
			if left := d.Next.Sub(s.now()); left > 0 {
				wait = min(wait, left)
				continue
			}
			if !h.take(d.ID) {
				continue // it is being made
			}
			under.Go(func() {
				defer h.nudge()
				defer h.release(d.ID)
				select {
				case calls <- struct{}{}:
					defer func() { <-calls }()
					s.deliver(client, d)
				case <-s.closing.Done():
				}
			})
		}
		select {
		case <-s.closing.Done():
		case <-h.wake:
		case <-time.After(max(wait, 10*time.Millisecond)):
		}
	}
}

func (h *hooks) take(id string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.active[id] {
		return false
	}
	if h.active == nil {
		h.active = map[string]bool{}
	}
	h.active[id] = true
	return true
}

func (h *hooks) release(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.active, id)
}

// deliver sends d once, and notes how that went and when it is sent again.
func (s *Server) deliver(client *http.Client, d deliveryRecord) {
	ctx := context.WithoutCancel(s.closing)
	var hook Webhook
	raw, err := s.cfg.Store.Record(ctx, webhookKind, d.Webhook)
	if err == nil {
		err = json.Unmarshal(raw, &hook)
	}
	// What was read may be of before another attempt, or be gone.
	fresh, freshErr := s.cfg.Store.Record(ctx, deliveryKind, d.ID)
	if freshErr == nil {
		freshErr = json.Unmarshal(fresh, &d)
	}
	if err := errors.Join(err, freshErr); err != nil || d.State != "waiting" || d.Next == nil || d.Next.After(s.now()) {
		if err != nil && !errors.Is(err, taxonomy.ErrNotFound) {
			s.cfg.Log.Error("telling a webhook", "webhook", d.Webhook, "error", err)
			s.pause()
		}
		return
	}
	a := s.call(client, hook, d)
	if s.closing.Err() != nil && a.Error != "" {
		return // it is not the receiver's fault; the next server sends it
	}
	d.Attempts = append(d.Attempts, a)
	waits := s.cfg.Webhooks.Waits
	switch tried := len(d.Attempts); {
	case a.Status >= 200 && a.Status <= 299:
		d.State, d.Next = "delivered", nil
	case tried > len(waits):
		d.State, d.Next = "failed", nil
	default:
		next := s.now().UTC().Add(waits[tried-1])
		d.Next = &next
	}
	if raw, err = json.Marshal(d); err == nil {
		err = s.cfg.Store.PutRecord(ctx, deliveryKind, d.ID, raw)
	}
	if err == nil { // the webhook may have been removed meanwhile, with its deliveries
		if _, gone := s.cfg.Store.Record(ctx, webhookKind, hook.ID); errors.Is(gone, taxonomy.ErrNotFound) {
			err = s.cfg.Store.DeleteRecord(ctx, deliveryKind, d.ID)
		}
	}
	if err != nil {
		s.cfg.Log.Error("noting what a webhook was told", "webhook", hook.ID, "error", err)
		s.pause()
	}
}

// pause keeps an error that stays from being met over and over at once.
func (s *Server) pause() {
	select {
	case <-s.closing.Done():
	case <-time.After(5 * time.Second):
	}
}

// call sends a delivery.
func (s *Server) call(client *http.Client, hook Webhook, d deliveryRecord) Attempt {
	at := s.now().UTC()
	started := time.Now()
	a := Attempt{At: at}
	req, err := http.NewRequestWithContext(s.closing, http.MethodPost, hook.URL, bytes.NewReader(d.Body))
	if err == nil {
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("User-Agent", "Concord/"+s.cfg.Version)
		req.Header.Set("Concord-Event", d.Event)
		req.Header.Set("Concord-Delivery", d.ID)
		req.Header.Set("Concord-Signature", Signature(hook.Secret, at, d.Body))
		var res *http.Response
		if res, err = client.Do(req); err == nil {
			a.Status = res.StatusCode
			io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10)) // so that the connection can be used again
			res.Body.Close()
		}
	}
	if err != nil {
		a.Error = err.Error()
	}
	a.Milliseconds = time.Since(started).Milliseconds()
	return a
}

// Signature signs the body of a delivery: "t=" the seconds since 1970, and
// "v1=" the HMAC-SHA-256 of these seconds, a full stop and the body.
func Signature(secret string, at time.Time, body []byte) string {
	t := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(t + "."))
	mac.Write(body)
	return "t=" + t + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}

// forget removes deliveries that are kept no longer.
func (h *hooks) forget(ctx context.Context, s *Server, now time.Time) error {
	return h.forgetIf(ctx, s, func(d deliveryRecord) bool { return d.State != "waiting" && now.Sub(d.Created) > keepDeliveries })
}

// forgetHook removes the deliveries of a webhook.
func (h *hooks) forgetHook(ctx context.Context, s *Server, id string) error {
	return h.forgetIf(ctx, s, func(d deliveryRecord) bool { return d.Webhook == id })
}

func (h *hooks) forgetIf(ctx context.Context, s *Server, old func(deliveryRecord) bool) error {
	list, err := s.deliveries(ctx)
	if err != nil {
		return err
	}
	for _, d := range list {
		if old(d) {
			if err := s.cfg.Store.DeleteRecord(ctx, deliveryKind, d.ID); err != nil && !errors.Is(err, taxonomy.ErrNotFound) {
				return err
			}
		}
	}
	return nil
}
