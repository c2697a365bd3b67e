package flows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/unecho/unecho/flows/device"
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
// content page, which also takes what the portal did not do. A second via is
// taken only when a fresh list has shown that the device is still there.
//
// Nothing is clicked unless every device can be told apart on its page.
func (r *Run) Deregister(ctx context.Context, l Listing, choices []device.Choice, done func(device.Result)) ([]device.Result, error) {
	w := &work{r: r, results: make([]device.Result, len(choices)), done: done,
		before: map[int]string{}, retried: map[int]bool{}, touched: map[int]bool{}}
	w.goBy(l)
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
		if via == viaAlexa && !w.r.portal.open && w.r.Via != viaAlexa {
			for _, i := range todo {
				w.leave(i, "on the Alexa portal: "+w.r.portal.why)
			}
			return nil
		}
		if via == viaAlexa && w.fails >= maxPortalFailures && w.r.Via != viaAlexa {
			for _, i := range todo {
				w.leave(i, fmt.Sprintf("the Alexa portal failed %d times in a row", w.fails))
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
// what is still there; what was clicked there and has gone late is not to be done
// any more.
func (w *work) atTheList(ctx context.Context, todo []int) ([]int, error) {
	before := w.list
	seen, err := w.r.Tab.Look(ctx)
	if err != nil {
		return nil, err
	}
	if w.r.generationOf(seen.Screen) != nil && len(w.before) == 0 && !w.dirty {
		return todo, nil
	}
	if w.r.generationOf(seen.Screen) == nil || w.dirty {
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
	var rest []int
	for _, i := range todo { // of these none is missing that was not touched: that list would prove nothing
		res := &w.results[i]
		_, listed := w.list.find(res.Device)
		switch {
		case listed:
			rest = append(rest, i)
			continue
		default:
			res.Outcome, res.Reason = device.Deregistered, "the list showed it late"
			if v, why := proof.Judge(res.Device, before.proof(), w.list.proof(), w.r.judge.touched); v != proof.Gone {
				res.Outcome, res.Reason = device.Unknown, or(why, w.before[i])
			}
			if err := w.record(i); err != nil {
				return nil, err
			}
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
		if w.r.Begins != nil {
			w.r.Begins(w.results[i].Device)
		}
		started := time.Now()
		d := w.act(ctx, via, w.results[i].Device)
		d.over = time.Now()
		w.results[i].Took += time.Since(started)
		w.results[i].Via = via
		w.acted++
		if d.clicked {
			w.touched[i] = true
			w.r.judge.touched = append(w.r.judge.touched, w.results[i].Device)
		}
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

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
