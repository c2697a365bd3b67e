package cli

import (
	"context"
	"time"

	"github.com/unecho/unecho/flows/account"
	"github.com/unecho/unecho/flows/browser"
)

// This file keeps a sign-in from one run to the next: the browser forgets its
// cookies when it ends, the profile does not.

// cookieTime is enough for a browser that answers at all.
const cookieTime = 3 * time.Second

// restore gives the browser the cookies that an earlier run kept. Without them the
// run signs in as if there had been no session.
func (s *session) restore(ctx context.Context) {
	if len(s.saved.Cookies) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, cookieTime)
	defer cancel()
	if err := s.browser.SetCookies(ctx, forBrowser(s.saved.Cookies)); err != nil {
		s.run.Log.Warn("the saved session is not used: " + err.Error())
		return
	}
	s.run.Log.Info("using the session saved on " + s.saved.Saved.Local().Format("2006-01-02 15:04"))
}

// signedIn is called when Amazon let the credentials pass.
func (s *session) signedIn() error {
	if s.fresh {
		return nil
	}
	if err := s.profile.ClearRejected(); err != nil {
		return profileStop(err)
	}
	if err := s.profile.Bind(s.settings.Email, ""); err != nil {
		return profileStop(err)
	}
	s.saveSession()
	return nil
}

// keep saves the session at the end of a run, if a list has shown for whom it is.
func (s *session) keep() {
	if s.fresh || !s.run.Proven() || !alive(s) {
		return
	}
	if err := s.profile.Bind(or(s.run.SeenEmail(), s.settings.Email), s.run.Customer()); err != nil {
		s.run.Log.Warn("the session was not saved: " + err.Error())
		return
	}
	s.saveSession()
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
		s.run.Log.Warn("the session was not saved: " + err.Error())
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
