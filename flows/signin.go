package flows

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/unecho/unecho/flows/account"
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
			Hint:    "look at the picture in the evidence"}
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

func (r *Run) giveEmail(ctx context.Context, _ page.Seen) error {
	ctx, cancel := r.step(ctx)
	defer cancel()
	if r.Login.Email == "" {
		return r.noCredentials("signin-email")
	}
	r.say("typing the e-mail address")
	email := page.What{Element: "email", Label: "e-mail box"}
	if err := r.Tab.FillSecret(ctx, email, r.Login.Email, r.origin()); err != nil {
		return err
	}
	_, err := r.Tab.Click(ctx, page.What{Element: "email-submit", Label: "Continue"})
	if err == nil {
		r.signIn.email = r.Login.Email
	}
	return err
}

func (r *Run) givePassword(ctx context.Context, seen page.Seen) error {
	ctx, cancel := r.step(ctx)
	defer cancel()
	if r.Login.Email == "" || r.Login.Password == nil {
		return r.noCredentials("signin-password")
	}
	// A remembered user may be somebody else: never type the password of one
	// person for another.
	if who, err := r.rememberedEmail(ctx); err != nil {
		return err
	} else if who != "" && !account.SameLogin(who, r.Login.Email) {
		if stop := r.stranger(seen); stop != nil && r.Unproven {
			return stop
		}
		return r.switchUser(ctx, seen)
	} else if who == "" && r.signIn.email == "" && r.Unproven {
		return r.switchUser(ctx, seen) // neither page nor run says for whom the password would be
	}
	r.say("typing the password")
	if err := r.Tab.FillSecret(ctx, page.What{Element: "password", Label: "password box"}, r.Login.Password(), r.origin()); err != nil {
		return err
	}
	if err := r.checkIfThere(ctx, "remember-me", "Keep me signed in"); err != nil {
		return err
	}
	_, err := r.Tab.Click(ctx, page.What{Element: "password-submit", Label: "Sign in"})
	if err == nil {
		r.signIn.typed = true
	}
	return err
}

// checkIfThere ticks a box when the page has it. It often arrives ticked. The site
// draws a box of its own over the real one, which then counts as hidden: what is
// there is tried by its label, and a box that cannot be ticked is no reason to stop.
func (r *Run) checkIfThere(ctx context.Context, element, label string) error {
	items, err := r.Tab.Read(ctx, page.ReadRows{Rows: element})
	if err != nil || len(items) == 0 {
		return err
	}
	sctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	err = r.Tab.Check(sctx, page.What{Element: element, Label: label})
	var pe *page.Error
	if ctx.Err() == nil && errors.As(err, &pe) {
		switch pe.Kind {
		case page.KindNotFound, page.KindInvisible, page.KindAmbiguous, page.KindDisabled, page.KindCovered:
			r.say("%q could not be ticked", label)
			return nil
		}
	}
	return err
}

func (r *Run) handleRejection(ctx context.Context, seen page.Seen) error {
	text := r.pageSays(ctx, "error-box")
	hint := "correct AMAZON_EMAIL or AMAZON_PASSWORD; the rejected pair is not sent again"
	switch {
	case text == "":
		text = "no reason was shown"
	case r.speaks(text, "rejected-password"):
		hint = "correct AMAZON_PASSWORD; the rejected one is not sent again"
	case r.speaks(text, "rejected-email"):
		hint = "correct AMAZON_EMAIL, or choose the marketplace of the account with --site"
	}
	r.noteRejection(seen)
	return &Stop{Code: CodeRejected, Screen: seen.Screen,
		Message: fmt.Sprintf("Amazon rejected the sign-in: %q", text),
		Hint:    hint}
}

func (r *Run) giveCode(ctx context.Context, seen page.Seen) error {
	if r.Login.Code == nil {
		return &Stop{Code: CodePerson, Screen: seen.Screen,
			Message: "Amazon asks for a one-time code and AMAZON_OTP_SECRET is not set",
			Hint:    "set AMAZON_OTP_SECRET (from the authenticator set-up page of the account)"}
	}
	r.say("typing a one-time code")
	// The tick comes first: the code is minted as late as possible.
	if err := r.checkIfThere(ctx, "otp-remember", "Don't require a code on this browser"); err != nil {
		return err
	}
	code, err := r.Login.Code(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := r.step(ctx)
	defer cancel()
	if err := r.Tab.FillSecret(ctx, page.What{Element: "otp-code", Label: "one-time code box"}, code, r.origin()); err != nil {
		return err
	}
	_, err = r.Tab.Click(ctx, page.What{Element: "otp-submit", Label: "Sign in"})
	return err
}

func (r *Run) continueShopping(ctx context.Context, seen page.Seen) error {
	if r.signIn.answered[seen.Screen] > 1 {
		return &Stop{Code: CodePerson, Screen: seen.Screen,
			Message: "Amazon asks again whether to continue shopping",
			Hint:    "go through it once by hand with `unecho login`, then run the same command again"}
	}
	ctx, cancel := r.step(ctx)
	defer cancel()
	r.say("Amazon asks whether to continue shopping: yes")
	_, err := r.Tab.Click(ctx, page.What{Element: "continue-shopping-button", Label: "Continue shopping"})
	return err
}

// waitForBrowserCheck does nothing: a real browser passes the check by itself
// and the page reloads. next waits for that with the screen's own patience.
func (r *Run) waitForBrowserCheck(ctx context.Context, seen page.Seen) error {
	r.say("Amazon checks the browser: waiting")
	limit := max(r.patience(seen.Screen), 45*time.Second)
	sctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	_, err := r.Tab.SeeNext(sctx, seen)
	if err == nil || ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var pe *page.Error
	if errors.As(err, &pe) && pe.Kind == page.KindTimeout {
		return &Stop{Code: CodePerson, Screen: seen.Screen, Err: err,
			Message: fmt.Sprintf("Amazon's check of the browser did not end within %s", limit),
			Hint:    "go through it once by hand with `unecho login`, then run the same command again"}
	}
	return err
}

// waitForService loads a page again that came as an error, in part or not at all. The
// answer to a form is not loaded again, because that sends the form again, with a
// one-time code that may have been used: the sign-in starts anew where it started.
func (r *Run) waitForService(ctx context.Context, seen page.Seen) error {
	try := r.signIn.answered[seen.Screen]
	what := fmt.Sprintf("answers %q", firstLine(seen.Title))
	if seen.Lost != "" {
		what = "does not answer (" + seen.Lost + ")"
	}
	if try > 3 {
		return &Stop{Code: CodeUnusable, Screen: seen.Screen,
			Message: fmt.Sprintf("Amazon %s, even after three more tries (%s)", what, where(seen)),
			Hint:    "Amazon is throttling or down, or the network is: run the same command again later to go on"}
	}
	if err := r.waitToRetry(ctx, try-1, 0, "Amazon "+what); err != nil {
		return err
	}
	load := r.Tab.Reload
	if seen.Method == http.MethodPost {
		load = func(ctx context.Context) error { return r.Tab.Goto(ctx, cmp.Or(r.signIn.entry, r.home())) }
	}
	sctx, cancel := r.step(ctx)
	defer cancel()
	err := load(sctx)
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if connectionBroke(err) {
		return nil // that page is looked at like any other
	}
	return err
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
