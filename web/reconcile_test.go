package web_test

import (
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"concord/alignment/crosswalk"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
	"concord/web"
)

const (
	starter  = "https://concord.example/starter/esco-layout/"
	formType = "Content-Type: application/x-www-form-urlencoded"
)

// batch posts a batch of 0.2 and returns the candidates of each query.
func (s *site) batch(path, queries string) map[string]web.ReconResult {
	s.t.Helper()
	got := s.ask("POST", path, "queries="+url.QueryEscape(queries), formType)
	if got.status != http.StatusOK {
		s.t.Fatalf("%s: %d %s", queries, got.status, got.body)
	}
	out := map[string]web.ReconResult{}
	got.into(s.t, &out)
	for key, r := range out {
		for i, c := range r.Result {
			sum := 0.0
			for _, f := range c.Features {
				sum += f.Value
			}
			if math.Abs(sum-c.Score) > 0.001 || c.Score < 0 || c.Score > 100.001 {
				s.t.Errorf("%s: features of %s sum to %g, score %g", key, c.ID, sum, c.Score)
			}
			if i > 0 && (c.Score > r.Result[i-1].Score || c.Match) {
				s.t.Errorf("%s: %s is out of order, or a second match", key, c.ID)
			}
		}
	}
	return out
}

func TestReconcileCandidates(t *testing.T) {
	s := newSite(t, nil)
	for _, test := range []struct {
		name, query string
		id          string // of the best; "": none
		score       float64
		match       bool
	}{
		{"the preferred label", `{"query":"query relational data"}`, sql, 100, true},
		{"case and diacritics", `{"query":"Query  relational DATA"}`, sql, 100, true},
		{"an alternative label", `{"query":"SQL querying"}`, sql, 95, true},
		{"another language", `{"query":"` + frenchOf(s, sql) + `"}`, sql, 100, true},
		{"its URI", `{"query":"` + sql + `"}`, sql, 100, true},
		{"words of it", `{"query":"relational data"}`, sql, -1, false},
		{"nonsense", `{"query":"xyzzyqwert"}`, "", 0, false},
		{"blank", `{"query":"  "}`, "", 0, false},
		{"another type, strictly", `{"query":"query relational data","type":"technology"}`, "", 0, false},
		{"a type that is not one", `{"query":"query relational data","type":"Q5"}`, "", 0, false},
		{"two types at once", `{"query":"query relational data","type":["skill","occupation"],"type_strict":"all"}`, "", 0, false},
		{"one of two types", `{"query":"query relational data","type":["skill","occupation"],"type_strict":"any"}`, sql, 100, true},
		{"another type, loosely", `{"query":"query relational data","type":"occupation","type_strict":"should"}`, sql, 85, false},
		{"the type, loosely", `{"query":"query relational data","type":"skill","type_strict":"should"}`, sql, 100, true},
		{"a property that agrees", `{"query":"query relational data","properties":[{"pid":"kind","v":"skill"}]}`, sql, 100, true},
		{"a property that does not", `{"query":"query relational data","properties":[{"pid":"broader","v":"nothing of the kind"}]}`, sql, 66.667, false},
		{"a limit left open", `{"query":"query relational data","limit":0}`, sql, 100, true},
		{"a blank property", `{"query":"query relational data","properties":[{"pid":"broader","v":""}]}`, sql, 100, true},
		{"a property nobody knows", `{"query":"query relational data","properties":[{"pid":"P31","v":"x"}]}`, sql, 100, true},
		{"properties alone", `{"properties":[{"pid":"uri","v":"` + sql + `"}]}`, sql, 100, true},
		{"an entity as value", `{"properties":[{"pid":"uri","v":{"id":"` + sql + `","name":"x"}}]}`, "", 0, false},
		{"a name as property", `{"properties":[{"pid":"altLabel","v":["no such thing","SQL querying"]}]}`, sql, 100, true},
		{"an unknown property alone", `{"properties":[{"pid":"uid","v":"27eb"}]}`, "", 0, false},
	} {
		r := s.batch("/reconcile/starter-esco", `{"q0":`+test.query+`}`)["q0"].Result
		if test.id == "" {
			if len(r) != 0 && r[0].Match {
				t.Errorf("%s: %+v", test.name, r[0])
			}
			if len(r) != 0 && test.name != "an entity as value" {
				t.Errorf("%s: %+v", test.name, r)
			}
			continue
		}
		if len(r) == 0 || r[0].ID != test.id || r[0].Match != test.match || test.score >= 0 && math.Abs(r[0].Score-test.score) > 0.01 {
			t.Errorf("%s: %+v", test.name, r)
		}
	}
	got := s.batch("/reconcile/starter-esco@1", `{"a":{"query":"data","limit":2},"b":{"query":"data","limit":1000}}`)
	if len(got["a"].Result) != 2 || len(got["b"].Result) <= 2 {
		t.Errorf("limits: %d and %d", len(got["a"].Result), len(got["b"].Result))
	}
	// A GET answers the same as a POST.
	get := s.ask("GET", "/reconcile/starter-esco?queries="+url.QueryEscape(`{"a":{"query":"data","limit":2}}`), "")
	var same map[string]web.ReconResult
	get.into(t, &same)
	if get.header.Get("Concord-Releases") != "starter-esco@1" || len(same["a"].Result) != 2 || same["a"].Result[0].ID != got["a"].Result[0].ID {
		t.Errorf("GET: %s", get.body)
	}
}

// frenchOf is the French name of a concept of the starter set.
func frenchOf(s *site, uri string) string {
	c, err := s.store.Concept(s.t.Context(), taxonomy.Ref{Scheme: "starter-esco"}, taxonomy.URI(uri))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, l := range c.Labels {
		if l.Kind == taxonomy.PrefLabel && l.Lang == "fr" {
			return l.Text
		}
	}
	s.t.Fatal("no French name")
	return ""
}

func TestReconcileDraft(t *testing.T) {
	s := newSite(t, nil)
	type answer struct {
		Results []struct{ Candidates []web.ReconCandidate }
	}
	for _, path := range []string{"/reconcile/starter-esco", "/reconcile/starter-esco/reconcile"} {
		var a answer
		got := s.ask("POST", path, `{"queries":[
			{"conditions":[{"matchType":"name","propertyValue":"query relational data"}],"type":"skill","limit":3,"lang":"en"},
			{"conditions":[{"matchType":"id","propertyValue":"`+sql+`"}]},
			{"conditions":[{"matchType":"name","propertyValue":"query relational data"},{"matchType":"property","propertyId":"kind","propertyValue":"occupation","required":true}]},
			{"conditions":[{"matchType":"name","propertyValue":"query relational data"},{"matchType":"property","propertyId":"kind","propertyValue":"occupation","matchQuantifier":"none"}]},
			{"conditions":[{"matchType":"property","propertyId":"altLabel","propertyValue":["SQL querying","nothing"],"matchQuantifier":"all"}]}
		]}`, "Content-Type: application/json")
		got.into(t, &a)
		if len(a.Results) != 5 {
			t.Fatalf("%s: %d %s", path, got.status, got.body)
		}
		for i, want := range []float64{100, 100, 0, 100, 0} {
			r := a.Results[i].Candidates
			switch {
			case want == 0 && len(r) > 0 && r[0].Match:
				t.Errorf("query %d: %+v", i, r)
			case want > 0 && (len(r) == 0 || r[0].ID != sql || r[0].Score != want || !r[0].Match):
				t.Errorf("query %d: %+v", i, r)
			}
		}
		if len(a.Results[2].Candidates) != 0 {
			t.Errorf("what is required is not: %+v", a.Results[2])
		}
	}
}

func TestReconcileExtend(t *testing.T) {
	s := newSite(t, nil)
	set := taxonomy.MappingSet{ID: "https://example.org/sets/x", Status: taxonomy.Accepted}
	if err := s.store.Import(t.Context(), taxonomy.Release{}, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		if err := w.PutMappingSet(&set); err != nil {
			return err
		}
		for _, m := range []taxonomy.Mapping{
			{Subject: sql, Predicate: taxonomy.ExactMatch, Object: "x:sql", ObjectLabel: "SQL"},
			{Subject: "x:databases", SubjectLabel: "Databases", Predicate: taxonomy.NarrowMatch, Object: sql},
			{Subject: sql, Predicate: taxonomy.ExactMatch, Object: "x:proposed", Status: taxonomy.Proposed},
			{Subject: sql, Predicate: taxonomy.ExactMatch, Object: "x:not", Modifier: "Not"},
		} {
			m.Set = set.ID
			if _, err := w.PutMapping(&m); err != nil {
				return err
			}
		}
		wrong := taxonomy.MappingSet{ID: "https://example.org/sets/y", Status: taxonomy.Accepted, Direction: taxonomy.Inverted}
		if err := w.PutMappingSet(&wrong); err != nil {
			return err
		}
		_, err := w.PutMapping(&taxonomy.Mapping{Set: wrong.ID, Subject: sql, Predicate: taxonomy.BroadMatch, Object: "x:backwards"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	hub := taxonomy.Hub{ID: crosswalk.HubPrefix + "1", Anchor: sql, Born: 1, Members: []taxonomy.URI{sql, "x:sql"}}
	if err := s.store.UpdateHubs(t.Context(), func([]taxonomy.Hub, int) (sqlite.HubUpdate, error) {
		return sqlite.HubUpdate{Hubs: []taxonomy.Hub{hub}}, nil
	}); err != nil {
		t.Fatal(err)
	}
	query := `{"ids":["` + sql + `","https://elsewhere.example/1"],"properties":[{"id":"prefLabel","settings":{"lang":"fr"}},{"id":"altLabel","settings":{"limit":"1"}},{"id":"kind","settings":null},{"id":"broader"},{"id":"exactMatch"},{"id":"broadMatch"},{"id":"narrowMatch"},{"id":"deprecated"},{"id":"P31"},{"id":"hub"}]}`
	got := s.ask("POST", "/reconcile/starter-esco", "extend="+url.QueryEscape(query), formType)
	var out web.ReconExtended
	got.into(t, &out)
	cell := func(pid string) string {
		raw, _ := json.Marshal(out.Rows[sql][pid])
		return string(raw)
	}
	for pid, want := range map[string]string{
		"prefLabel": `[{"str":"` + frenchOf(s, sql) + `"}]`, "kind": `[{"str":"skill"}]`, "exactMatch": `[{"id":"x:sql","name":"SQL"}]`,
		"broadMatch": `[{"id":"x:databases","name":"Databases"}]`, "narrowMatch": `[]`, "deprecated": `[{"str":"false"}]`, "P31": `[]`, "hub": `[{"str":"` + string(hub.ID) + `"}]`,
	} {
		if cell(pid) != want {
			t.Errorf("%s: %s, want %s", pid, cell(pid), want)
		}
	}
	if len(out.Rows[sql]["altLabel"]) != 1 || len(out.Rows[sql]["broader"]) != 1 || out.Rows[sql]["broader"][0].Name == "" || len(out.Rows["https://elsewhere.example/1"]) != 10 || len(out.Meta) != 10 {
		t.Errorf("%s", got.body)
	}
	var rows web.ReconExtended1
	s.ask("POST", "/reconcile/starter-esco/extend", query, "Content-Type: application/json").into(t, &rows)
	if len(rows.Rows) != 2 || rows.Rows[0].Properties[0].Values[0].Lang != "fr" {
		t.Errorf("1.0: %+v", rows)
	}
	// A concept is found by the code it has elsewhere.
	r := s.batch("/reconcile/starter-esco", `{"q":{"properties":[{"pid":"exactMatch","v":"x:sql"}]},"r":{"properties":[{"pid":"broadMatch","v":{"id":"x:databases"}}]},"s":{"properties":[{"pid":"exactMatch","v":"x:proposed"}]},"t":{"properties":[{"pid":"hub","v":"`+string(hub.ID)+`"}]},"u":{"properties":[{"pid":"hub","v":"urn:concord:hub:none"}]}}`)
	if len(r["t"].Result) != 1 || !r["t"].Result[0].Match || len(r["u"].Result) != 0 {
		t.Errorf("by hub: %+v", r)
	}
	if len(r["q"].Result) != 1 || !r["q"].Result[0].Match || len(r["r"].Result) != 1 || len(r["s"].Result) != 0 {
		t.Errorf("by mapping: %+v", r)
	}
	// What is below a concept is found by it.
	below := s.batch("/reconcile/starter-esco", `{"q":{"properties":[{"pid":"broader","v":"`+out.Rows[sql]["broader"][0].ID+`"}],"limit":100}}`)
	found := false
	for _, c := range below["q"].Result {
		found = found || c.ID == sql
	}
	if !found || len(below["q"].Result) > 1 && below["q"].Result[0].Match {
		t.Errorf("below: %+v", below)
	}
}

func TestReconcileRefuses(t *testing.T) {
	s := newSite(t, nil)
	form := func(name, value string) string { return name + "=" + url.QueryEscape(value) }
	queries := map[int]map[string]string{}
	for i := range 1001 {
		queries[i] = map[string]string{"query": "a"}
	}
	many, err := json.Marshal(queries)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, method, path, media, body string
		status                          int
		pointer                         string
	}{
		{"no query", "POST", "", formType, form("queries", `{"q1":{"limit":1}}`), 422, "/q1"},
		{"unknown field", "POST", "", formType, form("queries", `{"q/1":{"query":"a","props":[]}}`), 422, "/q~11/props"},
		{"not JSON", "POST", "", formType, form("queries", `{"q1":`), 422, ""},
		{"a list", "POST", "", formType, form("queries", `[]`), 422, ""},
		{"null", "POST", "", formType, form("queries", `null`), 422, ""},
		{"query is a number", "POST", "", formType, form("queries", `{"q":{"query":5}}`), 422, "/q/query"},
		{"no pid", "POST", "", formType, form("queries", `{"q":{"query":"a","properties":[{"p":"x","v":"y"}]}}`), 422, "/q/properties/0"},
		{"a value in a value", "POST", "", formType, form("queries", `{"q":{"query":"a","properties":[{"pid":"x","v":[["y"]]}]}}`), 422, "/q/properties/0/v"},
		{"a type that is a number", "POST", "", formType, form("queries", `{"q":{"query":"a","type":3}}`), 422, "/q/type"},
		{"type_strict", "POST", "", formType, form("queries", `{"q":{"query":"a","type_strict":"maybe"}}`), 422, "/q/type_strict"},
		{"limit", "POST", "", formType, form("queries", `{"q":{"query":"a","limit":"5"}}`), 422, "/q/limit"},
		{"no limit", "POST", "", formType, form("queries", `{"q":{"query":"a","limit":-1}}`), 422, "/q/limit"},
		{"nested", "POST", "", formType, form("queries", strings.Repeat("[", 300)), 422, ""},
		{"too many", "POST", "", formType, form("queries", string(many)), 413, ""},
		{"0.1", "GET", "?query=data", "X: y", "", 422, ""},
		{"an empty form", "POST", "", formType, "", 422, ""},
		{"text", "POST", "", "Content-Type: text/plain", "queries={}", 415, ""},
		{"no type", "POST", "", "X: y", "queries={}", 415, ""},
		{"a broken form", "POST", "", formType, "queries=%zz", 422, ""},
		{"old batch as JSON", "POST", "/reconcile", "Content-Type: application/json", `{"q0":{"query":"a"}}`, 422, ""},
		{"form to 1.0", "POST", "/reconcile", formType, form("queries", `{}`), 415, ""},
		{"no ids", "POST", "", formType, form("extend", `{"properties":[]}`), 422, ""},
		{"ids are numbers", "POST", "", formType, form("extend", `{"ids":[1],"properties":[]}`), 422, "/ids"},
		{"a property without id", "POST", "/extend", "Content-Type: application/json", `{"ids":[],"properties":[{}]}`, 422, "/properties/0"},
		{"no prefix", "GET", "/suggest/entity", "X: y", "", 422, ""},
		{"cursor", "GET", "/suggest/entity?prefix=a&cursor=-1", "X: y", "", 422, ""},
		{"suggest what", "GET", "/suggest/person?prefix=a", "X: y", "", 404, ""},
		{"flyout of nothing", "GET", "/flyout/entity?id=nothing", "X: y", "", 404, ""},
		{"flyout of no type", "GET", "/flyout/type?id=Q5", "X: y", "", 404, ""},
		{"preview of nothing", "GET", "/preview?id=%3Cscript%3E", "X: y", "", 404, ""},
		{"version", "GET", "?version=9", "X: y", "", 406, ""},
	} {
		got := s.ask(test.method, "/reconcile/starter-esco"+test.path, test.body, test.media)
		var p web.Problem
		got.into(t, &p)
		if got.status != test.status || p.Code == "" || p.Detail == "" || p.Pointer != test.pointer || got.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", test.name, got.status, got.body)
		}
	}
	for _, name := range []string{"none", "starter-esco@9", "..", "..%2f..%2fetc%2fpasswd", "%2e%2e", "a@b@c", "'%20OR%201=1", "%00", "starter-esco%0d%0aX:%20y", "*"} {
		for _, path := range []string{"", "/preview?id=x", "/suggest/entity?prefix=a"} {
			req := "/reconcile/" + name + path
			got := s.ask("GET", req, "")
			if got.status != 404 && !(got.status == 301 && name == "..") || got.header.Get("X") != "" {
				t.Errorf("%s: %d %s", req, got.status, got.body)
			}
		}
	}
}
