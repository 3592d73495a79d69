package web_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"concord/web"
)

// apiCases ask every operation for something it does and something it refuses.
func apiCases(t *testing.T) []apiCase {
	const form = "Content-Type: application/x-www-form-urlencoded"
	uri := url.QueryEscape(sql)
	sent := web.ApplyRequest{SentDocument: web.SentDocument{Document: json.RawMessage(badge), Name: "badge.json"}, Accept: []string{sql + "=exactMatch"}, Reviewer: "Ada"}
	apply := request(t, sent)
	sent.Accept = []string{"urn:nothing"}
	nothing := request(t, sent)
	var compact bytes.Buffer // as it stands in the request
	if err := json.Compact(&compact, []byte(badge)); err != nil {
		t.Fatal(err)
	}
	digest := fmt.Sprintf("sha256:%x", sha256.Sum256(compact.Bytes()))
	return []apiCase{
		{op: "health", request: "GET /healthz", status: 200},
		{op: "health", request: "GET /healthz?x=1", status: 422, code: "invalid"},
		{op: "ready", request: "GET /readyz", status: 200},
		{op: "ready", request: "GET /readyz?x=1", status: 422, code: "invalid"},

		{op: "list-schemes", request: "GET /v1/schemes", status: 200},
		{op: "list-schemes", request: "GET /v1/schemes", header: []string{"Authorization: Bearer concord_000000000000_AAAA"}, status: 401, code: "key-invalid"},
		{op: "list-releases", request: "GET /v1/schemes/starter-esco/releases", status: 200},
		{op: "list-releases", request: "GET /v1/schemes/none/releases", status: 404, code: "not-found"},
		{op: "list-concepts", request: "GET /v1/concepts?scheme=starter-esco&limit=3&kinds=skill,knowledge&lang=en", status: 200},
		{op: "list-concepts", request: "GET /v1/concepts?scheme=starter-onet@1", status: 200},
		{op: "list-concepts", request: "GET /v1/concepts?scheme=none", status: 404, code: "not-found"},
		{op: "list-concepts", request: "GET /v1/concepts?scheme=starter-esco&limit=0", status: 422, code: "invalid", forbidden: true},
		{op: "list-concepts", request: "GET /v1/concepts", status: 422, code: "invalid", forbidden: true},
		{op: "get-concept", request: "GET /v1/concept?uri=" + uri, status: 200},
		{op: "get-concept", request: "GET /v1/concept?uri=" + uri + "&scheme=starter-esco&lang=fr", header: []string{"Accept: text/turtle"}, status: 200},
		{op: "get-concept", request: "GET /v1/concept?uri=" + uri, header: []string{"Accept: application/ld+json"}, status: 200},
		{op: "get-concept", request: "GET /v1/concept?uri=" + uri, header: []string{"Accept: image/png"}, status: 406, code: "not-acceptable"},
		{op: "get-concept", request: "GET /v1/concept?uri=none", status: 404, code: "not-found"},
		{op: "hierarchy", request: "GET /v1/hierarchy?scheme=starter-esco", status: 200},
		{op: "hierarchy", request: "GET /v1/hierarchy?scheme=starter-onet", status: 200},
		{op: "hierarchy", request: "GET /v1/hierarchy?scheme=starter-skills", status: 200},
		{op: "hierarchy", request: "GET /v1/hierarchy?scheme=starter-esco&uri=" + uri, status: 200},
		{op: "hierarchy", request: "GET /v1/hierarchy?scheme=starter-esco&uri=none", status: 404, code: "not-found"},
		{op: "diff", request: "GET /v1/diff?from=starter-esco@1&to=starter-esco@1", status: 200},
		{op: "diff", request: "GET /v1/diff?from=starter-esco@1&to=starter-esco@2", status: 404, code: "not-found"},

		{op: "search", request: "GET /v1/search?q=data&facets=true&size=3&from=1", status: 200},
		{op: "search", request: "GET /v1/search?q=zzzzzz&schemes=starter-esco@1&kinds=skill&langs=en", status: 200},
		{op: "search", request: "GET /v1/search", status: 200},
		{op: "search", request: "GET /v1/search?q=a&size=1000", status: 422, code: "invalid", forbidden: true},
		{op: "search", request: "GET /v1/search?q=a&schemes=none", status: 404, code: "not-found"},
		{op: "suggest", request: "GET /v1/suggest?prefix=que", status: 200},
		{op: "suggest", request: "GET /v1/suggest?prefix=zzzz", status: 200},
		{op: "suggest", request: "GET /v1/suggest", status: 422, code: "invalid", forbidden: true},

		{op: "list-mapping-sets", request: "GET /v1/mapping-sets", status: 200},
		{op: "list-mapping-sets", request: "GET /v1/mapping-sets?x=1", status: 422, code: "invalid"},
		{op: "get-mapping-set", request: "GET /v1/mapping-sets/urn%3Aexample%3Aset", status: 200},
		{op: "get-mapping-set", request: "GET /v1/mapping-sets/none", status: 404, code: "not-found"},
		{op: "list-mappings", request: "GET /v1/mappings?uri=" + uri, status: 200},
		{op: "list-mappings", request: "GET /v1/mappings?uri=none", status: 200},
		{op: "list-mappings", request: "GET /v1/mappings?set=urn:example:set&status=proposed&limit=1", status: 200},
		{op: "list-mappings", request: "GET /v1/mappings?set=a&uri=b", status: 422, code: "invalid"},
		{op: "list-mappings", request: "GET /v1/mappings?set=a&status=good", status: 422, code: "invalid", forbidden: true},
		{op: "list-mappings", request: "GET /v1/mappings?set=a&cursor=x", status: 422, code: "bad-cursor"},
		{op: "translate", request: "POST /v1/translate", body: `{"concepts":["urn:guild:7","` + sql + `"],"to":"starter-onet"}`, status: 200},
		{op: "translate", request: "POST /v1/translate", body: `{"document":{"text":"` + course + `"},"to":"starter-esco"}`, status: 200},
		{op: "translate", request: "POST /v1/translate", body: `{"concepts":["urn:nothing"],"to":"starter-esco"}`, status: 404, code: "not-found"},
		{op: "translate", request: "POST /v1/translate", body: `{"concepts":[],"to":""}`, status: 422, code: "invalid", forbidden: true},

		{op: "align", request: "POST /v1/align?explain=true&targets=starter-esco,starter-onet&max=5", body: course, header: []string{"Content-Type: text/plain"}, status: 200},
		{op: "align", request: "POST /v1/align?minProbability=0.99", body: "Nothing of the kind.", header: []string{"Content-Type: text/plain"}, status: 200},
		{op: "align", request: "POST /v1/align", body: badge, header: []string{"Content-Type: application/ld+json"}, status: 200},
		{op: "align", request: "POST /v1/align", body: `{"text":"` + course + `"}`, status: 200},
		{op: "align", request: "POST /v1/align?targets=none", body: course, header: []string{"Content-Type: text/plain"}, status: 404, code: "not-found"},
		{op: "align", request: "POST /v1/align?max=0", body: course, header: []string{"Content-Type: text/plain"}, status: 422, code: "invalid", forbidden: true},
		{op: "align", request: "POST /v1/align", body: `{"a":`, status: 422, code: "invalid-document", forbidden: true},
		{op: "apply", request: "POST /v1/apply", body: apply, status: 200},
		{op: "apply", request: "POST /v1/apply", body: strings.Replace(apply, `"accept":["`+sql+`=exactMatch"]`, `"minProbability":0.3`, 1), status: 200},
		{op: "apply", request: "POST /v1/apply", body: nothing, status: 404, code: "not-found"},
		{op: "apply", request: "POST /v1/apply", body: `{"minProbability":2}`, status: 422, code: "invalid", forbidden: true},
		{op: "apply", request: "POST /v1/apply", body: `{`, status: 400, code: "bad-request", forbidden: true},
		{op: "get-receipt", request: "GET /v1/receipts/" + digest, status: 200},
		{op: "get-receipt", request: "GET /v1/receipts/sha256:" + strings.Repeat("0", 64), status: 404, code: "not-found"},
		{op: "get-receipt", request: "GET /v1/receipts/x", status: 422, code: "invalid", forbidden: true},
		{op: "compare", request: "POST /v1/compare", body: `{"a":{"text":"` + course + `"},"b":{"text":"Query relational data."},"targets":["starter-esco"]}`, status: 200},
		{op: "compare", request: "POST /v1/compare", body: `{"a":{"text":"` + course + `"},"occupation":"https://concord.example/starter/esco-layout/occupation/data-analyst"}`, status: 200},
		{op: "compare", request: "POST /v1/compare", body: `{"a":{"text":"` + course + `"}}`, status: 422, code: "invalid"},
		{op: "profile", request: "POST /v1/profile", body: `{"documents":[{"text":"` + course + `"}],"scheme":"starter-esco"}`, status: 200},
		{op: "profile", request: "POST /v1/profile", body: `{"documents":[{"text":"Nothing."}],"scheme":"starter-esco"}`, status: 200},
		{op: "profile", request: "POST /v1/profile", body: `{"documents":[],"scheme":"starter-esco"}`, status: 422, code: "invalid", forbidden: true},

		{op: "decide", request: "POST /v1/decisions", body: `{"decisions":[{"subject":"sha256:00","object":"` + sql + `","predicate":"skos:closeMatch","verdict":"accept","reviewer":"Ada"}]}`, status: 201},
		{op: "decide", request: "POST /v1/decisions", body: `{"decisions":[{"subject":"a","object":"b","verdict":"maybe","reviewer":"Ada"}]}`, status: 422, code: "invalid", forbidden: true},
		{op: "decide", request: "POST /v1/decisions", body: `{"decisions":[{"subject":"a","object":"b","verdict":"accept"}]}`, status: 422, code: "no-reviewer"},
		{op: "list-decisions", request: "GET /v1/decisions?reviewer=Ada&standing=true", status: 200},
		{op: "list-decisions", request: "GET /v1/decisions?cursor=x", status: 422, code: "bad-cursor"},

		{op: "reconcile-manifest", request: "GET /reconcile/starter-esco", status: 200},
		{op: "reconcile-manifest", request: "GET /reconcile/starter-esco?version=1.0-draft", status: 200},
		{op: "reconcile-manifest", request: "GET /reconcile/starter-esco?queries=" + url.QueryEscape(`{"a":{"query":"data","limit":2}}`), status: 200},
		{op: "reconcile-manifest", request: "GET /reconcile/none", status: 404, code: "no-such-scheme"},
		{op: "reconcile", request: "POST /reconcile/starter-esco", body: "queries=" + url.QueryEscape(`{"a":{"query":"data","limit":2}}`), header: []string{form}, status: 200},
		{op: "reconcile", request: "POST /reconcile/starter-esco", body: "extend=" + url.QueryEscape(`{"ids":["`+sql+`"],"properties":[{"id":"prefLabel"}]}`), header: []string{form}, status: 200},
		{op: "reconcile", request: "POST /reconcile/none", body: "queries=%7B%7D", header: []string{form}, status: 404, code: "no-such-scheme"},
		{op: "reconcile-1", request: "POST /reconcile/starter-esco/reconcile", body: `{"queries":[{"conditions":[{"matchType":"name","propertyValue":"query data"}]}]}`, status: 200},
		{op: "reconcile-1", request: "POST /reconcile/starter-esco/reconcile", body: `{"queries":[]}`, header: []string{form}, status: 415, code: "unsupported-type", forbidden: true},
		{op: "reconcile-extend-1", request: "POST /reconcile/starter-esco/extend", body: `{"ids":["` + sql + `"],"properties":[{"id":"prefLabel"}]}`, status: 200},
		{op: "reconcile-extend-1", request: "POST /reconcile/none/extend", body: `{"ids":["` + sql + `"],"properties":[{"id":"prefLabel"}]}`, status: 404, code: "no-such-scheme"},
		{op: "reconcile-propose", request: "GET /reconcile/starter-esco/extend/propose?limit=3", status: 200},
		{op: "reconcile-propose", request: "GET /reconcile/none/extend/propose", status: 404, code: "no-such-scheme"},
		{op: "reconcile-suggest", request: "GET /reconcile/starter-esco/suggest/entity?prefix=que", status: 200},
		{op: "reconcile-suggest", request: "GET /reconcile/starter-esco/suggest/property?prefix=", status: 200},
		{op: "reconcile-suggest", request: "GET /reconcile/none/suggest/entity?prefix=que", status: 404, code: "no-such-scheme"},
		{op: "reconcile-flyout", request: "GET /reconcile/starter-esco/flyout/entity?id=" + uri, status: 200},
		{op: "reconcile-flyout", request: "GET /reconcile/starter-esco/flyout/entity?id=none", status: 404, code: "not-found"},
		{op: "reconcile-preview", request: "GET /reconcile/starter-esco/preview?id=" + uri, status: 200},
		{op: "reconcile-preview", request: "GET /reconcile/starter-esco/preview?id=none", status: 404, code: "not-found"},
		{op: "mcp", request: "POST /mcp", body: `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`, header: []string{"Accept: application/json, text/event-stream"}, status: 200},
		{op: "mcp", request: "POST /mcp", body: `[`, header: []string{"Accept: application/json, text/event-stream"}, status: 400, forbidden: true},
	}
}
