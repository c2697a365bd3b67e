package flows

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/unecho/unecho/flows/account"
	"github.com/unecho/unecho/flows/page"
)

// This file reads who signs in, on every page of a sign-in that says so, and holds it
// against whom the run is for: a profile that is bound to one customer and named after
// another would act on the wrong account in the next run.

// asksWho are the screens on which it is not decided yet who signs in.
var asksWho = []string{"signin-email", "account-switcher", "signin-unknown-account"}

// readLogin keeps what a page of the sign-in says of who signs in. first: it is the
// first page of this sign-in, so what an earlier one said does not count.
func (r *Run) readLogin(ctx context.Context, seen page.Seen, first bool) {
	if first || slices.Contains(asksWho, seen.Screen) || seen.Screen == "signin-rejected" && seen.Variant != "password" {
		r.signIn.email = ""
	}
	if seen.Screen != "signin-password" && seen.Screen != "signin-rejected" {
		return
	}
	if who, err := r.rememberedEmail(ctx); err != nil {
		r.signIn.email = ""
	} else if who != "" {
		r.signIn.email = who
	}
}

// rememberedEmail is the e-mail address or phone number of the user the page
// takes the visitor for, "" if it does not say.
func (r *Run) rememberedEmail(ctx context.Context) (string, error) {
	items, err := r.Tab.Read(ctx, page.ReadRows{Rows: "remembered-email"})
	if err != nil {
		return "", err
	}
	for _, it := range items {
		if v := strings.TrimSpace(it.Attrs["value"]); strings.Contains(v, "@") || account.IsPhone(v) {
			return v, nil
		}
	}
	return "", nil
}

// stranger is the end of a run whose page signs in somebody else, nil if it does not.
func (r *Run) stranger(seen page.Seen) *Stop {
	if r.signIn.email == "" || r.Expect == "" || account.SameLogin(r.signIn.email, r.Expect) {
		return nil
	}
	return &Stop{Code: CodeUsage, Screen: seen.Screen,
		Message: fmt.Sprintf("Amazon's page signs in %s, but this run is for %s; nothing of that sign-in was kept", account.Mask(r.signIn.email), account.Mask(r.Expect)),
		Hint:    "correct AMAZON_EMAIL, or use another --profile for another account"}
}

// passed is told of every wanted page: behind a sign-in, it proves that the sign-in
// worked.
func (r *Run) passed(seen page.Seen) error {
	if seen.Screen == "home-signed-out" || seen.Screen == "home-stripped" {
		return nil
	}
	if stop := r.stranger(seen); stop != nil {
		return stop
	}
	if !r.signIn.typed {
		return nil
	}
	r.signIn.typed = false
	if r.SignedIn == nil {
		return nil
	}
	return r.SignedIn()
}

// noteRejection remembers that Amazon refused the configured password, if that is what
// it answers: not what a person typed, and not an inline message, which comes from the
// form itself before anything is sent.
func (r *Run) noteRejection(seen page.Seen) {
	if !r.signIn.typed || seen.Variant == "inline" {
		return
	}
	r.signIn.typed = false
	if r.Login.Rejected == nil || r.signIn.email != "" && !account.SameLogin(r.signIn.email, r.Login.Email) {
		return
	}
	if err := r.Login.Rejected(); err != nil {
		r.Log.Warn("the rejected password could not be remembered: " + err.Error())
	}
}

// SeenEmail is the e-mail address or phone number that this run signed in with, as the
// page showed it or as the run typed it; "" where nobody signed in or no page told it.
func (r *Run) SeenEmail() string { return r.signIn.email }

// Proven tells whether a list has shown for whom this session is, and nothing since
// has cast doubt on it: only then is it worth keeping.
func (r *Run) Proven() bool {
	return !r.lists.mixed && r.lists.last != nil && (r.lists.customer != "" || len(r.lists.last.Customers()) > 0)
}

// Foreign tells whether the session that the run began with is another customer's than
// the profile's: nobody signed in, and the list was somebody else's.
func (r *Run) Foreign() bool { return r.lists.foreign && r.signIn.count == 0 }
