package browser_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/unecho/unecho/flows/browser"
	"github.com/unecho/unecho/flows/browser/browsertest"
)

// visits is a server that remembers the paths it was asked for.
type visits struct {
	mu    sync.Mutex
	paths []string
}

func (v *visits) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	v.paths = append(v.paths, r.Host+r.URL.Path)
	v.mu.Unlock()
	switch {
	case strings.HasSuffix(r.URL.Path, ".png") || strings.HasPrefix(r.URL.Path, "/picture"):
		w.Header().Set("Content-Type", "image/png")
	default:
		w.Header().Set("Content-Type", "text/html")
		w.Write([]byte(`<!doctype html><title>here</title><img src="/a.png"><img src="/b.png?size=1"><img src="/c/d.JPG#x">
			<style>@font-face { font-family: f; src: url(/f.woff2) } p { font-family: f }</style><p>words</p>
			<script>document.fonts.load("16px f").catch(() => {})</script>`))
	}
}

func (v *visits) seen(part string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, p := range v.paths {
		if strings.Contains(p, part) {
			return true
		}
	}
	return false
}

// goTo navigates and returns the network error that the browser names, or "". It
// waits for the page's load event, so that all its pictures were asked for by then.
func goTo(t *testing.T, tab context.Context, url string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(tab, 20*time.Second)
	defer cancel()
	var text string
	loaded := chromedp.WaitEvent(page.LoadEventFired, nil, func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		res, err := cdp.Call(ctx, target, page.Navigate, page.NavigateParams{URL: url})
		text = res.ErrorText
		if err == nil && text != "" {
			err = errors.New(text)
		}
		return chromedp.Void{}, err
	})
	if _, err := chromedp.Run(ctx, loaded); err != nil && text == "" {
		t.Fatalf("%s: %v", url, err)
	}
	return text
}

func TestOnlyTheAllowedHostsAreReached(t *testing.T) {
	v := new(visits)
	srv := httptest.NewServer(v)
	defer srv.Close()
	port := srv.URL[strings.LastIndex(srv.URL, ":"):]

	live := browsertest.Start(t, browser.Options{Hosts: []string{"amazon.invalid", "*.amazon.invalid"}})
	for _, url := range []string{srv.URL, "http://localhost" + port, "http://[::1]" + port, "https://example.com/", "http://2130706433" + port} {
		if got := goTo(t, live.Context(), url); got != "net::ERR_NAME_NOT_RESOLVED" {
			t.Errorf("%s: %q, want net::ERR_NAME_NOT_RESOLVED", url, got)
		}
	}
	if len(v.paths) > 0 {
		t.Errorf("the server outside the list was asked for %v", v.paths)
	}

	some := browsertest.Start(t, browser.Options{Hosts: []string{"127.0.0.1"}})
	if got := goTo(t, some.Context(), srv.URL); got != "" {
		t.Errorf("the host on the list: %q", got)
	}
	// What a page asks for is held to the list as well.
	said, err := chromedp.Run(some.Context(), func(ctx context.Context, target *chromedp.Target) (string, error) {
		res, err := cdp.Call(ctx, target, runtime.Evaluate, runtime.EvaluateParams{
			Expression:   `fetch("http://localhost` + port + `/from-a-page", {mode: "no-cors"}).then(() => "answered", () => "refused")`,
			AwaitPromise: new(true),
		})
		if err != nil {
			return "", err
		}
		return string(res.Result.Value), nil
	})
	if err != nil || said != `"refused"` || v.seen("/from-a-page") {
		t.Errorf("a page reached a host outside the list: %s, %v", said, err)
	}

	none := browsertest.Start(t, browser.Options{})
	if got := goTo(t, none.Context(), srv.URL); got != "net::ERR_NAME_NOT_RESOLVED" {
		t.Errorf("no list: %q, want that nothing is reached", got)
	}
}

func TestReplayTakesThePlaceOfEveryHost(t *testing.T) {
	v := new(visits)
	srv := httptest.NewUnstartedServer(v)
	srv.Config.ErrorLog = log.New(io.Discard, "", 0) // a refused certificate is what is tested
	srv.StartTLS()
	defer srv.Close()
	sum := sha256.Sum256(srv.Certificate().RawSubjectPublicKeyInfo)
	spki := base64.StdEncoding.EncodeToString(sum[:])
	addr := strings.TrimPrefix(srv.URL, "https://")

	b := browsertest.Start(t, browser.Options{MapTo: addr, SPKI: spki})
	for _, host := range []string{"www.amazon.com", "no-such-host.example", "192.0.2.7"} {
		if got := goTo(t, b.Context(), "https://"+host+"/page"); got != "" {
			t.Errorf("%s: %s", host, got)
		}
		if !v.seen(host + "/page") {
			t.Errorf("the server did not see the request for %s: %v", host, v.paths)
		}
	}

	other := sha256.Sum256([]byte("another key"))
	b = browsertest.Start(t, browser.Options{MapTo: addr, SPKI: base64.StdEncoding.EncodeToString(other[:])})
	if got := goTo(t, b.Context(), "https://www.amazon.com/"); got != "net::ERR_CERT_AUTHORITY_INVALID" {
		t.Errorf("a server with another key: %q, want that its certificate is refused", got)
	}
}

func TestPicturesAreFetchedOnlyIfAskedFor(t *testing.T) {
	for _, load := range []bool{false, true} {
		v := new(visits)
		srv := httptest.NewServer(v)
		b := browsertest.Start(t, browser.Options{Hosts: []string{"127.0.0.1"}, LoadImages: load})
		tab, cancel, err := b.NewTab()
		if err != nil {
			t.Fatal(err)
		}
		for name, ctx := range map[string]context.Context{"first": b.Context(), "second": tab} {
			v.mu.Lock()
			v.paths = nil
			v.mu.Unlock()
			if got := goTo(t, ctx, srv.URL+"/page"); got != "" {
				t.Fatal(got)
			}
			for _, picture := range []string{"/f.woff2", "/a.png", "/b.png", "/c/d.JPG"} {
				if v.seen(picture) != load {
					t.Errorf("LoadImages %v, %s tab: %s fetched: %v", load, name, picture, !load)
				}
			}
		}
		cancel()
		srv.Close()
	}
}

func TestTabsShareNoCookies(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
	}))
	defer srv.Close()
	one, two := browsertest.Tab(t), browsertest.Tab(t)
	for _, tab := range []context.Context{one, two} {
		if got := goTo(t, tab, srv.URL); got != "" {
			t.Fatal(got)
		}
	}
	if err := chromedp.Do(one, chromedp.Evaluate[chromedp.Void](`document.cookie = "who=one"`)); err != nil {
		t.Fatal(err)
	}
	got, err := chromedp.Run(two, chromedp.Evaluate[string](`document.cookie`))
	if err != nil || got != "" {
		t.Errorf("the second tab sees %q, %v", got, err)
	}
}

func TestTheWindowIsADesk(t *testing.T) {
	b := browsertest.Start(t, browser.Options{})
	tab, cancel, err := b.NewTab()
	if err != nil {
		t.Fatal(err)
	}
	defer cancel()
	for name, ctx := range map[string]context.Context{"first": b.Context(), "second": tab} {
		got, err := chromedp.Run(ctx, chromedp.Evaluate[[]int](`[innerWidth, outerHeight]`))
		if err != nil || len(got) != 2 || got[0] != browser.WindowWidth || got[1] != browser.WindowHeight {
			t.Errorf("%s tab: %v, %v, want %dx%d", name, got, err, browser.WindowWidth, browser.WindowHeight)
		}
	}
}

func TestOptionsThatOpenMoreThanMeantAreRefused(t *testing.T) {
	found := browsertest.Found(t)
	spki := strings.Repeat("A", 43) + "="
	for _, o := range []browser.Options{
		{Hosts: []string{"amazon.com, EXCLUDE *"}},
		{Hosts: []string{"*"}},
		{Hosts: []string{"*.com*"}},
		{Hosts: []string{""}},
		{MapTo: "198.51.100.1:443"},
		{MapTo: "127.0.0.1"},
		{MapTo: "127.0.0.1:0"},
		{MapTo: "127.0.0.1:443, EXCLUDE *"},
		{MapTo: "127.0.0.1:443", Hosts: []string{"amazon.com"}},
		{SPKI: spki, Hosts: []string{"amazon.com"}},
		{SPKI: "x,y", MapTo: "127.0.0.1:443"},
		{},
	} {
		base := shortBase(t)
		o.RunBase = base
		if o.MapTo != "" || o.SPKI != "" || len(o.Hosts) > 0 {
			o.Found = found
		} // else: no browser named
		b, err := browser.Start(context.Background(), o)
		if err == nil {
			b.Close()
			t.Errorf("started with %+v", o)
		}
		nothingLeft(t, base)
	}
}

func TestTheUserIsToldOnceThatTheSandboxIsOff(t *testing.T) {
	var lines []string
	browsertest.Start(t, browser.Options{NoSandbox: true, Warn: func(s string) { lines = append(lines, s) }})
	if len(lines) != 1 || !strings.Contains(lines[0], "sandbox") || strings.Contains(lines[0], "\n") {
		t.Errorf("warnings: %q, want one line about the sandbox", lines)
	}
}

func TestFullChromiumSendsNoPasswordToItsMaker(t *testing.T) {
	if browsertest.Found(t).Kind != browser.Chromium {
		t.Skip("headless-shell has no password manager; UNECHO_TEST_BROWSER=full tests this")
	}
	b := browsertest.Start(t, browser.Options{})
	if err := chromedp.Do(b.Context(), chromedp.Navigate("chrome://prefs-internals")); err != nil {
		t.Fatal(err)
	}
	text, err := chromedp.Run(b.Context(), chromedp.Evaluate[string](`document.body.innerText`))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"password_manager_leak_detection", "credentials_enable_service"} {
		off := regexp.MustCompile(`"` + name + `": \{\s*"metadata": \[[^\]]*\],\s*"value": false`)
		if !off.MatchString(text) {
			t.Errorf("the browser does not say that %s is off", name)
		}
	}
}
