package cli

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/account"
	"github.com/unecho/unecho/flows/browser"
	"github.com/unecho/unecho/flows/journal"
	"github.com/unecho/unecho/flows/page"
	"github.com/unecho/unecho/flows/replay"
	"github.com/unecho/unecho/flows/standin"
	"github.com/unecho/unecho/selectors"
)

// session is everything that a browser command holds while it runs. Whatever
// was opened is closed by close, in reverse order, however the command ends.
type session struct {
	a        *app
	site     string
	state    string // our state directory
	settings account.Settings
	profile  *account.Profile
	journal  *journal.Journal
	server   *replay.Server
	ignore   []replay.Ignore // what a cassette may leave unanswered
	standin  *standin.Site
	browser  *browser.Browser
	tab      *page.Tab
	run      *flows.Run
	evidence string // path of the evidence kept, once
	closers  []func()
}

// atExit holds what a second signal must still do: no browser is left behind.
var atExit exits

type exits struct {
	mu  sync.Mutex
	fns []func()
}

func (e *exits) add(fn func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.fns = append(e.fns, fn)
}

func (e *exits) run() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := len(e.fns) - 1; i >= 0; i-- {
		e.fns[i]()
	}
	e.fns = nil
}

func (s *session) later(fn func()) { s.closers = append(s.closers, fn) }

func (s *session) close() {
	for i := len(s.closers) - 1; i >= 0; i-- {
		s.closers[i]()
	}
	s.closers = nil
}

func (s *session) account() string { return account.Mask(s.settings.Email) }

func config(format string, args ...any) *flows.Stop {
	return &flows.Stop{Code: flows.CodeUsage, Message: fmt.Sprintf(format, args...)}
}

// prepare does all that can fail without a browser: settings, marketplace,
// replay source, selectors, profile and its lock. Errors are *flows.Stop.
func (a *app) prepare(ctx context.Context, story bool) (*session, error) {
	s := &session{a: a}
	fail := func(err error) (*session, error) { s.close(); return nil, err }

	var err error
	if s.state, err = account.StateDir(); err != nil {
		return fail(config("%v", err))
	}
	if err := s.loadSettings(); err != nil {
		return fail(err)
	}
	if s.site, err = account.Site(or(a.o.site, or(s.settings.Site, "amazon.com"))); err != nil {
		return fail(&flows.Stop{Code: flows.CodeUsage, Message: err.Error(), Hint: "set --site or AMAZON_SITE; `unecho help settings` lists the marketplaces"})
	}
	if a.o.replay == "" {
		if err := s.settings.Complete(); err != nil {
			return fail(config("%v", err))
		}
	}
	base, namespace := s.state, "live"
	if a.o.replay != "" {
		base, namespace = filepath.Join(s.state, "replay"), slug(a.o.replay)
		handler, err := s.source(a.o.replay)
		if err != nil {
			return fail(err)
		}
		if s.server, err = replay.Serve(handler, replay.Options{Hosts: []string{s.site}, Ignore: s.ignore}); err != nil {
			return fail(&flows.Stop{Code: flows.CodeInternal, Message: "the local server for --replay did not start: " + err.Error(), Err: err})
		}
		s.later(func() { s.server.Close() })
	}
	if err := s.openProfile(ctx, base, namespace); err != nil {
		return fail(err)
	}
	sel, err := selectors.Default()
	if err != nil {
		return fail(err)
	}
	if a.o.selectors != "" {
		if sel, err = sel.Overlay(a.o.selectors); err != nil {
			return fail(config("%v", err))
		}
	}
	s.run = &flows.Run{Sel: sel, Site: s.site, Log: a.logger(story), Pace: a.o.pace, StepTimeout: a.o.stepTimeout, Journal: s.journal}
	s.credentials()
	for _, note := range s.profile.Notes() {
		s.run.Log.Warn(note)
	}
	return s, nil
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// slug names the state of a replay source: each source is another account.
func slug(source string) string {
	s := strings.Trim(strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' {
			return c
		}
		return '-'
	}, source), "-")
	if len(s) > 30 {
		sum := sha256.Sum256([]byte(source))
		s = strings.Trim(s[:20], "-") + "-" + hex.EncodeToString(sum[:4])
	}
	return s
}

func (s *session) loadSettings() error {
	src := account.Source{Environ: s.a.Environ, EnvFile: s.a.o.envFile, Dir: s.a.Dir}
	var err error
	if src.ConfigDir, err = account.ConfigDir(); err != nil {
		src.ConfigDir = "" // no home: then there is no env file there either
	}
	if s.a.o.replay != "" && s.a.o.envFile == "" {
		src.NoFiles = true // a replay reads no .env unless told to
	}
	set, warnings, err := account.Load(src)
	if err != nil {
		return config("%v", err)
	}
	s.settings = set
	s.hide()
	if !s.a.o.quiet {
		for _, w := range warnings {
			fmt.Fprintln(s.a.Err, "unecho: warning:", w)
		}
	}
	return nil
}

// hide feeds the redactor with every form of the secrets.
func (s *session) hide() {
	for _, secret := range s.settings.Secrets() {
		s.a.red.Add(secret)
	}
}

// source is what --replay puts in the place of Amazon.
func (s *session) source(src string) (http.Handler, error) {
	name, scenario, _ := strings.Cut(src, ":")
	switch {
	case name == "standin":
		site, err := standin.New(standin.Options{Files: s.a.Pages, Scenario: scenario})
		if err != nil {
			return nil, &flows.Stop{Code: flows.CodeUsage, Message: "--replay " + src + ": " + err.Error(), Hint: "`unecho help replay` lists the scenarios"}
		}
		email, password, otp := site.Credentials()
		s.settings.Email, s.settings.Password, s.settings.OTPSecret = email, account.Secret(password), account.Secret(otp)
		s.hide()
		s.standin = site
		return site, nil
	case strings.HasPrefix(src, "http://"), strings.HasPrefix(src, "https://"):
		h, err := replay.Forward(src)
		if err != nil {
			return nil, config("--replay %s: %v", src, err)
		}
		s.ownCredentials()
		return h, nil
	}
	dir := src
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(s.a.Dir, dir)
	}
	if st, err := os.Stat(dir); err != nil || !st.IsDir() {
		return nil, &flows.Stop{Code: flows.CodeUsage, Message: fmt.Sprintf("--replay %s: no such directory", src),
			Hint: "a replay source is standin[:SCENARIO], a cassette directory, or http://127.0.0.1:PORT"}
	}
	c, err := replay.OpenCassette(os.DirFS(dir))
	if err != nil {
		return nil, config("--replay %s: %v", src, err)
	}
	if s.settings.Email == "" {
		s.settings.Email = c.Account
	}
	s.ownCredentials()
	s.ignore = c.Ignore
	return c.Handler(), nil
}

// ownCredentials stand in for those of an account where pages are replayed and
// none are set: recorded pages accept anything.
func (s *session) ownCredentials() {
	if s.settings.Email == "" {
		s.settings.Email = "replay@example.com"
	}
	if s.settings.Password == "" {
		s.settings.Password = account.Secret("replayed-password")
	}
}

func (s *session) openProfile(ctx context.Context, base, namespace string) error {
	var err error
	if s.profile, err = account.OpenProfile(base, namespace, s.site, s.a.o.profile); err != nil {
		return profileStop(err)
	}
	unlock, err := s.profile.Lock(ctx, s.a.o.wait)
	if err != nil {
		return profileStop(err)
	}
	s.later(unlock)
	if err := s.profile.CheckEmail(s.settings.Email); err != nil {
		return profileStop(err)
	}
	if s.profile.Rejected(s.settings.Email, s.settings.Password.Reveal()) {
		return &flows.Stop{Code: flows.CodeRejected,
			Message: "Amazon rejected this e-mail and password in an earlier run; they are not sent again",
			Hint:    "correct AMAZON_EMAIL or AMAZON_PASSWORD"}
	}
	if s.journal, err = journal.Open(s.profile.Dir); err != nil {
		return &flows.Stop{Code: flows.CodeInternal, Message: err.Error(), Err: err}
	}
	return nil
}

func profileStop(err error) *flows.Stop {
	var locked *account.LockedError
	if errors.As(err, &locked) {
		return &flows.Stop{Code: flows.CodeLocked, Message: err.Error(), Err: err, Hint: "wait for it to end, or give --wait 5m"}
	}
	var conf *account.ConfigError
	var bound *account.BindingError
	switch {
	case errors.As(err, &conf):
		return &flows.Stop{Code: flows.CodeUsage, Message: err.Error(), Err: err}
	case errors.As(err, &bound):
		return &flows.Stop{Code: flows.CodeUsage, Message: err.Error(), Err: err, Hint: "use another --profile for another account"}
	}
	return &flows.Stop{Code: flows.CodeInternal, Message: err.Error(), Err: err}
}

// credentials hands to the run what sign-in may type.
func (s *session) credentials() {
	set := s.settings
	s.run.Login = flows.Login{
		Email:    set.Email,
		Password: set.Password.Reveal,
		Rejected: func() error { return s.profile.MarkRejected(set.Email, set.Password.Reveal()) },
	}
	if set.OTPSecret != "" {
		s.run.Login.Code = s.oneTimeCode
	}
	if b, ok := s.profile.Binding(); ok {
		s.run.Bound = b.Customer
	}
	s.run.Bind = func(customer string) error {
		if err := s.profile.Bind(set.Email, customer); err != nil {
			return profileStop(err)
		}
		return nil
	}
	if s.a.o.replay != "" {
		s.run.Backoff = 100 * time.Millisecond
	}
}

// minLeft is how long a code must stay valid to be typed: with less, it could
// expire on its way.
const minLeft = 5 * time.Second

// oneTimeCode mints a code as late as possible, and never one that was used.
func (s *session) oneTimeCode(ctx context.Context) (string, error) {
	for {
		now := time.Now()
		code, left, err := account.TOTP(s.settings.OTPSecret.Reveal(), now)
		if err != nil {
			return "", config("AMAZON_OTP_SECRET: %v", err)
		}
		if left >= minLeft && !s.profile.UsedCode(code) {
			s.a.red.Add(code)
			if err := s.profile.MarkUsedCode(code); err != nil {
				return "", profileStop(err)
			}
			return code, nil
		}
		t := time.NewTimer(left + 50*time.Millisecond)
		select {
		case <-ctx.Done():
			t.Stop()
			return "", context.Cause(ctx)
		case <-t.C:
		}
	}
}

// start finds and starts the browser and attaches to its tab.
func (s *session) start(ctx context.Context, installs bool) error {
	base := filepath.Join(s.state, "run")
	if _, err := browser.Sweep(base); err != nil {
		s.run.Log.Debug("left-over run directories were not all removed: " + err.Error())
	}
	found, err := s.a.findBrowser(ctx, s.a.o.replay != "", installs)
	if err != nil {
		return err
	}
	o := browser.Options{Found: found, Headed: s.a.o.headed, NoSandbox: s.a.o.noSandbox, LoadImages: s.a.o.loadImages, RunBase: base,
		Warn: func(w string) {
			if !s.a.o.quiet {
				fmt.Fprintln(s.a.Err, "unecho: warning:", w)
			}
		}}
	if s.server != nil {
		o.MapTo, o.SPKI = s.server.Addr(), s.server.SPKI()
	} else {
		o.Hosts = flows.Egress(s.site)
	}
	if s.browser, err = browser.Start(context.WithoutCancel(ctx), o); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return &flows.Stop{Code: flows.CodeNoBrowser, Message: err.Error(), Err: err, Hint: "try another browser with --browser PATH; `unecho browser` shows which is used"}
	}
	// The browser outlives an interruption: an attempt is settled first. It ends
	// by Close, whatever the reason, and with this process.
	b := s.browser
	s.later(func() { b.Close() })
	atExit.add(func() { b.Close() })
	s.watch()
	s.tab, err = page.Attach(b.Context(), page.Options{Selectors: s.run.Sel, Site: s.site, StepTimeout: s.a.o.stepTimeout,
		OnStep: func(st page.Step) {
			s.run.Log.Debug(fmt.Sprintf("%s %s: %s, %d ms", st.Do, st.What, st.Result, st.Took.Milliseconds()))
		}})
	if err != nil {
		return err
	}
	s.run.Tab = s.tab
	return nil
}

// watch ends the run with the true reason when the browser dies, or when a
// replayed page asks for something that nobody answers.
func (s *session) watch() {
	done := make(chan struct{})
	s.later(func() { close(done) })
	b := s.browser
	var misses <-chan replay.Miss
	if s.server != nil {
		misses = s.server.Unanswered()
	}
	go func() {
		select {
		case <-done:
		case <-b.Died():
			s.a.cancel(s.died())
		case m, ok := <-misses:
			if !ok {
				return
			}
			s.a.cancel(&flows.Stop{Code: flows.CodeUnusable,
				Message: fmt.Sprintf("the replay source has no answer for %s https://%s%s", m.Method, m.Host, m.Path),
				Hint:    "add the exchange, or an ignore rule, to the cassette's manifest"})
		}
	}()
}

// died is the end of a run whose browser is gone.
func (s *session) died() *flows.Stop {
	why := "it was closed"
	if err := s.browser.Cause(); err != nil {
		why = strings.TrimPrefix(err.Error(), browser.ErrDied.Error()+": ")
	}
	return &flows.Stop{Code: flows.CodeNoBrowser, Message: "the browser died: " + why, Err: s.browser.Cause(), Hint: "run the same command again"}
}

// explain is flows.Explain with the true reason where the browser is gone: a
// step may notice before the watch does.
func (s *session) explain(ctx context.Context, err error) *flows.Stop {
	stop := flows.Explain(ctx, err)
	if s == nil || s.browser == nil || !errors.Is(err, page.ErrCrashed) {
		return stop
	}
	select {
	case <-s.browser.Died():
		return s.died()
	case <-time.After(time.Second): // the page crashed, the browser lives
		return stop
	}
}

// deadline ends the run when its time is up.
func (s *session) deadline(d time.Duration) (stop func()) {
	t := time.AfterFunc(d, func() {
		s.a.cancel(&flows.Stop{Code: flows.CodeUnusable, Message: fmt.Sprintf("time is up: the run took longer than %s", d),
			Hint: "give it more with --timeout; the same command goes on where this one ended"})
	})
	return func() { t.Stop() }
}

// ask reads one line from a person.
func (a *app) ask(question string) string {
	fmt.Fprint(a.Err, question)
	flush(a.Err)
	line, _ := bufio.NewReader(a.In).ReadString('\n')
	return strings.TrimSpace(line)
}
