package cli

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/unecho/unecho/flows/account"
	"github.com/unecho/unecho/flows/browser"
	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/replay"
)

// What is read of a cookie file is worth something only if it arrives: at www, where
// the pages are, and at the portal's host where it is for all hosts. Each file says the
// same in the way of another tool.
func TestImportedCookiesArrive(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"a dot and FALSE": "# Netscape HTTP Cookie File\n#HttpOnly_.amazon.com\tFALSE\t/\tTRUE\t1999999999\tat-main\tAtza|made-up\n.amazon.com\tFALSE\t/\tTRUE\t1999999999\tx-main\tmadeup\nwww.amazon.com\tFALSE\t/\tTRUE\t0\tcsm\t1\n",
		"no dot":          "amazon.com\tFALSE\t/\tTRUE\t1999999999000\tat-main\tAtza|made-up\namazon.com\tTRUE\t/\tTRUE\t0\tx-main\tmadeup\nwww.amazon.com\tFALSE\t/\tTRUE\t\tcsm\t1\n",
		"Selenium": `[{"domain":".amazon.com","expiry":1999999999,"httpOnly":true,"name":"at-main","path":"/","sameSite":"Lax","secure":true,"value":"Atza|made-up"},
			{"domain":".amazon.com","name":"x-main","path":"/","sameSite":"None","secure":false,"value":"madeup"},{"domain":"www.amazon.com","name":"csm","path":"/","secure":true,"value":"1"}]`,
		"EditThisCookie": `[{"domain":".amazon.com","expirationDate":1999999999.5,"hostOnly":false,"httpOnly":true,"name":"at-main","path":"/","sameSite":"no_restriction","secure":true,"session":false,"value":"Atza|made-up"},
			{"domain":".amazon.com","hostOnly":false,"name":"x-main","path":"/","sameSite":"unspecified","secure":true,"session":true,"value":"madeup"},{"domain":"www.amazon.com","hostOnly":true,"name":"csm","path":"/","sameSite":null,"secure":true,"session":true,"value":"1"}]`,
		"tough-cookie": `{"cookies":[{"key":"at-main","value":"Atza|made-up","expires":"2033-05-18T03:33:19.000Z","domain":"amazon.com","path":"/","secure":true,"httpOnly":true,"hostOnly":false},
			{"key":"x-main","value":"madeup","expires":"Infinity","domain":"amazon.com","hostOnly":false},{"key":"csm","value":"1","domain":"www.amazon.com","path":"/","secure":true,"hostOnly":true}]}`,
	}
	if b, err := os.ReadFile("../../../shared/cases/cookies-dot-false.txt"); err == nil {
		files["cookies-dot-false.txt"] = string(b) + "www.amazon.com\tFALSE\t/\tTRUE\t0\tcsm\t1\n"
	} else {
		t.Log("without ../shared/cases/cookies-dot-false.txt, which is not part of the project")
	}
	arrived := map[string]string{}
	s, err := replay.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/clear" {
			w.Header().Set("Clear-Site-Data", `"cookies"`)
		}
		if r.URL.Path == "/look" {
			var names []string
			for _, c := range r.Cookies() {
				names = append(names, c.Name)
			}
			slices.Sort(names)
			arrived[r.Host] = strings.Join(names, " ")
		}
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<!doctype html><title>x</title>")
	}), replay.Options{Hosts: []string{"amazon.com"}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	b := browsertest.Start(t, browser.Options{MapTo: s.Addr(), SPKI: s.SPKI()})
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	open := func(url string) {
		t.Helper()
		if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range files {
		open("https://www.amazon.com/clear")
		path := filepath.Join(t.TempDir(), "cookies")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		cookies, err := account.ImportCookies(path, "amazon.com", time.Now())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := b.SetCookies(ctx, forBrowser(cookies)); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		open("https://www.amazon.com/look")
		open("https://alexa.amazon.com/look")
		if got := arrived["www.amazon.com"]; got != "at-main csm x-main" {
			t.Errorf("%s: at www arrive %q", name, got)
		}
		if got := arrived["alexa.amazon.com"]; got != "at-main x-main" {
			t.Errorf("%s: at alexa arrive %q", name, got)
		}
	}
}
