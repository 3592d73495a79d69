package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"concord/taxonomy"
	"concord/web/load"
)

func (a *app) benchAPICmd() *cobra.Command {
	var opt load.Options
	var pid int
	c := &cobra.Command{
		Use:   "api",
		Short: "Measure the server under load",
		Long: "Bench api aligns invented course descriptions of 600 characters with many clients\nat once, while one client types and searches, and reports how long answers take.\n" +
			"Without --url it starts concord serve for the home and measures that: client and\nserver share the machine then.",
		Example: "  concord bench api --target esco@1.1.1\n  concord bench api --url https://skills.example.org --target esco --concurrency 4 --duration 30s",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if opt.Concurrency < 1 || opt.Duration < time.Second {
				return fmt.Errorf("%w: --concurrency is 1 or more, and --duration a second or more", taxonomy.ErrInvalid)
			}
			if _, err := taxonomy.ParseRef(opt.Target); err != nil {
				return err
			}
			return a.benchAPI(c.Context(), opt, pid)
		},
	}
	c.Flags().StringVar(&opt.URL, "url", "", "`address` of a server; default: one is started")
	c.Flags().StringVar(&opt.Key, "key", "", "API `key`, where the server wants one")
	c.Flags().StringVar(&opt.Target, "target", "esco", "`S[@V]` to align with and to search")
	c.Flags().IntVar(&opt.Concurrency, "concurrency", 16, "clients that align at the same time")
	c.Flags().DurationVar(&opt.Duration, "duration", time.Minute, "how long to measure")
	c.Flags().IntVar(&pid, "pid", 0, "process `id` of the server at --url, to tell its memory")
	return c
}

func (a *app) benchAPI(ctx context.Context, opt load.Options, pid int) error {
	if opt.URL == "" {
		p, err := a.open()
		if err != nil {
			return err
		}
		ref, _ := taxonomy.ParseRef(opt.Target)
		_, err = p.Release(ctx, ref)
		p.Close()
		if err != nil {
			return fmt.Errorf("%w; the benchmark needs it in %s: concord import FILES", err, p.home)
		}
		server, address, err := a.startServer(ctx, p.home)
		if err != nil {
			return err
		}
		defer func() {
			server.Process.Signal(syscall.SIGTERM)
			server.Wait()
		}()
		opt.URL, pid = address, server.Process.Pid
	} else if u, err := url.Parse(opt.URL); err != nil || u.Host == "" {
		return fmt.Errorf("%w: --url %q is no address like http://127.0.0.1:8080", taxonomy.ErrInvalid, opt.URL)
	}
	opt.URL = strings.TrimSuffix(opt.URL, "/")
	opt.CPU = func() time.Duration { return processorTime(pid) }
	r, err := load.Run(ctx, opt)
	if err != nil {
		return err
	}
	r.RSS = residentSize(pid)
	if a.json {
		return a.printJSON(r)
	}
	s := a.style()
	fmt.Fprintf(a.stdout, "%s  %d clients align with %s for %.0f s; one types and searches\n\n", s.bold("Under load"), r.Concurrency, printable(r.Target), r.Seconds)
	fmt.Fprintln(a.stdout, s.dim(fmt.Sprintf("%-18s %9s %9s %9s %9s %9s %9s %7s", "", "requests", "req/s", "p50 ms", "p95 ms", "p99 ms", "max ms", "errors")))
	for _, row := range []struct {
		name string
		t    load.Times
	}{{"POST /v1/align", r.Align}, {"GET /v1/suggest", r.Suggest}, {"GET /v1/search", r.Search}} {
		fmt.Fprintf(a.stdout, "%-18s %9s %9.1f %9.1f %9.1f %9.1f %9.1f %7d\n", row.name, thousands(row.t.Requests), row.t.PerSecond, row.t.P50, row.t.P95, row.t.P99, row.t.Max, row.t.Errors)
		if row.t.Error != "" {
			fmt.Fprintf(a.stdout, "  %s\n", printable(row.t.Error))
		}
	}
	if r.RSS > 0 {
		fmt.Fprintf(a.stdout, "\nThe server used %.2f processors and %d MiB\n", r.CPU, r.RSS>>20)
	}
	if n := r.Align.Errors + r.Suggest.Errors + r.Search.Errors; n > 0 {
		fmt.Fprintf(a.stdout, "%s requests were not answered\n", thousands(n))
		return errFindings
	}
	return nil
}

var servedAt = regexp.MustCompile(`https?://[0-9.:\[\]]+`)

// startServer starts this program as a server on a free port and returns it
// with its address. Its log goes nowhere.
func (a *app) startServer(ctx context.Context, home string) (*exec.Cmd, string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, "", err
	}
	server := exec.CommandContext(ctx, self, "--home", home, "serve", "--listen", "127.0.0.1:0")
	out, err := server.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if err := server.Start(); err != nil {
		return nil, "", fmt.Errorf("starting the server: %w", err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if at := servedAt.FindString(lines.Text()); at != "" {
			go io.Copy(io.Discard, out)
			return server, at, nil
		}
	}
	return nil, "", fmt.Errorf("the server did not start (%v); concord --home %s serve says why", server.Wait(), home)
}

// processorTime is what a process has used of the processors, or 0 where this
// system does not tell it in /proc. A tick is a hundredth of a second on Linux.
func processorTime(pid int) time.Duration {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(raw), ") ") // the name before may hold spaces
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	var ticks int64
	for _, f := range fields[11:13] { // utime, stime
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return 0
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// residentSize is the memory of a process in bytes, or 0 where this system
// does not tell it in /proc.
func residentSize(pid int) int64 {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(raw), "VmRSS:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kib, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return 0
	}
	return kib << 10
}
