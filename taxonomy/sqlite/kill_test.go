package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"concord/taxonomy"
	"concord/taxonomy/sqlite"
)

// killStore names, in a child process, the store to import into.
const killStore = "CONCORD_TEST_KILL_STORE"

// killConcepts is how many concepts the child writes.
const killConcepts = 3000

func TestMain(m *testing.M) {
	if path := os.Getenv(killStore); path != "" {
		if err := importUntilKilled(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func killURI(i int) taxonomy.URI { return taxonomy.URI(fmt.Sprintf("urn:kill:%d", i)) }

// importUntilKilled replaces bakery@1. It says on standard output what it has
// done, and goes on when it reads a line.
func importUntilKilled(path string) error {
	s, err := sqlite.OpenSmall(path, time.Minute)
	if err != nil {
		return err
	}
	in := bufio.NewReader(os.Stdin)
	pause := func(format string, args ...any) {
		fmt.Printf(format+"\n", args...)
		in.ReadString('\n')
	}
	rel := taxonomy.Release{Ref: taxonomy.Ref{Scheme: "bakery", Version: "1"}, Digest: "sha256:new"}
	err = s.Import(context.Background(), rel, sqlite.ImportOptions{}, func(w taxonomy.Writer) error {
		pause("concepts 0")
		for i := range killConcepts {
			c := &taxonomy.Concept{URI: killURI(i), Kind: taxonomy.Skill, Labels: []taxonomy.Label{{Kind: taxonomy.PrefLabel, Text: strings.Repeat("long ", 40)}}}
			if err := w.PutConcept(c); err != nil {
				return err
			}
			if i > 0 {
				if _, err := w.PutRelation(taxonomy.Relation{Subject: killURI(i), Predicate: taxonomy.Broader, Object: killURI(i - 1)}); err != nil {
					return err
				}
			}
			if n := i + 1; n == 1 || n%1000 == 0 {
				pause("concepts %d", n)
			}
		}
		fmt.Println("committing") // and goes on at once
		return nil
	})
	if err != nil {
		return err
	}
	pause("committed")
	return nil
}

func TestKill(t *testing.T) {
	for _, moment := range []string{"concepts 0", "concepts 1", "concepts 1000", "concepts 2000", "concepts 3000", "committing", "committed"} {
		t.Run(moment, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "concord.db")
			s, err := sqlite.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			load(t, s, "bakery@1", sqlite.ImportOptions{}, putBakery)
			load(t, s, "bakery@2", sqlite.ImportOptions{}, putBakery)
			before, revisionBefore := dump(t, s), revision(t, s)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			killAt(t, path, moment)
			if moment == "concepts 2000" {
				// Rows must have reached the disk, or the kill proves little.
				if log, err := os.Stat(path + "-wal"); err != nil || log.Size() < 100_000 {
					t.Errorf("the log of the killed import: %v, %v", log, err)
				}
			}
			again := openStore(t, path)
			after := dump(t, again)
			isOld := after == before && revision(t, again) == revisionBefore
			rel, err := again.Release(t.Context(), ref(t, "bakery@1"))
			if err != nil {
				t.Fatal(err)
			}
			isNew := rel.Digest == "sha256:new" && rel.Concepts[taxonomy.Skill] == killConcepts && rel.Relations == killConcepts-1 &&
				len(readConcepts(t, again, taxonomy.Filter{Release: rel.Ref})) == killConcepts
			switch moment {
			case "committing":
				// The kill races with the commit: one state or the other, whole.
				if !isOld && !isNew {
					t.Errorf("neither the old state nor the new: %+v", rel)
				}
			case "committed":
				if !isNew {
					t.Errorf("a committed import is lost: %+v", rel)
				}
			default:
				if !isOld {
					t.Errorf("the store changed (-want +got):\n%s", cmp.Diff(before, after))
				}
			}
			if findings, err := again.Check(t.Context()); err != nil || len(findings) != 0 {
				t.Errorf("Check() = %v, %v", findings, err)
			}
			load(t, again, "bakery@1", sqlite.ImportOptions{}, putBakery)
			if got := readConcepts(t, again, taxonomy.Filter{Release: ref(t, "bakery@1")}); len(got) != 4 {
				t.Errorf("a new import wrote %d concepts, want 4", len(got))
			}
		})
	}
}

// killAt runs an import in a process of its own and kills it, with a signal it
// cannot catch, once it says moment.
func killAt(t *testing.T, path, moment string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), killStore+"="+path)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	reached := false
	for lines := bufio.NewScanner(stdout); !reached && lines.Scan(); {
		if reached = lines.Text() == moment; !reached && lines.Text() != "committing" {
			if _, err := io.WriteString(stdin, "\n"); err != nil {
				t.Error(err)
			}
		}
	}
	if err := cmd.Process.Kill(); err != nil && reached {
		t.Error(err)
	}
	if err := cmd.Wait(); err == nil || !reached {
		t.Fatalf("the import was not killed at %q: %v", moment, err)
	}
}
