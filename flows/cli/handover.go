package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/report"
)

// This file is for the page that unecho does not understand. Nobody has published the
// Devices tab, so whoever meets such a page is asked for a recording, and is told what is
// taken out of it, how to look through it, and where to send it.

// playTimeout bounds one step of playing a recording back: nothing is far away.
const playTimeout = 8 * time.Second

// issueForm is where recordings are sent.
const issueForm = "https://github.com/unecho/unecho/issues/new?template=page.yml"

// teaches tells whether a recording of what this run met is of use: not where a
// recording is what was played, or is being made.
func (a *app) teaches() bool {
	source, _, _ := strings.Cut(a.o.replay, ":")
	return a.rec == nil && a.cmd != nil && a.cmd.Name() != "demo" && a.cmd.Name() != "record" && (source == "" || source == "standin")
}

// recordAgain records the pages of this run: the same account, browser and way.
func (a *app) recordAgain() (command, dir string) {
	dir = "my-pages"
	for n := 2; emptyDir(filepath.Join(a.Dir, dir)) != nil; n++ {
		dir = fmt.Sprintf("my-pages-%d", n)
	}
	words := []string{"unecho record", dir}
	same := map[string]bool{"site": true, "profile": true, "env-file": true, "replay": true, "via": true, "selectors": true,
		"browser": a.remote == nil, "no-sandbox": true, "headed": true, "step-timeout": true}
	a.cmd.Flags().Visit(func(f *pflag.Flag) {
		switch {
		case !same[f.Name]:
		case f.Value.Type() == "bool":
			words = append(words, "--"+f.Name)
		default:
			words = append(words, "--"+f.Name, shellWord(f.Value.String()))
		}
	})
	return strings.Join(words, " "), dir
}

// teach adds to a fault that a recording would help: a line of the hint, which a terminal
// shows as the steps of handOver instead.
func (a *app) teach(f *report.Fault) {
	if !a.teaches() {
		return
	}
	command, _ := a.recordAgain()
	f.Teach = "record this page, without personal data, and send it in: " + command + " (see `unecho help record`)"
	if f.Hint != "" {
		f.Hint += "\n"
	}
	f.Hint += f.Teach
}

// handOver tells on a terminal, step by step, how a page is handed over. Elsewhere the
// line of the hint has to do.
func (a *app) handOver() {
	if !a.handsOver() {
		return
	}
	command, dir := a.recordAgain()
	for _, line := range []string{
		"",
		"You can teach unecho this page in five minutes (see `unecho help record`):",
		"  1. Record it:        " + command,
		"     It never clicks Deregister. Passwords, cookies, ids, serial numbers,",
		"     addresses and names are replaced by made-up ones.",
		fmt.Sprintf("  2. Look through it:  grep -ri 'your street' %s", dir),
		fmt.Sprintf("     unecho identify %s/page-….html   names a page", dir),
		fmt.Sprintf("     unecho check --replay ./%s       plays them all", dir),
		"     The picture in the evidence folder shows your own data: keep that one.",
		"  3. Send it:          " + issueForm,
	} {
		fmt.Fprintln(a.Err, device.Printable(line))
	}
}

func (a *app) handsOver() bool {
	return a.Screen > 0 && !a.o.quiet && !a.o.logJSON() && a.teaches()
}

// unfamiliar tells whether a page is to blame for what was not done.
func unfamiliar(results []device.Result) bool {
	for _, r := range results {
		switch {
		case r.Outcome == device.NotOffered:
			// A member of the household, or the list's own word, explains it.
			if !r.Household && !r.Child && (r.Deregisterable == nil || *r.Deregisterable) {
				return true
			}
		case r.Unfamiliar:
			return true
		}
	}
	return false
}

// playBack plays a recording that was just written, as `check` does, with nothing of the
// sender's: what comes of it is what everybody else will see. It returns nil where it was
// not to be had.
func (a *app) playBack(ctx context.Context, dir, site string) (*flows.Checkup, error) {
	b := &app{Env: a.Env, o: a.o, red: a.red, cmd: a.cmd, args: a.args, progress: &progress{screen: io.Discard, clean: a.red.String}}
	b.Out, b.Err, b.plainErr = io.Discard, io.Discard, io.Discard
	b.Terminal, b.Width, b.Screen, b.OneTerminal = false, 0, 0, false
	b.Environ = nil
	for _, kv := range a.Environ {
		if !strings.HasPrefix(kv, "AMAZON_") {
			b.Environ = append(b.Environ, kv)
		}
	}
	// A profile of its own: a folder of the same name that was played before has no say.
	b.o.replay, b.o.site, b.o.envFile, b.o.evidence, b.o.profile = dir, site, "", "", "played-back"
	b.o.headed, b.o.quiet, b.o.verbose, b.o.logFormat = false, true, false, "text"
	b.o.stepTimeout = min(b.o.stepTimeout, playTimeout)
	ctx, b.cancel = context.WithCancelCause(ctx)
	defer b.cancel(nil)
	b.ended = ctx.Done()
	s, err := b.prepareAs(ctx, &session{a: b, fresh: true}, false)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(s.profile.Dir)
	defer s.close()
	s.takeVia()
	if err := s.start(ctx, false); err != nil {
		return nil, err
	}
	s.later(s.deadline(b.o.timeout))
	c, err := s.run.Check(ctx, true)
	if err != nil {
		return c, s.explain(ctx, err)
	}
	return c, nil
}
