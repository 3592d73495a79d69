// Package client talks to a Concord server: it aligns documents, finds
// concepts, records decisions and writes alignments into documents. It imports
// nothing but the standard library, so that it can be copied.
//
// An error that the server answers with is a *Problem, to be had by errors.As.
// A request that is answered with 429 or 503 is sent again after the time in
// Retry-After, Retries times, as long as its context lasts.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A Client asks one server. Its fields are set before the first request, and
// it can then be used by many goroutines.
type Client struct {
	URL     string       // of the server, like http://127.0.0.1:8080
	Key     string       // API key; empty: none
	HTTP    *http.Client // nil: http.DefaultClient
	Retries int          // how often a request is sent again; negative: never, 0: 3 times
}

// Align proposes concepts for a document of any type that the server reads;
// contentType may be empty for JSON.
func (c *Client) Align(ctx context.Context, document []byte, contentType string, opt AlignOptions) (*Answer, error) {
	if contentType == "" {
		contentType = "application/json"
	}
	q := url.Values{}
	list(q, "targets", opt.Targets)
	list(q, "languages", opt.Languages)
	list(q, "kinds", opt.Kinds)
	number(q, "max", opt.Max)
	if opt.MinProbability > 0 {
		q.Set("minProbability", strconv.FormatFloat(opt.MinProbability, 'g', -1, 64))
	}
	if opt.Explain {
		q.Set("explain", "true")
	}
	text(q, "type", opt.Type)
	text(q, "name", opt.Name)
	return ask[Answer](ctx, c, http.MethodPost, "/v1/align", q, document, contentType)
}

// AlignText proposes concepts for plain text.
func (c *Client) AlignText(ctx context.Context, s string, opt AlignOptions) (*Answer, error) {
	return c.Align(ctx, []byte(s), "text/plain; charset=utf-8", opt)
}

// Search finds concepts by words, codes or URIs.
func (c *Client) Search(ctx context.Context, words string, opt SearchOptions) (*Found, error) {
	q := opt.query()
	q.Set("q", words)
	number(q, "from", opt.From)
	return ask[Found](ctx, c, http.MethodGet, "/v1/search", q, nil, "")
}

// Suggest completes what is being typed.
func (c *Client) Suggest(ctx context.Context, prefix string, opt SearchOptions) ([]Hit, error) {
	q := opt.query()
	q.Set("prefix", prefix)
	found, err := ask[Found](ctx, c, http.MethodGet, "/v1/suggest", q, nil, "")
	if err != nil {
		return nil, err
	}
	return found.Hits, nil
}

// Concept returns the concept with this URI or code as JSON, in scheme or,
// where it is empty, in any.
func (c *Client) Concept(ctx context.Context, uri, scheme string) (json.RawMessage, error) {
	q := url.Values{"uri": {uri}}
	text(q, "scheme", scheme)
	raw, err := ask[json.RawMessage](ctx, c, http.MethodGet, "/v1/concept", q, nil, "")
	if err != nil {
		return nil, err
	}
	return *raw, nil
}

// Decide records decisions, all or none, and returns their ids.
func (c *Client) Decide(ctx context.Context, decisions ...Decision) ([]int64, error) {
	out, err := askJSON[struct{ IDs []int64 }](ctx, c, "/v1/decisions", map[string]any{"decisions": decisions})
	if err != nil {
		return nil, err
	}
	return out.IDs, nil
}

// Decisions returns a page of decisions about a subject, or of all where it is
// empty, the earliest first, and the cursor of the next page, "" on the last.
func (c *Client) Decisions(ctx context.Context, subject, cursor string) ([]Decision, string, error) {
	q := url.Values{}
	text(q, "subject", subject)
	text(q, "cursor", cursor)
	out, err := ask[struct {
		Decisions []Decision
		Next      string
	}](ctx, c, http.MethodGet, "/v1/decisions", q, nil, "")
	if err != nil {
		return nil, "", err
	}
	return out.Decisions, out.Next, nil
}

// Apply writes accepted alignments into a document.
func (c *Client) Apply(ctx context.Context, r ApplyRequest) (*Applied, error) {
	return askJSON[Applied](ctx, c, "/v1/apply", r)
}

func (o SearchOptions) query() url.Values {
	q := url.Values{}
	list(q, "schemes", o.Schemes)
	list(q, "kinds", o.Kinds)
	list(q, "langs", o.Langs)
	number(q, "size", o.Size)
	return q
}

func list(q url.Values, name string, values []string) { text(q, name, strings.Join(values, ",")) }

func text(q url.Values, name, value string) {
	if value != "" {
		q.Set(name, value)
	}
}

func number(q url.Values, name string, n int) {
	if n != 0 {
		q.Set(name, strconv.Itoa(n))
	}
}

func askJSON[T any](ctx context.Context, c *Client, path string, v any) (*T, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return ask[T](ctx, c, http.MethodPost, path, nil, body, "application/json")
}

// ask sends a request, again if it has to, and reads its answer.
func ask[T any](ctx context.Context, c *Client, method, path string, q url.Values, body []byte, contentType string) (*T, error) {
	retries := c.Retries
	if retries == 0 {
		retries = 3
	}
	for tried := 0; ; tried++ {
		r, err := c.request(ctx, method, path, q, bytes.NewReader(body), contentType)
		if err != nil {
			return nil, err
		}
		res, err := c.client().Do(r)
		if err != nil {
			return nil, err
		}
		var out T
		if res.StatusCode < 300 {
			err = json.NewDecoder(res.Body).Decode(&out)
			res.Body.Close()
			if err != nil {
				return nil, fmt.Errorf("reading the answer of %s: %w", path, err)
			}
			return &out, nil
		}
		err = problemOf(res)
		res.Body.Close()
		var p *Problem
		if !errors.As(err, &p) || p.Status != http.StatusTooManyRequests && p.Status != http.StatusServiceUnavailable || tried >= retries {
			return nil, err
		}
		if err := wait(ctx, retryAfter(res.Header, tried)); err != nil {
			return nil, errors.Join(err, p)
		}
	}
}

func (c *Client) client() *http.Client {
	if c.HTTP == nil {
		return http.DefaultClient
	}
	return c.HTTP
}

func (c *Client) request(ctx context.Context, method, path string, q url.Values, body io.Reader, contentType string) (*http.Request, error) {
	address := strings.TrimSuffix(c.URL, "/") + path
	if len(q) > 0 {
		address += "?" + q.Encode()
	}
	r, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, err
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	if c.Key != "" {
		r.Header.Set("Authorization", "Bearer "+c.Key)
	}
	r.Header.Set("Accept", "application/json")
	return r, nil
}

// problemOf reads the problem of an answer; one that is none, of a proxy
// perhaps, gets the status alone.
func problemOf(res *http.Response) error {
	p := &Problem{}
	raw, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil || json.Unmarshal(raw, p) != nil || p.Code == "" {
		p = &Problem{Title: http.StatusText(res.StatusCode), Code: "http-" + strconv.Itoa(res.StatusCode)}
	}
	p.Status = res.StatusCode
	return p
}

// retryAfter is the time that an answer asks to wait, or twice as long each try.
func retryAfter(h http.Header, tried int) time.Duration {
	if s, err := strconv.Atoi(h.Get("Retry-After")); err == nil && s >= 0 {
		return time.Duration(min(s, 300)) * time.Second
	}
	return time.Second << min(tried, 6)
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
