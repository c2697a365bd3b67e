package page

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
)

// A net error of a frame inside the page is not the page's.
func TestANetErrorOfAFrameIsNotThePages(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	tab := &Tab{state: newState(), life: ctx, end: cancel}
	tab.state.main = "MAIN"
	asks := func(frame, id string) {
		tab.event(&network.EventRequestWillBeSent{RequestID: network.RequestID(id), FrameID: cdp.FrameID(frame), Type: network.ResourceTypeDocument, Request: &network.Request{Method: "GET"}})
	}
	fails := func(id, words string) {
		tab.event(&network.EventLoadingFailed{RequestID: network.RequestID(id), Type: network.ResourceTypeDocument, ErrorText: words})
	}
	arrives := func(loader, unreachable string) {
		tab.event(&cdppage.EventFrameNavigated{Frame: &cdp.Frame{ID: "MAIN", LoaderID: cdp.LoaderID(loader), UnreachableURL: unreachable}})
	}
	lost := func() string {
		tab.state.mu.Lock()
		defer tab.state.mu.Unlock()
		return tab.state.lost + "|" + tab.state.failed
	}

	asks("MAIN", "1")
	arrives("1", "")
	asks("ADVERT", "2")
	fails("2", "net::ERR_CONNECTION_RESET")
	if got := lost(); got != "|" {
		t.Errorf("a frame's error counts as the page's: %q", got)
	}
	asks("MAIN", "3")
	asks("ADVERT", "4")
	fails("3", "net::ERR_EMPTY_RESPONSE")
	fails("4", "net::ERR_NAME_NOT_RESOLVED")
	arrives("3", "https://www.amazon.com/")
	if got := lost(); !strings.HasPrefix(got, "net::ERR_EMPTY_RESPONSE|") {
		t.Errorf("the page's own error is not told: %q", got)
	}
	asks("MAIN", "5")
	arrives("5", "https://www.amazon.com/") // an error page for which no error was told
	if got := lost(); strings.Contains(got, "EMPTY") {
		t.Errorf("an error of an earlier page is told: %q", got)
	}
}

// goesRound redirects by HTTP without end, and its page does so by script.
func goesRound() map[string]http.HandlerFunc {
	n := 0
	return map[string]http.HandlerFunc{
		"/circle": func(w http.ResponseWriter, r *http.Request) {
			n++
			http.Redirect(w, r, fmt.Sprintf("/circle?%d", n), http.StatusFound)
		},
		"/script-circle": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, `<title>x</title><p>x<script>location.replace("/script-circle?"+Math.random())</script>`)
		},
	}
}

// A redirection that goes round is named so, whoever redirects, and long before the
// time of the step is over.
func TestARedirectionThatGoesRoundIsNamed(t *testing.T) {
	w := openWith(t, "", goesRound(), func(o *Options) { o.StepTimeout = 20 * time.Second })
	err := w.Goto(w.ctx, w.base+"/circle")
	refused(t, err, ErrNavigation, "redirects in a circle", "net::ERR_TOO_MANY_REDIRECTS")
	if !errors.Is(err, ErrCircle) {
		t.Errorf("%v is no ErrCircle", err)
	}
	began := time.Now()
	if err = w.Goto(w.ctx, w.base+"/script-circle"); err == nil {
		_, err = w.See(w.ctx, "email")
	}
	refused(t, err, ErrNavigation, "redirects in a circle")
	if took := time.Since(began); !errors.Is(err, ErrCircle) || took > 15*time.Second {
		t.Errorf("%v after %v", err, took)
	}
	if err := w.Goto(w.ctx, w.base+"/screens.html"); err != nil {
		t.Errorf("the tab is of no use afterwards: %v", err)
	}
}

// A navigation that its caller gave up is over: the next step does not wait for it.
func TestANavigationThatIsGivenUpIsStopped(t *testing.T) {
	asked, over := make(chan struct{}, 1), make(chan struct{})
	w := openWith(t, "/screens.html", map[string]http.HandlerFunc{"/never": func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		select {
		case <-r.Context().Done():
		case <-over:
		}
	}}, nil)
	defer close(over)
	ctx, cancel := context.WithCancel(w.ctx)
	go func() { <-asked; cancel() }()
	refused(t, w.Goto(ctx, w.base+"/never"), ErrStopped)
	began := time.Now()
	if _, err := w.Screenshot(w.ctx); err != nil || time.Since(began) > 3*time.Second {
		t.Errorf("a picture afterwards took %v: %v", time.Since(began), err)
	}
}
