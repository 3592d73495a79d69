package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"concord/alignment/kept"
	"concord/alignment/releases"
	"concord/taxonomy"
)

// A touchedView is what templates/touched.html shows: what rests on a release,
// and what becomes of it in another.
type touchedView struct {
	From     string              `json:"from"`
	To       string              `json:"to"`
	Waiting  bool                `json:"waiting,omitempty"`
	Touched  []*releases.Touched `json:"touched"` // sets, then documents; in JSON with all their steps
	Verdicts []releases.Verdict  `json:"-"`
	Rows     []touchedRow        `json:"-"`
	Total    int                 `json:"total"` // steps that do not go on by themselves
	Page     int                 `json:"page"`
	PrevURL  string              `json:"-"`
	NextURL  string              `json:"-"`
}

// A touchedRow is a step with where it is from.
type touchedRow struct {
	Of *releases.Touched
	releases.Step
}

// PageTitle names both releases.
func (v touchedView) PageTitle() string { return v.From + " → " + v.To }

func (s *Server) touchedPage(ctx context.Context, r *http.Request, _ *viewer) (any, error) {
	q := r.URL.Query()
	out := touchedView{From: q.Get("from"), To: q.Get("to"), Verdicts: releases.Verdicts, Touched: []*releases.Touched{}}
	from, to, err := s.twoReleases(ctx, out.From, out.To)
	if err != nil {
		return nil, err
	}
	revision, err := s.cfg.Store.Revision(ctx)
	if err != nil {
		return nil, err
	}
	key := strings.Join([]string{revision, from.Digest, to.Digest}, " ")
	var documents []kept.Record
	if s.mayReview(ctx) {
		if documents, err = kept.In(s.cfg.Home).List(); err != nil {
			return nil, err
		}
		for _, d := range documents {
			key += " " + d.ID
		}
	}
	touched, ready, err := s.touching.get(ctx, key, func(ctx context.Context) ([]*releases.Touched, error) {
		return s.touched(ctx, from.Ref, to.Ref, documents)
	})
	if err != nil || !ready {
		out.Waiting = true
		return out, err
	}
	out.Touched = append(out.Touched, touched...)
	out.Page, _ = strconv.Atoi(q.Get("page"))
	out.Page = max(out.Page, 1)
	for _, t := range touched {
		for _, step := range t.Steps {
			out.Rows = append(out.Rows, touchedRow{t, step})
		}
	}
	slices.SortStableFunc(out.Rows, func(a, b touchedRow) int { return releases.ByWhy(&a.Step, &b.Step) })
	out.Total = len(out.Rows)
	first := min((out.Page-1)*rowsPerPage, out.Total)
	out.Rows = out.Rows[first:min(first+rowsPerPage, out.Total)]
	turn := func(n int) string {
		return "/releases/touched?" + url.Values{"from": {out.From}, "to": {out.To}, "page": {strconv.Itoa(n)}}.Encode()
	}
	if out.Page > 1 {
		out.PrevURL = turn(out.Page - 1)
	}
	if out.Page*rowsPerPage < out.Total {
		out.NextURL = turn(out.Page + 1)
	}
	return out, nil
}

// touched plans what rests on one release for another: the mapping sets of the
// store, what was accepted for documents, and the documents that are kept.
func (s *Server) touched(ctx context.Context, from, to taxonomy.Ref, documents []kept.Record) ([]*releases.Touched, error) {
	opened, done, err := s.live.use()
	if err != nil {
		return nil, err
	}
	defer done()
	planner, err := releases.NewPlanner(ctx, s.cfg.Store, from, to, releases.Options{Table: opened.Table})
	if err != nil {
		return nil, err
	}
	var out []*releases.Touched
	sets, err := s.cfg.Store.MappingSets(ctx)
	if err != nil {
		return nil, err
	}
	for _, set := range sets {
		c := &taxonomy.Crosswalk{MappingSet: set}
		for m, err := range s.cfg.Store.MappingsOf(ctx, set.ID) {
			if err != nil {
				return nil, err
			}
			c.Mappings = append(c.Mappings, m)
		}
		side, err := planner.SideOf(c)
		if err != nil {
			continue // of other frameworks
		}
		title := set.Title
		if title == "" {
			title = string(set.ID)
		}
		if t := planner.Touch(title, releases.Items(c, side)); t != nil {
			t.Set = string(set.ID)
			out = append(out, t)
		}
	}
	accepted, err := s.acceptedItems(ctx)
	if err != nil {
		return nil, err
	}
	folder := kept.In(s.cfg.Home)
	for _, rec := range documents {
		answers, err := folder.Answers(rec.ID)
		if err != nil {
			return nil, err
		}
		for _, raw := range answers {
			items, err := releases.AnswerItems(rec.File, raw)
			if err != nil || len(items) == 0 {
				continue // damaged, or nothing found
			}
			delete(accepted, items[0].Digest) // its answer says more
			if t := planner.Touch(items[0].Document, items); t != nil {
				t.Digest = items[0].Digest
				out = append(out, t)
			}
		}
	}
	digests := make([]string, 0, len(accepted))
	for digest := range accepted {
		digests = append(digests, digest)
	}
	slices.Sort(digests)
	for _, digest := range digests {
		if t := planner.Touch(digest, accepted[digest]); t != nil {
			t.Digest = digest
			out = append(out, t)
		}
	}
	return out, nil
}

// acceptedItems are what people accepted for documents, by the document's digest.
func (s *Server) acceptedItems(ctx context.Context) (map[string][]releases.Item, error) {
	out := map[string][]releases.Item{}
	for d, err := range s.cfg.Store.Decisions(ctx, taxonomy.DecisionFilter{Standing: true}) {
		if err != nil {
			return nil, err
		}
		if d.Set != "" || d.Verdict != taxonomy.Accept && d.Verdict != taxonomy.Change {
			continue
		}
		it := releases.Item{Digest: string(d.Subject), State: releases.StateStated, Predicate: d.Predicate}
		it.Stated.URI = d.Object
		out[it.Digest] = append(out[it.Digest], it)
	}
	return out, nil
}
