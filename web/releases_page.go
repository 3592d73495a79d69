package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"concord/alignment/releases"
)

// A releasesView is what templates/releases.html shows: what can be compared.
type releasesView struct {
	Schemes []Scheme `json:"schemes"` // with several releases
}

// A diffView is what templates/diff.html shows.
type diffView struct {
	From    string                `json:"from"`
	To      string                `json:"to"`
	Diff    *releases.Diff        `json:"-"`
	Counts  []releases.KindCounts `json:"counts,omitempty"`
	Rows    []releases.Change     `json:"changes,omitempty"`
	Total   int                   `json:"total"`
	What    string                `json:"what,omitempty"`
	Whats   []releases.What       `json:"-"`
	Waiting bool                  `json:"waiting,omitempty"` // being compared: ask again
	Page    int                   `json:"page"`
	PrevURL string                `json:"-"`
	NextURL string                `json:"-"`
}

// PageTitle names both releases.
func (v diffView) PageTitle() string { return v.From + " → " + v.To }

func (s *Server) releasePages() {
	s.register(page{path: "/releases", name: "releases", nav: "releases", title: "releases.title", build: s.releasesPage})
	s.register(page{path: "/releases/diff", name: "diff", nav: "releases", title: "releases.title", build: s.diffPage})
	s.register(page{path: "/releases/touched", name: "touched", nav: "releases", title: "touched.title", build: s.touchedPage})
}

func (s *Server) releasesPage(ctx context.Context, _ *http.Request, _ *viewer) (any, error) {
	list, err := s.listSchemes(ctx, nil)
	if err != nil {
		return nil, err
	}
	out := releasesView{Schemes: []Scheme{}}
	for _, x := range list.Body.Schemes {
		if len(x.Releases) > 1 {
			out.Schemes = append(out.Schemes, x)
		}
	}
	return out, nil
}

func (s *Server) diffPage(ctx context.Context, r *http.Request, _ *viewer) (any, error) {
	q := r.URL.Query()
	out := diffView{From: q.Get("from"), To: q.Get("to"), What: q.Get("what"), Whats: releases.Whats}
	if _, err := s.named(ctx, out.From); err != nil {
		return nil, err
	}
	if _, err := s.named(ctx, out.To); err != nil {
		return nil, err
	}
	d, ready, err := s.comparing.get(ctx, out.From+" "+out.To, func(ctx context.Context) (*releases.Diff, error) {
		return s.compared(ctx, &diffInput{From: out.From, To: out.To})
	})
	if err != nil || !ready {
		out.Waiting = true
		return out, err
	}
	out.Diff, out.Counts = d, d.Counts
	out.Page, _ = strconv.Atoi(q.Get("page"))
	out.Page = max(out.Page, 1)
	for _, c := range d.Changes {
		if out.What == "meaning" && c.Meaning == nil || out.What != "" && out.What != "meaning" && !slices.Contains(c.What, releases.What(out.What)) {
			continue
		}
		if out.Total++; out.Total > (out.Page-1)*rowsPerPage && len(out.Rows) < rowsPerPage {
			out.Rows = append(out.Rows, c)
		}
	}
	turn := func(n int) string {
		u := url.Values{"from": {out.From}, "to": {out.To}, "page": {strconv.Itoa(n)}}
		if out.What != "" {
			u.Set("what", out.What)
		}
		return "/releases/diff?" + u.Encode()
	}
	if out.Page > 1 {
		out.PrevURL = turn(out.Page - 1)
	}
	if out.Page*rowsPerPage < out.Total {
		out.NextURL = turn(out.Page + 1)
	}
	return out, nil
}

// wordDiff parts two texts into words that both have, that went and that came.
func wordDiff(before, after string) []diffLine {
	return middle(strings.Fields(before), strings.Fields(after))
}
