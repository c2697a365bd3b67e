package flows

import (
	"context"
	"strings"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
)

// This file is the way to the first device's Deregister on the Alexa portal without
// taking it: the portal, its menu, Settings, the page of a device. The pop-up that
// may come after Deregister, and what the portal says then, cannot be looked at:
// nothing but the click brings them.

// checkPortal looks at the portal where there is one. Retired, or out of order, it is
// no loss while the other way is there, and the end where it alone was asked for.
func (c *checker) checkPortal(ctx context.Context) error {
	var err error
	if c.r.Via == viaAlexa {
		_, err = c.r.PortalDevices(ctx) // which also tells whose account it is
	} else {
		err = c.r.LookAtPortal(ctx)
	}
	if !c.r.portal.open {
		f := Finding{Kind: "screen", Name: "alexa-home", Screen: "alexa-home", Verdict: FoundAbsent, Words: c.r.portal.why}
		if c.r.Via == viaAlexa {
			f.Verdict = FoundNone
		}
		if err != nil {
			f.Words = firstLine(Explain(ctx, err).Message)
			if err = c.lost(ctx, page.Seen{}, err); ends(ctx, err) {
				return err
			}
		}
		c.add(f)
		if now, lerr := c.r.Tab.Look(ctx); err == nil && lerr == nil && now.Screen == "unknown" && strings.HasPrefix(now.URL, c.r.portalAddress()) {
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
	wait, cancel := context.WithTimeout(ctx, min(c.r.stepTimeout(), 5*time.Second))
	defer cancel()
	i, err := c.r.Tab.Wait(wait, settings, icon)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := c.elements(ctx, "alexa-home", need{element: icon.Element, optional: true}); err != nil {
		return err
	}
	if err == nil && i == 1 { // a narrow window: the menu is behind the button
		if err := c.r.click(ctx, icon); err != nil {
			return err
		}
	}
	if err := c.elements(ctx, "alexa-home", need{element: settings.Element}); err != nil {
		return err
	}
	before, err := c.r.Tab.Look(ctx)
	if err != nil {
		return err
	}
	if there, err := c.r.Tab.Visible(ctx, settings); err == nil && there {
		err = c.r.click(ctx, settings)
		if err != nil {
			return err
		}
		_, err = c.r.reachFrom(ctx, before, "alexa-settings", "alexa-retired")
		return err
	}
	if err := c.r.open(ctx, c.r.portalAddress()+"spa/index.html#settings"); err != nil {
		return err
	}
	_, err = c.r.Reach(ctx, "alexa-settings", "alexa-retired")
	return err
}

// portalDevice opens devices until one shows a Deregister.
func (c *checker) portalDevice(ctx context.Context) error {
	devices, offered := c.portalChoice()
	if len(devices) == 0 {
		c.add(Finding{Kind: "data", Name: "deregister", Screen: "alexa-settings", Verdict: FoundAbsent, Words: "the Alexa portal lists no device that can be told by its serial number"})
		return nil
	}
	for i := range devices {
		if !offered {
			no := false
			devices[i].Deregisterable = &no
		}
	}
	return c.findOne(ctx, portal{c.r}.site(), "alexa-settings", devices)
}

// portalChoice are the devices worth opening: those that the portal's list promises a
// Deregister for, else any whose page can be told by its address.
func (c *checker) portalChoice() (devices []device.Device, offered bool) {
	var others []device.Device
	for _, d := range c.r.portal.devices {
		if _, why := c.r.onPortal(d); why == "" {
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
