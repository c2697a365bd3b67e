package flows

import (
	"context"
	"errors"
	"fmt"

	"github.com/unecho/unecho/flows/account"
	"github.com/unecho/unecho/flows/page"
)

// This file is what only a person at a visible window can answer. With --headed the run
// hands single screens to them; with `login` the person signs in, with whatever Amazon
// asks. The run goes the same way as always and looks at the same screens;
// what it has the credentials for it types, once, and everything else it leaves to
// the person and waits.

// leftToPerson tells whether a screen is for the person at the window.
func (r *Run) leftToPerson(ctx context.Context, seen page.Seen) bool {
	if r.Person == nil || r.Attended {
		return false
	}
	if r.types(seen) {
		return false
	}
	switch seen.Screen {
	case "signin-rejected":
		r.noteRejection(seen)
	case "signin-email", "signin-password", "account-switcher":
		r.signIn.typed = false // what comes now is the person's
	}
	if stop := r.stranger(seen); stop != nil {
		r.Log.Log(ctx, LevelNotice, fmt.Sprintf("the page is signing in %s, not %s: choose that account, or this sign-in will not be kept", account.Mask(r.signIn.email), account.Mask(r.Expect)))
	}
	r.Person(seen)
	return true
}

// types: the run answers this screen by itself, also when a person sits there.
func (r *Run) types(seen page.Seen) bool {
	if r.signIn.answered[seen.Screen] > 0 {
		return seen.Screen == "service-error" // the rest is not typed twice
	}
	switch seen.Screen {
	case "signin-email", "signin-password":
		return r.Login.Email != "" && r.Login.Password != nil
	case "otp":
		return r.Login.Code != nil
	case "continue-shopping", "waf-check", "service-error":
		return true
	}
	return false
}

// nextAttended is next without a limit of its own: a person takes their time, and
// pages that nobody knows are theirs too.
func (r *Run) nextAttended(ctx context.Context, prev page.Seen) (page.Seen, error) {
	defer r.waits(false)()
	for {
		sctx, cancel := r.step(ctx)
		seen, err := r.Tab.SeeNext(sctx, prev)
		cancel()
		switch {
		case err == nil:
			return seen, nil
		case ctx.Err() != nil:
			return seen, context.Cause(ctx)
		case !errors.Is(err, page.ErrTimeout):
			return seen, err
		}
	}
}

// handOver gives a screen that only a person can answer to the person at the
// window, and tells whether it did. The run goes on by itself afterwards.
func (r *Run) handOver(seen page.Seen, err error) bool {
	var stop *Stop
	if !r.Attended || r.Person == nil || !errors.As(err, &stop) || stop.Code != CodePerson {
		return false
	}
	r.signIn.handed = true
	r.Person(seen)
	return true
}
