package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/browser"
	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
	"github.com/unecho/unecho/flows/replay"
)

// This file starts the browser of a run and follows it to its end.

// start finds and starts the browser and attaches to its tab.
func (s *session) start(ctx context.Context, installs bool) error {
	base := filepath.Join(s.state, "run")
	if _, err := browser.Sweep(base); err != nil {
		s.config.Log.Debug("left-over run directories were not all removed: " + err.Error())
	}
	found, err := s.a.findBrowser(ctx, s.a.o.replay != "", installs)
	if err != nil {
		return err
	}
	s.found = found
	o := browser.Options{Found: found, Remote: s.a.remote, Headed: s.a.o.headed, NoSandbox: s.a.o.noSandbox, LoadImages: s.a.o.loadImages, RunBase: base,
		Warn: s.warnOfBrowser}
	if s.server != nil {
		o.MapTo, o.SPKI = s.server.Addr(), s.server.SPKI()
	} else {
		o.Hosts = flows.Egress(s.site)
	}
	// An interruption ends the start, not the browser: one elsewhere may not answer for long.
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	starting := context.AfterFunc(ctx, end)
	s.browser, err = browser.Start(life, o)
	if !starting() || err != nil {
		if err == nil {
			s.browser.Close()
			s.browser = nil
		}
		end()
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return startStop(err)
	}
	s.later(end)
	// The browser outlives an interruption: an attempt is settled first. It ends
	// by Close, whatever the reason, and with this process.
	b := s.browser
	s.later(func() { b.Close() })
	atExit.add(func() { b.Close() })
	s.watch()
	if s.traffic, err = page.ListenTraffic(b.Context()); err != nil {
		return err
	}
	if err := s.restore(ctx); err != nil {
		return err
	}
	s.tab, err = page.Attach(b.Context(), page.Options{Selectors: s.config.Sel, Site: s.site, StepTimeout: s.a.o.stepTimeout,
		OnStep: func(st page.Step) {
			s.config.Log.Debug(fmt.Sprintf("%s %s: %s, %d ms", st.Do, st.What, st.Result, st.Took.Milliseconds()))
			s.a.recordStep(st)
		}})
	if err != nil {
		return err
	}
	s.config.Tab = s.tab
	s.run = flows.New(s.config)
	s.later(s.keep) // before Close
	if a := s.a; a.Terminal && a.Screen > 0 && !s.personSignsIn && !s.fresh && !a.o.quiet && !a.o.verbose && !a.o.logJSON() && !a.dumb() {
		a.progress.start(a.Screen)
		s.later(a.progress.end)
	}
	return s.a.startRecording(s)
}

// warnOfBrowser passes on what the browser package warns of. That there is no sandbox
// is said where it matters: not of our own pages, not to whoever asked for it, and not
// more than once a day.
func (s *session) warnOfBrowser(w string) {
	if strings.HasPrefix(w, browser.SandboxOff) {
		stamp := filepath.Join(s.state, "warned-of-sandbox")
		st, err := os.Stat(stamp)
		if s.standin != nil || s.a.o.noSandbox || err == nil && time.Since(st.ModTime()) < 24*time.Hour {
			return
		}
		if err := os.WriteFile(stamp, nil, 0o600); err == nil {
			now := time.Now()
			_ = os.Chtimes(stamp, now, now) // an empty file that is written again may keep its time
		}
	}
	s.a.warn(w)
}

// watch ends the run with the true reason when the browser dies, or when a
// replayed page asks for something that nobody answers.
func (s *session) watch() {
	done := make(chan struct{})
	s.later(func() { close(done) })
	b := s.browser
	var misses <-chan replay.Miss
	if s.server != nil {
		misses = s.server.Unanswered()
	}
	go func() {
		select {
		case <-done:
		case <-b.Died():
			s.a.cancel(s.died())
		case m, ok := <-misses:
			if !ok {
				return
			}
			s.a.cancel(&flows.Stop{Code: flows.CodeUnusable,
				Message: fmt.Sprintf("the replay source has no answer for %s https://%s%s", m.Method, m.Host, m.Path),
				Hint:    s.missing(m)})
		}
	}()
}

// missing says what helps where a replay has no answer.
func (s *session) missing(m replay.Miss) string {
	if c := s.cassette; c != nil && m.Method == http.MethodPost && s.a.cmd != nil && s.a.cmd.Name() == "deregister" {
		if c.Deregisters == "" {
			return "this recording holds no deregistration; `unecho record DIR --deregister NAME` makes one"
		}
		return "this recording holds the deregistration of " + device.Quote(c.Deregisters) + " only"
	}
	return "add the exchange, or an ignore rule, to the cassette's manifest"
}

// died is the end of a run whose browser is gone.
func (s *session) died() *flows.Stop {
	why := "the browser died: it was closed"
	if err := s.browser.Cause(); err != nil {
		why = err.Error()
	}
	stop := &flows.Stop{Code: flows.CodeNoBrowser, Message: why, Err: s.browser.Cause(), Hint: "run the same command again"}
	if noRoom(stop.Err) {
		stop.Code, stop.Hint = flows.CodeInternal, roomHint
	}
	return stop
}

// explain is flows.Explain with the true reason where the browser is gone: a
// step may notice before the watch does.
func (s *session) explain(ctx context.Context, err error) *flows.Stop {
	stop := flows.Explain(ctx, err)
	if s == nil || s.browser == nil {
		return stop
	}
	// When the connection ends, a step under way is stopped, and nobody asked for that.
	asked := ctx != nil && ctx.Err() != nil
	if !errors.Is(err, page.ErrCrashed) && (asked || !errors.Is(err, page.ErrStopped)) {
		return stop
	}
	select {
	case <-s.browser.Died():
		return s.died()
	case <-time.After(time.Second): // the page crashed, the browser lives
		return stop
	}
}

// deadline ends the run when its time is up, that spent waiting for a person not
// counted.
func (s *session) deadline(d time.Duration) (stop func()) {
	s.clock = newAllowance(d, func(total time.Duration) {
		s.a.cancel(&flows.Stop{Code: flows.CodeUnusable, Message: fmt.Sprintf("time is up: the run took longer than %s", total),
			Hint: "give it more with --timeout; the same command goes on where this one ended"})
	})
	return s.clock.stop
}
