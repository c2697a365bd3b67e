package cli

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
)

// How long to wait is said by the page; a frame inside it speaks for itself only.
func TestAFramesRetryAfterIsNotThePages(t *testing.T) {
	tr := &trace{requests: map[network.RequestID]string{}, answers: map[string]int{}}
	document := func(frame cdp.FrameID, status int64, after string) {
		h := network.Headers{}
		if after != "" {
			h["retry-after"] = after
		}
		tr.event(&network.EventResponseReceived{RequestID: "1", FrameID: frame, Type: network.ResourceTypeDocument,
			Response: &network.Response{URL: "https://www.amazon.com/", Status: status, Headers: h}})
	}
	tr.event(&page.EventFrameNavigated{Frame: &cdp.Frame{ID: "MAIN"}})
	tr.event(&page.EventFrameNavigated{Frame: &cdp.Frame{ID: "ADVERT", ParentID: "MAIN"}})
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
		if got := tr.retryAfter(); got != c.want {
			t.Errorf("after %s %d Retry-After %q: %v, want %v", c.frame, c.status, c.after, got, c.want)
		}
	}
}
