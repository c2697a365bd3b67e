package flows

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
	"github.com/unecho/unecho/flows/proof"
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
// devices page, which also takes what the portal did not do. A second via is
// taken only when a fresh list has shown that the device is still there.
//
// Nothing is clicked unless every device can be told apart on its page.
func (r *Run) Deregister(ctx context.Context, l Listing, choices []device.Choice, done func(device.Result)) ([]device.Result, error) {
	w := &work{r: r, done: done}
	w.goBy(l)
	var portalFirst []*attempt
	for _, c := range choices {
		a := &attempt{Result: device.Result{Device: c.Device, Outcome: c.Outcome, Reason: c.Reason}}
		w.attempts = append(w.attempts, a)
		if c.Outcome != "" {
			w.tell(a)
			continue
		}
		a.Reason = "" // what there is to say comes with the outcome
		if c.Device.Via == viaAlexa && r.portal.open {
			portalFirst = append(portalFirst, a)
		}
	}
	err := w.take(ctx, viaAlexa, portalFirst)
	if err == nil {
		err = w.take(ctx, viaMYCD, w.undecided()) // with what the portal did not do
	}
	if err != nil {
		w.abandon("not attempted: the run stopped before it")
	}
	results := make([]device.Result, len(w.attempts))
	for i, a := range w.attempts {
		results[i] = a.Result
	}
	return results, err
}

// The ways of the contract.
const (
	viaAuto  = "auto"
	viaAlexa = "alexa"
	viaMYCD  = "mycd"
)

// An attempt is one device that was chosen, what came of it so far, and in the end the
// outcome.
type attempt struct {
	device.Result
	page    pageResult // what the page did the last time
	before  string     // what came of it when that was not the end: on the portal, or at the first try
	retried bool       // it was tried once more
}

// work is the state of one Deregister call.
type work struct {
	r        *Run
	list     Listing // the last proven list
	attempts []*attempt
	done     func(device.Result)
	acted    int // devices attempted in this run
	fails    int // failures in a row, on the way that is being taken

	interrupted bool       // the run is being ended: there is no time to wait for a late effect
	dirty       bool       // a menu or a pop-up may stand open on the page
	again       []*attempt // to be tried once more, on a fresh page
}

// undecided are the attempts without an outcome, in the order of the choices.
func (w *work) undecided() (out []*attempt) {
	for _, a := range w.attempts {
		if a.Outcome == "" {
			out = append(out, a)
		}
	}
	return out
}

// goBy makes a list the one to act on, and to hold the next against.
func (w *work) goBy(l Listing) {
	w.list = l
	var keys []string
	for _, d := range l.Devices {
		if d.Key != "" && !d.Child {
			keys = append(keys, d.Key)
		}
	}
	w.r.Journal.Holds(l.read.Source, keys)
}

// take leads devices along one way, the first one alone. Those of a family follow each
// other: a page may show one family at a time. In it, those whose names are also words of
// the page come first: the others' names tell where names stand.
func (w *work) take(ctx context.Context, via string, todo []*attempt) error {
	w.fails = 0
	first := map[string]int{}
	for n, a := range todo {
		if _, ok := first[a.Family]; !ok {
			first[a.Family] = n
		}
	}
	weak := map[*attempt]int{}
	for _, a := range todo {
		if !w.r.Tab.Weak(a.Name) {
			weak[a] = 1
		}
	}
	slices.SortStableFunc(todo, func(a, b *attempt) int {
		return cmp.Or(first[a.Family]-first[b.Family], weak[a]-weak[b])
	})
	for size := 1; len(todo) > 0; size = maxBatch {
		if via == viaMYCD {
			var err error
			if todo, err = w.atTheList(ctx, todo); err != nil || len(todo) == 0 {
				return err
			}
		}
		if via == viaAlexa && w.r.Via != viaAlexa {
			why := ""
			switch {
			case !w.r.portal.open:
				why = "on the Alexa portal: " + w.r.portal.why
			case w.fails >= maxPortalFailures:
				why = fmt.Sprintf("the Alexa portal failed %d times in a row", w.fails)
			}
			if why != "" {
				for _, a := range todo {
					a.before = why
				}
				return nil
			}
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

// atTheList makes sure that the devices page stands open before a device is
// looked for on it. Where the portal was the last page, a fresh list says first
// what is still there; what was clicked there and has gone late is not to be done
// any more.
func (w *work) atTheList(ctx context.Context, todo []*attempt) ([]*attempt, error) {
	before := w.list
	seen, err := w.r.Tab.Look(ctx)
	if err != nil {
		return nil, err
	}
	there := w.r.generationOf(seen.Screen) != nil
	if there && !w.dirty && !slices.ContainsFunc(w.attempts, func(a *attempt) bool { return a.before != "" }) {
		return todo, nil
	}
	if !there || w.dirty {
		w.r.say("continuing on the devices page")
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
		if why := w.proves(fresh); why != "" {
			return nil, w.provesNothing(why)
		}
		before = w.list
		w.goBy(fresh)
		w.dirty = false
	}
	var rest []*attempt
	for _, a := range todo { // of these none is missing that was not touched: that list would prove nothing
		if _, listed := w.list.find(a.Device); listed {
			rest = append(rest, a)
			continue
		}
		a.Outcome, a.Reason = device.Deregistered, "the list showed it late"
		if v, why := proof.Judge(a.Device, before.proof(), w.list.proof(), w.r.lists.touched); v != proof.Gone {
			a.Outcome, a.Reason = device.Unknown, cmp.Or(why, a.before)
		}
		if err := w.record(a); err != nil {
			return nil, err
		}
		w.tell(a)
	}
	return rest, nil
}

func (w *work) tell(a *attempt) {
	if w.done != nil {
		w.done(a.Result)
	}
}

// abandon ends the attempts that the run did not come to.
func (w *work) abandon(why string) {
	for _, a := range w.undecided() {
		a.Outcome, a.Reason, a.NotAttempted = device.Failed, cmp.Or(a.before, why), a.before == ""
		w.tell(a)
	}
}

// batch acts on devices and then proves them; it returns those that it did not
// get to. An error on the page ends the acting, never the proving.
func (w *work) batch(ctx context.Context, via string, todo []*attempt) (untried []*attempt, err error) {
	var stop error
	n := 0
	for _, a := range todo {
		if w.acted > 0 {
			if stop = page.Pause(ctx, w.r.Pace); stop != nil {
				break
			}
		}
		if ctx.Err() != nil {
			stop = context.Cause(ctx)
			break
		}
		if w.r.Begins != nil {
			w.r.Begins(a.Device)
		}
		started := time.Now()
		a.page = w.act(ctx, via, a.Device)
		a.page.over = time.Now()
		a.Took += time.Since(started)
		a.Result.Via = via
		w.acted++
		n++
		if a.page.clicked || a.page.risked {
			w.r.lists.touched = append(w.r.lists.touched, a.Device)
		}
		if stop = a.page.stop; stop != nil {
			break
		}
		if a.page.failed != "" || a.page.notOffered != "" {
			// What stands open on the page now is not known: look afresh first.
			w.dirty = true
			break
		}
	}
	if err := w.prove(ctx, via, todo[:n]); err != nil && stop == nil {
		stop = err
	}
	return todo[n:], stop
}

// act does one device on one way. Where a screen that is no answer stands there
// afterwards (a sign-in after its hour, an error page), the page had no chance to
// say what became of the click.
func (w *work) act(ctx context.Context, via string, dev device.Device) pageResult {
	var d pageResult
	if via == viaAlexa {
		d = portal{w.r}.act(ctx, w.list, dev)
	} else {
		d = w.r.list.gen.act(ctx, w.list, dev)
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
