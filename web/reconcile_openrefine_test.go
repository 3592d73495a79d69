package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"concord/web"
)

// A refine plays OpenRefine 3: its page in the browser and its server.
type refine struct {
	*site
	cells []string
}

// page asks as the page does, which OpenRefine's own server sent: from another
// origin, and with parameters of its own.
func (r refine) page(address string) answered {
	r.t.Helper()
	path, ok := strings.CutPrefix(address, r.url)
	if !ok {
		r.t.Fatalf("%s is not an address of this server", address)
	}
	got := r.ask("GET", path, "", "Origin: http://127.0.0.1:3333", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: cors", "Accept: application/json, text/javascript, */*; q=0.01")
	if got.status != 200 || got.header.Get("Access-Control-Allow-Origin") != "*" {
		r.t.Fatalf("%s: %d, allowed to %q: %s", address, got.status, got.header.Get("Access-Control-Allow-Origin"), got.body)
	}
	return got
}

// post asks as OpenRefine's server does: a form in UTF-8, by a plain HTTP client.
func (r refine) post(field string, v any, out any) {
	r.t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		r.t.Fatal(err)
	}
	got := r.ask("POST", "/reconcile/starter-esco", field+"="+url.QueryEscape(string(raw)), "Content-Type: application/x-www-form-urlencoded; charset=UTF-8", "Accept: application/json", "User-Agent: OpenRefine/3.9.3")
	if got.status != 200 || !strings.HasPrefix(got.header.Get("Content-Type"), "application/json") {
		r.t.Fatalf("%s: %d %s", field, got.status, got.body)
	}
	got.into(r.t, out)
}

// TestOpenRefine plays what OpenRefine 3.x does from the moment a person gives
// it the address of a service to the moment new columns are filled:
//
//  1. Add service: the page gets the manifest from the address, by XHR.
//  2. Start reconciling: the server posts a sample of ten cells as
//     `queries={"q0":{"query":CELL,"limit":3},…}` in a form and guesses the type
//     of the column from the types of the candidates.
//  3. The person changes the type: the page completes it at
//     suggest.type.service_url + service_path, with prefix= and a flyout at
//     flyout_service_path with ${id} replaced.
//  4. The person takes another column as evidence: the page completes a property
//     at suggest.property, again with a flyout.
//  5. Reconcile: the server posts batches with type, type_strict "should" and
//     properties {pid, v}, and takes a candidate whose match is true.
//  6. Judge by hand: the page shows view.url and preview.url with {{id}}
//     replaced by the escaped identifier, the latter in a frame, and completes a
//     concept at suggest.entity with flyouts.
//  7. Add columns: the page gets what can be fetched from
//     extend.propose_properties with type=, and shows extend.property_settings.
//  8. The server posts `extend={"ids":[…],"properties":[{"id":…,"settings":{…}}]}`
//     for a preview of ten rows, then for all, reads meta and rows, and reconciles
//     the new column by the ids in it.
func TestOpenRefine(t *testing.T) {
	r := refine{site: newSite(t, nil), cells: []string{"query relational data", "SQL querying", "Query Relational Data", "zzzz qqqq"}}

	var m struct {
		Versions        []string
		Name            string
		IdentifierSpace string
		SchemaSpace     string
		View            struct{ URL string }
		Preview         struct {
			URL           string
			Width, Height int
		}
		Suggest map[string]struct {
			ServiceURL    string `json:"service_url"`
			ServicePath   string `json:"service_path"`
			FlyoutURL     string `json:"flyout_service_url"`
			FlyoutService string `json:"flyout_service_path"`
		}
		Extend struct {
			Propose struct {
				ServiceURL  string `json:"service_url"`
				ServicePath string `json:"service_path"`
			} `json:"propose_properties"`
			Settings []struct{ Name, Type string } `json:"property_settings"`
		}
		BatchSize int
	}
	r.page(r.url+"/reconcile/starter-esco").into(t, &m) // 1
	if m.Versions[0] != "0.2" || m.Name == "" || m.IdentifierSpace == "" || m.SchemaSpace == "" || m.BatchSize != 50 {
		t.Fatalf("manifest: %+v", m)
	}

	sample := map[string]any{} // 2
	for i, c := range r.cells {
		sample["q"+string(rune('0'+i))] = map[string]any{"query": c, "limit": 3}
	}
	var results map[string]struct {
		Result []struct {
			ID, Name string
			Score    float64
			Match    bool
			Type     []web.ReconType
		}
	}
	r.post("queries", sample, &results)
	types := map[string]int{}
	for _, q := range results {
		if len(q.Result) > 3 {
			t.Errorf("%d candidates of 3 asked for", len(q.Result))
		}
		if len(q.Result) > 0 {
			types[q.Result[0].Type[0].ID]++
		}
	}
	if len(results) != len(r.cells) || types["skill"] != 3 {
		t.Fatalf("guessed %v of %+v", types, results)
	}

	for what, typed := range map[string]string{"type": "ski", "property": "broad", "entity": "query rel"} { // 3, 4, 6
		x := m.Suggest[what]
		var list struct {
			Result []struct{ ID, Name string }
		}
		r.page(x.ServiceURL+x.ServicePath+"?prefix="+url.QueryEscape(typed)+"&cursor=0&type_strict=any&spell=always&_=1").into(t, &list)
		if len(list.Result) == 0 {
			t.Fatalf("no %s for %q", what, typed)
		}
		var words struct{ ID, HTML string }
		r.page(x.FlyoutURL+strings.Replace(x.FlyoutService, "${id}", url.QueryEscape(list.Result[0].ID), 1)).into(t, &words)
		if words.ID != list.Result[0].ID || !strings.Contains(words.HTML, list.Result[0].Name) {
			t.Errorf("flyout of %s: %+v", what, words)
		}
	}

	clear(results) // 5
	r.post("queries", map[string]any{"q0": map[string]any{"query": "SQL querying", "type": "skill", "type_strict": "should", "limit": 10, "properties": []any{map[string]any{"pid": "kind", "v": "skill"}}}}, &results)
	best := results["q0"].Result[0]
	if best.Name != "query relational data" || !best.Match {
		t.Fatalf("reconciled: %+v", results)
	}

	id := strings.ReplaceAll(url.QueryEscape(best.ID), "+", "%20") // 6
	if got := r.ask("GET", strings.TrimPrefix(strings.Replace(m.View.URL, "{{id}}", id, 1), r.url), "", "Accept: text/html,application/xhtml+xml,*/*;q=0.8"); got.status != 303 || r.ask("GET", got.header.Get("Location"), "", "Accept: text/html").status != 200 {
		t.Errorf("view: %d %s", got.status, got.body)
	}
	preview := r.page(strings.Replace(m.Preview.URL, "{{id}}", id, 1))
	csp := preview.header.Get("Content-Security-Policy")
	if !strings.HasPrefix(preview.header.Get("Content-Type"), "text/html") || !strings.Contains(csp, "frame-ancestors *") || !strings.Contains(preview.body, best.Name) || strings.Contains(preview.body, "style=") || preview.header.Get("X-Frame-Options") != "" {
		t.Errorf("preview: %v %s", preview.header, preview.body)
	}
	if got := r.ask("GET", "/static/preview.css", ""); got.status != 200 || !strings.HasPrefix(got.header.Get("Content-Type"), "text/css") {
		t.Errorf("the style of previews: %d", got.status)
	}
	if other := r.ask("GET", "/docs", ""); !strings.Contains(other.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
		t.Error("other pages may be framed")
	}

	var proposed struct { // 7
		Properties []struct{ ID, Name string }
	}
	r.page(m.Extend.Propose.ServiceURL+m.Extend.Propose.ServicePath+"?type=skill&limit=50").into(t, &proposed)
	if len(proposed.Properties) < 10 || len(m.Extend.Settings) != 2 {
		t.Errorf("proposed: %+v", proposed)
	}
	var asks []any // 8
	for _, p := range proposed.Properties {
		asks = append(asks, map[string]any{"id": p.ID, "settings": map[string]any{"limit": 5}})
	}
	var extended struct {
		Meta []struct{ ID, Name string }
		Rows map[string]map[string][]map[string]any
	}
	r.post("extend", map[string]any{"ids": []string{best.ID}, "properties": asks}, &extended)
	broader := extended.Rows[best.ID]["broader"]
	if len(extended.Meta) != len(proposed.Properties) || len(broader) == 0 || broader[0]["id"] == "" || broader[0]["name"] == "" {
		t.Errorf("extended: %+v", extended)
	}

	// A page may also ask for itself, with a form; and it may not change anything.
	posted := r.ask("POST", "/reconcile/starter-esco", "queries="+url.QueryEscape(`{"q0":{"query":"data"}}`), formType, "Origin: http://127.0.0.1:3333", "Sec-Fetch-Site: cross-site")
	if posted.status != http.StatusOK || posted.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("from a page: %d %s", posted.status, posted.body)
	}
	if got := r.ask("POST", "/v1/decisions", `{}`, "Content-Type: application/json", "Origin: http://127.0.0.1:3333", "Sec-Fetch-Site: cross-site"); got.status != http.StatusForbidden {
		t.Errorf("another site's page decided: %d", got.status)
	}
}
