package record

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/unecho/unecho/flows/browser"
	"github.com/unecho/unecho/flows/browser/browsertest"
)

func TestMain(m *testing.M) { os.Exit(browsertest.Run(m)) }

// A tap that ends while the page goes on asking gives what it saw, once and for all, and
// holds no request back. Under the race detector its end must not meet their beginning.
func TestATapThatEndsUnderTraffic(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<title>x</title><script>var n = 0; const go = () => fetch('/more?' + n).then(r => r.text()).then(() => { n++; setTimeout(go) }); for (let i = 0; i < 8; i++) go()</script>")
	}))
	defer srv.CloseClientConnections()
	ctx := browsertest.Start(t, browser.Options{Hosts: []string{"127.0.0.1"}}).Context()
	count := func() int {
		n, err := chromedp.Run(ctx, chromedp.Evaluate[int]("n"))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	goesOn := func() {
		t.Helper()
		from := count()
		for deadline := time.Now().Add(20 * time.Second); count() < from+16; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("the page's requests do not go on")
			}
		}
	}
	for range 3 {
		tap, _, err := Start(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := chromedp.Do(ctx, chromedp.Navigate(srv.URL)); err != nil {
			t.Fatal(err)
		}
		goesOn()
		items, left := tap.Stop()
		seen, out := len(items), len(left)
		goesOn()
		if seen < 16 || len(tap.items) != seen || len(left) != out {
			t.Errorf("%d answers were seen, %d afterwards; left out %d, %d afterwards", seen, len(tap.items), out, len(left))
		}
	}
}
