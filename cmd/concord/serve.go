package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"concord/alignment"
	"concord/index"
	"concord/taxonomy"
	"concord/web"
)

// A serving is what concord serve was told.
type serving struct {
	listen    string
	cert, key string
	limits    web.Limits
	access    web.Access
	webhooks  web.Webhooks
}

func (a *app) serveCmd() *cobra.Command {
	var in serving
	c := &cobra.Command{
		Use:     "serve",
		Short:   "Answer over HTTP: the JSON API and the pages",
		Long:    "Serve answers at an address of this machine until it is told to stop, and then\nlets the requests under way finish. What another program imports meanwhile is\nserved as soon as it is indexed. The API describes itself at /docs.",
		Example: "  concord serve\n  concord serve --listen 127.0.0.1:9000",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.serve(c.Context(), in) },
	}
	c.Flags().StringVar(&in.listen, "listen", "127.0.0.1:8080", "`address` to listen on")
	c.Flags().StringVar(&in.cert, "tls-cert", "", "certificate `file` (PEM), with --tls-key")
	c.Flags().StringVar(&in.key, "tls-key", "", "key `file` (PEM) of the certificate")
	c.Flags().BoolVar(&in.webhooks.AllowPrivate, "allow-private-webhooks", false, "let webhooks be on this machine or in a private network")
	c.Flags().BoolVar(&in.access.RequireKey, "require-key", false, "ask for an API key for reading too")
	c.Flags().StringSliceVar(&in.access.Origins, "origin", nil, "let pages of this `origin` call the API; may be repeated; * lets all")
	return c
}

func (a *app) serve(ctx context.Context, in serving) error {
	if (in.cert == "") != (in.key == "") {
		return fmt.Errorf("%w: --tls-cert and --tls-key go together", taxonomy.ErrInvalid)
	}
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	if err := a.deriveMissing(ctx, p); err != nil {
		return err
	}
	in.limits = forCores(in.limits)
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", in.listen)
	if err != nil {
		return fmt.Errorf("%w: cannot listen on %s: %v; say another address with --listen", taxonomy.ErrInvalid, in.listen, err)
	}
	defer listener.Close()
	if tcp, ok := listener.Addr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		in.access.Beyond = true
	}
	server, err := web.New(ctx, web.Config{
		Store: p.Store, Version: version, Home: p.home, Limits: in.limits, Access: in.access, Webhooks: in.webhooks,
		Log:  slog.New(slog.NewJSONHandler(a.stderr, nil)),
		Open: func(ctx context.Context) (*web.Opened, error) { return a.openForServing(ctx, p) },
	})
	if err != nil {
		return err
	}
	defer server.Close()
	scheme := "http"
	serve := func(s *http.Server) func() error { return func() error { return s.Serve(listener) } }
	if in.cert != "" {
		scheme = "https"
		serve = func(s *http.Server) func() error {
			return func() error { return s.ServeTLS(listener, in.cert, in.key) }
		}
	}
	fmt.Fprintf(a.stdout, "Concord is at %s://%s/ (the API at /docs). Ctrl-C stops it.\n", scheme, listener.Addr())
	srv := new(http.Server)
	if err := server.Serve(ctx, srv, serve(srv)); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving on %s: %w", listener.Addr(), err)
	}
	return nil
}

// deriveMissing builds what is missing of the current releases, before the
// first request.
func (a *app) deriveMissing(ctx context.Context, p *place) error {
	rels, err := p.releases(ctx, nil)
	if isMissing(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(a.deriveIndex(ctx, p, rels), a.deriveSnapshots(ctx, p, rels))
}

// forCores sizes the work that is done at once by the processors there are, and
// then lets the program run on twice as many threads: what takes a moment is
// put beside alignments by the system at once, and need not wait until one
// ends. The collector runs half as often as it does for programs that have
// less to collect. GOMAXPROCS and GOGC, where they are set, are left alone.
func forCores(l web.Limits) web.Limits {
	cores := runtime.GOMAXPROCS(0)
	l.Heavy, l.Concurrent = cores, 8*cores
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(2 * cores)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200)
	}
	return l
}

// openForServing opens every release whose index and snapshot are there and up
// to date, current ones first. It is an ErrNotFound where a current one's are not.
func (a *app) openForServing(ctx context.Context, p *place) (*web.Opened, error) {
	current, err := p.releases(ctx, nil)
	if err != nil {
		return nil, err
	}
	shards, err := p.staleShards(ctx)
	if err != nil {
		return nil, err
	}
	snapshots, err := p.staleSnapshots(ctx)
	if err != nil {
		return nil, err
	}
	schemes, err := p.Schemes(ctx)
	if err != nil {
		return nil, err
	}
	opened := &web.Opened{}
	var rels []*taxonomy.Release
	var refs []taxonomy.Ref
	for _, r := range current {
		if shards[r.Ref] || snapshots[r.Ref] {
			return nil, fmt.Errorf("%w: %s is not indexed yet; run concord index", taxonomy.ErrNotFound, r.Ref)
		}
		rels, refs = append(rels, r), append(refs, r.Ref)
		opened.Releases = append(opened.Releases, *r)
	}
	for _, s := range schemes {
		for i := range s.Releases {
			if r := &s.Releases[i]; !r.Current && !shards[r.Ref] && !snapshots[r.Ref] {
				rels, refs = append(rels, r), append(refs, r.Ref)
				opened.Releases = append(opened.Releases, *r)
			}
		}
	}
	ranker, err := loadRanker(p.home)
	if err != nil {
		return nil, err
	}
	relator, err := loadRelator(p.home)
	if err != nil {
		return nil, err
	}
	table, err := p.table()
	if err != nil {
		return nil, err
	}
	if opened.Engine, err = alignment.Open(p.snapshots, version, table, ranker, rels); err != nil {
		return nil, err
	}
	opened.Engine.Relator, opened.Table = relator, table
	if opened.Index, err = index.Open(p.index, refs); err != nil {
		opened.Engine.Close()
		return nil, err
	}
	return opened, nil
}
