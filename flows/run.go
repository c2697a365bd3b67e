// Package flows holds the journeys through Amazon's pages: sign in, go to the
// devices, read the list, deregister one, prove that it is gone. One file is
// one journey and can be read beside the help page it follows.
//
// It is not the place for what the pages look like (selectors), for clicking
// (flows/page), for starting a browser (flows/browser) or for flags and exit
// codes as a user sees them (flows/cli).
package flows

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
	"github.com/unecho/unecho/selectors"
)

// Exit codes of the contract that a journey can end with. The whole table is
// in the help text of flows/cli.
const (
	CodeNotAll      = 1   // at least one device is not deregistered
	CodeUsage       = 2   // usage or configuration
	CodeNotFound    = 3   // a named device is not on the account
	CodePerson      = 4   // a person is needed
	CodeRejected    = 5   // sign-in rejected or locked
	CodeUnusable    = 6   // Amazon not usable
	CodeLocked      = 7   // another run holds this profile
	CodeNoBrowser   = 8   // no browser, or it died
	CodeInternal    = 9   // internal error, own files not writable
	CodeInterrupted = 130 // SIGINT; SIGTERM is 143
)

// A Stop is the end of a run that a user has to hear about: the exit code, the
// screen it happened on, one clear line, and what to do next.
type Stop struct {
	Code    int
	Screen  string // a screen name, or empty
	Message string // one line: what and where
	Hint    string // one line: what to do; may be empty
	Err     error  // the cause, for logs
	// Unfamiliar: Amazon showed something that unecho does not understand. A recording
	// of it is what would teach it.
	Unfamiliar bool
}

func (s *Stop) Error() string { return s.Message }
func (s *Stop) Unwrap() error { return s.Err }

// LevelNotice is between slog.LevelInfo and slog.LevelWarn: lines that a user
// sees unless told to be quiet. LevelInfo is the story of the run, shown by
// `demo` and -v; LevelDebug is every step.
const LevelNotice = slog.Level(2)

// Login is what sign-in may type. Its funcs are called at the moment of
// typing, so that a secret lives no longer than the step that needs it.
type Login struct {
	Email    string
	Password func() string
	// Code returns a fresh one-time code that has not been used before. It may
	// wait for the next period. Nil: no one-time secret is configured.
	Code func(context.Context) (string, error)
	// Rejected remembers that Amazon refused this e-mail and password, so that
	// the next run does not send them again.
	Rejected func() error
}

// Journal is what a run needs of the journal: the intent on disk before the
// first Deregister click, the outcome after the fresh list.
type Journal interface {
	Intent(site, customer string, d device.Device) error
	Outcome(site, customer string, r device.Result) error
	// Holds says which devices the list holds that the next intents act on, so that
	// a later run can tell whether its own list is short.
	Holds(call string, keys []string)
}

// Config is what a run is given before it begins, and what does not change while it
// goes on. The zero value of a duration means its default.
type Config struct {
	Tab     *page.Tab
	Sel     *selectors.Set
	Site    string // the marketplace, "amazon.com"
	Login   Login
	Journal Journal
	Log     *slog.Logger
	Pace    time.Duration // between two devices
	// StepTimeout bounds one wait for a page, 30 s unless set.
	StepTimeout time.Duration
	// Backoff is the first pause before a page that failed is loaded again;
	// it doubles. 1 s unless set.
	Backoff time.Duration
	// SettleWindow is how long a list may lag behind a click whose outcome nobody
	// knows; 5 s unless set.
	SettleWindow time.Duration
	// Bound is the customer id this profile belongs to, empty when it is not
	// bound yet. Bind is called once, when the first list tells it.
	Bound string
	Bind  func(customer string) error
	// Expect is the e-mail address or phone number that the run is for, as configured or
	// as the profile is bound; "": whoever signs in. A page that signs in somebody else
	// ends the run.
	Expect string
	// Unproven: the session that the browser was given is of somebody whose e-mail
	// address no page has shown yet.
	Unproven bool
	// SignedIn is called when Amazon let the configured e-mail and password pass.
	SignedIn func() error
	// RetryAfter is how long Amazon asked to wait with its last page, 0 if it did
	// not. Nil: not known.
	RetryAfter func() time.Duration
	// Person is told which screen waits for a person in a visible window. Set, the
	// run waits for them where it would stop otherwise (see person.go).
	Person func(page.Seen)
	// Attended: the person is there for what only a person can answer; everything
	// else the run answers by itself (--headed). Otherwise the person signs in, and
	// the run helps (login).
	Attended bool
	// ApproveWait is how long a sign-in may wait to be approved on a phone; 0: not.
	ApproveWait time.Duration
	// Waits is called when the run begins to wait for a person, and what it returns
	// when it goes on: that time is not the run's. bounded: the wait ends by itself.
	// Nil: nobody counts.
	Waits func(bounded bool) (over func())
	// Begins is called when a device's turn has come. Nil: nobody counts.
	Begins func(device.Device)

	// Via is how devices may be deregistered: "auto" (the portal where it offers
	// a device, else the devices page; also ""), "alexa" or "mycd".
	Via string
	// Portal remembers over runs that the Alexa portal is retired. Nil: nothing is
	// remembered.
	Portal PortalMemory
	// NoPortal says why the portal must not be opened at all, "" if it may.
	NoPortal string

	// Picture is given a picture of each step. Nil: none is taken.
	Picture func(Picture)
}

// Run is one journey through one account in one tab. Beside its Config it holds what
// it learns on the way, each part in the file that uses it.
type Run struct {
	Config

	signIn signInState // signin.go
	lists  listHistory // listing.go
	list   listPage    // read.go
	portal portalState // alexa_list.go

	learnt      *learned // explore.go: about the devices page
	alexaLearnt *learned // and about the Alexa portal
	explored    bool     // something was pressed on the page since it was loaded

	onScreen func(context.Context, page.Seen) error // check.go: looks at each screen on the way
	pictured []device.Device                        // picture.go: those of the last picture
}

// New is a run that has not begun.
func New(c Config) *Run { return &Run{Config: c} }

func (r *Run) stepTimeout() time.Duration {
	if r.StepTimeout > 0 {
		return r.StepTimeout
	}
	return 30 * time.Second
}

// waits tells that a person is waited for until over is called.
func (r *Run) waits(bounded bool) (over func()) {
	if r.Waits == nil {
		return func() {}
	}
	return r.Waits(bounded)
}

// Customer is the customer id that the lists of this run belong to, or "" if
// no list was read yet.
func (r *Run) Customer() string { return r.lists.customer }

func (r *Run) home() string { return "https://www." + r.Site + "/" }

func (r *Run) origin() page.Origin {
	return page.Origin{Host: "www." + r.Site, PathPrefixes: []string{"/ap/", "/ax/"}}
}

func (r *Run) say(format string, args ...any) {
	r.Log.Info(fmt.Sprintf(format, args...))
}

// sayAfter says what is waited for, once that has taken this long; stop ends it.
func (r *Run) sayAfter(long time.Duration, format string, args ...any) (stop func()) {
	said := make(chan struct{})
	t := time.AfterFunc(long, func() { defer close(said); r.say(format, args...) })
	return func() {
		if !t.Stop() {
			<-said
		}
	}
}

// step gives ctx the time of one wait.
func (r *Run) step(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, r.stepTimeout())
}

// click is one click within the time of a step.
func (r *Run) click(ctx context.Context, w page.What) error {
	sctx, cancel := r.step(ctx)
	defer cancel()
	_, err := r.Tab.Click(sctx, w)
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// Explain turns what a step returned into a Stop. An error that is one already
// stays as it is; a context that was ended with a Stop as its cause (a signal,
// a dead browser, a request without an answer) tells that cause, because the
// failing step is then only its echo.
func Explain(ctx context.Context, err error) *Stop {
	var stop *Stop
	if ctx != nil && ctx.Err() != nil && errors.As(context.Cause(ctx), &stop) {
		return stop
	}
	if errors.As(err, &stop) {
		return stop
	}
	var pe *page.Error
	if errors.As(err, &pe) {
		s := &Stop{Code: CodeUnusable, Message: pe.Error(), Err: err}
		if pe.Seen != nil {
			s.Screen = pe.Seen.Screen
		}
		switch pe.Kind {
		case page.KindCrashed, page.KindGone:
			s.Code = CodeNoBrowser
			s.Hint = "run the same command again; with --load-images off and fewer other programs the page needs less memory"
		case page.KindNavigation:
			if errors.Is(err, page.ErrCircle) {
				s.Hint = "the saved session may be the cause: try again after `unecho logout`"
				break
			}
			s.Hint = "check the network and the marketplace (--site), then run the same command again"
		case page.KindDanger, page.KindOtherDevice:
			s.Code, s.Unfamiliar = CodeNotAll, true
		case page.KindNotFound, page.KindAmbiguous, page.KindInvisible, page.KindDisabled, page.KindCovered:
			s.Unfamiliar = true
		}
		return s
	}
	if ctx != nil && ctx.Err() != nil {
		return &Stop{Code: CodeUnusable, Message: "the run was ended: " + context.Cause(ctx).Error(), Err: err}
	}
	var conflict *device.ConflictError
	if errors.As(err, &conflict) {
		return &Stop{Code: CodeUnusable, Message: conflict.Error(), Err: err, Hint: "run `unecho list` later; nothing was clicked"}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &Stop{Code: CodeUnusable, Message: "a page took longer than --step-timeout to answer", Err: err,
			Hint: "run the same command again to go on; with a longer --step-timeout where the network is slow"}
	}
	return &Stop{Code: CodeInternal, Message: err.Error(), Err: err}
}

// firstLine keeps messages to one line, whatever a page wrote into them.
func firstLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 200 {
		s = string(r[:200]) + "…"
	}
	return s
}
