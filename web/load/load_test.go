package load_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"concord/web/load"
)

func TestCourses(t *testing.T) {
	seen, size := map[string]bool{}, 0
	for i := range 5000 {
		c := load.Course(i)
		if c != load.Course(i) || len(c) < 520 || len(c) > 760 || strings.Contains(c, "%") {
			t.Fatalf("%d characters: %s", len(c), c)
		}
		seen[c] = true
		size += len(c)
	}
	if len(seen) < 4990 || size/5000 < 560 || size/5000 > 660 {
		t.Errorf("%d of 5000 differ, %d characters each", len(seen), size/5000)
	}
}

func TestRun(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/search" {
			w.WriteHeader(503)
			io.WriteString(w, `{"detail":"too busy"}`)
			return
		}
		if r.URL.Query().Get("targets")+r.URL.Query().Get("schemes") != "x" {
			t.Errorf("asked for %s", r.URL)
		}
	}))
	defer srv.Close()
	r, err := load.Run(t.Context(), load.Options{URL: srv.URL, Target: "x", Concurrency: 1, Duration: 300 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if r.Align.Requests == 0 || r.Align.Errors != 0 || r.Align.P50 <= 0 || r.Align.P99 < r.Align.P50 || r.Align.Max < r.Align.P99 || r.Suggest.Requests == 0 || r.Search.Errors != r.Search.Requests || r.Search.Error != "503 Service Unavailable: too busy" {
		t.Errorf("%+v", r)
	}
}
