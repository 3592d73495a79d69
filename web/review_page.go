package web

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"concord/alignment/kept"
	"concord/alignment/review"
	"concord/taxonomy"
)

// A reviewView is what templates/review.html shows.
type reviewView struct {
	Tasks     []review.Task         `json:"tasks"` // what matters most first
	Total     int                   `json:"total"`
	Sets      []taxonomy.MappingSet `json:"sets"` // that wait
	Documents int                   `json:"documents"`
	Reviewers []string              `json:"reviewers"`
	A         string                `json:"a,omitempty"`
	B         string                `json:"b,omitempty"`
	Agreement *review.Agreement     `json:"agreement,omitempty"`
	Recent    []recentStep          `json:"recent"` // the last ones first
	Done      *recentStep           `json:"done,omitempty"`
	Back      string                `json:"-"`

	Titles map[taxonomy.URI]string `json:"-"` // of Sets
}

// A recentStep is what one reviewer decided at one time, by one reason.
type recentStep struct {
	taxonomy.Decision       // the last of them
	First             int64 `json:"first"` // ids
	Last              int64 `json:"last"`
	Count             int   `json:"count"`
}

// What the queue shows and reads at most.
const (
	mostTasks  = 40
	mostRecent = 12
	mostKept   = 200 // kept documents
)

func (s *Server) reviewPages() {
	s.register(page{path: "/review", name: "review", nav: "review", title: "review.title", build: s.reviewPage})
	s.register(page{path: "/review/bulk", name: "bulk", nav: "review", title: "bulk.title", build: s.bulkPage})
	for path, h := range map[string]http.HandlerFunc{"/review/accept": s.acceptBulk, "/review/undo": s.undoForm} {
		s.router.HandleFunc(path, h).Methods(http.MethodPost)
		s.extra[path] = need{scope: ScopeReview, writes: true}
	}
}

func (s *Server) reviewPage(ctx context.Context, r *http.Request, v *viewer) (any, error) {
	q := r.URL.Query()
	out := reviewView{Sets: []taxonomy.MappingSet{}, Reviewers: []string{}, Recent: []recentStep{}, A: q.Get("a"), B: q.Get("b"), Back: r.URL.RequestURI()}
	queue, sets, documents, err := s.queue(ctx, q.Get("all") != "")
	if err != nil {
		return nil, err
	}
	out.Total, out.Documents, out.Sets = len(queue.Tasks), documents, append(out.Sets, sets...)
	out.Tasks = append([]review.Task{}, queue.Tasks[:min(mostTasks, out.Total)]...)
	out.Titles = map[taxonomy.URI]string{}
	for _, set := range sets {
		out.Titles[set.ID] = cmp.Or(set.Title, string(set.ID))
	}
	done, _ := strconv.ParseInt(q.Get("done"), 10, 64)
	standing := map[int64]bool{}
	for d, err := range s.cfg.Store.Decisions(ctx, taxonomy.DecisionFilter{Standing: true}) {
		if err != nil {
			return nil, err
		}
		standing[d.ID] = true
	}
	for d, err := range s.cfg.Store.Decisions(ctx, taxonomy.DecisionFilter{}) {
		if err != nil {
			return nil, err
		}
		if !slices.Contains(out.Reviewers, d.Reviewer) {
			out.Reviewers = append(out.Reviewers, d.Reviewer)
		}
		if !standing[d.ID] {
			continue
		}
		if n := len(out.Recent) - 1; n >= 0 && out.Recent[n].sameStep(&d) {
			out.Recent[n].Decision, out.Recent[n].Last = d, d.ID
			out.Recent[n].Count++
			continue
		}
		if out.Recent = append(out.Recent, recentStep{d, d.ID, d.ID, 1}); len(out.Recent) > 10*mostRecent {
			out.Recent = slices.Clone(out.Recent[len(out.Recent)-mostRecent:])
		}
	}
	slices.Reverse(out.Recent)
	out.Recent = out.Recent[:min(mostRecent, len(out.Recent))]
	if i := slices.IndexFunc(out.Recent, func(x recentStep) bool { return done != 0 && x.First <= done && done <= x.Last }); i >= 0 {
		out.Done = &out.Recent[i]
	}
	slices.Sort(out.Reviewers)
	if out.A != "" && out.B != "" {
		out.Agreement, err = review.Agree(s.cfg.Store.Decisions(ctx, taxonomy.DecisionFilter{Standing: true}), out.A, out.B)
	}
	return out, err
}

// sameStep reports whether d was decided in the same step: by one person, at
// one time, for one reason.
func (x *recentStep) sameStep(d *taxonomy.Decision) bool {
	return x.Reviewer == d.Reviewer && x.Time.Equal(d.Time) && x.Reason == d.Reason && x.Verdict == d.Verdict
}

// queue gathers and weighs what waits: mappings of sets that are not published
// as accepted, or of every one with all, and what was found for kept documents,
// where the caller may review. sets and documents say where the tasks are from.
func (s *Server) queue(ctx context.Context, all bool) (q *review.Queue, sets []taxonomy.MappingSet, documents int, err error) {
	q = &review.Queue{}
	known, err := s.cfg.Store.MappingSets(ctx)
	if err != nil {
		return nil, nil, 0, err
	}
	for _, set := range known {
		if set.Status == taxonomy.Accepted && !all {
			continue // published by its makers: nothing waits
		}
		tasks, err := review.List(ctx, s.cfg.Store, set.ID, review.ListOptions{})
		if err != nil {
			return nil, nil, 0, err
		}
		if len(tasks) > 0 {
			q.Add(tasks...)
			sets = append(sets, set)
		}
	}
	if s.mayReview(ctx) {
		if documents, err = s.addDocuments(ctx, q); err != nil {
			return nil, nil, 0, err
		}
	}
	return q, sets, documents, q.Weigh(ctx, s.cfg.Store)
}

// mayReview reports whether the caller may see what learners' documents hold:
// a key with the scope, or a person at this machine.
func (s *Server) mayReview(ctx context.Context) bool {
	c := callerOf(ctx)
	if c.key != nil {
		return c.key.allows(ScopeReview)
	}
	return !s.cfg.Access.Beyond && !s.cfg.Access.RequireKey && !c.proxied
}

// addDocuments adds what was found for the documents kept last and is not
// decided, and what somebody was unsure of, and returns of how many documents.
func (s *Server) addDocuments(ctx context.Context, q *review.Queue) (int, error) {
	folder := kept.In(s.cfg.Home)
	list, err := folder.List()
	if err != nil {
		return 0, err
	}
	judged, err := review.Load(ctx, s.cfg.Store)
	if err != nil {
		return 0, err
	}
	slices.SortStableFunc(list, func(a, b kept.Record) int { return b.Kept.Compare(a.Kept) })
	documents, known := 0, map[taxonomy.URI]bool{}
	for _, rec := range list[:min(mostKept, len(list))] {
		answers, err := folder.Answers(rec.ID)
		if err != nil {
			return 0, err
		}
		for _, raw := range answers {
			var a struct {
				Document   struct{ Digest, Name string }
				Alignments []struct {
					URI         taxonomy.URI
					Label       string
					Kind        string
					Predicate   taxonomy.Match
					Probability float64
				}
			}
			if json.Unmarshal(raw, &a) != nil || a.Document.Digest == "" {
				continue // damaged, or of a version that wrote something else
			}
			var proposed []taxonomy.Mapping
			for _, x := range a.Alignments {
				proposed = append(proposed, taxonomy.Mapping{Predicate: x.Predicate, Object: x.URI, ObjectLabel: x.Label, ObjectKind: x.Kind, Confidence: &x.Probability})
			}
			known[taxonomy.URI(a.Document.Digest)] = true
			name := a.Document.Name
			if name == "" {
				name = rec.File
			}
			if tasks := review.OfDocument(taxonomy.URI(a.Document.Digest), name, proposed, judged); len(tasks) > 0 {
				q.Add(tasks...)
				documents++
			}
		}
	}
	// What somebody was unsure of waits too where the document is not kept.
	unsure := review.UnsureOf(judged, known)
	q.Add(unsure...)
	return documents + len(slices.CompactFunc(slices.Clone(unsure), func(a, b review.Task) bool { return a.Subject == b.Subject })), nil
}
