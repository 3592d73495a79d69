package main

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"concord/data"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"concord": func() { os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs testdata/script: command lines with what they print and
// their exit status. Every script has a home of its own and finds the starter
// frameworks and samples in $DATA.
func TestScripts(t *testing.T) {
	dir := t.TempDir()
	for _, files := range []fs.FS{data.Starter, data.Samples} {
		if err := copyOut(files, dir); err != nil {
			t.Fatal(err)
		}
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("DATA", dir)
			env.Setenv("CONCORD_HOME", filepath.Join(env.WorkDir, "home"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exit": exitStatus},
	})
}

// exitStatus runs "exit STATUS COMMAND…" and checks how it ended.
func exitStatus(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 || neg {
		ts.Fatalf("usage: exit STATUS COMMAND...")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if coder, ok := err.(interface{ ExitCode() int }); ok {
		got = string(rune('0' + coder.ExitCode()))
	} else if err != nil {
		ts.Fatalf("%v: %v", args[1:], err)
	}
	if got != args[0] {
		ts.Fatalf("%v: exit status %s, want %s", args[1:], got, args[0])
	}
}
