package page

import (
	"context"
	"encoding/json"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
)

// document is one document of the main frame with page.js in it.
type document struct {
	id   string          // unique id of its execution context
	ctx  context.Context // ends with the document
	gone context.CancelFunc
	owed bool // it came during a gesture and was not greeted yet

	known atomic.Int64 // version of the list that it was given
}

// verdict is what the guard in the page says about a gesture.
type verdict struct {
	G         int64  `json:"g"`
	OK        bool   `json:"ok"`
	Kind      string `json:"kind"`
	Words     string `json:"words"`
	Passed    string `json:"passed"` // the last event that was let through
	CSS       string `json:"css"`
	Candidate int    `json:"candidate"`
	Text      string `json:"text"`
	Leads     bool   `json:"leads"` // a link or a button that sends a form was clicked: Done follows
	Done      bool   `json:"done"`  // the click is over, with what it set off at once
	Stray     bool   `json:"stray"` // a press hit a document that Go had not spoken to
}

// state is what the events of the tab tell. The listener only writes here: a
// command sent from it would never be answered.
type state struct {
	mu      sync.Mutex
	changed chan struct{} // closed and replaced at every change

	main    cdp.FrameID
	doc     *document
	loaders map[cdp.LoaderID]bool // committed in the main frame
	commits int
	failed  string // net error of the last request for a main document
	blank   bool   // the committed document is the browser's error page

	asked   request // of a main document, the last that was sent
	current request // of the document that is there
	missing string  // the address that the browser's error page stands for
	lost    string  // net error of the document that is there: none of it came, or not all

	jumps     int  // within the document, so far
	leaving   bool // a navigation of the main frame is on its way
	loader    cdp.LoaderID
	requested time.Time // the page asked for one, which may come to nothing

	calls  map[network.RequestID]bool // under way, sent by the page's scripts
	called int                        // calls that were sent so far
	sent   int                        // those of them that speak of deregistering
	agree  func(message string) bool  // whether a window.confirm may be answered with yes
	yes    bool                       // one was answered with yes
	no     string                     // what such a window.confirm asked that was answered with no

	gesturing bool // a press may be on its way: new documents are not greeted
	verdicts  chan verdict
	deaf      bool     // tests: the guard is not heard
	notes     []string // JS dialogs and the like, for the running step
}

// request is one for a main document, as it was sent last: after a redirection that is
// where it led to.
type request struct {
	id     network.RequestID
	method string
	hops   int // redirections on the way
}

func newState() *state {
	return &state{changed: make(chan struct{}), loaders: map[cdp.LoaderID]bool{}, calls: map[network.RequestID]bool{}, verdicts: make(chan verdict, 64)}
}

// touch wakes who waits. The lock is held.
func (s *state) touch() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// requestGrace is how long a navigation that the page asked for may take to start.
const requestGrace = 700 * time.Millisecond

// underway reports whether the document is about to be replaced. The lock is held.
func (s *state) underway() bool {
	return s.leaving || (!s.requested.IsZero() && time.Since(s.requested) < requestGrace)
}

// answered: the request of the navigation that is on its way is over. It commits
// now or never (a download, a 204). The lock is held.
func (s *state) answered(id network.RequestID) {
	if s.leaving && string(id) == string(s.loader) {
		s.leaving, s.requested = false, time.Now()
	}
}

// until waits until ok holds; ok runs with the lock held.
func (s *state) until(ctx context.Context, ok func() bool) error {
	for {
		s.mu.Lock()
		if ok() {
			s.mu.Unlock()
			return nil
		}
		changed := s.changed
		s.mu.Unlock()
		tick := time.NewTimer(200 * time.Millisecond) // requestGrace runs out without an event
		select {
		case <-ctx.Done():
			tick.Stop()
			return ctx.Err()
		case <-changed:
		case <-tick.C:
		}
		tick.Stop()
	}
}

// event runs on the loop that reads from the browser.
func (t *Tab) event(ev any) {
	s := t.state
	s.mu.Lock()
	defer s.mu.Unlock()
	switch ev := ev.(type) {
	case *runtime.EventExecutionContextCreated:
		var aux struct {
			FrameID cdp.FrameID `json:"frameId"`
		}
		if ev.Context.Name != worldName || json.Unmarshal(ev.Context.AuxData, &aux) != nil || aux.FrameID != s.main {
			return
		}
		if s.doc != nil {
			s.doc.gone()
		}
		ctx, gone := context.WithCancel(t.life)
		s.doc = &document{id: ev.Context.UniqueID, ctx: ctx, gone: gone}
		if s.doc.owed = s.gesturing; !s.doc.owed {
			go t.greet(s.doc)
		}
	case *runtime.EventExecutionContextDestroyed:
		if s.doc == nil || s.doc.id != ev.ExecutionContextUniqueID {
			return
		}
		s.doc.gone()
		s.doc = nil
	case *runtime.EventExecutionContextsCleared:
		if s.doc == nil {
			return
		}
		s.doc.gone()
		s.doc = nil
	case *runtime.EventBindingCalled:
		var v verdict
		if s.deaf || ev.Name != binding || json.Unmarshal([]byte(ev.Payload), &v) != nil {
			return
		}
		select {
		case s.verdicts <- v:
		default: // nobody is waiting for so many
		}
		return
	case *cdppage.EventFrameNavigated:
		if ev.Frame.ParentID != "" {
			return
		}
		s.main = ev.Frame.ID
		s.loaders[ev.Frame.LoaderID] = true
		s.commits++
		s.missing = ev.Frame.UnreachableURL
		s.blank = s.missing != ""
		s.current, s.lost = request{id: network.RequestID(ev.Frame.LoaderID)}, ""
		if s.asked.id == s.current.id {
			s.current = s.asked
		}
		if s.blank {
			s.lost = s.failed
		}
		s.leaving, s.requested = false, time.Time{}
		clear(s.calls)
	case *cdppage.EventFrameRequestedNavigation:
		if ev.FrameID != s.main || ev.Disposition != cdppage.ClientNavigationDispositionCurrentTab {
			return
		}
		s.requested = time.Now()
	case *cdppage.EventFrameStartedNavigating:
		if ev.FrameID != s.main || ev.NavigationType == cdppage.FrameStartedNavigatingNavigationTypeSameDocument ||
			ev.NavigationType == cdppage.FrameStartedNavigatingNavigationTypeHistorySameDocument {
			return
		}
		s.leaving, s.loader = true, ev.LoaderID
	case *cdppage.EventNavigatedWithinDocument:
		if ev.FrameID != s.main {
			return
		}
		s.requested = time.Time{}
		s.jumps++
	case *cdppage.EventFrameStoppedLoading:
		if ev.FrameID != s.main {
			return
		}
		s.leaving, s.requested = false, time.Time{}
	case *network.EventRequestWillBeSent:
		if ev.Type == network.ResourceTypeXHR || ev.Type == network.ResourceTypeFetch {
			if !s.calls[ev.RequestID] {
				s.called++
				if ev.Request != nil && deregisters(ev) {
					s.sent++
				}
			}
			s.calls[ev.RequestID] = true
			break
		}
		if ev.Type != network.ResourceTypeDocument || ev.FrameID != s.main || ev.Request == nil {
			return
		}
		if s.asked.id == ev.RequestID { // sent on from another address
			s.asked.hops++
		} else {
			s.asked, s.failed = request{id: ev.RequestID}, ""
		}
		s.asked.method = ev.Request.Method
		return
	case *network.EventLoadingFailed:
		delete(s.calls, ev.RequestID)
		// The documents of frames inside the page fail here too; they are not the page.
		ours := ev.RequestID == s.asked.id || ev.RequestID == s.current.id || string(ev.RequestID) == string(s.loader)
		if ours && ev.Type == network.ResourceTypeDocument && !ev.Canceled {
			s.failed = ev.ErrorText
			if s.current.id == ev.RequestID {
				s.lost = ev.ErrorText // only its beginning came
			}
		}
		s.answered(ev.RequestID)
	case *network.EventLoadingFinished:
		delete(s.calls, ev.RequestID)
		s.answered(ev.RequestID)
	case *cdppage.EventJavascriptDialogOpening:
		leave := ev.Type == cdppage.DialogTypeBeforeunload
		switch {
		case leave:
			s.notes = append(s.notes, "the page asked whether to leave it: yes")
		case ev.Type == cdppage.DialogTypeConfirm && s.agree != nil && s.agree(ev.Message):
			leave, s.agree, s.yes = true, nil, true
			s.notes = append(s.notes, "confirm answered with OK: "+oneLine(ev.Message, 200))
		default:
			if ev.Type == cdppage.DialogTypeConfirm && s.agree != nil && !s.yes {
				s.no = oneLine(ev.Message, 200)
			}
			s.notes = append(s.notes, string(ev.Type)+" dismissed: "+oneLine(ev.Message, 200))
		}
		go t.answer(leave)
	case *inspector.EventTargetCrashed:
		t.end(errPageCrashed)
	default:
		return
	}
	s.touch()
}

// answer closes a JavaScript dialog, which blocks the page while it is open.
func (t *Tab) answer(accept bool) {
	ctx, cancel := context.WithTimeout(t.life, 10*time.Second)
	defer cancel()
	_, _ = cdp.Call(ctx, t.target, cdppage.HandleJavaScriptDialog, cdppage.HandleJavaScriptDialogParams{Accept: accept})
}

// greet tells a new document that no press meant for another one is on its way,
// so that its guard leaves a person's clicks alone.
func (t *Tab) greet(d *document) {
	ctx, cancel := context.WithTimeout(t.life, 5*time.Second)
	defer cancel()
	_, _ = t.evaluate(ctx, d, `unecho.call("hello")`)
}
