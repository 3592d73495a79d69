package web

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"concord/alignment/crosswalk"
	"concord/taxonomy"
	"concord/taxonomy/view"
)

// values are what a concept has of a property, texts in one language or in every one.
func (s *Server) values(ctx context.Context, v *service, c *taxonomy.Concept, p property, lang string) ([]ReconValue, error) {
	want := taxonomy.ParseLang(lang)
	if lang == everyLang {
		want = ""
	}
	text := func(t string, l taxonomy.Lang) ReconValue { return ReconValue{Str: &t, Lang: string(l)} }
	in := func(l taxonomy.Lang) bool {
		return lang == everyLang || l == want || lang == "" && l == c.Pref().Lang || l.Base() == want
	}
	var out []ReconValue
	switch {
	case p.ID == "prefLabel" && lang != everyLang:
		if l := c.Pref(want); lang == "" || in(l.Lang) {
			out = append(out, text(l.Text, l.Lang))
		}
	case p.ID == "prefLabel" || p.ID == "altLabel":
		for _, l := range c.Labels {
			if string(l.Kind) == p.ID && in(l.Lang) {
				out = append(out, text(l.Text, l.Lang))
			}
		}
	case p.ID == "definition" || p.ID == "scopeNote":
		for _, n := range c.Notes {
			if string(n.Kind) == p.ID && in(n.Lang) {
				out = append(out, text(n.Text, n.Lang))
			}
		}
	case p.ID == "notation" && c.Code != "":
		out = append(out, text(c.Code, ""))
	case p.ID == "uri":
		out = append(out, text(string(c.URI), ""))
	case p.ID == "kind":
		out = append(out, text(string(c.Kind), ""))
	case p.ID == "deprecated":
		out = append(out, text(strconv.FormatBool(c.Deprecated), ""))
	case p.ID == "hub":
		h, err := s.cfg.Store.Hub(ctx, c.URI)
		if errors.Is(err, taxonomy.ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		out = append(out, text(string(h.ID), ""))
	case p.ID == "isReplacedBy":
		for _, uri := range c.ReplacedBy {
			out = append(out, s.concept(ctx, v, uri, want))
		}
	case p.entity:
		return s.around(ctx, v, c, p, want)
	case p.mapping:
		return s.matches(ctx, c.URI, p, want)
	}
	return out, nil
}

// concept is a value that is a concept of the release; one that is not there
// is named by its URI.
func (s *Server) concept(ctx context.Context, v *service, uri taxonomy.URI, lang taxonomy.Lang) ReconValue {
	c, err := s.cfg.Store.Concept(ctx, v.rel.Ref, uri)
	if err != nil {
		return ReconValue{ID: string(uri), Name: string(uri)}
	}
	l := c.Pref(lang)
	return ReconValue{ID: string(uri), Name: l.Text, Lang: string(l.Lang), code: c.Code}
}

// around are the concepts that a relation joins to c.
func (s *Server) around(ctx context.Context, v *service, c *taxonomy.Concept, p property, lang taxonomy.Lang) (out []ReconValue, err error) {
	if p.ID == "narrower" {
		links, err := view.Narrower(ctx, s.cfg.Store, v.rel.Ref, c.URI, lang)
		for _, l := range links {
			out = append(out, ReconValue{ID: string(l.URI), Name: l.Label, code: l.Code})
		}
		return out, err
	}
	f := taxonomy.RelationFilter{Release: v.rel.Ref, Subject: c.URI, Predicates: []taxonomy.Predicate{taxonomy.Predicate("skos:" + p.ID)}}
	for r, err := range s.cfg.Store.Relations(ctx, f) {
		if err != nil {
			return nil, err
		}
		out = append(out, s.concept(ctx, v, r.Object, lang))
	}
	return out, nil
}

// matches are the concepts of other schemes that accepted mappings join to uri,
// with the relation read from uri.
func (s *Server) matches(ctx context.Context, uri taxonomy.URI, p property, lang taxonomy.Lang) ([]ReconValue, error) {
	rows, err := s.accepted(ctx, uri, p)
	if err != nil {
		return nil, err
	}
	var out []ReconValue
	for _, m := range rows {
		other, label := m.Object, m.ObjectLabel
		if slices.ContainsFunc(out, func(x ReconValue) bool { return x.ID == string(other) }) {
			continue
		}
		if all, err := s.cfg.Store.Find(ctx, string(other)); err != nil {
			return nil, err
		} else if len(all) > 0 {
			label = all[0].Pref(lang).Text
		}
		out = append(out, ReconValue{ID: string(other), Name: cmp.Or(label, string(other))})
	}
	return out, nil
}

// accepted returns the accepted mappings of uri that are of property p, turned
// so that uri is the subject.
func (s *Server) accepted(ctx context.Context, uri taxonomy.URI, p property) ([]taxonomy.Mapping, error) {
	all, err := s.cfg.Store.Mappings(ctx, uri)
	if err != nil {
		return nil, err
	}
	inverted, err := s.inverted(ctx, all)
	if err != nil {
		return nil, err
	}
	var out []taxonomy.Mapping
	for _, m := range all {
		if _, ok := crosswalk.Usable(m); !ok || m.Modifier != "" || inverted[m.Set] && m.Predicate != m.Predicate.Inverse() {
			continue
		}
		if m.Subject != uri {
			m.Subject, m.Object, m.SubjectLabel, m.ObjectLabel, m.Predicate = m.Object, m.Subject, m.ObjectLabel, m.SubjectLabel, m.Predicate.Inverse()
		}
		if m.Predicate == taxonomy.Match("skos:"+p.ID) {
			out = append(out, m)
		}
	}
	return out, nil
}

// inverted are the sets whose broad and narrow are known to read the other way
// round, where a mapping is broad or narrow at all. They are not followed here,
// as they are not in a translation.
func (s *Server) inverted(ctx context.Context, rows []taxonomy.Mapping) (map[taxonomy.URI]bool, error) {
	if !slices.ContainsFunc(rows, func(m taxonomy.Mapping) bool { return m.Predicate != m.Predicate.Inverse() }) {
		return nil, nil
	}
	sets, err := s.cfg.Store.MappingSets(ctx)
	out := map[taxonomy.URI]bool{}
	for _, x := range sets {
		out[x.ID] = x.Direction == taxonomy.Inverted
	}
	return out, err
}

// inHub gives add the concepts of the release that a hub joins.
func (s *Server) inHub(ctx context.Context, v *service, id string, add func(*taxonomy.Concept)) error {
	h, err := s.cfg.Store.Hub(ctx, taxonomy.URI(id))
	if errors.Is(err, taxonomy.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, uri := range h.Members {
		c, err := s.cfg.Store.Concept(ctx, v.rel.Ref, uri)
		if errors.Is(err, taxonomy.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		add(c)
	}
	return nil
}

// mapped gives add the concepts of the release that stand to key, a concept of
// another scheme, as p says.
func (s *Server) mapped(ctx context.Context, v *service, p property, key string, add func(*taxonomy.Concept)) error {
	back := p
	back.ID = strings.TrimPrefix(string(taxonomy.Match("skos:"+p.ID).Inverse()), "skos:")
	rows, err := s.accepted(ctx, taxonomy.URI(key), back)
	if err != nil {
		return err
	}
	for _, m := range rows {
		c, err := s.cfg.Store.Concept(ctx, v.rel.Ref, m.Object)
		if errors.Is(err, taxonomy.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		add(c)
	}
	return nil
}
