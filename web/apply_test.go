package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"concord/web"
)

const badge = `{
  "@context": "https://w3id.org/openbadges/v2",
  "type": "BadgeClass",
  "id": "https://example.org/badges/1",
  "name": "Reporting with SQL",
  "description": "Query relational data with SQL, clean up datasets and build reporting dashboards.",
  "criteria": {"narrative": "Write ten queries."},
  "issuer": "https://example.org/issuer",
  "image": "https://example.org/badge.png"
}`

const sql = "https://concord.example/starter/esco-layout/skill/query-relational-data"

func request(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestApply(t *testing.T) {
	s := newSite(t, nil)
	sent := web.ApplyRequest{SentDocument: web.SentDocument{Document: json.RawMessage(badge), Name: "badge.json"}, Accept: []string{sql + "=exactMatch"}, Reviewer: "Ada"}
	got := s.ask("POST", "/v1/apply", request(t, sent), "Content-Type: application/json")
	var a web.ApplyAnswer
	got.into(t, &a)
	if got.status != 200 || len(a.Added) != 1 || len(a.Patch) == 0 || !strings.Contains(string(a.Document), sql) || a.Receipt.Reviewer != "Ada" {
		t.Fatalf("%d %s", got.status, got.body)
	}
	// A second time nothing is left to do.
	sent.Document = a.Document
	var again web.ApplyAnswer
	s.ask("POST", "/v1/apply", request(t, sent), "Content-Type: application/json").into(t, &again)
	if len(again.Added) != 0 || len(again.Present) != 1 || len(again.Patch) != 0 {
		t.Errorf("again: %+v", again)
	}
	receipt := s.ask("GET", "/v1/receipts/"+a.Receipt.Document.Digest, "")
	if receipt.status != 200 || !strings.Contains(receipt.body, a.Receipt.ID) {
		t.Errorf("the receipt: %d %s", receipt.status, receipt.body)
	}
	for name, change := range map[string]struct {
		do     func(*web.ApplyRequest)
		status int
		code   string
	}{
		"nothing accepted": {func(r *web.ApplyRequest) { r.Accept = nil }, 422, "nothing-accepted"},
		"no document":      {func(r *web.ApplyRequest) { r.SentDocument = web.SentDocument{} }, 422, "no-document"},
		"unknown concept":  {func(r *web.ApplyRequest) { r.Accept = []string{"x:none"} }, 404, "not-found"},
		"unknown profile":  {func(r *web.ApplyRequest) { r.Profile = "ob9" }, 422, ""},
		"unknown target":   {func(r *web.ApplyRequest) { r.Targets = []string{"none"} }, 404, "not-found"},
		"no time":          {func(r *web.ApplyRequest) { r.At = "yesterday" }, 422, ""},
	} {
		bad := sent
		change.do(&bad)
		if got := s.ask("POST", "/v1/apply", request(t, bad), "Content-Type: application/json"); got.status != change.status || change.code != "" && got.code() != change.code {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	if got := s.ask("GET", "/v1/receipts/sha256:"+strings.Repeat("0", 64), ""); got.status != http.StatusNotFound {
		t.Errorf("no receipt: %d", got.status)
	}
}

func TestCompareAndProfile(t *testing.T) {
	s := newSite(t, nil)
	text := func(s string) web.SentDocument { return web.SentDocument{Text: s, Name: "a.txt"} }
	other := text("Clean up datasets and query relational data.")
	var c web.CompareAnswer
	got := s.ask("POST", "/v1/compare", request(t, web.CompareRequest{A: text(course), B: &other, Targets: []string{"starter-esco"}}), "Content-Type: application/json")
	got.into(t, &c)
	if got.status != 200 || c.Comparison == nil || len(c.Comparison.Shared) == 0 {
		t.Errorf("compare: %d %s", got.status, got.body)
	}
	got = s.ask("POST", "/v1/compare", request(t, web.CompareRequest{A: text(course), Occupation: "https://concord.example/starter/esco-layout/occupation/data-analyst"}), "Content-Type: application/json")
	got.into(t, &c)
	if got.status != 200 || c.Gap == nil || len(c.Gap.Requirements) == 0 {
		t.Errorf("gap: %d %s", got.status, got.body)
	}
	if got := s.ask("POST", "/v1/compare", request(t, web.CompareRequest{A: text(course)}), "Content-Type: application/json"); got.status != 422 {
		t.Errorf("beside nothing: %d", got.status)
	}
	got = s.ask("POST", "/v1/profile", request(t, web.ProfileRequest{Documents: []web.SentDocument{text(course), other, other}, Scheme: "starter-esco"}), "Content-Type: application/json")
	if got.status != 200 || !strings.Contains(got.body, "query relational data") || got.header.Get("Concord-Releases") != "starter-esco@1" {
		t.Errorf("profile: %d %s", got.status, got.body)
	}
}
