package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"concord/alignment/crosswalk"
	"concord/alignment/review"
	"concord/importers"
	"concord/importers/mappings"
	"concord/taxonomy"
)

// A crosswalksView is what templates/crosswalks.html shows.
type crosswalksView struct {
	Sets []setSummary `json:"sets"`
}

// A setSummary is a mapping set with its counts.
type setSummary struct {
	taxonomy.MappingSet
	Rows     int                     `json:"rows"`
	Counts   map[taxonomy.Match]int  `json:"counts"`
	Statuses map[taxonomy.Status]int `json:"statuses"`
}

// A crosswalkView is what templates/crosswalk.html shows.
type crosswalkView struct {
	Set      setSummary          `json:"set"`
	Coverage *crosswalk.Coverage `json:"coverage,omitempty"` // nil: being measured
	Figures  []crosswalk.Figure  `json:"-"`
	Report   *crosswalk.Report   `json:"report,omitempty"` // nil: not asked for, or being made
	Checking bool                `json:"-"`
	Waiting  bool                `json:"waiting,omitempty"` // something is on its way: the page asks again
	Rows     []setRow            `json:"rows"`
	Total    int                 `json:"total"` // rows that the filters leave
	Page     int                 `json:"page"`
	PrevURL  string              `json:"-"`
	NextURL  string              `json:"-"`
	Filter   rowFilter           `json:"filter"`
	Rules    []string            `json:"-"` // that rows break
	Formats  [][2]string         `json:"-"`
	Back     string              `json:"-"`
}

// PageTitle is the set's title.
func (v crosswalkView) PageTitle() string { return v.Set.Title }

func (s *Server) crosswalkPages() {
	s.register(page{path: "/crosswalks", name: "crosswalks", nav: "crosswalks", title: "crosswalks.title", build: s.crosswalksPage})
	s.register(page{path: "/crosswalk", name: "crosswalk", nav: "crosswalks", title: "crosswalks.title", build: s.crosswalkPage})
	s.register(page{path: "/crosswalk/export", name: "export", nav: "crosswalks", title: "export.title", build: s.exportPage})
	s.router.HandleFunc("/crosswalk/download", s.exportSet).Methods(http.MethodGet)
	s.router.HandleFunc("/decide", s.decideForm).Methods(http.MethodPost)
	s.extra["/decide"] = need{scope: ScopeReview, writes: true}
}

// crosswalkOf reads a set whole, once for each revision of the store.
func (s *Server) crosswalkOf(ctx context.Context, id string) (*taxonomy.Crosswalk, string, error) {
	head, key, err := s.setOf(ctx, id)
	if err != nil {
		return nil, "", err
	}
	s.sets.mu.Lock()
	c := s.sets.of[key]
	s.sets.mu.Unlock()
	if c != nil {
		return c, key, nil
	}
	c = &taxonomy.Crosswalk{MappingSet: head}
	for m, err := range s.cfg.Store.MappingsOf(ctx, head.ID) {
		if err != nil {
			return nil, "", err
		}
		c.Mappings = append(c.Mappings, m)
	}
	s.sets.mu.Lock()
	defer s.sets.mu.Unlock()
	if again := s.sets.of[key]; again != nil {
		return again, key, nil // another has read it meanwhile: what was made of a set points into it
	}
	if s.sets.of == nil || len(s.sets.of) >= mostSets {
		s.sets.of = map[string]*taxonomy.Crosswalk{}
	}
	s.sets.of[key] = c
	return c, key, nil
}

// setOf returns the head of a set, and what it and its rows are kept by.
func (s *Server) setOf(ctx context.Context, id string) (head taxonomy.MappingSet, key string, err error) {
	revision, err := s.cfg.Store.Revision(ctx)
	if err != nil {
		return head, "", err
	}
	all, err := s.cfg.Store.MappingSets(ctx)
	if err != nil {
		return head, "", err
	}
	i := slices.IndexFunc(all, func(m taxonomy.MappingSet) bool { return string(m.ID) == id })
	if i < 0 {
		return head, "", problem(http.StatusNotFound, "", "there is no mapping set "+id)
	}
	return all[i], revision + " " + id, nil
}

func summaryOf(c *taxonomy.Crosswalk) setSummary {
	out := setSummary{MappingSet: c.MappingSet, Rows: len(c.Mappings), Counts: map[taxonomy.Match]int{}, Statuses: map[taxonomy.Status]int{}}
	for _, m := range c.Mappings {
		out.Counts[m.Predicate]++
		out.Statuses[m.Status]++
	}
	return out
}

func (s *Server) crosswalksPage(ctx context.Context, _ *http.Request, _ *viewer) (any, error) {
	sets, err := s.cfg.Store.MappingSets(ctx)
	if err != nil {
		return nil, err
	}
	out := crosswalksView{Sets: []setSummary{}}
	for _, set := range sets {
		out.Sets = append(out.Sets, setSummary{MappingSet: set})
	}
	return out, nil
}

func (s *Server) crosswalkPage(ctx context.Context, r *http.Request, v *viewer) (any, error) {
	q := r.URL.Query()
	head, key, err := s.setOf(ctx, q.Get("set"))
	if err != nil {
		return nil, err
	}
	out := crosswalkView{Set: setSummary{MappingSet: head}, Rows: []setRow{}, Formats: mappings.Formats(true), Back: r.URL.RequestURI(), Filter: filterOf(q)}
	c, ready, err := s.reading.get(ctx, key, func(ctx context.Context) (*taxonomy.Crosswalk, error) {
		c, _, err := s.crosswalkOf(ctx, string(head.ID))
		return c, err
	})
	if err != nil || !ready {
		out.Waiting = true
		return out, err
	}
	out.Set = summaryOf(c)
	measured, ready, err := s.coverages.get(ctx, key, func(ctx context.Context) (*measuredSet, error) {
		cov, err := crosswalk.MeasureCoverage(ctx, s.cfg.Store, c, crosswalk.CoverageOptions{Statuses: taxonomy.Statuses})
		if err != nil {
			return nil, err
		}
		return &measuredSet{cov, cov.ByTree(c)}, nil
	})
	if err != nil {
		return nil, err
	}
	if ready {
		out.Coverage = measured.Coverage
		link := func(subject, object string) string { return rowsURL(q.Get("set"), subject, object) }
		if out.Figures, err = measured.Figures(link); err != nil {
			return nil, err
		}
	} else {
		out.Waiting = true
	}
	if q.Get("check") != "" || out.Filter.Conflict != "" {
		report, ready, err := s.reports.get(ctx, key, func(ctx context.Context) (*crosswalk.Report, error) {
			d := crosswalk.Doctor{Reader: s.cfg.Store}
			return d.Check(ctx, c)
		})
		if err != nil {
			return nil, err
		}
		if out.Report = report; !ready {
			out.Checking, out.Waiting = true, true
		}
	}
	out.pick(c, measured, q)
	return out, nil
}

// An exportView is what templates/export.html shows: what a format cannot
// carry, before the download.
type exportView struct {
	Set    setSummary       `json:"set"`
	Format string           `json:"format"`
	Doc    string           `json:"doc"`
	Losses []importers.Loss `json:"losses"`
	Bytes  int64            `json:"bytes"`

	Waiting bool `json:"waiting,omitempty"` // it is being written, to see what is lost
}

func (s *Server) exportPage(ctx context.Context, r *http.Request, _ *viewer) (any, error) {
	q := r.URL.Query()
	head, key, err := s.setOf(ctx, q.Get("set"))
	if err != nil {
		return nil, err
	}
	format := q.Get("format")
	view, ready, err := s.exports.get(ctx, key+" "+format, func(ctx context.Context) (*exportView, error) {
		c, _, err := s.crosswalkOf(ctx, string(head.ID))
		if err != nil {
			return nil, err
		}
		out := &exportView{Set: summaryOf(c), Format: format}
		for _, f := range mappings.Formats(true) {
			if f[0] == format {
				out.Doc = f[1]
			}
		}
		n := &countedWriter{}
		out.Losses, err = mappings.Write(n, format, c)
		out.Bytes = n.n
		return out, err
	})
	if err != nil {
		return nil, err
	}
	if !ready {
		return exportView{Set: setSummary{MappingSet: head}, Format: format, Losses: []importers.Loss{}, Waiting: true}, nil
	}
	return *view, nil
}

// exportSet answers with the file of a set.
func (s *Server) exportSet(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	c, _, err := s.crosswalkOf(r.Context(), q.Get("set"))
	var b bytes.Buffer
	if err == nil {
		_, err = mappings.Write(&b, q.Get("format"), c)
	}
	if err != nil {
		s.showError(w, r, s.viewer(w, r), err)
		return
	}
	id := string(c.ID)
	name := id[strings.LastIndexAny(id, ":/")+1:]
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s"`, fileName(name+".x")+mappings.Extension(q.Get("format"))))
	w.Write(b.Bytes())
}

// mostSets bounds the sets that are kept in memory for their pages.
const mostSets = 16

// sets keeps mapping sets by revision and id.
type sets struct {
	mu sync.Mutex
	of map[string]*taxonomy.Crosswalk
}

type countedWriter struct{ n int64 }

func (c *countedWriter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

// decideForm records what a form says of one mapping, and goes back.
func (s *Server) decideForm(w http.ResponseWriter, r *http.Request) {
	v := s.viewer(w, r)
	by, err := s.reviewerOf(w, r, v)
	if err != nil {
		s.showError(w, r, v, err)
		return
	}
	word := review.Word{Set: taxonomy.URI(r.PostFormValue("set")), Subject: taxonomy.URI(r.PostFormValue("subject")), Object: taxonomy.URI(r.PostFormValue("object")), Proposed: taxonomy.Match(r.PostFormValue("predicate")),
		Verdict: taxonomy.Verdict(r.PostFormValue("verdict")), Reason: strings.TrimSpace(r.PostFormValue("reason")), Reviewer: by}
	if to := taxonomy.Match(r.PostFormValue("to")); word.Verdict == taxonomy.Accept && to != "" && to != word.Proposed {
		word.Verdict, word.Predicate = taxonomy.Change, to
	}
	d, err := review.NewDesk(s.cfg.Store).Decide(r.Context(), word)
	if err == nil {
		err = s.writeDown(w, r, []taxonomy.Decision{d})
	}
	if err != nil {
		s.showError(w, r, v, err)
	}
}
