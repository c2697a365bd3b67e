package flows

import (
	"context"
	"errors"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
)

// This file is the way of the help page through the Alexa portal: Settings, the name of
// the device, Deregister to the right of "Device is registered to", confirm
// (facts/alexa-portal.md). Since November 2023 a farewell page stands there; then the way
// ends where it begins, after one page.
//
// Only what differs from the devices page is here: where it is, and its own list. What is
// done on it is proven like everything else, by a fresh list of the devices page.

// portal is the Alexa portal as a site of devices.
type portal struct{ r *Run }

func (p portal) site() site {
	if p.r.alexaLearnt == nil {
		p.r.alexaLearnt = &learned{trails: map[string]string{}}
	}
	return site{r: p.r, learned: p.r.alexaLearnt, fresh: p.settings}
}

// errRetired: the portal was there at the beginning of the run and is no more.
var errRetired = errors.New("the Alexa portal is retired")

// act does for one device what a person does on the portal. The address of a device's
// page carries its serial number, and the page layer holds every click against it.
func (p portal) act(ctx context.Context, l Listing, d device.Device) pageResult {
	rec, why := p.r.onPortal(d)
	if why != "" {
		return pageResult{notOffered: why}
	}
	if err := p.r.Tab.Know(knownDevices(p.both(l))); err != nil {
		return pageResult{stop: err}
	}
	seen, err := p.r.Tab.Look(ctx)
	if err == nil && seen.Screen != "alexa-settings" {
		err = p.settings(ctx)
	}
	if err == nil {
		out := p.site().deregister(ctx, d, keyOf(rec))
		if out.stop == nil || out.intended { // what was written down gets its outcome
			return out
		}
		err = out.stop
	}
	switch {
	case errors.Is(err, errRetired):
		p.r.portal.open, p.r.portal.retired, p.r.portal.why = false, true, err.Error()
		if err := p.r.remember(true); err != nil {
			return pageResult{stop: err}
		}
		return pageResult{notOffered: p.r.portal.why}
	case ends(ctx, err), errors.Is(err, page.ErrDanger), errors.Is(err, page.ErrOtherDevice):
		return pageResult{failed: firstLine(err.Error()), stop: err}
	}
	return pageResult{failed: firstLine(Explain(ctx, err).Message)}
}

// both are the devices of the portal's list, and those of the list of record that it
// lacks: a pop-up that names one of them is that one's.
func (p portal) both(l Listing) []device.Device {
	out := append([]device.Device{}, p.r.portal.devices...)
	for _, d := range l.Devices {
		listed := false
		for _, o := range p.r.portal.devices {
			listed = listed || d.AccountID != "" && d.AccountID == o.AccountID || d.Serial != "" && d.Serial == o.Serial
		}
		if !listed {
			out = append(out, d)
		}
	}
	return out
}

// settings loads the portal anew and goes to its list of devices: by the menu, and where
// no menu came, by the address.
func (p portal) settings(ctx context.Context) error {
	p.r.explored = false
	seen, err := p.r.openPortal(ctx)
	if err != nil {
		return err
	}
	for try := 0; ; try++ {
		switch seen.Screen {
		case "alexa-retired":
			return errRetired
		case "alexa-settings":
			return nil
		case "alexa-home", "alexa-device":
		default:
			return &Stop{Code: CodeUnusable, Screen: seen.Screen, Message: "the Alexa portal's address leads elsewhere (" + where(seen) + ")"}
		}
		if try > 0 { // whatever its address: what shows devices is the place
			sctx, cancel := p.r.step(ctx)
			v, err := p.r.Tab.Survey(sctx, "")
			cancel()
			if err != nil || len(v.Seen) > 0 {
				return err
			}
		}
		switch try {
		case 0:
			if err := p.openSettings(ctx); err != nil && ctx.Err() != nil {
				return context.Cause(ctx)
			}
		case 1:
			p.r.say("going to Settings by its address")
			if err := p.r.open(ctx, p.r.portalAddress()+"spa/index.html#settings"); err != nil {
				return err
			}
		default:
			return nil // what leads on from here, exploring finds
		}
		// The address tells it most surely, where it tells it at all.
		wctx, cancel := context.WithTimeout(ctx, min(p.r.stepTimeout(), hintTime/2))
		_, _ = p.r.Tab.See(wctx, "alexa-settings", "alexa-retired", "signin-password", "signin-email")
		cancel()
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if seen, err = p.r.reachFrom(ctx, page.Seen{}, "alexa-settings", "alexa-retired", "alexa-device", "alexa-home", "home-signed-in", "not-found"); err != nil {
			return err
		}
	}
}

// openSettings clicks Settings in the left-side menu, which is behind a button
// where the window is narrow.
func (p portal) openSettings(ctx context.Context) error {
	settings := page.What{Element: "alexa-settings-link", Label: "Settings"}
	icon := page.What{Element: "alexa-menu-button", Label: "menu"}
	sctx, cancel := context.WithTimeout(ctx, min(p.r.stepTimeout(), hintTime))
	defer cancel()
	i, err := p.r.Tab.Wait(sctx, settings, icon)
	if err == nil && i == 1 {
		_, err = p.r.Tab.Click(sctx, icon)
	}
	if err != nil {
		return err
	}
	p.r.say("clicking Settings")
	_, err = p.r.Tab.Click(sctx, settings)
	return err
}
