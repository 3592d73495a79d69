package web_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"concord/web"
)

// job asks for a job.
func (s *site) job(id string, header ...string) (j web.Job, status int) {
	s.t.Helper()
	got := s.ask("GET", "/v1/jobs/"+id, "", header...)
	if got.status == 200 {
		got.into(s.t, &j)
	}
	return j, got.status
}

// upload makes a job and returns it.
func (s *site) upload(query, body string, header ...string) web.Job {
	s.t.Helper()
	got := s.ask("POST", "/v1/jobs"+query, body, header...)
	var j web.Job
	got.into(s.t, &j)
	if got.status != http.StatusCreated || got.header.Get("Location") != "/v1/jobs/"+j.ID {
		s.t.Fatalf("status %d, Location %q: %s", got.status, got.header.Get("Location"), got.body)
	}
	return j
}

// wait waits until a job has ended.
func (s *site) wait(id string) web.Job {
	s.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		j, status := s.job(id)
		if status != 200 || j.Ended != nil {
			return j
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("the job has not ended: %+v", j)
		}
	}
}

func TestJob(t *testing.T) {
	s := newSite(t, nil)
	body := fmt.Sprintf("%q\n{\"id\":\"two\",\"text\":%q}\n\n{\"broken\n%q\n", course, course, course)
	j := s.upload("?targets=starter-esco&name=courses.ndjson", body, "Content-Type: application/x-ndjson")
	if j.Name != "courses.ndjson" || j.Format != "ndjson" || j.Digest == "" {
		t.Errorf("made %+v", j)
	}
	j = s.wait(j.ID)
	if j.State != web.JobDone || j.Progress != (web.Progress{Read: int64(len(body)), Total: int64(len(body)), Done: 4, Errors: 1}) || j.Engine == nil || len(j.Engine.Schemes) != 1 || j.Expires == nil || j.Expires.Sub(*j.Ended) != 7*24*time.Hour {
		t.Errorf("ended as %+v", j)
	}
	result := s.ask("GET", "/v1/jobs/"+j.ID+"/result", "")
	batch := s.ask("POST", "/v1/align/batch?targets=starter-esco", body)
	if result.body != batch.body || result.header.Get("Content-Type") != "application/x-ndjson" || result.header.Get("Content-Disposition") != `attachment; filename="courses.ndjson"` {
		t.Errorf("the result of a job is another than that of a batch:\n%s\n%s", result.body, batch.body)
	}
	part := s.ask("GET", "/v1/jobs/"+j.ID+"/result", "", "Range: bytes=5-14")
	if part.status != http.StatusPartialContent || part.body != result.body[5:15] {
		t.Errorf("a part: %d %q", part.status, part.body)
	}
	sheet := s.ask("GET", "/v1/jobs/"+j.ID+"/result?format=csv", "")
	rows, err := csv.NewReader(strings.NewReader(sheet.body)).ReadAll()
	if err != nil || rows[0][0] != "file" || rows[1][0] != "line 1" || rows[1][4] != "proposed" || !strings.Contains(sheet.body, "\ntwo,") || !strings.Contains(sheet.body, "line 4,,,,unread,") {
		t.Errorf("as CSV: %v\n%s", err, sheet.body)
	}
	set := s.ask("GET", "/v1/jobs/"+j.ID+"/result?format=sssom", "")
	if !strings.HasPrefix(set.body, "#curie_map:\n") || !strings.Contains(set.body, "\nsubject_id\t") || !strings.Contains(set.body, "\nsha256:") {
		t.Errorf("as SSSOM:\n%s", set.body)
	}
	if got := s.ask("GET", "/v1/jobs/"+j.ID+"/result?format=xml", ""); got.status != 422 {
		t.Errorf("format=xml: %d", got.status)
	}
	entries, _ := os.ReadDir(filepath.Join(s.home, "jobs", j.ID))
	for _, e := range entries {
		if e.Name() == "input" || e.Name() == "journal" {
			t.Errorf("%s is kept of a job that is done", e.Name())
		}
	}
	if m := s.ask("GET", "/metrics", "").body; !strings.Contains(m, `concord_jobs{state="done"} 1`) {
		t.Errorf("no job in the figures")
	}
	if got := s.ask("DELETE", "/v1/jobs/"+j.ID, ""); got.status != 204 {
		t.Errorf("removing: %d %s", got.status, got.body)
	}
	if _, status := s.job(j.ID); status != 404 {
		t.Errorf("a job that was removed: %d", status)
	}
	if entries, _ := os.ReadDir(filepath.Join(s.home, "jobs")); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestJobInputs(t *testing.T) {
	s := newSite(t, nil)
	var zipped bytes.Buffer
	z := zip.NewWriter(&zipped)
	for _, f := range [][2]string{{"b/list.csv", "title,description\nSQL," + course + "\nMore," + course + "\n"}, {"a.txt", course}, {"c.json", "{broken"}} {
		w, _ := z.Create(f[0])
		w.Write([]byte(f[1]))
	}
	z.Close()
	const form = "Content-Type: multipart/form-data; boundary=x"
	inForm := func(name, body string) string {
		return "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name + "\"\r\n\r\n" + body + "\r\n--x--\r\n"
	}
	table := "kurs;inhalt\nSQL;" + course + "\n"
	for _, test := range []struct {
		name, query, body, header string
		files                     string // of the lines of the result
		errors                    int
	}{
		{"csv", "?name=x/courses.csv", "title,description\nSQL," + course + "\n", "", "courses.csv", 0},
		{"csv by type", "", "title,description\nSQL," + course + "\n", "Content-Type: text/csv; charset=utf-8", "upload.csv", 0},
		{"columns", "?columns=name%3Dkurs,text%3Dinhalt", inForm("kurse.csv", table), form, "kurse.csv", 0},
		{"unknown columns", "", inForm("kurse.csv", table), form, "kurse.csv", 1},
		{"tsv", "", inForm("c.tsv", "title\tdescription\nSQL\t"+course+"\n"), form, "c.tsv", 0},
		{"zip", "", zipped.String(), "Content-Type: application/zip", "a.txt b/list.csv b/list.csv c.json", 1},
		{"lines", "", inForm("..\\..\\x.jsonl", `{"text":"`+course+`"}`), form, "", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			header := []string{}
			if test.header != "" {
				header = append(header, test.header)
			}
			j := s.wait(s.upload(test.query, test.body, header...).ID)
			if j.State != web.JobDone || j.Progress.Errors != test.errors || strings.ContainsAny(j.Name, `/\`) {
				t.Errorf("ended as %+v %+v", j, j.Problem)
			}
			var files []string
			for _, l := range linesOf(t, s.ask("GET", "/v1/jobs/"+j.ID+"/result", "").body) {
				files = append(files, l.File)
				if l.Code == "" && len(l.Alignments) == 0 {
					t.Errorf("nothing is proposed: %+v", l)
				}
			}
			if got := strings.Join(files, " "); got != test.files {
				t.Errorf("results of %q, want %q", got, test.files)
			}
		})
	}
	for _, test := range []struct {
		name, query, body, header, code string
		status                          int
	}{
		{"what is it", "", "x", "Content-Type: application/octet-stream", "unsupported-type", 415},
		{"a badge", "?name=badge.png", "x", "Content-Type: image/png", "unsupported-type", 415},
		{"empty", "", "", "Content-Type: application/x-ndjson", "invalid", 422},
		{"no file", "", "--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--x--\r\n", form, "bad-upload", 400},
		{"no such target", "?targets=../x", "x", "Content-Type: text/csv", "invalid", 422},
		{"not loaded", "?targets=nowhere", "x", "Content-Type: text/csv", "not-found", 404},
		{"bad columns", "?columns=x", "x", "Content-Type: text/csv", "invalid", 422},
	} {
		got := s.ask("POST", "/v1/jobs"+test.query, test.body, test.header)
		if got.status != test.status || got.code() != test.code {
			t.Errorf("%s: %d %s", test.name, got.status, got.body)
		}
	}
	broken := s.wait(s.upload("", "no zip", "Content-Type: application/zip").ID)
	if broken.State != web.JobFailed || broken.Problem == nil || broken.Problem.Status != 422 || strings.Contains(broken.Problem.Detail, s.home) {
		t.Errorf("what is no archive: %+v, %+v", broken, broken.Problem)
	}
}

// TestJobAgain stops a server over a job and goes on with others.
func TestJobAgain(t *testing.T) {
	var lines strings.Builder
	for i := range 400 {
		fmt.Fprintf(&lines, "{\"id\":%d,\"text\":%q}\n", i, course)
	}
	s := newSite(t, nil)
	whole := s.wait(s.upload("", lines.String(), "Content-Type: application/x-ndjson").ID)
	want := s.ask("GET", "/v1/jobs/"+whole.ID+"/result", "").body
	id := s.upload("", lines.String(), "Content-Type: application/x-ndjson").ID
	for j, _ := s.job(id); j.Progress.Done < 100; j, _ = s.job(id) {
		time.Sleep(time.Millisecond)
	}
	s.server.Close()
	if raw, err := s.store.Record(t.Context(), "job", id); err != nil || !strings.Contains(string(raw), `"state":"running"`) {
		t.Fatalf("the job was not left in the middle: %v %s", err, raw)
	}
	// Something behind the last checkpoint, as a crash may leave it.
	dir := filepath.Join(s.home, "jobs", id)
	for _, name := range []string{"result.ndjson", "journal"} {
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		f.WriteString(`{"done":99`)
		f.Close()
	}
	s.restart()
	j := s.wait(id)
	if got := s.ask("GET", "/v1/jobs/"+id+"/result", "").body; j.State != web.JobDone || j.Again != "" || got != want {
		t.Errorf("%+v; the result of a job that was stopped has %d bytes and differs, want %d", j, len(got), len(want))
	}

	id = s.upload("", lines.String(), "Content-Type: application/x-ndjson").ID
	for j, _ := s.job(id); j.Progress.Done < 100; j, _ = s.job(id) {
		time.Sleep(time.Millisecond)
	}
	s.server.Close()
	s.load("starter/starter-skills.rsd.csv", "another@1")
	s.restart()
	j = s.wait(id)
	got := linesOf(t, s.ask("GET", "/v1/jobs/"+id+"/result", "").body)
	if j.State != web.JobDone || !strings.Contains(j.Again, "what is loaded changed") || len(got) != 400 || len(j.Engine.Schemes) != 4 {
		t.Errorf("with another release loaded: %+v, %d lines", j, len(got))
	}
}

// TestJobs goes through the life of a job beside others: queue, cancel,
// events, expiry, whose it is.
func TestJobs(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Limits.Queue = 2 })
	long := strings.Repeat(fmt.Sprintf("%q\n", strings.Repeat(course+" ", 5)), 100_000)
	mine, other := s.key(nil, web.ScopeAlign), s.key(nil, web.ScopeAlign)
	admin, reader := s.key(nil, web.ScopeAdmin), s.key(nil, web.ScopeRead)
	first := s.upload("", long, "Content-Type: application/x-ndjson", mine)
	second := s.upload("", long[:1000], "Content-Type: application/x-ndjson")
	if got := s.ask("POST", "/v1/jobs", "x", "Content-Type: text/csv"); got.status != 503 || got.code() != "busy" {
		t.Errorf("a job more than the queue holds: %d %s", got.status, got.body)
	}
	for _, test := range []struct {
		key    string
		status int
		jobs   int
	}{{mine, 200, 1}, {other, 404, 0}, {admin, 200, 2}, {reader, 403, 0}} {
		if _, status := s.job(first.ID, test.key); status != test.status {
			t.Errorf("a job of another key: %d, want %d", status, test.status)
		}
		var list struct{ Jobs []web.Job }
		s.ask("GET", "/v1/jobs", "", test.key).into(t, &list)
		if len(list.Jobs) != test.jobs {
			t.Errorf("%d jobs are listed, want %d", len(list.Jobs), test.jobs)
		}
	}
	if got := s.ask("GET", "/v1/jobs/"+first.ID+"/result", ""); got.status != 409 || got.code() != "not-done" {
		t.Errorf("the result of a job that runs: %d %s", got.status, got.body)
	}
	// Events of the running one, which is then cancelled.
	res, err := http.Get(s.url + "/v1/jobs/" + first.ID + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var events []string
	last, done := "", 0
	for in := bufio.NewScanner(res.Body); in.Scan(); {
		name, value, _ := strings.Cut(in.Text(), ": ")
		switch name {
		case "id":
			last = value
		case "event":
			events = append(events, value)
		case "data":
			var j web.Job
			if err := json.Unmarshal([]byte(value), &j); err != nil || j.Progress.Done < done {
				t.Errorf("event %s: %v", value, err)
			}
			if done = j.Progress.Done; len(events) == 3 {
				if got := s.ask("DELETE", "/v1/jobs/"+first.ID, ""); got.status != 204 {
					t.Errorf("cancelling: %d %s", got.status, got.body)
				}
			}
		}
	}
	if n := len(events); n < 4 || events[n-1] != "cancelled" || events[0] != "progress" || res.Header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("events %v", events)
	}
	if got := s.ask("GET", "/v1/jobs/"+first.ID+"/events", "", "Last-Event-ID: "+last); got.status != 204 {
		t.Errorf("events after the last: %d %s", got.status, got.body)
	}
	if got := s.ask("GET", "/v1/jobs/"+first.ID+"/events", "", "Last-Event-ID: other"); got.status != 200 || !strings.Contains(got.body, "event: cancelled") {
		t.Errorf("events after another: %d %s", got.status, got.body)
	}
	if j := s.wait(second.ID); j.State != web.JobDone {
		t.Errorf("the job after it: %+v", j)
	}
	if _, err := os.Stat(filepath.Join(s.home, "jobs", first.ID)); !os.IsNotExist(err) {
		t.Errorf("files of a cancelled job are kept: %v", err)
	}
	s.server.Close()
	s.config.Now = func() time.Time { return time.Now().Add(8 * 24 * time.Hour) }
	s.restart()
	web.Sweep(s.server)
	for _, id := range []string{first.ID, second.ID} {
		if _, status := s.job(id); status != 404 {
			t.Errorf("a job that has expired: %d", status)
		}
	}
}

// TestJobUploadCutOff: what is not whole is no job, and leaves nothing.
func TestJobUploadCutOff(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Limits.Upload = 1000 })
	req, err := http.NewRequestWithContext(t.Context(), "POST", s.url+"/v1/jobs", &limited{strings.NewReader(strings.Repeat("x\n", 1000))})
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-ndjson")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 413 {
		t.Errorf("status %d", res.StatusCode)
	}
	if entries, _ := os.ReadDir(filepath.Join(s.home, "jobs")); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

// limited hides how long a body is.
type limited struct{ *strings.Reader }
