package page

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/selectors"
)

func TestMain(m *testing.M) { os.Exit(browsertest.Run(m)) }

// el is an element with these candidates.
func el(candidates ...string) selectors.Element {
	var e selectors.Element
	for _, c := range candidates {
		e.Candidates = append(e.Candidates, selectors.Candidate{CSS: c})
	}
	return e
}

// says is an element found by its text.
func says(selector, text string) selectors.Element {
	return selectors.Element{Candidates: []selectors.Candidate{{CSS: selector, Text: text}}}
}

func words(texts ...string) selectors.Text {
	var t selectors.Text
	for _, s := range texts {
		t.Phrases = append(t.Phrases, selectors.Phrase{Lang: "en", Text: s})
	}
	return t
}

// testSet knows the fixtures of testdata.
func testSet() *selectors.Set {
	return &selectors.Set{
		Elements: map[string]selectors.Element{
			"button":     el("#b"),
			"other":      el("#other"),
			"rows":       el(".row"),
			"row-name":   el(".name"),
			"more":       el("button.more"),
			"deregister": says("button, a, div[tabindex]", "deregister"),
			"dialog":     el(".dialog"),
			"confirm":    el(".confirm"),
			"field":      el("#field"),
			"box":        el("#box"),
			"close":      el("#close"),
			"menu":       el("#menu"),
			"two":        el(".two"),
			"list":       el("#list"),
			"nothing":    el("#nothing"),
			"attribute":  el("#attribute"),
			"fieldset":   el("#fieldset"),
			"aria":       el("#aria"),
			"faded":      el("#faded"),
			"inner":      el("#inner"),
			"later":      el("#later"),
			"slide":      el("#slide"),
			"deep":       el("#deep"),
			"contents":   el("#contents"),
			"broken":     el("#broken"),
			"turned":     el("#turned"),
			"lab":        el("#lab"),
			"tick":       el("#tick"),
			"through":    el("#through"),
			"first":      el("#missing", "#b"),
		},
		Texts: map[string]selectors.Text{
			"deregister":       words("Deregister", "Abmelden"),
			"deregister-words": words("Deregister", "Abmelden"),
			"confirm":          words("Deregister"),
			"cancel":           words("Cancel"),
			"wipe":             words("Factory reset", "Wipe"),
		},
		Dangers: []selectors.Danger{
			{Name: "wipe", Text: "wipe", CSS: "[id*=WIPE]", Contains: true, Where: selectors.Control},
			{Name: "wipe-dialog", Text: "wipe", Where: selectors.Dialog},
		},
		Obstacles: []selectors.Obstacle{{Name: "cookie-banner", CSS: "#sp-cc", Close: "close"}},
		Hidden:    []string{".aok-hidden"},
		Screens: []selectors.Screen{
			{Name: "alexa-home", Host: "alexa", Visible: []string{"body"}},
			{Name: "passing", Path: `^/passing$`, Present: []string{"#wait"}, Patience: 3 * time.Second},
			{Name: "email", Host: "site", Visible: []string{"#ap_email"}},
			{Name: "late", Path: `^/screens\.html$`, Visible: []string{"#here", "#later"}, Present: []string{"#ap_email"}},
			{Name: "early", Path: `^/screens\.html$`, Title: "^Scr", Any: []string{"#nothing", "#here"}, Absent: []string{"#later"}, Person: true},
			{Name: "rows", Variant: "plain", Path: `^/rows\.html$`, Visible: []string{"#list"}},
			{Name: "error", Title: "^Sorry"},
		},
	}
}

// site serves testdata and what a test adds.
func site(t testing.TB, extra map[string]http.HandlerFunc) string {
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir("testdata")))
	for path, h := range extra {
		mux.HandleFunc(path, h)
	}
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return srv.URL
}

// alongside lets tests that mostly wait run two at a time.
func alongside(t testing.TB) {
	if t, ok := t.(*testing.T); ok {
		if _, again := parallel.LoadOrStore(t.Name(), true); !again {
			t.Cleanup(func() { parallel.Delete(t.Name()) }) // -count=2
			t.Parallel()
		}
	}
}

var parallel sync.Map

type world struct {
	*Tab
	t    testing.TB
	ctx  context.Context
	base string
}

// open is a tab on a fixture of testdata, whose steps may take five seconds.
func open(t testing.TB, path string) *world { return openWith(t, path, nil, nil) }

func openWith(t testing.TB, path string, extra map[string]http.HandlerFunc, change func(*Options)) *world {
	t.Helper()
	alongside(t)
	return openIn(browsertest.Tab(t), t, path, extra, change)
}

// openIn is openWith in a tab that is there.
func openIn(ctx context.Context, t testing.TB, path string, extra map[string]http.HandlerFunc, change func(*Options)) *world {
	t.Helper()
	o := Options{Selectors: testSet(), Site: "127.0.0.1", StepTimeout: 5 * time.Second}
	if change != nil {
		change(&o)
	}
	// Getting there is not what the test is about, however short its steps are to be:
	// full Chromium on a busy machine takes its time for a new tab.
	step := o.StepTimeout
	o.StepTimeout = max(step, 20*time.Second)
	tab, err := Attach(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{tab, t, ctx, site(t, extra)}
	if path != "" {
		if err := tab.Goto(ctx, w.base+path); err != nil {
			t.Fatal(err)
		}
	}
	w.o.StepTimeout = step
	if path != "" { // Goto returns with the document's first bytes
		w.untilParsed()
	}
	return w
}

// knows gives the tab the list of devices.
func (w *world) knows(devices ...Device) {
	w.t.Helper()
	if err := w.Know(devices); err != nil {
		w.t.Fatal(err)
	}
}

// untilParsed waits until the fixture's own script has run.
func (w *world) untilParsed() {
	w.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if js[bool](w, "document.readyState !== 'loading'") {
			return
		}
	}
	w.t.Fatal("the fixture was not parsed within 20 s")
}

// between runs a page's function once, after the check and before the press.
func (w *world) between(expr string) {
	w.beforePress = func() {
		w.beforePress = nil
		js[any](w, "void "+expr)
	}
}

// hurry makes the steps that follow end soon: for those that are to fail.
func (w *world) hurry() { w.o.StepTimeout = 400 * time.Millisecond }

// wants fails unless the page noted exactly this.
func (w *world) wants(want ...string) {
	w.t.Helper()
	if got := js[[]string](w, "got.map(String)"); !slices.Equal(got, want) {
		w.t.Errorf("the page received %q, want %q", got, want)
	}
}

// refused fails unless err is an *Error of this kind whose words hold all of these.
func refused(t testing.TB, err error, sentinel error, words ...string) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || !errors.Is(err, sentinel) {
		t.Fatalf("error %v, want one that is %v", err, sentinel)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q does not say %q", err, w)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("error of more than one line: %q", err)
	}
	return e
}

// js evaluates in the page's own world: what did its listeners receive?
func js[T any](w *world, expr string) T {
	w.t.Helper()
	v, err := chromedp.Run(w.ctx, chromedp.Evaluate[T](expr, chromedp.EvalAwaitPromise))
	if err != nil {
		w.t.Fatalf("%s: %v", expr, err)
	}
	return v
}
