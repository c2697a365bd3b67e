package flows_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/standin"
)

// What lists prove, on whole journeys: the list that the page draws from and the one
// that unecho reads come from one back end, so both are short, or silent, together.

// A backEnd changes what the stand-in answers.
type backEnd struct {
	next    http.Handler
	mute    string                                       // the beginning of the paths of pages that do not tell who is signed in
	rows    func(rows []map[string]any) []map[string]any // of any list of the devices page
	clicked atomic.Bool                                  // a deregistration was asked for
}

// dressed adds styles or scripts to the head of the devices page.
func dressed(next http.Handler, head string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || !strings.HasPrefix(r.URL.Path, "/hz/mycd/") {
			next.ServeHTTP(w, r)
			return
		}
		rec := httptest.NewRecorder()
		next.ServeHTTP(rec, r)
		out := strings.Replace(rec.Body.String(), "</head>", head+"</head>", 1)
		maps.Copy(w.Header(), rec.Header())
		w.Header().Set("Content-Length", strconv.Itoa(len(out)))
		w.WriteHeader(rec.Code)
		io.WriteString(w, out)
	})
}

func (b *backEnd) before(next http.Handler) http.Handler { b.next = next; return b }

func (b *backEnd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	rec := httptest.NewRecorder()
	b.next.ServeHTTP(rec, r)
	if r.Method == http.MethodPost && strings.Contains(strings.ToLower(string(body)), "deregister") {
		b.clicked.Store(true)
	}
	out := rec.Body.Bytes()
	switch {
	case strings.Contains(rec.Header().Get("Content-Type"), "text/html") && b.mute != "" && strings.HasPrefix(r.URL.Path, b.mute):
		out = []byte(strings.ReplaceAll(string(out), `"customerId":`, `"nobody":`))
	case b.rows != nil && strings.HasSuffix(r.URL.Path, "/ajax"):
		out = b.list(out)
	}
	for k, v := range rec.Header() {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(out)))
	w.WriteHeader(rec.Code)
	w.Write(out)
}

func (b *backEnd) list(body []byte) []byte {
	var answer map[string]json.RawMessage
	if json.Unmarshal(body, &answer) != nil {
		return body
	}
	for call, key := range map[string]string{"GetDevices": "devices", "GetDevicesOverview": "deviceList"} {
		var list map[string]any
		if json.Unmarshal(answer[call], &list) != nil || list == nil {
			continue
		}
		var rows []map[string]any
		for _, row := range list[key].([]any) {
			rows = append(rows, row.(map[string]any))
		}
		rows = b.rows(rows)
		list[key] = rows
		if _, ok := list["count"]; ok {
			list["count"] = len(rows)
		}
		answer[call], _ = json.Marshal(list)
		body, _ = json.Marshal(answer)
	}
	return body
}

// A list that comes short by a device that is still to do does not make it already
// gone: it stands in the account, and nobody touched it.
func TestWhatAShortListLacksIsNotAlreadyGone(t *testing.T) {
	t.Parallel()
	lists := atomic.Int32{}
	b := &backEnd{}
	b.rows = func(rows []map[string]any) (out []map[string]any) {
		first := lists.Add(1) <= 2 // the page's own and ours, before anything was tried
		for _, row := range rows {
			if first || row["deviceAccountName"] != bedroom {
				out = append(out, row)
			}
		}
		return out
	}
	e := play(t, trial{Scenario: "portal-no-button", SignedIn: true, Via: "auto", Request: named(kitchen, bedroom), Step: 4 * time.Second, Before: b.before})
	if e.outcomes() != each(device.Failed, kitchen, bedroom) || e.Code != 1 || e.Stop == nil || !strings.Contains(e.Stop.Message, "also lacks what was not touched ("+bedroom+")") {
		t.Errorf("%s, exit %d, %v", e.outcomes(), e.Code, e.Stop)
	}
	if len(e.Record.Deregistered)+len(e.Record.Refused) > 0 {
		t.Errorf("something was clicked: %v", e.gone())
	}
}

// drawnFrom plays Deregister on a page that is drawn from its first list so many times more
// after the click, while the call knows better.
func drawnFrom(t *testing.T, scenario string, stale int) (e ending) {
	var mu sync.Mutex
	var before *httptest.ResponseRecorder // the list as the page was given it at first
	clicked, left := false, stale
	e = play(t, trial{Scenario: scenario, SignedIn: true, Request: named(kitchen), Step: 4 * time.Second, Before: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(strings.NewReader(string(body)))
			mu.Lock()
			defer mu.Unlock()
			clicked = clicked || strings.Contains(string(body), "DeregisterDevice")
			if r.Header.Get("X-Standin-Page") == "" || !strings.Contains(string(body), "GetDevices") {
				next.ServeHTTP(w, r)
				return
			}
			rec := httptest.NewRecorder()
			switch {
			case before == nil:
				before = rec
				next.ServeHTTP(rec, r)
			case clicked && left > 0:
				left--
				rec = before
			default:
				next.ServeHTTP(rec, r)
			}
			maps.Copy(w.Header(), rec.Header())
			w.WriteHeader(rec.Code)
			w.Write(rec.Body.Bytes())
		})
	}})
	if left == stale {
		t.Fatal("the page was not drawn from the older list")
	}
	return e
}

// Behind a list that lags stand several machines: the page was drawn from one that did not
// know of the deregistration yet, and the call a moment later asked one that did. The page
// is loaded again, instead of calling it unknown what became of the device.
func TestAPageDrawnFromAnOlderListThanTheCallIsLoadedAgain(t *testing.T) {
	t.Parallel()
	if e := drawnFrom(t, "article", 1); e.outcomes() != went(kitchen) || e.Code != 0 {
		t.Errorf("%s, exit %d, %v", e.outcomes(), e.Code, e.Stop)
	}
}

// A page that shows the device after every load, by its id or by a row of its name alone,
// contradicts the call: nothing is gone.
func TestAPageThatGoesOnShowingTheDeviceContradictsTheCall(t *testing.T) {
	t.Parallel()
	for _, scenario := range []string{"article", "keyless"} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			if e := drawnFrom(t, scenario, 1000); e.outcomes() != each(device.Unknown, kitchen) || e.Code != 1 || !strings.Contains(e.Results[0].Reason, "the page still shows it") {
				t.Errorf("%s, exit %d, %v", e.outcomes(), e.Code, e.Stop)
			}
		})
	}
}

// A profile that is bound to a customer, and a list that nobody says whose it is.
func TestABoundRunStopsWhereNothingTellsWhoseTheListIs(t *testing.T) {
	t.Parallel()
	b := &backEnd{mute: "/", rows: func(rows []map[string]any) []map[string]any {
		for _, row := range rows {
			delete(row, "customerId")
		}
		return rows
	}}
	e := play(t, trial{Scenario: "article", Request: named(kitchen), Step: 4 * time.Second, Before: b.before,
		Setup: func(r *flows.Run) { r.Bound = "A1STANDINADA07" }})
	if e.Code != 6 || e.Stop == nil || !strings.Contains(e.Stop.Message, "neither the page nor its list says whose") || len(e.Results) > 0 {
		t.Errorf("exit %d, %v, %s", e.Code, e.Stop, e.outcomes())
	}
}

// The devices page does not say who is signed in. The home page did, or else the list is
// that of a household: neither ends the run, and the other member's devices stay.
func TestAHouseholdWhosePageDoesNotSayWhoIsSignedIn(t *testing.T) {
	t.Parallel()
	const ada = "A1STANDINADA07"
	for _, c := range []struct{ bound, mute, customer string }{{"", "/", ""}, {ada, "/", ada}, {"", "/hz/", ada}} {
		b := &backEnd{mute: c.mute}
		e := play(t, trial{Scenario: "household", Request: named(kitchen, bedroom), Before: b.before,
			Setup: func(r *flows.Run) { r.Bound = c.bound }})
		if e.outcomes() != went(kitchen, bedroom) || e.Code != 0 || e.Listing.Customer != c.customer {
			t.Errorf("bound to %q, silent under %q: %s, exit %d, customer %q, %v", c.bound, c.mute, e.outcomes(), e.Code, e.Listing.Customer, e.Stop)
		}
	}
}

// The form of the page changes after the click, and the other list knows the device by
// no key that the first one told: that it is not found is no proof. Here nothing was done.
func TestThePageChangesItsFormDuringARun(t *testing.T) {
	t.Parallel()
	var later *standin.Site
	b := &backEnd{}
	b.rows = func(rows []map[string]any) []map[string]any {
		for _, row := range rows {
			if b.clicked.Load() {
				delete(row, "deviceAccountID")
				delete(row, "deviceSerialNumber")
			}
		}
		return rows
	}
	e := play(t, trial{Scenario: "one+false-success", Request: device.Request{All: true}, Step: 3 * time.Second,
		Before: func(first http.Handler) http.Handler {
			var err error
			if later, err = first.(*standin.Site).Later(standin.Options{Files: os.DirFS("../testdata/standin"), Scenario: "one+console-flat+remembered"}); err != nil {
				t.Fatal(err)
			}
			return b.before(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if b.clicked.Load() {
					later.ServeHTTP(w, r)
					return
				}
				first.ServeHTTP(w, r)
			}))
		}})
	if e.outcomes() != each(device.Unknown, kitchen) || e.Code == 0 {
		t.Errorf("%s, exit %d, %v", e.outcomes(), e.Code, e.Stop)
	}
	said := ""
	for _, r := range e.Results {
		said += r.Reason
	}
	if !strings.Contains(said, "changed its form") {
		t.Errorf("it says %q", said)
	}
}

// Amazon takes a deregistration back, or never did it: the list lacked the device once, and
// shows it again while the next one is done. It is not gone.
func TestADeviceThatALaterListShowsAgainIsNotGone(t *testing.T) {
	t.Parallel()
	var hidden atomic.Bool
	b := &backEnd{rows: func(rows []map[string]any) (out []map[string]any) {
		for _, row := range rows {
			if !hidden.Load() || row["deviceAccountName"] != kitchen {
				out = append(out, row)
			}
		}
		return out
	}}
	asked := 0
	e := play(t, trial{Scenario: "article", SignedIn: true, Request: named(kitchen, bedroom), Step: 3 * time.Second, Before: func(next http.Handler) http.Handler {
		b := b.before(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(strings.NewReader(string(body)))
			if strings.Contains(string(body), "DeregisterDevice") {
				if asked++; asked == 1 {
					hidden.Store(true)
					io.WriteString(w, `{"DeregisterDevice":{"success":true}}`)
					return
				}
				hidden.Store(false)
			}
			b.ServeHTTP(w, r)
		})
	}})
	if e.outcomes() != each(device.Deregistered, bedroom)+", "+each(device.Failed, kitchen) || e.Code != 1 || e.Stop == nil || !strings.Contains(e.Stop.Message, "listed again") {
		t.Errorf("%s, exit %d, %v", e.outcomes(), e.Code, e.Stop)
	}
}
