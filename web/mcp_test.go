package web_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"concord/alignment"
	"concord/taxonomy"
	"concord/taxonomy/sqlite"
	"concord/taxonomy/view"
	"concord/web"
)

// connect starts a session of the SDK's own client.
func connect(t *testing.T, transport mcp.Transport) *mcp.ClientSession {
	t.Helper()
	session, err := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil).Connect(t.Context(), transport, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { session.Close() })
	return session
}

// call calls a tool, decodes what it gives into out, and returns the text of its error.
func call(t *testing.T, session *mcp.ClientSession, tool string, args map[string]any, out any) string {
	t.Helper()
	res, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: tool, Arguments: args})
	if err != nil {
		return "protocol: " + err.Error()
	}
	if len(res.Content) != 1 {
		t.Fatalf("%s: %d pieces of content", tool, len(res.Content))
	}
	text := res.Content[0].(*mcp.TextContent).Text
	if res.IsError {
		return text
	}
	structured, err := json.Marshal(res.StructuredContent)
	if err != nil {
		t.Fatal(err)
	}
	var a, b any
	if json.Unmarshal(structured, &a) != nil || json.Unmarshal([]byte(text), &b) != nil || !cmp.Equal(a, b) {
		t.Errorf("%s: the text is not the structured content", tool)
	}
	if out != nil {
		if err := json.Unmarshal(structured, out); err != nil {
			t.Fatal(err)
		}
	}
	return ""
}

func TestMCP(t *testing.T) {
	s := newSite(t, nil)
	set := taxonomy.MappingSet{ID: "urn:x:set", Status: taxonomy.Accepted}
	if err := s.store.Import(t.Context(), taxonomy.Release{}, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		if err := w.PutMappingSet(&set); err != nil {
			return err
		}
		_, err := w.PutMapping(&taxonomy.Mapping{Set: set.ID, Subject: "urn:guild:7", Predicate: taxonomy.ExactMatch, Object: sql})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for name, transport := range map[string]func(*testing.T) mcp.Transport{
		"http": func(*testing.T) mcp.Transport { return &mcp.StreamableClientTransport{Endpoint: s.url + "/mcp"} },
		"stdio": func(t *testing.T) mcp.Transport {
			in, toServer := io.Pipe()
			fromServer, out := io.Pipe()
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- s.server.RunMCP(ctx, in, out) }()
			t.Cleanup(func() { toServer.Close(); stop(); <-ended })
			return &mcp.IOTransport{Reader: fromServer, Writer: toServer}
		},
	} {
		t.Run(name, func(t *testing.T) { tools(t, connect(t, transport(t))) })
	}
}

// tools calls every tool.
func tools(t *testing.T, session *mcp.ClientSession) {
	list, err := session.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, x := range list.Tools {
		names = append(names, x.Name)
		raw, err := json.Marshal(x.InputSchema)
		if err != nil {
			t.Fatal(err)
		}
		var schema struct {
			Properties map[string]struct{ Description string }
		}
		if json.Unmarshal(raw, &schema) != nil || x.Description == "" || x.OutputSchema == nil || x.Annotations == nil || !x.Annotations.ReadOnlyHint || *x.Annotations.OpenWorldHint {
			t.Errorf("%s is not described: %s", x.Name, raw)
		}
		for p, d := range schema.Properties {
			if d.Description == "" {
				t.Errorf("%s: %s is not described", x.Name, p)
			}
		}
	}
	if diff := cmp.Diff([]string{"align_document", "compare", "explain_alignment", "get_concept", "list_frameworks", "search_concepts", "translate"}, names); diff != "" {
		t.Errorf("tools (-want +got):\n%s", diff)
	}

	var frameworks web.MCPFrameworks
	if problem := call(t, session, "list_frameworks", nil, &frameworks); problem != "" || len(frameworks.Frameworks) != 3 || frameworks.Frameworks[0].Concepts["skill"] == 0 {
		t.Errorf("frameworks: %s %+v", problem, frameworks)
	}
	var found web.MCPFound
	if problem := call(t, session, "search_concepts", map[string]any{"query": "SQL querying", "schemes": []string{"starter-esco"}, "limit": 3}, &found); problem != "" || len(found.Hits) == 0 || found.Hits[0].Label != "query relational data" {
		t.Fatalf("search: %s %+v", problem, found)
	}
	uri := string(found.Hits[0].URI)
	var concept view.Concept
	if problem := call(t, session, "get_concept", map[string]any{"concept": uri}, &concept); problem != "" || string(concept.URI) != uri || len(concept.Path) == 0 || len(concept.Relations) == 0 {
		t.Errorf("concept: %s %+v", problem, concept)
	}

	var answer alignment.Answer
	if problem := call(t, session, "align_document", map[string]any{"text": course, "targets": []string{"starter-esco"}, "max": 3}, &answer); problem != "" || !slices.ContainsFunc(answer.Alignments, func(a alignment.Alignment) bool { return string(a.URI) == uri }) {
		t.Fatalf("align: %s %+v", problem, answer)
	}
	badge := map[string]any{"@context": "https://w3id.org/openbadges/v2", "type": "BadgeClass", "id": "https://example.org/b", "name": "SQL querying", "description": course}
	if problem := call(t, session, "align_document", map[string]any{"document": badge}, &answer); problem != "" || !strings.HasPrefix(answer.Document.Type, "OpenBadge/2") {
		t.Errorf("a badge: %s %+v", problem, answer.Document)
	}

	var why web.MCPExplanation
	if problem := call(t, session, "explain_alignment", map[string]any{"text": course, "concept": uri}, &why); problem != "" || !why.Proposed || why.Alignment == nil || len(why.Alignment.Evidence) == 0 {
		t.Fatalf("explain: %s %+v", problem, why)
	}
	sum := 0.0
	for _, c := range why.Contributions {
		sum += c.Adds
	}
	if len(why.Contributions) == 0 || sum-why.Alignment.Score > 1e-6 || why.Alignment.Score-sum > 1e-6 {
		t.Errorf("%d contributions sum to %g, score %g", len(why.Contributions), sum, why.Alignment.Score)
	}
	why = web.MCPExplanation{}
	if problem := call(t, session, "explain_alignment", map[string]any{"text": "Bake bread at home.", "concept": uri}, &why); problem != "" || why.Proposed || why.Summary == "" || why.Release != "starter-esco@1" {
		t.Errorf("explain what is not there: %s %+v", problem, why)
	}

	var both web.CompareAnswer
	if problem := call(t, session, "compare", map[string]any{"a": map[string]any{"text": course}, "b": map[string]any{"text": "Query relational data with SQL."}, "targets": []string{"starter-esco"}}, &both); problem != "" || both.Comparison == nil || len(both.Comparison.Shared) == 0 {
		t.Errorf("compare: %s %+v", problem, both)
	}
	both = web.CompareAnswer{}
	if problem := call(t, session, "compare", map[string]any{"a": map[string]any{"text": course}, "occupation": starter + "occupation/data-analyst"}, &both); problem != "" || both.Gap == nil {
		t.Errorf("gap: %s %+v", problem, both)
	}

	var gap web.MCPComparison // an occupation that asks for more than can be read
	if problem := call(t, session, "compare", map[string]any{"a": map[string]any{"text": course}, "occupation": "starter-onet:99-1001.00"}, &gap); problem != "" || gap.Gap == nil || len(gap.Gap.Requirements) == 0 || len(gap.Gap.Requirements) > 60 || gap.OmittedRequirements > 0 && len(gap.Gap.Requirements) < 60 {
		t.Errorf("a long gap: %s %+v", problem, gap)
	}

	var there web.TranslateAnswer
	if problem := call(t, session, "translate", map[string]any{"concepts": []string{"urn:guild:7"}, "to": "starter-esco"}, &there); problem != "" || len(there.Concepts) != 1 || len(there.Concepts[0].Translations) != 1 || string(there.Concepts[0].Translations[0].URI) != uri {
		t.Errorf("translate: %s %+v", problem, there)
	}

	for _, test := range []struct {
		tool string
		args map[string]any
		says string
	}{
		{"search_concepts", map[string]any{"query": " "}, "give words"},
		{"search_concepts", map[string]any{"query": "a", "limit": 500}, "1 to 50"},
		{"search_concepts", map[string]any{"query": "a", "kinds": []string{"nonsense"}}, "skill"},
		{"search_concepts", map[string]any{}, "query"},
		{"search_concepts", map[string]any{"query": "a", "nonsense": 1}, "nonsense"},
		{"get_concept", map[string]any{"concept": "nothing"}, "nothing"},
		{"get_concept", map[string]any{"concept": uri, "scheme": "none"}, "none"},
		{"align_document", map[string]any{}, "give the document"},
		{"align_document", map[string]any{"text": "a", "document": badge}, "one of them"},
		{"align_document", map[string]any{"text": "a", "targets": []string{"none"}}, "none"},
		{"align_document", map[string]any{"text": "a", "max": 1000}, "max"},
		{"explain_alignment", map[string]any{"text": course, "concept": "nothing"}, "nothing"},
		{"compare", map[string]any{"a": map[string]any{"text": course}}, "occupation"},
		{"translate", map[string]any{"concepts": []string{}, "to": "starter-esco"}, "1 to 50"},
		{"translate", map[string]any{"concepts": []string{"urn:nothing"}, "to": "starter-esco"}, "urn:nothing"},
		{"translate", map[string]any{"concepts": []string{sql}, "to": "none"}, "none"},
		{"write_decision", nil, "write_decision"},
	} {
		if problem := call(t, session, test.tool, test.args, nil); !strings.Contains(problem, test.says) {
			t.Errorf("%s %v: %q does not say %q", test.tool, test.args, problem, test.says)
		}
	}
}

// TestMCPDoor: the door of /mcp is guarded as every other.
func TestMCPDoor(t *testing.T) {
	const list, accept, media = `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`, "Accept: application/json, text/event-stream", "Content-Type: application/json"
	s := newSite(t, func(c *web.Config) { c.Limits.Body = 2000 })
	for _, test := range []struct {
		name, method, body string
		header             []string
		status             int
	}{
		{"a request alone", "POST", list, []string{accept, media}, 200},
		{"another site's page", "POST", list, []string{accept, media, "Origin: https://evil.example", "Sec-Fetch-Site: cross-site"}, 403},
		{"another name for this machine", "POST", list, []string{accept, media, "Host: evil.example"}, 421},
		{"no session to listen to", "GET", "", []string{accept}, 405},
		{"no session to end", "DELETE", "", []string{accept}, 405},
		{"too large", "POST", strings.Repeat(" ", 3000) + list, []string{accept, media}, 413},
		{"not the protocol", "POST", "hello", []string{accept, media}, 400},
	} {
		if got := s.ask(test.method, "/mcp", test.body, test.header...); got.status != test.status || got.header.Get("Mcp-Session-Id") != "" {
			t.Errorf("%s: %d %v %s", test.name, got.status, got.header, got.body)
		}
	}
	locked := newSite(t, func(c *web.Config) { c.Access = web.Access{Beyond: true, RequireKey: true} })
	for key, status := range map[string]int{"X: y": 401, locked.key(nil, web.ScopeReview): 403, locked.key(nil, web.ScopeAlign): 200} {
		if got := locked.ask("POST", "/mcp", list, accept, media, key); got.status != status {
			t.Errorf("%s: %d %s", key, got.status, got.body)
		}
	}
}

// TestMCPMany: sessions leave nothing behind, and many may ask at once.
func TestMCPMany(t *testing.T) {
	s := newSite(t, nil)
	ended := make(chan string)
	for range 8 {
		go func() {
			session, err := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil).Connect(t.Context(), &mcp.StreamableClientTransport{Endpoint: s.url + "/mcp", HTTPClient: http.DefaultClient}, nil)
			if err != nil {
				ended <- err.Error()
				return
			}
			defer session.Close()
			res, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: "align_document", Arguments: map[string]any{"text": course}})
			if err != nil || res.IsError {
				ended <- "failed"
				return
			}
			ended <- ""
		}()
	}
	for range 8 {
		if problem := <-ended; problem != "" {
			t.Error(problem)
		}
	}
}

func TestMCPCut(t *testing.T) {
	for n, want := range map[int][2]int{0: {0, 0}, 60: {60, 0}, 437: {60, 377}} {
		if kept, omitted := web.Cut(make([]int, n)); kept != want[0] || omitted != want[1] {
			t.Errorf("%d: %d kept, %d omitted", n, kept, omitted)
		}
	}
}
