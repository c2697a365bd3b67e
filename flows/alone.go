package flows

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
)

// This file makes sure that a name which no id tells stands on the page only once. All that
// the page can show is gone through once a run: by scrolling, "show more", pages, and tabs.

// A census is where each name of the list stood.
type census struct {
	spots   map[string][]spot // by name
	views   map[string]*view  // by what was pressed to get there; "": nothing
	several map[string]bool   // names that stood in several places at once
	doubt   string            // what could not be looked at
}

// A spot is one place of a name.
type spot struct {
	view, page string  // page of the list, told by what it shows
	top        float64 // px from its beginning
}

// A view is what one tab shows.
type view struct {
	nav       page.Nav
	names     map[string]bool
	strangers int // rows that the list lacks
}

// samePlace is how far, in px, a row may stand from where it stood: lists that draw only
// what is near the window guess how high the rest is.
const samePlace = 20

const maxTabs = 12 // tabs and folds that a census looks into

func newCensus() *census {
	return &census{spots: map[string][]spot{}, views: map[string]*view{}, several: map[string]bool{}}
}

// alone refuses a device whose name stands on the page more than once.
func (s site) alone(ctx context.Context, d device.Device) error {
	c := s.learned.census
	if c == nil {
		c = newCensus()
		if err := s.count(ctx, c); err != nil {
			return err
		}
		s.learned.census = c
	}
	if len(c.spots[d.Name]) == 0 && c.doubt == "" { // it stands in a view further in, which is its own matter
		if _, err := s.again(ctx, d, true); err != nil {
			return err
		}
		v, err := s.tally(ctx)
		if err != nil {
			return err
		}
		c = newCensus()
		if err := s.walk(ctx, c, c.open("", page.Nav{}), v); err != nil {
			return err
		}
	}
	words := ""
	switch {
	case c.doubt != "":
		words = c.doubt
	case c.twice(d):
		s.r.Log.Debug(fmt.Sprintf("%s stands at %+v", firstLine(d.Name), c.spots[d.Name]))
		words = "the page shows this name more often than the list does, and no id tells them apart"
	default:
		return nil
	}
	return &page.Error{Kind: page.KindAmbiguous, What: firstLine(d.Name), Words: words}
}

// count goes through the list as it is at first, and through what its tabs show.
func (s site) count(ctx context.Context, c *census) error {
	if err := s.fresh(ctx); err != nil {
		return err
	}
	s.r.explored = true
	v, err := s.tally(ctx)
	if err != nil {
		return err
	}
	at := c.open("", page.Nav{})
	if err := s.walk(ctx, c, at, v); err != nil || c.doubt != "" {
		return err
	}
	tabs := slices.DeleteFunc(slices.Clone(v.Navs), func(n page.Nav) bool {
		return !slices.Contains([]string{"family", "sibling", "devices", "rest"}, n.Kind)
	})
	for _, n := range tabs[:min(len(tabs), maxTabs)] {
		if !slices.ContainsFunc(v.Navs, func(o page.Nav) bool { return o.Sig == n.Sig }) { // it led to another page
			if err := s.fresh(ctx); err != nil {
				return err
			}
			if v, err = s.tally(ctx); err != nil {
				return err
			}
		}
		if err := s.lead(ctx, n); ctx.Err() != nil {
			return context.Cause(ctx)
		} else if err != nil { // it has gone, or nothing opens
			s.r.Log.Debug("not pressed: " + err.Error())
			continue
		}
		w, err := s.tally(ctx)
		if err != nil {
			return err
		}
		if !n.Tab && strings.Contains(w.List, v.List) { // more of the same, as of a fold
			c.grow(w)
			v = w
			continue
		}
		if err := s.walk(ctx, c, c.open(n.Sig, n), w); err != nil || c.doubt != "" {
			return err
		}
		v = w
	}
	return nil
}

func (s site) tally(ctx context.Context) (page.Tally, error) {
	sctx, cancel := s.r.step(ctx)
	defer cancel()
	v, err := s.r.Tab.Count(sctx)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return v, err
}

// walk notes all names of a view, to the end of its list.
func (s site) walk(ctx context.Context, c *census, to string, v page.Tally) error {
	if _, err := s.r.Tab.Roll(ctx, true); err != nil {
		return err
	}
	at, tried, rolled := v.Print, map[string]bool{}, false
	for range maxScrolled {
		c.note(to, at, v)
		moved, err := s.r.Tab.Roll(ctx, false)
		if err != nil {
			return err
		}
		if !moved && rolled { // a list that grows at its end may take its time
			if _, moved, err = s.changes(ctx, v); err != nil {
				return err
			}
		}
		if rolled = rolled || moved; moved {
			if v, err = s.tally(ctx); err != nil {
				return err
			}
			continue
		}
		i := slices.IndexFunc(v.Navs, func(n page.Nav) bool {
			return n.Kind == "more" || n.Kind == "next" && !tried[n.Sig+at] || n.Kind == "page" && !tried[n.Sig]
		})
		if i < 0 {
			return nil
		}
		n := v.Navs[i]
		tried[n.Sig+at], tried[n.Sig] = true, true
		switch err := s.lead(ctx, n); {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil: // what it would show stays unseen: that is a doubt
			c.doubt = "no id identifies it, and the rest of the list could not be loaded: " + firstLine(err.Error())
			return nil
		}
		moved = true
		if n.Kind != "more" {
			// A page that is slow to turn still shows what it showed before.
			if v, _, err = s.changes(ctx, v); err != nil {
				return err
			}
			if moved, err = s.r.Tab.Roll(ctx, true); err != nil {
				return err
			}
		}
		if moved {
			if v, err = s.tally(ctx); err != nil {
				return err
			}
		}
		if n.Kind != "more" {
			at = v.Print
		}
	}
	c.doubt = "no id identifies it, and the list never ends"
	return nil
}

// changes waits for a list to show something else than it did.
func (s site) changes(ctx context.Context, was page.Tally) (v page.Tally, changed bool, err error) {
	for end := time.Now().Add(min(growth, s.r.stepTimeout())); ; {
		if v, err = s.tally(ctx); err != nil || v.Print != was.Print || !time.Now().Before(end) {
			return v, v.Print != was.Print, err
		}
		if err := page.Pause(ctx, 100*time.Millisecond); err != nil {
			return v, false, err
		}
	}
}

func (c *census) open(name string, nav page.Nav) string {
	if c.views[name] == nil {
		c.views[name] = &view{nav: nav, names: map[string]bool{}}
	}
	return name
}

// note adds what is in view. The same place on the same page of the list is the same one,
// though what came up above it moved it with all others.
func (c *census) note(to, at string, v page.Tally) {
	in := c.views[to]
	in.strangers = max(in.strangers, v.Strangers)
	moved := c.moved(to, at, v)
	for name, tops := range v.Tops {
		in.names[name] = true
		if len(tops) > 1 {
			c.several[name] = true
		}
		for _, top := range tops {
			top -= moved
			if !slices.ContainsFunc(c.spots[name], func(s spot) bool {
				return s.view == to && s.page == at && s.top-top <= samePlace && top-s.top <= samePlace
			}) {
				c.spots[name] = append(c.spots[name], spot{to, at, top})
			}
		}
	}
}

// moved: how far, in px, all names stand from where they stood on this page of the list; two
// at least must say so.
func (c *census) moved(to, at string, v page.Tally) float64 {
	by := map[float64]int{}
	for name, tops := range v.Tops {
		for _, s := range c.spots[name] {
			if s.view == to && s.page == at && len(tops) == 1 {
				by[tops[0]-s.top]++
			}
		}
	}
	best := 0.0
	for d, n := range by {
		if n > max(by[best], 1) {
			best = d
		}
	}
	return best
}

// grow adds what a fold shows beside what was there before, wherever that stands now.
func (c *census) grow(v page.Tally) {
	for name, tops := range v.Tops {
		if len(tops) > 1 {
			c.several[name] = true
		}
		if in := c.views[""]; len(c.spots[name]) == 0 {
			in.names[name] = true
			for _, top := range tops {
				c.spots[name] = append(c.spots[name], spot{"", v.Print, top})
			}
		}
	}
}

// twice: the name of a device stands there more often than once, in one view or in views
// that are no parts of one another.
func (c *census) twice(d device.Device) bool {
	if c.several[d.Name] {
		return true
	}
	in := map[string]int{}
	for _, s := range c.spots[d.Name] {
		if in[s.view]++; in[s.view] > 1 {
			return true
		}
	}
	if len(in) < 2 {
		return false
	}
	claimed := slices.ContainsFunc(slices.Collect(maps.Values(c.views)), func(v *view) bool { return v.nav.Kind == "family" && slices.Contains(v.nav.Devices, d.Key) })
	for name := range in {
		v, all := c.views[name], c.views[""]
		switch {
		case name == "", v.nav.Kind == "devices", v.nav.Kind == "family" && slices.Contains(v.nav.Devices, d.Key), v.nav.Kind == "sibling" && !claimed:
		case in[""] > 0 && v.strangers == 0 && within(v.names, all.names): // a part of what is shown at first
		default:
			return true
		}
	}
	return false
}

func within(part, all map[string]bool) bool {
	for name := range part {
		if !all[name] {
			return false
		}
	}
	return true
}
