package cli

import (
	"cmp"
	"context"
	"errors"
	"os"
	"runtime"
	"strings"

	"github.com/unecho/unecho/flows"
)

// errNoAccount: no account is set up, neither by settings nor by a session.
var errNoAccount = &flows.Stop{Code: flows.CodeUsage, Message: "no account is set up yet: there is no saved session, and AMAZON_EMAIL is not set",
	Hint: `sign in once, in a window:  unecho login
or let unecho sign in:      put AMAZON_EMAIL and AMAZON_PASSWORD into .env (unecho help settings)
or look around first:       unecho demo`}

// firstTime offers a person at a terminal to sign in right away; afterwards the command
// goes on. It returns the session of the command, or err as it was.
func (a *app) firstTime(ctx context.Context, err error, again func() (*session, error)) (*session, error) {
	if !errors.Is(err, errNoAccount) || !a.Terminal || a.o.quiet || a.o.replay != "" || a.remote != nil || !hasScreen(a.Env) {
		return nil, err
	}
	answer, askErr := a.ask(ctx, "No account is set up yet. Open a window to sign in to Amazon now? [y/N] ")
	if askErr != nil {
		return nil, askErr
	}
	if answer = strings.ToLower(answer); answer != "y" && answer != "yes" {
		return nil, err
	}
	before, out := a.o, a.Out
	a.o.json, a.o.csv, a.Out = false, false, a.aside() // what login prints is no part of the command's result
	code := a.login(ctx, "")
	a.o, a.Out = before, out
	if code != 0 {
		return nil, &flows.Stop{Code: code, Message: "not signed in: the command was not run"}
	}
	return again()
}

// hasScreen tells whether a window can be shown here.
func hasScreen(e Env) bool {
	return runtime.GOOS != "linux" || e.getenv("DISPLAY") != "" || e.getenv("WAYLAND_DISPLAY") != ""
}

// noScreenSteps is what to do where login cannot show a window.
func (s *session) noScreenSteps() string {
	host, _ := os.Hostname()
	return strings.Join([]string{
		"sign in on a computer with a screen, and bring the session here:",
		"  1. there, open www." + s.site + " in a browser, sign in, and go to Content & Devices",
		"  2. export the cookies of " + s.site + " with a cookies.txt extension",
		"  3. copy the file to " + cmp.Or(host, "this machine") + " and, within the hour, run: unecho login --import cookies.txt",
		"or set AMAZON_EMAIL and AMAZON_PASSWORD (unecho help settings), which needs no window unless Amazon asks for a captcha or a code",
	}, "\n")
}
