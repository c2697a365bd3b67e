package flows

import (
	"context"
	"time"

	"github.com/unecho/unecho/flows/page"
)

// This file is how flows wait for what nobody tells them: they look again. What a page
// does on the screen is waited for in the page itself, which hears of every change
// (package page); here are a list that lags, a person at a phone, a page that settles.

// A rhythm is the pause after the look-th look, counted from 0.
type rhythm func(look int) time.Duration

// doubling pauses for first, then twice as long each time, up to most.
func doubling(first, most time.Duration) rhythm {
	return func(look int) time.Duration { return min(first<<min(look, 10), most) }
}

var (
	// redrawRhythm: a page that draws a part of itself anew takes a few frames.
	redrawRhythm = doubling(20*time.Millisecond, 640*time.Millisecond)
	// settleRhythm: how steady a screen is, is told by many looks.
	settleRhythm = doubling(60*time.Millisecond, 60*time.Millisecond)
	// listRhythm: each look is a request to Amazon, for a list and a page that differ.
	listRhythm = doubling(100*time.Millisecond, time.Second)
	// approvalRhythm: a person is on the way; the page itself asks every few seconds.
	approvalRhythm = doubling(500*time.Millisecond, 500*time.Millisecond)
)

// lagRhythm: Amazon's list lags behind what was clicked. Each look loads the page.
func (r *Run) lagRhythm(look int) time.Duration { return r.backoff(look) / 2 }

// poll looks until look says that it is done or returns an error, or until ctx ends;
// then the error is its cause.
func poll(ctx context.Context, every rhythm, look func() (done bool, err error)) error {
	for n := 0; ; n++ {
		if done, err := look(); done || err != nil {
			return err
		}
		if err := page.Pause(ctx, every(n)); err != nil {
			return err
		}
	}
}

// after is a context that outlives ctx by d, whether ctx is over already or ends later.
func after(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		if err := page.Pause(longer, d); err == nil {
			cancel(context.Cause(ctx))
		}
	})
	return longer, func() { stop(); cancel(nil) }
}
