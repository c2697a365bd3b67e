package flows

import (
	"context"
	"errors"

	"github.com/unecho/unecho/flows/page"
)

// This file is `login`: a person signs in, in a visible window, with whatever
// Amazon asks. The run goes the same way as always and looks at the same screens;
// what it has the credentials for it types, once, and everything else it leaves to
// the person and waits.

// passed is told of every wanted page: behind a sign-in, it proves that the sign-in
// worked.
func (r *Run) passed(seen page.Seen) error {
	if r.signIns == r.kept || r.SignedIn == nil || seen.Screen == "home-signed-out" || seen.Screen == "home-stripped" {
		return nil
	}
	r.kept = r.signIns
	return r.SignedIn()
}

// leftToPerson tells whether a screen is for the person at the window.
func (r *Run) leftToPerson(ctx context.Context, seen page.Seen) bool {
	if r.Person == nil || r.Attended {
		return false
	}
	if seen.Screen == "signin-password" && r.Login.Email == "" {
		// The only place where a page says who is signing in.
		if who, err := r.rememberedEmail(ctx); err == nil && who != "" {
			r.email = who
		}
	}
	if r.types(seen) {
		return false
	}
	r.Person(seen)
	return true
}

// types: the run answers this screen by itself, also when a person sits there.
func (r *Run) types(seen page.Seen) bool {
	if r.answered[seen.Screen] > 0 {
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

// nextByHand is next without a limit of its own: a person takes their time, and
// pages that nobody knows are theirs too.
func (r *Run) nextByHand(ctx context.Context, prev page.Seen) (page.Seen, error) {
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

// SeenEmail is the e-mail address that the person signed in with, "" where no page
// told it.
func (r *Run) SeenEmail() string { return r.email }

// Proven tells whether a list has shown for whom this session is, and nothing since
// has cast doubt on it: only then is it worth keeping.
func (r *Run) Proven() bool { return r.customer != "" && !r.mixed }
