package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"concord/web"
)

// TestKeepProfile: nothing is stored before it is asked for; what is kept is
// read by its address, holds no document, and goes when it is deleted or old.
func TestKeepProfile(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	s := newSite(t, func(c *web.Config) { c.Now = func() time.Time { return now } })
	records := func() (n int) {
		for _, err := range s.store.Records(t.Context(), "profile") {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		return n
	}
	fields := []string{"text", "Query relational data with SQL. My secret diary.", "scheme", "starter-esco@1", "occupation", "data analyst"}
	if page := s.form("/profile", fields...); page.status != 200 || !strings.Contains(page.body, `formaction="/profile/keep"`) || records() != 0 {
		t.Fatalf("%d, %d records", page.status, records())
	}
	kept := s.form("/profile/keep", fields...)
	at := kept.header.Get("Location")
	if kept.status != 303 || !strings.HasPrefix(at, "/profile/kept/") || records() != 1 {
		t.Fatalf("%d to %q, %d records", kept.status, at, records())
	}
	page := s.ask("GET", at, "")
	if page.status != 200 || !strings.Contains(page.body, "2027-03-01") || !strings.Contains(page.body, "query relational data") {
		t.Errorf("the kept page: %d", page.status)
	}
	if strings.Contains(page.body, "secret diary") || strings.Contains(page.body, `name="sent"`) {
		t.Error("the document was kept too")
	}
	var twin struct {
		Profile struct{ Skills []any }
		Gap     *struct{}
	}
	s.ask("GET", at+".json", "").into(t, &twin)
	if len(twin.Profile.Skills) == 0 || twin.Gap == nil {
		t.Errorf("the twin: %+v", twin)
	}
	if gone := s.ask("POST", at+"/delete", "", form); gone.status != 303 || records() != 0 || s.ask("GET", at, "").status != 404 {
		t.Errorf("deleting: %d, %d records", gone.status, records())
	}
	at = s.form("/profile/keep", fields...).header.Get("Location")
	now = now.AddDate(1, 0, 1)
	if old := s.ask("GET", at, ""); old.status != 404 {
		t.Errorf("a year later: %d", old.status)
	}
	if s.form("/profile/keep", fields...); records() != 1 {
		t.Errorf("%d records: the old one is not swept", records())
	}
	if bad := s.ask("POST", "/profile/kept/none/delete", "", form); bad.status != 404 {
		t.Errorf("deleting nothing: %d", bad.status)
	}
}

// TestEveryPageOccupation: occupations are proposed while one types.
func TestEveryPageOccupation(t *testing.T) {
	s := newSite(t, nil)
	b := browser(t, s.url)
	b.do(t, chromedp.Navigate(s.url+"/profile"))
	script[bool](t, b, `document.querySelector("[name=occupation]").focus(), true`)
	b.press(t, "data a")
	b.until(t, `[...document.querySelectorAll("#occupations option")].some(o => o.value.includes("data analyst"))`)
}
