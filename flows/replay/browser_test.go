package replay_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/unecho/unecho/flows/browser"
	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/replay"
)

func TestMain(m *testing.M) { os.Exit(browsertest.Run(m)) }

// What net/http cannot show: that a real browser takes the key, keeps Secure cookies
// of the real host, and names its requests as the server expects.
func TestARealBrowserSeesTheRealHost(t *testing.T) {
	fetched := make(chan string, 4)
	s, err := replay.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Host + r.URL.Path {
		case "www.amazon.com/":
			http.SetCookie(w, &http.Cookie{Name: "__Host-id", Value: "1", Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode})
			http.SetCookie(w, &http.Cookie{Name: "at-main", Value: "2", Path: "/", Domain: "amazon.com", Secure: true})
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, `<!doctype html><title>home</title>`)
		case "www.amazon.com/api":
			c, _ := r.Cookie("__Host-id")
			fetched <- fmt.Sprint(r.Proto, " ", c)
			fmt.Fprint(w, "answer")
		case "alexa.amazon.com/":
			c, _ := r.Cookie("at-main")
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprintf(w, `<!doctype html><title>alexa %v</title>`, c)
		default:
			replay.Decline(w)
		}
	}), replay.Options{Hosts: []string{"amazon.com"}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	b := browsertest.Start(t, browser.Options{MapTo: s.Addr(), SPKI: s.SPKI()})
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()

	js := func(expression string) string {
		t.Helper()
		v, err := chromedp.Run(ctx, chromedp.Evaluate[string](expression))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	open := func(url string) {
		t.Helper()
		if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
			t.Fatal(err)
		}
	}
	open("https://www.amazon.com/")
	if got := js(`location.origin + " " + isSecureContext + " " + document.cookie`); got != "https://www.amazon.com true at-main=2" {
		t.Errorf("the page is %q", got)
	}
	js(`void fetch("/api"), ""`)
	if got := <-fetched; got != "HTTP/2.0 __Host-id=1" {
		t.Errorf("the script's request came as %q", got)
	}
	open("https://alexa.amazon.com/")
	if got := js(`document.title`); got != "alexa at-main=2" {
		t.Errorf("the other host's page is %q", got)
	}
	if m := s.Misses(); len(m) != 0 {
		t.Errorf("requests without an answer: %v", m)
	}

	next := func() replay.Miss {
		t.Helper()
		select {
		case m := <-s.Unanswered():
			return m
		case <-ctx.Done():
			t.Fatalf("nothing announced; %v", s.Misses())
			return replay.Miss{}
		}
	}
	js(`void fetch("https://www.amazon.com/gone", {mode: "cors"}).catch(() => 0), ""`)
	if m := next(); m.String() != "no answer for GET www.amazon.com/gone (fetch)" {
		t.Errorf("announced %v", m)
	}
	// None of these may end a run.
	js(`navigator.sendBeacon("https://www.amazon.com/beacon"), new Image().src = "https://www.amazon.com/i.png", void fetch("https://elsewhere.example/x").catch(() => 0), ""`)
	open("https://unknown.amazon.com/page")
	if m := next(); m.String() != "no answer for GET unknown.amazon.com/page (document)" {
		t.Errorf("announced %v", m)
	}
	if got := js(`document.body.innerText.trim()`); got != "unecho replay: no answer for GET unknown.amazon.com/page (document)" {
		t.Errorf("the browser shows %q", got)
	}
}
