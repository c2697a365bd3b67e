package flows

import (
	"context"
	"fmt"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/journal"
)

// settleWindow is how long Amazon's list may lag behind a click that nobody waited for,
// because the run that clicked is dead, or that the page called a failure, which it also
// does where only the answer was lost: before that, a device that is still listed is
// looked at once more.
func (r *Run) settleWindow() time.Duration {
	if r.SettleWindow > 0 {
		return r.SettleWindow
	}
	return 5 * time.Second
}

// Settle gives an outcome to what earlier runs left open, from a fresh list of the
// same account: gone is deregistered, still there is failed. It returns that list,
// which is a newer one where the older was too fresh to tell.
//
// Errors are *Stop, or those of reading the list again.
func (r *Run) Settle(ctx context.Context, l Listing, open []journal.Entry, told func(journal.Entry, device.Result)) (Listing, error) {
	var ours []journal.Entry
	for _, e := range open {
		// What cannot be recognised in a list cannot be missed in it either.
		if e.Site == r.Site && e.Customer == r.customer && e.Key != "" {
			ours = append(ours, e)
		}
	}
	for try := 0; r.tooFresh(l, ours); try++ {
		if err := pause(ctx, max(r.backoff(try)/2, 200*time.Millisecond)); err != nil {
			return l, err
		}
		r.say("an earlier run clicked a moment ago: looking at the list again")
		if err := r.reopenList(ctx); err != nil {
			return l, err
		}
		again, err := r.readStable(ctx)
		if err != nil {
			return l, err
		}
		l = again
	}
	for _, e := range ours {
		res := device.Result{Device: e.Device(), Outcome: device.Deregistered, Via: l.Via}
		when := e.Time.Local().Format("2006-01-02 15:04:05")
		if _, still := l.find(res.Device); still {
			res.Outcome, res.Reason = device.Failed, fmt.Sprintf("the run of %s ended before its outcome was known; the device is still listed", when)
		} else {
			res.Reason = fmt.Sprintf("the run of %s ended before its outcome was known; the device is gone", when)
		}
		if err := r.Journal.Outcome(r.Site, r.customer, res); err != nil {
			return l, &Stop{Code: CodeInternal, Err: err, Message: "the journal cannot be written: " + firstLine(err.Error()),
				Hint: "free some disk space or check the rights of the state directory"}
		}
		told(e, res)
	}
	return l, nil
}

// tooFresh: one of them is still listed and was clicked so recently that the list
// may not know yet.
func (r *Run) tooFresh(l Listing, ours []journal.Entry) bool {
	for _, e := range ours {
		age := time.Since(e.Time)
		if _, still := l.find(e.Device()); still && age >= 0 && age < r.settleWindow() {
			return true
		}
	}
	return false
}
