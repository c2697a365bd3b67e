package page

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
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
		},
		Texts: map[string]selectors.Text{
			"deregister": words("Deregister", "Abmelden"),
			"wipe":       words("Factory reset", "Wipe"),
		},
		Dangers: []selectors.Danger{
			{Name: "wipe", Text: "wipe", CSS: "[id*=WIPE]", Where: selectors.Control},
			{Name: "wipe-dialog", Text: "wipe", Where: selectors.Dialog},
		},
		Obstacles: []selectors.Obstacle{{Name: "cookie-banner", CSS: "#sp-cc", Close: "close"}},
		Hidden:    []string{".aok-hidden"},
		Screens: []selectors.Screen{
			{Name: "rows", Path: `^/rows\.html$`, Visible: []string{"#list"}},
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

type world struct {
	*Tab
	t    testing.TB
	ctx  context.Context
	base string
}

// open is a tab on a fixture of testdata, whose steps may take two seconds.
func open(t testing.TB, path string) *world { return openWith(t, path, nil, nil) }

func openWith(t testing.TB, path string, extra map[string]http.HandlerFunc, change func(*Options)) *world {
	t.Helper()
	ctx := browsertest.Tab(t)
	o := Options{Selectors: testSet(), Site: "127.0.0.1", StepTimeout: 2 * time.Second}
	if change != nil {
		change(&o)
	}
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
	return w
}

// js evaluates in the page's own world: what did its listeners receive?
func js[T any](w *world, expr string) T {
	w.t.Helper()
	v, err := chromedp.Run(w.ctx, chromedp.Evaluate[T](expr))
	if err != nil {
		w.t.Fatalf("%s: %v", expr, err)
	}
	return v
}
