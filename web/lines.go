package web

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"reflect"
	"slices"
	"time"

	"concord/alignment"
	"concord/alignment/batch"
	"concord/alignment/credential"
)

// A BatchLine is one line of a batch or of a job, where it is not the document
// itself. Options that it does not give are those of the request.
type BatchLine struct {
	ID json.RawMessage `json:"id,omitempty" doc:"A string or a number that the answer will carry"`
	AlignRequest
}

// A BatchAnswer is the line that answers a line: an answer, or a problem,
// which is told by its code.
type BatchAnswer struct {
	Line int             `json:"line,omitempty"` // that is answered, from 1
	File string          `json:"file,omitempty"` // of a job: that the document is from
	ID   json.RawMessage `json:"id,omitempty"`
	*alignment.Answer
}

// A batchProblem is a BatchAnswer that is a problem.
type batchProblem struct {
	*Problem
	Line int             `json:"line,omitempty"`
	File string          `json:"file,omitempty"`
	ID   json.RawMessage `json:"id,omitempty"`
}

// A lineTag is what a result has to carry through the alignment.
type lineTag struct {
	line    int
	id      json.RawMessage
	explain bool
}

// errTooLong is a line longer than what is read at once.
var errTooLong = errors.New("the line is too long")

// A lineReader reads lines one by one.
type lineReader struct {
	in   *bufio.Reader
	most int64
	n    int // lines read so far
	buf  []byte
}

// next returns a line without its end, good until the next call. One longer
// than most is errTooLong, and is behind the reader then. An end that is cut
// off by an error is not returned.
func (l *lineReader) next() ([]byte, error) {
	l.buf = l.buf[:0]
	long := false
	for {
		part, err := l.in.ReadSlice('\n')
		if !long {
			l.buf = append(l.buf, part...)
		}
		if long = long || int64(len(l.buf)) > l.most; long {
			l.buf = l.buf[:0]
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err == io.EOF && (len(l.buf) > 0 || long):
		case err != nil:
			return nil, err
		}
		l.n++
		if long {
			return nil, errTooLong
		}
		if cap(l.buf) > 1<<20 && len(l.buf) < 1<<16 {
			l.buf = slices.Clip(slices.Clone(l.buf)) // one long line must not keep its memory
		}
		return bytes.TrimRight(l.buf, "\r\n"), nil
	}
}

// A lineBatch says how lines are read and aligned.
type lineBatch struct {
	s       *Server
	opened  *Opened
	opt     AlignOptions
	columns credential.Columns
	now     time.Time
	skip    int // results not wanted: they are there
}

// items yields the documents of the lines of in. A line that is no document
// is an Item with Err. An error of in that is not its end is yielded as it is.
func (b *lineBatch) items(in io.Reader) iter.Seq2[batch.Item, error] {
	return func(yield func(batch.Item, error) bool) {
		lines := &lineReader{in: bufio.NewReaderSize(in, 1<<16), most: b.s.cfg.Limits.Body}
		left := b.skip
		for {
			line, err := lines.next()
			switch {
			case err == io.EOF:
				return
			case errors.Is(err, errTooLong):
				err = problem(http.StatusRequestEntityTooLarge, "", fmt.Sprintf("the line has more than %d bytes; a line holds one document", b.s.cfg.Limits.Body))
			case err != nil:
				yield(batch.Item{}, err)
				return
			case len(bytes.TrimSpace(line)) == 0:
				continue
			}
			if left > 0 {
				left--
				continue
			}
			item := batch.Item{Result: batch.Result{Tag: lineTag{line: lines.n}, Err: err}}
			if err == nil {
				item = b.item(lines.n, line)
			}
			if !yield(item, nil) {
				return
			}
		}
	}
}

// item reads one line.
func (b *lineBatch) item(n int, line []byte) (item batch.Item) {
	tag := lineTag{line: n, explain: b.opt.Explain}
	defer func() {
		if p := recover(); p != nil { // what one line does to the program must not end the rest
			item.Document, item.Err = nil, fmt.Errorf("panic: %v", p)
		}
		item.Tag = tag
	}()
	opt, data := b.opt, line
	read := credential.Options{Type: opt.Type, Now: b.now, Columns: b.columns}
	trimmed := bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\ufeff")))
	if len(trimmed) > 0 && trimmed[0] == '"' {
		var text string
		if err := json.Unmarshal(trimmed, &text); err != nil {
			item.Err = problem(http.StatusUnprocessableEntity, "invalid-document", "the line is no JSON: "+err.Error())
			return item
		}
		data, read.Type = []byte(text), "text/plain"
	} else if req, ok := wrappedLine(trimmed, opt); ok {
		if tag.id = req.ID; !scalar(tag.id) {
			tag.id, item.Err = nil, problem(http.StatusUnprocessableEntity, "invalid-document", "the id of a line is a string or a number of at most 1000 bytes")
			return item
		}
		opt = req.AlignOptions
		tag.explain, read.Type = opt.Explain, opt.Type
		if data = []byte(req.Document); req.Text != "" {
			data, read.Type = []byte(req.Text), "text/plain"
		}
	}
	if item.Err = b.s.deep(data); item.Err != nil {
		return item
	}
	if !reflect.DeepEqual(opt, b.opt) {
		if item.Engine, item.Err = targeted(b.opened, opt.Targets); item.Err != nil {
			return item
		}
		o, err := opt.options()
		if item.Err = err; err != nil {
			return item
		}
		item.Align = &o
	}
	name := opt.Name
	if name == "" {
		name = "the document"
	}
	if t := bytes.TrimSpace(data); len(t) > 0 && t[0] == '{' && read.Type == "" {
		item.Document, item.Err = credential.ReadRecord(name, data, read)
	} else {
		item.Document, item.Err = credential.Read(name, data, read)
	}
	return item
}

// wrappedLine tells a BatchLine from a document, as wrapped does.
func wrappedLine(data []byte, opt AlignOptions) (*BatchLine, bool) {
	if len(data) == 0 || data[0] != '{' {
		return nil, false
	}
	// Decoding writes into the lists that are there already.
	opt.Targets, opt.Languages, opt.Kinds = slices.Clone(opt.Targets), slices.Clone(opt.Languages), slices.Clone(opt.Kinds)
	line := BatchLine{AlignRequest: AlignRequest{AlignOptions: opt}}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&line); err != nil || dec.More() || (len(line.Document) == 0) == (line.Text == "") {
		return nil, false
	}
	return &line, true
}

// scalar reports whether an id is absent, a string or a number.
func scalar(raw json.RawMessage) bool {
	return len(raw) == 0 || len(raw) <= 1000 && (raw[0] == '"' || raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9')
}

// answerLine is the line that a result becomes.
func (s *Server) answerLine(ctx context.Context, r batch.Result) any {
	tag, _ := r.Tag.(lineTag)
	if r.Err != nil {
		p := *asProblem(s.fail(ctx, r.Err))
		out := &batchProblem{Problem: &p, Line: tag.line, File: r.File, ID: tag.id}
		if tag.line == 0 {
			out.Line = p.Line
		}
		return out
	}
	if !tag.explain {
		for i := range r.Answer.Alignments {
			r.Answer.Alignments[i].Contributions = nil
		}
	}
	s.metrics.count(r.Answer)
	return BatchAnswer{tag.line, r.File, tag.id, r.Answer}
}
