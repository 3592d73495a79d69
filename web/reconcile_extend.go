package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"concord/taxonomy"
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
	{ID: "hub", Name: "Hub", Description: "Identifier that the same concepts of all frameworks share, by accepted exact mappings", weight: 1},
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
		if string(p["settings"]) == "null" { // none
			delete(p, "settings")
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
