package web_test

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"mime/multipart"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"concord/alignment/credential"
	"concord/taxonomy"
)

// form posts fields to a page and returns what it answers.
func (s *site) form(path string, fields ...string) answered {
	s.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(fields); i += 2 {
		if err := w.WriteField(fields[i], fields[i+1]); err != nil {
			s.t.Fatal(err)
		}
	}
	w.Close()
	return s.ask("POST", path, b.String(), "Content-Type: "+w.FormDataContentType(), "Accept: text/html")
}

var hidden = regexp.MustCompile(`name="(u\.\d+|o\.\d+)" value="([^"]*)"`)

// TestAlignPage goes the way of a person without JavaScript: give a badge,
// accept three, reject one, see what changes, download.
func TestAlignPage(t *testing.T) {
	s := newSite(t, nil)
	page := s.form("/align", "text", badge, "target", "starter-esco@1")
	if page.status != 200 || !strings.Contains(page.body, "<mark ") || !strings.Contains(page.body, "Reporting with SQL") {
		t.Fatalf("%d %s", page.status, page.body)
	}
	fields := []string{"sent", base64.StdEncoding.EncodeToString([]byte(badge)), "name", "badge.json", "target", "starter-esco@1", "reviewer", "Ada", "keep", "1"}
	n := 0
	for _, m := range hidden.FindAllStringSubmatch(page.body, -1) {
		fields = append(fields, m[1], html.UnescapeString(m[2]))
		if strings.HasPrefix(m[1], "u.") {
			n++
			verdict := "accept"
			if n == 4 {
				verdict = "reject"
				fields = append(fields, fmt.Sprintf("r.%d", n), "not taught")
			}
			if n <= 4 {
				fields = append(fields, fmt.Sprintf("d.%d", n), verdict, fmt.Sprintf("p.%d", n), "skos:closeMatch")
			}
		}
	}
	if n < 4 {
		t.Fatalf("only %d proposals", n)
	}
	if got := s.form("/align", append(fields, "what", "preview")...); got.status != 200 || !strings.Contains(got.body, "<ins>") || strings.Contains(got.body, "<del>+") {
		t.Errorf("what will change: %d %s", got.status, got.body)
	}
	got := s.form("/align/download", append(fields, "what", "document")...)
	if got.status != 200 || !strings.HasPrefix(got.header.Get("Content-Disposition"), `attachment; filename="badge.aligned`) {
		t.Fatalf("the document: %d %v %s", got.status, got.header, got.body)
	}
	doc, err := credential.Read("badge.json", []byte(got.body), credential.Options{})
	if err != nil || len(doc.Stated) != 3 || !strings.Contains(got.body, "Write ten queries.") {
		t.Errorf("downloaded: %v, %d stated: %s", err, len(doc.Stated), got.body)
	}
	if got := s.form("/align/download", append(fields, "what", "patch")...); got.status != 200 || !json.Valid([]byte(got.body)) {
		t.Errorf("the patch: %d %s", got.status, got.body)
	}
	if got := s.form("/align/download", append(fields, "what", "receipt")...); got.status != 200 || !strings.Contains(got.body, `"reviewer": "Ada"`) {
		t.Errorf("the receipt: %d %s", got.status, got.body)
	}
	table := s.form("/align/download", append(fields, "what", "csv")...)
	if rows, err := csv.NewReader(strings.NewReader(table.body)).ReadAll(); err != nil || len(rows) != 5 || rows[4][3] != "not taught" {
		t.Errorf("the decisions: %v %s", err, table.body)
	}
	decided := 0
	for d, err := range s.store.Decisions(t.Context(), taxonomy.DecisionFilter{Subject: taxonomy.URI(docDigest(t, badge)), Standing: true}) {
		if err != nil || d.Reviewer != "Ada" || d.ObjectMeaning == "" {
			t.Errorf("%+v, %v", d, err)
		}
		decided++
	}
	if decided != 4 {
		t.Errorf("%d decisions stand, want 4", decided)
	}
	drafted := s.form("/align/download", append(fields, "what", "drafts", "draft", "Fold napkins\ninto swans", "draft", "Sing")...)
	if drafted.status != 200 || !strings.Contains(drafted.body, "Fold napkins into swans") {
		t.Errorf("drafts: %d %s", drafted.status, drafted.body)
	}
	for name, bad := range map[string][]string{
		"nothing given":    {"text", "  "},
		"nothing accepted": {"sent", base64.StdEncoding.EncodeToString([]byte(badge)), "what", "document"},
		"broken":           {"sent", "%%%"},
		"cut off":          {"text", `{"name": `},
	} {
		path := "/align"
		if name == "nothing accepted" {
			path = "/align/download"
		}
		if got := s.form(path, bad...); got.status < 400 || got.status >= 500 || !strings.Contains(got.body, "<h1>") {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	if got := s.ask("GET", "/align.json?sample=data-explorer.ob3.json", ""); got.status != 200 || !json.Valid([]byte(got.body)) {
		t.Errorf("the twin: %d %s", got.status, got.body)
	}
}

func docDigest(t *testing.T, text string) string {
	t.Helper()
	doc, err := credential.Read("x.json", []byte(text), credential.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return doc.Digest
}

// TestAlignLanguage: labels are shown in the language chosen, and what was
// decided stays.
func TestAlignLanguage(t *testing.T) {
	s := newSite(t, nil)
	fields := []string{"text", badge, "target", "starter-esco@1"}
	plain := s.form("/align", fields...)
	if plain.status != 200 || !strings.Contains(plain.body, `<select id="lang" name="lang">`) || !strings.Contains(plain.body, ">query relational data</a>") {
		t.Fatalf("%d", plain.status)
	}
	var french string
	uri, err := url.QueryUnescape(sql)
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.store.Concept(t.Context(), taxonomy.Ref{Scheme: "starter-esco", Version: "1"}, taxonomy.URI(uri))
	if err != nil {
		t.Fatal(err)
	}
	if french = c.Pref("fr").Text; french == c.Pref("en").Text {
		t.Fatalf("%s has no French label", uri)
	}
	got := s.form("/align", append(fields, "lang", "fr", "u.1", uri, "d.1", "accept", "p.1", "skos:closeMatch", "o.1", "skos:closeMatch")...)
	if got.status != 200 || !strings.Contains(html.UnescapeString(got.body), ">"+french+"</a>") || !strings.Contains(got.body, "<option selected>fr</option>") {
		t.Errorf("%d: no %q", got.status, french)
	}
	if !strings.Contains(got.body, `value="accept" checked`) {
		t.Error("what was accepted is not any more")
	}
}
