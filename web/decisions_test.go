package web_test

import (
	"testing"

	"concord/taxonomy"
	"concord/web"
)

func TestDecide(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Access.Beyond = true })
	body := `{"decisions":[{"subject":"sha256:00","object":"` + sql + `","predicate":"skos:closeMatch","verdict":"accept","reviewer":"Somebody else"}]}`
	if got := s.ask("POST", "/v1/decisions", body, "Content-Type: application/json"); got.status != 401 {
		t.Errorf("without a key: %d %s", got.status, got.body)
	}
	key := s.key(nil, web.ScopeReview)
	got := s.ask("POST", "/v1/decisions", body, "Content-Type: application/json", key)
	if got.status != 201 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	var list struct {
		Decisions []taxonomy.Decision
		Next      string
	}
	s.ask("GET", "/v1/decisions?subject=sha256:00", "").into(t, &list)
	if len(list.Decisions) != 1 {
		t.Fatalf("%+v", list)
	}
	d := list.Decisions[0]
	if d.Reviewer != "Ada" || d.ObjectMeaning == "" || d.ObjectRelease == "" || d.SubjectMeaning != "" || d.Time.IsZero() {
		t.Errorf("recorded as %+v", d)
	}
	for name, bad := range map[string]string{
		"no such verdict":     `{"decisions":[{"subject":"a","object":"b","verdict":"maybe"}]}`,
		"change to nothing":   `{"decisions":[{"subject":"a","object":"b","verdict":"change"}]}`,
		"none":                `{"decisions":[]}`,
		"an unknown property": `{"decisions":[{"subject":"a","object":"b","verdict":"accept","x":1}]}`,
	} {
		if got := s.ask("POST", "/v1/decisions", bad, "Content-Type: application/json", key); got.status != 422 {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	// One that cannot be recorded takes the others with it.
	both := `{"decisions":[{"subject":"a","object":"b","verdict":"accept"},{"subject":"a","object":"b","verdict":"supersede","supersedes":99}]}`
	if got := s.ask("POST", "/v1/decisions", both, "Content-Type: application/json", key); got.status != 404 {
		t.Errorf("taking back what is not there: %d %s", got.status, got.body)
	}
	list.Decisions = nil
	s.ask("GET", "/v1/decisions", "").into(t, &list)
	if len(list.Decisions) != 1 {
		t.Errorf("%d decisions after a refused request, want 1", len(list.Decisions))
	}
}
