package web

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humamux"

	"concord/alignment"
	"concord/alignment/batch"
	"concord/taxonomy"
)

type resultInput struct {
	JobPath
	Format string `query:"format" enum:"ndjson,csv,sssom" default:"ndjson" doc:"ndjson: an answer a line, as of POST /v1/align/batch; csv: a row for each proposal; sssom: a mapping set of the proposals (TSV)"`
	Range  string `header:"Range" doc:"A part of it, as bytes=FROM-TO"`
}

// resultFormats are the formats of a result: the file, its media type, and the
// ending of the name it is saved by.
var resultFormats = map[string]struct{ file, media, ending string }{
	"ndjson": {resultName, ndjson, ".ndjson"},
	"csv":    {"result.csv", "text/csv; charset=utf-8", ".csv"},
	"sssom":  {"result.sssom.tsv", "text/tab-separated-values; charset=utf-8", ".sssom.tsv"},
}

func (s *Server) jobResultRoute(op huma.Operation) {
	op.Description = "There is a result once the job is done; before that it is a conflict. Documents are in the order they were sent in. A part of it can be asked for with Range, to go on with a transfer that broke."
	op.Errors = append(op.Errors, http.StatusConflict, http.StatusRequestedRangeNotSatisfiable)
	content := map[string]*huma.MediaType{}
	for _, media := range []string{ndjson, "text/csv", "text/tab-separated-values"} {
		content[media] = &huma.MediaType{Schema: &huma.Schema{Type: "string"}}
	}
	op.Responses = map[string]*huma.Response{"200": {Description: "The result", Content: content}, "206": {Description: "The part that was asked for", Content: content}, "304": {Description: "The client has it"}}
	huma.Register(s.api, op, s.jobResult)
}

func (s *Server) jobResult(ctx context.Context, in *resultInput) (*huma.StreamResponse, error) {
	j, now, err := s.findJob(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if now.State != JobDone {
		return nil, problem(http.StatusConflict, "not-done", "the job is "+string(now.State)+"; there is a result when it is done")
	}
	format := resultFormats[in.Format]
	if err := s.makeResult(j, in.Format); err != nil {
		return nil, s.fail(ctx, err)
	}
	f, err := os.Open(filepath.Join(s.jobDir(now.ID), format.file))
	if errors.Is(err, fs.ErrNotExist) {
		err = problem(http.StatusNotFound, "", "the result has just been removed")
	}
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer f.Close()
		r, w := humamux.Unwrap(hc)
		h := w.Header()
		h.Set("Content-Type", format.media)
		h.Set("ETag", `"`+now.ID+"-"+in.Format+`"`)
		h.Set("Content-Disposition", `attachment; filename="`+fileName(now.Name)+format.ending+`"`)
		c := newConn(w, s.cfg.Limits)
		c.end() // no body; listening for the client must not time out
		http.ServeContent(&connWriter{w, c}, r, "", *now.Ended, f)
	}}, nil
}

// A connWriter is a ResponseWriter that may take as long as the other end
// takes something.
type connWriter struct {
	http.ResponseWriter
	c *conn
}

func (w *connWriter) Write(p []byte) (int, error) { return w.c.Write(p) }

// fileName is name without its ending and without what a header cannot hold.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\/;%`, r) {
			return '_'
		}
		return r
	}, strings.TrimSuffix(name, path.Ext(name)))
	return name
}

// makeResult makes the result in a format of its lines, once.
func (s *Server) makeResult(j *job, format string) error {
	if format == "ndjson" {
		return nil
	}
	j.making.Lock()
	defer j.making.Unlock()
	now := s.recordOf(j)
	dir := s.jobDir(now.ID)
	name := filepath.Join(dir, resultFormats[format].file)
	if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	in, err := os.Open(filepath.Join(dir, resultName))
	if err != nil {
		return fmt.Errorf("reading a result: %w", err)
	}
	defer in.Close()
	set := batch.Set{License: now.License, Version: s.cfg.Version, Sources: map[taxonomy.Ref]taxonomy.URI{}}
	if now.Engine != nil {
		set.Version = now.Engine.Version
	}
	opened, done, err := s.live.use()
	if err == nil {
		for _, r := range opened.Releases {
			set.Sources[r.Ref] = r.URI
		}
		done()
	}
	return writeFile(name, func(f *os.File) error {
		out := bufio.NewWriterSize(f, 1<<16)
		table, err := batch.NewTable(format, out, set)
		if err != nil {
			return err
		}
		if err := errors.Join(tabulate(in, table), table.Close()); err != nil {
			return err
		}
		return out.Flush()
	})
}

// tabulate adds the answers of a result to a table.
func tabulate(in io.Reader, table batch.Table) error {
	lines := bufio.NewReaderSize(in, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading a result: %w", err)
		}
		var a struct {
			BatchAnswer
			Code   string `json:"code"`
			Detail string `json:"detail"`
		}
		if err := json.Unmarshal(line, &a); err != nil {
			return fmt.Errorf("reading a result: %w", err)
		}
		r := batch.Result{File: a.File, Answer: a.Answer}
		switch id := bytes.Trim(a.ID, `"`); {
		case r.File != "":
		case len(id) > 0:
			r.File = string(id)
			var text string
			if json.Unmarshal(a.ID, &text) == nil {
				r.File = text
			}
		default:
			r.File = fmt.Sprintf("line %d", a.Line)
		}
		if a.Code != "" {
			r.Answer, r.Err = nil, errors.New(a.Detail)
		} else if r.Answer == nil || r.Answer.Document == nil {
			r.Answer = &alignment.Answer{Document: &alignment.Document{}}
		}
		if err := table.Add(r); err != nil {
			return err
		}
	}
}
