package flows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/unecho/unecho/flows/device"
)

// maxBatch is how many devices are deregistered before a fresh list proves
// them; the first one of a run is proven alone, so that a way that does not
// work is noticed after one device.
const maxBatch = 25

// maxFailures in a row end the run: Amazon, or the page, has changed its mind.
const maxFailures = 3

// Deregister acts on the chosen devices and proves each outcome by a fresh,
// complete list. It returns one result for every choice, in order, also when
// it ends early; err is then the reason.
//
// Each device takes the way that Plan gave it: the portal first, then the
// content page, which also takes what the portal did not do. A second via is
// taken only when a fresh list has shown that the device is still there.
//
// Nothing is clicked unless every device can be told apart on its page.
func (r *Run) Deregister(ctx context.Context, l Listing, choices []device.Choice, done func(device.Result)) ([]device.Result, error) {
	w := &work{r: r, list: l, results: make([]device.Result, len(choices)), done: done,
		before: map[int]string{}, retried: map[int]bool{}, touched: map[int]bool{}}
	var todo, portalFirst, content []int
	for i, c := range choices {
		w.results[i] = device.Result{Device: c.Device, Outcome: c.Outcome, Reason: c.Reason}
		if c.Outcome != "" {
			continue
		}
		w.results[i].Reason = "" // what there is to say comes with the outcome
		todo = append(todo, i)
		if c.Device.Via == viaAlexa && r.portal.open {
			portalFirst = append(portalFirst, i)
		} else {
			content = append(content, i)
		}
	}
	for _, i := range content {
		if why := l.tellable(choices[i].Device); why != "" {
			err := &Stop{Code: CodeNotAll, Screen: w.r.listScreen(), Message: why + "; nothing was clicked",
				Hint: "rename one of them on Amazon's page so that the names differ, then run the same command again"}
			w.abandon(todo, why)
			return w.results, err
		}
	}
	for _, i := range w.settled() {
		w.tell(i)
	}
	err := w.take(ctx, viaAlexa, portalFirst)
	if err == nil {
		content = append(content, w.left...)
		slices.Sort(content)
		err = w.take(ctx, viaMYCD, content)
	}
	if err != nil {
		w.abandon(todo, "not attempted: the run stopped before it")
	}
	return w.results, err
}

// The ways of the contract.
const (
	viaAuto  = "auto"
	viaAlexa = "alexa"
	viaMYCD  = "mycd"
)

// work is the state of one Deregister call.
type work struct {
	r       *Run
	list    Listing // the last proven list
	results []device.Result
	done    func(device.Result)
	acted   int // devices attempted in this run
	fails   int // failures in a row, on the way that is being taken

	cut     bool           // the run is being ended: there is no time to wait for a late effect
	dirty   bool           // a menu or a pop-up may stand open on the page
	left    []int          // devices that the portal did not do: the content page is next
	again   []int          // devices to be tried once more, on a fresh page
	before  map[int]string // what an attempt that was not the last came to
	retried map[int]bool   // devices that were tried once more
	touched map[int]bool   // devices of which a Deregister was clicked
}

// take leads devices along one way, the first one alone.
func (w *work) take(ctx context.Context, via string, todo []int) error {
	w.fails = 0
	for size := 1; len(todo) > 0; size = maxBatch {
		if via == viaMYCD {
			var err error
			if todo, err = w.atTheList(ctx, todo); err != nil || len(todo) == 0 {
				return err
			}
		}
		if via == viaAlexa && w.fails >= maxPortalFailures && w.r.Via != viaAlexa {
			for _, i := range todo {
				w.leave(i, fmt.Sprintf("the portal failed %d times in a row", w.fails))
			}
			return nil
		}
		n := min(size, len(todo))
		untried, err := w.batch(ctx, via, todo[:n])
		if err != nil {
			return err
		}
		todo = slices.Concat(untried, w.again, todo[n:]) // never append: untried is a part of todo
		w.again = nil
	}
	return nil
}

// maxPortalFailures in a row end the portal's way, not the run.
const maxPortalFailures = 2

// atTheList makes sure that the content page stands open before a device is
// looked for on it. Where the portal was the last page, a fresh list says first
// what is still there; what has gone meanwhile is not to be done any more.
func (w *work) atTheList(ctx context.Context, todo []int) ([]int, error) {
	seen, err := w.r.Tab.Look(ctx)
	if err != nil {
		return nil, err
	}
	if w.r.generationOf(seen.Screen) != nil && len(w.before) == 0 && !w.dirty {
		return todo, nil
	}
	if w.r.generationOf(seen.Screen) == nil || w.dirty {
		w.r.say("going on at the devices page")
		if err := w.r.reopenList(ctx); err != nil {
			return nil, err
		}
		fresh, err := w.r.readStable(ctx)
		if err != nil {
			var dis *disagreement
			if errors.As(err, &dis) {
				err = dis.stop(w.r)
			}
			return nil, err
		}
		if short := w.missing(fresh, todo); len(short) > 0 {
			return nil, &Stop{Code: CodeNotAll, Screen: w.r.listScreen(),
				Message: fmt.Sprintf("the fresh list lacks devices that were not touched (%s): the run stopped", strings.Join(short, ", ")),
				Hint:    "run `unecho list` later and compare"}
		}
		w.list, w.dirty = fresh, false
	}
	var rest []int
	for _, i := range todo {
		res := &w.results[i]
		_, listed := w.list.find(res.Device)
		why := w.list.tellable(res.Device)
		switch {
		case listed && why == "":
			rest = append(rest, i)
			continue
		case listed && w.before[i] != "":
			res.Outcome, res.Reason = device.Failed, w.before[i]+"; on the content page: "+why
		case listed:
			return nil, &Stop{Code: CodeNotAll, Screen: w.r.listScreen(), Message: why + "; it was not clicked"}
		case w.touched[i]:
			res.Outcome, res.Reason = device.Deregistered, "the list showed it late"
		default:
			res.Outcome, res.Reason = device.AlreadyGone, "gone from the list before anything was clicked"
		}
		w.tell(i)
	}
	return rest, nil
}

// leave hands a device over to the content page.
func (w *work) leave(i int, why string) {
	w.before[i] = why
	w.left = append(w.left, i)
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
			w.results[i].Outcome, w.results[i].Reason = device.Failed, or(w.before[i], why)
			w.results[i].NotAttempted = w.before[i] == ""
			w.tell(i)
		}
	}
}

// batch acts on devices and then proves them; it returns those that it did not
// get to. An error on the page ends the acting, never the proving.
func (w *work) batch(ctx context.Context, via string, is []int) (untried []int, err error) {
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
		d := w.act(ctx, via, w.results[i].Device)
		d.over = time.Now()
		w.results[i].Took += time.Since(started)
		w.results[i].Via = via
		w.acted++
		w.touched[i] = w.touched[i] || d.clicked
		deeds[k] = d
		tried = append(tried, i)
		if d.stop != nil {
			stop = d.stop
			break
		}
		if d.failed != "" || d.notOffered != "" {
			// What stands open on the page now is not known: look afresh first.
			w.dirty = true
			break
		}
	}
	if err := w.prove(ctx, via, tried, deeds); err != nil && stop == nil {
		stop = err
	}
	return is[len(tried):], stop
}

// act does one device on one way. Where a screen that is no answer stands there
// afterwards (a sign-in after its hour, an error page), the page had no chance to
// say what became of the click.
func (w *work) act(ctx context.Context, via string, dev device.Device) deed {
	var d deed
	if via == viaAlexa {
		d = portal{w.r}.act(ctx, w.list, dev)
	} else {
		d = w.r.gen.act(ctx, w.list, dev)
	}
	if !d.clicked || d.failed != "" || d.stop != nil {
		return d
	}
	if seen, err := w.r.Tab.Look(ctx); err == nil {
		if _, between := replies[seen.Screen]; between {
			d.failed, d.again = "Amazon showed "+seen.Screen+" in place of an answer", true
		}
	}
	return d
}

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
		if w.provesAll(l, is, deeds) || !time.Now().Before(deadline) {
			break
		}
		// Amazon's list may lag behind its answer.
		if err = pause(ctx, w.r.backoff(try)/2); err != nil {
			break
		}
	}
	return w.conclude(via, is, deeds, fresh, err)
}

// provesAll: nothing that was clicked is still listed and nothing that was to
// stay is missing, so that looking again cannot change the verdict. What the page
// called a failure may be one of its connection only: a device that is still listed
// proves it when the list had the time to catch up.
func (w *work) provesAll(fresh Listing, is []int, deeds []deed) bool {
	for k, i := range is {
		if _, still := fresh.find(w.results[i].Device); still && deeds[k].clicked && (deeds[k].failed == "" || time.Since(deeds[k].over) < w.r.settleWindow()) {
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
		for i := range w.results {
			expected = expected || (w.touched[i] || slices.Contains(is, i)) && same(w.results[i].Device, d)
		}
		if !expected {
			names = append(names, firstLine(d.Name))
		}
	}
	return names
}

// conclude turns deeds and a fresh list into outcomes, journals and tells them.
// What the portal did not do is no outcome yet where the content page may.
func (w *work) conclude(via string, is []int, deeds []deed, fresh *Listing, err error) error {
	var short []string
	if fresh != nil {
		short = w.missing(*fresh, is)
	}
	var dis *disagreement
	if errors.As(err, &dis) {
		err = dis.stop(w.r)
	}
	next := via == viaAlexa && w.r.Via != viaAlexa && err == nil
	var stop error
	for k, i := range is {
		res, d := &w.results[i], deeds[k]
		var still bool
		if fresh != nil {
			_, still = fresh.find(res.Device)
		}
		res.Reason = ""
		switch {
		case d.notOffered != "" && err != nil:
			res.Outcome, res.Reason = device.Failed, d.notOffered+", but no fresh list says whose page that was: "+firstLine(err.Error())
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
			stop = &Stop{Code: CodeNotAll, Screen: w.r.listScreen(),
				Message: fmt.Sprintf("the fresh list lacks devices that were not touched (%s): the run stopped", strings.Join(short, ", ")),
				Hint:    "run `unecho list` later and compare"}
		case !still:
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
			if jerr := w.r.Journal.Outcome(w.r.Site, w.r.customer, *res); jerr != nil && stop == nil {
				stop = &Stop{Code: CodeInternal, Err: jerr,
					Message: "the journal cannot be written: " + firstLine(jerr.Error()),
					Hint:    "free some disk space or check the rights of the state directory"}
			}
		}
		// Nothing was clicked, or a fresh list shows that it did nothing: the state
		// is known, and there may be another way.
		undone := d.stop == nil && (res.Outcome == device.NotOffered || res.Outcome == device.Failed && (d.failed != "" || !d.clicked))
		switch {
		case undone && stop == nil && next:
			w.r.say("%s: on the portal: %s; the content page is next", firstLine(res.Name), res.Reason)
			w.leave(i, "on the portal: "+res.Reason)
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
	if fresh != nil && len(short) == 0 {
		w.list = *fresh
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
	case strings.HasPrefix(w.before[i], "on the portal: ") && res.Reason != "":
		res.Reason = "on the content page: " + res.Reason + "; " + w.before[i]
	case strings.HasPrefix(w.before[i], "on the portal: "), res.Outcome == device.Deregistered:
		res.Reason = or(res.Reason, w.before[i])
	default:
		res.Reason += ", also when tried again"
	}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
