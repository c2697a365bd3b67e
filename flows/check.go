package flows

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
)

// This file is the way to the first device's Deregister without taking it: home,
// menu, devices, the device's own menu; then the Alexa portal, where it still works
// (check_alexa.go). On the way every screen and every element that the job needs is
// looked at with all of its candidates, so that a page that changes is noticed while
// something else still finds the way.
//
// Nothing on this way changes the account. Deregister is looked at, never clicked.

// Check goes the way and tells what it found, also when it ends early; the error then
// says why it could not go on. replayed: nothing can be harmed, so that pop-ups that
// stand in the page from the start may be shown.
func (r *Run) Check(ctx context.Context, replayed bool) (*Checkup, error) {
	c := &checker{r: r, out: &Checkup{Listed: -1}, replayed: replayed, done: map[string]bool{}}
	r.onScreen = c.pass
	defer func() { r.onScreen = nil }()
	err := c.walk(ctx)
	return c.out, err
}

// Views goes on from the devices page, whose list is l, as Check does: it brings a device
// and its Deregister into view, and clicks nothing that changes anything. A recording of
// the list alone would lack the views that lead to them.
func (r *Run) Views(ctx context.Context, l Listing) (*Checkup, error) {
	c := &checker{r: r, out: &Checkup{Listed: len(l.Devices)}, done: map[string]bool{}}
	if _, ok := r.list.gen.(mycd); ok {
		return c.out, c.checkDevices(ctx, l)
	}
	if err := c.portalHome(ctx); err != nil {
		return c.out, err
	}
	return c.out, c.portalDevice(ctx)
}

type checker struct {
	r        *Run
	out      *Checkup
	replayed bool
	done     map[string]bool
}

// signInNeeds are the elements that the sign-in loop uses, by screen.
var signInNeeds = map[string][]need{
	"signin-email":      {{element: "email", forms: true}, {element: "email-submit", forms: true}},
	"signin-password":   {{element: "password"}, {element: "password-submit", forms: true}, {element: "remember-me", optional: true}},
	"otp":               {{element: "otp-code"}, {element: "otp-submit", forms: true}, {element: "otp-remember", optional: true}},
	"continue-shopping": {{element: "continue-shopping-button", forms: true}},
}

// pass looks at a screen that the journey came to, before it is answered.
func (c *checker) pass(ctx context.Context, seen page.Seen) error {
	c.screen(ctx, seen)
	return c.elements(ctx, seen.Screen, signInNeeds[seen.Screen]...)
}

func (c *checker) walk(ctx context.Context) error {
	if c.r.Via != viaAlexa {
		if err := c.checkMYCD(ctx); err != nil {
			return err
		}
	}
	if c.r.Via == "" || c.r.Via == viaMYCD {
		return nil
	}
	return c.checkPortal(ctx)
}

// checkMYCD goes the way of the list of record.
func (c *checker) checkMYCD(ctx context.Context) error {
	seen, err := c.r.signedInHome(ctx)
	if err != nil {
		return c.lost(ctx, seen, err)
	}
	c.screen(ctx, seen)
	if seen.Screen != "home-stripped" {
		if err := c.elements(ctx, seen.Screen, need{element: "account-link"}, need{element: "customer-line", optional: true}); err != nil {
			return err
		}
		if _, err := c.r.openFlyout(ctx); err != nil {
			return err
		}
		flyout := seen.Screen
		if err := c.elements(ctx, flyout,
			need{element: "flyout", optional: true},
			need{element: "flyout-content-link", group: "link"},
			need{element: "flyout-devices-link", group: "link"},
			need{element: "flyout-old-link", group: "link"},
		); err != nil {
			return err
		}
	}
	seen, err = c.r.ToDevices(ctx)
	if err != nil {
		return c.lost(ctx, seen, err)
	}
	c.screen(ctx, seen)
	l, err := c.r.Devices(ctx)
	if err != nil {
		return c.lost(ctx, seen, err)
	}
	c.out.Listed = len(l.Devices)
	return c.checkDevices(ctx, l)
}

// noOffer: one need not wonder that this device shows no Deregister.
func noOffer(d device.Device) bool {
	return d.Child || d.Household || d.Deregisterable != nil && !*d.Deregisterable
}

// drawnByUs: the page is a recording without its scripts, whose list unecho draws
// (flows/record/shim.js). To call that found would be to praise ourselves.
const drawnByUs = `() => "unechoDrawn" in document.documentElement.dataset`

// checkDevices looks at a devices page: what is known of its tabs, and, by what the list
// says of them, where a device and its Deregister stand.
func (c *checker) checkDevices(ctx context.Context, l Listing) error {
	g, ok := c.r.list.gen.(mycd)
	if !ok {
		return nil
	}
	hints := []need{{element: "tabs", many: true}, {element: "tab-devices"}}
	at := "devices-myx"
	if g.console() {
		at, hints[0].element = "devices-console", "console-tabs"
	}
	for i := range hints {
		hints[i].hint = true
	}
	if err := c.elements(ctx, at, hints...); err != nil {
		return err
	}
	if len(l.Devices) == 0 {
		c.add(Finding{Kind: "data", Name: "empty-list", Screen: at, Verdict: FoundFirst, Words: "the page says that there are no devices"})
		return nil
	}
	drawn := false
	if err := c.r.Tab.Call(ctx, drawnByUs, nil, &drawn); err != nil {
		return err
	}
	if drawn {
		c.add(Finding{Kind: "data", Name: "devices", Screen: at, Verdict: FoundAbsent,
			Words: "drawn by unecho: the scripts of this recording were not saved, so it does not show Amazon's list"})
		return nil
	}
	if err := c.findOne(ctx, g.site(), at, l.Devices); err != nil {
		return err
	}
	return c.preRendered(ctx, at)
}

// nextPatience is how long another device's Deregister is waited for, where the first had none.
const nextPatience = 5 * time.Second

// checkTries is how many devices are looked for until one shows a Deregister.
const checkTries = 3

// findOne brings a device and its Deregister into view by what the list says of it. The
// device is one that can be expected to have one.
func (c *checker) findOne(ctx context.Context, s site, at string, devices []device.Device) error {
	if err := c.r.Tab.Know(knownDevices(devices)); err != nil {
		return err
	}
	var likely, rest []device.Device
	for _, d := range devices {
		if d.Key = keyOf(d); !tellable(d, devices) {
			continue
		}
		if noOffer(d) {
			rest = append(rest, d)
		} else {
			likely = append(likely, d)
		}
	}
	expected := len(likely) > 0
	tries := append(likely, rest...)
	var last string
	tries = tries[:min(checkTries, len(tries))]
	for i, d := range tries {
		why, err := s.offer(ctx, d)
		var stop *Stop
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.As(err, &stop):
			return err
		case err == nil && why == "":
			seen, err := c.r.Tab.Look(ctx)
			if err != nil {
				return err
			}
			c.screen(ctx, seen)
			c.add(Finding{Kind: "data", Name: "device", Screen: at, Verdict: FoundFirst, Words: "found by what the list says about it"})
			c.add(Finding{Kind: "data", Name: "deregister", Screen: seen.Screen, Verdict: FoundFirst, Words: wayWords[s.learned.way]})
			return nil
		case err == nil:
			last = why
		default:
			last = firstLine(err.Error())
		}
		s.patience = min(c.r.stepTimeout(), nextPatience) // the first one was given all the time there is
		if i+1 < len(tries) {
			c.r.say("%s: %s; trying another device", firstLine(d.Name), last)
		}
	}
	f := Finding{Kind: "data", Name: "deregister", Screen: at, Verdict: FoundNone, Words: last}
	switch {
	case last == onlyIcons:
		f.Verdict = FoundFallback
	case len(tries) == 0 || !expected:
		f.Verdict, f.Words = FoundAbsent, cmp.Or(last, "no device can be told from the others")
	}
	c.add(f)
	return nil
}

// wayWords say how a Deregister came into view.
var wayWords = map[string]string{
	"shown": "in the row, or in a view of the device alone", "hover": "under the mouse", "menu": "in the menu of the row",
	"icon": "behind an icon of the row", "details": "in the details", "opens": "behind a control of the row", "box": "in a bar, for what is ticked", "name": "behind the name or the row",
}

// reveal opens a pop-up that stands in the page from the start the way its style
// sheet would: by its class. Nothing is clicked.
const reveal = `({css, hides, shows}) => {
	const b = css.map((c) => document.querySelector(c)).find(Boolean);
	if (!b) return false;
	b.dataset.unecho = b.className;
	b.className = b.className.split(hides).join(shows);
	b.style.cssText += ';visibility:visible;opacity:1;transition:none';
	return true;
}`

const hideAgain = `() => {
	for (const b of document.querySelectorAll('[data-unecho]')) { b.className = b.dataset.unecho; delete b.dataset.unecho; b.style.visibility = b.style.opacity = b.style.transition = ''; }
}`

// preRendered looks into the pop-ups that a console page carries hidden. They are
// shown only where pages are replayed.
func (c *checker) preRendered(ctx context.Context, screen string) error {
	if !c.replayed {
		return nil
	}
	closed := c.r.Sel.Elements["console-dialog-closed"]
	var css []string
	for _, cand := range closed.Candidates {
		css = append(css, cand.CSS)
	}
	var shown bool
	if err := c.r.Tab.Call(ctx, reveal, map[string]any{"css": css, "hides": closed.Hides, "shows": closed.Shows}, &shown); err != nil || !shown {
		return err
	}
	err := c.elements(ctx, screen, need{element: "console-dialog", optional: true}, need{element: "console-confirm", optional: true})
	if herr := c.r.Tab.Call(ctx, hideAgain, nil, nil); err == nil {
		err = herr
	}
	return err
}
