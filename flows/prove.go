package flows

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/proof"
)

// This file proves what was done by a fresh list, and turns it into outcomes. What a
// list proves is decided by package proof.

// prove settles what was attempted by a fresh list of the same customer. When
// the run is being interrupted it still takes the time for that: an attempt
// whose outcome could have been known must not be left open.
func (w *work) prove(ctx context.Context, via string, tried []*attempt) error {
	needs := slices.ContainsFunc(tried, func(a *attempt) bool {
		// A menu without Deregister may also be that of another customer by now.
		return a.page.clicked || a.page.risked || a.page.notOffered != "" && via == viaMYCD
	})
	if !needs {
		return w.conclude(via, tried, nil, nil)
	}
	run := ctx
	ctx, cancel := after(run, 8*time.Second)
	defer cancel()
	w.r.say("looking at a fresh list")
	var fresh *Listing
	deadline := time.Now().Add(w.r.stepTimeout())
	err := poll(ctx, w.r.lagRhythm, func() (bool, error) {
		if err := w.r.reopenList(ctx); err != nil {
			return true, err
		}
		l, err := w.r.readStable(ctx)
		if err != nil {
			return true, err
		}
		fresh, w.dirty = &l, false
		return w.proves(l) == "" && w.decides(l, tried) || !time.Now().Before(deadline), nil
	})
	w.interrupted = run.Err() != nil
	if fresh != nil {
		defer w.pictureList(ctx, tried) // once what matters is on disk
	}
	return w.conclude(via, tried, fresh, err)
}

// proves says why a fresh list proves nothing, "" if it does.
func (w *work) proves(fresh Listing) string {
	return proof.Stands(w.list.proof(), fresh.proof(), w.r.lists.touched)
}

func (w *work) provesNothing(why string) *Stop {
	return &Stop{Code: CodeNotAll, Screen: w.r.listScreen(), Message: "a fresh list proves nothing: " + why + "; the run stopped",
		Hint: "run `unecho list` later and compare"}
}

// decides: nothing that was clicked is still listed, nor gone from the call while the
// page still shows it (drawn, perhaps, from an older list than the call gave), so that
// looking again cannot change the verdict. What the page called a failure may be one of
// its connection only: a device that is still listed proves it when the list had the time
// to catch up.
func (w *work) decides(fresh Listing, tried []*attempt) bool {
	if len(w.returned(fresh)) > 0 {
		return false // one of several machines behind the list may only be late
	}
	for _, a := range tried {
		if a.page.clicked {
			if v, _ := proof.Judge(a.Device, w.list.proof(), fresh.proof(), w.r.lists.touched); v == proof.Unproven {
				return false
			}
		}
		if fresh.proof().Has(a.Device) && a.page.clicked && (a.page.failed == "" || time.Since(a.page.over) < w.r.settleWindow()) {
			return false
		}
	}
	return true
}

// returned are the devices that a list of this run proved gone and that a later one shows.
func (w *work) returned(fresh Listing) (out []*attempt) {
	for _, a := range w.attempts {
		if a.Outcome == device.Deregistered && fresh.proof().Has(a.Device) {
			out = append(out, a)
		}
	}
	return out
}

// record puts an outcome on disk.
func (w *work) record(a *attempt) error {
	if err := w.r.Journal.Outcome(w.r.Site, w.r.lists.customer, a.Result); err != nil {
		return &Stop{Code: CodeInternal, Err: err,
			Message: "the journal cannot be written: " + firstLine(err.Error()),
			Hint:    "free some disk space or check the permissions of the state directory"}
	}
	return nil
}

// conclude turns what the page did and a fresh list into outcomes, journals and tells
// them. What the portal did not do is no outcome yet where the devices page may.
func (w *work) conclude(via string, tried []*attempt, fresh *Listing, err error) error {
	var stop error
	why := "" // the fresh list proves nothing
	if fresh != nil {
		if why = w.proves(*fresh); why != "" {
			stop = w.provesNothing(why)
		}
	}
	var dis *disagreement
	if errors.As(err, &dis) {
		err = dis.stop(w.r)
	}
	next := via == viaAlexa && w.r.Via != viaAlexa && err == nil
	for _, a := range tried {
		if s := w.outcome(a, fresh, why, err); s != nil && (stop == nil || a.Outcome == device.Failed) {
			stop = s
		}
		w.fails++
		if a.Outcome == device.Deregistered || a.Outcome == device.NotOffered {
			w.fails = 0
		}
		if a.page.intended {
			if jerr := w.record(a); jerr != nil && stop == nil {
				stop = jerr
			}
		}
		// Nothing was clicked, or a fresh list shows that it did nothing: the state
		// is known, and there may be another way.
		undone := a.page.stop == nil && (a.Outcome == device.NotOffered || a.Outcome == device.Failed && (a.page.failed != "" || !a.page.clicked))
		switch {
		case undone && stop == nil && next:
			w.r.say("%s: on the Alexa portal: %s; the devices page is next", firstLine(a.Name), a.Reason)
			a.before = "on the Alexa portal: " + a.Reason
			a.Outcome, a.Reason = "", ""
			continue
		case undone && stop == nil && a.page.again && !a.retried && err == nil:
			w.r.say("%s: %s; trying once more on a fresh page", firstLine(a.Name), a.Reason)
			a.retried = true
			w.fails--
			w.again = append(w.again, a)
			a.before = a.Reason
			a.Outcome, a.Reason = "", ""
			continue
		}
		a.explain()
		w.tell(a)
	}
	if fresh != nil && why == "" {
		for _, a := range w.returned(*fresh) {
			a.Outcome, a.Reason = device.Failed, "after Deregister was confirmed a list lacked it, and a later one shows it again"
			if err := w.record(a); err != nil && stop == nil {
				stop = err
			}
			w.tell(a)
			stop = cmp.Or(stop, error(&Stop{Code: CodeNotAll, Screen: w.r.listScreen(), Message: firstLine(a.Name) + " was gone and is listed again: the run stopped",
				Hint: "run `unecho list` later and compare"}))
		}
		w.goBy(*fresh)
	}
	switch {
	case err != nil:
		return err
	case stop != nil:
		return stop
	case w.fails >= maxFailures && (via == viaMYCD || w.r.Via == viaAlexa):
		return &Stop{Code: CodeNotAll, Message: fmt.Sprintf("%d devices in a row could not be deregistered: the run stopped", w.fails),
			Hint: "run the same command again later to go on with the rest"}
	}
	return nil
}

// outcome decides one attempt by a fresh list, which is nil if there is none; why says
// that it proves nothing, and err why it is not there or not the last one. What it
// returns ends the run.
func (w *work) outcome(a *attempt, fresh *Listing, why string, err error) error {
	verdict, doubt := proof.Unproven, ""
	if fresh != nil && (a.page.clicked || a.page.risked) {
		verdict, doubt = proof.Judge(a.Device, w.list.proof(), fresh.proof(), w.r.lists.touched)
	}
	a.Unfamiliar = false // of an earlier try
	set := func(o device.Outcome, reason string) { a.Outcome, a.Reason = o, reason }
	switch {
	case a.page.risked && !a.page.clicked && verdict == proof.Gone:
		set(device.Deregistered, "what was pressed to open it deregistered it at once, and asked nothing")
	case a.page.notOffered != "" && err != nil:
		set(device.Failed, a.page.notOffered+", but no fresh list says whose page that was: "+firstLine(err.Error()))
	case a.page.notOffered != "" && why != "":
		set(device.Failed, a.page.notOffered+", but the fresh list does not bear it out: "+why)
	case a.page.notOffered != "":
		set(device.NotOffered, a.page.notOffered)
	case !a.page.clicked:
		set(device.Failed, cmp.Or(a.page.failed, "Deregister was not clicked"))
		a.Unfamiliar = a.page.failed != ""
	case fresh == nil:
		set(device.Unknown, "Deregister was clicked and no fresh list could be read")
		if err != nil {
			a.Reason += ": " + firstLine(err.Error())
		}
	case verdict == proof.Unproven:
		set(device.Unknown, doubt+", so it proves nothing")
		return w.provesNothing(doubt)
	case verdict == proof.Gone:
		set(device.Deregistered, "")
	case w.interrupted:
		// The request may still be under way: what the list shows now is no proof.
		set(device.Unknown, "the run was ended after Deregister was clicked, and the list still showed the device")
	case a.page.failed != "":
		set(device.Failed, a.page.failed)
	case err != nil:
		set(device.Unknown, "the last complete list still showed the device, and no later one could be read: "+firstLine(err.Error()))
	default:
		hint := "Amazon may be throttling; run the same command again later"
		set(device.Failed, "Deregister was pressed and nothing spoke against it, but the fresh list still shows the device")
		if a.page.up != "" {
			set(device.Failed, "Deregister was pressed, and what came up was not understood and not answered: “"+a.page.up+"”")
			hint = "answer it by hand, and see unecho help when-amazon-changes-a-page"
		}
		return &Stop{Code: CodeNotAll, Screen: w.r.listScreen(),
			Message: fmt.Sprintf("%s is still listed although Deregister was pressed: the run stopped", firstLine(a.Name)), Hint: hint}
	}
	return nil
}

// explain puts what an earlier try came to beside the outcome.
func (a *attempt) explain() {
	portal := strings.HasPrefix(a.before, "on the Alexa portal: ")
	switch {
	case a.before == "":
	case portal && a.Reason != "":
		a.Reason = "on the devices page: " + a.Reason + "; " + a.before
	case portal, a.Outcome == device.Deregistered:
		a.Reason = cmp.Or(a.Reason, a.before)
	default:
		a.Reason += ", and again when retried"
	}
}
