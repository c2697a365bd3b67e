package flows

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/journal"
	"github.com/unecho/unecho/flows/proof"
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

// Memory is what Settle and Past need of the journal.
type Memory interface {
	Open() []journal.Entry
	Trace(site, customer string, d device.Device) journal.Trace
}

// Settle gives an outcome to what earlier runs left open, from a fresh list of the
// same account: gone is deregistered, still there is failed. What the list does not
// prove stays open and is told as unknown. It returns that list, which is a newer one
// where the older was too fresh to tell.
//
// Errors are *Stop, or those of reading the list again.
func (r *Run) Settle(ctx context.Context, l Listing, m Memory, told func(journal.Entry, device.Result)) (Listing, error) {
	var ours []journal.Entry
	own := r.lists.touched
	for _, e := range m.Open() {
		// What cannot be recognised in a list cannot be missed in it either.
		// An entry without a customer is of a run that no page told for whom it was.
		if e.Site == r.Site && (e.Customer == r.lists.customer || e.Customer == "") && e.Key != "" {
			ours = append(ours, e)
			// While the list is read again, what that run clicked may go.
			r.lists.touched = append(r.lists.touched[:len(r.lists.touched):len(r.lists.touched)], e.Device())
		}
	}
	defer func() { r.lists.touched = own }()
	first := true
	err := poll(ctx, r.lagRhythm, func() (bool, error) {
		if !first {
			r.say("an earlier run clicked a moment ago: looking at the list again")
			if err := r.reopenList(ctx); err != nil {
				return true, err
			}
			again, err := r.readStable(ctx)
			if err != nil {
				return true, err
			}
			l = again
		}
		first = false
		return !r.tooFresh(l, ours), nil
	})
	if err != nil {
		return l, err
	}
	for _, e := range ours {
		res := device.Result{Device: e.Device(), Outcome: device.Deregistered, Via: l.Via}
		res.Reason = fmt.Sprintf("the run of %s ended before its outcome was known; ", e.Time.Local().Format("2006-01-02 15:04:05"))
		trace := m.Trace(e.Site, e.Customer, e.Device())
		switch v, why := proof.Settle(res.Device, earlier(trace, res.Device), l.proof(), trace.Touched); v {
		case proof.StillThere:
			res.Outcome, res.Reason = device.Failed, res.Reason+"the device is still listed"
		case proof.Gone:
			res.Reason += "the device is gone"
		default:
			res.Outcome, res.Reason = device.Unknown, res.Reason+"it is not listed, but "+why
			told(e, res)
			continue // it is open in the journal, and stays so
		}
		if err := r.Journal.Outcome(e.Site, e.Customer, res); err != nil {
			return l, &Stop{Code: CodeInternal, Err: err, Message: "the journal cannot be written: " + firstLine(err.Error()),
				Hint: "free some disk space or check the permissions of the state directory"}
		}
		told(e, res)
	}
	return l, nil
}

// earlier is the list that an attempt of an earlier run acted on, as far as the
// journal keeps it.
func earlier(t journal.Trace, d device.Device) proof.List {
	if t.Listed == nil {
		return proof.List{}
	}
	l := proof.List{Source: t.Listed.Call, Devices: []device.Device{d}, Page: proof.Silent}
	for _, key := range t.Listed.Keys {
		if !d.Answers(key) {
			l.Devices = append(l.Devices, device.Device{Key: key})
		}
	}
	return l
}

// Past holds what was asked for and is not listed, but known from an earlier run,
// against the list: it is gone already only if that run proved it, or this list does.
// Call it with what device.Select chose.
func (r *Run) Past(l Listing, choices []device.Choice, m Memory) []device.Choice {
	out := slices.Clone(choices)
	for i := range out {
		c := &out[i]
		if c.Outcome != device.AlreadyGone || c.Reason != device.ReasonJournal {
			continue
		}
		trace := m.Trace(r.Site, r.lists.customer, c.Device)
		if v, why := proof.Past(c.Device, trace.Proven, earlier(trace, c.Device), l.proof(), trace.Touched); v != proof.Gone {
			c.Outcome, c.Reason = device.Unknown, "an earlier run may have deregistered it and it is not listed, but "+cmp.Or(why, "the list holds it under another name")
		}
	}
	return out
}

// tooFresh: one of them is still listed and was clicked so recently that the list
// may not know yet.
func (r *Run) tooFresh(l Listing, ours []journal.Entry) bool {
	for _, e := range ours {
		age := time.Since(e.Time)
		if still := l.proof().Has(e.Device()); still && age >= 0 && age < r.settleWindow() {
			return true
		}
	}
	return false
}
