package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// The Model Context Protocol lets an assistant search, align and explain. Its
// tools read and never change anything, and answer with what the JSON API
// answers with, as structured content and as text. Over HTTP nothing is kept
// between requests: each is a session of its own, so there is none to bound.
// This file has the server and its transports; mcp_tools.go has the tools.

const mcpInstructions = `Concord maps texts (badges, courses, credentials, curricula vitae) to shared skill concepts of frameworks such as ESCO and O*NET, and shows the words that earned each.
Begin with list_frameworks to see what is loaded. Use align_document for a text or a badge, search_concepts and get_concept to look around, explain_alignment to learn why a concept was or was not proposed, compare to set two texts side by side, and translate to take a concept to another framework.
What is proposed carries a probability and is for a person to accept or reject. Nothing that is sent is kept.`

func (s *Server) mcpRoutes() {
	server := s.mcpServer()
	handler := mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return server }, &mcp.StreamableHTTPOptions{
		Stateless: true, JSONResponse: true, Logger: s.cfg.Log, MaxRequestBodyBytes: s.cfg.Limits.Body,
		DisableLocalhostProtection: true, // hosts and crossOrigin have looked already
	})
	op := scoped(huma.Operation{OperationID: "mcp", Method: http.MethodPost, Path: "/mcp", Tags: []string{"assistants"},
		Summary:     "Model Context Protocol over streamable HTTP",
		Description: "JSON-RPC 2.0 as the protocol has it; send `Accept: application/json, text/event-stream`. The tools read and change nothing; concord mcp offers the same on standard input and output.",
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Type: "object"}}}},
		Responses: map[string]*huma.Response{
			"200": {Description: "A response", Content: map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Type: "object"}}, "text/event-stream": {Schema: &huma.Schema{Type: "string"}}}},
			"202": {Description: "A notification was taken"},
			"400": {Description: "Not a message of the protocol", Content: map[string]*huma.MediaType{"text/plain": {Schema: &huma.Schema{Type: "string"}}, "application/json": {Schema: &huma.Schema{Type: "object"}}}},
		}, Errors: []int{401, 403, 413}}, ScopeAlign, false)
	s.plain(op, func(w http.ResponseWriter, r *http.Request) error {
		handler.ServeHTTP(w, r)
		return nil
	})
}

// RunMCP serves the Model Context Protocol on a pair of streams, one message a
// line, until in ends or ctx does. It reloads what is served meanwhile.
func (s *Server) RunMCP(ctx context.Context, in io.Reader, out io.Writer) error {
	watch, stop := context.WithCancel(ctx)
	defer stop()
	go s.live.watch(watch, reloadEvery)
	err := s.mcpServer().Run(ctx, patient{&mcp.IOTransport{Reader: io.NopCloser(in), Writer: nopCloser{out}, MaxLineLength: int(s.cfg.Limits.Body)}, s.cfg.Limits.Drain})
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// A patient transport ends only when everything asked for is answered, or
// after a while, so that requests can come out of a file.
type patient struct {
	mcp.Transport
	most time.Duration
}

func (p patient) Connect(ctx context.Context) (mcp.Connection, error) {
	conn, err := p.Transport.Connect(ctx)
	return &patientConn{Connection: conn, most: p.most, answered: make(chan struct{}, 1)}, err
}

type patientConn struct {
	mcp.Connection
	most     time.Duration
	pending  atomic.Int64  // requests without an answer yet
	answered chan struct{} // holds one when an answer was written since it was looked at
}

func (c *patientConn) Read(ctx context.Context) (jsonrpc.Message, error) {
	m, err := c.Connection.Read(ctx)
	if r, ok := m.(*jsonrpc.Request); ok && r.IsCall() {
		c.pending.Add(1)
	}
	if !errors.Is(err, io.EOF) {
		return m, err
	}
	enough := time.NewTimer(c.most)
	defer enough.Stop()
	for c.pending.Load() > 0 {
		select {
		case <-enough.C:
			return m, err
		case <-c.answered:
		case <-ctx.Done():
			return m, err
		}
	}
	return m, err
}

func (c *patientConn) Write(ctx context.Context, m jsonrpc.Message) error {
	err := c.Connection.Write(ctx, m)
	if _, ok := m.(*jsonrpc.Response); ok {
		c.pending.Add(-1)
		select {
		case c.answered <- struct{}{}:
		default:
		}
	}
	return err
}

// mcpServer makes a server with every tool.
func (s *Server) mcpServer() *mcp.Server {
	server := mcp.NewServer(&mcp.Implementation{Name: "concord", Title: "Concord", Version: s.cfg.Version}, &mcp.ServerOptions{
		Instructions: mcpInstructions, Logger: s.cfg.Log,
		Capabilities: &mcp.ServerCapabilities{Tools: &mcp.ToolCapabilities{}}, // the list of tools stays the same
	})
	addTool(s, server, "list_frameworks", "List frameworks", "The skill frameworks that are loaded, with their releases, languages and how many concepts of each kind they hold.", s.mcpFrameworks)
	addTool(s, server, "search_concepts", "Search concepts", "Find concepts by words in any order, by a code or by a URI, in any language. Says what each was found by. Results are the best first.", s.mcpSearch)
	addTool(s, server, "get_concept", "Get a concept", "A concept with its labels, definition, place in the hierarchy, relations (such as the occupations it is essential for) and mappings to other frameworks.", s.mcpConcept)
	addTool(s, server, "align_document", "Align a document", "Propose the skill concepts that a text, badge, course, credential or record is about, each with a probability and the words that earned it, and say for the rest why nothing is proposed.", s.mcpAlign)
	addTool(s, server, "explain_alignment", "Explain an alignment", "Why a concept is or is not proposed for a document: what each feature adds to its score, the words that speak for it, what rivals it, and where it was left out.", s.mcpExplain)
	addTool(s, server, "compare", "Compare", "What two documents share and what each has alone, or what a document lacks for an occupation.", s.mcpCompare)
	addTool(s, server, "translate", "Translate", "What concepts are in another framework, by accepted crosswalks over up to three of them, with every step; where none leads there, by what is broader, and it says so.", s.mcpTranslate)
	return server
}

// addTool adds a tool that reads. What it returns is the structured content and,
// as JSON, the text; its error is told to the assistant, with what to do about it.
func addTool[In, Out any](s *Server, server *mcp.Server, name, title, description string, do func(context.Context, In) (Out, error)) {
	closed := false
	mcp.AddTool(server, &mcp.Tool{Name: name, Title: title, Description: description,
		Annotations: &mcp.ToolAnnotations{Title: title, ReadOnlyHint: true, IdempotentHint: true, OpenWorldHint: &closed}},
		func(ctx context.Context, _ *mcp.CallToolRequest, in In) (_ *mcp.CallToolResult, out Out, err error) {
			defer func() {
				if p := recover(); p != nil { // the protocol's goroutine has no one else to catch it
					s.cfg.Log.ErrorContext(ctx, "panic", "tool", name, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
					err = asProblem(fmt.Errorf("panic: %v", p))
				}
			}()
			if out, err = do(ctx, in); err != nil {
				err = s.fail(ctx, err)
			}
			return nil, out, err
		})
}
