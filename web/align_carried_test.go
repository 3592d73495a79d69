package web_test

import (
	"encoding/base64"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"

	"concord/alignment/credential"
)

var (
	rowInput  = regexp.MustCompile(`<input type="(hidden|radio|checkbox)"[^>]* ?name="([udopr]\.\d+)" value="([^"]*)"( checked)?`)
	rowChosen = regexp.MustCompile(`<input type="radio" name="(d\.\d+)" value="(accept|reject|unsure)" checked`)
)

// whyWords is what spoke for a concept or against it: words and a number.
var whyWords = regexp.MustCompile(`[(]−[)][^<:]*: [^<:;]{8,80} [+][0-9]+[.][0-9]; [^<:;]{8,80} [+-][0-9]+[.][0-9]`)

// sends are the fields that a browser would send of an align page's rows.
func sends(body string) (fields []string) {
	for _, m := range rowInput.FindAllStringSubmatch(body, -1) {
		if m[1] == "hidden" || m[4] != "" {
			fields = append(fields, m[2], html.UnescapeString(m[3]))
		}
	}
	return fields
}

// TestAlignFrameworks: what was decided, and what was looked up, stays when the
// framework is changed, there and back, when the changes are looked at, and in
// the file.
func TestAlignFrameworks(t *testing.T) {
	s := newSite(t, nil)
	first := s.form("/align", "text", badge, "target", "starter-esco@1")
	if first.status != 200 {
		t.Fatalf("%d %s", first.status, first.body)
	}
	const looked = "https://concord.example/starter/esco-layout/occupation/data-analyst"
	fixed := []string{"sent", base64.StdEncoding.EncodeToString([]byte(badge)), "name", "badge.json"}
	rows := sends(first.body)
	decided := slices.Concat(fixed, rows, []string{"d.1", "accept", "d.2", "accept", "d.3", "reject", "r.3", "not taught", "d.4", "unsure", "add", looked, "target", "starter-onet@1"})
	there := s.form("/align", decided...)
	if there.status != 200 {
		t.Fatalf("%d %s", there.status, there.body)
	}
	for _, want := range []string{`value="accept" checked> Accepted before: <b>data analyst</b>`, `value="` + looked + `"`, `value="not taught"`} {
		if !strings.Contains(there.body, want) {
			t.Errorf("no %s in the other framework", want)
		}
	}
	if n := strings.Count(there.body, "Accepted before: "); n != 3 {
		t.Errorf("%d carried as accepted, want 3", n)
	}
	kept := slices.Concat(fixed, sends(there.body))
	back := s.form("/align", append(kept, "target", "starter-esco@1")...)
	if now := rowChosen.FindAllStringSubmatch(back.body, -1); len(now) != 4 {
		t.Errorf("%d verdicts after there and back, want 4: %v", len(now), now)
	}
	if !strings.Contains(back.body, `value="`+looked+`"`) || !strings.Contains(back.body, `value="not taught"`) {
		t.Error("what was looked up, or the reason, is lost on the way back")
	}
	for _, target := range []string{"", "starter-onet@1", "starter-esco@1"} {
		if got := s.form("/align", slices.Concat(kept, []string{"target", target, "what", "preview"})...); got.status != 200 || !strings.Contains(got.body, `value="`+looked+`"`) {
			t.Errorf("%q: what will change: %d", target, got.status)
		}
		got := s.form("/align/download", slices.Concat(kept, []string{"target", target, "what", "document"})...)
		doc, err := credential.Read("badge.json", []byte(got.body), credential.Options{})
		if got.status != 200 || err != nil || len(doc.Stated) != 3 {
			t.Fatalf("%q: %d %v %s", target, got.status, err, got.body)
		}
	}
}

// TestAlignWhy: why a concept is proposed is said in words, in both languages.
func TestAlignWhy(t *testing.T) {
	s := newSite(t, nil)
	for _, lang := range []string{"en", "de"} {
		for _, sample := range []string{"data-explorer.ob3.json", "arc-welding.course-page.html", "heat-pump-technician.ob3.json", "machine-learning.course.txt"} {
			got := s.ask("GET", "/align?sample="+sample, "", "Accept: text/html", "Accept-Language: "+lang)
			if got.status != 200 || strings.Contains(got.body, "feature.") {
				at := max(0, strings.Index(got.body, "feature."))
				t.Errorf("%s in %s: %d, has no words for %.40s", sample, lang, got.status, got.body[at:])
			}
			if !whyWords.MatchString(html.UnescapeString(got.body)) {
				t.Errorf("%s in %s says nothing of what spoke for it", sample, lang)
			}
		}
	}
}
