package cli

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/unecho/unecho/flows"
)

// trace listens to what the page says and loads, for the evidence of a failure. It
// keeps the last lines and counts the rest; nothing of it is shown while all is well.
type trace struct {
	mu       sync.Mutex
	console  []string
	requests map[network.RequestID]string // under way: METHOD host/path
	answers  map[string]int               // by host and status
	trouble  []string                     // what failed or was refused
	main     cdp.FrameID                  // the page itself, not a frame inside it
	asked    time.Duration                // Retry-After of the page's last document, 0 if none
}

// traceLines is how much of each is kept.
const traceLines = 200

func newTrace(ctx context.Context) (*trace, error) {
	t := &trace{requests: map[network.RequestID]string{}, answers: map[string]int{}}
	if c := chromedp.FromContext(ctx); c.Target != nil {
		t.main = cdp.FrameID(c.Target.TargetID)
	}
	return t, chromedp.Listen(ctx, t.event)
}

// event runs on the loop that reads from the browser: it only notes.
func (t *trace) event(ev any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch ev := ev.(type) {
	case *runtime.EventConsoleAPICalled:
		var words []string
		for _, a := range ev.Args {
			w := strings.Trim(string(a.Value), `"`)
			words = append(words, cmp.Or(w, a.Description, string(a.Type)))
		}
		t.console = last(t.console, fmt.Sprintf("%s: %s", ev.Type, short(strings.Join(words, " "))))
	case *runtime.EventExceptionThrown:
		w := ev.ExceptionDetails.Text
		if x := ev.ExceptionDetails.Exception; x != nil {
			w += " " + x.Description
		}
		t.console = last(t.console, "exception: "+short(w))
	case *network.EventRequestWillBeSent:
		if len(t.requests) < 10_000 {
			t.requests[ev.RequestID] = ev.Request.Method + " " + bare(ev.Request.URL)
		}
	case *network.EventResponseReceived:
		what := t.requests[ev.RequestID]
		t.answers[fmt.Sprintf("%s %d", serverOf(ev.Response.URL), ev.Response.Status)]++
		if ev.Response.Status >= 400 {
			t.trouble = last(t.trouble, fmt.Sprintf("%s: HTTP %d", what, ev.Response.Status))
		}
		if ev.Type == network.ResourceTypeDocument && ev.FrameID == t.main {
			t.asked = 0
			for k, v := range ev.Response.Headers {
				if strings.EqualFold(k, "Retry-After") && ev.Response.Status >= 400 {
					t.asked = flows.RetryAfter(fmt.Sprint(v), time.Now())
				}
			}
		}
	case *page.EventFrameNavigated:
		if ev.Frame.ParentID == "" {
			t.main = ev.Frame.ID
		}
	case *network.EventLoadingFinished:
		delete(t.requests, ev.RequestID)
	case *network.EventLoadingFailed:
		what := t.requests[ev.RequestID]
		delete(t.requests, ev.RequestID)
		if what != "" && !ev.Canceled && ev.BlockedReason == "" {
			t.trouble = last(t.trouble, fmt.Sprintf("%s: %s", what, ev.ErrorText))
		}
	}
}

// retryAfter is how long the last document asked to wait.
func (t *trace) retryAfter() time.Duration {
	if t == nil {
		return 0
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.asked
}

// network is the summary: troubles first, then what is still under way, then counts.
func (t *trace) network() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var b strings.Builder
	section := func(title string, lines []string) {
		if len(lines) > 0 {
			fmt.Fprintf(&b, "%s\n  %s\n", title, strings.Join(lines, "\n  "))
		}
	}
	section("failed or refused:", t.trouble)
	section("still waiting for an answer:", slices.Sorted(maps.Values(t.requests)))
	var counts []string
	for _, k := range slices.Sorted(maps.Keys(t.answers)) {
		counts = append(counts, fmt.Sprintf("%s: %d", k, t.answers[k]))
	}
	section("answers by host and status:", counts)
	if b.Len() == 0 {
		return "nothing was loaded\n"
	}
	return b.String()
}

func (t *trace) said() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.console) == 0 {
		return "the pages logged nothing\n"
	}
	return strings.Join(t.console, "\n") + "\n"
}

func last(lines []string, line string) []string {
	if len(lines) >= traceLines {
		lines = slices.Delete(lines, 0, 1)
	}
	return append(lines, line)
}

func short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 500 {
		s = string(r[:500]) + "…"
	}
	return s
}

// bare is an address without its query, which may carry tokens.
func bare(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		scheme, _, _ := strings.Cut(raw, ":")
		return scheme + ":…" // data: and the like
	}
	return u.Host + short(u.Path)
}

func serverOf(raw string) string {
	if u, err := url.Parse(raw); err == nil && u.Host != "" {
		return u.Host
	}
	return "-"
}
