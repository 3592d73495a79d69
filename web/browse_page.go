package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"

	"github.com/gorilla/mux"

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
	for _, h := range found.Hits {
		c, err := s.cfg.Store.Concept(ctx, h.Release, h.URI)
		if err != nil {
			return nil, err
		}
		out.Hits = append(out.Hits, foundConcept{h.Shown(), c.Note(taxonomy.Definition, v.langs()...).Text})
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

// A schemeView is what templates/scheme.html shows: a place in the hierarchy
// of a release, with the way there and what is below.
type schemeView struct {
	Release  Release         `json:"release"`
	At       *view.Link      `json:"at,omitempty"`
	Path     []view.Link     `json:"path"`
	Narrower []treeNode      `json:"narrower"`
	More     int             `json:"more,omitempty"` // that are not shown
	Langs    []taxonomy.Lang `json:"-"`
	Lang     taxonomy.Lang   `json:"lang,omitempty"`
	All      bool            `json:"-"`
}

// A treeNode is a concept of the tree.
type treeNode struct {
	view.Link
	Group bool `json:"group"` // has concepts below
}

// PageTitle is the place, else the framework.
func (v schemeView) PageTitle() string {
	if v.At != nil {
		return v.At.Label + " · " + v.Release.Scheme + " " + v.Release.Version
	}
	return v.Release.Scheme + " " + v.Release.Version
}

// mostChildren bounds the children that a page shows at once.
const mostChildren = 200

func (s *Server) schemePage(ctx context.Context, r *http.Request, v *viewer) (any, error) {
	name, err := url.PathUnescape(mux.Vars(r)["scheme"])
	if err != nil {
		return nil, problem(http.StatusNotFound, "", "there is no framework of that name")
	}
	rel, err := s.named(ctx, name)
	if err != nil {
		return nil, err
	}
	out := schemeView{Release: s.release(rel), Langs: rel.Languages, Lang: v.Content, Path: []view.Link{}, Narrower: []treeNode{}}
	var below []view.Link
	if at := r.URL.Query().Get("at"); at == "" {
		below, err = s.top(ctx, rel, v.langs())
	} else {
		c, e := s.cfg.Store.Concept(ctx, rel.Ref, taxonomy.URI(at))
		if e != nil {
			if errors.Is(e, taxonomy.ErrNotFound) {
				e = fmt.Errorf("%w: no concept %s in %s", taxonomy.ErrNotFound, at, rel.Ref)
			}
			return nil, e
		}
		link := view.Named(c, v.langs()...)
		out.At = &link
		if out.Path, err = view.Path(ctx, s.cfg.Store, c, v.langs()...); err != nil {
			return nil, err
		}
		below, err = view.Narrower(ctx, s.cfg.Store, rel.Ref, c.URI, v.langs()...)
	}
	if err != nil {
		return nil, err
	}
	out.All = r.URL.Query().Get("all") != ""
	if !out.All && len(below) > mostChildren {
		below, out.More = below[:mostChildren], len(below)-mostChildren
	}
	for _, l := range below {
		has, err := s.hasNarrower(ctx, rel.Ref, l.URI)
		if err != nil {
			return nil, err
		}
		out.Narrower = append(out.Narrower, treeNode{l, has})
	}
	return out, nil
}

// hasNarrower reports whether anything is below a concept.
func (s *Server) hasNarrower(ctx context.Context, ref taxonomy.Ref, uri taxonomy.URI) (bool, error) {
	for _, err := range s.cfg.Store.Relations(ctx, taxonomy.RelationFilter{Release: ref, Object: uri, Predicates: []taxonomy.Predicate{taxonomy.Broader}}) {
		return err == nil, err
	}
	return false, nil
}

// top returns the top of a release's hierarchy. It reads every relation, so it
// is kept as long as the release is the same.
func (s *Server) top(ctx context.Context, rel *taxonomy.Release, langs []taxonomy.Lang) ([]view.Link, error) {
	key := rel.Ref.String() + " " + rel.Digest + " " + fmt.Sprint(langs)
	s.tops.mu.Lock()
	defer s.tops.mu.Unlock()
	if t, ok := s.tops.of[key]; ok {
		return slices.Clone(t), nil
	}
	t, err := view.Top(ctx, s.cfg.Store, rel.Ref, langs...)
	if err != nil {
		return nil, err
	}
	if s.tops.of == nil || len(s.tops.of) > 50 {
		s.tops.of = map[string][]view.Link{}
	}
	s.tops.of[key] = t
	return slices.Clone(t), nil
}

// tops keeps the tops of hierarchies.
type tops struct {
	mu sync.Mutex
	of map[string][]view.Link
}
