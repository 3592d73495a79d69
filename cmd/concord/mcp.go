package main

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"

	"concord/taxonomy"
	"concord/web"
)

func (a *app) mcpCmd() *cobra.Command {
	return &cobra.Command{
		Use:     "mcp",
		Short:   "Offer search, alignment and comparison to an assistant",
		Long:    "Mcp speaks the Model Context Protocol on standard input and output: an assistant\nthat is told to start this command can search concepts, align documents, explain\nan alignment and compare. Its tools read and never change anything. The same is\nat /mcp of concord serve.",
		Example: "  concord mcp\n  concord --home /srv/concord mcp",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.mcp(c.Context()) },
	}
}

func (a *app) mcp(ctx context.Context) error {
	if a.json {
		return fmt.Errorf("%w: standard output is the protocol's here; leave --json out", taxonomy.ErrInvalid)
	}
	p, err := a.open()
	if err != nil {
		return err
	}
	defer p.Close()
	if err := a.deriveMissing(ctx, p); err != nil {
		return err
	}
	server, err := web.New(ctx, web.Config{
		Store: p.Store, Version: version, Home: p.home,
		Log:  slog.New(slog.NewJSONHandler(a.stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Open: func(ctx context.Context) (*web.Opened, error) { return a.openForServing(ctx, p) },
	})
	if err != nil {
		return err
	}
	defer server.Close()
	return server.RunMCP(ctx, a.stdin, a.stdout)
}
