package page

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/security"
	"github.com/chromedp/chromedp"

	"github.com/unecho/unecho/flows/browser/browsertest"
)

// secure is a tab on a TLS server that serves testdata under /ap/ and elsewhere.
func secure(t *testing.T, path string, change func(*Options)) (*world, string) {
	mux := http.NewServeMux()
	files := http.FileServer(http.Dir("testdata"))
	mux.Handle("/", files)
	mux.Handle("/ap/", http.StripPrefix("/ap", files))
	srv := httptest.NewUnstartedServer(mux)
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	t.Cleanup(srv.Close)
	alongside(t)
	ctx := browsertest.Tab(t)
	if _, err := chromedp.Call(ctx, security.SetIgnoreCertificateErrors, security.SetIgnoreCertificateErrorsParams{Ignore: true}); err != nil {
		t.Fatal(err)
	}
	o := Options{Selectors: testSet(), Site: "127.0.0.1", StepTimeout: 5 * time.Second}
	if change != nil {
		change(&o)
	}
	tab, err := Attach(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{tab, t, ctx, srv.URL}
	if err := tab.Goto(ctx, srv.URL+path); err != nil {
		t.Fatal(err)
	}
	return w, strings.TrimPrefix(srv.URL, "https://")
}

func TestFillReplacesTheTextWithTheEventsOfTyping(t *testing.T) {
	w := open(t, "/form.html")
	if err := w.Fill(w.ctx, What{Element: "field"}, `o'Brien "x" </script> ü😀`); err != nil {
		t.Fatal(err)
	}
	if v := js[string](w, "field.value"); v != `o'Brien "x" </script> ü😀` {
		t.Errorf("the field holds %q", v)
	}
	w.wants("input field", "change field")
	w.hurry()
	js[any](w, "void (other.readOnly = true)")
	refused(t, w.Fill(w.ctx, What{Element: "other"}, "x"), ErrDisabled, "readonly")
	refused(t, w.Fill(w.ctx, What{Element: "box"}, "x"), ErrInvisible)
	js[any](w, "void (field.oninput = () => { field.value = 'ha'; })")
	refused(t, w.Fill(w.ctx, What{Element: "field"}, "x"), ErrCancelled, "the page changed what was typed")
}

func TestCheckTicksABoxDrawnByItsLabel(t *testing.T) {
	w := open(t, "/form.html")
	for range 2 { // the second time it is ticked already
		if err := w.Check(w.ctx, What{Element: "box"}); err != nil {
			t.Fatal(err)
		}
	}
	if !js[bool](w, "box.checked") || js[string](w, "location.pathname") != "/form.html" {
		t.Error("not ticked, or the link in the label was clicked")
	}
	if got := js[[]string](w, "got"); slices.Index(got, "change box") < 0 || len(got) > 4 {
		t.Errorf("the page received %q", got)
	}
}

const secret = "Tr0ub4dor&3-hunter2"

func TestSecretIsTypedWhereItBelongs(t *testing.T) {
	w, host := secure(t, "/ap/form.html", nil)
	if err := w.FillSecret(w.ctx, What{Element: "field"}, secret, Origin{Host: host, PathPrefixes: []string{"/ap/", "/ax/"}}); err != nil {
		t.Fatal(err)
	}
	if v := js[string](w, "field.value"); v != secret {
		t.Error("the field does not hold the secret")
	}
	if all := fmt.Sprintf("%+v", w.Log()); strings.Contains(all, secret) {
		t.Error("the log holds the secret")
	}
}

func TestSecretIsRefusedEverywhereElse(t *testing.T) {
	var said strings.Builder
	check := func(w *world, err error, words string) {
		t.Helper()
		e := refused(t, err, ErrOrigin, words)
		fmt.Fprintf(&said, "%v %+v %+v", err, e, w.Log())
		if v := js[string](w, "field.value"); v != "" {
			t.Errorf("typed nevertheless: %s", words)
		}
	}
	w, host := secure(t, "/ap/form.html", nil)
	at := Origin{Host: host, PathPrefixes: []string{"/ap/"}}
	check(w, w.FillSecret(w.ctx, What{Element: "field"}, secret, Origin{Host: "www.amazon.com", PathPrefixes: []string{"/ap/"}}), "this page is https://"+host)
	check(w, w.FillSecret(w.ctx, What{Element: "field"}, secret, Origin{Host: host, PathPrefixes: []string{"/ax/"}}), "this page is /ap/form.html")
	check(w, w.FillSecret(w.ctx, What{Element: "field"}, secret, Origin{Host: host}), "no place")
	check(w, w.FillSecret(w.ctx, What{Element: "field"}, secret, Origin{PathPrefixes: []string{"/"}}), "no place")
	js[any](w, "forbid()")
	check(w, w.FillSecret(w.ctx, What{Element: "field"}, secret, at), "https://evil.example")

	plain := open(t, "/form.html")
	check(plain, plain.FillSecret(plain.ctx, What{Element: "field"}, secret, Origin{Host: strings.TrimPrefix(plain.base, "http://"), PathPrefixes: []string{"/"}}), "http:")

	// Nor is it in the errors of a step that cannot even be tried.
	ctx, cancel := context.WithCancel(w.ctx)
	cancel()
	err := w.FillSecret(ctx, What{Element: "field"}, secret, at)
	if !errors.Is(err, ErrStopped) {
		t.Error(err)
	}
	fmt.Fprint(&said, err)
	w.hurry()
	err = w.FillSecret(w.ctx, What{Element: "nothing"}, secret, at)
	refused(t, err, ErrNotFound)
	fmt.Fprintf(&said, "%v %+v", err, w.Log())
	if strings.Contains(said.String(), secret) {
		t.Error("an error or the log holds the secret")
	}
}

func TestEvidenceHoldsNothingTyped(t *testing.T) {
	w, host := secure(t, "/ap/form.html", nil)
	if err := w.FillSecret(w.ctx, What{Element: "field"}, secret, Origin{Host: host, PathPrefixes: []string{"/ap/"}}); err != nil {
		t.Fatal(err)
	}
	// Without the focus: full Chromium shows a caret, and it blinks.
	js[any](w, "void (field.blur(), field.setAttribute('value', field.value), area.value = 'typed words', field.type = 'text', got.length = 0, seen = [])")
	html, err := w.HTML(w.ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{secret, "hidden-token", "typed words", "draft"} {
		if strings.Contains(html, s) {
			t.Errorf("the HTML holds %q", s)
		}
	}
	if !strings.Contains(html, `id="field"`) || !strings.Contains(html, "signed in") {
		t.Error("the HTML is not the page")
	}
	png, err := w.Screenshot(w.ctx)
	if err != nil || len(png) < 1000 || string(png[1:4]) != "PNG" {
		t.Fatalf("%d bytes, %v", len(png), err)
	}
	// The picture is that of empty fields, and the fields are as before.
	if v := js[string](w, "field.value + area.value + other.value"); v != secret+"typed words"+"as served" {
		t.Errorf("after the picture the fields hold %q", v)
	}
	w.wants()
	js[any](w, "void (field.value = area.value = other.value = '')")
	empty, err := w.Screenshot(w.ctx)
	if err != nil || !slices.Equal(png, empty) {
		t.Errorf("the picture shows something of the fields (%d and %d bytes), %v", len(png), len(empty), err)
	}
}

func TestReadAndCall(t *testing.T) {
	w := open(t, "/recycled.html")
	js[any](w, "void (document.querySelectorAll('.row')[1].style.display = 'none')")
	items, err := w.Read(w.ctx, ReadRows{Rows: "rows", Fields: map[string]string{"name": "row-name", "none": "nothing"}})
	if err != nil || len(items) != 3 {
		t.Fatal(items, err)
	}
	if items[0].Fields["name"] != "Kitchen Echo" || items[0].Attrs["data-key"] != "G0AAAA0000000001" || !items[0].Visible || items[1].Visible {
		t.Errorf("%+v", items)
	}
	var got struct{ N, Status int }
	err = w.Call(w.ctx, `async (a) => ({ n: a.x + 1, status: (await fetch('/rows.html')).status })`, map[string]int{"x": 41}, &got)
	if err != nil || got.N != 42 || got.Status != 200 {
		t.Errorf("%+v, %v", got, err)
	}
	refused(t, w.Call(w.ctx, `() => { throw new Error('CSRF') }`, nil, nil), ErrInternal, "CSRF")
	refused(t, w.Call(w.ctx, `() => { location.href = '/rows.html'; return new Promise(() => {}) }`, nil, nil), ErrNavigation)
}
