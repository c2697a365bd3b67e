package flows_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/account"
	"github.com/unecho/unecho/flows/browser"
	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/journal"
	"github.com/unecho/unecho/flows/page"
	"github.com/unecho/unecho/flows/replay"
	"github.com/unecho/unecho/flows/standin"
	"github.com/unecho/unecho/selectors"
)

// The journeys are tried here as a whole: a scenario of the stand-in, a real
// browser before it, a Run with a real journal, and in the end the stand-in's own
// record of what was done to the account. What flows/cli adds is left out.

func TestMain(m *testing.M) {
	code := browsertest.Run(m)
	if stage.browser != nil {
		stage.browser.Close()
		stage.server.Close()
	}
	os.Exit(code)
}

// stage is one browser before one server. Each trial has a tab with cookies of its
// own, one of which says which site is behind the server for it; so trials may run
// in parallel. Without that cookie it is site.
var stage struct {
	once    sync.Once
	browser *browser.Browser
	server  *replay.Server
	site    atomic.Pointer[standin.Site]
	sites   sync.Map // number of the trial → http.Handler
	trials  atomic.Int64
	err     error
}

const trialCookie = "unecho-trial"

// enter lets a tab enter its trial, as one who is signed in there if welcome is set. It
// opens no page for that: the first one of a trial is the run's own.
func enter(t testing.TB, tab context.Context, number string, welcome *standin.Site) {
	t.Helper()
	rec := httptest.NewRecorder()
	http.SetCookie(rec, &http.Cookie{Name: trialCookie, Value: number, Path: "/", Domain: "amazon.com", Secure: true})
	if welcome != nil {
		welcome.Welcome(rec, httptest.NewRequest("GET", "https://www.amazon.com/", nil), "amazon.com")
	}
	var p network.SetCookiesParams
	for _, c := range rec.Result().Cookies() {
		value := c.Value
		if c.Quoted {
			value = `"` + value + `"`
		}
		param := &network.CookieParam{Name: c.Name, Value: value, Domain: "." + strings.TrimPrefix(c.Domain, "."), Path: c.Path, Secure: c.Secure, HTTPOnly: c.HttpOnly}
		if !c.Expires.IsZero() {
			param.Expires = cdp.TimeSinceEpoch(c.Expires.Unix())
		}
		p.Cookies = append(p.Cookies, param)
	}
	if err := chromedp.Do(tab, func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, network.SetCookies, p)
		return chromedp.Void{}, err
	}); err != nil {
		t.Fatal(err)
	}
}

// siteOf finds the site of a request.
func siteOf(r *http.Request) http.Handler {
	if c, err := r.Cookie(trialCookie); err == nil {
		if site, ok := stage.sites.Load(c.Value); ok {
			return site.(http.Handler)
		}
	}
	if site := stage.site.Load(); site != nil {
		return site
	}
	return nil
}

func raise(t testing.TB) {
	t.Helper()
	stage.once.Do(func() {
		handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if site := siteOf(r); site != nil {
				site.ServeHTTP(w, r)
			}
		})
		if stage.server, stage.err = replay.Serve(handler, replay.Options{Hosts: []string{"amazon.com"}}); stage.err != nil {
			return
		}
		stage.browser, stage.err = browser.Start(context.Background(), browser.Options{
			Found: browsertest.Found(t), RunBase: browsertest.RunBase(t), MapTo: stage.server.Addr(), SPKI: stage.server.SPKI(),
		})
	})
	if stage.err != nil {
		t.Fatal(stage.err)
	}
}

// A trial is one run on one scenario.
type trial struct {
	Scenario string
	Request  device.Request                          // what is to go; the zero value only lists
	Via      string                                  // --via; "" leaves the portal out altogether
	Step     time.Duration                           // StepTimeout, 6 s unless set
	Limit    time.Duration                           // of the whole trial, 60 s unless set
	Setup    func(r *flows.Run)                      // changes the run before it starts
	Before   func(http.Handler) http.Handler         // stands between the browser and the stand-in
	Later    *string                                 // the scenario in which a second run settles what the first left open; nil: none
	Instead  func(context.Context, *flows.Run) error // what is done instead of listing and deregistering
	End      *func()                                 // set to what ends the run, as a signal does
	SignedIn bool                                    // begins with a session: most trials are not about the sign-in
	Rest     bool                                    // the default suite leaves it out: only with UNECHO_FULL=1
}

// An ending is what a trial came to.
type ending struct {
	Listing flows.Listing
	Results []device.Result
	Code    int // the exit code that the run would end with
	Stop    *flows.Stop
	Record  standin.Record
	Log     string
	Open    int // intents without an outcome in the journal
	Left    int // of these, after the second run
}

// outcomes by name, for the devices that were chosen.
func (e ending) outcomes() string {
	var out []string
	for _, r := range e.Results {
		out = append(out, fmt.Sprintf("%s: %s", r.Name, r.Outcome))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// gone are the names of what the stand-in deregistered, sorted.
func (e ending) gone() []string {
	var out []string
	for _, d := range e.Record.Deregistered {
		out = append(out, d.Name)
	}
	slices.Sort(out)
	return out
}

// play runs a trial to its end and checks what must hold at the end of any run:
// nothing dangerous was done, nothing by a script, nothing but what was asked for,
// the report agrees with the stand-in's record, and no intent is left open.
func play(t *testing.T, tr trial) ending {
	t.Helper()
	if tr.Rest {
		browsertest.OnlyInFull(t)
	}
	if testing.Short() {
		t.Skip("needs a browser")
	}
	raise(t)
	site, err := standin.New(standin.Options{Files: os.DirFS("../testdata/standin"), Scenario: tr.Scenario})
	if err != nil {
		t.Fatal(err)
	}
	number := fmt.Sprint(stage.trials.Add(1))
	stage.sites.Store(number, site)
	if tr.Before != nil {
		stage.sites.Store(number, tr.Before(site))
	}
	stage.site.Store(site)
	defer stage.sites.Delete(number)
	tabCtx, closeTab, err := stage.browser.NewTab()
	if err != nil {
		t.Fatal(err)
	}
	defer closeTab()
	set, err := selectors.Default()
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("UNECHO_TEST_HINTS") == "none" {
		for _, name := range []string{"tabs", "tab-devices", "console-tabs"} {
			e := set.Elements[name]
			e.Candidates = []selectors.Candidate{}
			set.Elements[name] = e
		}
	}
	step := tr.Step
	if step == 0 {
		step = 6 * time.Second
	}
	limit := tr.Limit
	if limit == 0 {
		limit = time.Minute
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	if tr.End != nil {
		*tr.End = cancel
	}

	log := &lines{}
	logger := slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	tab, err := page.Attach(tabCtx, page.Options{Selectors: set, Site: "amazon.com", StepTimeout: step, OnStep: func(s page.Step) {
		logger.Debug(fmt.Sprintf("%s %s: %s, %d ms", s.Do, s.What, s.Result, s.Took.Milliseconds()))
		if os.Getenv("UNECHO_LAYOUT") != "" {
			for _, l := range s.Lines {
				logger.Debug("    " + l)
			}
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	var welcome *standin.Site
	if tr.SignedIn {
		welcome = site
	}
	enter(t, tabCtx, number, welcome)
	jrn, err := journal.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	email, password, secret := site.Credentials()
	run := flows.New(flows.Config{Tab: tab, Sel: set, Site: "amazon.com", Log: logger, Journal: jrn, StepTimeout: step, Backoff: 50 * time.Millisecond,
		SettleWindow: 2 * time.Second, // the stand-in lags for 1.5 s
		Login:        flows.Login{Email: email, Password: func() string { return password }}})
	if secret != "" {
		issued := 0
		run.Login.Code = func(context.Context) (string, error) {
			// Another one each time, without waiting for the next period: the stand-in
			// takes the neighbours too.
			code, _, err := account.TOTP(secret, time.Now().Add(time.Duration(issued)*30*time.Second))
			issued++
			return code, err
		}
	}
	if tr.Setup != nil {
		tr.Setup(run)
	}

	var e ending
	started := time.Now()
	err = func() error {
		if tr.Instead != nil {
			return tr.Instead(ctx, run)
		}
		if run.Via = tr.Via; run.Via != "" {
			if err := run.LookAtPortal(ctx); err != nil {
				return err
			}
		}
		if _, err := run.ToDevices(ctx); err != nil {
			return err
		}
		if e.Listing, err = run.Devices(ctx); err != nil {
			return err
		}
		if !tr.Request.Named() && !tr.Request.Pattern() {
			return nil
		}
		choices, err := device.Select(e.Listing.Devices, tr.Request, nil)
		if err != nil {
			return err
		}
		if run.Via != "" {
			if choices, err = run.Plan(choices); err != nil {
				for _, c := range choices {
					e.Results = append(e.Results, device.Result{Device: c.Device, Outcome: c.Outcome, Reason: c.Reason})
				}
				return err
			}
		}
		e.Results, err = run.Deregister(ctx, e.Listing, choices, nil)
		return err
	}()
	var sel *device.SelectError
	switch {
	case errors.As(err, &sel):
		e.Code = sel.Code
	case err != nil:
		e.Stop = flows.Explain(ctx, err)
		e.Code = e.Stop.Code
	default:
		e.Code = device.ExitCode(e.Results)
	}
	e.Record, e.Log, e.Open = site.Record(), log.String(), len(jrn.Open())
	e.check(t, tr)
	t.Logf("%s: exit %d, %s, %d requests, %d ms", tr.Scenario, e.Code, e.outcomes(), e.Record.Requests, time.Since(started).Milliseconds())
	t.Cleanup(func() { // also where the test itself finds fault with the ending
		if t.Failed() {
			t.Logf("%s: stop %+v\n%s", tr.Scenario, e.Stop, e.Log)
		}
	})
	if tr.Later != nil && e.Open > 0 {
		later, err := site.Later(standin.Options{Files: os.DirFS("../testdata/standin"), Scenario: *tr.Later})
		if err != nil {
			t.Fatal(err)
		}
		stage.sites.Store(number, later)
		e.settle(t, run, tab, jrn, later)
	}
	if dir := os.Getenv("UNECHO_PICTURES"); dir != "" {
		_ = os.MkdirAll(dir, 0o700)
		pctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if html, err := tab.HTML(pctx); err == nil && os.Getenv("UNECHO_LAYOUT") != "" {
			_ = os.WriteFile(filepath.Join(dir, "layout.html"), []byte(html), 0o600)
		}
		if png, err := tab.Screenshot(pctx); err == nil {
			_ = os.WriteFile(filepath.Join(dir, strings.NewReplacer("/", "-", "+", "-").Replace(t.Name())+".png"), png, 0o600)
		}
	}
	return e
}

// settle is the second run: it does no more than to find out what became of the
// devices whose outcome the first could not tell.
func (e *ending) settle(t *testing.T, first *flows.Run, tab *page.Tab, jrn *journal.Journal, site *standin.Site) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	run := flows.New(flows.Config{Tab: tab, Sel: first.Sel, Site: first.Site, Log: first.Log, Journal: jrn, StepTimeout: 10 * time.Second,
		Backoff: first.Backoff, SettleWindow: first.SettleWindow, Login: first.Login, Bound: first.Customer()})
	told := map[string]device.Outcome{}
	err := func() error {
		if _, err := run.ToDevices(ctx); err != nil {
			return err
		}
		l, err := run.Devices(ctx)
		if err != nil {
			return err
		}
		_, err = run.Settle(ctx, l, jrn, func(e journal.Entry, r device.Result) { told[e.Key] = r.Outcome })
		return err
	}()
	if err != nil {
		t.Errorf("the second run: %+v", flows.Explain(ctx, err))
	}
	t.Logf("the second run: %v", told)
	for _, d := range e.Record.Deregistered {
		if o, ok := told[d.Key]; ok && o != device.Deregistered {
			t.Errorf("%q is gone, and settled as %s", d.Name, o)
		}
		delete(told, d.Key)
	}
	for key, o := range told {
		if o != device.Failed {
			t.Errorf("%s is registered, and settled as %s", key, o)
		}
	}
	if r := site.Record(); len(r.Deregistered)+len(r.Refused)+len(r.Pretended)+len(r.Dangers) > 0 {
		t.Errorf("the second run clicked: %v", r.Deregistered)
	}
	e.Left = len(jrn.Open())
}

// check holds an ending to what must be true of any.
func (e ending) check(t *testing.T, tr trial) {
	t.Helper()
	r := e.Record
	if len(r.Doubles)+len(r.Dangers)+len(r.ContentDeleted)+r.Registrations+r.PasskeyPressed+len(r.Decoys) > 0 {
		t.Errorf("this must never happen: doubles %v, dangers %v, content %v, registrations %d, passkeys %d, decoys %v",
			r.Doubles, r.Dangers, r.ContentDeleted, r.Registrations, r.PasskeyPressed, r.Decoys)
	}
	if len(r.Declined) > 0 {
		t.Errorf("the stand-in had no answer for %v", r.Declined)
	}
	asked := map[string]device.Outcome{}
	for _, res := range e.Results {
		asked[res.Key] = res.Outcome
	}
	gone := map[string]bool{}
	for _, d := range r.Deregistered {
		gone[d.Key] = true
		if _, ok := asked[d.Key]; !ok {
			t.Errorf("%q was deregistered and nobody asked for it", d.Name)
		}
		if !d.Trusted {
			t.Errorf("%q was deregistered by a script", d.Name)
		}
	}
	for _, res := range e.Results {
		if res.Outcome == device.Deregistered && !gone[res.Key] {
			t.Errorf("%q is reported as deregistered and is not", res.Name)
		}
		if res.Outcome == "" {
			t.Errorf("%q has no outcome", res.Name)
		}
	}
	// Each outcome says something of the account, and the account is asked.
	there := map[string]bool{}
	for _, d := range r.Devices {
		there[d.Key] = true
	}
	for _, res := range e.Results {
		switch res.Outcome {
		case device.AlreadyGone, device.Deregistered:
			if there[res.Key] {
				t.Errorf("%q is reported as %s and is registered: %s", res.Name, res.Outcome, res.Reason)
			}
			if res.Outcome == device.AlreadyGone && gone[res.Key] {
				t.Errorf("%q is reported as already-gone and this run did it", res.Name)
			}
		case device.Failed, device.NotOffered, device.Skipped:
			if res.Key != "" && !there[res.Key] {
				t.Errorf("%q is reported as %s and is gone: %s", res.Name, res.Outcome, res.Reason)
			}
		}
	}
	unknown := 0
	for _, res := range e.Results {
		if res.Outcome == device.Unknown {
			unknown++
		}
	}
	if e.Open != unknown {
		t.Errorf("%d intents are left open in the journal for %d unknown outcomes", e.Open, unknown)
	}
}

// registered are the devices of a scenario's account.
func registered(t testing.TB, scenario string) []standin.Device {
	t.Helper()
	site, err := standin.New(standin.Options{Files: os.DirFS("../testdata/standin"), Scenario: scenario})
	if err != nil {
		t.Fatal(err)
	}
	return site.Record().Devices
}

// lines keeps a log.
type lines struct {
	mu sync.Mutex
	b  strings.Builder
}

var _ io.Writer = (*lines)(nil)

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
