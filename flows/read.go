package flows

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/unecho/unecho/flows/page"
)

// This file reads the list of record, whichever generation of the page shows
// it: open the tab, read until page and call agree, load it afresh.

// A listPage is the devices page that the run reads its list from.
type listPage struct {
	gen generation // the form of it that was met
	url string     // its address, to come back to
}

// openDevicesTab clicks the Your Devices tab unless the page shows it already.
func (r *Run) openDevicesTab(ctx context.Context, seen page.Seen) (page.Seen, error) {
	switch seen.Screen {
	case "devices-myx", "devices-console":
		return seen, nil
	}
	r.say("opening the Your Devices tab")
	// From one device or family it is the tab as well that leads to all of them.
	// The tab has no address of its own in the older page: it is clicked, and
	// the same document then shows another screen.
	sctx, cancel := context.WithTimeout(ctx, min(r.stepTimeout(), hintTime))
	_, err := r.Tab.Click(sctx, page.What{Element: "tab-devices", Label: "Your Devices tab"})
	cancel()
	switch {
	case ctx.Err() != nil:
		return seen, context.Cause(ctx)
	case err != nil && (refused(err) || errors.Is(err, page.ErrTimeout)):
		// What is known of the tabs is a hint: the address leads there as well.
		r.Log.Log(ctx, LevelNotice, "the Your Devices tab was not found: going there by its address")
		for try := 0; ; try++ { // a sign-in in between forgets what stands behind the "#"
			if err := r.open(ctx, r.home()+"hz/mycd/myx#/home/devices/1"); err != nil {
				return seen, err
			}
			seen, err := r.Reach(ctx, "devices-myx", "devices-console", "content-myx")
			if err != nil || seen.Screen != "content-myx" || try == 2 {
				return seen, err
			}
		}
	case err != nil:
		return seen, err
	}
	return r.reachFrom(ctx, seen, "devices-myx", "devices-console")
}

// Devices reads the list of devices from the screen that ToDevices ended on:
// the call behind the page and the rows of the page, until both agree.
func (r *Run) Devices(ctx context.Context) (Listing, error) {
	seen, err := r.Tab.Look(ctx)
	if err != nil {
		return Listing{}, err
	}
	gen := r.generationOf(seen.Screen)
	if gen == nil {
		return Listing{}, r.stopAt(seen)
	}
	r.list.gen, r.list.url = gen, seen.URL
	l, err := r.readStable(ctx)
	var dis *disagreement
	if errors.As(err, &dis) {
		return l, dis.stop(r)
	}
	return l, err
}

// readStable reads until page and call agree. What may help is tried on the
// way: signing in again, loading the page again; never more often than said.
func (r *Run) readStable(ctx context.Context) (Listing, error) {
	s := stableReading{r: r, deadline: time.Now().Add(r.stepTimeout()), redraw: time.Now().Add(min(r.stepTimeout()/2, 5*time.Second))}
	var l Listing
	err := poll(ctx, listRhythm, func() (done bool, err error) {
		l, done, err = s.look(ctx)
		return done, err
	})
	return l, err
}

// A stableReading is one readStable.
type stableReading struct {
	r        *Run
	deadline time.Time
	// redraw is when the page is loaded anew: one that was drawn from an older list
	// than the call gives stays wrong until then. Zero: it was.
	redraw   time.Time
	signIns  int // how often Amazon asked to sign in again
	failures int // of the call, in a row or not
}

// look reads once, and does what may help where that gives no list to go by.
func (s *stableReading) look(ctx context.Context) (l Listing, done bool, err error) {
	r := s.r
	l, why, err := r.list.gen.readOnce(ctx, s.deadline)
	if err == nil && why == "" {
		why, err = r.accept(l)
	}
	var failed *callFailed
	switch {
	case err == nil && why == "":
		return l, true, nil
	case errors.As(err, &failed) && failed.signIn && s.signIns < 2:
		s.signIns++
		r.say("Amazon asks to sign in again")
		return l, false, s.startAnew(ctx)
	case failed != nil && failed.again && s.failures < 3:
		if err := r.waitToRetry(ctx, s.failures, failed.after, failed.words); err != nil {
			return l, true, err
		}
		s.failures++
		return l, false, s.startAnew(ctx)
	case failed != nil:
		return l, true, &Stop{Code: CodeUnusable, Screen: r.listScreen(), Err: err, Unfamiliar: failed.unfamiliar,
			Message: "the list of devices could not be read: " + failed.words,
			Hint:    "run the same command again later to go on; nothing is done twice"}
	case err != nil:
		return l, true, err
	case !time.Now().Before(s.deadline):
		return l, true, &disagreement{words: why}
	case !s.redraw.IsZero() && time.Now().After(s.redraw):
		s.redraw = time.Time{}
		r.say("%s: loading the page again", why)
		return l, false, r.reopenList(ctx)
	}
	return l, false, nil
}

// startAnew loads the page again and gives it the whole time.
func (s *stableReading) startAnew(ctx context.Context) error {
	err := s.r.reopenList(ctx)
	s.deadline = time.Now().Add(s.r.stepTimeout())
	return err
}

// A disagreement is a list that page and call did not tell alike until the
// deadline. Before anything was clicked it makes Amazon unusable (6);
// afterwards it makes an outcome unknown (1).
type disagreement struct{ words string }

func (e *disagreement) Error() string { return e.words }

func (e *disagreement) stop(r *Run) *Stop {
	return &Stop{Code: CodeUnusable, Screen: r.listScreen(), Err: e, Unfamiliar: true,
		Message: fmt.Sprintf("the page and the list call do not agree after %s: %s", r.stepTimeout(), e.words),
		Hint:    "an incomplete list proves nothing, so nothing was done with it; run the same command again later"}
}

// reopenList loads the page of devices anew: whatever stood open on it is
// gone, and whatever it shows then is fresh.
func (r *Run) reopenList(ctx context.Context) error {
	r.explored = false
	before, err := r.Tab.Look(ctx)
	if err != nil {
		return err
	}
	load := r.Tab.Reload
	if (r.generationOf(before.Screen) == nil || before.Screen == "device-console") && r.list.url != "" {
		load = func(ctx context.Context) error { return r.Tab.Goto(ctx, r.list.url) }
	}
	if err := r.loadPage(ctx, load); err != nil {
		return err
	}
	// The document is another one, even when the screen is the same.
	seen, err := r.reachFrom(ctx, before, append([]string{"home-signed-in"}, devicePages...)...)
	if err != nil {
		return err
	}
	if seen.Screen == "home-signed-in" {
		if seen, err = r.byAddress(ctx, "signing in led back to the home page"); err != nil {
			return err
		}
	}
	if seen, err = r.openDevicesTab(ctx, seen); err != nil {
		return err
	}
	gen := r.generationOf(seen.Screen)
	if gen == nil {
		return r.stopAt(seen)
	}
	r.list.gen, r.list.url = gen, seen.URL
	return nil
}
