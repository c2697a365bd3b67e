package flows

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
)

// This file brings the Deregister of a device in view before the mouse: as it stands
// there, by hovering, in a menu, in the details, or beside a ticked box.

// deviceScreens are the screens that can show devices.
var deviceScreens = []string{"devices-myx", "devices-console", "device-console", "alexa-settings", "alexa-device"}

// The ways in which a Deregister comes into view, in the order in which they are tried.
var ways = []string{"shown", "hover", "menu", "icon", "details", "box", "opens", "name"}

// offer brings a device and its Deregister into view. why says that it is not offered;
// doubt about whose it is, is an error.
func (s site) offer(ctx context.Context, d device.Device) (why string, err error) {
	var end time.Time // patience begins when the device is in view, however long that took
	order := slices.Clone(ways)
	if w := s.learned.way; w != "" {
		order = append([]string{w}, slices.DeleteFunc(order, func(o string) bool { return o == w })...)
	}
	var doubt error
	icons := false // there was one that was not pressed
	late := false  // what was pressed last may only have come before a bar for ticked boxes did
	clean := true  // nothing was pressed since the page was loaded
	var v page.Survey
	swept := false
	used := map[string]int{} // how often each opener was pressed
	stale := true            // the page must be looked at (again)
	for round := 0; ; round++ {
		for _, way := range order {
			for at := 0; at == 0 || v.Unsure && at < v.Places; at++ {
				if stale {
					if v, err = s.again(ctx, d, !clean); err != nil {
						return "", err
					}
					clean, stale = true, false
					if end.IsZero() {
						end = time.Now().Add(cmp.Or(s.patience, s.r.stepTimeout()))
					}
					// Where no id tells a device, its name must be the only one of all that
					// the view can show, whatever the list says.
					if !swept && v.Bounded && !v.Unsure && !slices.Contains(v.IDs, true) {
						if err := s.alone(ctx, d); err != nil {
							return "", err
						}
						s.r.lists.byName = append(s.r.lists.byName, d.Key)
						swept, stale, clean = true, true, false
						at--
						continue
					}
				}
				if !s.has(v, way, at) {
					continue
				}
				if way == "icon" || way == "name" && (v.Named == "icon" || v.Acts != "") {
					if s.risk == nil {
						icons = true
						continue
					}
					if err := s.risk(); err != nil {
						return "", err
					}
				}
				sent := s.r.Tab.Deregistrations()
				shown, tried, err := s.try(ctx, d, v, way, at, round, used)
				if s.r.Tab.Deregistrations() > sent {
					return "", s.actedAtOnce(d)
				}
				if ctx.Err() != nil {
					return "", context.Cause(ctx)
				}
				switch {
				case err != nil && !errors.Is(err, page.ErrAmbiguous) && !refused(err) && !errors.Is(err, page.ErrTimeout):
					return "", err
				case err != nil:
					doubt, late = err, way == "name" && round == 0 && v.Boxes == 1 && doubt == nil
				case shown:
					s.learned.way = way
					return "", nil
				}
				if tried && way != "shown" {
					stale, clean = true, way == "hover"
				}
			}
		}
		if doubt != nil && !late {
			return "", doubt
		}
		doubt, late = nil, false
		if !time.Now().Before(end) {
			if v.State == "disabled" {
				return "", &page.Error{Kind: page.KindDisabled, What: "Deregister of " + firstLine(d.Name), Words: "it is there and stays disabled"}
			}
			if v.Strays > 0 {
				return "", &page.Error{Kind: page.KindAmbiguous, What: firstLine(d.Name), Words: "the page shows Deregister, and nothing tells that it is for this device"}
			}
			if icons {
				return onlyIcons, nil
			}
			return "the page offers no Deregister for it", nil
		}
		stale = true
	}
}

// again brings the device into view once more, on a page loaded anew where something was
// pressed on it: nothing late of an earlier try is then taken for what this one brings.
func (s site) again(ctx context.Context, d device.Device, fresh bool) (page.Survey, error) {
	if fresh {
		if err := s.fresh(ctx); err != nil {
			return page.Survey{}, err
		}
	}
	v, found, err := s.bring(ctx, d)
	if err != nil || found {
		return v, err
	}
	// Another screen may have come in between, such as a sign-in after its hour.
	seen, err := s.r.Tab.Look(ctx)
	if err != nil {
		return v, err
	}
	if !slices.Contains(deviceScreens, seen.Screen) {
		if err := s.fresh(ctx); err != nil {
			return v, err
		}
		if v, found, err = s.bring(ctx, d); err != nil || found {
			return v, err
		}
	}
	return v, doubtOf(d, v, "it was not found in any view of the page")
}

// actedAtOnce: what was pressed to open a device made the page send a request that
// deregisters.
func (s site) actedAtOnce(d device.Device) error {
	if s.risk != nil { // it was to be deregistered: the fresh list tells what came of it
		if err := s.risk(); err != nil {
			return err
		}
		return &page.Error{Kind: page.KindDanger, What: firstLine(d.Name), Words: "pressing it in search of its Deregister made the page send the request at once"}
	}
	return &Stop{Code: CodeNotAll, Screen: s.r.listScreen(),
		Message: "pressing " + firstLine(d.Name) + " in search of its Deregister made the page send a request that deregisters: nothing more is pressed",
		Hint:    "run `unecho list` to see whether it is gone; this page acts without a Deregister button"}
}

// onlyIcons is why nothing was found where nothing may be pressed that may act at once.
const onlyIcons = "the page offers no Deregister for it but perhaps by an icon without words, or by its name on a page that says so, which may act at once and was not pressed"

// has says whether a page offers a way at all.
func (s site) has(v page.Survey, way string, at int) bool {
	if way == "shown" || way == "hover" || way == "name" {
		return true
	}
	if way == "box" {
		return v.Boxes == 1
	}
	return at < len(v.Each) && slices.ContainsFunc(v.Each[at], func(o page.Opener) bool { return o.Tier == tiers[way] })
}

// tiers are the kinds of openers by the way that they are.
var tiers = map[string]int{"menu": 1, "icon": 2, "details": 3, "opens": 4}

// doubtOf is what a page has against a device that it does not show as it should.
func doubtOf(d device.Device, v page.Survey, words string) error {
	if v.State == "ambiguous" || v.State == "other" {
		words = v.Words
	}
	return &page.Error{Kind: page.KindNotFound, What: firstLine(d.Name), Words: words}
}

// try takes one way to a Deregister. tried is false where the page has no such way.
func (s site) try(ctx context.Context, d device.Device, v page.Survey, way string, at, round int, used map[string]int) (shown, tried bool, err error) {
	patience := min(s.r.stepTimeout(), 2500*time.Millisecond)
	known := func(seek, sig string) *page.Known {
		k := &page.Known{Key: d.Key, Seek: seek, Sig: sig, At: -1}
		if v.Unsure {
			k.At = at
		}
		return k
	}
	press := func(k *page.Known, label string) error {
		s.r.explored = true
		sctx, cancel := context.WithTimeout(ctx, min(s.r.stepTimeout(), 5*time.Second))
		defer cancel()
		_, err := s.r.Tab.Click(sctx, page.What{Known: k, Label: label})
		return err
	}
	if way == "shown" {
		switch v.State {
		case "found":
			return true, true, nil
		case "other":
			return false, true, &page.Error{Kind: page.KindOtherDevice, What: firstLine(d.Name), Words: v.Words}
		case "ambiguous":
			if v.Unsure {
				return false, true, nil
			}
			return false, true, &page.Error{Kind: page.KindAmbiguous, What: "Deregister of " + firstLine(d.Name), Words: v.Words}
		case "danger":
			return false, true, &page.Error{Kind: page.KindDanger, What: "Deregister of " + firstLine(d.Name), Words: v.Words}
		}
		if round == 0 && (v.State == "disabled" && v.Boxes == 1 || v.State != "disabled" && (len(v.Openers) > 0 || v.Named == "own")) {
			return false, true, nil // what opens is tried before anything is waited for
		}
		return s.comes(ctx, d, patience)
	}
	if v.State == "ambiguous" && !v.Unsure {
		return false, false, nil
	}
	var each []page.Opener // of this place
	if at < len(v.Each) {
		each = v.Each[at]
	}
	tier := tiers[way]
	switch way {
	case "hover":
		if err := s.r.Tab.Hover(ctx, page.What{Known: known(page.SeekPlace, ""), Label: "row of " + firstLine(d.Name)}); err != nil {
			return false, true, nil
		}
		limit := 400 * time.Millisecond
		if round == 0 && (v.Named == "own" && len(each) == 0 || slices.ContainsFunc(each, func(o page.Opener) bool { return o.Tier <= tiers["icon"] && o.Like == 1 })) {
			limit = 160 * time.Millisecond // it most likely is in there, or behind its name; if not, the next round waits longer
		}
		if shown, _, err := s.comes(ctx, d, limit); shown || err != nil {
			return shown, true, err
		}
		return false, true, nil
	case "name":
		if v.Unsure && at < len(v.IDs) && v.IDs[at] {
			return false, false, nil
		}
		s.r.say("opening %s", firstLine(d.Name))
		if err := press(known(page.SeekName, ""), "name of "+firstLine(d.Name)); err != nil {
			return false, true, err
		}
		shown, err = s.opened(ctx, d, press, patience)
		return shown, true, err
	case "box": // beside the name, and a Deregister for all that is ticked
		sctx, cancel := context.WithTimeout(ctx, min(s.r.stepTimeout(), 5*time.Second))
		defer cancel()
		s.r.explored = true
		if err := s.r.Tab.Check(sctx, page.What{Known: known(page.SeekBox, ""), Label: "box of " + firstLine(d.Name)}); err != nil {
			return false, true, err
		}
		switch shown, _, err := s.comes(ctx, d, patience); {
		case round == 0 && errors.Is(err, page.ErrAmbiguous): // what was ticked for another device may still count: on a page loaded anew it does not
			return false, true, nil
		case shown || err != nil:
			return shown, true, err
		}
		// Or a menu for all that is ticked.
		w, err := s.survey(ctx, d.Key)
		if err != nil || len(w.Bars) != 1 {
			return false, true, err
		}
		if err := press(&page.Known{Key: d.Key, Seek: page.SeekBar, Sig: w.Bars[0].Sig, At: -1}, quoted(w.Bars[0].Words, "menu")+" for what is ticked"); err != nil {
			return false, true, err
		}
		return s.comes(ctx, d, patience)
	default:
		// The nearest one of its kind; another one in the next round.
		var o *page.Opener
		for i := range each {
			// What an icon without words does, nobody knows: it is not pressed again and again.
			if each[i].Tier == tier && !(tier == tiers["icon"] && (each[i].Like > 1 || used[each[i].Sig] > 1)) && (o == nil || used[each[i].Sig] < used[o.Sig]) {
				o = &each[i]
			}
		}
		if o == nil {
			return false, false, nil
		}
		used[o.Sig]++
		s.r.say("opening %s of %s", quoted(o.Words, "menu"), firstLine(d.Name))
		// A page that draws its rows anew may close a menu again, or draw it empty: then
		// it is opened once more.
		for n := range 3 {
			if err := press(known(page.SeekOpener, o.Sig), quoted(o.Words, "menu")+" of "+firstLine(d.Name)); err != nil {
				if n == 0 {
					return false, true, err
				}
				break
			}
			if shown, err := s.opened(ctx, d, press, patience/time.Duration(1+n)); shown || err != nil {
				return shown, true, err
			}
			if tier <= tiers["icon"] {
				continue
			}
			// A page that shows what it showed before was not ready to be pressed.
			if w, err := s.survey(ctx, d.Key); err != nil || n > 0 || v.Print == "" || w.Print != v.Print {
				break
			}
		}
		return false, true, nil
	}
}

// opened waits for the Deregister that a press brings into view, in a menu of the details
// that opened, too.
func (s site) opened(ctx context.Context, d device.Device, press func(*page.Known, string) error, patience time.Duration) (bool, error) {
	early := min(patience, 700*time.Millisecond)
	if !s.learned.inner {
		if shown, _, err := s.comes(ctx, d, early); shown || err != nil {
			return shown, err
		}
	}
	// What is clearly a menu in there is opened at once, anything else when nothing more comes.
	pressed, shown, err := s.inner(ctx, d, press, tiers["menu"], patience)
	if shown || err != nil {
		s.learned.inner = shown && pressed
		return shown, err
	}
	if !pressed && early < patience {
		if shown, _, err := s.comes(ctx, d, patience-early); shown || err != nil {
			return shown, err
		}
	}
	_, shown, err = s.inner(ctx, d, press, tiers["opens"], patience)
	return shown, err
}

// inner looks for Deregister in a menu of the details that were opened: where they say
// whose they are, what they hold is its.
func (s site) inner(ctx context.Context, d device.Device, press func(*page.Known, string) error, upTo int, patience time.Duration) (pressed, shown bool, err error) {
	v, err := s.survey(ctx, d.Key)
	if err != nil || v.State == "found" {
		return false, err == nil, err
	}
	n := 0
	for _, o := range v.Inner {
		if o.Tier > upTo || o.Tier == tiers["icon"] && (o.Like > 1 || s.risk == nil) || n == 3 {
			continue
		}
		if o.Tier == tiers["icon"] {
			if err := s.risk(); err != nil {
				return false, false, err
			}
		}
		n++
		s.r.say("opening %s in the details of %s", quoted(o.Words, "menu"), firstLine(d.Name))
		if err := press(&page.Known{Key: d.Key, Seek: page.SeekOpener, Sig: o.Sig, In: true, At: -1}, quoted(o.Words, "menu")+" in the details of "+firstLine(d.Name)); err != nil {
			s.r.Log.Debug("not pressed: " + err.Error())
			continue
		}
		if shown, _, err := s.comes(ctx, d, patience); shown || err != nil {
			return true, shown, err
		}
	}
	return n > 0, false, nil
}

// comes waits for the device's Deregister to be in view.
func (s site) comes(ctx context.Context, d device.Device, limit time.Duration) (shown, tried bool, err error) {
	sctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	defer s.r.sayAfter(time.Second, "waiting for Deregister of %s", firstLine(d.Name))()
	err = s.r.Tab.WaitToPress(sctx, page.What{Known: &page.Known{Key: d.Key, Seek: page.SeekDeregister, At: -1}, Label: "Deregister of " + firstLine(d.Name)})
	switch {
	case err == nil:
		return true, true, nil
	case ctx.Err() != nil:
		return false, true, context.Cause(ctx)
	case errors.Is(err, page.ErrAmbiguous) || errors.Is(err, page.ErrOtherDevice) || errors.Is(err, page.ErrDanger):
		return false, true, err
	case errors.Is(err, page.ErrTimeout) || refused(err):
		return false, true, nil
	}
	return false, true, err
}
