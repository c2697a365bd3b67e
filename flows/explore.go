package flows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
)

// This file brings one device into view, and its Deregister, on a page that nobody
// has described: through tiles, tabs, folds, pages, by scrolling; through menus and
// details. It presses only what changes nothing (design, idea 11, "Exploring").

// A site is a set of pages that shows devices: the devices page of the marketplace, or
// the Alexa portal.
type site struct {
	r *Run
	// fresh loads its list of devices anew.
	fresh func(context.Context) error
	// learned is what worked for the device before, tried first for the next one.
	learned *learned
}

// learned is what a run found out about a site's pages.
type learned struct {
	trails map[string]string // family of a device → words of the control that led to it
	way    string            // how Deregister came into view
}

const (
	maxExplored = 100 // presses in search of one device: 2,000 fill 80 pages
	maxScrolled = 400 // screens scrolled in search of one device
)

// survey is what the page shows once it is at rest.
func (s site) survey(ctx context.Context, key string) (page.Survey, error) {
	sctx, cancel := s.r.step(ctx)
	defer cancel()
	v, err := s.r.Tab.Survey(sctx, key)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return v, err
}

// An explorer looks for one device.
type explorer struct {
	site
	d       device.Device
	tried   map[string]bool
	path    string // what was pressed since the page was loaded, where that led elsewhere
	pressed int
	rolled  int
}

// bring explores until the device is in view. found is false where all that leads on
// was tried.
func (s site) bring(ctx context.Context, d device.Device) (v page.Survey, found bool, err error) {
	e := &explorer{site: s, d: d, tried: map[string]bool{}}
	if v, err = e.survey(ctx, d.Key); err != nil || inView(v) {
		return v, inView(v), err
	}
	if s.r.explored { // what was pressed for another device is not where this one's search begins
		if err := e.reload(ctx); err != nil {
			return v, false, err
		}
		if v, err = e.survey(ctx, d.Key); err != nil || inView(v) {
			return v, inView(v), err
		}
	}
	end := time.Now().Add(s.r.stepTimeout() / 3) // how long a page that shows nothing at all may take to draw
	for {
		nav := e.pick(v)
		moved := false
		if nav == nil {
			if moved, err = e.roll(ctx); err != nil {
				return v, false, err
			}
			if !moved {
				nav = e.pick(v)
			}
		}
		if nav == nil {
			switch {
			case moved:
			case len(v.Seen) == 0 && len(v.Navs) == 0 && e.path == "" && time.Now().Before(end):
				if err := pause(ctx, 200*time.Millisecond); err != nil {
					return v, false, err
				}
			case e.path != "":
				if err := e.reload(ctx); err != nil {
					return v, false, err
				}
			default:
				return v, v.Places > 0, nil
			}
		} else if err := e.follow(ctx, *nav); err != nil {
			return v, false, err
		}
		if v, err = e.survey(ctx, d.Key); err != nil {
			return v, false, err
		}
		if inView(v) {
			e.remember(nav)
			return v, true, nil
		}
		if e.pressed >= maxExplored || e.rolled >= maxScrolled {
			return v, false, nil
		}
	}
}

// inView: the device stands there; or, where several have its name, as many as there are.
func inView(v page.Survey) bool { return v.Places > 0 && (!v.Unsure || v.Places >= v.Group) }

func (e *explorer) reload(ctx context.Context) error {
	e.path = ""
	return e.fresh(ctx)
}

// roll scrolls on. A list that was scrolled to its end is not scrolled again in vain.
func (e *explorer) roll(ctx context.Context) (bool, error) {
	if e.rolled >= maxScrolled || e.tried["rolled "+e.path] {
		return false, nil
	}
	moved, _, err := e.r.Tab.Roll(ctx, false)
	if err != nil {
		return false, err
	}
	e.rolled++
	if !moved {
		e.tried["rolled "+e.path] = true
	}
	e.r.explored = true
	return moved, nil
}

// pick chooses what to press next: what is called like the device's family; the tab of
// the devices; what shows more of the same; and, after scrolling, the rest.
func (e *explorer) pick(v page.Survey) *page.Nav {
	var best *page.Nav
	rank := 100
	for i := range v.Navs {
		n := &v.Navs[i]
		if e.tried[e.id(*n)] {
			continue
		}
		if got := e.rank(*n); got < rank {
			best, rank = n, got
		}
	}
	if rank >= 5 && !e.tried["rolled "+e.path] && e.rolled < maxScrolled {
		return nil // scroll first
	}
	return best
}

func (e *explorer) rank(n page.Nav) int {
	switch {
	case n.Words != "" && n.Words == e.learned.trails[e.d.Family]:
		return 0
	case slices.Contains(n.Devices, e.d.Key):
		return 1
	case n.Kind == "select" && e.option(n) != nil && slices.Contains(e.option(n).Devices, e.d.Key):
		return 1
	case n.Kind == "select" && e.option(n) != nil:
		return 6
	case n.Kind == "devices":
		return 7
	case n.Kind == "more":
		return 3
	case n.Kind == "next", n.Kind == "page":
		return 4
	case n.Kind == "sibling":
		return 5
	case n.Kind == "family":
		return 6
	case n.Kind == "select":
		return 100
	}
	return 8
}

// option is the choice of a select that is not tried yet: the device's own family, then any.
func (e *explorer) option(n page.Nav) *page.Option {
	var any *page.Option
	for i := range n.Options {
		o := &n.Options[i]
		if o.Chosen || o.Value == "" && o.Words == "" || e.tried[e.path+n.Sig+"="+o.Value] {
			continue
		}
		if slices.Contains(o.Devices, e.d.Key) {
			return o
		}
		if any == nil {
			any = o
		}
	}
	return any
}

// id of a control, in the view that was left by what is pressed on the way to it. What
// shows more of the same may be pressed as long as it does.
func (e *explorer) id(n page.Nav) string {
	switch n.Kind {
	case "more", "next":
		return fmt.Sprintf("%s %s %d", e.path, n.Sig, e.pressed)
	case "select":
		if e.option(n) != nil {
			return "\x00"
		}
	}
	if n.Kind == "page" {
		return e.path + " " + n.Sig
	}
	return n.Kind + " " + n.Sig
}

// follow presses a control and notes where that leads.
func (e *explorer) follow(ctx context.Context, n page.Nav) error {
	e.pressed++
	e.r.explored = true
	e.r.say("looking for %s: %s", firstLine(e.d.Name), firstLine(quoted(n.Words, n.Kind)))
	if n.Kind == "select" {
		o := e.option(n)
		e.tried[e.path+n.Sig+"="+o.Value] = true
		return e.settleFor(e.r.Tab.Choose(ctx, n.Sig, o.Value), ctx)
	}
	if n.Kind != "more" && n.Kind != "next" {
		e.tried[e.id(n)] = true
	}
	sctx, cancel := context.WithTimeout(ctx, min(e.r.stepTimeout(), 5*time.Second))
	defer cancel()
	_, err := e.r.Tab.Click(sctx, page.What{Known: &page.Known{Seek: page.SeekNav, Sig: n.Sig, At: -1}, Label: quoted(n.Words, n.Kind)})
	if err != nil && (n.Kind == "more" || n.Kind == "next") {
		e.tried[e.id(n)] = true
	}
	if err == nil && n.Kind != "more" && n.Kind != "next" && n.Kind != "page" {
		e.path += " " + n.Sig
	}
	return e.settleFor(err, ctx)
}

// settleFor: a control that could not be pressed is no reason to end the search.
func (e *explorer) settleFor(err error, ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil && (refused(err) || errors.Is(err, page.ErrTimeout)) {
		e.r.Log.Debug("not pressed: " + err.Error())
		return nil
	}
	return err
}

func (e *explorer) remember(n *page.Nav) {
	if n != nil && n.Words != "" && (n.Kind == "family" || n.Kind == "sibling" || n.Kind == "devices") {
		e.learned.trails[e.d.Family] = n.Words
	}
}

// kinds are what controls without words are called in logs and errors.
var kinds = map[string]string{"menu": "the menu", "more": "“show more”", "next": "“next page”", "page": "a page number",
	"family": "a device family", "sibling": "a tab", "devices": "the devices tab", "select": "a drop-down list", "rest": "a control without words"}

func quoted(words, kind string) string {
	if words == "" {
		return kinds[kind]
	}
	return `"` + words + `"`
}
