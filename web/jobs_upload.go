package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humamux"

	"concord/alignment/credential"
)

type uploadInput struct {
	AlignOptions
	Columns     string `query:"columns" maxLength:"2000" doc:"What the columns of a catalogue hold, as name=HEADER,text=HEADER; none: told by the headers"`
	License     string `query:"license" maxLength:"500" doc:"Licence of an SSSOM result, as a URL"`
	ContentType string `header:"Content-Type"`
	body        *connReader
}

// Resolve keeps the body for the handler to read as it comes.
func (in *uploadInput) Resolve(hc huma.Context) []error {
	r, w := humamux.Unwrap(hc)
	in.body = &connReader{newConn(w, Limits{ReadTimeout: time.Minute, WriteTimeout: time.Minute}), r.Body}
	return nil
}

func (s *Server) uploadRoute(op huma.Operation) {
	op.Description = "The body is lines of JSON, as POST /v1/align/batch takes them; a catalogue as CSV or TSV, of which every row is a document; or a ZIP archive of documents and catalogues. It may be a file upload in the field `file`. What is sent is told by its Content-Type, or by the ending of the file name (`name`, or that of the form).\n\n" +
		"The answer is the job. Its progress is at /v1/jobs/{id}, and as events at /v1/jobs/{id}/events; a webhook can be told when it has ended. It goes on after a restart of the server. What was sent is removed when the job ends, and the job with its result seven days later. " +
		"With an Idempotency-Key the same request makes one job, however often it is sent, also where the answer was lost."
	op.DefaultStatus = http.StatusCreated
	op.MaxBodyBytes = s.cfg.Limits.Upload
	op.Errors = append(op.Errors, http.StatusBadRequest, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	text, bytes := &huma.MediaType{Schema: &huma.Schema{Type: "string"}}, &huma.MediaType{Schema: &huma.Schema{Type: "string", Format: "binary"}}
	huma.Register(s.api, op, s.createJob)
	// Described afterwards, or huma would read the body.
	s.api.OpenAPI().Paths[op.Path].Post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		ndjson: text, "text/csv": text, "text/tab-separated-values": text, "application/zip": bytes,
		"multipart/form-data": {Schema: &huma.Schema{Type: "object", Properties: map[string]*huma.Schema{"file": {Type: "string", Format: "binary"}}, Required: []string{"file"}}},
	}}
}

// jobFormat tells what is sent by its Content-Type or the ending of its name.
func jobFormat(media, name string) string {
	switch media {
	case ndjson, "application/ndjson", "application/jsonl", "application/x-jsonlines":
		return "ndjson"
	case "text/csv":
		return "csv"
	case "text/tab-separated-values":
		return "tsv"
	case "application/zip", "application/x-zip-compressed":
		return "zip"
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".ndjson", ".jsonl":
		return "ndjson"
	case ".csv":
		return "csv"
	case ".tsv", ".tab":
		return "tsv"
	case ".zip":
		return "zip"
	}
	return ""
}

func (s *Server) createJob(ctx context.Context, in *uploadInput) (*jobOutput, error) {
	j := &job{changed: make(chan struct{})}
	j.Job = Job{State: JobQueued, Name: path.Base(strings.ReplaceAll(in.Name, `\`, "/")), Options: in.AlignOptions, Columns: in.Columns, License: in.License, Created: s.now().UTC()}
	if c := callerOf(ctx); c.key != nil {
		j.Key = c.key.ID
	}
	if _, err := credential.ParseColumns(in.Columns); err != nil {
		return nil, s.fail(ctx, err)
	}
	if _, err := in.options(); err != nil {
		return nil, s.fail(ctx, err)
	}
	if err := s.checkTargets(in.Targets); err != nil {
		return nil, s.fail(ctx, err)
	}
	media, params, err := mime.ParseMediaType(in.ContentType)
	if err != nil && in.ContentType != "" {
		return nil, problem(http.StatusUnsupportedMediaType, "", "the Content-Type header cannot be read: "+err.Error())
	}
	end, err := s.startStream()
	if err != nil {
		return nil, err
	}
	defer end()
	in.body.c.limits = s.cfg.Limits
	defer context.AfterFunc(s.closing, in.body.c.stopReading)()
	var body io.Reader = in.body
	if media == "multipart/form-data" {
		part, err := filePart(body, params["boundary"])
		if err != nil {
			return nil, s.uploadError(ctx, err)
		}
		if body = part; in.Name == "" {
			j.Name = path.Base(strings.ReplaceAll(part.FileName(), `\`, "/"))
		}
		media, _, _ = mime.ParseMediaType(part.Header.Get("Content-Type"))
	}
	if j.Format = jobFormat(media, j.Name); j.Format == "" {
		return nil, problem(http.StatusUnsupportedMediaType, "", "a job is lines of JSON, a CSV or TSV table, or a ZIP archive; say which by the Content-Type, or by the ending of the file name in the query: name=courses.csv")
	}
	if j.Name == "" || j.Name == "." || j.Name == "/" {
		j.Name = "upload." + j.Format
	}
	spool, err := s.spool(j, body)
	if err != nil {
		return nil, s.uploadError(ctx, err)
	}
	defer os.RemoveAll(spool)
	j, err = s.addJob(ctx, j, spool)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	return &jobOutput{Location: "/v1/jobs/" + j.ID, Body: j.Job}, nil
}

// checkTargets reports whether targets can be aligned with now.
func (s *Server) checkTargets(targets []string) error {
	opened, done, err := s.live.use()
	if err != nil {
		return err
	}
	defer done()
	_, err = targeted(opened, targets)
	return err
}

func (s *Server) uploadError(ctx context.Context, err error) error {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	if p := endOf(s, err); p != nil {
		return p
	}
	return s.fail(ctx, err)
}

// filePart is the field file of a form.
func filePart(body io.Reader, boundary string) (*multipart.Part, error) {
	if boundary == "" {
		return nil, problem(http.StatusBadRequest, "bad-upload", "the Content-Type header of a form needs a boundary")
	}
	form := multipart.NewReader(body, boundary)
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, problem(http.StatusBadRequest, "bad-upload", "the form has no field called file")
		}
		if err != nil {
			return nil, fmt.Errorf("reading the form: %w", err)
		}
		if part.FormName() == "file" {
			return part, nil
		}
	}
}

// spool writes what is sent into a folder of its own, to the disk, and notes
// its size and digest in j.
func (s *Server) spool(j *job, body io.Reader) (string, error) {
	s.jobs.mu.Lock()
	err := s.jobs.ready()
	s.jobs.mu.Unlock()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(s.jobsDir(), spoolPrefix)
	if err != nil {
		return "", fmt.Errorf("keeping an upload: %w", err)
	}
	h := sha256.New()
	err = writeFile(filepath.Join(dir, inputName), func(f *os.File) error {
		n, err := io.Copy(io.MultiWriter(f, h), body)
		j.Progress.Total = n
		if err != nil && errors.Is(err, io.ErrUnexpectedEOF) {
			return problem(http.StatusBadRequest, "bad-upload", "the upload was cut off; send it again")
		}
		return err
	})
	if err == nil && j.Progress.Total == 0 {
		err = problem(http.StatusUnprocessableEntity, "", "the upload is empty")
	}
	if err != nil {
		os.RemoveAll(dir)
		return "", err
	}
	j.Digest = "sha256:" + hex.EncodeToString(h.Sum(nil))
	return dir, syncDir(dir)
}

// addJob gives a job its id and makes it one of the server's. A job of the same
// request, told by its Idempotency-Key, is returned in its place: the id is
// made of the key, so that there is one also where the answer was lost with
// the server.
func (s *Server) addJob(ctx context.Context, j *job, spool string) (*job, error) {
	s.jobs.adding.Lock()
	defer s.jobs.adding.Unlock()
	unended := 0
	s.jobs.mu.Lock()
	for _, x := range s.jobs.byID {
		if !x.ended() {
			unended++
		}
	}
	s.jobs.mu.Unlock()
	key := idempotencyScope(ctx)
	for try := 0; ; try++ {
		var raw [16]byte
		rand.Read(raw[:])
		if key != "" {
			sum := sha256.Sum256(fmt.Appendf(nil, "job %s %d", key, try))
			copy(raw[:], sum[:])
		}
		j.ID = hex.EncodeToString(raw[:])
		s.jobs.mu.Lock()
		there := s.jobs.byID[j.ID]
		s.jobs.mu.Unlock()
		if there == nil {
			break
		}
		had := s.recordOf(there)
		if j.Created.Sub(had.Created) > idempotencyTTL {
			continue // the key may be used anew
		}
		if had.Digest != j.Digest || had.Format != j.Format || had.Name != j.Name || had.Columns != j.Columns || had.License != j.License || !reflect.DeepEqual(had.Options, j.Options) {
			return nil, errKeyReused
		}
		return there, nil
	}
	if unended >= s.cfg.Limits.Queue {
		return nil, problem(http.StatusServiceUnavailable, "busy", fmt.Sprintf("%d jobs have not ended; wait for one, or cancel it", unended))
	}
	dir := s.jobDir(j.ID)
	if err := os.RemoveAll(dir); err != nil { // of one whose record was never written
		return nil, fmt.Errorf("keeping an upload: %w", err)
	}
	if err := os.Rename(spool, dir); err != nil {
		return nil, fmt.Errorf("keeping an upload: %w", err)
	}
	if err := syncDir(s.jobsDir()); err != nil {
		return nil, err
	}
	raw, err := json.Marshal(j.jobRecord)
	if err != nil {
		return nil, fmt.Errorf("keeping job %s: %w", j.ID, err)
	}
	if err := s.cfg.Store.AddRecord(context.WithoutCancel(ctx), jobKind, j.ID, raw); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	s.jobs.byID[j.ID] = j
	s.jobs.nudge()
	return j, nil
}
