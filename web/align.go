package web

import (
	"bytes"
	"context"
	"encoding/json"
	"mime"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"concord/alignment"
	"concord/alignment/credential"
	"concord/taxonomy"
)

// AlignOptions say what is proposed for a document.
type AlignOptions struct {
	Targets        []string `json:"targets,omitempty" query:"targets" doc:"Schemes to align with, as NAME or NAME@RELEASE; none: the current release of every scheme" example:"esco@1.2.0"`
	Languages      []string `json:"languages,omitempty" query:"languages" doc:"Language of the document, if it is not to be told from its text: the first is taken" example:"en"`
	Kinds          []string `json:"kinds,omitempty" query:"kinds" doc:"Propose only concepts of these kinds; none: what a person can do, know or use"`
	Max            int      `json:"max,omitempty" query:"max" minimum:"1" maximum:"200" default:"20" doc:"Proposals at most"`
	MinProbability float64  `json:"minProbability,omitempty" query:"minProbability" minimum:"0" maximum:"0.99" default:"0.25" doc:"Propose only what is at least this likely"`
	Explain        bool     `json:"explain,omitempty" query:"explain" doc:"Show what each feature adds to a score"`
	Type           string   `json:"type,omitempty" query:"type" doc:"Read the document as this type, like OpenBadge/3.0 or text/plain; none: told from its contents"`
	Name           string   `json:"name,omitempty" query:"name" maxLength:"200" doc:"File name of the document, for messages"`
}

type alignInput struct {
	AlignOptions
	ContentType string `header:"Content-Type"`
	RawBody     []byte
}

type alignOutput struct {
	Release string `header:"Concord-Releases" doc:"The releases that the answer was made from"`
	Body    *alignment.Answer
}

// An AlignRequest is a document with options, where it is not the body itself.
type AlignRequest struct {
	Document json.RawMessage `json:"document,omitempty" doc:"A badge, credential, course or record as JSON"`
	Text     string          `json:"text,omitempty" doc:"Or plain text"`
	AlignOptions
}

func (s *Server) alignRoutes() {
	huma.Register(s.api, scoped(huma.Operation{
		OperationID: "align", Method: http.MethodPost, Path: "/v1/align", Tags: []string{"alignment"},
		Summary:          "Propose skill concepts for a document, with the words that earned each",
		Description:      "The body is the document itself, of any type that is read (a badge, credential, course, learner record, framework, web page, PDF or text), with options in the query; or a JSON object with `document` or `text` and the options beside it; or a file upload in the field `file`. Nothing of it is kept.",
		MaxBodyBytes:     s.cfg.Limits.Body,
		RequestBody:      s.documentBody(),
		SkipValidateBody: true, // the document is read by credential.Read, whatever its type
		Errors:           []int{http.StatusBadRequest, http.StatusNotFound, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity, http.StatusServiceUnavailable},
	}, ScopeAlign, false), s.align)
}

// documentBody describes a body that is a document.
func (s *Server) documentBody() *huma.RequestBody {
	anything := &huma.Schema{}
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/json":         {Schema: anything},
		"application/ld+json":      {Schema: anything},
		"text/plain":               {Schema: &huma.Schema{Type: "string"}},
		"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}},
		"multipart/form-data":      {Schema: &huma.Schema{Type: "object", Properties: map[string]*huma.Schema{"file": {Type: "string", Format: "binary"}}, Required: []string{"file"}}},
	}}
}

func (s *Server) align(ctx context.Context, in *alignInput) (*alignOutput, error) {
	doc, opt, err := s.given(in)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	answer, err := s.answer(ctx, doc, opt)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return &alignOutput{releasesOf(answer.Engine), answer}, nil
}

// given reads the document and the options of a request.
func (s *Server) given(in *alignInput) (*alignment.Document, AlignOptions, error) {
	opt, data := in.AlignOptions, in.RawBody
	media, params, err := mime.ParseMediaType(in.ContentType)
	if in.ContentType != "" && err != nil {
		return nil, opt, problem(http.StatusUnsupportedMediaType, "", "the Content-Type header cannot be read: "+err.Error())
	}
	read := credential.Options{Type: opt.Type, Now: s.now()}
	switch {
	case media == "multipart/form-data":
		if data, opt.Name, err = uploaded(data, params["boundary"], opt.Name); err != nil {
			return nil, opt, err
		}
	case media == "text/plain" && read.Type == "":
		read.Type = "text/plain"
	case media == "application/x-www-form-urlencoded":
		return nil, opt, problem(http.StatusUnsupportedMediaType, "", "send the document itself as the body, a JSON object with document or text, or a file upload")
	}
	if media == "application/json" || media == "" {
		if req, ok := wrapped(data); ok {
			opt = req.AlignOptions
			read.Type = opt.Type
			if data = []byte(req.Document); req.Text != "" {
				data, read.Type = []byte(req.Text), "text/plain"
			}
		}
	}
	if err := s.deep(data); err != nil {
		return nil, opt, err
	}
	name := opt.Name
	if name == "" {
		name = "the document"
	}
	doc, err := credential.Read(name, data, read)
	return doc, opt, err
}

// wrapped tells an AlignRequest from a document that is the body: it holds
// document or text, and nothing but options beside it.
func wrapped(data []byte) (*AlignRequest, bool) {
	trimmed := bytes.TrimLeft(data, " \t\r\n\ufeff")
	if len(trimmed) == 0 || trimmed[0] != '{' {
		return nil, false
	}
	var req AlignRequest
	dec := json.NewDecoder(bytes.NewReader(trimmed))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&req); err != nil || (len(req.Document) == 0) == (req.Text == "") {
		return nil, false
	}
	return &req, true
}

// deep refuses JSON that is nested deeper than Limits.Depth.
func (s *Server) deep(data []byte) error {
	depth, quoted, escaped := 0, false, false
	if t := bytes.TrimLeft(data, " \t\r\n\ufeff"); len(t) == 0 || t[0] != '{' && t[0] != '[' {
		return nil
	}
	for _, c := range data {
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = c == '\\', c != '"'
		case c == '"':
			quoted = true
		case c == '{' || c == '[':
			if depth++; depth > s.cfg.Limits.Depth {
				return problem(http.StatusUnprocessableEntity, "too-deep", "the document is nested deeper than any badge or course; give the record in it that is meant")
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}

// answer aligns a document.
func (s *Server) answer(ctx context.Context, doc *alignment.Document, opt AlignOptions) (*alignment.Answer, error) {
	opened, done, err := s.live.use()
	if err != nil {
		return nil, err
	}
	defer done()
	engine, err := targeted(opened, opt.Targets)
	if err != nil {
		return nil, err
	}
	o, err := opt.options()
	if err != nil {
		return nil, err
	}
	a, err := engine.Align(ctx, doc, o)
	if err != nil {
		return nil, err
	}
	if err := engine.Recognise(ctx, s.cfg.Store, a, o.Lang); err != nil {
		return nil, err
	}
	if !opt.Explain {
		for i := range a.Alignments {
			a.Alignments[i].Contributions = nil
		}
	}
	s.metrics.count(a)
	return a, nil
}

// options are opt as the engine takes them.
func (opt AlignOptions) options() (alignment.Options, error) {
	o := alignment.Options{Max: opt.Max, MinProbability: opt.MinProbability}
	// Options beside a document are looked at by nobody else, and NaN is in no range.
	if opt.Max < 0 || opt.Max > 200 {
		return o, problem(http.StatusUnprocessableEntity, "", "max is from 1 to 200")
	}
	if !(opt.MinProbability >= 0 && opt.MinProbability < 1) {
		return o, problem(http.StatusUnprocessableEntity, "", "minProbability is from 0 to 0.99")
	}
	if len(opt.Languages) > 0 {
		o.Lang = taxonomy.ParseLang(opt.Languages[0])
	}
	for _, k := range opt.Kinds {
		kind, err := taxonomy.ParseKind(k)
		if err != nil {
			return o, err
		}
		o.Kinds = append(o.Kinds, kind)
	}
	return o, nil
}

// targeted is the engine for some schemes. None: the current release of each.
func targeted(opened *Opened, targets []string) (*alignment.Engine, error) {
	var refs []taxonomy.Ref
	for _, t := range targets {
		ref, err := taxonomy.ParseRef(t)
		if err != nil {
			return nil, err
		}
		refs = append(refs, ref)
	}
	for _, r := range opened.Releases {
		if len(targets) == 0 && r.Current {
			refs = append(refs, r.Ref)
		}
	}
	return opened.Engine.Only(refs)
}

// releasesOf names the releases that an answer was made from.
func releasesOf(id alignment.Identity) string {
	var names []string
	for _, s := range id.Schemes {
		names = append(names, s.Name+"@"+s.Release)
	}
	return strings.Join(names, " ")
}
