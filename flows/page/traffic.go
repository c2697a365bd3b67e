package page

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Traffic is what a tab loads and what its pages log, for the evidence of a failure. It
// keeps the last lines and counts the rest. The methods of a nil *Traffic say that
// nothing was seen.
type Traffic struct {
	mu         sync.Mutex
	console    []string
	requests   map[network.RequestID]string // under way: METHOD host/path
	answers    map[string]int               // by host and status
	failed     []string                     // requests that failed or were refused
	main       cdp.FrameID                  // the page itself, not a frame inside it
	retryAfter time.Duration                // of the page's last document, 0 if none
}

// trafficLines is how many lines of each kind are kept.
const trafficLines = 200

// ListenTraffic follows the tab of ctx, a chromedp context, from now on.
func ListenTraffic(ctx context.Context) (*Traffic, error) {
	t := &Traffic{requests: map[network.RequestID]string{}, answers: map[string]int{}}
	if c := chromedp.FromContext(ctx); c.Target != nil {
		t.main = cdp.FrameID(c.Target.TargetID)
	}
	return t, chromedp.Listen(ctx, t.event)
}

// event runs on the loop that reads from the browser: it only notes.
func (t *Traffic) event(ev any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch ev := ev.(type) {
	case *runtime.EventConsoleAPICalled:
		var words []string
		for _, a := range ev.Args {
			words = append(words, cmp.Or(strings.Trim(string(a.Value), `"`), a.Description, string(a.Type)))
		}
		t.console = keepLast(t.console, fmt.Sprintf("%s: %s", ev.Type, oneLine(strings.Join(words, " "), 500)))
	case *runtime.EventExceptionThrown:
		w := ev.ExceptionDetails.Text
		if x := ev.ExceptionDetails.Exception; x != nil {
			w += " " + x.Description
		}
		t.console = keepLast(t.console, "exception: "+oneLine(w, 500))
	case *network.EventRequestWillBeSent:
		if len(t.requests) < 10_000 {
			t.requests[ev.RequestID] = ev.Request.Method + " " + withoutQuery(ev.Request.URL)
		}
	case *network.EventResponseReceived:
		what := t.requests[ev.RequestID]
		t.answers[fmt.Sprintf("%s %d", hostOf(ev.Response.URL), ev.Response.Status)]++
		if ev.Response.Status >= 400 {
			t.failed = keepLast(t.failed, fmt.Sprintf("%s: HTTP %d", what, ev.Response.Status))
		}
		if ev.Type == network.ResourceTypeDocument && ev.FrameID == t.main {
			t.retryAfter = 0
			for k, v := range ev.Response.Headers {
				if strings.EqualFold(k, "Retry-After") && ev.Response.Status >= 400 {
					t.retryAfter = ParseRetryAfter(fmt.Sprint(v), time.Now())
				}
			}
		}
	case *cdppage.EventFrameNavigated:
		if ev.Frame.ParentID == "" {
			t.main = ev.Frame.ID
		}
	case *network.EventLoadingFinished:
		delete(t.requests, ev.RequestID)
	case *network.EventLoadingFailed:
		what := t.requests[ev.RequestID]
		delete(t.requests, ev.RequestID)
		if what != "" && !ev.Canceled && ev.BlockedReason == "" {
			t.failed = keepLast(t.failed, fmt.Sprintf("%s: %s", what, ev.ErrorText))
		}
	}
}

// RetryAfter is how long the last document asked to wait, 0 if it did not.
func (t *Traffic) RetryAfter() time.Duration {
	if t == nil {
		return 0
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.retryAfter
}

// Network is a summary in lines: what failed, what still waits for an answer, and how
// many answers each host gave. Addresses stand there without their queries.
func (t *Traffic) Network() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var b strings.Builder
	section := func(title string, lines []string) {
		if len(lines) > 0 {
			fmt.Fprintf(&b, "%s\n  %s\n", title, strings.Join(lines, "\n  "))
		}
	}
	section("failed or refused:", t.failed)
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

// Console is what the pages logged, a line each.
func (t *Traffic) Console() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.console) == 0 {
		return "the pages logged nothing\n"
	}
	return strings.Join(t.console, "\n") + "\n"
}

// MaxRetryAfter is the most that a run waits because it was told to. Whoever asks for
// more is better left alone: the run ends and can be repeated.
const MaxRetryAfter = time.Minute

// ParseRetryAfter reads the header of that name, seconds or a date, at most
// MaxRetryAfter; 0 if it is not there or makes no sense.
func ParseRetryAfter(header string, now time.Time) time.Duration {
	header = strings.TrimSpace(header)
	var d time.Duration
	if sec, err := strconv.ParseInt(header, 10, 32); err == nil {
		d = time.Duration(sec) * time.Second
	} else if at, err := http.ParseTime(header); err == nil {
		d = at.Sub(now)
	}
	return max(0, min(d, MaxRetryAfter))
}

func keepLast(lines []string, line string) []string {
	if len(lines) >= trafficLines {
		lines = slices.Delete(lines, 0, 1)
	}
	return append(lines, line)
}

// withoutQuery is an address without its query, which may carry tokens.
func withoutQuery(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		scheme, _, _ := strings.Cut(raw, ":")
		return scheme + ":…" // data: and the like
	}
	return u.Host + oneLine(u.Path, 500)
}

func hostOf(raw string) string {
	if u, err := url.Parse(raw); err == nil && u.Host != "" {
		return u.Host
	}
	return "-"
}
