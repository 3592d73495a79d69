// Command concord loads skill frameworks, searches them, and aligns badges,
// courses and credentials with them. Each command is one file here; none has
// logic of its own: they wire the store, the importers, the index and the
// alignment engine together and print what comes out.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"concord/importers/source"
	"concord/taxonomy"
)

// version names the program in answers; the Makefile sets it from git.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() {
		<-ctx.Done()
		stop() // a second Ctrl-C ends the program at once
	}()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// Exit statuses.
const (
	exitDone        = 0
	exitInternal    = 1
	exitInvalid     = 2 // bad input or usage
	exitNotFound    = 3
	exitConflict    = 4
	exitFindings    = 5 // doctor, check, a failed gate
	exitInterrupted = 130
)

// errFindings ends a command that has printed what it found wrong.
var errFindings = errors.New("findings")

// errPartly ends a command that has reported bad lines and done the rest.
var errPartly = fmt.Errorf("%w: some of the input could not be used", taxonomy.ErrInvalid)

// errorTable maps errors to exit statuses and the code in --json errors.
var errorTable = []struct {
	is   error
	exit int
	code string
}{
	{context.Canceled, exitInterrupted, "interrupted"},
	{errFindings, exitFindings, "findings"},
	{taxonomy.ErrNotFound, exitNotFound, "not-found"},
	{taxonomy.ErrConflict, exitConflict, "conflict"},
	{taxonomy.ErrInvalid, exitInvalid, "invalid"},
}

// run is main without the process: what the tests call.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	if errors.Is(err, syscall.EPIPE) {
		return exitDone // whoever read us has seen enough
	}
	exit, code := exitInternal, "internal"
	for _, row := range errorTable {
		if errors.Is(err, row.is) {
			exit, code = row.exit, row.code
			break
		}
	}
	if exit != exitFindings {
		a.printError(err, code)
	}
	return exit
}

// printError writes err to stderr: a line for a person, or one JSON object.
func (a *app) printError(err error, code string) {
	text := strings.TrimPrefix(err.Error(), taxonomy.ErrInvalid.Error()+": ")
	if errors.Is(err, context.Canceled) {
		text = "interrupted; what was under way was undone"
	}
	if !a.json {
		fmt.Fprintln(a.stderr, "concord: "+text)
		return
	}
	out := struct {
		Code    string `json:"code"`
		Text    string `json:"text"`
		File    string `json:"file,omitempty"`
		Line    int    `json:"line,omitempty"`
		Pointer string `json:"pointer,omitempty"`
	}{Code: code, Text: text}
	var at *source.Error
	if errors.As(err, &at) {
		out.File, out.Line, out.Pointer = at.File, at.Line, at.Pointer
	}
	json.NewEncoder(a.stderr).Encode(out)
}

// root is the command tree.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "concord",
		Short:         "Map what people learn to shared skill concepts",
		Long:          "Concord loads skill frameworks (ESCO, O*NET, CTDL, rich skill descriptors, CASE,\nSKOS, your own lists), searches them, and aligns badges, courses and credentials\nwith them. It needs no network.",
		Version:       version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return c.Help()
			}
			hint := "see concord --help"
			if near := c.SuggestionsFor(args[0]); len(near) > 0 {
				hint = "did you mean " + strings.Join(near, " or ") + "?"
			}
			return fmt.Errorf("%w: there is no command %q; %s", taxonomy.ErrInvalid, args[0], hint)
		},
	}
	root.PersistentFlags().StringVar(&a.homeFlag, "home", "", "`folder` of the store and what is derived from it (default $CONCORD_HOME, else the user's data folder)")
	root.PersistentFlags().BoolVar(&a.json, "json", false, "print JSON, one value per line")
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return fmt.Errorf("%w: %v; see %s --help", taxonomy.ErrInvalid, err, c.CommandPath())
	})
	root.AddCommand(
		a.importCmd(), a.schemesCmd(), a.exportCmd(), a.searchCmd(), a.suggestCmd(), a.showCmd(),
		a.alignCmd(), a.applyCmd(), a.compareCmd(), a.profileCmd(), a.keptCmd(), a.rankCmd(),
		a.crosswalkCmd(), a.reviewCmd(), a.translateCmd(), a.hubCmd(),
		a.diffCmd(), a.migrateCmd(),
		a.trainCmd(), a.benchCmd(),
		a.indexCmd(), a.doctorCmd(), a.backupCmd(), a.restoreCmd(), a.demoCmd(),
		a.serveCmd(), a.mcpCmd(), a.keyCmd(),
	)
	wrapUsage(root)
	return root
}

// required returns a usage error for a flag that was not given.
func required(c *cobra.Command, flag, value string) error {
	if value != "" {
		return nil
	}
	return fmt.Errorf("%w: --%s must be given; usage: %s", taxonomy.ErrInvalid, flag, c.UseLine())
}

// wrapUsage makes cobra's complaints about arguments usage errors.
func wrapUsage(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return fmt.Errorf("%w: %v; usage: %s", taxonomy.ErrInvalid, err, c.UseLine())
			}
			return nil
		}
	}
	for _, sub := range c.Commands() {
		wrapUsage(sub)
	}
}
