package page

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"

	"github.com/unecho/unecho/flows/browser/browsertest"
)

// echoes are n devices as the list call tells them: "Echo 1" and its serial.
func echoes(n, serial int) (all []Device) {
	for i := 1; i <= n; i++ {
		all = append(all, Device{Key: fmt.Sprint(i), Name: fmt.Sprintf("Echo %d", i), IDs: []string{fmt.Sprintf("G0SERIAL%d", serial+i)}})
	}
	return all
}

// echo is the Deregister of one of the devices of rows.html.
func echo(i int) What { return deregister(fmt.Sprint(i)) }

func deregister(key string) What {
	return What{Known: &Known{Key: key, Seek: SeekDeregister, At: -1}, Label: "Deregister of " + key}
}

func TestClickHitsTheRowOfTheDevice(t *testing.T) {
	w := open(t, "/rows.html")
	w.knows(echoes(20, 100)...)
	var want []string
	for i := 20; i >= 1; i-- {
		if _, err := w.Click(w.ctx, echo(i)); err != nil {
			t.Fatal(err)
		}
		want = append(want, fmt.Sprintf("Echo %d", i))
	}
	w.wants(want...)
}

func TestClickSaysWhichCandidateWon(t *testing.T) {
	w := open(t, "/below.html")
	c, err := w.Click(w.ctx, What{Element: "first"})
	if err != nil || c.Candidate != 1 || c.CSS != "#b" || c.Text != "Go" || c.Navigated {
		t.Errorf("got %+v, %v", c, err)
	}
	w.wants("b")
}

func TestClickRefusesWhatIsCovered(t *testing.T) {
	w := open(t, "/covered.html")
	w.hurry()
	start := time.Now()
	_, err := w.Click(w.ctx, What{Element: "button", Label: "the button"})
	e := refused(t, err, ErrCovered, "the button: found, covered by div#cover for 0.")
	if d := time.Since(start); d < 350*time.Millisecond || d > 2*time.Second {
		t.Errorf("gave up after %v, the step may take 0.4 s", d)
	}
	if !e.Late || len(e.Log) == 0 {
		t.Errorf("no log, or not late: %+v", e)
	}
	w.wants()
	js[any](w, "uncover()")
	w.o.StepTimeout = 5 * time.Second
	if _, err := w.Click(w.ctx, What{Element: "button"}); err != nil {
		t.Fatal(err)
	}
	w.wants("pointerdown b", "mousedown b", "pointerup b", "mouseup b", "click b")
}

func TestClickCoveredBetweenCheckAndPressReachesNothing(t *testing.T) {
	w := open(t, "/covered-later.html")
	w.between("drop()")
	w.hurry()
	_, err := w.Click(w.ctx, What{Element: "button"})
	refused(t, err, ErrCovered, "covered by div#cover")
	w.wants()
}

func TestClickCoveredForAWhileIsMadeOnce(t *testing.T) {
	w := open(t, "/covered-later.html")
	w.between("drop(300)")
	if _, err := w.Click(w.ctx, What{Element: "button"}); err != nil {
		t.Fatal(err)
	}
	if got := js[[]string](w, "clicks()"); !slices.Equal(got, []string{"click b"}) {
		t.Errorf("the page received %q", got)
	}
	w.wants("pointerdown b", "mousedown b", "pointerup b", "mouseup b", "click b")
}

func TestClickHitsWhatMoves(t *testing.T) {
	w := open(t, "/moving.html")
	for range 10 {
		if _, err := w.Click(w.ctx, What{Element: "button"}); err != nil {
			t.Fatal(err)
		}
	}
	if got := js[[]string](w, "got"); len(got) != 10 || slices.Contains(got, "miss") {
		t.Errorf("10 clicks on a moving button, the page received %q", got)
	}
}

func TestClickWaitsForATransitionToEnd(t *testing.T) {
	w := open(t, "/moving.html")
	js[any](w, "go()")
	if _, err := w.Click(w.ctx, What{Element: "slide"}); err != nil {
		t.Fatal(err)
	}
	w.wants("slide at 400")
}

func TestClickWaitsUntilItFadedIn(t *testing.T) {
	w := open(t, "/fading.html")
	if _, err := w.Click(w.ctx, What{Element: "button"}); err != nil {
		t.Fatal(err)
	}
	if got := js[[]float64](w, "got"); len(got) != 1 || got[0] < 0.1 {
		t.Errorf("clicked at opacity %v", got)
	}
}

func TestThousandClicksOnAPageRenderedAnewEachFrame(t *testing.T) {
	n := 1000
	if !browsertest.Full() {
		n = 250 // in the default suite
	}
	if testing.Short() {
		n = 100
	}
	w := open(t, "/rerender.html")
	for i := range n {
		if _, err := w.Click(w.ctx, What{Element: "button"}); err != nil {
			t.Fatalf("click %d: %v", i+1, err)
		}
	}
	if hits, misses := js[int](w, "hits"), js[int](w, "misses"); hits != n || misses != 0 {
		t.Errorf("%d clicks made: %d hit, %d missed", n, hits, misses)
	}
	if renders := js[int](w, "renders"); renders < n/5 {
		t.Errorf("the page was rendered %d times only", renders)
	}
}

func TestClickHitsANodeThatWasReplacedByItsLike(t *testing.T) {
	w := open(t, "/replaced.html")
	w.between("swap()")
	if _, err := w.Click(w.ctx, What{Element: "button"}); err != nil {
		t.Fatal(err)
	}
	w.wants("two")
}

func TestClickEndsAtOnceWhenADangerTookThePlace(t *testing.T) {
	w := open(t, "/replaced.html")
	w.between("wreck()")
	start := time.Now()
	_, err := w.Click(w.ctx, What{Element: "button"})
	refused(t, err, ErrDanger, "wipe")
	if time.Since(start) > 3*time.Second {
		t.Errorf("took %v", time.Since(start))
	}
	w.wants()
}

func TestClickRefusesWhatIsDisabled(t *testing.T) {
	w := openWith(t, "/disabled.html", nil, func(o *Options) { o.StepTimeout = 150 * time.Millisecond })
	for _, name := range []string{"attribute", "fieldset", "aria", "faded", "inner"} {
		_, err := w.Click(w.ctx, What{Element: name})
		refused(t, err, ErrDisabled, "found, disabled (")
	}
	w.wants()
}

func TestClickWaitsUntilItIsEnabled(t *testing.T) {
	w := open(t, "/disabled.html")
	if _, err := w.Click(w.ctx, What{Element: "later"}); err != nil {
		t.Fatal(err)
	}
	w.wants("pointerdown later", "mousedown later", "click later")
}

func TestClickRefusesWhatNobodyCanSee(t *testing.T) {
	ids := map[string]string{"visibility": "visibility:hidden", "display": "display:none", "zero": "size 0x0", "opacity": "opacity 0.09", "offscreen": "outside the page",
		"clipped": "clipped", "shut": "collapsed", "site": "hidden by the site", "skipped": "", "fixed": "outside the window"}
	w := openWith(t, "/hidden.html", nil, func(o *Options) {
		o.StepTimeout = 100 * time.Millisecond
		for id := range ids {
			o.Selectors.Elements[id] = el("#" + id)
		}
	})
	for id, why := range ids {
		_, err := w.Click(w.ctx, What{Element: id})
		refused(t, err, ErrInvisible, "found, not visible (", why)
		if ok, err := w.Visible(w.ctx, What{Element: id}); ok || err != nil {
			t.Errorf("Visible(%s) = %v, %v", id, ok, err)
		}
	}
	w.wants()
}

func TestClickScrollsToIt(t *testing.T) {
	for _, page := range []string{"/below.html", "/scroller.html", "/sticky.html"} {
		t.Run(page, func(t *testing.T) {
			w := open(t, page)
			if _, err := w.Click(w.ctx, What{Element: "button"}); err != nil {
				t.Fatal(err)
			}
			w.wants("b")
			if page == "/sticky.html" { // and at the end of the page, under the footer
				if _, err := w.Click(w.ctx, What{Element: "other"}); err != nil {
					t.Fatal(err)
				}
				w.wants("b", "other")
			}
		})
	}
}

func TestClickInsideAFrame(t *testing.T) {
	w := open(t, "/frame.html")
	if _, err := w.Click(w.ctx, What{Element: "button"}); err != nil {
		t.Fatal(err)
	}
	w.wants("inner b")
	// A frame that is drawn smaller.
	js[any](w, "void (document.querySelector('iframe').style.transform = 'scale(.7)')")
	if _, err := w.Click(w.ctx, What{Element: "button"}); err != nil {
		t.Fatal(err)
	}
	w.wants("inner b", "inner b")
	// The guard stands in the frame as well.
	w.between("frames[0].drop()")
	w.hurry()
	_, err := w.Click(w.ctx, What{Element: "button"})
	refused(t, err, ErrCovered, "div#cover")
	w.wants("inner b", "inner b")
}

func TestJSDialogsAreDismissedAndNoted(t *testing.T) {
	w := open(t, "/alert.html")
	if _, err := w.Click(w.ctx, What{Element: "button"}); err != nil {
		t.Fatal(err)
	}
	w.wants("confirm false", "prompt null")
	log := w.Log()
	if last := log[len(log)-1].Result; !strings.Contains(last, "alert dismissed: Are you there?") || !strings.Contains(last, "confirm dismissed: Deregister everything?") {
		t.Errorf("the log says %q", last)
	}
}

func TestClickRefusesTwoMatches(t *testing.T) {
	w := open(t, "/two.html")
	w.hurry()
	_, err := w.Click(w.ctx, What{Element: "two"})
	refused(t, err, ErrAmbiguous, "2 visible matches of .two")
	w.wants()
	// Nested matches are one, hidden ones none.
	w.o.StepTimeout = 5 * time.Second
	if _, err := w.Click(w.ctx, What{Element: "deregister"}); err != nil {
		t.Fatal(err)
	}
	w.wants("Deregister")
}

func TestClickNeverHitsADanger(t *testing.T) {
	w := open(t, "/danger.html")
	for _, name := range []string{"button", "other", "menu"} {
		start := time.Now()
		_, err := w.Click(w.ctx, What{Element: name})
		refused(t, err, ErrDanger, "wipe")
		if time.Since(start) > 3*time.Second {
			t.Errorf("%s: took %v", name, time.Since(start))
		}
	}
	w.wants()
	// What only stands beside the words is none.
	if _, err := w.Click(w.ctx, What{Element: "more"}); err != nil {
		t.Fatal(err)
	}
	w.wants("Deregister")
}

func TestClickClosesTheCookieBanner(t *testing.T) {
	w := open(t, "/banner.html?n=2")
	if _, err := w.Click(w.ctx, What{Element: "button"}); err != nil {
		t.Fatal(err)
	}
	w.wants("close", "close", "go")
	log := w.Log()
	if last := log[len(log)-1].Result; !strings.Contains(last, "cookie banner closed") {
		t.Errorf("the log says %q", last)
	}
}

func TestClickClosesAStubbornBannerTwiceAndNoMore(t *testing.T) {
	w := openWith(t, "/banner.html?n=9", nil, func(o *Options) { o.StepTimeout = 2500 * time.Millisecond })
	_, err := w.Click(w.ctx, What{Element: "button", Label: `"..." of Kitchen Echo`})
	refused(t, err, ErrCovered, `"..." of Kitchen Echo: found, covered by div#sp-cc for `, "s, cookie banner still open after closing it twice")
	w.wants("close", "close")
}

func TestClickOnOddElements(t *testing.T) {
	w := open(t, "/odd.html")
	for _, name := range []string{"deep", "contents", "broken", "turned"} {
		if _, err := w.Click(w.ctx, What{Element: name}); err != nil {
			t.Fatal(err)
		}
	}
	w.wants("deep", "b", "broken", "turned")
	if err := w.Check(w.ctx, What{Element: "tick"}); err != nil {
		t.Fatal(err)
	}
	if err := w.Check(w.ctx, What{Element: "tick"}); err != nil {
		t.Fatal(err)
	}
	w.wants("deep", "b", "broken", "turned", "tick")
	if !js[bool](w, "tick.checked") {
		t.Error("not ticked")
	}
	w.hurry()
	_, err := w.Click(w.ctx, What{Element: "through"})
	refused(t, err, ErrCovered, "behind it")
	w.wants("deep", "b", "broken", "turned", "tick")
}

func TestClickOnAPageThatBreaksItsBuiltIns(t *testing.T) {
	w := open(t, "/hostile.html")
	if _, err := w.Click(w.ctx, What{Element: "button"}); err != nil {
		t.Fatal(err)
	}
	if got := js[string](w, "got[0]+got.length"); got != "go1" {
		t.Errorf("the page received %q", got)
	}
}

func TestClickOnAHeavyPage(t *testing.T) {
	w := open(t, "/heavy.html")
	w.knows(echoes(999, 10000)...)
	if _, err := w.Click(w.ctx, echo(900)); err != nil {
		t.Fatal(err)
	}
	w.wants("Echo 900")
	log := w.Log()
	if took := log[len(log)-1].Took; took > 3*time.Second {
		t.Errorf("a click among 1,000 rows took %v", took)
	} else {
		t.Log(took)
	}
}

// document.open() takes every listener off the window, the guard's too.
func TestGuardSurvivesADocumentWrittenAnew(t *testing.T) {
	w := open(t, "/covered-later.html")
	js[any](w, `(() => { const all = document.documentElement.outerHTML.replace('var got = []', 'var got = window.got2 = []'); document.open(); document.write(all); document.close(); })()`)
	if _, err := w.Click(w.ctx, What{Element: "button"}); err != nil {
		t.Fatal(err)
	}
	if n := js[int](w, "clicks().length"); n != 1 {
		t.Errorf("%d clicks", n)
	}
	w.between("drop()")
	w.hurry()
	_, err := w.Click(w.ctx, What{Element: "button"})
	refused(t, err, ErrCovered, "div#cover")
	if n := js[int](w, "clicks().length"); n != 1 {
		t.Errorf("%d clicks", n)
	}
}

// A frame of another site cannot be guarded from here; it counts as a cover.
func TestClickUnderAForeignFrame(t *testing.T) {
	w := open(t, "/covered-later.html")
	frame := "(() => { const f = document.createElement('iframe'); f.id = 'foreign'; f.src = '" + strings.Replace(w.base, "127.0.0.1", "localhost", 1) + "/rows.html'; f.style = 'position:fixed;inset:0;width:100%;height:100%'; document.body.append(f); return new Promise((r) => { f.onload = r; }); })()"
	js[any](w, frame)
	w.hurry()
	_, err := w.Click(w.ctx, What{Element: "button"})
	refused(t, err, ErrCovered, "covered by iframe#foreign")
	w.wants()
}

// A verdict that is late or lost must not lead to a second click.
func TestClickIsNotRepeatedWhenTheGuardIsNotHeard(t *testing.T) {
	w := openWith(t, "/covered-later.html", map[string]http.HandlerFunc{"/slow": answer(200, "<title>Sorry</title>")}, nil)
	w.state.deaf = true
	if _, err := w.Click(w.ctx, What{Element: "button"}); err != nil {
		t.Fatal(err)
	}
	w.between("drop()")
	w.o.StepTimeout = time.Second
	_, err := w.Click(w.ctx, What{Element: "button"})
	refused(t, err, ErrCovered, "div#cover")
	w.wants("pointerdown b", "mousedown b", "pointerup b", "mouseup b", "click b")

	if err := w.Goto(w.ctx, w.base+"/leave.html"); err != nil {
		t.Fatal(err)
	}
	// The page is gone before it can be asked: nobody knows, and nothing is repeated.
	w.o.StepTimeout = 5 * time.Second
	_, err = w.Click(w.ctx, What{Element: "button"})
	if err != nil {
		refused(t, err, ErrCancelled, "it may have been clicked")
	}
	if seen, err := w.See(w.ctx, "error"); err != nil {
		t.Error(seen, err)
	}
	if n := js[string](w, "sessionStorage.clicks"); n != "1" {
		t.Errorf("clicked %s times", n)
	}
}

// A busy browser says that a press was handled before the page has seen it. It is
// given up and made again, and then both arrive: one of them must hit nothing.
func TestPressThatComesAfterItWasGivenUpIsNotASecondClick(t *testing.T) {
	w := open(t, "/covered-later.html")
	what := What{Element: "button"}
	w.beforePress = func() {
		w.beforePress = nil
		d := w.state.doc
		call := func(name string, q map[string]any, out any) {
			arg, err := json.Marshal(q)
			if err != nil {
				t.Fatal(err)
			}
			raw, err := w.evaluate(w.ctx, d, fmt.Sprintf("unecho.call(%q, %s)", name, arg))
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(raw, out); err != nil {
				t.Fatal(err)
			}
		}
		var gaveUp struct{ Unseen bool }
		call("pressed", map[string]any{"g": w.gestures}, &gaveUp)
		if !gaveUp.Unseen {
			t.Fatal("the press was seen before it was made")
		}
		var r readiness
		call("ready", map[string]any{"spec": what.spec(), "mode": "click", "ms": 1000, "g": w.gestures, "counts": true, "spent": []string{}}, &r)
		if !r.OK {
			t.Fatalf("not ready again: %+v", r)
		}
		at := input.DispatchMouseEventParams{X: r.X, Y: r.Y, Button: input.MouseButtonLeft, ClickCount: 1}
		at.Type, at.Buttons = input.DispatchMouseEventTypeMousePressed, 1
		w.post(w.ctx, input.DispatchMouseEvent.Method, at)
		at.Type, at.Buttons = input.DispatchMouseEventTypeMouseReleased, 0
		w.post(w.ctx, input.DispatchMouseEvent.Method, at)
	}
	if _, err := w.Click(w.ctx, what); err != nil {
		t.Fatal(err)
	}
	js[any](w, "new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))")
	w.wants("pointerdown b", "mousedown b", "pointerup b", "mouseup b", "click b")
	// What was owed is settled: a click that is meant arrives.
	if _, err := w.Click(w.ctx, what); err != nil {
		t.Fatal(err)
	}
	if n := js[int](w, "clicks().length"); n != 2 {
		t.Errorf("%d clicks, want 2", n)
	}
}
