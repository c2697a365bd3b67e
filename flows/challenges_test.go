package flows_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/account"
	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/page"
	"github.com/unecho/unecho/flows/standin"
	"github.com/unecho/unecho/selectors"
)

// Sign-ins by chains of screens, in a real browser before the stand-in. What a
// later run must remember (rejected passwords, used codes) is kept by the real
// profile; the clock of the one-time codes is the test's, so that the next period
// is there when it is wanted.

// A signIn is one account and its profile, over several runs.
type signIn struct {
	t       *testing.T
	site    *standin.Site
	profile *account.Profile
	clock   struct {
		sync.Mutex
		ahead time.Duration
	}
	noCode bool
}

func (s *signIn) now() time.Time {
	s.clock.Lock()
	defer s.clock.Unlock()
	return time.Now().Add(s.clock.ahead)
}

func newSignIn(t *testing.T, scenario string) *signIn {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	raise(t)
	s := &signIn{t: t}
	var err error
	if s.site, err = standin.New(standin.Options{Files: os.DirFS("../testdata/standin"), Scenario: scenario, Now: s.now}); err != nil {
		t.Fatal(err)
	}
	if s.profile, err = account.OpenProfile(t.TempDir(), "replay", "amazon.com", "default"); err != nil {
		t.Fatal(err)
	}
	return s
}

// code mints the first code that was not used, like flows/cli, and lets time pass
// where it would wait.
func (s *signIn) code(context.Context) (string, error) {
	_, _, secret := s.site.Credentials()
	for {
		code, left, err := account.TOTP(secret, s.now())
		if err != nil {
			return "", err
		}
		if left >= 5*time.Second && !s.profile.UsedCode(code) {
			return code, s.profile.MarkUsedCode(code)
		}
		s.clock.Lock()
		s.clock.ahead += left + 50*time.Millisecond
		s.clock.Unlock()
	}
}

// run signs in once, in a tab without cookies, and goes to the devices page.
func (s *signIn) run(setup func(r *flows.Run, tab context.Context)) (stop *flows.Stop, log string) {
	s.t.Helper()
	number := fmt.Sprint(stage.trials.Add(1))
	stage.sites.Store(number, s.site)
	defer stage.sites.Delete(number)
	tabCtx, closeTab, err := stage.browser.NewTab()
	if err != nil {
		s.t.Fatal(err)
	}
	defer closeTab()
	set, err := selectors.Default()
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	out := &lines{}
	logger := slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	step := 6 * time.Second
	tab, err := page.Attach(tabCtx, page.Options{Selectors: set, Site: "amazon.com", StepTimeout: step, OnStep: func(st page.Step) {
		logger.Debug(fmt.Sprintf("%s %s: %s, %d ms", st.Do, st.What, st.Result, st.Took.Milliseconds()))
	}})
	if err != nil {
		s.t.Fatal(err)
	}
	enter(s.t, tabCtx, number, nil)
	email, password, _ := s.site.Credentials()
	if s.profile.Rejected(email, password) {
		return &flows.Stop{Code: flows.CodeRejected, Message: "rejected in an earlier run"}, ""
	}
	r := flows.New(flows.Config{Tab: tab, Sel: set, Site: "amazon.com", Log: logger, StepTimeout: step, Backoff: 20 * time.Millisecond,
		ApproveWait: 5 * time.Second,
		Login: flows.Login{Email: email, Password: func() string { return password }, Code: s.code,
			Rejected: func() error { return s.profile.MarkRejected(email, password) }}})
	if s.noCode {
		r.Login.Code = nil
	}
	if setup != nil {
		setup(r, tabCtx)
	}
	err = tab.Goto(ctx, "https://www.amazon.com/hz/mycd/myx")
	if err == nil {
		_, err = r.Reach(ctx, "content-myx", "devices-myx")
	}
	if err != nil {
		stop = flows.Explain(ctx, err)
	}
	return stop, out.String()
}

// never checks what must hold however a sign-in went.
func (s *signIn) never() {
	s.t.Helper()
	r := s.site.Record()
	if r.Registrations+r.PasskeysEnrolled+r.PasskeyPressed+r.ForgotPressed+r.StrangersChosen+r.PasswordsToOthers+r.PasswordsAgain+r.CodesAgain > 0 || r.MostAnswers > 2 || len(r.Decoys) > 0 {
		s.t.Errorf("this must never happen: accounts created %d, passkeys enrolled %d, used %d, passwords forgotten %d, other accounts chosen %d, passwords for others %d, rejected passwords again %d, used codes again %d, answers to a screen %d, decoys %v",
			r.Registrations, r.PasskeysEnrolled, r.PasskeyPressed, r.ForgotPressed, r.StrangersChosen, r.PasswordsToOthers, r.PasswordsAgain, r.CodesAgain, r.MostAnswers, r.Decoys)
	}
}

// ends is what a run comes to on a screen that it cannot pass: exit code, screen.
var ends = map[string]struct {
	code   int
	screen string
}{
	"account-switcher-strangers": {flows.CodePerson, "account-switcher"},
	"account-switcher-twins":     {flows.CodePerson, "account-switcher"},
	"otp-channel-sms":            {flows.CodePerson, "otp-channel"},
	"otp-channel-refused":        {flows.CodeRejected, "otp-channel"},
	"otp-rejected-always":        {flows.CodeRejected, "otp-rejected"},
	"approval-never":             {flows.CodePerson, "approval"},
	"approval-code":              {flows.CodePerson, "approval"},
	"captcha-robot":              {flows.CodePerson, "captcha-image"},
	"captcha-cvf":                {flows.CodePerson, "captcha-image"},
	"captcha-in-form":            {flows.CodePerson, "captcha-image"},
	"puzzle-frame":               {flows.CodePerson, "puzzle"},
	"puzzle-page":                {flows.CodePerson, "puzzle"},
	"verification-choose":        {flows.CodePerson, "verification-code"},
	"verification-type":          {flows.CodePerson, "verification-code"},
	"phone-prompt-forced":        {flows.CodePerson, "phone-prompt"},
	"locked":                     {flows.CodeRejected, "locked"},
	"unknown-account":            {flows.CodeRejected, "signin-unknown-account"},
	"not-found-signin":           {flows.CodeUnusable, "not-found"},
	"rejected":                   {flows.CodeRejected, "signin-rejected"},
}

// seconds are screens of which the default suite plays another form.
var seconds = []string{"account-switcher-twins", "otp-channel-sms", "captcha-robot", "captcha-cvf", "puzzle-page", "verification-choose", "passkey-nudge-error", "not-found-signin"}

// wants checks how a sign-in by a chain ended.
func (s *signIn) wants(chain []string, stop *flows.Stop) {
	s.t.Helper()
	last := chain[len(chain)-1]
	end, stops := ends[last]
	switch {
	case !stops && stop != nil:
		s.t.Errorf("%v: the run stopped, and ends has no row for %s: %+v", chain, last, stop)
	case stops && stop == nil:
		s.t.Errorf("%v: passed", chain)
	case stops && (stop.Code != end.code || stop.Screen != end.screen):
		s.t.Errorf("%v: exit %d at %q (%s), want %d at %q", chain, stop.Code, stop.Screen, stop.Message, end.code, end.screen)
	case stops && strings.Contains(stop.Message, "\n"):
		s.t.Errorf("more than one line: %q", stop.Message)
	}
}

// TestScreensOfTheSignIn: each screen that a chain can show, alone, behind e-mail and
// password. A run passes it, unless ends says how it stops there.
func TestScreensOfTheSignIn(t *testing.T) {
	t.Parallel()
	screens := standin.ChainScreens()
	for name := range ends {
		if !slices.Contains(screens, name) {
			t.Errorf("ends has a row for %s, which no chain shows", name)
		}
	}
	for _, name := range screens {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if slices.Contains(seconds, name) {
				browsertest.OnlyInFull(t)
			}
			s := newSignIn(t, name)
			started := time.Now()
			stop, log := s.run(func(r *flows.Run, _ context.Context) {
				if strings.HasPrefix(name, "approval-") {
					r.ApproveWait = time.Second
				}
			})
			s.wants([]string{name}, stop)
			s.never()
			t.Logf("%v, %+v", time.Since(started).Round(time.Millisecond), stop)
			if t.Failed() {
				t.Log(log)
			}
		})
	}
}

// TestChains signs in by random orders of up to six screens, each twice with one
// profile: what the first run learnt must hold for the second.
func TestChains(t *testing.T) {
	t.Parallel()
	first, n := browsertest.Number(t, "UNECHO_CHAIN_SEED", 1), browsertest.Number(t, "UNECHO_CHAINS", 3)
	t.Logf("%d chains from seed %d (UNECHO_CHAINS=N, UNECHO_CHAIN_SEED=SEED)", n, first)
	for seed := first; seed < first+n; seed++ {
		chain := standin.RandomChain(seed)
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			scenario := fmt.Sprintf("chain:%d", seed)
			if seed%3 == 0 {
				scenario += "+passkey-offered"
			}
			s := newSignIn(t, scenario)
			for range 2 {
				stop, log := s.run(func(r *flows.Run, _ context.Context) {
					r.ApproveWait = 20 * time.Second
					if strings.HasPrefix(chain[len(chain)-1], "approval-") {
						r.ApproveWait = 3 * time.Second
					}
				})
				if s.site.Record().Passwords.Sent > s.site.Record().Passwords.Right && chain[len(chain)-1] != "rejected" {
					t.Errorf("a password was rejected in %v", chain)
				}
				s.wantsAgain(chain, stop)
				if t.Failed() {
					t.Logf("seed %d, %v: %+v\n%s", seed, chain, stop, log)
					break
				}
			}
			s.never()
			if t.Failed() {
				t.Logf("seed %d, %v, %+v", seed, chain, s.site.Record())
			}
		})
	}
}

// wantsAgain is wants; a rejected password ends every later run before it begins.
func (s *signIn) wantsAgain(chain []string, stop *flows.Stop) {
	s.t.Helper()
	if chain[len(chain)-1] == "rejected" && stop != nil && stop.Message == "rejected in an earlier run" {
		return
	}
	s.wants(chain, stop)
}

func TestASwitchedUserNeverGetsThePassword(t *testing.T) {
	t.Parallel()
	s := newSignIn(t, "chain:remembered-other,remembered-other")
	stop, _ := s.run(nil)
	if stop == nil || stop.Code != flows.CodePerson {
		t.Errorf("the second time: %+v", stop)
	}
	s.never()
}

func TestWithoutASecretCodesAreForPeople(t *testing.T) {
	t.Parallel()
	for _, chain := range []string{"otp", "otp-channel", "otp-rejected-once"} {
		s := newSignIn(t, "chain:signin-password,"+chain)
		s.noCode = true
		if stop, _ := s.run(nil); stop == nil || stop.Code != flows.CodePerson || !strings.Contains(stop.Message, "AMAZON_OTP_SECRET") {
			t.Errorf("%s: %+v", chain, stop)
		}
		if r := s.site.Record(); r.Codes.Sent > 0 {
			t.Errorf("%s: %d codes sent", chain, r.Codes.Sent)
		}
	}
}

func TestApprovalIsWaitedForOrLeftToAPerson(t *testing.T) {
	t.Parallel()
	s := newSignIn(t, "approval-never")
	stop, _ := s.run(func(r *flows.Run, _ context.Context) { r.ApproveWait = 0 })
	if stop == nil || stop.Code != flows.CodePerson || !strings.Contains(stop.Message, "ending in 42") || !strings.Contains(stop.Hint, "--approve-wait") {
		t.Errorf("%+v", stop)
	}
	asked := make(chan struct{})
	go func() {
		<-asked
		s.site.Approve()
	}()
	var once sync.Once
	stop, log := s.run(func(r *flows.Run, _ context.Context) {
		r.ApproveWait = 20 * time.Second
		r.Log = slog.New(told{r.Log.Handler(), func(msg string) {
			if strings.Contains(msg, "waiting up to 20s") {
				once.Do(func() { close(asked) })
			}
		}})
	})
	if stop != nil || !strings.Contains(log, "ending in 42") {
		t.Errorf("%+v\n%s", stop, log)
	}
	once.Do(func() { close(asked) })
	s.never()
}

// told is a log that is listened to.
type told struct {
	slog.Handler
	hear func(string)
}

func (h told) Handle(ctx context.Context, r slog.Record) error {
	h.hear(r.Message)
	return h.Handler.Handle(ctx, r)
}

// TestAPersonPassesAScreenAndTheRunGoesOn: --headed. The person is a script in
// the same tab.
func TestAPersonPassesAScreenAndTheRunGoesOn(t *testing.T) {
	t.Parallel()
	s := newSignIn(t, "chain:signin-email,signin-password,captcha-cvf,otp,captcha-robot,phone-prompt")
	var asked []string
	var hands sync.WaitGroup
	stop, log := s.run(func(r *flows.Run, tab context.Context) {
		r.Attended = true
		r.Person = func(seen page.Seen) {
			asked = append(asked, seen.Screen+"/"+seen.Variant)
			answer := "UNECHO"
			if len(asked) == 1 {
				answer = "WRONG" // and is asked again
			}
			hands.Add(1)
			go func() {
				defer hands.Done()
				_, err := chromedp.Call(tab, runtime.Evaluate, runtime.EvaluateParams{Expression: `{ const b = document.querySelector("[name=cvf_captcha_input], #captchacharacters"); b.value = "` + answer + `"; b.form.submit(); }`})
				if err != nil && !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			}()
		}
	})
	hands.Wait()
	if got := strings.Join(asked, " "); stop != nil || got != "captcha-image/cvf captcha-image/cvf captcha-image/robot-check" {
		t.Errorf("asked %s: %+v\n%s", got, stop, log)
	}
	if r := s.site.Record(); r.Passwords.Sent != 1 || r.Codes.Sent != 1 {
		t.Errorf("passwords %+v, codes %+v", r.Passwords, r.Codes)
	}
	s.never()
}
