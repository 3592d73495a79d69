package web

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"concord/alignment/crosswalk"
	"concord/taxonomy"
)

// A TranslateRequest asks what concepts, or the alignments of a document, are
// in another framework.
type TranslateRequest struct {
	Concepts []string      `json:"concepts,omitempty" maxItems:"200" doc:"URIs or codes"`
	Document *SentDocument `json:"document,omitempty" doc:"Or what this document states, and what is proposed for it"`
	To       string        `json:"to" minLength:"1" doc:"The framework: NAME, NAME@RELEASE, isco, or a source that a mapping set names" example:"esco"`
	Lang     string        `json:"lang,omitempty" doc:"Of labels"`
}

// A TranslateAnswer is the translations, in the order asked for.
type TranslateAnswer struct {
	Concepts   []*crosswalk.Translated         `json:"concepts,omitempty"`
	Alignments []crosswalk.DocumentTranslation `json:"alignments,omitempty"`
}

type translateInput struct{ Body TranslateRequest }

type translateOutput struct{ Body TranslateAnswer }

func (s *Server) translateRoutes() {
	huma.Register(s.api, scoped(huma.Operation{OperationID: "translate", Method: http.MethodPost, Path: "/v1/translate", Tags: []string{"crosswalks"},
		Summary:      "What concepts, or the alignments of a document, are in another framework",
		Description:  "Follows accepted mappings, over up to three sets, and shows every step. Where no mapping leads there it goes up the hierarchy, and says so.",
		MaxBodyBytes: 2 * s.cfg.Limits.Body, Errors: []int{400, 404, 413, 422, 503}}, ScopeAlign, false), s.translate)
	// Where two steps say nothing together, none of the fields is there.
	if x := s.api.OpenAPI().Components.Schemas.Map()[schemaName(typeOf[crosswalk.Together](), "")]; x != nil {
		x.Required = nil
	}
}

func (s *Server) translate(ctx context.Context, in *translateInput) (*translateOutput, error) {
	req := in.Body
	if (len(req.Concepts) > 0) == (req.Document != nil) {
		return nil, problem(http.StatusUnprocessableEntity, "", "give concepts or a document, one of them")
	}
	to, err := crosswalk.FindFramework(ctx, s.cfg.Store, req.To)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	graph, lang := crosswalk.NewGraph(s.cfg.Store), taxonomy.ParseLang(req.Lang)
	out := &translateOutput{}
	if req.Document != nil {
		doc, _, err := s.read(*req.Document)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		a, err := s.answer(ctx, doc, AlignOptions{})
		if err == nil {
			out.Body.Alignments, err = graph.TranslateAnswer(ctx, a, to)
		}
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		return out, nil
	}
	for _, key := range req.Concepts {
		t, err := s.translateOne(ctx, graph, key, to, lang)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		out.Body.Concepts = append(out.Body.Concepts, t)
	}
	return out, nil
}

// translateOne translates the concept that key names; one that is not loaded
// may still be mapped.
func (s *Server) translateOne(ctx context.Context, graph *crosswalk.Graph, key string, to *crosswalk.Framework, lang taxonomy.Lang) (*crosswalk.Translated, error) {
	found, err := s.cfg.Store.Find(ctx, key)
	if err != nil {
		return nil, err
	}
	uri, ref, label := taxonomy.URI(key), taxonomy.Ref{}, ""
	if len(found) > 0 {
		uri, ref, label = found[0].URI, found[0].Release, found[0].Pref(lang).Text
	} else {
		mapped, err := s.cfg.Store.Mappings(ctx, uri)
		if err != nil {
			return nil, err
		}
		if len(mapped) == 0 {
			return nil, problem(http.StatusNotFound, "", "no concept has the URI or code "+key+", and no mapping names it")
		}
		if label = mapped[0].SubjectLabel; mapped[0].Object == uri {
			label = mapped[0].ObjectLabel
		}
	}
	t, err := graph.Translate(ctx, uri, ref, to, lang)
	if err == nil {
		t.Label = label
	}
	return t, err
}
