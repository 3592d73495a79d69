package web_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	download "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestAlignByWays goes the whole way by mouse, a badge in, three accepted, one
// rejected, the file downloaded and read: without JavaScript, in the dark, and
// on a phone. The tab's own checks are in browser: no error of the console, no
// request to elsewhere.
func TestAlignByWays(t *testing.T) {
	s := newSite(t, nil)
	file := filepath.Join(t.TempDir(), "badge.json")
	if err := os.WriteFile(file, []byte(badge), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, way := range []struct {
		name   string
		script bool
		width  int64
		scheme string
	}{{"without JavaScript", false, 1280, "light"}, {"dark", true, 1280, "dark"}, {"phone", true, 390, "light"}, {"dark phone without JavaScript", false, 390, "dark"}} {
		t.Run(way.name, func(t *testing.T) {
			b := browser(t, s.url)
			dir := b.downloadsTo(t)
			b.look(t, way.width, way.scheme)
			if !way.script {
				b.do(t, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
					_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
					return err
				}))
			}
			b.do(t, chromedp.Navigate(s.url+"/"), chromedp.SetUploadFiles("#file", []string{file}))
			b.do(t, chromedp.SetValue(`form.start [name=target]`, "starter-esco@1"), chromedp.Click(`form.start button`))
			b.until(t, `document.readyState === "complete" && document.querySelectorAll(".proposal").length >= 4`)
			if js := script[bool](t, b, `document.documentElement.classList.contains("js")`); js != way.script {
				t.Fatalf("scripts ran: %t", js)
			}
			for _, field := range []string{"d.1", "d.2", "d.3"} {
				b.do(t, chromedp.Click(`input[name="`+field+`"][value=accept]`))
			}
			b.do(t, chromedp.Click(`input[name="d.4"][value=reject]`), chromedp.SendKeys(`input[name="r.4"]`, "not taught"))
			if shift := b.shift(t); shift > 0.1 {
				t.Errorf("the page shifts by %.2f", shift)
			}
			if w := script[int64](t, b, `document.documentElement.scrollWidth`); w > way.width {
				t.Errorf("the page is %d wide", w)
			}
			b.do(t, chromedp.Click(`button[name=what][value=document]`))
			threeStated(t, awaited(t, dir))
		})
	}
}

// TestAlignByKeyboardAlone goes the same way without the mouse and without
// touching the page from outside: Tab, Enter, and the keys of the list.
func TestAlignByKeyboardAlone(t *testing.T) {
	s := newSite(t, nil)
	b := browser(t, s.url)
	dir := b.downloadsTo(t)
	b.do(t, chromedp.Navigate(s.url+"/"))
	b.until(t, `document.readyState === "complete"`)
	tabTo := func(selector string) {
		t.Helper()
		for range 120 {
			b.press(t, kb.Tab)
			if script[bool](t, b, `document.activeElement.matches(`+strconv.Quote(selector)+`)`) {
				return
			}
		}
		t.Fatalf("Tab does not come to %s", selector)
	}
	tabTo("#text")
	b.do(t, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, input.InsertText, input.InsertTextParams{Text: badge}) // as pasted
		return err
	}))
	tabTo("form.start [name=target]")
	b.press(t, "starter-esco")
	tabTo("form.start button")
	b.press(t, kb.Enter)
	b.until(t, `document.querySelectorAll(".proposal").length >= 4 && document.getElementById("status").textContent !== ""`)
	for _, key := range []string{"j", "a", "a", "a", "x"} {
		b.press(t, key)
	}
	b.until(t, `document.activeElement.closest(".reason") !== null`)
	b.press(t, "not taught\r")
	b.until(t, `document.getElementById("status").textContent.startsWith("3 accepted, 1 rejected")`)
	tabTo("button[name=what][value=document]")
	b.press(t, kb.Enter)
	threeStated(t, awaited(t, dir))
}

// downloadsTo has the browser put what it downloads into a folder.
func (b *tab) downloadsTo(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	b.do(t, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, download.SetDownloadBehavior, download.SetDownloadBehaviorParams{Behavior: download.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir})
		return err
	}))
	return dir
}

// awaited waits until one whole file is in dir and returns what it holds.
func awaited(t *testing.T, dir string) string {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		files, err := filepath.Glob(filepath.Join(dir, "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) == 1 {
			text, err := os.ReadFile(files[0])
			if err != nil {
				t.Fatal(err)
			}
			if len(text) > 0 {
				return string(text)
			}
		}
	}
	t.Fatal("nothing was downloaded")
	return ""
}
