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
	if err := s.narrowed(ctx, &out, rel, r.URL, v); err != nil || out.Found != nil {
		return out, err
	}
	out.All = r.URL.Query().Get("all") != ""
	if !out.All && len(below) > mostChildren {
		below, out.More = below[:mostChildren], len(below)-mostChildren
	}
	counts, err := s.countsBelow(ctx, rel)
	if err != nil {
		return nil, err
	}
	for _, l := range below {
		out.Narrower = append(out.Narrower, treeNode{l, counts[l.URI] > 0, counts[l.URI]})
	}
	return out, nil
}

// narrowed looks in the index for what is below the place: how many of each
// kind, and which where words or a kind are asked for. A release that is not
// indexed has no counts.
func (s *Server) narrowed(ctx context.Context, out *schemeView, rel *taxonomy.Release, at *url.URL, v *viewer) error {
	q := at.Query()
	out.Filter, out.Kind = strings.TrimSpace(q.Get("filter")), q.Get("kind")
	opened, done, err := s.live.use()
	if err != nil || !out.Release.Served {
		return nil
	}
	defer done()
	query := index.Query{Text: out.Filter, Schemes: []taxonomy.Ref{rel.Ref}, Size: 1, Facets: true}
	if out.At != nil {
		query.Groups = []taxonomy.URI{out.At.URI}
	}
	filtered := out.Filter != "" || out.Kind != ""
	var kinds []index.Facet
	if !filtered {
		if kinds, err = s.kindsBelow(ctx, opened, rel, query); err != nil {
			return err
		}
	} else {
		query.Size = mostFound
		if out.Kind != "" {
			if query.Kinds, err = parseKinds([]string{out.Kind}); err != nil {
				return err
			}
		}
		if v.Content != "" {
			query.Langs = v.langs()
		}
		found, err := opened.Index.Search(ctx, query)
		if err != nil {
			return err
		}
		out.Found = &foundBelow{Hits: []index.Shown{}, Total: found.Total}
		for _, h := range found.Hits {
			out.Found.Hits = append(out.Found.Hits, h.Shown())
		}
		kinds = found.Facets["kind"]
	}
	for _, f := range kinds {
		u, on := at.Query(), f.Value == out.Kind
		if u.Set("kind", f.Value); on {
			u.Del("kind")
		}
		out.Kinds = append(out.Kinds, facetLink{f.Value, f.Count, "?" + u.Encode(), on})
	}
	return nil
}

// kindsBelow counts the kinds of what is below the place of query. Counting
// goes through the whole release, so what came of it is kept.
func (s *Server) kindsBelow(ctx context.Context, opened *Opened, rel *taxonomy.Release, query index.Query) ([]index.Facet, error) {
	key := fmt.Sprint(rel.Ref, rel.Digest, query.Groups)
	s.tops.mu.Lock()
	kinds, known := s.tops.kinds[key]
	s.tops.mu.Unlock()
	if known {
		return kinds, nil
	}
	found, err := opened.Index.Search(ctx, query)
	if err != nil {
		return nil, err
	}
	s.tops.mu.Lock()
	defer s.tops.mu.Unlock()
	if s.tops.kinds == nil || len(s.tops.kinds) >= mostCounted {
		s.tops.kinds = map[string][]index.Facet{}
	}
	s.tops.kinds[key] = found.Facets["kind"]
	return found.Facets["kind"], nil
}

// mostCounted bounds the places whose kinds are kept.
const mostCounted = 500

// warm reads the hierarchies of what is open, so that the first who looks at a
// framework does not wait for it.
func (s *Server) warm(ctx context.Context) {
	for _, rel := range s.live.releases() {
		_, err := s.countsBelow(ctx, &rel)
		for lang := range languages {
			if err == nil {
				_, err = s.top(ctx, &rel, []taxonomy.Lang{taxonomy.Lang(lang)})
			}
		}
		if err != nil {
			s.cfg.Log.DebugContext(ctx, "a hierarchy cannot be read ahead", "release", rel.Ref.String(), "error", err)
			return
		}
	}
}

// countsBelow counts what is below each concept of a release; kept like its top.
func (s *Server) countsBelow(ctx context.Context, rel *taxonomy.Release) (map[taxonomy.URI]int, error) {
	key := rel.Ref.String() + " " + rel.Digest
	s.tops.mu.Lock()
	defer s.tops.mu.Unlock()
	if n, ok := s.tops.below[key]; ok {
		return n, nil
	}
	n, err := view.Below(ctx, s.cfg.Store, rel.Ref)
	if err != nil {
		return nil, err
	}
	if s.tops.below == nil || len(s.tops.below) > 20 {
		s.tops.below = map[string]map[taxonomy.URI]int{}
	}
	s.tops.below[key] = n
	return n, nil
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

	below map[string]map[taxonomy.URI]int // by release and digest
	kinds map[string][]index.Facet        // of what is below a place
}
