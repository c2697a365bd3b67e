package page

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// answer is a handler with a fixed page.
func answer(status int, html string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
		fmt.Fprint(w, "<!doctype html>"+html)
	}
}

func TestSeeWaitsForTheScreen(t *testing.T) {
	w := open(t, "/screens.html")
	seen, err := w.Look(w.ctx)
	if err != nil || seen.Screen != "early" || !seen.Person || seen.Lang != "es" || seen.Status != 200 || seen.Path != "/screens.html" {
		t.Errorf("at first: %+v, %v", seen, err)
	}
	seen, err = w.See(w.ctx, "late")
	if err != nil || seen.Screen != "late" {
		t.Errorf("then: %+v, %v", seen, err)
	}
	// A hidden decoy is no e-mail box, and a screen behind another is not seen.
	w.hurry()
	seen, err = w.See(w.ctx, "email", "early")
	e := refused(t, err, ErrTimeout, "the page is late at /screens.html")
	if e.Seen == nil || e.Seen.Screen != "late" || seen.Screen != "late" {
		t.Errorf("the error carries %+v", e.Seen)
	}
}

func TestLookSaysWhyAScreenIsUnknown(t *testing.T) {
	w := openWith(t, "/rows.html", nil, func(o *Options) { o.Site = "amazon.com" })
	seen, err := w.Look(w.ctx)
	if err != nil || seen.Screen != "rows" || seen.Variant != "plain" || len(seen.Why) != 2 {
		t.Errorf("%+v, %v", seen, err)
	}
	js[any](w, "list.remove()")
	seen, _ = w.Look(w.ctx)
	if seen.Screen != "unknown" || !strings.Contains(strings.Join(seen.Why, "; "), "rows/plain: not visible #list") {
		t.Errorf("%+v", seen)
	}
}

func TestSeeFollowsReloadsAndKeepsAScreensPatience(t *testing.T) {
	n := 0
	w := openWith(t, "", map[string]http.HandlerFunc{
		"/passing": func(rw http.ResponseWriter, r *http.Request) {
			if n++; n <= 3 {
				answer(202, `<title></title><div id=wait></div><script>setTimeout(() => location.reload(), 400)</script>`)(rw, r)
				return
			}
			http.Redirect(rw, r, "/rows.html", http.StatusFound)
		},
	}, func(o *Options) { o.StepTimeout = 500 * time.Millisecond })
	if err := w.Goto(w.ctx, w.base+"/passing"); err != nil {
		t.Fatal(err)
	}
	first, err := w.See(w.ctx, "passing")
	if err != nil || first.Status != 202 {
		t.Fatal(first, err)
	}
	seen, err := w.See(w.ctx, "rows")
	if err != nil || seen.Screen != "rows" || seen.Doc == first.Doc {
		t.Errorf("%+v, %v", seen, err)
	}
}

func TestGotoDoesNotWaitForImages(t *testing.T) {
	hang := make(chan struct{})
	w := openWith(t, "", map[string]http.HandlerFunc{
		"/page":  answer(503, `<title>Sorry! Something went wrong!</title><img src=/image>`),
		"/image": func(rw http.ResponseWriter, r *http.Request) { <-hang },
	}, nil)
	defer close(hang)
	start := time.Now()
	if err := w.Goto(w.ctx, w.base+"/page"); err != nil {
		t.Fatal(err)
	}
	seen, err := w.See(w.ctx)
	if err != nil || seen.Screen != "error" || seen.Status != 503 {
		t.Errorf("%+v, %v", seen, err)
	}
	if err := w.Reload(w.ctx); err != nil {
		t.Fatal(err)
	}
	again, err := w.See(w.ctx, "error")
	if err != nil || again.Doc == seen.Doc {
		t.Errorf("after the reload: %+v, %v", again, err)
	}
	if d := time.Since(start); d > 3*time.Second {
		t.Errorf("took %v", d)
	}
}

func TestGotoSaysWhatWentWrong(t *testing.T) {
	hang := make(chan struct{})
	w := openWith(t, "/rows.html", map[string]http.HandlerFunc{
		"/hang":     func(rw http.ResponseWriter, r *http.Request) { <-hang },
		"/download": func(rw http.ResponseWriter, r *http.Request) { rw.Header().Set("Content-Disposition", "attachment") },
	}, nil)
	defer close(hang)
	refused(t, w.Goto(w.ctx, "http://127.0.0.1:1/"), ErrNavigation, "http://127.0.0.1:1/: net::ERR_")
	refused(t, w.Goto(w.ctx, "http://no-such-host.example/"), ErrNavigation, "net::ERR_NAME_NOT_RESOLVED")
	refused(t, w.Goto(w.ctx, "no url"), ErrNavigation)
	refused(t, w.Goto(w.ctx, w.base+"/download"), ErrNavigation)
	w.hurry()
	e := refused(t, w.Goto(w.ctx, w.base+"/hang"), ErrNavigation, "no answer within")
	if !errors.Is(e, ErrTimeout) {
		t.Error("not late")
	}
	w.o.StepTimeout = 5 * time.Second
	// The tab is usable afterwards, also for another place in the same document.
	if err := w.Goto(w.ctx, w.base+"/rows.html"); err != nil {
		t.Fatal(err)
	}
	if err := w.Goto(w.ctx, w.base+"/rows.html#x"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.See(w.ctx, "rows"); err != nil {
		t.Error(err)
	}
	// It is loaded, with its fragment, from wherever in the document.
	for i := range 8 {
		want := fmt.Sprint("#settings/", i%4)
		js[any](w, "void (globalThis.old = true)")
		if err := w.Goto(w.ctx, w.base+"/rows.html"+want); err != nil {
			t.Fatal(err)
		}
		if _, err := w.See(w.ctx, "rows"); err != nil {
			t.Fatal(err)
		}
		if got := js[string](w, "globalThis.old ? 'the old document' : location.hash"); got != want {
			t.Errorf("at %s, want %s", got, want)
		}
	}
}

// Where the answer to a form does not arrive, See says so at once, and that it was a
// form: loading it again would send it again.
func TestAPageThatDoesNotArriveIsNamed(t *testing.T) {
	w := openWith(t, "", map[string]http.HandlerFunc{
		"/form": answer(200, `<title>Form</title><form method=post action=/broken?token=abc><button id=b>Go</button></form>`),
		"/broken": func(rw http.ResponseWriter, r *http.Request) {
			panic(http.ErrAbortHandler)
		},
		"/cut": func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("Content-Length", "1000")
			fmt.Fprint(rw, "<title>Sorry! Something went wrong!</title>")
			http.NewResponseController(rw).Flush()
			panic(http.ErrAbortHandler)
		},
	}, nil)
	if err := w.Goto(w.ctx, w.base+"/form"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Click(w.ctx, What{Element: "button"}); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	seen, err := w.See(w.ctx, "error")
	e := refused(t, err, ErrNavigation, "/broken: net::ERR_EMPTY_RESPONSE")
	if d := time.Since(start); d > w.o.StepTimeout/2 {
		t.Errorf("it took %v to say so", d)
	}
	if seen.Method != "POST" || seen.Lost != "net::ERR_EMPTY_RESPONSE" || seen.URL != w.base+"/broken?token=abc" || strings.Contains(e.Error(), "abc") {
		t.Errorf("%+v, %v", seen, err)
	}
	if err := w.Goto(w.ctx, w.base+"/cut"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.See(w.ctx, "error"); err != nil {
		t.Fatal(err)
	}
	// The browser tells of the missing end after what it shows of the beginning.
	for end := time.Now().Add(5 * time.Second); ; {
		if seen, err = w.Look(w.ctx); err != nil {
			t.Fatal(err)
		}
		if seen.Lost != "" || time.Now().After(end) {
			break
		}
	}
	if seen.Method != "GET" || seen.Lost != "net::ERR_CONTENT_LENGTH_MISMATCH" {
		t.Errorf("%+v", seen)
	}
}

// After a click that leads away, See must not answer about the page that is left.
func TestNavigationOnClickIsWaitedFor(t *testing.T) {
	w := openWith(t, "/leave.html", map[string]http.HandlerFunc{
		"/slow": func(rw http.ResponseWriter, r *http.Request) {
			time.Sleep(300 * time.Millisecond) // a server that takes its time
			answer(200, `<title>Sorry, slow</title><p id=b>arrived</p>`)(rw, r)
		},
	}, nil)
	c, err := w.Click(w.ctx, What{Element: "button"})
	if err != nil || !c.Navigated {
		t.Fatalf("%+v, %v", c, err)
	}
	if seen, err := w.See(w.ctx); err != nil || seen.Screen != "error" {
		t.Errorf("%+v, %v", seen, err)
	}
	if n := js[string](w, "sessionStorage.clicks"); n != "1" {
		t.Errorf("clicked %s times", n)
	}
}

const trap = `<title>Trap</title><a id=trap href="#" style="position:fixed;inset:0">trap</a><script>var got = [];
	for (const t of ['pointerdown', 'mousedown', 'mouseup', 'click']) addEventListener(t, (e) => got.push(t), true);</script>`

// leave has the page replaced by the trap before the n-th press.
func (w *world) leave(n int) {
	w.beforePress = func() {
		if n--; n > 0 {
			return
		}
		w.beforePress = nil
		if _, err := chromedp.Run(w.ctx, chromedp.WaitEvent(cdppage.FrameNavigated, nil, chromedp.Evaluate[any]("void (location.href = '/trap')"))); err != nil {
			w.t.Error(err)
		}
		// It is there and drawn: the browser itself would swallow an earlier press.
		// Nothing of this asks page.js anything.
		js[bool](w, "new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => r(true), 100))))")
	}
}

// A page that is replaced between the check and the press: the press must not hit
// whatever the next page has at that point.
func TestPressNeverHitsTheNextPage(t *testing.T) {
	for path, presses := range map[string]int{"/replaced.html": 1, "/banner.html": 2} { // the banner is closed by a press of its own
		w := openWith(t, path, map[string]http.HandlerFunc{"/trap": answer(200, trap)}, nil)
		w.o.StepTimeout = 2500 * time.Millisecond
		w.leave(presses)
		_, err := w.Click(w.ctx, What{Element: "button"})
		refused(t, err, ErrNotFound)
		w.wants()
		// The guard leaves the new page alone once Go has spoken to it.
		if _, err := w.Look(w.ctx); err != nil {
			t.Fatal(err)
		}
		if err := chromedp.Do(w.ctx, chromedp.MouseClickXY(50, 50)); err != nil {
			t.Fatal(err)
		}
		w.wants("pointerdown", "mousedown", "mouseup", "click")
	}
}

func TestClicksOfAPersonAreNotTouched(t *testing.T) {
	w := open(t, "/covered-later.html")
	if _, err := w.Click(w.ctx, What{Element: "button"}); err != nil {
		t.Fatal(err)
	}
	js[any](w, "void (got.length = 0, drop())")
	if err := chromedp.Do(w.ctx, chromedp.MouseClickXY(20, 20)); err != nil {
		t.Fatal(err)
	}
	w.wants("pointerdown cover", "mousedown cover", "pointerup cover", "mouseup cover", "click cover")
	// Nor on a page that nobody looked at yet.
	if err := chromedp.Do(w.ctx, chromedp.Navigate(w.base+"/covered-later.html")); err != nil {
		t.Fatal(err)
	}
	for start := time.Now(); js[int](w, "clicks().length") == 0; { // until the document is greeted, a few milliseconds
		if err := chromedp.Do(w.ctx, chromedp.MouseClickXY(300, 300)); err != nil {
			t.Fatal(err)
		}
		if time.Since(start) > 5*time.Second {
			t.Fatal("clicks on a page that nobody looked at go nowhere")
		}
	}
}

func TestCrashEndsEveryStepAtOnce(t *testing.T) {
	w := openWith(t, "/rows.html", nil, func(o *Options) { o.StepTimeout = 20 * time.Second })
	go func() { _, _ = chromedp.Call(w.ctx, cdppage.Crash, cdp.Empty{}) }()
	start := time.Now()
	_, err := w.See(w.ctx, "error")
	refused(t, err, ErrCrashed, "the page crashed")
	_, err = w.Click(w.ctx, What{Element: "button"})
	refused(t, err, ErrCrashed)
	refused(t, w.Goto(w.ctx, w.base+"/rows.html"), ErrCrashed)
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("took %v", d)
	}
}

func TestClosedTabEndsEveryStepAtOnce(t *testing.T) {
	w := openWith(t, "/rows.html", nil, func(o *Options) { o.StepTimeout = 20 * time.Second })
	go func() { _, _ = chromedp.Call(w.ctx, cdppage.Close, cdp.Empty{}) }()
	_, err := w.See(w.ctx, "error")
	refused(t, err, ErrGone)
	refused(t, err, ErrCrashed)
}

func TestHangingPageIsNoHang(t *testing.T) {
	hangs := make(chan struct{})
	w := openWith(t, "/covered-later.html", map[string]http.HandlerFunc{"/hangs": func(http.ResponseWriter, *http.Request) { close(hangs) }}, nil)
	if _, err := w.Wait(w.ctx, What{Element: "button"}); err != nil {
		t.Fatal(err)
	}
	w.o.StepTimeout = 500 * time.Millisecond
	w.beforePress = func() {
		js[any](w, `void setTimeout(() => { const x = new XMLHttpRequest(); x.open('GET', '/hangs', false); x.send(); const t = Date.now(); while (Date.now() - t < 3500); }, 0)`)
		<-hangs
	}
	start := time.Now()
	_, err := w.Click(w.ctx, What{Element: "button"})
	refused(t, err, ErrTimeout)
	if d := time.Since(start); d > 3400*time.Millisecond {
		t.Errorf("took %v", d)
	}
	// What was on its way when the step ended with an error arrives nowhere.
	w.wants()
}

func TestCallerCanStopAStep(t *testing.T) {
	w := openWith(t, "/rows.html", nil, func(o *Options) { o.StepTimeout = 20 * time.Second })
	ctx, cancel := context.WithCancel(w.ctx)
	time.AfterFunc(100*time.Millisecond, cancel)
	_, err := w.See(ctx, "error")
	refused(t, err, ErrStopped, "stopped")
	if !errors.Is(err, context.Canceled) {
		t.Error("not context.Canceled")
	}
	ctx, cancel = context.WithTimeout(w.ctx, 3*time.Second)
	defer cancel()
	_, err = w.Click(ctx, What{Element: "nothing"})
	refused(t, err, ErrNotFound, "nothing: not found") // the reason, not only the time
	if _, err := w.See(w.ctx, "rows"); err != nil {
		t.Errorf("the tab is usable afterwards: %v", err)
	}
}

func TestBeforeUnloadIsAccepted(t *testing.T) {
	w := open(t, "/unload.html")
	if _, err := w.Click(w.ctx, What{Element: "button"}); err != nil {
		t.Fatal(err)
	}
	if err := w.Goto(w.ctx, w.base+"/rows.html"); err != nil {
		t.Fatal(err)
	}
}

func TestHoverUntilTheFlyoutIsThere(t *testing.T) {
	w := openWith(t, "/flyout.html", nil, func(o *Options) { o.StepTimeout = 5 * time.Second })
	if err := w.HoverUntil(w.ctx, What{Element: "button"}, What{Element: "menu"}); err != nil {
		t.Fatal(err)
	}
	if h := js[[]string](w, "hovers"); h[0] != "early true" || h[len(h)-1] != "open" {
		t.Errorf("hovers: %q", h)
	}
	if _, err := w.Click(w.ctx, What{Element: "other"}); err != nil {
		t.Fatal(err)
	}
	if h := js[string](w, "location.hash"); h != "#dev" {
		t.Errorf("the link led to %q", h)
	}
	w.o.StepTimeout = time.Second
	err := w.HoverUntil(w.ctx, What{Element: "button"}, What{Element: "nothing"})
	refused(t, err, ErrNotFound, "nothing: not found", "hovers")
}

func TestWaitForTheFirstOfSeveral(t *testing.T) {
	w := open(t, "/covered-later.html")
	i, err := w.Wait(w.ctx, What{Element: "nothing"}, What{Element: "button"})
	if i != 1 || err != nil {
		t.Errorf("%d, %v", i, err)
	}
	if ok, err := w.Visible(w.ctx, What{Element: "button"}); !ok || err != nil {
		t.Error(ok, err)
	}
	w.hurry()
	_, err = w.Wait(w.ctx, What{Element: "nothing"}, What{Element: "two"})
	refused(t, err, ErrTimeout, "nothing or two: none visible within 0.")
	_, err = w.Wait(w.ctx, What{Element: "no-such-element"})
	refused(t, err, ErrInternal, "no-such-element")
}

// A link to a download or to nothing starts a navigation that never arrives. It
// must not hold up the steps that follow, not even while an image still loads.
func TestLinksThatLeadNowhereHoldNothingUp(t *testing.T) {
	hang := make(chan struct{})
	w := openWith(t, "", map[string]http.HandlerFunc{
		"/page":  answer(200, `<title>Sorry</title><a id=b href=/empty>204</a> <a id=other href=/file>file</a> <a id=two href="#x">hash</a> <a id=field href="javascript:void 0">script</a><img src=/image>`),
		"/image": func(rw http.ResponseWriter, r *http.Request) { <-hang },
		"/empty": func(rw http.ResponseWriter, r *http.Request) { rw.WriteHeader(204) },
		"/file":  func(rw http.ResponseWriter, r *http.Request) { rw.Header().Set("Content-Disposition", "attachment") },
	}, nil)
	defer close(hang)
	if err := w.Goto(w.ctx, w.base+"/page"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"button", "other", "field", "lab"} {
		if name == "lab" {
			js[any](w, "void (two.id = 'lab')")
		}
		start := time.Now()
		if _, err := w.Click(w.ctx, What{Element: name}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.See(w.ctx, "error"); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(start); d > 2500*time.Millisecond {
			t.Errorf("%s: the next step took %v", name, d)
		} else {
			t.Log(name, d)
		}
	}
}

func TestPostedCommandsKeepTheirOrderAndAreNotWaitedFor(t *testing.T) {
	w := open(t, "/rows.html")
	js[any](w, "void (order = [])")
	const n = 300
	var sents []*sent
	for i := range n {
		sents = append(sents, w.post(w.ctx, runtime.Evaluate.Method, runtime.EvaluateParams{Expression: fmt.Sprintf("order.push(%d)", i)}))
	}
	start := time.Now()
	slow := w.post(w.ctx, runtime.Evaluate.Method, runtime.EvaluateParams{Expression: "new Promise((r) => setTimeout(r, 1500))", AwaitPromise: new(true)})
	if d := time.Since(start); d > time.Second {
		t.Errorf("post waited %v for the answer", d)
	}
	for _, s := range append(sents, slow) {
		if err := s.wait(); err != nil {
			t.Fatal(err)
		}
	}
	order := js[[]int](w, "order")
	if len(order) != n || !slices.IsSorted(order) {
		t.Errorf("%d commands arrived, in this order: %v", len(order), order)
	}
}
