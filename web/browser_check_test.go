package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestAlignByBrokenPage: the checks of a tab see a page that moves, a style
// that the policy refuses and a picture that is not there.
func TestAlignByBrokenPage(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			w.Header().Set("Content-Security-Policy", "default-src 'self'")
			w.Header().Set("Content-Type", "text/html")
			w.Write([]byte(`<!doctype html><title>x</title><p style="color: red">one</p><img src="/gone.png" alt="" width="5" height="5"><h1>two</h1><h2>three</h2>`))
		default:
			http.NotFound(w, r)
		}
	}))
	defer srv.Close()
	b := browser(t, srv.URL)
	b.do(t, chromedp.Navigate(srv.URL+"/"))
	time.Sleep(300 * time.Millisecond) // painted before it moves
	if at := b.shift(t); at != 0 {
		t.Errorf("it has not moved and shifts by %.2f", at)
	}
	script[bool](t, b, `document.body.prepend(Object.assign(document.createElement("canvas"), { width: 600, height: 500 })), true`)
	for end := time.Now().Add(10 * time.Second); b.shift(t) <= 0.01; {
		if time.Now().After(end) {
			t.Fatal("what moved is not seen")
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	all := strings.Join(b.wrong, "\n")
	for _, want := range []string{"style", "gone.png"} {
		if !strings.Contains(all, want) {
			t.Errorf("nothing is said of %s: %s", want, all)
		}
	}
	b.wrong = nil // as wanted here
}
