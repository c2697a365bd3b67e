package cli

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/term"

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
	config   flows.Config  // gathered until the browser is there
	run      *flows.Run    // nil until then
	evidence string        // path of the evidence kept, once
	traffic  *page.Traffic // what the tab loaded and its pages logged
	found    browser.Found
	clock    *allowance // nil: no limit yet
	closers  []func()

	evidenceFailed bool // it could not be written

	saved         account.Session  // the sign-in that an earlier run kept; no cookies: none
	personSignsIn bool             // login, record --by-hand
	fresh         bool             // demo: begins without a session and keeps none
	invented      bool             // replay: credentials may be made up
	importing     string           // login --import: the file
	cassette      *replay.Cassette // replay: the recording that is played
	noPortal      string           // replay: why there is no Alexa portal to look at
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
	prepare := func() (*session, error) { return a.prepareAs(ctx, &session{a: a}, story) }
	s, err := prepare()
	if err != nil {
		return a.firstTime(ctx, err, prepare)
	}
	return s, nil
}

func (a *app) prepareAs(ctx context.Context, s *session, story bool) (*session, error) {
	fail := func(err error) (*session, error) { s.close(); return nil, err }

	// Read while the settings, the profile and the server are seen to.
	var sel *selectors.Set
	var selErr error
	read := make(chan struct{})
	go func() { sel, selErr = selectors.Default(); close(read) }()

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
	if s.site, err = account.Site(cmp.Or(a.o.site, s.settings.Site, "amazon.com")); err != nil {
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
	<-read
	if selErr != nil {
		return fail(selErr)
	}
	if a.o.selectors != "" {
		if sel, err = sel.Overlay(a.o.selectors); err != nil {
			return fail(config("%v", err))
		}
	}
	s.config = flows.Config{Sel: sel, Site: s.site, Log: a.logger(story), StepTimeout: a.o.stepTimeout, Journal: s.journal}
	s.config.Waits = func(bounded bool) func() {
		if !bounded && !a.Terminal {
			return func() {} // nobody may be there: a run must end
		}
		return s.clock.pause()
	}
	s.credentials(ctx)
	s.attend()
	for _, note := range s.profile.Notes() {
		s.config.Log.Warn(note)
	}
	return s, nil
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

// source is what --replay puts in the place of Amazon.
func (s *session) source(src string) (http.Handler, error) {
	name, scenario, _ := strings.Cut(src, ":")
	switch {
	case name == "standin":
		site, err := standin.New(standin.Options{Files: s.a.Pages, Scenario: scenario})
		if err != nil {
			return nil, &flows.Stop{Code: flows.CodeUsage, Message: "--replay " + src + ": " + err.Error(),
				Hint: "`unecho help scenarios` lists the scenarios" + s.otherSource(scenario)}
		}
		if s.a.o.envFile != "" {
			s.a.notice("the stand-in signs in with an account of its own: only AMAZON_SITE is taken from --env-file")
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
			Hint: "a replay source is standin[:SCENARIO], a cassette directory, or http://127.0.0.1:PORT" + s.otherSource(src)}
	}
	c, err := replay.OpenDir(dir)
	if err != nil {
		return nil, config("--replay %s: %v", src, err)
	}
	// The pages know the account of the recording and no other, and take any password and
	// code; what the environment says is of another account.
	if c.Account != "" && s.a.o.envFile == "" && s.settings.Email != c.Account {
		s.settings = account.Settings{Site: s.settings.Site, Email: c.Account}
	}
	s.invented = true
	s.ignore = c.Ignore
	s.noPortal = noPortal(c, s.site)
	s.cassette = c
	return c.Handler(), nil
}

// otherSource offers the replay sources that go by this word: a scenario, or one of the
// cassettes that unecho's own repository holds.
func (s *session) otherSource(word string) string {
	var like []string
	if slices.ContainsFunc(standin.Scenarios(), func(sc standin.Scenario) bool { return sc.Name == word }) {
		like = append(like, "standin:"+word)
	}
	if cassette := filepath.Join("testdata", "cassettes", word); word != "" && filepath.Base(word) == word {
		if _, err := os.Stat(filepath.Join(s.a.Dir, cassette, "manifest.toml")); err == nil {
			like = append(like, cassette)
		}
	}
	if len(like) == 0 {
		return ""
	}
	return "; " + didYouMean(like)
}

// ask reads one line from a person, or says why the run ended before there was one.
// What was typed before the question stood there is no answer to it: a pasted script,
// or an impatient hand. A read from a terminal cannot be taken back: it is left to the
// process's end.
func (a *app) ask(ctx context.Context, question string) (string, error) {
	defer a.progress.hold()()
	flush(a.Err)
	if err := dropTyped(a.In); err != nil {
		return "", &flows.Stop{Code: flows.CodeUsage, Message: "the terminal's input could not be cleared before asking: " + err.Error(), Err: err,
			Hint: "look first with --dry-run, then add --yes"}
	}
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

// dropTyped empties what a terminal holds ready to be read. Of a pipe or a file
// there is nothing to drop.
func dropTyped(in io.Reader) error {
	f, ok := in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return flushInput(f.Fd())
}
