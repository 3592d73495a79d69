package web_test

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// A tab is a page in a browser, with what went wrong in it.
type tab struct {
	context.Context
	mu    sync.Mutex
	wrong []string // errors of the console, and requests to elsewhere
}

// browser opens a tab in a new chromium for pages of base, or skips the test
// where there is none. At the end the test fails if a script failed or if
// anything was asked of another server.
func browser(t *testing.T, base string) *tab {
	t.Helper()
	if testing.Short() {
		t.Skip("browser tests are left out of short runs")
	}
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil && path == "" {
			path = p
		}
	}
	if path == "" {
		t.Skip("no chromium here: install the package chromium to run the browser tests")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.WindowSize(1280, 900), chromedp.WSURLReadTimeout(time.Minute))
	alloc, stop := chromedp.NewExecAllocator(t.Context(), opts...)
	ctx, end := chromedp.NewContext(alloc)
	ctx, late := context.WithTimeout(ctx, 90*time.Second)
	b := &tab{Context: ctx}
	if err := chromedp.Listen(ctx, func(ev any) {
		b.mu.Lock()
		defer b.mu.Unlock()
		switch e := ev.(type) {
		case *runtime.EventExceptionThrown:
			b.wrong = append(b.wrong, "a script failed: "+e.ExceptionDetails.Text)
		case *runtime.EventConsoleAPICalled:
			if e.Type == "error" {
				b.wrong = append(b.wrong, "the console has an error")
			}
		case *log.EventEntryAdded: // what the policy refused; what is not there is told below
			if e.Entry.Level == log.EntryLevelError && e.Entry.Source != "network" {
				b.wrong = append(b.wrong, "the console has an error: "+e.Entry.Text)
			}
		case *network.EventResponseReceived: // a page may be one that says what is wrong
			if e.Response.Status >= 400 && e.Type != "Document" {
				b.wrong = append(b.wrong, fmt.Sprintf("%d for %s", int(e.Response.Status), e.Response.URL))
			}
		case *network.EventRequestWillBeSent:
			if u := e.Request.URL; !strings.HasPrefix(u, base) && !strings.HasPrefix(u, "data:") && u != "about:blank" {
				b.wrong = append(b.wrong, "asked elsewhere: "+u)
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		late()
		end()
		stop()
		for _, w := range b.wrong {
			t.Error(w)
		}
	})
	b.do(t, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, network.Enable, network.EnableParams{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, target, log.Enable, cdp.Empty{})
		return err
	}))
	return b
}

// do runs actions in the tab.
func (b *tab) do(t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if _, err := chromedp.Run(b, chromedp.Steps(actions...)); err != nil {
		t.Fatal(err)
	}
}

// script is what an expression gives in the tab.
func script[T any](t *testing.T, b *tab, expression string) T {
	t.Helper()
	v, err := chromedp.Run(b, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// until waits until an expression is true in the tab. It may fail meanwhile:
// between two pages there is no document to ask.
func (b *tab) until(t *testing.T, expression string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		ok, err := chromedp.Run(b, chromedp.Evaluate[bool](expression))
		if err == nil && ok {
			return
		}
		if b.Err() != nil || time.Now().After(end) {
			t.Fatalf("never true: %s (%v)", expression, err)
		}
	}
}

// press types keys where the focus is.
func (b *tab) press(t *testing.T, keys string) {
	t.Helper()
	b.do(t, chromedp.KeyEvent(keys))
}

// look makes the tab so many pixels wide, in light or dark.
func (b *tab) look(t *testing.T, width int64, scheme string) {
	t.Helper()
	b.do(t, chromedp.EmulateViewport(width, 900))
	b.do(t, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
		return err
	}))
}

// shift is how much of the page has moved under the reader, without what moved
// because of the reader. Only an observer is told of it: the timeline that
// getEntriesByType reads has no shifts.
func (b *tab) shift(t *testing.T) float64 {
	t.Helper()
	script[bool](t, b, `window.shifted = null, new PerformanceObserver(l => {
		window.shifted = (window.shifted ?? 0) + l.getEntries().reduce((n, e) => n + (e.hadRecentInput ? 0 : e.value), 0);
	}).observe({ type: "layout-shift", buffered: true }), true`)
	time.Sleep(200 * time.Millisecond) // it is told of none where there are none
	return script[float64](t, b, `window.shifted ?? 0`)
}
