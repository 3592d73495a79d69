package batch

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"concord/alignment"
	"concord/taxonomy"
)

// A Table writes results as they come. Close completes it; until then it may
// hold nothing of use.
type Table interface {
	Add(Result) error
	Close() error
}

// Format returns the format that the name of a table's file asks for: "jsonl",
// "csv" or "sssom".
func Format(name string) (string, error) {
	lower := strings.ToLower(name)
	switch filepath.Ext(lower) {
	case ".jsonl", ".ndjson":
		return "jsonl", nil
	case ".csv":
		return "csv", nil
	case ".sssom":
		return "sssom", nil
	case ".tsv":
		if strings.HasSuffix(lower, ".sssom.tsv") {
			return "sssom", nil
		}
	}
	return "", fmt.Errorf("%w: the name %q does not say how to write the alignments; end it in .jsonl, .csv, .sssom or .sssom.tsv", taxonomy.ErrInvalid, name)
}

// NewTable returns a table in a format of Format that is written to w. set is
// what an SSSOM set says of itself.
func NewTable(format string, w io.Writer, set Set) (Table, error) {
	switch format {
	case "jsonl":
		return newLines(w), nil
	case "csv":
		return newSheet(w)
	case "sssom":
		return newSSSOM(w, set)
	}
	return nil, fmt.Errorf("%w: no table format %q", taxonomy.ErrInvalid, format)
}

// lines is a JSON object for each document: its answer, and the file it is from.
type lines struct{ enc *json.Encoder }

func newLines(w io.Writer) *lines {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return &lines{enc}
}

// Add writes the answer, or the error of a file that cannot be read.
func (l *lines) Add(r Result) error {
	var v any = struct {
		File string `json:"file"`
		*alignment.Answer
	}{r.File, r.Answer}
	if r.Err != nil {
		v = struct {
			File  string `json:"file"`
			Error string `json:"error"`
		}{r.File, r.Err.Error()}
	}
	if err := l.enc.Encode(v); err != nil {
		return fmt.Errorf("writing the alignments of %s: %w", r.File, err)
	}
	return nil
}

func (l *lines) Close() error { return nil }

// sheet is a row of CSV for each proposal and each statement of a document, and
// one row for a document that has neither or cannot be read. Its column state
// is "proposed", the state of a statement, "nothing" or "unread".
type sheet struct{ w *csv.Writer }

func newSheet(w io.Writer) (*sheet, error) {
	s := &sheet{csv.NewWriter(w)}
	return s, s.w.Write([]string{"file", "document", "type", "digest", "state", "uri", "label", "lang", "kind", "code", "scheme", "release", "predicate", "probability", "pointer", "quote", "why"})
}

func (s *sheet) Add(r Result) error {
	if r.Err != nil {
		return s.write(Result{File: r.File, Answer: &alignment.Answer{Document: &alignment.Document{}}}, "unread", []string{11: r.Err.Error()})
	}
	for _, a := range r.Answer.Alignments {
		pointer, quote, why := "", "", ""
		if len(a.Evidence) > 0 {
			ev := a.Evidence[0]
			pointer, quote, why = ev.Pointer, ev.Quote, "by the label “"+ev.Matched.Label+"”"
			if ev.Matched.By == alignment.ByMeaning {
				why = "by meaning"
			}
		}
		err := s.write(r, "proposed", []string{string(a.URI), a.Label, string(a.Lang), string(a.Kind), a.Code, a.Scheme, a.Release, string(a.Predicate), decimal(a.Probability), pointer, quote, why})
		if err != nil {
			return err
		}
	}
	for _, st := range r.Answer.Stated {
		uri, label := st.Concept, st.Label
		if uri == "" {
			uri = st.URI
		}
		if label == "" {
			label = st.Name
		}
		if err := s.write(r, string(st.State), []string{string(uri), label, "", "", st.Code, st.Scheme, st.Release, "", "", st.Pointer, "", st.Why}); err != nil {
			return err
		}
	}
	if len(r.Answer.Alignments)+len(r.Answer.Stated) == 0 {
		return s.write(r, "nothing", []string{11: nothingOf(r).Why})
	}
	return nil
}

func (s *sheet) write(r Result, state string, cells []string) error {
	d := r.Answer.Document
	if err := s.w.Write(append([]string{r.File, d.Name, d.Type, d.Digest, state}, cells...)); err != nil {
		return fmt.Errorf("writing the alignments of %s: %w", r.File, err)
	}
	return nil
}

func (s *sheet) Close() error {
	s.w.Flush()
	if err := s.w.Error(); err != nil {
		return fmt.Errorf("writing the alignments: %w", err)
	}
	return nil
}

// decimal writes a probability with the digits it has.
func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
