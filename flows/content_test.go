package flows_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/device"
)

// elsewhere: what these show, the tests of the sign-in, of the interruptions, of the
// command or of the layouts show as well, and "slow" takes long: UNECHO_FULL=1 plays them.
var elsewhere = map[string]bool{"unified": true, "otp+passkey-offered": true, "remembered": true, "continue-shopping+waf": true,
	"service-error": true, "cookie-banner+toaster": true, "no-flyout": true, "csrf-fails-once": true, "ajax-503-once": true, "slow": true,
	"show-more": true, "grow-on-scroll": true, "menu-redrawn": true, "german": true, "rerender": true, "covered": true}

// The article's page, in the shapes that must make no difference to the user and
// in those that must end the run. What must hold at any ending is checked by play.
func TestTheArticlesPage(t *testing.T) {
	t.Parallel()
	const waysToPage = 9 // the first rows, which are about the way there and begin with the sign-in
	for i, c := range []struct {
		scenario string
		ask      []string
		want     string // outcomes
		code     int
		says     string // part of a reason or of the message
		step     time.Duration
	}{
		// the ways in and to it
		{"article", []string{kitchen, bedroom}, went(kitchen, bedroom), 0, "", 0},
		{"unified", []string{kitchen}, went(kitchen), 0, "", 0},
		{"otp+passkey-offered", []string{kitchen}, went(kitchen), 0, "", 0},
		{"remembered", []string{kitchen}, went(kitchen), 0, "", 0},
		{"continue-shopping+waf", []string{kitchen}, went(kitchen), 0, "", 0},
		{"service-error", []string{kitchen}, went(kitchen), 0, "", 0},
		{"cookie-banner+toaster", []string{kitchen}, went(kitchen), 0, "", 0},
		{"no-flyout", []string{kitchen}, went(kitchen), 0, "", 4 * time.Second},
		{"late-flyout+late-popup+late-result", []string{kitchen}, went(kitchen), 0, "", 0},
		// its forms
		{"show-more", []string{kitchen}, went(kitchen), 0, "", 0},
		{"grow-on-scroll", []string{kitchen}, went(kitchen), 0, "", 0},
		{"truncated+keyless", []string{kitchen}, went(kitchen), 0, "", 0},
		{"dangers+other-ids", []string{kitchen, bedroom}, went(kitchen, bedroom), 0, "", 0},
		{"german", []string{kitchen}, went(kitchen), 0, "", 0},
		{"rerender", []string{kitchen}, went(kitchen), 0, "", 0},
		{"menu-redrawn", []string{kitchen, bedroom}, went(kitchen, bedroom), 0, "", 0},
		{"slow", []string{kitchen}, went(kitchen), 0, "", 10 * time.Second},
		// the pop-up, the result and the list after it
		{"no-popup", []string{kitchen}, went(kitchen), 0, "", 0},
		{"covered-for-a-while+lagging", []string{kitchen}, went(kitchen), 0, "", 0},
		{"stale-row+no-result", []string{kitchen}, went(kitchen), 0, "", 0},
		{"session-expires", []string{kitchen, bedroom}, went(kitchen, bedroom), 0, "", 0},
		{"csrf-fails-once", []string{kitchen}, went(kitchen), 0, "", 0},
		{"ajax-503-once", []string{kitchen}, went(kitchen), 0, "", 0},
		// what is not there to be clicked
		{"article", []string{kids}, each(device.NotOffered, kids), 1, "no Deregister", 0},
		// what must not be done, or cannot be known
		{"recycled-rows", []string{kitchen}, each(device.Failed, kitchen), 1, "another device", 0},
		{"popup-other-device", []string{kitchen}, each(device.Failed, kitchen), 1, bedroom, 0},
		{"covered", []string{kitchen, bedroom}, each(device.Failed, kitchen, bedroom), 1, "covered by", 3 * time.Second},
		{"dialog-js", []string{kitchen}, each(device.Deregistered, kitchen), 0, "", 2 * time.Second},
		{"false-success", []string{kitchen}, each(device.Failed, kitchen), 1, "still", 2 * time.Second},
		{"short-list", []string{kitchen}, each(device.Unknown, kitchen), 1, "lacks", 2 * time.Second},
		{"short-list-before", []string{kitchen}, each(device.Deregistered, kitchen), 0, "", 4 * time.Second},
		{"duplicate-names", []string{kitchen}, "", 2, "", 0},
	} {
		t.Run(c.scenario, func(t *testing.T) {
			t.Parallel()
			e := play(t, trial{Scenario: c.scenario, Request: named(c.ask...), Step: c.step, SignedIn: i >= waysToPage, Rest: elsewhere[c.scenario]})
			var want []string
			if c.want != "" {
				want = strings.Split(c.want, ", ")
			}
			slices.Sort(want)
			got := e.outcomes()
			if got != strings.Join(want, ", ") || e.Code != c.code {
				t.Errorf("%s, exit %d; want %s, exit %d; stop %v", got, e.Code, strings.Join(want, ", "), c.code, e.Stop)
			}
			said := ""
			for _, r := range e.Results {
				said += r.Reason + "\n"
			}
			if e.Stop != nil {
				said += e.Stop.Message
			}
			if !strings.Contains(said, c.says) {
				t.Errorf("it says %q, which lacks %q", said, c.says)
			}
		})
	}
}

// The customer changes after the list that page and call were both given. What became of
// the device, nobody can tell then.
func TestTheCustomerChangesAfterTheList(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var lists int
	var first *httptest.ResponseRecorder
	e := play(t, trial{Scenario: "customer-changes", Request: named(kitchen), Step: 3 * time.Second, Before: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodPost || r.URL.Path != "/hz/mycd/ajax" {
				next.ServeHTTP(w, r)
				return
			}
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			if !strings.Contains(string(body), "GetDevices") {
				next.ServeHTTP(w, r)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			lists++
			if lists == 1 {
				first = httptest.NewRecorder()
				r.Header.Del("X-Standin-Page") // the page's own calls are not counted as lists
				next.ServeHTTP(first, r)
			}
			if lists > 2 {
				next.ServeHTTP(w, r)
				return
			}
			maps.Copy(w.Header(), first.Header())
			w.WriteHeader(first.Code)
			w.Write(first.Body.Bytes())
		})
	}})
	if e.outcomes() != each(device.Unknown, kitchen) || e.Code != 6 || e.Stop == nil || !strings.Contains(e.Stop.Message, "customer") {
		t.Errorf("%s, exit %d, %v", e.outcomes(), e.Code, e.Stop)
	}
}

// The customer changes between our list call and the page's own, so that the page shows
// another's menu. That it has no Deregister says nothing about the device that was meant.
func TestTheCustomerChangesBeforeThePageIsDrawn(t *testing.T) {
	t.Parallel()
	ours := make(chan struct{})
	var once sync.Once
	e := play(t, trial{Scenario: "customer-changes", SignedIn: true, Request: named(kitchen), Before: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			list := r.Method == http.MethodPost && r.URL.Path == "/hz/mycd/ajax"
			if list && r.Header.Get("X-Standin-Page") != "" {
				select {
				case <-ours:
				case <-r.Context().Done():
				}
			}
			next.ServeHTTP(w, r)
			if list && r.Header.Get("X-Standin-Page") == "" {
				once.Do(func() { close(ours) })
			}
		})
	}})
	if e.outcomes() != "Kitchen Echo: failed" || e.Code != 6 || e.Stop == nil || !strings.Contains(e.Stop.Message, "customer") {
		t.Errorf("%s, exit %d, %v", e.outcomes(), e.Code, e.Stop)
	}
	if n := len(e.Record.Deregistered); n > 0 {
		t.Errorf("%d devices were deregistered", n)
	}
}
