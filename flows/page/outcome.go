package page

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/network"
)

// This file watches what comes of a press on Deregister, or on its confirmation.

// An Outcome is what a page did after a press on Deregister or on its confirmation.
type Outcome struct {
	// What: confirm (a pop-up to be confirmed), tick (a box to be ticked first), notice
	// (a box to be closed), failure (the page says so), gone (the device is not in view
	// any more), left (another document), declined (its window.confirm did not clearly
	// ask for this device, and was answered with no), nothing.
	What  string `json:"what"`
	Words string `json:"words"`
	Close bool   `json:"close"` // there is something to close (SeekNotice)
	Up    string `json:"up"`    // what a layer says that came up and was not understood
}

// Outcome watches, in the page, for what comes after a press on a device's Deregister:
// everything that may come at once, until limit. Where calls of the page were sent and
// answered since the press, and the page then is at rest, it waits no longer. A pop-up
// that names another device, or offers a danger, is an error.
func (t *Tab) Outcome(ctx context.Context, key string, limit time.Duration) (Outcome, error) {
	s, err := t.begin(ctx, "watch", t.nameOf(key))
	if err != nil {
		return Outcome{}, err
	}
	o, err := s.outcome(key, earlier(s.end, time.Now().Add(limit)))
	if o.What != "" {
		s.what += ": " + o.What
		s.linef("%s", oneLine(o.Words, 200))
	}
	return o, s.finish(err)
}

// Arrived says that a press on a device's Deregister led to the document that is there: all
// of it is what came of the press, and Outcome watches it for a question.
func (t *Tab) Arrived(ctx context.Context, key string) error {
	s, err := t.begin(ctx, "arrive", t.nameOf(key))
	if err != nil {
		return err
	}
	return s.finish(s.ask("arrived", s.end, func(int64) any { return map[string]any{"key": key} }, nil, true))
}

// declined is the question of a window.confirm that the last press brought and that was
// answered with no.
func (t *Tab) declined() string {
	t.state.mu.Lock()
	defer t.state.mu.Unlock()
	return t.state.no
}

func (s *step) outcome(key string, end time.Time) (Outcome, error) {
	for {
		if no := s.t.declined(); no != "" {
			return Outcome{What: "declined", Words: no}, nil
		}
		var r struct {
			Outcome
			Fail *fail
			Next *readiness
		}
		next, press := s.t.prime(What{Known: &Known{Key: key, Seek: SeekConfirm, At: -1}})
		doc := s.asked
		slice := earlier(end, time.Now().Add(200*time.Millisecond))
		answered := s.t.answeredSince(s.t.calledAtPress)
		if answered {
			slice = earlier(end, time.Now().Add(time.Second))
		}
		settle := settled
		if s.t.answeredSince(s.t.calledAtFirst) {
			settle = 0 // what is gone by now does not come back
		}
		sent, called := s.t.Sent(), s.t.calledSincePress()
		stop := s.tellAnswered(settle > 0)
		// A page that draws thousands of rows anew answers late: it has the whole time for that.
		err := s.ask("outcome", end, func(int64) any {
			return map[string]any{"key": key, "ms": max(0, time.Until(slice).Milliseconds()), "settle": settle.Milliseconds(), "rest": rest.Milliseconds(), "idle": answered, "calling": !s.t.idle(), "next": next, "sent": sent, "called": called}
		}, &r, true)
		stop()
		switch {
		case err != nil:
			return Outcome{}, err
		case r.Fail != nil:
			return Outcome{}, s.refuse(r.Fail)
		case r.What == "waiting" && time.Now().Before(end):
			continue
		case r.What == "waiting":
			return Outcome{}, s.refuse(&fail{Kind: string(KindDisabled), Words: r.Words})
		case r.What == "confirm" && (sent != s.t.Sent() || called != s.t.calledSincePress()):
			continue // it was judged without what has been sent meanwhile
		case r.What != "nothing":
			press.keep(s, r.Next)
			return r.Outcome, nil
		case doc != nil && s.asked != doc:
			return Outcome{What: "left"}, nil
		case answered && s.t.idle(), !time.Now().Before(end):
			return r.Outcome, nil
		}
	}
}

// Sent says that the page has sent a request since the last press on a Deregister that
// speaks of deregistering: nobody outside knows what it is called, so that a no says nothing.
func (t *Tab) Sent() bool {
	t.state.mu.Lock()
	defer t.state.mu.Unlock()
	return t.state.sent > t.sentAtFirst
}

// Deregistrations is how many requests the page has sent that speak of deregistering.
func (t *Tab) Deregistrations() int {
	t.state.mu.Lock()
	defer t.state.mu.Unlock()
	return t.state.sent
}

// calledSincePress: the page has sent a call since the last press of any kind.
func (t *Tab) calledSincePress() bool {
	t.state.mu.Lock()
	defer t.state.mu.Unlock()
	return t.state.called > t.calledAtPress
}

// deregisters: a request to the page's own host says in its address or its body that it
// deregisters. What counts clicks goes to other hosts.
func deregisters(ev *network.EventRequestWillBeSent) bool {
	to, err := url.Parse(ev.Request.URL)
	page, perr := url.Parse(ev.DocumentURL)
	if err != nil || perr != nil || to.Host != page.Host || ev.Request.Method == http.MethodGet {
		return false
	}
	says := func(s string) bool { return strings.Contains(strings.ToLower(s), "deregister") }
	return says(to.Path) || says(to.RawQuery) || slices.ContainsFunc(ev.Request.PostDataEntries, func(e *network.PostDataEntry) bool { return says(string(e.Bytes)) })
}

// answeredSince: the page has sent a call since there were so many, and none is under way.
func (t *Tab) answeredSince(calls int) bool {
	t.state.mu.Lock()
	defer t.state.mu.Unlock()
	return t.state.called > calls && len(t.state.calls) == 0
}

// tellAnswered tells an outcome that is being watched for when the calls that the page
// sent since the press on Deregister are answered.
func (s *step) tellAnswered(wanted bool) (stop func()) {
	if !wanted {
		return func() {}
	}
	t := s.t
	ctx, cancel := context.WithCancel(s.ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		var d *document
		err := t.state.until(ctx, func() bool {
			d = t.state.doc
			return d != nil && t.state.called > t.calledAtFirst && len(t.state.calls) == 0
		})
		if err == nil {
			_, _ = t.evaluate(ctx, d, `unecho.call("answered")`)
		}
	}()
	return func() { cancel(); <-done }
}
