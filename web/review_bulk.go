package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"concord/alignment/review"
	"concord/taxonomy"
)

// A bulkView is what templates/bulk.html shows: what a rule would accept.
type bulkView struct {
	Rule   review.Rule           `json:"rule"`
	Tasks  []review.Task         `json:"tasks"` // the first of them
	Total  int                   `json:"total"`
	Digest string                `json:"digest"` // of all of them
	Sets   []taxonomy.MappingSet `json:"sets"`   // to choose from
	Kinds  []string              `json:"kinds"`  // the same
}

// What a bulk step shows and takes at most.
const (
	mostPreviewed = 100
	mostBulk      = 20_000
)

// leastByRule is the confidence that the form proposes.
const leastByRule = 0.9

// ruleOf reads a rule from the fields of a form. Without a confidence it is
// leastByRule.
func ruleOf(q url.Values) (review.Rule, error) {
	rule := review.Rule{Set: taxonomy.URI(q.Get("set")), Predicate: taxonomy.Match(q.Get("predicate")), Kind: q.Get("kind"), Least: leastByRule, Alone: q.Get("alone") != ""}
	if given := q.Get("least"); given != "" {
		least, err := strconv.ParseFloat(given, 64)
		if err != nil || !(least >= 0 && least <= 1) {
			return rule, problem(http.StatusUnprocessableEntity, "invalid", "least is a confidence from 0 to 1, like 0.9, not "+strconv.Quote(given))
		}
		rule.Least = least
	}
	return rule, nil
}

func (s *Server) bulkPage(ctx context.Context, r *http.Request, _ *viewer) (any, error) {
	rule, err := ruleOf(r.URL.Query())
	if err != nil {
		return nil, err
	}
	queue, sets, _, err := s.queue(ctx, false)
	if err != nil {
		return nil, err
	}
	out := bulkView{Rule: rule, Sets: append([]taxonomy.MappingSet{}, sets...), Kinds: []string{}}
	for i := range queue.Tasks {
		for _, kind := range []string{queue.Tasks[i].SubjectKind, queue.Tasks[i].ObjectKind} {
			if kind != "" && !slices.Contains(out.Kinds, kind) {
				out.Kinds = append(out.Kinds, kind)
			}
		}
	}
	slices.Sort(out.Kinds)
	out.Tasks, out.Digest = rule.Select(queue.Tasks)
	out.Total = len(out.Tasks)
	out.Tasks = append([]review.Task{}, out.Tasks[:min(mostPreviewed, out.Total)]...)
	return out, nil
}

// acceptBulk accepts what a rule takes, if that is what was previewed.
func (s *Server) acceptBulk(w http.ResponseWriter, r *http.Request) {
	v, ctx := s.viewer(w, r), r.Context()
	by, err := s.reviewerOf(w, r, v)
	var rule review.Rule
	if err == nil {
		rule, err = ruleOf(r.PostForm)
	}
	var tasks []review.Task
	if err == nil {
		tasks, err = s.previewed(ctx, rule, r.PostFormValue("digest"))
	}
	var decisions []taxonomy.Decision
	if err == nil {
		decisions, err = review.AcceptAll(ctx, s.cfg.Store, tasks, rule.String(), by)
	}
	if err == nil {
		err = s.writeDown(w, r, decisions)
	}
	if err != nil {
		s.showError(w, r, v, err)
	}
}

// previewed returns the tasks of a rule, if digest is theirs.
func (s *Server) previewed(ctx context.Context, rule review.Rule, digest string) ([]review.Task, error) {
	queue, _, _, err := s.queue(ctx, false)
	if err != nil {
		return nil, err
	}
	tasks, now := rule.Select(queue.Tasks)
	switch {
	case now != digest:
		return nil, problem(http.StatusConflict, "changed", "what the rule takes has changed since it was shown; look at it again before you accept it")
	case len(tasks) == 0:
		return nil, problem(http.StatusUnprocessableEntity, "invalid", "the rule takes nothing")
	case len(tasks) > mostBulk:
		return nil, problem(http.StatusUnprocessableEntity, "invalid", fmt.Sprintf("the rule takes %d proposals; at most %d are accepted in one step", len(tasks), mostBulk))
	}
	return tasks, nil
}

// undoForm takes back what the person decided, from one id to another.
func (s *Server) undoForm(w http.ResponseWriter, r *http.Request) {
	v, ctx := s.viewer(w, r), r.Context()
	by, err := s.reviewerOf(w, r, v)
	var decisions []taxonomy.Decision
	if err == nil {
		first, bad1 := strconv.ParseInt(r.PostFormValue("first"), 10, 64)
		last, bad2 := strconv.ParseInt(r.PostFormValue("last"), 10, 64)
		if bad1 != nil || bad2 != nil {
			err = problem(http.StatusUnprocessableEntity, "invalid", "first and last are the numbers of decisions")
		} else {
			decisions, err = review.TakeBack(ctx, s.cfg.Store, first, last, by)
		}
	}
	if err == nil {
		err = s.writeDown(w, r, decisions)
	}
	if err != nil {
		s.showError(w, r, v, err)
	}
}

// reviewerOf is who decides in a form: the key's owner, or the name given or
// remembered. It remembers the name.
func (s *Server) reviewerOf(w http.ResponseWriter, r *http.Request, v *viewer) (string, error) {
	by := callerOf(r.Context()).by(r.PostFormValue("reviewer"))
	if by == "" {
		by = v.Reviewer
	}
	if by == "" {
		return "", problem(http.StatusUnprocessableEntity, "no-reviewer", "say who decides: give your name beside the buttons")
	}
	if !v.Key {
		http.SetCookie(w, &http.Cookie{Name: "concord_name", Value: url.QueryEscape(by), Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	}
	return by, nil
}

// writeDown records decisions at one time, and goes back to the page that the
// form names; a script that asks for JSON gets the ids.
func (s *Server) writeDown(w http.ResponseWriter, r *http.Request, decisions []taxonomy.Decision) error {
	at := s.now()
	for i := range decisions {
		decisions[i].Time, decisions[i].Tool = at, "Concord "+s.cfg.Version
	}
	ids, err := s.cfg.Store.AddDecisions(r.Context(), decisions)
	if err != nil {
		return err
	}
	if r.Header.Get("Accept") == "application/json" {
		w.Header().Set("Content-Type", "application/json")
		return json.NewEncoder(w).Encode(map[string]any{"ids": ids})
	}
	back := localPath(r.PostFormValue("back"))
	if u, err := url.Parse(back); err == nil && u.Path == "/review" {
		q := u.Query()
		q.Set("done", strconv.FormatInt(ids[len(ids)-1], 10))
		u.RawQuery = q.Encode()
		back = u.String()
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
	return nil
}
