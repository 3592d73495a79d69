package web_test

import (
	"testing"

	"concord/web"
)

// jobCases are the requests to jobs and webhooks, which have ids that the
// server gives.
func jobCases(t *testing.T, s *site) []apiCase {
	t.Helper()
	const lines = "Content-Type: application/x-ndjson"
	done := s.wait(s.upload("?name=a.ndjson", "{\"text\":\"Query relational data\"}\n", lines).ID).ID
	var hook struct{ ID string }
	s.ask("POST", "/v1/webhooks", `{"url":"https://93.184.215.14/hook","events":["job.done"]}`, "Content-Type: application/json").into(t, &hook)
	if hook.ID == "" {
		t.Fatal("no webhook was made")
	}
	read := s.key(nil, web.ScopeRead)
	return []apiCase{
		{op: "align-batch", request: "POST /v1/align/batch?targets=starter-esco", body: "{\"text\":\"Query relational data\"}\n", header: []string{lines}, status: 200},
		{op: "align-batch", request: "POST /v1/align/batch?targets=none", body: "{\"text\":\"a\"}\n", header: []string{lines}, status: 404, code: "not-found"},
		{op: "create-job", request: "POST /v1/jobs", body: "{\"text\":\"a\"}\n", header: []string{lines}, status: 201},
		{op: "create-job", request: "POST /v1/jobs?targets=none", body: "{\"text\":\"a\"}\n", header: []string{lines}, status: 404, code: "not-found"},
		{op: "list-jobs", request: "GET /v1/jobs", status: 200},
		{op: "list-jobs", request: "GET /v1/jobs", header: []string{read}, status: 403, code: "scope"},
		{op: "job", request: "GET /v1/jobs/" + done, status: 200},
		{op: "job", request: "GET /v1/jobs/none", status: 404, code: "not-found"},
		{op: "job-events", request: "GET /v1/jobs/" + done + "/events", status: 200},
		{op: "job-events", request: "GET /v1/jobs/none/events", status: 404, code: "not-found"},
		{op: "job-result", request: "GET /v1/jobs/" + done + "/result", status: 200},
		{op: "job-result", request: "GET /v1/jobs/none/result", status: 404, code: "not-found"},
		{op: "delete-job", request: "DELETE /v1/jobs/" + done, status: 204},
		{op: "delete-job", request: "DELETE /v1/jobs/none", status: 404, code: "not-found"},
		{op: "create-webhook", request: "POST /v1/webhooks", body: `{"url":"https://93.184.215.14/hook","events":["job.done"]}`, status: 201},
		{op: "create-webhook", request: "POST /v1/webhooks", body: `{"url":"http://127.0.0.1/hook","events":["job.done"]}`, status: 422, code: "invalid"},
		{op: "list-webhooks", request: "GET /v1/webhooks", status: 200},
		{op: "list-webhooks", request: "GET /v1/webhooks", header: []string{read}, status: 403, code: "scope"},
		{op: "delete-webhook", request: "DELETE /v1/webhooks/" + hook.ID, status: 204},
		{op: "delete-webhook", request: "DELETE /v1/webhooks/none", status: 404, code: "not-found"},
	}
}
