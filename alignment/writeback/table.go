package writeback

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"time"

	"concord/importers/source"
)

// csvTable writes one row for each accepted alignment, with the strongest
// piece of its evidence.
func csvTable(req Request, _ *source.Value) (*Outcome, error) {
	rows := [][]string{{"document", "uri", "label", "lang", "kind", "code", "scheme", "release", "framework", "predicate", "probability", "pointer", "quote", "reviewer", "reviewed"}}
	out := &Outcome{Profile: "csv", Table: true}
	more := 0
	for _, a := range req.Accepted {
		pointer, quote := "", ""
		if len(a.Evidence) > 0 {
			pointer, quote = a.Evidence[0].Pointer, a.Evidence[0].Quote
		}
		if len(a.Evidence) > 1 {
			more++
		}
		rows = append(rows, []string{req.Name, string(a.URI), a.Label, string(a.Lang), string(a.Kind), a.Code, a.Scheme, a.Release, a.framework(), string(a.Predicate),
			score(a.Probability), pointer, quote, req.Reviewer, req.reviewed()})
		out.Added = append(out.Added, Placed{a.URI, a.Label, ""})
	}
	if more > 0 {
		out.NotCarried = append(out.NotCarried, Loss{"evidence beyond the strongest", more})
	}
	data, err := writeCSV(rows)
	out.Data = data
	return out, err
}

// jsonLines writes one object for each accepted alignment, with all that is
// known of it.
func jsonLines(req Request, _ *source.Value) (*Outcome, error) {
	out := &Outcome{Profile: "jsonl", Table: true}
	var b bytes.Buffer
	for _, a := range req.Accepted {
		digest := ""
		if req.Document != nil {
			digest = req.Document.Digest
		}
		raw, err := encode(struct {
			Document string `json:"document"`
			Digest   string `json:"digest,omitempty"`
			Accepted
			Reviewer string `json:"reviewer,omitempty"`
			Reviewed string `json:"reviewed,omitempty"`
		}{req.Name, digest, a, req.Reviewer, req.reviewed()})
		if err != nil {
			return nil, fmt.Errorf("writing %s: %w", a.URI, err)
		}
		b.Write(append(raw, '\n'))
		out.Added = append(out.Added, Placed{a.URI, a.Label, ""})
	}
	out.Data = b.Bytes()
	return out, nil
}

// reviewed is the time of the request in RFC 3339, or "".
func (req Request) reviewed() string {
	if req.At.IsZero() {
		return ""
	}
	return req.At.UTC().Format(time.RFC3339)
}

func writeCSV(rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("writing CSV: %w", err)
	}
	return b.Bytes(), nil
}
