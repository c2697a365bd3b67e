package flows

import (
	"context"
	"errors"
	"fmt"
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
func (w *work) prove(ctx context.Context, via string, is []int, deeds []deed) error {
	needs := false
	for k := range is {
		// A menu without Deregister may also be that of another customer by now.
		needs = needs || deeds[k].clicked || deeds[k].notOffered != "" && via == viaMYCD
	}
	if !needs {
		return w.conclude(via, is, deeds, nil, nil)
	}
	if w.cut = ctx.Err() != nil; w.cut {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), 8*time.Second)
		defer cancel()
	}
	w.r.say("looking at a fresh list")
	var fresh *Listing
	var err error
	deadline := time.Now().Add(w.r.stepTimeout())
	for try := 0; ; try++ {
		var l Listing
		if err = w.r.reopenList(ctx); err == nil {
			l, err = w.r.readStable(ctx)
		}
		if err != nil {
			break
		}
		fresh, w.dirty = &l, false
		if w.proves(l) == "" && w.shows(l, is, deeds) || !time.Now().Before(deadline) {
			break
		}
		// Amazon's list may lag behind its answer.
		if err = pause(ctx, w.r.backoff(try)/2); err != nil {
			break
		}
	}
	if fresh != nil {
		defer w.pictureList(ctx, is) // once what matters is on disk
	}
	return w.conclude(via, is, deeds, fresh, err)
}

// proves says why a fresh list proves nothing, "" if it does.
func (w *work) proves(fresh Listing) string {
	return proof.Stands(w.list.proof(), fresh.proof(), w.r.judge.touched)
}

func (w *work) provesNothing(why string) *Stop {
	return &Stop{Code: CodeNotAll, Screen: w.r.listScreen(), Message: "a fresh list proves nothing: " + why + "; the run stopped",
		Hint: "run `unecho list` later and compare"}
}

// shows: nothing that was clicked is still listed, so that looking again cannot
// change the verdict. What the page called a failure may be one of its connection
// only: a device that is still listed proves it when the list had the time to catch up.
func (w *work) shows(fresh Listing, is []int, deeds []deed) bool {
	for k, i := range is {
		if fresh.proof().Has(w.results[i].Device) && deeds[k].clicked && (deeds[k].failed == "" || time.Since(deeds[k].over) < w.r.settleWindow()) {
			return false
		}
	}
	return true
}

// record puts an outcome on disk.
func (w *work) record(i int) error {
	if err := w.r.Journal.Outcome(w.r.Site, w.r.customer, w.results[i]); err != nil {
		return &Stop{Code: CodeInternal, Err: err,
			Message: "the journal cannot be written: " + firstLine(err.Error()),
			Hint:    "free some disk space or check the permissions of the state directory"}
	}
	return nil
}

// conclude turns deeds and a fresh list into outcomes, journals and tells them.
// What the portal did not do is no outcome yet where the content page may.
func (w *work) conclude(via string, is []int, deeds []deed, fresh *Listing, err error) error {
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
	for k, i := range is {
		res, d := &w.results[i], deeds[k]
		verdict, doubt := proof.Unproven, ""
		if fresh != nil && d.clicked {
			verdict, doubt = proof.Judge(res.Device, w.list.proof(), fresh.proof(), w.r.judge.touched)
		}
		res.Reason = ""
		switch {
		case d.notOffered != "" && err != nil:
			res.Outcome, res.Reason = device.Failed, d.notOffered+", but no fresh list says whose page that was: "+firstLine(err.Error())
		case d.notOffered != "" && why != "":
			res.Outcome, res.Reason = device.Failed, d.notOffered+", but the fresh list does not bear it out: "+why
		case d.notOffered != "":
			res.Outcome, res.Reason = device.NotOffered, d.notOffered
		case !d.clicked:
			res.Outcome, res.Reason = device.Failed, or(d.failed, "Deregister was not clicked")
			res.Unfamiliar = d.failed != ""
		case fresh == nil:
			res.Outcome, res.Reason = device.Unknown, "Deregister was clicked and no fresh list could be read"
			if err != nil {
				res.Reason += ": " + firstLine(err.Error())
			}
		case verdict == proof.Unproven:
			res.Outcome, res.Reason = device.Unknown, doubt+", so it proves nothing"
			if stop == nil {
				stop = w.provesNothing(doubt)
			}
		case verdict == proof.Gone:
			res.Outcome = device.Deregistered
		case w.cut:
			// The request may still be under way: what the list shows now is no proof.
			res.Outcome, res.Reason = device.Unknown, "the run was ended after Deregister was clicked, and the list still showed the device"
		case d.failed != "":
			res.Outcome, res.Reason = device.Failed, d.failed
		case err != nil:
			res.Outcome = device.Unknown
			res.Reason = "the last complete list still showed the device, and no later one could be read: " + firstLine(err.Error())
		default:
			res.Outcome, res.Reason = device.Failed, "the page took the confirmation, but the fresh list still shows the device"
			stop = &Stop{Code: CodeNotAll, Screen: w.r.listScreen(),
				Message: fmt.Sprintf("%s is still listed although the page took the confirmation: the run stopped", firstLine(res.Name)),
				Hint:    "Amazon may be throttling: run the same command again later"}
		}
		w.fails++
		if res.Outcome == device.Deregistered || res.Outcome == device.NotOffered {
			w.fails = 0
		}
		if d.intended {
			if jerr := w.record(i); jerr != nil && stop == nil {
				stop = jerr
			}
		}
		// Nothing was clicked, or a fresh list shows that it did nothing: the state
		// is known, and there may be another way.
		undone := d.stop == nil && (res.Outcome == device.NotOffered || res.Outcome == device.Failed && (d.failed != "" || !d.clicked))
		switch {
		case undone && stop == nil && next:
			w.r.say("%s: on the Alexa portal: %s; the devices page is next", firstLine(res.Name), res.Reason)
			w.leave(i, "on the Alexa portal: "+res.Reason)
			res.Outcome, res.Reason = "", ""
			continue
		case undone && stop == nil && d.again && !w.retried[i] && err == nil:
			w.r.say("%s: %s; trying once more on a fresh page", firstLine(res.Name), res.Reason)
			w.retried[i] = true
			w.fails--
			w.again = append(w.again, i)
			w.before[i] = res.Reason
			res.Outcome, res.Reason = "", ""
			continue
		}
		if w.before[i] != "" {
			w.explain(i, via)
		}
		w.tell(i)
	}
	if fresh != nil && why == "" {
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

// explain puts what an earlier attempt came to beside the last outcome.
func (w *work) explain(i int, via string) {
	res := &w.results[i]
	switch {
	case strings.HasPrefix(w.before[i], "on the Alexa portal: ") && res.Reason != "":
		res.Reason = "on the devices page: " + res.Reason + "; " + w.before[i]
	case strings.HasPrefix(w.before[i], "on the Alexa portal: "), res.Outcome == device.Deregistered:
		res.Reason = or(res.Reason, w.before[i])
	default:
		res.Reason += ", and again when retried"
	}
}
