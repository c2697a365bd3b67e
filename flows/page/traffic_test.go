package page

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
)

// How long to wait is said by the page; a frame inside it speaks for itself only.
func TestAFramesRetryAfterIsNotThePages(t *testing.T) {
	tr := &Traffic{requests: map[network.RequestID]string{}, answers: map[string]int{}}
	document := func(frame cdp.FrameID, status int64, after string) {
		h := network.Headers{}
		if after != "" {
			h["retry-after"] = after
		}
		tr.event(&network.EventResponseReceived{RequestID: "1", FrameID: frame, Type: network.ResourceTypeDocument,
			Response: &network.Response{URL: "https://www.amazon.com/", Status: status, Headers: h}})
	}
	tr.event(&cdppage.EventFrameNavigated{Frame: &cdp.Frame{ID: "MAIN"}})
	tr.event(&cdppage.EventFrameNavigated{Frame: &cdp.Frame{ID: "ADVERT", ParentID: "MAIN"}})
	for _, c := range []struct {
		frame  cdp.FrameID
		status int64
		after  string
		want   time.Duration
	}{
		{"ADVERT", 503, "40", 0},
		{"MAIN", 429, "7", 7 * time.Second},
		{"ADVERT", 200, "", 7 * time.Second},
		{"ADVERT", 503, "40", 7 * time.Second},
		{"MAIN", 200, "", 0},
	} {
		document(c.frame, c.status, c.after)
		if got := tr.RetryAfter(); got != c.want {
			t.Errorf("after %s %d Retry-After %q: %v, want %v", c.frame, c.status, c.after, got, c.want)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	for in, want := range map[string]time.Duration{
		"": 0, "0": 0, "1": time.Second, " 30 ": 30 * time.Second, "3600": time.Minute, "-5": 0, "soon": 0, "1.5": 0,
		"99999999999999999999":          0,
		"Fri, 01 May 2026 12:00:20 GMT": 20 * time.Second,
		"Fri, 01 May 2026 11:00:00 GMT": 0,
		"Fri, 01 May 2026 14:00:00 GMT": time.Minute,
	} {
		if got := ParseRetryAfter(in, now); got != want {
			t.Errorf("Retry-After %q: %v, want %v", in, got, want)
		}
	}
}
