package client

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
)

// A BatchLine is one document of a batch: Document or Text, and an ID that its
// answer carries.
type BatchLine struct {
	ID       string          `json:"id,omitempty"`
	Document json.RawMessage `json:"document,omitempty"`
	Text     string          `json:"text,omitempty"`
}

// A BatchAnswer answers one line: with an Answer, or where Problem is not nil
// with that.
type BatchAnswer struct {
	Line    int
	ID      string
	Problem *Problem
	Answer
}

// UnmarshalJSON tells an answer from a problem by its code.
func (b *BatchAnswer) UnmarshalJSON(raw []byte) error {
	var head struct {
		Line int             `json:"line"`
		ID   json.RawMessage `json:"id"`
		Code string          `json:"code"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return err
	}
	b.Line = head.Line
	if json.Unmarshal(head.ID, &b.ID) != nil {
		b.ID = string(head.ID) // a number
	}
	if head.Code != "" {
		b.Problem = new(Problem)
		return json.Unmarshal(raw, b.Problem)
	}
	return json.Unmarshal(raw, &b.Answer)
}

// errEnough ends the sending when nobody reads any more.
var errEnough = errors.New("enough answers were read")

// Batch aligns documents as they come and yields their answers in the same
// order, holding neither whole. A line that cannot be aligned is a BatchAnswer
// with a Problem; an error is the last thing that is yielded. targets may be
// empty. A batch is never sent again by itself. lines runs in a goroutine of
// its own and has ended when Batch returns, so it may not wait for answers
// after the caller stopped to read them.
func (c *Client) Batch(ctx context.Context, lines iter.Seq[BatchLine], targets ...string) iter.Seq2[*BatchAnswer, error] {
	return func(yield func(*BatchAnswer, error) bool) {
		given := ctx // its end is known before that of what is derived from it
		ctx, cancel := context.WithCancel(ctx)
		in, out := io.Pipe()
		sent := make(chan struct{})
		defer func() { // the sender must have ended: it runs the caller's code
			in.CloseWithError(errEnough)
			cancel()
			<-sent
		}()
		go func() {
			defer close(sent)
			enc := json.NewEncoder(out)
			for l := range lines {
				if err := enc.Encode(l); err != nil {
					return
				}
			}
			out.Close()
		}()
		q := url.Values{}
		list(q, "targets", targets)
		r, err := c.request(ctx, http.MethodPost, "/v1/align/batch", q, in, "application/x-ndjson")
		if err != nil {
			yield(nil, err)
			return
		}
		res, err := c.client().Do(r)
		if err != nil {
			yield(nil, err)
			return
		}
		defer res.Body.Close()
		if res.StatusCode != http.StatusOK {
			yield(nil, problemOf(res))
			return
		}
		dec := json.NewDecoder(bufio.NewReader(res.Body))
		for {
			a := new(BatchAnswer)
			switch err := dec.Decode(a); {
			case errors.Is(err, io.EOF):
				if err := given.Err(); err != nil { // lines gave up, and the answers to what it sent are not all
					yield(nil, err)
				}
				return
			case err != nil:
				yield(nil, fmt.Errorf("reading the answers: %w", err))
				return
			}
			if !yield(a, nil) {
				return
			}
		}
	}
}
