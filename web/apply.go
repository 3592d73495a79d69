package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"concord/alignment"
	"concord/alignment/acceptance"
	"concord/alignment/credential"
	"concord/alignment/jsonpatch"
	"concord/alignment/writeback"
	"concord/taxonomy"
)

// A SentDocument is a document in a JSON request: JSON, or text.
type SentDocument struct {
	Document json.RawMessage `json:"document,omitempty" doc:"A badge, credential, course or record as JSON"`
	Text     string          `json:"text,omitempty" doc:"Or what is not JSON: text, a JWT, CSV, HTML"`
	Base64   []byte          `json:"base64,omitempty" doc:"Or any bytes, such as a PDF or a baked badge, in base64"`
	Name     string          `json:"name,omitempty" maxLength:"200" doc:"File name, for messages"`
	Type     string          `json:"type,omitempty" doc:"Read it as this type; none: told from its contents"`
}

// An ApplyRequest says what to write into a document.
type ApplyRequest struct {
	SentDocument
	Accept         []string `json:"accept,omitempty" doc:"URI or code of each concept to write, with =PREDICATE after it where it is not to be the engine's" example:"[\"http://data.europa.eu/esco/skill/28cb374e-6261-4133-8371-f9a5470145da=exactMatch\"]"`
	MinProbability float64  `json:"minProbability,omitempty" exclusiveMinimum:"0" exclusiveMaximum:"1" doc:"Or write everything that is at least this likely"`
	Max            int      `json:"max,omitempty" minimum:"1" maximum:"200" doc:"With minProbability, alignments at most"`
	Targets        []string `json:"targets,omitempty" doc:"Schemes to take concepts from; none: the current release of every scheme"`
	Languages      []string `json:"languages,omitempty"`
	Profile        string   `json:"profile,omitempty" doc:"How to write; none: by the document"`
	To             string   `json:"to,omitempty" doc:"JSON pointer of the part that gets the alignments, where there are several"`
	Reviewer       string   `json:"reviewer,omitempty" maxLength:"200" doc:"Who accepted; with a key it is the key's owner"`
	At             string   `json:"at,omitempty" format:"date-time" doc:"When; none: not said"`
}

// An ApplyAnswer is a document with accepted alignments in it.
type ApplyAnswer struct {
	Profile    string             `json:"profile"`
	Signed     bool               `json:"signed" doc:"The document is signed and was not changed: its receipt stands beside it"`
	Document   json.RawMessage    `json:"document,omitempty" doc:"The document, where it is JSON; every byte that was not changed is as it was sent"`
	Text       string             `json:"text,omitempty" doc:"Or where it is text"`
	Base64     []byte             `json:"base64,omitempty" doc:"Or where it is neither"`
	Table      bool               `json:"table,omitempty" doc:"What is given is a table of the alignments, because the document has no place for them"`
	Patch      jsonpatch.Patch    `json:"patch,omitempty" doc:"The change as JSON Patch (RFC 6902)"`
	Receipt    *writeback.Receipt `json:"receipt" doc:"What was accepted, by whom, against which releases"`
	Added      []writeback.Placed `json:"added"`
	Present    []writeback.Placed `json:"present" doc:"Were there before"`
	NotCarried []writeback.Loss   `json:"notCarried" doc:"What the format has no place for"`
	Notes      []string           `json:"notes"`
}

type applyInput struct{ Body ApplyRequest }

type applyOutput struct {
	Release string `header:"Concord-Releases"`
	Body    ApplyAnswer
}

func (s *Server) applyRoutes() {
	huma.Register(s.api, scoped(huma.Operation{OperationID: "apply", Method: http.MethodPost, Path: "/v1/apply", Tags: []string{"alignment"},
		Summary:      "Write accepted alignments into a document",
		Description:  "In the terms of the document's own standard, with a JSON patch and a receipt. A signed document is never changed: it gets its receipt beside it. The receipt is kept, by the digest of the document, and nothing else of it.",
		MaxBodyBytes: 2 * s.cfg.Limits.Body, Errors: []int{400, 404, 409, 413, 422, 503}}, ScopeAlign, true), s.apply)
	huma.Register(s.api, scoped(huma.Operation{OperationID: "get-receipt", Method: http.MethodGet, Path: "/v1/receipts/{digest}", Tags: []string{"alignment"},
		Summary: "The latest receipt of a document, by its digest", Errors: []int{404}}, ScopeAlign, false), s.getReceipt)
}

// read reads the document of a request.
func (s *Server) read(in SentDocument) (*alignment.Document, []byte, error) {
	var data []byte
	given := 0
	for _, d := range [][]byte{in.Document, []byte(in.Text), in.Base64} {
		if len(d) > 0 {
			data = d
			given++
		}
	}
	if given != 1 {
		return nil, nil, problem(http.StatusUnprocessableEntity, "no-document", "give the document as document, text or base64, in one of them")
	}
	if err := s.deep(data); err != nil {
		return nil, nil, err
	}
	name := in.Name
	if name == "" {
		name = "the document"
	}
	doc, err := credential.Read(name, data, credential.Options{Type: in.Type, Now: s.now()})
	return doc, data, err
}

// source is what concepts for these targets are accepted from.
func (s *Server) source(opened *Opened, targets []string) (acceptance.Source, error) {
	engine, err := targeted(opened, targets)
	src := acceptance.Source{Engine: engine, Store: s.cfg.Store}
	if err != nil {
		return src, err
	}
	for _, ref := range engine.Releases() {
		for i := range opened.Releases {
			if opened.Releases[i].Ref == ref {
				src.Releases = append(src.Releases, &opened.Releases[i])
			}
		}
	}
	return src, nil
}

func (s *Server) apply(ctx context.Context, in *applyInput) (*applyOutput, error) {
	req := in.Body
	if (len(req.Accept) > 0) == (req.MinProbability > 0) {
		return nil, problem(http.StatusUnprocessableEntity, "nothing-accepted", "say what is accepted with accept, or with minProbability, one of them")
	}
	var at time.Time
	if req.At != "" {
		var err error
		if at, err = time.Parse(time.RFC3339, req.At); err != nil {
			return nil, problem(http.StatusUnprocessableEntity, "", "at is no time like 2026-05-04T10:30:00Z")
		}
	}
	doc, data, err := s.read(req.SentDocument)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	opened, done, err := s.live.use()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	defer done()
	src, err := s.source(opened, req.Targets)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	opt, err := AlignOptions{Languages: req.Languages, Max: req.Max, MinProbability: req.MinProbability}.options()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	w := writeback.Request{Name: doc.Name, Data: data, Document: doc, Profile: req.Profile, To: req.To, Reviewer: callerOf(ctx).by(req.Reviewer), At: at}
	if w.Name = req.Name; w.Name == "" {
		w.Name = "the document"
	}
	choices, err := acceptance.ParseChoices(req.Accept)
	if err == nil && len(choices) > 0 {
		w.Accepted, w.Engine, err = src.Named(ctx, doc, data, choices, opt)
	} else if err == nil {
		w.Accepted, w.Engine, err = src.Likely(ctx, doc, data, opt)
	}
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	answer, err := applied(w)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	raw, err := answer.Receipt.Encode()
	if err == nil {
		err = s.cfg.Store.PutRecord(ctx, receiptRecord, doc.Digest, raw)
	}
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return &applyOutput{releasesOf(w.Engine), *answer}, nil
}

// applied writes what is accepted, or where the document is signed, its
// receipt alone.
func applied(req writeback.Request) (*ApplyAnswer, error) {
	receipt, added, present, err := writeback.NewReceipt(req, nil)
	if err != nil {
		return nil, err
	}
	a := &ApplyAnswer{Receipt: receipt, Added: added, Present: present, NotCarried: []writeback.Loss{}, Notes: []string{}}
	out, err := writeback.Apply(req)
	switch {
	case errors.Is(err, taxonomy.ErrConflict) && writeback.Signed(req):
		a.Profile, a.Signed = "receipt", true
		a.Notes = append(a.Notes, "the document is signed and was not changed")
	case err != nil:
		return nil, err
	default:
		a.Profile, a.Table, a.Patch, a.Added, a.Present = out.Profile, out.Table, out.Patch, out.Added, out.Present
		a.NotCarried, a.Notes = append(a.NotCarried, out.NotCarried...), append(a.Notes, out.Notes...)
		a.hold(out.Data)
	}
	if a.Added == nil {
		a.Added = []writeback.Placed{}
	}
	if a.Present == nil {
		a.Present = []writeback.Placed{}
	}
	return a, nil
}

// hold puts bytes where a client finds them as they are.
func (a *ApplyAnswer) hold(data []byte) {
	switch t := strings.TrimSpace(string(data)); {
	case t != "" && (t[0] == '{' || t[0] == '[') && json.Valid(data):
		a.Document = data
	case utf8.Valid(data):
		a.Text = string(data)
	default:
		a.Base64 = data
	}
}

// receiptRecord is the kind of the records that receipts are kept as, by the
// digest of the document.
const receiptRecord = "receipt"

type receiptInput struct {
	Digest string `path:"digest" doc:"sha256:… of the document's bytes" pattern:"^sha256:[0-9a-f]{64}$"`
}

type receiptOutput struct{ Body json.RawMessage }

func (s *Server) getReceipt(ctx context.Context, in *receiptInput) (*receiptOutput, error) {
	raw, err := s.cfg.Store.Record(ctx, receiptRecord, in.Digest)
	if errors.Is(err, taxonomy.ErrNotFound) {
		return nil, problem(http.StatusNotFound, "", "no receipt is kept for a document with this digest")
	}
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return &receiptOutput{raw}, nil
}
