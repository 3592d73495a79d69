package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"concord/taxonomy"
)

// A DecisionRequest is what a person says about a mapping, or about the
// alignment of a document.
type DecisionRequest struct {
	Set        taxonomy.URI     `json:"set,omitempty" doc:"The mapping's set; none: an alignment"`
	Subject    taxonomy.URI     `json:"subject" minLength:"1" doc:"The mapping's subject, or the digest of the document"`
	Predicate  taxonomy.Match   `json:"predicate,omitempty" doc:"As it was proposed"`
	Object     taxonomy.URI     `json:"object" minLength:"1"`
	Verdict    taxonomy.Verdict `json:"verdict" enum:"accept,reject,change,unsure,supersede"`
	Changed    taxonomy.Match   `json:"changed,omitempty" doc:"With change: the predicate it should have"`
	Reason     string           `json:"reason,omitempty" maxLength:"2000"`
	Reviewer   string           `json:"reviewer,omitempty" maxLength:"200" doc:"Who decides; with a key it is the key's owner"`
	Tool       string           `json:"tool,omitempty" maxLength:"200" doc:"Name and version of what proposed it"`
	Supersedes int64            `json:"supersedes,omitempty" doc:"With supersede: the id of the decision taken back"`
}

type decideInput struct {
	Body struct {
		Decisions []DecisionRequest `json:"decisions" minItems:"1" maxItems:"1000" doc:"All are recorded, or none"`
	}
}

type decideOutput struct {
	Body struct {
		IDs []int64 `json:"ids" doc:"In the order given"`
	}
}

type decisionsInput struct {
	Set      string `query:"set" doc:"About mappings of this set"`
	Subject  string `query:"subject" doc:"About this subject: a concept, or the digest of a document"`
	Object   string `query:"object" doc:"About this object"`
	Reviewer string `query:"reviewer" doc:"By this person"`
	Standing bool   `query:"standing" doc:"Leave out what its reviewer has replaced or taken back"`
	Cursor   string `query:"cursor" doc:"The next of the page before"`
	Limit    int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

type decisionsOutput struct {
	Body struct {
		Decisions []taxonomy.Decision `json:"decisions" doc:"The earliest first"`
		Next      string              `json:"next,omitempty" doc:"The cursor of the next page; absent on the last"`
	}
}

func (s *Server) decisionRoutes() {
	tags := []string{"review"}
	huma.Register(s.api, huma.Operation{OperationID: "list-decisions", Method: http.MethodGet, Path: "/v1/decisions", Tags: tags, Summary: "What reviewers have decided", Errors: []int{422}}, s.listDecisions)
	huma.Register(s.api, scoped(huma.Operation{OperationID: "decide", Method: http.MethodPost, Path: "/v1/decisions", Tags: tags, Errors: []int{400, 401, 403, 404, 422},
		Summary: "Record what a person decides", Description: "Decisions are only ever added. What they say of mappings takes effect at once.", DefaultStatus: http.StatusCreated}, ScopeReview, true), s.decide)
}

func (s *Server) listDecisions(ctx context.Context, in *decisionsInput) (*decisionsOutput, error) {
	after := int64(0)
	if in.Cursor != "" {
		var err error
		if after, err = strconv.ParseInt(in.Cursor, 10, 64); err != nil {
			return nil, problem(http.StatusUnprocessableEntity, "bad-cursor", "the cursor is not one that a page before named")
		}
	}
	out := &decisionsOutput{}
	out.Body.Decisions = []taxonomy.Decision{}
	f := taxonomy.DecisionFilter{Set: taxonomy.URI(in.Set), Subject: taxonomy.URI(in.Subject), Object: taxonomy.URI(in.Object), Reviewer: in.Reviewer, Standing: in.Standing}
	for d, err := range s.cfg.Store.Decisions(ctx, f) {
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		if d.ID <= after {
			continue
		}
		if n := len(out.Body.Decisions); n == in.Limit {
			out.Body.Next = strconv.FormatInt(out.Body.Decisions[n-1].ID, 10)
			break
		}
		out.Body.Decisions = append(out.Body.Decisions, d)
	}
	return out, nil
}

func (s *Server) decide(ctx context.Context, in *decideInput) (*decideOutput, error) {
	decisions := make([]taxonomy.Decision, len(in.Body.Decisions))
	for i, r := range in.Body.Decisions {
		d := taxonomy.Decision{Set: r.Set, Subject: r.Subject, Predicate: r.Predicate, Object: r.Object, Verdict: r.Verdict, Changed: r.Changed,
			Reason: r.Reason, Reviewer: callerOf(ctx).by(r.Reviewer), Time: s.now(), Tool: r.Tool, Supersedes: r.Supersedes}
		if d.Reviewer == "" {
			return nil, problem(http.StatusUnprocessableEntity, "no-reviewer", "say who decides, as reviewer")
		}
		if err := d.Validate(); err != nil {
			return nil, s.fail(ctx, err)
		}
		var err error
		if d.SubjectRelease, d.SubjectMeaning, err = s.seen(ctx, d.Subject); err != nil {
			return nil, s.fail(ctx, err)
		}
		if d.ObjectRelease, d.ObjectMeaning, err = s.seen(ctx, d.Object); err != nil {
			return nil, s.fail(ctx, err)
		}
		decisions[i] = d
	}
	ids, err := s.cfg.Store.AddDecisions(ctx, decisions)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	out := &decideOutput{}
	out.Body.IDs = ids
	return out, nil
}

// seen is the digest of the release that a reviewer saw a concept in, and of
// what it meant there; both are empty where it is not loaded.
func (s *Server) seen(ctx context.Context, uri taxonomy.URI) (release, meaning string, err error) {
	found, err := s.cfg.Store.Find(ctx, string(uri))
	if err != nil || len(found) == 0 || found[0].URI != uri {
		return "", "", err
	}
	rel, err := s.cfg.Store.Release(ctx, found[0].Release)
	if err != nil {
		return "", "", err
	}
	return rel.Digest, found[0].Meaning(), nil
}
