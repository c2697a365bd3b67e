package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/account"
	"github.com/unecho/unecho/flows/page"
)

func (a *app) loginCommand() *cobra.Command {
	var importFile string
	cmd := &cobra.Command{
		Use:     "login",
		GroupID: groupAccount,
		Short:   "sign in yourself in a window, and keep the session",
		Long: `Opens a window at Amazon. Sign in there with whatever it asks for; what is set in AMAZON_EMAIL and AMAZON_PASSWORD is typed for you, once. When the list of devices has shown whose account it is, the session is kept (for your user only) and the window closes.

Amazon asks for the password again when a session is more than an hour old. So runs on a schedule also need AMAZON_EMAIL and AMAZON_PASSWORD; login gets them past the first captcha, code or approval. If you sign in as somebody other than AMAZON_EMAIL, nothing is kept (exit 2).

On a machine without a screen, sign in elsewhere and import the cookies. Cookies show which customer they belong to, but not the e-mail address, so the next run with AMAZON_EMAIL signs in once to compare.`,
		Example: `unecho login
unecho login --profile grandma --site amazon.de
unecho login --import cookies.txt`,
		Args:              nothing("login takes no names"),
		ValidArgsFunction: noNames,
		RunE:              a.runs(func(ctx context.Context, _ []string) int { return a.login(ctx, importFile) }),
	}
	s := newSection("Another browser's session")
	s.flags.StringVar(&importFile, "import", "", "take the session from this `file`: a Netscape cookies.txt, or JSON from a cookie extension, Playwright, Puppeteer or Selenium")
	a.add(cmd, s)
	a.browserFlags(cmd)
	return cmd
}

// login gets a session and keeps it: a person signs in, in a visible window, with
// whatever Amazon asks; or the cookies of another browser are taken over. Either way
// the list of devices proves for whom it is before anything is kept.
func (a *app) login(ctx context.Context, importFile string) int {
	s := &session{a: a, importing: importFile}
	switch {
	case importFile != "":
	case a.o.replay == "":
		// A window, because a person acts in it; a replay has nobody to act.
		a.o.headed, s.personSignsIn = true, true
	}
	if importFile != "" && !filepath.IsAbs(importFile) {
		s.importing = filepath.Join(a.Dir, importFile)
	}
	s, err := a.prepareAs(ctx, s, false)
	if err != nil {
		return a.fail(ctx, nil, err)
	}
	defer s.close()
	if s.personSignsIn && a.remote == nil && !hasScreen(a.Env) {
		return a.fail(ctx, nil, &flows.Stop{Code: flows.CodeNoBrowser, Message: "login needs a screen to show Amazon's sign-in, and there is none here", Hint: s.noScreenSteps()})
	}
	if s.importing != "" {
		cookies, err := heard(a, func() ([]account.Cookie, error) { return account.ImportCookies(s.importing, s.site, time.Now()) })
		if stop, ok := errors.AsType[*flows.Stop](err); ok {
			return a.fail(ctx, nil, stop)
		} else if err != nil {
			return a.fail(ctx, nil, config("%v", err))
		}
		for _, c := range cookies {
			if worthHiding(c) {
				a.red.Add(c.Value)
			}
		}
		s.saved = account.Session{Cookies: cookies, Saved: time.Now()}
	}
	if s.personSignsIn {
		s.config.Person = s.askPerson
	}
	return a.takeSession(ctx, s)
}

// takeSession goes to the list, whoever signs in on the way, and keeps the session.
func (a *app) takeSession(ctx context.Context, s *session) int {
	l, err := s.look(ctx, false)
	if err != nil {
		return a.fail(ctx, s, err)
	}
	if _, bound := s.profile.Binding(); !s.run.Proven() || !bound && s.run.Customer() == "" && s.run.SeenEmail() == "" {
		return a.fail(ctx, s, &flows.Stop{Code: flows.CodeUnusable,
			Message: "signed in, but no page showed whose account it is, so the session was not kept"})
	}
	s.keep()
	saved, ok := s.profile.Session()
	if !ok {
		return a.fail(ctx, s, &flows.Stop{Code: flows.CodeInternal,
			Message: "signed in, but the session could not be kept in " + s.profile.Dir,
			Hint:    "check the permissions of that directory and the free space on its disk"})
	}
	return a.tellLogin(s, saved, len(l.Devices))
}

// askPerson says what the page is waiting for, once for each time it asks.
func (s *session) askPerson(seen page.Seen) {
	what := map[string]string{
		"signin-email": "type the e-mail address", "signin-password": "type the password", "otp": "type the one-time code",
		"captcha-image": "solve the captcha", "puzzle": "solve the puzzle", "approval": "approve the sign-in on your phone or by e-mail",
		"signin-rejected": "Amazon rejected what was typed: correct it", "account-switcher": "choose the account",
		"passkey-nudge": "Amazon offers a passkey: decline or accept it", "verification-code": "type the verification code",
	}[seen.Screen]
	if what == "" {
		what = "Amazon shows " + seen.Screen + ": answer it"
	}
	s.a.notice("in the window: " + what)
}

func (a *app) tellLogin(s *session, saved account.Session, devices int) int {
	b, _ := s.profile.Binding() // what was proven, not what was configured
	who := account.Mask(b.Email)
	if b.Email == "" && s.settings.Email != "" {
		a.warn("the cookies do not show an e-mail address to compare with AMAZON_EMAIL: the next run signs in with the password to compare it")
	}
	if a.o.json {
		enc := json.NewEncoder(a.Out)
		enc.SetIndent("", "  ")
		out := map[string]any{"schema": 1, "site": s.site, "customer": s.run.Customer(),
			"devices": devices, "cookies": len(saved.Cookies), "profile": s.profile.Name}
		if who != "" {
			out["account"] = who
		}
		if err := enc.Encode(out); err != nil {
			return flows.CodeInternal
		}
		return 0
	}
	if a.o.quiet {
		return 0
	}
	if who == "" {
		who = "an account whose e-mail address no page showed"
	}
	if c := s.run.Customer(); c != "" { // in a household, no page may say which of them it is
		who += ", customer " + c
	}
	fmt.Fprintf(a.Out, "Signed in at %s as %s, with %d devices. The session is kept in %s.\n",
		s.site, who, devices, s.profile.Dir)
	if s.settings.Password == "" {
		fmt.Fprintln(a.Out, "Amazon asks for the password again when a session is older than an hour: for runs on a schedule set AMAZON_EMAIL and AMAZON_PASSWORD.")
	}
	return 0
}
