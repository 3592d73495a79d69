package web

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"concord/taxonomy"
	"concord/taxonomy/view"
)

// A property is something that services know of a concept, by its SKOS name
// where it has one.
type property struct {
	ID, Name, Description string

	weight  float64 // as evidence, beside a name's 1
	text    bool    // is compared by its words
	entity  bool    // its values are concepts of the same release
	mapping bool    // its values are concepts of other schemes
}

// properties is every property, in the order they are proposed.
var properties = []property{
	{ID: "prefLabel", Name: "Preferred label", Description: "The name of the concept", weight: 0.5, text: true},
	{ID: "altLabel", Name: "Alternative labels", Description: "Other names of the concept", weight: 0.5, text: true},
	{ID: "definition", Name: "Definition", Description: "What the concept means", weight: 0.5, text: true},
	{ID: "scopeNote", Name: "Scope note", Description: "What the concept takes in", weight: 0.25, text: true},
	{ID: "notation", Name: "Code", Description: "The code of the concept in its framework", weight: 1},
	{ID: "uri", Name: "URI", Description: "The identifier of the concept", weight: 1},
	{ID: "kind", Name: "Kind", Description: "Skill, knowledge, occupation and so on", weight: 0.25},
	{ID: "broader", Name: "Broader", Description: "The concepts right above", weight: 0.5, entity: true},
	{ID: "narrower", Name: "Narrower", Description: "The concepts right below", weight: 0.25, entity: true},
	{ID: "related", Name: "Related", Description: "Concepts that are associated", weight: 0.25, entity: true},
	{ID: "deprecated", Name: "Deprecated", Description: "Whether the concept is out of use", weight: 0.1},
	{ID: "isReplacedBy", Name: "Replaced by", Description: "What took the place of the concept", weight: 0.25, entity: true},
	{ID: "exactMatch", Name: "Exact match", Description: "The same concept in other frameworks, where a crosswalk has accepted it", weight: 1, mapping: true},
	{ID: "closeMatch", Name: "Close match", Description: "Much the same concepts in other frameworks", weight: 0.75, mapping: true},
	{ID: "broadMatch", Name: "Broad match", Description: "Broader concepts in other frameworks", weight: 0.5, mapping: true},
	{ID: "narrowMatch", Name: "Narrow match", Description: "Narrower concepts in other frameworks", weight: 0.5, mapping: true},
	{ID: "relatedMatch", Name: "Related match", Description: "Related concepts in other frameworks", weight: 0.25, mapping: true},
}

func propertyNamed(id string) (property, bool) {
	i := slices.IndexFunc(properties, func(p property) bool { return p.ID == id })
	if i < 0 {
		return property{}, false
	}
	return properties[i], true
}

// everyLang asks for values in every language.
const everyLang = "*"

// mostExtended bounds the entities of one request, and mostFetched their
// properties.
const (
	mostExtended = 1000
	mostFetched  = 50
)

// A ReconExtendQuery asks for values of properties.
type ReconExtendQuery struct {
	IDs        []string         `json:"ids"`
	Properties []ReconExtendAsk `json:"properties"`
}

// A ReconExtendAsk is one property asked for.
type ReconExtendAsk struct {
	ID       string         `json:"id"`
	Settings map[string]any `json:"settings,omitempty" doc:"limit and lang"`
}

// A ReconValue is a value of a property: a concept, or a text.
type ReconValue struct {
	ID   string  `json:"id,omitempty"`
	Name string  `json:"name,omitempty"`
	Str  *string `json:"str,omitempty"`
	Lang string  `json:"lang,omitempty" doc:"In 1.0"`

	code string
}

// A ReconMeta says what a property is.
type ReconMeta struct {
	ID   string     `json:"id"`
	Name string     `json:"name"`
	Type *ReconType `json:"type,omitempty"`
}

// ReconExtended is values by entity and property, in 0.2.
type ReconExtended struct {
	Meta []ReconMeta                        `json:"meta"`
	Rows map[string]map[string][]ReconValue `json:"rows"`
}

// ReconExtended1 is values by entity and property, in the draft of 1.0.
type ReconExtended1 struct {
	Meta []ReconMeta `json:"meta"`
	Rows []ReconRow1 `json:"rows"`
}

// A ReconRow1 is the values of one entity.
type ReconRow1 struct {
	ID         string        `json:"id"`
	Properties []ReconCells1 `json:"properties"`
}

// ReconCells1 is the values of one property.
type ReconCells1 struct {
	ID     string       `json:"id"`
	Values []ReconValue `json:"values"`
}

// v02 is e as 0.2 has it, which knows no language of a value.
func (e *ReconExtended1) v02() *ReconExtended {
	out := &ReconExtended{e.Meta, map[string]map[string][]ReconValue{}}
	for _, r := range e.Rows {
		row := map[string][]ReconValue{}
		for _, p := range r.Properties {
			for i := range p.Values {
				p.Values[i].Lang = ""
			}
			row[p.ID] = p.Values
		}
		out.Rows[r.ID] = row
	}
	return out
}

// settings are what a client may set of a property.
func (v *service) settings() []ReconSetting {
	langs := []ReconChoice{{"", "English, else any"}, {everyLang, "every language"}}
	for _, l := range v.rel.Languages {
		langs = append(langs, ReconChoice{string(l), string(l)})
	}
	return []ReconSetting{
		{"limit", "Limit", "number", 0, "Values of a concept at most; 0 for all", nil},
		{"lang", "Language", "select", "", "Language of labels and notes, and of the names of concepts", langs},
	}
}

// parseExtend reads a request for values.
func (s *Server) parseExtend(data []byte) (*ReconExtendQuery, error) {
	o, err := s.object(data, "")
	if err != nil {
		return nil, err
	}
	q := &ReconExtendQuery{}
	var asks []json.RawMessage
	for _, err := range []error{field(o, "", "ids", "a list of identifiers", &q.IDs), field(o, "", "properties", "a list", &asks)} {
		if err != nil {
			return nil, err
		}
	}
	if o["ids"] == nil || o["properties"] == nil {
		return nil, at("", "a request for values needs ids and properties")
	}
	if len(q.IDs) > mostExtended || len(asks) > mostFetched {
		return nil, problem(http.StatusRequestEntityTooLarge, "", fmt.Sprintf("at most %d entities and %d properties are taken at a time", mostExtended, mostFetched))
	}
	for i, raw := range asks {
		here := "/properties/" + strconv.Itoa(i)
		p, err := s.object(raw, here)
		if err != nil {
			return nil, err
		}
		var ask ReconExtendAsk
		for _, err := range []error{field(p, here, "id", "a string", &ask.ID), field(p, here, "settings", "an object", &ask.Settings)} {
			if err != nil {
				return nil, err
			}
		}
		if ask.ID == "" {
			return nil, at(here, "a property needs an id")
		}
		q.Properties = append(q.Properties, ask)
	}
	return q, nil
}

// limit and lang are the settings of a property, which clients send as they like.
func (a *ReconExtendAsk) limit() int {
	n, _ := strconv.ParseFloat(fmt.Sprint(a.Settings["limit"]), 64)
	return int(max(0, min(n, 1e6)))
}

func (a *ReconExtendAsk) lang() string {
	l, _ := a.Settings["lang"].(string)
	return strings.TrimSpace(l)
}

// extend fetches values. What is not there has none: an entity that another
// service gave, or a property that we do not know, is no error in a table.
func (s *Server) extend(ctx context.Context, v *service, q *ReconExtendQuery) (*ReconExtended1, error) {
	out := &ReconExtended1{Meta: []ReconMeta{}, Rows: []ReconRow1{}}
	for _, ask := range q.Properties {
		m := ReconMeta{ID: ask.ID, Name: ask.ID}
		if p, ok := propertyNamed(ask.ID); ok {
			m.Name = p.Name
		}
		out.Meta = append(out.Meta, m)
	}
	for _, id := range q.IDs {
		row := ReconRow1{ID: id, Properties: []ReconCells1{}}
		c, err := s.cfg.Store.Concept(ctx, v.rel.Ref, taxonomy.URI(id))
		if err != nil && !errors.Is(err, taxonomy.ErrNotFound) {
			return nil, err
		}
		for _, ask := range q.Properties {
			cells := ReconCells1{ask.ID, []ReconValue{}}
			if p, ok := propertyNamed(ask.ID); ok && c != nil {
				values, err := s.values(ctx, v, c, p, ask.lang())
				if err != nil {
					return nil, err
				}
				if n := ask.limit(); n > 0 {
					values = values[:min(n, len(values))]
				}
				cells.Values = append(cells.Values, values...)
			}
			row.Properties = append(row.Properties, cells)
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}

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
		if m.Status != taxonomy.Accepted || m.Modifier != "" || m.Subject == taxonomy.NoTerm || m.Object == taxonomy.NoTerm || m.Subject == "" || m.Object == "" {
			continue
		}
		if inverted[m.Set] {
			m.Predicate = m.Predicate.Inverse()
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
// round, where a mapping is broad or narrow at all.
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

func (s *Server) reconcileExtend1(w http.ResponseWriter, r *http.Request) error {
	v, err := s.service(w, r)
	if err != nil {
		return err
	}
	defer v.done()
	data, err := s.bodyOf(r)
	if err != nil {
		return err
	}
	return s.sendExtended1(w, r, v, data)
}

func (s *Server) sendExtended1(w http.ResponseWriter, r *http.Request, v *service, data []byte) error {
	q, err := s.parseExtend(data)
	if err != nil {
		return err
	}
	out, err := s.extend(r.Context(), v, q)
	if err != nil {
		return err
	}
	return sendJSON(w, out)
}
