package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/account"
	"github.com/unecho/unecho/flows/journal"
	"github.com/unecho/unecho/flows/page"
)

// This file opens what a run keeps from one time to the next: profile, lock, journal and
// the credentials it signs in with.

func (s *session) loadSettings() error {
	src := account.Source{Environ: s.a.Environ, EnvFile: s.a.o.envFile, Dir: s.a.Dir}
	var err error
	if src.ConfigDir, err = account.ConfigDir(); err != nil {
		src.ConfigDir = "" // no home: then there is no env file there either
	}
	if s.a.o.replay != "" && s.a.o.envFile == "" {
		src.NoFiles = true // a replay reads no .env unless told to
	}
	var warnings []string
	set, err := heard(s.a, func() (set account.Settings, err error) {
		set, warnings, err = account.Load(src)
		return set, err
	})
	if stop, ok := errors.AsType[*flows.Stop](err); ok {
		return stop
	} else if err != nil {
		return config("%v", err)
	}
	s.settings = set
	s.hide()
	for _, w := range warnings {
		s.a.warn(w)
	}
	return nil
}

// hide feeds the redactor with every form of the secrets.
func (s *session) hide() {
	for _, secret := range s.settings.Secrets() {
		s.a.red.Add(secret)
	}
}

// openProfile takes the profile and the account for this run, and what earlier runs
// left in it: the session, for whom it is, what was rejected, the journal.
func (s *session) openProfile(ctx context.Context, base, namespace string) error {
	var err error
	if s.profile, err = account.OpenProfile(base, namespace, s.site, s.a.o.profile); err != nil {
		return profileStop(err)
	}
	end := time.Now().Add(s.a.o.wait)
	unlock, err := s.profile.Lock(ctx, s.a.o.wait)
	if err != nil {
		return profileStop(err)
	}
	s.later(unlock)
	has := false
	if !s.fresh {
		s.saved, has = s.profile.Session()
	}
	if err := s.enoughToSignIn(has); err != nil {
		return err
	}
	if err := s.profile.CheckEmail(s.settings.Email); err != nil {
		return profileStop(err)
	}
	if s.unproven() && s.settings.Password == "" && !s.personSignsIn {
		return &flows.Stop{Code: flows.CodeUsage,
			Message: "the session of profile " + s.profile.Name + " has no known e-mail address, and without AMAZON_PASSWORD it cannot be compared with AMAZON_EMAIL",
			Hint:    "set AMAZON_PASSWORD too; or unset AMAZON_EMAIL to use the session as it is"}
	}
	b, _ := s.profile.Binding()
	for _, who := range []string{s.email(), b.Customer} {
		if err := s.lockAccount(ctx, who, time.Until(end)); err != nil {
			return err
		}
	}
	if s.settings.Password != "" && s.profile.Rejected(s.settings.Email, s.settings.Password.Reveal()) {
		if s.personSignsIn || s.importing != "" {
			s.settings.Password = "" // the person types another one, or none is needed
			return s.openJournal()
		}
		hint := s.whereFrom("correct AMAZON_EMAIL or AMAZON_PASSWORD") + ", and run the same command again"
		switch {
		case s.standin != nil:
			hint = s.sendAgain()
		case s.a.o.replay != "":
			hint += "; " + s.sendAgain()
		}
		return &flows.Stop{Code: flows.CodeRejected,
			Message: "Amazon rejected this e-mail and password in an earlier run; they are not sent again", Hint: hint}
	}
	for _, c := range s.saved.Cookies {
		if worthHiding(c) {
			s.a.red.Add(c.Value)
		}
	}
	return s.openJournal()
}

func (s *session) openJournal() (err error) {
	if s.journal, err = journal.Open(s.profile.Dir); err != nil {
		return &flows.Stop{Code: flows.CodeInternal, Message: err.Error(), Err: err, Hint: "nothing is deregistered without the journal"}
	}
	if lines, torn := s.journal.Damaged(); lines > 0 || torn {
		s.a.warn(fmt.Sprintf("%s has %s; the rest of it counts", filepath.Join(s.profile.Dir, journal.Name), damage(lines, torn)))
	}
	return nil
}

// enoughToSignIn: without a saved session the credentials are needed for certain,
// with one only if Amazon asks.
func (s *session) enoughToSignIn(hasSession bool) error {
	switch {
	case s.personSignsIn, s.importing != "", hasSession && s.settings.Email == "":
	case s.invented:
		// Recorded pages accept anything.
		if s.settings.Email == "" {
			s.settings.Email = "replay@example.com"
		}
		if s.settings.Password == "" {
			s.settings.Password = account.Secret("replayed-password")
		}
		if s.settings.OTPSecret == "" {
			s.settings.OTPSecret = account.Secret("REPLAYEDSECRETAA")
		}
	case !hasSession && s.standin == nil:
		if s.settings.Email == "" && s.settings.Password == "" {
			return errNoAccount
		}
		if err := s.settings.Complete(); err != nil {
			return &flows.Stop{Code: flows.CodeUsage, Message: err.Error(), Err: err, Hint: "or sign in once by hand: unecho login"}
		}
	}
	return nil
}

// lockAccount holds an account, known by its e-mail or its customer id, until the
// run ends.
func (s *session) lockAccount(ctx context.Context, who string, wait time.Duration) error {
	if who == "" {
		return nil
	}
	unlock, err := s.profile.LockAccount(ctx, who, account.Mask(who), wait)
	if err != nil {
		return profileStop(err)
	}
	s.later(unlock)
	return nil
}

func profileStop(err error) *flows.Stop {
	var locked *account.LockedError
	if errors.As(err, &locked) {
		return &flows.Stop{Code: flows.CodeLocked, Message: err.Error(), Err: err, Hint: "wait for it to end, or add --wait 5m"}
	}
	var conf *account.ConfigError
	var bound *account.BindingError
	switch {
	case errors.As(err, &conf):
		return &flows.Stop{Code: flows.CodeUsage, Message: err.Error(), Err: err}
	case errors.As(err, &bound):
		return &flows.Stop{Code: flows.CodeUsage, Message: err.Error(), Err: err} // it says what to do
	}
	return &flows.Stop{Code: flows.CodeInternal, Message: err.Error(), Err: err}
}

// credentials hands to the run what sign-in may type.
func (s *session) credentials(ctx context.Context) {
	set := s.settings
	if set.Email != "" && set.Password != "" {
		s.config.Login = flows.Login{
			Email:    set.Email,
			Password: set.Password.Reveal,
			Rejected: func() error {
				if s.personSignsIn {
					s.a.warn("Amazon rejected AMAZON_PASSWORD: runs on a schedule do not send it until it is corrected")
				}
				return s.profile.MarkRejected(set.Email, set.Password.Reveal())
			},
		}
	}
	s.config.Expect = s.email()
	if set.OTPSecret != "" {
		s.config.Login.Code = s.oneTimeCode
	}
	if b, ok := s.profile.Binding(); ok {
		s.config.Bound = b.Customer
	}
	s.config.Bind = func(customer string) error {
		if err := s.lockAccount(ctx, customer, 0); err != nil {
			return err
		}
		return s.bind(customer)
	}
	s.config.SignedIn = s.signedIn
	s.config.RetryAfter = func() time.Duration { return s.traffic.RetryAfter() }
	if s.a.o.replay != "" {
		s.config.Backoff = 100 * time.Millisecond
	}
}

// oneTimeCode mints a code that was not used yet, as late as possible.
func (s *session) oneTimeCode(ctx context.Context) (string, error) {
	m := minter{
		secret: s.settings.OTPSecret.Reveal(), now: time.Now, wait: page.Pause,
		used: s.profile.UsedCode,
		take: func(code string) error {
			s.a.red.Add(code)
			if err := s.profile.MarkUsedCode(code); err != nil {
				return profileStop(err)
			}
			return nil
		},
	}
	return m.code(ctx)
}
