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
	"unicode"

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
	trace    *trace // what the page said and loaded
	found    browser.Found
	closers  []func()

	saved     account.Session // the sign-in that an earlier run kept; no cookies: none
	byHand    bool            // login: a person signs in
	fresh     bool            // demo: begins without a session and keeps none
	invented  bool            // replay: credentials may be made up
	importing bool            // login --import
	noPortal  string          // replay: why there is no Alexa portal to look at
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

// email is the account's, as far as it is known.
func (s *session) email() string {
	if s.settings.Email != "" {
		return s.settings.Email
	}
	if s.profile != nil {
		if b, ok := s.profile.Binding(); ok {
			return b.Email
		}
	}
	return ""
}

func (s *session) account() string { return account.Mask(s.email()) }

func config(format string, args ...any) *flows.Stop {
	return &flows.Stop{Code: flows.CodeUsage, Message: fmt.Sprintf(format, args...)}
}

// prepare does all that can fail without a browser: settings, marketplace,
// replay source, selectors, profile and its lock. Errors are *flows.Stop.
func (a *app) prepare(ctx context.Context, story bool) (*session, error) {
	return a.prepareAs(ctx, &session{a: a}, story)
}

func (a *app) prepareAs(ctx context.Context, s *session, story bool) (*session, error) {
	fail := func(err error) (*session, error) { s.close(); return nil, err }

	var err error
	if err := a.findRemote(ctx, a.o.replay != ""); err != nil {
		return fail(err)
	}
	if s.state, err = account.StateDir(); err != nil {
		return fail(config("%v", err))
	}
	if err := s.loadSettings(); err != nil {
		return fail(err)
	}
	if s.site, err = account.Site(or(a.o.site, or(s.settings.Site, "amazon.com"))); err != nil {
		return fail(&flows.Stop{Code: flows.CodeUsage, Message: err.Error(), Hint: "set --site or AMAZON_SITE; `unecho help settings` lists the marketplaces"})
	}
	if err := a.evidencePlace(); err != nil {
		return fail(err)
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
	s.credentials(ctx)
	s.attend()
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
	if source == "" {
		return "" // a stop without a screen: its evidence is named after the exit code
	}
	plain := true // nothing that another source might be written as
	s := strings.Trim(strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-':
			return c
		case c >= 'A' && c <= 'Z':
			plain = false
			return c - 'A' + 'a'
		case c > unicode.MaxASCII:
			plain = false
		}
		return '-'
	}, source), "-")
	if s == "" || s[0] < 'a' {
		s = strings.TrimSuffix("from-"+s, "-")
	}
	if !plain || len(s) > 30 {
		sum := sha256.Sum256([]byte(source))
		s = strings.Trim(s[:min(len(s), 20)], "-") + "-" + hex.EncodeToString(sum[:4])
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
	for _, w := range warnings {
		s.a.warn(w)
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
			return nil, config("%v", err)
		}
		s.invented = true
		return h, nil
	}
	dir := src
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(s.a.Dir, dir)
	}
	if st, err := os.Stat(dir); err == nil && !st.IsDir() {
		return nil, &flows.Stop{Code: flows.CodeUsage, Message: fmt.Sprintf("--replay %s: is a file, not a cassette directory", src),
			Hint: "a HAR file is made into one by `unecho record DIR --from FILE.har`"}
	} else if err != nil {
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
	s.invented = true
	s.ignore = c.Ignore
	s.noPortal = noPortal(c, s.site)
	return c.Handler(), nil
}

// openProfile takes the profile and the account for this run, and what earlier runs
// left in it: the session, for whom it is, what was rejected, the journal.
func (s *session) openProfile(ctx context.Context, base, namespace string) error {
	var err error
	if s.profile, err = account.OpenProfile(base, namespace, s.site, s.a.o.profile); err != nil {
		return profileStop(err)
	}
	end := time.Now().Add(s.a.o.wait)
	unlock, err := s.profile.Lock(ctx, s.a.o.wait)
	if err != nil {
		return profileStop(err)
	}
	s.later(unlock)
	has := false
	if !s.fresh {
		s.saved, has = s.profile.Session()
	}
	if err := s.enoughToSignIn(has); err != nil {
		return err
	}
	if err := s.profile.CheckEmail(s.settings.Email); err != nil {
		return profileStop(err)
	}
	b, _ := s.profile.Binding()
	for _, who := range []string{s.email(), b.Customer} {
		if err := s.lockAccount(ctx, who, time.Until(end)); err != nil {
			return err
		}
	}
	if s.settings.Password != "" && s.profile.Rejected(s.settings.Email, s.settings.Password.Reveal()) {
		if s.byHand {
			s.settings.Password = "" // the person types another one
			return s.openJournal()
		}
		return &flows.Stop{Code: flows.CodeRejected,
			Message: "Amazon rejected this e-mail and password in an earlier run; they are not sent again",
			Hint:    "correct AMAZON_EMAIL or AMAZON_PASSWORD"}
	}
	for _, c := range s.saved.Cookies {
		if worthHiding(c) {
			s.a.red.Add(c.Value)
		}
	}
	return s.openJournal()
}

func (s *session) openJournal() (err error) {
	if s.journal, err = journal.Open(s.profile.Dir); err != nil {
		return &flows.Stop{Code: flows.CodeInternal, Message: err.Error(), Err: err, Hint: "nothing is deregistered without the journal"}
	}
	if lines, torn := s.journal.Damaged(); lines > 0 || torn {
		s.a.warn(fmt.Sprintf("%s has %s; the rest of it counts", filepath.Join(s.profile.Dir, journal.Name), damage(lines, torn)))
	}
	return nil
}

// enoughToSignIn: without a saved session the credentials are needed for certain,
// with one only if Amazon asks.
func (s *session) enoughToSignIn(hasSession bool) error {
	switch {
	case s.byHand, s.importing, hasSession && s.settings.Email == "":
	case s.invented:
		// Recorded pages accept anything.
		if s.settings.Email == "" {
			s.settings.Email = "replay@example.com"
		}
		if s.settings.Password == "" {
			s.settings.Password = account.Secret("replayed-password")
		}
	case !hasSession && s.standin == nil:
		if err := s.settings.Complete(); err != nil {
			return &flows.Stop{Code: flows.CodeUsage, Message: err.Error(), Err: err, Hint: "or sign in once by hand: unecho login"}
		}
	}
	return nil
}

// lockAccount holds an account, known by its e-mail or its customer id, until the
// run ends.
func (s *session) lockAccount(ctx context.Context, who string, wait time.Duration) error {
	if who == "" {
		return nil
	}
	unlock, err := s.profile.LockAccount(ctx, who, account.Mask(who), wait)
	if err != nil {
		return profileStop(err)
	}
	s.later(unlock)
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
		return &flows.Stop{Code: flows.CodeUsage, Message: err.Error(), Err: err} // it says what to do
	}
	return &flows.Stop{Code: flows.CodeInternal, Message: err.Error(), Err: err}
}

// credentials hands to the run what sign-in may type.
func (s *session) credentials(ctx context.Context) {
	set := s.settings
	if set.Email != "" && set.Password != "" {
		s.run.Login = flows.Login{
			Email:    set.Email,
			Password: set.Password.Reveal,
			Rejected: func() error { return s.profile.MarkRejected(set.Email, set.Password.Reveal()) },
		}
	}
	if set.OTPSecret != "" {
		s.run.Login.Code = s.oneTimeCode
	}
	if b, ok := s.profile.Binding(); ok {
		s.run.Bound = b.Customer
	}
	s.run.Bind = func(customer string) error {
		if err := s.lockAccount(ctx, customer, 0); err != nil {
			return err
		}
		if err := s.profile.Bind(or(s.run.SeenEmail(), set.Email), customer); err != nil {
			return profileStop(err)
		}
		return nil
	}
	s.run.SignedIn = s.signedIn
	s.run.RetryAfter = func() time.Duration { return s.trace.retryAfter() }
	if s.a.o.replay != "" {
		s.run.Backoff = 100 * time.Millisecond
	}
}

// oneTimeCode mints a code that was not used yet, as late as possible.
func (s *session) oneTimeCode(ctx context.Context) (string, error) {
	m := minter{
		secret: s.settings.OTPSecret.Reveal(), now: time.Now, wait: sleep,
		used: s.profile.UsedCode,
		take: func(code string) error {
			s.a.red.Add(code)
			if err := s.profile.MarkUsedCode(code); err != nil {
				return profileStop(err)
			}
			return nil
		},
	}
	return m.code(ctx)
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
	s.found = found
	o := browser.Options{Found: found, Remote: s.a.remote, Headed: s.a.o.headed, NoSandbox: s.a.o.noSandbox, LoadImages: s.a.o.loadImages, RunBase: base,
		Warn: s.a.warn}
	if s.server != nil {
		o.MapTo, o.SPKI = s.server.Addr(), s.server.SPKI()
	} else {
		o.Hosts = flows.Egress(s.site)
	}
	// An interruption ends the start, not the browser: one elsewhere may not answer for long.
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	starting := context.AfterFunc(ctx, end)
	s.browser, err = browser.Start(life, o)
	if !starting() || err != nil {
		if err == nil {
			s.browser.Close()
			s.browser = nil
		}
		end()
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return startStop(err)
	}
	s.later(end)
	// The browser outlives an interruption: an attempt is settled first. It ends
	// by Close, whatever the reason, and with this process.
	b := s.browser
	s.later(func() { b.Close() })
	atExit.add(func() { b.Close() })
	s.watch()
	if s.trace, err = newTrace(b.Context()); err != nil {
		return err
	}
	s.restore(ctx)
	s.later(s.keep) // before Close
	s.tab, err = page.Attach(b.Context(), page.Options{Selectors: s.run.Sel, Site: s.site, StepTimeout: s.a.o.stepTimeout,
		OnStep: func(st page.Step) {
			s.run.Log.Debug(fmt.Sprintf("%s %s: %s, %d ms", st.Do, st.What, st.Result, st.Took.Milliseconds()))
			s.a.recordStep(st)
		}})
	if err != nil {
		return err
	}
	s.run.Tab = s.tab
	return s.a.startRecording(s)
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
	why := "the browser died: it was closed"
	if err := s.browser.Cause(); err != nil {
		why = err.Error()
	}
	return &flows.Stop{Code: flows.CodeNoBrowser, Message: why, Err: s.browser.Cause(), Hint: "run the same command again"}
}

// explain is flows.Explain with the true reason where the browser is gone: a
// step may notice before the watch does.
func (s *session) explain(ctx context.Context, err error) *flows.Stop {
	stop := flows.Explain(ctx, err)
	if s == nil || s.browser == nil {
		return stop
	}
	// When the connection ends, a step under way is stopped, and nobody asked for that.
	asked := ctx != nil && ctx.Err() != nil
	if !errors.Is(err, page.ErrCrashed) && (asked || !errors.Is(err, page.ErrStopped)) {
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

// ask reads one line from a person, or says why the run ended before there was one.
// A read from a terminal cannot be taken back: it is left to the process's end.
func (a *app) ask(ctx context.Context, question string) (string, error) {
	fmt.Fprint(a.Err, question)
	flush(a.Err)
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(a.In).ReadString('\n')
		answer <- strings.TrimSpace(line)
	}()
	select {
	case line := <-answer:
		return line, nil
	case <-ctx.Done():
		fmt.Fprintln(a.Err) // the question's own line has no end yet
		return "", context.Cause(ctx)
	}
}
