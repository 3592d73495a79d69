package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/gorilla/mux"

	"concord/index"
	"concord/taxonomy"
	"concord/taxonomy/view"
)

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

	Filter string      `json:"filter,omitempty"` // words asked for
	Kind   string      `json:"kind,omitempty"`   // asked for
	Found  *foundBelow `json:"found,omitempty"`  // with Filter or Kind: in place of the tree
	Kinds  []facetLink `json:"kinds,omitempty"`  // of what is below, or found
}

// A treeNode is a concept of the tree.
type treeNode struct {
	view.Link
	Group bool `json:"group"`           // has concepts below
	Below int  `json:"below,omitempty"` // how many; 0 where that is not known
}

// foundBelow is what of a part of a framework a filter leaves.
type foundBelow struct {
	Hits  []index.Shown `json:"hits"`
	Total int           `json:"total"`
}

// mostFound bounds what a filter shows; more words narrow it.
const mostFound = 100

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
	groups, err := s.narrowed(ctx, &out, rel, r.URL, v)
	if err != nil || out.Found != nil {
		return out, err
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
		node := treeNode{Link: l, Group: has}
		if has {
			if node.Below, err = s.countGroup(ctx, groups, rel, l.URI); err != nil {
				return nil, err
			}
		}
		out.Narrower = append(out.Narrower, node)
	}
	return out, nil
}

// narrowed looks in the index for what is below the place: how many, by kind
// and by group, and which where words or a kind are asked for. A release that
// is not indexed has no counts.
func (s *Server) narrowed(ctx context.Context, out *schemeView, rel *taxonomy.Release, at *url.URL, v *viewer) (groups map[string]int, err error) {
	q := at.Query()
	out.Filter, out.Kind = strings.TrimSpace(q.Get("filter")), q.Get("kind")
	opened, done, err := s.live.use()
	if err != nil || !out.Release.Served {
		return nil, nil
	}
	defer done()
	query := index.Query{Text: out.Filter, Schemes: []taxonomy.Ref{rel.Ref}, Size: 1, Facets: true}
	if out.At != nil {
		query.Groups = []taxonomy.URI{out.At.URI}
	}
	filtered := out.Filter != "" || out.Kind != ""
	var c *counted
	if !filtered {
		if c, err = s.countBelow(ctx, opened, rel, query); err != nil {
			return nil, err
		}
	} else {
		query.Size = mostFound
		if out.Kind != "" {
			if query.Kinds, err = parseKinds([]string{out.Kind}); err != nil {
				return nil, err
			}
		}
		if v.Content != "" {
			query.Langs = v.langs()
		}
		found, err := opened.Index.Search(ctx, query)
		if err != nil {
			return nil, err
		}
		out.Found = &foundBelow{Hits: []index.Shown{}, Total: found.Total}
		for _, h := range found.Hits {
			out.Found.Hits = append(out.Found.Hits, h.Shown())
		}
		c = &counted{kinds: found.Facets["kind"]}
	}
	for _, f := range c.kinds {
		u, on := at.Query(), f.Value == out.Kind
		if u.Set("kind", f.Value); on {
			u.Del("kind")
		}
		out.Kinds = append(out.Kinds, facetLink{f.Value, f.Count, "?" + u.Encode(), on})
	}
	return c.groups, nil
}

// counted is how many concepts are below a place.
type counted struct {
	kinds  []index.Facet
	groups map[string]int // URI of a group below it → concepts below that
}

// countBelow counts what is below the place of query. Counting goes through
// the whole release, so what came of it is kept.
func (s *Server) countBelow(ctx context.Context, opened *Opened, rel *taxonomy.Release, query index.Query) (*counted, error) {
	key := fmt.Sprint(rel.Ref, rel.Digest, query.Groups)
	s.belows.mu.Lock()
	c := s.belows.of[key]
	s.belows.mu.Unlock()
	if c != nil {
		return c, nil
	}
	found, err := opened.Index.Search(ctx, query)
	if err != nil {
		return nil, err
	}
	c = &counted{kinds: found.Facets["kind"], groups: map[string]int{}}
	for _, f := range found.Facets["group"] {
		c.groups[f.Value] = f.Count
	}
	s.belows.mu.Lock()
	defer s.belows.mu.Unlock()
	if s.belows.of == nil || len(s.belows.of) >= mostCounted {
		s.belows.of = map[string]*counted{}
	}
	s.belows.of[key] = c
	return c, nil
}

// countGroup counts what is below one group that has too little to be among
// those that countBelow counted, and keeps it there.
func (s *Server) countGroup(ctx context.Context, groups map[string]int, rel *taxonomy.Release, uri taxonomy.URI) (int, error) {
	s.belows.mu.Lock()
	n, known := groups[string(uri)]
	s.belows.mu.Unlock()
	if known || groups == nil {
		return n, nil
	}
	opened, done, err := s.live.use()
	if err != nil {
		return 0, nil
	}
	defer done()
	found, err := opened.Index.Search(ctx, index.Query{Schemes: []taxonomy.Ref{rel.Ref}, Groups: []taxonomy.URI{uri}, Size: 1})
	if err != nil {
		return 0, err
	}
	s.belows.mu.Lock()
	groups[string(uri)] = found.Total
	s.belows.mu.Unlock()
	return found.Total, nil
}

// mostCounted bounds the places whose counts are kept.
const mostCounted = 500

// belows keeps the counts of places.
type belows struct {
	mu sync.Mutex
	of map[string]*counted
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
