package flows

import (
	"context"
	"errors"
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
	// patience is how long a Deregister that is not there is waited for; 0: the time of a step.
	patience time.Duration
	// risk is called before something is pressed of which nothing says what it does, such as
	// an icon without words: it may deregister at once. nil: such things are not pressed.
	risk func() error
	// learned is what worked for the device before, tried first for the next one.
	learned *learned
}

// learned is what a run found out about a site's pages.
type learned struct {
	trails map[string]string // family of a device → words of the control that led to it
	way    string            // how Deregister came into view
	bare   bool              // it shows no device before something is pressed
	inner  bool              // it was in a menu of the details that this opened
	census *census           // how often each name stands there
}

const (
	maxExplored = 100                     // presses in search of one device: 2,000 fill 80 pages
	maxDeep     = 6                       // views that lead to one another
	drawing     = 2500 * time.Millisecond // how long a page that has its list may take to draw it
)

// maxScrolled is how many screens are scrolled in search of one device.
var maxScrolled = 400

// survey is what the page shows once it is at rest.
func (s site) survey(ctx context.Context, key string) (page.Survey, error) {
	return s.look(ctx, key, s.r.Tab.Survey)
}

func (s site) look(ctx context.Context, key string, survey func(context.Context, string) (page.Survey, error)) (page.Survey, error) {
	sctx, cancel := s.r.step(ctx)
	defer cancel()
	v, err := survey(sctx, key)
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
	trail   []page.Nav // what was pressed since the page was loaded, where that led elsewhere
	doors   []door
	pressed int
	rolled  int
}

// A door is a control that was seen, with the way to where it was.
type door struct {
	trail []page.Nav
	nav   page.Nav
}

// bring explores until the device is in view. found is false where all that leads on
// was tried.
func (s site) bring(ctx context.Context, d device.Device) (v page.Survey, found bool, err error) {
	e := &explorer{site: s, d: d, tried: map[string]bool{}}
	look := s.r.Tab.Survey
	if s.r.explored { // another page is loaded if it is not here
		look = s.r.Tab.SurveyHere
	}
	if v, err = e.look(ctx, d.Key, look); err != nil || inView(v) {
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
	if v, err = e.drawn(ctx, v); err != nil || inView(v) {
		return v, inView(v), err
	}
	end := time.Now().Add(s.r.stepTimeout()) // absence is a claim: how long a page that shows no device at all may take to
	for {
		e.note(v)
		before := v.Print
		nav := e.pick(v)
		moved := false
		if nav == nil {
			if moved, err = e.roll(ctx, v); err != nil {
				return v, false, err
			}
			if !moved {
				nav = e.pick(v)
			}
		}
		if nav == nil {
			switch {
			case moved:
			default:
				back, err := e.back(ctx)
				if err != nil {
					return v, false, err
				}
				if !back && (len(v.Seen) > 0 || !time.Now().Before(end)) {
					return v, v.Places > 0, nil
				}
				if !back {
					if err := page.Pause(ctx, 200*time.Millisecond); err != nil {
						return v, false, err
					}
				}
			}
		}
		sent := s.r.Tab.Deregistrations()
		if nav != nil {
			if err := e.follow(ctx, *nav); err != nil {
				return v, false, err
			}
		}
		if v, err = e.survey(ctx, d.Key); err != nil {
			return v, false, err
		}
		if nav != nil && s.r.Tab.Deregistrations() > sent {
			return v, false, s.actedAtOnce(d)
		}
		if inView(v) {
			e.remember(nav)
			return v, true, nil
		}
		if nav != nil && nav.Kind == "devices" && v.Print == before && len(e.trail) > 0 && e.trail[len(e.trail)-1].Sig == nav.Sig {
			e.trail = e.trail[:len(e.trail)-1] // it led nowhere
			e.tried[nav.Kind+" "+nav.Sig] = true
		}
		if e.pressed >= maxExplored || e.rolled >= maxScrolled {
			return v, false, nil
		}
	}
}

// drawn gives a page time to draw its devices, where it shows none and no way to this one.
func (e *explorer) drawn(ctx context.Context, v page.Survey) (page.Survey, error) {
	if e.learned.bare {
		return v, nil
	}
	var err error
	end := time.Now().Add(min(e.r.stepTimeout(), drawing))
	for len(v.Seen) == 0 && !slices.ContainsFunc(v.Navs, func(n page.Nav) bool { return e.rank(n) <= 1 }) {
		if !time.Now().Before(end) {
			e.learned.bare = true
			return v, nil
		}
		if err = page.Pause(ctx, 100*time.Millisecond); err != nil {
			return v, err
		}
		if v, err = e.survey(ctx, e.d.Key); err != nil {
			return v, err
		}
	}
	return v, nil
}

// inView: the device stands there; or, where several have its name, as many as there are.
func inView(v page.Survey) bool { return v.Places > 0 && (!v.Unsure || v.Places >= v.Group) }

func (e *explorer) reload(ctx context.Context) error {
	e.trail = nil
	return e.fresh(ctx)
}

// path is the trail in words.
func (e *explorer) path() string {
	out := ""
	for _, n := range e.trail {
		out += " " + n.Sig
	}
	return out
}

// note remembers the controls of a view, which a press may replace.
func (e *explorer) note(v page.Survey) {
	for _, n := range v.Navs {
		if n.Kind == "select" || n.Kind == "more" || n.Kind == "next" || n.Kind == "page" || e.isTried(n) {
			continue
		}
		if !slices.ContainsFunc(e.doors, func(d door) bool {
			return d.nav.Kind == n.Kind && d.nav.Sig == n.Sig && slices.EqualFunc(d.trail, e.trail, sameNav)
		}) {
			e.doors = append(e.doors, door{slices.Clone(e.trail), n})
		}
	}
}

func sameNav(a, b page.Nav) bool { return a.Sig == b.Sig }

// back goes to a view that holds a control which was not tried yet, on a page loaded anew.
// It says no where there is none.
func (e *explorer) back(ctx context.Context) (bool, error) {
	here := e.trail
	best, rank := -1, 100
	for i, d := range e.doors {
		e.trail = d.trail
		if got := e.rank(d.nav); !e.isTried(d.nav) && got < rank && len(d.trail) < maxDeep {
			best, rank = i, got
		}
	}
	e.trail = here
	if best < 0 && len(here) == 0 {
		return false, nil
	}
	if err := e.reload(ctx); err != nil || best < 0 {
		return err == nil, err
	}
	d := e.doors[best]
	e.doors = slices.Delete(e.doors, best, best+1)
	for _, n := range d.trail {
		v, err := e.survey(ctx, e.d.Key)
		if err != nil || inView(v) {
			return true, err
		}
		if err := e.follow(ctx, n); err != nil {
			return true, err
		}
	}
	return true, nil
}

// roll scrolls on. A list that was scrolled to its end is not scrolled again in vain.
func (e *explorer) roll(ctx context.Context, v page.Survey) (bool, error) {
	if e.rolled >= maxScrolled || e.tried["rolled "+e.path()] {
		return false, nil
	}
	moved, err := e.r.Tab.Roll(ctx, false)
	if err != nil {
		return false, err
	}
	if !moved && e.rolled > 0 { // a list that grows at its end may take its time
		if moved, err = e.grows(ctx, e.d.Key, v.Print); err != nil {
			return false, err
		}
	}
	e.rolled++
	if !moved {
		e.tried["rolled "+e.path()] = true
	}
	e.r.explored = true
	return moved, nil
}

// growth is how long the end of a list that scrolls is watched for more of it.
const growth = 1500 * time.Millisecond

// grows waits for a page to show something else than it did.
func (s site) grows(ctx context.Context, key, print string) (bool, error) {
	for end := time.Now().Add(min(growth, s.r.stepTimeout())); time.Now().Before(end); {
		v, err := s.survey(ctx, key)
		if err != nil || v.Print != print {
			return err == nil, err
		}
		if err := page.Pause(ctx, 100*time.Millisecond); err != nil {
			return false, err
		}
	}
	return false, nil
}

// follow presses a control and notes where that leads.
func (e *explorer) follow(ctx context.Context, n page.Nav) error {
	e.pressed++
	e.r.explored = true
	e.r.say("looking for %s: %s", firstLine(e.d.Name), firstLine(quoted(n.Words, n.Kind)))
	if n.Kind == "select" {
		o := e.option(n)
		e.tried[e.path()+n.Sig+"="+o.Value] = true
		return e.settleFor(e.r.Tab.Choose(ctx, n.Sig, o.Value), ctx)
	}
	if n.Kind != "more" && n.Kind != "next" {
		e.tried[e.id(n)] = true
	}
	err := e.lead(ctx, n)
	if err != nil && (n.Kind == "more" || n.Kind == "next") {
		e.tried[e.id(n)] = true
	}
	if err == nil && n.Kind != "more" && n.Kind != "next" && n.Kind != "page" {
		e.trail = append(e.trail, n)
	}
	return e.settleFor(err, ctx)
}

// lead presses what leads to other devices.
func (s site) lead(ctx context.Context, n page.Nav) error {
	sctx, cancel := context.WithTimeout(ctx, min(s.r.stepTimeout(), 5*time.Second))
	defer cancel()
	_, err := s.r.Tab.Click(sctx, page.What{Known: &page.Known{Seek: page.SeekNav, Sig: n.Sig, At: -1}, Label: quoted(n.Words, n.Kind)})
	return err
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
