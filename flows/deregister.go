package flows

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/unecho/unecho/flows/device"
)

// maxBatch is how many devices are deregistered before a fresh list proves
// them; the first one of a run is proven alone, so that a road that does not
// work is noticed after one device.
const maxBatch = 25

// maxFailures in a row end the run: Amazon, or the page, has changed its mind.
const maxFailures = 3

// Deregister acts on the chosen devices and proves each outcome by a fresh,
// complete list. It returns one result for every choice, in order, also when
// it ends early; err is then the reason.
//
// Nothing is clicked unless every device can be told apart on the page.
func (r *Run) Deregister(ctx context.Context, l Listing, choices []device.Choice, done func(device.Result)) ([]device.Result, error) {
	w := &work{r: r, list: l, results: make([]device.Result, len(choices)), done: done}
	var todo []int
	for i, c := range choices {
		w.results[i] = device.Result{Device: c.Device, Outcome: c.Outcome, Reason: c.Reason}
		if c.Outcome == "" {
			todo = append(todo, i)
		}
	}
	for _, i := range todo {
		if why := l.tellable(choices[i].Device); why != "" {
			err := &Stop{Code: CodeNotAll, Screen: "devices-myx", Message: why + "; nothing was clicked",
				Hint: "rename one of them on Amazon's page so that the names differ, then run the same command again"}
			w.abandon(todo, why)
			return w.results, err
		}
	}
	for _, i := range w.settled() {
		w.tell(i)
	}
	batch := 1
	for len(todo) > 0 {
		n := min(batch, len(todo))
		err := w.batch(ctx, todo[:n])
		todo = todo[n:]
		if err != nil {
			w.abandon(todo, "not attempted: the run stopped before it")
			return w.results, err
		}
		batch = maxBatch
	}
	return w.results, nil
}

// work is the state of one Deregister call.
type work struct {
	r       *Run
	list    Listing // the last proven list
	results []device.Result
	done    func(device.Result)
	acted   int // devices attempted in this run
	fails   int // failures in a row
}

func (w *work) settled() (is []int) {
	for i, res := range w.results {
		if res.Outcome != "" {
			is = append(is, i)
		}
	}
	return is
}

func (w *work) tell(i int) {
	if w.done != nil {
		w.done(w.results[i])
	}
}

func (w *work) abandon(is []int, why string) {
	for _, i := range is {
		if w.results[i].Outcome == "" {
			w.results[i].Outcome, w.results[i].Reason = device.Failed, why
			w.tell(i)
		}
	}
}

// batch acts on devices and then proves them. An error on the page ends the
// acting, never the proving.
func (w *work) batch(ctx context.Context, is []int) error {
	deeds := make([]deed, len(is))
	var stop error
	tried := is[:0:0]
	for k, i := range is {
		if w.acted > 0 {
			if err := pause(ctx, w.r.Pace); err != nil {
				stop = err
				break
			}
		}
		if err := ctx.Err(); err != nil {
			stop = context.Cause(ctx)
			break
		}
		started := time.Now()
		d := w.r.gen.act(ctx, w.list, w.results[i].Device)
		w.results[i].Took = time.Since(started)
		w.results[i].Road = or(d.road, "content")
		w.acted++
		deeds[k] = d
		tried = append(tried, i)
		if d.stop != nil {
			stop = d.stop
			break
		}
		if d.failed != "" {
			// What stands on the page now is not known: look afresh first.
			break
		}
	}
	if err := w.prove(ctx, tried, deeds); err != nil && stop == nil {
		stop = err
	}
	rest := is[len(tried):]
	if stop == nil && len(rest) > 0 {
		return w.batch(ctx, rest)
	}
	w.abandon(rest, "not attempted: the run stopped before it")
	return stop
}

// prove settles what was attempted by a fresh list of the same customer. When
// the run is being interrupted it still takes the time for that: an attempt
// whose outcome could have been known must not be left open.
func (w *work) prove(ctx context.Context, is []int, deeds []deed) error {
	needs := false
	for k := range is {
		needs = needs || deeds[k].clicked
	}
	if !needs {
		return w.conclude(is, deeds, nil, nil)
	}
	if ctx.Err() != nil {
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
		fresh = &l
		if w.provesAll(l, is, deeds) || !time.Now().Before(deadline) {
			break
		}
		// Amazon's list may lag behind its answer.
		if err = pause(ctx, w.r.backoff(try)/2); err != nil {
			break
		}
	}
	return w.conclude(is, deeds, fresh, err)
}

// provesAll: nothing that was clicked is still listed and nothing that was to
// stay is missing, so that looking again cannot change the verdict.
func (w *work) provesAll(fresh Listing, is []int, deeds []deed) bool {
	for k, i := range is {
		if _, still := fresh.find(w.results[i].Device); still && deeds[k].clicked && deeds[k].failed == "" {
			return false
		}
	}
	return len(w.missing(fresh, is)) == 0
}

// missing are the devices of the last proven list that were to stay and are
// not in the fresh one.
func (w *work) missing(fresh Listing, is []int) (names []string) {
	for _, d := range w.list.Devices {
		if _, ok := fresh.find(d); ok {
			continue
		}
		expected := false
		for _, i := range is {
			expected = expected || w.results[i].Key == d.Key
		}
		if !expected {
			names = append(names, firstLine(d.Name))
		}
	}
	return names
}

// conclude turns deeds and a fresh list into outcomes, journals and tells them.
func (w *work) conclude(is []int, deeds []deed, fresh *Listing, err error) error {
	var short []string
	if fresh != nil {
		short = w.missing(*fresh, is)
	}
	var dis *disagreement
	if errors.As(err, &dis) {
		err = dis.stop(w.r.stepTimeout())
	}
	var stop error
	for k, i := range is {
		res, d := &w.results[i], deeds[k]
		var still bool
		if fresh != nil {
			_, still = fresh.find(res.Device)
		}
		switch {
		case d.notOffered != "":
			res.Outcome, res.Reason = device.NotOffered, d.notOffered
		case !d.clicked:
			res.Outcome, res.Reason = device.Failed, or(d.failed, "Deregister was not clicked")
		case fresh == nil:
			res.Outcome, res.Reason = device.Unknown, "Deregister was clicked and no fresh list could be read"
			if err != nil {
				res.Reason += ": " + firstLine(err.Error())
			}
		case len(short) > 0:
			res.Outcome = device.Unknown
			res.Reason = fmt.Sprintf("the fresh list also lacks %s, so it proves nothing", strings.Join(short, ", "))
			stop = &Stop{Code: CodeNotAll, Screen: "devices-myx",
				Message: fmt.Sprintf("the fresh list lacks devices that were not touched (%s): the run stopped", strings.Join(short, ", ")),
				Hint:    "run `unecho list` later and compare"}
		case !still:
			res.Outcome = device.Deregistered
		case d.failed != "":
			res.Outcome, res.Reason = device.Failed, d.failed
		default:
			res.Outcome, res.Reason = device.Failed, "the page took the confirmation, but the fresh list still shows the device"
			stop = &Stop{Code: CodeNotAll, Screen: "devices-myx",
				Message: fmt.Sprintf("%s is still listed although the page took the confirmation: the run stopped", firstLine(res.Name)),
				Hint:    "Amazon may be throttling: run the same command again later"}
		}
		w.fails++
		if res.Outcome == device.Deregistered || res.Outcome == device.NotOffered {
			w.fails = 0
		}
		if d.intended {
			if jerr := w.r.Journal.Outcome(w.r.Site, w.r.customer, *res); jerr != nil && stop == nil {
				stop = &Stop{Code: CodeInternal, Err: jerr,
					Message: "the journal cannot be written: " + firstLine(jerr.Error()),
					Hint:    "free some disk space or check the rights of the state directory"}
			}
		}
		w.tell(i)
	}
	if fresh != nil && len(short) == 0 {
		w.list = *fresh
	}
	switch {
	case err != nil:
		return err
	case stop != nil:
		return stop
	case w.fails >= maxFailures:
		return &Stop{Code: CodeNotAll, Message: fmt.Sprintf("%d devices in a row could not be deregistered: the run stopped", w.fails),
			Hint: "run the same command again later to go on with the rest"}
	}
	return nil
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
