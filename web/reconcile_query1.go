package web

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// A ReconBatch1 is a batch in the draft of 1.0.
type ReconBatch1 struct {
	Queries []ReconQuery1 `json:"queries"`
}

// A ReconQuery1 is a query in the draft of 1.0.
type ReconQuery1 struct {
	Type       string            `json:"type,omitempty"`
	Limit      *float64          `json:"limit,omitempty"`
	Lang       string            `json:"lang,omitempty"`
	Dir        string            `json:"dir,omitempty"`
	Conditions []ReconCondition1 `json:"conditions" minItems:"1"`
}

// A ReconCondition1 is one thing that a query asks for.
type ReconCondition1 struct {
	MatchType       string `json:"matchType" enum:"name,id,property"`
	PropertyID      string `json:"propertyId,omitempty" doc:"For property"`
	PropertyValue   any    `json:"propertyValue" doc:"A text, number, boolean or {id}, or a list of them"`
	Required        bool   `json:"required,omitempty" doc:"Leave out what does not match"`
	MatchQuantifier string `json:"matchQuantifier,omitempty" enum:"any,all,none"`
	MatchQualifier  string `json:"matchQualifier,omitempty" doc:"ExactMatch, or anything else for a likeness"`
	Lang            string `json:"lang,omitempty"`
	Dir             string `json:"dir,omitempty"`
}

// parseBatch1 reads a batch of the draft of 1.0.
func (s *Server) parseBatch1(data []byte) ([]reconQuery, error) {
	o, err := s.object(data, "")
	if err != nil {
		return nil, err
	}
	var queries []json.RawMessage
	if o["queries"] == nil {
		return nil, at("", "a batch is {\"queries\": […]}; batches by key are of version 0.2 and are sent as a form")
	}
	if err := field(o, "", "queries", "a list", &queries); err != nil {
		return nil, err
	}
	if err := bounded(len(queries)); err != nil {
		return nil, err
	}
	var out []reconQuery
	for i, raw := range queries {
		here := "/queries/" + strconv.Itoa(i)
		o, err := s.object(raw, here, "type", "limit", "lang", "dir", "conditions")
		if err != nil {
			return nil, err
		}
		q := reconQuery{strict: "any"}
		var kind, dir string
		var conditions []json.RawMessage
		if q.limit, err = limited(o, here); err != nil {
			return nil, err
		}
		for _, err := range []error{field(o, here, "type", "one type's identifier", &kind), field(o, here, "lang", "a language", &q.lang), field(o, here, "dir", "ltr, rtl or auto", &dir), field(o, here, "conditions", "a list", &conditions)} {
			if err != nil {
				return nil, err
			}
		}
		if len(conditions) == 0 || len(conditions) > mostConditions {
			return nil, at(here+"/conditions", "a query needs 1 to %d conditions", mostConditions)
		}
		if kind != "" {
			q.types = []string{kind}
		}
		for j, raw := range conditions {
			if err := s.condition(&q, raw, here+"/conditions/"+strconv.Itoa(j)); err != nil {
				return nil, err
			}
		}
		out = append(out, q)
	}
	return out, nil
}

// condition adds a condition of 1.0 to q.
func (s *Server) condition(q *reconQuery, raw []byte, here string) error {
	o, err := s.object(raw, here)
	if err != nil {
		return err
	}
	c := reconCondition{how: "any"}
	var match, qualifier string
	for _, err := range []error{field(o, here, "matchType", "name, id or property", &match), field(o, here, "propertyId", "a string", &c.property), field(o, here, "required", "true or false", &c.required),
		field(o, here, "matchQuantifier", "any, all or none", &c.how), field(o, here, "matchQualifier", "a string", &qualifier)} {
		if err != nil {
			return err
		}
	}
	if o["propertyValue"] == nil {
		return at(here, "a condition needs propertyValue")
	}
	if c.values, err = valuesIn(o["propertyValue"], here+"/propertyValue"); err != nil {
		return err
	}
	if c.how != "any" && c.how != "all" && c.how != "none" {
		return at(here+"/matchQuantifier", "matchQuantifier is any, all or none")
	}
	c.exact = qualifier == "ExactMatch"
	switch match {
	case "name", "id":
		if c.how == "none" {
			return at(here+"/matchQuantifier", "none can be asked of properties alone")
		}
		for _, v := range c.values {
			text := clean(v.text)
			switch {
			case match == "id" && v.id != "":
				q.ids = append(q.ids, v.id)
			case match == "id" && text != "":
				q.ids = append(q.ids, text)
			case text != "":
				q.names = append(q.names, text)
			}
		}
		q.mustName = q.mustName || match == "name" && c.required
	case "property":
		if c.property == "" {
			return at(here, "a condition on a property needs propertyId")
		}
		q.conditions = append(q.conditions, c)
	default:
		return at(here+"/matchType", "a condition needs matchType: name, id or property")
	}
	return nil
}

// reconcileJSON answers JSON at a service's own address: a batch, or a request
// for values.
func (s *Server) reconcileJSON(w http.ResponseWriter, r *http.Request, v *service) error {
	data, err := s.bodyOf(r)
	if err != nil {
		return err
	}
	if o, err := s.object(data, ""); err == nil && o["ids"] != nil && o["queries"] == nil {
		return s.sendExtended1(w, r, v, data)
	}
	return s.sendResults1(w, r, v, data)
}

func (s *Server) reconcileBatch1(w http.ResponseWriter, r *http.Request) error {
	v, err := s.service(w, r)
	if err != nil {
		return err
	}
	defer v.done()
	data, err := s.bodyOf(r)
	if err != nil {
		return err
	}
	return s.sendResults1(w, r, v, data)
}

func (s *Server) sendResults1(w http.ResponseWriter, r *http.Request, v *service, data []byte) error {
	batch, err := s.parseBatch1(data)
	if err != nil {
		return err
	}
	results, err := s.reconcile(r.Context(), v, batch)
	if err != nil {
		return err
	}
	out := ReconResults1{Results: make([]ReconCandidates1, len(batch))}
	for i := range batch {
		out.Results[i].Candidates = results[i]
	}
	return sendJSON(w, out)
}
