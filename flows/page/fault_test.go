package page

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"

	"github.com/unecho/unecho/flows/browser/browsertest"
)

// Every error branch of a gesture is run: the n-th protocol call of it fails, for each n
// until one gesture makes fewer calls than that. What must hold is the same for all of
// them: the page gets one click or none, what is reported as clicked was clicked, nobody
// waits longer than a step, and the next gesture works.

var errInjected = errors.New("injected by the test")

// faulty is the tab's connection, on which one call fails.
type faulty struct {
	cdp.Session
	how string // refused: it is not sent; unanswered: it is done, and the answer is lost; late: it is sent a little later

	mu     sync.Mutex
	n      int // the call that fails, counted from 1 at arm; 0: none
	calls  int
	failed string // its method
}

func (f *faulty) arm(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n, f.calls, f.failed = n, 0, ""
}

// disarm tells which call failed, "" if none.
func (f *faulty) disarm() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n = 0
	return f.failed
}

func (f *faulty) Call(ctx context.Context, method string, params, res any) error {
	f.mu.Lock()
	f.calls++
	mine := f.calls == f.n
	if mine {
		f.failed = method
	}
	f.mu.Unlock()
	if !mine {
		return f.Session.Call(ctx, method, params, res)
	}
	switch f.how {
	case "refused":
		// post waits for the call to be on its way: it asks for ctx's end as a call does.
		ctx.Done()
		ctx.Done()
		return errInjected
	case "unanswered":
		if err := f.Session.Call(ctx, method, params, res); err != nil {
			return err
		}
		return errInjected
	}
	select {
	case <-time.After(300 * time.Millisecond): // longer than the guard's verdict is waited for
	case <-ctx.Done():
		return ctx.Err()
	}
	return f.Session.Call(ctx, method, params, res)
}

func TestTheNthCallOfAGestureFails(t *testing.T) {
	t.Parallel()
	for _, g := range []struct {
		name, page string
		do         func(w *world) error
		does       string // what the page notes of it
	}{
		{"click in a row", "/rows.html", func(w *world) error { _, err := w.Click(w.ctx, echo(7)); return err }, "Echo 7"},
		{"click after a hover", "/rows.html", func(w *world) error {
			if err := w.Hover(w.ctx, echo(3)); err != nil {
				return err
			}
			_, err := w.Click(w.ctx, echo(7))
			return err
		}, "Echo 7"},
		{"check", "/form.html", func(w *world) error { return w.Check(w.ctx, What{Element: "box"}) }, ""},
	} {
		for _, how := range []string{"refused", "unanswered", "late"} {
			t.Run(g.name+"/"+how, func(t *testing.T) {
				if g.name == "click after a hover" { // it has the calls of the two others
					browsertest.OnlyInFull(t)
				}
				f := &faulty{how: how}
				w := openWith(t, "", nil, func(o *Options) {
					o.StepTimeout = 3 * time.Second
					o.wrap = func(s cdp.Session) cdp.Session { f.Session = s; return f }
				})
				w.knows(echoes(20, 100)...)
				times := func() int {
					if g.does == "" {
						if js[bool](w, "document.querySelector('#box').checked") {
							return 1
						}
						return 0
					}
					return js[int](w, "got.length")
				}
				ran := map[string]int{}
				for n := 1; ; n++ {
					if n > 40 {
						t.Fatal("a gesture of more than 40 calls")
					}
					if err := w.Goto(w.ctx, w.base+g.page); err != nil {
						t.Fatal(err)
					}
					w.untilParsed()
					f.arm(n)
					began := time.Now()
					err := g.do(w)
					took := time.Since(began)
					failed := f.disarm()
					if failed == "" { // it made fewer calls
						if err != nil || times() != 1 {
							t.Errorf("without a fault: %d, %v", times(), err)
						}
						break
					}
					ran[failed]++
					at := fmt.Sprintf("call %d, %s", n, failed)
					did := times()
					if took > 6*time.Second {
						t.Errorf("%s: it took %v", at, took)
					}
					if err != nil && (strings.Contains(err.Error(), "\n") || err.Error() == "") {
						t.Errorf("%s: no clear line: %q", at, err)
					}
					if did > 1 || err == nil && did != 1 {
						t.Errorf("%s: done %d times, and said %v", at, did, err)
					}
					// And the tab is as good as before.
					if err := w.Goto(w.ctx, w.base+g.page); err != nil {
						t.Fatalf("%s: then: %v", at, err)
					}
					w.untilParsed()
					if err := g.do(w); err != nil || times() != 1 {
						t.Fatalf("%s: the next one: done %d times, %v", at, times(), err)
					}
				}
				if len(ran) < 2 || ran["Input.dispatchMouseEvent"] == 0 {
					t.Errorf("these calls failed: %v, which is not all of a gesture", ran)
				}
				t.Logf("%v", ran)
			})
		}
	}
}
