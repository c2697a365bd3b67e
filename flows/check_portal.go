package flows

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
)

// This file is the way to the first device's Deregister on the Alexa portal without
// taking it: the portal, its menu, Settings, the page of a device. The pop-up that
// may come after Deregister, and what the portal says then, cannot be looked at:
// nothing but the click brings them.

// How many devices are opened in search of one that has a Deregister. The portal's
// list is known to promise one where the page has none.
const portalTries = 3

// checkPortal looks at the portal where there is one. Retired, or out of order, it is
// no loss while the other way is there, and the end where it alone was asked for.
func (c *checker) checkPortal(ctx context.Context) error {
	var err error
	if c.Via == viaAlexa {
		_, err = c.PortalDevices(ctx) // which also tells whose account it is
	} else {
		err = c.LookAtPortal(ctx)
	}
	if !c.portal.open {
		f := Finding{Kind: "screen", Name: "alexa-home", Screen: "alexa-home", Verdict: FoundAbsent, Words: c.portal.why}
		if c.Via == viaAlexa {
			f.Verdict = FoundNone
		}
		if err != nil {
			f.Words = firstLine(Explain(ctx, err).Message)
			if err = c.lost(ctx, page.Seen{}, err); ends(ctx, err) {
				return err
			}
		}
		c.add(f)
		if now, lerr := c.Tab.Look(ctx); err == nil && lerr == nil && now.Screen == "unknown" && strings.HasPrefix(now.URL, c.portalAddress()) {
			c.out.Odd = where(now)
		}
		return err
	}
	if err != nil {
		return err
	}
	if err := c.portalHome(ctx); err != nil {
		return err
	}
	return c.portalDevice(ctx)
}

// portalHome looks at the menu and goes to Settings by it; where its link is lost, by
// the address, so that the rest is looked at as well.
func (c *checker) portalHome(ctx context.Context) error {
	settings := page.What{Element: "alexa-settings-link", Label: "Settings"}
	icon := page.What{Element: "alexa-menu-button", Label: "menu"}
	wait, cancel := context.WithTimeout(ctx, min(c.stepTimeout(), 5*time.Second))
	defer cancel()
	i, err := c.Tab.Wait(wait, settings, icon)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := c.elements(ctx, "alexa-home", need{what: icon, optional: true}); err != nil {
		return err
	}
	if err == nil && i == 1 { // a narrow window: the menu is behind the button
		if err := c.click(ctx, icon); err != nil {
			return err
		}
	}
	if err := c.elements(ctx, "alexa-home", need{what: settings}); err != nil {
		return err
	}
	before, err := c.Tab.Look(ctx)
	if err != nil {
		return err
	}
	if there, err := c.Tab.Visible(ctx, settings); err == nil && there {
		err = c.click(ctx, settings)
		if err != nil {
			return err
		}
		_, err = c.reachFrom(ctx, before, "alexa-settings", "alexa-retired")
		return err
	}
	if err := c.open(ctx, c.portalAddress()+"spa/index.html#settings"); err != nil {
		return err
	}
	_, err = c.Reach(ctx, "alexa-settings", "alexa-retired")
	return err
}

// portalDevice opens devices until one shows a Deregister, and looks at its page.
func (c *checker) portalDevice(ctx context.Context) error {
	devices, offered := c.portalChoice()
	if len(devices) == 0 {
		return c.elements(ctx, "alexa-settings", need{what: page.What{Element: "empty-list"}, optional: true})
	}
	via := portal{c.Run}
	var t target
	var err error
	for i, d := range devices[:min(len(devices), portalTries)] {
		t = via.target(Listing{}, d, d)
		if i == 0 {
			if err := c.portalRows(ctx, t); err != nil {
				return err
			}
		}
		var why string
		if why, err = via.toDevice(ctx, t); err != nil || why == "" {
			break
		}
		c.say("%s: %s", t.name, why)
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	seen, lerr := c.Tab.Look(ctx)
	if lerr != nil || seen.Screen != "alexa-device" || via.routeOf(seen) != t.serial {
		if err == nil {
			err = errors.Join(lerr, &Stop{Code: CodeUnusable, Screen: seen.Screen, Message: "the Alexa portal did not lead to the page of " + t.name})
		}
		return c.lost(ctx, seen, err)
	}
	of := func(name string) page.What { return page.What{Element: name, Of: t.page} }
	if eerr := c.elements(ctx, seen.Screen,
		need{what: page.What{Element: "alexa-device-page"}},
		need{what: of("alexa-device-name")},
		need{what: of("alexa-registered-to")},
		need{what: of("alexa-deregister"), optional: !offered},
	); eerr != nil {
		return eerr
	}
	if err != nil { // what is lost on the page says it better
		c.say("%s", firstLine(err.Error()))
	}
	return nil
}

// portalRows waits until Settings is filled and looks at its rows.
func (c *checker) portalRows(ctx context.Context, t target) error {
	rows := page.What{Element: "alexa-device-rows", Of: t.row, Label: t.name + " in Settings"}
	wait, cancel := context.WithTimeout(ctx, min(c.stepTimeout(), 8*time.Second))
	defer cancel()
	if _, err := c.Tab.Wait(wait, rows); err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return c.elements(ctx, "alexa-settings",
		need{what: page.What{Element: "alexa-device-rows"}, many: true},
		need{what: page.What{Element: "alexa-row-name", Of: t.row}},
	)
}

// portalChoice are the devices worth opening: those that the portal's list promises a
// Deregister for, else any whose page can be told by its address.
func (c *checker) portalChoice() (devices []device.Device, offered bool) {
	var others []device.Device
	for _, d := range c.portal.devices {
		if _, why := c.onPortal(d); why == "" {
			devices = append(devices, d)
		} else if tells(d.Serial) {
			others = append(others, d)
		}
	}
	if len(devices) > 0 {
		return devices, true
	}
	return others, false
}
