package web

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"concord/index"
	"concord/taxonomy"
)

// A ReconResult is the candidates of a query in 0.2.
type ReconResult struct {
	Result []ReconCandidate `json:"result"`
}

// ReconResults1 is the answer to a batch in the draft of 1.0.
type ReconResults1 struct {
	Results []ReconCandidates1 `json:"results"`
}

// ReconCandidates1 is the candidates of a query in the draft of 1.0.
type ReconCandidates1 struct {
	Candidates []ReconCandidate `json:"candidates"`
}

// A ReconCandidate is a concept that a query may mean.
type ReconCandidate struct {
	ID          string         `json:"id" doc:"URI of the concept"`
	Name        string         `json:"name"`
	Description string         `json:"description,omitempty"`
	Score       float64        `json:"score" doc:"0 to 100: the sum of the features"`
	Match       bool           `json:"match" doc:"This one, without a doubt"`
	Type        []ReconType    `json:"type"`
	Features    []ReconFeature `json:"features"`
}

// A ReconFeature is what one reason adds to a score.
type ReconFeature struct {
	ID    string  `json:"id"`
	Name  string  `json:"name"`
	Value float64 `json:"value"`
}

// A candidate is a concept with what it earned so far.
type candidate struct {
	concept *taxonomy.Concept
	pref    taxonomy.Label
	parts   []ReconFeature // of the name; empty: not found by it
	order   int            // in which it was found
	wrong   bool           // of another type than wanted
	fails   bool           // what is required
}

// reconcile answers the queries of a batch, each with its candidates, best first.
func (s *Server) reconcile(ctx context.Context, v *service, batch []reconQuery) ([][]ReconCandidate, error) {
	out := make([][]ReconCandidate, len(batch))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range batch {
		g.Go(func() (err error) {
			out[i], err = s.candidates(ctx, v, &batch[i])
			return err
		})
	}
	return out, g.Wait()
}

// candidates answers one query.
func (s *Server) candidates(ctx context.Context, v *service, q *reconQuery) ([]ReconCandidate, error) {
	kinds, possible := kindsOf(q)
	if !possible {
		return []ReconCandidate{}, nil
	}
	found := map[taxonomy.URI]*candidate{}
	if err := s.byName(ctx, v, q, kinds, found); err != nil {
		return nil, err
	}
	if err := s.byIdentity(ctx, v, q, kinds, found); err != nil {
		return nil, err
	}
	type scored struct {
		ReconCandidate
		order int
		right bool
	}
	var list []scored
	for _, c := range found {
		out, err := s.score(ctx, v, q, c)
		if err != nil {
			return nil, err
		}
		if !c.fails && out.Score > 0 {
			list = append(list, scored{out, c.order, !c.wrong && !c.concept.Deprecated})
		}
	}
	slices.SortFunc(list, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.order, b.order), cmp.Compare(a.ID, b.ID))
	})
	if len(list) > 0 && list[0].right && list[0].Score >= certain && (len(list) == 1 || list[0].Score-list[1].Score >= clear) {
		list[0].Match = true
	}
	out := []ReconCandidate{}
	for _, c := range list[:min(len(list), q.limit)] {
		out = append(out, c.ReconCandidate)
	}
	return out, nil
}

// kindsOf returns the kinds that a query wants, none for any, and whether a
// concept can be what it wants at all: a concept has one kind.
func kindsOf(q *reconQuery) ([]taxonomy.Kind, bool) {
	var kinds []taxonomy.Kind
	for _, name := range q.types {
		if k, err := taxonomy.ParseKind(name); err == nil && !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		} else if err != nil && q.strict == "all" {
			return nil, false
		}
	}
	switch {
	case len(q.types) == 0 || q.strict == "should":
		return kinds, true
	case q.strict == "all":
		return kinds, len(kinds) == 1
	}
	return kinds, len(kinds) > 0
}

// byName adds the concepts that the index finds by the names of q.
func (s *Server) byName(ctx context.Context, v *service, q *reconQuery, kinds []taxonomy.Kind, found map[taxonomy.URI]*candidate) error {
	var langs []taxonomy.Lang
	if q.lang != "" {
		langs = []taxonomy.Lang{taxonomy.ParseLang(q.lang)}
	}
	passes := []bool{false}
	if q.strict == "should" && len(q.types) > 0 {
		passes = []bool{false, true} // those of the type first, then any
		if len(kinds) == 0 {
			passes = []bool{true}
		}
	}
	for _, any := range passes {
		for _, name := range q.names {
			search := index.Query{Text: name, Langs: langs, Schemes: []taxonomy.Ref{v.rel.Ref}, Kinds: kinds, Size: q.limit + 10}
			if any {
				search.Kinds = nil
			}
			got, err := v.Index.Search(ctx, search)
			if err == nil && len(got.Hits) == 0 && langs != nil { // the release may not have the language
				search.Langs = nil
				got, err = v.Index.Search(ctx, search)
			}
			if err != nil {
				return err
			}
			for _, h := range got.Hits {
				if c := found[h.URI]; c == nil {
					concept, err := s.cfg.Store.Concept(ctx, v.rel.Ref, h.URI)
					if err != nil {
						return err
					}
					found[h.URI] = &candidate{concept: concept, pref: h.Pref, parts: nameFeatures(h), order: len(found), wrong: any && len(q.types) > 0 && !slices.Contains(kinds, h.Kind)}
				} else if parts := nameFeatures(h); total(parts) > total(c.parts) {
					c.parts = parts
				}
			}
		}
	}
	return nil
}

// byIdentity adds the concepts that q names: by identifier, code or mapping,
// and where it has no name to go by, by other names and by what is broader.
func (s *Server) byIdentity(ctx context.Context, v *service, q *reconQuery, kinds []taxonomy.Kind, found map[taxonomy.URI]*candidate) error {
	add := func(c *taxonomy.Concept, parts []ReconFeature) {
		if c.Release != v.rel.Ref || q.strict != "should" && len(kinds) > 0 && !slices.Contains(kinds, c.Kind) {
			return
		}
		x := found[c.URI]
		if x == nil {
			x = &candidate{concept: c, pref: c.Pref(taxonomy.ParseLang(q.lang)), order: len(found), wrong: len(q.types) > 0 && !slices.Contains(kinds, c.Kind)}
			found[c.URI] = x
		}
		if total(parts) > total(x.parts) {
			x.parts = parts
		}
	}
	find := func(key string, parts []ReconFeature) error {
		all, err := s.cfg.Store.Find(ctx, key)
		for _, c := range all {
			add(c, parts)
		}
		return err
	}
	for _, id := range q.ids {
		if err := find(id, []ReconFeature{{"identifier", "Named by its identifier", 100}}); err != nil {
			return err
		}
	}
	for _, c := range q.conditions {
		p, ok := propertyNamed(c.property)
		if !ok || c.how == "none" {
			continue
		}
		for _, value := range c.values {
			key := cmp.Or(value.id, strings.TrimSpace(value.text))
			var err error
			switch {
			case key == "":
			case p.ID == "uri" || p.ID == "notation":
				err = find(key, nil)
			case p.mapping:
				err = s.mapped(ctx, v, p, key, func(c *taxonomy.Concept) { add(c, nil) })
			case p.ID == "hub":
				err = s.inHub(ctx, v, key, func(c *taxonomy.Concept) { add(c, nil) })
			case len(q.names)+len(q.ids) > 0:
			case p.text:
				by := *q
				by.names = []string{clean(key)}
				others := map[taxonomy.URI]*candidate{}
				if err = s.byName(ctx, v, &by, kinds, others); err == nil {
					for _, o := range sortedCandidates(others) {
						add(o.concept, nil)
					}
				}
			case p.ID == "broader":
				err = s.below(ctx, v, key, func(c *taxonomy.Concept) { add(c, nil) })
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func sortedCandidates(m map[taxonomy.URI]*candidate) []*candidate {
	var list []*candidate
	for _, c := range m {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b *candidate) int { return a.order - b.order })
	return list
}

// below gives add the concepts right below the one that key names, as many as
// are ever shown.
func (s *Server) below(ctx context.Context, v *service, key string, add func(*taxonomy.Concept)) error {
	parents, err := s.cfg.Store.Find(ctx, key)
	if err != nil {
		return err
	}
	n := 0
	for _, p := range parents {
		if p.Release != v.rel.Ref {
			continue
		}
		for r, err := range s.cfg.Store.Relations(ctx, taxonomy.RelationFilter{Release: v.rel.Ref, Object: p.URI, Predicates: []taxonomy.Predicate{taxonomy.Broader}}) {
			if err != nil {
				return err
			}
			if n++; n > mostCandidates {
				return nil
			}
			c, err := s.cfg.Store.Concept(ctx, v.rel.Ref, r.Subject)
			if err != nil {
				return err
			}
			add(c)
		}
	}
	return nil
}
