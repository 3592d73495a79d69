package web_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadme runs the README's examples in other languages against a server.
func TestReadme(t *testing.T) {
	raw, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, nil)
	for _, lang := range []struct{ name, file, program, flag, least string }{
		{"python", "a.py", "python3", "-B", "Python 3.8"},
		{"ts", "a.mts", "node", "--experimental-strip-types", "v22.6"},
	} {
		t.Run(lang.name, func(t *testing.T) {
			code := regexp.MustCompile("(?s)```" + lang.name + "\n(.*?)```").FindSubmatch(raw)
			if code == nil {
				t.Fatal("the README has no such example")
			}
			path, err := exec.LookPath(lang.program)
			if err != nil {
				t.Skipf("no %s here", lang.program)
			}
			version, err := exec.CommandContext(t.Context(), path, "--version").Output()
			if err != nil {
				t.Fatal(err)
			}
			if older(string(version), lang.least) {
				t.Skipf("%s is %s; the example needs %s", lang.program, strings.TrimSpace(string(version)), lang.least)
			}
			file := filepath.Join(t.TempDir(), lang.file)
			if err := os.WriteFile(file, code[1], 0o600); err != nil {
				t.Fatal(err)
			}
			c := exec.CommandContext(t.Context(), path, lang.flag, file)
			c.Env = append(os.Environ(), "CONCORD="+s.url, "PYTHONUTF8=1")
			var stderr bytes.Buffer
			c.Stderr = &stderr
			out, err := c.Output()
			if err != nil || !strings.Contains(string(out), "query relational data") || !strings.Contains(string(out), sql) {
				t.Errorf("%v: %s%s", err, out, stderr.String())
			}
		})
	}
}

// older compares the first two numbers of versions.
func older(version, least string) bool {
	numbers := func(s string) (a, b int) {
		s = strings.TrimLeft(s, "vPython ")
		fmt.Sscanf(s, "%d.%d", &a, &b)
		return a, b
	}
	a, b := numbers(version)
	x, y := numbers(least)
	return a < x || a == x && b < y
}
