package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"concord/index"
	"concord/taxonomy"
	"concord/taxonomy/view"
)

// A searchView is what templates/search.html shows.
type searchView struct {
	Q       string                 `json:"q"`
	Hits    []foundConcept         `json:"hits"`
	Total   int                    `json:"total"`
	Facets  map[string][]facetLink `json:"facets,omitempty"`
	Scheme  string                 `json:"scheme,omitempty"`
	Kind    string                 `json:"kind,omitempty"`
	Page    int                    `json:"page"`
	PrevURL string                 `json:"-"`
	NextURL string                 `json:"-"`
}

// A foundConcept is a hit with its definition.
type foundConcept struct {
	index.Shown
	Definition string `json:"definition,omitempty"`
}

// A facetLink is a value to narrow a search by.
type facetLink struct {
	Value string `json:"value"`
	Count int    `json:"count"`
	URL   string `json:"-"`
	On    bool   `json:"on,omitempty"`
}

// searchPageSize is how many hits a page shows.
const searchPageSize = 25

func (s *Server) browsePages() {
	s.register(page{path: "/search", name: "search", title: "search.title", build: s.searchPage})
	s.register(page{path: "/schemes", name: "schemes", nav: "schemes", title: "schemes.title", build: func(ctx context.Context, _ *http.Request, _ *viewer) (any, error) {
		list, err := s.listSchemes(ctx, nil)
		if err != nil {
			return nil, err
		}
		return list.Body, nil
	}})
	s.register(page{path: "/schemes/{scheme}", name: "scheme", nav: "schemes", title: "schemes.title", build: s.schemePage})
	s.register(page{path: "/concept", name: "concept", nav: "schemes", title: "schemes.title", build: s.conceptPage})
}

func (s *Server) searchPage(ctx context.Context, r *http.Request, v *viewer) (any, error) {
	q := r.URL.Query()
	out := searchView{Q: q.Get("q"), Scheme: q.Get("scheme"), Kind: q.Get("kind"), Hits: []foundConcept{}}
	if out.Page, _ = strconv.Atoi(q.Get("page")); out.Page < 1 || out.Page > 400 {
		out.Page = 1
	}
	opened, done, err := s.live.use()
	if err != nil {
		return nil, err
	}
	defer done()
	o := SearchOptions{}
	if out.Scheme != "" {
		o.Schemes = []string{out.Scheme}
	}
	if out.Kind != "" {
		o.Kinds = []string{out.Kind}
	}
	query := index.Query{Text: out.Q, Size: searchPageSize, From: (out.Page - 1) * searchPageSize, Facets: true}
	if query.Schemes, _, query.Kinds, _, err = o.scope(opened); err != nil {
		return nil, err
	}
	query.Langs = v.langs()
	if v.Content == "" {
		query.Langs = nil // found in every language, shown in the interface's where there is a label
	}
	found, err := opened.Index.Search(ctx, query)
	if err != nil {
		return nil, err
	}
	out.Total = found.Total
	of := map[taxonomy.Ref][]taxonomy.URI{}
	for _, h := range found.Hits {
		of[h.Release] = append(of[h.Release], h.URI)
	}
	concepts := map[taxonomy.Ref]map[taxonomy.URI]*taxonomy.Concept{}
	for ref, uris := range of {
		if concepts[ref], err = view.Concepts(ctx, s.cfg.Store, ref, uris); err != nil {
			return nil, err
		}
	}
	for _, h := range found.Hits {
		out.Hits = append(out.Hits, foundConcept{h.Shown(), concepts[h.Release][h.URI].Note(taxonomy.Definition, v.langs()...).Text})
	}
	link := func(name, value string) string {
		u := url.Values{}
		for _, key := range []string{"q", "scheme", "kind", "lang"} {
			if q.Get(key) != "" {
				u.Set(key, q.Get(key))
			}
		}
		if value == "" {
			u.Del(name)
		} else {
			u.Set(name, value)
		}
		return "/search?" + u.Encode()
	}
	for _, name := range []string{"scheme", "kind"} {
		for _, f := range found.Facets[name] {
			on := f.Value == q.Get(name)
			value := f.Value
			if on {
				value = ""
			}
			if out.Facets == nil {
				out.Facets = map[string][]facetLink{}
			}
			out.Facets[name] = append(out.Facets[name], facetLink{f.Value, f.Count, link(name, value), on})
		}
	}
	if out.Page > 1 {
		out.PrevURL = link("page", strconv.Itoa(out.Page-1))
	}
	if out.Page*searchPageSize < out.Total {
		out.NextURL = link("page", strconv.Itoa(out.Page+1))
	}
	return out, nil
}

// PageTitle is what was looked for.
func (v searchView) PageTitle() string { return v.Q }
