package flows

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/unecho/unecho/flows/page"
)

// maxAnswers is how often one screen is answered before the run stops: Amazon
// answers a loop with a challenge, so a loop must not happen.
const maxAnswers = 2

// maxChecks is how often a check of the browser may come before the run stops. Nothing
// is done about it but to wait, each host has its own, and the page may come back once
// more before the cookie is there that says it was passed.
const maxChecks = 6

// A signInState is what a run knows of its sign-ins.
type signInState struct {
	count    int            // how often a page of a sign-in was met in this run
	typed    bool           // the configured password was sent, and what came of it is not known yet
	email    string         // who signs in or has signed in, where a page or the run's own typing tells it
	answered map[string]int // how often each screen was answered, since the last page that was wanted
	entry    string         // where the sign-in under way started: a page that can be asked for again
	switched bool           // the remembered user was left, since then
	handed   bool           // the last screen was handed to the person
}

// A reply is what is done about a screen that is in the way.
type reply func(*Run, context.Context, page.Seen) error

// replies is the sign-in loop as data: one row a screen. A screen that is not
// here and not wanted ends the run through stopAt.
var replies = map[string]reply{
	"signin-email":      (*Run).giveEmail,
	"signin-password":   (*Run).givePassword,
	"signin-rejected":   (*Run).handleRejection,
	"otp":               (*Run).giveCode,
	"otp-rejected":      (*Run).giveNextCode,
	"otp-channel":       (*Run).chooseChannel,
	"account-switcher":  (*Run).chooseAccount,
	"approval":          (*Run).awaitApproval,
	"passkey-nudge":     (*Run).declinePasskey,
	"phone-prompt":      (*Run).skipPhone,
	"continue-shopping": (*Run).continueShopping,
	"waf-check":         (*Run).waitForBrowserCheck,
	"service-error":     (*Run).waitForService,
}

// stops are the screens that end a run by themselves: what they mean and what
// the user can do. The exit code is 4 (a person is needed) unless said.
var stops = map[string]Stop{
	"captcha-image":          {Message: "Amazon shows a captcha"},
	"puzzle":                 {Message: "Amazon shows a puzzle"},
	"otp-rejected":           {Message: "Amazon did not accept the one-time code", Code: CodeRejected, Hint: "check AMAZON_OTP_SECRET and the clock of this machine"},
	"verification-code":      {Message: "Amazon wants a verification code"},
	"signin-unknown-account": {Message: "Amazon knows no account with this e-mail address", Code: CodeRejected, Hint: "check AMAZON_EMAIL and --site"},
	"locked":                 {Message: "Amazon has locked this account or wants a new password", Code: CodeRejected, Hint: "sign in by hand in an ordinary browser first"},
	"not-found":              {Message: "Amazon says that this page does not exist", Code: CodeUnusable},
}

// Reach looks which screen is there, answers it, and looks again until one of
// the wanted screens is visible. There is no fixed sequence of sign-in
// screens (facts/sign-in.md, principle 1), so there is no script of steps.
//
// Errors are *Stop or come from package page.
func (r *Run) Reach(ctx context.Context, want ...string) (page.Seen, error) {
	return r.reachFrom(ctx, page.Seen{}, want...)
}

// reachFrom is Reach for a page that was just left, by a click say: prev's
// screen in prev's document does not count.
func (r *Run) reachFrom(ctx context.Context, prev page.Seen, want ...string) (page.Seen, error) {
	r.signIn.answered, r.signIn.switched, r.signIn.entry = map[string]int{}, false, ""
	for {
		seen, err := r.next(ctx, prev)
		r.signIn.handed = false
		if err != nil {
			return seen, err
		}
		first := r.signIn.entry == "" && r.signsIn(seen)
		if first {
			r.signIn.entry = seen.URL
			r.signIn.count++
		}
		r.readLogin(ctx, seen, first)
		if r.onScreen != nil {
			if err := r.onScreen(ctx, seen); err != nil {
				return seen, err
			}
		}
		if slices.Contains(want, seen.Screen) {
			return seen, r.passed(seen)
		}
		if r.leftToPerson(ctx, seen) {
			prev = seen
			continue
		}
		if err := r.answer(ctx, seen); err != nil && !r.handOver(seen, err) {
			return seen, err
		}
		prev = seen
	}
}

// answer does what replies says about a screen.
func (r *Run) answer(ctx context.Context, seen page.Seen) error {
	answer, ok := replies[seen.Screen]
	if !ok {
		return r.stopAt(seen)
	}
	r.signIn.answered[seen.Screen]++
	limit := maxAnswers
	if seen.Screen == "waf-check" {
		limit = maxChecks
	}
	if n := r.signIn.answered[seen.Screen]; n > limit && seen.Screen != "service-error" {
		return &Stop{Code: CodePerson, Screen: seen.Screen,
			Message: fmt.Sprintf("%s was answered %d times and came back each time", seen.Screen, limit),
			Hint:    hintSignIn}
	}
	return answer(r, ctx, seen)
}

// next waits for a known screen that is not the one just answered in the same
// document. A page that stays what it was for a whole step time is judged again.
func (r *Run) next(ctx context.Context, prev page.Seen) (page.Seen, error) {
	if r.Person != nil && (!r.Attended || r.signIn.handed) {
		return r.nextAttended(ctx, prev)
	}
	limit := max(r.stepTimeout(), r.patience(prev.Screen))
	sctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	seen, err := r.Tab.SeeNext(sctx, prev)
	if err == nil {
		return seen, nil
	}
	if ctx.Err() != nil {
		return seen, context.Cause(ctx)
	}
	if seen, again := asServiceError(err); again {
		return seen, nil
	}
	var pe *page.Error
	if errors.As(err, &pe) && pe.Kind == page.KindTimeout {
		last := seen
		if pe.Seen != nil {
			last = *pe.Seen
		} else if now, lerr := r.Tab.Look(ctx); lerr == nil {
			last = now // a busy machine: the page did not answer in time
		}
		if busy(last) {
			last.Screen = "service-error"
			return last, nil
		}
		if prev.Screen != "" && last.Screen == prev.Screen {
			return last, &Stop{Code: CodeUnusable, Screen: last.Screen, Err: err,
				Message: fmt.Sprintf("%s did not go away within %s after it was answered (%s)", last.Screen, limit, where(last))}
		}
		return last, r.stopAt(last)
	}
	return seen, err
}

// patience is how long a screen may stay by its own nature, e.g. waf-check.
func (r *Run) patience(screen string) time.Duration {
	var d time.Duration
	for _, s := range r.Sel.Screens {
		if s.Name == screen {
			d = max(d, s.Patience)
		}
	}
	return d
}

// stopAt is the end of a run on a screen that nothing answers.
func (r *Run) stopAt(seen page.Seen) *Stop {
	if s, ok := stops[seen.Screen]; ok {
		s.Screen = seen.Screen
		s.Message += " (" + where(seen) + ")"
		if s.Code == 0 {
			s.Code = CodePerson
		}
		if s.Hint == "" {
			s.Hint = hintSignIn
		}
		return &s
	}
	if seen.Screen == "" || seen.Screen == "unknown" {
		return &Stop{Code: CodeUnusable, Screen: "unknown", Unfamiliar: true,
			Message: fmt.Sprintf("no page that unecho knows appeared within %s (%s)", r.stepTimeout(), where(seen)),
			Hint:    "look at page.png in the evidence"}
	}
	return &Stop{Code: CodeUnusable, Screen: seen.Screen, Unfamiliar: true,
		Message: fmt.Sprintf("%s appeared where it was not expected (%s)", seen.Screen, where(seen)),
		Hint:    "run the same command again; if it happens again, look at the evidence"}
}

// where says which page it is without its query, which may carry tokens.
func where(s page.Seen) string {
	u := s.URL
	if i := strings.IndexAny(u, "?#"); i >= 0 {
		u = u[:i]
	}
	if u == "" {
		u = "no page"
	}
	if t := firstLine(s.Title); t != "" {
		return fmt.Sprintf("%s, titled %q", u, t)
	}
	return u
}

// signsIn: a page of a sign-in that was asked for by its address, and can be again.
func (r *Run) signsIn(seen page.Seen) bool {
	u, err := url.Parse(seen.URL)
	return err == nil && seen.Method == http.MethodGet && u.Scheme == "https" && u.Host == r.origin().Host &&
		slices.ContainsFunc(r.origin().PathPrefixes, func(p string) bool { return strings.HasPrefix(u.Path, p) })
}

func (r *Run) noCredentials(screen string) *Stop {
	return &Stop{Code: CodeUsage, Screen: screen,
		Message: "Amazon asks to sign in, and AMAZON_EMAIL and AMAZON_PASSWORD are not set",
		Hint:    "set both in the environment or in a .env file (see .env.example), or sign in once by hand: unecho login"}
}
