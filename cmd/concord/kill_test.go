package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"concord/web"
)

// killLines is how many documents the job that is killed has.
const killLines = 1500

// startServing runs concord serve in a process of its own and returns where
// it answers.
func startServing(t *testing.T, home string) (*exec.Cmd, string) {
	t.Helper()
	cmd := exec.Command("concord", "--home", home, "serve", "--listen", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	_, rest, ok := strings.Cut(line, "Concord is at ")
	address, _, _ := strings.Cut(rest, "/ ")
	if err != nil || !ok {
		t.Fatalf("serve says %q: %v", line, err)
	}
	return cmd, address
}

// killJob reads a job until enough of it is done, or it has ended.
func killJob(t *testing.T, address, id string, enough int) web.Job {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(5 * time.Millisecond) {
		res, err := http.Get(address + "/v1/jobs/" + id)
		if err != nil {
			t.Fatal(err)
		}
		var j web.Job
		err = json.NewDecoder(res.Body).Decode(&j)
		res.Body.Close()
		if res.StatusCode == http.StatusOK && (j.Ended != nil || j.Progress.Done >= enough) {
			return j
		}
		if time.Now().After(deadline) || res.StatusCode != http.StatusOK && res.StatusCode != http.StatusServiceUnavailable {
			t.Fatalf("the job is at %+v: %d, %v", j, res.StatusCode, err)
		}
	}
}

// TestKillJob kills a server over a job, with a signal it cannot catch, and
// has the next one go on: the result is that of a job nothing happened to,
// byte for byte.
func TestKillJob(t *testing.T) {
	home := filepath.Join(t.TempDir(), "home")
	var stderr bytes.Buffer
	if status := run(t.Context(), []string{"--home", home, "demo"}, nil, io.Discard, &stderr); status != exitDone {
		t.Fatalf("demo: status %d, %s", status, stderr.String())
	}
	topics := []string{"Query relational data with SQL and build dashboards.", "Prepare bread dough and keep the kitchen clean.", "Plan usability tests and interview people.",
		"Advise customers and solve their problems.", "Write clean code and review that of others.", "Nothing that anybody would learn is in here."}
	var lines bytes.Buffer
	for i := range killLines {
		fmt.Fprintf(&lines, "{\"id\":%d,\"text\":%q}\n", i, fmt.Sprintf("Course %d. %s %s %s", i, topics[i%6], topics[i/6%6], topics[i/36%6]))
		if i%100 == 7 {
			lines.WriteString("{\"no\": \"record\n\n")
		}
	}
	upload := func(address string) string {
		t.Helper()
		res, err := http.Post(address+"/v1/jobs", "application/x-ndjson", bytes.NewReader(lines.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var j web.Job
		if err := json.NewDecoder(res.Body).Decode(&j); err != nil || res.StatusCode != http.StatusCreated {
			t.Fatalf("uploading: %d, %v", res.StatusCode, err)
		}
		return j.ID
	}
	digests := func(address, id string) (sums [3][32]byte) {
		t.Helper()
		for i, format := range []string{"ndjson", "csv", "sssom"} {
			res, err := http.Get(address + "/v1/jobs/" + id + "/result?format=" + format)
			if err != nil {
				t.Fatal(err)
			}
			raw, err := io.ReadAll(res.Body)
			res.Body.Close()
			if err != nil || res.StatusCode != http.StatusOK || len(raw) < killLines {
				t.Fatalf("the result as %s: %d, %d bytes, %v", format, res.StatusCode, len(raw), err)
			}
			sums[i] = sha256.Sum256(raw)
		}
		return sums
	}
	const documents = killLines + killLines/100
	server, address := startServing(t, home)
	whole := killJob(t, address, upload(address), documents+1)
	want := digests(address, whole.ID)
	id := upload(address)
	killJob(t, address, id, documents/2)
	if err := server.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	server.Wait()
	// It must have been in the middle, or this proves little.
	journal, err := os.ReadFile(filepath.Join(home, "jobs", id, "journal"))
	saved := strings.Split(strings.TrimSpace(string(journal)), "\n")
	var last struct{ Done int }
	if err := json.Unmarshal([]byte(saved[len(saved)-1]), &last); err != nil || last.Done == 0 || last.Done >= documents {
		t.Fatalf("the journal ends in %q, %v", saved[len(saved)-1], err)
	}
	if err != nil {
		t.Fatal(err)
	}
	_, address = startServing(t, home)
	if j := killJob(t, address, id, 1); j.Progress.Done < last.Done {
		t.Errorf("it begins again at %d, though %d were on the disk", j.Progress.Done, last.Done)
	}
	j := killJob(t, address, id, documents+1)
	if j.State != web.JobDone || j.Again != "" || j.Progress != whole.Progress || j.Progress.Done != documents || j.Progress.Errors != killLines/100 {
		t.Errorf("it ended as %+v, one that nothing happened to as %+v", j, whole)
	}
	if got := digests(address, id); got != want {
		t.Errorf("sha256 of the results %x, want %x", got, want)
	}
	t.Logf("killed with %d of %d on the disk; sha256 %x", last.Done, documents, want[0])
}
