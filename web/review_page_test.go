package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"concord/alignment/kept"
	"concord/taxonomy"
)

// queueOf is what the twin of the review page says.
type queueOf struct {
	Total     int
	Documents int
	Tasks     []struct {
		Set, Subject, Object string
		Uncertain, Impact    float64
	}
	Recent []struct {
		First, Last       int64
		Count             int
		Reviewer, Verdict string
	}
}

func (s *site) queue(t *testing.T, header ...string) queueOf {
	t.Helper()
	var q queueOf
	s.ask("GET", "/review.json", "", header...).into(t, &q)
	return q
}

const form = "Content-Type: application/x-www-form-urlencoded"

// TestReviewByRule previews a rule, accepts what it takes, finds that it has
// changed when it is sent again, and takes all of it back. No script runs.
func TestReviewByRule(t *testing.T) {
	s := newFullSite(t)
	before := s.queue(t)
	if before.Total < 3 || before.Tasks[0].Uncertain*before.Tasks[0].Impact < before.Tasks[1].Uncertain*before.Tasks[1].Impact {
		t.Fatalf("the queue: %+v", before)
	}
	page := s.ask("GET", "/review/bulk?least=0.5", "")
	digest := regexp.MustCompile(`name="digest" value="([^"]+)"`).FindStringSubmatch(page.body)
	if page.status != http.StatusOK || digest == nil {
		t.Fatalf("the preview: %d", page.status)
	}
	var preview struct {
		Total int
		Tasks []struct{ Confidence float64 }
	}
	s.ask("GET", "/review/bulk.json?least=0.5", "").into(t, &preview)
	if preview.Total == 0 || preview.Total != len(preview.Tasks) {
		t.Fatalf("the preview takes %d", preview.Total)
	}
	for _, x := range preview.Tasks {
		if x.Confidence < 0.5 {
			t.Errorf("takes what is %.2f", x.Confidence)
		}
	}
	accept := url.Values{"least": {"0.5"}, "digest": {digest[1]}, "reviewer": {"Lin"}, "back": {"/review"}}
	done := s.ask("POST", "/review/accept", accept.Encode(), form)
	to, _ := url.Parse(done.header.Get("Location"))
	if done.status != http.StatusSeeOther || to.Path != "/review" || to.Query().Get("done") == "" {
		t.Fatalf("%d to %s: %.200s", done.status, to, done.body)
	}
	after := s.queue(t)
	if after.Total != before.Total-preview.Total {
		t.Errorf("%d wait, %d were accepted of %d", after.Total, preview.Total, before.Total)
	}
	step := after.Recent[0]
	if step.Count != preview.Total || step.Reviewer != "Lin" || step.Verdict != "accept" {
		t.Errorf("the last step: %+v", step)
	}
	if shown := s.ask("GET", to.RequestURI(), "", "Cookie: concord_name=Lin"); !strings.Contains(shown.body, `role="status"`) || !strings.Contains(shown.body, `action="/review/undo"`) {
		t.Error("the page does not offer to take it back")
	}
	if again := s.ask("POST", "/review/accept", accept.Encode(), form); again.status != http.StatusConflict {
		t.Errorf("a preview of what was accepted meanwhile: %d", again.status)
	}
	undo := url.Values{"first": {strconv.FormatInt(step.First, 10)}, "last": {strconv.FormatInt(step.Last, 10)}, "reviewer": {"Grace"}}
	if other := s.ask("POST", "/review/undo", undo.Encode(), form); other.status != http.StatusNotFound {
		t.Errorf("Grace takes back what Lin decided: %d", other.status)
	}
	undo.Set("reviewer", "Lin")
	if back := s.ask("POST", "/review/undo", undo.Encode(), form); back.status != http.StatusSeeOther {
		t.Errorf("taking back: %d %.200s", back.status, back.body)
	}
	if now := s.queue(t); now.Total != before.Total {
		t.Errorf("%d wait, not %d", now.Total, before.Total)
	}
	for what, status := range map[string]int{"least=2": 422, "least=x": 422, "least=NaN": 422, "least=0.9&set=urn:none": 200} {
		if got := s.ask("GET", "/review/bulk?"+what, ""); got.status != status {
			t.Errorf("%s: %d", what, got.status)
		}
	}
}

// TestReviewDocuments: what was found for a kept document waits until somebody
// decides, and is shown to nobody who may not review.
func TestReviewDocuments(t *testing.T) {
	s := newSite(t, nil)
	d, err := kept.In(s.home).Begin()
	if err != nil {
		t.Fatal(err)
	}
	answer := map[string]any{"document": map[string]any{"digest": "sha256:abcdefabcdefabcdef", "name": "A badge of dough"},
		"alignments": []map[string]any{{"uri": "https://bread.example/knead", "label": "knead dough", "kind": "skill", "predicate": "skos:closeMatch", "probability": 0.55}, {"uri": "https://bread.example/bake", "label": "bake bread", "predicate": "skos:exactMatch", "probability": 0.97}}}
	if err := d.Answer(answer); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Finish(kept.Record{File: "badge.json", Documents: 1, Kept: time.Now(), Expires: time.Now().AddDate(0, 0, 9)}, strings.NewReader("{}")); err != nil {
		t.Fatal(err)
	}
	q := s.queue(t)
	if q.Total != 2 || q.Documents != 1 || q.Tasks[0].Object != "https://bread.example/knead" {
		t.Fatalf("the queue: %+v", q)
	}
	if page := s.ask("GET", "/review", ""); !strings.Contains(page.body, "A badge of dough") {
		t.Error("the page does not name the document")
	}
	said := url.Values{"subject": {q.Tasks[0].Subject}, "object": {q.Tasks[0].Object}, "predicate": {"skos:closeMatch"}, "verdict": {"accept"}, "reviewer": {"Lin"}, "back": {"/review"}}
	if got := s.ask("POST", "/decide", said.Encode(), form); got.status != http.StatusSeeOther {
		t.Fatalf("%d %.300s", got.status, got.body)
	}
	if q := s.queue(t); q.Total != 1 {
		t.Errorf("%d wait", q.Total)
	}
	if q := s.queue(t, "X-Forwarded-For: 192.0.2.7"); q.Total != 0 {
		t.Errorf("somebody beyond this machine sees %d", q.Total)
	}
}

// TestAlignByKeysInRows decides rows of the queue and of a crosswalk by keys
// alone, in place.
func TestAlignByKeysInRows(t *testing.T) {
	s := newFullSite(t)
	b := browser(t, s.url)
	said := func() (verdicts string) {
		for d, err := range s.store.Decisions(t.Context(), taxonomy.DecisionFilter{Reviewer: "Lin"}) {
			if err != nil {
				t.Fatal(err)
			}
			verdicts += " " + string(d.Verdict)
		}
		return verdicts
	}
	all := ""
	for i, at := range []string{"/review", "/crosswalk?set=" + url.QueryEscape(starterSet)} {
		b.do(t, chromedp.Navigate(s.url+at))
		b.until(t, `document.documentElement?.classList.contains("js") && document.readyState === "complete" && !document.querySelector("meta[http-equiv=refresh]")`)
		b.press(t, "j")
		b.until(t, `document.activeElement.matches("tr[data-row]")`)
		b.press(t, "a")
		if i == 0 { // nobody has said yet who decides
			b.until(t, `document.activeElement.name === "reviewer"`)
			script[bool](t, b, `document.activeElement.value = "Lin", document.activeElement.blur(), true`)
			b.press(t, "a")
		}
		marked := `[...document.querySelectorAll(".decide output")].filter(o => o.textContent).length`
		b.until(t, marked+` === 1`)
		b.press(t, "2")
		b.press(t, "a")
		b.until(t, marked+` === 2`)
		b.press(t, "x")
		b.until(t, marked+` === 3`)
		b.press(t, "z")
		b.until(t, `document.querySelectorAll("tr.said").length === 2 && document.activeElement.querySelector("output").textContent !== ""`)
		b.press(t, "u")
		b.until(t, `document.querySelectorAll("tr.said").length === 3`)
		if all += " accept change reject supersede unsure"; said() != all {
			t.Errorf("%s: what was said is%s", at, said())
		}
		b.do(t, chromedp.Navigate("about:blank"))
	}
}
