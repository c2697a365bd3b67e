package cli

import (
	"context"
	"time"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/account"
	"github.com/unecho/unecho/flows/browser"
)

// This file keeps a sign-in from one run to the next: the browser forgets its
// cookies when it ends, the profile does not.

// cookieTime is enough for a browser that answers at all.
const cookieTime = 3 * time.Second

// restore gives the browser the cookies that an earlier run kept. Without them the
// run signs in as if there had been no session.
func (s *session) restore(ctx context.Context) error {
	cookies := s.saved.Cookies
	if len(cookies) == 0 {
		return nil
	}
	if s.unproven() {
		cookies = account.Recognised(s.site, cookies)
		s.config.Unproven = true
		s.config.Log.Info("the saved session's e-mail address is not known yet: signing in with the password, which shows it")
	}
	ctx, cancel := context.WithTimeout(ctx, cookieTime)
	defer cancel()
	err := s.browser.SetCookies(ctx, forBrowser(cookies))
	switch {
	case err == nil && s.importing != "":
		s.config.Log.Info("using the cookies of " + s.importing)
	case err == nil:
		s.config.Log.Info("using the session saved on " + s.saved.Saved.Local().Format("2006-01-02 15:04"))
	case s.importing != "":
		return &flows.Stop{Code: flows.CodeUsage, Message: s.importing + ": the browser does not accept its cookies", Err: err,
			Hint: "export them again, or with another tool"}
	default:
		s.config.Log.Warn("the saved session is not used: " + err.Error())
	}
	return nil
}

// unproven: an earlier run took the saved session over from another browser without
// seeing its e-mail address, and one is configured now. Only a sign-in shows whether
// the two are one account.
func (s *session) unproven() bool {
	b, bound := s.profile.Binding()
	return s.importing == "" && len(s.saved.Cookies) > 0 && s.settings.Email != "" && bound && b.Email == ""
}

// signedIn is called when Amazon let the credentials pass. Nothing else is kept of that
// until a list has told for which customer.
func (s *session) signedIn() error {
	if s.fresh {
		return nil
	}
	if err := s.profile.ClearRejected(); err != nil {
		return profileStop(err)
	}
	return nil
}

// keep saves the session at the end of a run, if a list has shown for whom it is, and
// drops the saved one if it turned out to be another customer's. The profile is bound
// to what was proven: to the customer, and to the e-mail address of a sign-in.
func (s *session) keep() {
	if s.run.Foreign() && s.importing == "" && len(s.saved.Cookies) > 0 {
		if err := s.profile.SaveSession(nil); err != nil {
			s.config.Log.Warn("the session of another customer was not removed: " + err.Error())
		}
		return
	}
	if s.fresh || !s.run.Proven() || !alive(s) {
		return
	}
	if err := s.bind(s.run.Customer()); err != nil {
		s.config.Log.Warn("the session was not saved: " + err.Error())
		return
	}
	s.saveSession()
}

// bind binds the profile to what this run has proven.
func (s *session) bind(customer string) error {
	email := s.run.SeenEmail()
	b, bound := s.profile.Binding()
	switch {
	case email == "" && customer == "" && bound:
		return nil // a household's list, which holds the profile's customer
	case s.importing != "" && email == "" && bound && b.Customer == "":
		return &flows.Stop{Code: flows.CodeUsage,
			Message: "profile " + s.profile.Name + " is for e-mail " + account.Mask(b.Email) + ", and no page showed the e-mail address of the imported cookies",
			Hint:    "import them into another --profile, or run `unecho logout` first"}
	}
	if err := s.profile.Bind(email, customer); err != nil {
		return profileStop(err)
	}
	return nil
}

// saveSession is a courtesy to the next run: this one does not fail for it.
func (s *session) saveSession() {
	ctx, cancel := context.WithTimeout(context.Background(), cookieTime)
	defer cancel()
	cookies, err := s.browser.Cookies(ctx)
	if err == nil {
		ours := make([]account.Cookie, len(cookies))
		for i, c := range cookies {
			ours[i] = account.Cookie(c)
			if account.Covers(s.site, c.Domain) && worthHiding(ours[i]) {
				s.a.red.Add(c.Value)
			}
		}
		err = s.profile.SaveSession(ours)
	}
	if err != nil {
		s.config.Log.Warn("the session was not saved: " + err.Error())
	}
}

func forBrowser(cookies []account.Cookie) []browser.Cookie {
	out := make([]browser.Cookie, len(cookies))
	for i, c := range cookies {
		out[i] = browser.Cookie(c)
	}
	return out
}

// worthHiding: whoever has this cookie is signed in, or nearly. Short values would
// be found everywhere, and hold nothing.
func worthHiding(c account.Cookie) bool {
	return len(c.Value) >= 16 && (c.HTTPOnly || c.Name == "session-id" || c.Name == "session-token")
}
