package flows

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/unecho/unecho/flows/account"
	"github.com/unecho/unecho/flows/page"
)

// This file is the answers to the screens of a sign-in that ask for what is configured:
// e-mail address, password, code; and those that only want to be waited for or passed.
// The others are in challenges.go.

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
			Hint:    "Amazon is throttling or down, or the network is; run the same command again later to go on"}
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
